//! Appeals against results: asked in the days of notice, answered by someone who did not rate.
//!
//! ```text
//! asked → upheld (a correction makes a new version) | rejected (with the reason) | withdrawn
//! ```

use super::model::{Placed, Round, State};
use super::store;
use crate::slices::calendar::store::calendar;
use crate::slices::places::facts::adopted;
use crate::slices::places::store::today;
use kernel::{Day, Message, key, msg};
use platform::access::{Authorized, Caller, Org, Part, Target};
use platform::db::{Db, DbError, DbResult, Row, WriteTx, new_id, now_ms};
use platform::values;

/// Where an appeal stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AppealState {
    Asked,
    Upheld,
    Rejected,
    Withdrawn,
}

impl AppealState {
    pub const ALL: [AppealState; 4] =
        [AppealState::Asked, AppealState::Upheld, AppealState::Rejected, AppealState::Withdrawn];

    pub fn id(self) -> &'static str {
        match self {
            AppealState::Asked => "asked",
            AppealState::Upheld => "upheld",
            AppealState::Rejected => "rejected",
            AppealState::Withdrawn => "withdrawn",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            AppealState::Asked => key!("待答复"),
            AppealState::Upheld => key!("成立，已更正"),
            AppealState::Rejected => key!("维持"),
            AppealState::Withdrawn => key!("已撤回"),
        }
    }

    /// The tone of its tag.
    pub fn tone(self) -> &'static str {
        match self {
            AppealState::Asked => "plan",
            AppealState::Upheld => "ok",
            AppealState::Rejected | AppealState::Withdrawn => "",
        }
    }

    pub fn by_id(id: &str) -> Option<AppealState> {
        AppealState::ALL.into_iter().find(|s| s.id() == id)
    }
}

/// An appeal against one indicator of a result.
#[derive(Clone, Debug)]
pub struct Appeal {
    pub id: i64,
    pub round: i64,
    pub code: String,
    pub township: String,
    pub village: String,
    /// The indicator; empty for the result as a whole.
    pub indicator: String,
    pub text: String,
    pub attachment: Option<i64>,
    pub state: AppealState,
    pub by_account: Option<i64>,
    pub by: String,
    pub at: i64,
    pub due_on: String,
    pub answer: String,
    pub answered_by: String,
    pub answered_at: Option<i64>,
    /// The version that upholds it.
    pub version: Option<i64>,
    pub rev: i64,
}

impl Target for Appeal {
    fn org(&self) -> Org<'_> {
        Org { township: &self.township, village: &self.village }
    }
}

const APPEAL: &str = "select id, round, code, township, village, indicator, text, attachment, state, by_account, by_name, at, \
    due_on, answer, answered_by, answered_at, version, rev from appeal";

fn of(r: &Row) -> DbResult<Appeal> {
    let state = r.text(8)?;
    Ok(Appeal {
        id: r.int(0)?,
        round: r.int(1)?,
        code: r.text(2)?,
        township: r.text(3)?,
        village: r.text(4)?,
        indicator: r.text(5)?,
        text: r.text(6)?,
        attachment: r.get(7)?,
        state: AppealState::by_id(&state)
            .ok_or_else(|| DbError::Version(format!("unknown state {state}")))?,
        by_account: r.get(9)?,
        by: r.text(10)?,
        at: r.int(11)?,
        due_on: r.text(12)?,
        answer: r.text(13)?,
        answered_by: r.text(14)?,
        answered_at: r.get(15)?,
        version: r.get(16)?,
        rev: r.int(17)?,
    })
}

/// An appeal by its id.
pub async fn find(db: &Db, id: i64) -> DbResult<Option<Appeal>> {
    db.one(&format!("{APPEAL} where id = $1"), values![id]).await?.as_ref().map(of).transpose()
}

/// The appeals of a part, those that wait first; `round` limits, 0 for all.
pub async fn list(db: &Db, round: i64, part: &Part) -> DbResult<Vec<Appeal>> {
    let sql = format!(
        "{APPEAL} where ($1 = 0 or round = $1) and ($2 = '' or township = $2) \
         order by case when state = 'asked' then 0 else 1 end, due_on, id"
    );
    db.rows(&sql, values![round, part.township()]).await?.iter().map(of).collect()
}

/// The appeals about one subject.
pub async fn of_subject(db: &Db, round: i64, code: &str) -> DbResult<Vec<Appeal>> {
    let sql = format!("{APPEAL} where round = $1 and code = $2 order by id");
    db.rows(&sql, values![round, code]).await?.iter().map(of).collect()
}

/// How many appeals of a part wait.
pub async fn waiting(db: &Db, part: &Part) -> DbResult<u64> {
    let sql = "select count(*) from appeal where state = 'asked' and ($1 = '' or township = $1)";
    let row = db.one(sql, values![part.township()]).await?;
    Ok(row.map(|r| r.int(0)).transpose()?.unwrap_or_default().try_into().unwrap_or_default())
}

/// Whether results may be appealed against now.
///
/// # Errors
/// Why not.
pub fn open(round: &Round, today: &str) -> Result<(), Message> {
    if round.state != State::Published {
        return Err(msg!("只在公示期间受理申诉"));
    }
    if today > round.notice_until.as_str() {
        return Err(msg!("公示已于 {day} 结束，不再受理", day = round.notice_until.as_str()));
    }
    Ok(())
}

/// Appeals against an indicator; gives the appeal's id.
pub async fn ask(
    db: &Db,
    caller: &Caller,
    placed: &Authorized<Placed>,
    indicator: &str,
    text: &str,
) -> DbResult<Result<i64, Vec<(&'static str, Message)>>> {
    let (round, subject) = (&placed.round, &placed.subject);
    let pack = adopted(db, round.pack).await?;
    let day = today();
    let mut faults = Vec::new();
    if let Err(why) = open(round, &day) {
        faults.push(("text", why));
    }
    if text.trim().is_empty() {
        faults.push(("text", msg!("请写明哪里不对、应当是多少、有什么依据")));
    }
    if !indicator.is_empty() && !pack.indicators.iter().any(|i| i.id == indicator) {
        faults.push(("indicator", msg!("没有名为 {id} 的指标", id = indicator)));
    }
    let before = of_subject(db, round.id, &subject.code).await?;
    if before.iter().any(|a| a.state == AppealState::Asked && a.indicator == indicator) {
        faults.push(("indicator", msg!("这一项已经提出申诉，正在答复")));
    }
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    let calendar = calendar(db).await?;
    let from = day.parse::<Day>().map_err(|e| DbError::Version(e.to_string()))?;
    let due = calendar.add_workdays(from, pack.answer_workdays).day.to_string();
    let id = new_id();
    let mut event = caller.event("appeal.ask", "appeal", &id.to_string(), &subject.village);
    event.person = subject.person;
    let mut tx = db.write(event).await?;
    // Who ends the notice has read how many appeals wait: one more changes the round's revision.
    let standing = store::find_in(&tx, round.id).await?;
    match standing.map(|now| open(&now, &day).map(|()| now)) {
        Some(Ok(now)) => drop(store::save(&tx, &now).await?),
        Some(Err(why)) => {
            tx.rollback().await?;
            return Ok(Err(vec![("text", why)]));
        }
        None => return Err(DbError::Missing),
    }
    let sql = "insert into appeal (id, round, code, township, village, indicator, text, state, by_account, by_name, at, \
               due_on) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    let values = values![
        id,
        round.id,
        subject.code.as_str(),
        subject.township.as_str(),
        subject.village.as_str(),
        indicator,
        text.trim(),
        AppealState::Asked.id(),
        caller.account,
        caller.name.as_str(),
        now_ms(),
        due
    ];
    tx.run(sql, values).await?;
    tx.changed("", "text", None, Some(text.trim().to_owned()));
    tx.commit().await?;
    Ok(Ok(id))
}

/// How an appeal is answered.
#[derive(Clone, Debug)]
pub struct Answer {
    pub appeal: Appeal,
    pub text: String,
}

/// Whether somebody may answer: not who marked the cell in question, nor the unit that did.
///
/// # Errors
/// Why not.
pub async fn impartial(db: &Db, caller: &Caller, appeal: &Appeal) -> DbResult<Result<(), Message>> {
    let marks = store::marks_on(db, appeal.round, &appeal.code).await?;
    let asked = |indicator: &str| appeal.indicator.is_empty() || appeal.indicator == indicator;
    if marks.iter().any(|m| asked(&m.indicator) && m.by_account == Some(caller.account)) {
        return Ok(Err(msg!("您给这一项打过分，申诉由没有参与评分的人答复")));
    }
    let sheets = store::sheets(db, appeal.round).await?;
    let rated = |m: &store::Mark| {
        sheets.iter().any(|s| {
            s.rater == m.rater
                && s.unit == caller.unit
                && (s.township.is_empty() || s.township == appeal.township)
        })
    };
    if marks.iter().any(|m| asked(&m.indicator) && rated(m)) {
        return Ok(Err(msg!("您的单位给这一项打过分，申诉由没有参与评分的人答复")));
    }
    Ok(Ok(()))
}

/// Rejects an appeal with the reason.
pub async fn reject(
    db: &Db,
    caller: &Caller,
    appeal: &Authorized<Appeal>,
    text: &str,
) -> DbResult<Result<(), Message>> {
    if text.trim().is_empty() {
        return Ok(Err(msg!("请写明理由")));
    }
    if let Err(why) = impartial(db, caller, appeal).await? {
        return Ok(Err(why));
    }
    let event = caller.event("appeal.reject", "appeal", &appeal.id.to_string(), &appeal.village);
    let mut tx = db.write(event).await?;
    let answer = Answer { appeal: (**appeal).clone(), text: text.trim().to_owned() };
    if !answer_in(&mut tx, caller, &answer, None).await? {
        tx.rollback().await?;
        return Ok(Err(msg!("别人刚改过，请看一看再改")));
    }
    tx.commit().await?;
    Ok(Ok(()))
}

/// Writes an answer in a transaction: with a version it upholds. False where somebody answered since.
pub async fn answer_in(
    tx: &mut WriteTx,
    caller: &Caller,
    answer: &Answer,
    version: Option<i64>,
) -> DbResult<bool> {
    let a = &answer.appeal;
    let state = if version.is_some() { AppealState::Upheld } else { AppealState::Rejected };
    let sql = "update appeal set state = $3, answer = $4, answered_by = $5, answered_at = $6, version = $7, rev = rev + 1 \
               where id = $1 and rev = $2 and state = 'asked'";
    let values =
        values![a.id, a.rev, state.id(), answer.text.as_str(), caller.name.as_str(), now_ms(), version];
    let done = tx.run(sql, values).await? == 1;
    tx.changed_of(
        None,
        "appeal",
        &a.id.to_string(),
        "state",
        Some(a.state.id().into()),
        Some(state.id().into()),
    );
    Ok(done)
}

/// Takes the own appeal back.
pub async fn withdraw(db: &Db, caller: &Caller, appeal: &Appeal) -> DbResult<bool> {
    if appeal.by_account != Some(caller.account) || appeal.state != AppealState::Asked {
        return Ok(false);
    }
    let tx =
        db.write(caller.event("appeal.withdraw", "appeal", &appeal.id.to_string(), &appeal.village)).await?;
    let sql =
        "update appeal set state = 'withdrawn', rev = rev + 1 where id = $1 and rev = $2 and state = 'asked'";
    if tx.run(sql, values![appeal.id, appeal.rev]).await? != 1 {
        tx.rollback().await?;
        return Ok(false);
    }
    tx.commit().await?;
    Ok(true)
}
