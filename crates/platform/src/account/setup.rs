//! First-run set-up: the code that proves who stands at the machine, and the first accounts, all or none.

use super::manage::{NewAccount, insert_grant};
use super::{Accounts, FAILURES, LOCK_MS};
use crate::audit::Outcome;
use crate::county::CountyInfo;
use crate::db::{DbError, DbResult, Event, new_id, now_ms};
use crate::secrets::{password, random, recovery};
use crate::values;
use kernel::{Message, msg};
use std::io;
use std::path::Path;

/// What a try of the set-up code came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SetupTry {
    /// It is the code.
    Right,
    /// It is not.
    Wrong,
    /// Too many wrong ones: not before then, milliseconds since 1970.
    Locked(i64),
}

/// The code's file in the data folder: who may read it runs the machine.
const FILE: &str = "setup-code";
/// Wrong tries and the end of the lock, in the table of settings: a restart does not give new tries.
const TRIES: &str = "setup-tries";
/// Letters that are not taken for one another or for digits.
const LETTERS: &[u8; 22] = b"ABCDEFGHJKMNPQRSTVWXYZ";
/// Letters of a code: 53 bits.
const LENGTH: usize = 12;

/// What is wrong with a new login name.
pub fn login_fault(login: &str) -> Option<Message> {
    let login = login.trim();
    let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if login.is_empty() {
        return Some(msg!("请填登录名，如 helieyi"));
    }
    if !(2..=32).contains(&login.chars().count()) || !login.chars().all(good) {
        return Some(msg!("登录名用 2—32 位字母、数字、-、_、."));
    }
    None
}

impl Accounts<'_> {
    /// The set-up code, made at the first need: for the server to print while there is no account.
    ///
    /// # Errors
    /// Its file in the data folder cannot be read or written.
    pub fn setup_code(&self) -> io::Result<String> {
        let path = self.at.folder.join(FILE);
        let broken = match std::fs::read_to_string(&path) {
            Ok(text) if plain(&text).len() == LENGTH => return Ok(text.trim().to_owned()),
            Ok(_) => true,
            Err(e) if e.kind() == io::ErrorKind::NotFound => false,
            Err(e) => return Err(e),
        };
        let mut letters = Vec::with_capacity(LENGTH);
        while letters.len() < LENGTH {
            // Past the last whole multiple of 22, the first letters would come up more often.
            let even = random::<32>().into_iter().filter(|b| *b < 242);
            letters.extend(even.map(|b| LETTERS[usize::from(b % 22)] as char).take(LENGTH - letters.len()));
        }
        let groups: Vec<String> = letters.chunks(4).map(|g| g.iter().collect()).collect();
        write_private(&self.at.folder, &groups.join("-"), broken)?;
        // Of two processes that start together, one code stands, and both print it.
        Ok(std::fs::read_to_string(&path)?.trim().to_owned())
    }

    /// Tries the set-up code. The fifth wrong one shuts it for a while.
    pub async fn try_setup_code(&self, typed: &str, address: &str) -> DbResult<SetupTry> {
        let code = self.setup_code().map_err(|e| DbError::Version(e.to_string()))?;
        let event = Event {
            address: address.to_owned(),
            action: "setup.code".into(),
            kind: "installation".into(),
            ..Event::default()
        };
        let mut tx = self.at.control.write(event).await?;
        let sql = "insert into setting (name, value) values ($1, '0 0') on conflict (name) do nothing";
        tx.run(sql, values![TRIES]).await?;
        // The row is held until the end: tries at the same moment each count.
        let sql = "update setting set value = value where name = $1 returning value";
        let text = tx.one(sql, values![TRIES]).await?.ok_or(DbError::Missing)?.text(0)?;
        let (tries, until) = text.split_once(' ').unwrap_or(("0", "0"));
        let (tries, until): (i64, i64) = (tries.parse().unwrap_or(0), until.parse().unwrap_or(0));
        let now = now_ms();
        if until > now {
            tx.event().note = kernel::key!("账号已锁定").into();
            tx.commit_as(Outcome::Denied).await?;
            return Ok(SetupTry::Locked(until));
        }
        if same(plain(typed).as_bytes(), plain(&code).as_bytes()) {
            tx.rollback().await?;
            return Ok(SetupTry::Right);
        }
        let (state, came) = if tries + 1 < FAILURES {
            (format!("{} 0", tries + 1), SetupTry::Wrong)
        } else {
            (format!("0 {}", now + LOCK_MS), SetupTry::Locked(now + LOCK_MS))
        };
        tx.run("update setting set value = $2 where name = $1", values![TRIES, state]).await?;
        tx.commit_as(Outcome::Failed).await?;
        Ok(came)
    }

    /// The county and the first accounts in one transaction: all of it or nothing. Gives each account's id and first
    /// password in order; `None` when there are accounts already.
    pub async fn set_up(
        &self,
        county: &CountyInfo,
        accounts: Vec<NewAccount>,
        address: &str,
    ) -> DbResult<Option<Vec<(i64, String)>>> {
        let made = tokio::task::spawn_blocking(move || {
            let hashed = accounts.into_iter().map(|new| {
                let first = new.password.clone().unwrap_or_else(password::random_password);
                let hash = password::hash(&first)?;
                Ok((new, first, hash))
            });
            hashed.collect::<Result<Vec<_>, password::HashError>>()
        });
        let made = made
            .await
            .map_err(|e| DbError::Version(e.to_string()))?
            .map_err(|e| DbError::Sealed(e.to_string()))?;
        let event = Event {
            address: address.to_owned(),
            action: "setup.done".into(),
            kind: "account".into(),
            note: county.code.clone(),
            ..Event::default()
        };
        let mut tx = self.at.control.write(event).await?;
        // Two set-ups at the same moment take turns at this row.
        tx.run("update audit_head set seq = seq where id = 1", vec![]).await?;
        if tx.one("select 1 from account limit 1", vec![]).await?.is_some() {
            tx.rollback().await?;
            return Ok(None);
        }
        tx.run(
            "insert into county (code, name, demo, made_at) values ($1, $2, $3, $4) \
             on conflict (code) do update set name = excluded.name, demo = excluded.demo",
            values![county.code.clone(), county.name.clone(), i64::from(county.demo), now_ms()],
        )
        .await?;
        let mut out = Vec::with_capacity(made.len());
        for (new, first, hash) in made {
            let (id, login) = (new_id(), new.login.trim().to_lowercase());
            tx.run(
                "insert into account (id, login, name, password, password_at, must_change, made_at) \
                 values ($1, $2, $3, $4, $5, $6, $5)",
                values![id, login.clone(), new.name, hash, now_ms(), i64::from(new.must_change)],
            )
            .await?;
            tx.changed(&id.to_string(), "login", None, Some(login));
            for grant in &new.grants {
                insert_grant(&mut tx, id, grant).await?;
            }
            // The roles noted are of this account, not of the event's one record.
            let noted = tx.event().changes.iter_mut().filter(|c| c.record.is_empty());
            noted.for_each(|c| c.record = id.to_string());
            out.push((id, first));
        }
        tx.run("delete from setting where name = $1", values![TRIES]).await?;
        tx.commit().await?;
        // The code opens nothing any more; a file that cannot be removed is no fault of the set-up.
        if let Err(e) = std::fs::remove_file(self.at.folder.join(FILE)) {
            tracing::warn!(error = %e, "the set-up code's file could not be removed");
        }
        Ok(Some(out))
    }
}

/// Too many wrong codes: how long it lasts.
pub(crate) fn locked_setup(until: i64) -> Message {
    let minutes = ((until - now_ms()).max(1) + 59_999) / 60_000;
    msg!("设置码连续输错，已锁定，约 {n} 分钟后可以再试。", n = minutes)
}

/// As compared: case, blanks, hyphens and full width are forgiven.
fn plain(text: &str) -> String {
    recovery::normalise(text)
}

/// Equality whose time depends on the lengths alone.
fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && std::hint::black_box(a.iter().zip(b).fold(0, |acc, (x, y)| acc | (x ^ y))) == 0
}

/// Writes the file, which only its owner may read, whole or not at all; over one that is there only if that is broken.
fn write_private(folder: &Path, text: &str, over: bool) -> io::Result<()> {
    use std::io::Write;
    let mut draft = tempfile::Builder::new().prefix(".setup-code-").tempfile_in(folder)?;
    writeln!(draft, "{text}")?;
    draft.as_file().sync_all()?;
    let named =
        if over { draft.persist(folder.join(FILE)) } else { draft.persist_noclobber(folder.join(FILE)) };
    match named {
        Err(e) if e.error.kind() != io::ErrorKind::AlreadyExists => Err(e.error),
        _ => Ok(()),
    }
}
