//! A round from its draft to its end over HTTP, its results held against `yanzhen appraise` on the tables it exports.

use crate::common::{Folder, pack, run};
use crate::county::{ALL_VILLAGES, Browser, County, EAST, NORTH, county, event};
use axum::http::StatusCode;
use platform::values;
use std::sync::Arc;
use yanzhen::slices::appraisals::model::Subject;
use yanzhen::slices::appraisals::store::{self, Mark, RoundFact};
use yanzhen::slices::appraisals::{Given, State, appeals};

/// Facts and marks of the county's villages, as the pack asks for them.
struct Data {
    facts: Vec<RoundFact>,
    marks: Vec<Mark>,
}

/// A mark of a row of `marks.csv`: code, indicator, rater, mark.
fn mark(row: &[String]) -> Mark {
    Mark {
        code: row[0].clone(),
        indicator: row[1].clone(),
        rater: row[2].clone(),
        mark: Some((row[3].parse::<f64>().unwrap() * 100.0).round() as i64),
        note: String::new(),
        by_account: None,
        by: "周例申".into(),
        at: 1,
        checked_by: String::new(),
        rev: 1,
    }
}

fn data(folder: &Folder) -> Data {
    let places = folder.write("places.csv", format!("code\n{}\n", ALL_VILLAGES.join("\n")));
    let out = folder.at("");
    run(&["synth", "data", &pack("jinan"), "--places", &places, "--seed", "5", "--out", &out]).ok();
    let rows = |name: &str| {
        let table = crate::common::Csv::read(&folder.at(name));
        (table.header, table.rows)
    };
    let (heads, facts) = rows("facts.csv");
    let fact = |code: &str, id: &str, value: &str| RoundFact {
        code: code.into(),
        fact: id.into(),
        value: value.into(),
        source: "台账".into(),
        day: "2026-12-01".into(),
        unit: "区农业农村局".into(),
        by: "郑例未".into(),
        at: 1,
        evidence: None,
    };
    let known = |head: &str| !["code", "name", "township"].contains(&head);
    let facts = facts
        .iter()
        .flat_map(|cells| heads.iter().zip(cells).map(|(h, v)| (cells[0].clone(), h.clone(), v.clone())))
        .filter(|(_, head, value)| known(head) && !value.is_empty())
        .map(|(code, head, value)| fact(&code, &head, &value))
        .collect();
    let (_, marks) = rows("marks.csv");
    // One mark is missing for sure.
    let marks = marks
        .iter()
        .filter(|r| !(r[3].is_empty() || r[0] == NORTH && r[1] == "E4"))
        .map(|r| mark(r))
        .collect();
    Data { facts, marks }
}

impl County {
    async fn give(&self, round: i64, data: &Data) {
        let tx = self.db.write(event("test.data")).await.unwrap();
        store::put_facts(&tx, round, &data.facts).await.unwrap();
        store::put_marks(&tx, round, &data.marks).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn state(&self, round: i64) -> (State, i64) {
        let round = store::find(&self.db, round).await.unwrap().unwrap();
        (round.state, round.version)
    }
}

/// A new round of the villages, made through the pages, open and with its data.
async fn opened(county: &County, office: &Browser, data: &Data) -> i64 {
    let packs = yanzhen::slices::places::facts::packs(&county.db, "2026-12-31").await.unwrap();
    let pack = packs[0].id.to_string();
    let made = office.post("/rounds", &[("pack", &pack), ("title", "年度考核"), ("year", "2026")]).await;
    let id: i64 = made.location.rsplit('/').next().unwrap().parse().unwrap();
    let done = office.post(&format!("/rounds/{id}/acts/open"), &[]).await;
    assert_eq!(done.location, format!("/rounds/{id}"), "{}", done.text());
    county.give(id, data).await;
    id
}

/// Every cell that blocks, excused by a rule.
async fn excuse(county: &County, office: &Browser, id: i64, rule: &str) -> usize {
    let round = store::find(&county.db, id).await.unwrap().unwrap();
    let gaps = yanzhen::slices::appraisals::actions::missing(&county.db, &round).await.unwrap();
    let keys: Vec<String> = gaps.iter().map(|g| format!("{}/{}", g.code, g.indicator)).collect();
    let mut form: Vec<(&str, &str)> = keys.iter().map(|k| ("cells", k.as_str())).collect();
    form.extend([("rule", rule), ("reason", "当年没有这项统计")]);
    let done = office.post(&format!("/rounds/{id}/missing"), &form).await;
    assert_eq!(done.location, format!("/rounds/{id}/missing"), "{}", done.text());
    keys.len()
}

/// The results that the product gives, and those of `yanzhen appraise` on the tables that it exports.
async fn both(office: &Browser, id: i64, version: &str, folder: &Folder, pack: &str) -> (String, String) {
    let mut files = Vec::new();
    for name in ["facts.csv", "marks.csv", "excuses.csv", "results.csv"] {
        let seen = office.get(&format!("/rounds/{id}/tables/{name}{version}")).await;
        assert_eq!(seen.status, StatusCode::OK, "{name}");
        files.push((folder.write(&format!("out-{name}"), &seen.bytes), seen.text()));
    }
    let out = folder.at("again.csv");
    let [facts, marks, excuses] = [0, 1, 2].map(|k| files[k].0.clone());
    let args = [
        "appraise",
        pack,
        "--facts",
        &facts,
        "--marks",
        &marks,
        "--excuses",
        &excuses,
        "--out",
        &out,
        "--quiet",
    ];
    run(&args).ok();
    (files[3].1.clone(), std::fs::read_to_string(out).unwrap())
}

#[tokio::test]
async fn j8_a_round_runs_from_draft_to_close() {
    let county = county().await;
    let folder = Folder::new();
    let data = data(&folder);
    let (office, town) = (county.browser("zuzhi").await, county.browser("hezhen").await);
    let bad = office
        .post("/rounds", &[("year", "26"), ("marks_due", "2026-12-30"), ("publish_due", "2026-12-01")])
        .await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    bad.has(&["请选择一部有考核指标的办法", "请写这一轮的名称", "年度写成四位数字", "日期的先后应为"]);
    let id = opened(&county, &office, &data).await;
    office.get(&format!("/rounds/{id}")).await.has(&["评分进度", "等次预排", "区农业农村局", "2 个乡镇自评"]);
    // Who is rated sees no running result, and leads nothing.
    town.get(&format!("/rounds/{id}")).await.has_not(&["等次预排", "切线附近"]);
    for path in ["results", "missing", &format!("results/{EAST}"), "tables/marks.csv"] {
        assert_eq!(town.get(&format!("/rounds/{id}/{path}")).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(
        town.post(&format!("/rounds/{id}/acts/lock"), &[("reason", "例")]).await.status,
        StatusCode::NOT_FOUND
    );
    // Sheets that were not submitted want a reason.
    let silent = office.post(&format!("/rounds/{id}/acts/lock"), &[]).await;
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
    silent.has(&["没有提交；要现在锁定，请写明理由"]);
    office.post(&format!("/rounds/{id}/acts/lock"), &[("reason", "期限已到")]).await;
    assert_eq!(county.state(id).await.0, State::Checking);
    office.post(&format!("/rounds/{id}/acts/calibrate"), &[]).await;
    let decided = [("meeting", "县委常委会"), ("meeting_on", "2026-12-30"), ("decided_by", "何例乙")];
    let short = office.post(&format!("/rounds/{id}/acts/publish"), &decided).await;
    assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
    short.has(&["没有说明：请补齐，或逐处写明理由和适用的规则"]);
    assert!(excuse(&county, &office, id, "skip").await > 0, "the synthetic data lack something");
    let nobody = office.post(&format!("/rounds/{id}/acts/publish"), &[]).await;
    nobody.has(&["请写明哪天、哪次会议、由谁确认"]);
    office.post(&format!("/rounds/{id}/acts/publish"), &decided).await;
    assert_eq!(county.state(id).await, (State::Published, 1));
    let (own, again) = both(&office, id, "", &folder, &pack("jinan")).await;
    assert_eq!(own, again, "the same bytes as the command's");
    assert!(own.lines().count() == ALL_VILLAGES.len() + 1 && !own.contains("incomplete"));
    // The township sees its own villages and why, the other's not.
    let seen = town.get(&format!("/rounds/{id}/results")).await;
    seen.has(&["例东村"]);
    seen.has_not(&["例北村"]);
    town.get(&format!("/rounds/{id}/results/{EAST}")).await.has(&[
        "逐层依据",
        "郑例未",
        "第六条第一项",
        "周例申",
    ]);
    assert_eq!(town.get(&format!("/rounds/{id}/results/{NORTH}")).await.status, StatusCode::NOT_FOUND);
    // The notice runs, an appeal waits: it cannot close.
    let asked = town
        .post(
            &format!("/rounds/{id}/appeal"),
            &[("code", EAST), ("indicator", "E4"), ("text", "抽查记录有误")],
        )
        .await;
    let appeal = asked.location.clone();
    assert!(appeal.starts_with("/appeals/"), "{}", asked.text());
    let again = town
        .post(&format!("/rounds/{id}/appeal"), &[("code", EAST), ("indicator", "E4"), ("text", "再提")])
        .await;
    again.has(&["这一项已经提出申诉"]);
    let closing = office.post(&format!("/rounds/{id}/acts/close"), &[]).await;
    closing.has(&["还不能结束", "还有 1 件申诉没有答复"]);
    // The township that rated does not answer; the county does, and all is computed anew.
    assert_eq!(
        town.post(&format!("{appeal}/reject"), &[("text", "维持")]).await.status,
        StatusCode::NOT_FOUND
    );
    let sheets = store::sheets(&county.db, id).await.unwrap();
    let now = store::marks_of(&county.db, sheets.iter().find(|s| s.rater == "unit:agri").unwrap(), "")
        .await
        .unwrap();
    let was = now.iter().find(|m| m.code == EAST && m.indicator == "E4").unwrap().mark.unwrap();
    let right = if was == 200 { "0.5" } else { "2" };
    let form = [("column", "E4/unit:agri"), ("value", "9"), ("text", "复核成立")];
    office.post(&format!("{appeal}/uphold"), &form).await.has(&["请填 0 至 2.00 之间"]);
    let form = [("column", "E4/unit:agri"), ("value", right), ("text", "复核成立")];
    assert_eq!(office.post(&format!("{appeal}/uphold"), &form).await.location, appeal);
    assert_eq!(county.state(id).await, (State::Published, 2));
    let (second, again) = both(&office, id, "", &folder, &pack("jinan")).await;
    assert_eq!(second, again);
    assert_ne!(second, own, "the village's total moved");
    let (first, again) = both(&office, id, "?version=1", &folder, &pack("jinan")).await;
    assert_eq!((&first, &again), (&own, &own), "the first version explains itself still");
    town.get(&appeal).await.has(&["成立，已更正", "复核成立", "第 2 版"]);
    office.get(&format!("/rounds/{id}/results?version=2")).await.has(&["比上一版"]);
    // Twice is not answered.
    office.post(&format!("{appeal}/uphold"), &form).await;
    assert_eq!(county.state(id).await.1, 2);
    // The days of notice are over.
    let tx = county.db.write(event("test.time")).await.unwrap();
    tx.run("update round set notice_until = '2020-01-01' where id = $1", values![id]).await.unwrap();
    tx.commit().await.unwrap();
    let late = town
        .post(&format!("/rounds/{id}/appeal"), &[("code", EAST), ("indicator", "A2"), ("text", "例")])
        .await;
    late.has(&["不再受理"]);
    office.post(&format!("/rounds/{id}/acts/close"), &[]).await;
    assert_eq!(county.state(id).await.0, State::Closed);
    let kept = county
        .db
        .rows("select code, grade from grade where year = '2026' and grade <> ''", vec![])
        .await
        .unwrap();
    assert_eq!(kept.len(), ALL_VILLAGES.len());
    let proposals =
        county.db.rows("select action from proposal where round = $1", values![id]).await.unwrap();
    assert!(!proposals.is_empty());
    office.post(&format!("/rounds/{id}/acts/archive"), &[]).await;
    assert_eq!(county.state(id).await.0, State::Archived);
    assert!(appeals::list(&county.db, id, &platform::access::Part::County).await.unwrap().len() == 1);
}

#[tokio::test]
async fn j9_what_changes_is_what_a_fresh_computation_gives() {
    let county = county().await;
    let folder = Folder::new();
    let data = data(&folder);
    let office = county.browser("zuzhi").await;
    let id = opened(&county, &office, &data).await;
    let jinan = pack("jinan");
    // Incomplete ones are listed, with the same words.
    let (own, again) = both(&office, id, "", &folder, &jinan).await;
    assert_eq!(own, again);
    // A unit leaves: its marks stay kept and count no more.
    let sheets = store::sheets(&county.db, id).await.unwrap();
    let civil = sheets.iter().find(|s| s.rater == "unit:civil").unwrap();
    let sheet = format!("/rounds/{id}/sheets/{}", civil.id);
    office.post(&format!("{sheet}/acts/retire"), &[]).await.has(&["请写明理由", "请选适用的规则"]);
    let gone =
        office.post(&format!("{sheet}/acts/retire"), &[("rule", "prorate"), ("reason", "机构撤并")]).await;
    assert_eq!(gone.location, sheet, "{}", gone.text());
    let kept = store::marks_of(&county.db, civil, "").await.unwrap();
    assert!(!kept.is_empty());
    let (without, again) = both(&office, id, "", &folder, &jinan).await;
    assert_eq!(without, again);
    assert_ne!(without, own);
    office.post(&format!("/rounds/{id}/acts/lock"), &[("reason", "期限已到")]).await;
    excuse(&county, &office, id, "zero").await;
    let (zero, again) = both(&office, id, "", &folder, &jinan).await;
    assert_eq!(zero, again);
    assert!(!zero.contains("incomplete"));
    // A weight changes and an indicator goes in a draft: the round under it, and the draft from scratch.
    let draft = folder.at("draft");
    std::fs::create_dir_all(&draft).unwrap();
    for name in ["pack.toml", "indicators.csv"] {
        let text = std::fs::read_to_string(format!("{jinan}/{name}")).unwrap();
        let text = match name {
            "pack.toml" => text.replace("\"unit:org\" = 5", "\"unit:org\" = 1"),
            _ => text.lines().filter(|l| !l.starts_with("A4,")).map(|l| format!("{l}\n")).collect(),
        };
        folder.write(&format!("draft/{name}"), text);
    }
    let source = policy::Source::open_rules(std::path::Path::new(&draft)).unwrap();
    let changed = Arc::new(policy::Pack::read(&source).0.unwrap());
    let round = store::find(&county.db, id).await.unwrap().unwrap();
    let given = Given::of(&county.db, &round).await.unwrap().under(changed);
    let (facts, marks, excuses, out) =
        (folder.at("f.csv"), folder.at("m.csv"), folder.at("e.csv"), folder.at("r.csv"));
    std::fs::write(&facts, given.facts_csv()).unwrap();
    // The round's marks of what the draft no longer asks for are left.
    let asked: String = given.marks_csv().lines().map(|l| format!("{l}\n")).collect();
    std::fs::write(&marks, asked).unwrap();
    let left: String =
        given.excuses_csv().lines().filter(|l| !l.contains(",A4,")).map(|l| format!("{l}\n")).collect();
    std::fs::write(&excuses, left).unwrap();
    let args = [
        "appraise",
        &draft,
        "--facts",
        &facts,
        "--marks",
        &marks,
        "--excuses",
        &excuses,
        "--out",
        &out,
        "--quiet",
    ];
    run(&args).ok();
    let fresh = crate::common::Csv::read(&out);
    let incremental = given.outcomes().unwrap();
    assert_eq!(fresh.rows.len(), incremental.len());
    for (row, o) in fresh.rows.iter().zip(&incremental) {
        assert_eq!(fresh.cell(row, "code"), o.code);
        assert_eq!(fresh.cents(row, "total"), o.total);
        assert_eq!(fresh.cell(row, "rank"), o.rank.map(|r| r.to_string()).unwrap_or_default());
        assert_eq!(fresh.cell(row, "grade"), o.grade);
    }
}

#[tokio::test]
async fn an_excuse_is_taken_back_and_says_who_gains() {
    let county = county().await;
    let folder = Folder::new();
    let mut data = data(&folder);
    data.marks.retain(|m| !(m.code == EAST && m.indicator == "E4"));
    let office = county.browser("zuzhi").await;
    let id = opened(&county, &office, &data).await;
    let page = format!("/rounds/{id}/missing");
    office.get(&page).await.has(&["没有打分", "区农业农村局", "锁定评分以后才能逐处说明"]);
    office.post(&format!("/rounds/{id}/acts/lock"), &[("reason", "期限已到")]).await;
    let key = format!("{EAST}/E4");
    let bad = office.post(&page, &[("cells", &key)]).await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    bad.has(&["请选适用的规则", "请写明理由"]);
    excuse(&county, &office, id, "prorate").await;
    let seen = office.get(&page).await;
    seen.has(&["已说明", "比不计分多", "当年没有这项统计", "没有缺项"]);
    // A sheet that comes back shows the cell as one that need not be filled, and is whole without it.
    let sheet = county.sheet_of(id, "unit:agri", "").await;
    office.post(&format!("/rounds/{id}/acts/reopen"), &[("reason", "请核对")]).await;
    let unit = county.browser("nongye").await;
    let grid = unit.get(&format!("/sheets/{sheet}?township=990101101")).await;
    grid.has(&["is-void"]);
    grid.has_not(&["还有 1 格"]);
    office.post(&format!("/rounds/{id}/acts/lock"), &[("reason", "核对完")]).await;
    let back = office.post(&format!("{page}/back"), &[("code", EAST), ("indicator", "E4")]).await;
    assert_eq!(back.location, page);
    office.get(&page).await.has(&["没有打分", "区农业农村局"]);
}

/// A round of another practice's pack: its subjects and facts come from a table, its marks from the raters.
async fn practised(county: &County, office: &Browser, id: &str) {
    let folder = Folder::new();
    let places = folder.write("places.csv", format!("code\n{}\n", ALL_VILLAGES.join("\n")));
    let out = folder.at("");
    run(&["synth", "data", &pack(id), "--places", &places, "--seed", "3", "--out", &out]).ok();
    let path = std::path::PathBuf::from(pack(id));
    let read = policy::Pack::read(&policy::Source::open_rules(&path).unwrap()).0.unwrap();
    let table = crate::common::Csv::read(&folder.at("facts.csv"));
    let persons = read.of_persons();
    let subjects: Vec<Subject> = table
        .rows
        .iter()
        .enumerate()
        .map(|(k, row)| {
            let village = if persons { table.cell(row, "village") } else { &row[0] };
            Subject {
                code: row[0].clone(),
                name: format!("何例{k}"),
                village: village.to_owned(),
                township: village[..9].to_owned(),
                township_name: if village.starts_with("990101101") { "例河镇" } else { "例桥镇" }.into(),
                person: None,
            }
        })
        .collect();
    let mut round = store::find(&county.db, county.round).await.unwrap().unwrap();
    let tx = county.db.write(event("test.pack")).await.unwrap();
    round.pack =
        yanzhen::slices::places::facts::adopt(&tx, &path, &read, "2025-01-01", "何例乙").await.unwrap();
    (round.subject, round.title) = (read.subject.clone(), format!("{id} 的一轮"));
    round.id = store::add(&tx, &round).await.unwrap();
    store::put_subjects(&tx, round.id, &subjects).await.unwrap();
    for sheet in yanzhen::slices::appraisals::collect::sheets(&round, &read, &subjects) {
        store::add_sheet(&tx, &sheet).await.unwrap();
    }
    tx.commit().await.unwrap();
    let facts = std::fs::read(folder.at("facts.csv")).unwrap();
    let to = format!("/rounds/{}/facts", round.id);
    // A table of strangers, and one with faults, write nothing.
    let text = String::from_utf8(facts.clone()).unwrap();
    let first = &subjects[0].code;
    let odd = office
        .upload(&to, &[], ("facts.csv", text.replacen(first.as_str(), "990101109299", 1).as_bytes()))
        .await;
    assert_eq!(odd.status, StatusCode::UNPROCESSABLE_ENTITY);
    odd.has(&["一格也没有写"]);
    let wrong = office.upload(&to, &[], ("facts.csv", "code,nothing\n990101101200,1\n".as_bytes())).await;
    wrong.has(&["不认识的列 nothing"]);
    assert!(store::facts(&county.db, round.id).await.unwrap().is_empty());
    let sent = office.upload(&to, &[], ("facts.csv", &facts)).await;
    assert_eq!(sent.location, to, "{}", sent.text());
    let marks = crate::common::Csv::read(&folder.at("marks.csv"));
    let marks: Vec<Mark> = marks.rows.iter().filter(|r| !r[3].is_empty()).map(|r| mark(r)).collect();
    let tx = county.db.write(event("test.marks")).await.unwrap();
    store::put_marks(&tx, round.id, &marks).await.unwrap();
    tx.commit().await.unwrap();
    let (own, again) = both(office, round.id, "", &folder, &pack(id)).await;
    assert_eq!(own, again, "{id}");
    office.post(&format!("/rounds/{}/acts/lock", round.id), &[("reason", "期限已到")]).await;
    let here = store::find(&county.db, round.id).await.unwrap().unwrap();
    if !yanzhen::slices::appraisals::actions::missing(&county.db, &here).await.unwrap().is_empty() {
        excuse(county, office, round.id, "prorate").await;
    }
    office.post(&format!("/rounds/{}/acts/calibrate", round.id), &[]).await;
    let decided = [("meeting", "会议"), ("meeting_on", "2026-12-30"), ("decided_by", "何例乙")];
    office.post(&format!("/rounds/{}/acts/publish", round.id), &decided).await;
    assert_eq!(county.state(round.id).await, (State::Published, 1), "{id}");
    let why = office.get(&format!("/rounds/{}/results/{}", round.id, subjects[1].code)).await;
    why.has(&["逐层依据", "facts.csv"]);
    // Who wrote after the lock is refused, and nothing is lost.
    let late = office.upload(&to, &[], ("facts.csv", &facts)).await;
    late.has(&["这一轮已经锁定"]);
    let tx = county.db.write(event("test.time")).await.unwrap();
    tx.run("update round set notice_until = '2020-01-01' where id = $1", values![round.id]).await.unwrap();
    tx.commit().await.unwrap();
    office.post(&format!("/rounds/{}/acts/close", round.id), &[]).await;
    assert_eq!(county.state(round.id).await.0, State::Closed, "{id}");
}

#[tokio::test]
async fn g8_h8_h9_every_practice_runs_a_round() {
    let county = county().await;
    let office = county.browser("zuzhi").await;
    for id in ["gaotai", "hezhang", "county", "secretary"] {
        practised(&county, &office, id).await;
    }
}
