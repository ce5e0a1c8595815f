//! G and H: the appraisal of persons, in three parts and in five dimensions.

use crate::common::{Csv, Folder, pack, run};
use crate::{appraise, codes, explained, indicators, marks_of, proposed, rounded, sums, trimmed, weighted};
use std::collections::{BTreeMap, BTreeSet};

/// Full marks of the scored indicators by the part of the item's name before the dash.
fn full_by_part(indicators: &Csv) -> BTreeMap<&str, i64> {
    let mut out = BTreeMap::new();
    for row in &indicators.rows {
        let part = indicators.cell(row, "item").split('—').next().unwrap_or_default();
        let full = indicators.cents(row, "full").unwrap_or(0);
        *out.entry(part).or_insert(0) += full;
    }
    out.into_iter().filter(|(_, full)| *full > 0).collect()
}

/// A table's text with some cells replaced, where `change(row, column)` says by what.
fn changed(table: &Csv, change: impl Fn(&[String], &str) -> Option<&'static str>) -> String {
    let mut out = table.header.join(",") + "\n";
    for row in &table.rows {
        let cells = row.iter().zip(&table.header).map(|(cell, column)| change(row, column).unwrap_or(cell));
        out += &(cells.collect::<Vec<_>>().join(",") + "\n");
    }
    out
}

#[test]
fn g8_three_parts_and_priority_work_weighs_heavily_and_the_result_decides_awards() {
    let pack_rows = indicators("gaotai");
    let parts = full_by_part(&pack_rows);
    assert_eq!(parts, BTreeMap::from([("年终评价", 3500), ("日常管理", 4000), ("民主测评", 2500)]));
    let folder = Folder::new();
    let [facts, marks] = folder.synth("gaotai", 5, &["--persons", "4"]);
    let (results, proposals) = appraise(&folder, "gaotai", &facts, &marks);
    let facts_table = Csv::read(&facts);
    assert_eq!(results.rows.len(), 80);
    for row in results.rows.iter().filter(|r| results.cell(r, "status") == "complete").step_by(9) {
        let x = explained("gaotai", &facts, &marks, results.cell(row, "code"));
        let (before, bonus, penalty, _) = sums(&x, &pack_rows);
        assert_eq!(results.cents(row, "before_bonus"), Some(before));
        assert_eq!(results.cents(row, "total"), Some((before + bonus + penalty).clamp(0, 10_000)));
    }
    // Grades by points; a sanction or an accident keeps a person at the third.
    for row in &results.rows {
        let total = results.cents(row, "total");
        let by_points = match total {
            None => "",
            Some(9000..) if results.cell(row, "grade") == "1" => "1",
            Some(8000..) => "2",
            Some(7000..) => "3",
            Some(_) => "4",
        };
        let vetoed = total.is_some() && !results.cell(row, "veto").is_empty() && by_points < "3";
        assert_eq!(results.cell(row, "grade"), if vetoed { "3" } else { by_points }, "{row:?}");
    }
    // Awards go to the first grade and to nobody else: secretaries by one clause, the others by another.
    let first = codes(&results, |r| results.cell(r, "grade") == "1");
    let heads =
        codes(&facts_table, |r| ["村党组织书记", "一肩挑"].contains(&facts_table.cell(r, "post_kind")));
    let (secretaries, members): (BTreeSet<_>, BTreeSet<_>) =
        first.into_iter().partition(|c| heads.contains(c));
    assert!(!secretaries.is_empty() && !members.is_empty());
    assert_eq!(proposed(&proposals, "award-secretary"), secretaries);
    assert_eq!(proposed(&proposals, "award-member"), members);

    // Priority work: 45 points of the hundred; who does none of it loses them and the award.
    let priority: Vec<&Vec<String>> =
        pack_rows.rows.iter().filter(|r| pack_rows.cell(r, "item").contains("重点工作")).collect();
    assert_eq!(priority.iter().filter_map(|r| pack_rows.cents(r, "full")).sum::<i64>(), 4500);
    let who = &secretaries.iter().next().expect("a secretary").clone();
    let idle = changed(&facts_table, |row, column| {
        let zeroed = [
            "key_tasks_done",
            "income_growth",
            "operating_income",
            "revitalization_score",
            "green_projects_accepted",
        ];
        match column {
            _ if facts_table.cell(row, "code") != who => None,
            "key_tasks_assigned" | "green_projects_due" => Some("6"),
            _ => zeroed.contains(&column).then_some("0"),
        }
    });
    let marks_table = Csv::read(&marks);
    let no_marks = changed(&marks_table, |row, column| {
        let own = marks_table.cell(row, "code") == who
            && ["D7", "D8"].contains(&marks_table.cell(row, "indicator"));
        (own && column == "mark").then_some("0")
    });
    let (idle, no_marks) = (folder.write("idle.csv", idle), folder.write("idle_marks.csv", no_marks));
    let (after, new_proposals) = appraise(&folder, "gaotai", &idle, &no_marks);
    let of = |table: &Csv, column: &str| {
        let row = table.rows.iter().find(|r| table.cell(r, "code") == who).expect("the person");
        table.cents(row, column).unwrap_or(0)
    };
    let mut lost = 0;
    for id in priority.iter().map(|r| pack_rows.cell(r, "id")) {
        // By place the last of the town still has the lowest band's two points.
        assert_eq!(of(&after, id), if id == "Y5" { 200 } else { 0 }, "{id}");
        lost += of(&results, id) - of(&after, id);
    }
    assert!(lost > 3000, "{lost}");
    // No indicator of this person is prorated, so the sum falls by exactly what was lost.
    assert_eq!(of(&results, "before_bonus") - of(&after, "before_bonus"), lost);
    assert!(!proposed(&new_proposals, "award-secretary").contains(who));
}

const PERSON: [(&str, &str); 21] = [
    ("de_opinion", "80"),
    ("exam_score", "75"),
    ("duty_lapses", "0"),
    ("households_visited", "8"),
    ("households_due", "8"),
    ("avg_days", "7"),
    ("tasks_due", "10"),
    ("tasks_done", "10"),
    ("tasks_on_time", "10"),
    ("income_growth", "5"),
    ("honours", "0"),
    ("integrity_reminders", "0"),
    ("accounts_published", "是"),
    ("lian_opinion", "80"),
    ("sanctioned", "否"),
    ("review_adverse", "否"),
    ("unsettled_sums", "0"),
    ("complaints_upheld", "0"),
    ("post_type", "其他两委成员"),
    ("performance_base", "10000"),
    ("grade_last_year", "2"),
];

const PERSON_MARKS: [(&str, &str, &str); 15] = [
    ("de2", "unit:special_survey", "5"),
    ("de3", "unit:extended_inspection", "6"),
    ("de3", "unit:home_visit", "7"),
    ("neng1", "unit:field_visit", "6"),
    ("neng1", "unit:extended_inspection", "7"),
    ("neng1", "unit:special_survey", "6.5"),
    ("neng2", "unit:diagnosis_ask", "5"),
    ("ji3", "unit:diagnosis_look", "4"),
    ("ji3", "unit:field_visit", "5"),
    ("ji4", "unit:diagnosis_listen", "4"),
    ("ji5", "unit:diagnosis_feel", "5"),
    ("ji5", "unit:diagnosis_look", "6"),
    ("ji5", "unit:diagnosis_listen", "4"),
    ("ji5", "unit:diagnosis_ask", "5"),
    ("ji5", "township", "5.5"),
];

/// The one result row of a person like `PERSON` but for some facts, without some marks.
fn person(facts: &[(&str, &str)], without: &[(&str, &str)]) -> BTreeMap<String, String> {
    let folder = Folder::new();
    let value = |id: &str, own: &str| facts.iter().find(|f| f.0 == id).map_or(own, |f| f.1).to_owned();
    let cells: Vec<String> = PERSON.iter().map(|(id, own)| value(id, own)).collect();
    let header = PERSON.map(|p| p.0).join(",");
    let text = format!("code,village,{header}\nP1,990104001001,{}\n", cells.join(","));
    let kept = PERSON_MARKS.iter().filter(|(i, r, _)| !without.contains(&(i, r)));
    let lines: String = kept.map(|(i, r, m)| format!("P1,{i},{r},{m}\n")).collect();
    let (facts, marks) =
        (folder.write("f.csv", text), folder.write("m.csv", format!("code,indicator,rater,mark\n{lines}")));
    let (results, _) = appraise(&folder, "hezhang", &facts, &marks);
    results.header.into_iter().zip(results.rows.into_iter().next().expect("one row")).collect()
}

#[test]
fn h2_five_dimensions_are_assessed_by_several_methods() {
    let pack_rows = indicators("hezhang");
    let dimensions = full_by_part(&pack_rows);
    let figures = [("德", 2000), ("能", 2000), ("勤", 1500), ("绩", 3000), ("廉", 1500)];
    assert_eq!(dimensions, BTreeMap::from(figures));
    let raters: BTreeSet<&str> =
        pack_rows.rows.iter().flat_map(|r| pack_rows.cell(r, "rater").split('|')).collect();
    for method in ["opinion_survey", "special_survey", "extended_inspection", "field_visit", "home_visit"] {
        assert!(raters.contains(format!("unit:{method}").as_str()), "{method}");
    }
    let folder = Folder::new();
    let [facts, marks] = folder.synth("hezhang", 6, &[]);
    let (results, _) = appraise(&folder, "hezhang", &facts, &marks);
    let (facts, marks) = (Csv::read(&facts), Csv::read(&marks));
    let (de2, de3, neng1) = (marks_of(&marks, "de2"), marks_of(&marks, "de3"), marks_of(&marks, "neng1"));
    let mut complete = 0;
    for (row, fact) in results.rows.iter().zip(&facts.rows) {
        let code = results.cell(row, "code");
        assert_eq!(code, facts.cell(fact, "code"));
        let opinion = |id: &str, full| facts.cents(fact, id).map(|v| rounded(full * v, 10_000));
        assert_eq!(results.cents(row, "de1"), opinion("de_opinion", 600));
        assert_eq!(results.cents(row, "lian3"), opinion("lian_opinion", 500));
        assert_eq!(results.cents(row, "de2"), weighted(&de2, code, &[("unit:special_survey", 1)]));
        // Extended inspection six tenths, home visit four, or the one of them that took place.
        let (far, home) = (("unit:extended_inspection", 60), ("unit:home_visit", 40));
        let alone = || weighted(&de3, code, &[far]).or_else(|| weighted(&de3, code, &[home]));
        assert_eq!(
            results.cents(row, "de3"),
            weighted(&de3, code, &[far, home]).or_else(alone),
            "de3 of {code}"
        );
        // The median of three ways is what trimming the highest and the lowest leaves; all three are owed.
        let all = neng1.keys().filter(|(c, _)| c == code).count() == 3;
        assert_eq!(results.cents(row, "neng1"), trimmed(&neng1, code).filter(|_| all), "neng1 of {code}");
        complete += usize::from(results.cell(row, "status") == "complete");
    }
    assert!(complete > 350, "{complete}");
}

#[test]
fn h8_character_ability_style_reputation_routine_and_year_end_all_count() {
    let base = person(&[], &[]);
    // 德 4.8+5+6.4, 能 6.5+5+3, 勤 15, 绩 8+1.5+4.5+4+5.17, 廉 6+4+4.
    assert_eq!([&base["total"], &base["before_bonus"], &base["status"]], ["82.87", "82.87", "complete"]);
    // What changes: the fact, the indicator, its score, the sum before bonus, the total.
    let cases = [
        ("character: opinion of the people", "de_opinion", "60", "de1", "3.60", "81.67", "81.67"),
        ("ability: the final test", "exam_score", "90", "neng3", "6.00", "85.87", "85.87"),
        ("style: absent from duty twice", "duty_lapses", "2", "qin1", "3.50", "81.37", "81.37"),
        ("style: two complaints upheld", "complaints_upheld", "2", "lian6", "-2.00", "82.87", "80.87"),
        ("reputation: nobody doubts integrity", "lian_opinion", "100", "lian3", "5.00", "83.87", "83.87"),
        ("routine: half the households visited", "households_visited", "4", "qin2", "2.50", "80.37", "80.37"),
        ("year-end: half the tasks in time", "tasks_on_time", "5", "ji1", "6.80", "81.67", "81.67"),
    ];
    for (what, fact, value, indicator, score, before, total) in cases {
        let now = person(&[(fact, value)], &[]);
        assert_eq!([&now[indicator], &now["before_bonus"], &now["total"]], [score, before, total], "{what}");
        for (column, old) in &base {
            let moves = [indicator, "before_bonus", "penalty", "total"].contains(&column.as_str());
            assert!(moves || now[column] == *old, "{what}: {column} moved from {old} to {}", now[column]);
        }
    }
    // A documented sanction leaves the points and takes the grade.
    let sanctioned = person(&[("sanctioned", "是")], &[]);
    assert_eq!([&base["grade"], &sanctioned["grade"], &sanctioned["veto"]], ["3", "4", "lian4"]);
    assert_eq!(sanctioned["total"], base["total"]);
}

#[test]
fn h9_four_diagnoses_look_listen_ask_and_feel() {
    let base = person(&[], &[]);
    assert_eq!(["neng2", "ji3", "ji4", "ji5"].map(|id| base[id].as_str()), ["5.00", "4.50", "4.00", "5.17"]);
    // Looking, listening and asking are owed; the feel of the whole is joined over those who gave it.
    for (indicator, rater) in
        [("ji3", "unit:diagnosis_look"), ("ji4", "unit:diagnosis_listen"), ("neng2", "unit:diagnosis_ask")]
    {
        let without = person(&[], &[(indicator, rater)]);
        assert_eq!(without["missing"], format!("{indicator}/mark/{rater}"));
        assert_eq!([&without["status"], &without["grade"], &without[indicator]], ["incomplete", "", ""]);
    }
    let without = person(&[], &[("ji5", "unit:diagnosis_feel")]);
    assert_eq!(
        [&without["ji5"], &without["status"]],
        ["5.25", "complete"],
        "5 and 5.5 are left of 4, 5, 5.5, 6"
    );
    let folder = Folder::new();
    let [facts, marks] = folder.synth("hezhang", 8, &[]);
    let (results, _) = appraise(&folder, "hezhang", &facts, &marks);
    let table = Csv::read(&marks);
    let of = |id: &str| marks_of(&table, id);
    let (ask, look, listen, feel) = (of("neng2"), of("ji3"), of("ji4"), of("ji5"));
    for row in &results.rows {
        let code = results.cell(row, "code");
        let look = weighted(&look, code, &[("unit:diagnosis_look", 1), ("unit:field_visit", 1)]);
        assert_eq!(results.cents(row, "ji3"), look, "look {code}");
        assert_eq!(
            results.cents(row, "ji4"),
            weighted(&listen, code, &[("unit:diagnosis_listen", 1)]),
            "listen {code}"
        );
        assert_eq!(
            results.cents(row, "neng2"),
            weighted(&ask, code, &[("unit:diagnosis_ask", 1)]),
            "ask {code}"
        );
        assert_eq!(results.cents(row, "ji5"), trimmed(&feel, code), "feel {code}");
    }
    let document = run(&["policy", "show", &pack("hezhang")]).ok().out;
    for words in
        ["四诊之看：看村容发展", "四诊之听：听群众评价", "四诊之问：问干部思路", "四诊之感：综合感受脉象"]
    {
        assert!(document.contains(words), "{words}");
    }
}
