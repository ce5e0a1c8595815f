//! Cells as they are saved: by the page's script a few at a time, or by the whole form.

use super::marks::{Asked, render};
use super::{Opened, clock_text};
use crate::slices::appraisals::sheet::{self, Entry, enter};
use crate::slices::appraisals::{store, tally};
use crate::slices::places::Desk;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Form, Json};
use kernel::msg;
use platform::kit::Link;
use platform::web::{Answer, Failure};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// The most cells of one message.
const MOST: usize = 3000;
/// The longest note, letters.
const NOTE: usize = 500;

/// Cells as the script sends them.
#[derive(Debug, Deserialize)]
pub struct Sent {
    cells: Vec<Entry>,
}

/// What came of them.
#[derive(Debug, Serialize)]
struct Told {
    saved: Vec<(String, String, String)>,
    refused: Vec<Refused>,
    at: String,
    done: Done,
}

#[derive(Debug, Serialize)]
struct Refused {
    code: String,
    column: String,
    value: String,
    reason: String,
    now: Option<Now>,
}

/// What somebody else wrote meanwhile.
#[derive(Debug, Serialize)]
struct Now {
    value: String,
    by: String,
    at: String,
}

#[derive(Debug, Serialize)]
struct Done {
    filled: usize,
    of: usize,
    left: usize,
    unchecked: usize,
}

/// Why cells cannot be taken at all.
fn too_much(cells: &[Entry]) -> Answer<()> {
    if cells.len() > MOST {
        let why = msg!("有 {n} 格，一次最多 {most} 格", n = cells.len(), most = MOST);
        return Err(Failure::Bad(why));
    }
    let long = |e: &Entry| e.note.as_ref().is_some_and(|n| n.chars().count() > NOTE);
    if cells.iter().any(long) {
        return Err(Failure::Bad(msg!("说明最多 500 字")));
    }
    let unseen = |t: &String| t.contains('\0');
    if cells.iter().any(|e| unseen(&e.value) || e.note.as_ref().is_some_and(unseen)) {
        return Err(Failure::Bad(msg!("里面有看不见的字符，请删去后再提交")));
    }
    Ok(())
}

/// Saves a few cells: good ones stand, each other one is told with its reason.
pub async fn cells(desk: Desk, Path(id): Path<i64>, Json(sent): Json<Sent>) -> Answer<Response> {
    let opened = Opened::of(&desk, id).await?;
    too_much(&sent.cells)?;
    let Opened { sheet, round, pack, columns } = &opened;
    let entered = enter(&desk.db, &desk.caller, round, sheet, pack, &sent.cells).await?;
    let done = tally::done_of(&desk.db, sheet, pack, columns).await?;
    let lang = desk.visitor.lang;
    let told = Told {
        saved: entered.saved,
        refused: entered
            .refused
            .into_iter()
            .map(|r| Refused {
                code: r.code,
                column: r.column,
                value: r.value,
                reason: r.reason.text(lang),
                now: r.now.map(|(value, by, at)| Now { value, by, at: clock_text(at) }),
            })
            .collect(),
        at: clock_text(entered.at),
        done: Done { filled: done.filled, of: done.of, left: done.left(), unchecked: done.unchecked },
    };
    Ok(Json(told).into_response())
}

/// The cells of a form: `v.CODE.COLUMN` as typed, `n.CODE.COLUMN` the note, and in `was`, a line each, what the page
/// showed. What was not touched is left out.
fn entries(fields: &[(String, String)]) -> Vec<Entry> {
    let all = fields.iter().filter(|(name, _)| name == "was").flat_map(|(_, text)| text.lines());
    let mut was: HashMap<(&str, &str), &str> = HashMap::new();
    for line in all {
        if let [code, column, value] = line.splitn(3, '\t').collect::<Vec<_>>().as_slice() {
            was.insert((code, column), value.trim());
        }
    }
    let named = |kind: &str, name: &str| {
        let mut parts = name.strip_prefix(kind)?.strip_prefix('.')?.splitn(2, '.');
        Some((parts.next()?.to_owned(), parts.next()?.to_owned()))
    };
    let mut notes: HashMap<(String, String), &String> =
        fields.iter().filter_map(|(name, text)| Some((named("n", name)?, text))).collect();
    let mut out = Vec::new();
    for (name, value) in fields {
        let Some(key) = named("v", name) else { continue };
        let before = was.get(&(key.0.as_str(), key.1.as_str())).copied().unwrap_or_default();
        let note = notes.remove(&key);
        if value.trim() == before && note.is_none() {
            continue;
        }
        out.push(Entry {
            value: value.clone(),
            was: Some(before.to_owned()),
            note: note.cloned(),
            code: key.0,
            column: key.1,
        });
    }
    out
}

/// Saves a whole form; what was refused comes back in its place.
pub async fn form(
    desk: Desk,
    Path(id): Path<i64>,
    Query(mut asked): Query<Asked>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let opened = Opened::of(&desk, id).await?;
    let entries = entries(&fields);
    too_much(&entries)?;
    let entered = enter(&desk.db, &desk.caller, &opened.round, &opened.sheet, &opened.pack, &entries).await?;
    let field = |name: &str| fields.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v.as_str());
    let from_cell = field("back") == "cell";
    if from_cell {
        field("code").clone_into(&mut asked.code);
        let known = store::subject(&desk.db, &opened.round, &asked.code).await?;
        if known
            .is_none_or(|k| !opened.sheet.township.is_empty() && k.subject.township != opened.sheet.township)
        {
            return Err(Failure::NotFound);
        }
    }
    if !entered.refused.is_empty() {
        return render(&desk, opened, asked, entered.refused).await;
    }
    let said = format!("saved-{}", entered.changed);
    let link = match from_cell {
        true => {
            Link::new(format!("/sheets/{id}/cell")).with("code", &asked.code).with("column", field("column"))
        }
        false => opened.at(&asked.township).with("code", &asked.code).with("todo", &asked.todo),
    };
    Ok(Redirect::to(&link.with("said", &said).to_string()).into_response())
}

/// What is taken back: the audit entry's position of the act.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Back {
    township: String,
}

/// Takes back what one act of the caller entered.
pub async fn take_back(
    desk: Desk,
    Path((id, seq)): Path<(i64, i64)>,
    Query(back): Query<Back>,
) -> Answer<Response> {
    let opened = Opened::of(&desk, id).await?;
    let Opened { sheet, round, pack, .. } = &opened;
    let entered = sheet::take_back(&desk.db, &desk.caller, round, sheet, pack, seq).await?;
    let asked = Asked { township: back.township, ..Asked::default() };
    if !entered.refused.is_empty() {
        return render(&desk, opened, asked, entered.refused).await;
    }
    let said = format!("back-{}", entered.changed);
    Ok(Redirect::to(&opened.at(&asked.township).with("said", &said).to_string()).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_gives_only_what_was_touched() {
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        let fields = [
            pair("csrf", "x"),
            pair("was", "990101101200\tA2\t3.00\r\n990101101201\tA2\t2.50\n"),
            pair("v.990101101200.A2", "3.00 "),
            pair("v.990101101201.A2", "2.60"),
            pair("v.990101101200.C1", ""),
            pair("v.990101101201.C1", "1"),
            pair("n.990101101201.C1", "抽查"),
        ];
        let found: Vec<_> = entries(&fields)
            .into_iter()
            .map(|e| (e.code, e.column, e.value, e.was.unwrap_or_default(), e.note.unwrap_or_default()))
            .collect();
        let of = |c: &str, v: &str, was: &str, note: &str| {
            ("990101101201".to_owned(), c.to_owned(), v.to_owned(), was.to_owned(), note.to_owned())
        };
        assert_eq!(found, [of("A2", "2.60", "2.50", ""), of("C1", "1", "", "抽查")]);
    }
}
