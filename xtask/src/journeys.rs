//! `cargo xtask journeys`: what people do, in a real browser, with accessibility checked on the way.

use crate::run::{self, Done, exec, say};
use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

/// The browser of the oldest machines, and the package of npm that holds it, packed with Brotli.
const OLD: (&str, &str) = ("109", "@sparticuz/chromium@109.0.6");
/// The journey made for it, and the one that takes the pictures of the README: run only when asked for.
const OLD_BROWSER: &str = "old-browser";
const PICTURES: &str = "pictures";
/// Unpacks the second path into the third.
const UNPACK: &str = "const { brotliDecompressSync } = require('zlib'), fs = require('fs'), [, from, to] = process.argv; \
                      fs.writeFileSync(to, brotliDecompressSync(fs.readFileSync(from)), { mode: 0o755 })";

/// Builds, fills the demo once, and runs the journeys of `e2e/journeys`. Words after the command choose journeys by name;
/// `--old-browser` runs them in the oldest browser, without words the one journey made for it.
pub fn run(args: &[String]) -> Done {
    let folder = run::root().join("e2e").join("journeys");
    let old = args.iter().any(|a| a == "--old-browser");
    let only: Vec<&str> = args.iter().map(String::as_str).filter(|a| *a != "--old-browser").collect();
    let names = chosen(&folder, &only, old)?;
    let chromium = if old { old_chromium()? } else { chromium()? };
    packages(&folder)?;
    crate::assets::run()?;
    run::divisions()?;
    crate::fonts::run()?;
    let program = run::yanzhen(false)?;
    let work = run::workshop(if old { "journeys-old" } else { "journeys" })?;
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
        .env("YANZHEN_PICTURES", run::root().join("docs").join("shots"))
        .env("YANZHEN_CHROMIUM", chromium);
    // Some journeys are made on PostgreSQL as well.
    let both =
        |name: &String| std::fs::read_to_string(folder.join(name)).is_ok_and(|t| t.contains("onBoth("));
    let postgres = match names.iter().any(|n| n.contains("postgres") || both(n)) {
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

/// The journeys whose file names hold one of the words; all of them but the two that are asked for when there are no words.
/// The journey for the oldest browser is for that alone.
fn chosen(folder: &Path, only: &[&str], old: bool) -> Result<Vec<String>, String> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))? {
        let name = entry.map_err(|e| e.to_string())?.file_name().to_string_lossy().into_owned();
        let wanted = match only {
            [] if old => name.contains(OLD_BROWSER),
            [] => !name.contains(OLD_BROWSER) && !name.contains(PICTURES),
            words => words.iter().any(|word| name.contains(word)) && (old || !name.contains(OLD_BROWSER)),
        };
        if wanted && name.ends_with(".test.mjs") {
            names.push(name);
        }
    }
    names.sort();
    if names.is_empty() { Err(format!("no journey is called {}", only.join(" or "))) } else { Ok(names) }
}

/// The browser, from Debian when it is not there: without the frame around the pages it takes half the time.
fn chromium() -> Result<String, String> {
    const HEADLESS: &str = "/usr/bin/chromium-headless-shell";
    let found = || [HEADLESS, "/usr/bin/chromium"].into_iter().find(|name| Path::new(name).exists());
    if !Path::new(HEADLESS).exists() {
        // With letters for Chinese.
        let packages = ["chromium-headless-shell", "fonts-noto-cjk", "fonts-noto-cjk-extra"];
        let installed = run::debian("chromium-headless-shell", &packages);
        // One with a frame does as well.
        if found().is_none() {
            installed?;
        }
    }
    found().map(str::to_owned).ok_or_else(|| "chromium is nowhere".into())
}

/// The oldest browser; it needs the libraries and letters of the new one.
fn old_chromium() -> Result<String, String> {
    chromium()?;
    let (version, pinned) = OLD;
    let folder = run::workshop("chromium")?.join(version);
    let program = folder.join("chromium");
    if !program.exists() {
        std::fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        say(&format!("chromium {version} is missing: taking it from npm"));
        let packed = run::package(pinned, &folder)?.join("bin").join("chromium.br");
        let unpacked = folder.join("chromium.new");
        exec("node", [OsStr::new("-e"), OsStr::new(UNPACK), packed.as_os_str(), unpacked.as_os_str()])?;
        std::fs::rename(&unpacked, &program).map_err(|e| format!("{}: {e}", program.display()))?;
    }
    Ok(program.to_string_lossy().into_owned())
}

/// The pinned packages, installed anew when the lock file changed.
fn packages(folder: &Path) -> Done {
    run::node()?;
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
