//! Who applies: by an office for those without a phone, by a letter of the public pages, by recommendation.

use super::actions::{now_text, stale};
use super::model::{Campaign, Entry, Faults, Form, Place, Standing, State};
use super::store::{self, entries, entries::Handle, entries::Secret};
use crate::slices::people::{Field, input, pages as people};
use kernel::{Message, msg};
use platform::access::{Authorized, Caller};
use platform::db::{Db, DbResult, WriteTx, now_ms};
use policy::campaigns::Route;

/// The kind of history that an application's is kept under.
pub const ENTRY: &str = "campaign-entry";

/// What a form, or a letter, says of an applicant.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// The place applied for, by its id.
    pub place: Option<i64>,
    pub name: String,
    pub identity: String,
    pub phone: String,
    pub education: String,
    pub full_time: bool,
    pub school: String,
    pub major: String,
    pub graduated_on: String,
    pub political: String,
    pub party_on: String,
    pub work: String,
    pub household: String,
    pub source: String,
    pub declares: Vec<String>,
    pub keep_contact: bool,
    /// By which route, its id.
    pub route: String,
    /// Who recommends, and why.
    pub by: String,
    pub why: String,
    /// The applicant agreed to the use of the data: by signature where an office writes it in.
    pub consent: bool,
}

/// The longest reason, letters.
pub const LETTERS: usize = 300;

fn taken(field: Field, text: &str, name: &'static str, faults: &mut Faults) -> String {
    match input::take(field, text) {
        Ok(taken) => taken.value,
        Err(why) => {
            faults.push((name, why));
            String::new()
        }
    }
}

fn asked(value: &str, name: &'static str, why: Message, faults: &mut Faults) {
    if value.is_empty() && !faults.iter().any(|f| f.0 == name) {
        faults.push((name, why));
    }
}

fn fresh(name: String, route: Route, place: &Place, standing: Standing) -> Entry {
    Entry {
        id: 0,
        campaign: 0,
        place: Some(place.id),
        place_name: place.name(),
        no: String::new(),
        name,
        sex: "0".to_owned(),
        birth: String::new(),
        education: String::new(),
        full_time: false,
        political: String::new(),
        source: String::new(),
        township: place.township.clone(),
        village: place.village.clone(),
        village_name: place.village_name.clone(),
        route,
        standing,
        stage: 1,
        need: String::new(),
        out_reason: String::new(),
        person: None,
        keep_contact: false,
        at: now_ms(),
        by: String::new(),
        ticket: String::new(),
        room: String::new(),
        seat: 0,
        rev: 1,
    }
}

/// Reads what an applicant gave; every fault at once.
pub fn read(given: &Given, places: &[Place], sources: &[String]) -> Result<(Entry, Secret), Faults> {
    let mut faults = Faults::new();
    let f = &mut faults;
    let name = taken(Field::Name, &given.name, "name", f);
    asked(&name, "name", msg!("请填姓名"), f);
    let identity = taken(Field::Identity, &given.identity, "identity", f);
    asked(&identity, "identity", msg!("请填身份证号"), f);
    let phone = taken(Field::Phone, &given.phone, "phone", f);
    asked(&phone, "phone", msg!("请填手机号"), f);
    let education = taken(Field::Education, &given.education, "education", f);
    asked(&education, "education", msg!("请选学历"), f);
    let political = taken(Field::Political, &given.political, "political", f);
    asked(&political, "political", msg!("请选政治面貌"), f);
    let party_on = taken(Field::PartyOn, &given.party_on, "party_on", f);
    let graduated_on = taken(Field::Birth, &given.graduated_on, "graduated_on", f);
    let route = Route::by_id(&given.route);
    if route.is_none() {
        f.push(("route", msg!("请选自荐或推荐")));
    }
    let place = given.place.and_then(|id| places.iter().find(|p| p.id == id));
    if place.is_none() {
        f.push(("place", msg!("请选报考的乡镇或村")));
    }
    if !given.source.is_empty() && !sources.contains(&given.source) {
        f.push(("source", msg!("请选来源群体")));
    }
    if !given.consent {
        f.push(("consent", msg!("须本人同意使用信息，书面的要签字")));
    }
    let long = [("work", &given.work), ("household", &given.household), ("school", &given.school)]
        .into_iter()
        .chain([("major", &given.major), ("by", &given.by), ("why", &given.why)]);
    let long = long.filter(|(_, t)| t.chars().count() > LETTERS);
    f.extend(long.map(|(field, _)| (field, msg!("最多 {n} 字", n = LETTERS))));
    let number = identity.parse::<standards::IdentityNumber>().ok();
    let (Some(number), Some(route), Some(place), true) = (number, route, place, faults.is_empty()) else {
        if faults.is_empty() {
            faults.push(("identity", msg!("请填身份证号")));
        }
        return Err(faults);
    };
    let sex = if number.sex() == standards::Sex::Female { "2" } else { "1" };
    let entry = Entry {
        sex: sex.to_owned(),
        birth: number.birth_date().map(|d| d.storage()).unwrap_or_default(),
        education,
        full_time: given.full_time,
        political,
        source: given.source.clone(),
        keep_contact: given.keep_contact,
        ..fresh(name, route, place, Standing::Running)
    };
    let text = |t: &str| t.trim().to_owned();
    let form = Form {
        phone,
        school: text(&given.school),
        major: text(&given.major),
        graduated_on,
        party_on,
        work: text(&given.work),
        household: text(&given.household),
        declares: given.declares.clone(),
        by: text(&given.by),
        why: text(&given.why),
    };
    Ok((entry, Secret { identity, form }))
}

/// A recommendation: no more than name, place and reason until its person agrees.
pub fn recommended(given: &Given, places: &[Place]) -> Result<(Entry, Secret), Faults> {
    let mut faults = Faults::new();
    let name = taken(Field::Name, &given.name, "name", &mut faults);
    asked(&name, "name", msg!("请填姓名"), &mut faults);
    let place = given.place.and_then(|id| places.iter().find(|p| p.id == id));
    if place.is_none() {
        faults.push(("place", msg!("请选报考的乡镇或村")));
    }
    let route = Route::by_id(&given.route).filter(|r| *r != Route::Own);
    if route.is_none() {
        faults.push(("route", msg!("请选谁推荐：党员、村民还是书记")));
    }
    if given.by.trim().is_empty() {
        faults.push(("by", msg!("请写推荐人")));
    }
    if given.why.trim().chars().count() < 4 {
        faults.push(("why", msg!("请写推荐理由")));
    }
    let long =
        [("by", &given.by), ("why", &given.why)].into_iter().filter(|(_, t)| t.chars().count() > LETTERS);
    faults.extend(long.map(|(field, _)| (field, msg!("最多 {n} 字", n = LETTERS))));
    let (Some(place), Some(route), true) = (place, route, faults.is_empty()) else { return Err(faults) };
    let entry = fresh(name, route, place, Standing::Recommended);
    let (by, why) = (given.by.trim().to_owned(), given.why.trim().to_owned());
    Ok((entry, Secret { identity: String::new(), form: Form { by, why, ..Form::default() } }))
}

/// A number for what an office writes in: `录2026-0007`.
async fn desk_no(tx: &WriteTx, campaign: &Campaign) -> DbResult<String> {
    let row = tx
        .one(
            "select count(*) from campaign_entry where campaign = $1 and no like '录%'",
            platform::values![campaign.id],
        )
        .await?;
    let n = row.map(|r| r.int(0)).transpose()?.unwrap_or_default() + 1;
    Ok(format!("录{}-{n:04}", campaign.rules_on.get(..4).unwrap_or_default()))
}

/// Writes in somebody who came to an office: an application, or a recommendation where its person has not agreed yet.
pub async fn enter(
    db: &Db,
    caller: &Caller,
    c: &Authorized<Campaign>,
    given: &Given,
    agreed: bool,
) -> DbResult<Result<i64, Faults>> {
    let places = store::places(db, c.id, &caller.part).await?;
    let sources = sources(db, c).await?;
    let read = if agreed { read(given, &places, &sources) } else { recommended(given, &places) };
    let (mut entry, secret) = match read {
        Ok(read) => read,
        Err(faults) => return Ok(Err(faults)),
    };
    let rules = super::rules::rules(db, c).await?;
    let mut faults = Faults::new();
    if !c.takes(&now_text()) {
        faults.push(("name", msg!("现在不是报名时间")));
    }
    if rules.kind_on(&c.kind, &c.rules_on).is_some_and(|k| !k.routes.contains(&entry.route)) {
        faults.push(("route", msg!("这种选拔不收“{route}”", route = entry.route.title())));
    }
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    entry.campaign = c.id;
    entry.by.clone_from(&caller.name);
    let mut tx = db.write(caller.event("campaigns.enter", ENTRY, "", &entry.township)).await?;
    if agreed && entries::with_identity(&tx, &secret.identity).await?.iter().any(|(_, in_)| *in_ == c.id) {
        tx.rollback().await?;
        return Ok(Err(vec![("identity", msg!("这个身份证号已经报过这次选拔"))]));
    }
    entry.no = desk_no(&tx, c).await?;
    let id = entries::add(&tx, &entry, &secret, &Handle::default()).await?;
    tx.event().record = id.to_string();
    let act = if agreed { "entered" } else { "recommended" };
    entries::LOG.note(&tx, id, &caller.name, &caller.unit, act, entry.route.title()).await?;
    tx.commit().await?;
    Ok(Ok(id))
}

/// The source groups that an applicant can name.
pub async fn sources(db: &Db, c: &Campaign) -> DbResult<Vec<String>> {
    let rules = people::rules(db, &c.township).await?;
    Ok(rules.source_groups_on(&c.rules_on).iter().map(|g| g.id.clone()).collect())
}

/// Somebody who was recommended agrees at an office: the application is written in whole.
pub async fn agree(
    db: &Db,
    caller: &Caller,
    c: &Campaign,
    e: &Authorized<Entry>,
    given: &Given,
) -> DbResult<Result<(), Faults>> {
    if e.standing != Standing::Recommended {
        return Ok(Err(vec![("name", msg!("已不是待同意的推荐"))]));
    }
    let places = store::places(db, c.id, &caller.part).await?;
    let told = entries::open(db, e).await?.form;
    let given = Given { route: e.route.id().to_owned(), by: told.by, why: told.why, ..given.clone() };
    let (mut entry, secret) = match read(&given, &places, &sources(db, c).await?) {
        Ok(read) => read,
        Err(faults) => return Ok(Err(faults)),
    };
    if c.state != State::Open || !c.takes(&now_text()) {
        return Ok(Err(vec![("name", msg!("现在不是报名时间"))]));
    }
    entry.id = e.id;
    entry.rev = e.rev;
    let tx = db.write(caller.event("campaigns.agree", ENTRY, &e.id.to_string(), &e.township)).await?;
    if entries::with_identity(&tx, &secret.identity).await?.iter().any(|(_, in_)| *in_ == c.id) {
        tx.rollback().await?;
        return Ok(Err(vec![("identity", msg!("这个身份证号已经报过这次选拔"))]));
    }
    if !entries::rewrite(&tx, &entry, &secret).await? {
        tx.rollback().await?;
        return Ok(Err(stale()));
    }
    entries::LOG.note(&tx, e.id, &caller.name, &caller.unit, "agreed", "").await?;
    tx.commit().await?;
    Ok(Ok(()))
}

/// Withdraws an application at the applicant's word: the own data go, that somebody withdrew stays.
pub async fn withdraw(
    db: &Db,
    caller: &Caller,
    e: &Authorized<Entry>,
    word: &str,
) -> DbResult<Result<(), Faults>> {
    let mut faults = Faults::new();
    if !matches!(e.standing, Standing::Running | Standing::Recommended) {
        faults.push(("word", msg!("{name} 已不在办理中", name = e.name.as_str())));
    }
    if word.trim().chars().count() < 2 {
        faults.push(("word", msg!("请写本人怎样提出的，例如 书面申请、电话核实")));
    }
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    let mut tx = db.write(caller.event("campaigns.withdraw", ENTRY, &e.id.to_string(), &e.township)).await?;
    let next = Entry { standing: Standing::Withdrawn, ..(**e).clone() };
    if !entries::save(&tx, &next).await? {
        tx.rollback().await?;
        return Ok(Err(stale()));
    }
    let tag = entries::handle(db, e.id).await?.map(|h| h.tag).unwrap_or_default();
    entries::blank(&tx, e.id).await?;
    store::letters::forget(&tx, &tag).await?;
    tx.changed(&e.id.to_string(), "withdrawn", None, Some(word.trim().to_owned()));
    tx.commit().await?;
    Ok(Ok(()))
}
