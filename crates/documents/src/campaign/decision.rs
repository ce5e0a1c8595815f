//! 决定: what was decided about whom, on what facts and clauses, by whom, and what the person concerned can do about it.

use super::{blank_official, paragraphs};
use crate::official::{Block, Official};
use crate::{Annex, Cell, Column, words};
use kernel::Day;

/// A decision on paper.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct DecisionPaper {
    /// 发文机关标志
    pub issuer: String,
    /// 发文字号; none leaves its blanks.
    pub number: Option<String>,
    /// 关于录用吴例己等同志的决定
    pub title: String,
    /// To whom it goes; empty for none.
    pub to: String,
    /// What it rests on: facts, a paragraph each.
    pub facts: Vec<String>,
    /// Clauses it rests on, with the pack's title: `《…办法》第九条`.
    pub basis: Vec<String>,
    /// Who decided, when: a meeting or a person by name.
    pub decided_by: String,
    /// What is decided, a paragraph each.
    pub decided: Vec<String>,
    /// What the person concerned can do, until when; empty for decisions that burden nobody.
    pub remedy: String,
    /// People it is about; printed as an annex where there are any.
    pub people: Vec<DecidedPerson>,
    /// 署名
    pub signer: String,
    /// 成文日期; none leaves its blanks.
    pub day: Option<Day>,
    /// Nobody has signed it yet.
    pub draft: bool,
    /// Whether people are invented.
    pub synthetic: bool,
}

/// Somebody a decision is about.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct DecidedPerson {
    /// Name.
    pub name: String,
    /// Sex.
    pub sex: String,
    /// The place or post.
    pub post: String,
    /// From which day.
    pub from: Option<Day>,
    /// Until when on probation.
    pub probation: Option<Day>,
    /// A remark.
    pub note: String,
}

impl DecisionPaper {
    /// The decision as an official document.
    pub fn official(&self) -> Official {
        let mut body: Vec<Block> = paragraphs(&self.facts).collect();
        let mut by = String::new();
        if !self.basis.is_empty() {
            by.push_str(&format!("根据{}，", self.basis.join("、")));
        }
        if !self.decided_by.is_empty() {
            by.push_str(&format!("经{}，", self.decided_by));
        }
        by.push_str("决定：");
        body.push(Block::Text(by));
        body.extend(paragraphs(&self.decided));
        body.extend(paragraphs([&self.remedy]));
        Official {
            issuer: self.issuer.clone(),
            number: self.number.clone(),
            to: self.to.clone(),
            body,
            annexes: if self.people.is_empty() { Vec::new() } else { vec![self.annex()] },
            day: self.day,
            draft: self.draft,
            ..blank_official(self.title.clone(), &self.signer, self.synthetic)
        }
    }

    fn annex(&self) -> Annex {
        let day = |day: Option<Day>| Cell::text(day.map(words::day).unwrap_or_default());
        let row = |(i, p): (usize, &DecidedPerson)| {
            vec![
                Cell::Whole(i64::try_from(i + 1).unwrap_or(i64::MAX)),
                Cell::text(&p.name),
                Cell::text(&p.sex),
                Cell::text(&p.post),
                day(p.from),
                day(p.probation),
                Cell::text(&p.note),
            ]
        };
        let columns = [
            ("序号", 3),
            ("姓名", 5),
            ("性别", 3),
            ("岗位", 10),
            ("起始日期", 8),
            ("试用期满", 8),
            ("备注", 6),
        ];
        Annex {
            title: "人员名单".into(),
            columns: columns.map(|(head, width)| Column::of(head, width)).to_vec(),
            rows: self.people.iter().enumerate().map(row).collect(),
        }
    }
}
