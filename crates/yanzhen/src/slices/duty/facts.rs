//! Facts for appraisals: how many routine records of a kind a person or a village has in a year, where the pack says that
//! the kind counts towards a fact.

use super::rules::Dutybook;
use super::store::records;
use crate::slices::places::store::today;
use platform::db::{Db, DbResult};
use policy::posts::About;
use std::collections::BTreeMap;

/// A fact of a subject, as a round takes it in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FactRow {
    /// A village's twelve digits, or a person's id.
    pub code: String,
    /// The fact's id.
    pub fact: String,
    /// How many records count towards it; 0 where there are none.
    pub value: u64,
    /// Which records: `平时记录：值班无故缺岗 2 条`.
    pub source: String,
}

/// The facts of a year (`2026`) that routine records count towards, for each of these subjects: villages by code, persons by
/// id. Voided records do not count. The packs that reach a village on the year's last day, or today where that is to come,
/// say which kinds count. Each subject has a row for every such fact, also where the count is 0: whether records were kept
/// at all is for the office to say.
pub async fn facts_of(db: &Db, year: &str, about: About, subjects: &[String]) -> DbResult<Vec<FactRow>> {
    let day = today().min(format!("{year}-12-31"));
    let book = Dutybook::read(db, &day).await?;
    let counted = records::counts(db, year, about).await?;
    let places = match about {
        About::Village => subjects.iter().map(|s| (s.clone(), s.clone())).collect(),
        About::Person => records::villages_of(db, subjects).await?,
    };
    let mut out = Vec::new();
    for subject in subjects {
        let Some(village) = places.get(subject) else { continue };
        let duty = book.of(village);
        let mut facts: BTreeMap<&str, (u64, Vec<String>)> = BTreeMap::new();
        let kinds = duty.kinds_on(about, &day);
        for kind in kinds.iter().filter(|k| !k.fact.is_empty()) {
            let n = counted.get(&(subject.clone(), kind.id.clone())).copied().unwrap_or_default();
            let fact = facts.entry(&kind.fact).or_default();
            fact.0 += n;
            fact.1.push(format!("{} {n} 条", kind.title));
        }
        out.extend(facts.into_iter().map(|(fact, (value, from))| FactRow {
            code: subject.clone(),
            fact: fact.to_owned(),
            value,
            source: format!("平时记录：{}", from.join("，")),
        }));
    }
    Ok(out)
}
