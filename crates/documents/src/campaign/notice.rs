//! 公示: who is meant for what, for how long, and how to object. What the public must not read has no field here: no identity
//! number, no telephone number, no address, no kin, no day of birth.

use super::{blank_official, paragraphs};
use crate::official::{Block, Official};
use crate::{Annex, Cell, Column, words};
use kernel::{Day, Score};

/// A public notice.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct PublicNotice {
    /// 发文机关标志
    pub issuer: String,
    /// 发文字号; none leaves its blanks.
    pub number: Option<String>,
    /// 关于2026年乡村振兴专干拟录用人员的公示
    pub title: String,
    /// What led to it: the campaign, its steps.
    pub about: String,
    /// First and last day, both counted.
    pub days: Option<(Day, Day)>,
    /// Working days, as the pack says.
    pub working_days: u32,
    /// How to object: telephone, address, office of whoever takes objections.
    pub objections: Vec<String>,
    /// The people, in the order they are to stand.
    pub people: Vec<NoticePerson>,
    /// 署名
    pub signer: String,
    /// 成文日期; none leaves its blanks.
    pub day: Option<Day>,
    /// Nobody has signed it yet.
    pub draft: bool,
    /// Whether people are invented.
    pub synthetic: bool,
}

/// Somebody on the notice.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct NoticePerson {
    /// Name.
    pub name: String,
    /// 男, 女
    pub sex: String,
    /// Year and month of birth.
    pub birth: Option<(i16, i8)>,
    /// Education.
    pub education: String,
    /// Present work or post.
    pub work: String,
    /// What the person is meant for.
    pub intended: String,
    /// The ticket's number, where scores were published by it.
    pub ticket: String,
    /// The total, where the pack wants it published.
    pub total: Option<Score>,
}

impl PublicNotice {
    /// The notice as an official document, the people as an annex. Columns that nobody fills are left out.
    pub fn official(&self) -> Official {
        let mut body: Vec<Block> = paragraphs([&self.about]).collect();
        body.push(Block::Text(match self.days {
            Some((from, to)) => format!(
                "现将 {} 名人选予以公示（名单附后），公示期为{}至{}（{} 个工作日）。",
                self.people.len(),
                words::day(from),
                words::day(to),
                self.working_days
            ),
            None => format!(
                "现将 {} 名人选予以公示（名单附后），公示期 {} 个工作日。",
                self.people.len(),
                self.working_days
            ),
        }));
        body.push(Block::Text(
            "公示期内，对公示人选有异议的，可以来信、来电、来访反映。反映问题应当实事求是，提倡署实名，反映人的情况予以保密。"
                .into(),
        ));
        body.extend(paragraphs(&self.objections));
        Official {
            issuer: self.issuer.clone(),
            number: self.number.clone(),
            body,
            annexes: if self.people.is_empty() { Vec::new() } else { vec![self.annex()] },
            day: self.day,
            draft: self.draft,
            ..blank_official(self.title.clone(), &self.signer, self.synthetic)
        }
    }

    fn annex(&self) -> Annex {
        let row = |(i, p): (usize, &NoticePerson)| {
            vec![
                Cell::Whole(i64::try_from(i + 1).unwrap_or(i64::MAX)),
                Cell::text(&p.name),
                Cell::text(&p.sex),
                Cell::text(p.birth.map(|(year, month)| format!("{year}.{month:02}")).unwrap_or_default()),
                Cell::text(&p.education),
                Cell::text(&p.work),
                Cell::text(&p.intended),
                Cell::Code(p.ticket.clone()),
                p.total.map_or(Cell::Empty, Cell::Score),
            ]
        };
        let columns = [
            ("序号", 3),
            ("姓名", 5),
            ("性别", 3),
            ("出生年月", 5),
            ("学历", 4),
            ("现工作单位及职务", 9),
            ("拟录用岗位", 8),
            ("准考证号", 6),
            ("总成绩", 4),
        ];
        let rows: Vec<Vec<Cell>> = self.people.iter().enumerate().map(row).collect();
        let kept: Vec<usize> =
            (0..columns.len()).filter(|c| rows.iter().any(|row| !row[*c].shown().is_empty())).collect();
        Annex {
            title: "公示人选名单".into(),
            columns: kept.iter().map(|c| Column::of(columns[*c].0, columns[*c].1)).collect(),
            rows: rows.into_iter().map(|row| kept.iter().map(|c| row[*c].clone()).collect()).collect(),
        }
    }
}
