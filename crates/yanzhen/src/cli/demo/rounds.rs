//! The demo's rounds: last year's, closed with what follows, and this year's, under way.

use super::super::{Done, Stop, server::failed};
use crate::slices::appraisals::actions::{self, Moved, New};
use crate::slices::appraisals::excusing;
use crate::slices::appraisals::model::{Act, Given as Form, Round};
use crate::slices::appraisals::store::{self, Mark};
use platform::access::{Action, Authorized, Caller};
use platform::db::{Db, Event, now_ms};
use platform::values;
use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use tables::{Input, read_rows};

/// Code, indicator, rater, mark as written.
pub type Row = [String; 4];

/// The rows of a marks table.
pub fn rows(file: &Path) -> Result<Vec<Row>, Stop> {
    let table = read_rows(&Input::quiet(file), &mut Vec::new()).map_err(|e| failed(format!("{e:?}")))?;
    let of = |cells: &Vec<String>| [0, 1, 2, 3].map(|k| cells.get(k).cloned().unwrap_or_default());
    Ok(table.rows.iter().map(|(_, cells)| of(cells)).filter(|r| !r[3].is_empty()).collect())
}

/// Makes both rounds in a county whose people and facts are there.
pub async fn fill(db: &Db, by: &Caller, pack: &str, rows: &[Row]) -> Done {
    let sql = "select id from pack where pack = $1";
    let pack = db.one(sql, values![pack]).await.map_err(failed)?;
    let pack = pack.ok_or_else(|| failed("no pack"))?.int(0).map_err(failed)?;
    let last = begin(db, by, pack, "2025").await?;
    give(db, by, last.id, rows, |_, _| true).await?;
    close(db, by, last.id).await?;
    let now = begin(db, by, pack, "2026").await?;
    // Two in three townships of a unit are done, one is begun.
    let part = |rater: &str, code: &str| {
        let n = rater.bytes().chain(code[..9].bytes()).map(usize::from).sum::<usize>();
        !n.is_multiple_of(3) || (n.is_multiple_of(2) && code.as_bytes()[10].is_multiple_of(2))
    };
    give(db, by, now.id, rows, part).await
}

async fn begin(db: &Db, by: &Caller, pack: i64, year: &str) -> Result<Authorized<Round>, Stop> {
    let day = |d: &str| format!("{year}-{d}");
    let new = New {
        pack,
        title: format!("{year}年度村级考核"),
        year: year.to_owned(),
        posts: Vec::new(),
        marks_due: day("12-20"),
        check_due: day("12-28"),
        publish_due: day("12-31"),
    };
    let made = actions::begin(db, by, &new).await.map_err(failed)?;
    let id = made.map_err(|faults| failed(format!("{faults:?}")))?;
    act(db, by, id, Act::Open).await?;
    round(db, by, id).await
}

async fn round(db: &Db, by: &Caller, id: i64) -> Result<Authorized<Round>, Stop> {
    let found = store::find(db, id).await.map_err(failed)?;
    by.authorize(Action::ManageRounds, found).map_err(|e| failed(format!("{e:?}")))
}

async fn act(db: &Db, by: &Caller, id: i64, act: Act) -> Done {
    let round = round(db, by, id).await?;
    let form = Form {
        reason: "演示".into(),
        meeting: "区委常委会会议".into(),
        meeting_on: format!("{}-12-30", round.year),
        decided_by: by.name.clone(),
    };
    match actions::act(db, by, &round, act, &form).await.map_err(failed)? {
        Moved::Done => Ok(()),
        other => Err(failed(format!("{act:?}: {other:?}"))),
    }
}

/// Writes marks where `part` says so, and submits the sheets that lack none.
async fn give(db: &Db, by: &Caller, round: i64, rows: &[Row], part: impl Fn(&str, &str) -> bool) -> Done {
    let sheets = store::sheets(db, round).await.map_err(failed)?;
    let names: HashMap<(&str, &str), &str> =
        sheets.iter().map(|s| ((s.rater.as_str(), s.township.as_str()), s.unit.as_str())).collect();
    let person = |rater: &str, code: &str| {
        let n = rater.bytes().chain(code[..9].bytes()).map(usize::from).sum::<usize>();
        let unit = names.get(&(rater, "")).or_else(|| names.get(&(rater, &code[..9])));
        format!("{} {}", unit.copied().unwrap_or_default(), synth::person_name(n, n / 3))
    };
    let mut left: BTreeSet<&str> = BTreeSet::new();
    let mut marks = Vec::new();
    for [code, indicator, rater, mark] in rows {
        if !part(rater, code) {
            left.insert(rater);
            continue;
        }
        let mark = kernel::parse_millionths(mark.as_bytes(), 2).map_err(|_| failed("a mark"))? / 10_000;
        marks.push(Mark {
            code: code.clone(),
            indicator: indicator.clone(),
            rater: rater.clone(),
            mark: i64::try_from(mark).ok(),
            note: String::new(),
            by_account: None,
            by: person(rater, code).trim().to_owned(),
            at: now_ms(),
            checked_by: String::new(),
            rev: 1,
        });
    }
    let event = Event {
        action: "demo.marks".into(),
        kind: "round".into(),
        record: round.to_string(),
        ..Event::default()
    };
    let tx = db.write(event).await.map_err(failed)?;
    store::put_marks(&tx, round, &marks).await.map_err(failed)?;
    // A second person of the unit looked at what the pack wants looked at.
    let sql = "update round_mark set checked_by = '复核人', checked_at = at where round = $1";
    tx.run(sql, values![round]).await.map_err(failed)?;
    for sheet in sheets.iter().filter(|s| !left.contains(s.rater.as_str())) {
        let mut done = sheet.clone();
        (done.submitted_at, done.submitted_by) = (Some(now_ms()), by.name.clone());
        store::save_sheet(&tx, &done).await.map_err(failed)?;
    }
    tx.commit().await.map_err(failed)
}

/// Takes a round to its end, a year ago.
async fn close(db: &Db, by: &Caller, id: i64) -> Done {
    act(db, by, id, Act::Lock).await?;
    let at = round(db, by, id).await?;
    let gaps = actions::missing(db, &at).await.map_err(failed)?;
    let cells: Vec<(String, String)> = gaps.into_iter().map(|g| (g.code, g.indicator)).collect();
    if !cells.is_empty() {
        let reason = "当年没有统计口径，经会议同意不计分";
        let done = excusing::excuse(db, by, &at, &cells, "skip", reason).await.map_err(failed)?;
        done.map_err(|f| failed(format!("{f:?}")))?;
    }
    act(db, by, id, Act::Calibrate).await?;
    act(db, by, id, Act::Publish).await?;
    let sql = "update round set published_on = '2025-12-31', notice_until = '2026-01-08' where id = $1";
    let event = Event {
        action: "demo.round".into(),
        kind: "round".into(),
        record: id.to_string(),
        ..Event::default()
    };
    let tx = db.write(event).await.map_err(failed)?;
    tx.run(sql, values![id]).await.map_err(failed)?;
    tx.commit().await.map_err(failed)?;
    act(db, by, id, Act::Close).await
}
