//! 成绩单: scores by ticket number or by name, with ranks and what comes of them.

use super::{lines_in, pages};
use crate::form::{Form, List, Row, Side};
use crate::sheet::{Sheet, SheetCell};
use crate::{Cell, Column, DocumentFault, Imprint, sheet, words};
use kernel::{Day, Score};

/// A list of scores.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ScoreList {
    /// Its title: 例河镇岗成绩单.
    pub title: String,
    /// Whose list it is.
    pub unit: String,
    /// The day that it tells of.
    pub as_of: Day,
    /// By what people are told apart.
    pub by: ShownBy,
    /// Heads of the papers: `笔试 40%`.
    pub papers: Vec<String>,
    /// The rows, as they are to stand.
    pub rows: Vec<ScoreRow>,
    /// Remarks under the list: how panels were joined, how ties were broken.
    pub notes: Vec<String>,
    /// Who printed it, under which pack.
    pub imprint: Imprint,
}

/// By what people are told apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ShownBy {
    /// 准考证号: while names are sealed, and wherever the public reads.
    Ticket,
    /// 姓名
    Name,
}

/// Somebody's scores.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct ScoreRow {
    /// The ticket's number or the name.
    pub who: String,
    /// The place applied for.
    pub place: String,
    /// A cell a paper: [`Cell::Score`], or 缺考 in words.
    pub marks: Vec<Cell>,
    /// The total; none where there is none to be had.
    pub total: Option<Score>,
    /// The rank in the place.
    pub rank: Option<usize>,
    /// 拟进考察, 递补 1, 缺考 …
    pub result: String,
}

/// Lines a page.
const LINES: usize = 29;
/// A line, in mm.
const LINE: f64 = 7.2;
/// Papers at most.
const PAPERS: usize = 6;

impl ShownBy {
    fn head(self) -> &'static str {
        match self {
            ShownBy::Ticket => "准考证号",
            ShownBy::Name => "姓　名",
        }
    }
}

impl ScoreList {
    /// A workbook, A4 across.
    ///
    /// # Errors
    /// [`DocumentFault::Ragged`], [`DocumentFault::Size`], [`DocumentFault::Engine`].
    pub fn xlsx(&self) -> Result<Vec<u8>, DocumentFault> {
        self.checked()?;
        let mut columns =
            vec![Column::of("序号", 3), Column::of(self.by.head(), 7), Column::of("报考岗位", 10)];
        columns.extend(self.papers.iter().map(|p| Column::of(p, 5)));
        columns.extend([Column::of("综合", 5), Column::of("名次", 3), Column::of("去向", 7)]);
        let row = |(i, r): (usize, &ScoreRow)| {
            let whole = |n: usize| Cell::Whole(i64::try_from(n).unwrap_or(i64::MAX));
            let mut cells = vec![whole(i + 1), Cell::Code(r.who.clone()), Cell::text(&r.place)];
            cells.extend(r.marks.iter().cloned());
            cells.extend([
                r.total.map_or(Cell::Empty, Cell::Score),
                r.rank.map_or(Cell::Empty, whole),
                Cell::text(&r.result),
            ]);
            cells.into_iter().map(SheetCell::of).collect()
        };
        let sheet = Sheet {
            title: self.title.clone(),
            left: self.unit.clone(),
            right: format!("截至 {}", words::day(self.as_of)),
            columns,
            fixed: 2,
            rows: self.rows.iter().enumerate().map(row).collect(),
            notes: self.notes.clone(),
            imprint: self.imprint.parts(),
            filter: true,
        };
        sheet::xlsx::workbook(&sheet.checked()?)
    }

    fn checked(&self) -> Result<(), DocumentFault> {
        let papers = self.papers.len();
        if papers == 0 || papers > PAPERS {
            return Err(DocumentFault::Size);
        }
        match self.rows.iter().position(|r| r.marks.len() != papers) {
            Some(i) => Err(DocumentFault::Ragged {
                row: i + 1,
                cells: self.rows[i].marks.len() + 6,
                columns: papers + 6,
            }),
            None => Ok(()),
        }
    }

    pub(super) fn form(&self) -> Result<Form, DocumentFault> {
        self.checked()?;
        let foot = self.imprint.parts().into_iter().filter(|part| !part.is_empty()).collect();
        let columns = self.columns();
        let lines = |r: &ScoreRow| {
            [(&r.who, 2), (&r.place, 3), (&r.result, columns.len() - 1)]
                .map(|(text, at)| lines_in(text, columns[at]))
                .into_iter()
                .max()
                .unwrap_or(1)
        };
        let pages = pages(&self.rows, LINES, lines);
        let last = pages.len() - 1;
        let mut from = 0;
        let mut sides = Vec::with_capacity(pages.len());
        for (at, (some, lines)) in pages.into_iter().enumerate() {
            sides.push(self.side(some, from, lines, at == last));
            from += some.len();
        }
        Ok(Form { title: self.title.clone(), sides, foot, whose: self.unit.clone(), photo: None })
    }

    /// Widths in mm; 178 in all. The papers share what there is for them, the place gets what is left.
    fn columns(&self) -> Vec<f64> {
        let n = self.papers.len();
        let each = (60.0 / n as f64).min(18.0);
        let mut columns =
            vec![8.0, 11.0, 26.0, 178.0 - 8.0 - 11.0 - 26.0 - 16.0 - 11.0 - 24.0 - each * n as f64];
        columns.extend(vec![each; n]);
        columns.extend([16.0, 11.0, 24.0]);
        columns
    }

    fn side(&self, some: &[ScoreRow], from: usize, lines: usize, last: bool) -> Side {
        let item = |(i, r): (usize, &ScoreRow)| {
            let mut cells = vec![(from + i + 1).to_string(), r.who.clone(), r.place.clone()];
            cells.extend(r.marks.iter().map(Cell::shown));
            cells.push(r.total.map_or_else(|| "—".to_owned(), |t| t.to_string()));
            cells.push(r.rank.map_or_else(|| "—".to_owned(), |n| n.to_string()));
            cells.push(r.result.clone());
            cells
        };
        let items: Vec<Vec<String>> = some.iter().enumerate().map(item).collect();
        let n = self.papers.len();
        let mut heads = vec!["序号".to_owned(), self.by.head().to_owned(), "报考岗位".to_owned()];
        heads.extend(self.papers.iter().cloned());
        heads.extend(["综合", "名次", "去　向"].map(str::to_owned));
        let mut left = vec![false, false, true];
        left.resize(n + 6, false);
        let list = List {
            label: "成\n绩".into(),
            name: self.title.clone(),
            spans: vec![1; n + 6],
            heads,
            left,
            height: LINE * lines.max(1) as f64,
            items,
            head_height: 12.0,
            least: 1,
        };
        Side {
            title: Some(self.title.clone()),
            above: Some([self.unit.clone(), format!("截至 {}", words::day(self.as_of))]),
            columns: self.columns(),
            rows: vec![Row::List(list)],
            below: if last { self.notes.clone() } else { Vec::new() },
        }
    }
}
