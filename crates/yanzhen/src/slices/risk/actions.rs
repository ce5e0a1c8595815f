//! What is done with the register: enter, set measures, close problem by problem, end.

use super::model::{self, Entry, Faults, Ground, Item, Source};
use super::store;
use crate::slices::places::Village;
use crate::slices::places::model::date_text;
use crate::slices::places::store::today;
use kernel::{Message, msg};
use platform::access::{Authorized, Caller};
use platform::attachments::{self, NewFile};
use platform::db::{Db, DbResult, WriteTx, now_ms};

/// The kind of history and of files that an entry's are kept under.
pub const KIND: &str = "rectification";

/// A new entry as a form or a decision gives it.
#[derive(Clone, Debug, Default)]
pub struct New {
    pub ground: String,
    pub source: String,
    pub source_kind: String,
    pub opened_on: String,
    pub due_on: String,
    pub measures: String,
    pub lead: String,
    /// Problems, one a line.
    pub items: String,
}

/// What came of entering a village.
pub enum Entered {
    Done(i64),
    /// The same ground stands already: that entry.
    Twice(Box<Entry>),
}

/// That a village stands in the register on the same ground.
pub fn twice(entry: &Entry) -> Message {
    msg!(
        "{village}已按同一事由在台账里：{day} 列入，{source}；请在那一条里补充",
        village = entry.village_name.as_str(),
        day = date_text(&entry.opened_on),
        source = entry.source.as_str()
    )
}

/// Enters a village inside a transaction, unless the same ground stands already.
pub async fn enter_in(tx: &mut WriteTx, entry: &Entry, items: &str) -> DbResult<Entered> {
    if let Some(there) = store::open_in(tx, &entry.village, entry.ground, &entry.source).await? {
        return Ok(Entered::Twice(Box::new(there)));
    }
    let id = store::add(tx, entry).await?;
    let told = format!("{} {}", entry.ground.title(), entry.source);
    tx.changed_of(None, KIND, &id.to_string(), "opened", None, Some(told.clone()));
    tx.changed_of(None, "village", &entry.village, "rectification", None, Some(told));
    for text in items.lines().map(str::trim).filter(|l| !l.is_empty()) {
        store::add_item(tx, id, text, "").await?;
        tx.changed_of(None, KIND, &id.to_string(), "item", None, Some(text.to_owned()));
    }
    Ok(Entered::Done(id))
}

/// Enters a village by hand, or what a colour says with one press.
pub async fn enter(
    db: &Db,
    caller: &Caller,
    village: &Authorized<Village>,
    new: &New,
) -> DbResult<Result<i64, Faults>> {
    let day = today();
    let opened = if new.opened_on.trim().is_empty() { day.as_str() } else { new.opened_on.trim() };
    let mut faults = model::dates(opened, new.due_on.trim(), &day);
    let (ground, kind) = (Ground::by_id(&new.ground), Source::by_id(&new.source_kind));
    if ground.is_none() {
        faults.push(("ground", msg!("请选择列入的事由")));
    }
    if kind.is_none_or(|k| k == Source::Round) {
        faults.push(("source_kind", msg!("请选择来源；考核结果由决定自动列入")));
    }
    if new.source.trim().is_empty() {
        faults.push(("source", msg!("请写明来源：哪次督查、哪次研判、谁发现的")));
    }
    let (Some(ground), Some(source_kind), true) = (ground, kind, faults.is_empty()) else {
        return Ok(Err(faults));
    };
    let entry = Entry {
        id: 0,
        village: village.code.clone(),
        village_name: village.short.clone(),
        township: village.township.clone(),
        township_name: village.township_name.clone(),
        ground,
        source: new.source.trim().to_owned(),
        source_kind,
        proposal: None,
        opened_on: opened.to_owned(),
        due_on: new.due_on.trim().to_owned(),
        measures: new.measures.trim().to_owned(),
        lead: new.lead.trim().to_owned(),
        by: caller.name.clone(),
        at: now_ms(),
        closed_on: String::new(),
        closed_by: String::new(),
        closing: String::new(),
        rev: 1,
        items: 0,
        items_closed: 0,
    };
    let mut tx = db.write(caller.event("rectification.enter", KIND, "", &village.code)).await?;
    match enter_in(&mut tx, &entry, &new.items).await? {
        Entered::Done(id) => {
            tx.event().record = id.to_string();
            tx.commit().await?;
            Ok(Ok(id))
        }
        Entered::Twice(there) => {
            tx.rollback().await?;
            Ok(Err(vec![("ground", twice(&there))]))
        }
    }
}

/// What a form says of an entry that stands.
#[derive(Clone, Debug, Default)]
pub struct Measures {
    pub rev: i64,
    pub due_on: String,
    pub measures: String,
    pub lead: String,
}

fn stale() -> Faults {
    vec![("rev", msg!("别人刚改过，请看一看再改"))]
}

/// Sets measures, lead and day.
pub async fn measure(
    db: &Db,
    caller: &Caller,
    entry: &Authorized<Entry>,
    given: &Measures,
) -> DbResult<Result<(), Faults>> {
    let mut faults = model::dates(&entry.opened_on, given.due_on.trim(), &today());
    if !entry.is_open() {
        faults.push(("measures", msg!("已经销号，不能再改")));
    }
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    let event = caller.event("rectification.measure", KIND, &entry.id.to_string(), &entry.village);
    let mut tx = db.write(event).await?;
    let next = Entry {
        rev: given.rev,
        due_on: given.due_on.trim().to_owned(),
        measures: given.measures.trim().to_owned(),
        lead: given.lead.trim().to_owned(),
        ..(**entry).clone()
    };
    for (field, was, became) in [
        ("due_on", &entry.due_on, &next.due_on),
        ("measures", &entry.measures, &next.measures),
        ("lead", &entry.lead, &next.lead),
    ] {
        tx.changed("", field, Some(was.clone()), Some(became.clone()));
    }
    if !store::save(&tx, &next).await? {
        tx.rollback().await?;
        return Ok(Err(stale()));
    }
    tx.commit().await?;
    Ok(Ok(()))
}

/// Adds a problem to an open entry.
pub async fn add_item(
    db: &Db,
    caller: &Caller,
    entry: &Authorized<Entry>,
    text: &str,
    due_on: &str,
) -> DbResult<Result<(), Faults>> {
    let mut faults = model::dates(&entry.opened_on, due_on.trim(), &today());
    if text.trim().is_empty() {
        faults.push(("text", msg!("请写明是什么问题")));
    }
    if !entry.is_open() {
        faults.push(("text", msg!("已经销号，不能再改")));
    }
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    let event = caller.event("rectification.item", KIND, &entry.id.to_string(), &entry.village);
    let mut tx = db.write(event).await?;
    store::add_item(&tx, entry.id, text.trim(), due_on.trim()).await?;
    tx.changed("", "item", None, Some(text.trim().to_owned()));
    tx.commit().await?;
    Ok(Ok(()))
}

/// Closes a problem with its proof, perhaps with a file.
pub async fn close_item(
    db: &Db,
    caller: &Caller,
    entry: &Authorized<Entry>,
    item: &Item,
    proof: &str,
    file: Option<(&str, &[u8], u64)>,
) -> DbResult<Result<(), Faults>> {
    let faults = model::closes_item(entry, item, proof);
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    let record = entry.id.to_string();
    let mut tx = db.write(caller.event("rectification.close-item", KIND, &record, &entry.village)).await?;
    let mut next = Item {
        closed_on: today(),
        closed_by: caller.name.clone(),
        proof: proof.trim().to_owned(),
        ..item.clone()
    };
    if let Some((name, bytes, limit)) = file {
        let new = NewFile { name, bytes, kind: KIND, record: &record, part: &entry.village };
        match attachments::keep(&mut tx, limit, &new).await? {
            Ok(id) => next.attachment = Some(id),
            Err(why) => {
                tx.rollback().await?;
                return Ok(Err(vec![("file", why)]));
            }
        }
    }
    if !store::close_item(&tx, entry.id, &next).await? {
        tx.rollback().await?;
        return Ok(Err(stale()));
    }
    tx.changed("", "item-closed", Some(item.text.clone()), Some(format!("{}：{}", item.text, next.proof)));
    tx.commit().await?;
    Ok(Ok(()))
}

/// Ends an entry: all its problems are closed, and somebody says by which proof.
pub async fn close(
    db: &Db,
    caller: &Caller,
    entry: &Authorized<Entry>,
    closing: &str,
) -> DbResult<Result<(), Faults>> {
    let mut tx =
        db.write(caller.event("rectification.close", KIND, &entry.id.to_string(), &entry.village)).await?;
    let items = store::items_in(&tx, entry.id).await?;
    let faults = model::closes(entry, &items, closing);
    if !faults.is_empty() {
        tx.rollback().await?;
        return Ok(Err(faults));
    }
    if !end_in(&mut tx, entry, &caller.name, closing.trim()).await? {
        tx.rollback().await?;
        return Ok(Err(stale()));
    }
    tx.commit().await?;
    Ok(Ok(()))
}

/// Ends an entry inside a transaction; false where somebody changed it since.
pub async fn end_in(tx: &mut WriteTx, entry: &Entry, by: &str, closing: &str) -> DbResult<bool> {
    let next =
        Entry { closed_on: today(), closed_by: by.to_owned(), closing: closing.to_owned(), ..entry.clone() };
    let told = Some(format!("{}：{closing}", next.closed_on));
    tx.changed_of(None, KIND, &entry.id.to_string(), "closed", None, told.clone());
    tx.changed_of(None, "village", &entry.village, "rectification-closed", None, told);
    store::save(tx, &next).await
}
