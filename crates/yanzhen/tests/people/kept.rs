//! What is kept beside the files: an account's views and columns, how many there are.

use crate::county::{County, NORTH, Seen, county, event};
use axum::http::StatusCode;
use platform::county::{Installation, Settings};
use platform::upkeep;
use yanzhen::slices::people::{Field, Values, store};

#[tokio::test]
async fn views_and_columns_are_kept() {
    let county = county().await;
    let office = county.browser("zuzhi").await;
    let saved = office
        .post("/people/views", &[("name", "东片 40 岁以下"), ("query", "town=990101101&to=40&page=2")])
        .await;
    assert_eq!(saved.location, "/people?town=990101101&to=40");
    let seen = office.get(&saved.location).await;
    seen.has(&["aria-current=\"page\">我的·东片 40 岁以下", "改这个视图"]);
    let id = county.number("select id from saved_view").await;
    office.post(&format!("/people/views/{id}"), &[("name", "东片青年")]).await;
    office.get("/people").await.has(&["我的·东片青年"]);
    for bad in ["", &"长".repeat(21)] {
        let refused = office.post("/people/views", &[("name", bad), ("query", "sex=1")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    office.post(&format!("/people/views/{id}/delete"), &[]).await;
    office.get("/people").await.has_not(&["东片"]);
    assert_eq!(office.post(&format!("/people/views/{id}/delete"), &[]).await.status, StatusCode::NOT_FOUND);
    // Columns in the order they were sent, for this account alone; an address may name its own.
    let columns = [("col", "work_on"), ("col", "sex"), ("col", "phone"), ("query", "sex=1&cols=age")];
    assert_eq!(office.post("/people/columns", &columns).await.location, "/people?sex=1");
    let heads = |seen: Seen| -> Vec<String> {
        let text = seen.text();
        let row = text.split("<thead").nth(1).unwrap().split("</thead>").next().unwrap().to_owned();
        let cells = row
            .split("<th ")
            .skip(3)
            .map(|c| c.split_once('>').unwrap().1.split("</th>").next().unwrap().to_owned());
        cells
            .map(|c| {
                if c.starts_with('<') {
                    c.split('>').nth(1).unwrap().split('<').next().unwrap().trim().to_owned()
                } else {
                    c
                }
            })
            .collect()
    };
    assert_eq!(heads(office.get("/people").await), ["所在村", "参加工作时间", "性别"]);
    assert_eq!(heads(office.get("/people?cols=age").await), ["所在村", "年龄"]);
    let town = county.browser("hezhen").await;
    assert_eq!(heads(town.get("/people").await).len(), 9);
    assert_eq!(office.post("/people/columns", &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    office.post("/people/columns", &[("usual", "1")]).await;
    assert_eq!(heads(office.get("/people").await).len(), 9);
}

/// What the tally says of a township, `*` for all, against the files themselves.
async fn tallied(county: &County) {
    for (township, condition) in
        [("*", "1 = 1"), ("990101101", "township = '990101101'"), ("990101102", "township = '990101102'")]
    {
        for state in ["active", "left", "merged"] {
            let of = |what: &str, table: &str, condition: &str| {
                format!(
                    "select cast(coalesce({what}, 0) as bigint) from {table} where state = '{state}' and {condition}"
                )
            };
            let kept =
                county.number(&of("sum(n)", "person_tally", &format!("township = '{township}'"))).await;
            let real = county.number(&of("count(*)", "person", condition)).await;
            assert_eq!(kept, real, "{township} {state}");
            let kept = county
                .number(&of("sum(n)", "person_tally", &format!("township = '{township}' and pools <> ''")))
                .await;
            let real =
                county.number(&of("count(*)", "person", &format!("{condition} and pools <> ''"))).await;
            assert_eq!(kept, real, "{township} {state} in pools");
        }
    }
}

#[tokio::test]
async fn tallies_follow_whatever_is_written() {
    let county = county().await;
    tallied(&county).await;
    let mut tx = county.db.write(event("test.move")).await.unwrap();
    let person = store::find_in(&tx, county.ids[1]).await.unwrap().unwrap();
    store::set(&mut tx, &person, &Values::from([(Field::Village, NORTH.to_owned())])).await.unwrap();
    store::put_posts(&tx, &county.ids[2..4], &["village_director"], 20).await.unwrap();
    tx.run("update person set state = 'merged' where name = '李例丁'", vec![]).await.unwrap();
    tx.run("update person set pools = '' where village = $1", platform::values![NORTH]).await.unwrap();
    tx.commit().await.unwrap();
    tallied(&county).await;
    let office = county.browser("zuzhi").await;
    office
        .get("/people?view=committees")
        .await
        .has(&["村“两委”<small>3</small>", "全部在册<small>4</small>"]);
    // What is undone counts for nothing.
    let tx = county.db.write(event("test.undo")).await.unwrap();
    tx.run("update person set state = 'left'", vec![]).await.unwrap();
    tx.rollback().await.unwrap();
    tallied(&county).await;
    assert_eq!(office.get("/people").await.names().len(), 4);
}

#[tokio::test]
async fn tallies_travel_with_their_county() {
    let county = county().await;
    let file = county.folder.path().join("county.rows");
    upkeep::export_county(&county.at, "990101", &file, &|_, _| {}).await.unwrap();
    let there = county.folder.path().join("there");
    std::fs::create_dir_all(&there).unwrap();
    std::fs::copy(county.at.folder.join("keys"), there.join("keys")).unwrap();
    let at = Installation::open(&there, Settings::default()).await.unwrap();
    upkeep::import_county(&at, &file, &|_, _| {}).await.unwrap();
    let (_, db) = at.county("990101").await.unwrap().unwrap();
    let sql = "select township, state, posts, pools, n from person_tally where n > 0 order by township, state, posts, pools";
    let mut told = Vec::new();
    for db in [&county.db, &db] {
        let rows = db.rows(sql, vec![]).await.unwrap();
        let row = |r: &platform::db::Row| {
            (0..4).map(|k| r.text(k).unwrap()).chain([r.int(4).unwrap().to_string()]).collect::<Vec<_>>()
        };
        let mut rows: Vec<Vec<String>> = rows.iter().map(row).collect();
        rows.sort();
        told.push(rows);
    }
    assert!(!told[0].is_empty());
    assert_eq!(told[0], told[1]);
    at.close().await.unwrap();
}
