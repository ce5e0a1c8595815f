//! Forms made at random go round.

use super::*;
use crate::PartialDate;
use proptest::prelude::*;

fn words() -> impl Strategy<Value = String> {
    "[\u{4e00}-\u{4e20}a-z<>&\"'，；.0-9]{0,6}( ?[\u{4e00}-\u{4e20}]{1,3})?(\n[\u{4e00}-\u{4e20}]{1,4})?"
        .prop_map(|s| s.trim().to_owned())
}

fn dates() -> impl Strategy<Value = DateField> {
    prop_oneof![
        Just(DateField::Empty),
        Just(DateField::Nil),
        (1850i16..2200, 0i8..=12).prop_map(|(y, m)| DateField::Date(PartialDate::new(y, m, 0).unwrap())),
        (1850i16..2200, 1i8..=12, 1i8..=28)
            .prop_map(|(y, m, d)| DateField::Date(PartialDate::new(y, m, d).unwrap())),
        words().prop_map(|text| DateField::parse(&text)),
    ]
}

fn cv() -> impl Strategy<Value = Vec<CvLine>> {
    let line =
        (1950i16..2000, 0i8..=12, 0i16..30, any::<bool>(), words()).prop_map(|(y, m, more, open, text)| {
            let from = PartialDate::new(y, m, 0).unwrap();
            let to = PartialDate::new(y + more + 1, m, 0);
            // Line ends within the text are canonical when its first part says something.
            CvLine::Spell {
                from,
                to: to.filter(|_| !open),
                text: text.trim_matches([' ', '\n', '，', ',']).to_owned(),
            }
        });
    proptest::collection::vec(line, 0..4)
}

fn forms() -> impl Strategy<Value = Lrmx> {
    let texts = proptest::collection::vec(words(), 24);
    let fields = proptest::collection::vec(dates(), 5);
    let photo = proptest::option::of(proptest::collection::vec(any::<u8>(), 1..60));
    let family = proptest::collection::vec((proptest::collection::vec(words(), 4), dates()), 0..3);
    let marks = proptest::collection::vec((0usize..37, 0u8..9), 0..4);
    (texts, fields, cv(), photo, family, any::<[bool; 2]>(), marks).prop_map(
        |(mut texts, dates, cv, photo, family, optional, marks)| {
            let mut text = || texts.pop().unwrap_or_default();
            let mut unknown: Vec<Unknown> = marks
                .iter()
                .map(|(place, n)| {
                    let after = if *place == 0 { "" } else { elements::ORDER[place - 1] };
                    Unknown::new(after, &format!("<a:x{n} b=\"{n}\">甲\r\n&amp;</a:x{n}>")).unwrap()
                })
                // Places of elements that are left out move to the element before.
                .filter(|u| !matches!(u.after(), "DaoLingNianYue" | "GaiGeQianRenZhiNianLingJieXian"))
                .collect();
            unknown.sort_by_key(|u| elements::place(u.after()).map_or(0, |at| at + 1));
            Lrmx {
                name: format!("例{}", text()),
                sex: text(),
                birth: dates[0].clone(),
                ethnicity: text(),
                origin: text(),
                birthplace: text(),
                party: PartyText::parse(&text()),
                work_start: dates[1].clone(),
                age_limit: optional[0].then(|| dates[2].clone()),
                health: text(),
                technical_post: text(),
                strengths: text(),
                full_time: Schooling {
                    education: text(),
                    degree: text(),
                    education_school: text(),
                    degree_school: text(),
                },
                part_time: Schooling { education: text(), ..Schooling::default() },
                post: text(),
                intended_post: text(),
                leaving_post: text(),
                cv,
                rewards: text(),
                appraisals: text(),
                reason: text(),
                family: family
                    .into_iter()
                    .map(|(mut texts, birth)| FamilyMember {
                        appellation: texts.pop().unwrap_or_default(),
                        name: texts.pop().unwrap_or_default(),
                        birth,
                        political_status: texts.pop().unwrap_or_default(),
                        work: texts.pop().unwrap_or_default(),
                        unknown: vec![],
                    })
                    .filter(|item| !item.is_blank())
                    .collect(),
                reporting_unit: text(),
                former_age_limit: optional[1].then(&mut text),
                age_date: dates[3].clone(),
                filled_on: dates[4].clone(),
                filled_by: text(),
                identity: text(),
                photo: photo.map(|bytes| Photo { bytes }),
                version: VERSION.into(),
                unknown,
                root: RootAttributes::default(),
            }
        },
    )
}

proptest! {
    #[test]
    fn every_form_goes_round(form in forms()) {
        let written = form.write();
        let read = Lrmx::read(&written).unwrap();
        prop_assert_eq!(String::from_utf8(read.write()).unwrap(), String::from_utf8(written).unwrap());
        prop_assert_eq!(&read.cv, &form.cv);
        prop_assert!(read == form);
    }

    #[test]
    fn any_text_is_written_and_read_alike(text in "\\PC{0,30}", odd in "[\\x00-\\x20\u{fffe}例<&]{0,12}") {
        let form = Lrmx { post: text, rewards: odd.clone(), cv: parse_cv(&odd), ..Lrmx::of("例某") };
        let once = Lrmx::read(&form.write()).unwrap().write();
        prop_assert_eq!(Lrmx::read(&once).unwrap().write(), once);
    }

    #[test]
    fn a_cv_settles_at_once(text in "[0-9. \n年月至-]{0,40}[甲乙]{0,2}\n {0,20}[0-9. 甲-]{0,20}") {
        let once = parse_cv(&text);
        prop_assert_eq!(parse_cv(&format_cv(&once)), once);
    }

    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), xml in "[<>/a-cPerson&;'\" =!\\[\\]?-]{0,60}") {
        let _ = Lrmx::read(&bytes);
        let _ = Lrmx::read(xml.as_bytes());
        let _ = Lrmx::read(format!("<Person>{xml}</Person>").as_bytes());
    }
}
