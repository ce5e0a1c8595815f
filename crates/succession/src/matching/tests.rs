use super::*;
use proptest::prelude::*;

fn offer(vacancy: usize, person: usize, step: usize, fit: i64) -> Offer {
    Offer { vacancy, person, step, fit }
}

/// Every set there is: filled, from each step, fit; the best by these in their order.
fn brute(vacancies: usize, people: usize, offers: &[Offer]) -> (usize, Vec<usize>, i64) {
    fn go(
        at: usize,
        vacancies: usize,
        used: &mut Vec<bool>,
        offers: &[Offer],
        so_far: (usize, Vec<usize>, i64),
    ) -> (usize, Vec<usize>, i64) {
        if at == vacancies {
            return so_far;
        }
        let mut best = go(at + 1, vacancies, used, offers, so_far.clone());
        for o in offers.iter().filter(|o| o.vacancy == at) {
            if used[o.person] {
                continue;
            }
            used[o.person] = true;
            let mut next = so_far.clone();
            next.0 += 1;
            next.1[o.step] += 1;
            next.2 += o.fit;
            best = best.max(go(at + 1, vacancies, used, offers, next));
            used[o.person] = false;
        }
        best
    }
    let steps = offers.iter().map(|o| o.step + 1).max().unwrap_or(0);
    go(0, vacancies, &mut vec![false; people], offers, (0, vec![0; steps], 0))
}

#[test]
fn h3_together_they_fit_better_than_each_alone() {
    // Both vacancies would take the first; together the second goes where the loss is least.
    let offers = vec![offer(0, 0, 0, 8600), offer(0, 1, 0, 8300), offer(1, 0, 0, 9100), offer(1, 1, 0, 5000)];
    let p = Problem::new(2, 2, offers);
    let best = p.solve();
    assert_eq!((best.person.clone(), best.filled, best.fit), (vec![Some(1), Some(0)], 2, 17400));
    // The other way round costs 3,800.
    let other = p.instead(0, 0).unwrap();
    assert_eq!((other.person, best.fit - other.fit), (vec![Some(0), Some(1)], 3800));
}

#[test]
fn j3_an_earlier_step_outweighs_any_fit_and_a_seat_outweighs_any_step() {
    let offers = vec![offer(0, 0, 1, 10000), offer(0, 1, 0, 1)];
    assert_eq!(Problem::new(1, 2, offers).solve().person, [Some(1)]);
    // To fill both, the first vacancy takes somebody of a later step.
    let offers = vec![offer(0, 0, 0, 9000), offer(0, 1, 2, 10), offer(1, 0, 0, 9000)];
    let best = Problem::new(2, 2, offers).solve();
    assert_eq!((best.person, best.by_step), (vec![Some(1), Some(0)], vec![1, 0, 1]));
}

#[test]
fn nobody_where_nobody_may() {
    assert_eq!(Problem::new(0, 0, vec![]).solve().filled, 0);
    assert_eq!(Problem::new(2, 0, vec![]).solve().person, [None, None]);
    let p = Problem::new(2, 3, vec![offer(0, 2, 0, 0)]);
    assert_eq!(p.solve().person, [Some(2), None]);
    assert_eq!(p.instead(1, 2), None);
    // Somebody who fits ill still fills the seat; who is offered twice counts by the better offer.
    let p = Problem::new(1, 1, vec![offer(0, 0, 1, 50), offer(0, 0, 0, -20)]);
    assert_eq!((p.solve().by_step, p.solve().fit), (vec![1, 0], -20));
}

proptest! {
    #[test]
    fn the_best_of_all_sets(
        vacancies in 1usize..5,
        people in 1usize..6,
        raw in proptest::collection::vec((0usize..5, 0usize..6, 0usize..3, -50i64..100), 0..16),
    ) {
        let mut offers: Vec<Offer> = Vec::new();
        for (v, p, step, fit) in raw {
            let (vacancy, person) = (v % vacancies, p % people);
            if !offers.iter().any(|o| o.vacancy == vacancy && o.person == person) {
                offers.push(offer(vacancy, person, step, fit));
            }
        }
        let problem = Problem::new(vacancies, people, offers.clone());
        let best = problem.solve();
        let (filled, by_step, fit) = brute(vacancies, people, &offers);
        prop_assert_eq!((best.filled, best.by_step.clone(), best.fit), (filled, by_step, fit));
        let mut seated: Vec<usize> = best.person.iter().flatten().copied().collect();
        seated.sort_unstable();
        seated.dedup();
        prop_assert_eq!(seated.len(), best.filled, "nobody sits twice");
        for (vacancy, who) in best.person.iter().enumerate() {
            if let Some(who) = who {
                prop_assert!(offers.iter().any(|o| o.vacancy == vacancy && o.person == *who));
                let same = problem.instead(vacancy, *who).expect("may");
                prop_assert_eq!((same.filled, same.fit), (best.filled, best.fit));
            }
        }
    }
}
