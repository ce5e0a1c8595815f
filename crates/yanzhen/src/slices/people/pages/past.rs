//! What happened to a file: who looked at it, what changed. Of files that went into it too.

use super::time_text;
use crate::slices::people::parts::places;
use crate::slices::people::say::{history_title, say};
use crate::slices::people::{Field, State};
use crate::slices::places::store::today;
use platform::access::Role;
use platform::db::{Db, DbResult, Past, Value};
use platform::page::Page;
use platform::secrets::{mask_bank, mask_identity, mask_phone};
use platform::values;
use policy::people::People;

/// Somebody who looked at the file.
pub struct Look {
    pub who: String,
    pub unit: String,
    pub when: String,
    pub what: &'static str,
}

/// A change of the file.
pub struct Change {
    pub title: String,
    pub was: String,
    pub became: String,
    pub by: String,
    pub when: String,
    pub sealed: bool,
}

/// What an action on the file is called for whoever reads who looked.
fn look_word(action: &str) -> &'static str {
    match action {
        "people.open" => kernel::key!("查看档案"),
        "people.unmask" => kernel::key!("查看完整号码"),
        "people.export" => kernel::key!("导出"),
        "people.own" => kernel::key!("本人查看"),
        "people.document.open" => kernel::key!("打开材料"),
        _ => kernel::key!("查看"),
    }
}

/// The audited reads of files, the latest first; a joint-review seat appears as its office.
pub async fn looks(db: &Db, files: &[i64], limit: i64, offset: i64) -> DbResult<(Vec<Look>, i64)> {
    let reads = |from: usize| {
        format!(
            "kind = 'person' and record in ({}) and outcome = 'done' and action in \
             ('people.open', 'people.unmask', 'people.export', 'people.own', 'people.document.open')",
            places(from, files.len())
        )
    };
    let records = || files.iter().map(|id| Value::from(id.to_string())).collect::<Vec<_>>();
    let count = format!("select count(*) from audit where {}", reads(1));
    let n = db.one(&count, records()).await?.map(|r| r.int(0)).transpose()?.unwrap_or_default();
    let sql = format!(
        "select at, actor_name, role, action, note from audit where {} order by seq desc limit $1 offset $2",
        reads(3)
    );
    let rows = db.rows(&sql, [values![limit, offset], records()].concat()).await?;
    let looks = rows
        .iter()
        .map(|r| {
            let (name, role, action) = (r.text(1)?, Role::by_id(&r.text(2)?), r.text(3)?);
            let seat = role == Some(Role::ReviewSeat);
            Ok(Look {
                who: if seat { r.text(4)? } else { name },
                unit: role.map_or("", Role::title).to_owned(),
                when: time_text(r.int(0)?),
                what: look_word(&action),
            })
        })
        .collect::<DbResult<Vec<_>>>()?;
    Ok((looks, n))
}

/// A value of the history: sealed fields are told by their mask alone.
pub fn history_value(page: &Page, people: &People, field: &str, value: Option<&str>, today: &str) -> String {
    let Some(value) = value else { return String::new() };
    match Field::by_id(field) {
        Some(Field::Identity) => mask_identity(value),
        Some(Field::Phone) => mask_phone(value),
        Some(Field::Bank) => mask_bank(value),
        Some(Field::Health) => page.t("（已加密）").to_owned(),
        Some(field) => say(page, people, field, value, today),
        None if field == "state" => {
            State::by_id(value).map_or_else(String::new, |s| page.t(s.title()).to_owned())
        }
        None => list_said(value),
    }
}

/// A list of the history in short: the texts of its rows.
fn list_said(value: &str) -> String {
    let Ok(json) = serde_json::from_str::<serde_json::Value>(value) else { return value.to_owned() };
    let text = |row: &serde_json::Value| -> String {
        let map = row.as_object();
        let texts = map
            .into_iter()
            .flatten()
            .filter_map(|(k, v)| v.as_str().filter(|s| !s.is_empty() && k != "by_name"));
        texts.take(4).collect::<Vec<_>>().join(" ")
    };
    match &json {
        serde_json::Value::Array(rows) => rows.iter().map(text).collect::<Vec<_>>().join("；"),
        row @ serde_json::Value::Object(_) => text(row),
        other => other.to_string(),
    }
}

/// What changed in files, the latest first: in a file and in those that went into it. Whoever reads it may read them.
pub async fn changes(
    page: &Page,
    db: &Db,
    people: &People,
    files: &[i64],
    limit: u64,
    offset: u64,
) -> DbResult<Vec<Change>> {
    let day = today();
    let mut all = Vec::new();
    for file in files {
        all.extend(db.history("person", &file.to_string(), limit + offset, 0).await?);
    }
    // Each file's own is in order already.
    all.sort_by_key(|past| std::cmp::Reverse(past.seq));
    let some = all.into_iter().skip(usize::try_from(offset).unwrap_or_default());
    let of = |past: Past| Change {
        title: page.w(history_title(&past.field)),
        was: history_value(page, people, &past.field, past.was.as_deref(), &day),
        became: history_value(page, people, &past.field, past.became.as_deref(), &day),
        by: past.by,
        when: time_text(past.at),
        sealed: past.destroyed,
    };
    Ok(some.take(usize::try_from(limit).unwrap_or_default()).map(of).collect())
}
