//! What an office finds of an application, and what comes of a stage for it: by name, one by one.

use super::actions::{runs, stale};
use super::eligibility::{self, Check, Line, Paper};
use super::entering::ENTRY;
use super::model::{self, Campaign, Entry, Faults, Stage};
use super::store::asks::{self, Ask};
use super::store::entries::{self, Secret};
use super::store::notices::{self, Finding};
use super::store::steps::{self, Step};
use super::{reviewing, rules, store};
use crate::slices::duty::store::inspections::{self, Filter, Inspection};
use crate::slices::people::{Field, Values, store as people};
use crate::slices::places::store::today;
use crate::slices::posts::pages::day_text;
use kernel::{Day, msg};
use platform::access::{Authorized, Caller, Part};
use platform::db::{Db, DbResult, WriteTx, now_ms};
use policy::Campaigns;
use policy::campaigns::Work;

/// Inspections of one person are few.
const MOST: u64 = 50;

/// All that is looked at to judge an application.
pub struct Case {
    pub rules: Campaigns,
    pub checks: Vec<Check>,
    pub secret: Secret,
}

/// Reads what an application is judged by.
pub async fn case(db: &Db, c: &Campaign, e: &Authorized<Entry>) -> DbResult<Case> {
    Ok(Case {
        rules: rules::rules(db, c).await?,
        checks: steps::checks(db, e.id).await?,
        secret: entries::open(db, e).await?,
    })
}

impl Case {
    /// Each condition, judged.
    pub fn conditions(&self, c: &Campaign, e: &Entry) -> Vec<Line<'_>> {
        let age_on = c.apply_to.get(..10).unwrap_or(&c.rules_on);
        eligibility::judge(&self.rules, &c.kind, (e, &self.secret.form), &self.checks, (&c.rules_on, age_on))
    }

    /// Each material, with whether it is there.
    pub fn papers(&self, c: &Campaign) -> Vec<Paper<'_>> {
        eligibility::papers(&self.rules, &c.kind, &self.checks, &c.rules_on)
    }
}

async fn stage_of(db: &Db, c: &Campaign) -> DbResult<Option<Stage>> {
    Ok(store::stages(db, c.id).await?.into_iter().find(|s| s.seq == c.stage))
}

/// Notes what was found of a condition or a material. An exception is the organiser's to decide, with its reason.
pub async fn check(
    db: &Db,
    caller: &Caller,
    c: &Campaign,
    e: &Authorized<Entry>,
    given: &Check,
) -> DbResult<Result<(), Faults>> {
    let mut faults = Faults::new();
    let case = case(db, c, e).await?;
    let stage = stage_of(db, c).await?;
    if stage.is_none_or(|s| s.work > Work::Qualify) {
        faults.push(("verdict", msg!("资格审查已经结束，不能再办")));
    }
    let known = match given.kind.as_str() {
        "condition" => case.rules.conditions_on(&c.kind, &c.rules_on).iter().any(|i| i.id == given.item),
        "material" => case.rules.materials_on(&c.kind, &c.rules_on).iter().any(|i| i.id == given.item),
        _ => false,
    };
    if !known || !matches!(given.verdict.as_str(), "" | "ok" | "no" | "excepted") {
        faults.push(("verdict", msg!("请选一个意见")));
    }
    if given.verdict == "excepted" {
        let rules = case.rules.conditions_on(&c.kind, &c.rules_on);
        if !rules.iter().any(|i| i.id == given.item && i.exception) {
            faults.push(("verdict", msg!("办法不许对这一条破例")));
        }
        if !runs(caller, c) {
            faults.push(("verdict", msg!("这一步由组织选拔的单位办")));
        }
        if given.note.trim().chars().count() < 4 {
            faults.push(("note", msg!("破例要写理由和决定的会议或文号")));
        }
    }
    if given.note.chars().count() > 200 {
        faults.push(("note", msg!("最多 {n} 字", n = 200)));
    }
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    let check =
        Check { note: given.note.trim().to_owned(), by: caller.name.clone(), at: now_ms(), ..given.clone() };
    let mut checks: Vec<Check> = case.checks.clone();
    checks.retain(|k| k.kind != check.kind || k.item != check.item);
    checks.push(check.clone());
    let papers = eligibility::papers(&case.rules, &c.kind, &checks, &c.rules_on);
    let looked = checks.iter().any(|k| k.kind == "material" && !k.verdict.is_empty());
    let need = if looked { eligibility::needs(&papers) } else { String::new() };
    let record = e.id.to_string();
    let mut tx = db.write(caller.event("campaigns.check", ENTRY, &record, &e.township)).await?;
    steps::put_check(&tx, e.id, &check).await?;
    let was = case.checks.iter().find(|k| k.kind == check.kind && k.item == check.item);
    let told = |k: &Check| format!("{} {} {}", k.item, k.verdict, k.note);
    tx.changed(&record, &check.kind, was.map(told), Some(told(&check)));
    if !entries::save(&tx, &Entry { need, ..(**e).clone() }).await? {
        tx.rollback().await?;
        return Ok(Err(stale()));
    }
    tx.commit().await?;
    Ok(Ok(()))
}

/// What somebody decides of a stage for an applicant.
#[derive(Clone, Debug, Default)]
pub struct Verdict {
    pub passed: bool,
    pub reason: String,
    /// The village in whose register a new file is kept, twelve digits.
    pub village: String,
}

/// Decides a stage for an applicant, by name. The check of eligibility passes only who meets every condition and lacks nothing;
/// who passes it has a file from then on.
pub async fn decide(
    db: &Db,
    caller: &Caller,
    c: &Campaign,
    e: &Authorized<Entry>,
    given: &Verdict,
) -> DbResult<Result<(), Faults>> {
    let Some(stage) = stage_of(db, c).await? else {
        return Ok(Err(vec![("verdict", msg!("这次选拔现在没有在办的阶段"))]));
    };
    let mut faults = model::steps(e, &stage, given.passed, &given.reason);
    if stage.work == Work::Apply || stage.work.is_paper() {
        faults.push(("verdict", msg!("“{stage}”的结论由名单定，不逐人填", stage = stage.title.as_str())));
    }
    if stage.work != Work::Qualify && !runs(caller, c) {
        faults.push(("verdict", msg!("这一步由组织选拔的单位办")));
    }
    if given.reason.chars().count() > 300 {
        faults.push(("reason", msg!("最多 {n} 字", n = 300)));
    }
    let case = case(db, c, e).await?;
    if stage.work == Work::Qualify && given.passed {
        faults.extend(eligibility::hinders(&case.conditions(c, e), &case.papers(c)));
        if entries::twins(db, e).await?.iter().any(|t| t.3) {
            faults.push(("verdict", msg!("同一个身份证号报了两次，请先留下一份")));
        }
    }
    if given.passed {
        faults.extend(too_early(db, c, e, &stage).await?);
    }
    if stage.work == Work::Review && given.passed {
        let came = reviewing::outcomes(db, c.id).await?;
        faults.extend(reviewing::hinders(e.person.and_then(|p| came.get(&p))));
    }
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    let record = e.id.to_string();
    let mut tx = db.write(caller.event("campaigns.decide", ENTRY, &record, &e.township)).await?;
    let mut next = (**e).clone();
    if stage.work == Work::Qualify && given.passed && e.person.is_none() {
        let village = if given.village.is_empty() { e.village.clone() } else { given.village.clone() };
        if village.len() != 12 || !village.starts_with(&e.township) {
            tx.rollback().await?;
            return Ok(Err(vec![("village", msg!("请选档案落在哪个村"))]));
        }
        next.village = village;
        next.person = Some(person(db, &mut tx, &next, &case.secret).await?);
    }
    let step = Step {
        entry: e.id,
        stage: stage.seq,
        passed: given.passed,
        reason: given.reason.trim().to_owned(),
        by: caller.name.clone(),
        unit: caller.unit.clone(),
        at: now_ms(),
    };
    steps::put_steps(&tx, std::slice::from_ref(&step)).await?;
    let act = if given.passed { "passed" } else { "out" };
    let note = format!("{} {}", stage.title, step.reason);
    entries::LOG.note(&tx, e.id, &caller.name, &caller.unit, act, note.trim()).await?;
    tx.changed_of(next.person, ENTRY, &record, &stage.id, None, Some(format!("{act} {}", step.reason)));
    if !entries::save(&tx, &next).await? {
        tx.rollback().await?;
        return Ok(Err(stale()));
    }
    tx.commit().await?;
    Ok(Ok(()))
}

/// Signed inspections of an applicant since applications opened: one who has none is not passed by an inspection.
pub async fn inspected(db: &Db, c: &Campaign, e: &Entry) -> DbResult<Vec<Inspection>> {
    let Some(person) = e.person else { return Ok(Vec::new()) };
    let filter = Filter { person: Some(person), state: "signed".into(), ..Filter::default() };
    let mut all = inspections::list(db, &Part::County, &filter, MOST, 0).await?;
    let since = c.apply_from.get(..10).unwrap_or_default();
    all.retain(|i| i.stands() && i.draft.day.as_str() >= since);
    all.sort_by(|a, b| a.draft.day.cmp(&b.draft.day));
    Ok(all)
}

/// The day from which a probation may be passed.
pub fn probation_ends(stage: &Stage) -> Option<Day> {
    let begun = jiff::Timestamp::from_millisecond(stage.begun_at?).ok()?;
    let begun = begun.to_zoned(kernel::zone()).date();
    begun.checked_add(jiff::Span::new().months(i64::from(stage.terms.length))).ok()
}

/// Why nobody passes a notice yet: it stands for its days, and what was objected is answered first. Of one applicant: nobody
/// passes against whom an objection was found true.
pub async fn noticed(db: &Db, c: &Campaign, e: Option<&Entry>) -> DbResult<Faults> {
    let posted = notices::of_campaign(db, c.id).await?;
    let Some(until) = posted.iter().map(|n| n.until.as_str()).max() else {
        return Ok(vec![("verdict", msg!("还没有公示"))]);
    };
    if until >= today().as_str() {
        return Ok(vec![("verdict", msg!("公示到 {day}期满，期满以后才能记通过", day = day_text(until)))]);
    }
    let Some(e) = e else { return Ok(Faults::new()) };
    let about = notices::objections(db, c.id).await?;
    let of = |f: Finding| about.iter().any(|o| o.entry == Some(e.id) && o.finding == f);
    Ok(match (of(Finding::Open), of(Finding::Founded)) {
        (true, _) => vec![("verdict", msg!("对这个人的异议还没有答复"))],
        (_, true) => vec![("verdict", msg!("对这个人的异议属实，不能记通过"))],
        _ => Faults::new(),
    })
}

/// Why a stage that needs its time or its proof cannot be passed yet.
async fn too_early(db: &Db, c: &Campaign, e: &Entry, stage: &Stage) -> DbResult<Faults> {
    Ok(match stage.work {
        Work::Inspect if inspected(db, c, e).await?.is_empty() => {
            vec![("verdict", msg!("还没有签字的考察记录，不能记通过"))]
        }
        Work::Notice => noticed(db, c, Some(e)).await?,
        Work::Probation => match probation_ends(stage).filter(|d| d.to_string() > today()) {
            Some(day) => {
                let day = day_text(&day.to_string());
                vec![("verdict", msg!("试用到 {day}期满，到期以后才能记通过", day = day))]
            }
            None => Faults::new(),
        },
        _ => Faults::new(),
    })
}

/// The file of an applicant: the one with the same identity number, else a new one.
async fn person(db: &Db, tx: &mut WriteTx, e: &Entry, secret: &Secret) -> DbResult<i64> {
    if let Some(known) = people::by_identity(db, &secret.identity).await? {
        return Ok(known.id);
    }
    let values: Values = [
        (Field::Name, e.name.clone()),
        (Field::Sex, e.sex.clone()),
        (Field::Birth, e.birth.clone()),
        (Field::Identity, secret.identity.clone()),
        (Field::Phone, secret.form.phone.clone()),
        (Field::Education, e.education.clone()),
        (Field::Political, e.political.clone()),
        (Field::PartyOn, secret.form.party_on.clone()),
        (Field::Source, e.source.clone()),
        (Field::Village, e.village.clone()),
    ]
    .into_iter()
    .filter(|(_, v)| !v.is_empty())
    .collect();
    let number = secret.identity.parse::<standards::IdentityNumber>().ok();
    let synthetic = number.is_some_and(|n| n.is_synthetic());
    let new = people::New { values, synthetic };
    let made = people::add(tx, vec![new]).await?;
    made.first().copied().ok_or_else(|| platform::db::DbError::Version("no file was made".into()))
}

/// Answers what an applicant asked; the applicant reads it by receipt and words.
pub async fn answer(
    db: &Db,
    caller: &Caller,
    e: &Authorized<Entry>,
    ask: i64,
    text: &str,
) -> DbResult<Result<(), Faults>> {
    let text = text.trim();
    if text.chars().count() < 4 || text.chars().count() > 500 {
        return Ok(Err(vec![("answer", msg!("请写答复，4 到 {n} 字，本人看得到", n = 500))]));
    }
    let found = asks::of(db, e.id).await?.into_iter().find(|a| a.id == ask && a.is_open());
    let Some(found) = found else {
        return Ok(Err(vec![("answer", msg!("已经答复过"))]));
    };
    let answered =
        Ask { answer: text.to_owned(), answered_by: caller.name.clone(), answered_on: today(), ..found };
    let record = e.id.to_string();
    let mut tx = db.write(caller.event("campaigns.reply", ENTRY, &record, &e.township)).await?;
    if !asks::answer(&tx, &answered).await? {
        tx.rollback().await?;
        return Ok(Err(vec![("answer", msg!("已经答复过"))]));
    }
    entries::LOG.note(&tx, e.id, &caller.name, &caller.unit, "answered", "").await?;
    tx.changed_of(e.person, ENTRY, &record, "answer", None, Some(answered.answered_on.clone()));
    tx.commit().await?;
    Ok(Ok(()))
}
