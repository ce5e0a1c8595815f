//! Documents of a round by what they say.

use super::{Closed, cells, closed, went};
use crate::county::{Browser, EAST, NORTH};
use axum::http::StatusCode;
use platform::jobs::{Jobs, Runner};
use std::io::{Cursor, Read};
use std::time::Duration;
use yanzhen::slices::places::store::today;
use yanzhen::slices::rewards;

/// The words of a part of a Word document, without its marks.
fn words(docx: &[u8], part: &str) -> String {
    let mut zip = zip::ZipArchive::new(Cursor::new(docx)).unwrap();
    let mut xml = String::new();
    zip.by_name(part).unwrap().read_to_string(&mut xml).unwrap();
    let mut out = String::new();
    for piece in xml.split('<') {
        if let Some((tag, text)) = piece.split_once('>') {
            out.push_str(if tag.starts_with("w:t") && !tag.starts_with("w:tbl") { text } else { "" });
        }
    }
    out
}

async fn docx(office: &Browser, path: &str) -> (Vec<u8>, String) {
    let seen = office.get(path).await;
    assert_eq!(seen.status, StatusCode::OK, "{path}: {}", seen.text());
    let text = words(&seen.bytes, "word/document.xml");
    (seen.bytes, text)
}

fn holds(text: &str, all: &[&str]) {
    for wanted in all {
        assert!(text.contains(wanted), "no {wanted} in {text}");
    }
}

async fn decided(c: &Closed) -> Browser {
    let office = c.county.browser("zuzhi").await;
    let day = today();
    for rule in ["bonus-grade-1", "collective-bonus"] {
        let id = c.proposal(rule, EAST).await;
        let form = [("verdict", "carried"), ("day", day.as_str()), ("meeting", "部务会第3次")];
        went(&office.post(&format!("/proposals/{id}/acts/decide"), &form).await);
    }
    office
}

#[tokio::test]
async fn the_papers_of_a_round_say_what_was_published_and_decided() {
    let c = closed().await;
    let base = format!("/rounds/{}/documents", c.round);
    let office = c.county.browser("zuzhi").await;
    // Nothing is decided yet: no sheet of sums, and the page says so.
    office.get(&base).await.has(&["结果公示", "还没有决定执行的", "全部村打包"]);
    let none = office.get(&format!("{base}/bonus.xlsx")).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    let office = decided(&c).await;
    let (bytes, notice) = docx(&office, &format!("{base}/notice.docx")).await;
    holds(
        &notice,
        &[
            "代拟稿",
            "关于2026年度考核结果的公示",
            "2026年10月8日 至 2026年10月15日",
            "参加考核 3 个村（社区）",
            "例东村",
            "93.21",
            "例北村",
            "59.50",
        ],
    );
    let foot = words(&bytes, "word/footer1.xml");
    assert!(foot.contains("〔合成〕"), "demo data say so: {foot}");
    let (_, decision) = docx(&office, &format!("{base}/decision.docx")).await;
    holds(
        &decision,
        &[
            "关于2026年度考核结果运用的决定",
            "一、奖励",
            "2 笔，合计 30,000 元",
            "第二十七条、第二十八条",
            "奖励名单",
        ],
    );
    assert!(!decision.contains("曹例未"), "only what was carried");
    let rows = cells(&office.get(&format!("{base}/ranking.xlsx")).await);
    holds(&rows, &["例东村", "93.21", "例西村", "61.05"]);
    let rows = cells(&office.get(&format!("{base}/bonus.xlsx")).await);
    holds(&rows, &["例东村", "第二十八条", "20000", "合计", "30000", "部务会第3次"]);
    let (_, page) = docx(&office, &format!("/rounds/{}/villages/{EAST}.docx", c.round)).await;
    holds(&page, &["例东村一村一页", "93.21", "第 1 / 3 名", "奖励", "10,000", "决定执行"]);
    assert_eq!(c.county.audited("round.export").await, 5);
    // A township takes its own out: nothing of the others stands in it.
    let town = c.county.browser("qiaozhen").await;
    let rows = cells(&town.get(&format!("{base}/ranking.xlsx")).await);
    holds(&rows, &["例北村"]);
    assert!(!rows.contains("例东村") && !rows.contains("例西村"), "{rows}");
    let theirs = town.get(&format!("/rounds/{}/villages/{EAST}.docx", c.round)).await;
    assert_eq!(theirs.status, StatusCode::NOT_FOUND);
    let odd = office.get(&format!("{base}/ranking.docx")).await;
    assert_eq!(odd.status, StatusCode::NOT_FOUND, "a ranking is a workbook");
}

#[tokio::test]
async fn all_pages_are_made_as_a_job_and_taken_away_by_who_asked() {
    let c = closed().await;
    let (office, town) = (c.county.browser("zuzhi").await, c.county.browser("qiaozhen").await);
    let begin = format!("/rounds/{}/bundle", c.round);
    let all = went(&office.post(&begin, &[]).await);
    assert_eq!(went(&office.post(&begin, &[]).await), all, "asked twice, made once");
    let own = went(&town.post(&begin, &[]).await);
    assert_ne!(all, own);
    office.get(&all).await.has(&["打印一村一页", "排队等待"]);
    assert_eq!(office.get(&format!("{all}/pages.zip")).await.status, StatusCode::NOT_FOUND, "not yet");
    let runner = Runner::new(Jobs::new(c.county.at.clone()))
        .on(rewards::BUNDLE, rewards::bundle)
        .pace(Duration::from_secs(60), Duration::from_millis(10));
    while runner.turn().await.unwrap() {}
    office.get(&all).await.has(&["下载 ZIP"]);
    let names = |bytes: Vec<u8>| {
        let zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut names: Vec<String> = zip.file_names().map(|n| n.unwrap().to_string()).collect();
        names.sort();
        names.join(" ")
    };
    let zip = office.get(&format!("{all}/pages.zip")).await;
    assert_eq!(zip.status, StatusCode::OK);
    holds(&names(zip.bytes), &["例河镇/990101101200例东村.", "例桥镇/990101102200例北村."]);
    let zip = names(town.get(&format!("{own}/pages.zip")).await.bytes);
    assert!(zip.contains(NORTH) && !zip.contains(EAST), "{zip}");
    for hidden in [all.clone(), format!("{all}/pages.zip")] {
        assert_eq!(town.get(&hidden).await.status, StatusCode::NOT_FOUND, "{hidden}");
    }
}
