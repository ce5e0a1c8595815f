//! The lists of a person file: schooling, career, family, merits, whereabouts told, stays in pools, claims.
//!
//! The one door to their tables. Plain structs ([`Education`], [`CvLine`], …), all [`Part`]s, with:
//! - [`of`], [`of_in`], [`of_many`]: what a file holds, each row [`Kept`] with its id;
//! - [`replace`]: a whole list anew (schooling, career, family, merits: [`Listed`]), under the file's revision;
//! - [`put`]: rows added to files, many at once (imports, new files, the logs: whereabouts, stays, claims);
//! - [`tell`]: whereabouts as they are told, carried into the file's single values;
//! - [`leave`], [`repool`]: the end of a stay; what pools a person is in, derived after stays changed;
//! - [`decide`]: a claim's state. What follows from it for the file is the rule of whoever decides claims.
//!
//! Each change is kept in the person's history: one line a list, its rows as JSON ([`told`]).

mod acts;

pub use acts::{Decision, decide, leave, repool, tell};

use super::model::Person;
use super::store::Changed;
use kernel::key;
use platform::db::{Db, DbResult, Row, Value, WriteTx, new_id, now_ms, numbered};
use platform::values;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ops::Deref;

/// The last day of a stay that lasts.
pub use crate::slices::places::model::FOREVER;

/// A kind of row that hangs on a person.
pub trait Part: Clone + PartialEq + Serialize + DeserializeOwned + Send + Sync {
    /// The table.
    const TABLE: &'static str;
    /// The field of the history.
    const FIELD: &'static str;
    /// The field in Chinese: a key of the catalogue.
    const TITLE: &'static str;
    /// The table's columns after `id, person` (and `seq` where rows are numbered).
    const COLUMNS: &'static str;
    /// Whether rows are numbered by their place in the list.
    const NUMBERED: bool = false;
    /// How rows follow each other.
    const ORDER: &'static str;

    /// Values of the columns.
    fn values(&self) -> Vec<Value>;
    /// A row whose columns begin at a position.
    fn of(row: &Row, at: usize) -> DbResult<Self>;
}

/// A part that is edited as a whole list.
pub trait Listed: Part {}

/// A row with its id.
#[derive(Clone, PartialEq, Debug)]
pub struct Kept<T> {
    pub id: i64,
    pub part: T,
}

impl<T> Deref for Kept<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.part
    }
}

/// What the history leaves out.
fn is_blank<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// Declares a part: a struct of texts (`Option<i64>` and others where said) whose fields are the columns.
macro_rules! part {
    (
        $(#[$doc:meta])* $name:ident: $table:literal, $field:literal, $title:expr, $order:literal $(, $numbered:literal)?;
        $($(#[$of:meta])* $column:ident: $kind:ty,)+
    ) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
        #[serde(default)]
        pub struct $name {
            $($(#[$of])* #[serde(skip_serializing_if = "is_blank")] pub $column: $kind,)+
        }

        impl Part for $name {
            const TABLE: &'static str = $table;
            const FIELD: &'static str = $field;
            const TITLE: &'static str = $title;
            const COLUMNS: &'static str = part!(@columns $($column)+);
            const ORDER: &'static str = $order;
            $(const NUMBERED: bool = $numbered;)?

            fn values(&self) -> Vec<Value> {
                values![$(self.$column.clone()),+]
            }

            fn of(row: &Row, at: usize) -> DbResult<Self> {
                let mut at = at..;
                let mut next = || at.next().unwrap_or_default();
                Ok($name { $($column: row.get(next())?,)+ })
            }
        }
    };
    (@columns $first:ident $($column:ident)*) => { concat!(stringify!($first) $(, ", ", stringify!($column))*) };
}

part! {
    /// A spell at a school. Days may be partial (`2013-09`).
    Education: "education", "schooling", key!("学习经历"), "mode, from_on, id";
    /// `full` full-time, `part` in service.
    mode: String,
    /// GB/T 4658.
    level: String,
    /// The degree as the diploma says it: 农学学士.
    degree: String,
    school: String,
    major: String,
    from_on: String,
    to_on: String,
}

part! {
    /// A line of the career. Days may be partial; an empty `to_on` goes on.
    CvLine: "cv_line", "cv", key!("简历"), "seq, id", true;
    from_on: String,
    to_on: String,
    text: String,
}

part! {
    /// A relative. Of members under 14 the appellation alone is kept.
    FamilyMember: "family", "family", key!("家庭成员"), "seq, id", true;
    /// The appellation: 妻子.
    relation: String,
    name: String,
    birth: String,
    /// As forms say it: 中共党员.
    political: String,
    /// Unit and post.
    work: String,
}

part! {
    /// A reward or a sanction.
    Merit: "merit", "merits", key!("奖惩情况"), "day, id";
    /// `reward` or `sanction`.
    kind: String,
    day: String,
    title: String,
    by_whom: String,
    /// The document's number.
    document: String,
    /// The last day of a sanction's effect; empty for none.
    until: String,
}

part! {
    /// What a person said of where it is and what it wants.
    Whereabouts: "whereabouts", "told", key!("去向记录"), "day desc, at desc, id desc";
    day: String,
    place: String,
    employment: String,
    intention: String,
    /// How it was learned: 电话.
    how: String,
    by_name: String,
    at: i64,
}

part! {
    /// A stay in a pool. `to_on` is [`FOREVER`] while it lasts.
    PoolStay: "pool_stay", "pool", key!("后备人才库"), "from_on desc, id desc";
    pool: String,
    from_on: String,
    to_on: String,
    ground_in: String,
    /// Empty while it lasts.
    ground_out: String,
}

part! {
    /// A value that counts once it is recognised from a document (三龄两历一身份).
    Claim: "claim", "claim", key!("认定事项"), "kind, at desc, id desc";
    /// A field's id ([`super::Field::is_claim`]).
    kind: String,
    /// In the field's stored form.
    value: String,
    /// What it is told by: 入党志愿书.
    document: String,
    document_on: String,
    attachment: Option<i64>,
    /// An id of [`ClaimState`].
    state: String,
    /// Where it came from: 登记表.
    source: String,
    by_account: Option<i64>,
    by_name: String,
    /// Milliseconds since 1970.
    at: i64,
    decided_by: String,
    decided_unit: String,
    decided_at: Option<i64>,
    reason: String,
}

impl Listed for Education {}
impl Listed for CvLine {}
impl Listed for FamilyMember {}
impl Listed for Merit {}

impl PoolStay {
    /// Whether it lasts on a day.
    pub fn on(&self, day: &str) -> bool {
        self.from_on.as_str() <= day && day <= self.to_on.as_str()
    }
}

/// Where a claim stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ClaimState {
    /// Waits for someone to decide.
    Proposed,
    /// Counts.
    Recognised,
    /// Was not recognised.
    Refused,
    /// Counted until a later one was recognised.
    Superseded,
    /// Was taken back: a mistake.
    Void,
}

impl ClaimState {
    pub const ALL: [ClaimState; 5] = [
        ClaimState::Proposed,
        ClaimState::Recognised,
        ClaimState::Refused,
        ClaimState::Superseded,
        ClaimState::Void,
    ];

    pub fn id(self) -> &'static str {
        match self {
            ClaimState::Proposed => "proposed",
            ClaimState::Recognised => "recognised",
            ClaimState::Refused => "refused",
            ClaimState::Superseded => "superseded",
            ClaimState::Void => "void",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            ClaimState::Proposed => key!("待认定"),
            ClaimState::Recognised => key!("已认定"),
            ClaimState::Refused => key!("不予认定"),
            ClaimState::Superseded => key!("已被新的认定代替"),
            ClaimState::Void => key!("已作废"),
        }
    }

    pub fn by_id(id: &str) -> Option<ClaimState> {
        ClaimState::ALL.into_iter().find(|s| s.id() == id)
    }
}

impl Claim {
    /// Where it stands; an unknown word counts as void.
    pub fn state(&self) -> ClaimState {
        ClaimState::by_id(&self.state).unwrap_or(ClaimState::Void)
    }
}

/// What the history says of rows: JSON, a list; `None` for no rows.
pub fn told<T: Part>(parts: &[T]) -> Option<String> {
    (!parts.is_empty()).then(|| serde_json::to_string(parts).unwrap_or_default())
}

fn query<T: Part>(condition: &str) -> String {
    format!(
        "select id, person, {} from {} where {condition} order by person, {}",
        T::COLUMNS,
        T::TABLE,
        T::ORDER
    )
}

fn kept<T: Part>(row: &Row) -> DbResult<Kept<T>> {
    Ok(Kept { id: row.int(0)?, part: T::of(row, 2)? })
}

/// The rows of a person.
pub async fn of<T: Part>(db: &Db, person: i64) -> DbResult<Vec<Kept<T>>> {
    db.rows(&query::<T>("person = $1"), values![person]).await?.iter().map(kept).collect()
}

/// The same inside a transaction.
pub async fn of_in<T: Part>(tx: &WriteTx, person: i64) -> DbResult<Vec<Kept<T>>> {
    tx.rows(&query::<T>("person = $1"), values![person]).await?.iter().map(kept).collect()
}

/// The rows of many persons, by person; who has none is left out.
pub async fn of_many<T: Part>(db: &Db, persons: &[i64]) -> DbResult<BTreeMap<i64, Vec<Kept<T>>>> {
    let mut out: BTreeMap<i64, Vec<Kept<T>>> = BTreeMap::new();
    for some in persons.chunks(500) {
        let sql = query::<T>(&format!("person in ({})", numbered(1, some.len())));
        for row in db.rows(&sql, some.iter().map(|p| Value::from(*p)).collect()).await? {
            out.entry(row.int(1)?).or_default().push(kept(&row)?);
        }
    }
    Ok(out)
}

/// Adds rows to files, given as (person, row); gives their ids in order. One line of history a person. The rows of a
/// [`Listed`] part that is numbered follow each other as given: for files that have none yet, else [`replace`].
pub async fn put<T: Part>(tx: &mut WriteTx, rows: &[(i64, T)]) -> DbResult<Vec<i64>> {
    let mut by_person: BTreeMap<i64, Vec<T>> = BTreeMap::new();
    for (person, part) in rows {
        by_person.entry(*person).or_default().push(part.clone());
    }
    for (person, parts) in by_person {
        tx.changed_of(Some(person), "person", &person.to_string(), T::FIELD, None, told(&parts));
    }
    put_untold(tx, rows).await
}

/// The same without history: for whoever notes the change himself, as a fill that notes a new file as a whole.
pub(crate) async fn put_untold<T: Part>(tx: &WriteTx, rows: &[(i64, T)]) -> DbResult<Vec<i64>> {
    let made: Vec<i64> = rows.iter().map(|_| new_id()).collect();
    let mut seqs: BTreeMap<i64, i64> = BTreeMap::new();
    let lines = made.iter().zip(rows).map(|(id, (person, part))| {
        let mut line = values![*id, *person];
        if T::NUMBERED {
            let seq = seqs.entry(*person).or_insert(0);
            *seq += 1;
            line.push(Value::from(*seq));
        }
        line.extend(part.values());
        line
    });
    let lines = lines.collect();
    let seq = if T::NUMBERED { "seq, " } else { "" };
    tx.insert_many(&format!("{} (id, person, {seq}{})", T::TABLE, T::COLUMNS), lines, "").await?;
    Ok(made)
}

/// Writes a list anew, for a file as it was read. Nothing happens when it is the same; else the file's revision rises:
/// whoever changes several things in a transaction goes on with the one that [`Changed::Done`] gives.
pub async fn replace<T: Listed>(tx: &mut WriteTx, person: &Person, parts: &[T]) -> DbResult<Changed> {
    let before: Vec<T> = of_in::<T>(tx, person.id).await?.into_iter().map(|k| k.part).collect();
    if before == parts {
        return Ok(Changed::Done(person.rev));
    }
    let Changed::Done(rev) = revise(tx, person).await? else { return Ok(Changed::Stale) };
    tx.run(&format!("delete from {} where person = $1", T::TABLE), values![person.id]).await?;
    let rows: Vec<(i64, T)> = parts.iter().map(|p| (person.id, p.clone())).collect();
    put_untold(tx, &rows).await?;
    tx.changed_of(Some(person.id), "person", &person.id.to_string(), T::FIELD, told(&before), told(parts));
    Ok(Changed::Done(rev))
}

/// Raises a file's revision as it was read.
async fn revise(tx: &WriteTx, person: &Person) -> DbResult<Changed> {
    let sql = "update person set rev = rev + 1, changed_at = $3 where id = $1 and rev = $2";
    let done = tx.run(sql, values![person.id, person.rev, now_ms()]).await?;
    Ok(if done == 0 { Changed::Stale } else { Changed::Done(person.rev + 1) })
}
