//! A database under another name until it is whole.

use super::{UpkeepError, Upkept, at, parent, remove, sync_folder};
use crate::db::{Db, DbError, Target};
use crate::secrets::KeyRing;
use crate::values;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A database being made, and where it will stand.
pub struct Draft {
    whole: Target,
    draft: Target,
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.file_name().map(OsString::from).unwrap_or_default();
    name.push(ending);
    path.with_file_name(name)
}

/// Whether a database is there.
pub async fn exists(target: &Target) -> Upkept<bool> {
    match target {
        Target::Sqlite(path) => Ok(path.exists()),
        Target::Postgres { schema, .. } => {
            let db = Db::open(target, Arc::new(KeyRing::throw_away())).await?;
            let sql = "select count(*) from pg_catalog.pg_namespace where nspname = $1";
            let found = db.one(sql, values![schema.clone()]).await?.ok_or(DbError::Missing)?.int(0)?;
            db.close().await?;
            Ok(found > 0)
        }
    }
}

impl Draft {
    /// Takes away what a killed run left behind. The lock of upkeep is held: nobody is at it now.
    pub async fn begin(whole: &Target) -> Upkept<Draft> {
        let draft = match whole {
            Target::Sqlite(path) => {
                std::fs::create_dir_all(parent(path)).map_err(at(path))?;
                let draft = beside(path, ".draft");
                for ending in ["", "-wal", "-shm", "-journal"] {
                    remove(&beside(&draft, ending))?;
                }
                Target::Sqlite(draft)
            }
            Target::Postgres { url, schema } => {
                Target::Postgres { url: url.clone(), schema: format!("{schema}_draft") }
            }
        };
        let draft = Draft { whole: whole.clone(), draft };
        draft.drop_schema().await?;
        Ok(draft)
    }

    async fn drop_schema(&self) -> Upkept<()> {
        if let Target::Postgres { schema, .. } = &self.draft {
            run(&self.draft, &format!("drop schema if exists \"{schema}\" cascade")).await?;
        }
        Ok(())
    }

    /// Opens it, empty at first.
    pub async fn open(&self, keys: Arc<KeyRing>) -> Upkept<Db> {
        Ok(Db::open(&self.draft, keys).await?)
    }

    /// Gives it its name. It is closed and on the disk by now.
    pub async fn place(self) -> Upkept<()> {
        match (&self.draft, &self.whole) {
            (Target::Sqlite(draft), Target::Sqlite(whole)) => {
                let file = std::fs::File::open(draft).map_err(at(draft))?;
                file.sync_all().map_err(at(draft))?;
                if whole.exists() {
                    let e = std::io::Error::from(std::io::ErrorKind::AlreadyExists);
                    return Err(UpkeepError::File(whole.clone(), e));
                }
                std::fs::rename(draft, whole).map_err(at(whole))?;
                sync_folder(parent(whole))
            }
            (Target::Postgres { schema: draft, .. }, Target::Postgres { schema: whole, .. }) => {
                run(&self.draft, &format!("alter schema \"{draft}\" rename to \"{whole}\"")).await
            }
            _ => Ok(()),
        }
    }

    /// Takes it away again.
    pub async fn give_up(self) {
        let _ = Draft::begin(&self.whole).await;
    }
}

async fn run(target: &Target, sql: &str) -> Upkept<()> {
    let db = Db::open(target, Arc::new(KeyRing::throw_away())).await?;
    db.bare(sql).await?;
    db.close().await?;
    Ok(())
}
