//! Cases worked out by hand; the arithmetic stands beside them.

#![expect(clippy::unwrap_used, reason = "tests")]

use kernel::{Lang, Message, Quantity, Ratio, Score};
use selection::{
    Candidate, Draw, DrawFault, Fate, List, Outcome, PanelFault, PanelRule, Paper, PaperFault, Papers, Place,
    RankFault, Ranking, Value, moved_up, rank,
};

/// The pack's: 7 examiners, the highest and the lowest dropped, at least 5 where some stand aside.
const PANEL: PanelRule = PanelRule { examiners: 7, least: 5, highest: 1, lowest: 1, full: Score(10_000) };

fn zh(messages: &[Message]) -> Vec<String> {
    messages.iter().map(|m| m.text(Lang::Zh)).collect()
}

fn marks(of: &[i64]) -> Vec<Option<Score>> {
    of.iter().map(|m| Some(Score(*m))).collect()
}

fn paper(id: &str, name: &str, weight: &str, full: i64, pass: Option<i64>) -> Paper {
    let weight = Quantity::parse(weight).unwrap();
    Paper { id: id.into(), name: name.into(), weight, full: Score(full), pass: pass.map(Score) }
}

/// Written 40, interview 60, as the district does.
fn papers() -> Papers {
    Papers::new(vec![
        paper("written", "笔试", "40", 10_000, None),
        paper("interview", "面试", "60", 10_000, Some(6_000)),
    ])
    .unwrap()
}

fn candidate(place: &str, values: &[Option<Value>]) -> Candidate {
    Candidate { place: place.into(), marks: values.to_vec() }
}

fn mark(hundredths: i64) -> Option<Value> {
    Some(Value::Mark(Score(hundredths)))
}

#[test]
fn j1_seven_examiners_highest_and_lowest_dropped() {
    // 92.00 and 78.50 go; 85.50 + 86.00 + 84.00 + 88.00 + 90.00 = 433.50; / 5 = 86.70.
    let score = PANEL.score(&marks(&[8550, 8600, 9200, 8400, 8800, 7850, 9000])).unwrap();
    assert_eq!((score.score, score.exact), (Score(8670), Ratio::new(867, 10)));
    assert_eq!(score.of(Fate::Highest), [Score(9200)]);
    assert_eq!(score.of(Fate::Lowest), [Score(7850)]);
    assert_eq!(
        zh(&score.explain()),
        [
            "去掉最高分：92.00",
            "去掉最低分：78.50",
            "其余 5 个：90.00、88.00、86.00、85.50、84.00",
            "平均 86.7，四舍五入一次为 86.70",
        ]
    );
}

#[test]
fn j1_a_mean_is_rounded_once_and_equal_marks_are_told() {
    // Two at 90.00, one of them dropped; 70.00 dropped; 90.00 + 80.01 + 80.00 + 80.00 = 330.01; / 4 = 82.5025 -> 82.50.
    // Six examiners: one stood aside.
    let score = PANEL.score(&marks(&[9000, 8001, 8000, 9000, 8000, 7000])).unwrap();
    assert_eq!((score.score, score.exact), (Score(8250), Ratio::new(825_025, 10_000)));
    assert_eq!((score.level_high, score.level_low), (Some(Score(9000)), None));
    assert_eq!(score.marks[0].fate, Fate::Highest);
    assert_eq!(score.marks[3].fate, Fate::Counted);
    assert_eq!(zh(&score.explain())[2], "另有考官同为 90.00：去掉哪一个结果都一样");
    // 80.01 + 80.01 + 80.02 = 240.04; / 3 = 80.01333… -> 80.01; 80.00, 80.01, 80.01 of 240.02 -> 80.00666… -> 80.01.
    assert_eq!(PANEL.score(&marks(&[0, 8001, 8001, 8002, 10_000])).unwrap().score, Score(8001));
    let third = PANEL.score(&marks(&[0, 8000, 8001, 8001, 10_000])).unwrap();
    assert_eq!((third.score, third.exact.to_string()), (Score(8001), "12001/150".to_owned()));
    // Halves go up: 80.00 and 80.01 are 80.005 -> 80.01.
    let four = PanelRule { examiners: 4, least: 4, ..PANEL };
    assert_eq!(four.score(&marks(&[0, 8000, 8001, 9000])).unwrap().score, Score(8001));
}

#[test]
fn j1_a_panel_that_does_not_do_is_refused_with_every_fault() {
    let mut bad = marks(&[8000, 10_001, -1]);
    bad.push(None);
    let range = |examiner, mark| PanelFault::Range { examiner, mark: Score(mark), full: Score(10_000) };
    assert_eq!(
        PANEL.score(&bad).unwrap_err(),
        [
            PanelFault::TooFew { given: 4, least: 5 },
            range(2, 10_001),
            range(3, -1),
            PanelFault::Missing { examiner: 4 },
        ]
    );
    assert_eq!(PANEL.score(&marks(&[1; 8])).unwrap_err(), [PanelFault::TooMany { given: 8, examiners: 7 }]);
    let rule = PanelRule { examiners: 2, least: 3, highest: 2, lowest: 1, full: Score(0) };
    assert_eq!(
        rule.check(),
        [PanelFault::NothingLeft { dropped: 3, least: 3 }, PanelFault::LeastAboveFull, PanelFault::Full]
    );
}

/// The township's post of the design's page, with 3 seats.
fn township() -> Ranking {
    let all = [
        // 78.50 * 0.4 = 31.40, 86.40 * 0.6 = 51.84: 83.24
        candidate("例河镇岗", &[mark(7850), mark(8640)]),
        // 82.00 * 0.4 = 32.80, 83.80 * 0.6 = 50.28: 83.08
        candidate("例河镇岗", &[mark(8200), mark(8380)]),
        // 80.50 * 0.4 = 32.20, 82.20 * 0.6 = 49.32: 81.52
        candidate("例河镇岗", &[mark(8050), mark(8220)]),
        // 85.00 * 0.4 = 34.00, 78.60 * 0.6 = 47.16: 81.16
        candidate("例河镇岗", &[mark(8500), mark(7860)]),
        candidate("例河镇岗", &[mark(7400), Some(Value::Absent)]),
        // 99.00 * 0.4 = 39.60, 59.99 * 0.6 = 35.994: 75.594 -> 75.59, below the interview's pass line of 60.
        candidate("例河镇岗", &[mark(9900), mark(5999)]),
        candidate("例河镇岗", &[mark(9900), None]),
        candidate("例山镇岗", &[Some(Value::Disqualified), Some(Value::Absent)]),
        candidate("例山镇岗", &[mark(6000), mark(6000)]),
    ];
    rank(&papers(), &["interview"], &all).unwrap()
}

fn draw(ranking: &Ranking, seats: &[(&str, usize)], ratio: &str, left: &[usize]) -> Vec<List> {
    let place = |(name, seats): &(&str, usize)| Place { name: (*name).into(), seats: *seats };
    let places: Vec<Place> = seats.iter().map(place).collect();
    ranking.draw(&places, Quantity::parse(ratio).unwrap(), left).unwrap()
}

#[test]
fn j1_totals_and_ranks_inside_each_place() {
    let ranking = township();
    let total = |i: usize| ranking.lines()[i].outcome.total();
    let ranks: Vec<Option<usize>> = ranking.lines().iter().map(|l| l.rank).collect();
    assert_eq!(
        (0..9).map(total).collect::<Vec<_>>(),
        [Some(8324), Some(8308), Some(8152), Some(8116), None, Some(7559), None, None, Some(6000)]
            .map(|t| t.map(Score))
    );
    assert_eq!(ranks, [Some(1), Some(2), Some(3), Some(4), None, None, None, None, Some(1)]);
    assert!(matches!(&ranking.lines()[4].outcome, Outcome::Absent(p) if p == &[1]));
    assert!(matches!(&ranking.lines()[5].outcome, Outcome::Below(_, p) if p == &[1]));
    assert!(matches!(&ranking.lines()[6].outcome, Outcome::Missing(p) if p == &[1]));
    assert!(matches!(&ranking.lines()[7].outcome, Outcome::Disqualified(p) if p == &[0]));
    assert_eq!(ranking.everybody("例河镇岗"), [0, 1, 2, 3, 4, 5, 6]);
    assert_eq!(ranking.places().collect::<Vec<_>>(), ["例山镇岗", "例河镇岗"]);
    assert_eq!(
        zh(&ranking.explain(3)),
        [
            "“笔试”85.00 分，满分 100.00，权重 40%，计 34",
            "“面试”78.60 分，满分 100.00，权重 60%，计 47.16",
            "合计 81.16，四舍五入一次为 81.16",
            "“例河镇岗”共 4 人排名，3 人在前，列第 4 名",
        ]
    );
    assert_eq!(zh(&ranking.explain(4)), ["“面试”缺考：不计总分，不排名次"]);
    assert_eq!(
        zh(&ranking.explain(5))[2..],
        ["合计 75.594，四舍五入一次为 75.59", "“面试”59.99 分，没有达到合格线 60.00 分：不排名次，不进名单"]
    );
}

#[test]
fn j1_who_is_taken_who_waits_and_who_moves_up() {
    let ranking = township();
    let seats = [("例河镇岗", 3), ("例山镇岗", 1)];
    let lists = draw(&ranking, &seats, "1", &[]);
    assert_eq!((lists[0].on.as_slice(), lists[0].waiting.as_slice()), (&[0, 1, 2][..], &[(3, 1)][..]));
    assert_eq!((lists[1].on.as_slice(), lists[1].short()), (&[8][..], 0));
    assert_eq!(zh(&ranking.explain_list(&lists[0], 2)), ["3 个名额，按 1:1 取 3 人", "第 3 名，在名单内"]);
    assert_eq!(zh(&ranking.explain_list(&lists[0], 3))[1], "第 4 名，不在名单内，递补第 1");
    assert_eq!(zh(&ranking.explain_list(&lists[0], 4))[1], "没有名次，不在名单内");
    assert_eq!(zh(&ranking.explain_list(&lists[0], 6))[1], "分数没有定，先不列名单");
    // The second leaves: the fourth moves up and keeps the rank.
    let after = draw(&ranking, &seats, "1", &[1]);
    assert_eq!(moved_up(&lists[0], &after[0]), [3]);
    assert_eq!((after[0].on.as_slice(), after[0].left.as_slice()), (&[0, 2, 3][..], &[1][..]));
    assert_eq!(after[0].standing(&ranking, 1), Draw::Left);
    assert_eq!(zh(&ranking.explain_list(&after[0], 3))[1], "第 4 名，在名单内");
    // Nobody waits behind: two leave, one is short.
    let after = draw(&ranking, &seats, "1", &[1, 2]);
    assert_eq!((after[0].short(), after[0].waiting.len()), (1, 0));
    // 1:1.5 of 3 seats is 4.5: five are wanted, four are there.
    let wide = draw(&ranking, &seats, "1.5", &[]);
    assert_eq!((wide[0].wanted, wide[0].on.len(), wide[0].short()), (5, 4, 1));
}

/// Six of one place: rank by total, then interview, then shared.
fn level() -> Ranking {
    let all = [
        // All 80.00: 0.4 * 80 + 0.6 * 80; 0.4 * 77 + 0.6 * 82 = 30.8 + 49.2; 0.4 * 83 + 0.6 * 78 = 33.2 + 46.8.
        candidate("例村", &[mark(8000), mark(8000)]),
        candidate("例村", &[mark(7700), mark(8200)]),
        candidate("例村", &[mark(8300), mark(7800)]),
        candidate("例村", &[mark(8000), mark(8000)]),
        // 0.4 * 90 + 0.6 * 90 = 90; 0.4 * 70 + 0.6 * 70 = 70.
        candidate("例村", &[mark(9000), mark(9000)]),
        candidate("例村", &[mark(7000), mark(7000)]),
    ];
    rank(&papers(), &["interview"], &all).unwrap()
}

#[test]
fn j1_ties_are_broken_by_the_listed_papers_then_shared() {
    let ranking = level();
    let lines = ranking.lines();
    assert_eq!(lines.iter().map(|l| l.rank.unwrap()).collect::<Vec<_>>(), [3, 2, 5, 3, 1, 6]);
    assert_eq!(lines.iter().map(|l| l.level).collect::<Vec<_>>(), [1, 0, 0, 1, 0, 0]);
    assert_eq!(ranking.shared(), [("例村", 3, vec![0, 3])]);
    assert_eq!(
        zh(&ranking.explain(3))[3..],
        [
            "“例村”共 6 人排名，2 人在前，列第 3 名",
            "另有 3 人总分相同，依次比“面试”，分高的在前",
            "与另 1 人比到“面试”仍然相同：名次并列，由人决定",
        ]
    );
    assert!(lines[4].told_by.is_none() && lines[1].told_by.as_ref().unwrap().same_total == 3);
    // Without papers to compare, the four share rank 2, and the next has rank 6.
    let all: Vec<Candidate> =
        [[8000, 8000], [7700, 8200], [8300, 7800], [8000, 8000], [9000, 9000], [7000, 7000]]
            .map(|m| candidate("例村", &m.map(mark)))
            .to_vec();
    let plain = rank(&papers(), &[], &all).unwrap();
    assert_eq!(plain.lines().iter().map(|l| l.rank.unwrap()).collect::<Vec<_>>(), [2, 2, 2, 2, 1, 6]);
    assert_eq!(
        zh(&plain.explain(0))[4..],
        ["另有 3 人总分相同", "与另 3 人总分相同，办法没有写比什么：名次并列，由人决定"]
    );
}

#[test]
fn j1_who_is_level_on_the_border_is_on_the_list() {
    let ranking = level();
    // One seat at 1:3 takes three; rank 3 is shared by two, so four are on it.
    let list = &draw(&ranking, &[("例村", 1)], "3", &[])[0];
    assert_eq!((list.on.as_slice(), list.wanted, list.beyond()), (&[4, 1, 0, 3][..], 3, 1));
    assert_eq!(list.waiting, [(2, 1), (5, 2)]);
    assert_eq!(list.standing(&ranking, 3), Draw::OnLevel);
    assert_eq!(list.standing(&ranking, 1), Draw::On);
    assert_eq!(
        zh(&ranking.explain_list(list, 0)),
        ["1 个名额，按 1:3 取 3 人", "第 3 名并列，正在最后一个名额上：并列的全部列入，实有 4 人"]
    );
    // One leaves: three are left, as many as wanted, and nobody moves up.
    let after = &draw(&ranking, &[("例村", 1)], "3", &[3])[0];
    assert!(moved_up(list, after).is_empty());
    assert_eq!(after.on, [4, 1, 0]);
    // Of those who wait, level ones share the turn: two seats take ranks 1 and 2.
    let two = &draw(&ranking, &[("例村", 2)], "1", &[])[0];
    assert_eq!(two.waiting, [(0, 1), (3, 1), (2, 3), (5, 4)]);
    assert_eq!(
        zh(&ranking.explain_list(two, 3))[1],
        "第 3 名，不在名单内，与同名次的人同为递补第 1，由人决定先后"
    );
    // Both who share a turn move up together.
    let after = &draw(&ranking, &[("例村", 2)], "1", &[4])[0];
    assert_eq!((moved_up(two, after), after.beyond()), (vec![0, 3], 1));
    assert!(draw(&ranking, &[("例村", 0)], "3", &[])[0].on.is_empty());
}

#[test]
fn j1_the_interview_list_is_drawn_from_the_written_papers_alone() {
    // Aptitude 15 and essay 25 of the written 40, essay of 150: together of a hundred again.
    let all = Papers::new(vec![
        paper("aptitude", "职业能力", "15", 10_000, None),
        paper("essay", "申论", "25", 15_000, None),
        paper("interview", "面试", "60", 10_000, None),
    ])
    .unwrap();
    let written = all.only(&["essay", "aptitude"]).unwrap();
    assert_eq!(written.all().iter().map(|p| p.id.as_str()).collect::<Vec<_>>(), ["aptitude", "essay"]);
    // (15 * 70 / 100 + 25 * 100 / 150) * 100 / 40 = (10.5 + 16.666…) * 2.5 = 67.91666… -> 67.92
    let Outcome::Complete(total) = written.outcome(&[mark(7000), mark(10_000)]) else { panic!() };
    assert_eq!((total.total, total.exact), (Score(6792), Ratio::new(815, 12)));
    assert_eq!(
        zh(&written.explain(&Outcome::Complete(total))),
        [
            "“职业能力”70.00 分，满分 100.00，权重 37.5%，计 26.25",
            "“申论”100.00 分，满分 150.00，权重 62.5%，计 125/3",
            "合计 815/12，四舍五入一次为 67.92",
        ]
    );
    assert!(all.only(&["essay", "oral"]).is_none() && all.only(&[]).is_none());
}

#[test]
fn j1_papers_ranks_and_lists_that_cannot_be_used_are_refused_with_every_fault() {
    let bad = vec![
        paper("a", "甲", "0", 10_000, Some(10_001)),
        paper("a", "乙", "50.5", 0, None),
        paper("c", "丙", "50", 10_000, Some(-1)),
    ];
    assert_eq!(
        Papers::new(bad).unwrap_err(),
        [
            PaperFault::Weight("甲".into()),
            PaperFault::Pass("甲".into()),
            PaperFault::Twice("a".into()),
            PaperFault::Full("乙".into()),
            PaperFault::Pass("丙".into()),
            PaperFault::Sum(Quantity::parse("100.5").unwrap()),
        ]
    );
    assert_eq!(Papers::new(vec![]).unwrap_err(), [PaperFault::None]);
    let primes = [9_973, 9_967, 9_949, 9_941];
    let odd = primes.iter().map(|p| paper(&p.to_string(), "科", "25", *p, None)).collect();
    assert_eq!(Papers::new(odd).unwrap_err(), [PaperFault::TooMany]);
    let all = [candidate("例村", &[mark(10_001), mark(-1)]), candidate("例村", &[mark(1)])];
    let range = |paper: &str, mark| RankFault::Range { candidate: 1, paper: paper.into(), mark: Score(mark) };
    assert_eq!(
        rank(&papers(), &["oral", "written", "written"], &all).unwrap_err(),
        [
            RankFault::UnknownTie("oral".into()),
            RankFault::TieTwice("written".into()),
            range("笔试", 10_001),
            range("面试", -1),
            RankFault::Marks { candidate: 2, marks: 1, papers: 2 },
        ]
    );
    let place = || Place { name: "别村".into(), seats: 1 };
    assert_eq!(
        level().draw(&[place(), place()], Quantity::parse("0.5").unwrap(), &[6]).unwrap_err(),
        [
            DrawFault::Ratio(Quantity::parse("0.5").unwrap()),
            DrawFault::Twice("别村".into()),
            DrawFault::Unknown("例村".into()),
            DrawFault::Nobody(7),
        ]
    );
}
