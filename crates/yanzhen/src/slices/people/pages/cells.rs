//! A person's values as lists show them and as exports have them.

use crate::slices::people::Field;
use crate::slices::people::columns::Column;
use crate::slices::people::listing::Line;
use crate::slices::people::say::say;
use crate::slices::people::search::days_before;
use crate::slices::people::words::{Words, education, political};
use crate::slices::places::pages::day_text;
use kernel::{Day, key, msg};
use platform::page::Page;
use standards::PartialDate;

/// What stands in a cell of a list.
#[derive(Clone, Debug, Default)]
pub struct Cell {
    pub text: String,
    /// It says what is missing.
    pub missing: bool,
}

/// By which day, words and language values are read.
pub struct Eyes<'e> {
    pub page: &'e Page,
    pub words: &'e Words,
    /// The day ages are of.
    pub on: Day,
    pub today: String,
    /// Who told before this day did so too long ago.
    since: String,
}

impl<'e> Eyes<'e> {
    pub fn new(page: &'e Page, words: &'e Words, today: Day, on: Option<Day>) -> Eyes<'e> {
        let since = days_before(today, words.days);
        Eyes { page, words, on: on.unwrap_or(today), today: today.to_string(), since }
    }

    /// Full years, of who was born then.
    pub fn age(&self, birth: &str) -> Option<u16> {
        Some(birth.parse::<PartialDate>().ok()?.age_on(self.on)?.years)
    }

    fn shown(&self, text: impl Into<String>) -> Cell {
        Cell { text: text.into(), missing: false }
    }

    fn missing(&self, text: String) -> Cell {
        Cell { text, missing: true }
    }

    /// What a column shows of what it asked for.
    pub fn cell(&self, column: Column, text: &str) -> Cell {
        let page = self.page;
        match column {
            Column::Posts => {
                let (posts, pools) = text.split_once(';').unwrap_or((text, ""));
                self.shown(self.words.roles(page, posts, pools))
            }
            Column::Age => match self.age(text) {
                Some(years) => self.shown(years.to_string()),
                None => self.missing(page.t(key!("缺·出生年月")).to_owned()),
            },
            Column::Changed => self.shown(text.parse().map_or_else(|_| String::new(), day_text)),
            Column::Plain(Field::ToldOn) => {
                let (told, pools) = text.split_once(';').unwrap_or((text, ""));
                match told {
                    "" if !pools.is_empty() => self.missing(page.t(key!("缺·没有记过去向")).to_owned()),
                    _ if !pools.is_empty() && told < self.since.as_str() => {
                        self.missing(page.m(&msg!("缺·超过 {n} 天", n = self.words.days)))
                    }
                    _ => self.shown(self.lately(told)),
                }
            }
            Column::Plain(Field::Education) => self.shown(page.w(education(text))),
            Column::Plain(Field::Political) => self.shown(page.w(political(text))),
            Column::Plain(Field::Source) => self.shown(self.words.source(text)),
            Column::Plain(field) => self.shown(say(page, &self.words.people, field, text, &self.today)),
        }
    }

    /// A day, without its year where that is this one.
    fn lately(&self, day: &str) -> String {
        let said = say(self.page, &self.words.people, Field::ToldOn, day, &self.today);
        match said.split_once('年') {
            Some((year, rest)) if self.today.starts_with(year) && !rest.is_empty() => rest.to_owned(),
            _ => said,
        }
    }

    /// The cells of a line.
    pub fn cells(&self, columns: &[Column], line: &Line) -> Vec<Cell> {
        columns.iter().zip(&line.texts).map(|(column, text)| self.cell(*column, text)).collect()
    }

    /// The same as a workbook holds it: dates as dates, numbers as numbers, words as words whatever they begin with.
    pub fn filed(&self, column: Column, text: &str) -> documents::Cell {
        let date = |text: &str| match text.parse::<PartialDate>() {
            Ok(date) => documents::Cell::Date(date),
            Err(_) => documents::Cell::text(text),
        };
        let cell = self.cell(column, text);
        if cell.missing {
            return documents::Cell::Vacant(cell.text);
        }
        match column {
            Column::Age => {
                self.age(text).map_or(documents::Cell::Empty, |n| documents::Cell::Whole(n.into()))
            }
            Column::Plain(Field::ToldOn) => date(text.split(';').next().unwrap_or_default()),
            Column::Plain(Field::Birth | Field::PartyOn | Field::WorkOn) if !text.is_empty() => date(text),
            _ => documents::Cell::text(cell.text),
        }
    }
}
