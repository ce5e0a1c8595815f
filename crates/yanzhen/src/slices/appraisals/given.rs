//! What a round was given, as the engines read it: the same functions score a page's preview, a published result and the
//! command line.

use super::model::Round;
use super::store::{self, Changed, Outcome};
use crate::slices::places::facts::adopted;
use appraisal::{Appraisal, Excuses, FactReader, Facts, Lenient, Marks, Plan, TooLarge, appraise_excusing};
use platform::db::{Db, DbError, DbResult};
use policy::{CaseSubject, Missing, Pack};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Subjects, facts, marks and excuses of a round, with the pack that scores them.
pub struct Given {
    pub pack: Arc<Pack>,
    pub facts: Facts,
    /// Code, indicator, rater, hundredths.
    marks: Vec<(String, String, String, i64)>,
    /// Code, indicator, rule.
    excuses: Vec<(String, String, Missing)>,
}

/// The rule of an excuse by its id.
pub fn rule(id: &str) -> Option<Missing> {
    match id {
        "skip" => Some(Missing::Skip),
        "prorate" => Some(Missing::Prorate),
        "zero" => Some(Missing::Zero),
        _ => None,
    }
}

impl Given {
    /// What a round holds now.
    pub async fn of(db: &Db, round: &Round) -> DbResult<Given> {
        Given::at(db, round, i64::MAX).await
    }

    /// What a round held at a version: later changes are undone.
    pub async fn at(db: &Db, round: &Round, version: i64) -> DbResult<Given> {
        let pack = adopted(db, round.pack).await?;
        let mut facts: BTreeMap<(String, String), String> = BTreeMap::new();
        for (code, fact, value) in store::facts(db, round.id).await? {
            facts.insert((code, fact), value);
        }
        let mut marks: HashMap<(String, String, String), i64> = HashMap::new();
        for (code, indicator, rater, mark) in store::marks(db, round.id).await? {
            marks.insert((code, indicator, rater), mark);
        }
        let mut excuses: BTreeMap<(String, String), String> = BTreeMap::new();
        for e in store::excuses(db, round.id).await? {
            excuses.insert((e.code, e.indicator), e.rule);
        }
        if version < round.version {
            for c in store::changes_after(db, round.id, version).await? {
                undo(&c, &mut facts, &mut marks, &mut excuses)?;
            }
        }
        let retired = store::sheets(db, round.id).await?.into_iter().filter(|s| s.retired_at.is_some());
        let retired: Vec<(String, String)> = retired.map(|s| (s.rater, s.township)).collect();
        let subjects = store::subjects(db, round.id, "").await?;
        if !retired.is_empty() {
            let township: HashMap<&str, &str> =
                subjects.iter().map(|s| (s.code.as_str(), s.township.as_str())).collect();
            marks.retain(|(code, _, rater), _| {
                let own = township.get(code.as_str()).copied().unwrap_or_default();
                !retired.iter().any(|(r, t)| r == rater && (t.is_empty() || t == own))
            });
        }
        let mut values: HashMap<String, Vec<(String, String)>> = HashMap::new();
        for ((code, fact), value) in facts {
            values.entry(code).or_default().push((fact, value));
        }
        let cases: Vec<CaseSubject> = subjects
            .iter()
            .map(|s| CaseSubject {
                code: s.code.clone(),
                village: s.village.clone(),
                facts: values.remove(&s.code).unwrap_or_default(),
                marks: Vec::new(),
                expect: Vec::new(),
            })
            .collect();
        let mut faults = Vec::new();
        let reader = FactReader { pack: &pack, persons: pack.of_persons(), beside: None };
        let mut facts = reader.from_case(&cases, &mut faults);
        let named: HashMap<&str, (&str, &str)> = subjects
            .iter()
            .map(|s| (s.code.as_str(), (s.name.as_str(), s.township_name.as_str())))
            .collect();
        (facts.names, facts.townships) = Default::default();
        for i in 0..facts.len() {
            let code = facts.code(i);
            let (name, township) = named.get(code.as_str()).copied().unwrap_or_default();
            facts.names.push(name);
            facts.townships.push(township);
        }
        let excuses = excuses.into_iter().filter_map(|((c, i), r)| Some((c, i, rule(&r)?))).collect();
        let marks = marks.into_iter().map(|((c, i, r), m)| (c, i, r, m)).collect();
        Ok(Given { pack, facts, marks, excuses })
    }

    /// The same under another pack: facts that it does not know are left, marks of indicators that it rates are taken.
    pub fn under(&self, pack: Arc<Pack>) -> Given {
        let cases: Vec<CaseSubject> = (0..self.facts.len())
            .map(|i| {
                let known = self.pack.facts.iter().enumerate().filter_map(|(f, fact)| {
                    let target = pack.facts.iter().find(|t| t.id == fact.id)?;
                    let value = self.facts.value(f, i)?.to_owned().text();
                    target.parse(&value).is_ok().then(|| (fact.id.clone(), value))
                });
                CaseSubject {
                    code: self.facts.code(i),
                    village: format!("{:012}", self.facts.villages[i]),
                    facts: known.collect(),
                    marks: Vec::new(),
                    expect: Vec::new(),
                }
            })
            .collect();
        let mut faults = Vec::new();
        let reader = FactReader { pack: &pack, persons: pack.of_persons(), beside: None };
        let mut facts = reader.from_case(&cases, &mut faults);
        facts.names = self.facts.names.clone();
        facts.townships = self.facts.townships.clone();
        Given { pack, facts, marks: self.marks.clone(), excuses: self.excuses.clone() }
    }

    /// Appraises and hands the result over.
    ///
    /// # Errors
    /// A score that no column can hold.
    pub fn appraised<T>(&self, then: impl FnOnce(&Appraisal<'_>) -> T) -> Result<T, TooLarge> {
        let plan = Plan::new(&self.pack);
        let mut marks = Marks::none(&plan, self.facts.len());
        let subjects: HashMap<String, usize> = (0..self.facts.len()).map(|i| (self.facts.code(i), i)).collect();
        let mut slots: HashMap<(&str, &str), usize> = HashMap::new();
        for (k, slot) in plan.slots.iter().enumerate() {
            slots.insert((plan.indicator(slot.indicator).id.as_str(), slot.rater.as_str()), k);
        }
        for (code, indicator, rater, mark) in &self.marks {
            if let (Some(subject), Some(slot)) =
                (subjects.get(code), slots.get(&(indicator.as_str(), rater.as_str())))
                && let Ok(mark) = i32::try_from(*mark)
            {
                marks.set(*subject, *slot, mark);
            }
        }
        if self.excuses.is_empty() {
            return appraise_excusing(&plan, &self.facts, &marks, None).map(|done| then(&done));
        }
        let lenient = Lenient::of(&self.pack);
        let at = |id: &str| self.pack.indicators.iter().position(|i| i.id == id);
        let given = self.excuses.iter().filter_map(|(code, indicator, rule)| {
            Some((*subjects.get(code)?, at(indicator)?, *rule))
        });
        let excuses = Excuses::new(&lenient, given);
        appraise_excusing(&plan, &self.facts, &marks, Some(&excuses)).map(|done| then(&done))
    }

    /// The results as they are kept.
    ///
    /// # Errors
    /// A score that no column can hold.
    pub fn outcomes(&self) -> Result<Vec<Outcome>, TooLarge> {
        self.appraised(outcomes)
    }
}

fn undo(
    c: &Changed,
    facts: &mut BTreeMap<(String, String), String>,
    marks: &mut HashMap<(String, String, String), i64>,
    excuses: &mut BTreeMap<(String, String), String>,
) -> DbResult<()> {
    let two = (c.code.clone(), c.indicator.clone());
    match c.kind.as_str() {
        "fact" => put(facts, two, c.was.clone()),
        "excuse" => put(excuses, two, c.was.clone()),
        _ => {
            let was = c.was.as_ref().map(|w| w.parse::<i64>()).transpose();
            let was = was.map_err(|e| DbError::Version(format!("a mark that was: {e}")))?;
            let key = (c.code.clone(), c.indicator.clone(), c.rater.clone());
            match was {
                Some(was) => drop(marks.insert(key, was)),
                None => drop(marks.remove(&key)),
            }
        }
    }
    Ok(())
}

fn put(map: &mut BTreeMap<(String, String), String>, key: (String, String), value: Option<String>) {
    match value {
        Some(value) => drop(map.insert(key, value)),
        None => drop(map.remove(&key)),
    }
}

/// The results of an appraisal as they are kept.
pub fn outcomes(done: &Appraisal<'_>) -> Vec<Outcome> {
    let plan = done.scorer.plan;
    let outcome = |i: usize| {
        let s = &done.subjects[i];
        let held = |v: i64| s.complete.then_some(v);
        let scores: serde_json::Map<String, serde_json::Value> = plan
            .columns
            .iter()
            .enumerate()
            .filter_map(|(c, at)| Some((plan.indicator(*at).id.clone(), done.score(i, c)?.into())))
            .collect();
        Outcome {
            code: done.scorer.facts.code(i),
            total: held(s.total),
            before_bonus: held(s.before_bonus),
            bonus: held(s.bonus),
            penalty: held(s.penalty),
            rank: held(i64::from(s.rank)),
            of_n: done.groups.get(s.group as usize).filter(|_| s.complete).map(|g| g.order.len() as i64),
            grade: plan.pack.grades.get(usize::from(s.grade)).map(|g| g.id.to_string()).unwrap_or_default(),
            veto: done.veto_ids(i).join("|"),
            missing: done.missing(i).join(";"),
            scores: serde_json::Value::Object(scores).to_string(),
        }
    };
    (0..done.subjects.len()).map(outcome).collect()
}
