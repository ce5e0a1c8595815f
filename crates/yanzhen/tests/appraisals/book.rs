//! Mark sheets as workbooks: out, filled in, and back; what stands a row off or is of another sheet is refused whole.

use crate::county::{BRIDGE, Browser, EAST, MIDDLE, NORTH, Seen, WEST, county};
use axum::http::StatusCode;
use tables::{Form, FormColumn, SheetCell, Takes, Workbook, sheets};

const AGRI: &str = "unit:agri";

/// A workbook as text: rows of the sheet that is filled in.
type Rows = Vec<Vec<String>>;

fn read(bytes: &[u8]) -> Vec<(String, bool, Rows)> {
    let all = sheets(bytes, "a.xlsx").unwrap();
    all.iter()
        .map(|s| {
            let width = s.rows.iter().map(|(_, c)| c.len()).max().unwrap_or_default() as u32;
            let last = s.rows.last().map_or(0, |(r, _)| *r);
            let rows = (1..=last).map(|r| (0..width).map(|c| s.at(r, c).text.clone()).collect());
            (s.name.clone(), s.hidden, rows.collect())
        })
        .collect()
}

/// The same workbook with the filled sheet changed.
fn edited(bytes: &[u8], change: impl FnOnce(&mut Rows)) -> Vec<u8> {
    let mut all = read(bytes);
    change(&mut all[0].2);
    let mut book = Workbook::default();
    for (name, hidden, rows) in &all {
        let cell = |t: &String| SheetCell::from(t.as_str());
        let width = rows.iter().map(Vec::len).max().unwrap_or_default();
        let form = Form {
            name,
            heads: Vec::new(),
            frozen: 0,
            columns: vec![FormColumn { width: 10.0, takes: Takes::Anything }; width],
            rows: rows.iter().map(|r| r.iter().map(cell).collect()).collect(),
            hidden: *hidden,
        };
        book.form(&form).unwrap();
    }
    book.bytes().unwrap()
}

/// Where a column stands.
fn at(rows: &Rows, id: &str) -> usize {
    rows[2].iter().position(|c| c == id).unwrap()
}

/// Sends a workbook in and shows what it would do.
async fn sent(office: &Browser, sheet: i64, township: &str, bytes: &[u8]) -> (String, Seen) {
    let path = format!("/sheets/{sheet}/upload");
    let seen = office.upload(&path, &[("township", township)], ("评分表.xlsx", bytes)).await;
    assert_eq!(seen.status, StatusCode::SEE_OTHER, "{}", seen.text());
    let shown = office.get(&seen.location).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.text());
    (seen.location.split('?').next().unwrap().to_owned(), shown)
}

fn mark(seen: &Seen) -> String {
    let text = seen.text();
    let from = text.split_once("name=\"mark\" value=\"").expect("something to write").1;
    from.split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn g8_a_workbook_goes_out_and_comes_back() {
    let county = county().await;
    let (office, other) = (county.browser("nongye").await, county.browser("nongye2").await);
    let sheet = county.sheet(AGRI, "").await;
    office.save(sheet, &[(EAST, "E4", "1.5", None), (WEST, "E4", "1", None)]).await;
    let town = "990101101";
    let out = office.get(&format!("/sheets/{sheet}/sheet.xlsx?township={town}")).await;
    let book = read(&out.bytes);
    assert_eq!(
        book.iter().map(|b| (b.0.as_str(), b.1)).collect::<Vec<_>>(),
        [("评分表", false), ("下载时", true), ("说明", false)]
    );
    let rows = &book[0].2;
    assert_eq!(rows[0][1], sheet.to_string());
    assert_eq!(rows.len(), 3 + 3, "three villages");
    assert_eq!((rows[3][0].as_str(), rows[3][1].as_str()), (EAST, "例东村"));
    assert_eq!(rows[3][at(rows, "E4")], "1.5");
    assert_eq!(rows[3][at(rows, "subtotal")], "1.5");
    // Unchanged it writes nothing.
    let (_, seen) = sent(&office, sheet, town, &out.bytes).await;
    seen.has(&["没有变化"]);
    // One new, one changed, one emptied: empty takes nothing away. Meanwhile a colleague wrote a cell that was not
    // touched, and one that was.
    other.save(sheet, &[(BRIDGE, "J2", "0.5", Some("")), (BRIDGE, "E4", "0.4", Some(""))]).await;
    let filled = edited(&out.bytes, |rows| {
        let (e4, j2) = (at(rows, "E4"), at(rows, "J2"));
        rows[3][j2] = "2".into();
        rows[3][e4] = String::new();
        rows[4][e4] = "1.20".into();
        rows[5][e4] = "0.9".into();
        // Rows may be sorted: code and name say who is meant.
        rows.swap(3, 5);
    });
    let (path, seen) = sent(&office, sheet, town, &filled).await;
    seen.has(&["将改动 3 格", "同事改过", "还没有写入任何分"]);
    assert_eq!(county.mark(EAST, "J2", AGRI).await, None, "nothing is written before it is confirmed");
    // What is confirmed is what was shown.
    let stale = office.post(&path, &[("township", town), ("mark", "0")]).await;
    assert_eq!(stale.status, StatusCode::UNPROCESSABLE_ENTITY);
    stale.has(&["请再看一眼"]);
    let shown = mark(&seen);
    let wrote = office.post(&path, &[("township", town), ("mark", &shown)]).await;
    assert_eq!(wrote.status, StatusCode::SEE_OTHER, "{}", wrote.text());
    let marks = async |column: &'static str| {
        [
            county.mark(EAST, column, AGRI).await,
            county.mark(WEST, column, AGRI).await,
            county.mark(BRIDGE, column, AGRI).await,
        ]
    };
    assert_eq!(marks("E4").await, [Some(150), Some(120), Some(40)], "the colleague's stays");
    assert_eq!(marks("J2").await, [Some(200), None, Some(50)]);
    // Now only the conflict is left; it is written where that is said.
    let (path, seen) = sent(&office, sheet, town, &filled).await;
    let shown = mark(&seen);
    let wrote = office.post(&path, &[("township", town), ("mark", &shown), ("over", "1")]).await;
    assert_eq!(wrote.status, StatusCode::SEE_OTHER, "{}", wrote.text());
    assert_eq!(marks("E4").await, [Some(150), Some(120), Some(90)]);
    // The latest of both uploads is taken back by who made it, and by nobody else.
    let shown = office.get(&wrote.location).await;
    let undo = format!("/sheets/{sheet}/undo/");
    let text = shown.text();
    let seq = text.split_once(&undo).expect("a way back").1.split(['?', '"']).next().unwrap().to_owned();
    let undo = format!("{undo}{seq}?township={town}");
    other.post(&undo, &[]).await;
    assert_eq!(marks("E4").await, [Some(150), Some(120), Some(90)]);
    let back = office.post(&undo, &[]).await;
    assert!(back.location.contains("said=back-1"), "{}", back.location);
    assert_eq!(marks("E4").await, [Some(150), Some(120), Some(40)]);
    // A cell that a colleague changed since is told and stays.
    let (path, seen) = sent(&office, sheet, town, &filled).await;
    let (town_field, shown) = (("township", town), mark(&seen));
    let wrote = office.post(&path, &[town_field, ("mark", &shown), ("over", "1")]).await;
    let seq = wrote.location.rsplit('-').next().unwrap();
    other.save(sheet, &[(BRIDGE, "E4", "0.6", Some("0.90"))]).await;
    let late = office.post(&format!("/sheets/{sheet}/undo/{seq}?township={town}"), &[]).await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
    late.has(&["别人已经改过这一格"]);
    assert_eq!(county.mark(BRIDGE, "E4", AGRI).await, Some(60));
}

#[tokio::test]
async fn a_workbook_at_fault_writes_nothing_and_tells_all() {
    let county = county().await;
    let office = county.browser("nongye").await;
    let sheet = county.sheet(AGRI, "").await;
    let out = office.get(&format!("/sheets/{sheet}/sheet.xlsx")).await.bytes;
    // Marks a row off: the names went down by one.
    let shifted = edited(&out, |rows| {
        let names: Vec<String> = rows[3..].iter().map(|r| r[1].clone()).collect();
        for (i, name) in names.iter().enumerate().take(4) {
            rows[4 + i][1].clone_from(name);
        }
        let e4 = at(rows, "E4");
        rows[3..].iter_mut().for_each(|r| r[e4] = "1".into());
    });
    let (path, seen) = sent(&office, sheet, "", &shifted).await;
    seen.has(&["这一行可能错位", "有一处错，一格也不写"]);
    seen.has_not(&["name=\"mark\""]);
    let wrote = office.post(&path, &[("township", ""), ("mark", "")]).await;
    assert_eq!(wrote.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(county.mark(EAST, "E4", AGRI).await, None);
    // Everything wrong at once, each with its row.
    let wrong = edited(&out, |rows| {
        let (e4, j2) = (at(rows, "E4"), at(rows, "J2"));
        rows[3][e4] = "2.5".into();
        rows[4][j2] = "0.3".into();
        rows[5][0] = "990101101299".into();
        let copy = rows[6].clone();
        rows.push(copy);
        let width = rows[2].len();
        rows[2].push("Z9".into());
        rows[1].push("别的".into());
        rows[3].resize(width + 1, "1".into());
    });
    let (_, seen) = sent(&office, sheet, "", &wrong).await;
    seen.has(&[
        "请填 0 至 2.00 之间、0.10 的倍数",
        "请填 0 至 2.00 之间、0.50 的倍数",
        "这张评分表里没有这个代码",
        "和第 7 行重复",
        "不认识这一列",
    ]);
    // Of another unit, another township, another program.
    let other = county.browser("jijian").await;
    let theirs = county.sheet("unit:discipline", "").await;
    let (_, seen) = sent(&other, theirs, "", &out).await;
    seen.has(&["这是另一张评分表", "区农业农村局"]);
    let bridge = office.get(&format!("/sheets/{sheet}/sheet.xlsx?township=990101102")).await.bytes;
    let (_, seen) = sent(&office, sheet, "990101101", &bridge).await;
    seen.has(&["这是另一个乡镇的工作簿"]);
    let mut book = Workbook::default();
    book.sheet("表", &["村", "E4"], &[10.0, 10.0], vec![vec!["例东村".into(), "1".into()]]).unwrap();
    let (_, seen) = sent(&office, sheet, "", &book.bytes().unwrap()).await;
    seen.has(&["这不是从评分表下载的工作簿"]);
    // Its upload is of its own sheet alone.
    let (path, _) = sent(&office, sheet, "", &out).await;
    let elsewhere = path.replace(&sheet.to_string(), &theirs.to_string());
    assert_eq!(other.get(&elsewhere).await.status, StatusCode::NOT_FOUND);
    assert_eq!([county.mark(NORTH, "E4", AGRI).await, county.mark(MIDDLE, "E4", AGRI).await], [None, None]);
}
