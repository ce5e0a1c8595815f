//! A village's profile: what is known, what is said of it and why, and where to fill in what is missing.

use super::status;
use super::{Sent, date_text, day_text, score_text};
use crate::slices::appraisals::pages::years::{self, Share, Year};
use crate::slices::appraisals::store::outcomes;
use crate::slices::duty::sheet::{Sheet, of_village};
use crate::slices::duty::{INSPECTION, RECORD};
use crate::slices::places::changes::Kind;
use crate::slices::places::desk::Desk;
use crate::slices::places::facts::{self, Entry, Given};
use crate::slices::places::model::{Colour, FOREVER, Said, Village};
use crate::slices::places::registry;
use crate::slices::places::store;
use crate::slices::posts::pages::profile::{Profile, profile};
use crate::slices::risk;
use askama::Template;
use axum::extract::{Path, Request};
use axum::response::{IntoResponse, Redirect, Response};
use kernel::{Message, msg};
use platform::access::{Action, Authorized, Part};
use platform::attachments::{self, NewFile};
use platform::kit::{Curve, Event};
use platform::page::Page;
use platform::web::{Answer, Failure, Html};
use policy::{Fact, FactType};

/// A fact of the profile: what it is, what is known of it.
pub struct FactLine {
    pub id: String,
    pub label: String,
    pub unit: String,
    /// What may be typed, for the field's hint.
    pub hint: String,
    /// Choices of a choice or yes-no fact.
    pub choices: Vec<(String, bool)>,
    pub value: String,
    pub period: String,
    pub source: String,
    /// The file that proves it.
    pub evidence: Option<i64>,
    pub error: String,
    /// What the form holds: the value that stands, or what was typed and refused, with its source.
    pub typed: String,
    pub typed_source: String,
}

/// How a village ended: the day, the ground, and the successor's code and name, empty for none.
pub struct Ended {
    pub day: String,
    pub ground: String,
    pub into: String,
    pub into_name: String,
}

#[derive(Template)]
#[template(path = "places/pages/village.html")]
struct VillagePage {
    page: Page,
    village: Authorized<Village>,
    said: Said,
    badge: Option<(&'static str, String, bool)>,
    confirmed_line: String,
    latest: Option<GradeLine>,
    grades: Vec<GradeLine>,
    /// Its totals over the years, drawn.
    curve: Option<Curve>,
    /// By item, in the latest round that is public: which, and the shares.
    shares: Option<(String, Vec<Share>)>,
    /// Problems of its open entries in the register: entry, ground, problem.
    problems: Vec<(i64, &'static str, risk::Item)>,
    problems_late: usize,
    problems_done: usize,
    facts: Vec<FactLine>,
    missing: usize,
    events: Vec<Event>,
    may_enter: bool,
    may_decide: bool,
    fault: String,
    ended: Option<Ended>,
    /// Its people; none where the reader may not see posts.
    people: Option<Profile>,
    /// The year's records.
    duty: Option<Sheet>,
    /// Its entries in the rectification register.
    entries: Vec<risk::Entry>,
    may_keep: bool,
    /// It is red and not in the register for it: one press enters it.
    may_enter_red: bool,
    red_source: String,
}

/// A year's grade ready to show.
#[derive(Clone)]
pub struct GradeLine {
    pub year: String,
    pub id: String,
    pub label: String,
    pub total: String,
    pub rank: String,
    /// Why; empty where the round was not held here.
    pub href: String,
    /// The village whose grade it was before it went into this one; empty for the own.
    pub from: String,
}

impl VillagePage {
    fn is_late(&self, item: &risk::Item) -> bool {
        item.is_late(&store::today())
    }
}

/// Who decided the colour, when and why.
pub fn decided(page: &Page, said: &Said) -> String {
    match (&said.by, said.at) {
        (by, Some(at)) if !by.is_empty() => {
            page.m(&msg!("{day} {by} 确认：{reason}", day = day_text(at), by = by, reason = &said.reason))
        }
        _ => page.t("系统按办法建议，还没有人确认").to_owned(),
    }
}

/// Refuses acts on a village that has ended: what was known of it stays as it was.
pub fn standing(village: &Village) -> Answer<()> {
    match village.valid_to == FOREVER {
        true => Ok(()),
        false => Err(Failure::Bad(msg!("这个村已经撤并，只能看，不能再改"))),
    }
}

pub async fn show(desk: Desk, Path(code): Path<String>) -> Answer<Response> {
    let village = desk.village(&code, Action::ViewVillage).await?;
    render(&desk, village, None).await
}

async fn render(
    desk: &Desk,
    village: Authorized<Village>,
    refused: Option<(EnterForm, Message)>,
) -> Answer<Response> {
    let Desk { db, caller, .. } = desk;
    let mut page = desk.page("villages").await?;
    if let Some(place) = &mut page.place {
        place.part = village.township_name.clone();
    }
    let packs = facts::packs(db, &store::today()).await?;
    let known = facts::known(db, &village).await?;
    let said = store::said(db, &village).await?;
    let grades = registry::grades(db, &village).await?;
    let wanted = facts::wanted(&packs);
    let mut lines: Vec<FactLine> = wanted
        .iter()
        .map(|fact| {
            let found = known.iter().find(|k| k.fact == fact.id);
            line(&page, fact, found)
        })
        .collect();
    let mut fault = String::new();
    let status = status(refused.is_some());
    if let Some((form, why)) = refused {
        fault = page.m(&why);
        page.path = format!("/villages/{}", village.code);
        if let Some(line) = lines.iter_mut().find(|l| l.id == form.fact) {
            line.typed = form.value;
            line.typed_source = form.source;
            line.error = fault.clone();
        }
    }
    let missing = lines.iter().filter(|l| l.value.is_empty()).count();
    let label_of = |id: &str| {
        let of = |p: &facts::Adopted| {
            p.pack.grades.iter().find(|x| x.id.to_string() == id).map(|x| x.label.clone())
        };
        packs.iter().find_map(of).unwrap_or_else(|| id.to_owned())
    };
    let held = years::results(db, std::slice::from_ref(&village.code)).await?;
    let of_years: Vec<Year> = grades
        .iter()
        .filter(|(_, from)| from.is_empty())
        .map(|(g, _)| Year { year: g.year.clone(), total: g.total, label: label_of(&g.grade), rank: g.rank })
        .collect();
    let shares = match held.iter().find(|r| r.outcome.total.is_some()) {
        Some(r) => {
            let all = outcomes(db, r.placed.round.id, r.placed.round.version).await?;
            let pack = facts::adopted(db, r.placed.round.pack).await?;
            Some((r.placed.round.title.clone(), years::shares(&pack, &all, &village.code)))
        }
        None => None,
    };
    let grade_lines: Vec<GradeLine> = grades
        .iter()
        .map(|(g, from)| {
            let label = label_of(&g.grade);
            let why = held.iter().find(|r| from.is_empty() && r.placed.round.year == g.year);
            GradeLine {
                href: why.map(years::Result::why).unwrap_or_default(),
                from: from.clone(),
                year: g.year.clone(),
                id: g.grade.clone(),
                label,
                total: g.total.map(score_text).unwrap_or_else(|| "—".to_owned()),
                rank: match (g.rank, g.of) {
                    (Some(rank), Some(of)) => page.m(&msg!("第 {rank} / {of} 名", rank = rank, of = of)),
                    _ => String::new(),
                },
            }
        })
        .collect();
    let badge = said.shown().map(|(c, proposed)| (c.letter(), page.t(c.badge()).to_owned(), proposed));
    let confirmed_line = decided(&page, &said);
    let happened = store::happened(db, &village, 12).await?;
    let events = happened
        .iter()
        .map(|h| {
            let fact = wanted.iter().find(|f| h.field.split('@').next() == Some(f.id.as_str()));
            let field = match (h.field.as_str(), fact) {
                ("colour", _) => "颜色".to_owned(),
                ("place", _) => "区划".to_owned(),
                ("attachment", _) => "附件".to_owned(),
                (RECORD, _) => "平时记录".to_owned(),
                (INSPECTION, _) => "四诊".to_owned(),
                (_, Some(fact)) => fact.label.clone(),
                (field, None) => match field.strip_prefix("grade@") {
                    Some(year) => format!("{year}年度等次"),
                    None => field.to_owned(),
                },
            };
            // A grade is kept by its id and told by its name.
            let told = |value: &str| match (value, h.field.starts_with("grade@")) {
                ("", _) => "空".to_owned(),
                (id, true) => label_of(id),
                (value, false) => value.to_owned(),
            };
            let was = told(&h.was);
            let what = match h.field.as_str() {
                "place" | RECORD | INSPECTION => format!("{field}：{}", h.became),
                // Its hash says nothing to a reader.
                "attachment" => format!("{field}：新增一份"),
                _ => format!("{field}：{was} → {}", told(&h.became)),
            };
            Event::past(day_text(h.at), what).by(h.by.clone())
        })
        .collect();
    let ended = match village.valid_to == FOREVER {
        true => None,
        false => registry::ended_by(db, &village).await?.map(|m| Ended {
            day: date_text(m.day),
            ground: m.ground,
            into: if m.kind == Some(Kind::Merge) { m.other } else { String::new() },
            into_name: m.other_name,
        }),
    };
    let people = match caller.may(Action::ViewPosts) && village.valid_to == FOREVER {
        true => profile(&page, db, &village.code).await?,
        false => None,
    };
    let duty = match caller.may(Action::ViewDuty) {
        true => Some(of_village(&page, db, &village).await?),
        false => None,
    };
    let entries = risk::store::of_village(db, &village.code).await?;
    let mut problems = Vec::new();
    for e in entries.iter().filter(|e| e.is_open()) {
        for item in risk::store::items(db, e.id).await? {
            problems.push((e.id, page.t(e.ground.title()), item));
        }
    }
    let day = store::today();
    let may_keep = caller.may(Action::KeepRegister) && village.valid_to == FOREVER;
    let red = said.confirmed == Some(Colour::Red);
    let entered = entries.iter().any(|e| e.is_open() && e.ground == risk::Ground::Red);
    let html = VillagePage {
        may_enter_red: may_keep && red && !entered,
        red_source: match said.at {
            Some(at) if red => format!("{} {}确认红色", day_text(at), said.by),
            _ => String::new(),
        },
        problems_late: problems.iter().filter(|p| p.2.is_late(&day)).count(),
        problems_done: problems.iter().filter(|p| !p.2.closed_on.is_empty()).count(),
        problems,
        curve: years::curve(&page, &of_years),
        shares: shares.filter(|s| !s.1.is_empty()),
        may_keep,
        entries,
        ended,
        people,
        duty,
        badge,
        confirmed_line,
        latest: grade_lines.first().cloned(),
        grades: grade_lines,
        facts: lines,
        missing,
        events,
        may_enter: caller.may(Action::EditFacts) && village.valid_to == FOREVER,
        may_decide: caller.may(Action::DecideColour) && village.valid_to == FOREVER,
        fault,
        said,
        village,
        page,
    };
    Ok((status, Html(html)).into_response())
}

fn line(page: &Page, fact: &Fact, found: Option<&facts::Known>) -> FactLine {
    let value = found.map(|k| k.value.clone()).unwrap_or_default();
    let mut choices: Vec<String> = fact.choices.clone();
    if fact.kind == FactType::Bool {
        choices = vec!["是".to_owned(), "否".to_owned()];
    }
    let on = |c: &str| match fact.kind {
        FactType::Bool => !value.is_empty() && fact.parse_bool(&value).ok() == fact.parse_bool(c).ok(),
        _ => c == value,
    };
    FactLine {
        id: fact.id.clone(),
        label: fact.label.clone(),
        unit: fact.unit.clone(),
        hint: match fact.kind {
            FactType::Date => page.t("例如 2026-11-22").to_owned(),
            FactType::Percent => page.t("例如 87.5").to_owned(),
            _ => String::new(),
        },
        choices: choices.iter().map(|c| (c.clone(), on(c))).collect(),
        period: found.map(|k| k.period.clone()).unwrap_or_default(),
        source: found.map(|k| format!("{}·{}·{}", k.source, k.by, day_text(k.at))).unwrap_or_default(),
        evidence: found.and_then(|k| k.evidence),
        value,
        error: String::new(),
        typed: found.map(|k| k.value.clone()).unwrap_or_default(),
        typed_source: String::new(),
    }
}

/// A fact as typed.
#[derive(Clone, Debug, Default)]
pub struct EnterForm {
    pub fact: String,
    pub value: String,
    pub period: String,
    pub source: String,
}

/// Enters one fact, with the file that proves it if one was chosen. A value that the pack's fact does not take is
/// refused, and what was typed stays.
pub async fn enter(desk: Desk, Path(code): Path<String>, request: Request) -> Answer<Response> {
    let village = desk.village(&code, Action::EditFacts).await?;
    standing(&village)?;
    let Desk { db, caller, .. } = &desk;
    let sent = Sent::read(request, desk.limit()).await?;
    let packs = facts::packs(db, &store::today()).await?;
    let text = |name: &str| sent.text(name).to_owned();
    let form = EnterForm {
        fact: text("fact"),
        value: text("value"),
        period: text("period"),
        source: text("source"),
    };
    let given = Given { fact: &form.fact, value: &form.value, period: &form.period, source: &form.source };
    let fact = match facts::check(&facts::wanted(&packs), given) {
        Ok(fact) => fact.clone(),
        Err(faults) => {
            // The first is shown; without a fact there is no field to show it at.
            let (field, why) = faults.into_iter().next().unwrap_or(("fact", msg!("办法里没有这项事实")));
            if field == "fact" {
                return Err(Failure::Bad(why));
            }
            return render(&desk, village, Some((form, why))).await;
        }
    };
    let mut evidence = None;
    if let Some((name, bytes)) = &sent.file {
        let event = caller.event("attachment.add", "village", &village.code, &village.township);
        let file = NewFile { name, bytes, kind: "village", record: &village.code, part: &village.township };
        match attachments::store(db, event, desk.limit(), file).await? {
            Ok(id) => evidence = Some(id),
            Err(why) => return render(&desk, village, Some((form, why))).await,
        }
    }
    let mut tx = db.write(caller.event("facts.enter", "village", &village.code, &village.township)).await?;
    let entry = Entry {
        code: village.code.clone(),
        fact: fact.id.clone(),
        period: form.period,
        value: form.value,
        source: form.source,
        day: store::today(),
        evidence,
    };
    facts::write(&mut tx, &[entry], caller, None, true).await?;
    if let Some(adopted) = facts::colouring(&packs) {
        facts::propose(&mut tx, adopted, &Part::Village(village.code.clone())).await?;
    }
    tx.commit().await?;
    Ok(Redirect::to(&format!("/villages/{}#fact-{}", village.code, fact.id)).into_response())
}
