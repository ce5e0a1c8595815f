//! The audit as a file for a spreadsheet.

use super::asked::Asked;
use super::{CONTROL, about, chain};
use crate::attachments::download;
use crate::audit::{self, Entry, Outcome};
use crate::web::{Answer, App, Client};
use axum::body::{Body, Bytes};
use axum::extract::{Query, State};

/// Entries read at a time.
const STEP: i64 = 500;

pub(super) async fn export(
    State(app): State<App>,
    Client(caller): Client,
    Query(asked): Query<Asked>,
) -> Answer {
    let asked = asked.cleaned();
    let db = chain(&app, &asked.of).await?;
    let filter = asked.filter();
    let n = audit::count(&db, &filter).await?;
    let mut event = about(&caller, "audit.export", &asked.of);
    // The name looked for stays out: a note holds no personal data.
    let parts = [&asked.action, &asked.outcome, &asked.record, &asked.from, &asked.to];
    let parts: Vec<&str> = parts.iter().map(|p| p.as_str()).filter(|p| !p.is_empty()).collect();
    event.note = format!("{n} 条 {}", parts.join(" ")).trim_end().to_owned();
    db.record(event, Outcome::Done).await?;
    let name = if asked.of.is_empty() { CONTROL } else { &asked.of };
    let name = format!("审计-{name}-{}.csv", crate::now().date());
    // The export's own entry comes after what it was asked for: the end is the head of this moment.
    let end = audit::head(&db).await?.seq;
    let lines = futures_util::stream::unfold(Some(0), move |state| {
        let (db, filter) = (db.clone(), filter.clone());
        async move {
            let seq: i64 = state?;
            let entries = match audit::after(&db, &filter, seq, STEP).await {
                Ok(entries) => entries,
                Err(e) => return Some((Err(std::io::Error::other(e.to_string())), None)),
            };
            let next = entries.last().map(|e| e.seq).filter(|last| *last < end);
            let mut text = if seq == 0 { HEADING.to_owned() } else { String::new() };
            entries.iter().filter(|e| e.seq <= end).for_each(|e| line(e, &mut text));
            Some((Ok(Bytes::from(text)), next))
        }
    });
    Ok(download(&name, "text/csv; charset=utf-8", Body::from_stream(lines)))
}

/// With the mark by which spreadsheets know UTF-8.
const HEADING: &str = "\u{feff}seq,at,actor,actor_name,role,address,action,kind,record,part,note,fields,digest,\
                       outcome,prev,hash\r\n";

fn line(entry: &Entry, out: &mut String) {
    let Entry { seq, at, event: by, fields, digest, outcome, prev, hash } = entry;
    let at = jiff::Timestamp::from_millisecond(*at).map(|t| t.to_string()).unwrap_or_default();
    let (seq, actor) = (seq.to_string(), by.actor.map(|a| a.to_string()).unwrap_or_default());
    let whose = [&seq, &at, &actor, &by.actor_name, &by.role, &by.address];
    let what = [&by.action, &by.kind, &by.record, &by.part, &by.note, fields, digest];
    let cells = whose.into_iter().chain(what).map(String::as_str);
    let cells = cells.chain([outcome.as_str(), prev, hash]);
    for (i, text) in cells.enumerate() {
        out.push_str(if i == 0 { "" } else { "," });
        cell(text, out);
    }
    out.push_str("\r\n");
}

/// A cell; what a spreadsheet would take for a formula is made text.
fn cell(text: &str, out: &mut String) {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let quoted = formula || text.contains(['"', ',', '\n', '\r']);
    if !quoted {
        return out.push_str(text);
    }
    out.push('"');
    out.push_str(if formula { "'" } else { "" });
    out.push_str(&text.replace('"', "\"\""));
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_no_formulas() {
        let of = |text: &str| {
            let mut out = String::new();
            cell(text, &mut out);
            out
        };
        assert_eq!(of("何例乙"), "何例乙");
        assert_eq!(of("a,\"b\""), "\"a,\"\"b\"\"\"");
        assert_eq!(of("=1+1"), "\"'=1+1\"");
    }
}
