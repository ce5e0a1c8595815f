//! The API's view of places: villages, facts, the formation, packs. The same checks as the pages'.

mod shapes;

use super::desk::Desk;
use super::facts::{self, Adopted, Entry, Given};
use super::pages::village::standing;
use super::pages::villages::answers;
use super::{registry, store};
use crate::api::{
    ApiFault, CODE, Operation, PAGE, PAGE_SIZE, Param, ParamKind, TOWNSHIP, decimal, moment, number, refuse,
    shape,
};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Response};
use kernel::{key, msg};
use platform::access::{Action, Caller, Part};
use platform::web::{Answer, Failure, Method, Rule, get, post};
use policy::FactType;
use serde::Deserialize;
use shapes::{
    Entered, FactLine, Formation, Goose, GradeLine, PackLine, PackList, Risk, Sent, VillageFacts,
    VillageLine, VillageList, VillageWhole, WantedFact,
};
use std::collections::BTreeSet;

/// Facts of one request at most.
const ENTRIES: usize = 500;
/// Bytes of a request at most.
const BYTES: usize = 1 << 20;

const READ: &[u16] = &[401, 403, 404];
const LIST: &[u16] = &[401, 403, 422];

/// Its routes as the API's document tells of them.
pub const OPERATIONS: &[Operation] = &[
    Operation {
        method: Method::Get,
        path: "/api/v1/villages",
        action: Some(Action::ViewVillage),
        about: key!("村的名单：按名称、拼音或代码查，分页"),
        params: &[
            Param {
                name: "q", kind: ParamKind::Text, about: key!("名称、拼音、拼音首字母或代码的开头")
            },
            TOWNSHIP,
            PAGE,
            PAGE_SIZE,
        ],
        body: None,
        answer: shape::<VillageList>,
        refusals: LIST,
    },
    Operation {
        method: Method::Get,
        path: "/api/v1/villages/{code}",
        action: Some(Action::ViewVillage),
        about: key!("一个村：颜色、缺的事实、历年等次"),
        params: &[CODE],
        body: None,
        answer: shape::<VillageWhole>,
        refusals: READ,
    },
    Operation {
        method: Method::Get,
        path: "/api/v1/villages/{code}/facts",
        action: Some(Action::ViewVillage),
        about: key!("一个村的事实，和办法要的每一项"),
        params: &[CODE],
        body: None,
        answer: shape::<VillageFacts>,
        refusals: READ,
    },
    Operation {
        method: Method::Post,
        path: "/api/v1/villages/{code}/facts",
        action: Some(Action::EditFacts),
        about: key!("填报一个村的一项或多项事实；可以重复提交，全部写入或一项也不写"),
        params: &[CODE],
        body: Some(shape::<Sent>),
        answer: shape::<Entered>,
        refusals: &[401, 403, 404, 413, 422],
    },
    Operation {
        method: Method::Get,
        path: "/api/v1/formation",
        action: Some(Action::ViewFormation),
        about: key!("雁阵：每个村的颜色和最近的等次，不分页"),
        params: &[TOWNSHIP],
        body: None,
        answer: shape::<Formation>,
        refusals: &[401, 403],
    },
    Operation {
        method: Method::Get,
        path: "/api/v1/packs",
        action: Some(Action::ViewVillage),
        about: key!("县里现行的办法，最近生效的在前"),
        params: &[],
        body: None,
        answer: shape::<PackList>,
        refusals: &[401, 403],
    },
];

pub fn routes() -> Vec<Rule> {
    vec![
        get("/api/v1/villages", list).allow(Action::ViewVillage),
        get("/api/v1/villages/{code}", one).allow(Action::ViewVillage),
        get("/api/v1/villages/{code}/facts", known).allow(Action::ViewVillage),
        post("/api/v1/villages/{code}/facts", enter).allow(Action::EditFacts),
        get("/api/v1/formation", formation).allow(Action::ViewFormation),
        get("/api/v1/packs", packs).allow(Action::ViewVillage),
    ]
}

/// Texts, so that a number that is none is refused in words.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    q: String,
    township: String,
    page: String,
    size: String,
}

impl Asked {
    fn holds(&self, township: &str) -> bool {
        self.township.is_empty() || self.township == township
    }
}

/// The caller's part, narrowed to a township; `None` where the two have nothing in common.
fn narrowed(caller: &Caller, township: &str) -> Option<Part> {
    match (&caller.part, township) {
        (own, "") => Some(own.clone()),
        (Part::County, code) => match Part::parse(code) {
            Some(part @ Part::Township(_)) => Some(part),
            _ => None,
        },
        (Part::Township(own), code) => (own == code).then(|| caller.part.clone()),
        // Whether the village belongs to it, its row says: not its code, for townships merge.
        (Part::Village(_), _) => Some(caller.part.clone()),
    }
}

async fn list(desk: Desk, Query(asked): Query<Asked>) -> Answer<Json<VillageList>> {
    let (page, size) = (number(&asked.page, &PAGE)?, number(&asked.size, &PAGE_SIZE)?);
    let mut found = match narrowed(&desk.caller, &asked.township) {
        Some(part) => store::villages(&desk.db, &part).await?,
        None => Vec::new(),
    };
    found.retain(|v| asked.holds(&v.township) && answers(v, &asked.q));
    let total = found.len();
    let skip = usize::try_from((page - 1) * size).unwrap_or(usize::MAX);
    let villages = found.iter().skip(skip).take(size as usize).map(VillageLine::of).collect();
    Ok(Json(VillageList { total, page, size, villages }))
}

async fn one(desk: Desk, Path(code): Path<String>) -> Answer<Json<VillageWhole>> {
    let village = desk.village(&code, Action::ViewVillage).await?;
    let risk = Risk::of(&store::said(&desk.db, &village).await?);
    let own = registry::grades(&desk.db, &village).await?.into_iter().filter(|(_, from)| from.is_empty());
    let grades = own.map(|(graded, _)| GradeLine::of(graded)).collect();
    Ok(Json(VillageWhole { village: VillageLine::of(&village), risk, grades }))
}

async fn known(desk: Desk, Path(code): Path<String>) -> Answer<Json<VillageFacts>> {
    let village = desk.village(&code, Action::ViewVillage).await?;
    let packs = facts::packs(&desk.db, &store::today()).await?;
    let known = facts::known(&desk.db, &village).await?;
    let kind = |of: FactType| FactType::ALL.iter().find(|(_, k)| *k == of).map_or("", |(name, _)| *name);
    let wanted = facts::wanted(&packs).into_iter().map(|fact| WantedFact {
        missing: !known.iter().any(|k| k.fact == fact.id),
        fact: fact.id.clone(),
        label: fact.label.clone(),
        kind: kind(fact.kind),
        unit: fact.unit.clone(),
        choices: fact.choices.clone(),
        source: fact.source.clone(),
    });
    let wanted = wanted.collect();
    let facts = known.into_iter().map(|k| FactLine {
        fact: k.fact,
        period: k.period,
        value: k.value,
        source: k.source,
        day: k.day,
        by: k.by,
        at: moment(k.at),
    });
    Ok(Json(VillageFacts { code: village.code.clone(), facts: facts.collect(), wanted }))
}

async fn enter(desk: Desk, Path(code): Path<String>, body: Bytes) -> Answer<Response> {
    let village = desk.village(&code, Action::EditFacts).await?;
    standing(&village)?;
    let Desk { db, caller, .. } = &desk;
    if body.len() > BYTES {
        return Err(Failure::TooLarge);
    }
    let sent: Sent = serde_json::from_slice(&body)
        .map_err(|e| Failure::Bad(msg!("不是说明里写的 JSON：{why}", why = e.to_string())))?;
    if sent.facts.is_empty() || sent.facts.len() > ENTRIES {
        return Err(Failure::Bad(msg!("一次交 1 到 {most} 项事实", most = ENTRIES)));
    }
    let packs = facts::packs(db, &store::today()).await?;
    let wanted = facts::wanted(&packs);
    let (mut faults, mut seen, mut entries) = (Vec::new(), BTreeSet::new(), Vec::new());
    for (index, one) in sent.facts.iter().enumerate() {
        let (value, source) = (one.value.trim(), one.source.trim());
        let given = Given { fact: &one.fact, value, period: &one.period, source };
        let checked = facts::check(&wanted, given);
        if let Err(wrong) = &checked {
            faults.extend(wrong.iter().map(|(field, why)| ApiFault::new(index, field, why)));
        }
        if !seen.insert((&one.fact, &one.period)) {
            faults.push(ApiFault::new(index, "fact", &msg!("同一项、同一时期在这次提交里出现了两次")));
        }
        entries.push(Entry {
            code: village.code.clone(),
            fact: one.fact.clone(),
            period: one.period.clone(),
            value: value.to_owned(),
            source: source.to_owned(),
            day: store::today(),
            evidence: None,
        });
    }
    if !faults.is_empty() {
        return Ok(refuse(faults));
    }
    let mut tx = db.write(caller.event("facts.enter", "village", &village.code, &village.township)).await?;
    tx.event().note = "api".into();
    let changed = facts::write(&mut tx, &entries, caller, None, true).await?;
    if changed == 0 {
        // Sent again: nothing happened, nothing is written down.
        tx.rollback().await?;
    } else {
        if let Some(adopted) = facts::colouring(&packs) {
            facts::propose(&mut tx, adopted, &Part::Village(village.code.clone())).await?;
        }
        tx.commit().await?;
    }
    let risk = Risk::of(&store::said(db, &village).await?);
    Ok(Json(Entered { code: village.code.clone(), changed, risk }).into_response())
}

async fn formation(desk: Desk, Query(asked): Query<Asked>) -> Answer<Json<Formation>> {
    let year = store::latest_year(&desk.db).await?;
    let beside = store::Beside { year: Some(&year), facts: false };
    let tiles = match narrowed(&desk.caller, &asked.township) {
        Some(part) => store::tiles(&desk.db, &part, beside).await?,
        None => Vec::new(),
    };
    let villages = tiles.into_iter().filter(|t| asked.holds(&t.township)).map(|t| Goose {
        code: t.code,
        short: t.short,
        township: t.township,
        proposed: t.said.proposed.map(|c| c.id()),
        confirmed: t.said.confirmed.map(|c| c.id()),
        grade: (!t.grade.is_empty()).then_some(t.grade),
        total: t.total.map(decimal),
        rank: t.rank,
    });
    let villages: Vec<Goose> = villages.collect();
    Ok(Json(Formation { year, total: villages.len(), villages }))
}

async fn packs(desk: Desk) -> Answer<Json<PackList>> {
    let adopted = facts::packs(&desk.db, &store::today()).await?;
    let colouring = facts::colouring(&adopted).map(|a| a.id);
    let line = |a: &Adopted| PackLine {
        pack: a.pack.id.clone(),
        version: a.pack.version.clone(),
        title: a.pack.title.clone(),
        hash: a.pack.hash.clone(),
        kind: a.kind.clone(),
        from: a.from.clone(),
        colouring: colouring == Some(a.id),
    };
    Ok(Json(PackList { packs: adopted.iter().map(line).collect() }))
}
