//! Person-post matching (人岗相适): over several vacancies at once the set of people that fills most of them, keeps to the order
//! of the chain, and fits best, in this order. Nobody sits twice, and no vacancy takes whom it may not.
//!
//! The assignment is the optimum: shortest augmenting paths over potentials (Kuhn, Munkres; Jonker and Volgenant), `n * n * m`
//! steps for `n` vacancies and `m` people.

/// Somebody who may fill a vacancy.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Offer {
    /// Position of the vacancy.
    pub vacancy: usize,
    /// Position of the person.
    pub person: usize,
    /// The step of the vacancy's chain, from 0: lower comes first.
    pub step: usize,
    /// How well the person fits, in hundredths of a hundredth: 8600 for 0.86.
    pub fit: i64,
}

/// Vacancies, people, and who may fill what.
#[derive(Clone, Debug)]
pub struct Problem {
    vacancies: usize,
    people: usize,
    offers: Vec<Offer>,
    /// Value of each pair, row by row; `None` where the person may not.
    values: Vec<Option<i128>>,
}

/// The best set.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Matching {
    /// For each vacancy its person; `None` where nobody is left who may.
    pub person: Vec<Option<usize>>,
    /// How many are filled.
    pub filled: usize,
    /// How many of them from each step.
    pub by_step: Vec<usize>,
    /// The fits of all, added up.
    pub fit: i64,
}

impl Problem {
    /// Of offers; where one pair is offered twice, the better offer counts.
    pub fn new(vacancies: usize, people: usize, offers: Vec<Offer>) -> Self {
        let steps = offers.iter().map(|o| o.step + 1).max().unwrap_or(0);
        let top = offers.iter().map(|o| o.fit.unsigned_abs()).max().unwrap_or(0);
        // One seat more outweighs every step, and one seat from an earlier step every fit: each is worth more than all that
        // comes after it can add up to.
        let seats = vacancies as i128 + 1;
        let mut worth = vec![0i128; steps + 1];
        let mut unit = 2 * i128::from(top) * seats + 1;
        for step in (0..steps).rev() {
            worth[step] = unit * seats.pow((steps - 1 - step) as u32);
        }
        unit = worth.first().copied().unwrap_or(unit) * seats + 1;
        let mut values = vec![None; vacancies * people];
        for o in &offers {
            let value = unit + worth[o.step] + i128::from(o.fit);
            let at = &mut values[o.vacancy * people + o.person];
            *at = Some(at.map_or(value, |old: i128| old.max(value)));
        }
        Problem { vacancies, people, offers, values }
    }

    fn value(&self, vacancy: usize, person: usize) -> Option<i128> {
        self.values[vacancy * self.people + person]
    }

    /// The best set.
    pub fn solve(&self) -> Matching {
        self.solve_with(None)
    }

    /// The best set in which a vacancy is given to this person, to be held against the best of all; `None` where the person may
    /// not fill it.
    pub fn instead(&self, vacancy: usize, person: usize) -> Option<Matching> {
        self.value(vacancy, person)?;
        Some(self.solve_with(Some((vacancy, person))))
    }

    fn solve_with(&self, fixed: Option<(usize, usize)>) -> Matching {
        // Rows are vacancies; behind the people stands a column a vacancy for being left empty, worth nothing.
        let (n, m) = (self.vacancies, self.people + self.vacancies);
        let most = self.values.iter().flatten().copied().max().unwrap_or(0);
        let forbidden = (most + 1) * (n as i128 + 2);
        let cost = |row: usize, column: usize| -> i128 {
            if let Some((vacancy, person)) = fixed
                && (row == vacancy) != (column == person)
                && (row == vacancy || column == person)
            {
                return forbidden;
            }
            match column.checked_sub(self.people) {
                None => self.value(row, column).map_or(forbidden, |v| -v),
                Some(own) if own == row => 0,
                Some(_) => forbidden,
            }
        };
        let taken = assign(n, m, cost);
        let person: Vec<Option<usize>> = taken
            .into_iter()
            .enumerate()
            .map(|(row, column)| {
                (column < self.people && self.value(row, column).is_some()).then_some(column)
            })
            .collect();
        self.told(person)
    }

    fn told(&self, person: Vec<Option<usize>>) -> Matching {
        let steps = self.offers.iter().map(|o| o.step + 1).max().unwrap_or(0);
        let (mut by_step, mut fit) = (vec![0; steps], 0);
        for (vacancy, who) in person.iter().enumerate() {
            let Some(who) = who else { continue };
            let given = self.offers.iter().filter(|o| o.vacancy == vacancy && o.person == *who);
            if let Some(best) = given.min_by_key(|o| (o.step, -o.fit)) {
                by_step[best.step] += 1;
                fit += best.fit;
            }
        }
        Matching { filled: person.iter().flatten().count(), by_step, fit, person }
    }
}

/// The cheapest column for each of `n` rows, no column twice; `m >= n`. Indices behind 0 are the rows and columns themselves.
fn assign(n: usize, m: usize, cost: impl Fn(usize, usize) -> i128) -> Vec<usize> {
    let (mut u, mut v) = (vec![0i128; n + 1], vec![0i128; m + 1]);
    let (mut row_of, mut way) = (vec![0usize; m + 1], vec![0usize; m + 1]);
    for row in 1..=n {
        row_of[0] = row;
        let mut at = 0;
        let mut least = vec![i128::MAX; m + 1];
        let mut used = vec![false; m + 1];
        loop {
            used[at] = true;
            let from = row_of[at];
            let (mut delta, mut next) = (i128::MAX, 0);
            for column in 1..=m {
                if used[column] {
                    continue;
                }
                let reduced = cost(from - 1, column - 1) - u[from] - v[column];
                if reduced < least[column] {
                    least[column] = reduced;
                    way[column] = at;
                }
                if least[column] < delta {
                    delta = least[column];
                    next = column;
                }
            }
            for column in 0..=m {
                if used[column] {
                    u[row_of[column]] += delta;
                    v[column] -= delta;
                } else {
                    least[column] -= delta;
                }
            }
            at = next;
            if row_of[at] == 0 {
                break;
            }
        }
        while at != 0 {
            let before = way[at];
            row_of[at] = row_of[before];
            at = before;
        }
    }
    let mut out = vec![0; n];
    for column in 1..=m {
        if row_of[column] > 0 {
            out[row_of[column] - 1] = column - 1;
        }
    }
    out
}

#[cfg(test)]
mod tests;
