//! What waits for an office (待办): corrections to answer, filings and year-end reports to go on with, in the order of their deadlines.

mod pages;

use crate::slices::campaigns::store::asks;
use crate::slices::places::store::today;
use crate::slices::{
    appraisals, duty, filings, inquiries, membership, people, pools, reviews, rewards, vacancies,
};
use inquiries::store::Show;
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
type Kept = (u64, Instant, (u32, u32));

/// Counts by database, role, part and office.
static KEPT: LazyLock<Mutex<HashMap<String, Kept>>> = LazyLock::new(Mutex::default);

/// How long a count stands though another process may have written.
const STANDS: Duration = Duration::from_secs(20);

/// The rail's numbers, counted anew only after something was written.
pub fn waiting(db: Db, caller: Caller) -> Hooked<Waiting> {
    Box::pin(async move {
        let (tasks, sheets) = counted(&db, &caller).await?;
        let seat = if caller.may(Action::AnswerReviews) { tasks } else { 0 };
        Ok(vec![("tasks", tasks), ("sheets", sheets), ("seat", seat)])
    })
}

/// How many things wait, and how many of them are mark sheets.
async fn counted(db: &Db, caller: &Caller) -> DbResult<(u32, u32)> {
    let (office, fills) =
        (matches!(caller.role, Role::CountyOffice | Role::TownshipOffice), caller.may(Action::FillSheet));
    let seat = caller.may(Action::AnswerReviews);
    if !office && !fills && !seat {
        return Ok((0, 0));
    }
    let key = format!("{:?} {} {} {}", db.target(), caller.role.id(), caller.part.code(), caller.unit);
    let kept = || KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    let written = db.written();
    if let Some((at, when, n)) = kept().get(&key)
        && *at == written
        && when.elapsed() < STANDS
    {
        return Ok(*n);
    }
    let sheets = match fills {
        true => appraisals::tally::waiting(db, &caller.unit, caller.part.township()).await?,
        false => 0,
    };
    let mut all = sheets;
    if seat {
        let asked = reviews::store::of_unit(db, &caller.unit).await?;
        all += asked.iter().filter(|a| a.is_open()).count() as u64;
    }
    if caller.may(Action::RunReviews) {
        all += u64::from(reviews::store::waiting(db).await? > 0);
    }
    if office {
        let day = today();
        all += people::corrections::waiting(db, &caller.part).await?;
        all += filings::store::waiting(db, &caller.part, caller.role).await?;
        all += duty::store::reports::waiting(db, &caller.part, caller.role).await?.0;
        all += appraisals::appeals::waiting(db, &caller.part).await?;
        all += u64::from(rewards::store::waiting(db, &caller.part).await? > 0);
        all += u64::from(pools::store::waiting(db, &caller.part).await? > 0);
        all += u64::from(asks::waiting(db, &caller.part).await?.0 > 0);
        all += u64::from(asks::objections_waiting(db, &caller.part).await?.0 > 0);
        all += u64::from(inquiries::store::count(db, &caller.part, Show::Answered, &day).await? > 0);
        all += u64::from(inquiries::store::calls_due(db, &caller.part, &day).await? > 0);
        all += u64::from(inquiries::due(db, &caller.part).await?.0 > 0);
        all += u64::from(membership::due(db, &caller.part).await?.0 > 0);
        all += u64::from(vacancies::store::count(db, &caller.part).await?.1 > 0);
    }
    let small = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
    let n = (small(all), small(sheets));
    kept().insert(key, (written, Instant::now(), n));
    Ok(n)
}
