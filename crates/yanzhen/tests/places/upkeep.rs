//! What time does to facts and files: which period is the latest, and uploads that nobody confirms.

use crate::county::{EAST, county};
use axum::http::StatusCode;
use platform::db::now_ms;
use platform::values;
use yanzhen::slices::places::{facts, sweep};

#[tokio::test]
async fn the_latest_period_counts_whatever_its_letters() {
    let county = county().await;
    let office = county.browser("zuzhi").await;
    let path = format!("/villages/{EAST}/facts");
    // In the order in which they become the latest: by their last month, then by length.
    let periods = [
        "", "2024", "2025-01", "2025-03", "2025-Q1", "2025-05", "2025-06", "2025-Q2", "2025-H1", "2025-09",
        "2025-Q3", "2025-10", "2025-12", "2025-Q4", "2025-H2", "2025", "2026-01",
    ];
    // Entered from both ends, so that neither the order of entry nor of ids decides.
    let mut order: Vec<usize> = (0..periods.len()).collect();
    order.sort_by_key(|i| (i % 2, if i % 2 == 0 { *i } else { periods.len() - i }));
    for i in order {
        let age = (30 + i).to_string();
        let fields =
            [("fact", "secretary_age"), ("value", age.as_str()), ("source", "台账"), ("period", periods[i])];
        assert_eq!(office.post(&path, &fields).await.status, StatusCode::SEE_OTHER);
    }
    let values = facts::values_of(&county.db, &platform::access::Part::County).await.unwrap();
    let found: Vec<&str> =
        values[&(EAST.to_owned(), "secretary_age".to_owned())].iter().map(|(p, _)| p.as_str()).collect();
    let mut expected = periods.to_vec();
    expected.reverse();
    assert_eq!(found, expected);
    // The page and the colours see the same one.
    let last = (30 + periods.len() - 1).to_string();
    office.get(&format!("/villages/{EAST}")).await.has(&[&format!("<b>{last}</b>")]);
    let rows = county.db.rows(facts::TABLE, values!["", EAST]).await.unwrap();
    let first = rows.iter().find(|r| r.maybe(1).unwrap() == "secretary_age").unwrap();
    assert_eq!(first.maybe(2).unwrap(), last);
}

#[tokio::test]
async fn uploads_that_nobody_confirms_go_after_a_week() {
    let county = county().await;
    let office = county.browser("zuzhi").await;
    let (confirmed, _) = office.import("code,secretary_age\n990101101200,50\n").await;
    assert_eq!(office.confirm(&confirmed, false).await.status, StatusCode::SEE_OTHER);
    let (left, _) = office.import("code,secretary_age\n990101101200,51\n").await;
    let (again, _) = office.import("code,secretary_age\n990101101200,52\n").await;
    let now = now_ms();
    assert_eq!(sweep::sweep(&county.db, "990101", now).await.unwrap(), 0, "they wait a week");
    assert_eq!(county.audited("facts.sweep").await, 0);
    let later = now + sweep::WAIT_MS + 60_000;
    assert_eq!(sweep::sweep(&county.db, "990101", later).await.unwrap(), 2);
    for gone in [&left, &again] {
        assert_eq!(office.get(gone).await.status, StatusCode::NOT_FOUND);
    }
    assert_eq!(office.get(&confirmed).await.status, StatusCode::OK, "it is what the batch was made from");
    assert_eq!(county.count("blob").await, 1);
    // Once, with how many; and what comes after finds nothing to do.
    assert_eq!(sweep::sweep(&county.db, "990101", later).await.unwrap(), 0);
    let sql = "select note from audit where action = 'facts.sweep'";
    let notes = county.db.rows(sql, vec![]).await.unwrap();
    assert_eq!((notes.len(), notes[0].text(0).unwrap()), (1, "2 files".into()));
    // The same content sent again is content again.
    let (back, _) = office.import("code,secretary_age\n990101101200,51\n").await;
    assert_eq!(office.get(&back).await.status, StatusCode::OK);
}
