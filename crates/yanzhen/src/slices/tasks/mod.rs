//! What waits for an office (待办): corrections to answer, filings and year-end reports to go on with, in the order of their deadlines.

mod pages;

use crate::slices::{duty, filings, people};
use platform::access::{Action, Caller, Role};
use platform::db::{Db, DbResult};
use platform::web::{Hooked, Rule, Waiting, get};
use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Its routes.
pub fn routes() -> Vec<Rule> {
    vec![get("/tasks", pages::show).allow(Action::ViewTasks)]
}

/// A count with what it was taken at: how often this process had written, and when.
type Kept = (u64, Instant, u32);

/// Counts by database, role and part.
static KEPT: LazyLock<Mutex<HashMap<String, Kept>>> = LazyLock::new(Mutex::default);

/// How long a count stands though another process may have written.
const STANDS: Duration = Duration::from_secs(20);

/// The rail's numbers, counted anew only after something was written.
pub fn waiting(db: Db, caller: Caller) -> Hooked<Waiting> {
    Box::pin(async move { Ok(vec![("tasks", counted(&db, &caller).await?)]) })
}

async fn counted(db: &Db, caller: &Caller) -> DbResult<u32> {
    if !matches!(caller.role, Role::CountyOffice | Role::TownshipOffice) {
        return Ok(0);
    }
    let key = format!("{:?} {} {}", db.target(), caller.role.id(), caller.part.code());
    let kept = || KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    let written = db.written();
    if let Some((at, when, n)) = kept().get(&key)
        && *at == written
        && when.elapsed() < STANDS
    {
        return Ok(*n);
    }
    let asked = people::corrections::waiting(db, &caller.part).await?;
    let filed = filings::store::waiting(db, &caller.part, caller.role).await?;
    let (reported, _) = duty::store::reports::waiting(db, &caller.part, caller.role).await?;
    let n = u32::try_from(asked + filed + reported).unwrap_or(u32::MAX);
    kept().insert(key, (written, Instant::now(), n));
    Ok(n)
}
