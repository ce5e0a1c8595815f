//! Pages of people.

pub mod bundle;
mod cells;
mod chips;
pub mod claims;
pub mod compare;
pub mod corrections;
pub mod documents;
pub mod duplicates;
pub mod edit;
pub mod export;
pub mod file;
pub mod find;
pub mod forms;
pub mod list;
pub mod lists;
mod none;
pub mod own;
pub mod receive;
pub mod retention;
pub mod roster;
mod shown;
pub mod sight;
pub mod traces;
pub mod transfer;
pub mod unmoved;
pub mod views;

use super::model::{Person, State};
use super::store;
use crate::slices::places::facts;
use crate::slices::places::store::today;
use kernel::msg;
use platform::access::{Action, Authorized, Caller};
use platform::db::{Db, DbResult};
use platform::web::{Answer, Failure};
use policy::people::People;

/// What the county's packs say of files, today.
pub async fn rules(db: &Db, part: &str) -> DbResult<People> {
    let day = today();
    let adopted = facts::packs(db, &day).await?;
    let reaching = facts::reaching(db, &adopted, part).await?;
    Ok(People::in_force(reaching.into_iter().map(|a| &*a.pack), &day))
}

/// A person's file, if it is the caller's. What went into another file or to another county is read, never changed; of
/// one that was deleted nothing is left to change or to give out.
pub async fn person_of(db: &Db, caller: &Caller, id: i64, action: Action) -> Answer<Authorized<Person>> {
    let looks = matches!(action, Action::ViewPeople | Action::ManageRetention);
    let found = store::find(db, id).await?.filter(|p| looks || p.state != State::Erased);
    let person = caller.authorize(action, found)?;
    let changes = matches!(action, Action::EditPeople | Action::RecogniseClaim | Action::LinkAccount);
    match person.state {
        State::Merged if changes => Err(Failure::Bad(msg!("这份档案已并入他档；请在保留的档案里改"))),
        State::Moved if changes => Err(Failure::Bad(msg!("这份档案已转出，不能再改"))),
        _ => Ok(person),
    }
}

/// `2026年11月12日 16:20`
pub fn time_text(at: i64) -> String {
    let Ok(at) = jiff::Timestamp::from_millisecond(at) else { return String::new() };
    let at = at.to_zoned(kernel::zone());
    format!("{}年{}月{}日 {:02}:{:02}", at.year(), at.month(), at.day(), at.hour(), at.minute())
}
