//! `cargo xtask assets`: style and script of the pages, from `assets/` to `assets/dist`.

use crate::run::{self, Done, root};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Installs the pinned packages and builds, each only when its inputs changed.
pub fn run() -> Done {
    let folder = root().join("assets");
    run::node()?;
    let packages = stamp(&folder, &["package-lock.json", "package.json"])?;
    if changed(&folder.join("node_modules").join(".stamp"), &packages) {
        here(&folder, "npm", &["ci", "--ignore-scripts", "--no-audit", "--no-fund"])?;
        keep(&folder.join("node_modules").join(".stamp"), &packages)?;
    }
    let sources = stamp(&folder, &["package-lock.json", "build.mjs", "mark.svg", "styles", "scripts"])?;
    let built = folder.join("node_modules").join(".built");
    if changed(&built, &sources) || !folder.join("dist").join("manifest.json").exists() {
        here(&folder, "node", &["build.mjs"])?;
        keep(&built, &sources)?;
    }
    Ok(())
}

fn here(folder: &Path, program: &str, args: &[&str]) -> Done {
    let status = Command::new(program)
        .args(args)
        .current_dir(folder)
        .status()
        .map_err(|e| format!("{program}: {e}"))?;
    if status.success() { Ok(()) } else { Err(format!("{program} {args:?} ended with {status}")) }
}

fn changed(stamp: &Path, wanted: &str) -> bool {
    std::fs::read_to_string(stamp).ok().as_deref() != Some(wanted)
}

fn keep(stamp: &Path, text: &str) -> Done {
    std::fs::write(stamp, text).map_err(|e| format!("{}: {e}", stamp.display()))
}

/// Name, length and a 64-bit sum (FNV-1a) of each file under the names, a line each.
fn stamp(folder: &Path, names: &[&str]) -> Result<String, String> {
    let mut files = Vec::new();
    for name in names {
        gather(&folder.join(name), &mut files)?;
    }
    files.sort();
    let mut out = String::new();
    for file in files {
        let bytes = std::fs::read(&file).map_err(|e| format!("{}: {e}", file.display()))?;
        let sum = bytes
            .iter()
            .fold(0xcbf2_9ce4_8422_2325_u64, |sum, b| (sum ^ u64::from(*b)).wrapping_mul(0x0100_0000_01b3));
        let name = file.strip_prefix(folder).unwrap_or(&file).display().to_string();
        out.push_str(&format!("{name} {} {sum:016x}\n", bytes.len()));
    }
    Ok(out)
}

fn gather(path: &Path, files: &mut Vec<PathBuf>) -> Done {
    if !path.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    for entry in std::fs::read_dir(path).map_err(|e| format!("{}: {e}", path.display()))? {
        gather(&entry.map_err(|e| e.to_string())?.path(), files)?;
    }
    Ok(())
}
