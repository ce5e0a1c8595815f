//! What changes do, worked out without a database.

use super::*;

fn entry(id: i64, code: &str, name: &str) -> Entry {
    Entry {
        id,
        code: code.into(),
        level: match code.len() {
            6 => "county",
            9 => "township",
            _ => "village",
        }
        .into(),
        name: name.into(),
        short: name.into(),
        township: code.get(..9).unwrap_or_default().into(),
        valid_from: "2020-01-01".into(),
        valid_to: FOREVER.into(),
    }
}

fn registry() -> Vec<Entry> {
    let mut gone = entry(6, "990101101209", "例旧村村民委员会");
    gone.valid_to = "2024-12-31".into();
    vec![
        entry(1, "990101", "例山县"),
        entry(2, "990101101", "例河镇"),
        entry(3, "990101102", "例桥镇"),
        entry(4, "990101101200", "例东村村民委员会"),
        entry(5, "990101101201", "例西村村民委员会"),
        gone,
    ]
}

fn asked(code: &str, other: &str, name: &str, day: &str) -> Asked {
    Asked {
        code: code.into(),
        other: other.into(),
        name: name.into(),
        day: day.into(),
        ground: "例民〔2026〕1号".into(),
    }
}

fn fields(kind: Kind, asked: &Asked) -> Vec<&'static str> {
    match plan(&registry(), "990101", kind, asked, "2026-11-22") {
        Ok(_) => Vec::new(),
        Err(faults) => faults.into_iter().map(|(f, _)| f).collect(),
    }
}

#[test]
fn a_merged_village_ends_the_day_before() {
    let asked = asked("990101101200", "990101101201", "", "2026-03-01");
    let plan = plan(&registry(), "990101", Kind::Merge, &asked, "2026-11-22").unwrap();
    assert_eq!(plan.steps, [Step::End(4, "2026-02-28".into())]);
    assert_eq!((plan.place, plan.other), (Side::Row(4), Some(Side::Row(5))));
    assert_eq!(plan.told, "并入例西村村民委员会，2026年3月1日起");
}

#[test]
fn a_renamed_place_keeps_its_code() {
    let asked = asked("990101101200", "", "例新东村村民委员会", "2026-01-01");
    let plan = plan(&registry(), "990101", Kind::Rename, &asked, "2026-11-22").unwrap();
    let begin = Step::Begin {
        code: "990101101200".into(),
        level: "village",
        name: "例新东村村民委员会".into(),
        township: "990101101".into(),
    };
    assert_eq!(plan.steps, [Step::End(4, "2025-12-31".into()), begin]);
}

#[test]
fn a_township_can_be_renamed_and_founded() {
    assert!(fields(Kind::Rename, &asked("990101102", "", "例桥街道", "2026-01-01")).is_empty());
    let new = asked("", "990101103", "例原镇", "2026-01-01");
    let plan = plan(&registry(), "990101", Kind::New, &new, "2026-11-22").unwrap();
    let begin = Step::Begin {
        code: "990101103".into(),
        level: "township",
        name: "例原镇".into(),
        township: "990101103".into(),
    };
    assert_eq!((plan.steps, plan.place), (vec![begin], Side::Begun));
}

#[test]
fn wrong_days_codes_and_names_are_all_said() {
    let a = "990101101200";
    let cases: [(Kind, Asked, &[&str]); 15] = [
        (Kind::Merge, asked(a, a, "", "2026-01-01"), &["other"]),
        (Kind::Merge, asked(a, "990101101209", "", "2026-01-01"), &["other"]),
        (Kind::Merge, asked("990101101209", a, "", "2026-01-01"), &["code"]),
        (Kind::Merge, asked("990101101", a, "", "2026-01-01"), &["other"]),
        (Kind::Merge, asked(a, "990101102", "", "2026-01-01"), &["other"]),
        (Kind::Split, asked("990101101", "990101101300", "例南村村民委员会", "2026-01-01"), &["code"]),
        (Kind::Merge, asked(a, "990101101201", "", "2026-12-01"), &["day"]),
        (Kind::Merge, asked(a, "990101101201", "", "2020-01-01"), &["day"]),
        (Kind::Merge, asked(a, "990101101201", "", "2026-02-30"), &["day"]),
        (Kind::Rename, asked(a, "", "例东村村民委员会", "2026-01-01"), &["name"]),
        (Kind::Rename, asked(a, "", "例西村村民委员会", "2026-01-01"), &["name"]),
        (Kind::Split, asked(a, "990101101209", "例南村村民委员会", "2026-01-01"), &["other"]),
        (Kind::Split, asked(a, "990101109200", "例南村村民委员会", "2026-01-01"), &["other"]),
        (Kind::New, asked("", "990102101200", "例", "1月"), &["day", "name", "other"]),
        (Kind::End, asked("990101101", "", "", "2026-01-01"), &["code"]),
    ];
    for (kind, asked, wrong) in cases {
        assert_eq!(fields(kind, &asked), wrong, "{kind:?} {asked:?}");
    }
    let mut short = asked(a, "", "", "2026-01-01");
    short.ground = "批复".into();
    assert_eq!(fields(Kind::End, &short), ["ground"]);
    assert!(fields(Kind::End, &asked("990101102", "", "", "2026-01-01")).is_empty());
}

#[test]
fn a_merged_township_takes_its_villages_with_it() {
    let asked = asked("990101101", "990101102", "", "2026-03-01");
    let plan = plan(&registry(), "990101", Kind::Merge, &asked, "2026-11-22").unwrap();
    let begin = |code: &str, name: &str| Step::Begin {
        code: code.into(),
        level: "village",
        name: name.into(),
        township: "990101102".into(),
    };
    let eve = || "2026-02-28".to_owned();
    let steps = [
        Step::End(2, eve()),
        Step::End(4, eve()),
        begin("990101101200", "例东村村民委员会"),
        Step::End(5, eve()),
        begin("990101101201", "例西村村民委员会"),
    ];
    assert_eq!(plan.steps, steps, "a village that had ended stays where it ended");
    assert_eq!((plan.place, plan.other), (Side::Row(2), Some(Side::Row(3))));
    let moved: Vec<_> = plan.moved.iter().map(|(code, told)| (code.as_str(), told.as_str())).collect();
    let told = "划入例桥镇，2026年3月1日起";
    assert_eq!(moved, [("990101101200", told), ("990101101201", told)]);
}

#[test]
fn a_township_does_not_merge_over_younger_villages_or_their_names() {
    let mut registry = registry();
    registry[4].valid_from = "2026-03-01".into();
    let mut same = entry(7, "990101102200", "例东村村民委员会");
    registry.push(same.clone());
    let asked = asked("990101101", "990101102", "", "2026-03-01");
    let faults = plan(&registry, "990101", Kind::Merge, &asked, "2026-11-22").unwrap_err();
    let said: Vec<_> = faults.iter().map(|(field, why)| (*field, why.text(kernel::Lang::Zh))).collect();
    assert_eq!(said[0], ("day", "“例西村村民委员会”从 2026-03-01 起算，日期要晚于这一天".into()));
    assert_eq!(said[1], ("code", "“例桥镇”已有同名的村，先给其中一个更名：例东村村民委员会".into()));
    // A village that moved bears the old township's digits and counts with the new one.
    same.code = "990101101300".into();
    same.township = "990101102".into();
    registry.pop();
    registry.push(same);
    let end = Asked { code: "990101102".into(), ..asked };
    let faults = plan(&registry, "990101", Kind::End, &end, "2026-11-22").unwrap_err();
    assert!(faults[0].1.text(kernel::Lang::Zh).contains("还有 1 个村"));
}
