//! The cells of a sheet as they stand when entries are about to change them, read at once.

use super::sheet::{Column, Entry, Kind};
use super::store;
use platform::db::{DbResult, WriteTx};
use std::collections::{BTreeSet, HashMap};

/// A cell as it stands: its value as kept, who entered it, when, and its note.
#[derive(Clone, Default)]
pub(super) struct Stood {
    pub kept: Option<String>,
    pub by: String,
    pub at: i64,
    pub note: String,
}

/// The cells that entries are about to change, by code and column.
pub(super) struct Standing(HashMap<(String, String), Stood>);

impl Standing {
    pub async fn of(
        tx: &WriteTx,
        round: i64,
        rater: &str,
        columns: &[Column],
        entries: &[Entry],
    ) -> DbResult<Self> {
        let codes: BTreeSet<&str> = entries.iter().map(|e| e.code.as_str()).collect();
        let codes: Vec<&str> = codes.into_iter().collect();
        let asked = |fact: bool| {
            let named: BTreeSet<&str> = entries.iter().map(|e| e.column.as_str()).collect();
            columns.iter().any(|c| matches!(c.kind, Kind::Fact(_)) == fact && named.contains(c.id.as_str()))
        };
        let mut out = HashMap::new();
        if asked(false) {
            for m in store::marks_in(tx, round, rater, &codes).await? {
                let stood = Stood { kept: m.mark.map(|m| m.to_string()), by: m.by, at: m.at, note: m.note };
                out.insert((m.code, m.indicator), stood);
            }
        }
        if asked(true) {
            for f in store::facts_of_in(tx, round, &codes).await? {
                let stood = Stood { kept: Some(f.value), by: f.by, at: f.at, note: f.source };
                // A mark's column and a fact may bear one name: the mark stands first.
                out.entry((f.code, f.fact)).or_insert(stood);
            }
        }
        Ok(Standing(out))
    }

    pub fn at(&self, code: &str, column: &str) -> Stood {
        self.0.get(&(code.to_owned(), column.to_owned())).cloned().unwrap_or_default()
    }
}
