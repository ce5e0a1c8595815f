//! Why a village has its colour: every row of the table up to the one that decides; and the decision.

use super::status;
use super::village::{decided, standing};
use crate::slices::places::desk::Desk;
use crate::slices::places::facts;
use crate::slices::places::model::{Colour, Said, Village};
use crate::slices::places::store;
use appraisal::{classify, explain_colour};
use askama::Template;
use axum::Form;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::{Message, key, msg};
use platform::access::{Action, Authorized, Part};
use platform::kit::Choice;
use platform::page::Page;
use platform::web::{Answer, Failure, Html};
use policy::{Colouring, Test, lead_words};
use serde::Deserialize;

/// One test of a row.
pub struct TestLine {
    pub label: String,
    pub value: String,
    pub test: String,
    pub outcome: String,
    pub class: &'static str,
}

/// One row of the decision table.
pub struct RuleLine {
    pub id: String,
    pub colour: String,
    pub basis: String,
    pub decides: bool,
    pub tests: Vec<TestLine>,
}

#[derive(Template)]
#[template(path = "places/pages/why.html")]
struct WhyPage {
    page: Page,
    village: Authorized<Village>,
    said: Said,
    badge: Option<(&'static str, String, bool)>,
    told: String,
    pack: Option<(String, String, String)>,
    rules: Vec<RuleLine>,
    lead: String,
    measures: String,
    may_decide: bool,
    choices: Vec<Choice>,
    reason: String,
    fault: String,
}

pub async fn show(desk: Desk, Path(code): Path<String>) -> Answer<Response> {
    let village = desk.village(&code, Action::ViewVillage).await?;
    render(&desk, village, None).await
}

async fn render(
    desk: &Desk,
    village: Authorized<Village>,
    refused: Option<(ConfirmForm, Message)>,
) -> Answer<Response> {
    let (page, db) = (desk.page("formation").await?, &desk.db);
    let said = store::said(db, &village).await?;
    let packs = facts::packs(db, &store::today()).await?;
    let adopted = facts::colouring(&packs);
    let (mut rules, mut lead, mut measures) = (Vec::new(), String::new(), String::new());
    if let Some(adopted) = adopted {
        let rows = db.rows(facts::TABLE, facts::of_part(&Part::Village(village.code.clone()))).await?;
        let (_, table) = facts::table(rows, &adopted.pack).await?;
        let outcome = classify(&adopted.pack, &table).into_iter().next().unwrap_or(Colouring::Undecided);
        rules = lines(&page, adopted, &table, &outcome);
        if let (Colouring::Rule(r), Some(colours)) = (&outcome, &adopted.pack.colours) {
            let words: Vec<String> = lead_words(&colours.rules[*r].lead).iter().map(|w| page.w(w)).collect();
            lead = words.join(if page.en() { ", " } else { "、" });
            measures = colours.rules[*r].measures.clone();
        }
    }
    let badge = said.shown().map(|(c, proposed)| (c.letter(), page.t(c.badge()).to_owned(), proposed));
    let told = decided(&page, &said);
    let status = status(refused.is_some());
    let (form, fault) = match refused {
        Some((form, why)) => (form, page.m(&why)),
        None => (ConfirmForm::default(), String::new()),
    };
    let chosen = Colour::by_id(&form.colour).or(said.proposed);
    let choices =
        Colour::ALL.iter().map(|c| Choice::new(c.id(), page.t(c.badge())).on(Some(*c) == chosen)).collect();
    let html = WhyPage {
        badge,
        told,
        pack: adopted.map(|a| (a.pack.title.clone(), a.pack.version.clone(), a.pack.hash[..12].to_owned())),
        rules,
        lead,
        measures,
        may_decide: desk.caller.may(Action::DecideColour)
            && (said.proposed.is_some() || !said.missing.is_empty()),
        choices,
        reason: form.reason,
        fault,
        said,
        village,
        page,
    };
    Ok((status, Html(html)).into_response())
}

fn lines(
    page: &Page,
    adopted: &facts::Adopted,
    table: &appraisal::Facts,
    outcome: &Colouring,
) -> Vec<RuleLine> {
    let pack = &adopted.pack;
    let Some(colours) = &pack.colours else { return Vec::new() };
    let decides = match outcome {
        Colouring::Rule(r) | Colouring::Blocked(r, _) => Some(*r),
        Colouring::Undecided => None,
    };
    explain_colour(pack, table, 0)
        .into_iter()
        .map(|(r, tests)| {
            let rule = &colours.rules[r];
            let tests = tests
                .into_iter()
                .map(|(fact, test)| {
                    let column = colours.facts.iter().position(|f| *f == fact);
                    let cell =
                        column.and_then(|c| rule.tests[c].as_ref()).map(|t| pack.cell_text(&t.expr, fact));
                    let (outcome, class) = match test {
                        Test::Any | Test::Holds => (key!("✓ 符合"), "is-ok"),
                        Test::Refuted => (key!("○ 不符合"), ""),
                        Test::Skipped => (key!("○ 缺，按不符合"), ""),
                        Test::Unknown => (key!("？缺，判不出"), "is-warn"),
                    };
                    let value = match table.value(fact, 0).map(|v| v.to_owned()) {
                        Some(policy::Value::Bool(true)) => "是".to_owned(),
                        Some(policy::Value::Bool(false)) => "否".to_owned(),
                        Some(value) => format!("{}{}", value.text(), pack.facts[fact].unit),
                        None => String::new(),
                    };
                    TestLine {
                        label: pack.facts[fact].label.clone(),
                        value,
                        test: cell.unwrap_or_default(),
                        outcome: page.w(outcome),
                        class,
                    }
                })
                .collect();
            RuleLine {
                id: rule.id.clone(),
                colour: Colour::by_id(&rule.colour).map(|c| page.t(c.word()).to_owned()).unwrap_or_default(),
                basis: rule.basis.clone(),
                decides: decides == Some(r),
                tests,
            }
        })
        .collect()
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ConfirmForm {
    pub colour: String,
    pub reason: String,
}

/// Confirms a colour by name and reason: what the table proposes, or another one.
pub async fn confirm(
    desk: Desk,
    Path(code): Path<String>,
    Form(form): Form<ConfirmForm>,
) -> Answer<Response> {
    let village = desk.village(&code, Action::DecideColour).await?;
    standing(&village)?;
    let Desk { db, caller, .. } = &desk;
    let Some(colour) = Colour::by_id(&form.colour) else {
        return Err(Failure::Bad(msg!("请选一个颜色")));
    };
    let reason = form.reason.trim().to_owned();
    if reason.chars().count() < 4 {
        let why = msg!("请写明理由，至少 4 个字；理由会和颜色一起显示");
        return render(&desk, village, Some((form, why))).await;
    }
    let mut tx =
        db.write(caller.event("colour.confirm", "village", &village.code, &village.township)).await?;
    // What stands now, not before others decided.
    let before = store::said(db, &village).await?;
    if !store::confirm(&tx, &village, colour, &caller.name, &reason).await? {
        tx.rollback().await?;
        return Err(Failure::Bad(msg!("这个村还没有按办法研判过，先补齐事实")));
    }
    let word = |c: Option<Colour>| c.map(|c| c.word().to_owned());
    tx.changed("", "colour", word(before.confirmed), word(Some(colour)));
    tx.commit().await?;
    Ok(Redirect::to(&format!("/villages/{}/why", village.code)).into_response())
}
