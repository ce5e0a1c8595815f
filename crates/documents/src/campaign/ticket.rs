//! 准考证: admission tickets, a page each, as many in a file as are asked for.

use super::label;
use crate::DocumentFault;
use crate::form::{Body, Cell, Form, List, Photo, Row, Side, Unit};
use crate::imprint::SYNTHETIC;

/// Tickets of a campaign.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Tickets {
    /// 2026年乡村振兴专干公开招录
    pub campaign: String,
    /// Who holds the exam.
    pub issuer: String,
    /// What candidates must know, a rule each.
    pub rules: Vec<String>,
    /// The tickets, at least one.
    pub tickets: Vec<Ticket>,
    /// The photo of the only ticket, JPEG or PNG; where there are several each has place to paste one.
    pub photo: Option<Vec<u8>>,
    /// Whether people are invented.
    pub synthetic: bool,
}

/// Somebody's ticket.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Ticket {
    /// Its number.
    pub number: String,
    /// Name.
    pub name: String,
    /// 男, 女
    pub sex: String,
    /// Identity number, masked as the campaign wants it.
    pub identity: String,
    /// The place applied for.
    pub place: String,
    /// The papers, in their order.
    pub sittings: Vec<ExamSitting>,
}

/// When and where a paper is sat.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct ExamSitting {
    /// 笔试
    pub paper: String,
    /// `2026年11月28日 9:00—11:00`
    pub when: String,
    /// The building and its address.
    pub site: String,
    /// The room.
    pub room: String,
    /// The seat.
    pub seat: String,
}

/// Widths in mm; 178 in all.
const COLUMNS: [f64; 6] = [22.0, 20.0, 64.0, 20.0, 14.0, 38.0];
const ROW: f64 = 12.0;
const SITTING: f64 = 14.0;

impl Tickets {
    pub(super) fn form(&self) -> Result<Form, DocumentFault> {
        if self.tickets.is_empty() {
            return Err(DocumentFault::Size);
        }
        let only = self.photo.as_deref().filter(|_| self.tickets.len() == 1);
        let foot = if self.synthetic { vec![SYNTHETIC.to_owned()] } else { Vec::new() };
        Ok(Form {
            title: "准考证".into(),
            sides: self.tickets.iter().map(|t| self.side(t)).collect(),
            foot,
            whose: self.campaign.clone(),
            photo: only.map(Photo::read).transpose()?,
        })
    }

    fn side(&self, t: &Ticket) -> Side {
        let row = |cells| Row::Cells { height: ROW, cells };
        let wide = |title: &str, text: &str| {
            vec![Cell::label(1, title), Cell::value(4, &title.replace('　', ""), text)]
        };
        let mut first = wide("准考证号", &t.number);
        first.push(Cell { span: 1, down: 4, body: Body::Photo });
        let name = vec![
            Cell::label(1, "姓　名"),
            Cell::value(2, "姓名", &t.name),
            Cell::label(1, "性　别"),
            Cell::value(1, "性别", &t.sex),
        ];
        let item = |s: &ExamSitting| {
            vec![s.paper.clone(), s.when.clone(), s.room.clone(), s.seat.clone(), s.site.clone()]
        };
        let sittings = List {
            label: "考试\n安排".into(),
            name: "考试安排".into(),
            spans: vec![1, 1, 1, 1, 1],
            heads: ["科　目", "时　间", "考场", "座位", "考　点"].map(str::to_owned).to_vec(),
            left: vec![false, false, false, false, true],
            items: t.sittings.iter().map(item).collect(),
            head_height: 9.0,
            height: SITTING * t.sittings.len().max(1) as f64,
            least: 1,
        };
        let rule =
            |(i, text): (usize, &String)| Unit { lead: String::new(), text: format!("{}．{text}", i + 1) };
        let rules: Vec<Unit> = self.rules.iter().enumerate().map(rule).collect();
        let height = (18.0 + 11.0 * rules.len() as f64).min(120.0);
        let mut rows =
            vec![row(first), row(name), row(wide("身份证号", &t.identity)), row(wide("报考岗位", &t.place))];
        rows.push(Row::List(sittings));
        if !rules.is_empty() {
            rows.push(Row::Cells {
                height,
                cells: vec![label("考生须知"), Cell::text(5, "考生须知", rules)],
            });
        }
        Side {
            title: Some("准考证".into()),
            above: Some([self.campaign.clone(), String::new()]),
            columns: COLUMNS.to_vec(),
            rows,
            below: if self.issuer.is_empty() { Vec::new() } else { vec![self.issuer.clone()] },
        }
    }
}
