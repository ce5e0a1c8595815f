//! Where each field of the filing stands: one side, lists that take what room there is.

use super::{ActKind, FilingForm, Finding};
use crate::form::{Body, Cell, Form, List, Row, Side, Unit};
use crate::imprint::SYNTHETIC;
use crate::words;

/// Widths in mm; 178 in all.
const COLUMNS: [f64; 8] = [15.0, 11.0, 24.0, 38.0, 18.0, 22.0, 25.0, 25.0];
/// The table's height in mm, without the opinions' rows.
const ROOM: f64 = 236.0;
const HEAD: f64 = 12.0;
const LIST_HEAD: f64 = 8.0;
/// Opinions stand two in a row.
const OPINION: f64 = 38.0;

pub(super) fn form(filing: &FilingForm) -> Form {
    let mut foot = Vec::new();
    if filing.synthetic {
        foot.push(SYNTHETIC.to_owned());
    }
    if let Some(code) = &filing.check_code {
        foot.push(format!("核验码：{code}"));
    }
    Form {
        title: "任职备案表".into(),
        sides: vec![side(filing)],
        foot,
        whose: format!("备案号：{}", filing.number),
        photo: None,
    }
}

fn side(filing: &FilingForm) -> Side {
    let head = |cells| Row::Cells { height: HEAD, cells };
    let reply = filing.reply_number.as_deref().unwrap_or_default();
    let opinions = opinions(filing);
    let room = ROOM - 2.0 * HEAD - opinions.len() as f64 * OPINION - 3.0 * LIST_HEAD;
    let mut rows = vec![
        head(vec![
            Cell::label(2, "乡　镇"),
            Cell::value(2, "乡镇", &filing.township),
            Cell::label(1, "村（居）"),
            Cell::value(3, "村（居）", &filing.village),
        ]),
        head(vec![
            Cell::label(2, "备案日期"),
            Cell::value(2, "备案日期", &words::day(filing.filed_on)),
            Cell::label(1, "批　复\n文　号"),
            Cell::value(3, "批复文号", reply),
        ]),
    ];
    // A row of an act may take two lines, the others take one.
    let shares = [
        filing.acts.len().max(2) as f64 * 1.6,
        filing.checks.len().max(2) as f64,
        filing.documents.len().max(2) as f64,
    ];
    let whole: f64 = shares.iter().sum();
    let lists = [acts(filing), checks(filing), documents(filing)];
    for (mut list, share) in lists.into_iter().zip(shares) {
        list.height = room * share / whole;
        rows.push(Row::List(list));
    }
    rows.extend(opinions);
    Side {
        title: Some("任职备案表".into()),
        above: Some([format!("报：{}", filing.county), format!("备案号：{}", filing.number)]),
        columns: COLUMNS.to_vec(),
        rows,
        ..Side::default()
    }
}

fn texts<const N: usize>(words: [&str; N]) -> Vec<String> {
    words.map(str::to_owned).to_vec()
}

fn acts(filing: &FilingForm) -> List {
    let item = |(i, act): (usize, &super::FilingAct)| {
        let kind = match act.kind {
            ActKind::Appoint => "任职",
            ActKind::Remove => "免职",
            ActKind::ElectedSeat => "选举结果登记",
        };
        vec![
            (i + 1).to_string(),
            act.person.clone(),
            act.post.clone(),
            kind.to_owned(),
            act.reason.clone(),
            act.basis.clone(),
        ]
    };
    List {
        label: "任免\n事项".into(),
        name: "任免事项".into(),
        spans: vec![1, 1, 1, 1, 2, 1],
        heads: texts(["序号", "姓　名", "职　务", "事　项", "理　由", "依　据"]),
        left: vec![false, false, true, false, true, true],
        items: filing.acts.iter().enumerate().map(item).collect(),
        head_height: LIST_HEAD,
        height: 0.0,
        least: 2,
    }
}

fn checks(filing: &FilingForm) -> List {
    let item = |(i, check): (usize, &super::Check)| {
        let finding = match check.finding {
            Finding::Passed => "通过",
            Finding::Failed => "未通过",
            Finding::Open => "待核",
            Finding::NotApplicable => "不适用",
        };
        vec![(i + 1).to_string(), check.item.clone(), finding.to_owned(), check.note.clone()]
    };
    List {
        label: "核对\n情况".into(),
        name: "核对情况".into(),
        spans: vec![1, 2, 1, 3],
        heads: texts(["序号", "核对事项", "结　果", "说　明"]),
        left: vec![false, true, false, true],
        items: filing.checks.iter().enumerate().map(item).collect(),
        head_height: LIST_HEAD,
        height: 0.0,
        least: 2,
    }
}

fn documents(filing: &FilingForm) -> List {
    let item = |(i, document): (usize, &super::Enclosure)| {
        let pages = if document.pages > 0 { document.pages.to_string() } else { String::new() };
        vec![
            (i + 1).to_string(),
            document.name.clone(),
            document.day.map(words::day).unwrap_or_default(),
            pages,
        ]
    };
    List {
        label: "附件\n材料".into(),
        name: "附件材料".into(),
        spans: vec![1, 3, 2, 1],
        heads: texts(["序号", "材料名称", "日　期", "页　数"]),
        left: vec![false, true, false, false],
        items: filing.documents.iter().enumerate().map(item).collect(),
        head_height: LIST_HEAD,
        height: 0.0,
        least: 2,
    }
}

/// Two opinions a row; a last odd one takes the whole width.
fn opinions(filing: &FilingForm) -> Vec<Row> {
    let signed = |span, consent: &super::Consent| {
        let name = if consent.name.is_empty() { "　".repeat(4) } else { consent.name.clone() };
        let signature = vec![format!("签字：{name}（盖章）"), words::day_or_blanks(consent.day)];
        let body = Body::Signed {
            name: consent.title.replace(['\n', '　'], ""),
            units: Unit::lines(&consent.text),
            signature,
        };
        [label(&consent.title), Cell { span, down: 1, body }]
    };
    let row = |pair: &[super::Consent]| {
        let cells = match pair {
            [first, second] => signed(3, first).into_iter().chain(signed(3, second)).collect(),
            pair => pair.iter().flat_map(|consent| signed(7, consent)).collect(),
        };
        Row::Cells { height: OPINION, cells }
    };
    filing.opinions.chunks(2).map(row).collect()
}

/// Two characters a line, unless the title says where its lines end.
fn label(title: &str) -> Cell {
    if title.contains('\n') {
        return Cell::label(1, title);
    }
    let letters: Vec<char> = title.chars().collect();
    let lines: Vec<String> = letters.chunks(2).map(|line| line.iter().collect()).collect();
    Cell::label(1, &lines.join("\n"))
}
