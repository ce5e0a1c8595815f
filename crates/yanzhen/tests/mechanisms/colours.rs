//! W: the risk colours of a town's 42 villages.

use crate::common::{Csv, Folder, pack, run};
use std::collections::{BTreeMap, BTreeSet};

fn classify(folder: &Folder, facts: &str) -> Csv {
    let out = folder.at("colours.csv");
    let ran = run(&["classify", &pack("wucun"), "--facts", facts, "--out", &out]).ok();
    assert_eq!(ran.err, "");
    Csv::read(&out)
}

fn colour_explained(facts: &str, code: &str) -> String {
    run(&["classify", &pack("wucun"), "--facts", facts, "--explain", code]).ok().out
}

#[test]
fn w3_villages_get_their_colour() {
    for seed in [1, 2, 7, 2026] {
        let folder = Folder::new();
        let [facts_path, _] = folder.synth("wucun", seed, &[]);
        let (facts, coloured) = (Csv::read(&facts_path), classify(&folder, &facts_path));
        assert_eq!((facts.rows.len(), coloured.rows.len()), (42, 42));
        let mut tally = BTreeMap::new();
        for (row, fact) in coloured.rows.iter().zip(&facts.rows) {
            let code = coloured.cell(row, "code");
            assert_eq!(code, facts.cell(fact, "code"));
            let get = |id: &str| facts.cell(fact, id);
            let number = |id: &str| get(id).parse::<f64>().expect("a number");
            let red = get("committee_complete") == "否"
                || number("secretary_age") >= 60.0
                || get("conflict_state") == "尖锐"
                || number("reserve_count") < 1.0
                || get("secretary_to_send") == "是";
            let orange = get("team_strength") == "软弱"
                || number("secretary_age") >= 55.0
                || get("reserve_state") == "难定";
            let reserve_good = ["充足", "较好"].contains(&get("reserve_state"));
            let yellow = get("secretary_able") == "是" && number("team_avg_age") >= 50.0 && reserve_good;
            let green = get("conflict_state") == "平稳"
                && get("reserve_state") == "充足"
                && get("one_holder_possible") == "是";
            let (colour, word) = match (red, orange, yellow, green) {
                (true, ..) => ("red", "红"),
                (_, true, ..) => ("orange", "橙"),
                (_, _, true, _) => ("yellow", "黄"),
                (_, _, _, true) => ("green", "绿"),
                _ => ("", "待定"),
            };
            assert_eq!(coloured.cell(row, "colour"), colour, "{fact:?}");
            let text = colour_explained(&facts_path, code);
            let verdict = format!("{word}（第 {} 条）", coloured.cell(row, "rule"));
            let first = text.lines().next().unwrap_or_default();
            assert!(first.starts_with(code) && first.ends_with(&verdict), "{first}");
            // The rows before the deciding one are each shown as refuted, the deciding one as holding.
            let rules: Vec<&str> = text.lines().filter(|l| l.contains("适用  第")).collect();
            let (last, passed) = rules.split_last().expect("rules");
            assert!(passed.iter().all(|l| l.contains("不适用")), "{text}");
            assert!(
                !last.contains("不适用")
                    && last.contains(&format!("─ {} {word}", coloured.cell(row, "rule"))),
                "{last}"
            );
            *tally.entry(colour).or_insert(0) += 1;
        }
        assert_eq!(
            tally,
            BTreeMap::from([("red", 6), ("orange", 12), ("yellow", 14), ("green", 10)]),
            "seed {seed}"
        );
    }
}

#[test]
fn w4_each_colour_has_its_lead_and_measures() {
    const HEADER: &str = "code,committee_complete,secretary_age,conflict_state,reserve_count,secretary_to_send,\
        team_strength,reserve_state,secretary_able,team_avg_age,one_holder_possible";
    let rows = [
        ("R1", "red", "否,48,一般,2,否,较强,一般,是,46.5,否"),
        ("R2", "red", "是,60,一般,2,否,较强,一般,是,46.5,否"),
        ("R3", "red", "是,48,尖锐,2,否,较强,一般,是,46.5,否"),
        ("R4", "red", "是,48,一般,0,否,较强,一般,是,46.5,否"),
        ("R5", "red", "是,48,一般,2,是,较强,一般,是,46.5,否"),
        ("O1", "orange", "是,48,一般,2,否,软弱,一般,是,46.5,否"),
        ("O2", "orange", "是,55,一般,2,否,较强,一般,是,46.5,否"),
        ("O3", "orange", "是,48,一般,2,否,较强,难定,是,46.5,否"),
        ("Y1", "yellow", "是,48,一般,2,否,较强,较好,是,50,否"),
        ("G1", "green", "是,48,平稳,2,否,较强,充足,是,46.5,是"),
        ("", "", "是,48,一般,2,否,较强,一般,是,46.5,否"),
    ];
    let leads = BTreeMap::from([
        ("red", ("county_leader|town_secretary", "县领导、镇党委书记")),
        ("orange", ("deputy_secretary|town_offices", "镇党委副书记、镇直办所")),
        ("yellow", ("village_leader_in_charge", "包村领导")),
        (
            "green",
            (
                "management_area_director|village_assigned_cadre|resident_team",
                "管理区主任、包村干部、驻村工作队",
            ),
        ),
        ("", ("", "")),
    ]);
    let folder = Folder::new();
    let lines: Vec<String> =
        rows.iter().enumerate().map(|(i, r)| format!("9901021002{i:02},{}\n", r.2)).collect();
    let facts = folder.write("facts.csv", format!("{HEADER}\n{}", lines.concat()));
    let coloured = classify(&folder, &facts);
    let table = Csv::read(&format!("{}/colours.csv", pack("wucun")));
    let document = run(&["policy", "show", &pack("wucun")]).ok().out;
    let mut measures_seen = BTreeSet::new();
    for (row, (rule, colour, _)) in coloured.rows.iter().zip(rows) {
        let (lead, words) = leads[colour];
        let found = ["rule", "colour", "lead", "missing"].map(|c| coloured.cell(row, c));
        assert_eq!(found, [rule, colour, lead, ""]);
        let own = table.rows.iter().find(|r| table.cell(r, "rule") == rule);
        let measures = own.map_or("", |r| table.cell(r, "measures"));
        assert_eq!(coloured.cell(row, "measures"), measures);
        let text = colour_explained(&facts, coloured.cell(row, "code"));
        if rule.is_empty() {
            assert!(text.contains("待定") && !text.contains("措施："), "never green by default: {text}");
            continue;
        }
        assert!(
            text.contains(&format!("牵头：{words}")) && text.contains(&format!("措施：{measures}")),
            "{text}"
        );
        assert!(measures.contains("办结一条销号一条"), "problems are closed one by one: {measures}");
        assert!(
            ["监测", "监控", "账号"].iter().all(|w| !measures.contains(w)),
            "communication only: {measures}"
        );
        assert!(document.contains(measures) && document.contains(words), "the document says so");
        assert!(measures_seen.insert(measures.to_owned()), "each rule has measures of its own");
    }
    assert_eq!(measures_seen.len(), 10);
}
