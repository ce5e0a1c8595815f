//! Two files made one, and two again.
//!
//! What hangs on the file that goes is given to the file kept, row by row; each cell that was written is noted with what
//! stood there and what stands there now, sealed. Undoing writes back what stood, wherever still stands what the merge
//! wrote: else it is refused, and said what changed since.

use super::compare::Comparison;
use crate::slices::people::claims::proposal;
use crate::slices::people::parts::{
    self, Claim, ClaimState, CvLine, Education, FamilyMember, Kept, Merit, Part, PoolStay, Whereabouts, told,
};
use crate::slices::people::store::{self, Changed};
use crate::slices::people::{Field, Person, State, Values};
use crate::slices::places::store::today;
use crate::slices::posts::{self, repost};
use kernel::{Message, msg};
use platform::access::{Authorized, Caller};
use platform::db::{Db, DbError, DbResult, Value, WriteTx, new_id, now_ms};
use platform::page::Page;
use platform::values;
use policy::posts::Posts;
use serde::{Deserialize, Serialize};

/// A cell that a merge wrote.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) struct Cell {
    pub table: String,
    pub id: i64,
    pub column: String,
    pub was: Written,
    pub became: Written,
}

/// What a cell holds.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Written {
    Int(Option<i64>),
    Text(String),
}

impl From<&Written> for Value {
    fn from(written: &Written) -> Value {
        match written {
            Written::Int(n) => (*n).into(),
            Written::Text(text) => text.as_str().into(),
        }
    }
}

/// Columns that a merge writes, what they belong to for whoever reads why a merge cannot be undone, and whether they
/// hold texts.
pub(super) const CELLS: [(&str, &str, &str, bool); 31] = [
    ("claim", "person", Claim::TITLE, false),
    ("claim", "state", Claim::TITLE, true),
    ("education", "person", Education::TITLE, false),
    ("cv_line", "person", CvLine::TITLE, false),
    ("cv_line", "seq", CvLine::TITLE, false),
    ("family", "person", FamilyMember::TITLE, false),
    ("family", "seq", FamilyMember::TITLE, false),
    ("merit", "person", Merit::TITLE, false),
    ("whereabouts", "person", Whereabouts::TITLE, false),
    ("inquiry", "person", kernel::key!("去向核实"), false),
    ("pool_stay", "person", PoolStay::TITLE, false),
    ("pool_move", "person", kernel::key!("进出与转化"), false),
    ("pool_score", "person", kernel::key!("成长积分"), false),
    ("campaign_entry", "person", kernel::key!("报名"), false),
    ("membership_course", "person", kernel::key!("党员发展"), false),
    ("membership_act", "person", kernel::key!("党员发展"), false),
    ("membership_test", "person", kernel::key!("一线考验"), false),
    ("review_subject", "person", kernel::key!("县级联审"), false),
    ("motion", "person", kernel::key!("空缺递补"), false),
    ("motion_passed", "person", kernel::key!("空缺递补"), false),
    ("holding", "person", kernel::key!("职务"), false),
    ("filing_act", "person", kernel::key!("任职备案"), false),
    ("correction", "person", kernel::key!("更正申请"), false),
    ("proposal", "person", kernel::key!("结果运用"), false),
    ("duty_record", "person", kernel::key!("履职记录"), false),
    ("inspection", "person", kernel::key!("考察"), false),
    ("duty_report", "person", kernel::key!("述职报告"), false),
    ("attachment", "record", kernel::key!("材料"), true),
    ("person", "photo", kernel::key!("照片"), false),
    ("person_account", "person", kernel::key!("本人账号"), false),
    ("person_account", "ended_at", kernel::key!("本人账号"), false),
];

/// Everything a merge wrote.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Moved {
    /// Fields of the file kept, before and after.
    pub fields: Vec<(String, String, String)>,
    pub cells: Vec<Cell>,
    /// Names of the form's prose that went over.
    pub texts: Vec<String>,
    /// Claims that tell of values not kept.
    pub made: Vec<i64>,
    /// The state of the file that went, and its day.
    pub state: (String, String),
}

pub(super) fn context(id: i64) -> String {
    format!("person_merge/{id}/moved")
}

/// Why nothing was written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Refused {
    /// What is wrong.
    Said(Message),
    /// What changed since the merge where it had written: keys of the catalogue.
    Changed(Vec<&'static str>),
}

impl Refused {
    /// In the words of a page.
    pub fn text(&self, page: &Page) -> String {
        match self {
            Refused::Said(why) => page.m(why),
            Refused::Changed(what) => {
                let what: Vec<&str> = what.iter().map(|title| page.t(title)).collect();
                page.m(&msg!(
                    "合并之后这些内容又改过：{what}。不能原样撤销；请先把它们改回合并时的样子，或在档案里分别更正。",
                    what = what
                ))
            }
        }
    }
}

/// Somebody changed a file since the page was made.
pub(super) fn stale() -> Refused {
    Refused::Said(msg!("两份档案里有一份刚被别人改过；请重新比对再合并"))
}

/// What is being moved.
struct Move<'t> {
    tx: &'t mut WriteTx,
    kept: i64,
    gone: i64,
    moved: Moved,
}

impl Move<'_> {
    async fn write(
        &mut self,
        table: &str,
        id: i64,
        column: &str,
        was: Written,
        became: Written,
    ) -> DbResult<()> {
        if was == became {
            return Ok(());
        }
        let sql = format!("update {table} set {column} = $2 where id = $1");
        self.tx.run(&sql, vec![id.into(), (&became).into()]).await?;
        let (table, column) = (table.to_owned(), column.to_owned());
        self.moved.cells.push(Cell { table, id, column, was, became });
        Ok(())
    }

    async fn give(&mut self, table: &str, id: i64) -> DbResult<()> {
        let (was, became) = (Written::Int(Some(self.gone)), Written::Int(Some(self.kept)));
        self.write(table, id, "person", was, became).await
    }

    /// Gives every row of a table that hangs on the file.
    async fn give_all(&mut self, table: &str) -> DbResult<()> {
        let sql = format!("select id from {table} where person = $1 order by id");
        for row in self.tx.rows(&sql, values![self.gone]).await? {
            self.give(table, row.int(0)?).await?;
        }
        Ok(())
    }

    /// Gives the rows of a part; a line that both files have is kept once: the other stays where it is.
    async fn give_part<T: Part>(&mut self, twice: bool) -> DbResult<()> {
        let own = parts::of_in::<T>(self.tx, self.kept).await?;
        let other = parts::of_in::<T>(self.tx, self.gone).await?;
        let new: Vec<Kept<T>> =
            other.into_iter().filter(|o| twice || !own.iter().any(|k| k.part == o.part)).collect();
        if new.is_empty() {
            return Ok(());
        }
        for row in &new {
            self.give(T::TABLE, row.id).await?;
        }
        let before: Vec<T> = own.iter().map(|k| k.part.clone()).collect();
        if T::NUMBERED {
            self.number::<T>(&own, &new).await?;
        }
        let after: Vec<T> =
            parts::of_in::<T>(self.tx, self.kept).await?.into_iter().map(|k| k.part).collect();
        self.tx.changed_of(
            Some(self.kept),
            "person",
            &self.kept.to_string(),
            T::FIELD,
            told(&before),
            told(&after),
        );
        Ok(())
    }

    /// Numbers the lines of a list anew: a career goes on in time, other lists one after the other.
    async fn number<T: Part>(&mut self, own: &[Kept<T>], new: &[Kept<T>]) -> DbResult<()> {
        let sql = format!("select id, seq{} from {} where person = $1", begun::<T>(), T::TABLE);
        let mut rows = Vec::new();
        for row in self.tx.rows(&sql, values![self.kept]).await? {
            rows.push((row.int(0)?, row.int(1)?, row.text(2)?));
        }
        let place = |id: i64| own.iter().chain(new).position(|k| k.id == id);
        rows.sort_by_key(|(id, ..)| place(*id));
        // A stable order: lines of unknown beginning stay behind the line they followed.
        let mut last = String::new();
        for (.., begun) in &mut rows {
            if begun.is_empty() { begun.clone_from(&last) } else { last.clone_from(begun) }
        }
        rows.sort_by(|a, b| a.2.cmp(&b.2));
        for (n, (id, seq, _)) in rows.into_iter().enumerate() {
            let became = i64::try_from(n).unwrap_or_default() + 1;
            self.write(T::TABLE, id, "seq", Written::Int(Some(seq)), Written::Int(Some(became))).await?;
        }
        Ok(())
    }

    /// Claims go over. Of two recognised values of a kind the one in use stays recognised; another value waits for a
    /// decision, so that it stays in sight.
    async fn claims(&mut self, in_use: &Values) -> DbResult<()> {
        let own = parts::of_in::<Claim>(self.tx, self.kept).await?;
        let other = parts::of_in::<Claim>(self.tx, self.gone).await?;
        for claim in &other {
            self.give("claim", claim.id).await?;
        }
        let before: Vec<Claim> = own.iter().map(|k| k.part.clone()).collect();
        let firm: Vec<&Kept<Claim>> =
            own.iter().chain(&other).filter(|c| c.state() == ClaimState::Recognised).collect();
        for (n, claim) in firm.iter().enumerate() {
            let Some(first) = firm.iter().find(|c| c.kind == claim.kind) else { continue };
            let used = Field::by_id(&claim.kind).and_then(|f| in_use.get(&f)).unwrap_or(&first.value);
            let state = if claim.value != *used {
                ClaimState::Proposed
            } else if firm.iter().take(n).any(|c| c.kind == claim.kind && c.value == claim.value) {
                ClaimState::Superseded
            } else {
                continue;
            };
            let (was, became) = (claim.state.clone(), state.id().to_owned());
            self.write("claim", claim.id, "state", Written::Text(was), Written::Text(became)).await?;
        }
        let after = parts::of_in::<Claim>(self.tx, self.kept).await?;
        let after: Vec<Claim> = after.into_iter().map(|k| k.part).collect();
        let record = self.kept.to_string();
        self.tx.changed_of(Some(self.kept), "person", &record, Claim::FIELD, told(&before), told(&after));
        Ok(())
    }

    /// Values that were not kept are told as claims that wait.
    async fn tell(&mut self, by: (i64, &str), source: &str, lost: &[(Field, String)]) -> DbResult<()> {
        let known = parts::of_in::<Claim>(self.tx, self.kept).await?;
        let new: Vec<(i64, Claim)> = lost
            .iter()
            .filter(|(field, value)| {
                !value.is_empty() && !known.iter().any(|c| c.kind == field.id() && c.value == *value)
            })
            .map(|(field, value)| (self.kept, proposal(by, field.id(), value, "", "", source)))
            .collect();
        self.moved.made = parts::put(self.tx, &new).await?;
        Ok(())
    }

    async fn texts(&mut self) -> DbResult<()> {
        let sql = "select name from person_text where person = $2 and name not in \
                   (select o.name from person_text o where o.person = $1) order by name";
        for row in self.tx.rows(sql, values![self.kept, self.gone]).await? {
            let name = row.text(0)?;
            let sql = "update person_text set person = $1 where person = $2 and name = $3";
            self.tx.run(sql, values![self.kept, self.gone, name.as_str()]).await?;
            self.moved.texts.push(name);
        }
        Ok(())
    }

    async fn documents(&mut self, photos: [Option<i64>; 2]) -> DbResult<()> {
        let sql =
            "select id from attachment where record = $1 and kind in ('person', 'person-photo') order by id";
        for row in self.tx.rows(sql, values![self.gone.to_string()]).await? {
            let (was, became) = (Written::Text(self.gone.to_string()), Written::Text(self.kept.to_string()));
            self.write("attachment", row.int(0)?, "record", was, became).await?;
        }
        if photos[0].is_none() {
            self.write("person", self.kept, "photo", Written::Int(None), Written::Int(photos[1])).await?;
        }
        Ok(())
    }

    /// A person has one account: where both files have one, that of the file kept stays.
    async fn accounts(&mut self) -> DbResult<()> {
        let linked = "select id from person_account where person = $1 and ended_at is null limit 1";
        let both = self.tx.one(linked, values![self.kept]).await?.is_some();
        if both && let Some(row) = self.tx.one(linked, values![self.gone]).await? {
            let now = Written::Int(Some(now_ms()));
            self.write("person_account", row.int(0)?, "ended_at", Written::Int(None), now).await?;
        }
        self.give_all("person_account").await
    }

    async fn holdings(&mut self) -> DbResult<()> {
        for hold in posts::store::of_person_in(self.tx, self.gone).await? {
            self.give("holding", hold.id).await?;
            let said = Some(posts::store::said(&hold));
            self.tx.changed_of(Some(self.kept), "person", &self.kept.to_string(), "post", None, said);
        }
        Ok(())
    }
}

/// What tells when a line of a numbered list began.
fn begun<T: Part>() -> &'static str {
    if T::TABLE == CvLine::TABLE { ", from_on" } else { ", ''" }
}

/// Merges a file into another: `taken` are the fields whose value comes from the file that goes. Gives the merge's id.
pub async fn merge(
    db: &Db,
    caller: &Caller,
    posts: &Posts,
    (kept, gone): (&Authorized<Person>, &Authorized<Person>),
    compared: &Comparison,
    taken: &[Field],
    ground: &str,
) -> DbResult<Result<i64, Refused>> {
    if kept.id == gone.id || kept.state == State::Merged || gone.state == State::Merged {
        return Ok(Err(stale()));
    }
    if !compared.overlaps.is_empty() {
        let why = msg!("两份档案在同一天任同一个职务；请先结束或更正其中一段，再合并");
        return Ok(Err(Refused::Said(why)));
    }
    let id = new_id();
    let mut event = caller.event("people.merge", "person", &kept.id.to_string(), kept.get(Field::Village));
    event.person = Some(kept.id);
    event.note = format!("{} ← {}", kept.id, gone.id);
    let mut tx = db.write(event).await?;
    let values: Values = compared
        .rows
        .iter()
        .filter(|r| taken.contains(&r.field))
        .map(|r| (r.field, r.values[1].clone()))
        .collect();
    let Changed::Done(rev) = store::set(&mut tx, kept, &values).await? else {
        tx.rollback().await?;
        return Ok(Err(stale()));
    };
    let day = today();
    let state = (gone.state.id().to_owned(), gone.state_on.clone());
    let alone = store::put_state(&mut tx, gone, State::Merged, &day).await? != Changed::Stale;
    let sql = "update person set rev = rev + 1, changed_at = $3 where id = $1 and rev = $2";
    if !alone || tx.run(sql, values![kept.id, rev, now_ms()]).await? == 0 {
        tx.rollback().await?;
        return Ok(Err(stale()));
    }
    tx.run("update person set merged_into = $2 where id = $1", values![gone.id, kept.id]).await?;
    let (to, from) = (kept.id.to_string(), gone.id.to_string());
    tx.changed_of(Some(gone.id), "person", &from, "merged", None, Some(kept.name().to_owned()));
    tx.changed_of(Some(kept.id), "person", &to, "merged", None, Some(gone.name().to_owned()));
    let row_of = |field: Field| compared.rows.iter().find(|r| r.field == field);
    let fields = taken.iter().filter_map(|f| row_of(*f));
    let fields =
        fields.map(|r| (r.field.id().to_owned(), r.values[0].clone(), r.values[1].clone())).collect();
    let mut go = Move {
        tx: &mut tx,
        kept: kept.id,
        gone: gone.id,
        moved: Moved { fields, state, ..Moved::default() },
    };
    let used = |r: &super::compare::Row| r.values[usize::from(taken.contains(&r.field))].clone();
    let in_use: Values = compared.rows.iter().map(|r| (r.field, used(r))).collect();
    let lost: Vec<(Field, String)> = compared
        .rows
        .iter()
        .filter(|r| r.field.is_claim() && r.differs())
        .map(|r| (r.field, r.values[usize::from(!taken.contains(&r.field))].clone()))
        .collect();
    go.claims(&in_use).await?;
    let source = format!("合并档案（{ground}）");
    go.tell((caller.account, &caller.name), &source, &lost).await?;
    go.give_part::<Education>(false).await?;
    go.give_part::<CvLine>(false).await?;
    go.give_part::<FamilyMember>(false).await?;
    go.give_part::<Merit>(false).await?;
    go.give_part::<Whereabouts>(true).await?;
    go.give_part::<PoolStay>(true).await?;
    go.holdings().await?;
    for table in [
        "filing_act",
        "correction",
        "pool_move",
        "pool_score",
        "campaign_entry",
        "membership_course",
        "membership_act",
        "membership_test",
        "review_subject",
        "motion",
        "motion_passed",
        "proposal",
        "duty_record",
        "inspection",
        "duty_report",
    ] {
        go.give_all(table).await?;
    }
    go.texts().await?;
    go.documents([kept.photo, gone.photo]).await?;
    go.accounts().await?;
    let moved = go.moved;
    let both = [kept.id, gone.id];
    repost(&tx, posts, &both).await?;
    parts::repool(&tx, &both, &day).await?;
    let plain = serde_json::to_vec(&moved).map_err(|e| DbError::Version(e.to_string()))?;
    let sealed = tx.keys().seal(&context(id), &plain);
    let sql = "insert into person_merge (id, kept, gone, ground, moved, by_name, at) values ($1, $2, $3, $4, $5, $6, $7)";
    let at = now_ms();
    tx.run(sql, values![id, kept.id, gone.id, ground, sealed, caller.name.as_str(), at]).await?;
    tx.commit().await?;
    Ok(Ok(id))
}
