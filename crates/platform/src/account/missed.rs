//! Names that nobody has lock like those that somebody has, or the lock would tell which exist. There is no account to
//! keep the count with: it has rows of its own, shared by every process, which are forgotten in time.

use super::signin::SignIn;
use super::{Accounts, FAILURES, FORGET_MS, LOCK_MS};
use crate::audit::Outcome;
use crate::db::{DbResult, Event, now_ms};
use crate::secrets::password;
use crate::values;

/// More names than this are not kept, the latest first: whoever floods the table pays a slow hash for each.
const MOST: i64 = 100_000;

impl Accounts<'_> {
    /// A try to sign in with a name that nobody has.
    pub(super) async fn missed(&self, login: &str, secret: String, event: Event) -> DbResult<SignIn> {
        // The name typed may be a password typed in the wrong box: it is not kept, only a keyed hash of it.
        let name = self.at.keys.index("login", login);
        let sql = "select locked_until from missed_login where name = $1";
        let until = self.at.control.one(sql, values![name.clone()]).await?.map_or(Ok(0), |row| row.int(0))?;
        if until > now_ms() {
            self.at.control.record(event, Outcome::Denied).await?;
            return Ok(SignIn::Locked(until));
        }
        let _ = tokio::task::spawn_blocking(move || password::verify_nobody(&secret)).await;
        let tx = self.at.control.write(event.clone()).await?;
        let now = now_ms();
        // As an account counts: attempts at the same moment each count, and those after the lock change nothing.
        let sql = "insert into missed_login (name, failures, failed_at) values ($1, 1, $2) \
                   on conflict (name) do update set failed_at = excluded.failed_at, \
                   failures = case when missed_login.failed_at < $3 then 1 else missed_login.failures + 1 end \
                   where missed_login.locked_until <= $2 returning failures";
        let Some(row) = tx.one(sql, values![name.clone(), now, now - FORGET_MS]).await? else {
            tx.rollback().await?;
            self.at.control.record(event, Outcome::Denied).await?;
            let sql = "select locked_until from missed_login where name = $1";
            let row = self.at.control.one(sql, values![name]).await?;
            return Ok(SignIn::Locked(row.map_or(Ok(now), |row| row.int(0))?));
        };
        if row.int(0)? < FAILURES {
            tx.commit_as(Outcome::Failed).await?;
            return Ok(SignIn::Wrong);
        }
        let sql = "update missed_login set failures = 0, locked_until = $2 where name = $1";
        tx.run(sql, values![name, now + LOCK_MS]).await?;
        tx.commit_as(Outcome::Failed).await?;
        Ok(SignIn::Locked(now + LOCK_MS))
    }

    /// Takes away what is too old to count, and of too many names the oldest.
    pub(super) async fn sweep_missed(&self) -> DbResult<u64> {
        let sql = "delete from missed_login where failed_at < $1 or failed_at < \
                   (select failed_at from missed_login order by failed_at desc limit 1 offset $2)";
        self.at.control.operate(sql, values![now_ms() - FORGET_MS, MOST]).await
    }
}
