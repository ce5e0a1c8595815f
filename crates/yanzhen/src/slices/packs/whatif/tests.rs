//! A round of three villages, worked out by hand.

use super::*;
use policy::{Files, Source};

/// Half of the hundred by income out of 100, half by one mark; a line between the grades, a sum for the first.
fn pack(line: u32, sum: u32, step: u32) -> Pack {
    let mut files = Files::default();
    files.put(
        "pack.toml",
        format!(
            "id = \"t\"\nversion = \"1\"\ntitle = \"例办法\"\n[facts.x]\nlabel = \"收入\"\ntype = \"number\"\n\
             [[grades]]\nid = 1\nlabel = \"一等\"\nat_least = {line}\n[[grades]]\nid = 2\nlabel = \"二等\"\n\
             [[consequences]]\nid = \"c\"\nwhen = \"grade == 1\"\napplies_to = \"village\"\naction = \"bonus\"\namount = {sum}\n"
        ),
    );
    files.put(
        "indicators.csv",
        format!(
            "id,item,name,full,method,params,rater\nA,项,甲,50,ratio,fact=x;target=100,\n\
             B,项,乙,50,rated,step={step},unit:a\n"
        ),
    );
    let (pack, faults) = Pack::read(&Source::of(&files));
    pack.unwrap_or_else(|| panic!("{faults:?}"))
}

fn village(code: &str, x: &str, mark: &str) -> CaseSubject {
    CaseSubject {
        code: code.into(),
        village: String::new(),
        // A fact that neither pack names is passed over.
        facts: vec![("x".into(), x.into()), ("gone".into(), "1".into())],
        marks: vec![["B".into(), "unit:a".into(), mark.into()]],
        expect: Vec::new(),
    }
}

/// Totals: 95/2 + 45 = 92.50; 90/2 + 40 = 85; 60/2 + 40 = 70.
fn round() -> RoundInput {
    let villages = [("990101101201", "95", "45"), ("990101101202", "90", "40"), ("990101102201", "60", "40")];
    let name = |code: &str| [format!("例{}村", &code[11..]), format!("例{}镇", &code[8..9])];
    RoundInput {
        id: 1,
        title: "2025年度".into(),
        pack: Arc::new(pack(90, 10_000, 5)),
        subjects: villages.iter().map(|(c, x, m)| village(c, x, m)).collect(),
        names: villages.iter().map(|(c, ..)| ((*c).to_owned(), name(c))).collect(),
    }
}

#[test]
fn a_lower_line_lifts_one_village_and_costs_what_it_costs() {
    let trial = tried(&round(), &pack(80, 8_000, 5), 100).unwrap();
    assert_eq!((trial.subjects, trial.better, trial.worse, trial.ranks, trial.unread), (3, 1, 0, 0, 0));
    let moved = &trial.moved[0];
    assert_eq!(
        (moved.code.as_str(), moved.name.as_str(), moved.township.as_str()),
        ("990101101202", "例2村", "例1镇")
    );
    assert_eq!((moved.total, moved.direction, moved.cost), ([Some(8500), Some(8500)], -1, [0, 800_000]));
    assert_eq!(moved.grade, ["二等", "一等"]);
    assert_eq!(trial.cost, [1_000_000, 1_600_000]);
    let towns: Vec<_> = trial.towns.iter().map(|t| (t.name.as_str(), t.subjects, t.better, t.cost)).collect();
    assert_eq!(towns, [("例1镇", 2, 1, [1_000_000, 1_600_000]), ("例2镇", 1, 0, [0, 0])]);
    // Five points from the line and more: five per cent of a weight move no one.
    assert_eq!((trial.kept, trial.near.len()), (1_000, 0));
}

#[test]
fn who_stands_on_the_line_is_named() {
    // 85.00 against a line of 85: whenever the better half weighs less, the grade is lost.
    let trial = tried(&round(), &pack(85, 0, 5), 1_000).unwrap();
    let near: Vec<&str> = trial.near.iter().map(|n| n.name.as_str()).collect();
    assert_eq!(near, ["例2村"]);
    assert!((300..700).contains(&trial.near[0].kept), "{}", trial.near[0].kept);
}

#[test]
fn marks_that_do_not_fit_the_draft_are_counted_and_not_guessed() {
    let trial = tried(&round(), &pack(80, 0, 10), 10).unwrap();
    // 45 is no multiple of 10: that village stays without a grade.
    assert_eq!(trial.unread, 1);
    let lost = trial.moved.iter().find(|m| m.code == "990101101201").unwrap();
    assert_eq!(
        (lost.total, lost.grade.clone(), lost.direction),
        ([Some(9250), None], ["一等".into(), String::new()], 0)
    );
}
