//! 考察报告: by which methods somebody was inspected, when and by whom, and what was found in each dimension.

use super::{blank_official, paragraphs};
use crate::official::{Block, Official};
use crate::{Annex, Cell, Column};
use kernel::Day;

/// A report about somebody.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct InspectionReport {
    /// Who was inspected.
    pub name: String,
    /// Sex, birth, education, present post: a paragraph.
    pub about: String,
    /// What the person is meant for.
    pub intended: String,
    /// To whom the report goes; empty for none.
    pub to: String,
    /// What was done, in order of time.
    pub steps: Vec<InspectionStep>,
    /// What was found, a dimension each: 德, 能, 勤, 绩, 廉.
    pub observed: Vec<Observed>,
    /// What is to be improved.
    pub shortcomings: String,
    /// What the group proposes; people decide.
    pub opinion: String,
    /// Who inspected, the leader first.
    pub members: Vec<String>,
    /// The group's name, under the text.
    pub group: String,
    /// The day; none leaves blanks.
    pub day: Option<Day>,
    /// Whether people are invented.
    pub synthetic: bool,
}

/// A step of the inspection.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct InspectionStep {
    /// 个别谈话, 民意调查, 实地走访 …
    pub method: String,
    /// When, in words: `2026年12月8日`, or several days.
    pub when: String,
    /// Where.
    pub place: String,
    /// With whom or of what.
    pub with: String,
    /// How many were heard; none where nobody is counted.
    pub heard: Option<u32>,
    /// Who did it.
    pub by: String,
}

/// What was found in a dimension.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Observed {
    /// The dimension's name.
    pub dimension: String,
    /// What was found, with what it rests on.
    pub text: String,
}

const NUMBERS: [&str; 6] = ["一", "二", "三", "四", "五", "六"];

impl InspectionReport {
    /// The report as an official document without a red head, its steps as an annex.
    pub fn official(&self) -> Official {
        let methods: Vec<&str> = self.steps.iter().fold(Vec::new(), |mut all, s| {
            if !all.contains(&s.method.as_str()) {
                all.push(s.method.as_str());
            }
            all
        });
        let heard: u64 = self.steps.iter().filter_map(|s| s.heard).map(u64::from).sum();
        let mut how =
            format!("考察组由{}组成，采取{}的方式进行考察", self.members.join("、"), methods.join("、"));
        if heard > 0 {
            how.push_str(&format!("，听取意见 {heard} 人次"));
        }
        how.push_str(if self.steps.is_empty() { "。" } else { "，经过见附件。" });
        let intended = match self.intended.as_str() {
            "" => String::new(),
            post => format!("拟任：{post}。"),
        };
        let mut parts: Vec<(&str, Vec<Block>)> =
            vec![("基本情况", paragraphs([self.about.as_str(), &intended]).collect())];
        parts.push(("考察经过", vec![Block::Text(how)]));
        let found = self.observed.iter().map(|o| format!("{}：{}", o.dimension, o.text.trim()));
        parts.push(("现实表现", paragraphs(found).collect()));
        parts.push(("不足之处", paragraphs([&self.shortcomings]).collect()));
        parts.push(("考察意见", paragraphs([&self.opinion]).collect()));
        let kept = parts.into_iter().filter(|(_, blocks)| !blocks.is_empty());
        let body = kept.zip(NUMBERS).flat_map(|((title, blocks), number)| {
            std::iter::once(Block::Heading(format!("{number}、{title}"))).chain(blocks)
        });
        let title = format!("关于{}同志的考察报告", self.name);
        Official {
            to: self.to.clone(),
            body: body.collect(),
            annexes: self.annex().into_iter().collect(),
            day: self.day,
            ..blank_official(title, &self.group, self.synthetic)
        }
    }

    fn annex(&self) -> Option<Annex> {
        let row = |(i, s): (usize, &InspectionStep)| {
            vec![
                Cell::Whole(i64::try_from(i + 1).unwrap_or(i64::MAX)),
                Cell::text(&s.method),
                Cell::text(&s.when),
                Cell::text(&s.place),
                Cell::text(&s.with),
                s.heard.map_or(Cell::Empty, |n| Cell::Whole(n.into())),
                Cell::text(&s.by),
            ]
        };
        let columns =
            [("序号", 3), ("方式", 5), ("时间", 8), ("地点", 5), ("对象", 8), ("人次", 3), ("考察人", 6)];
        (!self.steps.is_empty()).then(|| Annex {
            title: "考察经过".into(),
            columns: columns.map(|(head, width)| Column::of(head, width)).to_vec(),
            rows: self.steps.iter().enumerate().map(row).collect(),
        })
    }
}
