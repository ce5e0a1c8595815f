//! Bringing in a year's results: checked whole, then written whole.

use super::Sent;
use super::import::{FaultLine, fault_line};
use super::status;
use crate::slices::places::desk::Desk;
use crate::slices::places::{facts, grades, import, store};
use askama::Template;
use axum::extract::Request;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::Fault;
use platform::access::Part;
use platform::db::now_ms;
use platform::kit::{Choice, Faults};
use platform::page::Page;
use platform::values;
use platform::web::{Answer, Failure, Html};
use std::collections::HashSet;

/// A year that has results.
pub struct Year {
    pub year: String,
    pub villages: i64,
    pub graded: i64,
}

#[derive(Template)]
#[template(path = "places/pages/grades.html")]
struct GradesPage {
    page: Page,
    years: Vec<Year>,
    packs: Vec<Choice>,
    year: String,
    faults: Faults,
    found: Vec<FaultLine>,
}

pub async fn show(desk: Desk) -> Answer<Response> {
    render(&desk, ("", ""), Faults::new(), &[]).await
}

async fn render(
    desk: &Desk,
    (year, pack): (&str, &str),
    faults: Faults,
    found: &[Fault],
) -> Answer<Response> {
    let (page, db) = (desk.page("import").await?, &desk.db);
    let sql = "select year, count(*), sum(case when grade <> '' then 1 else 0 end) from grade \
               group by year order by year desc";
    let rows = db.rows(sql, vec![]).await?;
    let years = rows
        .iter()
        .map(|r| Ok(Year { year: r.text(0)?, villages: r.int(1)?, graded: r.int(2)? }))
        .collect::<platform::db::DbResult<Vec<Year>>>()?;
    let packs = facts::packs(db, &store::today()).await?;
    let packs = packs
        .iter()
        .filter(|p| p.pack.has_appraisal)
        .map(|p| {
            let id = p.id.to_string();
            let on = id == pack;
            Choice::new(id, format!("{} {}", p.pack.title, p.pack.version)).on(on)
        })
        .collect();
    let status = status(!faults.is_empty());
    let found = found.iter().map(|f| fault_line(&page, f)).collect();
    Ok((status, Html(GradesPage { years, packs, year: year.to_owned(), faults, found, page }))
        .into_response())
}

/// Takes a file of results in, over those of the same year.
pub async fn take(desk: Desk, request: Request) -> Answer<Response> {
    let sent = Sent::read(request, desk.limit()).await?;
    let (year, chosen) = (sent.text("year").to_owned(), sent.text("pack").to_owned());
    let t = |zh: &'static str| kernel::word(zh, desk.visitor.lang);
    let mut faults = Faults::new();
    if year.len() != 4 || !year.bytes().all(|b| b.is_ascii_digit()) {
        faults.add("year", t(kernel::key!("年度写成四位数字，例如 2025")));
    }
    let Desk { db, caller, .. } = &desk;
    let packs = facts::packs(db, &store::today()).await?;
    let pack = packs.iter().find(|p| p.id.to_string() == chosen && p.pack.has_appraisal);
    if pack.is_none() {
        faults.add("pack", t(kernel::key!("请选算出这些结果的办法")));
    }
    if sent.file.is_none() {
        faults.add("file", t(kernel::key!("请选结果表，.csv 或 .xlsx")));
    }
    let (Some(pack), Some((name, bytes)), true) = (pack, sent.file, faults.is_empty()) else {
        return render(&desk, (&year, &chosen), faults, &[]).await;
    };
    let known: HashSet<String> =
        store::villages(db, &Part::County).await?.into_iter().map(|v| v.code).collect();
    let ids: Vec<String> = pack.pack.grades.iter().map(|g| g.id.to_string()).collect();
    let read = tokio::task::spawn_blocking(move || read(&name, &bytes, &known, &ids)).await;
    let results = match read.map_err(|e| Failure::Internal(e.to_string()))? {
        Ok(results) => results,
        Err(found) => {
            faults.add("file", t(kernel::key!("结果表有错，一行也没有写入；逐条改好再传")));
            return render(&desk, (&year, &chosen), faults, &found).await;
        }
    };
    let mut tx = db.write(caller.event("grades.import", "county", &caller.county, "")).await?;
    tx.event().note = format!("{year} {} {} {}", pack.pack.title, pack.pack.version, pack.pack.hash);
    tx.changed("", "grades", None, Some(format!("{year}: {}", results.len())));
    tx.run("delete from grade where year = $1", values![year.clone()]).await?;
    let of = results.iter().filter(|r| r.total.is_some()).count() as i64;
    let rows = results
        .into_iter()
        .map(|r| {
            values![r.code, year.clone(), pack.pack.hash.clone(), r.total, r.rank, of, r.grade, now_ms()]
        })
        .collect();
    tx.insert_many("grade (code, year, pack, total, rank, of_n, grade, at)", rows, "").await?;
    tx.commit().await?;
    Ok(Redirect::to("/?by=grade").into_response())
}

fn read(
    name: &str,
    bytes: &[u8],
    known: &HashSet<String>,
    ids: &[String],
) -> Result<Vec<grades::Result>, Vec<Fault>> {
    let (table, _) = import::read(name, bytes).map_err(|fault| vec![*fault])?;
    grades::read(&table, known, ids)
}
