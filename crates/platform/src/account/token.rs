//! Tokens of the API: a role narrowed to some actions, for a time.

use super::{Accounts, Held};
use crate::access::{Action, Caller};
use crate::db::{DbResult, new_id, now_ms};
use crate::secrets::{random, sm3_hex};
use crate::values;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::Lang;

/// A token to make.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// What it is for.
    pub name: String,
    /// What it may do; never more than the caller's role.
    pub actions: Vec<Action>,
    /// How long, days.
    pub days: i64,
}

/// A token in the list. Its secret is not kept.
#[derive(Clone, Debug)]
pub struct TokenRow {
    /// Its id.
    pub id: i64,
    /// What it is for.
    pub name: String,
    /// What it may do.
    pub actions: Vec<Action>,
    /// When it ends, milliseconds since 1970.
    pub expires_at: i64,
    /// When it was last used.
    pub used_at: Option<i64>,
}

/// Marks a token in a log or a leaked file for what it is.
const PREFIX: &str = "yzt_";
/// A token lives so long at most, days.
const LONGEST: i64 = 366;

fn actions_of(text: &str) -> Vec<Action> {
    text.split(' ').filter_map(Action::by_id).collect()
}

impl Accounts<'_> {
    /// Makes a token in the caller's present role; gives its secret, shown this once.
    pub async fn create_token(&self, caller: &Caller, new: &NewToken) -> DbResult<String> {
        let secret = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(random::<32>()));
        let actions: Vec<&str> = new.actions.iter().filter(|a| caller.may(**a)).map(|a| a.id()).collect();
        let actions = actions.join(" ");
        let expires = now_ms() + new.days.clamp(1, LONGEST) * 86_400_000;
        let id = new_id();
        let mut event = caller.event("token.create", "token", &id.to_string(), caller.part.code());
        event.note = actions.clone();
        let tx = self.at.control.write(event).await?;
        tx.run(
            "insert into token (id, hash, account, role, name, actions, made_at, expires_at) \
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
            values![
                id,
                sm3_hex(secret.as_bytes()),
                caller.account,
                caller.role_id,
                new.name.clone(),
                actions,
                now_ms(),
                expires
            ],
        )
        .await?;
        tx.commit().await?;
        Ok(secret)
    }

    /// The account's live tokens.
    pub async fn tokens(&self, account: i64) -> DbResult<Vec<TokenRow>> {
        let sql = "select id, name, actions, expires_at, used_at from token \
                   where account = $1 and ended_at is null and expires_at > $2 order by id desc";
        let rows = self.at.control.rows(sql, values![account, now_ms()]).await?;
        rows.iter()
            .map(|r| {
                Ok(TokenRow {
                    id: r.int(0)?,
                    name: r.text(1)?,
                    actions: actions_of(&r.text(2)?),
                    expires_at: r.int(3)?,
                    used_at: r.get(4)?,
                })
            })
            .collect()
    }

    /// Ends a token of the caller's.
    pub async fn end_token(&self, caller: &Caller, id: i64) -> DbResult<()> {
        let tx = self.at.control.write(caller.event("token.end", "token", &id.to_string(), "")).await?;
        let sql = "update token set ended_at = $3 where id = $1 and account = $2 and ended_at is null";
        // Nothing ended is nothing to audit.
        match tx.run(sql, values![id, caller.account, now_ms()]).await? {
            0 => tx.rollback().await,
            _ => tx.commit().await,
        }
    }

    /// Who a token acts for.
    pub async fn by_token(&self, secret: &str, address: &str) -> DbResult<Option<Caller>> {
        if !secret.starts_with(PREFIX) {
            return Ok(None);
        }
        let sql = "select t.id, t.actions, a.id, a.login, a.name, r.id, r.role, r.county, r.part, r.unit, t.used_at \
                   from token t join account a on a.id = t.account and a.closed_at is null \
                   join account_role r on r.id = t.role and r.ended_at is null \
                   where t.hash = $1 and t.ended_at is null and t.expires_at > $2";
        let now = now_ms();
        let row = self.at.control.one(sql, values![sm3_hex(secret.as_bytes()), now]).await?;
        let Some(row) = row else { return Ok(None) };
        let Some(held) = Held::of(&row, 5)? else { return Ok(None) };
        if row.get::<Option<i64>>(10)?.is_none_or(|used| now - used > 60_000) {
            let sql = "update token set used_at = $2 where id = $1";
            self.at.control.operate(sql, values![row.int(0)?, now]).await?;
        }
        Ok(Some(Caller {
            account: row.int(2)?,
            login: row.text(3)?,
            name: row.text(4)?,
            role: held.role,
            role_id: held.id,
            county: held.county,
            part: held.part,
            unit: held.unit,
            address: address.to_owned(),
            csrf: String::new(),
            session: String::new(),
            lang: Lang::Zh,
            large: false,
            only: Some(actions_of(&row.text(1)?)),
        }))
    }
}
