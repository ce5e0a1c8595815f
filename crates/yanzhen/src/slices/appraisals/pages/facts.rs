//! The facts of a round: what is known and what lacks, and a table of them taken in by whoever leads it.

use super::led;
use crate::slices::appraisals::collecting::{self, Table};
use crate::slices::appraisals::model::Round;
use crate::slices::appraisals::store;
use crate::slices::places::Desk;
use crate::slices::places::facts::adopted;
use crate::slices::places::pages::import::{FaultLine, fault_line};
use crate::slices::places::pages::{Sent, status};
use askama::Template;
use axum::extract::{Path, Request};
use axum::response::{IntoResponse, Redirect, Response};
use kernel::{Fault, key, word};
use platform::kit::Faults;
use platform::page::Page;
use platform::web::{Answer, Failure, Html};
use std::collections::HashMap;

/// A fact of the pack with how many subjects have it.
pub struct Line {
    pub id: String,
    pub label: String,
    pub source: &'static str,
    pub known: usize,
    pub missing: usize,
}

#[derive(Template)]
#[template(path = "appraisals/pages/facts.html")]
struct FactsPage {
    page: Page,
    round: Round,
    lines: Vec<Line>,
    subjects: usize,
    may: bool,
    faults: Faults,
    found: Vec<FaultLine>,
}

pub async fn show(desk: Desk, Path(id): Path<i64>) -> Answer<Response> {
    render(&desk, id, Faults::new(), &[]).await
}

async fn render(desk: &Desk, id: i64, faults: Faults, found: &[Fault]) -> Answer<Response> {
    let round = led(desk, id).await?;
    let (page, db) = (desk.page("rounds").await?, &desk.db);
    let pack = adopted(db, round.pack).await?;
    let subjects = store::subjects(db, id, "").await?.len();
    let mut known: HashMap<String, usize> = HashMap::new();
    for ((fact, _), n) in store::fact_counts(db, id).await? {
        *known.entry(fact).or_default() += usize::try_from(n).unwrap_or_default();
    }
    let lines = pack
        .facts
        .iter()
        .filter(|f| f.subject == pack.subject)
        .map(|f| {
            let n = known.get(&f.id).copied().unwrap_or_default();
            Line {
                id: f.id.clone(),
                label: f.label.clone(),
                source: page.t(match f.source.as_str() {
                    "registry" => key!("台账"),
                    "ballot" => key!("测评"),
                    "appraisal" => key!("考核结果"),
                    "review" => key!("联审"),
                    _ => key!("上报"),
                }),
                known: n,
                missing: subjects.saturating_sub(n),
            }
        })
        .collect();
    let html = FactsPage {
        lines,
        subjects,
        may: round.state.takes_entries(),
        found: found.iter().map(|f| fault_line(&page, f)).collect(),
        faults,
        round: (*round).clone(),
        page,
    };
    let status = status(!html.faults.is_empty());
    Ok((status, Html(html)).into_response())
}

/// Takes a table of facts in: all of it, or nothing with every fault.
pub async fn take(desk: Desk, Path(id): Path<i64>, request: Request) -> Answer<Response> {
    let round = led(&desk, id).await?;
    let sent = Sent::read(request, desk.limit()).await?;
    let lang = desk.visitor.lang;
    let mut faults = Faults::new();
    let Some((name, bytes)) = sent.file else {
        faults.add("file", word(key!("请选文件，.xlsx 或 .csv"), lang));
        return render(&desk, id, faults, &[]).await;
    };
    let table = Table { name, bytes };
    match collecting::take_table(&desk.db, &desk.caller, &round, table).await? {
        Ok(_) => Ok(Redirect::to(&format!("/rounds/{id}/facts")).into_response()),
        Err(collecting::Refused::Shut) => {
            faults.add("file", word(key!("这一轮已经锁定，不能再填；要改请联系组织部门退回"), lang));
            render(&desk, id, faults, &[]).await
        }
        Err(collecting::Refused::Unread(why)) => Err(Failure::Bad(why)),
        Err(collecting::Refused::Faulty(found)) => {
            faults.add("file", word(key!("表里有错，一格也没有写；逐条改好再传"), lang));
            render(&desk, id, faults, &found).await
        }
    }
}
