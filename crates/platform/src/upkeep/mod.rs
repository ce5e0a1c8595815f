//! Looking after an installation: backups, moving a county, new keys, destroying a person's key.
//!
//! Whatever is made here appears by renaming, whole or not at all, and is checked before it is believed. One at a time:
//! a lock in the data folder, which ends with the process that holds it.
//!
//! Keys never travel: neither a backup nor an exported county holds them, only their fingerprints, so that the right
//! ones are asked for. Whoever keeps backups keeps a copy of the key file somewhere else.

mod backup;
mod erase;
mod place;
mod rotate;
mod rows;
mod transfer;

pub use backup::{Backup, Saved, backup, restore};
pub use erase::{Erased, erase_person};
pub use rotate::{KeyUse, Rotated, keys, retire_key, rotate_keys};
pub use transfer::{export_county, import_county};

use crate::county::{Installation, OpenError};
use crate::db::{Db, DbError};
use crate::secrets::{KeyError, KeyRing, Purpose};
use kernel::{Lang, Message, msg};
use sm3::{Digest, Sm3};
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// Hears how much is done of how much.
pub type Told<'a> = &'a (dyn Fn(u64, u64) + Sync);

/// Why upkeep did not get done.
#[derive(thiserror::Error, Debug)]
pub enum UpkeepError {
    /// A file or folder.
    #[error("{path}: {1}", path = .0.display())]
    File(PathBuf, io::Error),
    /// The database.
    #[error("{0}")]
    Db(#[from] DbError),
    /// An installation that cannot be opened.
    #[error("{0}")]
    Open(#[from] OpenError),
    /// The key file.
    #[error("{0}")]
    Key(#[from] KeyError),
    /// What stands in the way, with its mend.
    #[error("{}", .0.text(Lang::Zh))]
    Refused(Message),
}

/// Shorthand.
pub type Upkept<T> = Result<T, UpkeepError>;

fn at(path: &Path) -> impl FnOnce(io::Error) -> UpkeepError + '_ {
    |e| UpkeepError::File(path.to_owned(), e)
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// One piece of upkeep at a time; the lock ends with the file, so with the process.
fn turn(folder: &Path) -> Upkept<File> {
    let path = folder.join("upkeep.lock");
    let file = File::options().create(true).append(true).open(&path).map_err(at(&path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => {
            Err(UpkeepError::Refused(msg!("另一个备份、导入或轮换正在进行；请等它做完再试")))
        }
        Err(std::fs::TryLockError::Error(e)) if e.kind() == io::ErrorKind::Unsupported => Ok(file),
        Err(std::fs::TryLockError::Error(e)) => Err(UpkeepError::File(path, e)),
    }
}

/// What tells a key from another of the same number without giving it away: `1:` and 64 hex digits.
pub(crate) fn fingerprints(keys: &KeyRing) -> Vec<String> {
    keys.digest_candidates(Purpose::Digest, b"yanzhen/fingerprint")
}

pub(crate) fn number(fingerprint: &str) -> &str {
    fingerprint.split(':').next().unwrap_or_default()
}

/// Refuses unless the ring holds every one of these keys.
fn holds(keys: &KeyRing, wanted: &[String]) -> Upkept<()> {
    let own = fingerprints(keys);
    if let Some(key) = wanted.iter().find(|k| !own.contains(k)) {
        let id = number(key);
        return Err(UpkeepError::Refused(if own.iter().any(|o| number(o) == id) {
            msg!(
                "这里的 {id} 号密钥和来处的不是同一个。请在来处运行 yanzhen keys rotate，直到编号比这里的都大，再导出一次，并把那一行密钥抄进这里的密钥文件",
                id = id
            )
        } else {
            msg!(
                "密钥文件里没有来处的 {id} 号。请把来处密钥文件里这一行抄进这里的密钥文件，编号由小到大",
                id = id
            )
        }));
    }
    Ok(())
}

/// Walks a database's chain; refuses a broken one, or one whose head is another than said.
async fn whole(db: &Db, name: &str, head: &str) -> Upkept<()> {
    let (now, breaks) = crate::audit::verify(db, None).await?;
    if breaks.is_empty() && now.to_string() == head {
        return Ok(());
    }
    Err(UpkeepError::Refused(msg!("{name} 的审计链断裂，或和记下的链头不同", name = name)))
}

/// Every database of an installation: the control database first.
async fn databases(at: &Installation) -> Upkept<Vec<(String, Db)>> {
    let mut out = vec![("control".to_owned(), at.control.clone())];
    for county in at.counties().await? {
        if let Some((info, db)) = at.county(&county.code).await? {
            out.push((info.code, db));
        }
    }
    Ok(out)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// SM3 of a file and its length.
fn sm3_of(path: &Path) -> Upkept<(String, u64)> {
    let mut file = File::open(path).map_err(at(path))?;
    let (mut sm3, mut bytes, mut buffer) = (Sm3::new(), 0, vec![0; 1 << 16]);
    loop {
        match file.read(&mut buffer).map_err(at(path))? {
            0 => return Ok((hex(&sm3.finalize()), bytes)),
            n => {
                sm3.update(&buffer[..n]);
                bytes += n as u64;
            }
        }
    }
}

/// Puts what was renamed or made in a folder on the disk.
fn sync_folder(folder: &Path) -> Upkept<()> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    if cfg!(unix) {
        File::open(folder).and_then(|f| f.sync_all()).map_err(at(folder))?;
    }
    Ok(())
}

fn parent(path: &Path) -> &Path {
    path.parent().unwrap_or(Path::new(""))
}

/// A new file that its owner alone can read.
fn private_file(path: &Path) -> Upkept<File> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(at(path))
}

/// A new folder that its owner alone can look into.
fn private_folder(path: &Path) -> Upkept<()> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(at(path))
}

/// Takes a file away if it is there.
fn remove(path: &Path) -> Upkept<()> {
    match std::fs::remove_file(path) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(UpkeepError::File(path.to_owned(), e)),
        _ => Ok(()),
    }
}

/// Takes a folder and what is in it away if it is there.
fn remove_folder(path: &Path) -> Upkept<()> {
    match std::fs::remove_dir_all(path) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(UpkeepError::File(path.to_owned(), e)),
        _ => Ok(()),
    }
}

/// Writes and takes the SM3 of what it writes.
struct Hashing<W> {
    to: W,
    sm3: Sm3,
}

impl<W: Write> Hashing<W> {
    fn new(to: W) -> Self {
        Hashing { to, sm3: Sm3::new() }
    }
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, part: &[u8]) -> io::Result<usize> {
        let n = self.to.write(part)?;
        self.sm3.update(&part[..n]);
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}
