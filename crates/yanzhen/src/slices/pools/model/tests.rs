use super::*;
use policy::posts::{Dates, PackRef};
use std::sync::Arc;

fn item<T>(title: &str, what: T) -> Item<T> {
    let pack = PackRef { id: "p".into(), version: "1".into(), title: "办法".into(), hash: String::new() };
    Item {
        id: "x".into(),
        title: title.into(),
        what,
        off: false,
        basis: "第九条".into(),
        dates: Dates { from: "2026-01-01".into(), to: String::new() },
        pack: Arc::new(pack),
        row: 1,
    }
}

fn percent(n: i128) -> Option<Quantity> {
    Some(Quantity(n * kernel::MILLION))
}

fn aged(id: i64, age: u32) -> Member {
    Member { id, name: format!("何例{id}"), age: Some(age), ..Member::default() }
}

#[test]
fn c9_a_target_tells_how_many_are_lacking() {
    // 226 of 812 are 27.8 per cent; 30 per cent are 243.6, so 244: 18 more (the design's figures).
    let members: Vec<Member> = (0..812).map(|i| aged(i, if i < 226 { 30 } else { 40 })).collect();
    let all: Vec<&Member> = members.iter().collect();
    let young = Who { max_age: Some(30), ..Who::default() };
    let old = Who { min_age: Some(31), ..Who::default() };
    let least = item("青", Target { group: "年龄".into(), who: young, least: percent(30), most: None });
    let most = item("老", Target { group: "年龄".into(), who: old, least: None, most: percent(70) });
    let found = structure(&[&least, &most], &all);
    assert_eq!((found[0].n, found[0].of, found[0].tenths(), found[0].gap), (226, 812, 278, 18));
    // 586 are over thirty; 70 per cent are 568.4, so 568: 18 too many.
    assert_eq!((found[1].n, found[1].gap), (586, 18));
    assert_eq!(structure(&[&least], &[])[0].gap, 0, "an empty pool has no shares");
}

#[test]
fn j2_a_village_s_bench_counts_who_fits() {
    let league = Who { max_age: Some(30), ..Who::default() };
    let seats = [
        item(
            "书记后备",
            Seat { pool: "secretary_reserve".into(), post: String::new(), who: Who::default(), least: 2 },
        ),
        item(
            "团支书",
            Seat { pool: String::new(), post: "youth_league_secretary".into(), who: league, least: 1 },
        ),
    ];
    let pool = |m: Member| Member { pools: vec!["secretary_reserve".into()], ..m };
    let post = |m: Member| Member { posts: vec!["youth_league_secretary".into()], ..m };
    let (a, b, c) = (pool(aged(1, 33)), post(aged(2, 30)), post(aged(3, 38)));
    let all: Vec<&Item<Seat>> = seats.iter().collect();
    let found = bench(&all, &[&a, &b, &c]);
    assert_eq!((found[0].missing, found[0].filled.len()), (1, 1));
    assert_eq!((found[1].missing, found[1].filled[0].name.as_str()), (0, "何例2"));
    assert!(found[1].filled[0].soon, "30 this year is 31 the next");
    assert_eq!(found[1].unfit[0].person, 3);
    // The holder alone is too old: the seat is missing, and is told.
    let found = bench(&all, &[&c]);
    assert_eq!((found[1].missing, found[1].unfit.len()), (1, 1));
}

#[test]
fn the_lowest_tenth_without_ties_on_the_line() {
    let scored: Vec<(i64, i64)> = (0..30).map(|i| (i, 6000 + 100 * i)).collect();
    assert_eq!(lowest(&scored, percent(10).unwrap()), [0, 1, 2]);
    // The third and the fourth have one total: who of them would be warned?
    let mut tied = scored.clone();
    tied[2].1 = tied[3].1;
    assert_eq!(lowest(&tied, percent(10).unwrap()), [0, 1]);
    assert!(lowest(&scored[..9], percent(10).unwrap()).is_empty(), "a tenth of nine is nobody");
    assert_eq!(lowest(&[], percent(10).unwrap()), [0i64; 0]);
}

#[test]
fn quarters() {
    assert_eq!((quarter_of("2026-11-22"), quarter_of("2026-03-31")), ("2026-Q4".into(), "2026-Q1".into()));
    assert!(is_quarter("2026-Q4") && !is_quarter("2026-Q5") && !is_quarter("26-Q1") && !is_quarter("2026Q1"));
}

#[test]
fn g4_conversion_is_counted_by_year_of_entry() {
    let entries = [
        ("2023-03-01", Some("2024-06-01")),
        ("2023-05-01", None),
        ("2023-09-01", Some("2023-12-31")),
        ("2024-01-01", Some("2026-02-02")),
    ];
    let found = cohorts(entries);
    let first = &found["2023"];
    assert_eq!((first.entered, first.all(), first.of("2024"), first.tenths()), (3, 2, 1, 667));
    assert_eq!(found["2024"].tenths(), 1000);
}

fn proposed(adverse: bool) -> Move {
    Move {
        id: 1,
        person: 1,
        person_name: "何例乙".into(),
        village: String::new(),
        village_name: String::new(),
        township: String::new(),
        township_name: String::new(),
        pool: "reserve".into(),
        way: Way::Out,
        ground: "review_failed".into(),
        adverse,
        reason: "两次未过".into(),
        document: String::new(),
        state: State::Proposed,
        hear_until: "2026-11-20".into(),
        own_words: String::new(),
        own_at: None,
        meeting: String::new(),
        decided_by: String::new(),
        decided_on: String::new(),
        decision: String::new(),
        stay: None,
        by: String::new(),
        at: 0,
        rev: 1,
    }
}

#[test]
fn nobody_leaves_against_the_own_will_unheard() {
    let verdict = |verdict: &str| Verdict {
        verdict: verdict.into(),
        by: "何例甲".into(),
        on: "2026-11-18".into(),
        meeting: "镇党委会".into(),
        reason: String::new(),
    };
    let fields =
        |m: &Move, v: &Verdict, day: &str| decides(m, v, day).iter().map(|f| f.0).collect::<Vec<_>>();
    let mut m = proposed(true);
    assert_eq!(fields(&m, &verdict("carried"), "2026-11-20"), ["verdict"]);
    assert!(decides(&m, &verdict("carried"), "2026-11-21").is_empty());
    assert_eq!(fields(&m, &verdict("refused"), "2026-11-20"), ["reason"], "to refuse it needs no hearing");
    m.own_at = Some(1);
    assert!(decides(&m, &verdict("carried"), "2026-11-18").is_empty());
    assert!(decides(&proposed(false), &verdict("carried"), "2026-11-18").is_empty());
    assert_eq!(
        fields(&proposed(false), &Verdict::default(), "2026-11-18"),
        ["verdict", "by", "meeting", "on"]
    );
    let later = Verdict { on: "2026-12-01".into(), ..verdict("carried") };
    assert_eq!(fields(&proposed(false), &later, "2026-11-18"), ["on"]);
    m.state = State::Decided;
    assert_eq!(fields(&m, &verdict("carried"), "2026-11-21"), ["verdict"]);
}
