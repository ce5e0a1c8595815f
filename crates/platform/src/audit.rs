//! The audit: who did what, when, from where, to which record, chained by SM3 so that nothing can be altered or left
//! out unseen.
//!
//! An entry holds names of fields and a keyed digest of their values, never the values: those live in the record's
//! history, where law can have them destroyed and the chain stays whole.

use crate::db::{Change, Db, DbResult, Event, Row, Value};
use crate::secrets::{KeyRing, sm3_hex};
use crate::values;
use serde::Serialize;

/// How an event ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Done.
    Done,
    /// Not allowed.
    Denied,
    /// Tried and failed: a wrong password.
    Failed,
}

impl Outcome {
    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Outcome::Done => "done",
            Outcome::Denied => "denied",
            Outcome::Failed => "failed",
        }
    }
}

/// One link of the chain. Its JSON, fields in this order and without the hash, is what is hashed: neither names nor
/// order ever change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Position, from 1 without gaps.
    pub seq: i64,
    /// Milliseconds since 1970.
    pub at: i64,
    /// Who did what to which record. Of its changes only what `fields` and `digest` tell.
    #[serde(flatten)]
    pub event: Event,
    /// JSON list of field names, `record.field` where several records changed.
    pub fields: String,
    /// Keyed digest of the values before and after.
    pub digest: String,
    /// How it ended.
    pub outcome: Outcome,
    /// Hash of the entry before; zeros for the first.
    pub prev: String,
    /// SM3 of all of it.
    #[serde(skip)]
    pub hash: String,
}

/// What stands before the first entry.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// The columns of an entry in the order of [`Entry::of`] and [`Entry::values`].
pub(crate) const COLUMNS: &str = "seq, at, actor, actor_name, role, address, action, kind, record, part, note, fields, \
                                  digest, outcome, prev, hash";

impl Entry {
    /// The next link, for an event whose changes are given beside it.
    pub(crate) fn link(
        seq: i64,
        at: i64,
        event: &Event,
        changes: &[Change],
        outcome: Outcome,
        keys: &KeyRing,
        prev: String,
    ) -> Entry {
        let mut fields: Vec<&str> = changes.iter().map(|c| c.field.as_str()).collect();
        fields.sort_unstable();
        fields.dedup();
        let fields = serde_json::to_string(&fields).unwrap_or_default();
        let values: Vec<_> = changes.iter().map(|c| (&c.record, &c.field, &c.before, &c.after)).collect();
        let digest = if values.is_empty() {
            String::new()
        } else {
            keys.digest(serde_json::to_string(&values).unwrap_or_default().as_bytes())
        };
        let event = event.clone();
        let mut entry = Entry { seq, at, event, fields, digest, outcome, prev, hash: String::new() };
        entry.hash = entry.computed();
        entry
    }

    /// What its hash must be.
    pub fn computed(&self) -> String {
        sm3_hex(serde_json::to_string(self).unwrap_or_default().as_bytes())
    }

    fn of(row: &Row) -> DbResult<Entry> {
        let outcome = match row.text(13)?.as_str() {
            "done" => Outcome::Done,
            "denied" => Outcome::Denied,
            _ => Outcome::Failed,
        };
        let event = Event {
            actor: row.get(2)?,
            actor_name: row.text(3)?,
            role: row.text(4)?,
            address: row.text(5)?,
            action: row.text(6)?,
            kind: row.text(7)?,
            record: row.text(8)?,
            part: row.text(9)?,
            note: row.text(10)?,
            ..Event::default()
        };
        Ok(Entry {
            seq: row.int(0)?,
            at: row.int(1)?,
            event,
            fields: row.text(11)?,
            digest: row.text(12)?,
            outcome,
            prev: row.text(14)?,
            hash: row.text(15)?,
        })
    }

    /// What is stored of it.
    pub(crate) fn values(self) -> Vec<Value> {
        let e = self.event;
        values![
            self.seq,
            self.at,
            e.actor,
            e.actor_name,
            e.role,
            e.address,
            e.action,
            e.kind,
            e.record,
            e.part,
            e.note,
            self.fields,
            self.digest,
            self.outcome.as_str(),
            self.prev,
            self.hash,
        ]
    }
}

/// A head of the chain, kept elsewhere: `seq:hash`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Position of the last entry.
    pub seq: i64,
    /// Its hash.
    pub hash: String,
}

impl std::fmt::Display for Head {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.seq, self.hash)
    }
}

impl std::str::FromStr for Head {
    type Err = ();

    fn from_str(text: &str) -> Result<Head, ()> {
        let (seq, hash) = text.trim().split_once(':').ok_or(())?;
        let hex = hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit());
        let seq = seq.parse().map_err(|_| ())?;
        if hex { Ok(Head { seq, hash: hash.to_ascii_lowercase() }) } else { Err(()) }
    }
}

/// The chain's head as the database has it.
pub async fn head(db: &Db) -> DbResult<Head> {
    let row = db.one("select seq, hash from audit_head where id = 1", vec![]).await?;
    let row = row.ok_or(crate::db::DbError::Missing)?;
    Ok(Head { seq: row.int(0)?, hash: row.text(1)? })
}

/// What [`verify`] found wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Break {
    /// An entry's content does not give its hash: it was edited.
    Edited(i64),
    /// An entry does not follow the one before it: something was taken out or put in.
    Unlinked(i64),
    /// The chain ends before its head, or goes past it.
    Truncated {
        /// Last entry there.
        last: i64,
        /// What the head says.
        head: i64,
    },
    /// A head kept elsewhere does not stand in the chain.
    ForeignHead(i64),
}

/// Walks the whole chain, also while others append to it. `kept` is a head that was kept elsewhere: it must stand in the
/// chain unchanged.
pub async fn verify(db: &Db, kept: Option<&Head>) -> DbResult<(Head, Vec<Break>)> {
    let mut breaks = Vec::new();
    let mut prev = GENESIS.to_owned();
    let mut last = 0;
    let mut seen_kept = kept.is_none_or(|k| k.seq == 0 && k.hash == GENESIS);
    let mut promised: Option<Head> = None;
    let head = loop {
        let sql = format!("select {COLUMNS} from audit where seq > $1 order by seq limit 1000");
        let rows = db.rows(&sql, values![last]).await?;
        for row in &rows {
            let entry = Entry::of(row)?;
            if entry.seq != last + 1 || entry.prev != prev {
                breaks.push(Break::Unlinked(entry.seq));
            }
            if entry.computed() != entry.hash || row.text(13)? != entry.outcome.as_str() {
                breaks.push(Break::Edited(entry.seq));
            }
            if let Some(kept) = kept
                && kept.seq == entry.seq
            {
                seen_kept = kept.hash == entry.hash;
            }
            (last, prev) = (entry.seq, entry.hash);
        }
        if !rows.is_empty() {
            continue;
        }
        // An entry and its head are committed together: what a head promises is there to be read after it.
        match promised.take() {
            Some(head) if head.seq > last => break head,
            _ => {
                let head = head(db).await?;
                if head.seq <= last {
                    break head;
                }
                promised = Some(head);
            }
        }
    };
    if head.seq != last || (last > 0 && head.hash != prev) {
        breaks.push(Break::Truncated { last, head: head.seq });
    }
    if let Some(kept) = kept
        && !seen_kept
    {
        breaks.push(Break::ForeignHead(kept.seq));
    }
    Ok((head, breaks))
}

/// What a reader of the audit looks for. Empty texts do not filter.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Part of the actor's name.
    pub actor: String,
    /// The account that acted.
    pub account: Option<i64>,
    /// The verb begins with it.
    pub action: String,
    /// `done`, `denied`, `failed`.
    pub outcome: String,
    /// The record's id.
    pub record: String,
    /// From this moment, milliseconds.
    pub from: Option<i64>,
    /// Before this moment.
    pub to: Option<i64>,
}

impl Filter {
    /// Only the conditions that are asked for, so that the engine can use what indexes there are.
    fn condition(&self) -> (String, Vec<Value>) {
        let mut parts = vec!["1 = 1".to_owned()];
        let mut values = Vec::new();
        let mut add = |text: &str, value: Value| {
            values.push(value);
            parts.push(text.replace('$', &format!("${}", values.len())));
        };
        if !self.actor.is_empty() {
            add("actor_name like '%' || $ || '%'", self.actor.clone().into());
        }
        if let Some(account) = self.account {
            add("actor = $", account.into());
        }
        if !self.action.is_empty() {
            add("action like $ || '%'", self.action.clone().into());
        }
        if !self.outcome.is_empty() {
            add("outcome = $", self.outcome.clone().into());
        }
        if !self.record.is_empty() {
            add("record = $", self.record.clone().into());
        }
        if let Some(from) = self.from {
            add("at >= $", from.into());
        }
        if let Some(to) = self.to {
            add("at < $", to.into());
        }
        (parts.join(" and "), values)
    }
}

/// How many entries match.
pub async fn count(db: &Db, filter: &Filter) -> DbResult<i64> {
    let (condition, values) = filter.condition();
    let row = db.one(&format!("select count(*) from audit where {condition}"), values).await?;
    row.ok_or(crate::db::DbError::Missing)?.int(0)
}

/// A page of the audit, newest first, and how many entries match in all.
pub async fn page(db: &Db, filter: &Filter, page: i64, size: i64) -> DbResult<(Vec<Entry>, i64)> {
    let count = count(db, filter).await?;
    let (condition, mut values) = filter.condition();
    let (limit, offset) = (values.len() + 1, values.len() + 2);
    values.extend(values![size, page.max(0) * size]);
    let sql = format!(
        "select {COLUMNS} from audit where {condition} order by seq desc limit ${limit} offset ${offset}"
    );
    let rows = db.rows(&sql, values).await?;
    Ok((rows.iter().map(Entry::of).collect::<DbResult<_>>()?, count))
}

/// Matching entries after a position, oldest first: to walk through many without losing any.
pub async fn after(db: &Db, filter: &Filter, seq: i64, size: i64) -> DbResult<Vec<Entry>> {
    let (condition, mut values) = filter.condition();
    let (from, limit) = (values.len() + 1, values.len() + 2);
    values.extend(values![seq, size]);
    let sql = format!(
        "select {COLUMNS} from audit where {condition} and seq > ${from} order by seq limit ${limit}"
    );
    db.rows(&sql, values).await?.iter().map(Entry::of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Chains that were written before must verify after: the text and its SM3 (by openssl) stand here.
    #[test]
    fn what_is_hashed_never_changes() {
        let event = Event {
            actor: Some(7),
            actor_name: "何例乙".into(),
            role: "county-office".into(),
            address: "127.0.0.1".into(),
            action: "facts.enter".into(),
            kind: "village".into(),
            record: "990101101200".into(),
            part: "990101101".into(),
            note: "“3 行”".into(),
            ..Event::default()
        };
        let entry = Entry {
            seq: 2,
            at: 1_700_000_000_000,
            event,
            fields: "[\"a\"]".into(),
            digest: "ab".into(),
            outcome: Outcome::Denied,
            prev: "cd".into(),
            hash: String::new(),
        };
        let text = "{\"seq\":2,\"at\":1700000000000,\"actor\":7,\"actor_name\":\"何例乙\",\
                    \"role\":\"county-office\",\"address\":\"127.0.0.1\",\"action\":\"facts.enter\",\
                    \"kind\":\"village\",\"record\":\"990101101200\",\"part\":\"990101101\",\
                    \"note\":\"“3 行”\",\"fields\":\"[\\\"a\\\"]\",\"digest\":\"ab\",\
                    \"outcome\":\"denied\",\"prev\":\"cd\"}";
        assert_eq!(serde_json::to_string(&entry).expect("text"), text);
        assert_eq!(entry.computed(), "4e215be79fd688ac331018ae24666abe6c0758d4afb4c0b6b52f4cca5e365e37");
        let nobody = Entry { event: Event { actor: None, ..entry.event.clone() }, ..entry };
        assert!(serde_json::to_string(&nobody).expect("text").contains("\"actor\":null"));
    }
}
