//! What is done with a whole mark sheet: confirmed by a second person, submitted, asked back, given back.

use super::model::{Round, Sheet, State, Subject};
use super::sheet::{Cell, Column, Kind, cells, open};
use super::store;
use super::tally;
use kernel::{Message, msg};
use platform::access::{Authorized, Caller};
use platform::db::{Db, DbResult, WriteTx, now_ms};
use policy::Pack;
use std::collections::HashMap;

/// A column in which one mark stands in more than half of the cells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Straight {
    pub column: String,
    /// The mark, hundredths.
    pub mark: i64,
    pub same: usize,
    pub filled: usize,
}

/// Fewer cells than these say nothing.
const FEW: usize = 6;

/// The columns of marks that look filled in without looking: at least six cells, more than half of them alike.
pub fn straight(
    columns: &[Column],
    subjects: &[Subject],
    cells: &HashMap<(String, String), Cell>,
) -> Vec<Straight> {
    let mut out = Vec::new();
    for column in columns.iter().filter(|c| matches!(c.kind, Kind::Mark { .. })) {
        let mut times: HashMap<i64, usize> = HashMap::new();
        for s in subjects {
            let cell = cells.get(&(s.code.clone(), column.id.clone()));
            if let Some(mark) = cell.and_then(|c| c.kept.parse().ok()) {
                *times.entry(mark).or_default() += 1;
            }
        }
        let filled: usize = times.values().sum();
        if let Some((mark, same)) = times.into_iter().max_by_key(|(mark, n)| (*n, *mark))
            && filled >= FEW
            && same * 2 > filled
        {
            out.push(Straight { column: column.id.clone(), mark, same, filled });
        }
    }
    out
}

/// The round and the sheet as they stand inside a transaction.
async fn standing(tx: &WriteTx, sheet: &Sheet) -> DbResult<Result<(Round, Sheet), Message>> {
    let (round, now) = (store::find_in(tx, sheet.round).await?, store::sheet_in(tx, sheet.id).await?);
    Ok(round.zip(now).ok_or_else(|| msg!("这张评分表已经不在了")))
}

/// Submits a sheet that owes nothing: afterwards it takes no entries. Everything in the way is told at once.
pub async fn submit(
    db: &Db,
    caller: &Caller,
    sheet: &Authorized<Sheet>,
    pack: &Pack,
    columns: &[Column],
    note: &str,
) -> DbResult<Result<(), Vec<Message>>> {
    let event = caller.event("round.submit", "round", &sheet.round.to_string(), &sheet.township);
    let mut tx = db.write(event).await?;
    let mut now = match standing(&tx, sheet).await? {
        Err(why) => return refused(tx, vec![why]).await,
        Ok((round, now)) => match open(&round, &now) {
            Err(why) => return refused(tx, vec![why]).await,
            Ok(()) => now,
        },
    };
    let subjects = store::subjects(db, sheet.round, &sheet.township).await?;
    let cells = cells(db, sheet, columns, "").await?;
    let done = tally::done_of(db, sheet, pack, columns).await?;
    let mut why = Vec::new();
    if done.left() > 0 {
        why.push(msg!("还有 {n} 格没有填", n = done.left()));
    }
    if done.unchecked > 0 {
        why.push(msg!("还有 {n} 格要本单位另一位同事复核", n = done.unchecked));
    }
    let same = straight(columns, &subjects, &cells);
    if !same.is_empty() && note.trim().is_empty() {
        let ids: Vec<&str> = same.iter().map(|s| s.column.as_str()).collect();
        why.push(msg!("{columns} 多半是同一个分：确属一致，请写一句说明", columns = ids));
    }
    if note.chars().count() > 500 {
        why.push(msg!("说明最多 500 字"));
    }
    if !why.is_empty() {
        return refused(tx, why).await;
    }
    now.submitted_at = Some(now_ms());
    now.submitted_by.clone_from(&caller.name);
    note.trim().clone_into(&mut now.note);
    if !store::save_sheet(&tx, &now).await? {
        return refused(tx, vec![changed_meanwhile()]).await;
    }
    store::note(&tx, sheet.round, &caller.name, &sheet.unit, "sheet.submit", note.trim()).await?;
    tx.changed(&sheet.round.to_string(), &format!("sheet/{}", sheet.rater), None, Some("submitted".into()));
    tx.commit().await?;
    Ok(Ok(()))
}

fn changed_meanwhile() -> Message {
    msg!("刚才有人改过这张评分表，请刷新后再办")
}

async fn refused<T>(tx: WriteTx, why: Vec<Message>) -> DbResult<Result<T, Vec<Message>>> {
    tx.rollback().await?;
    Ok(Err(why))
}

/// An office asks to have its sheet back: noted for the county, which decides.
pub async fn ask_back(
    db: &Db,
    caller: &Caller,
    sheet: &Authorized<Sheet>,
    reason: &str,
) -> DbResult<Result<(), Vec<Message>>> {
    let event = caller.event("round.ask-back", "round", &sheet.round.to_string(), &sheet.township);
    let mut tx = db.write(event).await?;
    let why = match standing(&tx, sheet).await? {
        Err(why) => vec![why],
        Ok((_, now)) if now.submitted_at.is_none() => vec![msg!("评分表还没有提交，直接改就行")],
        Ok((round, _)) if !can_return(&round) => vec![too_late()],
        Ok(_) => reason_given(reason),
    };
    if !why.is_empty() {
        return refused(tx, why).await;
    }
    store::note(&tx, sheet.round, &caller.name, &sheet.unit, "sheet.ask", reason.trim()).await?;
    tx.changed(&sheet.round.to_string(), &format!("sheet/{}", sheet.rater), None, Some("asked back".into()));
    tx.commit().await?;
    Ok(Ok(()))
}

fn reason_given(reason: &str) -> Vec<Message> {
    match reason.trim().chars().count() {
        0 => vec![msg!("请写明理由")],
        1..=500 => Vec::new(),
        _ => vec![msg!("理由最多 500 字")],
    }
}

fn can_return(round: &Round) -> bool {
    matches!(round.state, State::Entering | State::Checking)
}

fn too_late() -> Message {
    msg!("这一轮已经拟定等次，不能再退回评分表；要改请先退回校核")
}

/// The county gives a sheet back, with a reason: it takes entries again while its round does. Of a round that is being
/// checked, whoever leads it opens the marking once more.
pub async fn return_sheet(
    db: &Db,
    caller: &Caller,
    round: &Authorized<Round>,
    sheet: &Sheet,
    reason: &str,
) -> DbResult<Result<(), Vec<Message>>> {
    let event = caller.event("round.return-sheet", "round", &round.id.to_string(), &sheet.township);
    let mut tx = db.write(event).await?;
    let mut now = match standing(&tx, sheet).await? {
        Ok((standing, now)) if standing.id == round.id => {
            let mut why = reason_given(reason);
            if !can_return(&standing) {
                why.push(too_late());
            }
            if now.submitted_at.is_none() {
                why.push(msg!("这张评分表没有提交，用不着退回"));
            }
            if !why.is_empty() {
                return refused(tx, why).await;
            }
            now
        }
        _ => return refused(tx, vec![msg!("这张评分表已经不在了")]).await,
    };
    now.submitted_at = None;
    now.submitted_by.clear();
    // Of a sheet that was submitted it is what its office said; of one that came back, why.
    reason.trim().clone_into(&mut now.note);
    if !store::save_sheet(&tx, &now).await? {
        return refused(tx, vec![changed_meanwhile()]).await;
    }
    store::note(&tx, round.id, &caller.name, &sheet.unit, "sheet.return", reason.trim()).await?;
    let was = Some("submitted".to_owned());
    tx.changed(&round.id.to_string(), &format!("sheet/{}", sheet.rater), was, None);
    tx.commit().await?;
    Ok(Ok(()))
}

/// A cell to confirm: code, column, and the revision that was read.
pub type Seen = (String, String, i64);

/// Confirms marks that somebody else of the office entered: all of them, or none and why.
pub async fn confirm(
    db: &Db,
    caller: &Caller,
    sheet: &Authorized<Sheet>,
    columns: &[Column],
    cells: &[Seen],
) -> DbResult<Result<usize, Vec<Message>>> {
    let event = caller.event("round.check", "round", &sheet.round.to_string(), &sheet.township);
    let mut tx = db.write(event).await?;
    match standing(&tx, sheet).await? {
        Err(why) => return refused(tx, vec![why]).await,
        Ok((round, now)) => {
            if let Err(why) = open(&round, &now) {
                return refused(tx, vec![why]).await;
            }
        }
    }
    let mut why = Vec::new();
    if cells.is_empty() {
        why.push(msg!("请先勾选要确认的格"));
    }
    for (code, column, rev) in cells {
        let subject = store::named(&tx, sheet, code).await?;
        let second = columns.iter().any(|c| c.id == *column && c.second);
        let mark = store::mark_in(&tx, sheet.round, code, column, &sheet.rater).await?;
        let (Some(name), Some(mark), true) = (subject, mark.filter(|m| m.mark.is_some()), second) else {
            why.push(msg!("没有这一格，或这一格不用复核"));
            continue;
        };
        if mark.rev != *rev || !mark.checked_by.is_empty() {
            why.push(msg!(
                "{name} {column} 刚才改过或已经确认，请看一眼再确认",
                name = name,
                column = column.as_str()
            ));
        } else if mark.by_account == Some(caller.account) {
            why.push(msg!(
                "{name} {column} 是您自己填的，要由另一位同事确认",
                name = name,
                column = column.as_str()
            ));
        } else if store::check_mark(&tx, sheet.round, &mark, &caller.name).await? {
            let record = format!("{}/{code}", sheet.round);
            tx.changed(
                &record,
                &format!("{column}/{}/checked", sheet.rater),
                None,
                Some(caller.name.clone()),
            );
        }
    }
    if !why.is_empty() {
        return refused(tx, why).await;
    }
    tx.commit().await?;
    Ok(Ok(cells.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(id: &str) -> Column {
        Column {
            id: id.into(),
            name: String::new(),
            kind: Kind::Mark { full: 200, step: 50 },
            unit: String::new(),
            basis: String::new(),
            note: String::new(),
            second: false,
        }
    }

    /// Marks of one column, a subject each; a negative one is an empty cell.
    fn found(marks: &[i64]) -> Vec<Straight> {
        let subject = |i: usize| Subject {
            code: i.to_string(),
            name: String::new(),
            village: String::new(),
            township: String::new(),
            township_name: String::new(),
            person: None,
        };
        let subjects: Vec<Subject> = (0..marks.len()).map(subject).collect();
        let kept = marks.iter().enumerate().filter(|(_, m)| **m >= 0);
        let cells = kept
            .map(|(i, m)| ((i.to_string(), "C2".to_owned()), Cell { kept: m.to_string(), ..Cell::default() }))
            .collect();
        straight(&[column("C2")], &subjects, &cells)
    }

    #[test]
    fn one_mark_in_more_than_half_of_six_cells_is_told() {
        // The design's case: 6 of 11 are 1.50.
        let marks = [150, 150, 150, 150, 150, 150, 100, 200, 50, 0, 100, -1];
        let told = Straight { column: "C2".into(), mark: 150, same: 6, filled: 11 };
        assert_eq!(found(&marks), [told]);
        assert_eq!(found(&[150, 150, 150, 100, 100, 50]), [], "three of six are no more than half");
        assert_eq!(found(&[150; 5]), [], "five cells say nothing");
    }
}
