//! Many forms in one ZIP.

use crate::lrmx::{Lrmx, LrmxFault, MAX_BYTES, MAX_PHOTO, Photo};
use kernel::{Message, msg};
use std::collections::{HashMap, HashSet};
use std::io::{Cursor, Read, Write};
use zip::ZipArchive;

/// The most entries of a bundle.
pub const MAX_ENTRIES: usize = 5_000;
/// The most bytes of a bundle once inflated.
pub const MAX_INFLATED: u64 = 500 << 20;
/// What inflates to more than this many times its size, and to more than [`SMALL`], is a bomb.
const MAX_RATIO: u64 = 200;
const SMALL: u64 = 1 << 20;

/// A file of a bundle and what it holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BundleEntry {
    /// Its name with folders, from UTF-8 or GBK.
    pub file: String,
    /// The form, or what is wrong with the file.
    pub form: Result<Lrmx, LrmxFault>,
}

/// Reads a form from a file: LRMX or LRM by what it holds.
///
/// # Errors
/// As [`Lrmx::read`] and [`crate::lrm::read`].
pub fn read_one(bytes: &[u8]) -> Result<Lrmx, LrmxFault> {
    if is_zip(bytes) {
        return Err(LrmxFault::new("", 0, msg!("是压缩包，不是任免审批表"))
            .mend(msg!("解开压缩包，选里面的 .lrmx 文件")));
    }
    if crate::lrm::looks_like(bytes) { crate::lrm::read(bytes) } else { Lrmx::read(bytes) }
}

/// Puts files into a ZIP, in their order, under the names given; of one name the later ones are numbered. Times are
/// pinned: the same files give the same bytes.
///
/// # Errors
/// What the packer refuses: more than it holds.
pub fn write_many(files: &[(String, Vec<u8>)]) -> std::io::Result<Vec<u8>> {
    let options = zip::write::SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Deflated)
        .last_modified_time(zip::DateTime::DEFAULT);
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let mut seen: HashMap<&str, usize> = HashMap::new();
    for (name, bytes) in files {
        let n = seen.entry(name).or_insert(0);
        *n += 1;
        let own = match (*n, name.rsplit_once('.')) {
            (1, _) => name.clone(),
            (n, Some((stem, ending))) => format!("{stem}-{n}.{ending}"),
            (n, None) => format!("{name}-{n}"),
        };
        out.start_file(own, options)?;
        out.write_all(bytes)?;
    }
    Ok(out.finish()?.into_inner())
}

/// Whether bytes begin like a ZIP.
pub fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

/// Reads every form of a ZIP, in the archive's order: see [`read_each`]. Holds them all; photos of up to half a gigabyte
/// are better taken one at a time.
///
/// # Errors
/// As [`read_each`].
pub fn read_many(bytes: &[u8]) -> Result<Vec<BundleEntry>, LrmxFault> {
    let mut entries = Vec::new();
    read_each(bytes, |entry| entries.push(entry))?;
    Ok(entries)
}

/// Reads every `.lrmx`, `.xml` and `.lrm` file of a ZIP, in the archive's order, and hands each over as it is read. Folders,
/// hidden files and photos beside LRM files (`name.pic`, joined to their form) are no entries; any other file, another
/// archive and an encrypted file are entries with a fault.
///
/// # Errors
/// The whole archive is refused when it is no ZIP, holds more than [`MAX_ENTRIES`] files, more than [`MAX_INFLATED`]
/// bytes, or a file that inflates suspiciously. What was handed over before stays with the caller, who drops it.
pub fn read_each(bytes: &[u8], mut each: impl FnMut(BundleEntry)) -> Result<(), LrmxFault> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| {
        whole(msg!("不是完好的 ZIP 压缩包")).mend(msg!("重新压缩为 ZIP 格式，不用 RAR 或 7z"))
    })?;
    if archive.len() > MAX_ENTRIES {
        return Err(whole(msg!("压缩包里超过 {n} 个文件", n = MAX_ENTRIES)).mend(msg!("分成几个压缩包")));
    }
    let names: Vec<Option<String>> = (0..archive.len()).map(|i| name(&mut archive, i)).collect();
    let old: HashSet<String> =
        names.iter().flatten().filter(|name| ending(name) == "lrm").map(|name| stem(name)).collect();
    let mut photos: HashMap<String, usize> = HashMap::new();
    for (i, name) in names.iter().enumerate() {
        if let Some(name) = name
            && is_photo(name)
            && old.contains(&stem(name))
        {
            photos.entry(stem(name)).or_insert(i);
        }
    }
    let mut left = MAX_INFLATED;
    for (i, name) in names.iter().enumerate() {
        let Some(name) = name else { continue };
        if is_photo(name) && old.contains(&stem(name)) {
            continue;
        }
        let form = match ending(name).as_str() {
            "lrmx" | "xml" | "lrm" => match inflate(&mut archive, i, MAX_BYTES, &mut left)? {
                Err(fault) => Err(fault),
                Ok(bytes) => {
                    let form = read_one(&bytes);
                    match photos.get(&stem(name)).filter(|_| ending(name) == "lrm") {
                        Some(photo) => with_photo(form, inflate(&mut archive, *photo, MAX_PHOTO, &mut left)?),
                        None => form,
                    }
                }
            },
            "zip" | "rar" | "7z" | "gz" | "tar" => {
                Err(whole(msg!("压缩包里还有压缩包，不往里读")).mend(msg!("解开后把文件放在一起再压缩")))
            }
            _ => Err(whole(msg!("不是任免审批表文件（.lrmx 或 .lrm）"))),
        };
        each(BundleEntry { file: name.clone(), form });
    }
    Ok(())
}

/// Every file of a ZIP with its name, in the archive's order: at most `most` files of at most `bytes` bytes each.
///
/// # Errors
/// What is wrong with the archive or with any of its files: nothing is taken from one that is not whole.
pub fn read_files(zip: &[u8], most: usize, bytes: usize) -> Result<Vec<(String, Vec<u8>)>, LrmxFault> {
    let mut archive = ZipArchive::new(Cursor::new(zip)).map_err(|_| whole(msg!("不是完好的 ZIP 压缩包")))?;
    if archive.len() > most {
        return Err(whole(msg!("压缩包里超过 {n} 个文件", n = most)));
    }
    let mut left = MAX_INFLATED;
    let mut out = Vec::with_capacity(archive.len());
    for i in 0..archive.len() {
        let name = name(&mut archive, i).ok_or_else(|| whole(msg!("在压缩包里已经损坏")))?;
        out.push((name, inflate(&mut archive, i, bytes, &mut left)??));
    }
    Ok(out)
}

fn whole(reason: Message) -> LrmxFault {
    LrmxFault::new("", 0, reason)
}

fn with_photo(form: Result<Lrmx, LrmxFault>, photo: Result<Vec<u8>, LrmxFault>) -> Result<Lrmx, LrmxFault> {
    let mut form = form?;
    let bytes = photo.map_err(|fault| LrmxFault { element: "ZhaoPian".into(), ..fault })?;
    form.photo = (!bytes.is_empty()).then_some(Photo { bytes });
    Ok(form)
}

/// A name to show; none for folders and for what operating systems leave behind.
fn name(archive: &mut ZipArchive<Cursor<&[u8]>>, i: usize) -> Option<String> {
    let file = archive.by_index_raw(i).ok()?;
    if file.is_dir() {
        return None;
    }
    let raw = file.name_raw();
    let name = match std::str::from_utf8(raw) {
        Ok(name) => name.to_owned(),
        Err(_) => encoding_rs::GB18030.decode_without_bom_handling(raw).0.into_owned(),
    };
    let name = name.replace('\\', "/");
    let last = name.rsplit('/').next().unwrap_or_default();
    let hidden = last.is_empty()
        || last.starts_with('.')
        || name.starts_with("__MACOSX/")
        || ["thumbs.db", "desktop.ini"].contains(&last.to_lowercase().as_str());
    (!hidden).then_some(name)
}

fn ending(name: &str) -> String {
    name.rsplit('/')
        .next()
        .unwrap_or_default()
        .rsplit_once('.')
        .map_or(String::new(), |(_, e)| e.to_lowercase())
}

fn stem(name: &str) -> String {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_lowercase()
}

fn is_photo(name: &str) -> bool {
    ["pic", "jpg", "jpeg", "png", "bmp", "gif"].contains(&ending(name).as_str())
}

/// A file's bytes, at most `most`. The inner fault is the file's own; the outer refuses the archive.
fn inflate(
    archive: &mut ZipArchive<Cursor<&[u8]>>,
    i: usize,
    most: usize,
    left: &mut u64,
) -> Result<Result<Vec<u8>, LrmxFault>, LrmxFault> {
    let file = match archive.by_index(i) {
        Ok(file) => file,
        Err(zip::result::ZipError::UnsupportedArchive(what))
            if what == zip::result::ZipError::PASSWORD_REQUIRED =>
        {
            return Ok(Err(whole(msg!("文件加了密码")).mend(msg!("去掉密码后重新压缩"))));
        }
        Err(_) => {
            return Ok(Err(whole(msg!("在压缩包里已经损坏")).mend(msg!("重新压缩"))));
        }
    };
    let packed = file.compressed_size().max(1);
    let mut bytes = Vec::new();
    // One byte more than allowed tells "too large" from "just fits"; what the entry says of its own size counts for nothing.
    let most = u64::try_from(most).unwrap_or(u64::MAX);
    let read = file.take(most.min(*left) + 1).read_to_end(&mut bytes);
    let inflated = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    if inflated > SMALL && inflated / packed > MAX_RATIO {
        return Err(whole(msg!("压缩包里有膨胀异常的文件，为安全起见整包不读")));
    }
    if inflated > *left {
        return Err(
            whole(msg!("压缩包解开后超过 {n} 兆字节", n = MAX_INFLATED >> 20)).mend(msg!("分成几个压缩包"))
        );
    }
    *left -= inflated;
    Ok(match read {
        _ if inflated > most => {
            Err(whole(msg!("文件超过 {n} 兆字节", n = most >> 20)).mend(msg!("缩小照片后重新导出")))
        }
        Ok(_) => Ok(bytes),
        Err(_) => Err(whole(msg!("在压缩包里已经损坏")).mend(msg!("重新压缩"))),
    })
}

#[cfg(test)]
mod tests;
