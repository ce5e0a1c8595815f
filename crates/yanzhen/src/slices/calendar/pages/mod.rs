//! The working-day calendar of a year: entered one day at a time or pasted from a notice.

use super::store;
use crate::slices::places::Desk;
use crate::slices::posts::pages::day_text;
use askama::Template;
use axum::Form;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::{CalendarDay, DayKind, WorkCalendar};
use platform::kit::{Choice, Faults};
use platform::page::Page;
use platform::web::{Answer, Html};
use serde::Deserialize;

/// A day as listed.
pub struct Line {
    pub day: String,
    pub said: String,
    /// Off; else worked in exchange.
    pub off: bool,
    pub name: String,
    pub source: String,
    /// Entered by the county, which may take it away.
    pub own: bool,
}

#[derive(Template)]
#[template(path = "calendar/pages/calendar.html")]
struct CalendarPage {
    page: Page,
    year: i16,
    years: Vec<Choice>,
    lines: Vec<Line>,
    /// Whether the year's notice is in.
    known: bool,
    off: usize,
    worked: usize,
    own: usize,
    typed: Typed,
    kinds: Vec<Choice>,
    faults: Faults,
    told: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    day: String,
    kind: String,
    name: String,
    source: String,
    text: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    year: String,
    told: String,
}

/// Years that are shown: those of the notices that came with the program and the next.
fn this_year() -> i16 {
    platform::now().date().year()
}

async fn render(desk: &Desk, asked: &Asked, typed: Typed, faults: Faults) -> Answer<Response> {
    let mut page = desk.page("filings").await?;
    page.path = "/calendar".to_owned();
    let own = store::own(&desk.db).await?;
    let calendar = store::calendar(&desk.db).await?;
    let year = asked.year.parse().unwrap_or_else(|_| this_year());
    let mut years: Vec<i16> =
        calendar.days().map(|d| d.day.year()).chain([this_year(), this_year() + 1]).collect();
    years.sort_unstable();
    years.dedup();
    let years = years
        .into_iter()
        .map(|y| {
            let hint = if calendar.known(y) { String::new() } else { page.t("没有通知").to_owned() };
            Choice::new(format!("/calendar?year={y}"), y.to_string()).hint(hint).on(y == year)
        })
        .collect();
    let lines: Vec<Line> = calendar
        .days()
        .filter(|d| d.day.year() == year)
        .map(|d| Line {
            day: d.day.to_string(),
            said: day_text(&d.day.to_string()),
            off: d.kind == DayKind::Holiday,
            name: d.name.clone(),
            source: d.source.clone(),
            own: own.iter().any(|o| o.day == d.day),
        })
        .collect();
    let kinds = [("holiday", page.t("放假")), ("workday", page.t("调休上班"))];
    let kinds = kinds.map(|(id, label)| Choice::new(id, label));
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let told = match asked.told.as_str() {
        "" => String::new(),
        "removed" => page.t("已删去").to_owned(),
        n => page.tn("写入 {n} 天", n.parse::<u32>().unwrap_or_default()),
    };
    let html = CalendarPage {
        year,
        years,
        known: calendar.known(year),
        off: lines.iter().filter(|l| l.off).count(),
        worked: lines.iter().filter(|l| !l.off).count(),
        own: lines.iter().filter(|l| l.own).count(),
        lines,
        kinds: Choice::pick(kinds.to_vec(), &typed.kind),
        typed,
        faults,
        told,
        page,
    };
    Ok((status, Html(html)).into_response())
}

/// The calendar of a year.
pub async fn show(desk: Desk, Query(asked): Query<Asked>) -> Answer<Response> {
    render(&desk, &asked, Typed::default(), Faults::new()).await
}

/// Writes days and goes to their year.
async fn write(desk: &Desk, days: Vec<CalendarDay>, verb: &str) -> Answer<Response> {
    let year = days.first().map_or_else(this_year, |d| d.day.year());
    let record = days.first().map(|d| d.day.to_string()).unwrap_or_default();
    let mut event = desk.caller.event(verb, "calendar", &record, "");
    event.note = days.len().to_string();
    let mut tx = desk.db.write(event).await?;
    let n = store::put(&mut tx, &days, &desk.caller.name).await?;
    tx.commit().await?;
    Ok(Redirect::to(&format!("/calendar?year={year}&told={n}")).into_response())
}

/// A table of days, each fault in the field it is told at.
fn read(page: &Page, field: &str, text: &str, faults: &mut Faults) -> Vec<CalendarDay> {
    const HEAD: &str = "day,kind,name,source";
    let first = text.lines().find(|l| !l.trim().is_empty()).unwrap_or_default();
    let headed = first.contains("day") && first.contains("kind") || first.contains("日期");
    // Lines alone are read as if their heads stood above them; faults count the lines as they were pasted.
    let whole = if headed { text.to_owned() } else { format!("{HEAD}\n{text}") };
    match WorkCalendar::parse("", &whole) {
        Ok(calendar) => calendar.days().cloned().collect(),
        Err(wrong) => {
            for fault in wrong {
                let row = fault.row.saturating_sub(u32::from(!headed));
                let said = match row {
                    0 => fault.explanation(page.lang),
                    row => format!("{}：{}", page.tn("第 {n} 行", row), fault.explanation(page.lang)),
                };
                faults.add(field, said);
            }
            Vec::new()
        }
    }
}

/// Enters a day.
pub async fn add(desk: Desk, Form(typed): Form<Typed>) -> Answer<Response> {
    let page = desk.page("filings").await?;
    let mut faults = Faults::new();
    let cell = |text: &str| text.replace([',', '\t', '\n', '\r', '"'], " ").trim().to_owned();
    if cell(&typed.source).is_empty() {
        faults.add("source", page.t("请写明依据，例如放假通知的文号"));
    }
    let (day, kind, name, source) =
        (cell(&typed.day), cell(&typed.kind), cell(&typed.name), cell(&typed.source));
    let days = read(&page, "day", &format!("{day},{kind},{name},{source}"), &mut faults);
    if !faults.is_empty() {
        return render(&desk, &Asked::default(), typed, faults).await;
    }
    write(&desk, days, "calendar.add").await
}

/// Enters the days of a notice, all or none.
pub async fn import(desk: Desk, Form(typed): Form<Typed>) -> Answer<Response> {
    let page = desk.page("filings").await?;
    let mut faults = Faults::new();
    let days =
        if typed.text.trim().is_empty() { Vec::new() } else { read(&page, "text", &typed.text, &mut faults) };
    if days.is_empty() && faults.is_empty() {
        faults.add("text", page.t("请粘贴日历，一行一天"));
    }
    if !faults.is_empty() {
        return render(&desk, &Asked::default(), typed, faults).await;
    }
    write(&desk, days, "calendar.import").await
}

/// Takes a day of the county's own away.
pub async fn remove(desk: Desk, Form(typed): Form<Typed>) -> Answer<Response> {
    let day = typed.day.trim();
    let mut tx = desk.db.write(desk.caller.event("calendar.remove", "calendar", day, "")).await?;
    if !store::remove(&mut tx, day).await? {
        tx.rollback().await?;
        let page = desk.page("filings").await?;
        let mut faults = Faults::new();
        faults.add("day", page.t("这一天不是本县录入的，不能删；程序自带的由通知决定"));
        return render(&desk, &Asked::default(), Typed::default(), faults).await;
    }
    tx.commit().await?;
    let year = day.get(..4).unwrap_or_default();
    Ok(Redirect::to(&format!("/calendar?year={year}&told=removed")).into_response())
}
