//! What the file of a person and the profile of a village show of the year's work.

use super::model::{Cycle, Stage, State};
use super::rules::duty_of;
use super::store::records::{self, Filter, Record};
use super::store::reports;
use crate::slices::people::{Field, Person};
use crate::slices::places::Village;
use crate::slices::places::store::today;
use crate::slices::posts::actions::duties_of;
use crate::slices::posts::pages::day_text;
use kernel::{key, msg};
use platform::access::{Authorized, Part};
use platform::db::{Db, DbResult};
use platform::page::Page;
use policy::Duty;

/// A record in a line.
pub struct Line {
    pub id: i64,
    pub day: String,
    /// Whom it is about; empty where the page says so already.
    pub who: String,
    pub kind: String,
    /// Word and tone of its sign; empty for neither.
    pub sign: (&'static str, &'static str),
    pub text: String,
    pub by: String,
    pub voided: bool,
    /// The person said something to it.
    pub explained: bool,
}

/// A record as listed: its kind as the packs call it.
pub fn line(page: &Page, duty: &Duty, record: &Record) -> Line {
    let sign = match duty.kind_on(&record.kind, &record.day).map_or(0, |k| k.sign) {
        1 => (page.t("✓ 好的"), "ok"),
        -1 => (page.t("▲ 不好的"), "warn"),
        _ => ("", ""),
    };
    Line {
        id: record.id,
        day: day_text(&record.day),
        who: record.name.clone(),
        kind: duty.kind_title(&record.kind, &record.day).to_owned(),
        sign,
        text: record.text.clone(),
        by: format!("{} {}", record.unit, record.by).trim().to_owned(),
        voided: record.voided.is_some(),
        explained: !record.explained.is_empty(),
    }
}

/// A stage of the duty cycle as pages draw it.
pub struct StepLine {
    pub word: &'static str,
    pub under: String,
    stage: Stage,
}

impl StepLine {
    pub fn done(&self) -> bool {
        self.stage == Stage::Done
    }

    pub fn now(&self) -> bool {
        self.stage == Stage::Now
    }
}

/// The five stages with what stands under each.
pub fn steps(page: &Page, cycle: &Cycle) -> Vec<StepLine> {
    let report = cycle.report.map_or("", |s| page.t(s.title())).to_owned();
    let set = match (cycle.set, cycle.accepted) {
        (true, true) => page.t("已定职，本人签收"),
        (true, false) => page.t("已定职，等本人签收"),
        _ => page.t("还没有定职"),
    };
    let under = [
        set.to_owned(),
        page.m(&msg!("本年记录 {n} 条", n = cycle.records)),
        if cycle.report.is_none() { page.t("还没有布置述职").to_owned() } else { report },
        String::new(),
        String::new(),
    ];
    let words = [key!("定职"), key!("履职"), key!("述职"), key!("考职"), key!("评职")];
    let stages = cycle.stages();
    words
        .into_iter()
        .zip(under)
        .zip(stages)
        .map(|((word, under), stage)| StepLine { word: page.t(word), under, stage })
        .collect()
}

/// What the duty cycle of a person in a year rests on.
pub async fn cycle(db: &Db, person: i64, year: &str) -> DbResult<Cycle> {
    let duties = duties_of(db, person).await?;
    let filter = Filter { person: Some(person), year: year.to_owned(), ..Filter::default() };
    let report = reports::of_person(db, person).await?.into_iter().find(|r| r.year == year);
    Ok(Cycle {
        set: !duties.is_empty(),
        accepted: duties.iter().all(|d| d.accepted_at.is_some()),
        records: records::count(db, &Part::County, &filter).await?,
        report: report.map(|r| r.state),
    })
}

/// The year's work on a person's file.
pub struct Sheet {
    pub year: String,
    /// Of a person: the five stages. Of a village: none.
    pub steps: Vec<StepLine>,
    pub lines: Vec<Line>,
    pub total: u64,
}

/// Lines shown before the rest is a page away.
const FEW: u64 = 4;

/// The year's work of a person.
pub async fn of_person(page: &Page, db: &Db, person: &Authorized<Person>) -> DbResult<Sheet> {
    let day = today();
    let year = super::model::year_of(&day).to_owned();
    let duty = duty_of(db, person.get(Field::Village), &day).await?;
    let filter = Filter { person: Some(person.id), year: year.clone(), ..Filter::default() };
    let found = records::list(db, &Part::County, &filter, FEW, 0).await?;
    let cycle = cycle(db, person.id, &year).await?;
    Ok(Sheet {
        steps: steps(page, &cycle),
        lines: found.iter().map(|r| line(page, &duty, r)).collect(),
        total: cycle.records,
        year,
    })
}

/// The year's records of a village and of its people.
pub async fn of_village(page: &Page, db: &Db, village: &Authorized<Village>) -> DbResult<Sheet> {
    let day = today();
    let year = super::model::year_of(&day).to_owned();
    let duty = duty_of(db, &village.code, &day).await?;
    let filter = Filter { village: village.code.clone(), year: year.clone(), ..Filter::default() };
    let found = records::list(db, &Part::County, &filter, FEW, 0).await?;
    Ok(Sheet {
        steps: Vec::new(),
        lines: found.iter().map(|r| line(page, &duty, r)).collect(),
        total: records::count(db, &Part::County, &filter).await?,
        year,
    })
}

/// What a person has to do on the own pages: a report to write, and by when.
pub async fn own(db: &Db, person: i64) -> DbResult<Option<(String, String, bool)>> {
    let all = reports::of_person(db, person).await?;
    let open = all.into_iter().find(|r| r.state.writes());
    Ok(open.map(|r| (r.year, r.due_on, r.state == State::Returned)))
}
