//! Who stands beside a village's two committees: officers, reserves, the supervision committee; relatives, second files.

use super::seats::{Role, Which};
use super::team::{Builder, Plan, around};
use super::time::{day_text, first_day, month, month_text};
use super::words::weighed;
use super::{LASTS, Oddity, Person, Roster, Stay};
use crate::dice::Dice;
use policy::posts::WayOut;

impl Builder<'_> {
    pub fn officers(&mut self, dice: &mut Dice) {
        let count = usize::from(dice.chance(0.84)) + usize::from(dice.chance(0.06));
        for _ in 0..count {
            let age = around(27.5, 2.8, 23, 34, dice);
            let female = dice.chance(0.55);
            // Hired in autumn, from the age of 22 on.
            let first = (2026 - age + 23).clamp(2021, 2025);
            let year = first + dice.below((2026 - first) as usize) as i64;
            let from = first_day(month(year, 9)) + dice.below(20) as i64;
            let hold = self.terms.officer(from, dice);
            let plan = self.plan(Role::Officer, female, age, 0.5, dice);
            plan.holds = vec![hold];
        }
    }

    pub fn reserves(&mut self, dice: &mut Dice) {
        let wanted =
            self.hint.reserves.unwrap_or_else(|| weighed(&[(0, 6), (1, 48), (2, 36), (3, 10)], dice));
        if wanted == 0 {
            self.odd.push(Oddity::NoReserve);
            return;
        }
        // Where many are wanted for secretary, those are the village's reserves.
        let pure = weighed(&[(0, 72), (1, 22), (2, 5), (3, 1)], dice);
        for _ in wanted.min(2)..pure.max(wanted.min(2)) {
            self.reserve(dice);
        }
        for plan in &mut self.plans {
            let young = plan.age <= 45;
            plan.reserve |= match plan.role {
                Role::Officer => dice.chance(0.75),
                Role::Deputy | Role::Third | Role::Sixth | Role::Director => young && dice.chance(0.42),
                Role::Woman => young && dice.chance(0.25),
                _ => false,
            };
        }
        while self.plans.iter().filter(|p| p.reserve).count() < 2 && !dice.chance(0.34) {
            self.reserve(dice);
        }
        let order = [Role::Deputy, Role::Third, Role::Officer, Role::Reserve, Role::Director, Role::Sixth];
        let mut chosen = 0;
        for role in order {
            let fits = |p: &&mut Plan| p.role == role && p.age <= 45 && (25..).contains(&p.age);
            for plan in self.plans.iter_mut().filter(fits) {
                let share = if role == Role::Officer { 0.6 } else { 0.85 };
                if chosen < wanted && (role == Role::Reserve || dice.chance(share)) {
                    (plan.reserve, plan.secretary_reserve, plan.party) = (true, true, 1.0);
                    chosen += 1;
                }
            }
        }
        while chosen < wanted {
            let plan = self.reserve(dice);
            (plan.secretary_reserve, plan.party) = (true, 1.0);
            plan.age = plan.age.clamp(25, 45);
            chosen += 1;
        }
    }

    fn reserve(&mut self, dice: &mut Dice) -> &mut Plan {
        let age = match dice.below(100) {
            0..=33 => 22 + dice.below(9) as i64,
            34..=88 => 31 + dice.below(12) as i64,
            _ => 43 + dice.below(6) as i64,
        };
        let female = dice.chance(0.36);
        let plan = self.plan(Role::Reserve, female, age, 0.5, dice);
        plan.reserve = true;
        plan
    }

    /// The youth league's post, and the two members of the supervision committee beside its head.
    pub fn others(&mut self, dice: &mut Dice) {
        let young = |p: &&mut Plan| {
            p.left_on.is_empty() && p.age <= 28 && !matches!(p.role, Role::Former | Role::Woman)
        };
        let older =
            |p: &&mut Plan| p.left_on.is_empty() && (29..=36).contains(&p.age) && p.role != Role::Former;
        let hold = self.terms.hold("youth_league_secretary", Which::Present, dice);
        let late = dice.chance(0.1);
        let mut found = self.plans.iter_mut().find(young);
        if found.is_none() || late {
            found = self.plans.iter_mut().find(older);
        }
        if let Some(plan) = found
            && dice.chance(0.93)
        {
            plan.holds.push(hold);
        }
        let mut members = 0;
        for at in 0..self.plans.len() {
            let plan = &self.plans[at];
            let dead = plan.holds.iter().any(|h| h.way_out == Some(WayOut::Death));
            let fits = match plan.role {
                // Who left for another post is not free.
                Role::Former => plan.age <= 64 && !dead && plan.left_on == day_text(self.terms.last_day()),
                Role::Reserve => plan.age >= 26,
                _ => false,
            };
            if members < 2 && fits && dice.chance(0.8) {
                let hold = self.terms.hold("supervision_member", Which::Present, dice);
                self.plans[at].holds.push(hold);
                self.plans[at].left_on.clear();
                members += 1;
            }
        }
        for _ in members..2 {
            let (female, age) = (dice.chance(0.34), around(49.0, 6.5, 35, 62, dice));
            let mut holds = self.holds(&["supervision_member"], Which::Present, dice);
            if dice.chance(0.5) {
                holds.splice(0..0, self.holds(&["supervision_member"], Which::Last, dice));
            }
            self.plan(Role::Villager, female, age, 0.45, dice).holds = holds;
        }
    }

    /// Two relatives where there should be none; positions, and whether they are married.
    pub fn kin(&mut self, dice: &mut Dice) -> Option<(usize, usize, bool)> {
        if !dice.chance(0.025) {
            return None;
        }
        let find = |roles: &[Role], female: bool| {
            self.plans
                .iter()
                .position(|p| roles.contains(&p.role) && p.female == female && p.left_on.is_empty())
        };
        let man = find(&[Role::Deputy, Role::Third, Role::Director, Role::Sixth], false)?;
        let (a, b, married) = match find(&[Role::Woman], true) {
            Some(woman) if dice.chance(0.5) => (man, woman, true),
            _ => (man, find(&[Role::Overseer], false)?, false),
        };
        if married {
            // Not too unlike in age.
            let age = self.plans[b].age;
            self.plans[a].age = self.plans[a].age.clamp(age - 2, age + 6).max(26);
        } else {
            // The surname is the earlier one's.
            self.plans[a.max(b)].sibling_of = Some(a.min(b));
        }
        self.odd.push(Oddity::Kin);
        Some((a, b, married))
    }
}

/// Now and then a clerk makes a second file for a person, with less in it.
pub(super) fn twice(roster: &mut Roster, dice: &mut Dice) {
    if !dice.chance(0.02) {
        return;
    }
    let Some(first) = roster.persons.iter().find(|p| p.holds.is_empty() && p.left_on.is_empty()) else {
        return;
    };
    let second = Person {
        village: first.village.clone(),
        name: first.name.clone(),
        sex: first.sex,
        birth: first.birth.get(..4).unwrap_or_default().to_owned(),
        ethnic: first.ethnic,
        phone: first.phone.clone(),
        political: first.political,
        education: first.education,
        source: first.source,
        stays: vec![Stay {
            pool: "reserve",
            from_on: format!("{}-15", month_text(month(2026, 3) + dice.below(6) as i64)),
            to_on: LASTS.to_owned(),
            ground_in: "乡镇推荐名单〔合成〕".to_owned(),
            ground_out: String::new(),
        }],
        ..Person::default()
    };
    roster.persons.push(second);
    roster.odd.push(Oddity::Twice);
}
