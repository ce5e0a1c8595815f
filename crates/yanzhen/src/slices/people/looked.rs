//! Who looked at a file: the audited reads of it. The person may see them at any time.

use super::pages::time_text;
use kernel::key;
use platform::access::Role;
use platform::db::{Db, DbResult, Row, Value, numbered};
use platform::values;

/// Somebody who looked at the file.
pub struct Look {
    /// The account that looked.
    pub account: Option<i64>,
    pub who: String,
    pub unit: String,
    pub when: String,
    pub what: &'static str,
}

/// Acts that read a file, each with what it is called for whoever reads who looked.
const READS: [(&str, &str); 9] = [
    ("people.open", key!("查看档案")),
    ("people.unmask", key!("查看完整号码")),
    ("people.export", key!("导出")),
    ("people.own", key!("本人查看")),
    ("people.copy", key!("本人要了一份")),
    ("people.document.open", key!("打开材料")),
    ("duty.open", key!("查看履职记录")),
    ("people.proposal", key!("查看结果运用")),
    ("reviews.reveal", key!("联审核对证件号")),
];

/// The condition of the audited reads of so many records, `$1` and on.
fn reads(records: usize) -> String {
    let acts: Vec<String> = READS.iter().map(|(act, _)| format!("'{act}'")).collect();
    let (records, acts) = (numbered(1, records), acts.join(", "));
    format!("kind = 'person' and record in ({records}) and outcome = 'done' and action in ({acts})")
}

const COLUMNS: &str = "at, actor_name, role, action, note, actor";

/// A joint-review seat appears as its office.
fn look(row: &Row) -> DbResult<Look> {
    let (name, role, action) = (row.text(1)?, Role::by_id(&row.text(2)?), row.text(3)?);
    let seat = role == Some(Role::ReviewSeat);
    let what = READS.iter().find(|(act, _)| *act == action);
    Ok(Look {
        account: row.get(5)?,
        who: if seat { row.text(4)? } else { name },
        unit: role.map_or("", Role::title).to_owned(),
        when: time_text(row.int(0)?),
        what: what.map_or(key!("查看"), |(_, word)| word),
    })
}

/// The audited reads of a file and of those that went into it, the latest first, and how many there are.
pub async fn looks(db: &Db, files: &[i64], limit: i64, offset: i64) -> DbResult<(Vec<Look>, i64)> {
    let reads = reads(files.len());
    let mut values: Vec<Value> = files.iter().map(|id| Value::from(id.to_string())).collect();
    let n = db.one(&format!("select count(*) from audit where {reads}"), values.clone()).await?;
    let n = n.map(|r| r.int(0)).transpose()?.unwrap_or_default();
    values.extend(values![limit, offset]);
    let (limit, offset) = (values.len() - 1, values.len());
    let sql = format!(
        "select {COLUMNS} from audit where {reads} order by seq desc limit ${limit} offset ${offset}"
    );
    Ok((db.rows(&sql, values).await?.iter().map(look).collect::<DbResult<_>>()?, n))
}

/// Others than an account who looked since a moment: how many, and the last time one did.
pub async fn others(db: &Db, person: i64, account: i64, since: i64) -> DbResult<(i64, Option<Look>)> {
    let condition = format!("{} and actor is not null and actor <> $2 and at >= $3", reads(1));
    let values = || values![person.to_string(), account, since];
    let n = db.one(&format!("select count(distinct actor) from audit where {condition}"), values()).await?;
    let n = n.map(|r| r.int(0)).transpose()?.unwrap_or_default();
    let sql = format!("select {COLUMNS} from audit where {condition} order by seq desc limit 1");
    Ok((n, db.one(&sql, values()).await?.as_ref().map(look).transpose()?))
}
