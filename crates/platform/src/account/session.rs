//! Sessions: a random cookie, stored hashed, bound to one role at a time.

use super::{Accounts, Held};
use crate::access::Caller;
use crate::db::{DbResult, Event, WriteTx, now_ms};
use crate::secrets::{random, sm3_hex};
use crate::values;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::Lang;

/// How far a sign-in has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    /// The second factor is owed.
    Second,
    /// A new password is owed.
    Change,
    /// Signed in.
    In,
}

impl Stage {
    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Stage::Second => "second",
            Stage::Change => "change",
            Stage::In => "in",
        }
    }

    fn parse(text: &str) -> Stage {
        match text {
            "in" => Stage::In,
            "change" => Stage::Change,
            _ => Stage::Second,
        }
    }
}

/// A session that a cookie opened.
#[derive(Clone, Debug)]
pub struct Found {
    /// The session's hash.
    pub hash: String,
    /// How far the sign-in has come.
    pub stage: Stage,
    /// The account.
    pub account: i64,
    /// Its name.
    pub name: String,
    /// The token that forms carry.
    pub csrf: String,
    /// The role it acts in, once one is chosen.
    pub caller: Option<Caller>,
    /// The language of pages.
    pub lang: Lang,
    /// Large type.
    pub large: bool,
    /// Rows of tables: tight or standard; `None` as each page is drawn.
    pub tight: Option<bool>,
    /// Columns of tables that the account chose: see [`super::columns_of`].
    pub columns: String,
    seen_at: i64,
}

/// A session ends after so long, however busy, milliseconds.
const LONGEST: i64 = 12 * 3600 * 1000;
/// How often being seen is written down, milliseconds: not at every request.
const SEEN_EVERY: i64 = 30 * 1000;

pub(crate) fn hashed(cookie: &str) -> String {
    sm3_hex(cookie.as_bytes())
}

/// Begins a session in a transaction; gives the cookie's value.
pub(super) async fn start(
    tx: &WriteTx,
    account: i64,
    stage: Stage,
    address: &str,
    agent: &str,
) -> DbResult<String> {
    let cookie = URL_SAFE_NO_PAD.encode(random::<32>());
    let csrf = URL_SAFE_NO_PAD.encode(random::<24>());
    let sql =
        "select id from account_role where account = $1 and ended_at is null order by role, part limit 1";
    let role: Option<i64> = tx.one(sql, values![account]).await?.map(|r| r.int(0)).transpose()?;
    let agent: String = agent.chars().take(200).collect();
    let sql = "insert into session (hash, account, role, csrf, stage, made_at, seen_at, address, agent) \
               values ($1, $2, $3, $4, $5, $6, $6, $7, $8)";
    tx.run(sql, values![hashed(&cookie), account, role, csrf, stage.as_str(), now_ms(), address, agent])
        .await?;
    Ok(cookie)
}

impl Accounts<'_> {
    fn idle_ms(&self) -> i64 {
        i64::from(self.at.settings.idle_minutes.max(1)) * 60_000
    }

    /// The session of a cookie, if it is still good.
    pub async fn session(&self, cookie: &str, address: &str) -> DbResult<Option<Found>> {
        let hash = hashed(cookie);
        let sql = "select s.account, s.csrf, s.stage, s.made_at, s.seen_at, a.login, a.name, a.lang, a.large, \
                   a.tight, r.id, r.role, r.county, r.part, r.unit, a.table_columns \
                   from session s join account a on a.id = s.account and a.closed_at is null \
                   left join account_role r on r.id = s.role and r.ended_at is null where s.hash = $1";
        let Some(row) = self.at.control.one(sql, values![hash.clone()]).await? else { return Ok(None) };
        let (made, seen, now) = (row.int(3)?, row.int(4)?, now_ms());
        if now - seen > self.idle_ms() || now - made > LONGEST {
            return Ok(None);
        }
        let stage = Stage::parse(&row.text(2)?);
        let (account, csrf, name) = (row.int(0)?, row.text(1)?, row.text(6)?);
        let lang = if row.text(7)? == "en" { Lang::En } else { Lang::Zh };
        let large = row.int(8)? == 1;
        let tight = row.get::<Option<i64>>(9)?.map(|t| t == 1);
        let held = match row.get::<Option<i64>>(10)? {
            Some(_) if stage == Stage::In => Held::of(&row, 10)?,
            _ => None,
        };
        let caller = held.map(|held| Caller {
            account,
            login: row.text(5).unwrap_or_default(),
            name: name.clone(),
            role: held.role,
            role_id: held.id,
            county: held.county,
            part: held.part,
            unit: held.unit,
            address: address.to_owned(),
            csrf: csrf.clone(),
            session: hash.clone(),
            lang,
            large,
            only: None,
        });
        let columns = row.text(15)?;
        Ok(Some(Found {
            hash,
            stage,
            account,
            name,
            csrf,
            caller,
            lang,
            large,
            tight,
            columns,
            seen_at: seen,
        }))
    }

    /// Notes that a session was used.
    pub async fn seen(&self, session: &Found) -> DbResult<()> {
        let now = now_ms();
        if now - session.seen_at > SEEN_EVERY {
            let sql = "update session set seen_at = $2 where hash = $1";
            self.at.control.operate(sql, values![session.hash.clone(), now]).await?;
        }
        Ok(())
    }

    /// Ends a session.
    pub async fn sign_out(&self, caller: &Caller) -> DbResult<()> {
        let event = caller.event("session.sign-out", "account", &caller.account.to_string(), "");
        let tx = self.at.control.write(event).await?;
        tx.run("delete from session where hash = $1", values![caller.session.clone()]).await?;
        tx.commit().await
    }

    /// Ends a session that never got in: nothing to audit.
    pub async fn drop_session(&self, hash: &str) -> DbResult<()> {
        self.at.control.operate("delete from session where hash = $1", values![hash]).await.map(drop)
    }

    /// Takes away sessions that are over, and failures that no longer count.
    pub async fn sweep(&self) -> DbResult<u64> {
        let now = now_ms();
        let sql = "delete from session where seen_at < $1 or made_at < $2";
        let ended = self.at.control.operate(sql, values![now - self.idle_ms(), now - LONGEST]).await?;
        Ok(ended + self.sweep_missed().await?)
    }

    /// Goes on in another role of the same account; `false` when the account does not hold it. The session may have
    /// no role yet.
    pub async fn switch_role(&self, session: &Found, address: &str, role_id: i64) -> DbResult<bool> {
        let event = Event {
            actor: Some(session.account),
            actor_name: session.name.clone(),
            role: session.caller.as_ref().map(|c| c.role.id().to_owned()).unwrap_or_default(),
            address: address.to_owned(),
            action: "session.switch-role".into(),
            kind: "account".into(),
            record: session.account.to_string(),
            ..Event::default()
        };
        let mut tx = self.at.control.write(event).await?;
        let sql = "select role from account_role where id = $1 and account = $2 and ended_at is null";
        let Some(row) = tx.one(sql, values![role_id, session.account]).await? else {
            tx.rollback().await?;
            return Ok(false);
        };
        tx.event().note = row.text(0)?;
        let sql = "update session set role = $2 where hash = $1 and stage = 'in'";
        tx.run(sql, values![session.hash.clone(), role_id]).await?;
        tx.commit().await?;
        Ok(true)
    }
}
