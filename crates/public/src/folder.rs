//! The folder between a county and its public pages. It may be one folder of one machine, or two that are carried to each
//! other (rsync, a stick): everything in it is a whole file that appears by rename.
//!
//! ```text
//! published/site.json   written by the county: wire::Site
//! published/status/TAG  written by the county: a sealed wire::Status; an empty file where there is nothing any more
//! inbox/NAME.sealed     written by the public pages: a letter; taken away by the county
//! receipts/TAG          the public pages' own: the first status of who sent something, sealed under that sender's key
//! secret                the public pages' own: 32 bytes in hex digits, mode 600
//! ```
//!
//! The county fetches so: for each of [`Folder::letters`], [`Folder::read`] and [`crate::seal::Opener::open`]; write what it
//! says into the database; [`Folder::publish_status`] of its [`crate::seal::locker`]; at last [`Folder::done`]. A letter that
//! does not open is left, or taken away with [`Folder::done`]; letters that come twice carry the same receipt.

use crate::seal::is_tag;
use crate::wire::{Site, VERSION};
use secrets::letter::{from_hex, to_hex};
use secrets::{random, sm3_hex};
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use zeroize::Zeroizing;

/// No site is larger.
const SITE: u64 = 4 << 20;
/// No letter and no status is larger.
const SEALED: u64 = 256 << 10;

/// How much may wait in the inbox.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bounds {
    /// Letters.
    pub letters: usize,
    /// Their bytes, together.
    pub bytes: u64,
    /// Receipts that are kept.
    pub receipts: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Bounds { letters: 5_000, bytes: 128 << 20, receipts: 100_000 }
    }
}

/// Why a letter was not taken.
#[derive(thiserror::Error, Debug)]
pub enum Refused {
    /// The inbox is full until the county fetches.
    #[error("the inbox is full")]
    Full,
    /// The disk said no.
    #[error(transparent)]
    Disk(#[from] std::io::Error),
}

/// See the module.
#[derive(Clone, Debug)]
pub struct Folder {
    dir: PathBuf,
    bounds: Bounds,
}

impl Folder {
    /// Opens a folder, making what is not there.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn open(dir: impl Into<PathBuf>) -> std::io::Result<Folder> {
        let dir = dir.into();
        for part in ["published/status", "inbox", "receipts"] {
            fs::create_dir_all(dir.join(part))?;
        }
        close_to_others(&dir.join("receipts"))?;
        Ok(Folder { dir, bounds: Bounds::default() })
    }

    /// With other bounds of the inbox.
    #[must_use]
    pub fn with_bounds(mut self, bounds: Bounds) -> Folder {
        self.bounds = bounds;
        self
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.dir
    }

    // What the county does.

    /// Publishes, in the place of what was published before.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn publish(&self, site: &Site) -> std::io::Result<()> {
        let text = serde_json::to_vec_pretty(site).map_err(std::io::Error::other)?;
        write(&self.site_path(), &text)
    }

    /// Publishes a sealed status under its tag, in the place of the one before.
    ///
    /// # Errors
    /// No tag, or it cannot be written.
    pub fn publish_status(&self, tag: &str, sealed: &[u8]) -> std::io::Result<()> {
        write(&self.status_path(tag)?, sealed)
    }

    /// Ends a status: whoever looks it up reads what is read of a receipt that never was, and the public pages wipe
    /// what they keep of it. An empty file stays.
    ///
    /// # Errors
    /// No tag, or it cannot be written.
    pub fn withdraw_status(&self, tag: &str) -> std::io::Result<()> {
        write(&self.status_path(tag)?, b"")
    }

    /// Names of the letters that wait, oldest first.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn letters(&self) -> std::io::Result<Vec<String>> {
        let mut names: Vec<String> = fs::read_dir(self.dir.join("inbox"))?
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .filter(|name| is_letter(name))
            .collect();
        names.sort();
        Ok(names)
    }

    /// A letter's bytes, sealed.
    ///
    /// # Errors
    /// No such letter, or one that is too large to be one.
    pub fn read(&self, name: &str) -> std::io::Result<Vec<u8>> {
        read(&self.letter_path(name)?, SEALED)?.ok_or_else(|| ErrorKind::NotFound.into())
    }

    /// Takes a letter away. Not an error when it is gone already.
    ///
    /// # Errors
    /// It cannot be taken away.
    pub fn done(&self, name: &str) -> std::io::Result<()> {
        remove(&self.letter_path(name)?)
    }

    // What the public pages do.

    /// What is published; `None` before the county published anything.
    ///
    /// # Errors
    /// It cannot be read, or is of another format.
    pub fn site(&self) -> std::io::Result<Option<Site>> {
        let Some(text) = read(&self.site_path(), SITE)? else { return Ok(None) };
        let site: Site = serde_json::from_slice(&text).map_err(std::io::Error::other)?;
        if site.version != VERSION || !crate::seal::is_key(&site.key) {
            return Err(std::io::Error::other("published/site.json: another version, or no key"));
        }
        Ok(Some(site))
    }

    /// A digest of what is published. Time and length would not do: a file written twice within a tick of the clock may keep
    /// both.
    pub fn site_mark(&self) -> Option<String> {
        Some(sm3_hex(&fs::read(self.site_path()).ok()?))
    }

    /// The county's status under a tag; empty bytes where it ended.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn status(&self, tag: &str) -> std::io::Result<Option<Vec<u8>>> {
        read(&self.status_path(tag)?, SEALED)
    }

    /// What the public pages keep under a tag; empty bytes where its sender withdrew.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn receipt(&self, tag: &str) -> std::io::Result<Option<Vec<u8>>> {
        read(&self.receipt_path(tag)?, SEALED)
    }

    /// Keeps a receipt, in the place of the one before. Empty bytes say that its sender withdrew.
    ///
    /// # Errors
    /// No tag, too many are kept, or it cannot be written.
    pub fn keep(&self, tag: &str, sealed: &[u8]) -> Result<(), Refused> {
        let path = self.receipt_path(tag)?;
        if !path.exists() && fs::read_dir(self.dir.join("receipts"))?.count() >= self.bounds.receipts {
            return Err(Refused::Full);
        }
        Ok(write(&path, sealed)?)
    }

    /// Puts a letter into the inbox; gives its name. `at` is milliseconds since 1970: names sort by it.
    ///
    /// # Errors
    /// The inbox is full, or the disk says no.
    pub fn post(&self, at: i64, sealed: &[u8]) -> Result<String, Refused> {
        self.post_for(at, sealed, &[])
    }

    /// Puts a letter in the place of others that nobody needs to read any more.
    ///
    /// # Errors
    /// As [`Folder::post`]; then the others are still there.
    pub fn post_for(&self, at: i64, sealed: &[u8], others: &[&str]) -> Result<String, Refused> {
        let (mut letters, mut bytes) = (0, sealed.len() as u64);
        for entry in fs::read_dir(self.dir.join("inbox"))? {
            let Ok(entry) = entry else { continue };
            // One that the county takes away in this moment is no matter.
            let Ok(meta) = entry.metadata() else { continue };
            if !entry.file_name().to_str().is_some_and(|name| others.contains(&name)) {
                letters += 1;
                bytes += meta.len();
            }
        }
        if letters >= self.bounds.letters || bytes > self.bounds.bytes {
            return Err(Refused::Full);
        }
        let name = format!("{at:013}-{}.sealed", to_hex(&random::<8>()));
        write(&self.letter_path(&name)?, sealed)?;
        for other in others {
            self.done(other)?;
        }
        Ok(name)
    }

    /// Whether a letter still waits to be fetched.
    pub fn waits(&self, name: &str) -> bool {
        self.letter_path(name).is_ok_and(|path| path.exists())
    }

    /// The secret of the public pages, made when first asked for.
    ///
    /// # Errors
    /// It cannot be read or made, or others may read it.
    pub fn secret(&self) -> std::io::Result<Zeroizing<[u8; 32]>> {
        let path = self.dir.join("secret");
        if !path.exists() {
            let text = Zeroizing::new(to_hex(&*Zeroizing::new(random::<32>())));
            let mut options = OpenOptions::new();
            options.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let draft = self.dir.join(format!(".secret-{}", to_hex(&random::<8>())));
            let mut file = options.open(&draft)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            // Of several that start at once, one's stands.
            let named = fs::hard_link(&draft, &path);
            fs::remove_file(&draft)?;
            if let Err(e) = named
                && e.kind() != ErrorKind::AlreadyExists
            {
                return Err(e);
            }
        }
        only_its_owner_reads(&path)?;
        let text = Zeroizing::new(read(&path, 256)?.unwrap_or_default());
        let text = std::str::from_utf8(&text).unwrap_or_default().trim();
        from_hex(text).map(Zeroizing::new).ok_or_else(|| std::io::Error::other("secret: not 64 hex digits"))
    }

    /// Wipes receipts whose status the county ended, and those nobody wrote to for `months` of 31 days; gives how many.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn tidy(&self, now: SystemTime, months: u32) -> std::io::Result<usize> {
        let oldest = now.checked_sub(Duration::from_secs(u64::from(months) * 31 * 86_400));
        let mut wiped = 0;
        for entry in fs::read_dir(self.dir.join("receipts"))? {
            let Ok(entry) = entry else { continue };
            let Ok(tag) = entry.file_name().into_string() else { continue };
            let old =
                entry.metadata().and_then(|m| m.modified()).is_ok_and(|at| oldest.is_some_and(|o| at < o));
            let ended = is_tag(&tag) && fs::metadata(self.status_path(&tag)?).is_ok_and(|m| m.len() == 0);
            if old || ended {
                remove(&entry.path())?;
                wiped += 1;
            }
        }
        Ok(wiped)
    }

    fn site_path(&self) -> PathBuf {
        self.dir.join("published").join("site.json")
    }

    fn status_path(&self, tag: &str) -> std::io::Result<PathBuf> {
        named(is_tag(tag)).map(|()| self.dir.join("published").join("status").join(tag))
    }

    fn receipt_path(&self, tag: &str) -> std::io::Result<PathBuf> {
        named(is_tag(tag)).map(|()| self.dir.join("receipts").join(tag))
    }

    fn letter_path(&self, name: &str) -> std::io::Result<PathBuf> {
        named(is_letter(name)).map(|()| self.dir.join("inbox").join(name))
    }
}

/// Names come from files and from callers: none leads elsewhere.
fn named(good: bool) -> std::io::Result<()> {
    if good { Ok(()) } else { Err(ErrorKind::InvalidInput.into()) }
}

fn is_letter(name: &str) -> bool {
    let Some((at, rest)) = name.strip_suffix(".sealed").and_then(|n| n.split_once('-')) else { return false };
    at.len() == 13 && at.bytes().all(|b| b.is_ascii_digit()) && from_hex::<8>(rest).is_some()
}

/// A whole file by rename, on the disk before it has its name.
fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let draft = folder.join(format!(".{}", to_hex(&random::<8>())));
    let written = File::create_new(&draft)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .and_then(|()| fs::rename(&draft, path));
    if let Err(e) = written {
        let _ = fs::remove_file(&draft);
        return Err(e);
    }
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    Ok(())
}

/// A file's bytes; `None` where there is no such file. One of more than `most` bytes is an error.
fn read(path: &Path, most: u64) -> std::io::Result<Option<Vec<u8>>> {
    let file = match File::open(path) {
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(None),
        file => file?,
    };
    let mut bytes = Vec::new();
    file.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(ErrorKind::FileTooLarge.into());
    }
    Ok(Some(bytes))
}

fn remove(path: &Path) -> std::io::Result<()> {
    match fs::remove_file(path) {
        Err(e) if e.kind() != ErrorKind::NotFound => Err(e),
        _ => Ok(()),
    }
}

#[cfg(unix)]
fn close_to_others(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
fn close_to_others(_: &Path) -> std::io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn only_its_owner_reads(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    match fs::metadata(path)?.permissions().mode() & 0o077 {
        0 => Ok(()),
        _ => Err(std::io::Error::other("secret: others may read it; chmod 600")),
    }
}

#[cfg(not(unix))]
fn only_its_owner_reads(_: &Path) -> std::io::Result<()> {
    Ok(())
}
