//! Signing in: password, lock-out, second factor.

use super::session::{Stage, start};
use super::{Accounts, FAILURES, FORGET_MS, LOCK_MS};
use crate::audit::Outcome;
use crate::db::{DbResult, Event, WriteTx, now_ms};
use crate::secrets::{password, recovery, totp};
use crate::values;

/// What an attempt to sign in came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignIn {
    /// The session's cookie value and what comes next.
    In(SignedIn),
    /// Wrong name or password, or a wrong code; it is not said which, nor whether the account exists.
    Wrong,
    /// Locked until then, milliseconds since 1970.
    Locked(i64),
}

/// A session just begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// The cookie's value.
    pub cookie: String,
    /// What it is good for.
    pub stage: Stage,
}

/// Counts a failure of an account that is not locked: those of long ago no longer count.
const ONE_MORE: &str = "update account set failed_at = $2, failures = case when failed_at < $3 then 1 else failures + 1 end \
                        where id = $1 and locked_until <= $2 returning failures";

impl Accounts<'_> {
    /// Tries a name and password. An unknown name takes as long as a known one.
    pub async fn sign_in(&self, login: &str, secret: &str, address: &str, agent: &str) -> DbResult<SignIn> {
        let login = login.trim().to_lowercase();
        let sql = "select id, name, password, failures, locked_until, must_change, totp is not null \
                   from account where login = $1 and closed_at is null";
        let found = self.at.control.one(sql, values![login.clone()]).await?;
        let event = |account: Option<i64>, name: &str, note: &str| Event {
            actor: account,
            actor_name: name.to_owned(),
            address: address.to_owned(),
            action: "session.sign-in".into(),
            kind: "account".into(),
            record: account.map(|a| a.to_string()).unwrap_or_default(),
            note: note.to_owned(),
            ..Event::default()
        };
        let secret = secret.to_owned();
        let Some(row) = found else {
            return self.missed(&login, secret, event(None, "", kernel::key!("没有这个账号"))).await;
        };
        let (id, name, hash, locked) = (row.int(0)?, row.text(1)?, row.text(2)?, row.int(4)?);
        let (must_change, second) = (row.int(5)? == 1, truth(&row, 6)?);
        if locked > now_ms() {
            return self.refuse_locked(id, event(Some(id), &name, kernel::key!("账号已锁定"))).await;
        }
        let right =
            tokio::task::spawn_blocking(move || password::verify(&secret, &hash)).await.unwrap_or(false);
        if !right {
            return self.count_failure(id, event(Some(id), &name, kernel::key!("密码不对"))).await;
        }
        let stage = match (second, must_change) {
            (true, _) => Stage::Second,
            (false, true) => Stage::Change,
            (false, false) => Stage::In,
        };
        let tx = self.at.control.write(event(Some(id), &name, "")).await?;
        // Where a code is still owed the count stands: a known password must not buy more tries at the code.
        let sql = "update account set failures = case when $3 = 1 then failures else 0 end \
                   where id = $1 and locked_until <= $2";
        if tx.run(sql, values![id, now_ms(), i64::from(second)]).await? == 0 {
            // Locked by attempts of the same moment.
            tx.rollback().await?;
            return self.refuse_locked(id, event(Some(id), &name, kernel::key!("账号已锁定"))).await;
        }
        let cookie = start(&tx, id, stage, address, agent).await?;
        tx.commit().await?;
        Ok(SignIn::In(SignedIn { cookie, stage }))
    }

    /// One failure more; the fifth in a row locks. The count is made in the row itself: attempts at the same moment
    /// each count, and those after the lock change nothing.
    pub(super) async fn count_failure(&self, account: i64, event: Event) -> DbResult<SignIn> {
        let tx = self.at.control.write(event.clone()).await?;
        let now = now_ms();
        match tx.one(ONE_MORE, values![account, now, now - FORGET_MS]).await? {
            Some(row) => failed(tx, account, row.int(0)?).await,
            None => {
                tx.rollback().await?;
                self.refuse_locked(account, Event { note: kernel::key!("账号已锁定").into(), ..event }).await
            }
        }
    }

    /// An attempt at a locked account: recorded, not counted.
    async fn refuse_locked(&self, account: i64, event: Event) -> DbResult<SignIn> {
        let row =
            self.at.control.one("select locked_until from account where id = $1", values![account]).await?;
        let until = row.map_or(Ok(0), |r| r.int(0))?;
        self.at.control.record(event, Outcome::Denied).await?;
        Ok(SignIn::Locked(until))
    }

    /// Tries the second factor of a session that waits for it: six digits, or a recovery code.
    pub async fn second_factor(&self, session: &str, code: &str) -> DbResult<SignIn> {
        let sql = "select s.account, a.name, a.totp, a.totp_step, a.locked_until, a.must_change, s.address, s.agent \
                   from session s join account a on a.id = s.account where s.hash = $1 and s.stage = 'second'";
        let Some(row) = self.at.control.one(sql, values![session]).await? else { return Ok(SignIn::Wrong) };
        let (id, name, locked) = (row.int(0)?, row.text(1)?, row.int(4)?);
        let (sealed, step): (Vec<u8>, Option<i64>) = (row.get(2)?, row.get(3)?);
        let event = |note: &str| Event {
            actor: Some(id),
            actor_name: name.clone(),
            address: row.maybe(6).unwrap_or_default(),
            action: "session.second-factor".into(),
            kind: "account".into(),
            record: id.to_string(),
            note: note.to_owned(),
            ..Event::default()
        };
        if locked > now_ms() {
            return self.refuse_locked(id, event(kernel::key!("账号已锁定"))).await;
        }
        let secret = self
            .at
            .keys
            .open(&totp_context(id), &sealed)
            .map_err(|e| crate::db::DbError::Sealed(e.to_string()))?;
        let used = step.and_then(|s| u64::try_from(s).ok());
        let now = u64::try_from(now_ms() / 1000).unwrap_or_default();
        let mut tx = self.at.control.write(event("")).await?;
        // Counted as a failure until the code proves right: the row is held meanwhile, and a locked one stays so.
        let moment = now_ms();
        let Some(count) = tx.one(ONE_MORE, values![id, moment, moment - FORGET_MS]).await? else {
            tx.rollback().await?;
            return self.refuse_locked(id, event(kernel::key!("账号已锁定"))).await;
        };
        let accepted = match totp::check(&secret, code, now, used) {
            // Of two uses of one code at the same moment, the row lets one through.
            Some(step) => {
                let sql = "update account set totp_step = $2 where id = $1 and (totp_step is null or totp_step < $2)";
                tx.run(sql, values![id, i64::try_from(step).unwrap_or(i64::MAX)]).await? == 1
            }
            None => {
                let hash = recovery::hash(&id.to_string(), code);
                let sql = "update recovery_code set used_at = $3 where account = $1 and hash = $2 and used_at is null";
                let used = tx.run(sql, values![id, hash, now_ms()]).await? == 1;
                if used {
                    tx.event().note = kernel::key!("用了恢复码").into();
                }
                used
            }
        };
        if !accepted {
            tx.event().note = kernel::key!("动态码不对").into();
            return failed(tx, id, count.int(0)?).await;
        }
        let stage = if row.int(5)? == 1 { Stage::Change } else { Stage::In };
        tx.run("update account set failures = 0 where id = $1", values![id]).await?;
        // A new cookie: who saw the half-signed-in one has nothing. Of two uses of one session, one goes on.
        if tx.run("delete from session where hash = $1", values![session]).await? == 0 {
            tx.rollback().await?;
            return Ok(SignIn::Wrong);
        }
        let cookie = start(&tx, id, stage, &row.maybe(6)?, &row.maybe(7)?).await?;
        tx.commit().await?;
        Ok(SignIn::In(SignedIn { cookie, stage }))
    }
}

/// Commits a failure that was counted, and locks at the fifth.
async fn failed(mut tx: WriteTx, account: i64, failures: i64) -> DbResult<SignIn> {
    if failures < FAILURES {
        tx.commit_as(Outcome::Failed).await?;
        return Ok(SignIn::Wrong);
    }
    let until = now_ms() + LOCK_MS;
    let sql = "update account set failures = 0, locked_until = $2 where id = $1";
    tx.run(sql, values![account, until]).await?;
    tx.event().note = kernel::key!("账号已锁定").into();
    tx.commit_as(Outcome::Failed).await?;
    Ok(SignIn::Locked(until))
}

/// What binds a sealed second-factor secret to its account.
pub(super) fn totp_context(account: i64) -> String {
    format!("account/{account}/totp")
}

/// A truth value: a number on one engine, a boolean on the other.
fn truth(row: &crate::db::Row, column: usize) -> DbResult<bool> {
    row.get::<bool>(column).or_else(|_| row.int(column).map(|n| n != 0))
}
