//! `cargo xtask demo`: builds, fills four invented counties, serves them, prints address and accounts.

use crate::run::{self, Done, exec, say};
use crate::{assets, fonts, run::command};
use std::fs;
use std::time::Instant;

/// Builds and serves the demo until it is stopped. What follows the command goes to `yanzhen demo`.
pub fn run(args: &[String]) -> Done {
    let started = Instant::now();
    let step = |name: &str| say(&format!("{:>6.1} s  {name}", started.elapsed().as_secs_f64()));
    step("styles and scripts");
    assets::run()?;
    step("the division table");
    run::divisions()?;
    step("the fonts of printed pages");
    fonts::run()?;
    step("the program");
    exec("cargo", ["build", "--quiet", "--package", "yanzhen"])?;
    let yanzhen = run::target()?.join("debug").join("yanzhen");
    let folder = run::workshop("demo")?.join("data");
    let data = folder.to_string_lossy().into_owned();
    let all: Vec<String> = if args.iter().any(|a| a == "--data") {
        args.to_vec()
    } else {
        ["--data".to_owned(), data].into_iter().chain(args.iter().cloned()).collect()
    };
    step("the demo");
    // A demo of an older program is made anew: its data are invented.
    if folder.exists() && !folder.join("demo.done").exists() {
        fs::remove_dir_all(&folder).map_err(|e| e.to_string())?;
    }
    let mut serving = command(&yanzhen.to_string_lossy(), ["demo"].into_iter().map(str::to_owned).chain(all))
        .spawn()
        .map_err(|e| format!("{}: {e}", yanzhen.display()))?;
    let status = serving.wait().map_err(|e| e.to_string())?;
    if status.success() { Ok(()) } else { Err(format!("yanzhen demo ended with {status}")) }
}
