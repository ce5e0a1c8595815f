//! What follows from a round: what the rules propose, to whom, why, and what the law bars. Nothing follows by itself.

use super::collect::{part_of, year_before};
use super::given::Given;
use super::model::Round;
use super::store;
use crate::slices::places::store::today;
use crate::slices::posts::model::Refusal;
use crate::slices::posts::{self, Holding, Rulebook};
use appraisal::propose;
use kernel::{Day, Lang};
use platform::db::{Db, DbError, DbResult, WriteTx, new_id, now_ms};
use platform::values;
use policy::posts::{Group, Team, Track};
use policy::{Consequence, Pack};
use std::collections::{HashMap, HashSet};

/// A proposal to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposed {
    pub code: String,
    pub village: String,
    pub township: String,
    pub consequence: String,
    pub action: String,
    pub applies_to: String,
    /// Yuan in hundredths.
    pub amount: Option<i64>,
    pub basis: String,
    pub person: Option<i64>,
    pub person_name: String,
    pub holding: Option<i64>,
    /// Why: the rule in words and the figures it used.
    pub because: String,
    /// Why it goes no further; empty where it may be decided.
    pub barred: String,
}

/// What a round's published results propose.
pub async fn proposed(db: &Db, round: &Round) -> DbResult<Vec<Proposed>> {
    let given = Given::of(db, round).await?;
    let pack = given.pack.clone();
    let made = given.appraised(|done| {
        let made = propose(&pack, &given.facts, Some(done)).made;
        made.into_iter()
            .map(|p| {
                let s = &done.subjects[p.subject];
                let result = |name: &str| match name {
                    "total" => kernel::Score(s.total).to_string(),
                    "rank" => s.rank.to_string(),
                    _ => pack.grades.get(usize::from(s.grade)).map(|g| g.label.clone()).unwrap_or_default(),
                };
                let because = because(&pack, &given, p.consequence, p.alternative, p.subject, &result);
                (given.facts.code(p.subject), p.consequence, p.amount, because)
            })
            .collect::<Vec<_>>()
    });
    let made =
        made.map_err(|t| DbError::Version(format!("a score of subject {} is too large", t.subject)))?;
    let subjects: HashMap<String, super::model::Subject> =
        store::subjects(db, round.id, "").await?.into_iter().map(|s| (s.code.clone(), s)).collect();
    let day = today();
    let holds = posts::store::of_part(db, &part_of(round), &day).await?;
    let mut by_village: HashMap<&str, Vec<&Holding>> = HashMap::new();
    holds.iter().for_each(|h| by_village.entry(&h.village).or_default().push(h));
    let rules = Rulebook::read(db, &day).await?;
    let mut out = Vec::new();
    for (code, at, amount, because) in made {
        let Some(subject) = subjects.get(&code) else { continue };
        let c = &pack.consequences[at];
        let plain = |hold: Option<&Holding>, barred: String| Proposed {
            code: code.clone(),
            village: subject.village.clone(),
            township: subject.township.clone(),
            consequence: c.id.clone(),
            action: c.action.clone(),
            applies_to: c.applies_to.clone(),
            amount: amount.filter(|a| *a != 0),
            basis: c.basis.clone(),
            person: hold.map(|h| h.person).or(subject.person),
            person_name: hold.map_or_else(
                || subject.person.map(|_| subject.name.clone()).unwrap_or_default(),
                |h| h.person_name.clone(),
            ),
            holding: hold.map(|h| h.id),
            because: because.clone(),
            barred,
        };
        if c.applies_to == "village" {
            out.push(plain(None, String::new()));
            continue;
        }
        let empty = Vec::new();
        let there = by_village.get(subject.village.as_str()).unwrap_or(&empty);
        let team = |h: &Holding| rules.of(&h.village).post_on(&h.post, &day).map(|p| p.team);
        let mut held = reached(c, there, team);
        if let Some(person) = subject.person {
            held.retain(|h| h.person == person);
        }
        if held.is_empty() {
            out.push(plain(None, "这个职务现在没有人担任，没有建议的对象".to_owned()));
        }
        for hold in held {
            let barred = match lawful(c, hold) {
                Some(why) => why,
                None => long_enough(db, round, c, hold).await?,
            };
            out.push(plain(Some(hold), barred));
        }
    }
    Ok(out)
}

/// Who is meant by a consequence among those in post: each person once.
fn reached<'h>(
    c: &Consequence,
    holds: &[&'h Holding],
    team: impl Fn(&Holding) -> Option<Team>,
) -> Vec<&'h Holding> {
    let holds_post = |person: i64, post: &str| holds.iter().any(|h| h.person == person && h.post == post);
    let mut seen = HashSet::new();
    holds
        .iter()
        .copied()
        .filter(|h| match c.applies_to.as_str() {
            "concurrent_head" => h.post == "party_secretary" && holds_post(h.person, "village_director"),
            "committee" => team(h).is_some_and(|t| Group::TwoCommittees.holds(t)),
            post => h.post == post,
        })
        .filter(|h| seen.insert(h.person))
        .collect()
}

/// What bars a removal by law: a seat that villagers gave is not taken by anybody. Names the lawful ways.
fn lawful(c: &Consequence, hold: &Holding) -> Option<String> {
    let takes = matches!(c.action.as_str(), "propose_removal" | "adjust");
    (takes && hold.track == Track::Elected).then(|| Refusal::Elected.message().text(Lang::Zh))
}

/// Whether a holder held the post long enough in both years; the reason where not.
async fn long_enough(db: &Db, round: &Round, c: &Consequence, hold: &Holding) -> DbResult<String> {
    let Some(least) = c.held_months else { return Ok(String::new()) };
    let all = posts::store::of_person(db, hold.person).await?;
    let own: Vec<&Holding> =
        all.iter().filter(|h| h.village == hold.village && h.post == hold.post).collect();
    let (year, before) = (round.year.as_str(), year_before(&round.year));
    let (now, then) = (months_held(&own, year), months_held(&own, &before));
    if now >= least && then >= least {
        return Ok(String::new());
    }
    Ok(format!(
        "{before}年任职 {then} 个月，{year}年 {now} 个月，办法要求两年都满 {least} 个月，不对本人提出"
    ))
}

/// In how many months of a year a post was held on the month's last day.
fn months_held(holds: &[&Holding], year: &str) -> u32 {
    let Ok(year) = year.parse::<i16>() else { return 0 };
    let last = |month: i8| Day::new(year, month, 1).ok().map(|d| d.last_of_month().to_string());
    let days = (1..=12).filter_map(last);
    days.filter(|day| holds.iter().any(|h| h.from_on <= *day && *day <= h.to_on)).count() as u32
}

/// The rule in words and the figures it used.
fn because(
    pack: &Pack,
    given: &Given,
    consequence: usize,
    alternative: usize,
    subject: usize,
    result: &dyn Fn(&str) -> String,
) -> String {
    let c = &pack.consequences[consequence];
    let mut names: Vec<&str> = c
        .when
        .alternatives
        .get(alternative)
        .map(|a| a.names.iter().map(String::as_str).collect())
        .unwrap_or_default();
    names.dedup();
    let told: Vec<String> = names
        .into_iter()
        .map(|name| match pack.fact(name) {
            Some(f) => {
                let fact = &pack.facts[f];
                let value = given.facts.value(f, subject).map(|v| v.to_owned().text()).unwrap_or_default();
                format!("{}：{value}{}", fact.label, fact.unit)
            }
            None => {
                let label = match name {
                    "total" => "总分",
                    "rank" => "名次",
                    _ => "等次",
                };
                format!("{label}：{}", result(name))
            }
        })
        .collect();
    format!("{}\n{}", pack.condition_text(&c.when), told.join("；"))
}

/// Writes proposals; those that are barred are kept with the reason and cannot be decided.
pub async fn write(tx: &WriteTx, round: &Round, all: &[Proposed]) -> DbResult<()> {
    let row = |p: &Proposed| {
        values![
            new_id(),
            round.id,
            round.version,
            p.code.as_str(),
            p.village.as_str(),
            p.township.as_str(),
            p.consequence.as_str(),
            p.action.as_str(),
            p.applies_to.as_str(),
            p.amount,
            p.basis.as_str(),
            p.person,
            p.person_name.as_str(),
            p.holding,
            p.because.as_str(),
            p.barred.as_str(),
            if p.barred.is_empty() { "proposed" } else { "void" },
            now_ms()
        ]
    };
    let into = "proposal (id, round, version, code, village, township, consequence, action, applies_to, amount, basis, \
                person, person_name, holding, because, barred, state, at)";
    tx.insert_many(into, all.iter().map(row).collect(), "").await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hold(from: &str, to: &str) -> Holding {
        Holding {
            id: 1,
            village: "990101101200".into(),
            township: "990101101".into(),
            post: "party_secretary".into(),
            track: Track::Party,
            title: String::new(),
            person: 7,
            person_name: "何例甲".into(),
            term: None,
            from_on: from.into(),
            to_on: to.into(),
            way_in: String::new(),
            way_out: String::new(),
            ground_in: String::new(),
            ground_out: String::new(),
            filing: None,
            rev: 1,
        }
    }

    #[test]
    fn j10_months_are_counted_by_their_last_day() {
        let (a, b) = (hold("2025-03-31", "2025-06-29"), hold("2025-11-02", "9999-12-31"));
        assert_eq!(months_held(&[&a], "2025"), 3, "March, April, May");
        assert_eq!(months_held(&[&a, &b], "2025"), 5, "and November, December");
        assert_eq!(months_held(&[&a, &b], "2026"), 12);
        assert_eq!(months_held(&[&a], "2024"), 0);
    }
}
