//! The audit administrator's pages: who did what, and whether the chain is whole. Names of fields, never values.

mod words;

use super::accounts::moment;
use crate::access::{Action, Caller, Role};
use crate::attachments::download;
use crate::audit::{self, Break, Entry, Filter, Head, Outcome};
use crate::db::Db;
use crate::kit::{Choice, Column, Link, Pager};
use crate::page::Page;
use crate::web::{Answer, App, Client, Failure, Html, Rule, Visitor, get, page_for, post};
use askama::Template;
use axum::Form;
use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::response::IntoResponse;
use jiff::civil::Date;
use kernel::msg;
use serde::Deserialize;

pub(super) fn routes() -> Vec<Rule> {
    vec![
        get("/audit", list).allow(Action::ViewAudit),
        post("/audit/verify", verify).allow(Action::ViewAudit),
        get("/audit/export", export).allow(Action::ViewAudit),
    ]
}

/// The chain of the control database, in addresses.
const CONTROL: &str = "control";
/// Entries read at a time for an export.
const STEP: i64 = 500;

/// What the address asks for.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct Asked {
    of: String,
    who: String,
    action: String,
    outcome: String,
    record: String,
    from: String,
    to: String,
    page: String,
    /// The entry shown whole.
    entry: String,
}

/// Midnight of a day here, milliseconds.
fn midnight(day: Date) -> Option<i64> {
    Some(day.to_zoned(jiff::tz::TimeZone::system()).ok()?.timestamp().as_millisecond())
}

impl Asked {
    /// Without what cannot be meant: an unknown outcome, a day that is none.
    fn cleaned(mut self) -> Asked {
        for text in [&mut self.of, &mut self.who, &mut self.action, &mut self.record] {
            *text = text.trim().to_owned();
        }
        if self.of == CONTROL {
            self.of.clear();
        }
        let known = [Outcome::Done, Outcome::Denied, Outcome::Failed];
        if !known.iter().any(|o| o.as_str() == self.outcome) {
            self.outcome.clear();
        }
        for day in [&mut self.from, &mut self.to] {
            if day.parse::<Date>().is_err() {
                day.clear();
            }
        }
        self
    }

    fn filter(&self) -> Filter {
        let next = |day: Date| day.tomorrow().ok();
        Filter {
            actor: self.who.clone(),
            action: self.action.clone(),
            outcome: self.outcome.clone(),
            record: self.record.clone(),
            from: self.from.parse().ok().and_then(midnight),
            to: self.to.parse().ok().and_then(next).and_then(midnight),
        }
    }

    fn link(&self, path: &str) -> Link {
        let pairs = [
            ("of", &self.of),
            ("who", &self.who),
            ("action", &self.action),
            ("outcome", &self.outcome),
            ("record", &self.record),
            ("from", &self.from),
            ("to", &self.to),
        ];
        pairs.iter().fold(Link::new(path), |link, (name, value)| link.with(name, value))
    }
}

/// The database whose chain is read: a county's, or the control database for an empty code.
async fn chain(app: &App, of: &str) -> Answer<Db> {
    if of.is_empty() {
        return Ok(app.at.control.clone());
    }
    Ok(app.at.county(of).await?.ok_or(Failure::NotFound)?.1)
}

/// An entry as read.
struct Shown {
    seq: i64,
    at: String,
    who: String,
    role: Option<&'static str>,
    address: String,
    verb: Option<&'static str>,
    action: String,
    kind: Option<&'static str>,
    kind_id: String,
    record: String,
    part: String,
    note: String,
    fields: Vec<String>,
    digest: String,
    prev: String,
    hash: String,
    outcome: Outcome,
    /// Its hash is that of its content.
    true_hash: bool,
    /// Where it is shown whole.
    href: String,
}

impl Shown {
    fn of(entry: Entry, link: &Link) -> Shown {
        Shown {
            href: format!("{}#entry", link.with("entry", &entry.seq.to_string())),
            true_hash: entry.computed() == entry.hash,
            seq: entry.seq,
            at: moment(entry.at),
            who: entry.actor_name,
            role: Role::by_id(&entry.role).map(Role::title),
            address: entry.address,
            verb: words::verb(&entry.action),
            action: entry.action,
            kind: words::kind(&entry.kind),
            kind_id: entry.kind,
            record: entry.record,
            part: entry.part,
            note: entry.note,
            fields: serde_json::from_str(&entry.fields).unwrap_or_default(),
            digest: entry.digest,
            prev: entry.prev,
            hash: entry.hash,
            outcome: entry.outcome,
        }
    }

    fn done(&self) -> bool {
        self.outcome == Outcome::Done
    }

    fn denied(&self) -> bool {
        self.outcome == Outcome::Denied
    }
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

/// The entry that the address names.
async fn whole(db: &Db, asked: &Asked, here: &Link) -> Answer<Option<(Shown, bool)>> {
    let Ok(seq) = asked.entry.parse::<i64>() else { return Ok(None) };
    let found = audit::after(db, &Filter::default(), seq.saturating_sub(2), 2).await?;
    let before = found.iter().find(|e| e.seq == seq.saturating_sub(1)).map(|e| e.hash.clone());
    let before = if seq == 1 { Some(audit::GENESIS.to_owned()) } else { before };
    let entry = found.into_iter().find(|e| e.seq == seq);
    Ok(entry.map(|e| {
        let linked = before.as_ref() == Some(&e.prev);
        (Shown::of(e, here), linked)
    }))
}

async fn figures(db: &Db, page: &Page, of: &str) -> Answer<Vec<Figure>> {
    let today = jiff::Zoned::now().date();
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

async fn export(State(app): State<App>, Client(caller): Client, Query(asked): Query<Asked>) -> Answer {
    let asked = asked.cleaned();
    let db = chain(&app, &asked.of).await?;
    let filter = asked.filter();
    let n = audit::count(&db, &filter).await?;
    let mut event = about(&caller, "audit.export", &asked.of);
    // The name looked for stays out: a note holds no personal data.
    let parts = [&asked.action, &asked.outcome, &asked.record, &asked.from, &asked.to];
    let parts: Vec<&str> = parts.iter().map(|p| p.as_str()).filter(|p| !p.is_empty()).collect();
    event.note = format!("{n} 条 {}", parts.join(" ")).trim_end().to_owned();
    db.record(event, Outcome::Done).await?;
    let name = if asked.of.is_empty() { CONTROL } else { &asked.of };
    let name = format!("审计-{name}-{}.csv", jiff::Zoned::now().date());
    // The export's own entry comes after what it was asked for: the end is the head of this moment.
    let end = audit::head(&db).await?.seq;
    let lines = futures_util::stream::unfold(Some(0), move |state| {
        let (db, filter) = (db.clone(), filter.clone());
        async move {
            let seq: i64 = state?;
            let entries = match audit::after(&db, &filter, seq, STEP).await {
                Ok(entries) => entries,
                Err(e) => return Some((Err(std::io::Error::other(e.to_string())), None)),
            };
            let next = entries.last().map(|e| e.seq).filter(|last| *last < end);
            let mut text = if seq == 0 { HEADING.to_owned() } else { String::new() };
            entries.iter().filter(|e| e.seq <= end).for_each(|e| line(e, &mut text));
            Some((Ok(Bytes::from(text)), next))
        }
    });
    Ok(download(&name, "text/csv; charset=utf-8", Body::from_stream(lines)))
}

/// With the mark by which spreadsheets know UTF-8.
const HEADING: &str = "\u{feff}seq,at,actor,actor_name,role,address,action,kind,record,part,note,fields,digest,\
                       outcome,prev,hash\r\n";

fn line(entry: &Entry, out: &mut String) {
    let at = jiff::Timestamp::from_millisecond(entry.at).map(|t| t.to_string()).unwrap_or_default();
    let actor = entry.actor.map(|a| a.to_string()).unwrap_or_default();
    let seq = entry.seq.to_string();
    let cells = [
        &seq,
        &at,
        &actor,
        &entry.actor_name,
        &entry.role,
        &entry.address,
        &entry.action,
        &entry.kind,
        &entry.record,
        &entry.part,
        &entry.note,
        &entry.fields,
        &entry.digest,
        entry.outcome.as_str(),
        &entry.prev,
        &entry.hash,
    ];
    for (i, text) in cells.iter().enumerate() {
        out.push_str(if i == 0 { "" } else { "," });
        cell(text, out);
    }
    out.push_str("\r\n");
}

/// A cell; what a spreadsheet would take for a formula is made text.
fn cell(text: &str, out: &mut String) {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let quoted = formula || text.contains(['"', ',', '\n', '\r']);
    if !quoted {
        return out.push_str(text);
    }
    out.push('"');
    out.push_str(if formula { "'" } else { "" });
    out.push_str(&text.replace('"', "\"\""));
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_no_formulas() {
        let of = |text: &str| {
            let mut out = String::new();
            cell(text, &mut out);
            out
        };
        assert_eq!(of("何例乙"), "何例乙");
        assert_eq!(of("a,\"b\""), "\"a,\"\"b\"\"\"");
        assert_eq!(of("=1+1"), "\"'=1+1\"");
    }

    #[test]
    fn days_are_whole_and_nonsense_is_dropped() {
        let asked = Asked { from: "2026-11-18".into(), to: "2026-11-18".into(), ..Asked::default() };
        let filter = asked.cleaned().filter();
        let hours = (filter.to.unwrap_or_default() - filter.from.unwrap_or_default()) / 3_600_000;
        assert!((23..=25).contains(&hours));
        let asked = Asked { from: "2026-02-30".into(), outcome: "x".into(), ..Asked::default() }.cleaned();
        assert!(asked.from.is_empty() && asked.outcome.is_empty());
    }
}
