//! `cargo xtask test`

use crate::run::{self, Done, exec, say};
use std::time::Instant;

/// Runs every check, each with its time.
pub fn run(full: bool) -> Done {
    step("assets", crate::assets::run)?;
    step("divisions", || run::divisions().map(drop))?;
    step("fonts", crate::fonts::run)?;
    step("format", || exec("cargo", ["fmt", "--all", "--check"]))?;
    step("clippy", || {
        exec("cargo", ["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"])
    })?;
    step("tidy", crate::tidy::run)?;
    let divisions = run::divisions()?;
    step("tests", || {
        // One that is named already is used, and left as it is.
        let own = match std::env::var("YANZHEN_TEST_POSTGRES") {
            Ok(_) => None,
            Err(_) => Some(crate::postgres::start()?),
        };
        let mut tests = run::command("cargo", ["test", "--workspace"]);
        if let Some(postgres) = &own {
            tests.env("YANZHEN_TEST_POSTGRES", &postgres.url);
            if let Some(authority) = &postgres.authority {
                tests.env("YANZHEN_TEST_POSTGRES_CA", authority);
            }
        }
        let status =
            tests.env("YANZHEN_DIVISIONS", &divisions).status().map_err(|e| format!("cargo: {e}"))?;
        if status.success() { Ok(()) } else { Err("tests failed".into()) }
    })?;
    step("packs", packs)?;
    step("oracle", || oracle(if full { 400 } else { 60 }))?;
    step("journeys", || crate::journeys::run(&[]))?;
    if full {
        step("journeys, oldest browser", || crate::journeys::run(&["--old-browser".to_owned()]))?;
    }
    Ok(())
}

fn step(name: &str, body: impl FnOnce() -> Done) -> Done {
    say(&format!("── {name}"));
    let started = Instant::now();
    body()?;
    say(&format!("── {name} done in {:.1} s", started.elapsed().as_secs_f64()));
    Ok(())
}

/// Every shipped pack is free of faults, and its cases pass.
fn packs() -> Done {
    let yanzhen = run::yanzhen(false)?.to_string_lossy().into_owned();
    for pack in [
        "packs/national",
        "packs/jinan",
        "packs/wucun",
        "packs/gaotai",
        "packs/hezhang",
        "packs/county",
        "packs/secretary",
        "docs/example",
    ] {
        exec(&yanzhen, ["policy", "check", pack])?;
        run::output(&yanzhen, ["policy", "test", pack])?;
    }
    Ok(())
}

/// Random packs through the program and through an independent reading of the contract: the same bytes.
fn oracle(packs: usize) -> Done {
    let folder = run::root().join("e2e").join("oracle");
    let python = run::python(&folder.join("requirements.txt"), "oracle")?.to_string_lossy().into_owned();
    let yanzhen = run::yanzhen(false)?.to_string_lossy().into_owned();
    let script = folder.join("compare.py").to_string_lossy().into_owned();
    let work = run::workshop("oracle")?.to_string_lossy().into_owned();
    exec(&python, [script.as_str(), "--wild", "--dir", &work, &yanzhen, "1", &packs.to_string()])
}
