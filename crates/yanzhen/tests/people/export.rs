//! What leaves the list: workbooks, appointment forms, JSON.

use crate::county::{PEOPLE, Seen, county, event, identity};
use axum::http::StatusCode;
use calamine::{Data, Reader, Xlsx};
use std::io::Cursor;
use yanzhen::slices::people::{Field, Values, store};

/// A workbook's rows under its heads.
pub struct Sheet {
    heads: Vec<String>,
    rows: Vec<Vec<String>>,
    /// Everything else that stands in it.
    rest: String,
}

impl Sheet {
    pub fn names(&self) -> Vec<String> {
        self.rows.iter().map(|r| r[0].clone()).collect()
    }
}

pub fn sheet(seen: &Seen) -> Sheet {
    assert_eq!(seen.status, StatusCode::OK, "{}", seen.text());
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(seen.bytes.clone())).unwrap();
    let range = book.worksheet_range_at(0).unwrap().unwrap();
    let text = |cell: &Data| cell.to_string();
    let all: Vec<Vec<String>> = range.rows().map(|r| r.iter().map(text).collect()).collect();
    let head = all.iter().position(|r| r[0] == "姓名").unwrap();
    let body = all[head + 1..].iter().take_while(|r| !r[1].is_empty()).count();
    Sheet {
        heads: all[head].clone(),
        rows: all[head + 1..head + 1 + body].to_vec(),
        rest: [&all[..head], &all[head + 1 + body..]].concat().concat().join("\n"),
    }
}

#[tokio::test]
async fn an_export_is_what_the_eye_sees() {
    let county = county().await;
    let office = county.browser("zuzhi").await;
    // A name that a spreadsheet might take for a formula stays a name.
    let mut tx = county.db.write(event("test.odd")).await.unwrap();
    let person = store::find_in(&tx, county.ids[4]).await.unwrap().unwrap();
    let odd = Values::from([(Field::Strengths, "=HYPERLINK(\"http://x\")".to_owned())]);
    store::set(&mut tx, &person, &odd).await.unwrap();
    tx.commit().await.unwrap();
    let query = "view=reserves&to=40&on=2026-12-31&sort=-age&cols=strengths.age.told_on.posts";
    let seen = office.get(&format!("/people?{query}")).await;
    assert_eq!(seen.names(), ["單例丽", "吴例己", "李例丁"]);
    let text = seen.text();
    let link = text
        .split("href=\"/people/export.xlsx?")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .replace("&#38;", "&");
    assert_eq!(link, query);
    let rows = sheet(&office.get(&format!("/people/export.xlsx?{link}")).await);
    assert_eq!(rows.heads, ["姓名", "所在村", "熟悉专业和特长", "年龄", "去向更新", "职务和库"]);
    assert_eq!(rows.names(), seen.names());
    assert_eq!(rows.rows[1][1..], ["例河镇 例毛岭村", "", "30", rows.rows[1][4].as_str(), "书记后备"]);
    assert_eq!(rows.rows[2][2], "=HYPERLINK(\"http://x\")");
    assert_eq!(rows.rows[0][4], "缺·超过 90 天");
    for said in ["例山县后备力量名册", "不超过 40 岁（按 2026年12月31日）", "不含证件号、手机和账号"]
    {
        assert!(rows.rest.contains(said), "{said} in {}", rows.rest);
    }
    let notes = county.notes("people.export").await;
    assert!(notes[0].starts_with("3 rows, xlsx: name village strengths age told_on posts"), "{notes:?}");
    // Ticked ones, in the list's order; nobody ticked is said.
    let (a, b) = (county.ids[2].to_string(), county.ids[0].to_string());
    let picked = [("id", a.as_str()), ("id", b.as_str()), ("cols", "sex"), ("rest", "sort=name")];
    let rows = sheet(&office.post("/people/export.xlsx", &picked).await);
    assert_eq!((rows.names(), rows.heads.len()), (vec!["王例甲".to_owned(), "吴例纪".to_owned()], 3));
    let none = office.post("/people/export.xlsx", &[("rest", "")]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    let exports = county.notes("people.export").await;
    assert_eq!(exports.len(), 2);
    // Appointment forms of those picked, each on record for its person; a neighbour's are not among them.
    let town = county.browser("qiaozhen").await;
    let picked = [("id", a.as_str()), ("id", b.as_str())];
    for (who, count) in [(&office, 2), (&town, 1)] {
        let forms = who.post("/people/export.lrmx.zip", &picked).await;
        assert_eq!(forms.status, StatusCode::OK, "{}", forms.text());
        let forms = standards::bundle::read_many(&forms.bytes).unwrap();
        assert_eq!(forms.len(), count);
        assert!(forms.iter().all(|f| f.form.as_ref().is_ok_and(|form| !form.identity.is_empty())));
    }
    let sql =
        "select count(*) from audit where action = 'people.export' and note = 'form.lrmx' and record <> ''";
    assert_eq!(county.number(sql).await, 3);
    // Nothing sealed can be a column.
    let rows = sheet(&office.get("/people/export.xlsx?cols=phone.identity.bank.health.sex").await);
    assert_eq!(rows.heads, ["姓名", "所在村", "性别"]);
}

#[tokio::test]
async fn programs_read_the_same_list() {
    let county = county().await;
    let office = county.browser("zuzhi").await;
    let seen = office.get("/api/v1/people?view=reserves&sort=-age&size=2").await;
    let body: serde_json::Value = serde_json::from_slice(&seen.bytes).unwrap();
    assert_eq!((body["total"].as_u64(), body["size"].as_u64()), (Some(3), Some(2)));
    let first = &body["people"][0];
    assert_eq!((first["name"].as_str(), first["township_name"].as_str()), (Some("單例丽"), Some("例桥镇")));
    assert_eq!(first["pools"], serde_json::json!(["reserve"]));
    let text = seen.text();
    for k in 0..PEOPLE.len() {
        assert!(!text.contains(&identity(k)) && !text.contains(&format!("100{k:08}")));
    }
    let past = office.get("/api/v1/people?page=9").await;
    let body: serde_json::Value = serde_json::from_slice(&past.bytes).unwrap();
    assert_eq!((body["total"].as_u64(), body["people"].as_array().map(Vec::len)), (Some(5), Some(0)));
    assert_eq!(office.get("/api/v1/people?size=501").await.status, StatusCode::UNPROCESSABLE_ENTITY);
}
