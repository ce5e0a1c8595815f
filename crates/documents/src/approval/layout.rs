//! Where each field of the appointment form stands. Source: the standard form; design 03b.

use super::{ApprovalForm, Opinion};
use crate::form::{Body, Cell, Form, List, Photo, Row, Side, Unit};
use crate::imprint::SYNTHETIC;
use crate::words;
use standards::lrmx::{CvLine, DateField, FamilyMember, PartyText, Schooling};
use standards::{Lrmx, PartialDate};

/// Widths in mm; 178 in all.
const SIDE_ONE: [f64; 8] = [10.0, 10.5, 24.0, 20.5, 24.0, 23.0, 31.0, 35.0];
const SIDE_TWO: [f64; 7] = [15.0, 17.0, 25.0, 13.0, 22.0, 15.0, 71.0];

/// Heights in mm.
const SHORT: f64 = 12.5;
const POST: f64 = 11.5;
const CV: f64 = 138.0;
const REWARDS: f64 = 52.0;
const APPRAISALS: f64 = 25.0;
const REASON: f64 = 25.0;
const FAMILY_HEAD: f64 = 9.0;
const FAMILY: f64 = 76.0;
const REPORTING: f64 = 27.0;
const APPROVAL: f64 = 41.0;
/// The standard form has seven lines for relatives.
const FAMILY_LEAST: usize = 7;

pub(super) fn form(form: &ApprovalForm, photo: Option<Photo>) -> Form {
    let record = &form.record;
    let mut foot = Vec::new();
    if form.synthetic {
        foot.push(SYNTHETIC.to_owned());
    }
    if let Some(code) = &form.check_code {
        foot.push(format!("核验码：{code}"));
    }
    Form {
        title: "干部任免审批表".into(),
        sides: vec![side_one(form), side_two(form)],
        foot,
        whose: format!("姓名：{}", record.name),
        photo,
    }
}

fn side_one(form: &ApprovalForm) -> Side {
    let record = &form.record;
    let age = record.birth.date().and_then(|born| born.age_on(form.age_date));
    let born = match age {
        Some(age) => format!("出生年月\n（{}岁）", age.years),
        None => "出生年月\n（　 岁）".into(),
    };
    let short = |cells| Row::Cells { height: SHORT, cells };
    let post = |name: &str, words: &str, text: &str| Row::Cells {
        height: POST,
        cells: vec![Cell::label(3, words), Cell::value(5, name, text)],
    };
    let school = |head: &str, name: &str, school: &Schooling| {
        let (taught, place) = schooling(school);
        [
            Cell::label(1, head),
            Cell::value(2, name, &taught),
            Cell::label(1, "毕业院校\n系及专业"),
            Cell::value(2, &format!("{name}毕业院校系及专业"), &place),
        ]
    };
    let mut full = vec![Cell::label(2, "学　历\n学　位").down(2)];
    full.extend(school("全日制\n教　育", "全日制教育", &record.full_time));
    let part = school("在　职\n教　育", "在职教育", &record.part_time);
    Side {
        title: Some("干部任免审批表".into()),
        columns: SIDE_ONE.to_vec(),
        rows: vec![
            short(vec![
                Cell::label(2, "姓　名"),
                Cell::value(1, "姓名", &record.name),
                Cell::label(1, "性　别"),
                Cell::value(1, "性别", &record.sex),
                Cell::label(1, &born),
                Cell::value(1, "出生年月", &month(&record.birth)),
                Cell { span: 1, down: 4, body: Body::Photo },
            ]),
            short(vec![
                Cell::label(2, "民　族"),
                Cell::value(1, "民族", &record.ethnicity),
                Cell::label(1, "籍　贯"),
                Cell::value(1, "籍贯", &record.origin),
                Cell::label(1, "出 生 地"),
                Cell::value(1, "出生地", &record.birthplace),
            ]),
            short(vec![
                Cell::label(2, "入　党\n时　间"),
                Cell::value(1, "入党时间", &party(&record.party)),
                Cell::label(1, "参加工\n作时间"),
                Cell::value(1, "参加工作时间", &month(&record.work_start)),
                Cell::label(1, "健康状况"),
                Cell::value(1, "健康状况", &record.health),
            ]),
            short(vec![
                Cell::label(2, "专业技\n术职务"),
                Cell::value(2, "专业技术职务", &record.technical_post),
                Cell::label(1, "熟悉专业\n有何专长"),
                Cell::value(2, "熟悉专业有何专长", &record.strengths),
            ]),
            short(full),
            short(part.into()),
            post("现任职务", "现　任　职　务", &record.post),
            post("拟任职务", "拟　任　职　务", &record.intended_post),
            post("拟免职务", "拟　免　职　务", &record.leaving_post),
            Row::Cells {
                height: CV,
                cells: vec![Cell::label(1, "简\n\n\n\n历"), Cell::text(7, "简历", cv(&record.cv))],
            },
        ],
        ..Side::default()
    }
}

fn side_two(form: &ApprovalForm) -> Side {
    let record = &form.record;
    let wide = |height, label: &str, name: &str, text: &str| Row::Cells {
        height,
        cells: vec![Cell::label(1, label), Cell::text(6, name, Unit::lines(text))],
    };
    let signed = |span, name: &str, opinion: &Opinion, unit: &str| {
        let whose = if opinion.signed_by.is_empty() { unit } else { &opinion.signed_by };
        let name = name.to_owned();
        let signature = vec![format!("{whose}（盖章）"), words::day_or_blanks(opinion.day)];
        Cell { span, down: 1, body: Body::Signed { name, units: Unit::lines(&opinion.text), signature } }
    };
    let filled = match &record.filled_on {
        DateField::Date(date) => date.to_string(),
        other => other.text(),
    };
    Side {
        columns: SIDE_TWO.to_vec(),
        rows: vec![
            wide(REWARDS, "奖\n惩\n情\n况", "奖惩情况", &record.rewards),
            wide(APPRAISALS, "年核\n度结\n考果", "年度考核结果", &record.appraisals),
            wide(REASON, "任\n免\n理\n由", "任免理由", &record.reason),
            Row::List(family(form)),
            Row::Cells {
                height: REPORTING,
                cells: vec![
                    Cell::label(1, "呈报\n单位"),
                    signed(6, "呈报单位", &form.reporting, &record.reporting_unit),
                ],
            },
            Row::Cells {
                height: APPROVAL,
                cells: vec![
                    Cell::label(1, "审\n批\n机\n关\n意\n见"),
                    signed(4, "审批机关意见", &form.approving, ""),
                    Cell::label(1, "行任\n政免\n机意\n关见"),
                    signed(1, "行政机关任免意见", &form.administrative, ""),
                ],
            },
        ],
        below: vec![filled_line(record, &filled)],
        ..Side::default()
    }
}

fn filled_line(record: &Lrmx, filled: &str) -> String {
    let blank = |text: &str, blanks: usize| match text.is_empty() {
        true => "　".repeat(blanks),
        false => text.to_owned(),
    };
    format!("填表人：{}　　填表时间：{}", blank(&record.filled_by, 4), blank(filled, 7))
}

fn family(form: &ApprovalForm) -> List {
    let item = |member: &FamilyMember| {
        vec![
            member.appellation.clone(),
            member.name.clone(),
            age(member, form),
            member.political_status.clone(),
            member.work.clone(),
        ]
    };
    List {
        label: "家及\n庭社\n主会\n要关\n成系\n员　".into(),
        name: "家庭主要成员及重要社会关系".into(),
        spans: vec![1, 1, 1, 1, 2],
        heads: ["称 谓", "姓　名", "年 龄", "政治面貌", "工作单位及职务"].map(str::to_owned).to_vec(),
        left: vec![false, false, false, false, true],
        items: form.record.family.iter().filter(|member| !member.is_blank()).map(item).collect(),
        head_height: FAMILY_HEAD,
        height: FAMILY,
        least: FAMILY_LEAST,
    }
}

/// The age; blank for who has died, as the form asks; what is no date as it was written.
fn age(member: &FamilyMember, form: &ApprovalForm) -> String {
    let died = ["去世", "已故", "病故", "亡故"].iter().any(|word| member.work.contains(word));
    match &member.birth {
        DateField::Date(_) if died => String::new(),
        DateField::Date(born) => {
            born.age_on(form.age_date).map(|age| age.years.to_string()).unwrap_or_default()
        }
        other => other.text(),
    }
}

/// `1995.04`: forms print the month.
fn month(date: &DateField) -> String {
    match date {
        DateField::Date(date) => date.to_month().dotted(),
        other => other.text(),
    }
}

fn party(party: &PartyText) -> String {
    let month = |date: &PartialDate| date.to_month().dotted();
    match party {
        PartyText::Joined(date) => month(date),
        PartyText::Both(date, name) => format!("{}\n{name}", month(date)),
        other => other.text(),
    }
}

/// Education over degree, and their schools; a school that both name stands once.
fn schooling(school: &Schooling) -> (String, String) {
    let both = |first: &str, second: &str| match (first.is_empty(), second.is_empty()) {
        (false, false) if first != second => format!("{first}\n{second}"),
        (true, _) => second.to_owned(),
        _ => first.to_owned(),
    };
    (both(&school.education, &school.degree), both(&school.education_school, &school.degree_school))
}

/// Periods lead in a column of their own.
fn cv(lines: &[CvLine]) -> Vec<Unit> {
    let unit = |line: &CvLine| match line {
        CvLine::Spell { from, to, .. } => {
            let to = to.map(PartialDate::dotted).unwrap_or_default();
            Unit { lead: format!("{}--{to}", from.dotted()), text: line.flowing() }
        }
        CvLine::Text(_) => Unit { lead: String::new(), text: line.flowing() },
    };
    lines.iter().map(unit).collect()
}
