//! A file as an appointment form (LRMX): what other offices' programs read.

use super::field::Field;
use super::model::{Person, Values};
use super::parts::{self, CvLine, Education, FamilyMember, Merit};
use super::words::education;
use crate::slices::posts;
use kernel::Day;
use platform::access::Authorized;
use platform::attachments;
use platform::db::{Db, DbResult};
use policy::posts::Posts;
use standards::PartialDate;
use standards::lrmx::{
    CvLine as Line, DateField, FamilyMember as Relative, Lrmx, PartyText, Photo, Schooling,
};

fn label(set: &'static [standards::Code], code: &str) -> String {
    standards::label_of(set, code).unwrap_or_default().to_owned()
}

fn date(text: &str) -> DateField {
    text.parse::<PartialDate>().map_or(DateField::Empty, DateField::Date)
}

/// An education (GB/T 4658) as appointment forms say it: a university's four years are 大学 there.
fn on_forms(level: &str) -> &str {
    match education(level) {
        "本科" => "大学",
        said => said,
    }
}

/// The highest schooling of a mode as a form holds it.
fn schooling(all: &[Education], mode: &str) -> Schooling {
    let of_mode = || all.iter().filter(|e| e.mode == mode);
    // GB/T 4658: the smaller the code, the higher the education.
    let best = of_mode().filter(|e| !e.level.is_empty()).min_by(|a, b| a.level.cmp(&b.level));
    let degree = of_mode().filter(|e| !e.degree.is_empty()).min_by(|a, b| a.level.cmp(&b.level));
    let school = |e: &Education| format!("{}{}", e.school, e.major);
    Schooling {
        education: best.map(|e| on_forms(&e.level).to_owned()).unwrap_or_default(),
        education_school: best.map(school).unwrap_or_default(),
        degree: degree.map(|e| e.degree.clone()).unwrap_or_default(),
        degree_school: degree.map(school).unwrap_or_default(),
    }
}

fn line(cv: CvLine) -> Line {
    match cv.from_on.parse() {
        Ok(from) => Line::Spell { from, to: cv.to_on.parse().ok(), text: cv.text },
        Err(_) => Line::Text(cv.text),
    }
}

/// The form of a file. `sealed` are its sealed values opened: whoever gives the form out audits it.
///
/// # Errors
/// The database's.
pub async fn form(
    db: &Db,
    person: &Authorized<Person>,
    sealed: &Values,
    rules: &Posts,
    today: Day,
) -> DbResult<Lrmx> {
    let day = today.to_string();
    let get = |f: Field| person.get(f).to_owned();
    let opened = |f: Field| sealed.get(&f).cloned().unwrap_or_default();
    let schools: Vec<Education> =
        parts::of::<Education>(db, person.id).await?.into_iter().map(|k| k.part).collect();
    let merits = parts::of::<Merit>(db, person.id).await?;
    let holds = posts::store::of_person(db, person.id).await?;
    let present: Vec<String> = posts::present(&holds, rules, &day)
        .into_iter()
        .map(|h| if h.title.is_empty() { rules.title(&h.post, &day).to_owned() } else { h.title.clone() })
        .collect();
    let place = format!("{}{}", person.township_name, person.village_name);
    let party = match (person.get(Field::Political), person.get(Field::PartyOn).parse()) {
        ("01" | "02", Ok(on)) => PartyText::Joined(on),
        ("" | "01" | "02", _) => PartyText::Empty,
        ("13", _) => PartyText::Nil,
        (other, _) => PartyText::Named(label(&standards::POLITICAL_STATUS, other)),
    };
    let rewards: Vec<String> = merits
        .iter()
        .map(|m| {
            let day = m.day.parse::<PartialDate>().map(|d| d.to_string()).unwrap_or_default();
            format!("{day}{}{}", m.by_whom, m.title)
        })
        .collect();
    let family = parts::of::<FamilyMember>(db, person.id).await?;
    let relative = |f: &FamilyMember| Relative {
        appellation: f.relation.clone(),
        name: f.name.clone(),
        birth: date(&f.birth),
        political_status: f.political.clone(),
        work: f.work.clone(),
        ..Relative::default()
    };
    let photo = match person.photo {
        Some(id) => attachments::open(db, id).await?.map(|(_, bytes)| Photo { bytes }),
        None => None,
    };
    let sex = match person.get(Field::Sex) {
        "1" => "男",
        "2" => "女",
        _ => "",
    };
    // What no field holds stays as the form said it that the file came from.
    let rest = match super::store::rest(db, person).await? {
        Some(bytes) => Lrmx::read(&bytes).unwrap_or_default(),
        None => Lrmx::default(),
    };
    Ok(Lrmx {
        name: get(Field::Name),
        sex: sex.to_owned(),
        birth: date(person.get(Field::Birth)),
        ethnicity: label(&standards::ETHNIC_GROUPS, person.get(Field::Ethnic)),
        origin: get(Field::Origin),
        birthplace: get(Field::Birthplace),
        party,
        work_start: date(person.get(Field::WorkOn)),
        health: opened(Field::Health),
        technical_post: get(Field::Technical),
        strengths: get(Field::Strengths),
        full_time: schooling(&schools, "full"),
        part_time: schooling(&schools, "part"),
        post: if present.is_empty() { String::new() } else { format!("{place}{}", present.join("、")) },
        cv: parts::of::<CvLine>(db, person.id).await?.into_iter().map(|k| line(k.part)).collect(),
        rewards: rewards.join("\n"),
        family: family.iter().map(|k| relative(&k.part)).collect(),
        age_date: DateField::Date(today.into()),
        filled_on: DateField::Date(today.into()),
        identity: opened(Field::Identity),
        photo,
        version: if rest.version.is_empty() {
            standards::lrmx::VERSION.to_owned()
        } else {
            rest.version.clone()
        },
        ..rest
    })
}
