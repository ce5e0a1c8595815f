//! How long applications are kept: those who were not chosen, and did not ask to be kept in view, go when the time is over that
//! they agreed to.

use super::entering::ENTRY;
use super::rules::campaigns_of;
use super::store::{entries, letters};
use crate::slices::places::store::today;
use kernel::Day;
use platform::db::{Db, DbResult, Event};

/// Takes the own data out of applications whose time is over; gives how many.
pub async fn sweep(db: &Db) -> DbResult<usize> {
    let day = today();
    let Ok(now) = day.parse::<Day>() else { return Ok(0) };
    let rules = campaigns_of(db, "", &day).await?;
    let mut gone = 0;
    for (id, kind, ended) in entries::over(db, &day).await? {
        let months = rules.kind_on(&kind, &day).map_or(6, |k| k.keep_months);
        let due = ended
            .parse::<Day>()
            .is_ok_and(|d| d.checked_add(jiff::Span::new().months(months)).is_ok_and(|d| d <= now));
        if !due {
            continue;
        }
        let tag = entries::handle(db, id).await?.map(|h| h.tag).unwrap_or_default();
        let event = Event {
            action: "campaigns.expire".into(),
            kind: ENTRY.into(),
            record: id.to_string(),
            ..Event::default()
        };
        let tx = db.write(event).await?;
        entries::blank(&tx, id).await?;
        letters::forget(&tx, &tag).await?;
        tx.commit().await?;
        gone += 1;
    }
    Ok(gone)
}
