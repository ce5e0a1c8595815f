//! C: goals as lists, problems by source, and the elevated management of secretaries.

use crate::common::{Csv, Folder, pack, run};
use crate::{Codes, appraise, codes, indicators, proposed, rounded};

fn propose(folder: &Folder, facts: &str) -> Csv {
    let out = folder.at("proposed.csv");
    run(&["propose", &pack("county"), "--facts", facts, "--out", &out]).ok();
    Csv::read(&out)
}

#[test]
fn c3_goals_are_lists_results_differ_and_problems_count_by_their_source() {
    let folder = Folder::new();
    let [facts_path, marks] = folder.synth("county", 3, &[]);
    let facts = Csv::read(&facts_path);
    let proposals = propose(&folder, &facts_path);
    // Each consequence again from the raw figures; a village that lacks one of them is left out.
    let expected = |ids: &[&str], holds: &dyn Fn(&[i64]) -> bool| -> Codes {
        codes(&facts, |row| {
            let values: Option<Vec<i64>> = ids.iter().map(|id| facts.cents(row, id)).collect();
            values.is_some_and(|v| holds(&v))
        })
    };
    let goals = ["goals_done", "goals_due", "goal_rate_last_year"];
    let adjust = expected(&goals, &|v| v[0] * 100 < 60 * v[1] && v[2] < 6000);
    let warn = expected(&goals[..2], &|v| v[0] * 100 < 75 * v[1]);
    let provincial = expected(&["problems_provincial_overdue"], &|v| v[0] >= 100);
    let other = expected(&["problems_other_overdue"], &|v| v[0] >= 300);
    for (id, action, wanted) in [
        ("adjust-two-years", "adjust", &adjust),
        ("warn-goals", "warn", &warn),
        ("warn-provincial", "warn", &provincial),
        ("talk-overdue", "talk", &other),
    ] {
        assert_eq!(&proposed(&proposals, id), wanted, "{id}");
        assert!(!wanted.is_empty() && wanted.len() < 412, "{id}: {}", wanted.len());
        let mut rows = proposals.rows.iter().filter(|r| proposals.cell(r, "consequence") == id);
        assert!(
            rows.all(
                |r| ["action", "applies_to"].map(|c| proposals.cell(r, c)) == [action, "party_secretary"]
            )
        );
    }
    assert!(adjust.is_subset(&warn), "who is adjusted was below the warning line too");
    let tally = |action: &str| codes(&proposals, |r| proposals.cell(r, "action") == action).len();
    assert_eq!((tally("adjust"), tally("warn")), (adjust.len(), warn.union(&provincial).count()));
    // The clause says from which source a warning counts.
    let clause = |id: &str| {
        let row = proposals.rows.iter().find(|r| proposals.cell(r, "consequence") == id).expect("a row");
        proposals.cell(row, "basis").to_owned()
    };
    assert!(clause("warn-provincial").contains("省级") && clause("warn-goals") != clause("warn-provincial"));

    // Precise evaluation: the list of goals and the two lists of problems are scored apart.
    let (results, from_appraisal) = appraise(&folder, "county", &facts_path, &marks);
    assert_eq!(from_appraisal, proposals, "facts alone decide, so both commands say the same");
    let rows = indicators("county");
    let of = |item: &str| {
        rows.rows.iter().filter(|r| rows.cell(r, "item") == item).filter_map(|r| rows.cents(r, "full")).sum()
    };
    let (list, problems): (i64, i64) = (of("目标清单"), of("问题清单"));
    assert_eq!((list, problems), (7600, 1900));
    for (row, fact) in results.rows.iter().zip(&facts.rows) {
        let share = |full: i64, done: &str, of: &str| match (facts.cents(fact, done), facts.cents(fact, of)) {
            (Some(done), Some(of)) if of > 0 => Some(rounded(full * done.clamp(0, of), of)),
            _ => None,
        };
        assert_eq!(results.cents(row, "G4"), share(2000, "goals_done", "goals_due"));
        assert_eq!(results.cents(row, "P2"), share(600, "problems_county_closed", "problems_county_found"));
        let none = facts.cents(fact, "problems_provincial_found") == Some(0)
            && facts.cents(fact, "problems_provincial_closed").is_some();
        let provincial = share(800, "problems_provincial_closed", "problems_provincial_found");
        assert_eq!(results.cents(row, "P1"), if none { Some(800) } else { provincial });
    }
}

#[test]
fn c4_elevated_management_of_secretaries_on_four_triggers_with_four_measures() {
    const TRIGGERS: [&str; 4] = ["case_last_year", "weak_village", "conflict_village", "months_since_change"];
    const MEASURES: [(&str, &str, &str); 5] = [
        ("elevate", "elevate", "第十三条"),
        ("elevated-training", "training", "第十四条第一项（全县跟踪培训）"),
        ("elevated-pairing", "elevate", "第十四条第二项（乡镇结对帮带）"),
        ("elevated-supervision", "elevate", "第十四条第三项（全过程纪律监督）"),
        ("elevated-assessment", "elevate", "第十四条第四项（履职专项评估）"),
    ];
    let folder = Folder::new();
    let cases = [
        ("否,否,否,12", false, "none of the four; twelve months is no longer new"),
        ("是,否,否,12", true, "a case against a principal post holder last year"),
        ("否,是,否,12", true, "a weak village"),
        ("否,否,是,12", true, "a village with conflicts"),
        ("否,否,否,11", true, "a principal post newly changed"),
        ("是,是,是,0", true, "all at once, each measure once"),
        (",,是,", true, "one holds, whatever is unknown of the others"),
        ("否,,否,12", false, "one unknown, none holds"),
        (",,,", false, "nothing known"),
    ];
    let lines: String =
        cases.iter().enumerate().map(|(i, c)| format!("9901050012{i:02},{}\n", c.0)).collect();
    let facts = folder.write("facts.csv", format!("code,{}\n{lines}", TRIGGERS.join(",")));
    let proposals = propose(&folder, &facts);
    for (i, (_, elevated, what)) in cases.iter().enumerate() {
        let own = proposals.rows.iter().filter(|r| proposals.cell(r, "code") == format!("9901050012{i:02}"));
        let found: Vec<_> = own
            .map(|r| {
                assert_eq!(
                    [proposals.cell(r, "applies_to"), proposals.cell(r, "amount")],
                    ["party_secretary", ""]
                );
                (proposals.cell(r, "consequence"), proposals.cell(r, "action"), proposals.cell(r, "basis"))
            })
            .collect();
        assert_eq!(found, if *elevated { &MEASURES[..] } else { &[] }, "{what}");
    }
    // The whole county: exactly the villages to which a trigger applies.
    let [facts, _] = folder.synth("county", 4, &[]);
    let (facts, proposals) = (Csv::read(&facts), propose(&folder, &facts));
    let triggered = codes(&facts, |r| {
        TRIGGERS[..3].iter().any(|t| facts.cell(r, t) == "是")
            || facts.cents(r, "months_since_change").is_some_and(|m| m < 1200)
    });
    assert!(triggered.len() > 100 && triggered.len() < 300, "{}", triggered.len());
    for (id, ..) in MEASURES {
        assert_eq!(proposed(&proposals, id), triggered, "{id}");
    }
}
