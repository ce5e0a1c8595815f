//! The rectification register: entered by a decision, by a colour, by hand; closed problem by problem.

use super::{cells, closed, event, went};
use crate::county::{EAST, NORTH, WEST, county};
use axum::http::StatusCode;
use platform::values;
use yanzhen::slices::places::store::today;

#[tokio::test]
async fn j10_a_decided_rectification_enters_the_register_once() {
    let c = closed().await;
    let office = c.county.browser("zuzhi").await;
    let id = c.proposal("rectify-4", WEST).await;
    let day = today();
    let form = [("verdict", "carried"), ("day", day.as_str()), ("by", "何例乙"), ("due", "2099-12-31")];
    went(&office.post(&format!("/proposals/{id}/acts/decide"), &form).await);
    office.get("/rectification").await.has(&[
        "例西村",
        "考核末等村",
        "2026年度考核 第二十九条",
        "2099-12-31",
    ]);
    office.get(&format!("/villages/{WEST}")).await.has(&["考核末等村", "整改中"]);
    // By hand on the same ground: refused, saying since when and why.
    let again = [
        ("village", WEST),
        ("ground", "last_grade"),
        ("source_kind", "hand"),
        ("source", "镇里提出"),
        ("opened_on", day.as_str()),
    ];
    let refused = office.post("/rectification", &again).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.has(&["例西村已按同一事由在台账里", "2026年度考核"]);
    assert_eq!(c.county.count("rectification").await, 1);
    // On another ground it is entered.
    let mut weak = again;
    weak[1].1 = "weak";
    went(&office.post("/rectification", &weak).await);
    assert_eq!(c.county.count("rectification").await, 2);
    // Taken back the same day, the entry of the decision ends, saying so.
    went(&office.post(&format!("/proposals/{id}/acts/revoke"), &[("reason", "核实有误")]).await);
    let sql = "select closing from rectification where proposal = $1";
    let closing = c.county.db.one(sql, values![id]).await.unwrap().unwrap().text(0).unwrap();
    assert_eq!(closing, "决定已撤回：核实有误");
}

#[tokio::test]
async fn an_entry_is_closed_problem_by_problem_with_proof() {
    let county = county().await;
    let (office, town) = (county.browser("zuzhi").await, county.browser("hezhen").await);
    let bad = town.post("/rectification", &[("village", EAST), ("opened_on", "去年")]).await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    bad.has(&["日期写成", "请选择列入的事由", "请选择来源", "请写明来源"]);
    let form = [
        ("village", EAST),
        ("ground", "problem"),
        ("source_kind", "inspection"),
        ("source", "省委第三巡视组反馈"),
        ("opened_on", "2026-10-08"),
        ("due_on", "2026-10-09"),
        ("items", "公开不及时\n账目不清\n"),
    ];
    let path = went(&town.post("/rectification", &form).await);
    let page = town.get(&path).await;
    page.has(&["省委第三巡视组反馈", "公开不及时", "账目不清", "超期"]);
    let items: Vec<String> = page
        .text()
        .split("/items/")
        .skip(1)
        .filter_map(|t| t.split("/close").next().map(str::to_owned))
        .collect();
    assert_eq!(items.len(), 2);
    let early = town.post(&format!("{path}/close"), &[("closing", "")]).await;
    assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY);
    early.has(&["还有 2 个问题没有销号", "请写明凭什么销号"]);
    let silent = town.post(&format!("{path}/items/{}/close", items[0]), &[("proof", " ")]).await;
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
    let png: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89";
    let close = format!("{path}/items/{}/close", items[0]);
    went(&town.upload(&close, &[("proof", "已上墙公开，镇纪委核实")], ("照片.png", png)).await);
    went(&town.post(&format!("{path}/items/{}/close", items[1]), &[("proof", "已审计")]).await);
    let page = town.get(&path).await;
    page.has(&["已上墙公开，镇纪委核实", "看依据"]);
    let file = page.text();
    let file = file.split("/files/").nth(1).and_then(|t| t.split('"').next()).unwrap().to_owned();
    assert_eq!(town.get(&format!("{path}/files/{file}")).await.bytes, png);
    let other = county.browser("qiaozhen").await;
    for hidden in [path.clone(), format!("{path}/files/{file}")] {
        assert_eq!(other.get(&hidden).await.status, StatusCode::NOT_FOUND, "{hidden}");
    }
    other.get("/rectification?state=all").await.has_not(&["例东村", "省委第三巡视组"]);
    office.get("/rectification?state=late").await.has(&["例东村"]);
    let text = cells(&office.get("/rectification.xlsx?state=all").await);
    assert!(
        text.contains("例东村") && text.contains("突出问题") && text.contains("省委第三巡视组反馈"),
        "{text}"
    );
    went(&town.post(&format!("{path}/close"), &[("closing", "镇党委验收")]).await);
    town.get(&path).await.has(&["已销号", "镇党委验收"]);
    office.get("/rectification?state=late").await.has_not(&["省委第三巡视组"]);
    let refused = town.post(&format!("{path}/items"), &[("text", "又一个")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(county.audited("rectification.close-item").await, 2);
}

#[tokio::test]
async fn w3_a_red_village_is_entered_with_one_press() {
    let county = county().await;
    let office = county.browser("zuzhi").await;
    let tx = county.db.write(event("test.colour")).await.unwrap();
    let sql = "insert into colour (code, pack, proposed, matched, missing, at, confirmed, confirmed_by, confirmed_at, reason) \
               select $1, min(id), 'red', '', '', 1, 'red', '何例乙', 1790000000000, '研判' from pack where 1 = 1 \
               on conflict (code) do update set confirmed = 'red', confirmed_by = '何例乙', confirmed_at = 1790000000000";
    tx.run(sql, values![NORTH]).await.unwrap();
    tx.commit().await.unwrap();
    let page = office.get(&format!("/villages/{NORTH}")).await;
    page.has(&["红色村，列入整改台账"]);
    let text = page.text();
    let source = text.split("name=\"source\" value=\"").nth(1).and_then(|t| t.split('"').next()).unwrap();
    let form = [("village", NORTH), ("ground", "red"), ("source_kind", "colour"), ("source", source)];
    let path = went(&office.post("/rectification", &form).await);
    office.get(&path).await.has(&["红色村", "颜色研判", "何例乙确认红色"]);
    let page = office.get(&format!("/villages/{NORTH}")).await;
    page.has_not(&["红色村，列入整改台账"]);
    page.has(&["整改中"]);
}
