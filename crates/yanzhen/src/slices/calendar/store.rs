//! The table of the county's own days.

use kernel::{CalendarDay, Day, DayKind, WorkCalendar};
use platform::db::{Db, DbResult, WriteTx, now_ms};
use platform::values;

/// A day's kind as stored.
pub fn kind_id(kind: DayKind) -> &'static str {
    match kind {
        DayKind::Holiday => "holiday",
        DayKind::Workday => "workday",
    }
}

/// The days that the county entered, in order.
pub async fn own(db: &Db) -> DbResult<Vec<CalendarDay>> {
    let rows = db.rows("select day, kind, name, source from holiday order by day", vec![]).await?;
    let mut days = Vec::with_capacity(rows.len());
    for row in rows {
        let Ok(day) = row.text(0)?.parse::<Day>() else { continue };
        let kind = if row.text(1)? == "workday" { DayKind::Workday } else { DayKind::Holiday };
        days.push(CalendarDay { day, kind, name: row.text(2)?, source: row.text(3)? });
    }
    Ok(days)
}

/// The county's calendar: the notices that came with the program and those that the county entered.
pub async fn calendar(db: &Db) -> DbResult<WorkCalendar> {
    Ok(WorkCalendar::embedded().with(&WorkCalendar::of(own(db).await?)))
}

/// Enters days over what stood there. Gives how many changed.
pub async fn put(tx: &mut WriteTx, days: &[CalendarDay], by: &str) -> DbResult<usize> {
    let mut changed = 0;
    for entry in days {
        let day = entry.day.to_string();
        let was = told(tx, &day).await?;
        let became = format!("{} {} {}", kind_id(entry.kind), entry.name, entry.source);
        if was.as_ref() == Some(&became) {
            continue;
        }
        changed += 1;
        let sql = "insert into holiday (day, kind, name, source, by_name, at) values ($1, $2, $3, $4, $5, $6) \
                   on conflict (day) do update set kind = $2, name = $3, source = $4, by_name = $5, at = $6";
        let (kind, name, source) = (kind_id(entry.kind), entry.name.as_str(), entry.source.as_str());
        tx.run(sql, values![day.as_str(), kind, name, source, by, now_ms()]).await?;
        tx.changed(&day, "day", was, Some(became));
    }
    Ok(changed)
}

/// Takes a day that the county entered away; false where there is none.
pub async fn remove(tx: &mut WriteTx, day: &str) -> DbResult<bool> {
    let was = told(tx, day).await?;
    let done = tx.run("delete from holiday where day = $1", values![day]).await? == 1;
    tx.changed(day, "day", was, None);
    Ok(done)
}

async fn told(tx: &WriteTx, day: &str) -> DbResult<Option<String>> {
    let row = tx.one("select kind, name, source from holiday where day = $1", values![day]).await?;
    row.map(|r| Ok(format!("{} {} {}", r.text(0)?, r.text(1)?, r.text(2)?))).transpose()
}
