//! 报名表: the application of somebody who enters a campaign, by own will or recommended.

use super::{label, opinions};
use crate::form::{Body, Cell, Form, List, Photo, Row, Side, Unit};
use crate::imprint::SYNTHETIC;
use crate::{Consent, DocumentFault, words};
use kernel::Day;
use standards::PartialDate;

/// An application to be printed, both sides of a sheet. Blank texts stay blank, to be filled by hand.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct ApplicationForm {
    /// 2026年乡村振兴专干公开招录
    pub campaign: String,
    /// The application's number.
    pub number: String,
    /// The place applied for.
    pub place: String,
    /// 个人自荐, 党员推荐, 群众推荐 …
    pub way: String,
    /// Who applies.
    pub applicant: Applicant,
    /// Life so far, earliest first.
    pub cv: Vec<Period>,
    /// Awards and sanctions.
    pub awards: String,
    /// Why this place, in own words.
    pub statement: String,
    /// Posts of close kin in the same village or organ, which the law on avoidance asks for; no other kin is written down.
    pub kin: String,
    /// Who recommends, as far as they agreed to be named.
    pub recommenders: Vec<Recommender>,
    /// What the applicant declares; the campaign's words.
    pub pledge: String,
    /// The day of the declaration; none leaves blanks.
    pub pledged: Option<Day>,
    /// Opinions, the village's first.
    pub opinions: Vec<Consent>,
    /// JPEG or PNG.
    pub photo: Option<Vec<u8>>,
    /// Whether the person is invented.
    pub synthetic: bool,
}

/// The facts about who applies.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Applicant {
    /// Name.
    pub name: String,
    /// 男, 女
    pub sex: String,
    /// Born.
    pub birth: Option<PartialDate>,
    /// Ethnicity.
    pub ethnicity: String,
    /// Political status.
    pub political_status: String,
    /// Health.
    pub health: String,
    /// Education.
    pub education: String,
    /// Degree.
    pub degree: String,
    /// School and subject.
    pub school: String,
    /// Where registered.
    pub household: String,
    /// Identity number, as much of it as this copy may show.
    pub identity: String,
    /// Telephone number, as much of it as this copy may show.
    pub phone: String,
    /// Where the person works, and as what.
    pub work: String,
}

/// A period of life.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Period {
    /// `2013.09--2017.06`
    pub when: String,
    /// What was done.
    pub what: String,
}

/// Somebody who recommends.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Recommender {
    /// 党员, 村民代表, 村党组织 …
    pub kind: String,
    /// Name of the person or the organisation.
    pub name: String,
    /// The reason.
    pub reason: String,
}

/// Widths in mm; 178 in all.
const COLUMNS: [f64; 7] = [22.0, 30.0, 20.0, 24.0, 22.0, 28.0, 32.0];
/// The height of each side's table in mm.
const ROOM: f64 = 236.0;
const ROW: f64 = 10.0;
const OPINION: f64 = 46.0;
const TITLE: &str = "报名表";

impl ApplicationForm {
    pub(super) fn form(&self) -> Result<Form, DocumentFault> {
        let photo = self.photo.as_deref().map(Photo::read).transpose()?;
        let foot = if self.synthetic { vec![SYNTHETIC.to_owned()] } else { Vec::new() };
        let whose = format!("姓名：{}　编号：{}", self.applicant.name, self.number);
        Ok(Form { title: TITLE.into(), sides: vec![self.front(), self.back()], foot, whose, photo })
    }

    fn front(&self) -> Side {
        let mut rows = self.person();
        let long = |height, title: &str, units: Vec<Unit>| Row::Cells {
            height,
            cells: vec![label(title), Cell::text(6, title, units)],
        };
        let cv = self.cv.iter().map(|p| Unit { lead: p.when.clone(), text: p.what.clone() });
        let room = ROOM - rows.len() as f64 * ROW;
        rows.push(long(room * 0.42, "学习工作简历", cv.collect()));
        rows.push(long(room * 0.2, "奖惩情况", Unit::lines(&self.awards)));
        rows.push(long(room * 0.38, "报名理由", Unit::lines(&self.statement)));
        Side {
            title: Some(TITLE.into()),
            above: Some([self.campaign.clone(), format!("编号：{}", self.number)]),
            columns: COLUMNS.to_vec(),
            rows,
            ..Side::default()
        }
    }

    fn person(&self) -> Vec<Row> {
        let a = &self.applicant;
        let row = |cells| Row::Cells { height: ROW, cells };
        let pair = |title: &str, span, text: &str| {
            [Cell::label(1, title), Cell::value(span, &title.replace('　', ""), text)]
        };
        let three = |one: [&str; 2], two: [&str; 2], three: [&str; 2]| -> Vec<Cell> {
            [one, two, three].into_iter().flat_map(|[title, text]| pair(title, 1, text)).collect()
        };
        let born = a.birth.map(|b| b.dotted()).unwrap_or_default();
        let mut first = three(["姓　名", &a.name], ["性　别", &a.sex], ["出生年月", &born]);
        first.push(Cell { span: 1, down: 4, body: Body::Photo });
        let two = |one: [Cell; 2], other: [Cell; 2]| one.into_iter().chain(other).collect();
        vec![
            row(first),
            row(three(["民　族", &a.ethnicity], ["健　康", &a.health], ["政治面貌", &a.political_status])),
            row(two(pair("学　历", 1, &a.education), pair("学　位", 3, &a.degree))),
            row(pair("毕业院校", 5, &a.school).into()),
            row(two(pair("身份证号", 2, &a.identity), pair("联系电话", 3, &a.phone))),
            row(two(pair("户籍所在", 2, &a.household), pair("报名方式", 3, &self.way))),
            row(pair("工作单位", 6, &a.work).into()),
            row(pair("报考岗位", 6, &self.place).into()),
        ]
    }

    fn back(&self) -> Side {
        let asked = opinions(&self.opinions, OPINION, [3, 2]);
        let room = ROOM - asked.len() as f64 * OPINION - 8.0;
        let item = |(i, r): (usize, &Recommender)| {
            vec![(i + 1).to_string(), r.kind.clone(), r.name.clone(), r.reason.clone()]
        };
        let list = List {
            label: "推荐\n情况".into(),
            name: "推荐情况".into(),
            spans: vec![1, 1, 1, 3],
            heads: ["序号", "推荐人", "姓名或名称", "推荐理由"].map(str::to_owned).to_vec(),
            left: vec![false, false, false, true],
            items: self.recommenders.iter().enumerate().map(item).collect(),
            head_height: 8.0,
            height: room * 0.4,
            least: 4,
        };
        let kin = Cell::text(6, "近亲属任职情况", Unit::lines(&self.kin));
        let pledge = Body::Signed {
            name: "本人承诺".into(),
            units: Unit::lines(&self.pledge),
            signature: vec![format!("本人签字：{}", "　".repeat(6)), words::day_or_blanks(self.pledged)],
        };
        let mut rows = vec![
            Row::List(list),
            Row::Cells { height: room * 0.2, cells: vec![label("近亲属\n任　职\n情　况"), kin] },
            Row::Cells {
                height: room * 0.4,
                cells: vec![label("本人承诺"), Cell { span: 6, down: 1, body: pledge }],
            },
        ];
        rows.extend(asked);
        // The list's second column is the name's, its first the number's: narrow, wide, wide, the rest.
        let columns = vec![22.0, 14.0, 26.0, 40.0, 22.0, 28.0, 26.0];
        Side { columns, rows, ..Side::default() }
    }
}
