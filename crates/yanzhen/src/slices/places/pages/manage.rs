//! The registry of townships and villages, and the changes to it: each with its day and ground.

use super::date_text;
use super::status;
use crate::slices::places::changes::{self, Asked, Entry, Kind};
use crate::slices::places::desk::Desk;
use crate::slices::places::registry::{self, Made};
use crate::slices::places::{facts, store};
use askama::Template;
use axum::Form;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::msg;
use platform::access::Part;
use platform::kit::{Choice, Faults};
use platform::page::Page;
use platform::web::{Answer, Failure, Html};
use serde::Deserialize;

/// A township with its villages.
pub struct Town {
    pub code: String,
    pub name: String,
    pub villages: Vec<Entry>,
    /// Rows that stood once.
    pub past: Vec<Entry>,
}

/// A change as listed.
pub struct MadeLine {
    pub day: String,
    pub what: String,
    pub code: String,
    pub ground: String,
}

/// A form of the page: one kind of change.
pub struct KindForm {
    pub kind: Kind,
    pub word: &'static str,
    pub lead: &'static str,
    pub open: bool,
    pub places: Vec<Choice>,
    pub into: Vec<Choice>,
    pub asked: Typed,
    pub faults: Faults,
}

impl KindForm {
    fn takes_place(&self) -> bool {
        self.kind != Kind::New
    }

    fn takes_code(&self) -> bool {
        matches!(self.kind, Kind::Split | Kind::New)
    }

    fn error(&self, field: &str) -> &str {
        self.faults.of(&format!("{}-{field}", self.kind.id()))
    }

    fn takes_name(&self) -> bool {
        matches!(self.kind, Kind::Rename | Kind::Split | Kind::New)
    }
}

/// A change's form as sent.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    pub code: String,
    pub other: String,
    pub name: String,
    pub day: String,
    pub ground: String,
}

#[derive(Template)]
#[template(path = "places/pages/manage.html")]
struct ManagePage {
    page: Page,
    towns: Vec<Town>,
    villages: usize,
    made: Vec<MadeLine>,
    forms: Vec<KindForm>,
}

pub async fn show(desk: Desk) -> Answer<Response> {
    render(&desk, None).await
}

fn told(page: &Page, m: &Made) -> String {
    let (name, other) = (&m.name, &m.other_name);
    page.m(&match m.kind {
        Some(Kind::Merge) => msg!("{name} 并入 {other}", name = name, other = other),
        Some(Kind::Rename) => msg!("{name} 更名为 {other}", name = name, other = other),
        Some(Kind::Split) => msg!("{name} 分设 {other}", name = name, other = other),
        Some(Kind::New) => msg!("新设 {name}", name = name),
        _ => msg!("{name} 撤销建制", name = name),
    })
}

async fn render(desk: &Desk, refused: Option<(Kind, Typed, Faults)>) -> Answer<Response> {
    let (mut page, db) = (desk.page("formation").await?, &desk.db);
    page.path = "/places".to_owned();
    let all = registry::all(db).await?;
    let made = registry::changes(db).await?;
    let made = made
        .iter()
        .map(|m| MadeLine {
            day: date_text(&m.day),
            what: told(&page, m),
            code: m.code.clone(),
            ground: m.ground.clone(),
        })
        .collect();
    let standing = || all.iter().filter(|e| e.stands());
    let towns: Vec<Town> = standing()
        .filter(|e| e.level == "township")
        .map(|t| Town {
            code: t.code.clone(),
            name: t.name.clone(),
            villages: standing().filter(|v| v.level == "village" && v.township == t.code).cloned().collect(),
            past: all.iter().filter(|e| !e.stands() && e.township == t.code).cloned().collect(),
        })
        .collect();
    let place = |e: &Entry| match e.level.as_str() {
        "village" => {
            let town = towns.iter().find(|t| t.code == e.township).map_or("", |t| t.name.as_str());
            Choice::new(&e.code, format!("{town} {}（{}）", e.short, e.code))
        }
        _ => Choice::new(&e.code, format!("{}（{}）", e.name, e.code)),
    };
    let villages: Vec<Choice> = standing().filter(|e| e.level == "village").map(place).collect();
    let places: Vec<Choice> = standing().filter(|e| e.level != "county").map(place).collect();
    let lead = |kind: Kind| {
        match kind {
        Kind::Rename => page.t("代码不变；原来的名称留在历史里。"),
        Kind::Merge => page.t("并掉的到前一天为止，事实留着，按代码还能看。乡镇合并时村随着划入，代码不变；原乡镇的账号请管理员改到新乡镇。"),
        Kind::Split => page.t("原来的村不变，另设一个新代码的村。"),
        Kind::New => page.t("新设一个村或乡镇。"),
        Kind::End => page.t("到前一天为止，没有并入别的村。"),
    }
    };
    let status = status(refused.is_some());
    let forms = Kind::ALL
        .into_iter()
        .map(|kind| {
            let mine = refused.as_ref().filter(|r| r.0 == kind);
            let asked = mine.map(|r| r.1.clone()).unwrap_or_default();
            let list = if kind == Kind::Split { &villages } else { &places };
            KindForm {
                kind,
                word: page.t(kind.word()),
                lead: lead(kind),
                open: mine.is_some(),
                places: Choice::pick(list.clone(), &asked.code),
                into: Choice::pick(places.clone(), &asked.other),
                faults: mine.map(|r| r.2.clone()).unwrap_or_default(),
                asked,
            }
        })
        .collect();
    let html = ManagePage { villages: villages.len(), towns, made, forms, page };
    Ok((status, Html(html)).into_response())
}

/// Carries a change out, or says everything that is wrong with it.
pub async fn change(desk: Desk, Path(kind): Path<String>, Form(typed): Form<Typed>) -> Answer<Response> {
    let Some(kind) = Kind::by_id(&kind) else { return Err(Failure::NotFound) };
    let Desk { county, db, caller, visitor, .. } = &desk;
    let asked = Asked {
        code: typed.code.clone(),
        other: typed.other.clone(),
        name: typed.name.clone(),
        day: typed.day.clone(),
        ground: typed.ground.clone(),
    };
    let code = if kind == Kind::New { asked.other.trim() } else { asked.code.trim() };
    let township = code.get(..9).unwrap_or_default();
    let mut tx = db.write(caller.event(&format!("place.{}", kind.id()), "village", code, township)).await?;
    let registry = registry::all_in(&tx).await?;
    let plan = match changes::plan(&registry, &county.code, kind, &asked, &store::today()) {
        Ok(plan) => plan,
        Err(wrong) => {
            tx.rollback().await?;
            let mut faults = Faults::new();
            for (field, why) in wrong {
                faults.add(format!("{}-{field}", kind.id()), why.text(visitor.lang));
            }
            return render(&desk, Some((kind, typed, faults))).await;
        }
    };
    tx.event().note = plan.told.clone();
    // A village stands where its row says, whatever its code began with.
    if let Some(place) = registry.iter().find(|e| e.code == plan.code && e.stands()) {
        tx.event().part = place.township.clone();
    }
    registry::carry_out(&mut tx, &plan).await?;
    let packs = facts::packs(db, &store::today()).await?;
    if let Some(adopted) = facts::colouring(&packs) {
        facts::propose(&mut tx, adopted, &Part::County).await?;
    }
    tx.commit().await?;
    Ok(Redirect::to("/places#changes").into_response())
}
