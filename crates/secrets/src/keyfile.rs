//! The key file: made once, changed in one step, closed to others.

use super::keys::{KeyError, KeyRing, parse_line};
use super::{hex, random};
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// The text of a key file that only its owner may read.
pub(super) fn read(path: &Path) -> Result<Zeroizing<String>, KeyError> {
    let fault = |source| KeyError::Read { path: path.to_owned(), source };
    let mut file = File::open(path).map_err(fault)?;
    check_mode(path, &file)?;
    // Room for the whole file at once: a growing buffer leaves copies of keys behind.
    let length = file.metadata().map_err(fault)?.len();
    let mut text = Zeroizing::new(String::with_capacity(usize::try_from(length).unwrap_or(0) + 1));
    file.read_to_string(&mut text).map_err(fault)?;
    Ok(text)
}

#[cfg(unix)]
fn check_mode(path: &Path, file: &File) -> Result<(), KeyError> {
    use std::os::unix::fs::PermissionsExt;
    let meta = file.metadata().map_err(|source| KeyError::Read { path: path.to_owned(), source })?;
    match meta.permissions().mode() & 0o777 {
        mode if mode & 0o077 != 0 => Err(KeyError::Exposed { path: path.to_owned(), mode }),
        _ => Ok(()),
    }
}

#[cfg(not(unix))]
fn check_mode(_: &Path, _: &File) -> Result<(), KeyError> {
    Ok(())
}

/// A new file with key 1: written beside and named when it is on the disk, so that a kill leaves no half of it and of
/// several that start at once one stands.
pub(super) fn create(path: &Path) -> Result<(), KeyError> {
    let text = format!(
        "# Master keys of this county. Keep a copy off this machine: without them sealed values are lost.\n{}",
        &*fresh_line(1)
    );
    let text = Zeroizing::new(text);
    let fault = |source: std::io::Error| match source.kind() {
        ErrorKind::AlreadyExists => KeyError::Exists { path: path.to_owned() },
        _ => KeyError::Write { path: path.to_owned(), source },
    };
    // Of mode 600 on Unix, and taken away again unless it gets its name.
    let mut draft = tempfile::Builder::new().prefix(".keys-").tempfile_in(folder(path)).map_err(fault)?;
    draft.write_all(text.as_bytes()).and_then(|()| draft.as_file().sync_all()).map_err(fault)?;
    draft.persist_noclobber(path).map_err(|e| fault(e.error))?;
    sync_folder(path)
}

pub(super) fn add(path: &Path) -> Result<u32, KeyError> {
    let path = real(path)?;
    let old = read(&path)?;
    let newest = KeyRing::parse(&old)?.newest_id();
    let id = newest.checked_add(1).ok_or(KeyError::Newest { id: newest })?;
    let gap = if old.ends_with('\n') { "" } else { "\n" };
    replace(&path, &Zeroizing::new(format!("{}{gap}{}", &*old, &*fresh_line(id))))?;
    Ok(id)
}

pub(super) fn retire(path: &Path, id: u32) -> Result<(), KeyError> {
    let path = real(path)?;
    let old = read(&path)?;
    let ring = KeyRing::parse(&old)?;
    if ring.by_id(id).is_none() {
        return Err(KeyError::Unknown { id });
    }
    if ring.newest_id() == id {
        return Err(KeyError::Newest { id });
    }
    let mut text = Zeroizing::new(String::with_capacity(old.len()));
    for line in old.split_inclusive('\n') {
        let own = line.trim();
        if own.starts_with('#') || parse_line(own).is_none_or(|(found, _)| found != id) {
            text.push_str(line);
        }
    }
    replace(&path, &text)
}

fn fresh_line(id: u32) -> Zeroizing<String> {
    let key = Zeroizing::new(random::<32>());
    let digits = Zeroizing::new(hex(&*key));
    Zeroizing::new(format!("{id}:{}\n", &*digits))
}

/// The file behind links: renaming over a link would leave the old keys in use elsewhere.
fn real(path: &Path) -> Result<PathBuf, KeyError> {
    path.canonicalize().map_err(|source| KeyError::Read { path: path.to_owned(), source })
}

/// Writes beside the file and renames over it. A leftover of another run stops it, so two runs cannot mix.
fn replace(path: &Path, text: &str) -> Result<(), KeyError> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let beside = path.with_file_name(name);
    write_new(&beside, text, path)?;
    if let Err(source) = std::fs::rename(&beside, path) {
        std::fs::remove_file(&beside).ok();
        return Err(KeyError::Write { path: path.to_owned(), source });
    }
    sync_folder(path)
}

/// A new file of mode 600 on the disk, with the owner of another file.
fn write_new(path: &Path, text: &str, owner_of: &Path) -> Result<(), KeyError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(|source| match source.kind() {
        ErrorKind::AlreadyExists => KeyError::Exists { path: path.to_owned() },
        _ => KeyError::Write { path: path.to_owned(), source },
    })?;
    let written = file
        .write_all(text.as_bytes())
        .and_then(|()| same_owner(&file, owner_of))
        .and_then(|()| file.sync_all());
    written.map_err(|source| {
        std::fs::remove_file(path).ok();
        KeyError::Write { path: path.to_owned(), source }
    })
}

/// Rotation is often run as root, while the server runs as another user and must still read the file.
#[cfg(unix)]
fn same_owner(file: &File, other: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::{MetadataExt, fchown};
    let (new, old) = (file.metadata()?, std::fs::metadata(other)?);
    if (new.uid(), new.gid()) == (old.uid(), old.gid()) {
        return Ok(());
    }
    fchown(file, Some(old.uid()), Some(old.gid()))
}

#[cfg(not(unix))]
fn same_owner(_: &File, _: &Path) -> std::io::Result<()> {
    Ok(())
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// The name itself reaches the disk only with its folder.
fn sync_folder(path: &Path) -> Result<(), KeyError> {
    let folder = folder(path);
    if cfg!(unix) {
        File::open(folder)
            .and_then(|f| f.sync_all())
            .map_err(|source| KeyError::Write { path: folder.to_owned(), source })?;
    }
    Ok(())
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::super::keys::KeySource;
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn load(path: &Path) -> Result<KeyRing, KeyError> {
        KeyRing::load(&KeySource::File(path.to_owned()))
    }

    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn a_new_file_is_closed_and_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys");
        KeyRing::create_file(&path).unwrap();
        let before = std::fs::read(&path).unwrap();
        assert_eq!((mode(&path), load(&path).unwrap().ids()), (0o600, vec![1]));
        assert!(matches!(KeyRing::create_file(&path), Err(KeyError::Exists { .. })));
        assert_eq!(std::fs::read(&path).unwrap(), before);
    }

    #[test]
    fn of_many_first_starts_one_key_stands_and_none_is_ever_half_there() {
        use std::sync::Barrier;
        for _ in 0..40 {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("keys");
            let start = Barrier::new(8);
            let came: Vec<(bool, Vec<u8>)> = std::thread::scope(|scope| {
                let watch = scope.spawn(|| {
                    start.wait();
                    while !path.exists() {
                        std::thread::yield_now();
                    }
                    load(&path).expect("whole from the first moment");
                });
                let makers: Vec<_> = (0..7)
                    .map(|_| {
                        scope.spawn(|| {
                            start.wait();
                            let made = match KeyRing::create_file(&path) {
                                Ok(()) => true,
                                Err(KeyError::Exists { .. }) => false,
                                Err(e) => panic!("{e}"),
                            };
                            (made, std::fs::read(&path).unwrap())
                        })
                    })
                    .collect();
                watch.join().unwrap();
                makers.into_iter().map(|m| m.join().unwrap()).collect()
            });
            assert_eq!(came.iter().filter(|(made, _)| *made).count(), 1);
            assert!(came.iter().all(|(_, text)| *text == came[0].1), "all read the same");
            assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "no draft is left");
        }
    }

    #[test]
    fn a_file_open_to_others_is_refused_with_the_mend() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys");
        KeyRing::create_file(&path).unwrap();
        for open in [0o640, 0o604, 0o620, 0o777] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(open)).unwrap();
            let fault = load(&path).unwrap_err().to_string();
            assert!(fault.contains(&format!("{open:03o}")), "{fault}");
            assert!(fault.ends_with(&format!("chmod 600 {}", path.display())), "{fault}");
        }
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o400)).unwrap();
        assert!(load(&path).is_ok());
    }

    #[test]
    fn rotation_keeps_old_keys_comments_and_mode() {
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("keys"), folder.path().join("link"));
        KeyRing::create_file(&path).unwrap();
        std::os::unix::fs::symlink(&path, &link).unwrap();
        let before = load(&path).unwrap();
        assert_eq!(KeyRing::add_key(&link).unwrap(), 2);
        assert_eq!(KeyRing::add_key(&path).unwrap(), 3);
        let after = load(&path).unwrap();
        assert_eq!((after.ids(), mode(&path)), (vec![1, 2, 3], 0o600));
        assert!(link.is_symlink());
        assert!(std::fs::read_to_string(&path).unwrap().starts_with("# Master keys"));
        assert_eq!(after.open("c", &before.seal("c", b"old")).unwrap(), b"old");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "nothing left beside");
    }

    #[test]
    fn old_keys_retire_but_not_the_newest() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys");
        KeyRing::create_file(&path).unwrap();
        assert!(matches!(KeyRing::retire(&path, 1), Err(KeyError::Newest { id: 1 })));
        KeyRing::add_key(&path).unwrap();
        assert!(matches!(KeyRing::retire(&path, 9), Err(KeyError::Unknown { id: 9 })));
        KeyRing::retire(&path, 1).unwrap();
        assert_eq!(load(&path).unwrap().ids(), [2]);
        assert_eq!(KeyRing::add_key(&path).unwrap(), 3, "numbers are never used twice");
    }

    #[test]
    fn a_leftover_beside_stops_rotation_and_leaves_the_keys() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys");
        KeyRing::create_file(&path).unwrap();
        std::fs::write(folder.path().join("keys.new"), "").unwrap();
        assert!(matches!(KeyRing::add_key(&path), Err(KeyError::Exists { .. })));
        assert_eq!(load(&path).unwrap().ids(), [1]);
    }
}
