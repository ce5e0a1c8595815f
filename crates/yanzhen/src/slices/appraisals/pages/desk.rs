//! A mark sheet as its office opens it.

use crate::slices::appraisals::model::{Round, Sheet, State};
use crate::slices::appraisals::sheet::{self, Column};
use crate::slices::appraisals::store;
use crate::slices::places::Desk;
use crate::slices::places::facts::adopted;
use kernel::{Message, msg};
use platform::access::{Action, Authorized};
use platform::page::{Flash, Page};
use platform::web::{Answer, Failure};
use policy::Pack;
use std::sync::Arc;

/// A sheet of the caller's office with what it is filled in by.
pub struct Opened {
    pub sheet: Authorized<Sheet>,
    pub round: Round,
    pub pack: Arc<Pack>,
    pub columns: Vec<Column>,
}

impl Opened {
    /// The caller's own sheet, of a round that was opened.
    pub async fn of(desk: &Desk, id: i64) -> Answer<Opened> {
        let db = &desk.db;
        let sheet = desk.caller.authorize(Action::FillSheet, store::sheet(db, id).await?)?;
        let round = store::find(db, sheet.round).await?;
        let opened = |r: &Round| !matches!(r.state, State::Draft | State::Cancelled);
        let round = round.filter(opened).ok_or(Failure::NotFound)?;
        let pack = adopted(db, round.pack).await?;
        let columns = sheet::columns(&pack, &sheet.rater);
        Ok(Opened { sheet, round, pack, columns })
    }

    /// Why it takes no entries now; empty while it does.
    pub fn shut(&self, page: &Page) -> String {
        sheet::open(&self.round, &self.sheet).err().map(|why| page.m(&why)).unwrap_or_default()
    }

    /// Where a township's part of it is shown.
    pub fn at(&self, township: &str) -> platform::kit::Link {
        let township = if self.sheet.township.is_empty() { township } else { "" };
        platform::kit::Link::new(format!("/sheets/{}", self.sheet.id)).with("township", township)
    }
}

/// A moment as it stands beside what was saved: `08:54:12`.
pub fn clock_text(ms: i64) -> String {
    let at = jiff::Timestamp::from_millisecond(ms).unwrap_or_default().to_zoned(kernel::zone());
    at.strftime("%H:%M:%S").to_string()
}

/// What an act came to, said once by the address it leads to.
pub fn flash(page: &Page, said: &str) -> Option<Flash> {
    let (word, n) = said.split_once('-').unwrap_or((said, ""));
    let n = n.split('-').next().and_then(|n| n.parse::<usize>().ok()).unwrap_or_default();
    let text: Message = match word {
        "book" => msg!("表格已写入，改动 {n} 格", n = n),
        "back" => msg!("已撤销，恢复 {n} 格", n = n),
        "saved" => msg!("已存，改动 {n} 格", n = n),
        "submitted" => msg!("评分表已提交"),
        "asked" => msg!("已申请退回，等县委组织部答复"),
        "checked" => msg!("已确认 {n} 格", n = n),
        "file" => msg!("佐证已存"),
        "gone" => msg!("佐证已撤下"),
        _ => return None,
    };
    Some(Flash { text: page.m(&text), undo: None })
}
