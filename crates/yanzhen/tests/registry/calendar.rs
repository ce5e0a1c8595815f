//! The calendar of holidays: entered, pasted, taken away, and what filings make of it.

use crate::county::{County, EAST, county};
use crate::{event, went};
use axum::http::StatusCode;
use platform::access::Org;
use platform::values;
use yanzhen::slices::calendar::store::calendar;
use yanzhen::slices::filings::{self, Filing};

async fn off(county: &County, day: &str) -> bool {
    !calendar(&county.db).await.unwrap().is_workday(day.parse().unwrap())
}

#[tokio::test]
async fn the_county_keeps_its_calendar() {
    let county = county().await;
    let (office, town) = (county.browser("zuzhi").await, county.browser("hezhen").await);
    assert_eq!(town.get("/calendar").await.status, StatusCode::FORBIDDEN);
    // 2026-10-01 comes with the program, 2026-11-25 is a Wednesday.
    office.get("/calendar?year=2026").await.has(&["2026年10月1日", "国庆", "国办发明电"]);
    assert!(!off(&county, "2026-11-25").await);
    let wrong =
        office.post("/calendar", &[("day", "2026-02-30"), ("kind", "holiday"), ("name", "例节")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    wrong.has(&["不是日历上的一天", "请写明依据", "例节"]);
    let day =
        [("day", "2026年11月25日"), ("kind", "holiday"), ("name", "例节"), ("source", "例政发〔2026〕9号")];
    let to = went(&office.post("/calendar", &day).await);
    office.get(&to).await.has(&["例节", "例政发〔2026〕9号", "本县录入", "写入 1 天"]);
    assert!(
        off(&county, "2026-11-25").await && off(&county, "2026-10-01").await,
        "the notice stands beside it"
    );
    went(&office.post("/calendar/remove", &[("day", "2026-11-25")]).await);
    assert!(!off(&county, "2026-11-25").await);
    let kept = office.post("/calendar/remove", &[("day", "2026-10-01")]).await;
    assert_eq!(kept.status, StatusCode::UNPROCESSABLE_ENTITY);
    kept.has(&["不是本县录入的"]);
    assert!(off(&county, "2026-10-01").await);
    // A notice is pasted whole, or not at all: each fault with its line.
    let text = "2027-01-01,放假,元旦,例通知\n2027-01-06,上班,元旦,例通知\n何时,放假,元旦,例通知";
    let wrong = office.post("/calendar/import", &[("text", text)]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    wrong.has(&["第 2 行", "本来就上班", "第 3 行", "不是日历上的一天", "2027-01-06,上班"]);
    assert_eq!(county.count("holiday").await, 0);
    office.get("/calendar?year=2027").await.has(&["2027 年的放假通知还没有录入"]);
    let text = "日期,类别,名称,依据\n2027-01-01,放假,元旦,例通知\n2027-01-02,上班,元旦,例通知\n2027-10-01,放假,国庆节,例通知\n";
    went(&office.post("/calendar/import", &[("text", text)]).await);
    assert_eq!(county.count("holiday").await, 3);
    assert!(off(&county, "2027-01-01").await && !off(&county, "2027-01-02").await);
    office.get("/calendar?year=2027").await.has_not(&["还没有录入，落在"]);
    let said = ["calendar.add", "calendar.remove", "calendar.import"];
    for action in said {
        assert_eq!(county.audited(action).await, 1, "{action}");
    }
    office.get("/filings").await.has(&["href=\"/calendar\""]);
}

#[tokio::test]
async fn a_deadline_that_runs_into_an_unknown_year_says_so() {
    let county = county().await;
    let office = county.browser("zuzhi").await;
    let place = Org { township: &EAST[..9], village: EAST };
    let filing = Filing::begun("例备1号".into(), place, "例东村", "例经办");
    let tx = county.db.write(event("test.filing")).await.unwrap();
    let id = filings::store::add(&tx, &filing).await.unwrap();
    // No notice names 2099 yet.
    let sql = "update filing set state = 'received', received_on = '2026-11-20', due_on = $2 where id = $1";
    tx.run(sql, values![id, "2099-03-02"]).await.unwrap();
    tx.commit().await.unwrap();
    for path in [format!("/filings/{id}"), "/filings".to_owned()] {
        office.get(&path).await.has(&["年的放假通知还没有录入，只按周末推算", "2099"]);
    }
    // A day that the county entered counts: one working day less is left.
    let left = async || {
        let page = office.get("/filings").await.text();
        let n: String = page.split("剩 ").nth(1).unwrap().chars().take_while(char::is_ascii_digit).collect();
        n.parse::<i32>().unwrap()
    };
    let before = left().await;
    let day = [("day", "2099-03-02"), ("kind", "holiday"), ("name", "例节"), ("source", "例政发〔2026〕9号")];
    went(&office.post("/calendar", &day).await);
    assert_eq!(left().await, before - 1);
}
