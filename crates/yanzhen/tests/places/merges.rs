//! A township that merges into another: its villages go with it, and who sees them changes with them.

use crate::county::{County, EAST, NORTH, WEST, county};
use axum::http::StatusCode;
use platform::access::Org;
use platform::db::Event;
use platform::values;
use policy::posts::Track;
use yanzhen::slices::appraisals::collect::grades_of;
use yanzhen::slices::appraisals::model::Subject;
use yanzhen::slices::filings::{self, Filing};
use yanzhen::slices::people::{self, Field, Values};
use yanzhen::slices::places::{facts, store};
use yanzhen::slices::posts;

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

#[tokio::test]
async fn j10_a_grade_stays_with_the_village_across_mergers() {
    let county = county().await;
    let office = county.browser("zuzhi").await;
    let today = store::today();
    let tx = county.db.write(Event { action: "test.grades".into(), ..Event::default() }).await.unwrap();
    let grades = [
        (EAST, "2025", "3"),
        (WEST, "2025", "2"),
        (EAST, "2024", "1"),
        (NORTH, "2024", "4"),
        (WEST, "2023", "4"),
    ];
    for (code, year, grade) in grades {
        let sql = "insert into grade (code, year, pack, total, rank, of_n, grade, at) \
                   values ($1, $2, '例县考核办法', 8000, 1, 4, $3, 1)";
        tx.run(sql, values![code, year, grade]).await.unwrap();
    }
    tx.commit().await.unwrap();
    // East goes into west, and west into north: what both were graded is carried through both steps.
    office
        .post(
            "/places/merge",
            &[("code", "990101102"), ("other", "990101101"), ("day", &today), ("ground", "例政〔2026〕3号")],
        )
        .await;
    for (code, other) in [(EAST, WEST), (WEST, NORTH)] {
        let fields =
            [("code", code), ("other", other), ("day", today.as_str()), ("ground", "例政〔2026〕9号")];
        let done = office.post("/places/merge", &fields).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    }
    let subject = |code: &str| Subject {
        code: code.into(),
        name: String::new(),
        village: code.into(),
        township: "990101101".into(),
        township_name: "例河镇".into(),
        person: None,
    };
    let carried = async |year: &str| {
        let all = grades_of(&county.db, year, &[subject(NORTH)]).await.unwrap();
        all.get(NORTH).cloned()
    };
    let of = |grade: &str, from: &str| Some((grade.to_owned(), from.to_owned()));
    // The best of those merged; an own grade before any that is carried.
    assert_eq!(carried("2025").await, of("2", "例县考核办法（例西村）"));
    assert_eq!(carried("2024").await, of("4", "例县考核办法"));
    assert_eq!(carried("2023").await, of("4", "例县考核办法（例西村）"));
    assert_eq!(carried("2022").await, None);
    let page = office.get(&format!("/villages/{NORTH}")).await;
    page.has(&["历年总分与名次", "例西村", "2025", "2024", "2023"]);
}

/// A secretary of a village, as a file, a post and a filing.
async fn secretary(county: &County, name: &str, village: &str) -> (i64, i64) {
    let values = Values::from([(Field::Name, name.to_owned()), (Field::Village, village.to_owned())]);
    let mut tx = county.db.write(Event { action: "test.person".into(), ..Event::default() }).await.unwrap();
    let new = vec![people::store::New { values, synthetic: true }];
    let person = people::store::add(&mut tx, new).await.unwrap()[0];
    let hold = posts::store::New {
        village: village.into(),
        post: "party_secretary".into(),
        track: Track::Party,
        title: String::new(),
        person,
        term: None,
        from_on: "2025-01-10".into(),
        to_on: "9999-12-31".into(),
        way_in: "appointed_above".into(),
        way_out: String::new(),
        ground_in: "例会".into(),
        ground_out: String::new(),
        filing: None,
        batch: None,
    };
    posts::store::begin(&mut tx, &[hold]).await.unwrap();
    tx.commit().await.unwrap();
    let village = store::village(&county.db, village).await.unwrap().unwrap();
    let place = Org { township: &village.township, village: &village.code };
    let filing = Filing::begun(format!("例备{person}"), place, &village.short, "例经办");
    let tx = county.db.write(Event { action: "test.filing".into(), ..Event::default() }).await.unwrap();
    let filing = filings::store::add(&tx, &filing).await.unwrap();
    tx.commit().await.unwrap();
    (person, filing)
}

async fn merge(county: &County) {
    let today = store::today();
    let merge = [
        ("code", "990101102"),
        ("other", "990101101"),
        ("day", today.as_str()),
        ("ground", "例政〔2026〕3号"),
    ];
    let office = county.browser("zuzhi").await;
    assert_eq!(office.post("/places/merge", &merge).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn persons_posts_and_filings_follow_their_village() {
    let county = county().await;
    let (office, old, new) =
        (county.browser("zuzhi").await, county.browser("qiaozhen").await, county.browser("hezhen").await);
    let (before, filed) = secretary(&county, "周例前", NORTH).await;
    let view = [("name", "例桥的人"), ("query", "town=990101102")];
    assert_eq!(office.post("/people/views", &view).await.status, StatusCode::SEE_OTHER);
    old.get("/people").await.has(&["周例前"]);
    new.get("/people").await.has_not(&["周例前"]);
    merge(&county).await;
    // Whoever comes later stands where the village stands, whatever its code began with.
    let (after, filed_after) = secretary(&county, "吴例后", NORTH).await;
    new.get("/people").await.has(&["周例前", "吴例后"]);
    new.get(&format!("/villages/{NORTH}/posts")).await.has(&["周例前", "吴例后"]);
    new.get("/posts").await.has(&["例北村"]);
    new.get("/").await.has(&["例北村"]);
    let files = [before, after].map(|id| format!("/people/{id}"));
    for path in files.into_iter().chain([filed, filed_after].map(|id| format!("/filings/{id}"))) {
        assert_eq!(new.get(&path).await.status, StatusCode::OK, "{path}");
        assert_eq!(old.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    old.get("/people").await.has_not(&["周例前", "吴例后"]);
    for path in ["/filings", "/posts", "/"] {
        old.get(path).await.has_not(&["例北村", "周例前"]);
    }
    office.get("/people?town=990101101").await.has(&["周例前", "吴例后", "例桥的人"]);
    let view = county.db.one("select query from saved_view", vec![]).await.unwrap().unwrap();
    assert_eq!(view.text(0).unwrap(), "town=990101101");
    // A file that moves between villages takes the township that the village has today.
    let (mover, _) = secretary(&county, "郑例迁", EAST).await;
    let form = [("rev", "1"), ("name", "郑例迁"), ("village", NORTH)];
    let moved = new.post(&format!("/people/{mover}/edit"), &form).await;
    assert_eq!(moved.status, StatusCode::SEE_OTHER, "{}", moved.text());
    let file = people::store::find(&county.db, mover).await.unwrap().unwrap();
    assert_eq!((file.get(Field::Village), file.township.as_str()), (NORTH, "990101101"));
    // A term of the village counts with the township it stands in.
    let form = [
        ("track", "elected"),
        ("title", "第十二届"),
        ("from", "2026-01-20"),
        ("to", "2031-01-19"),
        ("ground", "换届选举"),
    ];
    let term = new.post(&format!("/villages/{NORTH}/posts/term"), &form).await;
    assert_eq!(term.status, StatusCode::SEE_OTHER, "{}", term.text());
    let part = platform::access::Part::Township("990101101".into());
    let terms = posts::store::terms_of_part(&county.db, &part, &store::today()).await.unwrap();
    assert_eq!(terms.iter().map(|t| t.village.as_str()).collect::<Vec<_>>(), [NORTH]);
}

#[tokio::test]
async fn a_towns_pack_speaks_of_the_villages_it_has_today() {
    let county = county().await;
    let tx = county.db.write(Event { action: "test.part".into(), ..Event::default() }).await.unwrap();
    tx.run("update pack set part = '990101101'", vec![]).await.unwrap();
    tx.commit().await.unwrap();
    let reaching = async |village: &str| {
        let packs = facts::packs(&county.db, &store::today()).await.unwrap();
        facts::reaching(&county.db, &packs, village).await.unwrap().len()
    };
    assert_eq!((reaching(EAST).await, reaching(NORTH).await, reaching("990101101").await), (1, 0, 1));
    merge(&county).await;
    assert_eq!((reaching(EAST).await, reaching(NORTH).await), (1, 1));
}
