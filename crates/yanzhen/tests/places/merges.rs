//! A township that merges into another: its villages go with it, and who sees them changes with them.

use crate::county::{EAST, NORTH, WEST, county};
use axum::http::StatusCode;
use platform::values;
use yanzhen::slices::places::store;

#[tokio::test]
async fn a_merged_township_hands_its_villages_over() {
    let county = county().await;
    let (office, old, new) =
        (county.browser("zuzhi").await, county.browser("qiaozhen").await, county.browser("hezhen").await);
    let (path, _) = office.import("code,secretary_age\n990101102200,50\n").await;
    office.confirm(&path, false).await;
    assert_eq!(new.get(&format!("/villages/{NORTH}")).await.status, StatusCode::NOT_FOUND);
    let today = store::today();
    let merge = |code: &'static str, other: &'static str| {
        [("code", code), ("other", other), ("day", today.as_str()), ("ground", "例政〔2026〕3号")]
    };
    // A village goes into a village, a township into a township.
    for (code, other) in [("990101102", WEST), (WEST, "990101101"), ("990101102", "990101102")] {
        let seen = office.post("/places/merge", &merge(code, other)).await;
        assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY, "{code} {other}");
    }
    let end = [("code", "990101102"), ("day", today.as_str()), ("ground", "例政〔2026〕3号")];
    office.post("/places/end", &end).await.has(&["还有 2 个村"]);
    let done = office.post("/places/merge", &merge("990101102", "990101101")).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    // The villages stand in the other township under their codes, with their facts and a word in their history.
    office.get("/places").await.has(&["例桥镇 并入 例河镇", "例政〔2026〕3号"]);
    let page = new.get(&format!("/villages/{NORTH}")).await;
    page.has(&["例北村", "例河镇", "<b>50</b>", "划入例河镇"]);
    page.has_not(&["已撤并"]);
    assert_eq!(old.get(&format!("/villages/{NORTH}")).await.status, StatusCode::NOT_FOUND);
    let sql = "select township, valid_from, valid_to, ground from place where code = $1 order by valid_from";
    let rows = county.db.rows(sql, values![NORTH]).await.unwrap();
    let row = |i: usize, c: usize| rows[i].text(c).unwrap();
    assert_eq!((rows.len(), row(0, 0), row(1, 0)), (2, "990101102".into(), "990101101".into()));
    assert!(row(0, 2) < row(1, 1) && row(1, 1) == today && row(1, 2) == "9999-12-31");
    assert_eq!(row(0, 3), "例政〔2026〕3号");
    // Tables and forms write to them as before, now by the other township.
    let (path, _) = new.import("code,secretary_age\n990101102200,51\n990101101200,44\n").await;
    assert_eq!(new.confirm(&path, false).await.status, StatusCode::SEE_OTHER);
    assert_eq!(county.value(NORTH, "secretary_age").await.as_deref(), Some("51"));
    assert_eq!(county.value(EAST, "secretary_age").await.as_deref(), Some("44"));
    // What happens to one later happens where it stands.
    let rename = [
        ("code", NORTH),
        ("name", "例新北村村民委员会"),
        ("day", "2999-01-01"),
        ("ground", "例民〔2026〕4号"),
    ];
    office.post("/places/rename", &rename).await.has(&["日期不能晚于今天"]);
    assert_eq!((county.count("place_change").await, county.audited("place.merge").await), (1, 1));
    let sql = "select part from audit where action = 'place.merge'";
    let part = county.db.one(sql, vec![]).await.unwrap().unwrap().text(0).unwrap();
    assert_eq!(part, "990101102");
    assert_eq!(office.get("/").await.status, StatusCode::OK);
}
