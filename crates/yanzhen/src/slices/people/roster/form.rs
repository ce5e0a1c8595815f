//! Appointment forms as persons: LRMX and LRM, one or many in a ZIP. Pure.

use super::super::field::Field;
use super::super::input;
use super::super::parts::{CvLine, Education, FamilyMember, Merit};
use super::{Incoming, Lists, Place};
use kernel::{Day, Fault, msg};
use standards::PartialDate;
use standards::bundle::{self, BundleEntry};
use standards::lrmx::{self, CvLine as Line, Lrmx, PartyText, Schooling};

/// Reads a form, or every form of a ZIP. A file of it that is none stands as a row at fault.
///
/// # Errors
/// Why nothing of the file can be read.
pub fn read(name: &str, bytes: &[u8], today: Day) -> Result<Vec<Incoming>, Box<Fault>> {
    let mut out = Vec::new();
    let mut take = |entry: BundleEntry| {
        let row = u32::try_from(out.len() + 1).unwrap_or(u32::MAX);
        let mut person = match entry.form {
            Ok(form) => person(form, today),
            Err(fault) => Incoming { faults: vec![fault.in_file(&entry.file)], ..Incoming::default() },
        };
        (person.row, person.file) = (row, entry.file);
        out.push(person);
    };
    if bundle::is_zip(bytes) {
        bundle::read_each(bytes, take).map_err(|fault| Box::new(fault.in_file(name)))?;
    } else {
        let form = bundle::read_one(bytes).map_err(|fault| Box::new(fault.in_file(name)))?;
        take(BundleEntry { file: name.to_owned(), form: Ok(form) });
    }
    Ok(out)
}

fn person(form: Lrmx, today: Day) -> Incoming {
    let mut out = Incoming::default();
    let day = |date: &lrmx::DateField| date.date().map(|d| d.storage()).unwrap_or_default();
    let mut take = |field: Field, text: &str| match input::take(field, lrmx::said(text).unwrap_or_default()) {
        Ok(taken) => {
            out.notes.extend(taken.notes);
            out.take(field, taken.value, text);
        }
        Err(why) => {
            let shown = super::shown(field, text);
            out.said.insert(field, shown.clone());
            out.faults.push(Fault::cell("", 0, field.title(), &shown, why));
        }
    };
    take(Field::Name, &form.name);
    take(Field::Sex, &form.sex);
    take(Field::Birth, &day(&form.birth));
    take(Field::Ethnic, &form.ethnicity);
    take(Field::Origin, &form.origin);
    take(Field::Birthplace, &form.birthplace);
    take(Field::WorkOn, &day(&form.work_start));
    take(Field::Health, &form.health);
    take(Field::Technical, &form.technical_post);
    take(Field::Strengths, &form.strengths);
    take(Field::Identity, &form.identity);
    match &form.party {
        PartyText::Joined(on) => {
            take(Field::Political, "中共党员");
            take(Field::PartyOn, &on.storage());
        }
        PartyText::Both(on, name) => {
            take(Field::Political, name);
            take(Field::PartyOn, &on.storage());
        }
        PartyText::Named(name) => take(Field::Political, name),
        PartyText::Empty | PartyText::Nil => {}
    }
    let schooling: Vec<Education> = [("full", &form.full_time), ("part", &form.part_time)]
        .into_iter()
        .flat_map(|(m, s)| spells(m, s))
        .collect();
    // GB/T 4658: the smaller the code, the higher the education.
    if let Some(best) = schooling.iter().map(|e| e.level.as_str()).filter(|l| !l.is_empty()).min() {
        let said = standards::label_of(&standards::EDUCATION, best).unwrap_or_default();
        out.take(Field::Education, best.to_owned(), said);
    }
    for text in [&form.full_time.education, &form.part_time.education] {
        if let Some(text) = lrmx::said(text)
            && standards::education_from(text).is_err()
        {
            out.notes.push(msg!("学历“{text}”不在标准代码里，只记在学习经历", text = text));
        }
    }
    (out.place, out.posts) = placed(&form.post);
    let mut rest = form.clone();
    let photo = rest.photo.take().map(|p| p.bytes);
    out.lists = Lists {
        schooling,
        cv: form.cv.into_iter().map(line).collect(),
        family: form.family.iter().map(|f| relative(f, today)).collect(),
        merits: merits(&form.rewards),
        photo,
        form: Some(rest.write()),
    };
    out
}

/// Education and degree, which may come from different schools.
fn spells(mode: &str, said: &Schooling) -> Vec<Education> {
    let text = |t: &str| lrmx::said(t).unwrap_or_default().replace('\n', "");
    let education = text(&said.education);
    let level = standards::education_from(&education).map(|c| c.0.to_owned()).unwrap_or_default();
    let (school, degree_school) = (text(&said.education_school), text(&said.degree_school));
    let (degree, mode) = (text(&said.degree), mode.to_owned());
    let first = Education { mode: mode.clone(), level, school: school.clone(), ..Education::default() };
    let mut out = Vec::new();
    match (education.is_empty() && school.is_empty(), degree.is_empty()) {
        (true, true) => {}
        (false, true) => out.push(first),
        (false, false) if degree_school.is_empty() || degree_school == school => {
            out.push(Education { degree, ..first })
        }
        (none, false) => {
            if !none {
                out.push(first);
            }
            out.push(Education { mode, degree, school: degree_school, ..Education::default() });
        }
    }
    out
}

fn line(said: Line) -> CvLine {
    let text = said.flowing();
    match said {
        Line::Spell { from, to, .. } => {
            CvLine { from_on: from.storage(), to_on: to.map(PartialDate::storage).unwrap_or_default(), text }
        }
        Line::Text(_) => CvLine { text, ..CvLine::default() },
    }
}

/// Of children under 14 the appellation alone is kept.
fn relative(said: &lrmx::FamilyMember, today: Day) -> FamilyMember {
    let relation = said.appellation.clone();
    let birth = said.birth.date();
    if birth.and_then(|b| b.age_on(today)).is_some_and(|age| age.years < 14) {
        return FamilyMember { relation, ..FamilyMember::default() };
    }
    FamilyMember {
        relation,
        name: said.name.clone(),
        birth: birth.map(PartialDate::storage).unwrap_or_default(),
        political: said.political_status.clone(),
        work: said.work.replace('\n', ""),
    }
}

/// A line of rewards and sanctions each.
fn merits(text: &str) -> Vec<Merit> {
    let lines = text.split(['\n', '；', ';']).filter_map(|line| lrmx::said(line.trim_end_matches('。')));
    let sanction =
        |line: &str| ["处分", "警告", "记过", "撤销党内职务", "诫勉"].iter().any(|w| line.contains(w));
    let of = |line: &str| Merit {
        kind: if sanction(line) { "sanction" } else { "reward" }.into(),
        title: line.to_owned(),
        ..Merit::default()
    };
    lines.map(of).collect()
}

/// Splits 例河镇例毛岭村党总支书记 into the place and the posts.
fn placed(post: &str) -> (Place, String) {
    let post = lrmx::said(post).unwrap_or_default().replace(['\n', ' ', '　'], "");
    let after = |text: &str, endings: &[&str]| {
        endings.iter().filter_map(|e| text.find(e).filter(|at| *at > 0).map(|at| at + e.len())).min()
    };
    let mut place = Place::default();
    let mut rest = post.as_str();
    if let Some(at) = after(rest, &["镇", "乡", "街道"]) {
        rest[..at].clone_into(&mut place.township);
        rest = &rest[at..];
    }
    match after(rest, &["村", "社区", "嘎查"]) {
        Some(at) => {
            rest[..at].clone_into(&mut place.village);
            rest = &rest[at..];
        }
        // Without a village what was cut off says nothing either.
        None => return (Place::default(), post),
    }
    (place, rest.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_post_of_a_form_says_where() {
        let split = |text: &str| {
            let (place, posts) = placed(text);
            [place.township, place.village, posts]
        };
        assert_eq!(
            split("例河镇例毛岭村党总支书记、村委会主任"),
            ["例河镇", "例毛岭村", "党总支书记、村委会主任"]
        );
        assert_eq!(split("例东社区居委会主任"), ["", "例东社区", "居委会主任"]);
        assert_eq!(split("村党组织书记"), ["", "", "村党组织书记"]);
        assert_eq!(split("(无)"), ["", "", ""]);
    }

    #[test]
    fn a_form_becomes_values_and_lists() {
        let today: Day = "2026-11-22".parse().unwrap();
        let form = Lrmx {
            name: "王例甲".into(),
            sex: "男".into(),
            birth: lrmx::DateField::parse("198506"),
            party: PartyText::parse("200707"),
            full_time: Schooling {
                education: "大专".into(),
                education_school: "例省农校".into(),
                ..Schooling::default()
            },
            part_time: Schooling {
                education: "大学".into(),
                degree: "农学学士".into(),
                degree_school: "例农大".into(),
                ..Schooling::default()
            },
            post: "例河镇例毛岭村党总支书记".into(),
            cv: vec![Line::Spell {
                from: "2004-09".parse().unwrap(), to: None, text: "例河镇\n务农".into()
            }],
            rewards: "2022年被评为优秀共产党员；2023年受党内警告处分".into(),
            family: vec![
                lrmx::FamilyMember {
                    appellation: "女儿".into(),
                    name: "王例丙".into(),
                    birth: lrmx::DateField::parse("201503"),
                    ..Default::default()
                },
                lrmx::FamilyMember {
                    appellation: "妻子".into(),
                    name: "李例乙".into(),
                    birth: lrmx::DateField::parse("198612"),
                    ..Default::default()
                },
            ],
            identity: "123".into(),
            ..Lrmx::default()
        };
        let out = person(form, today);
        let get = |f| out.get(f);
        assert_eq!(
            (get(Field::Birth), get(Field::PartyOn), get(Field::Political)),
            ("1985-06", "2007-07", "01")
        );
        assert_eq!(get(Field::Education), "20");
        let schools: Vec<[&str; 4]> =
            out.lists.schooling.iter().map(|e| [&*e.mode, &*e.level, &*e.degree, &*e.school]).collect();
        assert_eq!(
            schools,
            [["full", "30", "", "例省农校"], ["part", "20", "", ""], ["part", "", "农学学士", "例农大"]]
        );
        assert_eq!(out.lists.cv[0].text, "例河镇务农");
        let kinds: Vec<&str> = out.lists.merits.iter().map(|m| m.kind.as_str()).collect();
        assert_eq!(kinds, ["reward", "sanction"]);
        let names: Vec<&str> = out.lists.family.iter().map(|f| f.name.as_str()).collect();
        assert_eq!(names, ["", "李例乙"], "of a child the appellation alone");
        assert_eq!(out.faults[0].column, "身份证号");
        assert_eq!((out.place.village.as_str(), out.posts.as_str()), ("例毛岭村", "党总支书记"));
    }
}
