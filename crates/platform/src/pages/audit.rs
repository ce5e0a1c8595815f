//! The audit administrator's pages: who did what, and whether the chain is whole. Names of fields, never values.

mod asked;
mod export;
mod shown;
mod words;

use crate::access::{Action, Caller};
use crate::audit::{self, Break, Head, Outcome};
use crate::db::Db;
use crate::kit::{Choice, Column, Link, Pager};
use crate::page::Page;
use crate::web::{Answer, App, Client, Failure, Html, Rule, Visitor, get, page_for, post};
use askama::Template;
use asked::Asked;
use axum::Form;
use axum::extract::{Query, State};
use axum::response::IntoResponse;
use kernel::msg;
use serde::Deserialize;
use shown::{Shown, whole};

pub(super) fn routes() -> Vec<Rule> {
    vec![
        get("/audit", list).allow(Action::ViewAudit),
        post("/audit/verify", verify).allow(Action::ViewAudit),
        get("/audit/export", export::export).allow(Action::ViewAudit),
    ]
}

/// The chain of the control database, in addresses.
const CONTROL: &str = "control";

/// The database whose chain is read: a county's, or the control database for an empty code.
async fn chain(app: &App, of: &str) -> Answer<Db> {
    if of.is_empty() {
        return Ok(app.at.control.clone());
    }
    Ok(app.at.county(of).await?.ok_or(Failure::NotFound)?.1)
}

/// A figure of today: its name, how many, and the filter that shows them.
struct Figure {
    word: &'static str,
    n: String,
    href: String,
}

/// What a verification came to, in words.
struct Verified {
    whole: bool,
    n: String,
    breaks: Vec<String>,
    more: usize,
}

#[derive(Template)]
#[template(path = "pages/audit.html")]
struct AuditPage {
    page: Page,
    asked: Asked,
    chains: Vec<Choice>,
    groups: Vec<Choice>,
    outcomes: Vec<Choice>,
    chips: Vec<(&'static str, String, String)>,
    clear: String,
    columns: Vec<Column>,
    rows: Vec<Shown>,
    /// The entry shown whole, and whether it follows the one before.
    entry: Option<(Shown, bool)>,
    pager: Pager,
    export: String,
    figures: Vec<Figure>,
    head: String,
    kept: String,
    kept_fault: String,
    verified: Option<Verified>,
}

/// What the form of verification came back with.
#[derive(Default)]
struct Came {
    kept: String,
    kept_fault: String,
    verified: Option<Verified>,
}

async fn show(app: &App, page: Page, asked: Asked, came: Came) -> Answer {
    let db = chain(app, &asked.of).await?;
    let filter = asked.filter();
    let link = asked.link("/audit");
    let number = asked.page.parse().unwrap_or(1u64).clamp(1, 10_000_000);
    let (mut rows, total) = audit::page(&db, &filter, number as i64 - 1, 50).await?;
    let pager = Pager::new(number, total.unsigned_abs(), link.clone());
    if pager.page != number {
        rows = audit::page(&db, &filter, pager.page as i64 - 1, 50).await?.0;
    }
    let mut chains = vec![Choice::new("", page.t("账号与系统")).on(asked.of.is_empty())];
    for county in app.at.counties().await? {
        let on = county.code == asked.of;
        chains.push(Choice::new(county.code, county.name).on(on));
    }
    let all = Choice::new(link.without("action").to_string(), page.t("全部")).on(asked.action.is_empty());
    let group = |(verb, word): &(&'static str, &'static str)| {
        Choice::new(link.with("action", verb).to_string(), page.t(word)).on(asked.action == *verb)
    };
    let groups = std::iter::once(all).chain(words::GROUPS.iter().map(group)).collect();
    let outcomes = vec![
        Choice::new("done", page.t("做成")),
        Choice::new("denied", page.t("被拒")),
        Choice::new("failed", page.t("没成")),
    ];
    let outcomes = Choice::pick(outcomes, &asked.outcome);
    let outcome = outcomes.iter().find(|c| c.on).map(|c| c.label.clone()).unwrap_or_default();
    let verb = words::verb(&asked.action).or(words::GROUPS.iter().find(|g| g.0 == asked.action).map(|g| g.1));
    let chips = [
        (page.t("谁"), asked.who.clone(), "who"),
        (page.t("做"), verb.map_or(asked.action.clone(), |zh| page.t(zh).to_owned()), "action"),
        (page.t("结果"), outcome, "outcome"),
        (page.t("对象"), asked.record.clone(), "record"),
        (page.t("从"), asked.from.clone(), "from"),
        (page.t("到"), asked.to.clone(), "to"),
    ];
    let chips = chips.into_iter().filter(|c| !c.1.is_empty());
    let words = [
        page.t("条"),
        page.t("时间"),
        page.t("谁"),
        page.t("做"),
        page.t("对象"),
        page.t("事由与说明"),
        page.t("结果"),
    ];
    let number = if pager.page == 1 { String::new() } else { pager.page.to_string() };
    let here = link.with("page", &number);
    let Came { kept, kept_fault, verified } = came;
    Ok(Html(AuditPage {
        chips: chips.map(|(word, value, name)| (word, value, link.without(name).to_string())).collect(),
        clear: Link::new("/audit").with("of", &asked.of).to_string(),
        columns: words.map(Column::text).to_vec(),
        rows: rows.into_iter().map(|e| Shown::of(e, &here)).collect(),
        entry: whole(&db, &asked, &here).await?,
        export: asked.link("/audit/export").to_string(),
        figures: figures(&db, &page, &asked.of).await?,
        head: audit::head(&db).await?.to_string(),
        chains,
        groups,
        outcomes,
        asked,
        pager,
        kept,
        kept_fault,
        verified,
        page,
    })
    .into_response())
}

async fn figures(db: &Db, page: &Page, of: &str) -> Answer<Vec<Figure>> {
    let today = crate::now().date();
    let mut out = Vec::new();
    for (word, action, outcome) in [
        (page.t("今天的事件"), "", ""),
        (page.t("登录没成"), "session.", "failed"),
        (page.t("被拒"), "", "denied"),
        (page.t("查看完整号码"), "account.unmask", ""),
        (page.t("导出"), "audit.export", ""),
    ] {
        let asked = Asked {
            of: of.to_owned(),
            action: action.to_owned(),
            outcome: outcome.to_owned(),
            from: today.to_string(),
            ..Asked::default()
        };
        let n = audit::count(db, &asked.filter()).await?.unsigned_abs();
        out.push(Figure { word, n: crate::kit::thousands(n), href: asked.link("/audit").to_string() });
    }
    Ok(out)
}

async fn list(
    State(app): State<App>,
    visitor: Visitor,
    Client(_): Client,
    Query(asked): Query<Asked>,
) -> Answer {
    let page = page_for(&app, &visitor, "audit").await?;
    show(&app, page, asked.cleaned(), Came::default()).await
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Kept {
    of: String,
    kept: String,
}

/// Breaks said one by one; the others are counted.
const SAID: usize = 20;

async fn verify(
    State(app): State<App>,
    visitor: Visitor,
    Client(caller): Client,
    Form(form): Form<Kept>,
) -> Answer {
    let mut page = page_for(&app, &visitor, "audit").await?;
    let asked = Asked { of: form.of, ..Asked::default() }.cleaned();
    page.path = asked.link("/audit").to_string();
    let db = chain(&app, &asked.of).await?;
    let kept = form.kept.trim().to_owned();
    let head: Option<Head> = kept.parse().ok();
    if !kept.is_empty() && head.is_none() {
        let kept_fault = page.m(&msg!("链头是“条号:64 位十六进制”，请整行粘贴"));
        return show(&app, page, asked, Came { kept, kept_fault, verified: None }).await;
    }
    let (now, breaks) = audit::verify(&db, head.as_ref()).await?;
    let mut event = about(&caller, "audit.verify", &asked.of);
    event.note = if breaks.is_empty() { now.to_string() } else { format!("{} breaks, {now}", breaks.len()) };
    page.audited = true;
    db.record(event, if breaks.is_empty() { Outcome::Done } else { Outcome::Failed }).await?;
    let verified = Verified {
        whole: breaks.is_empty(),
        n: crate::kit::thousands(now.seq.unsigned_abs()),
        breaks: breaks.iter().take(SAID).map(|b| said(&page, b)).collect(),
        more: breaks.len().saturating_sub(SAID),
    };
    show(&app, page, asked, Came { kept, kept_fault: String::new(), verified: Some(verified) }).await
}

/// An event about a chain.
fn about(caller: &Caller, action: &str, of: &str) -> crate::db::Event {
    caller.event(action, "audit", if of.is_empty() { CONTROL } else { of }, "")
}

fn said(page: &Page, found: &Break) -> String {
    page.m(&match *found {
        Break::Edited(seq) => msg!("第 {seq} 条被改过：内容与它的摘要不符", seq = seq.to_string()),
        Break::Unlinked(seq) => msg!("第 {seq} 条与前一条不相扣：中间被删或被插", seq = seq.to_string()),
        Break::Truncated { last, head } => {
            let (last, head) = (last.to_string(), head.to_string());
            msg!("最后一条是第 {last} 条，链头是第 {head} 条：末尾被删或链头被改", last = last, head = head)
        }
        Break::ForeignHead(seq) => {
            msg!("另存的链头（第 {seq} 条）不在这条链上：那时以前的记录被换过或被删", seq = seq.to_string())
        }
    })
}
