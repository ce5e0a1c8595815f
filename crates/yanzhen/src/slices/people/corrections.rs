//! Requests for correction (更正): a person says what a field of the own file should be, the office answers.
//!
//! ```text
//! asked → granted | refused | withdrawn
//! ```

use super::claims::{self, Decided};
use super::field::Field;
use super::model::{Person, Values};
use super::parts::{self, Claim, Decision, Kept};
use super::store::{self, Changed};
use kernel::{Day, Message, WorkCalendar, key, msg};
use platform::access::{Authorized, Caller, Org, Part, Target};
use platform::db::{Db, DbError, DbResult, Row, Value, WriteTx, new_id, now_ms};
use platform::values;
use serde::{Deserialize, Serialize};

/// Where a request stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CorrectionState {
    /// Waits for the office.
    Asked,
    /// The file says so now.
    Granted,
    /// The file stays, for a stated reason.
    Refused,
    /// Taken back by the person.
    Withdrawn,
}

impl CorrectionState {
    pub const ALL: [CorrectionState; 4] = [
        CorrectionState::Asked,
        CorrectionState::Granted,
        CorrectionState::Refused,
        CorrectionState::Withdrawn,
    ];

    pub fn id(self) -> &'static str {
        match self {
            CorrectionState::Asked => "asked",
            CorrectionState::Granted => "granted",
            CorrectionState::Refused => "refused",
            CorrectionState::Withdrawn => "withdrawn",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            CorrectionState::Asked => key!("在核"),
            CorrectionState::Granted => key!("已更正"),
            CorrectionState::Refused => key!("没有更正"),
            CorrectionState::Withdrawn => key!("已撤回"),
        }
    }

    /// The tone of its tag.
    pub fn tone(self) -> &'static str {
        match self {
            CorrectionState::Asked => "info",
            CorrectionState::Granted => "ok",
            CorrectionState::Refused => "stop",
            CorrectionState::Withdrawn => "",
        }
    }

    pub fn by_id(id: &str) -> Option<CorrectionState> {
        CorrectionState::ALL.into_iter().find(|s| s.id() == id)
    }
}

/// A request for correction, with what is asked for opened.
#[derive(Clone, Debug)]
pub struct Correction {
    pub id: i64,
    pub person: i64,
    pub name: String,
    /// Nine digits; where the person's file stands now.
    pub township: String,
    /// Twelve digits.
    pub village: String,
    pub field: Field,
    /// In the field's stored form; empty clears.
    pub asked: String,
    pub reason: String,
    /// What it is shown by.
    pub attachment: Option<i64>,
    pub state: CorrectionState,
    pub answer: String,
    /// Milliseconds since 1970.
    pub at: i64,
    pub answered_by: String,
    pub answered_unit: String,
    pub answered_at: Option<i64>,
    /// The last day of the answer.
    pub due_on: String,
}

impl Target for Correction {
    fn org(&self) -> Org<'_> {
        Org { township: &self.township, village: &self.village }
    }
}

impl Correction {
    pub fn waits(&self) -> bool {
        self.state == CorrectionState::Asked
    }

    /// How its clock stands on a day; none where no clock runs.
    pub fn clock(&self, calendar: &WorkCalendar, today: Day) -> Option<Due> {
        if !self.waits() {
            return None;
        }
        Due::by(&self.due_on, calendar, today)
    }
}

/// How long is left for an answer.
pub struct Due {
    pub said: Message,
    /// Two working days or less.
    pub near: bool,
    pub late: bool,
}

impl Due {
    /// How long is left until a day (`2026-12-01`); none where it is no day.
    pub fn by(due_on: &str, calendar: &WorkCalendar, today: Day) -> Option<Due> {
        let left = calendar.workdays_between(today, due_on.parse().ok()?).days;
        let said = match left {
            0 => msg!("今天到期"),
            n if n > 0 => msg!("剩 {n} 个工作日", n = n),
            n => msg!("超期 {n} 个工作日", n = -n),
        };
        Some(Due { said, near: (0..=2).contains(&left), late: left < 0 })
    }

    /// The tone of its tag.
    pub fn tone(&self) -> &'static str {
        match (self.late, self.near) {
            (true, _) => "stop",
            (_, true) => "warn",
            _ => "",
        }
    }
}

/// The fields that a person may ask to have corrected: all but those that follow from others or name a place.
pub fn fields() -> impl Iterator<Item = Field> {
    Field::ALL.into_iter().filter(|f| !matches!(f, Field::Village | Field::ToldOn))
}

/// What the history says of a request: what is asked for is left out where it is sealed.
#[derive(Serialize, Deserialize)]
pub struct Told {
    pub field: String,
    pub asked: String,
    pub state: String,
    /// The person's reason, later the office's answer.
    pub why: String,
}

/// The field of the history.
pub const FIELD: &str = "correction";

fn told(c: &Correction) -> Option<String> {
    let said = Told {
        field: c.field.id().to_owned(),
        asked: if c.field.is_sealed() { String::new() } else { c.asked.clone() },
        state: c.state.id().to_owned(),
        why: if c.answer.is_empty() { c.reason.clone() } else { c.answer.clone() },
    };
    serde_json::to_string(&said).ok()
}

const CORRECTION: &str = "select c.id, c.person, p.name, p.township, p.village, c.field, c.asked, c.reason, c.attachment, \
    c.state, c.answer, c.at, c.answered_by, c.answered_unit, c.answered_at, c.due_on \
    from correction c join person p on p.id = c.person";

fn context(id: i64) -> String {
    format!("correction/{id}/asked")
}

fn of(db: &Db, row: &Row) -> DbResult<Correction> {
    let (id, field, state) = (row.int(0)?, row.text(5)?, row.text(9)?);
    let unknown = |what: &str| DbError::Version(format!("unknown word {what}"));
    let asked = db.keys().open(&context(id), &row.get::<Vec<u8>>(6)?);
    let asked = asked.map_err(|e| DbError::Sealed(e.to_string()))?;
    Ok(Correction {
        id,
        person: row.int(1)?,
        name: row.text(2)?,
        township: row.text(3)?,
        village: row.text(4)?,
        field: Field::by_id(&field).ok_or_else(|| unknown(&field))?,
        asked: String::from_utf8_lossy(&asked).into_owned(),
        reason: row.text(7)?,
        attachment: row.get(8)?,
        state: CorrectionState::by_id(&state).ok_or_else(|| unknown(&state))?,
        answer: row.text(10)?,
        at: row.int(11)?,
        answered_by: row.text(12)?,
        answered_unit: row.text(13)?,
        answered_at: row.get(14)?,
        due_on: row.text(15)?,
    })
}

/// A request by its id.
pub async fn find(db: &Db, id: i64) -> DbResult<Option<Correction>> {
    let row = db.one(&format!("{CORRECTION} where c.id = $1"), values![id]).await?;
    row.as_ref().map(|r| of(db, r)).transpose()
}

/// A person's requests, the latest first.
pub async fn of_person(db: &Db, person: i64) -> DbResult<Vec<Correction>> {
    let sql = format!("{CORRECTION} where c.person = $1 order by c.id desc");
    db.rows(&sql, values![person]).await?.iter().map(|r| of(db, r)).collect()
}

const PART: &str = "($1 = '' or p.township = $1) and ($2 = '' or p.village = $2)";

/// The requests of a part: those that wait, the soonest due first, or those that were answered or withdrawn, the
/// latest first.
pub async fn list(db: &Db, part: &Part, waiting: bool, limit: u64, offset: u64) -> DbResult<Vec<Correction>> {
    let (is, order) = if waiting { ("=", "c.due_on, c.id") } else { ("<>", "c.id desc") };
    let sql =
        format!("{CORRECTION} where {PART} and c.state {is} 'asked' order by {order} limit $3 offset $4");
    let values = values![part.township(), part.village(), limit as i64, offset as i64];
    db.rows(&sql, values).await?.iter().map(|r| of(db, r)).collect()
}

/// How many requests of a part wait, how many of them since before a day, how many are closed.
pub async fn count(db: &Db, part: &Part, day: &str) -> DbResult<(u64, u64, u64)> {
    let of = |condition: &str| {
        format!(
            "(select count(*) from correction c join person p on p.id = c.person where {PART} and {condition})"
        )
    };
    let sql = format!(
        "select {}, {}, {}",
        of("c.state = 'asked'"),
        of("c.state = 'asked' and c.due_on < $3"),
        of("c.state <> 'asked'")
    );
    let values = values![part.township(), part.village(), day];
    let row = db.one(&sql, values).await?.ok_or(DbError::Missing)?;
    let n = |k: usize| row.int(k).map(|n| u64::try_from(n).unwrap_or_default());
    Ok((n(0)?, n(1)?, n(2)?))
}

/// How many requests of a part wait for an answer.
pub async fn waiting(db: &Db, part: &Part) -> DbResult<u64> {
    let sql = format!(
        "select count(*) from correction c join person p on p.id = c.person where {PART} and c.state = 'asked'"
    );
    let row = db.one(&sql, values![part.township(), part.village()]).await?.ok_or(DbError::Missing)?;
    Ok(u64::try_from(row.int(0)?).unwrap_or_default())
}

/// What a person asks for; the value is checked and normalised before (see [`super::input`]).
pub struct New<'a> {
    pub field: Field,
    pub value: &'a str,
    pub reason: &'a str,
    pub attachment: Option<i64>,
    pub due_on: &'a str,
}

/// Writes a request; nothing where one for the same field waits already.
pub async fn ask(tx: &mut WriteTx, person: &Person, new: &New<'_>) -> DbResult<Option<i64>> {
    let same = "select 1 from correction where person = $1 and field = $2 and state = 'asked'";
    if tx.one(same, values![person.id, new.field.id()]).await?.is_some() {
        return Ok(None);
    }
    let (id, at) = (new_id(), now_ms());
    let sealed = tx.keys().seal(&context(id), new.value.as_bytes());
    let sql = "insert into correction (id, person, field, asked, reason, attachment, state, at, due_on) \
               values ($1, $2, $3, $4, $5, $6, 'asked', $7, $8)";
    let values = values![id, person.id, new.field.id(), sealed, new.reason, new.attachment, at, new.due_on];
    tx.run(sql, values).await?;
    let said = Told {
        field: new.field.id().to_owned(),
        asked: if new.field.is_sealed() { String::new() } else { new.value.to_owned() },
        state: CorrectionState::Asked.id().to_owned(),
        why: new.reason.to_owned(),
    };
    let said = serde_json::to_string(&said).ok();
    tx.changed_of(Some(person.id), "person", &person.id.to_string(), FIELD, None, said);
    Ok(Some(id))
}

/// Moves a request that waits; false where it waits no more.
async fn close(
    tx: &mut WriteTx,
    correction: &Correction,
    state: CorrectionState,
    (by, unit, answer): (&str, &str, &str),
) -> DbResult<bool> {
    let sql = "update correction set state = $2, answer = $3, answered_by = $4, answered_unit = $5, answered_at = $6 \
               where id = $1 and state = 'asked'";
    let values: Vec<Value> = values![correction.id, state.id(), answer, by, unit, now_ms()];
    if tx.run(sql, values).await? == 0 {
        return Ok(false);
    }
    let after = Correction { state, answer: answer.to_owned(), ..correction.clone() };
    let (person, record) = (correction.person, correction.person.to_string());
    tx.changed_of(Some(person), "person", &record, FIELD, told(correction), told(&after));
    Ok(true)
}

/// Takes a request back; false where it was answered meanwhile.
pub async fn withdraw(
    db: &Db,
    caller: &Caller,
    person: &Authorized<Person>,
    of: &Correction,
) -> DbResult<bool> {
    let mut event =
        caller.event("correction.withdraw", "person", &person.id.to_string(), person.get(Field::Village));
    event.person = Some(person.id);
    let mut tx = db.write(event).await?;
    let done = close(&mut tx, of, CorrectionState::Withdrawn, ("", "", "")).await?;
    if done {
        tx.commit().await?
    } else {
        tx.rollback().await?
    }
    Ok(done)
}

/// The office's answer.
pub struct Answer<'a> {
    pub grant: bool,
    /// Told to the person.
    pub text: &'a str,
    /// What a verified claim is recognised from.
    pub document: &'a str,
    pub document_on: &'a str,
}

/// What came of an answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Answered {
    Done,
    /// Answered, withdrawn, or the file changed, since it was read.
    Stale,
}

/// Answers a request. What is granted is written: a verified claim as one that is recognised from its document, any
/// other field by itself. Who may answer, and that nobody answers the own request, is the caller's to see to.
pub async fn answer(
    db: &Db,
    caller: &Caller,
    person: &Authorized<Person>,
    correction: &Correction,
    answer: &Answer<'_>,
) -> DbResult<Answered> {
    let verb = if answer.grant { "correction.grant" } else { "correction.refuse" };
    let mut event = caller.event(verb, "person", &person.id.to_string(), person.get(Field::Village));
    event.person = Some(person.id);
    event.note = correction.field.id().to_owned();
    let mut tx = db.write(event).await?;
    let done = answer_in(&mut tx, caller, person, correction, answer).await?;
    match done {
        Answered::Done => tx.commit().await?,
        Answered::Stale => tx.rollback().await?,
    }
    Ok(done)
}

async fn answer_in(
    tx: &mut WriteTx,
    caller: &Caller,
    person: &Person,
    correction: &Correction,
    answer: &Answer<'_>,
) -> DbResult<Answered> {
    let state = if answer.grant { CorrectionState::Granted } else { CorrectionState::Refused };
    if !close(tx, correction, state, (&caller.name, &caller.unit, answer.text)).await? {
        return Ok(Answered::Stale);
    }
    if !answer.grant {
        return Ok(Answered::Done);
    }
    let field = correction.field;
    let written = if field.is_claim() {
        let by = (caller.account, caller.name.as_str());
        let (document, on) = (answer.document, answer.document_on);
        let claim = Claim {
            attachment: correction.attachment,
            ..claims::proposal(by, field.id(), &correction.asked, document, on, "本人申请更正")
        };
        let made = parts::put(tx, &[(person.id, claim.clone())]).await?;
        let kept = Kept { id: made.into_iter().next().ok_or(DbError::Missing)?, part: claim };
        let decision = Decision { by: &caller.name, unit: &caller.unit, reason: answer.text };
        claims::decide_in(tx, person, &kept, true, &decision).await? == Decided::Done
    } else {
        let new = Values::from([(field, correction.asked.clone())]);
        store::set(tx, person, &new).await? != Changed::Stale
    };
    Ok(if written { Answered::Done } else { Answered::Stale })
}
