//! What is due for deletion by the pack's rules of retention, and who decided what about it. Nothing is deleted by a
//! timer: a person decides (see [`super::erase`]).

use super::field::Field;
use super::model::{Person, State};
use crate::slices::duty;
use kernel::Day;
use platform::db::{Db, DbResult, WriteTx, new_id, now_ms};
use platform::values;
use policy::people::{Keep, People, Retention};
use policy::posts::KeepFrom;
use standards::PartialDate;
use std::collections::BTreeMap;

/// The field of the history.
pub const FIELD: &str = "retention";

/// A kind of record that a person's file has, as rules of retention name it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Record {
    /// The whole file of somebody who held a post.
    File,
    /// The whole file of somebody who never did.
    Reserve,
    /// Verified claims with their documents.
    Claims,
    /// Members of the family.
    Family,
    /// The phone.
    Contact,
    /// Where a person said to be, entry by entry.
    Whereabouts,
    /// Routine records, inspections and duty reports.
    Duty,
}

impl Record {
    pub const ALL: [Record; 7] = [
        Record::File,
        Record::Reserve,
        Record::Claims,
        Record::Family,
        Record::Contact,
        Record::Whereabouts,
        Record::Duty,
    ];

    /// Its id in packs.
    pub fn id(self) -> &'static str {
        match self {
            Record::File => "person_file",
            Record::Reserve => "reserve_file",
            Record::Claims => "claim",
            Record::Family => "family_member",
            Record::Contact => "contact",
            Record::Whereabouts => "whereabouts",
            Record::Duty => "duty_record",
        }
    }

    pub fn by_id(id: &str) -> Option<Record> {
        Record::ALL.into_iter().find(|r| r.id() == id)
    }

    /// Whether it is the file as a whole.
    pub fn is_whole(self) -> bool {
        matches!(self, Record::File | Record::Reserve)
    }

    /// The fields of the history that it covers.
    fn fields(self) -> &'static [&'static str] {
        match self {
            Record::File | Record::Reserve => &[],
            Record::Claims => &["claim"],
            Record::Family => &["family"],
            Record::Contact => &["phone"],
            Record::Whereabouts => &["told", "whereabouts", "employment", "intention", "told_on"],
            Record::Duty => &[duty::RECORD, duty::INSPECTION, duty::REPORT],
        }
    }
}

/// What of a file the rules are held against.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    pub state: Option<State>,
    /// The day it left the county's cadres, died, or moved; empty where it did not.
    pub state_on: String,
    /// Whether it ever held a post, and holds one still.
    pub held: bool,
    pub holds: bool,
    pub claims: bool,
    pub family: bool,
    pub phone: bool,
    /// Records, inspections or reports of the year's work.
    pub duty: bool,
    /// The day of the earliest entry of whereabouts; empty for none.
    pub told: String,
}

/// A record that is due for deletion.
#[derive(Clone, Debug)]
pub struct Due {
    pub record: Record,
    /// What the pack calls it.
    pub title: String,
    /// How long it is kept, in Chinese.
    pub keep: String,
    pub basis: String,
    /// The pack that says so: title and version.
    pub pack: String,
    /// The day from which it is due.
    pub since: Day,
}

/// The day that many years later; the first of a partial date.
fn later(day: &str, years: u32) -> Option<Day> {
    let from = day.parse::<PartialDate>().ok()?.first();
    from.checked_add(jiff::Span::new().years(i64::from(years))).ok()
}

fn since(facts: &Facts, record: Record, keep: Keep) -> Option<Day> {
    let Keep::Years(years, from) = keep else { return None };
    let gone = !facts.holds && matches!(facts.state, Some(State::Left | State::Dead | State::Moved));
    let begun = match from {
        KeepFrom::Leaving if gone => facts.state_on.as_str(),
        KeepFrom::Death if gone && facts.state == Some(State::Dead) => facts.state_on.as_str(),
        KeepFrom::Recording if record == Record::Whereabouts => facts.told.as_str(),
        _ => return None,
    };
    later(begun, years)
}

fn due(facts: &Facts, record: Record, rule: &Retention, today: Day) -> Option<Due> {
    let there = match record {
        Record::File | Record::Reserve => true,
        Record::Claims => facts.claims,
        Record::Family => facts.family,
        Record::Contact => facts.phone,
        Record::Whereabouts => !facts.told.is_empty(),
        Record::Duty => facts.duty,
    };
    let since = since(facts, record, rule.keep).filter(|day| there && *day <= today)?;
    Some(Due {
        record,
        title: rule.title.clone(),
        keep: rule.keep.text(),
        basis: rule.basis.clone(),
        pack: format!("{} {}", rule.pack.title, rule.pack.version),
        since,
    })
}

/// What is due of a file on a day. Who never held a post is kept as a reserve, where the packs have such a rule; what
/// goes with the whole file is not told apart.
pub fn due_on(facts: &Facts, people: &People, today: Day) -> Vec<Due> {
    let day = today.to_string();
    let rule = |record: Record| people.retention_of(record.id(), &day);
    let whole = match rule(Record::Reserve).filter(|_| !facts.held) {
        Some(rule) => due(facts, Record::Reserve, rule, today),
        None => rule(Record::File).and_then(|rule| due(facts, Record::File, rule, today)),
    };
    if let Some(whole) = whole {
        return vec![whole];
    }
    let parts = Record::ALL.into_iter().filter(|r| !r.is_whole());
    parts.filter_map(|r| due(facts, r, rule(r)?, today)).collect()
}

/// The last entry of whereabouts that is due on a day under the rules; `None` where none is.
pub fn told_until(people: &People, today: Day) -> Option<Day> {
    let rule = people.retention_of(Record::Whereabouts.id(), &today.to_string())?;
    let Keep::Years(years, KeepFrom::Recording) = rule.keep else { return None };
    today.checked_sub(jiff::Span::new().years(i64::from(years))).ok()
}

/// A file with what the rules are held against.
pub struct Candidate {
    pub person: i64,
    pub name: String,
    /// Twelve digits.
    pub village: String,
    pub facts: Facts,
}

const FACTS: &str = "select p.id, p.name, p.village, p.state, p.state_on, \
    (select count(*) from holding h where h.person = p.id), \
    (select count(*) from holding h where h.person = p.id and h.to_on = '9999-12-31'), \
    (select count(*) from claim c where c.person = p.id), (select count(*) from family f where f.person = p.id), \
    cast(case when p.phone is null then 0 else 1 end as bigint), \
    coalesce((select min(w.day) from whereabouts w where w.person = p.id), ''), \
    (select count(*) from duty_record d where d.person = p.id) + \
    (select count(*) from inspection i where i.person = p.id) + \
    (select count(*) from duty_report r where r.person = p.id) from person p";

/// Files that rules may reach: those out of use, and those with whereabouts told up to a day; or one of them.
pub async fn candidates(db: &Db, told_until: &str, one: Option<i64>) -> DbResult<Vec<Candidate>> {
    let rows = match one {
        Some(id) => db.rows(&format!("{FACTS} where p.id = $1"), values![id]).await?,
        None => {
            let sql = format!(
                "{FACTS} where p.state in ('left', 'dead', 'moved') or (p.state = 'active' and p.id in \
                 (select person from whereabouts where day <= $1)) order by p.state_on, p.sort, p.id"
            );
            db.rows(&sql, values![told_until]).await?
        }
    };
    rows.iter()
        .map(|r| {
            let some = |k: usize| r.int(k).map(|n| n > 0);
            Ok(Candidate {
                person: r.int(0)?,
                name: r.text(1)?,
                village: r.text(2)?,
                facts: Facts {
                    state: State::by_id(&r.text(3)?),
                    state_on: r.text(4)?,
                    held: some(5)?,
                    holds: some(6)?,
                    claims: some(7)?,
                    family: some(8)?,
                    phone: some(9)?,
                    told: r.text(10)?,
                    duty: some(11)?,
                },
            })
        })
        .collect()
}

/// A decision not to delete before a day.
#[derive(Clone, Debug)]
pub struct Hold {
    /// The last day on which it is kept.
    pub until: String,
    pub ground: String,
    pub by: String,
    /// Milliseconds since 1970.
    pub at: i64,
}

/// The latest decisions to keep, by person and record.
pub async fn holds(db: &Db, person: Option<i64>) -> DbResult<BTreeMap<(i64, String), Hold>> {
    let sql = "select person, record, until_on, ground, by_name, at from retention_act \
               where act = 'hold' and ($1 = 0 or person = $1) order by at, id";
    let rows = db.rows(sql, values![person.unwrap_or(0)]).await?;
    let hold = |r: &platform::db::Row| {
        let hold = Hold { until: r.text(2)?, ground: r.text(3)?, by: r.text(4)?, at: r.int(5)? };
        Ok(((r.int(0)?, r.text(1)?), hold))
    };
    rows.iter().map(hold).collect()
}

/// What was deleted of a file, and when: milliseconds since 1970.
pub async fn erased(db: &Db, person: i64) -> DbResult<Vec<(Record, i64)>> {
    let sql = "select record, at from retention_act where person = $1 and act = 'erase'";
    let rows = db.rows(sql, values![person]).await?;
    let of = |r: &platform::db::Row| Ok(Record::by_id(&r.text(0)?).zip(Some(r.int(1)?)));
    let all: DbResult<Vec<_>> = rows.iter().map(of).collect();
    Ok(all?.into_iter().flatten().collect())
}

/// Whether a field's change went with what was deleted.
pub fn is_gone(erased: &[(Record, i64)], field: &str, at: i64) -> bool {
    erased.iter().any(|(record, when)| at <= *when && record.fields().contains(&field))
}

/// What somebody decided about a record that is due.
pub struct Decided<'a> {
    pub person: i64,
    pub record: Record,
    /// The rule's ground, as the pack has it.
    pub rule: &'a str,
    /// Why this was decided; never the person's name.
    pub ground: &'a str,
    pub by: &'a str,
}

/// Writes a decision: to keep until a day, or, without one, that it was deleted.
pub(super) async fn note(tx: &WriteTx, decided: &Decided<'_>, until: Option<&str>) -> DbResult<()> {
    let sql = "insert into retention_act (id, person, record, act, until_on, rule, ground, by_name, at) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let (act, d) = (if until.is_some() { "hold" } else { "erase" }, decided);
    let record = d.record.id();
    let values =
        values![new_id(), d.person, record, act, until.unwrap_or_default(), d.rule, d.ground, d.by, now_ms()];
    tx.run(sql, values).await.map(drop)
}

/// Whether a text may stand beside what was deleted: the person's name in it would outlive the file.
pub fn tells_nothing(person: &Person, text: &str) -> bool {
    person.name().is_empty() || !text.contains(person.get(Field::Name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> Day {
        kernel::Day::constant(2026, 11, 22)
    }

    fn ids(facts: &Facts) -> Vec<(&'static str, String)> {
        let people = People::in_force([], "2026-11-22");
        due_on(facts, &people, today()).iter().map(|d| (d.record.id(), d.since.to_string())).collect()
    }

    fn left(on: &str) -> Facts {
        Facts { state: Some(State::Left), state_on: on.into(), held: true, ..Facts::default() }
    }

    #[test]
    fn a_file_is_due_the_years_after_leaving() {
        // National defaults: 15 years for who held a post, 2 for who never did, 1 for the family, 0 for the phone.
        assert_eq!(ids(&left("2011-11-22")), [("person_file", "2026-11-22".to_owned())]);
        assert!(ids(&left("2011-11-23")).is_empty());
        assert_eq!(
            ids(&Facts { held: false, ..left("2024-11-01") }),
            [("reserve_file", "2026-11-01".to_owned())]
        );
        let recent = Facts { family: true, phone: true, claims: true, ..left("2025-11-22") };
        let due = [("family_member", "2026-11-22".to_owned()), ("contact", "2025-11-22".to_owned())];
        assert_eq!(ids(&recent), due);
    }

    #[test]
    fn who_is_in_use_or_holds_a_post_is_kept() {
        let active = Facts { state: Some(State::Active), family: true, phone: true, ..left("2000-01-01") };
        assert!(ids(&active).is_empty());
        assert!(ids(&Facts { holds: true, ..left("2000-01-01") }).is_empty());
        for state in [State::Merged, State::Erased] {
            assert!(ids(&Facts { state: Some(state), ..left("2000-01-01") }).is_empty());
        }
        assert!(ids(&left("")).is_empty(), "nobody knows since when");
    }

    #[test]
    fn whereabouts_go_entry_by_entry_of_anybody() {
        let told = |day: &str| Facts { state: Some(State::Active), told: day.into(), ..Facts::default() };
        assert_eq!(ids(&told("2024-11-22")), [("whereabouts", "2026-11-22".to_owned())]);
        assert!(ids(&told("2024-11-23")).is_empty());
        let people = People::in_force([], "2026-11-22");
        assert_eq!(told_until(&people, today()), Some(kernel::Day::constant(2024, 11, 22)));
    }

    #[test]
    fn what_was_deleted_is_gone_from_before() {
        let erased = [(Record::Family, 100)];
        assert!(is_gone(&erased, "family", 100) && !is_gone(&erased, "family", 101));
        assert!(!is_gone(&erased, "name", 50));
    }
}
