//! What stands beside one cell of a sheet.

use super::Opened;
use super::marks::plain;
use crate::slices::appraisals::collect::facts_of;
use crate::slices::appraisals::model::Subject;
use crate::slices::appraisals::sheet::{Column, Kind};
use crate::slices::appraisals::{store, tally};
use crate::slices::places::Desk;
use crate::slices::places::pages::{day_text, moment_text};
use askama::Template;
use axum::response::{IntoResponse, Response};
use kernel::{Score, msg};
use platform::attachments;
use platform::kit::Link;
use platform::page::Page;
use platform::web::{Answer, Html};

/// A file that proves the cell.
pub struct FileLine {
    pub id: i64,
    pub name: String,
    pub under: String,
}

/// Everything known of a cell.
pub struct Panel {
    pub sheet: i64,
    pub code: String,
    pub subject: String,
    pub column: String,
    pub name: String,
    /// `8，步 0.01`; empty for facts.
    pub full: String,
    pub unit: String,
    pub basis: String,
    pub rule: String,
    /// Raw figures of the indicator: label, value with its unit, who says so.
    pub facts: Vec<(String, String, String)>,
    pub last: String,
    pub shown: String,
    pub note: String,
    /// Whether the note is the cell's own; of a fact it is where the figure comes from.
    pub is_fact: bool,
    pub by: String,
    pub second: bool,
    pub checked: String,
    pub files: Vec<FileLine>,
    pub open: bool,
    pub back: String,
    /// The cell's own page.
    pub href: String,
}

impl Panel {
    pub async fn of(
        desk: &Desk,
        page: &Page,
        opened: &Opened,
        subject: &Subject,
        column: &Column,
    ) -> Answer<Panel> {
        let (db, sheet, pack) = (&desk.db, &opened.sheet, &opened.pack);
        let at = |(at, i): (usize, &policy::Indicator)| match column.kind {
            Kind::Mark { .. } => i.id == column.id,
            Kind::Fact(f) => facts_of(pack, at).contains(&f),
        };
        let mut wanted: Vec<usize> = Vec::new();
        for (i, ind) in pack.indicators.iter().enumerate() {
            if at((i, ind)) {
                wanted.extend(facts_of(pack, i));
            }
        }
        wanted.sort_unstable();
        wanted.dedup();
        let known = store::facts_on(db, sheet.round, &subject.code).await?;
        let facts = wanted
            .iter()
            .filter_map(|f| {
                let fact = &pack.facts[*f];
                let k = known.iter().find(|k| k.fact == fact.id && k.fact != column.id)?;
                let source: Vec<&str> =
                    [k.source.as_str(), &k.by, &k.day].into_iter().filter(|t| !t.is_empty()).collect();
                Some((fact.label.clone(), format!("{} {}", k.value, fact.unit), source.join("·")))
            })
            .collect();
        let mut panel = Panel {
            sheet: sheet.id,
            code: subject.code.clone(),
            subject: subject.name.clone(),
            column: column.id.clone(),
            name: column.name.clone(),
            full: String::new(),
            unit: column.unit.clone(),
            basis: column.basis.clone(),
            rule: column.note.clone(),
            facts,
            last: String::new(),
            shown: String::new(),
            note: String::new(),
            is_fact: false,
            by: String::new(),
            second: column.second,
            checked: String::new(),
            files: Vec::new(),
            open: opened.shut(page).is_empty(),
            back: opened.at(&subject.township).to_string(),
            href: Link::new(format!("/sheets/{}/cell", sheet.id))
                .with("code", &subject.code)
                .with("column", &column.id)
                .to_string(),
        };
        match column.kind {
            Kind::Mark { full, step } => {
                panel.full = page.m(&msg!("{full}，步长 {step}", full = plain(full), step = plain(step)));
                let marks = store::marks_on(db, sheet.round, &subject.code).await?;
                let own = marks.into_iter().find(|m| m.indicator == column.id && m.rater == sheet.rater);
                if let Some(m) = own {
                    panel.shown = m.mark.map(|m| Score(m).to_string()).unwrap_or_default();
                    panel.by = format!("{}，{}", m.by, moment_text(m.at));
                    (panel.note, panel.checked) = (m.note, m.checked_by);
                }
                let last = tally::year_ago(db, &opened.round, sheet, &column.id, &subject.township).await?;
                panel.last = year_ago(page, &subject.code, &last);
            }
            Kind::Fact(_) => {
                panel.is_fact = true;
                if let Some(k) = known.into_iter().find(|k| k.fact == column.id) {
                    panel.by = format!("{}，{}", k.by, moment_text(k.at));
                    (panel.shown, panel.note) = (k.value, k.source);
                }
            }
        }
        let record = tally::evidence_record(sheet, &subject.code, &column.id);
        panel.files = attachments::list(db, tally::EVIDENCE, &record)
            .await?
            .into_iter()
            .map(|a| FileLine {
                id: a.id,
                name: a.name,
                under: format!("{} KB，{}，{}", (a.size + 1023) / 1024, a.by_name, day_text(a.at)),
            })
            .collect();
        Ok(panel)
    }

    pub fn value_id(&self) -> String {
        format!("v.{}.{}", self.code, self.column)
    }

    pub fn note_id(&self) -> String {
        format!("n.{}.{}", self.code, self.column)
    }
}

/// `2.50（全镇均 3.10）`; nothing where no round of the year before ended.
fn year_ago(page: &Page, code: &str, marks: &std::collections::HashMap<String, i64>) -> String {
    let n = i64::try_from(marks.len()).unwrap_or_default();
    if n == 0 {
        return String::new();
    }
    // Halves go up, as scores are rounded.
    let mean = Score((marks.values().sum::<i64>() * 2 + n).div_euclid(2 * n)).to_string();
    let own = marks.get(code).map_or_else(|| "—".to_owned(), |m| Score(*m).to_string());
    page.m(&msg!("{own}（全镇均 {mean}）", own = own, mean = mean))
}

#[derive(Template)]
#[template(path = "appraisals/pages/panel.html")]
struct Part {
    page: Page,
    panel: Panel,
}

#[derive(Template)]
#[template(path = "appraisals/pages/cell.html")]
struct CellPage {
    page: Page,
    panel: Panel,
    round: String,
}

/// The panel as a part of a page, or as a page.
pub fn answer(page: Page, opened: &Opened, panel: Panel, part: bool) -> Response {
    match part {
        true => Html(Part { page, panel }).into_response(),
        false => Html(CellPage { page, panel, round: opened.round.title.clone() }).into_response(),
    }
}
