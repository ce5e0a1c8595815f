//! Documents of a round: notice of results, ranking, sums, draft of the decision, one page a village. Their text is Chinese
//! whatever the reader's language: they are the office's papers.

mod village;

pub use village::Pages;

use super::model::{Proposal, is_money, yuan};
use super::store::{self, Filter, Stage};
use crate::slices::appraisals::model::{Round, Subject};
use crate::slices::appraisals::pages::results::grade;
use crate::slices::appraisals::store::{self as rounds, Outcome};
use crate::slices::places::facts::adopted;
use crate::slices::places::model::date_text;
use documents::{Annex, Block, Cell, Column, DocumentFault, Format, Imprint, Official, PackMark, Roster};
use jiff::civil::DateTime;
use kernel::{Day, Message, Quantity, Score, msg};
use platform::access::Part;
use platform::db::{Db, DbResult};
use policy::Pack;
use std::collections::HashMap;
use std::sync::Arc;

/// The most rows that a paper takes.
const MOST: u64 = 1_000_000;

/// A paper of a round.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Paper {
    /// 公示
    Notice,
    /// 名次表
    Ranking,
    /// 奖励和报酬发放表
    Bonus,
    /// 决定（代拟稿）
    Decision,
}

impl Paper {
    pub const ALL: [Paper; 4] = [Paper::Notice, Paper::Ranking, Paper::Bonus, Paper::Decision];

    pub fn id(self) -> &'static str {
        match self {
            Paper::Notice => "notice",
            Paper::Ranking => "ranking",
            Paper::Bonus => "bonus",
            Paper::Decision => "decision",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Paper::Notice => kernel::key!("结果公示"),
            Paper::Ranking => kernel::key!("名次表"),
            Paper::Bonus => kernel::key!("奖励和报酬发放表"),
            Paper::Decision => kernel::key!("决定（代拟稿）"),
        }
    }

    /// The kinds of file it comes as.
    pub fn formats(self) -> [Format; 2] {
        match self {
            Paper::Notice | Paper::Decision => [Format::Docx, Format::Pdf],
            Paper::Ranking | Paper::Bonus => [Format::Xlsx, Format::Pdf],
        }
    }

    /// A paper and its kind of file by the name of its address: `notice.docx`.
    pub fn named(name: &str) -> Option<(Paper, Format)> {
        let (id, ending) = name.split_once('.')?;
        let paper = Paper::ALL.into_iter().find(|p| p.id() == id)?;
        let format = paper.formats().into_iter().find(|f| f.extension() == ending)?;
        Some((paper, format))
    }
}

/// Who asks for a paper, and where.
#[derive(Clone, Debug)]
pub struct Desk {
    pub county: String,
    /// The office whose paper it is.
    pub unit: String,
    pub name: String,
    pub at: DateTime,
    pub today: Day,
    pub synthetic: bool,
}

impl Desk {
    fn imprint(&self, pack: &Pack) -> Imprint {
        Imprint {
            printed_by: self.name.clone(),
            printed_at: self.at,
            pack: Some(PackMark {
                name: pack.title.clone(),
                version: pack.version.clone(),
                hash: pack.hash.clone(),
            }),
            synthetic: self.synthetic,
        }
    }
}

/// A round's published results, as papers read them: of a township's villages only, where a township asks.
pub struct Results {
    pub round: Round,
    pub pack: Arc<Pack>,
    /// Best first; each with its subject.
    pub rows: Vec<(Outcome, Subject)>,
}

impl Results {
    /// # Errors
    /// The engine's.
    pub async fn of(db: &Db, round: &Round, township: &str) -> DbResult<Results> {
        let pack = adopted(db, round.pack).await?;
        let subjects = rounds::subjects(db, round.id, township).await?;
        let mut subjects: HashMap<String, Subject> =
            subjects.into_iter().map(|s| (s.code.clone(), s)).collect();
        let rows = rounds::outcomes(db, round.id, round.version).await?;
        let rows = rows.into_iter().filter_map(|o| subjects.remove(&o.code).map(|s| (o, s))).collect();
        Ok(Results { round: round.clone(), pack, rows })
    }

    fn grade(&self, outcome: &Outcome) -> String {
        grade(&self.pack, &outcome.grade).1
    }

    /// What a subject is called in heads and sentences.
    fn kind(&self) -> (&'static str, &'static str) {
        if self.round.of_persons() { ("姓名", "人") } else { ("村（社区）", "个村（社区）") }
    }

    fn annex(&self) -> Annex {
        let row = |(o, s): &(Outcome, Subject)| {
            vec![
                o.rank.map_or(Cell::Empty, Cell::Whole),
                Cell::text(&*s.township_name),
                Cell::text(&*s.name),
                o.total.map_or_else(|| Cell::text("缺项"), |t| Cell::Score(Score(t))),
                Cell::text(self.grade(o)),
            ]
        };
        Annex {
            title: format!("{}结果", self.round.title),
            columns: vec![
                Column::of("名次", 4),
                Column::of("乡镇", 8),
                Column::of(self.kind().0, 9),
                Column::of("总分", 5),
                Column::of("等次", 5),
            ],
            rows: self.rows.iter().map(row).collect(),
        }
    }

    /// How many of each grade, the best first.
    fn grades(&self) -> String {
        let mut told: Vec<String> = Vec::new();
        for grade in &self.pack.grades {
            let id = grade.id.to_string();
            let n = self.rows.iter().filter(|(o, _)| o.grade == id).count();
            if n > 0 {
                told.push(format!("{} {n} {}", grade.label, self.kind().1));
            }
        }
        let none = self.rows.iter().filter(|(o, _)| o.grade.is_empty()).count();
        if none > 0 {
            told.push(format!("不评定等次 {none} {}", self.kind().1));
        }
        told.join("，")
    }

    /// The notice of results.
    pub fn notice(&self, desk: &Desk) -> Official {
        let (r, p) = (&self.round, &self.pack);
        let decided = match r.meeting_on.is_empty() {
            true => String::new(),
            false => format!("，经 {} {}研究确认", date_text(&r.meeting_on), r.meeting),
        };
        let text = |t: String| Block::Text(t);
        let body = vec![
            text(format!("根据《{}》{}{decided}，现将{}结果予以公示。", p.title, cited(&p.basis), r.title)),
            Block::Heading("一、考核结果".into()),
            text(format!(
                "参加考核 {} {}。{}。逐一结果见附件。",
                self.rows.len(),
                self.kind().1,
                self.grades()
            )),
            Block::Heading("二、公示时间".into()),
            text(format!(
                "{} 至 {}，共 {} 个工作日。",
                date_text(&r.published_on),
                date_text(&r.notice_until),
                p.notice_workdays
            )),
            Block::Heading("三、意见反映".into()),
            text(format!(
                "公示期内对结果有不同意见的，可以就任一原始数或评分提出申诉，由未参与评分的人在 {} 个工作日内书面答复；\
                 也可以向{}反映。反映情况应当实事求是，提倡署实名。",
                p.answer_workdays, desk.unit
            )),
        ];
        Official {
            issuer: desk.unit.clone(),
            number: None,
            title: format!("关于{}结果的公示", r.title),
            to: String::new(),
            body,
            annexes: vec![self.annex()],
            signer: desk.unit.clone(),
            day: r.published_on.parse().ok(),
            draft: true,
            synthetic: desk.synthetic,
        }
    }

    /// The ranking.
    pub fn ranking(&self, desk: &Desk) -> Roster {
        let score = |s: Option<i64>| s.map_or(Cell::Empty, |s| Cell::Score(Score(s)));
        let row = |(o, s): &(Outcome, Subject)| {
            vec![
                o.rank.map_or(Cell::Empty, Cell::Whole),
                Cell::text(&*s.township_name),
                Cell::text(&*s.name),
                if o.total.is_none() { Cell::Vacant("缺项".into()) } else { score(o.total) },
                score(o.before_bonus),
                score(o.bonus),
                score(o.penalty),
                Cell::text(self.grade(o)),
                Cell::text(self.veto(&o.veto)),
            ]
        };
        Roster {
            title: format!("{}名次表", self.round.title),
            unit: desk.unit.clone(),
            as_of: desk.today,
            columns: vec![
                Column::of("名次", 4),
                Column::of("乡镇", 8),
                Column::of(self.kind().0, 9),
                Column::of("总分", 6),
                Column::of("加减分前", 6),
                Column::of("加分", 5),
                Column::of("扣分", 5),
                Column::of("等次", 5),
                Column::of("一票否决", 10),
            ],
            fixed: 3,
            rows: self.rows.iter().map(row).collect(),
            notes: vec![format!("第 {} 版结果，共 {} 个对象。", self.round.version, self.rows.len())],
            imprint: desk.imprint(&self.pack),
        }
    }

    /// Vetoes by their names.
    fn veto(&self, ids: &str) -> String {
        let name = |id: &str| {
            self.pack.indicators.iter().find(|i| i.id == id).map_or_else(|| id.to_owned(), |i| i.name.clone())
        };
        ids.split('|').filter(|id| !id.is_empty()).map(name).collect::<Vec<_>>().join("、")
    }

    /// The sheet of sums that were decided, with their total.
    pub fn bonus(&self, decided: &[Proposal], desk: &Desk) -> Roster {
        let money = |cents: i64| Cell::Number(Quantity(i128::from(cents) * 10_000));
        let sum = |p: &Proposal| p.decided_amount.unwrap_or_default();
        let row = |p: &Proposal| {
            vec![
                Cell::text(&*p.township_name),
                Cell::text(&*p.village_name),
                Cell::text(&*p.person_name),
                Cell::text(policy::action_text(&p.action)),
                Cell::text(&*p.basis),
                Cell::text(grade(&self.pack, &p.grade).1),
                money(sum(p)),
                Cell::text(&*p.decided_on),
                Cell::text(format!("{} {}", p.meeting, p.decided_by).trim()),
                Cell::Empty,
            ]
        };
        let mut rows: Vec<Vec<Cell>> = decided.iter().map(row).collect();
        let mut last = vec![Cell::Empty; 10];
        last[0] = Cell::text("合计");
        last[6] = money(decided.iter().map(sum).sum());
        rows.push(last);
        Roster {
            title: format!("{}奖励和报酬发放表", self.round.title),
            unit: desk.unit.clone(),
            as_of: desk.today,
            columns: vec![
                Column::of("乡镇", 7),
                Column::of("村", 7),
                Column::of("姓名", 5),
                Column::of("事项", 4),
                Column::of("条款", 7),
                Column::of("等次", 4),
                Column::of("金额（元）", 6),
                Column::of("决定日期", 6),
                Column::of("会议", 10),
                Column::of("签领", 6),
            ],
            fixed: 2,
            rows,
            notes: vec![format!("共 {} 笔，只列已决定执行的。", decided.len())],
            imprint: desk.imprint(&self.pack),
        }
    }

    /// The draft of the decision on what was carried, action by action.
    pub fn decision(&self, decided: &[Proposal], desk: &Desk) -> Official {
        let (r, p) = (&self.round, &self.pack);
        let numbers = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"];
        let mut body = vec![Block::Text(format!(
            "根据《{}》{}和{}结果，经研究，决定如下。",
            p.title,
            cited(&p.basis),
            r.title
        ))];
        let mut annexes = Vec::new();
        let actions = policy::ACTIONS.iter().filter(|(id, _)| decided.iter().any(|d| d.action == *id));
        for ((action, title), number) in actions.zip(numbers) {
            let own: Vec<&Proposal> = decided.iter().filter(|d| d.action == *action).collect();
            body.push(Block::Heading(format!("{number}、{title}")));
            let mut clauses: Vec<&str> = own.iter().map(|d| d.basis.as_str()).collect();
            clauses.sort_unstable();
            clauses.dedup();
            let sum: i64 = own.iter().filter_map(|d| d.decided_amount).sum();
            let told = match is_money(action) {
                true => format!("依据{}，{} 笔，合计 {} 元。", clauses.join("、"), own.len(), yuan(sum)),
                false => format!("依据{}，{} 项。", clauses.join("、"), own.len()),
            };
            body.push(Block::Text(format!("{told}名单见附件。")));
            annexes.push(named(title, &own, is_money(action)));
        }
        if decided.iter().any(|d| d.action == "propose_removal") {
            body.push(Block::Text(
                "涉及党组织职务变动的，先备案、后任免；村民委员会成员的职务，依照村民委员会组织法由村民决定。".into(),
            ));
        }
        let days = decided.iter().map(|d| d.decided_on.as_str()).max().unwrap_or_default();
        Official {
            issuer: desk.unit.clone(),
            number: None,
            title: format!("关于{}结果运用的决定", r.title),
            to: "各乡镇党委".into(),
            body,
            annexes,
            signer: desk.unit.clone(),
            day: days.parse().ok(),
            draft: true,
            synthetic: desk.synthetic,
        }
    }
}

/// A document number in brackets after a title; nothing for none.
fn cited(basis: &str) -> String {
    if basis.is_empty() { String::new() } else { format!("（{basis}）") }
}

/// The names behind a section of a decision.
fn named(title: &str, own: &[&Proposal], money: bool) -> Annex {
    let mut columns =
        vec![Column::of("乡镇", 7), Column::of("村", 7), Column::of("姓名", 5), Column::of("条款", 8)];
    columns.push(if money { Column::of("金额（元）", 6) } else { Column::of("理由", 12) });
    let row = |d: &&Proposal| {
        let last = match (money, d.decided_amount) {
            (true, Some(cents)) => Cell::Number(Quantity(i128::from(cents) * 10_000)),
            _ => Cell::text(&*d.reason),
        };
        vec![
            Cell::text(&*d.township_name),
            Cell::text(&*d.village_name),
            Cell::text(&*d.person_name),
            Cell::text(&*d.basis),
            last,
        ]
    };
    Annex { title: format!("{title}名单"), columns, rows: own.iter().map(row).collect() }
}

/// What stands in the way of a paper.
pub fn refused(round: &Round, decided: Option<usize>) -> Option<Message> {
    if round.version == 0 || !round.state.is_public() {
        return Some(msg!("还没有公布结果；公示以后才有这些文书和表册"));
    }
    (decided == Some(0)).then(|| msg!("还没有决定执行的，先在“结果运用”里研究决定"))
}

/// What was decided of a round: sums alone for the sheet of sums, one action or all for the decision.
pub async fn decided(db: &Db, round: i64, action: &str, part: &Part) -> DbResult<Vec<Proposal>> {
    let filter =
        Filter { round: Some(round), stage: Stage::Carried, action: action.to_owned(), ..Filter::default() };
    store::list(db, &filter, part, MOST, 0).await
}

/// A paper as a file.
///
/// # Errors
/// The document's.
pub fn file(
    paper: Paper,
    format: Format,
    results: &Results,
    decided: &[Proposal],
    desk: &Desk,
) -> Result<Vec<u8>, DocumentFault> {
    let official = |it: Official| if format == Format::Pdf { it.pdf() } else { it.docx() };
    let roster = |it: Roster| if format == Format::Pdf { it.pdf() } else { it.xlsx() };
    match paper {
        Paper::Notice => official(results.notice(desk)),
        Paper::Decision => official(results.decision(decided, desk)),
        Paper::Ranking => roster(results.ranking(desk)),
        Paper::Bonus => {
            let sums: Vec<Proposal> = decided.iter().filter(|d| is_money(&d.action)).cloned().collect();
            roster(results.bonus(&sums, desk))
        }
    }
}
