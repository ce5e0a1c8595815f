//! Writing an import: everything in one transaction, with what it takes to undo it.

use super::super::claims;
use super::super::field::Field;
use super::super::model::{Person, Values};
use super::super::parts::{self, Listed, Whereabouts};
use super::super::store::{self, Changed, New};
use super::check::{Act, Checked, Report};
use super::known::Known;
use crate::slices::posts;
use platform::access::Caller;
use platform::attachments::{self, NewFile};
use platform::db::{DbResult, WriteTx, new_id, now_ms};
use platform::values;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What an import did to a person: kept sealed, to be undone from.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Did {
    /// Field: what it was and what was written.
    pub set: BTreeMap<String, (String, String)>,
    /// Claims that were proposed.
    pub claims: Vec<i64>,
    /// Holds that began.
    pub holds: Vec<i64>,
    /// Lists: what they were and what was written, as JSON.
    pub lists: BTreeMap<String, (String, String)>,
    /// The photo that was, and the one that came.
    pub photo: Option<(Option<i64>, i64)>,
    /// Rows of whereabouts.
    pub told: Vec<i64>,
    /// Whether what no field holds of a form came.
    pub form: bool,
}

/// An import that was checked.
pub struct Import<'a> {
    pub upload: i64,
    pub file: &'a str,
    /// What proposals say they come from.
    pub source: String,
    pub report: &'a Report,
    pub known: &'a Known,
    /// Bytes an attachment may have.
    pub limit: u64,
}

/// Writes an import; gives its batch, `None` where somebody changed a file meanwhile: the caller rolls back.
pub async fn write(tx: &mut WriteTx, by: &Caller, import: &Import<'_>) -> DbResult<Option<i64>> {
    let batch = new_id();
    let part = by.part.code();
    let undo = serde_json::json!({ "upload": import.upload, "left": [] }).to_string();
    let writing = import.report.writing() as i64;
    tx.run(
        "insert into batch (id, kind, file, rows, cells, by_account, by_name, at, undo) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        values![
            batch,
            format!("{}{part}", super::batch::KIND),
            import.file,
            writing,
            import.report.cells() as i64,
            by.account,
            by.name.as_str(),
            now_ms(),
            undo
        ],
    )
    .await?;
    let mut work = Work { tx, import, batch, by, done: Vec::new() };
    work.add().await?;
    for row in import.report.rows.iter().filter(|r| r.act == Act::Update) {
        if !work.update(row).await? {
            return Ok(None);
        }
    }
    work.posts().await?;
    work.note().await?;
    tx.run("update upload set batch = $2 where id = $1", values![import.upload, batch]).await?;
    Ok(Some(batch))
}

struct Work<'t, 'i> {
    tx: &'t mut WriteTx,
    import: &'i Import<'i>,
    batch: i64,
    by: &'i Caller,
    /// Each row with its person and what was done.
    done: Vec<(&'i Checked, i64, Did)>,
}

fn set_of(row: &Checked) -> BTreeMap<String, (String, String)> {
    row.changes.iter().map(|c| (c.field.id().to_owned(), (c.was.clone(), c.now.clone()))).collect()
}

fn values_of(row: &Checked) -> Values {
    row.changes.iter().map(|c| (c.field, c.now.clone())).collect()
}

impl<'i> Work<'_, 'i> {
    /// New files with their lists.
    async fn add(&mut self) -> DbResult<()> {
        let rows: Vec<&Checked> = self.import.report.rows.iter().filter(|r| r.act == Act::Add).collect();
        let new = rows.iter().map(|r| New { values: values_of(r), synthetic: self.import.known.demo });
        let made = store::add(self.tx, new.collect()).await?;
        let listed: Vec<(i64, &super::Lists)> =
            made.iter().zip(&rows).map(|(id, r)| (*id, &r.row.lists)).collect();
        self.put(&listed, |l| &l.schooling).await?;
        self.put(&listed, |l| &l.cv).await?;
        self.put(&listed, |l| &l.family).await?;
        self.put(&listed, |l| &l.merits).await?;
        let mut told = Vec::new();
        for (id, row) in made.iter().zip(&rows) {
            told.extend(whereabouts(row, self.by).map(|w| (*id, w)));
        }
        parts::put(self.tx, &told).await?;
        for (id, row) in made.into_iter().zip(rows) {
            let mut did = Did { set: set_of(row), ..Did::default() };
            self.papers(id, None, row, &mut did).await?;
            self.done.push((row, id, did));
        }
        Ok(())
    }

    async fn put<T: Listed>(
        &mut self,
        listed: &[(i64, &super::Lists)],
        of: fn(&super::Lists) -> &Vec<T>,
    ) -> DbResult<()> {
        let rows: Vec<(i64, T)> =
            listed.iter().flat_map(|(id, l)| of(l).iter().map(|p| (*id, p.clone()))).collect();
        parts::put(self.tx, &rows).await.map(drop)
    }

    /// The photo of a form, and the form itself for what no field holds.
    async fn papers(&mut self, id: i64, was: Option<i64>, row: &Checked, did: &mut Did) -> DbResult<()> {
        let lists = &row.row.lists;
        if let Some(form) = &lists.form {
            let sealed = self.tx.keys().seal(&format!("person/{id}/rest"), form);
            self.tx.run("update person set rest = $2 where id = $1", values![id, sealed]).await?;
            did.form = true;
        }
        let wanted = row.act == Act::Add || row.lists.contains(&"照片");
        let Some(bytes) = lists.photo.as_ref().filter(|_| wanted) else { return Ok(()) };
        let ending = if bytes.starts_with(b"\x89PNG") { "png" } else { "jpg" };
        let (name, record) = (format!("{}.{ending}", row.row.name()), id.to_string());
        let file = NewFile { name: &name, bytes, kind: "person-photo", record: &record, part: &row.village };
        // A photo that is none was said in the preview; the rest of the form counts.
        if let Ok(photo) = attachments::keep(self.tx, self.import.limit, &file).await? {
            self.tx.run("update person set photo = $2 where id = $1", values![id, photo]).await?;
            let before = was.map(|p: i64| p.to_string());
            self.tx.changed_of(Some(id), "person", &record, "photo", before, Some(photo.to_string()));
            did.photo = Some((was, photo));
        }
        Ok(())
    }

    /// Changes a known person; false where its file changed since it was read.
    async fn update(&mut self, row: &'i Checked) -> DbResult<bool> {
        let Some((person, _)) = row.person.and_then(|id| self.import.known.files.get(&id)) else {
            return Ok(false);
        };
        let mut person = person.clone();
        let mut did = Did { set: set_of(row), ..Did::default() };
        let Changed::Done(rev) = store::set(self.tx, &person, &values_of(row)).await? else {
            return Ok(false);
        };
        person.rev = rev;
        let by = (self.by.account, self.by.name.as_str());
        let proposals: Vec<(i64, parts::Claim)> = row
            .proposed
            .iter()
            .map(|c| (person.id, claims::proposal(by, c.field.id(), &c.now, "", "", &self.import.source)))
            .collect();
        did.claims = parts::put(self.tx, &proposals).await?;
        let told: Vec<(i64, Whereabouts)> =
            whereabouts(row, self.by).map(|w| (person.id, w)).into_iter().collect();
        did.told = parts::put(self.tx, &told).await?;
        let lists = &row.row.lists;
        let fresh = self.list(&mut person, row, &lists.schooling, &mut did).await?
            && self.list(&mut person, row, &lists.cv, &mut did).await?
            && self.list(&mut person, row, &lists.family, &mut did).await?
            && self.list(&mut person, row, &lists.merits, &mut did).await?;
        if !fresh {
            return Ok(false);
        }
        self.papers(person.id, person.photo, row, &mut did).await?;
        self.done.push((row, person.id, did));
        Ok(true)
    }

    async fn list<T: Listed>(
        &mut self,
        person: &mut Person,
        row: &Checked,
        new: &[T],
        did: &mut Did,
    ) -> DbResult<bool> {
        if !row.lists.contains(&T::TITLE) {
            return Ok(true);
        }
        let was: Vec<T> = parts::of_in::<T>(self.tx, person.id).await?.into_iter().map(|k| k.part).collect();
        let Changed::Done(rev) = parts::replace(self.tx, person, new).await? else { return Ok(false) };
        person.rev = rev;
        let text = |rows: &[T]| serde_json::to_string(rows).unwrap_or_default();
        did.lists.insert(T::TABLE.to_owned(), (text(&was), text(new)));
        Ok(true)
    }

    /// Holds that begin, and what follows for the files.
    async fn posts(&mut self) -> DbResult<()> {
        let mut new = Vec::new();
        let mut of = Vec::new();
        for (at, (row, person, _)) in self.done.iter().enumerate() {
            for begin in &row.begins {
                of.push(at);
                new.push(posts::store::New {
                    village: begin.village.clone(),
                    post: begin.post.clone(),
                    track: begin.track,
                    title: begin.title.clone(),
                    person: *person,
                    term: begin.term,
                    from_on: begin.from_on.clone(),
                    to_on: crate::slices::places::model::FOREVER.to_owned(),
                    way_in: begin.way.to_owned(),
                    way_out: String::new(),
                    ground_in: self.import.source.clone(),
                    ground_out: String::new(),
                    filing: None,
                    batch: Some(self.batch),
                });
            }
        }
        for (at, id) in of.into_iter().zip(posts::store::begin(self.tx, &new).await?) {
            self.done[at].2.holds.push(id);
        }
        repost(self.tx, self.import.known, new.iter().map(|n| (n.village.as_str(), n.person))).await
    }

    /// What it takes to undo each row.
    async fn note(&mut self) -> DbResult<()> {
        let mut rows = Vec::with_capacity(self.done.len());
        for (row, person, did) in &self.done {
            let id = new_id();
            let text = serde_json::to_vec(did).unwrap_or_default();
            let sealed = self.tx.keys().seal(&super::batch::context(id), &text);
            let act = if row.act == Act::Add { "add" } else { "update" };
            rows.push(values![id, self.batch, *person, act, sealed, 0_i64]);
        }
        self.tx.insert_many("person_batch (id, batch, person, act, was, rev)", rows, "").await?;
        // A file's revision after all of it: who changed it since is told by that.
        let sql = "update person_batch set rev = (select p.rev from person p where p.id = person_batch.person) \
                   where batch = $1";
        self.tx.run(sql, values![self.batch]).await.map(drop)
    }
}

/// Writes into files which posts they hold, village by village of like rules.
pub async fn repost<'a>(
    tx: &WriteTx,
    known: &Known,
    changed: impl Iterator<Item = (&'a str, i64)>,
) -> DbResult<()> {
    let mut by_rules: Vec<(std::sync::Arc<policy::posts::Posts>, Vec<i64>)> = Vec::new();
    for (village, person) in changed {
        let rules = known.rules.of(village);
        match by_rules.iter_mut().find(|(own, _)| std::sync::Arc::ptr_eq(own, &rules)) {
            Some((_, persons)) => persons.push(person),
            None => by_rules.push((rules, vec![person])),
        }
    }
    for (rules, mut persons) in by_rules {
        persons.sort_unstable();
        persons.dedup();
        posts::repost(tx, &rules, &persons).await?;
    }
    Ok(())
}

/// What a row tells of where its person is, as the log keeps it.
fn whereabouts(row: &Checked, by: &Caller) -> Option<Whereabouts> {
    let of = |field: Field| row.changes.iter().find(|c| c.field == field).map(|c| c.now.clone());
    let said = [Field::Whereabouts, Field::Employment, Field::Intention].map(of);
    if said.iter().all(Option::is_none) {
        return None;
    }
    let [place, employment, intention] = said.map(Option::unwrap_or_default);
    let day = row.row.get(Field::ToldOn).to_owned();
    Some(Whereabouts {
        day,
        place,
        employment,
        intention,
        how: kernel::key!("名册导入").to_owned(),
        by_name: by.name.clone(),
        at: now_ms(),
    })
}
