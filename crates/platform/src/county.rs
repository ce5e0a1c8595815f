//! The installation: its folder, its keys, its control database and one database for each county.

use crate::db::{Db, DbError, DbResult, Target, Tree, now_ms};
use crate::secrets::{KeyRing, KeySource};
use crate::values;
use std::collections::HashMap;
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
        }
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
}

impl Installation {
    /// Opens what is in a folder, and makes what is missing: keys, databases, tables.
    pub async fn open(folder: &Path, settings: Settings) -> Result<Installation, OpenError> {
        let io = |e| OpenError::File(folder.to_owned(), e);
        std::fs::create_dir_all(folder.join("counties")).map_err(io)?;
        private(folder).map_err(io)?;
        let source = if settings.keys_env.is_empty() {
            let path = folder.join("keys");
            if !path.exists() {
                KeyRing::create_file(&path).map_err(|e| OpenError::Keys(e.to_string()))?;
            }
            KeySource::File(path)
        } else {
            KeySource::Env(settings.keys_env.clone())
        };
        let keys = Arc::new(KeyRing::load(&source).map_err(|e| OpenError::Keys(e.to_string()))?);
        let control = Db::open(&settings.target(folder, "control"), keys.clone()).await?;
        control.migrate(Tree::Control).await?;
        let open = Installation {
            folder: folder.to_owned(),
            settings: Arc::new(settings),
            keys,
            control,
            counties: Arc::default(),
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

    /// Adds a county, or opens the one that is there.
    pub async fn add_county(&self, info: CountyInfo) -> DbResult<Db> {
        let db = self.attach(info.clone()).await?;
        let found =
            self.control.one("select 1 from county where code = $1", values![info.code.clone()]).await?;
        if found.is_none() {
            let event = crate::db::Event {
                action: "county.add".into(),
                kind: "county".into(),
                record: info.code.clone(),
                note: info.name.clone(),
                ..Default::default()
            };
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

#[cfg(unix)]
fn private(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
fn private(_: &Path) -> std::io::Result<()> {
    Ok(())
}
