//! Accounts as the security administrator lists them.

use super::{Accounts, Held};
use crate::db::{DbError, DbResult, Row, Value, now_ms};
use crate::secrets::mask_phone;
use crate::values;

/// An account in the list.
#[derive(Clone, Debug)]
pub struct AccountRow {
    /// Its id.
    pub id: i64,
    /// The name to sign in with.
    pub login: String,
    /// The person's name.
    pub name: String,
    /// The phone, masked; empty where there is none.
    pub phone: String,
    /// Whether a second factor is on.
    pub second: bool,
    /// Locked until then; 0 for not locked.
    pub locked_until: i64,
    /// When it was closed.
    pub closed_at: Option<i64>,
    /// When it last signed in; `None` for never.
    pub last_seen: Option<i64>,
    /// Whether a new password is owed.
    pub must_change: bool,
    /// Its roles.
    pub roles: Vec<Held>,
}

/// What an account is in, as the list filters by. An account may be in two: locked before its first password changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AccountState {
    /// Can be signed in to, and was.
    InUse,
    /// Owes its first password's change.
    First,
    /// Locked for now.
    Locked,
    /// Closed.
    Closed,
}

impl AccountState {
    /// All of them, in order.
    pub const ALL: [AccountState; 4] =
        [AccountState::InUse, AccountState::First, AccountState::Locked, AccountState::Closed];

    /// As in addresses.
    pub fn id(self) -> &'static str {
        match self {
            AccountState::InUse => "in-use",
            AccountState::First => "first",
            AccountState::Locked => "locked",
            AccountState::Closed => "closed",
        }
    }

    /// By its id.
    pub fn by_id(id: &str) -> Option<AccountState> {
        AccountState::ALL.into_iter().find(|s| s.id() == id)
    }

    /// As a condition on an account `a`, `$3` the present.
    fn sql(self) -> &'static str {
        match self {
            AccountState::InUse => "a.closed_at is null and a.must_change = 0 and a.locked_until <= $3",
            AccountState::First => "a.closed_at is null and a.must_change = 1",
            AccountState::Locked => "a.closed_at is null and a.locked_until > $3",
            AccountState::Closed => "a.closed_at is not null",
        }
    }
}

/// Which accounts are listed.
#[derive(Clone, Copy, Debug, Default)]
pub struct AccountFilter<'a> {
    /// Part of name, login or office, or the whole phone number; empty for all.
    pub find: &'a str,
    /// A role's id; empty for all.
    pub role: &'a str,
    /// `None` for all.
    pub state: Option<AccountState>,
}

/// How many accounts match, whatever their state and in each of [`AccountState::ALL`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AccountCounts {
    /// Whatever their state.
    pub all: i64,
    /// In the states' order.
    pub by_state: [i64; AccountState::ALL.len()],
}

impl AccountCounts {
    /// How many are in a state.
    pub fn of(&self, state: Option<AccountState>) -> i64 {
        state.map_or(self.all, |s| self.by_state[s as usize])
    }
}

impl Accounts<'_> {
    /// A page of the accounts that match, from 0, and how many match but for their state.
    pub async fn list(
        &self,
        filter: AccountFilter<'_>,
        page: i64,
        size: i64,
    ) -> DbResult<(Vec<AccountRow>, AccountCounts)> {
        let AccountFilter { find, role, state } = filter;
        let candidates = self.at.keys.index_candidates("phone", find.trim());
        // One form a key of the ring, for numbers sealed under an older one: hex digits and a colon, nothing to escape.
        let forms: Vec<String> = candidates.iter().map(|c| format!("'{c}'")).collect();
        let found = format!(
            "($1 = '' or a.name like '%' || $1 || '%' or a.login like '%' || lower($1) || '%' \
             or a.phone_index in ({forms}) or exists (select 1 from account_role r where r.account = a.id \
             and r.ended_at is null and r.unit like '%' || $1 || '%')) \
             and ($2 = '' or exists (select 1 from account_role r where r.account = a.id \
             and r.ended_at is null and r.role = $2))",
            forms = forms.join(", ")
        );
        let values = values![find.trim(), role, now_ms()];
        let each = AccountState::ALL.map(|s| format!("count(case when {} then 1 end)", s.sql())).join(", ");
        let sql = format!("select count(*), {each} from account a where {found}");
        let row = self.at.control.one(&sql, values.clone()).await?.ok_or(DbError::Missing)?;
        let mut counts = AccountCounts { all: row.int(0)?, by_state: [0; AccountState::ALL.len()] };
        for (k, n) in counts.by_state.iter_mut().enumerate() {
            *n = row.int(k + 1)?;
        }
        // Every place of the statement is used on both engines, also without a state.
        let within = state.map_or("$3 > 0", AccountState::sql);
        let condition =
            format!("{found} and {within} order by a.closed_at is not null, a.login limit $4 offset $5");
        let paged: Vec<Value> = values.into_iter().chain(values![size, page.max(0) * size]).collect();
        Ok((self.rows(&condition, paged).await?, counts))
    }

    /// One account, if there is one.
    pub async fn one(&self, id: i64) -> DbResult<Option<AccountRow>> {
        Ok(self.rows("a.id = $1", values![id]).await?.pop())
    }

    async fn rows(&self, condition: &str, values: Vec<Value>) -> DbResult<Vec<AccountRow>> {
        let sql = format!(
            "select a.id, a.login, a.name, a.phone, a.totp, a.locked_until, a.closed_at, \
             (select max(s.seen_at) from session s where s.account = a.id), a.must_change \
             from account a where {condition}"
        );
        let mut out = Vec::new();
        for row in self.at.control.rows(&sql, values).await? {
            let mut account = self.row(&row)?;
            account.roles = self.roles(account.id).await?;
            out.push(account);
        }
        Ok(out)
    }

    fn row(&self, row: &Row) -> DbResult<AccountRow> {
        let id = row.int(0)?;
        let phone = match row.get::<Option<Vec<u8>>>(3)? {
            Some(sealed) => mask_phone(&self.phone_of(id, &sealed)?),
            None => String::new(),
        };
        Ok(AccountRow {
            id,
            login: row.text(1)?,
            name: row.text(2)?,
            phone,
            second: row.get::<Option<Vec<u8>>>(4)?.is_some(),
            locked_until: row.int(5)?,
            closed_at: row.get(6)?,
            last_seen: row.get(7)?,
            must_change: row.int(8)? == 1,
            roles: Vec::new(),
        })
    }
}
