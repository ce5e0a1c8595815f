//! The demo's selection campaigns: the county's, whose applications are being checked, and a township's, which still takes them.

use super::super::{Done, Stop, server::failed};
use crate::slices::campaigns::eligibility::Check;
use crate::slices::campaigns::entering::{self, Given};
use crate::slices::campaigns::model::{Campaign, Entry, New, Place};
use crate::slices::campaigns::store::{self, entries};
use crate::slices::campaigns::{actions, campaigns_of, deciding};
use crate::slices::places::store::{self as places, today};
use jiff::Span;
use kernel::Day;
use platform::access::{Action, Authorized, Caller, Part, Role};
use platform::db::Db;
use platform::values;
use standards::{IdentityNumber, Sex};

/// Applicants of the county's campaign.
const OFFICERS: u32 = 90;
/// Applicants of the township's, and people who were recommended there.
const RESERVES: u32 = 14;
const SURNAMES: &str = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕";
const NAMES: &str = "安邦晨达恩飞岗海佳凯兰明宁鹏琪荣盛涛文欣扬泽";

fn refused<F: std::fmt::Debug>(faults: F) -> Stop {
    failed(format!("{faults:?}"))
}

/// A local time so many days from now, as forms write it.
fn from_now(days: i64, clock: &str) -> String {
    let day = platform::now().date();
    format!("{}T{clock}", day.checked_add(Span::new().days(days)).unwrap_or(day))
}

async fn found(db: &Db, by: &Caller, id: i64) -> Result<Authorized<Campaign>, Stop> {
    let found = store::find(db, id).await.map_err(failed)?;
    by.authorize(Action::RunCampaigns, found).map_err(refused)
}

async fn open(db: &Db, by: &Caller, new: &New) -> Result<Authorized<Campaign>, Stop> {
    let id = actions::make(db, by, new).await.map_err(failed)?.map_err(refused)?;
    let draft = found(db, by, id).await?;
    actions::open(db, by, &draft).await.map_err(failed)?.map_err(refused)?;
    found(db, by, id).await
}

/// The k-th applicant. One in nine has no full-time education, one in thirteen is older than most.
fn applicant(k: u32, place: i64, declares: &[String]) -> Given {
    let letter = |of: &str, n: u32| of.chars().nth(n as usize % of.chars().count()).unwrap_or('例');
    let born = (if k % 13 == 12 { 1979 } else { 1990 + k % 11 }, 1 + k % 12, 1 + k % 28);
    let sex = if k.is_multiple_of(3) { Sex::Female } else { Sex::Male };
    let identity = IdentityNumber::synthetic("990000", born, k, sex);
    Given {
        place: Some(place),
        name: format!("{}例{}", letter(SURNAMES, k * 7), letter(NAMES, k * 5 + k / 22)),
        identity: identity.map(|i| i.reveal().to_owned()).unwrap_or_default(),
        phone: format!("100{:08}", 5_000_000 + k),
        education: if k.is_multiple_of(4) { "20" } else { "30" }.into(),
        full_time: k % 9 != 8,
        school: "例川学院".into(),
        major: if k.is_multiple_of(2) { "农学" } else { "会计" }.into(),
        political: if k.is_multiple_of(5) { "01" } else { "13" }.into(),
        work: if k.is_multiple_of(2) { "在村种茶" } else { "外出务工" }.into(),
        declares: declares.to_vec(),
        route: "self".into(),
        keep_contact: k.is_multiple_of(2),
        consent: true,
        ..Given::default()
    }
}

/// Applications of invented people, spread over the places.
async fn apply(db: &Db, by: &Caller, c: &Authorized<Campaign>, n: u32, first: u32) -> Result<Vec<i64>, Stop> {
    let rules = campaigns_of(db, &c.township, &c.rules_on).await.map_err(failed)?;
    let declares = rules.conditions_on(&c.kind, &c.rules_on).into_iter().filter(|i| i.declared);
    let declares: Vec<String> = declares.map(|i| i.id.clone()).collect();
    let places = store::places(db, c.id, &by.part).await.map_err(failed)?;
    let mut out = Vec::new();
    for k in first..first + n {
        let place = places.get(k as usize * 3 % places.len().max(1)).map(|p| p.id).unwrap_or_default();
        let given = applicant(k, place, &declares);
        out.push(entering::enter(db, by, c, &given, true).await.map_err(failed)?.map_err(refused)?);
    }
    Ok(out)
}

/// Notes of an application that its conditions and materials are in order, or that its first material is not.
async fn check(db: &Db, by: &Caller, c: &Campaign, id: i64, lacks: bool) -> Result<Authorized<Entry>, Stop> {
    let entry = async || -> Result<Authorized<Entry>, Stop> {
        let found = entries::find(db, id).await.map_err(failed)?;
        by.authorize(Action::EnterEntries, found).map_err(refused)
    };
    let rules = campaigns_of(db, &c.township, &c.rules_on).await.map_err(failed)?;
    let declared = rules.conditions_on(&c.kind, &c.rules_on).into_iter().filter(|i| i.declared);
    let declared = declared.map(|i| ("condition", i.id.clone()));
    let materials = rules.materials_on(&c.kind, &c.rules_on).into_iter().map(|i| ("material", i.id.clone()));
    let mut first = lacks;
    for (kind, item) in declared.chain(materials) {
        let bad = kind == "material" && std::mem::take(&mut first);
        let (verdict, note) =
            if bad { ("no", "复印件看不清，请带原件") } else { ("ok", "看过原件") };
        let (kind, item) = (kind.to_owned(), item);
        let (verdict, note) = (verdict.to_owned(), note.to_owned());
        let found = Check { kind, item, verdict, note, by: String::new(), at: 0 };
        deciding::check(db, by, c, &entry().await?, &found).await.map_err(failed)?.map_err(refused)?;
    }
    entry().await
}

/// Both campaigns of the first county.
pub async fn fill(db: &Db, by: &Caller) -> Done {
    district(db, by).await?;
    let towns = places::townships(db, &Part::County).await.map_err(failed)?;
    let Some(town) = towns.get(1) else { return Ok(()) };
    let (part, unit) = (Part::Township(town.code.clone()), format!("{}党委", town.name));
    let office = Caller { role: Role::TownshipOffice, part, unit, ..by.clone() };
    township(db, &office).await
}

async fn district(db: &Db, by: &Caller) -> Done {
    let towns = places::townships(db, &Part::County).await.map_err(failed)?;
    let seats = towns.into_iter().map(|t| Place {
        township: t.code,
        township_name: t.name,
        post: "乡村振兴专干".into(),
        seats: 3,
        ..Place::default()
    });
    let new = New {
        kind: "officer_exam".into(),
        title: "乡村振兴专干公开招录".into(),
        apply_from: from_now(-12, "08:00"),
        apply_to: from_now(1, "17:30"),
        help: "县委组织部 0990-0000001".into(),
        places: seats.collect(),
    };
    let c = open(db, by, &new).await?;
    let all = apply(db, by, &c, OFFICERS, 0).await?;
    // Applications were open until the day before yesterday: what came then is put where it would stand.
    let tx = db.write(by.event("demo.fill", "campaign", &c.id.to_string(), "")).await.map_err(failed)?;
    let sql = "update campaign set apply_to = $2 where id = $1";
    tx.run(sql, values![c.id, from_now(-2, "17:30")]).await.map_err(failed)?;
    let earlier = |table: &str, column: &str| {
        format!("update {table} set {column} = {column} - $2 where {column} is not null and campaign = $1")
    };
    for (table, column) in [("campaign_entry", "at"), ("campaign_stage", "begun_at")] {
        tx.run(&earlier(table, column), values![c.id, 4 * 86_400_000_i64]).await.map_err(failed)?;
    }
    tx.commit().await.map_err(failed)?;
    let c = found(db, by, c.id).await?;
    actions::advance(db, by, &c, 1).await.map_err(failed)?.map_err(refused)?;
    let c = found(db, by, c.id).await?;
    for (k, id) in all.into_iter().enumerate().take(OFFICERS as usize * 2 / 3) {
        let entry = check(db, by, &c, id, k % 7 == 3).await?;
        let verdict = match k % 10 {
            1 | 2 | 4..=6 if k % 7 != 3 && k % 9 != 8 => {
                let town = Part::Township(entry.township.clone());
                let villages = places::villages(db, &town).await.map_err(failed)?;
                let village = villages.get(k % villages.len().max(1)).map(|v| v.code.clone());
                deciding::Verdict { passed: true, village: village.unwrap_or_default(), ..Default::default() }
            }
            8 => deciding::Verdict {
                reason: "本人说明已在外地就业，不能到岗".into(), ..Default::default()
            },
            _ => continue,
        };
        // Who does not meet a condition waits for somebody to say so.
        let _ = deciding::decide(db, by, &c, &entry, &verdict).await.map_err(failed)?;
    }
    Ok(())
}

async fn township(db: &Db, by: &Caller) -> Done {
    let villages = places::villages(db, &by.part).await.map_err(failed)?;
    let seats = villages.into_iter().take(8).map(|v| Place {
        township: v.township.clone(),
        township_name: v.township_name.clone(),
        village: v.code.clone(),
        village_name: v.short.clone(),
        seats: 2,
        ..Place::default()
    });
    let new = New {
        kind: "reserve_selection".into(),
        title: "后备力量公开选拔".into(),
        apply_from: from_now(-3, "08:00"),
        apply_to: from_now(9, "17:30"),
        help: "镇组织办 0990-0000002".into(),
        places: seats.collect(),
    };
    let c = open(db, by, &new).await?;
    apply(db, by, &c, RESERVES, OFFICERS).await?;
    let places = store::places(db, c.id, &by.part).await.map_err(failed)?;
    for (k, name) in ["钱例朗", "孙例苒"].into_iter().enumerate() {
        let given = Given {
            place: places.get(k).map(|p| p.id),
            name: name.into(),
            route: "resident".into(),
            by: "例村民　10000000009".into(),
            why: "肯帮人，村里的电商是他带起来的".into(),
            ..Given::default()
        };
        entering::enter(db, by, &c, &given, false).await.map_err(failed)?.map_err(refused)?;
    }
    plan(db, by, &c).await
}

/// When the stages are meant to be, as the public page says it.
async fn plan(db: &Db, by: &Caller, c: &Authorized<Campaign>) -> Done {
    let stages = store::stages(db, c.id).await.map_err(failed)?;
    let day: Day = today().parse().map_err(failed)?;
    let planned = stages.iter().filter(|s| s.seq > 1).map(|s| {
        let then = day.checked_add(Span::new().days(9 + s.seq * 4)).unwrap_or(day);
        (s.seq, format!("{}月{}日", then.month(), then.day()))
    });
    let planned: Vec<(i64, String)> = planned.collect();
    actions::plan(db, by, c, &planned).await.map_err(failed)?.map_err(refused)
}
