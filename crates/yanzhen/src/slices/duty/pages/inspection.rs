//! One inspection: a draft that is written and signed, then locked; corrected by a later one.

use super::{Chosen, file_of, looked, place_of, places, status, tabs};
use crate::slices::duty::model::{Draft, Finding, check_reason};
use crate::slices::duty::rules::duty_of;
use crate::slices::duty::store::inspections::{self, Inspection};
use crate::slices::people::pages::time_text;
use crate::slices::places::Desk;
use crate::slices::places::store::today;
use crate::slices::posts::pages::day_text;
use askama::Template;
use axum::Form;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::msg;
use platform::access::{Action, Authorized, Part};
use platform::kit::{Choice, Faults};
use platform::page::Page;
use platform::web::{Answer, Failure, Html};
use policy::Duty;
use policy::posts::About;
use serde::Deserialize;
use std::collections::HashMap;

/// One dimension or diagnosis as the page has it.
pub struct Aspect {
    pub id: String,
    pub title: String,
    pub hint: String,
    pub text: String,
    pub level: String,
    pub levels: Vec<Choice>,
    pub problems: Vec<String>,
}

impl Aspect {
    /// The problems as a field holds them: one a line.
    fn lines(&self) -> String {
        self.problems.join("\n")
    }
}

#[derive(Template)]
#[template(path = "duty/pages/inspection.html")]
struct OnePage {
    page: Page,
    tabs: Vec<Choice>,
    one: Inspection,
    draft: Draft,
    title: String,
    place: String,
    day: String,
    methods: Vec<Choice>,
    aspects: Vec<Aspect>,
    editing: bool,
    may_edit: bool,
    me: String,
    signed_at: String,
    home: String,
    reason: String,
    faults: Faults,
}

impl OnePage {
    fn sign_label(&self) -> String {
        self.page.tn("以 {n} 的名义签字", &self.me)
    }
}

async fn inspection_of(desk: &Desk, id: i64, action: Action) -> Answer<Authorized<Inspection>> {
    Ok(desk.caller.authorize(action, inspections::find(&desk.db, id).await?)?)
}

async fn whose(desk: &Desk, one: &Inspection) -> Answer<Chosen> {
    match one.person {
        Some(id) => Ok(Chosen::Person(file_of(desk, id, Action::EditDuty).await?)),
        None => Ok(Chosen::Village(desk.village(&one.village, Action::EditDuty).await?)),
    }
}

/// What it is called: the way of a person's, the four diagnoses of a village's.
fn title_of(page: &Page, duty: &Duty, about: About, draft: &Draft) -> String {
    match about {
        About::Person => duty.method_title(&draft.method, &draft.day).to_owned(),
        About::Village => page.t("四诊").to_owned(),
    }
}

pub async fn show(desk: Desk, Path(id): Path<i64>) -> Answer<Response> {
    let one = inspection_of(&desk, id, Action::ViewDuty).await?;
    looked(&desk, one.person, &one.village).await?;
    render(&desk, &one, one.draft.clone(), "", Faults::new()).await
}

/// The aspects of the pack on the day, and those that were written about and are no more.
fn aspects(duty: &Duty, about: About, draft: &Draft) -> Vec<Aspect> {
    let known = duty.aspects_on(about, &draft.day);
    let of = |id: &str| draft.findings.iter().find(|f| f.aspect == id).cloned().unwrap_or_default();
    let mut out: Vec<Aspect> = known
        .iter()
        .map(|a| {
            let found = of(&a.id);
            Aspect {
                id: a.id.clone(),
                title: a.title.clone(),
                hint: a.hint.clone(),
                levels: a.levels.iter().map(|l| Choice::new(l, l).on(*l == found.level)).collect(),
                text: found.text,
                level: found.level,
                problems: found.problems,
            }
        })
        .collect();
    let gone = draft.findings.iter().filter(|f| !known.iter().any(|a| a.id == f.aspect));
    out.extend(gone.map(|f| Aspect {
        id: f.aspect.clone(),
        title: duty.aspect_title(about, &f.aspect, &draft.day).to_owned(),
        hint: String::new(),
        levels: Vec::new(),
        text: f.text.clone(),
        level: f.level.clone(),
        problems: f.problems.clone(),
    }));
    out
}

async fn render(
    desk: &Desk,
    one: &Authorized<Inspection>,
    draft: Draft,
    reason: &str,
    faults: Faults,
) -> Answer<Response> {
    let mut page = desk.page("duty").await?;
    page.audited = one.person.is_some();
    page.path = format!("/inspections/{}", one.id);
    let duty = duty_of(&desk.db, &one.village, &one.draft.day).await?;
    let all = places(&desk.db, &Part::County).await?;
    let may_edit = desk.caller.may(Action::EditDuty);
    let methods = duty.methods_on(&one.draft.day);
    let html = OnePage {
        tabs: tabs(&page, "/inspections"),
        title: title_of(&page, &duty, one.about(), &one.draft),
        place: place_of(&all, &one.village),
        day: day_text(&one.draft.day),
        methods: methods.iter().map(|m| Choice::new(&m.id, &m.title).on(m.id == draft.method)).collect(),
        aspects: aspects(&duty, one.about(), &draft),
        editing: may_edit && !one.signed,
        may_edit,
        me: desk.caller.name.clone(),
        signed_at: one.signed_at.map(time_text).unwrap_or_default(),
        home: match one.person {
            Some(id) => format!("/people/{id}/duty"),
            None => format!("/villages/{}/duty", one.village),
        },
        reason: reason.to_owned(),
        one: (**one).clone(),
        draft,
        faults,
        page,
    };
    Ok((status(&html.faults), Html(html)).into_response())
}

/// A draft as the form sends it; `t-`, `l-` and `p-` stand before an aspect's id.
fn typed(fields: &HashMap<String, String>, duty: &Duty, about: About, was: &Draft) -> Draft {
    let text = |name: &str| fields.get(name).map_or("", |v| v.trim()).to_owned();
    let day = text("day");
    let on = if day.len() == 10 { day.as_str() } else { was.day.as_str() };
    let findings = duty.aspects_on(about, on).into_iter().map(|a| {
        let problems = text(&format!("p-{}", a.id));
        let problems = problems.lines().map(str::trim).filter(|l| !l.is_empty()).map(str::to_owned);
        let mut problems: Vec<String> = problems.collect();
        let mut seen = Vec::new();
        problems.retain(|p| {
            !seen.contains(p) && {
                seen.push(p.clone());
                true
            }
        });
        let (text, level) = (text(&format!("t-{}", a.id)), text(&format!("l-{}", a.id)));
        Finding { aspect: a.id.clone(), text, level, problems }
    });
    Draft {
        findings: findings.filter(|f| !f.is_empty()).collect(),
        method: text("method"),
        place: text("place"),
        attended: text("attended"),
        asked: text("asked"),
        summary: text("summary"),
        day,
    }
}

/// Saves a draft; signs it where that was pressed.
pub async fn save(
    desk: Desk,
    Path(id): Path<i64>,
    Form(fields): Form<HashMap<String, String>>,
) -> Answer<Response> {
    let one = inspection_of(&desk, id, Action::EditDuty).await?;
    let page = desk.page("duty").await?;
    let stale = || page.m(&msg!("这次考察刚被别人改过或签过字；请看过现在的再办"));
    let mut faults = Faults::new();
    if one.signed {
        faults.add("summary", stale());
        return render(&desk, &one, one.draft.clone(), "", faults).await;
    }
    let signs = fields.get("act").is_some_and(|a| a == "sign");
    let duty = duty_of(&desk.db, &one.village, &one.draft.day).await?;
    let draft = typed(&fields, &duty, one.about(), &one.draft);
    let mut found = draft.check(&duty, one.about(), &today());
    if signs && found.is_empty() {
        found = draft.check_signing(&duty, one.about());
    }
    if !found.is_empty() {
        return render(&desk, &one, draft, "", Faults::told(found, page.lang)).await;
    }
    let of = whose(&desk, &one).await?;
    let subject = of.subject();
    let act = if signs { "inspection.sign" } else { "inspection.save" };
    let mut tx = desk.db.write(subject.event(&desk.caller, act)).await?;
    let rev = fields.get("rev").and_then(|r| r.parse().ok()).unwrap_or(one.rev);
    let was = Inspection { rev, ..(*one).clone() };
    let mut done = inspections::save(&mut tx, &was, &draft).await?;
    if done && signs {
        let title = title_of(&page, &duty, one.about(), &draft);
        done = inspections::sign(&mut tx, &desk.caller, &subject, (id, rev + 1, &draft), &title).await?;
    }
    if !done {
        tx.rollback().await?;
        faults.add("summary", stale());
        return render(&desk, &one, draft, "", faults).await;
    }
    tx.commit().await?;
    Ok(Redirect::to(&format!("/inspections/{id}")).into_response())
}

/// Takes a draft away.
pub async fn drop(desk: Desk, Path(id): Path<i64>) -> Answer<Response> {
    let one = inspection_of(&desk, id, Action::EditDuty).await?;
    let of = whose(&desk, &one).await?;
    let tx = desk.db.write(of.subject().event(&desk.caller, "inspection.drop")).await?;
    if !inspections::drop(&tx, &one).await? {
        tx.rollback().await?;
        return Err(Failure::Bad(msg!("已经签字的考察不能删；写错了请更正")));
    }
    tx.commit().await?;
    Ok(Redirect::to("/inspections").into_response())
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Correcting {
    reason: String,
}

/// Begins the inspection that corrects a signed one: it starts with what that one says.
pub async fn correct(desk: Desk, Path(id): Path<i64>, Form(form): Form<Correcting>) -> Answer<Response> {
    let one = inspection_of(&desk, id, Action::EditDuty).await?;
    let page = desk.page("duty").await?;
    let mut faults = Faults::new();
    let fault = match (one.stands(), one.correcting) {
        (false, _) => Some(msg!("只有签过字、没有被更正的考察才能更正")),
        (_, Some(_)) => Some(msg!("已经有一份更正在写；请接着那一份写")),
        _ => check_reason(&form.reason).map(|_| msg!("请写明为什么更正")),
    };
    if let Some(why) = fault {
        faults.add("reason", page.m(&why));
        return render(&desk, &one, one.draft.clone(), &form.reason, faults).await;
    }
    let of = whose(&desk, &one).await?.in_use()?;
    let caller = &desk.caller;
    let subject = of.subject();
    let mut tx = desk.db.write(subject.event(caller, "inspection.correct")).await?;
    let by = (Some(caller.account), caller.name.as_str(), caller.unit.as_str());
    let made = inspections::begin(&mut tx, by, &subject, &one.draft, Some((id, form.reason.trim()))).await?;
    tx.commit().await?;
    Ok(Redirect::to(&format!("/inspections/{made}")).into_response())
}
