//! What applicants ask by the public pages, and what the office answers: sealed, for it is about a person.

use super::opened;
use platform::access::Part;
use platform::db::{Db, DbError, DbResult, WriteTx, new_id};
use platform::values;

/// A question of an applicant.
#[derive(Clone, Debug, Default)]
pub struct Ask {
    pub id: i64,
    pub entry: i64,
    /// Milliseconds since 1970.
    pub at: i64,
    pub due_on: String,
    pub text: String,
    /// Empty before somebody answered.
    pub answer: String,
    pub answered_by: String,
    pub answered_on: String,
}

impl Ask {
    pub fn is_open(&self) -> bool {
        self.answered_on.is_empty()
    }
}

fn context(id: i64, what: &str) -> String {
    format!("ask/{id}/{what}")
}

/// The questions of an application, the latest first.
pub async fn of(db: &Db, entry: i64) -> DbResult<Vec<Ask>> {
    let sql = "select id, at, due_on, text, answer, answered_by, answered_on from campaign_ask where entry = $1 \
               order by at desc, id desc";
    let mut out = Vec::new();
    for row in db.rows(sql, values![entry]).await? {
        let id = row.int(0)?;
        let unseal = |column: usize, what: &str| -> DbResult<String> {
            let sealed: Option<Vec<u8>> = row.get(column)?;
            let plain = sealed.map(|s| opened(db, &context(id, what), &s)).transpose()?.unwrap_or_default();
            String::from_utf8(plain).map_err(|e| DbError::Version(e.to_string()))
        };
        out.push(Ask {
            id,
            entry,
            at: row.int(1)?,
            due_on: row.text(2)?,
            text: unseal(3, "text")?,
            answer: unseal(4, "answer")?,
            answered_by: row.text(5)?,
            answered_on: row.text(6)?,
        });
    }
    Ok(out)
}

/// Takes a question in.
pub async fn add(tx: &WriteTx, entry: i64, at: i64, due_on: &str, text: &str) -> DbResult<()> {
    let id = new_id();
    let sealed = tx.keys().seal(&context(id, "text"), text.as_bytes());
    let row = values![id, entry, at, due_on, sealed];
    tx.insert_many("campaign_ask (id, entry, at, due_on, text)", vec![row], "").await
}

/// Answers a question; false where somebody answered it before.
pub async fn answer(tx: &WriteTx, ask: &Ask) -> DbResult<bool> {
    let sealed = tx.keys().seal(&context(ask.id, "answer"), ask.answer.as_bytes());
    let sql = "update campaign_ask set answer = $3, answered_by = $4, answered_on = $5 \
               where id = $1 and entry = $2 and answered_on = ''";
    let values = values![ask.id, ask.entry, sealed, ask.answered_by.as_str(), ask.answered_on.as_str()];
    let done = tx.run(sql, values).await? == 1;
    super::entries::tell_anew(tx, ask.entry).await?;
    Ok(done)
}

/// How many questions of a part wait, and the first last day.
pub async fn waiting(db: &Db, part: &Part) -> DbResult<(u64, String)> {
    let sql = "select count(*), coalesce(min(a.due_on), '') from campaign_ask a join campaign_entry e on e.id = a.entry \
               where a.answered_on = '' and ($1 = '' or e.township = $1)";
    let row = db.one(sql, values![part.township()]).await?;
    row.map_or(Ok((0, String::new())), |r| Ok((r.int(0)?.unsigned_abs(), r.text(1)?)))
}

/// How many objections to notices wait for whoever runs the campaign, and the first last day. A township's own campaigns, or
/// all of them.
pub async fn objections_waiting(db: &Db, part: &Part) -> DbResult<(u64, String)> {
    let sql = "select count(*), coalesce(min(o.due_on), '') from notice_objection o join campaign_notice n on n.id = o.notice \
               join campaign c on c.id = n.campaign where o.state = 'open' and ($1 = '' or c.township = $1)";
    let row = db.one(sql, values![part.township()]).await?;
    row.map_or(Ok((0, String::new())), |r| Ok((r.int(0)?.unsigned_abs(), r.text(1)?)))
}
