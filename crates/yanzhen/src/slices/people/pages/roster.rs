//! Rosters and appointment forms: choosing a file, checking what it would do, doing it, taking it back.

pub mod batches;
pub mod choose;
pub mod confirm;
pub mod preview;

use crate::slices::people::roster::check::{self, Report};
use crate::slices::people::roster::heads::{self, Merges};
use crate::slices::people::roster::known::Known;
use crate::slices::people::roster::upload::{self, Plan, Taken, Upload};
use crate::slices::people::roster::{Incoming, form, sheet};
use crate::slices::places::Desk;
use crate::slices::places::finder::Finder;
use crate::slices::places::pages::count;
use crate::slices::places::store as registry;
use kernel::{Day, Fault, msg};
use platform::access::{Action, Authorized, Part};
use platform::kit::Step;
use platform::page::Page;
use platform::web::{Answer, Failure};
use tables::Sheet;

/// The largest file: four hundred forms with photos fit.
pub const LARGEST: u64 = 64 << 20;
/// The most persons of one import.
pub const MOST: usize = 20_000;

/// What a file is, by its name's ending.
pub fn is_roster(name: &str) -> bool {
    let name = name.to_lowercase();
    [".xlsx", ".csv"].iter().any(|e| name.ends_with(e))
}

/// Whether a name is that of appointment forms.
pub fn is_forms(name: &str) -> bool {
    let name = name.to_lowercase();
    [".lrmx", ".lrm", ".xml", ".zip"].iter().any(|e| name.ends_with(e))
}

pub fn steps(page: &Page, now: usize) -> Vec<Step> {
    Step::line([page.t("选文件"), page.t("对列"), page.t("核对"), page.t("导入")], now)
}

/// A file as it was read.
pub struct Read {
    pub sheets: Vec<Sheet>,
    /// Persons of the sheets taken, or of forms.
    pub rows: Vec<Incoming>,
    pub blank: usize,
}

/// Reads a file by its plan; off the threads that answer.
///
/// # Errors
/// Why nothing of it can be read, to be shown.
pub async fn read(name: &str, bytes: Vec<u8>, plan: Plan) -> Answer<Result<Read, Box<Fault>>> {
    let name = name.to_owned();
    let today: Day = registry::today().parse().map_err(|_| Failure::NotFound)?;
    let work = move || -> Result<Read, Box<Fault>> {
        let mut out = Read { sheets: Vec::new(), rows: Vec::new(), blank: 0 };
        if is_roster(&name) {
            out.sheets = tables::sheets(&bytes, &name)?;
            for (at, (found, taken)) in out.sheets.iter().zip(&plan.sheets).enumerate() {
                let Some(heads) = taken.heads.as_ref().filter(|_| taken.take) else { continue };
                let mut body = sheet::read(found, at, heads, &name);
                for row in &mut body.rows {
                    village_of_sheet(row, taken);
                }
                out.blank += body.blank;
                out.rows.append(&mut body.rows);
            }
        } else {
            out.rows = form::read(&name, &bytes, today)?;
        }
        for row in &mut out.rows {
            let none = row.place.code.is_empty() && row.place.village.is_empty();
            if none && !plan.village.is_empty() {
                row.place.code.clone_from(&plan.village);
            }
        }
        if out.rows.len() > MOST {
            let reason = msg!("有 {n} 人，一次最多 {most} 人", n = out.rows.len(), most = MOST);
            return Err(Box::new(Fault::cell(&name, 0, "", "", reason).mend(msg!("请分成几份再传"))));
        }
        Ok(out)
    };
    tokio::task::spawn_blocking(work).await.map_err(|e| Failure::Internal(e.to_string()))
}

/// A sheet that bears a village's name speaks of that village where its rows say none.
fn village_of_sheet(row: &mut Incoming, taken: &Taken) {
    if row.place.code.is_empty() && row.place.village.is_empty() {
        row.place.code.clone_from(&taken.village);
    }
}

/// How a fresh file is to be read: sheets with heads that a reader sees, columns as they were read last time.
///
/// # Errors
/// Why nothing of it can be read, to be shown.
pub async fn planned(desk: &Desk, name: &str, bytes: &[u8]) -> Answer<Result<Plan, Box<Fault>>> {
    let mut plan = Plan::default();
    if !is_roster(name) {
        return Ok(Ok(plan));
    }
    let (label, content) = (name.to_owned(), bytes.to_vec());
    let sheets = tokio::task::spawn_blocking(move || tables::sheets(&content, &label)).await;
    let sheets = match sheets.map_err(|e| Failure::Internal(e.to_string()))? {
        Ok(sheets) => sheets,
        Err(fault) => return Ok(Err(fault)),
    };
    let villages = registry::villages(&desk.db, &desk.caller.part).await?;
    let finder = Finder::new(&villages, desk.caller.part == Part::County);
    for sheet in &sheets {
        let mut heads = heads::find(sheet, &Merges::of(sheet));
        if let Some(heads) = &mut heads {
            upload::remembered(&desk.db, &desk.caller.part, heads).await?;
        }
        let named = finder.find("", &sheet.name, "").ok().map(|at| villages[at].code.clone());
        let village = named.filter(|_| !sheet.name.is_empty()).unwrap_or_default();
        let take = heads.as_ref().is_some_and(|h| sheet.rows.iter().any(|(row, _)| *row > h.last));
        plan.sheets.push(Taken { take: take && !sheet.hidden, heads, village });
    }
    if !plan.sheets.iter().any(|s| s.heads.is_some()) {
        let reason = msg!("没有找到表头：要有一行写着“姓名”和别的栏目");
        return Ok(Err(Box::new(Fault::cell(name, 0, "", "", reason).mend(msg!("下载模板，表头就是对的")))));
    }
    Ok(Ok(plan))
}

/// An upload of the caller's part, opened and read.
pub struct Opened {
    pub upload: Authorized<Upload>,
    pub read: Read,
}

impl Opened {
    pub async fn of(desk: &Desk, id: i64) -> Answer<Opened> {
        let own = |u: &Upload| u.by_account == Some(desk.caller.account);
        let found = upload::find(&desk.db, id).await?.filter(own);
        let upload = desk.caller.authorize(Action::ImportPeople, found)?;
        let gone = || Failure::Bad(msg!("这个文件过了一周没有导入，已经清掉；请再传一次"));
        let bytes = upload::content(&desk.db, &upload).await?.ok_or_else(gone)?;
        let read = read(&upload.name, bytes, upload.plan.clone()).await?;
        let read = read.map_err(|fault| Failure::Bad(fault.reason.clone()))?;
        Ok(Opened { upload, read })
    }

    /// What the file would do now.
    pub async fn report(&mut self, desk: &Desk) -> Answer<(Report, Known)> {
        let rows = std::mem::take(&mut self.read.rows);
        let known = Known::read(&desk.db, &desk.caller.part, desk.county.demo, &rows).await?;
        let plan = &self.upload.plan;
        let (mode, over, blank) = (plan.mode, plan.over, self.read.blank);
        let work = move || {
            let rows = check::check(rows, &known, mode, over);
            (Report { rows, blank }, known)
        };
        tokio::task::spawn_blocking(work).await.map_err(|e| Failure::Internal(e.to_string()))
    }
}
