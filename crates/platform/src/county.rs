//! The installation: its folder, its keys, its control database and one database for each county.

use crate::db::{Db, DbError, DbResult, Event, Target, Tree, now_ms};
use crate::secrets::{KeyError, KeyRing, KeySource};
use crate::upkeep::{fingerprints, number};
use crate::values;
use kernel::{Lang, Message, msg};
use std::collections::HashMap;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Arc, RwLock};

/// Where things are and how the server behaves: `yanzhen.toml` of the data folder, all of it optional.
#[derive(Clone, Debug, serde::Deserialize, serde::Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// `postgres://…`; empty for one SQLite file a county.
    pub database: String,
    /// Before each schema's name on PostgreSQL, so that several installations share one database.
    pub schema_prefix: String,
    /// Minutes without a request after which a session ends.
    pub idle_minutes: u32,
    /// Whether cookies are sent over TLS only.
    pub secure_cookies: bool,
    /// The environment variable that holds the keys; empty for the file `keys`.
    pub keys_env: String,
    /// Largest attachment, bytes.
    pub attachment_bytes: u64,
    /// The folder that is shared with, or carried to, the public's pages, one below it a county; empty where none are served.
    pub public_folder: PathBuf,
    /// Where people reach the public's pages, `https://bm.example.cn`; `{county}` stands for a county's code. Empty: no links
    /// are handed out.
    pub public_address: String,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            database: String::new(),
            schema_prefix: "yanzhen".into(),
            idle_minutes: 15,
            secure_cookies: false,
            keys_env: String::new(),
            attachment_bytes: 20 << 20,
            public_folder: PathBuf::new(),
            public_address: String::new(),
        }
    }
}

impl Settings {
    /// The address of a county's public pages, without a slash at its end; `None` where there is none.
    pub fn public_address(&self, county: &str) -> Option<String> {
        let address = self.public_address.trim().trim_end_matches('/').replace("{county}", county);
        (!address.is_empty()).then_some(address)
    }
}

/// A county of the installation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountyInfo {
    /// Six digits.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Whether its data are invented.
    pub demo: bool,
}

/// An installation, open. Cheap to clone.
#[derive(Clone)]
pub struct Installation {
    /// The data folder.
    pub folder: PathBuf,
    /// Its settings.
    pub settings: Arc<Settings>,
    /// Its keys.
    pub keys: Arc<KeyRing>,
    /// Accounts, sessions, counties, jobs.
    pub control: Db,
    counties: Arc<RwLock<HashMap<String, (CountyInfo, Db)>>>,
    /// Held in common by every process that has the installation open.
    held: Arc<File>,
}

/// Why an installation cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A file cannot be read or written.
    #[error("{0}: {1}")]
    File(PathBuf, std::io::Error),
    /// The settings are at fault.
    #[error("{0}: {1}")]
    Settings(PathBuf, String),
    /// The keys are missing or at fault.
    #[error("{0}")]
    Keys(String),
    /// It is not in a state to be opened.
    #[error("{}", .0.text(Lang::Zh))]
    State(Message),
    /// The database.
    #[error("{0}")]
    Db(#[from] DbError),
}

impl Settings {
    /// Reads `yanzhen.toml` of a folder; without one, the defaults.
    pub fn read(folder: &Path) -> Result<Settings, OpenError> {
        let path = folder.join("yanzhen.toml");
        match std::fs::read_to_string(&path) {
            Ok(text) => toml_edit::de::from_str(&text).map_err(|e| OpenError::Settings(path, e.to_string())),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(Settings::default()),
            Err(e) => Err(OpenError::File(path, e)),
        }
    }

    /// Where a database of the installation is: `control`, or a county's code.
    pub fn target(&self, folder: &Path, name: &str) -> Target {
        if self.database.is_empty() {
            let file = match name {
                "control" => folder.join("control.sqlite"),
                county => folder.join("counties").join(format!("{county}.sqlite")),
            };
            Target::Sqlite(file)
        } else {
            Target::Postgres { url: self.database.clone(), schema: format!("{}_{name}", self.schema_prefix) }
        }
    }

    /// Where the keys are.
    pub fn key_source(&self, folder: &Path) -> KeySource {
        if self.keys_env.is_empty() {
            KeySource::File(folder.join("keys"))
        } else {
            KeySource::Env(self.keys_env.clone())
        }
    }

    /// Whether a control database is there.
    async fn has_data(&self, folder: &Path) -> DbResult<bool> {
        let target = self.target(folder, "control");
        if let Target::Sqlite(path) = &target {
            return Ok(path.exists());
        }
        let db = Db::open(&target, Arc::new(KeyRing::throw_away())).await?;
        let migrations = crate::db::migrations(&db, Tree::Control).await?;
        db.close().await?;
        Ok(migrations.iter().any(|m| m.at.is_some()))
    }
}

impl Installation {
    /// Opens what is in a folder, and makes what is missing: keys, databases, tables.
    pub async fn open(folder: &Path, settings: Settings) -> Result<Installation, OpenError> {
        let io = |e| OpenError::File(folder.to_owned(), e);
        std::fs::create_dir_all(folder).map_err(io)?;
        private(folder).map_err(io)?;
        let held = hold(folder)?;
        if folder.join(RESTORING).exists() {
            return Err(OpenError::State(msg!(
                "{folder} 里的恢复没有做完；请再运行一次 yanzhen restore",
                folder = folder.display().to_string()
            )));
        }
        std::fs::create_dir_all(folder.join("counties")).map_err(io)?;
        let source = settings.key_source(folder);
        if let KeySource::File(path) = &source
            && !path.exists()
        {
            // New keys beside old data would open nothing and seal what the old ones cannot open. Keys that came in
            // meanwhile are those of another process that starts here for the first time.
            if settings.has_data(folder).await? && !path.exists() {
                return Err(OpenError::State(msg!(
                    "数据还在，密钥文件 {path} 不见了；请从密钥备份放回，不能新建",
                    path = path.display().to_string()
                )));
            }
            match KeyRing::create_file(path) {
                Ok(()) | Err(KeyError::Exists { .. }) => {}
                Err(e) => return Err(OpenError::Keys(e.to_string())),
            }
        }
        let keys = Arc::new(KeyRing::load(&source).map_err(|e| OpenError::Keys(e.to_string()))?);
        let control = Db::open(&settings.target(folder, "control"), keys.clone()).await?;
        control.migrate(Tree::Control).await?;
        own_keys(&control, &keys).await?;
        let open = Installation {
            folder: folder.to_owned(),
            settings: Arc::new(settings),
            keys,
            control,
            counties: Arc::default(),
            held: Arc::new(held),
        };
        for info in open.listed().await? {
            open.attach(info).await?;
        }
        Ok(open)
    }

    async fn listed(&self) -> DbResult<Vec<CountyInfo>> {
        let rows = self.control.rows("select code, name, demo from county order by code", vec![]).await?;
        rows.iter()
            .map(|r| Ok(CountyInfo { code: r.text(0)?, name: r.text(1)?, demo: r.int(2)? == 1 }))
            .collect()
    }

    async fn attach(&self, info: CountyInfo) -> DbResult<Db> {
        let db = Db::open(&self.settings.target(&self.folder, &info.code), self.keys.clone()).await?;
        db.migrate(Tree::County).await?;
        let mut counties = self.counties.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        counties.insert(info.code.clone(), (info, db.clone()));
        Ok(db)
    }

    /// Whether no other process has the installation open, from this folder or, on PostgreSQL, from another. If so,
    /// none can open it from this folder until this one has let go of it.
    pub async fn alone(&self) -> DbResult<bool> {
        if self.control.shared().await? {
            return Ok(false);
        }
        // Not every system turns a shared lock into one that is not.
        let _ = self.held.unlock();
        let alone = self.held.try_lock().is_ok();
        if !alone {
            let _ = self.held.try_lock_shared();
        }
        Ok(alone)
    }

    /// Adds a county, or opens the one that is there.
    pub async fn add_county(&self, info: CountyInfo) -> DbResult<Db> {
        let event = Event { action: "county.add".into(), note: info.name.clone(), ..Event::default() };
        self.add_county_as(info, event).await
    }

    /// [`Installation::add_county`] with an event of the caller's.
    pub(crate) async fn add_county_as(&self, info: CountyInfo, mut event: Event) -> DbResult<Db> {
        let db = self.attach(info.clone()).await?;
        let found =
            self.control.one("select 1 from county where code = $1", values![info.code.clone()]).await?;
        if found.is_none() {
            (event.kind, event.record) = ("county".into(), info.code.clone());
            let tx = self.control.write(event).await?;
            tx.run(
                "insert into county (code, name, demo, made_at) values ($1, $2, $3, $4)",
                values![info.code, info.name, i64::from(info.demo), now_ms()],
            )
            .await?;
            tx.commit().await?;
        }
        Ok(db)
    }

    /// A county's database. Another process may have added it since.
    pub async fn county(&self, code: &str) -> DbResult<Option<(CountyInfo, Db)>> {
        let known =
            self.counties.read().unwrap_or_else(std::sync::PoisonError::into_inner).get(code).cloned();
        if known.is_some() {
            return Ok(known);
        }
        match self.listed().await?.into_iter().find(|c| c.code == code) {
            Some(info) => Ok(Some((info.clone(), self.attach(info).await?))),
            None => Ok(None),
        }
    }

    /// Every county.
    pub async fn counties(&self) -> DbResult<Vec<CountyInfo>> {
        self.listed().await
    }

    /// Statements run outside of transactions since it was opened, in all its databases.
    pub fn asked(&self) -> u64 {
        let counties = self.counties.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        self.control.asked() + counties.values().map(|(_, db)| db.asked()).sum::<u64>()
    }

    /// Closes every database.
    pub async fn close(self) -> DbResult<()> {
        let open: Vec<Db> = {
            let mut counties = self.counties.write().unwrap_or_else(std::sync::PoisonError::into_inner);
            counties.drain().map(|(_, (_, db))| db).collect()
        };
        for db in open {
            db.close().await?;
        }
        self.control.close().await
    }
}

/// The newest key that the data know, in the table of settings: its number and fingerprint.
const NEWEST_KEY: &str = "newest-key";

/// Refuses keys that are not the data's: another installation's, or a copy from before a rotation. They would open
/// nothing, and seal what the right ones cannot open. Later keys of the same ring are noted.
pub(crate) async fn own_keys(control: &Db, keys: &KeyRing) -> Result<(), OpenError> {
    let prints = fingerprints(keys);
    let newest = prints.first().ok_or(DbError::Missing)?;
    let known = "select value from setting where name = $1";
    let mut row = control.one(known, values![NEWEST_KEY]).await?;
    if row.is_none() {
        // Of two processes that start with keys of their own on one empty database, one stands.
        let sql = "insert into setting (name, value) values ($1, $2) on conflict (name) do nothing";
        control.operate(sql, values![NEWEST_KEY, newest.clone()]).await?;
        row = control.one(known, values![NEWEST_KEY]).await?;
    }
    let known = row.ok_or(DbError::Missing)?.text(0)?;
    if !prints.contains(&known) && (control.shared().await? || !empty(control).await?) {
        return Err(OpenError::State(msg!(
            "这里的密钥不是数据在用的那一套：缺 {id} 号，或同号而不同；请换回数据原来的密钥",
            id = number(&known)
        )));
    }
    if *newest != known {
        let sql = "update setting set value = $2 where name = $1 and value = $3";
        control.operate(sql, values![NEWEST_KEY, newest.clone(), known]).await?;
    }
    Ok(())
}

/// Whether nothing can have been sealed yet: such an installation may be given other keys.
async fn empty(control: &Db) -> DbResult<bool> {
    let sql = "select code from county union all select login from account limit 1";
    Ok(control.one(sql, vec![]).await?.is_none())
}

/// A folder of the data folder while a backup is being put back.
pub(crate) const RESTORING: &str = "restoring";

/// Says to other processes that this one has the installation open; the word ends with the process.
fn hold(folder: &Path) -> Result<File, OpenError> {
    let path = folder.join("open.lock");
    let file = File::options().create(true).append(true).open(&path);
    let file = file.map_err(|e| OpenError::File(path.clone(), e))?;
    match file.try_lock_shared() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            Err(OpenError::State(msg!("正在轮换密钥或做别的维护；请等它做完再试")))
        }
        // A folder on a disk without locks.
        Err(TryLockError::Error(e)) if e.kind() == std::io::ErrorKind::Unsupported => Ok(file),
        Err(TryLockError::Error(e)) => Err(OpenError::File(path, e)),
    }
}

#[cfg(unix)]
pub(crate) fn private(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
pub(crate) fn private(_: &Path) -> std::io::Result<()> {
    Ok(())
}
