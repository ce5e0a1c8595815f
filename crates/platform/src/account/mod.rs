//! Accounts: signing in, the second factor, roles, sessions, tokens of the API.

mod list;
mod manage;
mod missed;
mod own;
mod session;
mod setup;
mod signin;
mod token;

pub use list::{AccountCounts, AccountFilter, AccountRow, AccountState};
pub use manage::{Grant, NewAccount};
pub(crate) use own::locked;
pub use own::{Look, OwnSession, columns_of};
pub use session::{Found, Stage};
pub(crate) use setup::locked_setup;
pub use setup::{SetupTry, login_fault};
pub use signin::{SignIn, SignedIn};
pub use token::{NewToken, TokenRow};

use crate::access::{Part, Role};
use crate::county::Installation;
use crate::db::{DbResult, Row};

/// Wrong passwords or codes in a row after which an account is locked. Source: GB/T 22239, DOMAIN 4.
pub const FAILURES: i64 = 5;
/// How long a lock lasts, milliseconds.
pub const LOCK_MS: i64 = 15 * 60 * 1000;
/// After how long a failure no longer counts, milliseconds. The same for names that nobody has, whose rows go then.
pub(crate) const FORGET_MS: i64 = 24 * 3600 * 1000;

/// Everything about accounts of an installation.
#[derive(Clone, Copy)]
pub struct Accounts<'a> {
    at: &'a Installation,
}

impl Installation {
    /// Its accounts.
    pub fn accounts(&self) -> Accounts<'_> {
        Accounts { at: self }
    }
}

/// A role that an account holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The grant's id.
    pub id: i64,
    /// The role.
    pub role: Role,
    /// The county's six digits.
    pub county: String,
    /// The part of it.
    pub part: Part,
    /// The office's name.
    pub unit: String,
}

impl Held {
    /// From `id, role, county, part, unit` at a column and after; `None` for a role this program does not know.
    fn of(row: &Row, at: usize) -> DbResult<Option<Held>> {
        let (role, part) = (Role::by_id(&row.maybe(at + 1)?), Part::parse(&row.maybe(at + 3)?));
        let (Some(role), Some(part)) = (role, part) else { return Ok(None) };
        Ok(Some(Held { id: row.int(at)?, role, county: row.text(at + 2)?, part, unit: row.text(at + 4)? }))
    }
}

impl Accounts<'_> {
    /// Whether there is none yet: the installation waits for its first-run set-up.
    pub async fn none(&self) -> DbResult<bool> {
        Ok(self.at.control.one("select 1 from account limit 1", vec![]).await?.is_none())
    }

    /// The roles an account holds now.
    pub async fn roles(&self, account: i64) -> DbResult<Vec<Held>> {
        let sql = "select id, role, county, part, unit from account_role \
                   where account = $1 and ended_at is null order by county, role, part";
        let rows = self.at.control.rows(sql, crate::values![account]).await?;
        rows.iter().filter_map(|r| Held::of(r, 0).transpose()).collect()
    }
}
