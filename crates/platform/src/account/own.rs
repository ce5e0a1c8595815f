//! The own account: password, second factor, sessions, the look of pages.

use super::Accounts;
use super::session::Found;
use super::signin::{SignIn, totp_context};
use crate::access::Caller;
use crate::db::{DbError, DbResult, Event, now_ms};
use crate::secrets::{password, recovery, totp};
use crate::values;
use kernel::{Lang, Message, msg};

/// A session as its owner sees it.
#[derive(Clone, Debug)]
pub struct OwnSession {
    /// Its hash, to end it by.
    pub hash: String,
    /// When it began, milliseconds since 1970.
    pub made_at: i64,
    /// When it was last used.
    pub seen_at: i64,
    /// From where.
    pub address: String,
    /// With what browser.
    pub agent: String,
}

/// How pages look to their reader; what is not wanted stays as it is.
#[derive(Clone, Copy, Debug, Default)]
pub struct Look {
    /// The language.
    pub lang: Option<Lang>,
    /// Large type.
    pub large: Option<bool>,
    /// Tight rows of tables.
    pub tight: Option<bool>,
}

impl Accounts<'_> {
    /// The account's sessions, the latest used first.
    pub async fn sessions(&self, account: i64) -> DbResult<Vec<OwnSession>> {
        let sql = "select hash, made_at, seen_at, address, agent from session \
                   where account = $1 and stage = 'in' order by seen_at desc";
        let rows = self.at.control.rows(sql, values![account]).await?;
        rows.iter()
            .map(|r| {
                Ok(OwnSession {
                    hash: r.text(0)?,
                    made_at: r.int(1)?,
                    seen_at: r.int(2)?,
                    address: r.text(3)?,
                    agent: r.text(4)?,
                })
            })
            .collect()
    }

    /// Ends one session of the account, or all but the present one.
    pub async fn end_sessions(&self, caller: &Caller, one: Option<&str>) -> DbResult<()> {
        let event = caller.event("session.end-others", "account", &caller.account.to_string(), "");
        let tx = self.at.control.write(event).await?;
        match one {
            Some(hash) => {
                let sql = "delete from session where account = $1 and hash = $2";
                tx.run(sql, values![caller.account, hash]).await?;
            }
            None => {
                let sql = "delete from session where account = $1 and hash <> $2";
                tx.run(sql, values![caller.account, caller.session.clone()]).await?;
            }
        }
        tx.commit().await
    }

    /// Changes the password of a signed-in account, or of one that owes a new one. Faults are said all at once, each
    /// with the field it is of: `old`, `new`, `again`. Wrong old passwords count towards the lock.
    pub async fn change_password(
        &self,
        session: &Found,
        old: &str,
        new: &str,
        again: &str,
        address: &str,
    ) -> DbResult<Result<(), Vec<(&'static str, Message)>>> {
        let sql = "select login, name, password, locked_until from account where id = $1";
        let row = self.at.control.one(sql, values![session.account]).await?.ok_or(DbError::Missing)?;
        let (login, name, hash) = (row.text(0)?, row.text(1)?, row.text(2)?);
        if row.int(3)? > now_ms() {
            return Ok(Err(vec![("old", locked(row.int(3)?))]));
        }
        let mut faults = Vec::new();
        let (old_text, new_text) = (old.to_owned(), new.to_owned());
        let (right, hash_new) = tokio::task::spawn_blocking(move || {
            (password::verify(&old_text, &hash), password::hash(&new_text))
        })
        .await
        .map_err(|e| DbError::Version(e.to_string()))?;
        if !right {
            faults.push(("old", msg!("原密码不对")));
        }
        faults.extend(password::rules(new, &login, &name).into_iter().map(|fault| ("new", fault)));
        if right && old == new {
            faults.push(("new", msg!("新密码不能和原密码一样")));
        }
        if new != again {
            faults.push(("again", msg!("两次输入的新密码不一样")));
        }
        let event = Event {
            actor: Some(session.account),
            actor_name: name,
            address: address.to_owned(),
            action: "account.change-password".into(),
            kind: "account".into(),
            record: session.account.to_string(),
            ..Event::default()
        };
        if !faults.is_empty() {
            if !right && let SignIn::Locked(until) = self.count_failure(session.account, event).await? {
                faults[0] = ("old", locked(until));
            }
            return Ok(Err(faults));
        }
        let hash_new = hash_new.map_err(|e| DbError::Sealed(e.to_string()))?;
        let tx = self.at.control.write(event).await?;
        let sql = "update account set password = $2, password_at = $3, must_change = 0, failures = 0 \
                   where id = $1";
        tx.run(sql, values![session.account, hash_new, now_ms()]).await?;
        let sql = "delete from session where account = $1 and hash <> $2";
        tx.run(sql, values![session.account, session.hash.clone()]).await?;
        let sql = "update session set stage = 'in' where hash = $1 and stage = 'change'";
        tx.run(sql, values![session.hash.clone()]).await?;
        tx.commit().await?;
        Ok(Ok(()))
    }

    /// Whether the account has a second factor, and how many recovery codes are left.
    pub async fn second_factor_state(&self, account: i64) -> DbResult<(bool, i64)> {
        let sql = "select (select count(*) from account where id = $1 and totp is not null), \
                   (select count(*) from recovery_code where account = $1 and used_at is null)";
        let row = self.at.control.one(sql, values![account]).await?.ok_or(DbError::Missing)?;
        Ok((row.int(0)? == 1, row.int(1)?))
    }

    /// Turns the second factor on once a code of its secret was given; answers the recovery codes, shown this once.
    pub async fn set_second_factor(
        &self,
        caller: &Caller,
        secret: &[u8],
        code: &str,
    ) -> DbResult<Option<Vec<String>>> {
        let now = u64::try_from(now_ms() / 1000).unwrap_or_default();
        let Some(step) = totp::check(secret, code, now, None) else { return Ok(None) };
        let account = caller.account;
        let event = caller.event("account.second-factor-on", "account", &account.to_string(), "");
        let tx = self.at.control.write(event).await?;
        let sealed = self.at.keys.seal(&totp_context(account), secret);
        // One that is on is turned off with the password first, not replaced by whoever sits at the machine.
        let sql = "update account set totp = $2, totp_step = $3 where id = $1 and totp is null";
        if tx.run(sql, values![account, sealed, i64::try_from(step).unwrap_or(i64::MAX)]).await? == 0 {
            tx.rollback().await?;
            return Ok(None);
        }
        tx.run("delete from recovery_code where account = $1", values![account]).await?;
        let codes = recovery::codes();
        for code in &codes {
            let hash = recovery::hash(&account.to_string(), code);
            tx.run("insert into recovery_code (account, hash) values ($1, $2)", values![account, hash])
                .await?;
        }
        tx.commit().await?;
        Ok(Some(codes))
    }

    /// Turns the second factor off, with the password; says what is wrong with it.
    pub async fn drop_second_factor(&self, caller: &Caller, secret: &str) -> DbResult<Option<Message>> {
        let sql = "select password, locked_until from account where id = $1";
        let row = self.at.control.one(sql, values![caller.account]).await?.ok_or(DbError::Missing)?;
        let (hash, until) = (row.text(0)?, row.int(1)?);
        if until > now_ms() {
            return Ok(Some(locked(until)));
        }
        let secret = secret.to_owned();
        let right =
            tokio::task::spawn_blocking(move || password::verify(&secret, &hash)).await.unwrap_or(false);
        let event = caller.event("account.second-factor-off", "account", &caller.account.to_string(), "");
        if !right {
            return Ok(Some(match self.count_failure(caller.account, event).await? {
                SignIn::Locked(until) => locked(until),
                _ => msg!("密码不对"),
            }));
        }
        let tx = self.at.control.write(event).await?;
        let sql = "update account set totp = null, totp_step = null, failures = 0 where id = $1";
        tx.run(sql, values![caller.account]).await?;
        tx.run("delete from recovery_code where account = $1", values![caller.account]).await?;
        tx.commit().await?;
        Ok(None)
    }

    /// Keeps which columns of a table the account wants, in their order; none for those that the page has by itself.
    pub async fn prefer_columns(&self, session: &Found, table: &str, columns: &str) -> DbResult<()> {
        let prefix = format!("{table}:");
        let mut lines: Vec<&str> = session.columns.lines().filter(|l| !l.starts_with(&prefix)).collect();
        let own = prefix + columns;
        if !columns.is_empty() {
            lines.push(&own);
        }
        let sql = "update account set table_columns = $2 where id = $1";
        self.at.control.operate(sql, values![session.account, lines.join("\n")]).await.map(drop)
    }

    /// Keeps what is wanted of the look of pages. A preference is no record.
    pub async fn prefer(&self, account: i64, look: Look) -> DbResult<()> {
        let lang = look.lang.map(|lang| if lang == Lang::En { "en" } else { "zh" }.to_owned());
        let [large, tight] = [look.large, look.tight].map(|wanted| wanted.map(i64::from));
        let sql = "update account set lang = coalesce($2, lang), large = coalesce($3, large), \
                   tight = coalesce($4, tight) where id = $1";
        self.at.control.operate(sql, values![account, lang, large, tight]).await.map(drop)
    }
}

/// The columns that an account chose for a table, of all it chose: `people:posts.age`, one table a line. Empty: none.
pub fn columns_of<'c>(chosen: &'c str, table: &str) -> &'c str {
    let own = |line: &'c str| line.strip_prefix(table)?.strip_prefix(':');
    chosen.lines().find_map(own).unwrap_or_default()
}

/// Locked until then: minutes from now, and whom to ask.
pub(crate) fn locked(until: i64) -> Message {
    let minutes = ((until - now_ms()).max(1) + 59_999) / 60_000;
    msg!("连续输错，账号已锁定，约 {n} 分钟后可以再试。急用请找安全管理员解锁。", n = minutes)
}
