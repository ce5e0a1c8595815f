//! The parts of a pack as rows of cells, and where a finding stands among them.

use crate::colours::COLOURS;
use crate::consequences::{ACTIONS, TARGETS};
use crate::files::Files;
use crate::node::{Kind, Node};
use kernel::{Fault, key};
use tables::read_text;

/// A part of a pack that can be edited by rows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Section {
    /// Title, version, clause: the head of `pack.toml`, one row.
    Head,
    /// `[facts]`, a row each; the id does not change.
    Facts,
    /// `[appraisal]`, one row.
    Appraisal,
    /// `indicators.csv`.
    Indicators,
    /// `[[grades]]`.
    Grades,
    /// `[grading]`, one row.
    Grading,
    /// `[[consequences]]`.
    Consequences,
    /// `colours.csv`.
    Colours,
}

/// What a cell holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// Words.
    Text,
    /// A number, in `pack.toml` without quotes.
    Number,
    /// A number or an expression.
    Amount,
    /// true or false.
    Bool,
    /// Words joined by `、`.
    List,
    /// Conditions joined by `；`.
    Conditions,
    /// One of a closed set: id and Chinese.
    Word(&'static [(&'static str, &'static str)]),
}

/// A column as a section knows it.
pub struct Known {
    pub(super) key: &'static str,
    label: &'static str,
    pub(super) form: Form,
}

/// A column of a grid.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Column {
    /// The column of the table or the key of `pack.toml`.
    pub key: String,
    /// What a person reads: a key of the catalogue, or a fact's name.
    pub label: String,
    /// What its cells hold.
    pub form: Form,
}

const fn known(key: &'static str, label: &'static str, form: Form) -> Known {
    Known { key, label, form }
}

type Words = &'static [(&'static str, &'static str)];

const METHODS: Words = &[
    ("rated", key!("评分")),
    ("ratio", key!("按比例")),
    ("ratio_down", key!("反向比例")),
    ("linear", key!("按区间")),
    ("tiers", key!("分档")),
    ("deduct", key!("扣分")),
    ("bonus", key!("加分")),
    ("penalty", key!("减分")),
    ("flag", key!("是否")),
    ("rank", key!("排名")),
    ("ballot", key!("测评")),
    ("formula", key!("算式")),
    ("veto", key!("一票否决")),
];
const MISSING: Words = &[
    ("block", key!("不评定")),
    ("zero", key!("按 0 算")),
    ("skip", key!("跳过")),
    ("prorate", key!("缺项折算")),
];
const ROUNDING: Words =
    &[("largest_remainder", key!("最大余数")), ("floor", key!("舍去")), ("ceil", key!("进一"))];
const TIES: Words = &[
    ("tie_break", key!("按次序排")),
    ("share_better", key!("同分都进好的一等")),
    ("share_worse", key!("同分都进差的一等")),
];
const TYPES: Words = &[
    ("number", key!("数字")),
    ("integer", key!("整数")),
    ("money", key!("金额")),
    ("percent", key!("百分比")),
    ("bool", key!("是非")),
    ("date", key!("日期")),
    ("text", key!("文本")),
    ("choice", key!("选项")),
];
const SUBJECTS: Words =
    &[("village", key!("村")), ("person", key!("人")), ("post", key!("职务")), ("township", key!("乡镇"))];
const SOURCES: Words = &[
    ("registry", key!("台账")),
    ("reported", key!("填报")),
    ("ballot", key!("测评")),
    ("appraisal", key!("考核")),
    ("review", key!("联审")),
];
const LEVELS: Words = &[("high", key!("高")), ("medium", key!("中")), ("low", key!("低"))];

const HEAD: &[Known] = &[
    known("title", key!("名称"), Form::Text),
    known("version", key!("版本"), Form::Text),
    known("issuer", key!("发文机关"), Form::Text),
    known("basis", key!("依据"), Form::Text),
    known("effective_from", key!("生效日期"), Form::Text),
    known("effective_to", key!("失效日期"), Form::Text),
];
const FACTS: &[Known] = &[
    known("id", key!("编号"), Form::Text),
    known("label", key!("名称"), Form::Text),
    known("subject", key!("说的是谁"), Form::Word(SUBJECTS)),
    known("type", key!("类型"), Form::Word(TYPES)),
    known("unit", key!("单位"), Form::Text),
    known("choices", key!("选项"), Form::List),
    known("source", key!("来源"), Form::Word(SOURCES)),
];
const APPRAISAL: &[Known] = &[
    known("total_min", key!("总分下限"), Form::Number),
    known("total_max", key!("总分上限"), Form::Number),
    known("second_check", key!("须第二人复核的指标"), Form::List),
];
const INDICATORS: &[Known] = &[
    known("id", key!("编号"), Form::Text),
    known("item", key!("项"), Form::Text),
    known("name", key!("指标"), Form::Text),
    known("full", key!("满分"), Form::Number),
    known("method", key!("方法"), Form::Word(METHODS)),
    known("params", key!("规则"), Form::Text),
    known("rater", key!("评分人"), Form::Text),
    known("aggregate", key!("几家怎么合"), Form::Text),
    known("missing", key!("缺数时"), Form::Word(MISSING)),
    known("basis", key!("条款"), Form::Text),
    known("note", key!("说明"), Form::Text),
];
const GRADES: &[Known] = &[
    known("id", key!("编号"), Form::Number),
    known("label", key!("名称"), Form::Text),
    known("quota", key!("名额（%）"), Form::Number),
    known("at_least", key!("分数线"), Form::Number),
];
const GRADING: &[Known] = &[
    known("within", key!("在多大范围内排"), Form::Text),
    known("rounding", key!("名额取整"), Form::Word(ROUNDING)),
    known("ties", key!("压线同分"), Form::Word(TIES)),
    known("tie_break", key!("同分依次看"), Form::List),
    known("refill", key!("被否决的名额递补"), Form::Bool),
];
const CONSEQUENCES: &[Known] = &[
    known("id", key!("编号"), Form::Text),
    known("when", key!("情形"), Form::Text),
    known("any", key!("或：几种情形之一"), Form::Conditions),
    known("applies_to", key!("对象"), Form::Word(&TARGETS)),
    known("action", key!("建议"), Form::Word(&ACTIONS)),
    known("amount", key!("金额（元）"), Form::Amount),
    known("held_months", key!("任职满几个月"), Form::Number),
    known("basis", key!("条款"), Form::Text),
];
/// The columns of `colours.csv` around those of facts.
const COLOUR_TABLE: &[Known] = &[
    known("rule", key!("编号"), Form::Text),
    known("colour", key!("颜色"), Form::Word(&COLOURS)),
    known("level", key!("程度"), Form::Word(LEVELS)),
    known("lead", key!("牵头"), Form::Text),
    known("measures", key!("措施"), Form::Text),
    known("basis", key!("条款"), Form::Text),
    known("note", key!("说明"), Form::Text),
];

impl Section {
    /// Every one.
    pub const ALL: [Section; 8] = [
        Section::Head,
        Section::Facts,
        Section::Appraisal,
        Section::Indicators,
        Section::Grades,
        Section::Grading,
        Section::Consequences,
        Section::Colours,
    ];

    /// The word of forms and addresses; in `pack.toml` the key of the section, but for the head.
    pub fn id(self) -> &'static str {
        match self {
            Section::Head => "head",
            Section::Facts => "facts",
            Section::Appraisal => "appraisal",
            Section::Indicators => "indicators",
            Section::Grades => "grades",
            Section::Grading => "grading",
            Section::Consequences => "consequences",
            Section::Colours => "colours",
        }
    }

    /// By its word.
    pub fn by_id(id: &str) -> Option<Section> {
        Section::ALL.into_iter().find(|s| s.id() == id)
    }

    /// What one row of it is called.
    fn noun(self) -> &'static str {
        match self {
            Section::Head => "办法",
            Section::Facts => "事实",
            Section::Appraisal => "考核设置",
            Section::Indicators => "指标",
            Section::Grades => "等次",
            Section::Grading => "评等办法",
            Section::Consequences => "结果运用",
            Section::Colours => "颜色规则",
        }
    }

    /// The table it stands in; `None` for `pack.toml`.
    pub fn table(self) -> Option<&'static str> {
        match self {
            Section::Indicators => Some("indicators.csv"),
            Section::Colours => Some("colours.csv"),
            _ => None,
        }
    }

    /// Whether it always has just one row.
    pub fn is_single(self) -> bool {
        matches!(self, Section::Head | Section::Appraisal | Section::Grading)
    }

    /// The columns that the program knows; of `colours.csv` all but the facts.
    pub(super) fn columns(self) -> &'static [Known] {
        match self {
            Section::Head => HEAD,
            Section::Facts => FACTS,
            Section::Appraisal => APPRAISAL,
            Section::Indicators => INDICATORS,
            Section::Grades => GRADES,
            Section::Grading => GRADING,
            Section::Consequences => CONSEQUENCES,
            Section::Colours => COLOUR_TABLE,
        }
    }
}

/// A section as rows of cells.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Grid {
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows, cells as wide as the columns.
    pub rows: Vec<Vec<String>>,
    /// The line of each row in its file.
    pub lines: Vec<u32>,
}

fn column(k: &Known) -> Column {
    Column { key: k.key.to_owned(), label: k.label.to_owned(), form: k.form }
}

impl Grid {
    /// A section of a pack. Without rows where the pack does not have it or its file cannot be read.
    pub fn of(files: &Files, section: Section) -> Grid {
        match section.table() {
            Some(name) => {
                let mut grid = of_table(files.text(name).unwrap_or_default(), name, section);
                if section == Section::Colours {
                    let facts = Grid::of(files, Section::Facts);
                    for column in &mut grid.columns {
                        let fact = (0..facts.rows.len()).find(|f| facts.cell(*f, "id") == column.key);
                        if let Some(fact) = fact {
                            facts.cell(fact, "label").clone_into(&mut column.label);
                        }
                    }
                }
                grid
            }
            None => of_toml(files.text("pack.toml").unwrap_or_default(), section),
        }
    }

    /// A cell by its column's key; empty where there is none.
    pub fn cell(&self, row: usize, key: &str) -> &str {
        let at = self.columns.iter().position(|c| c.key == key);
        at.and_then(|at| self.rows.get(row)?.get(at)).map_or("", String::as_str)
    }

    /// A row by its name: `指标 A1“经营性收益”`.
    pub fn title(&self, section: Section, row: usize) -> String {
        let noun = section.noun();
        if section.is_single() {
            return noun.to_owned();
        }
        let id = self.rows.get(row).and_then(|r| r.first()).map_or("", String::as_str);
        let name = ["name", "label"].into_iter().map(|k| self.cell(row, k)).find(|n| !n.is_empty());
        match name {
            Some(name) => format!("{noun} {id}“{name}”"),
            None => format!("{noun} {id}"),
        }
    }
}

fn of_table(text: &str, name: &str, section: Section) -> Grid {
    let table = read_text(text, name);
    let known = section.columns();
    let mut columns: Vec<Column> = Vec::new();
    for name in &table.header.names {
        columns.push(match known.iter().find(|k| k.key == name) {
            Some(k) => column(k),
            None => Column { key: name.clone(), label: name.clone(), form: Form::Text },
        });
    }
    let wanting = known.iter().filter(|k| !table.header.names.iter().any(|n| n == k.key));
    let more: Vec<Column> = wanting.map(column).collect();
    let width = columns.len() + more.len();
    columns.extend(more);
    let (lines, rows) = table
        .rows
        .into_iter()
        .map(|(line, mut cells)| {
            cells.resize(width, String::new());
            (line, cells)
        })
        .unzip();
    Grid { columns, rows, lines }
}

fn cell(node: Option<&Node>, form: Form) -> String {
    match node.map(|n| &n.kind) {
        None => String::new(),
        Some(Kind::List(items)) => {
            let joint = if form == Form::Conditions { "；" } else { "、" };
            items.iter().map(Node::plain).collect::<Vec<_>>().join(joint)
        }
        Some(_) => node.map(Node::plain).unwrap_or_default(),
    }
}

fn of_toml(text: &str, section: Section) -> Grid {
    let columns: Vec<Column> = section.columns().iter().map(column).collect();
    let Ok(root) = Node::parse(text, "") else { return Grid { columns, ..Grid::default() } };
    let line = |node: &Node, at: u32| {
        let row = |k: &Column| cell(node.get(&k.key), k.form);
        (at, columns.iter().map(row).collect::<Vec<String>>())
    };
    let found = root.get(section.id());
    let rows: Vec<(u32, Vec<String>)> = match section {
        Section::Head => vec![line(&root, 1)],
        Section::Facts => match found.map(|n| &n.kind) {
            Some(Kind::Table(entries)) => entries
                .iter()
                .map(|e| {
                    let (at, mut cells) = line(&e.value, e.at.row);
                    cells[0].clone_from(&e.key);
                    (at, cells)
                })
                .collect(),
            _ => Vec::new(),
        },
        Section::Appraisal | Section::Grading => {
            vec![line(found.unwrap_or(&Node::table()), found.map_or(0, |n| n.at.row))]
        }
        _ => match found.map(|n| &n.kind) {
            Some(Kind::List(items)) => items.iter().map(|n| line(n, n.at.row)).collect(),
            _ => Vec::new(),
        },
    };
    let (lines, rows) = rows.into_iter().unzip();
    Grid { columns, rows, lines }
}

/// Where a finding about a pack in memory stands: the section, the row and the column's key, which is empty where the
/// whole row is meant. `None`: no section of [`Section`] has it.
pub fn place(fault: &Fault, grids: &[(Section, Grid)]) -> Option<(Section, usize, String)> {
    if let Some((section, grid)) = grids.iter().find(|(s, _)| s.table() == Some(fault.file.as_str())) {
        let row = grid.lines.iter().position(|l| *l == fault.row)?;
        let key = grid.columns.iter().any(|c| c.key == fault.column);
        return Some((*section, row, if key { fault.column.clone() } else { String::new() }));
    }
    if fault.file != "pack.toml" {
        return None;
    }
    let (head, rest) = fault.column.split_once('.').unwrap_or((fault.column.as_str(), ""));
    let (name, index) = match head.split_once('[') {
        Some((name, n)) => (name, n.trim_end_matches(']').parse::<usize>().ok()?.checked_sub(1)?),
        None => (head, 0),
    };
    let of = |section| grids.iter().find(|(s, _)| *s == section).map(|(_, g)| g);
    let known = |grid: &Grid, key: &str| grid.columns.iter().any(|c| c.key == key);
    let key = |grid: &Grid, key: &str| if known(grid, key) { key.to_owned() } else { String::new() };
    match Section::by_id(name).filter(|s| s.table().is_none() && *s != Section::Head) {
        Some(Section::Facts) => {
            let (id, rest) = rest.split_once('.').unwrap_or((rest, ""));
            let grid = of(Section::Facts)?;
            let row = grid.rows.iter().position(|r| r.first().is_some_and(|c| c == id))?;
            Some((Section::Facts, row, key(grid, rest)))
        }
        Some(section) => {
            let grid = of(section)?;
            (index < grid.rows.len()).then(|| (section, index, key(grid, rest)))
        }
        None => {
            let grid = of(Section::Head)?;
            known(grid, name).then(|| (Section::Head, 0, name.to_owned()))
        }
    }
}
