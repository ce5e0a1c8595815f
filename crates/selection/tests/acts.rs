//! Double entry, a meeting's count, and seats: cases by hand.

use kernel::{Lang, Ratio, Score};
use selection::{
    Count, CountFault, DoubleEntry, Entrant, Entry, EntryRefusal, Resolution, Room, RoomFault, Share,
    Standing, Value, ValueFault, Vote, arrange,
};

const FULL: Score = Score(10_000);

fn mark(hundredths: i64) -> Value {
    Value::Mark(Score(hundredths))
}

#[test]
fn j1_two_people_enter_and_a_third_resolves_what_differs() {
    let mut it = DoubleEntry::default();
    assert_eq!((it.standing(), it.value()), (Standing::Empty, None));
    assert_eq!(it.enter("何例乙", mark(7850), FULL), Ok(Standing::Once));
    assert_eq!(it.enter("何例乙", mark(7850), FULL), Err(EntryRefusal::SamePerson));
    assert!(!it.may_enter(&"何例乙") && it.may_enter(&"韩例戌"));
    assert_eq!(it.resolve("冯例酉", mark(7850), "看过", FULL), Err(EntryRefusal::NoDifference));
    assert_eq!(it.enter("韩例戌", mark(7580), FULL), Ok(Standing::Differs(mark(7850), mark(7580))));
    assert_eq!(it.value(), None, "nothing counts while the two differ");
    assert_eq!(it.enter("冯例酉", mark(7850), FULL), Err(EntryRefusal::Full));
    assert_eq!(it.resolve("韩例戌", mark(7850), "看过", FULL), Err(EntryRefusal::SamePerson));
    assert_eq!(it.resolve("冯例酉", mark(7850), "　 ", FULL), Err(EntryRefusal::NoReason));
    let out_of_range = EntryRefusal::Value(ValueFault::Range { mark: Score(10_001), full: FULL });
    assert_eq!(it.resolve("冯例酉", mark(10_001), "看过", FULL), Err(out_of_range));
    assert_eq!(it.resolve("冯例酉", mark(7850), "卷面 78.50", FULL), Ok(Standing::Resolved(mark(7850))));
    assert_eq!(it.value(), Some(mark(7850)));
    assert_eq!(it.resolution().unwrap().by, "冯例酉");
    assert_eq!(it.resolve("杨例亥", mark(7580), "再看", FULL), Err(EntryRefusal::Resolved));
}

#[test]
fn j1_absent_and_disqualified_are_values_of_their_own() {
    let entries =
        |a, b| DoubleEntry::of(&[Entry { by: 1, value: a }, Entry { by: 2, value: b }], None, FULL).unwrap();
    assert_eq!(entries(Value::Absent, Value::Absent).value(), Some(Value::Absent));
    assert_eq!(entries(Value::Disqualified, Value::Disqualified).value(), Some(Value::Disqualified));
    // Absent is no zero.
    assert_eq!(entries(Value::Absent, mark(0)).standing(), Standing::Differs(Value::Absent, mark(0)));
    assert_eq!(Value::Absent.mark(), None);
    let kept = [Entry { by: 1, value: Value::Absent }, Entry { by: 2, value: mark(0) }];
    let resolution = Resolution { by: 3, value: Value::Absent, reason: "考场记录：未到".into() };
    let it = DoubleEntry::of(&kept, Some(resolution), FULL).unwrap();
    assert_eq!(it.standing(), Standing::Resolved(Value::Absent));
    let forged = Resolution { by: 2, value: mark(0), reason: "考场记录：未到".into() };
    assert_eq!(DoubleEntry::of(&kept, Some(forged), FULL), Err(EntryRefusal::SamePerson));
}

#[test]
fn j1_what_is_typed_is_a_mark_or_one_of_the_words() {
    for (text, value) in [
        (" 78.5 ", mark(7850)),
        ("0", mark(0)),
        ("100", mark(10_000)),
        ("缺考", Value::Absent),
        ("违纪", Value::Disqualified),
    ] {
        assert_eq!(Value::parse(text, FULL), Ok(value), "{text}");
    }
    assert_eq!(Value::parse("", FULL), Err(ValueFault::Empty));
    assert_eq!(Value::parse("100.01", FULL), Err(ValueFault::Range { mark: Score(10_001), full: FULL }));
    for text in ["78.555", "７８", "没来", "1e2"] {
        assert!(matches!(Value::parse(text, FULL), Err(ValueFault::Shape(_))), "{text}");
    }
    let told = Value::parse("78.555", FULL).unwrap_err().message().text(Lang::Zh);
    assert_eq!(told, "小数点后最多 2 位；没有参加的写“缺考”，违纪的写“取消资格”");
}

const TWO_THIRDS: Share = Share { num: 2, den: 3, over: false };

fn count() -> Count {
    let vote = |(name, votes): (&str, u32)| Vote { name: name.into(), votes };
    Count {
        due: 45,
        present: 30,
        handed_out: 30,
        returned: 29,
        valid: 27,
        invalid: 2,
        names_a_ballot: 2,
        votes: [("吴例己", 18), ("郑例庚", 9), ("孙例丙", 18), ("李例丁", 0)].map(vote).to_vec(),
    }
}

#[test]
fn w7_a_meeting_counts_by_its_quorum_and_votes_are_in_order() {
    // 30 of 45 is two thirds exactly: 30 * 3 = 90 = 45 * 2.
    let meeting = count().close(TWO_THIRDS).unwrap();
    assert!(meeting.holds);
    let order: Vec<(usize, usize, usize)> = meeting.order.iter().map(|v| (v.vote, v.rank, v.level)).collect();
    assert_eq!(order, [(0, 1, 1), (2, 1, 1), (1, 3, 0), (3, 4, 0)]);
    // 18 / 27 = 2 / 3 = 66.666… % -> 66.7 for reading.
    assert_eq!(meeting.order[0].share, Some(Ratio::new(2, 3)));
    assert!(meeting.reaches(&meeting.order[0], TWO_THIRDS));
    assert!(!meeting.reaches(&meeting.order[0], Share { over: true, ..TWO_THIRDS }));
    assert_eq!(
        meeting.explain_vote(&meeting.order[0]).text(Lang::Zh),
        "得 18 票，占有效票 27 张的 66.7%，与另 1 人并列第 1，由人决定"
    );
    let told: Vec<String> = meeting.explain().iter().map(|m| m.text(Lang::Zh)).collect();
    assert_eq!(
        told,
        [
            "应到 45 人，实到 30 人",
            "发出 30 票，收回 29 票，有效 27 票，无效 2 票",
            "实到人数达到 2/3，会议有效"
        ]
    );
    // Of 46 due, thirty are not two thirds; of 60 due, thirty are not more than half.
    let few = Count { due: 46, ..count() }.close(TWO_THIRDS).unwrap();
    assert!(!few.holds && !few.reaches(&few.order[0], Share { num: 1, den: 2, over: true }));
    let half = Count { due: 60, ..count() }.close(Share { num: 1, den: 2, over: true }).unwrap();
    assert_eq!(half.explain()[2].text(Lang::Zh), "实到人数没有超过 1/2，会议无效");
    let none = Count { valid: 0, invalid: 29, votes: vec![], ..count() }.close(TWO_THIRDS).unwrap();
    assert_eq!(none.explain()[2].text(Lang::Zh), "没有一张有效票，会议无效");
}

#[test]
fn w7_sums_that_do_not_agree_are_told_every_one_at_once() {
    let vote = |(name, votes): (&str, u32)| Vote { name: name.into(), votes };
    let bad = Count {
        due: 20,
        present: 30,
        handed_out: 31,
        returned: 32,
        valid: 27,
        invalid: 2,
        names_a_ballot: 1,
        votes: [("吴例己", 28), (" ", 1), ("吴例己 ", 1)].map(vote).to_vec(),
    };
    assert_eq!(
        bad.close(Share { num: 4, den: 3, over: false }).unwrap_err(),
        [
            CountFault::Present { present: 30, due: 20 },
            CountFault::HandedOut { handed_out: 31, present: 30 },
            CountFault::Returned { returned: 32, handed_out: 31 },
            CountFault::Valid { valid: 27, invalid: 2, returned: 32 },
            CountFault::Votes { name: "吴例己".into(), votes: 28, valid: 27 },
            CountFault::Blank(2),
            CountFault::Twice("吴例己".into()),
            CountFault::Sum { votes: 30, most: 27 },
            CountFault::Quorum,
        ]
    );
    let empty = Count { due: 0, present: 0, handed_out: 0, returned: 0, valid: 0, invalid: 0, ..count() };
    let empty = Count { names_a_ballot: 0, votes: vec![], ..empty };
    assert_eq!(empty.check(), [CountFault::NobodyDue, CountFault::NoNames]);
}

fn entrants(places: &[(&str, usize)]) -> Vec<Entrant> {
    let mut out = Vec::new();
    for (place, n) in places {
        out.extend((0..*n).map(|i| Entrant { key: format!("{place}{i}"), place: (*place).into() }));
    }
    out
}

fn room(name: &str, capacity: usize) -> Room {
    Room { name: name.into(), capacity }
}

#[test]
fn j1_seats_are_drawn_by_seed_and_tickets_say_room_and_seat() {
    let rooms = [room("第一考场", 30), room("第二考场", 30), room("第三考场", 30)];
    let people = entrants(&[("例东村", 20), ("例西村", 20), ("例南村", 12), ("例北村", 10)]);
    let done = arrange(&rooms, &people, "1020", 7).unwrap();
    assert_eq!((done.seats.len(), done.clashes), (62, 0));
    assert_eq!(done.seats[0].ticket, "10200101");
    assert_eq!(done.seats[61].ticket, "10200302");
    assert_eq!(done, arrange(&rooms, &people, "1020", 7).unwrap(), "the same seed, the same seats");
    assert_ne!(done.seats, arrange(&rooms, &people, "1020", 8).unwrap().seats);
    // Whoever is given first: the same seats.
    let mut turned = people.clone();
    turned.reverse();
    let other = arrange(&rooms, &turned, "1020", 7).unwrap();
    let who = |people: &[Entrant], of: &[selection::Seated]| -> Vec<String> {
        of.iter().map(|s| people[s.entrant].key.clone()).collect()
    };
    assert_eq!(who(&people, &done.seats), who(&turned, &other.seats));
}

#[test]
fn j1_neighbours_of_one_place_are_as_few_as_can_be() {
    // 7 of 9 from one place in rooms of 5 and 4: each of the two others parts two pairs at most, and of 4 + 3 = 7 pairs
    // three are left: 甲乙甲乙甲, 甲甲甲甲.
    let rooms = [room("一", 5), room("二", 4)];
    let done = arrange(&rooms, &entrants(&[("甲", 7), ("乙", 2)]), "", 1).unwrap();
    assert_eq!(done.clashes, 3);
    assert_eq!(done.explain()[0].text(Lang::Zh), "有 3 对前后相邻的考生来自同一地方：人数所限，已经最少");
}

#[test]
fn j1_seats_that_cannot_be_had_are_refused_with_every_fault() {
    let rooms = [room("一", 0), room("一", 2)];
    let mut people = entrants(&[("甲", 3)]);
    people[2].key = "甲0".into();
    assert_eq!(
        arrange(&rooms, &people, "20A", 1).unwrap_err(),
        [
            RoomFault::Empty("一".into()),
            RoomFault::RoomTwice("一".into()),
            RoomFault::KeyTwice("甲0".into()),
            RoomFault::Capacity { people: 3, seats: 2 },
            RoomFault::Prefix("20A".into()),
        ]
    );
    assert_eq!(arrange(&[], &[], "", 1).unwrap_err(), [RoomFault::Nobody]);
}
