//! 县级联审情况汇总: how many people got which conclusion, and whose conclusion rests on which clause and document. Grounds and
//! case files have no place here.

use super::{blank_official, paragraphs};
use crate::official::{Block, Official};
use crate::{Annex, Cell, Column};
use kernel::Day;

/// A joint review's summary.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct ReviewSummary {
    /// The campaign or the reason of the review.
    pub campaign: String,
    /// Who sums up.
    pub unit: String,
    /// Sent on, answered until.
    pub days: Option<(Day, Day)>,
    /// The seats that were asked, and whether each answered about everybody.
    pub seats: Vec<(String, bool)>,
    /// How many people were reviewed.
    pub people: usize,
    /// People by conclusion, the lightest first; they add up to `people`.
    pub counts: Vec<ReviewCount>,
    /// Conclusions that rest on a clause, a line each.
    pub lines: Vec<ReviewLine>,
    /// What else is to be said: that a person decides, how long conclusions are valid.
    pub notes: Vec<String>,
    /// The day of the summary; none leaves blanks.
    pub day: Option<Day>,
    /// Whether people are invented.
    pub synthetic: bool,
}

/// People of a conclusion.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct ReviewCount {
    /// 无异议, 需核实, 不宜, 不得
    pub conclusion: String,
    /// How many.
    pub people: usize,
}

/// A conclusion about somebody by a seat.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct ReviewLine {
    /// Name.
    pub name: String,
    /// The place applied for or the post held.
    pub place: String,
    /// Which seat concluded.
    pub seat: String,
    /// The conclusion.
    pub conclusion: String,
    /// The clause it rests on.
    pub clause: String,
    /// The document's number.
    pub document: String,
}

impl ReviewSummary {
    /// The summary as an official document without a red head, its lines as an annex.
    pub fn official(&self) -> Official {
        let answered = self.seats.iter().filter(|(_, all)| *all).count();
        let mut first =
            format!("{}联审 {} 人，征求 {} 个单位意见", self.campaign, self.people, self.seats.len());
        if let Some((sent, until)) = self.days {
            let (sent, until) = (crate::words::day(sent), crate::words::day(until));
            first.push_str(&format!("，{sent}发出，{until}到期"));
        }
        first.push_str(&format!("，已答复完毕 {answered} 个。"));
        let open: Vec<&str> =
            self.seats.iter().filter(|(_, all)| !all).map(|(seat, _)| seat.as_str()).collect();
        if !open.is_empty() {
            first.push_str(&format!("尚未答复完毕：{}。", open.join("、")));
        }
        let counts: Vec<String> =
            self.counts.iter().map(|c| format!("{} {} 人", c.conclusion, c.people)).collect();
        let mut body = vec![
            Block::Heading("一、联审情况".into()),
            Block::Text(first),
            Block::Heading("二、汇总结论".into()),
            Block::Text(format!("{}。", counts.join("，"))),
        ];
        if !self.notes.is_empty() {
            body.push(Block::Heading("三、说明".into()));
            body.extend(paragraphs(&self.notes));
        }
        let row = |(i, l): (usize, &ReviewLine)| {
            let mut cells = vec![Cell::Whole(i64::try_from(i + 1).unwrap_or(i64::MAX))];
            cells.extend(
                [&l.name, &l.place, &l.seat, &l.conclusion, &l.clause, &l.document]
                    .map(|t| Cell::text(t.as_str())),
            );
            cells
        };
        let annex = Annex {
            title: "联审结论明细".into(),
            columns: [
                ("序号", 3),
                ("姓名", 5),
                ("岗位", 7),
                ("单位", 5),
                ("结论", 4),
                ("条款", 7),
                ("文号", 10),
            ]
            .map(|(head, width)| Column::of(head, width))
            .to_vec(),
            rows: self.lines.iter().enumerate().map(row).collect(),
        };
        Official {
            body,
            annexes: if self.lines.is_empty() { Vec::new() } else { vec![annex] },
            day: self.day,
            ..blank_official("县级联审情况汇总".into(), &self.unit, self.synthetic)
        }
    }
}
