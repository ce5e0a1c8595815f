//! A seat's packet (材料包): a workbook given out to be answered off line and taken back.
//!
//! It is not encrypted: no library that is kept up writes encrypted workbooks, and a passphrase sent beside a file guards little. Instead
//! it holds nothing worth guarding more than a name: identity numbers are masked, whoever needs one in full looks on line for half a minute,
//! audited. And it is signed: a keyed digest (HMAC-SM3 under the installation's key) over review, seat, pack and the list of names. A packet of
//! another seat, of another review, with changed names, or made elsewhere is refused as a whole; a row that is wrong is told with
//! its column and left out.

use super::model::{Given, Good, JointReview, Seat, Subject, may_answer, reads};
use super::store::answers;
use crate::slices::people::{Field, store as people};
use kernel::{Fault, Message, msg};
use platform::access::Part;
use platform::db::{Db, DbResult};
use platform::page::Page;
use platform::secrets::mask_identity;
use policy::Review;
use policy::review::{Conclusion, Need};
use std::collections::HashMap;
use tables::{Form, FormColumn, SheetCell, Takes, Workbook};

/// What the first cell of a packet says.
const MARK: &str = "yanzhen-review-packet";
/// The row of the columns' ids, first = 1; records follow.
const HEADS: u32 = 4;

/// What a seat sees of a person, in words. What it does not need is empty.
#[derive(Clone, Debug, Default)]
pub struct Face {
    pub sex: &'static str,
    /// `1994年11月`
    pub birth: String,
    /// Masked.
    pub identity: String,
    pub place: String,
    pub post: String,
}

/// A month as stored (`1994-11`, perhaps with a day) in words.
fn month_text(stored: &str) -> String {
    let mut parts = stored.split('-');
    match (parts.next(), parts.next().and_then(|m| m.parse::<u8>().ok())) {
        (Some(year), Some(month)) if year.len() == 4 => format!("{year}年{month}月"),
        _ => String::new(),
    }
}

/// What a seat sees of these persons, by person: what it needs and nothing else.
pub async fn faces(db: &Db, seat: &Seat, subjects: &[&Subject]) -> DbResult<HashMap<i64, Face>> {
    let ids: Vec<i64> = subjects.iter().map(|s| s.person).collect();
    let mut opened = people::opened_many(db, &Part::County, &ids).await?;
    let mut out = HashMap::with_capacity(subjects.len());
    for s in subjects {
        let Some((person, sealed)) = opened.remove(&s.person) else { continue };
        let mut face = Face::default();
        if seat.needs(Need::Sex) {
            face.sex = match person.get(Field::Sex) {
                "1" => kernel::key!("男"),
                "2" => kernel::key!("女"),
                _ => "",
            };
        }
        if seat.needs(Need::Birth) {
            face.birth = month_text(person.get(Field::Birth));
        }
        if seat.needs(Need::Identity) {
            face.identity = mask_identity(sealed.get(&Field::Identity).map_or("", String::as_str));
        }
        if seat.needs(Need::Place) {
            face.place = format!("{}{}", s.township_name, s.village_name);
        }
        if seat.needs(Need::Post) {
            face.post.clone_from(&s.post);
        }
        out.insert(s.person, face);
    }
    Ok(out)
}

/// A person's identity number in full, where the seat needs it; whoever shows it audits that first.
pub async fn identity(db: &Db, seat: &Seat, subject: &Subject) -> DbResult<Option<String>> {
    if !seat.needs(Need::Identity) {
        return Ok(None);
    }
    let mut opened = people::opened_many(db, &Part::County, &[subject.person]).await?;
    Ok(opened.remove(&subject.person).and_then(|(_, mut sealed)| sealed.remove(&Field::Identity)))
}

/// What is signed: the review, the seat, the measures, and the list as it is.
fn signed_text(review: &JointReview, seat: &Seat, subjects: &[Subject]) -> Vec<u8> {
    let mut out = format!("{MARK}\n{}\n{}\n{}\n", review.id, seat.id, review.pack_hash);
    for s in subjects {
        out.push_str(&format!("{}\t{}\t{}\n", s.seq, s.id, s.name));
    }
    out.into_bytes()
}

const COLUMNS: [&str; 10] =
    ["seq", "name", "sex", "birth", "identity", "place", "post", "conclusion", "clause", "document"];

/// The packet as a workbook, and its digest.
pub async fn write(
    db: &Db,
    page: &Page,
    review: &JointReview,
    (seat, rules): (&Seat, &Review),
    subjects: &[Subject],
) -> DbResult<std::io::Result<(Vec<u8>, String)>> {
    let all: Vec<&Subject> = subjects.iter().collect();
    let faces = faces(db, seat, &all).await?;
    let kept: HashMap<i64, super::model::Answer> =
        answers::of_seat(db, seat.id).await?.into_iter().map(|a| (a.subject, a)).collect();
    let digest = db.keys().digest(&signed_text(review, seat, subjects));
    Ok(book(page, review, (seat, rules), subjects, (&faces, &kept), &digest).map(|bytes| (bytes, digest)))
}

fn book(
    page: &Page,
    review: &JointReview,
    (seat, rules): (&Seat, &Review),
    subjects: &[Subject],
    (faces, kept): (&HashMap<i64, Face>, &HashMap<i64, super::model::Answer>),
    digest: &str,
) -> std::io::Result<Vec<u8>> {
    let text = |t: &str| SheetCell::from(t);
    let titles = [
        page.t("序号"),
        page.t("姓名"),
        page.t("性别"),
        page.t("出生"),
        page.t("证件号"),
        page.t("所在村"),
        page.t("报考或任职"),
        page.t("结论"),
        page.t("条款"),
        page.t("文号"),
    ];
    let widths = [6.0, 10.0, 6.0, 12.0, 22.0, 20.0, 18.0, 10.0, 32.0, 30.0];
    let blank = Face::default();
    let rows = subjects.iter().map(|s| {
        let face = faces.get(&s.person).unwrap_or(&blank);
        let answer = kept.get(&s.id);
        let conclusion = answer.map_or("", |a| a.conclusion.title());
        let sex = if face.sex.is_empty() { "" } else { page.t(face.sex) };
        let seq = s.seq.to_string();
        let said = [
            seq.as_str(),
            &s.name,
            sex,
            &face.birth,
            &face.identity,
            &face.place,
            &face.post,
            conclusion,
            answer.map_or("", |a| a.clause_title.as_str()),
            answer.map_or("", |a| a.document.as_str()),
        ];
        said.map(text).to_vec()
    });
    let takes = |at: usize| match at {
        7 => Takes::OneOf(Conclusion::ALL.iter().map(|c| c.title().to_owned()).collect()),
        8 | 9 => Takes::Anything,
        _ => Takes::Nothing,
    };
    let wide = |cells: &[&str]| -> Vec<SheetCell> {
        (0..COLUMNS.len()).map(|i| text(cells.get(i).copied().unwrap_or_default())).collect()
    };
    let title = format!("{} {}", review.title, seat.title);
    let mut book = Workbook::default();
    book.form(&Form {
        name: page.t("答复"),
        heads: vec![
            wide(&[MARK, &seat.id.to_string(), digest]),
            wide(&[&title, "", "", "", page.t("只填结论、条款、文号；条款照抄负面清单的一条；案情一律不写")]),
            wide(&titles),
            wide(&COLUMNS),
        ],
        frozen: 2,
        columns: widths
            .iter()
            .enumerate()
            .map(|(at, width)| FormColumn { width: *width, takes: takes(at) })
            .collect(),
        rows: rows.collect(),
        hidden: false,
    })?;
    let list = rules.clauses_on(&review.sent_on).into_iter().map(|c| {
        let permits: Vec<&str> = c.permits.iter().map(|p| p.title()).collect();
        vec![text(&c.title), text(&permits.join("、")), text(&c.basis)]
    });
    let heads = [page.t("条款"), page.t("可以得出"), page.t("依据")];
    book.sheet(page.t("负面清单"), &heads, &[36.0, 20.0, 30.0], list)?;
    book.bytes()
}

/// What a packet brought back.
#[derive(Debug, Default)]
pub struct Brought {
    /// Rows that may be written: subject, person, answer.
    pub good: Vec<(i64, i64, Good)>,
    /// Rows left without an answer.
    pub blank: usize,
    /// Everything that is wrong, by row and column.
    pub faults: Vec<Fault>,
    /// It is refused as a whole: another packet, or changed names.
    pub refused: bool,
    /// The digest that it carries.
    pub digest: String,
}

/// Reads a packet of a seat. Writes nothing.
pub async fn read(
    db: &Db,
    (review, seat): (&JointReview, &Seat),
    rules: &Review,
    subjects: &[Subject],
    (label, bytes): (&str, &[u8]),
) -> DbResult<Brought> {
    let kept: HashMap<i64, super::model::Answer> =
        answers::of_seat(db, seat.id).await?.into_iter().map(|a| (a.subject, a)).collect();
    let stands = |digest: &str| db.keys().check_digest(&signed_text(review, seat, subjects), digest);
    Ok(check(review, seat, rules, subjects, &kept, (label, bytes), &stands))
}

fn check(
    review: &JointReview,
    seat: &Seat,
    rules: &Review,
    subjects: &[Subject],
    kept: &HashMap<i64, super::model::Answer>,
    (label, bytes): (&str, &[u8]),
    stands: &dyn Fn(&str) -> bool,
) -> Brought {
    let mut out = Brought::default();
    let refuse = |out: &mut Brought, fault: Fault| {
        out.refused = true;
        out.good.clear();
        out.faults.push(fault);
    };
    let sheets = match tables::sheets(bytes, label) {
        Ok(sheets) => sheets,
        Err(fault) => {
            refuse(&mut out, *fault);
            return out;
        }
    };
    let whole = |row: u32, why: Message| Fault::cell(label, row, "", "", why);
    let Some(sheet) = sheets.into_iter().next().filter(|s| s.at(1, 0).text.trim() == MARK) else {
        refuse(&mut out, whole(1, msg!("这不是系统发出的材料包")));
        return out;
    };
    let cell = |row: u32, col: u32| sheet.at(row, col).text.trim().to_owned();
    if cell(1, 1) != seat.id.to_string() {
        refuse(&mut out, whole(1, msg!("这是别的席位或别的批次的材料包")));
        return out;
    }
    out.digest = cell(1, 2);
    if !stands(&out.digest) {
        refuse(&mut out, whole(1, msg!("签章不符：名单改过，或不是本系统发出的，请重新下载")));
    }
    let names: Vec<String> = (0..COLUMNS.len() as u32).map(|c| cell(HEADS, c)).collect();
    if names != COLUMNS {
        refuse(&mut out, whole(HEADS, msg!("列名改过，请不要动前四行")));
        return out;
    }
    let clauses = rules.clauses_on(&review.sent_on);
    let mut seen: Vec<i64> = Vec::new();
    for (row, _) in sheet.rows.iter().filter(|(row, _)| *row > HEADS) {
        let fault = |column: usize, why: Message| {
            let col = column as u32;
            Fault::cell(label, *row, COLUMNS[column], &cell(*row, col), why).at(col + 1)
        };
        let subject = cell(*row, 0).parse::<i64>().ok().and_then(|n| subjects.iter().find(|s| s.seq == n));
        let Some(subject) = subject else {
            refuse(&mut out, fault(0, msg!("名单里没有这个序号")));
            continue;
        };
        if cell(*row, 1) != subject.name {
            refuse(&mut out, fault(1, msg!("姓名改过，这一行应是 {name}", name = subject.name.as_str())));
            continue;
        }
        if seen.contains(&subject.id) {
            out.faults.push(fault(0, msg!("这个人写了两次")));
            continue;
        }
        seen.push(subject.id);
        let given = Given { conclusion: cell(*row, 7), clause: cell(*row, 8), document: cell(*row, 9) };
        if given == Given::default() {
            out.blank += 1;
            continue;
        }
        let own = kept.get(&subject.id);
        // What stands already needs no leave.
        let same = own.is_some_and(|a| {
            a.conclusion.title() == given.conclusion
                && a.clause_title == given.clause
                && a.document == given.document
        });
        if same {
            continue;
        }
        if let Err(why) = may_answer(seat, own) {
            out.faults.push(fault(7, why));
            continue;
        }
        match reads(&clauses, &given, seat.signed_at.is_some()) {
            Ok(good) => out.good.push((subject.id, subject.person, good)),
            Err(found) => out.faults.extend(
                found
                    .into_iter()
                    .map(|(field, why)| fault(COLUMNS.iter().position(|c| *c == field).unwrap_or(7), why)),
            ),
        }
    }
    if out.refused {
        out.good.clear();
    }
    out
}
