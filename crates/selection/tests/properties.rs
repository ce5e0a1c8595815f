//! Properties: order does not matter, what is dropped is dropped, ties are shared, sums agree, seats are as far apart as can be.

#![expect(clippy::unwrap_used, reason = "tests")]

use kernel::{Quantity, Score, round_half_away};
use proptest::collection::vec;
use proptest::prelude::*;
use selection::{
    Candidate, Count, Entrant, Outcome, PanelRule, Paper, Papers, Place, Ranking, Room, Share, Value, Vote,
    arrange, moved_up, rank,
};
use std::collections::{BTreeMap, BTreeSet};

fn panel(marks: &[i64], highest: usize, lowest: usize) -> Score {
    let n = marks.len();
    let rule = PanelRule { examiners: n, least: n, highest, lowest, full: Score(10_000) };
    rule.score(&marks.iter().map(|m| Some(Score(*m))).collect::<Vec<_>>()).unwrap().score
}

fn papers() -> Papers {
    let paper = |id: &str, weight, full| Paper {
        id: id.into(),
        name: id.into(),
        weight: Quantity::whole(weight),
        full: Score(full),
        pass: None,
    };
    Papers::new(vec![paper("a", 40, 10_000), paper("b", 60, 15_000)]).unwrap()
}

fn value() -> impl Strategy<Value = Option<Value>> {
    prop_oneof![
        // Few different marks, so that ties come up.
        12 => (0i64..12).prop_map(|m| Some(Value::Mark(Score(m * 500)))),
        1 => Just(Some(Value::Absent)),
        1 => Just(Some(Value::Disqualified)),
        1 => Just(None),
    ]
}

fn candidates() -> impl Strategy<Value = Vec<Candidate>> {
    vec((0..3u8, value(), value()), 0..30).prop_map(|all| {
        let one = |(p, a, b)| Candidate { place: format!("{p}"), marks: vec![a, b] };
        all.into_iter().map(one).collect()
    })
}

fn ranks(ranking: &Ranking) -> Vec<Option<usize>> {
    ranking.lines().iter().map(|l| l.rank).collect()
}

fn places(seats: usize) -> Vec<Place> {
    (0..3).map(|p| Place { name: format!("{p}"), seats }).collect()
}

proptest! {
    #[test]
    fn a_panel_is_the_mean_of_the_middle_in_any_order(
        (marks, order) in vec(0i64..=10_000, 3..9).prop_flat_map(|m| (Just(m.clone()), Just(m).prop_shuffle())),
        highest in 0usize..2,
        lowest in 0usize..2,
    ) {
        let mut sorted = marks.clone();
        sorted.sort_unstable();
        let middle = &sorted[lowest..sorted.len() - highest];
        let mean = round_half_away(middle.iter().map(|m| i128::from(*m)).sum(), middle.len() as i128);
        prop_assert_eq!(i128::from(panel(&marks, highest, lowest).0), mean);
        prop_assert_eq!(panel(&order, highest, lowest), panel(&marks, highest, lowest));
    }

    #[test]
    fn a_mark_dropped_as_highest_may_be_any_higher_one(marks in vec(0i64..=9_000, 4..9), up in 0i64..=1_000) {
        let mut higher = marks.clone();
        let top = (0..marks.len()).max_by_key(|i| marks[*i]).unwrap();
        higher[top] += up;
        prop_assert_eq!(panel(&higher, 1, 1), panel(&marks, 1, 1));
    }

    #[test]
    fn a_total_is_rounded_once_from_parts_that_add_up(a in 0i64..=10_000, b in 0i64..=15_000) {
        let values = [a, b].map(|m| Some(Value::Mark(Score(m))));
        let Outcome::Complete(total) = papers().outcome(&values) else { panic!() };
        // In hundredths: a * 40 / 100 + b / 1.5 * 60 / 100 = (2a + 2b) / 5.
        prop_assert_eq!(i128::from(total.total.0), round_half_away(2 * i128::from(a + b), 5));
        let sum = total.parts.iter().fold((0i128, 1i128), |(n, d), p| (n * p.exact.den + p.exact.num * d, d * p.exact.den));
        prop_assert_eq!(sum.0 * total.exact.den, total.exact.num * sum.1);
    }

    #[test]
    fn ranks_do_not_depend_on_the_order_given(
        (all, mixed) in candidates().prop_flat_map(|all| {
            let numbered: Vec<(usize, Candidate)> = all.iter().cloned().enumerate().collect();
            (Just(all), Just(numbered).prop_shuffle())
        }),
        seats in 0usize..3,
    ) {
        let (numbers, turned): (Vec<usize>, Vec<Candidate>) = mixed.into_iter().unzip();
        let (one, other) = (rank(&papers(), &["b"], &all).unwrap(), rank(&papers(), &["b"], &turned).unwrap());
        for (at, i) in numbers.iter().enumerate() {
            prop_assert_eq!(&other.lines()[at], &one.lines()[*i]);
        }
        let (ratio, none) = (Quantity::whole(2), []);
        let (one, other) = (one.draw(&places(seats), ratio, &none).unwrap(), other.draw(&places(seats), ratio, &none).unwrap());
        for (one, other) in one.iter().zip(&other) {
            let on: BTreeSet<usize> = other.on.iter().map(|at| numbers[*at]).collect();
            prop_assert_eq!(one.on.iter().copied().collect::<BTreeSet<_>>(), on);
            let turns: BTreeSet<(usize, usize)> = other.waiting.iter().map(|(at, t)| (numbers[*at], *t)).collect();
            prop_assert_eq!(one.waiting.iter().copied().collect::<BTreeSet<_>>(), turns);
        }
    }

    #[test]
    fn a_rank_is_one_and_the_number_of_those_before(all in candidates()) {
        let ranking = rank(&papers(), &["b", "a"], &all).unwrap();
        let key = |i: usize| match &ranking.lines()[i].outcome {
            Outcome::Complete(t) => Some((t.total, all[i].marks[1].and_then(Value::mark), all[i].marks[0].and_then(Value::mark))),
            _ => None,
        };
        for i in 0..all.len() {
            let same = |j: &usize| all[*j].place == all[i].place;
            let line = &ranking.lines()[i];
            match key(i) {
                None => prop_assert_eq!(line.rank, None),
                Some(own) => {
                    let others: Vec<_> = (0..all.len()).filter(same).filter_map(key).collect();
                    prop_assert_eq!(line.rank, Some(1 + others.iter().filter(|k| **k > own).count()));
                    prop_assert_eq!(line.level + 1, others.iter().filter(|k| **k == own).count());
                    prop_assert_eq!(line.of, others.len());
                    let same_total = others.iter().filter(|k| k.0 == own.0).count() - 1;
                    prop_assert_eq!(line.told_by.as_ref().map_or(0, |t| t.same_total), same_total);
                    // The papers that had to be compared: as far as the longest agreement with somebody who is not level.
                    let deep = others.iter().filter(|k| **k != own && k.0 == own.0)
                        .map(|k| if k.1 == own.1 { 2 } else { 1 }).max().unwrap_or(0);
                    prop_assert_eq!(line.told_by.as_ref().map_or(0, |t| t.papers.len()), deep);
                }
            }
        }
    }

    #[test]
    fn a_list_takes_the_best_and_nobody_falls_off_when_others_leave(
        all in candidates(),
        seats in 0usize..4,
        tenths in 10i64..35,
        leaves in vec(any::<prop::sample::Index>(), 0..6),
    ) {
        let ranking = rank(&papers(), &["b"], &all).unwrap();
        let ratio = Quantity(i128::from(tenths) * 100_000);
        let mut left: BTreeSet<usize> = BTreeSet::new();
        let mut before = ranking.draw(&places(seats), ratio, &[]).unwrap();
        for leave in leaves.iter().filter(|_| !all.is_empty()) {
            left.insert(leave.index(all.len()));
            let gone: Vec<usize> = left.iter().copied().collect();
            let after = ranking.draw(&places(seats), ratio, &gone).unwrap();
            for (old, new) in before.iter().zip(&after) {
                prop_assert!(old.on.iter().all(|i| new.on.contains(i) || left.contains(i)));
                let up = moved_up(old, new);
                // Who moves up had the first turn among those who are still there.
                let waiting = |i: &usize| old.waiting.iter().find(|(w, _)| w == i).map(|(_, t)| *t);
                let worst = up.iter().filter_map(waiting).max().unwrap_or(0);
                let passed = old.waiting.iter().filter(|(i, t)| *t < worst && !left.contains(i) && !up.contains(i));
                prop_assert_eq!(passed.count(), 0);
            }
            before = after;
        }
        for list in &before {
            prop_assert_eq!(list.wanted, (seats * tenths as usize).div_ceil(10));
            let rank = |i: &usize| ranking.lines()[*i].rank.unwrap();
            let worst = list.on.iter().map(rank).max();
            prop_assert!(list.waiting.iter().all(|(i, _)| Some(rank(i)) > worst));
            // Beyond what was wanted only by sharing the last rank.
            let better = list.on.iter().filter(|i| Some(rank(i)) != worst).count();
            prop_assert!(list.on.is_empty() || better < list.wanted);
            prop_assert!(list.short() == 0 || list.waiting.is_empty());
            for (i, turn) in &list.waiting {
                prop_assert_eq!(*turn, 1 + list.waiting.iter().filter(|(o, _)| rank(o) < rank(i)).count());
            }
        }
    }

    #[test]
    fn adding_an_absentee_changes_no_rank(mut all in candidates()) {
        let before = ranks(&rank(&papers(), &["b"], &all).unwrap());
        all.push(Candidate { place: "0".into(), marks: vec![Some(Value::Mark(Score(10_000))), Some(Value::Absent)] });
        let after = ranks(&rank(&papers(), &["b"], &all).unwrap());
        prop_assert_eq!(&after[..before.len()], &before[..]);
        prop_assert_eq!(after.last().copied().flatten(), None);
    }

    #[test]
    fn everybody_has_a_seat_and_a_ticket_of_its_own(
        capacities in vec(1usize..40, 1..6),
        counts in vec(0usize..25, 1..8),
        seed: u64,
    ) {
        let rooms: Vec<Room> =
            capacities.iter().enumerate().map(|(i, c)| Room { name: i.to_string(), capacity: *c }).collect();
        let people: Vec<Entrant> = counts.iter().enumerate()
            .flat_map(|(p, n)| (0..*n).map(move |i| Entrant { key: format!("{p}-{i}"), place: p.to_string() }))
            .collect();
        let seats: usize = capacities.iter().sum();
        let Ok(done) = arrange(&rooms, &people, "20", seed) else {
            prop_assert!(people.is_empty() || seats < people.len());
            return Ok(());
        };
        let who: BTreeSet<usize> = done.seats.iter().map(|s| s.entrant).collect();
        let tickets: BTreeSet<&str> = done.seats.iter().map(|s| s.ticket.as_str()).collect();
        prop_assert_eq!((who.len(), tickets.len()), (people.len(), people.len()));
        prop_assert!(done.seats.iter().all(|s| s.seat >= 1 && s.seat <= capacities[s.room]));
        let width = done.seats[0].ticket.len();
        prop_assert!(tickets.iter().all(|t| t.len() == width));
        let clashes = done.seats.windows(2)
            .filter(|w| w[0].room == w[1].room && people[w[0].entrant].place == people[w[1].entrant].place)
            .count();
        prop_assert_eq!(clashes, done.clashes);
        // Apart wherever no place has more people than every other seat.
        let mut filled: BTreeMap<usize, usize> = BTreeMap::new();
        done.seats.iter().for_each(|s| *filled.entry(s.room).or_default() += 1);
        let most: usize = filled.values().map(|n| n.div_ceil(2)).sum();
        prop_assert_eq!(clashes == 0, counts.iter().all(|n| *n <= most));
    }

    #[test]
    fn a_count_is_accepted_only_when_its_sums_agree(
        n in vec(0u32..12, 6), votes in vec(0u32..12, 0..4), names in 0u32..3,
    ) {
        let count = Count {
            due: n[0], present: n[1], handed_out: n[2], returned: n[3], valid: n[4], invalid: n[5],
            names_a_ballot: names,
            votes: votes.iter().enumerate().map(|(i, v)| Vote { name: i.to_string(), votes: *v }).collect(),
        };
        let right = n[0] > 0 && n[1] <= n[0] && n[2] <= n[1] && n[3] <= n[2] && n[4] + n[5] == n[3] && names > 0
            && votes.iter().all(|v| *v <= n[4]) && votes.iter().sum::<u32>() <= n[4] * names;
        let closed = count.close(Share { num: 1, den: 2, over: true });
        prop_assert_eq!(closed.is_ok(), right);
        if let Ok(meeting) = closed {
            prop_assert_eq!(meeting.holds, 2 * n[1] > n[0] && n[4] > 0);
            prop_assert!(meeting.order.windows(2).all(|w| votes[w[0].vote] >= votes[w[1].vote]));
        }
    }
}

/// Every way to seat people of places in small rooms: none has fewer neighbours of one place than the one that is drawn.
#[test]
fn j1_no_way_to_seat_people_has_fewer_neighbours_of_one_place() {
    fn least(
        rooms: &[usize],
        counts: &mut [usize],
        room: usize,
        seat: usize,
        before: Option<usize>,
    ) -> usize {
        if room == rooms.len() {
            return 0;
        }
        if seat == rooms[room] {
            return least(rooms, counts, room + 1, 0, None);
        }
        let mut best = usize::MAX;
        for p in 0..counts.len() {
            if counts[p] > 0 {
                counts[p] -= 1;
                let here = usize::from(before == Some(p));
                best = best.min(here + least(rooms, counts, room, seat + 1, Some(p)));
                counts[p] += 1;
            }
        }
        best
    }
    let mut tried = 0;
    for rooms in [vec![7], vec![2, 5], vec![1, 2, 4], vec![3, 4], vec![2, 2, 3], vec![1, 1, 5], vec![2, 3, 2]]
    {
        for a in 0..=7usize {
            for b in 0..=7 - a {
                let mut counts = vec![a, b, 7 - a - b];
                let halls: Vec<Room> = rooms
                    .iter()
                    .enumerate()
                    .map(|(i, c)| Room { name: i.to_string(), capacity: *c })
                    .collect();
                let people: Vec<Entrant> = counts
                    .iter()
                    .enumerate()
                    .flat_map(|(p, n)| {
                        (0..*n).map(move |i| Entrant { key: format!("{p}{i}"), place: p.to_string() })
                    })
                    .collect();
                let wanted = least(&rooms, &mut counts, 0, 0, None);
                for seed in 0..5 {
                    let done = arrange(&halls, &people, "", seed).unwrap();
                    assert_eq!(done.clashes, wanted, "{rooms:?} {counts:?} {seed}");
                    tried += 1;
                }
            }
        }
    }
    assert_eq!(tried, 7 * 36 * 5);
}
