//! Facts by table, evidence, changes of places and packs, over HTTP: what is written, what is refused, who sees what.
#![expect(clippy::unwrap_used, reason = "a test may fail")]

mod county;
mod merges;
mod upkeep;

use axum::http::StatusCode;
use county::{EAST, NORTH, WEST, county, pack_folder};
use platform::values;
use policy::Source;
use yanzhen::slices::places::store;

/// Every kind of fault in one table.
const FAULTY: &str = "代码,村 名,村党组织书记年龄(周岁),村内矛盾　状况,备注\n\
    990101101200,例东村,五十,平稳,\n\
    ,例太平村,50,平稳,\n\
    990101101201,例西村,51,激烈,\n\
    990101101209,,51,平稳,\n\
    990101101200,例东村,52,平稳,\n\
    990101102200,例东村,52,平稳,\n\
    ,例中村,48,,好\n";

#[tokio::test]
async fn an_import_shows_every_fault_and_writes_nothing() {
    let county = county().await;
    let office = county.browser("zuzhi").await;
    let (path, seen) = office.import(FAULTY).await;
    seen.has(&[
        "还没有写入任何事实",
        "“备注”",
        "五十",
        "是否“例太平桥村”？",
        "激烈",
        "本县没有这个代码",
        "第 2 行已经有这个村",
        "代码是“例北村”的，和村名对不上",
    ]);
    // Each is said once: what is wrong beside its row, column and value, then how to mend it.
    for (said, times) in [
        ("不是数字", 1),
        ("只写数字，不写单位，例如 1200", 1),
        ("不在可选的词里", 1),
        ("写其中一个：平稳、一般、尖锐", 1),
        ("第 2 行已经有这个村", 1),
    ] {
        assert_eq!(seen.text().matches(said).count(), times, "{said}");
    }
    assert_eq!(county.count("fact").await, 0);
    // The faults stand; nothing goes in until they are set aside.
    let refused = office.confirm(&path, false).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.has(&["还有错没有改"]);
    assert_eq!((county.count("fact").await, county.count("batch").await), (0, 0));
    // The workbook comes back with every row's faults.
    let rows = county.rows(&office.get(&format!("{path}/corrected.xlsx")).await);
    assert_eq!(rows[0].last().unwrap(), "问题");
    assert_eq!(rows.len(), 8);
    let faulty: Vec<bool> = rows[1..].iter().map(|r| !r.last().unwrap().is_empty()).collect();
    assert_eq!(faulty, [true, true, true, true, true, true, false]);
    // The one good row may go first.
    let done = office.confirm(&path, true).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    assert_eq!(county.count("fact").await, 1);
    assert_eq!(county.value("990101102201", "secretary_age").await.as_deref(), Some("48"));
}

#[tokio::test]
async fn what_is_no_table_is_refused_with_a_mend() {
    let county = county().await;
    let office = county.browser("zuzhi").await;
    let up = |fields: &'static [(&str, &str)], name: &'static str, bytes: &'static [u8]| {
        let office = office.clone();
        async move { office.upload("/facts/import", fields, (name, bytes)).await }
    };
    let good: &[(&str, &str)] = &[("source", "台账")];
    let cases = [
        (up(good, "a.pdf", b"%PDF-1.7").await, "只收 .xlsx 和 .csv"),
        (up(good, "a.xlsx", b"PK\x03\x04 broken").await, "另存为 xlsx"),
        (up(good, "", b"").await, "请选一个文件"),
        (up(&[("source", "")], "a.csv", b"code\n1\n").await, "请写明出处"),
        (up(&[("source", "台账"), ("period", "去年")], "a.csv", b"code\n1\n").await, "时期写成"),
    ];
    for (seen, said) in &cases {
        assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
        seen.has(&[said]);
    }
    assert_eq!(county.count("attachment").await, 0);
    // A table without villages or facts says so and cannot be confirmed.
    let (path, seen) = office.import("甲,乙\n1,2\n").await;
    seen.has(&["认不出哪一列是村", "没有一列是办法要的事实"]);
    assert_eq!(office.confirm(&path, true).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    // The reader says himself what a column is.
    let (path, _) = office.import("编号,岁数\n990101101200,44\n").await;
    let chosen = office.get(&format!("{path}?source=a&m0=code&m1=fact%3Asecretary_age")).await;
    chosen.has(&["导入 1 行"]);
    let fields = [("source", "台账"), ("m0", "code"), ("m1", "fact:secretary_age")];
    let done = office.post(&format!("{path}/confirm"), &fields).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    assert_eq!(county.value(EAST, "secretary_age").await.as_deref(), Some("44"));
}

#[tokio::test]
async fn a_batch_is_written_and_taken_back() {
    let county = county().await;
    let office = county.browser("zuzhi").await;
    let (path, _) = office.import("code,secretary_age,conflict_state\n990101101200,50,平稳\n").await;
    assert_eq!(office.confirm(&path, false).await.status, StatusCode::SEE_OTHER);
    // New, changed, same and blank are told apart; blank overwrites nothing.
    let table = "code,secretary_age,conflict_state\n990101101200,61,\n990101101201,45,尖锐\n990101102200,,\n";
    let (path, seen) = office.import(table).await;
    seen.has(&["50 → 61", "空 → 尖锐", "没有变化，略过"]);
    let done = office.confirm(&path, false).await;
    let batch = done.location.clone();
    office.get(&batch).await.has(&["写了 3 格", "例zuzhi", "撤销"]);
    assert_eq!(county.value(EAST, "secretary_age").await.as_deref(), Some("61"));
    assert_eq!(county.value(EAST, "conflict_state").await.as_deref(), Some("平稳"));
    let sql = "select proposed from colour where code = $1";
    let colour = county.db.one(sql, values![WEST]).await.unwrap().unwrap().text(0).unwrap();
    assert_eq!(colour, "", "the first rule still misses a fact");
    // Someone corrects a cell before the batch is taken back.
    let fields = [("fact", "conflict_state"), ("value", "一般"), ("source", "走访"), ("period", "")];
    assert_eq!(office.post(&format!("/villages/{WEST}/facts"), &fields).await.status, StatusCode::SEE_OTHER);
    assert_eq!(office.post(&format!("{batch}/undo"), &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(county.fact(EAST, "secretary_age").await, Some(("50".into(), "例镇统计表".into())));
    assert_eq!(county.value(WEST, "secretary_age").await, None);
    assert_eq!(county.value(WEST, "conflict_state").await.as_deref(), Some("一般"));
    let seen = office.get(&batch).await;
    seen.has(&["1 格后来又改过", "▲ 后来改过，没有动", "已恢复"]);
    // Once only.
    let again = office.post(&format!("{batch}/undo"), &[]).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    again.has(&["已经撤销过了"]);
    office.get("/facts/batches").await.has(&["事实.csv", "已撤销", "可撤销"]);
    assert_eq!((county.audited("facts.import").await, county.audited("facts.undo").await), (2, 1));
    office.get(&format!("/villages/{EAST}")).await.has(&["61 → 50"]);
}

#[tokio::test]
async fn a_township_works_in_its_own_part_alone() {
    let county = county().await;
    let (office, town, other) =
        (county.browser("zuzhi").await, county.browser("hezhen").await, county.browser("qiaozhen").await);
    let (path, _) = office.import("code,secretary_age\n990101101200,50\n990101102200,57\n").await;
    let whole = office.confirm(&path, false).await.location;
    // A neighbour's village and one that does not exist answer alike.
    let table = "code,村,secretary_age\n990101102200,,44\n990101109999,,44\n,例北村,44\n,无此村,44\n990101101201,,44\n";
    let (path, seen) = town.import(table).await;
    assert_eq!(seen.text().matches(">不在您的范围<").count(), 4);
    seen.has_not(&["例桥镇", "57 →", ">57<", "<a href=\"/villages/990101102200\""]);
    let own = town.confirm(&path, true).await.location;
    assert_eq!(county.value(NORTH, "secretary_age").await.as_deref(), Some("57"));
    assert_eq!(county.value(WEST, "secretary_age").await.as_deref(), Some("44"));
    // Uploads, batches and undoing stay with those they concern.
    for hidden in [path.clone(), format!("{path}/corrected.xlsx"), own.clone(), whole.clone()] {
        assert_eq!(other.get(&hidden).await.status, StatusCode::NOT_FOUND, "{hidden}");
    }
    assert_eq!(other.confirm(&path, true).await.status, StatusCode::NOT_FOUND);
    assert_eq!(other.post(&format!("{own}/undo"), &[]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(town.get(&whole).await.status, StatusCode::NOT_FOUND);
    other.get("/facts/batches").await.has(&["还没有导入过"]);
    assert_eq!(office.get(&own).await.status, StatusCode::OK);
    // The export holds exactly the caller's part, and is on record.
    let codes = |rows: Vec<Vec<String>>| rows[2..].iter().map(|r| r[0].clone()).collect::<Vec<_>>();
    let mut seen = codes(county.rows(&town.get("/facts/export.xlsx").await));
    seen.sort();
    assert_eq!(seen, [EAST, WEST, "990101101202"]);
    assert_eq!(codes(county.rows(&other.get("/facts/template.xlsx").await)).len(), 2);
    assert_eq!(codes(county.rows(&office.get("/facts/export.xlsx").await)).len(), 5);
    assert_eq!(county.audited("facts.export").await, 2);
    town.get("/facts?fact=secretary_age").await.has_not(&["例北村", "例中村"]);
    // Who does not work with facts has none of it.
    let rater = county.browser("pingfen").await;
    for path in ["/facts", "/facts/export.xlsx", "/facts/import", "/places", "/packs"] {
        assert_eq!(rater.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
}

#[tokio::test]
async fn an_export_comes_back_unchanged() {
    let county = county().await;
    let office = county.browser("zuzhi").await;
    let table = "code,secretary_age,conflict_state,committee_complete,team_avg_age\n\
        990101101200,50,平稳,是,44.25\n990101102200,61,尖锐,否,50\n";
    let (path, _) = office.import(table).await;
    assert_eq!(office.confirm(&path, false).await.status, StatusCode::SEE_OTHER);
    let book = office.get("/facts/export.xlsx").await;
    let sent = office.upload("/facts/import", &[("source", "导回")], ("事实.xlsx", &book.bytes)).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
    let seen = office.get(&sent.location).await;
    seen.has(&["没有变化", "<b>8</b>"]);
    seen.has_not(&["✕ 有错", "✓ 可导入"]);
    let path = sent.location.split('?').next().unwrap();
    let refused = office.confirm(path, false).await;
    refused.has(&["没有要写入的"]);
    assert_eq!(county.count("batch").await, 1);
}

#[tokio::test]
async fn evidence_is_given_to_those_who_see_the_village() {
    let county = county().await;
    let (town, other) = (county.browser("hezhen").await, county.browser("qiaozhen").await);
    let fields = [("fact", "secretary_age"), ("value", "50"), ("source", "台账"), ("period", "")];
    let path = format!("/villages/{EAST}/facts");
    let pdf: &[u8] = b"%PDF-1.7\n1 0 obj\n";
    let seen = town.upload(&path, &fields, ("台账.pdf", pdf)).await;
    assert_eq!(seen.status, StatusCode::SEE_OTHER, "{}", seen.text());
    let page = town.get(&format!("/villages/{EAST}")).await.text();
    let link = page.split("href=\"/attachments/").nth(1).unwrap().split('"').next().unwrap();
    let link = format!("/attachments/{link}");
    let file = town.get(&link).await;
    assert_eq!((file.status, file.bytes.as_slice()), (StatusCode::OK, pdf));
    assert_eq!(other.get(&link).await.status, StatusCode::NOT_FOUND);
    assert_eq!(other.upload(&path, &fields, ("台账.pdf", pdf)).await.status, StatusCode::NOT_FOUND);
    // A file that is not what its name says keeps the fact out too.
    let bad = town
        .upload(
            &path,
            &[("fact", "secretary_age"), ("value", "51"), ("source", "台账")],
            ("a.pdf", b"MZ\x90\x00\x03"),
        )
        .await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(county.value(EAST, "secretary_age").await.as_deref(), Some("50"));
    // Without a file, and the upload of an import is nobody's evidence.
    let plain = [("fact", "secretary_age"), ("value", "52"), ("source", "台账")];
    assert_eq!(town.upload(&path, &plain, ("", b"")).await.status, StatusCode::SEE_OTHER);
    town.get(&format!("/villages/{EAST}")).await.has_not(&["href=\"/attachments/"]);
    let (preview, _) = town.import("code,secretary_age\n990101101200,53\n").await;
    let id = preview.rsplit('/').next().unwrap();
    assert_eq!(town.get(&format!("/attachments/{id}")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(county.audited("attachment.download").await, 1);
}

#[tokio::test]
async fn a_merged_village_keeps_its_facts() {
    let county = county().await;
    let office = county.browser("zuzhi").await;
    let (path, _) = office.import("code,secretary_age\n990101101200,50\n").await;
    office.confirm(&path, false).await;
    let today = store::today();
    let merge = [("code", EAST), ("other", WEST), ("day", today.as_str()), ("ground", "例民〔2026〕1号")];
    assert_eq!(
        county.browser("hezhen").await.post("/places/merge", &merge).await.status,
        StatusCode::FORBIDDEN
    );
    let wrong = [("code", EAST), ("other", EAST), ("day", "2999-01-01"), ("ground", "")];
    let refused = office.post("/places/merge", &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.has(&["不能并入自己", "日期不能晚于今天", "请写明依据"]);
    assert_eq!(office.post("/places/merge", &merge).await.status, StatusCode::SEE_OTHER);
    office.get("/places").await.has(&["例东村村民委员会 并入 例西村村民委员会", "例民〔2026〕1号"]);
    let page = office.get(&format!("/villages/{EAST}")).await;
    page.has(&["已撤并", &format!("/villages/{WEST}"), "<b>50</b>"]);
    page.has_not(&["enctype=\"multipart/form-data\""]);
    assert_eq!(county.value(EAST, "secretary_age").await.as_deref(), Some("50"));
    office.get("/villages").await.has_not(&[EAST]);
    // Neither a table nor a form writes to it any more; nor is it merged twice.
    let (_, seen) = office.import("code,secretary_age\n990101101200,51\n").await;
    seen.has(&["“例东村”已撤并"]);
    let fields = [("fact", "secretary_age"), ("value", "51"), ("source", "台账")];
    let refused = office.post(&format!("/villages/{EAST}/facts"), &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(office.post("/places/merge", &merge).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(county.audited("place.merge").await, 1);
}

#[tokio::test]
async fn places_are_renamed_split_founded_and_ended() {
    let county = county().await;
    let office = county.browser("zuzhi").await;
    let today = store::today();
    let act = |kind: &'static str, fields: Vec<(&'static str, &'static str)>| {
        let (office, today) = (office.clone(), today.clone());
        async move {
            let mut all = vec![("day", today.as_str()), ("ground", "例民〔2026〕2号")];
            all.extend(fields);
            let seen = office.post(&format!("/places/{kind}"), &all).await;
            assert_eq!(seen.status, StatusCode::SEE_OTHER, "{kind}: {}", seen.text());
        }
    };
    act("rename", vec![("code", WEST), ("name", "例新西村村民委员会")]).await;
    act("split", vec![("code", NORTH), ("other", "990101102209"), ("name", "例小北村村民委员会")]).await;
    act("new", vec![("other", "990101103"), ("name", "例原镇")]).await;
    act("new", vec![("other", "990101103200"), ("name", "例原村村民委员会")]).await;
    act("rename", vec![("code", "990101102"), ("name", "例桥街道")]).await;
    act("end", vec![("code", "990101102201")]).await;
    let seen = office.get("/villages").await;
    seen.has(&["例新西村", "例小北村", "例原村", "例桥街道"]);
    seen.has_not(&["例中村", ">例西村<"]);
    office.get(&format!("/villages/{WEST}")).await.has(&["例新西村", "更名为例新西村村民委员会"]);
    office.get("/villages/990101102201").await.has(&["已撤并"]);
    assert_eq!(office.post("/places/nothing", &[]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(county.count("place_change").await, 6);
}

#[tokio::test]
async fn a_pack_is_checked_before_it_is_adopted() {
    let county = county().await;
    let (office, town) = (county.browser("zuzhi").await, county.browser("hezhen").await);
    let list = town.get("/packs").await;
    list.has(&["示例镇村级组织换届风险研判和分色化解办法", "现行", "2025-01-01"]);
    list.has_not(&["检查并采用"]);
    let id = list.text().split("href=\"/packs/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let shown = town.get(&format!("/packs/{id}")).await;
    shown.has(&["风险颜色", "第四条第一项", "用到的事实"]);
    shown.has_not(&["<style>", "<script>"]);
    let folder = county.folder.path().join("pack");
    Source::open(&pack_folder()).unwrap().write_folder(&folder).unwrap();
    let book = || policy::workbook(&Source::open(&folder).unwrap()).unwrap();
    let from = [("from", "2025-06-01")];
    assert_eq!(town.upload("/packs", &from, ("a.xlsx", &book())).await.status, StatusCode::FORBIDDEN);
    // The same once more.
    let same = office.upload("/packs", &from, ("a.xlsx", &book())).await;
    same.has(&["已经采用过"]);
    // With a rule that names no fact: where, and what is wrong.
    let file = folder.join("colours.csv");
    let good = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, good.replace(">= 60", ">= \"老\"")).unwrap();
    let refused = office.upload("/packs", &from, ("a.xlsx", &book())).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.has(&["办法有错", "colours.csv", "secretary_age"]);
    refused.has_not(&["/tmp"]);
    assert_eq!(county.count("pack").await, 1);
    // A good one colours anew.
    std::fs::write(&file, good.replace(">= 60", ">= 62")).unwrap();
    let table = "code,committee_complete,secretary_age\n990101101200,否,61\n";
    let (path, _) = office.import(table).await;
    office.confirm(&path, false).await;
    let done = office.upload("/packs", &from, ("a.xlsx", &book())).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    let sql = "select pack, proposed from colour where code = $1";
    let row = county.db.one(sql, values![EAST]).await.unwrap().unwrap();
    assert_eq!(done.location, format!("/packs/{}", row.int(0).unwrap()));
    assert_eq!(row.text(1).unwrap(), "red");
    office.get("/packs").await.has(&["已被新版代替", "现行"]);
}
