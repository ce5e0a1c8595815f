//! New keys: a fresh one seals from now on, and what older ones sealed is sealed again.
//!
//! What waits for it is read from the rows themselves, so a run that was killed goes on where it stood: rows under an
//! older key are left, each batch is a transaction of its own, and the older keys stay in the ring until they are
//! retired. The server must not run meanwhile: it would go on sealing with the key it knows and could not open what is
//! sealed with the new one. So it is refused while another process has the installation open: the folder's lock tells,
//! and on PostgreSQL, for processes of other folders and machines, the database. One of those that starts later is
//! refused until it has the new key too. One that slips in all the same loses nothing: what it seals with an older key
//! opens as long as that key's line is kept, and is sealed again by the next run.

use super::{Told, UpkeepError, Upkept, at, databases, fingerprints, number, remove, turn};
use crate::audit::Outcome;
use crate::county::{Installation, own_keys};
use crate::db::{Db, DbError, Event, Tree, Value};
use crate::secrets::{KeyError, KeyRing, KeySource, SealError};
use crate::values;
use kernel::msg;
use std::collections::BTreeMap;
use std::path::Path;

/// A column of sealed values. Whoever adds one to the schema adds it here: a test compares.
struct Sealed {
    tree: Option<Tree>,
    table: &'static str,
    id: &'static str,
    column: &'static str,
    form: Form,
}

impl Sealed {
    /// A column of a county's table, by what binds a value to its place; without an index.
    const fn of(table: &'static str, column: &'static str, context: fn(i64) -> String) -> Sealed {
        let form = Form::Value(context, None);
        Sealed { tree: Some(Tree::County), table, id: "id", column, form }
    }
}

enum Form {
    /// A value, by what binds it to its place, and the column and field of its index.
    Value(fn(i64) -> String, Option<(&'static str, &'static str)>),
    /// A person's wrapped key.
    Person,
}

const SEALED: [Sealed; 23] = [
    Sealed {
        tree: Some(Tree::Control),
        table: "account",
        id: "id",
        column: "phone",
        form: Form::Value(|id| format!("account/{id}/phone"), Some(("phone_index", "phone"))),
    },
    Sealed {
        tree: Some(Tree::Control),
        table: "account",
        id: "id",
        column: "totp",
        form: Form::Value(|id| format!("account/{id}/totp"), None),
    },
    Sealed {
        tree: Some(Tree::County),
        table: "person",
        id: "id",
        column: "identity",
        form: Form::Value(|id| format!("person/{id}/identity"), Some(("identity_index", "identity"))),
    },
    Sealed {
        tree: Some(Tree::County),
        table: "person",
        id: "id",
        column: "phone",
        form: Form::Value(|id| format!("person/{id}/phone"), Some(("phone_index", "phone"))),
    },
    Sealed::of("person", "bank", |id| format!("person/{id}/bank")),
    Sealed::of("person", "health", |id| format!("person/{id}/health")),
    Sealed::of("person", "rest", |id| format!("person/{id}/rest")),
    Sealed::of("correction", "asked", |id| format!("correction/{id}/asked")),
    Sealed::of("person_merge", "moved", |id| format!("person_merge/{id}/moved")),
    Sealed::of("person_batch", "was", |id| format!("person_batch/{id}/was")),
    Sealed::of("upload", "content", |id| format!("upload/{id}/content")),
    Sealed::of("signing_key", "secret", |id| format!("signing_key/{id}/secret")),
    Sealed::of("arrival", "content", |id| format!("arrival/{id}/content")),
    Sealed {
        tree: Some(Tree::County),
        table: "campaign_entry",
        id: "id",
        column: "identity",
        form: Form::Value(|id| format!("entry/{id}/identity"), Some(("identity_index", "identity"))),
    },
    Sealed::of("campaign_entry", "sealed", |id| format!("entry/{id}/form")),
    Sealed::of("campaign_entry", "key", |id| format!("entry/{id}/key")),
    Sealed::of("notice_objection", "sealed", |id| format!("objection/{id}")),
    Sealed::of("notice_objection", "key", |id| format!("objection/{id}/key")),
    Sealed::of("campaign_ask", "text", |id| format!("ask/{id}/text")),
    Sealed::of("campaign_ask", "answer", |id| format!("ask/{id}/answer")),
    Sealed::of("inquiry", "key", |id| format!("inquiry/{id}/key")),
    Sealed::of("public_key", "secret", |id| format!("public-key/{id}")),
    Sealed { tree: None, table: "person_key", id: "person", column: "wrapped", form: Form::Person },
];

/// Rows sealed again in a transaction.
const BATCH: i64 = 500;

/// What [`rotate_keys`] did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rotated {
    /// The key that seals now.
    pub key: u32,
    /// Values sealed again.
    pub resealed: u64,
    /// Whether an earlier run was gone on with, without another new key.
    pub resumed: bool,
}

/// A key and what needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyUse {
    /// Its number.
    pub id: u32,
    /// The first digits of its fingerprint; empty when the ring does not have it.
    pub fingerprint: String,
    /// Whether it seals.
    pub newest: bool,
    /// Values sealed with it.
    pub sealed: u64,
    /// Entries of audits whose digests it made.
    pub digests: u64,
}

fn tree(name: &str) -> Tree {
    if name == "control" { Tree::Control } else { Tree::County }
}

fn columns(name: &str) -> impl Iterator<Item = &'static Sealed> {
    let tree = tree(name);
    SEALED.iter().filter(move |s| s.tree.is_none_or(|t| t == tree))
}

/// What a value sealed under a key begins with.
fn head(id: u32) -> Vec<u8> {
    [&[1], &id.to_be_bytes()[..]].concat()
}

impl Sealed {
    /// What tells a row that is not under the newest key, and its values from `$1` on.
    fn waiting(&self, ring: &KeyRing) -> (String, Vec<Value>) {
        let column = self.column;
        let newest = ring.newest_id();
        let mut values = values![head(newest)];
        let index = match self.form {
            Form::Value(_, Some((index, _))) => {
                values.push(format!("{newest}:%").into());
                format!(" or {index} is null or {index} not like $2")
            }
            _ => String::new(),
        };
        (format!("{column} is not null and (substr({column}, 1, 5) <> $1{index})"), values)
    }

    async fn count(&self, db: &Db, ring: &KeyRing) -> Upkept<u64> {
        let (waiting, values) = self.waiting(ring);
        let sql = format!("select count(*) from {} where {waiting}", self.table);
        let count = db.one(&sql, values).await?.ok_or(DbError::Missing)?.int(0)?;
        Ok(u64::try_from(count).unwrap_or_default())
    }

    /// Seals a batch again; gives how many.
    async fn batch(&self, db: &Db, ring: &KeyRing) -> Upkept<u64> {
        let (table, id, column) = (self.table, self.id, self.column);
        let event = Event {
            action: "keys.rotate".into(),
            kind: "key".into(),
            record: ring.newest_id().to_string(),
            ..Event::default()
        };
        let mut tx = db.write(event).await?;
        let (waiting, mut values) = self.waiting(ring);
        values.push(BATCH.into());
        let limit = values.len();
        let sql = format!("select {id}, {column} from {table} where {waiting} order by {id} limit ${limit}");
        let rows = tx.rows(&sql, values).await?;
        if rows.is_empty() {
            tx.rollback().await?;
            return Ok(0);
        }
        for row in &rows {
            let (key, old): (i64, Vec<u8>) = (row.int(0)?, row.get(1)?);
            let wrong = |e: SealError| {
                UpkeepError::Refused(msg!(
                    "{place} 第 {id} 行打不开：{why}",
                    place = format!("{table}.{column}"),
                    id = key,
                    why = e.message()
                ))
            };
            let (new, index) = match self.form {
                Form::Person => {
                    let context = format!("person/{key}");
                    (ring.wrap_key(&context, &ring.unwrap_key(&context, &old).map_err(wrong)?), None)
                }
                Form::Value(context, index) => {
                    let context = context(key);
                    let plain = ring.open(&context, &old).map_err(wrong)?;
                    let index = index
                        .map(|(column, field)| (column, ring.index(field, &String::from_utf8_lossy(&plain))));
                    (ring.seal(&context, &plain), index)
                }
            };
            let (set, values) = match index {
                Some((index, text)) => (format!(", {index} = $4"), values![new, key, old, text]),
                None => (String::new(), values![new, key, old]),
            };
            let sql = format!("update {table} set {column} = $1{set} where {id} = $2 and {column} = $3");
            tx.run(&sql, values).await?;
        }
        tx.event().note = format!("{table}.{column} {}", rows.len());
        tx.commit().await?;
        Ok(rows.len() as u64)
    }
}

/// Gives the installation a fresh key and seals everything again with it; or goes on with that.
pub async fn rotate_keys(of: &Installation, told: Told<'_>) -> Upkept<Rotated> {
    let _turn = turn(&of.folder)?;
    stopped(of).await?;
    let source = of.settings.key_source(&of.folder);
    let all = databases(of).await?;
    let mut ring = KeyRing::load(&source)?;
    let mut total = waiting(&all, &ring).await?;
    let resumed = total > 0;
    if !resumed {
        let path = match &source {
            KeySource::File(path) => path,
            KeySource::Env(name) => {
                return Err(UpkeepError::Refused(msg!(
                    "密钥在环境变量 {name} 里，程序改不了：请先在那里加一行新密钥，再运行一次",
                    name = name
                )));
            }
        };
        clear_leftover(path)?;
        let id = KeyRing::add_key(path)?;
        ring = KeyRing::load(&source)?;
        let event = Event {
            action: "keys.add".into(),
            kind: "key".into(),
            record: id.to_string(),
            ..Event::default()
        };
        of.control.record(event, Outcome::Done).await?;
        total = waiting(&all, &ring).await?;
    }
    // From here on no process starts with the old keys alone.
    own_keys(&of.control, &ring).await?;
    let mut resealed = 0;
    for (name, db) in &all {
        for column in columns(name) {
            loop {
                let n = column.batch(db, &ring).await?;
                if n == 0 {
                    break;
                }
                resealed += n;
                told(resealed, total.max(resealed));
            }
        }
    }
    Ok(Rotated { key: ring.newest_id(), resealed, resumed })
}

async fn stopped(of: &Installation) -> Upkept<()> {
    if of.alone().await? {
        return Ok(());
    }
    Err(UpkeepError::Refused(msg!("雁阵还开着（yanzhen serve 或别的命令）；请先停下，再动密钥")))
}

async fn waiting(all: &[(String, Db)], ring: &KeyRing) -> Upkept<u64> {
    let mut sum = 0;
    for (name, db) in all {
        for column in columns(name) {
            sum += column.count(db, ring).await?;
        }
    }
    Ok(sum)
}

/// A change of the key file is written beside it first; a run killed at that moment leaves a file that would stop the
/// next. It is taken away when it holds no key but those of the ring and one new one that has sealed nothing.
fn clear_leftover(path: &Path) -> Upkept<()> {
    let path = path.canonicalize().map_err(at(path))?;
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let beside = path.with_file_name(name);
    let Ok(left) = std::fs::read_to_string(&beside) else { return Ok(()) };
    let text = std::fs::read_to_string(&path).map_err(at(&path))?;
    let own: Vec<&str> = text.lines().map(str::trim).collect();
    let next = KeyRing::load(&KeySource::File(path))?.newest_id().saturating_add(1).to_string();
    let known = |line: &str| {
        let line = line.trim();
        // The last line may be cut off.
        own.iter().any(|o| o.starts_with(line)) || number(line) == next || next.starts_with(line)
    };
    if left.lines().all(known) {
        remove(&beside)?;
    }
    Ok(())
}

/// Every key of the ring, and every other that something was sealed with, and what needs it.
pub async fn keys(of: &Installation) -> Upkept<Vec<KeyUse>> {
    let ring = KeyRing::load(&of.settings.key_source(&of.folder))?;
    let mut found: BTreeMap<u32, (u64, u64)> = ring.ids().into_iter().map(|id| (id, (0, 0))).collect();
    for (name, db) in databases(of).await? {
        for Sealed { table, column, .. } in columns(&name) {
            let sql = format!(
                "select substr({column}, 1, 5), count(*) from {table} where {column} is not null \
                 group by substr({column}, 1, 5)"
            );
            for row in db.rows(&sql, vec![]).await? {
                let head: Vec<u8> = row.get(0)?;
                let id = head.get(1..5).and_then(|b| b.try_into().ok()).map_or(0, u32::from_be_bytes);
                found.entry(id).or_default().0 += u64::try_from(row.int(1)?).unwrap_or_default();
            }
        }
        for (id, (_, digests)) in &mut found {
            let sql = "select count(*) from audit where digest like $1";
            let count = db.one(sql, values![format!("{id}:%")]).await?.ok_or(DbError::Missing)?.int(0)?;
            *digests += u64::try_from(count).unwrap_or_default();
        }
    }
    let prints = fingerprints(&ring);
    let print = |id: u32| prints.iter().find_map(|p| p.strip_prefix(&format!("{id}:")));
    Ok(found
        .into_iter()
        .map(|(id, (sealed, digests))| KeyUse {
            id,
            fingerprint: print(id).map(|p| p.chars().take(8).collect()).unwrap_or_default(),
            newest: id == ring.newest_id(),
            sealed,
            digests,
        })
        .collect())
}

/// Takes an old key out of the key file for good.
///
/// Refused while a value is sealed with it. Audit digests cannot be made again, for the audit is append-only: without
/// the key that made them they can no longer be checked against values, though the chain stays whole. So a key that
/// made digests goes only by `force`. Backups and exported counties from before need it too: whoever keeps those keeps
/// the line.
pub async fn retire_key(of: &Installation, id: u32, force: bool) -> Upkept<()> {
    let _turn = turn(&of.folder)?;
    stopped(of).await?;
    let source = of.settings.key_source(&of.folder);
    let ring = KeyRing::load(&source)?;
    if !ring.ids().contains(&id) {
        return Err(KeyError::Unknown { id }.into());
    }
    if ring.newest_id() == id {
        return Err(KeyError::Newest { id }.into());
    }
    let used = keys(of).await?.into_iter().find(|k| k.id == id).ok_or(KeyError::Unknown { id })?;
    if used.sealed > 0 {
        return Err(UpkeepError::Refused(msg!(
            "还有 {n} 个值是用 {id} 号密钥加密的；请先运行 yanzhen keys rotate",
            n = used.sealed,
            id = id
        )));
    }
    if used.digests > 0 && !force {
        return Err(UpkeepError::Refused(msg!(
            "审计里有 {n} 条的摘要是用 {id} 号密钥做的，停用后链仍完整，但这些摘要再也不能和数据核对；确实要停用，请加 --force",
            n = used.digests,
            id = id
        )));
    }
    let KeySource::File(path) = &source else {
        return Err(UpkeepError::Refused(msg!(
            "没有什么再用 {id} 号密钥；请从环境变量里删去这一行",
            id = id
        )));
    };
    clear_leftover(path)?;
    let event = Event {
        action: "keys.retire".into(),
        kind: "key".into(),
        record: id.to_string(),
        note: if used.digests > 0 { format!("{} digests", used.digests) } else { String::new() },
        ..Event::default()
    };
    of.control.record(event, Outcome::Done).await?;
    KeyRing::retire(path, id)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::{Kind, made};

    /// Columns of bytes that no master key seals.
    const OPEN: [(&str, &str); 6] = [
        ("history", "was"),
        ("history", "became"),
        ("blob", "bytes"),
        ("pack", "files"),
        ("pack_draft", "files"),
        ("pack_draft_step", "files"),
    ];

    #[tokio::test]
    async fn every_column_of_bytes_is_sealed_again_or_known_to_be_open() {
        let folder = tempfile::tempdir().unwrap();
        for tree in [Tree::Control, Tree::County] {
            let target = crate::db::Target::Sqlite(folder.path().join(format!("{tree:?}.sqlite")));
            let db = Db::open(&target, std::sync::Arc::new(KeyRing::throw_away())).await.unwrap();
            db.migrate(tree).await.unwrap();
            let tables = db.tables(tree).await.unwrap();
            assert_eq!(tables.len(), made(tree).len());
            for table in tables {
                assert!(!table.key().is_empty(), "{} has a primary key", table.name);
                for column in table.columns.iter().filter(|c| c.kind == Kind::Bytes) {
                    let place = (table.name.as_str(), column.name.as_str());
                    let sealed = SEALED.iter().any(|s| (s.table, s.column) == place);
                    assert!(
                        sealed || OPEN.contains(&place),
                        "{place:?} is sealed or open: say which in upkeep"
                    );
                }
            }
            db.close().await.unwrap();
        }
    }

    #[test]
    fn a_leftover_of_a_killed_change_is_cleared_and_other_files_stay() {
        let folder = tempfile::tempdir().unwrap();
        let (path, beside) = (folder.path().join("keys"), folder.path().join("keys.new"));
        KeyRing::create_file(&path).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        for left in ["", "# Mas", &text, &format!("{text}2:0011"), &format!("{text}2")] {
            std::fs::write(&beside, left).unwrap();
            clear_leftover(&path).unwrap();
            assert!(!beside.exists(), "{left:?}");
        }
        for other in ["7:00112233", "1:00", "# my notes"] {
            std::fs::write(&beside, other).unwrap();
            clear_leftover(&path).unwrap();
            assert!(beside.exists(), "{other:?}");
        }
    }
}
