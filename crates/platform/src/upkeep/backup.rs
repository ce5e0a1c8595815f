//! Backups: every database of an installation as it stands, in a folder of its own, with a manifest.
//!
//! A backup that is being made is called `<stamp>.partial`; only a whole one loses the ending. The key file is never
//! in it: a backup in other hands opens nothing that is sealed. The settings file is not in it either, for it may hold
//! the password of a database. Both are kept elsewhere, and put back by hand.
//!
//! The control database is copied first: a county that is added meanwhile is in the backup without being listed, never
//! listed without being in it.

use super::place::exists;
use super::transfer::{bring, known, write_rows};
use super::{
    Told, UpkeepError, Upkept, at, databases, fingerprints, holds, private_file, private_folder, remove,
    remove_folder, rows, shown, sm3_of, sync_folder, turn, whole,
};
use crate::audit::{self, Outcome};
use crate::county::{Installation, RESTORING, Settings};
use crate::db::{Db, DbError, Event, Target, now_ms};
use crate::secrets::{KeyRing, KeySource, sm3_hex};
use kernel::msg;
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const FORMAT: &str = "yanzhen-backup/1";
const MANIFEST: &str = "manifest.json";
/// Locked while a backup is being made: tells one that is being made from one whose maker died.
const WRITING: &str = "writing";
/// What may stand in a data folder that a backup is put into.
const BESIDE: [&str; 5] = ["keys", "yanzhen.toml", "upkeep.lock", "open.lock", RESTORING];

/// What a backup holds.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Backup {
    /// The form of the backup.
    format: String,
    /// The version that made it.
    pub program: String,
    /// `sqlite` or `postgres`.
    engine: String,
    /// When, milliseconds since 1970.
    pub made_at: i64,
    /// Fingerprints of the keys that open what is sealed in it.
    pub keys: Vec<String>,
    /// The databases.
    pub databases: Vec<Saved>,
    /// SM3 of all of the above.
    sm3: String,
    /// Where it is.
    #[serde(skip)]
    pub folder: PathBuf,
}

/// A database of a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saved {
    /// `control`, or a county's code.
    pub name: String,
    /// Its file.
    pub file: String,
    /// The file's length.
    pub bytes: u64,
    /// The file's SM3.
    pub sm3: String,
    /// The head of its audit chain.
    pub audit: String,
}

impl Backup {
    fn seal(&self) -> String {
        let plain = Backup { sm3: String::new(), ..self.clone() };
        sm3_hex(serde_json::to_string(&plain).unwrap_or_default().as_bytes())
    }

    /// Numbers of the keys that open what is sealed in it.
    pub fn key_numbers(&self) -> Vec<&str> {
        self.keys.iter().map(|k| super::number(k)).collect()
    }

    /// Bytes of all files.
    pub fn bytes(&self) -> u64 {
        self.databases.iter().map(|d| d.bytes).sum()
    }
}

/// Makes a backup in a new folder of `to`.
pub async fn backup(from: &Installation, to: &Path, told: Told<'_>) -> Upkept<Backup> {
    let _turn = turn(&from.folder)?;
    fs::create_dir_all(to).map_err(at(to))?;
    sweep(to)?;
    let now = jiff::Timestamp::now();
    let stamp = now.strftime("%Y%m%d-%H%M%S").to_string();
    let names = (1..).map(|n| if n == 1 { stamp.clone() } else { format!("{stamp}-{n}") });
    let free = names.map(|n| (to.join(format!("{n}.partial")), to.join(n)));
    let mut free = free.filter(|(partial, whole)| !partial.exists() && !whole.exists());
    let Some((partial, folder)) = free.next() else { return Err(DbError::Missing.into()) };
    private_folder(&partial)?;
    let lock = private_file(&partial.join(WRITING))?;
    lock.try_lock().ok();
    let mut done = Backup {
        format: FORMAT.into(),
        program: env!("CARGO_PKG_VERSION").into(),
        engine: if from.control.is_postgres() { "postgres" } else { "sqlite" }.into(),
        made_at: now_ms(),
        keys: fingerprints(&from.keys),
        databases: Vec::new(),
        sm3: String::new(),
        folder,
    };
    if let Err(e) = save_all(from, &partial, &mut done, told).await {
        remove_folder(&partial)?;
        return Err(e);
    }
    done.sm3 = done.seal();
    let path = partial.join(MANIFEST);
    let mut file = private_file(&path)?;
    let text = serde_json::to_string_pretty(&done).unwrap_or_default();
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(at(&path))?;
    sync_folder(&partial)?;
    fs::rename(&partial, &done.folder).map_err(at(&done.folder))?;
    sync_folder(to)?;
    remove(&done.folder.join(WRITING))?;
    drop(lock);
    let stamp = done.folder.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let event = Event {
        action: "backup.make".into(),
        kind: "installation".into(),
        record: stamp,
        note: format!("{} databases, {} bytes", done.databases.len(), done.bytes()),
        ..Event::default()
    };
    from.control.record(event, Outcome::Done).await?;
    Ok(done)
}

/// Takes away what killed runs left behind.
fn sweep(to: &Path) -> Upkept<()> {
    for entry in fs::read_dir(to).map_err(at(to))? {
        let path = entry.map_err(at(to))?.path();
        if path.extension().is_some_and(|e| e == "partial")
            && let Ok(file) = File::options().append(true).open(path.join(WRITING))
            && file.try_lock().is_ok()
        {
            remove_folder(&path)?;
        }
    }
    Ok(())
}

async fn save_all(from: &Installation, folder: &Path, done: &mut Backup, told: Told<'_>) -> Upkept<()> {
    save(from, "control", &from.control, folder, done, told).await?;
    // Read after the control database was copied: see above.
    for (name, db) in databases(from).await?.into_iter().skip(1) {
        save(from, &name, &db, folder, done, told).await?;
    }
    Ok(())
}

async fn save(
    from: &Installation,
    name: &str,
    db: &Db,
    folder: &Path,
    done: &mut Backup,
    told: Told<'_>,
) -> Upkept<()> {
    let total = from.counties().await?.len() as u64 + 1;
    let (file, audit) = if db.is_postgres() {
        let file = format!("{name}.rows");
        let county = from.counties().await?.into_iter().find(|c| c.code == name);
        let header = write_rows(db, county.as_ref(), &folder.join(&file), &|_, _| ()).await?;
        let head = header.audit.parse::<audit::Head>().ok();
        let (_, breaks) = audit::verify(db, head.as_ref()).await?;
        if !breaks.is_empty() {
            return Err(broken(name));
        }
        (file, header.audit)
    } else {
        let file = format!("{name}.sqlite");
        let path = folder.join(&file);
        db.copy_into(&path).await?;
        File::open(&path).and_then(|f| f.sync_all()).map_err(at(&path))?;
        let copy = Db::open_still(&path, from.keys.clone()).await?;
        let checked = sound(&copy, name).await;
        copy.close().await?;
        (file, checked?)
    };
    let (sm3, bytes) = sm3_of(&folder.join(&file))?;
    done.databases.push(Saved { name: name.into(), file, bytes, sm3, audit });
    told(done.databases.len() as u64, total.max(done.databases.len() as u64));
    Ok(())
}

fn broken(name: &str) -> UpkeepError {
    UpkeepError::Refused(msg!("{name} 的审计链断裂，或和记下的链头不同", name = name))
}

/// A copy whose pages and chain are whole; gives the chain's head.
async fn sound(copy: &Db, name: &str) -> Upkept<String> {
    let row = copy.one("select * from pragma_quick_check limit 1", vec![]).await?.ok_or(DbError::Missing)?;
    let said = row.text(0)?;
    if said != "ok" {
        return Err(UpkeepError::Refused(msg!("{name} 的数据库文件坏了：{why}", name = name, why = said)));
    }
    let head = rows::head(copy).await?;
    whole(copy, name, &head).await?;
    Ok(head)
}

/// Reads a backup's manifest and holds every file to it.
fn check(from: &Path) -> Upkept<Backup> {
    let path = from.join(MANIFEST);
    let unfinished = from.extension().is_some_and(|e| e == "partial");
    if unfinished || !path.exists() {
        return Err(UpkeepError::Refused(msg!(
            "{folder} 不是一份完整的备份；请选一个以日期命名、没有 .partial 的文件夹",
            folder = shown(from)
        )));
    }
    let damaged =
        |path: &Path| UpkeepError::Refused(msg!("{file} 残缺或被改过；请换一份备份", file = shown(path)));
    let text = fs::read_to_string(&path).map_err(at(&path))?;
    let mut found: Backup = serde_json::from_str(&text).map_err(|_| damaged(&path))?;
    if found.format != FORMAT {
        let said = msg!(
            "{file} 的格式是 {format}，这个版本不认识；请用新版本",
            file = shown(&path),
            format = &found.format
        );
        return Err(UpkeepError::Refused(said));
    }
    let ending = if found.engine == "postgres" { "rows" } else { "sqlite" };
    let named = |s: &Saved| {
        let county = s.name.len() == 6 && s.name.bytes().all(|b| b.is_ascii_digit());
        (county || s.name == "control") && s.file == format!("{}.{ending}", s.name)
    };
    let first = found.databases.first().is_some_and(|s| s.name == "control");
    if found.seal() != found.sm3 || !first || !found.databases.iter().all(named) {
        return Err(damaged(&path));
    }
    for saved in &found.databases {
        let path = from.join(&saved.file);
        if !path.exists() || sm3_of(&path)? != (saved.sm3.clone(), saved.bytes) {
            return Err(damaged(&path));
        }
    }
    found.folder = from.to_owned();
    Ok(found)
}

/// Puts a backup into an empty data folder. The key file and the settings may stand in it; without the key file what
/// is sealed stays sealed until it is put there.
pub async fn restore(from: &Path, folder: &Path, settings: &Settings, told: Told<'_>) -> Upkept<Backup> {
    let backup = check(from)?;
    if (backup.engine == "postgres") == settings.database.is_empty() {
        return Err(UpkeepError::Refused(msg!(
            "备份来自 {engine}，要恢复到同一种数据库；换数据库请恢复后用 yanzhen export-county 和 import-county",
            engine = &backup.engine
        )));
    }
    if !folder.exists() {
        fs::create_dir_all(folder).map_err(at(folder))?;
        crate::county::private(folder).map_err(at(folder))?;
    }
    let _turn = turn(folder)?;
    let source = settings.key_source(folder);
    let keys = match &source {
        KeySource::File(path) if !path.exists() => KeyRing::throw_away(),
        source => {
            let keys = KeyRing::load(source)?;
            holds(&keys, &backup.keys)?;
            keys
        }
    };
    let keys = Arc::new(keys);
    if settings.database.is_empty() {
        restore_files(&backup, folder, &keys, told).await?;
    } else {
        restore_rows(&backup, folder, settings, &keys, told).await?;
    }
    let control = Db::open(&settings.target(folder, "control"), keys).await?;
    let event = Event {
        action: "backup.restore".into(),
        kind: "installation".into(),
        record: from.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default(),
        ..Event::default()
    };
    let recorded = control.record(event, Outcome::Done).await;
    control.close().await?;
    recorded?;
    Ok(backup)
}

/// Refuses a folder with data in it.
fn empty(folder: &Path, ours: &[&str]) -> Upkept<()> {
    for entry in fs::read_dir(folder).map_err(at(folder))? {
        let name = entry.map_err(at(folder))?.file_name();
        let name = name.to_string_lossy();
        if !BESIDE.contains(&name.as_ref()) && !ours.contains(&name.as_ref()) {
            return Err(UpkeepError::Refused(msg!(
                "{folder} 里已经有 {name}；只能恢复到空文件夹（可以先放好 keys 和 yanzhen.toml）",
                folder = shown(folder),
                name = name.into_owned()
            )));
        }
    }
    Ok(())
}

async fn restore_files(backup: &Backup, folder: &Path, keys: &Arc<KeyRing>, told: Told<'_>) -> Upkept<()> {
    let (staging, control) = (folder.join(RESTORING), folder.join("control.sqlite"));
    let counties = folder.join("counties");
    // An empty one goes: whoever opened the empty folder made it.
    let _ = fs::remove_dir(&counties);
    if staging.exists() && control.exists() {
        // Killed after the last renaming: done, if it was this backup.
        for saved in &backup.databases {
            let path = match saved.name.as_str() {
                "control" => control.clone(),
                _ => counties.join(&saved.file),
            };
            if !path.exists() || sm3_of(&path)?.0 != saved.sm3 {
                return empty(folder, &[]);
            }
        }
        return remove_folder(&staging);
    }
    if staging.join("control.sqlite").exists() {
        // Killed between the two renamings, or before: nothing has been opened here since.
        empty(folder, &["counties"])?;
        remove_folder(&counties)?;
    } else {
        empty(folder, &[])?;
    }
    remove_folder(&staging)?;
    private_folder(&staging)?;
    private_folder(&staging.join("counties"))?;
    let total = backup.databases.len() as u64;
    for (n, saved) in backup.databases.iter().enumerate() {
        let within = if saved.name == "control" { staging.clone() } else { staging.join("counties") };
        let path = within.join(&saved.file);
        fs::copy(backup.folder.join(&saved.file), &path).map_err(at(&path))?;
        File::open(&path).and_then(|f| f.sync_all()).map_err(at(&path))?;
        if sm3_of(&path)?.0 != saved.sm3 {
            return Err(UpkeepError::Refused(msg!("{file} 没有写对；请检查磁盘", file = shown(&path))));
        }
        let copy = Db::open_still(&path, keys.clone()).await?;
        let checked = whole(&copy, &saved.name, &saved.audit).await;
        copy.close().await?;
        checked?;
        told(n as u64 + 1, total);
    }
    sync_folder(&staging.join("counties"))?;
    sync_folder(&staging)?;
    fs::rename(staging.join("counties"), &counties).map_err(at(&counties))?;
    fs::rename(staging.join("control.sqlite"), &control).map_err(at(&control))?;
    sync_folder(folder)?;
    remove_folder(&staging)
}

async fn restore_rows(
    backup: &Backup,
    folder: &Path,
    settings: &Settings,
    keys: &Arc<KeyRing>,
    told: Told<'_>,
) -> Upkept<()> {
    empty(folder, &[])?;
    let taken = |target: &Target| {
        let name = match target {
            Target::Postgres { schema, .. } => schema.clone(),
            Target::Sqlite(path) => shown(path),
        };
        UpkeepError::Refused(msg!("数据库里已经有 {schema}；只能恢复到没有它的数据库", schema = name))
    };
    let control = settings.target(folder, "control");
    if exists(&control).await? {
        return Err(taken(&control));
    }
    // The control database comes last: until it is there, nothing is.
    let total = backup.databases.len() as u64;
    for (n, saved) in backup.databases.iter().rev().enumerate() {
        let (path, target) = (backup.folder.join(&saved.file), settings.target(folder, &saved.name));
        let header = rows::check(&path)?;
        known(&header)?;
        if header.audit != saved.audit {
            return Err(broken(&saved.name));
        }
        if exists(&target).await? {
            // Brought by a run that was killed, or not ours.
            let db = Db::open(&target, keys.clone()).await?;
            let same = rows::head(&db).await.is_ok_and(|head| head == saved.audit);
            db.close().await?;
            if !same {
                return Err(taken(&target));
            }
        } else {
            bring(&target, &path, &header, &saved.name, keys.clone(), &|_, _| ()).await?;
        }
        told(n as u64 + 1, total);
    }
    Ok(())
}
