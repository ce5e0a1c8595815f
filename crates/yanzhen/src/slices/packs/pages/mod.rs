//! One file a page.

pub mod acts;
pub mod cases;
pub mod diff;
pub mod draft;
pub mod library;
pub mod pack;
mod sheets;
pub mod whatif;

use super::model::Draft;
use super::store::{self, Kept};
use crate::slices::places::pages::import::{FaultLine, fault_line};
use crate::slices::places::{Desk, store as places};
use kernel::{Fault, Severity};
use platform::access::{Action, Authorized, Part};
use platform::page::Page;
use platform::web::{Answer, Failure};
use policy::{Files, Pack, Source};

/// A pack's workbook is no larger.
const LARGEST: u64 = 4 << 20;

/// A draft that the caller may act on.
async fn draft_of(desk: &Desk, id: i64) -> Answer<Authorized<Draft>> {
    Ok(desk.caller.authorize(Action::ManagePacks, store::find(&desk.db, id).await?)?)
}

/// Whether the caller may read a pack of a part: the county's all, a township those of all and its own.
fn reads(desk: &Desk, part: &str) -> bool {
    part.is_empty() || desk.caller.part == Part::County || desk.caller.part.township() == part
}

/// A version that the caller may read.
async fn kept_of(desk: &Desk, id: i64) -> Answer<Kept> {
    let kept = store::kept(&desk.db, id).await?;
    kept.filter(|k| reads(desk, &k.part)).ok_or(Failure::NotFound)
}

/// Where a pack is in force, as a person reads it: the township's name, or the whole county.
async fn part_name(desk: &Desk, page: &Page, part: &str) -> Answer<String> {
    if part.is_empty() {
        return Ok(page.t("全县").to_owned());
    }
    let towns = places::townships(&desk.db, &Part::Township(part.to_owned())).await?;
    Ok(towns.first().map_or_else(|| part.to_owned(), |t| t.name.clone()))
}

/// A finding as the pages list it, with the file it stands in.
struct Finding {
    file: String,
    line: FaultLine,
}

fn findings(page: &Page, found: &[Fault]) -> Vec<Finding> {
    found.iter().map(|f| Finding { file: f.file.clone(), line: fault_line(page, f) }).collect()
}

/// What a workbook came to: its files and the pack, which is `None` while it has faults.
struct Book {
    files: Files,
    pack: Option<Pack>,
    /// What cannot be read at all.
    unread: Vec<Fault>,
    /// Every fault, those included.
    faults: Vec<Fault>,
}

/// Reads a workbook. The file is looked at away from the threads that answer.
async fn read_book(bytes: Vec<u8>) -> Answer<Book> {
    let done = tokio::task::spawn_blocking(move || book(&bytes)).await;
    done.map_err(|e| Failure::Internal(e.to_string()))?.map_err(|e| Failure::Internal(e.to_string()))
}

fn book(bytes: &[u8]) -> std::io::Result<Book> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("pack.xlsx");
    std::fs::write(&file, bytes)?;
    let source = Source::open(&file).map_err(|e| e.error)?;
    let label = file.display().to_string();
    let named = |mut f: Fault| {
        f.file = f.file.replace(&label, "").trim_start_matches('#').to_owned();
        f
    };
    let (pack, found) = Pack::check(&source);
    let bad = |f: &Fault| f.severity == Severity::Fault;
    let unread: Vec<Fault> = source.faults.iter().filter(|f| bad(f)).cloned().map(named).collect();
    let mut faults: Vec<Fault> =
        unread.iter().cloned().chain(found.into_iter().filter(bad).map(named)).collect();
    faults.dedup();
    Ok(Book { files: Files::from(&source), pack, unread, faults })
}
