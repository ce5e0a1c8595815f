//! A holiday notice as a table.

use super::{CalendarDay, Day, DayKind, WorkCalendar};
use crate::{Fault, msg};
use std::collections::BTreeMap;

/// Lines of a calendar; a notice names about forty days.
const MOST_LINES: usize = 20_000;

/// The columns, in the order of an entry, in both spellings.
const HEADS: [[&str; 2]; 4] = [["day", "日期"], ["kind", "类别"], ["name", "名称"], ["source", "依据"]];

pub(super) fn calendar(file: &str, text: &str) -> Result<WorkCalendar, Vec<Fault>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines = (1u32..).zip(text.lines()).filter(|(_, line)| !blank(line));
    let Some((row, head)) = lines.next() else {
        return Err(vec![
            Fault::cell(file, 0, "", "", msg!("是空的")).mend(msg!("第一行应是 day,kind,name,source")),
        ]);
    };
    let heads = cells(head);
    let mut faults = Vec::new();
    let places = HEADS.map(|names| heads.iter().position(|h| names.contains(&h.as_str())));
    for (names, place) in HEADS.iter().zip(&places) {
        if place.is_none() {
            let reason = msg!("缺少列“{column}”", column = names[0]);
            faults.push(Fault::cell(file, row, names[0], head, reason));
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let mut days: BTreeMap<Day, (u32, CalendarDay)> = BTreeMap::new();
    for (count, (row, line)) in lines.enumerate() {
        if count >= MOST_LINES {
            faults.push(Fault::cell(file, row, "", "", msg!("超过 {n} 行", n = MOST_LINES)));
            break;
        }
        let cells = cells(line);
        let cell = |i: usize| places[i].and_then(|p| cells.get(p)).cloned().unwrap_or_default();
        match entry(file, row, &[cell(0), cell(1), cell(2), cell(3)]) {
            Err(fault) => faults.push(fault),
            Ok(entry) => match days.get(&entry.day) {
                Some((earlier, _)) => faults.push(Fault::cell(
                    file,
                    row,
                    HEADS[0][0],
                    &cell(0),
                    msg!("这一天在第 {row} 行已经有了", row = *earlier),
                )),
                None => {
                    days.insert(entry.day, (row, entry));
                }
            },
        }
    }
    match faults.is_empty() {
        true => Ok(WorkCalendar::of(days.into_values().map(|(_, entry)| entry))),
        false => Err(faults),
    }
}

fn entry(file: &str, row: u32, cells: &[String; 4]) -> Result<CalendarDay, Fault> {
    let fault = |i: usize, reason| Fault::cell(file, row, HEADS[i][0], &cells[i], reason);
    let day = day(&cells[0])
        .ok_or_else(|| fault(0, msg!("不是日历上的一天")).mend(msg!("写成 2027-01-01 这样的日期")))?;
    let kind = match cells[1].to_lowercase().as_str() {
        "holiday" | "休" | "放假" | "休息" => DayKind::Holiday,
        "workday" | "班" | "上班" | "补班" => DayKind::Workday,
        _ => {
            return Err(fault(1, msg!("类别只能是 holiday（放假）或 workday（上班）")));
        }
    };
    let weekend = matches!(day.weekday(), jiff::civil::Weekday::Saturday | jiff::civil::Weekday::Sunday);
    if kind == DayKind::Workday && !weekend {
        return Err(
            fault(0, msg!("调休上班的日子应是周六或周日，这一天本来就上班")).mend(msg!("对照通知核对日期"))
        );
    }
    if cells[2].is_empty() {
        return Err(fault(2, msg!("没有写节日名称")));
    }
    Ok(CalendarDay { day, kind, name: cells[2].clone(), source: cells[3].clone() })
}

/// 2027-01-01, 2027/1/1, 2027.1.1 or 2027年1月1日.
fn day(text: &str) -> Option<Day> {
    let text = text.strip_suffix('日').unwrap_or(text);
    let mut parts = text.split(['-', '/', '.', '年', '月']);
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let digits =
        |s: &str, most: usize| (1..=most).contains(&s.len()) && s.bytes().all(|b| b.is_ascii_digit());
    if parts.next().is_some() || year.len() != 4 || !digits(year, 4) || !digits(month, 2) || !digits(day, 2) {
        return None;
    }
    Day::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

/// The cells of a line, blanks and enclosing quotes off. A cell of a calendar holds no comma.
fn cells(line: &str) -> Vec<String> {
    line.split([',', '\t']).map(|cell| cell.trim().trim_matches('"').trim().to_owned()).collect()
}

/// Spreadsheets leave lines of commas at the end.
fn blank(line: &str) -> bool {
    line.trim().starts_with('#') || cells(line).iter().all(String::is_empty)
}
