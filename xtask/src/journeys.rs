//! `cargo xtask journeys`: what people do, in a real browser, with accessibility checked on the way.

use crate::run::{self, Done, exec, output, say};
use std::path::Path;
use std::process::Command;

/// Builds, fills the demo once, and runs the journeys of `e2e/journeys`. Words after the command choose journeys by name.
pub fn run(only: &[String]) -> Done {
    let folder = run::root().join("e2e").join("journeys");
    let chromium = chromium()?;
    packages(&folder)?;
    crate::assets::run()?;
    run::divisions()?;
    let program = run::yanzhen(false)?;
    let work = run::workshop("journeys")?;
    let (demo, shots) = (work.join("demo"), work.join("shots"));
    clear(&demo)?;
    clear(&shots)?;
    let data = demo.to_string_lossy().into_owned();
    exec(&program.to_string_lossy(), ["demo", "--data", &data, "--no-serve"])?;
    let mut node = Command::new("node");
    node.args(["--test", "--test-concurrency=2", "--test-reporter=spec"])
        .current_dir(&folder)
        .env("YANZHEN_BIN", &program)
        .env("YANZHEN_DEMO", &demo)
        .env("YANZHEN_SHOTS", &shots)
        .env("YANZHEN_CHROMIUM", chromium);
    let names = chosen(&folder, only)?;
    // One journey is made on PostgreSQL as well.
    let postgres = match names.iter().any(|n| n.contains("postgres")) {
        true => Some(crate::postgres::start()?),
        false => None,
    };
    if let Some(postgres) = &postgres {
        node.env("YANZHEN_DATABASE", &postgres.url);
    }
    node.args(names);
    let ran = node.output().map_err(|e| format!("node: {e}"))?;
    let text = String::from_utf8_lossy(&ran.stdout);
    if ran.status.success() {
        // Each journey with its time, and the closing counts.
        text.lines().filter(|l| l.starts_with(['✔', '﹣', 'ℹ'])).for_each(say);
        say(&format!("screenshots in {}", shots.display()));
        return Ok(());
    }
    say(text.trim_end());
    Err(format!("journeys failed; screenshots in {}", shots.display()))
}

/// The journeys whose file names hold one of the words; all of them when there are no words.
fn chosen(folder: &Path, only: &[String]) -> Result<Vec<String>, String> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))? {
        let name = entry.map_err(|e| e.to_string())?.file_name().to_string_lossy().into_owned();
        let wanted = only.is_empty() || only.iter().any(|word| name.contains(word.as_str()));
        if wanted && name.ends_with(".test.mjs") {
            names.push(name);
        }
    }
    names.sort();
    if names.is_empty() { Err(format!("no journey is called {}", only.join(" or "))) } else { Ok(names) }
}

/// The browser, from Debian when it is not there.
fn chromium() -> Result<String, String> {
    for name in ["/usr/bin/chromium", "/usr/bin/chromium-browser"] {
        if Path::new(name).exists() {
            return Ok(name.to_owned());
        }
    }
    say("chromium is missing: installing it from Debian, with letters for Chinese");
    exec(
        "apt-get",
        ["install", "-y", "--no-install-recommends", "chromium", "fonts-noto-cjk", "fonts-noto-cjk-extra"],
    )?;
    Ok("/usr/bin/chromium".to_owned())
}

/// The pinned packages, installed anew when the lock file changed.
fn packages(folder: &Path) -> Done {
    if output("node", ["--version"]).is_err() {
        say("node is missing: installing it from Debian");
        exec("apt-get", ["install", "-y", "--no-install-recommends", "nodejs", "npm"])?;
    }
    let lock = folder.join("package-lock.json");
    let wanted = std::fs::read_to_string(&lock).map_err(|e| format!("{}: {e}", lock.display()))?;
    let stamp = folder.join("node_modules").join(".stamp");
    if std::fs::read_to_string(&stamp).ok().as_deref() == Some(&wanted) {
        return Ok(());
    }
    let npm = Command::new("npm")
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
        .current_dir(folder)
        .status()
        .map_err(|e| format!("npm: {e}"))?;
    if !npm.success() {
        return Err(format!("npm ci ended with {npm}"));
    }
    std::fs::write(&stamp, wanted).map_err(|e| format!("{}: {e}", stamp.display()))
}

fn clear(folder: &Path) -> Done {
    match std::fs::remove_dir_all(folder) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(format!("{}: {e}", folder.display())),
        _ => Ok(()),
    }
}
