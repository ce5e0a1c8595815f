//! The demo's persons: what the facts hint at, the files, the facts that the files then bear out.

use super::super::{Done, Stop, server::failed};
use crate::slices::calendar;
use crate::slices::people::parts::{
    self, Claim, ClaimState, CvLine, Education, FamilyMember, Merit, PoolStay, Whereabouts,
};
use crate::slices::people::{Field, Values, corrections, store as people};
use crate::slices::places::facts::Entry;
use crate::slices::places::store::today;
use crate::slices::pools;
use crate::slices::posts::{self, store as holdings};
use appraisal::{FactReader, classify};
use platform::access::{Action, Caller};
use platform::db::{Db, Value, WriteTx, numbered};
use platform::values;
use policy::posts::{Posts, WayOut, Word};
use policy::{Colouring, Pack};
use standards::PartialDate;
use std::collections::BTreeMap;
use std::path::Path;
use synth::Place;
use synth::people::{Hint, LASTS, Oddity, PeopleOptions, Person, Roster};
use tables::Input;

/// What the facts of villages say of their people, by village: what decided a colour must be true of them.
pub fn hints(pack: &Pack, facts_file: &Path, entries: &[Entry]) -> Result<BTreeMap<String, Hint>, Stop> {
    let mut out: BTreeMap<String, Hint> = BTreeMap::new();
    let Some(table) = &pack.colours else { return Ok(out) };
    let (mut notices, mut faults) = (Vec::new(), Vec::new());
    let facts = FactReader { pack, persons: false, beside: None }
        .read(&Input::quiet(facts_file), &mut notices, &mut faults)
        .map_err(|e| failed(format!("{e:?}")))?;
    let column = table.facts.iter().position(|f| pack.facts[*f].id == "team_avg_age");
    let mut by_age = Vec::new();
    for (i, found) in classify(pack, &facts).iter().enumerate() {
        if let (Colouring::Rule(rule), Some(column)) = (found, column)
            && table.rules[*rule].tests[column].is_some()
        {
            by_age.push(facts.code(i).to_string());
        }
    }
    for e in entries {
        let hint = out.entry(e.code.clone()).or_default();
        match e.fact.as_str() {
            "secretary_age" => hint.secretary_age = e.value.parse().ok(),
            "team_avg_age" if by_age.contains(&e.code) => hint.team_age = e.value.parse().ok(),
            "committee_complete" => hint.complete = Some(e.value == "是"),
            "reserve_count" => hint.reserves = e.value.parse().ok(),
            _ => {}
        }
    }
    Ok(out)
}

/// The people of a county.
pub fn make(places: &[Place], hints: &BTreeMap<String, Hint>, seed: u64, persons: usize) -> Vec<Roster> {
    synth::people(places, &PeopleOptions { seed, today: &today(), persons, hints })
}

/// Whether a post of the two committees.
fn leads(post: &str) -> bool {
    post.starts_with("party_") || post.starts_with("village_") || post == "committee_member"
}

/// Facts that come from the registry say what the files say.
pub fn bear_out(rosters: &[Roster], entries: &mut Vec<Entry>) {
    let day = today();
    let by_code: BTreeMap<&str, &Roster> = rosters.iter().map(|r| (r.village.as_str(), r)).collect();
    entries.retain_mut(|entry| {
        let Some(roster) = by_code.get(entry.code.as_str()) else { return true };
        let now = |p: &&Person, post: &dyn Fn(&str) -> bool| {
            p.holds.iter().any(|h| h.to_on == LASTS && post(h.post))
        };
        let secretary = roster.persons.iter().find(|p| now(p, &|post| post == "party_secretary"));
        let team: Vec<&Person> = roster.persons.iter().filter(|p| now(p, &leads)).collect();
        let value = match entry.fact.as_str() {
            "secretary_age" => secretary.and_then(|p| age(p, &day)).map(|age| age.to_string()),
            "secretary_since" => secretary.and_then(|p| {
                p.holds.iter().filter(|h| h.post == "party_secretary").map(|h| h.from_on.clone()).min()
            }),
            "team_avg_age" => {
                let ages: Vec<u32> = team.iter().filter_map(|p| age(p, &day)).collect();
                let sum = f64::from(ages.iter().sum::<u32>());
                (!ages.is_empty()).then(|| format!("{:.1}", sum / ages.len() as f64))
            }
            "committee_complete" => {
                Some(if roster.odd.contains(&Oddity::Vacancy) { "否" } else { "是" }.to_owned())
            }
            "reserve_count" => {
                let counts =
                    |p: &&Person| p.stays.iter().any(|s| s.pool == "secretary_reserve" && s.to_on == LASTS);
                Some(roster.persons.iter().filter(counts).count().to_string())
            }
            "college_share" => {
                let college = team.iter().filter(|p| p.education <= "30").count();
                (!team.is_empty()).then(|| format!("{:.1}", 100.0 * college as f64 / team.len() as f64))
            }
            "has_bachelor" => {
                let full = |p: &&Person| p.studies.iter().any(|s| !s.part_time && s.level <= "20");
                let serves = |p: &&Person| p.holds.iter().any(|h| h.to_on == LASTS);
                let any = roster.persons.iter().filter(serves).any(|p| full(&p));
                Some(if any { "是" } else { "否" }.to_owned())
            }
            _ => return true,
        };
        // Of a secretary who is not there nothing is known.
        value.map(|value| entry.value = value).is_some()
    });
}

fn age(person: &Person, day: &str) -> Option<u32> {
    let (born, day): (PartialDate, PartialDate) = (person.birth.parse().ok()?, day.parse().ok()?);
    born.age_on(day.first()).map(|age| u32::from(age.years))
}

/// A person of the demo that an account is made for.
pub struct Cadre {
    pub id: i64,
    pub name: String,
    pub village: String,
}

/// Writes everybody of a county; gives a secretary whose village has nothing odd, the first of them.
pub async fn fill(db: &Db, by: &Caller, rosters: &[Roster]) -> Result<Option<Cadre>, Stop> {
    let mut tx = db.write(by.event("demo.people", "county", &by.county, "")).await.map_err(failed)?;
    let new = rosters
        .iter()
        .flat_map(|r| &r.persons)
        .map(|p| people::New { values: values_of(p), synthetic: true });
    let ids = people::add_invented(&mut tx, new.collect()).await.map_err(failed)?;
    let persons = || rosters.iter().flat_map(|r| &r.persons).zip(ids.iter().copied());
    lists(&tx, persons).await?;
    let cadre = hold(&mut tx, rosters, &ids).await?;
    let day = today();
    let posts = Posts::in_force([], &day);
    posts::repost(&tx, &posts, &ids).await.map_err(failed)?;
    parts::repool(&tx, &ids, &day).await.map_err(failed)?;
    scores(&tx, persons(), &day).await?;
    left(&tx, persons()).await?;
    super::membership::fill(&tx, persons()).await?;
    tx.event().note = format!("{} 人", ids.len());
    tx.commit().await.map_err(failed)?;
    Ok(cadre)
}

/// The growth scores of the quarter before this for everybody in a pool, by the parts of the national defaults.
async fn scores<'p>(tx: &WriteTx, persons: impl Iterator<Item = (&'p Person, i64)>, day: &str) -> Done {
    let pools = policy::Pools::in_force([], day);
    let parts = pools.scores_on(day);
    let quarter = match day.get(5..7) {
        Some("01" | "02" | "03") => format!("{}-Q4", day[..4].parse::<u16>().unwrap_or_default() - 1),
        _ => {
            let this = pools::model::quarter_of(day);
            let n = this.get(6..).and_then(|n| n.parse::<u8>().ok()).unwrap_or(2);
            format!("{}-Q{}", &day[..4], n - 1)
        }
    };
    for (k, (person, id)) in persons.enumerate() {
        if !person.stays.iter().any(|s| s.to_on == LASTS) {
            continue;
        }
        // Between 65 and 95 of a hundred, spread over the parts.
        let share = |part: usize| 65 + ((k * 7 + part * 11) % 31) as i64;
        let given: BTreeMap<String, i64> =
            parts.iter().enumerate().map(|(n, p)| (p.id.clone(), p.full * share(n) / 100)).collect();
        let score = pools::Score {
            id: 0,
            person: id,
            person_name: String::new(),
            village: person.village.clone(),
            township: person.village.get(..9).unwrap_or_default().to_owned(),
            quarter: quarter.clone(),
            total: given.values().sum(),
            parts: given,
            by: "何例丁".into(),
            at: platform::db::now_ms(),
            warned_by: String::new(),
            warned_on: String::new(),
            warning: String::new(),
            rev: 1,
        };
        pools::store::put_score(tx, &score).await.map_err(failed)?;
    }
    Ok(())
}

/// Links an account with its person.
pub async fn link(db: &Db, by: &Caller, cadre: &Cadre, account: i64, login: &str) -> Done {
    let event = by.event("people.link", "person", &cadre.id.to_string(), &cadre.village);
    let mut tx = db.write(event).await.map_err(failed)?;
    people::link(&mut tx, cadre.id, Some((account, login)), &by.name).await.map_err(failed)?;
    tx.commit().await.map_err(failed)
}

/// What the person of an account asked to have corrected: one request that was answered, one that waits.
pub async fn ask(db: &Db, by: &Caller, cadre: &Cadre) -> Done {
    let person = people::find(db, cadre.id).await.map_err(failed)?;
    let begun = person.as_ref().and_then(|p| p.get(Field::WorkOn).get(..4)?.parse::<u16>().ok());
    let sooner = format!("{}-09", begun.unwrap_or(2015) - 1);
    let asked = [
        (Field::Strengths, "茶树栽培、农村电商", "去年取得了茶艺师证"),
        (Field::WorkOn, sooner.as_str(), "当时在村小学代课，有代课证明"),
    ];
    let calendar = calendar::calendar(db).await.map_err(failed)?;
    let now = today().parse().map_err(failed)?;
    for (k, (field, value, reason)) in asked.into_iter().enumerate() {
        let person = people::find(db, cadre.id).await.map_err(failed)?;
        let person = by.authorize(Action::AnswerCorrection, person).map_err(|e| failed(format!("{e:?}")))?;
        let rules = crate::slices::people::pages::rules(db, &cadre.village).await;
        let workdays = *rules.map_err(|e| failed(format!("{e:?}")))?.correction_workdays;
        let due_on = calendar.add_workdays(now, workdays).day.to_string();
        let mut event = by.event("correction.ask", "person", &cadre.id.to_string(), &cadre.village);
        event.actor_name.clone_from(&cadre.name);
        let mut tx = db.write(event).await.map_err(failed)?;
        let new = corrections::New { field, value, reason, attachment: None, due_on: &due_on };
        let made = corrections::ask(&mut tx, &person, &new).await.map_err(failed)?;
        tx.commit().await.map_err(failed)?;
        if let (0, Some(id)) = (k, made)
            && let Some(correction) = corrections::find(db, id).await.map_err(failed)?
        {
            let text = "证书原件看过了，已改。";
            let answer = corrections::Answer { grant: true, text, document: "", document_on: "" };
            corrections::answer(db, by, &person, &correction, &answer).await.map_err(failed)?;
        }
    }
    Ok(())
}

fn values_of(p: &Person) -> Values {
    let told = p.told.last();
    let of = |f: Field| -> &str {
        match f {
            Field::Name => &p.name,
            Field::Sex => p.sex,
            Field::Birth => &p.birth,
            Field::Identity => &p.identity,
            Field::Ethnic => p.ethnic,
            Field::Origin => &p.origin,
            Field::Birthplace => &p.birthplace,
            Field::Marital => p.marital,
            Field::Political => p.political,
            Field::PartyOn => &p.party_on,
            Field::Stage => p.stage,
            Field::WorkOn => &p.work_on,
            Field::Education => p.education,
            Field::Degree => p.degree,
            Field::Technical => p.technical,
            Field::Strengths => p.strengths,
            Field::Source => p.source,
            Field::Village => &p.village,
            Field::Phone => &p.phone,
            Field::Bank => &p.bank,
            Field::Health => p.health,
            Field::Whereabouts => told.map_or("", |t| t.place),
            Field::Employment => told.map_or("", |t| t.employment),
            Field::Intention => told.map_or("", |t| t.intention),
            Field::ToldOn => told.map_or("", |t| &t.day),
        }
    };
    Field::ALL.into_iter().map(|f| (f, of(f).to_owned())).filter(|(_, value)| !value.is_empty()).collect()
}

/// Nine in the morning of a day, milliseconds.
fn morning(day: &str) -> i64 {
    let day: Option<PartialDate> = day.parse().ok();
    let zoned = day.and_then(|d| d.first().at(1, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC).ok());
    zoned.map_or(0, |z| z.timestamp().as_millisecond())
}

/// The rows that hang on persons. Their histories begin with the file itself.
async fn lists<'p, I: Iterator<Item = (&'p Person, i64)>>(tx: &WriteTx, persons: impl Fn() -> I) -> Done {
    let rows: Vec<_> =
        persons().flat_map(|(p, id)| p.studies.iter().map(move |s| (id, education(s)))).collect();
    parts::put_untold(tx, &rows).await.map_err(failed)?;
    let line = |s: &synth::people::Spell| CvLine {
        from_on: s.from_on.clone(),
        to_on: s.to_on.clone(),
        text: s.text.clone(),
    };
    let rows: Vec<_> = persons().flat_map(|(p, id)| p.cv.iter().map(move |s| (id, line(s)))).collect();
    parts::put_untold(tx, &rows).await.map_err(failed)?;
    let rows: Vec<_> =
        persons().flat_map(|(p, id)| p.family.iter().map(move |r| (id, relative(r)))).collect();
    parts::put_untold(tx, &rows).await.map_err(failed)?;
    let rows: Vec<_> = persons().flat_map(|(p, id)| p.merits.iter().map(move |m| (id, merit(m)))).collect();
    parts::put_untold(tx, &rows).await.map_err(failed)?;
    let rows: Vec<_> = persons().flat_map(|(p, id)| p.claims.iter().map(move |c| (id, claim(c)))).collect();
    parts::put_untold(tx, &rows).await.map_err(failed)?;
    let rows: Vec<_> = persons().flat_map(|(p, id)| p.told.iter().map(move |t| (id, told(t)))).collect();
    parts::put_untold(tx, &rows).await.map_err(failed)?;
    let rows: Vec<_> = persons().flat_map(|(p, id)| p.stays.iter().map(move |s| (id, stay(s)))).collect();
    parts::put_untold(tx, &rows).await.map_err(failed).map(drop)
}

fn education(s: &synth::people::Study) -> Education {
    Education {
        mode: if s.part_time { "part" } else { "full" }.into(),
        level: s.level.into(),
        degree: s.degree.into(),
        school: s.school.clone(),
        major: s.major.into(),
        from_on: s.from_on.clone(),
        to_on: s.to_on.clone(),
    }
}

fn relative(r: &synth::people::Relative) -> FamilyMember {
    FamilyMember {
        relation: r.relation.into(),
        name: r.name.clone(),
        birth: r.birth.clone(),
        political: r.political.into(),
        work: r.work.clone(),
    }
}

fn merit(m: &synth::people::Merit) -> Merit {
    Merit {
        kind: if m.sanction { "sanction" } else { "reward" }.into(),
        day: m.day.clone(),
        title: m.title.clone(),
        by_whom: m.by_whom.clone(),
        document: m.document.clone(),
        until: m.until.clone(),
    }
}

fn claim(c: &synth::people::Claim) -> Claim {
    let recognised = !c.recognised_on.is_empty();
    let said = |text: &str| if recognised { text.to_owned() } else { String::new() };
    Claim {
        kind: c.kind.into(),
        value: c.value.clone(),
        document: c.document.into(),
        document_on: c.document_on.clone(),
        attachment: None,
        state: if recognised { ClaimState::Recognised } else { ClaimState::Proposed }.id().into(),
        source: "合成数据".into(),
        by_account: None,
        by_name: c.by.clone(),
        at: morning(&c.document_on),
        decided_by: said(&c.by),
        decided_unit: said("组织部"),
        decided_at: recognised.then(|| morning(&c.recognised_on)),
        reason: said("与原件核对一致"),
    }
}

fn told(t: &synth::people::Told) -> Whereabouts {
    Whereabouts {
        day: t.day.clone(),
        place: t.place.into(),
        employment: t.employment.into(),
        intention: t.intention.into(),
        how: t.how.into(),
        by_name: t.by.clone(),
        at: morning(&t.day),
    }
}

fn stay(s: &synth::people::Stay) -> PoolStay {
    PoolStay {
        pool: s.pool.into(),
        from_on: s.from_on.clone(),
        to_on: s.to_on.clone(),
        ground_in: s.ground_in.clone(),
        ground_out: s.ground_out.clone(),
    }
}

/// Terms and holds.
async fn hold(tx: &mut WriteTx, rosters: &[Roster], ids: &[i64]) -> Result<Option<Cadre>, Stop> {
    let terms: Vec<holdings::Term> = rosters
        .iter()
        .flat_map(|r| r.terms.iter().map(move |t| (r, t)))
        .map(|(r, t)| holdings::Term {
            id: 0,
            village: r.village.clone(),
            track: t.track,
            name: t.name.to_owned(),
            from_on: t.from_on.clone(),
            to_on: t.to_on.clone(),
            ground: t.ground.clone(),
            ended_on: t.ended_on.clone(),
        })
        .collect();
    let term_ids = holdings::add_terms(tx, &terms).await.map_err(failed)?;
    let (mut first_term, mut next) = (0, 0);
    let (mut new, mut cadre) = (Vec::new(), None);
    for roster in rosters {
        for p in &roster.persons {
            let id = ids[next];
            next += 1;
            for h in &p.holds {
                let (leads, odd) = (h.post == "party_secretary" && h.to_on == LASTS, !roster.odd.is_empty());
                if leads && !odd && cadre.is_none() {
                    cadre = Some(Cadre { id, name: p.name.clone(), village: roster.village.clone() });
                }
                new.push(holdings::New {
                    village: roster.village.clone(),
                    post: h.post.into(),
                    track: h.track,
                    title: h.title.clone(),
                    person: id,
                    term: h.term.and_then(|t| term_ids.get(first_term + t).copied()),
                    from_on: h.from_on.clone(),
                    to_on: h.to_on.clone(),
                    way_in: h.way_in.id().into(),
                    way_out: h.way_out.map_or("", Word::id).into(),
                    ground_in: h.ground_in.clone(),
                    ground_out: h.ground_out.clone(),
                    filing: None,
                    batch: None,
                });
            }
        }
        first_term += roster.terms.len();
    }
    holdings::begin(tx, &new).await.map_err(failed)?;
    Ok(cadre)
}

/// Who left is kept, and no more among those in use.
async fn left<'p>(tx: &WriteTx, persons: impl Iterator<Item = (&'p Person, i64)>) -> Done {
    let mut by_day: BTreeMap<(&str, &str), Vec<i64>> = BTreeMap::new();
    for (p, id) in persons.filter(|(p, _)| !p.left_on.is_empty()) {
        let dead = p.holds.iter().any(|h| h.way_out == Some(WayOut::Death));
        by_day.entry((if dead { "dead" } else { "left" }, p.left_on.as_str())).or_default().push(id);
    }
    for ((state, day), ids) in by_day {
        let places = numbered(3, ids.len());
        let sql = format!("update person set state = $1, state_on = $2 where id in ({})", places);
        let mut values = values![state, day];
        values.extend(ids.into_iter().map(Value::from));
        tx.run(&sql, values).await.map_err(failed)?;
    }
    Ok(())
}

/// Villages worth a look, for the file of accounts.
pub fn worth_a_look(places: &[Place], rosters: &[Roster]) -> Vec<(&'static str, String)> {
    let all = [
        (Oddity::Vacancy, "班子有空缺"),
        (Oddity::NoWoman, "村委会没有妇女成员"),
        (Oddity::Kin, "“两委”成员里有近亲属"),
        (Oddity::Old, "书记超过六十岁"),
        (Oddity::NoReserve, "没有后备人选"),
        (Oddity::Twice, "同一个人有两份档案"),
    ];
    let name =
        |code: &str| places.iter().find(|p| p.code == code).map(|p| format!("{}{}", p.township, p.name));
    all.into_iter()
        .filter_map(|(odd, what)| {
            let roster = rosters.iter().find(|r| r.odd.contains(&odd))?;
            Some((what, name(&roster.village)?))
        })
        .collect()
}
