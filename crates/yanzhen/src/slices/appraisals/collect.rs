//! Who is appraised, by whom, and what the registry already knows of them.

use super::model::{Round, Sheet, Subject};
use super::store::{self, RoundFact};
use crate::slices::places::model::FOREVER;
use crate::slices::places::store::{self as places, today};
use crate::slices::places::{Village, facts, registry};
use crate::slices::{duty, posts};
use platform::access::Part;
use platform::db::{Db, DbResult, now_ms};
use platform::values;
use policy::posts::{About, Group};
use policy::{Method, Pack};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The part of the county that a round's subjects stand in.
pub fn part_of(round: &Round) -> Part {
    Part::parse(&round.part).unwrap_or(Part::County)
}

/// The subjects of a round by its filter: every village of its part, or whoever holds one of its posts there today.
/// Somebody with several posts is appraised once, where the first of the listed posts is held.
pub async fn population(db: &Db, round: &Round) -> DbResult<Vec<Subject>> {
    let part = part_of(round);
    let villages = places::villages(db, &part).await?;
    if !round.of_persons() {
        return Ok(villages.iter().map(of_village).collect());
    }
    let by_code: HashMap<&str, &Village> = villages.iter().map(|v| (v.code.as_str(), v)).collect();
    let wanted: Vec<&str> = round.posts.split('|').filter(|p| !p.is_empty()).collect();
    let mut holds = posts::store::of_part(db, &part, &today()).await?;
    holds.retain(|h| wanted.contains(&h.post.as_str()));
    holds.sort_by_key(|h| wanted.iter().position(|p| *p == h.post));
    let mut out: BTreeMap<String, Subject> = BTreeMap::new();
    for hold in holds {
        let Some(village) = by_code.get(hold.village.as_str()) else { continue };
        out.entry(hold.person.to_string()).or_insert_with(|| Subject {
            code: hold.person.to_string(),
            name: hold.person_name.clone(),
            person: Some(hold.person),
            ..of_village(village)
        });
    }
    Ok(out.into_values().collect())
}

fn of_village(village: &Village) -> Subject {
    Subject {
        code: village.code.clone(),
        name: village.short.clone(),
        village: village.code.clone(),
        township: village.township.clone(),
        township_name: village.township_name.clone(),
        person: None,
    }
}

/// The raters that a pack names, as spelled, in its order: who marks, and who owes a fact.
pub fn raters(pack: &Pack) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for rater in pack.indicators.iter().flat_map(|i| &i.raters) {
        if rater != "system" && rater != "ballot" && !out.contains(rater) {
            out.push(rater.clone());
        }
    }
    out
}

/// The sheets that a round needs: one a unit, one a township for the raters of townships.
pub fn sheets(round: &Round, pack: &Pack, subjects: &[Subject]) -> Vec<Sheet> {
    let towns: BTreeMap<&str, &str> =
        subjects.iter().map(|s| (s.township.as_str(), s.township_name.as_str())).collect();
    let sheet = |rater: &str, township: &str, unit: String| Sheet {
        id: 0,
        round: round.id,
        rater: rater.to_owned(),
        township: township.to_owned(),
        unit,
        due_on: round.marks_due.clone(),
        submitted_at: None,
        submitted_by: String::new(),
        note: String::new(),
        reminded_at: None,
        retired_at: None,
        retired_for: String::new(),
        rev: 1,
    };
    let mut out = Vec::new();
    for rater in raters(pack) {
        if rater == "township" {
            out.extend(towns.iter().map(|(code, name)| sheet(&rater, code, (*name).to_owned())));
        } else {
            out.push(sheet(&rater, "", pack.rater_text(&rater)));
        }
    }
    out
}

/// The facts that count for an indicator: positions among the pack's.
pub fn facts_of(pack: &Pack, indicator: usize) -> Vec<usize> {
    let ind = &pack.indicators[indicator];
    let mut out: Vec<usize> = match &ind.method {
        Method::Formula { expr } => expr.names.iter().filter_map(|n| pack.fact(n)).collect(),
        Method::Veto { when, .. } => {
            when.alternatives.iter().flat_map(|a| &a.names).filter_map(|n| pack.fact(n)).collect()
        }
        method => method.fact().into_iter().collect(),
    };
    if let Method::Ratio { target: policy::Target::Fact(t), .. }
    | Method::RatioDown { target: policy::Target::Fact(t), .. } = &ind.method
    {
        out.push(*t);
    }
    let mut seen = BTreeSet::new();
    out.retain(|f| seen.insert(*f));
    out
}

/// What the registry knows of the subjects: each fact of the round's year, else the latest before it; grades of the year
/// before; for persons, their village's results and facts.
pub async fn from_registry(
    db: &Db,
    round: &Round,
    pack: &Pack,
    subjects: &[Subject],
) -> DbResult<Vec<RoundFact>> {
    let mut out: BTreeMap<(String, String), RoundFact> = BTreeMap::new();
    let known = village_facts(db, round).await?;
    let asked: Vec<&policy::Fact> = pack.facts.iter().filter(|f| f.subject == round.subject).collect();
    let at = now_ms();
    let give =
        |code: &str, fact: &policy::Fact, value: String, source: String, day: &str, by: &str| RoundFact {
            code: code.to_owned(),
            fact: fact.id.clone(),
            value,
            source,
            day: day.to_owned(),
            unit: String::new(),
            by: by.to_owned(),
            at,
            evidence: None,
        };
    let mut derived = derived(db, round, subjects).await?;
    if round.of_persons() {
        let choices = asked.iter().copied().filter(|f| f.source == "registry" && !f.choices.is_empty());
        derived.extend(posts_held(db, round, subjects, &choices.collect::<Vec<_>>()).await?);
    }
    // What was noted during the year counts where the pack says so.
    let codes: Vec<String> = subjects.iter().map(|s| s.code.clone()).collect();
    let about = if round.of_persons() { About::Person } else { About::Village };
    let noted = duty::facts_of(db, &round.year, about, &codes).await?;
    // Where nothing at all was noted, none is no finding: the fact stays missing.
    let kept: BTreeSet<String> = noted.iter().filter(|r| r.value > 0).map(|r| r.fact.clone()).collect();
    for row in noted.into_iter().filter(|r| kept.contains(&r.fact)) {
        derived.entry((row.code, row.fact)).or_insert((row.value.to_string(), row.source));
    }
    for subject in subjects {
        for fact in &asked {
            let key = (subject.code.clone(), fact.id.clone());
            if let Some((value, source)) = derived.get(&key) {
                if fact.parse(value).is_ok() {
                    let row = give(&subject.code, fact, value.clone(), source.clone(), "", "");
                    out.insert(key, row);
                }
            } else if let Some(k) = known.get(&(subject.village.clone(), fact.id.clone()))
                && fact.parse(&k.value).is_ok()
            {
                let mut row = give(&subject.code, fact, k.value.clone(), k.source.clone(), &k.day, &k.by);
                (row.at, row.evidence) = (k.at, k.evidence);
                out.insert(key, row);
            }
        }
    }
    Ok(out.into_values().collect())
}

struct Known {
    value: String,
    source: String,
    day: String,
    by: String,
    at: i64,
    evidence: Option<i64>,
}

/// Facts of villages: of the round's year or a part of it, else without a period; an older year's figure is none of this.
async fn village_facts(db: &Db, round: &Round) -> DbResult<HashMap<(String, String), Known>> {
    let sql = "select code, fact, period, value, source, day, by_name, at, evidence from fact \
               where period = '' or period = $1 or period like $2 order by code, fact, period";
    let mut out = HashMap::new();
    for r in db.rows(sql, values![round.year.as_str(), format!("{}-%", round.year)]).await? {
        // The year itself stands before its parts and after no period: the year counts, then its latest part.
        let key = (r.text(0)?, r.text(1)?);
        let whole = r.text(2)? == round.year;
        let known = Known {
            value: r.text(3)?,
            source: r.text(4)?,
            day: r.text(5)?,
            by: r.text(6)?,
            at: r.int(7)?,
            evidence: r.get(8)?,
        };
        let settled = out.get(&key).is_some_and(|(whole, _): &(bool, Known)| *whole);
        if !settled {
            out.insert(key, (whole, known));
        }
    }
    Ok(out.into_iter().map(|(k, (_, known))| (k, known)).collect())
}

/// Facts that choose among posts, such as the class of post that a pack ranks within, told from the posts held today.
async fn posts_held(
    db: &Db,
    round: &Round,
    subjects: &[Subject],
    facts: &[&policy::Fact],
) -> DbResult<HashMap<(String, String), (String, String)>> {
    let mut out = HashMap::new();
    if facts.is_empty() {
        return Ok(out);
    }
    let day = today();
    let rules = posts::Rulebook::read(db, &day).await?;
    let mut held: HashMap<i64, Vec<(String, bool)>> = HashMap::new();
    for h in posts::store::of_part(db, &part_of(round), &day).await? {
        let posts = rules.of(&h.village);
        let team = posts.post_on(&h.post, &day).map(|p| p.team);
        let committee = team.is_some_and(|t| Group::TwoCommittees.holds(t));
        held.entry(h.person).or_default().push((posts.title(&h.post, &h.from_on).to_owned(), committee));
    }
    for s in subjects {
        let Some(posts) = s.person.and_then(|p| held.get(&p)) else { continue };
        for fact in facts {
            if let Some(choice) = post_choice(&fact.choices, posts) {
                let source = posts.iter().map(|(title, _)| title.as_str()).collect::<Vec<_>>().join("、");
                out.insert((s.code.clone(), fact.id.clone()), (choice.to_owned(), source));
            }
        }
    }
    Ok(out)
}

/// Which of a fact's choices somebody's posts are, each with its title and whether it is on the party branch or the village
/// committee: both top posts in one hand, else the first choice that is a post's title, else the others of both committees.
fn post_choice<'c>(choices: &'c [String], posts: &[(String, bool)]) -> Option<&'c str> {
    let is = |title: &str| posts.iter().any(|(t, _)| t == title);
    let one_of = |word: &str| choices.iter().find(|c| *c == word).map(String::as_str);
    let both = is("村党组织书记") && is("村委会主任");
    both.then(|| one_of("一肩挑"))
        .flatten()
        .or_else(|| choices.iter().find(|c| is(c)).map(String::as_str))
        .or_else(|| posts.iter().any(|(_, committee)| *committee).then(|| one_of("其他两委成员")).flatten())
}

/// The year before, as it is written.
pub fn year_before(year: &str) -> String {
    year.parse::<i32>().map(|y| (y - 1).to_string()).unwrap_or_default()
}

/// What follows from records: the last grade, and for persons the village's result of the same year.
async fn derived(
    db: &Db,
    round: &Round,
    subjects: &[Subject],
) -> DbResult<HashMap<(String, String), (String, String)>> {
    let mut out = HashMap::new();
    let before = year_before(&round.year);
    if round.of_persons() {
        let sql = "select r.code, r.grade, o.title from round_result r join round o on o.id = r.round \
                   and o.version = r.version where o.year = $1 and o.subject = 'person' and r.grade <> '' \
                   and o.state in ('closed', 'archived') order by o.id";
        for row in db.rows(sql, values![before.as_str()]).await? {
            let key = (row.text(0)?, "grade_last_year".to_owned());
            out.insert(key, (row.text(1)?, row.text(2)?));
        }
        let sql = "select r.code, r.total, r.rank, r.grade, o.title from round_result r join round o on o.id = r.round \
                   and o.version = r.version where o.year = $1 and o.subject = 'village' and r.grade <> '' \
                   and o.state in ('published', 'closed', 'archived') order by o.id";
        let mut results: HashMap<String, (i64, i64, String, String)> = HashMap::new();
        for r in db.rows(sql, values![round.year.as_str()]).await? {
            results.insert(r.text(0)?, (r.int(1)?, r.int(2)?, r.text(3)?, r.text(4)?));
        }
        for s in subjects {
            if let Some((total, rank, grade, title)) = results.get(&s.village) {
                for (fact, value) in [
                    ("village_total", kernel::Score(*total).to_string()),
                    ("village_rank", rank.to_string()),
                    ("village_grade", grade.clone()),
                ] {
                    out.insert((s.code.clone(), fact.to_owned()), (value, title.clone()));
                }
            }
        }
        return Ok(out);
    }
    let grades = grades_of(db, &before, subjects).await?;
    for s in subjects {
        if let Some((grade, source)) = grades.get(&s.code) {
            out.insert((s.code.clone(), "grade_last_year".to_owned()), (grade.clone(), source.clone()));
        }
    }
    Ok(out)
}

/// The grades of a year that villages carry, with where each comes from. A grade stays with the village across mergers: a village
/// that was not graded itself carries the best of those that went into it, so that a merger makes nobody's worse.
pub async fn grades_of(
    db: &Db,
    year: &str,
    subjects: &[Subject],
) -> DbResult<HashMap<String, (String, String)>> {
    let mut own: HashMap<String, (String, String)> = HashMap::new();
    for r in
        db.rows("select code, grade, pack from grade where year = $1 and grade <> ''", values![year]).await?
    {
        own.insert(r.text(0)?, (r.text(1)?, r.text(2)?));
    }
    let into = registry::merged(db).await?;
    let mut out = HashMap::new();
    for s in subjects {
        if let Some(found) = own.get(&s.village) {
            out.insert(s.code.clone(), found.clone());
            continue;
        }
        let gone = into.get(&s.village).into_iter().flatten();
        let best = gone
            .filter_map(|(code, name)| Some((own.get(code)?, name)))
            .min_by_key(|((grade, _), _)| registry::place_of(grade));
        if let Some(((grade, pack), name)) = best {
            out.insert(s.code.clone(), (grade.clone(), format!("{pack}（{name}）")));
        }
    }
    Ok(out)
}

/// What is owed of a round and by whom: the round's subjects a township, and the columns of each rater.
pub async fn owed(db: &Db, round: &Round) -> DbResult<HashMap<String, i64>> {
    let sql = "select township, count(*) from round_subject where round = $1 group by township";
    let rows = db.rows(sql, values![round.id]).await?;
    rows.iter().map(|r| Ok((r.text(0)?, r.int(1)?))).collect()
}

/// Whether a village still stands.
pub async fn stands(db: &Db, village: &str) -> DbResult<bool> {
    let sql = "select 1 from place where level = 'village' and code = $1 and valid_to = $2";
    Ok(db.one(sql, values![village, FOREVER]).await?.is_some())
}

/// Packs that a round of a part may be begun with, in force today.
pub async fn packs_for(db: &Db, part: &Part) -> DbResult<Vec<facts::Adopted>> {
    let all = facts::packs(db, &today()).await?;
    let reach: Vec<i64> = facts::reaching(db, &all, part.code()).await?.iter().map(|p| p.id).collect();
    Ok(all
        .into_iter()
        .filter(|p| p.pack.has_appraisal && (reach.contains(&p.id) || part.code().is_empty()))
        .collect())
}

/// The sheets of a round that are missing an office.
pub async fn homeless(db: &Db, round: &Round, pack: &Pack) -> DbResult<Vec<String>> {
    let sheets = store::sheets(db, round.id).await?;
    Ok(sheets.iter().filter(|s| s.unit.trim().is_empty()).map(|s| pack.rater_text(&s.rater)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn h8_a_class_of_post_is_told_from_the_posts_held() {
        let choices = |all: &[&str]| all.iter().map(|c| (*c).to_owned()).collect::<Vec<_>>();
        let posts = |all: &[(&str, bool)]| all.iter().map(|(t, c)| ((*t).to_owned(), *c)).collect::<Vec<_>>();
        let hezhang = choices(&["村党组织书记", "村委会主任", "其他两委成员", "后备干部"]);
        let gaotai = choices(&["村党组织书记", "村委会主任", "一肩挑", "其他两委成员"]);
        let both = posts(&[("村委会主任", true), ("村党组织书记", true)]);
        assert_eq!(post_choice(&hezhang, &both), Some("村党组织书记"));
        assert_eq!(post_choice(&gaotai, &both), Some("一肩挑"));
        assert_eq!(post_choice(&gaotai, &posts(&[("村委会委员", true)])), Some("其他两委成员"));
        assert_eq!(post_choice(&gaotai, &posts(&[("村文书", false)])), None);
        assert_eq!(post_choice(&choices(&["甲类村", "乙类村"]), &both), None);
    }
}
