//! 一村一页: a village's result, team, what follows and what is to be mended, on one side.

use crate::form::{Cell, Form, List, Row, Side};
use crate::{DocumentFault, Imprint, pdf, word};
use kernel::Score;

/// A village on one page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VillagePage {
    /// The township's name.
    pub township: String,
    /// The village's own name.
    pub village: String,
    /// Twelve digits.
    pub code: String,
    /// The year that the result is of.
    pub year: String,
    /// The grade's word; empty for none.
    pub grade: String,
    /// The total; none where something is missing.
    pub total: Option<Score>,
    /// Place and how many compete.
    pub rank: Option<(i64, i64)>,
    /// The colour in words; empty for none.
    pub colour: String,
    /// Who holds which post.
    pub team: Vec<Teammate>,
    /// What the total is made of.
    pub scores: Vec<ScorePart>,
    /// What follows from the result.
    pub results: Vec<Followed>,
    /// The rectification register's entries.
    pub mending: Vec<Mending>,
    /// What to look at on a visit.
    pub visit: Vec<String>,
    /// Who printed it.
    pub imprint: Imprint,
}

/// Somebody of the team.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Teammate {
    /// The person.
    pub name: String,
    /// The posts held.
    pub posts: String,
    /// 男 or 女.
    pub sex: String,
    /// In full years; none where the birth is not known.
    pub age: Option<i64>,
    /// The education.
    pub education: String,
    /// `党`, `选`, `党·选`.
    pub tracks: String,
}

/// A part of the total.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct ScorePart {
    /// Its name.
    pub name: String,
    /// What was reached; none where something is missing.
    pub score: Option<Score>,
    /// What could be reached; none for additions and deductions.
    pub full: Option<Score>,
    /// Where most was lost.
    pub lost: String,
}

/// What follows from a result.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Followed {
    /// What is done.
    pub what: String,
    /// To whom.
    pub whom: String,
    /// Under which clause.
    pub basis: String,
    /// Yuan; empty for no sum.
    pub sum: String,
    /// Where it stands.
    pub state: String,
}

/// An entry of the rectification register.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Mending {
    /// Why.
    pub ground: String,
    /// Since and until when.
    pub days: String,
    /// Who leads.
    pub lead: String,
    /// Problems closed of all: `1 / 4`.
    pub closed: String,
    /// Where it stands.
    pub state: String,
}

/// Widths of the columns, in mm; 178 in all.
const COLUMNS: [f64; 8] = [16.0, 24.0, 26.0, 24.0, 22.0, 22.0, 22.0, 22.0];
/// The table's height in mm.
const ROOM: f64 = 236.0;
const HEAD: f64 = 10.0;
const LIST_HEAD: f64 = 7.0;
const LISTS: usize = 5;

impl VillagePage {
    /// Word, A4.
    ///
    /// # Errors
    /// [`DocumentFault::Engine`].
    pub fn docx(&self) -> Result<Vec<u8>, DocumentFault> {
        word::form(&self.form())
    }

    /// PDF, A4. What does not fit goes on to continuation sheets.
    ///
    /// # Errors
    /// [`DocumentFault::PdfNotBuilt`], [`DocumentFault::NoFonts`], [`DocumentFault::Engine`].
    pub fn pdf(&self) -> Result<Vec<u8>, DocumentFault> {
        pdf::form(&self.form())
    }

    fn form(&self) -> Form {
        let [printed, pack, synthetic] = self.imprint.parts();
        let foot = [printed, pack, synthetic].into_iter().filter(|part| !part.is_empty()).collect();
        let whose = format!("{} {}", self.township, self.village);
        Form { title: "一村一页".into(), sides: vec![self.side()], foot, whose, photo: None }
    }

    fn side(&self) -> Side {
        let total = self.total.map_or_else(|| "缺项，未计".to_owned(), |t| t.to_string());
        let rank = self.rank.map(|(rank, of)| format!("第 {rank} / {of} 名")).unwrap_or_default();
        let head = |cells| Row::Cells { height: HEAD, cells };
        let mut rows = vec![
            head(vec![
                Cell::label(1, "乡　镇"),
                Cell::value(1, "乡镇", &self.township),
                Cell::label(1, "村（居）"),
                Cell::value(2, "村（居）", &self.village),
                Cell::label(1, "等　次"),
                Cell::value(2, "等次", &self.grade),
            ]),
            head(vec![
                Cell::label(1, "总　分"),
                Cell::value(1, "总分", &total),
                Cell::label(1, "名　次"),
                Cell::value(2, "名次", &rank),
                Cell::label(1, "颜　色"),
                Cell::value(2, "颜色", &self.colour),
            ]),
        ];
        let lists = self.lists();
        let shares: Vec<f64> = lists.iter().map(|l| l.items.len().max(l.least) as f64).collect();
        let whole: f64 = shares.iter().sum();
        let room = ROOM - 2.0 * HEAD - LISTS as f64 * LIST_HEAD;
        for (mut list, share) in lists.into_iter().zip(shares) {
            list.height = room * share / whole;
            rows.push(Row::List(list));
        }
        Side {
            title: Some(format!("{}一村一页", self.village)),
            above: Some([format!("{}年度", self.year), self.code.clone()]),
            columns: COLUMNS.to_vec(),
            rows,
            ..Side::default()
        }
    }

    fn lists(&self) -> [List; LISTS] {
        let score = |s: Option<Score>| s.map(|s| s.to_string()).unwrap_or_default();
        let team = self.team.iter().map(|t| {
            let age = t.age.map(|a| a.to_string()).unwrap_or_default();
            vec![t.name.clone(), t.posts.clone(), t.sex.clone(), age, t.education.clone(), t.tracks.clone()]
        });
        let scores = self.scores.iter().map(|p| {
            let reached = p.score.map_or_else(|| "缺".to_owned(), |s| s.to_string());
            vec![p.name.clone(), reached, score(p.full), p.lost.clone()]
        });
        let results = self
            .results
            .iter()
            .map(|r| vec![r.what.clone(), r.whom.clone(), r.basis.clone(), r.sum.clone(), r.state.clone()]);
        let mending = self.mending.iter().map(|m| {
            vec![m.ground.clone(), m.days.clone(), m.lead.clone(), m.closed.clone(), m.state.clone()]
        });
        let visit = self.visit.iter().enumerate().map(|(i, v)| vec![(i + 1).to_string(), v.clone()]);
        [
            list(
                "班\n子",
                &[(1, "姓　名"), (2, "职　务"), (1, "性别"), (1, "年龄"), (1, "学历"), (1, "轨道")],
                team.collect(),
                3,
            ),
            list(
                "分\n数",
                &[(2, "项　目"), (1, "得　分"), (1, "满　分"), (3, "丢分最多")],
                scores.collect(),
                3,
            ),
            list(
                "结果\n运用",
                &[(1, "运　用"), (2, "对　象"), (1, "条　款"), (1, "金额（元）"), (2, "进　展")],
                results.collect(),
                2,
            ),
            list(
                "整\n改",
                &[(1, "事　由"), (2, "起　止"), (1, "牵　头"), (1, "已　销"), (2, "进　展")],
                mending.collect(),
                2,
            ),
            list("走访\n看点", &[(1, "序号"), (6, "看什么")], visit.collect(), 3),
        ]
    }
}

/// A list of the page: its label, the columns its cells take with their heads, its rows.
fn list(label: &str, heads: &[(usize, &str)], items: Vec<Vec<String>>, least: usize) -> List {
    List {
        label: label.to_owned(),
        name: label.replace('\n', ""),
        spans: heads.iter().map(|(span, _)| *span).collect(),
        heads: heads.iter().map(|(_, head)| (*head).to_owned()).collect(),
        left: heads.iter().map(|(span, _)| *span >= 3).collect(),
        items,
        head_height: LIST_HEAD,
        height: 0.0,
        least,
    }
}
