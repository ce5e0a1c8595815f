//! A draft's sections as tables of cells: what stands in each, what the check says of it, what changed since the base.

use super::super::look::Look;
use kernel::{Quantity, Score, Severity};
use platform::kit::Choice;
use platform::page::Page;
use policy::{Column, Files, Form, Grid, Section, place};

/// The parts of the page: word of the address, name, sections.
pub const TABS: [(&str, &str, &[Section]); 6] = [
    ("indicators", kernel::key!("指标"), &[Section::Indicators]),
    ("colours", kernel::key!("颜色判定"), &[Section::Colours]),
    ("grades", kernel::key!("等次与名额"), &[Section::Grades, Section::Grading, Section::Appraisal]),
    ("consequences", kernel::key!("结果运用"), &[Section::Consequences]),
    ("facts", kernel::key!("用到的事实"), &[Section::Facts]),
    ("head", kernel::key!("基本信息"), &[Section::Head]),
];

/// The part in which a section stands.
pub fn tab_of(section: Section) -> &'static str {
    TABS.iter().find(|(_, _, sections)| sections.contains(&section)).map_or("head", |(id, ..)| *id)
}

/// A cell.
pub struct CellView {
    pub key: String,
    pub label: String,
    pub value: String,
    /// The choices of a closed set; none for free text.
    pub options: Vec<Choice>,
    /// Classes of the cell: `is-num is-bad is-gap is-mod is-new`.
    pub class: String,
    /// What the check says of it, and the rule in words.
    pub told: Vec<String>,
    /// The rule in words, Chinese.
    pub words: String,
    /// An id may not change once it is there.
    pub fixed: bool,
}

/// A row.
pub struct RowView {
    /// Its position, or `new`.
    pub at: String,
    /// What it is called, for those who hear the page.
    pub title: String,
    /// Its first cell as it stands: what a stale form is matched by.
    pub was: String,
    pub cells: Vec<CellView>,
    /// What the check says of the whole row.
    pub told: Vec<String>,
    /// The item that begins with it, and the full marks of the item.
    pub item: Option<(String, String)>,
    pub first: bool,
    pub last: bool,
}

/// A section.
pub struct Sheet {
    pub id: &'static str,
    pub title: &'static str,
    pub lead: String,
    /// Label and width of each column.
    pub heads: Vec<(String, &'static str)>,
    pub rows: Vec<RowView>,
    /// The row that is not there yet.
    pub new: Option<RowView>,
    pub moves: bool,
    /// Columns, that of the buttons and that of the numbers included.
    pub span: usize,
}

/// What somebody typed that was not written.
#[derive(Clone, Debug, Default)]
pub struct Unsaved {
    pub section: Option<Section>,
    /// The row's first cell as it stood when the form was made; `None` for a new row.
    pub was: Option<String>,
    pub cells: Vec<(String, String)>,
}

fn title(section: Section) -> &'static str {
    match section {
        Section::Head => kernel::key!("基本信息"),
        Section::Facts => kernel::key!("用到的事实"),
        Section::Appraisal => kernel::key!("总分和复核"),
        Section::Indicators => kernel::key!("指标表"),
        Section::Grades => kernel::key!("等次"),
        Section::Grading => kernel::key!("怎么评等"),
        Section::Consequences => kernel::key!("结果运用"),
        Section::Colours => kernel::key!("颜色判定表"),
    }
}

fn width(key: &str) -> &'static str {
    match key {
        "id" | "full" | "quota" | "at_least" | "unit" | "rule" | "colour" | "level" => "e3",
        "item" | "method" | "missing" | "aggregate" | "type" | "subject" | "source" | "version"
        | "refill" | "held_months" | "total_min" | "total_max" | "ties" | "rounding" => "e4",
        "rater" | "basis" | "applies_to" | "action" | "effective_from" | "effective_to" | "within"
        | "amount" => "e5",
        "params" | "when" | "any" | "measures" | "title" | "tie_break" | "choices" | "second_check" => "e7",
        "note" | "lead" | "issuer" => "e6",
        _ => "e2",
    }
}

/// Full marks of an item: of the indicators that make up the hundred.
fn full(grid: &Grid, rows: &[usize]) -> Quantity {
    let counts = |row: usize| !matches!(grid.cell(row, "method"), "bonus" | "penalty" | "veto");
    let each =
        rows.iter().filter(|r| counts(**r)).filter_map(|r| Quantity::parse(grid.cell(*r, "full")).ok());
    Quantity(each.map(|q| q.0).sum())
}

fn points(q: Quantity) -> String {
    q.hundredths().map_or_else(|| q.to_string(), |h| Score(h).to_string())
}

/// What stands around the sheets.
pub struct Around<'a> {
    pub files: &'a Files,
    /// The version that the draft began from.
    pub base: &'a Files,
    pub look: &'a Look,
    pub unsaved: &'a Unsaved,
}

/// A part of the page as sheets.
pub fn sheets(page: &Page, around: &Around<'_>, sections: &[Section]) -> Vec<Sheet> {
    sections.iter().map(|s| sheet(page, around, *s)).collect()
}

/// Every section of a pack.
pub fn grids(files: &Files) -> Vec<(Section, Grid)> {
    Section::ALL.into_iter().map(|s| (s, Grid::of(files, s))).collect()
}

fn sheet(page: &Page, around: &Around<'_>, section: Section) -> Sheet {
    let grid = Grid::of(around.files, section);
    let base = Grid::of(around.base, section);
    let all = [(section, grid.clone())];
    let mut rows: Vec<RowView> = (0..grid.rows.len())
        .map(|at| {
            let old =
                (0..base.rows.len()).find(|o| section.is_single() || base.rows[*o][0] == grid.rows[at][0]);
            let cells = grid.columns.iter().map(|c| {
                let value = grid.cell(at, &c.key);
                let mut cell = cell(page, c, value, section, at.to_string().as_str());
                match old {
                    None if !section.is_single() => cell.class.push_str(" is-new"),
                    Some(o) if base.cell(o, &c.key) != value => cell.class.push_str(" is-mod"),
                    _ => {}
                }
                cell
            });
            RowView {
                at: at.to_string(),
                title: grid.title(section, at),
                was: grid.rows[at].first().cloned().unwrap_or_default(),
                cells: cells.collect(),
                told: Vec::new(),
                item: None,
                first: at == 0,
                last: at + 1 == grid.rows.len(),
            }
        })
        .collect();
    for fault in &around.look.findings {
        let Some((_, at, key)) = place(fault, &all) else { continue };
        let said = fault.explanation(page.lang);
        match rows[at].cells.iter_mut().find(|c| c.key == key) {
            Some(cell) => {
                cell.class.push_str(match fault.severity {
                    Severity::Fault => " is-bad",
                    Severity::Warning => " is-gap",
                    Severity::Note => "",
                });
                cell.told.push(said);
            }
            None => rows[at].told.push(said),
        }
    }
    if section == Section::Indicators {
        items(&grid, &mut rows);
        if let Some(pack) = &around.look.pack {
            for (row, indicator) in rows.iter_mut().zip(&pack.indicators) {
                if let Some(cell) = row.cells.iter_mut().find(|c| c.key == "params") {
                    cell.words = pack.rule_text(indicator);
                }
            }
        }
    }
    let mut new = (!section.is_single()).then(|| RowView {
        at: "new".to_owned(),
        title: page.t("新增一行").to_owned(),
        was: String::new(),
        cells: grid.columns.iter().map(|c| cell(page, c, "", section, "new")).collect(),
        told: Vec::new(),
        item: None,
        first: true,
        last: true,
    });
    refill(page, around.unsaved, section, &mut rows, new.as_mut());
    let lead = match section {
        Section::Indicators => {
            let every: Vec<usize> = (0..grid.rows.len()).collect();
            page.tn("{n} 条指标", grid.rows.len())
                + "，"
                + page.t("合计")
                + " "
                + &points(full(&grid, &every))
        }
        Section::Colours => page.t("从上往下，先符合先定").to_owned(),
        _ => String::new(),
    };
    Sheet {
        id: section.id(),
        title: page.t(title(section)),
        lead,
        heads: grid.columns.iter().map(|c| (page.w(&c.label), width(&c.key))).collect(),
        span: grid.columns.len() + 2,
        rows,
        new,
        moves: !section.is_single() && section != Section::Facts,
    }
}

/// Writes the head of each item before its first row.
fn items(grid: &Grid, rows: &mut [RowView]) {
    let mut at = 0;
    while at < rows.len() {
        let item = grid.cell(at, "item").to_owned();
        let end = (at..rows.len()).find(|r| grid.cell(*r, "item") != item).unwrap_or(rows.len());
        let own: Vec<usize> = (at..end).collect();
        rows[at].item = Some((item, points(full(grid, &own))));
        at = end;
    }
}

/// Puts what was typed and not written back where it was typed.
fn refill(page: &Page, unsaved: &Unsaved, section: Section, rows: &mut [RowView], new: Option<&mut RowView>) {
    if unsaved.section != Some(section) {
        return;
    }
    let row = match &unsaved.was {
        Some(was) => rows.iter_mut().find(|r| section.is_single() || r.was == *was),
        None => new,
    };
    let Some(row) = row else { return };
    for cell in &mut row.cells {
        let typed = unsaved.cells.iter().find(|(key, _)| *key == cell.key);
        if let Some((_, typed)) = typed.filter(|(_, typed)| *typed != cell.value) {
            cell.told.push(if cell.value.is_empty() {
                page.t("这是您刚才填的，还没有存").to_owned()
            } else {
                format!("{} {}", page.t("这是您刚才填的，还没有存；现在存着："), cell.value)
            });
            cell.value.clone_from(typed);
            cell.class.push_str(" is-here");
            for option in &mut cell.options {
                option.on = option.value == cell.value;
            }
        }
    }
}

fn cell(page: &Page, column: &Column, value: &str, section: Section, at: &str) -> CellView {
    let options = match column.form {
        Form::Word(words) => {
            let known = words.iter().any(|(id, _)| *id == value);
            let odd = (!value.is_empty() && !known).then(|| Choice::new(value, value).on(true));
            let none = Choice::new("", "—").on(value.is_empty());
            let each = words.iter().map(|(id, zh)| Choice::new(*id, page.w(zh)).on(*id == value));
            std::iter::once(none).chain(each).chain(odd).collect()
        }
        Form::Bool => vec![
            Choice::new("", "—").on(value.is_empty()),
            Choice::new("true", page.t("是")).on(value == "true"),
            Choice::new("false", page.t("否")).on(value == "false"),
        ],
        _ => Vec::new(),
    };
    let number = matches!(column.form, Form::Number | Form::Amount);
    CellView {
        key: column.key.clone(),
        label: page.w(&column.label),
        value: value.to_owned(),
        options,
        class: if number { "is-num".to_owned() } else { String::new() },
        told: Vec::new(),
        words: String::new(),
        fixed: section == Section::Facts && column.key == "id" && at != "new",
    }
}
