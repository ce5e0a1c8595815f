//! Seats and grades. Source: PACKS, "Grades".

use kernel::MILLION;
use policy::{Grade, Grading, Rounding, Ties};

/// No grade: the subject is incomplete, or the pack has no grades.
pub const NO_GRADE: u8 = u8::MAX;

/// Seats of each grade in a group of `n`; `None` for a grade without quota.
pub fn seats(grades: &[Grade], rounding: Rounding, n: u64) -> Vec<Option<u64>> {
    let whole = 100 * MILLION;
    let share = |quota: i128| {
        let exact = quota * i128::from(n);
        ((exact / whole) as u64, exact % whole)
    };
    let mut out: Vec<Option<u64>> = grades
        .iter()
        .map(|g| {
            g.quota.map(|q| {
                let (seats, rest) = share(q.0);
                seats + u64::from(rounding == Rounding::Ceil && rest > 0)
            })
        })
        .collect();
    if rounding == Rounding::LargestRemainder {
        let quotas: i128 = grades.iter().filter_map(|g| g.quota).map(|q| q.0).sum();
        let (spare_seats, spare_rest) = share(whole - quotas);
        let mut rests: Vec<(i128, usize)> =
            grades.iter().enumerate().filter_map(|(i, g)| g.quota.map(|q| (share(q.0).1, i))).collect();
        // The share of no grade comes last among equals.
        rests.push((spare_rest, grades.len()));
        rests.sort_by_key(|(rest, i)| (-rest, *i));
        let given: u64 = out.iter().flatten().sum::<u64>() + spare_seats;
        for (_, i) in rests.into_iter().take(n.saturating_sub(given) as usize) {
            if let Some(Some(seats)) = out.get_mut(i) {
                *seats += 1;
            }
        }
    }
    out
}

/// Gives grades to a group.
///
/// `order` holds its complete subjects, best first; `total` (hundredths), `cap` (worst grade position allowed by
/// vetoes, [`NO_GRADE`] for none) and `out` are indexed by subject; `out` begins with [`NO_GRADE`] everywhere.
pub fn fill(
    grades: &[Grade],
    grading: &Grading,
    seats: &[Option<u64>],
    order: &[u32],
    total: &[i64],
    cap: &[u8],
    out: &mut [u8],
) {
    let Some(last) = grades.len().checked_sub(1) else { return };
    let capped = |i: u32, g: usize| {
        let cap = cap[i as usize];
        cap != NO_GRADE && usize::from(cap) > g
    };
    let mut rest: Vec<u32> = order.to_vec();
    // The total of a run that `share_worse` left whole to the next grade with seats.
    let mut left: Option<i64> = None;
    for (g, grade) in grades.iter().enumerate() {
        if g == last {
            rest.iter().for_each(|i| out[*i as usize] = g as u8);
            break;
        }
        let eligible: Vec<u32> =
            rest.iter().copied().filter(|i| !(grading.refill && capped(*i, g))).collect();
        let value = |k: usize| total[eligible[k] as usize];
        let reach = match grade.at_least {
            Some(line) => (0..eligible.len()).take_while(|k| value(*k) >= line).count(),
            None => eligible.len(),
        };
        let take = match seats[g] {
            None => reach,
            Some(0) => 0,
            Some(seats) => {
                let seats = seats as usize;
                let run = left.take().map_or(0, |t| (0..reach).take_while(|k| value(*k) >= t).count());
                let take = seats.min(reach);
                if run >= seats {
                    run
                } else if take == seats && take < reach && value(take - 1) == value(take) {
                    match grading.ties {
                        Ties::TieBreak => take,
                        Ties::ShareBetter => {
                            (take..reach).take_while(|k| value(*k) == value(take)).count() + take
                        }
                        Ties::ShareWorse => {
                            left = Some(value(take));
                            (0..take).take_while(|k| value(*k) > value(take)).count()
                        }
                    }
                } else {
                    take
                }
            }
        };
        eligible[..take].iter().for_each(|i| out[*i as usize] = g as u8);
        rest.retain(|i| out[*i as usize] == NO_GRADE);
    }
    if !grading.refill {
        for i in order {
            let given = &mut out[*i as usize];
            if capped(*i, usize::from(*given)) {
                *given = cap[*i as usize];
            }
        }
    }
}
