//! What the security administrator does: accounts, roles, locks. No business data pass here.

use super::Accounts;
use crate::access::{Caller, Part, Role};
use crate::audit::Outcome;
use crate::db::{DbError, DbResult, Event, new_id, now_ms};
use crate::secrets::password;
use crate::values;

/// A role to give.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The role.
    pub role: Role,
    /// The county's six digits; empty for an administrator of the whole installation.
    pub county: String,
    /// The part of it.
    pub part: Part,
    /// The office's name, shown beside the person's.
    pub unit: String,
}

/// An account to make.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// The name to sign in with: letters, digits, `-`, `_`, `.`.
    pub login: String,
    /// The person's name.
    pub name: String,
    /// A phone number, sealed; may be empty.
    pub phone: String,
    /// The password; `None` makes a random one that must be changed.
    pub password: Option<String>,
    /// Whether the password must be changed at the first sign-in.
    pub must_change: bool,
    /// The roles.
    pub grants: Vec<Grant>,
}

fn phone_context(account: i64) -> String {
    format!("account/{account}/phone")
}

impl Accounts<'_> {
    /// The account of a login that may act as a village cadre of a county; `None` for any other.
    pub async fn cadre_of(&self, login: &str, county: &str) -> DbResult<Option<i64>> {
        let sql = "select a.id from account a join account_role r on r.account = a.id where a.login = $1 \
                   and a.closed_at is null and r.role = $2 and r.county = $3 and r.ended_at is null limit 1";
        let cadre = crate::access::Role::VillageCadre.id();
        self.at.control.one(sql, values![login, cadre, county]).await?.map(|r| r.int(0)).transpose()
    }
}

impl Accounts<'_> {
    /// Makes an account; gives its id and, where none was given, its first password, shown this once.
    ///
    /// `event` says who makes it: the set-up, or the security administrator. `Ok(None)` when the name is taken.
    pub async fn create(&self, mut event: Event, new: NewAccount) -> DbResult<Option<(i64, String)>> {
        let first = new.password.clone().unwrap_or_else(password::random_password);
        let to_hash = first.clone();
        let hash = tokio::task::spawn_blocking(move || password::hash(&to_hash))
            .await
            .map_err(|e| DbError::Version(e.to_string()))?
            .map_err(|e| DbError::Sealed(e.to_string()))?;
        let id = new_id();
        event.kind = "account".into();
        event.record = id.to_string();
        event.person = Some(id);
        let login = new.login.trim().to_lowercase();
        let mut tx = self.at.control.write(event).await?;
        if tx.one("select 1 from account where login = $1", values![login.clone()]).await?.is_some() {
            tx.rollback().await?;
            return Ok(None);
        }
        let (phone, index) = match new.phone.as_str() {
            "" => (None, None),
            phone => (
                Some(self.at.keys.seal(&phone_context(id), phone.as_bytes())),
                Some(self.at.keys.index("phone", phone)),
            ),
        };
        tx.run(
            "insert into account (id, login, name, password, password_at, must_change, phone, phone_index, made_at) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $5)",
            values![id, login.clone(), new.name.clone(), hash, now_ms(), i64::from(new.must_change), phone, index],
        )
        .await?;
        tx.changed("", "login", None, Some(login));
        tx.changed("", "name", None, Some(new.name));
        for grant in new.grants {
            insert_grant(&mut tx, id, &grant).await?;
        }
        tx.commit().await?;
        Ok(Some((id, first)))
    }

    pub(super) fn phone_of(&self, account: i64, sealed: &[u8]) -> DbResult<String> {
        let open = self.at.keys.open(&phone_context(account), sealed);
        let bytes = open.map_err(|e| DbError::Sealed(e.to_string()))?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// The whole phone number, for a stated reason: the reading is audited before the number is given.
    pub async fn unmask_phone(
        &self,
        caller: &Caller,
        account: i64,
        reason: &str,
    ) -> DbResult<Option<String>> {
        let row = self.at.control.one("select phone from account where id = $1", values![account]).await?;
        let Some(sealed) = row.map(|r| r.get::<Option<Vec<u8>>>(0)).transpose()?.flatten() else {
            return Ok(None);
        };
        let mut event = caller.event("account.unmask-phone", "account", &account.to_string(), "");
        event.note = reason.to_owned();
        self.at.control.record(event, Outcome::Done).await?;
        self.phone_of(account, &sealed).map(Some)
    }

    /// Gives a role; `false` when the account has it already.
    pub async fn grant(&self, caller: &Caller, account: i64, grant: &Grant) -> DbResult<bool> {
        let event = caller.event("account.grant", "account", &account.to_string(), grant.part.code());
        let mut tx = self.at.control.write(event).await?;
        let new = insert_grant(&mut tx, account, grant).await?;
        if new {
            tx.commit().await?
        } else {
            tx.rollback().await?
        }
        Ok(new)
    }

    /// Takes a role away; sessions and tokens that act in it end. The last security administrator keeps the role.
    pub async fn revoke(&self, caller: &Caller, account: i64, role_id: i64) -> DbResult<bool> {
        let event = caller.event("account.revoke", "account", &account.to_string(), "");
        let mut tx = self.at.control.write(event).await?;
        let sql = "update account_role set ended_at = $3 where id = $1 and account = $2 and ended_at is null \
                   returning role";
        let Some(row) = tx.one(sql, values![role_id, account, now_ms()]).await? else {
            tx.rollback().await?;
            return Ok(false);
        };
        let role = row.text(0)?;
        if role == Role::SecurityAdmin.id() && security_admins(&tx).await? == 0 {
            tx.rollback().await?;
            return Ok(false);
        }
        tx.changed("", "role", Some(role), None);
        tx.run("delete from session where role = $1", values![role_id]).await?;
        let sql = "update token set ended_at = $2 where role = $1 and ended_at is null";
        tx.run(sql, values![role_id, now_ms()]).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// A new first password, to be changed at the next sign-in; the second factor, every session and every token end.
    pub async fn reset_password(&self, caller: &Caller, account: i64) -> DbResult<Option<String>> {
        let first = password::random_password();
        let to_hash = first.clone();
        let hash = tokio::task::spawn_blocking(move || password::hash(&to_hash))
            .await
            .map_err(|e| DbError::Version(e.to_string()))?
            .map_err(|e| DbError::Sealed(e.to_string()))?;
        let event = caller.event("account.reset-password", "account", &account.to_string(), "");
        let tx = self.at.control.write(event).await?;
        let sql = "update account set password = $2, password_at = $3, must_change = 1, failures = 0, \
                   locked_until = 0, totp = null, totp_step = null where id = $1 and closed_at is null";
        if tx.run(sql, values![account, hash, now_ms()]).await? == 0 {
            tx.rollback().await?;
            return Ok(None);
        }
        tx.run("delete from recovery_code where account = $1", values![account]).await?;
        tx.run("delete from session where account = $1", values![account]).await?;
        let sql = "update token set ended_at = $2 where account = $1 and ended_at is null";
        tx.run(sql, values![account, now_ms()]).await?;
        tx.commit().await?;
        Ok(Some(first))
    }

    /// Lifts a lock.
    pub async fn unlock(&self, caller: &Caller, account: i64) -> DbResult<()> {
        let event = caller.event("account.unlock", "account", &account.to_string(), "");
        let tx = self.at.control.write(event).await?;
        tx.run("update account set failures = 0, locked_until = 0 where id = $1", values![account]).await?;
        tx.commit().await
    }

    /// Closes an account, or opens it again. The last security administrator cannot be closed.
    pub async fn close(&self, caller: &Caller, account: i64, close: bool) -> DbResult<bool> {
        let verb = if close { "account.close" } else { "account.reopen" };
        let tx = self.at.control.write(caller.event(verb, "account", &account.to_string(), "")).await?;
        let at = close.then(now_ms);
        tx.run("update account set closed_at = $2 where id = $1", values![account, at]).await?;
        if close && security_admins(&tx).await? == 0 {
            tx.rollback().await?;
            return Ok(false);
        }
        tx.run("delete from session where account = $1", values![account]).await?;
        tx.commit().await?;
        Ok(true)
    }
}

pub(super) async fn insert_grant(tx: &mut crate::db::WriteTx, account: i64, grant: &Grant) -> DbResult<bool> {
    let sql = "insert into account_role (id, account, role, county, part, unit) values ($1, $2, $3, $4, $5, $6) \
               on conflict (account, role, county, part, unit) do update set ended_at = null \
               where account_role.ended_at is not null";
    let part = grant.part.code();
    let new = tx
        .run(sql, values![new_id(), account, grant.role.id(), grant.county.clone(), part, grant.unit.clone()])
        .await?
        == 1;
    if new {
        let said = format!("{} {} {} {}", grant.role.id(), grant.county, part, grant.unit);
        tx.changed("", "role", None, Some(said));
    }
    Ok(new)
}

/// How many can still manage accounts. Writers follow each other, so the count holds until the commit.
async fn security_admins(tx: &crate::db::WriteTx) -> DbResult<i64> {
    let sql = "select count(*) from account a join account_role r on r.account = a.id \
               where r.role = $1 and r.ended_at is null and a.closed_at is null";
    tx.one(sql, values![Role::SecurityAdmin.id()]).await?.ok_or(DbError::Missing)?.int(0)
}
