//! Pages of the register.

pub mod list;
pub mod new;
pub mod one;

use super::model::Entry;
use crate::slices::places::model::date_text;
use kernel::{Day, WorkCalendar, msg};
use platform::page::Page;

/// How an entry's day stands: in words, with the tone of its tag; counted in working days.
fn clock(page: &Page, e: &Entry, calendar: &WorkCalendar, today: Day) -> (String, &'static str) {
    if !e.is_open() {
        return (page.m(&msg!("{day} 销号", day = date_text(&e.closed_on))), "ok");
    }
    let Ok(due) = e.due_on.parse::<Day>() else { return (page.t("还没有定期限").to_owned(), "") };
    let left = calendar.workdays_between(today, due).days;
    match left {
        _ if today == due => (page.t("今天到期").to_owned(), "warn"),
        n if n >= 0 && today < due => {
            (page.m(&msg!("剩 {n} 个工作日", n = n)), if n <= 5 { "warn" } else { "" })
        }
        n => (page.m(&msg!("超期 {n} 个工作日", n = -n)), "stop"),
    }
}
