//! A village's people: who sits where in both terms, who is in reserve, who left.

use super::life::{self, Scene};
use super::names::Names;
use super::seats::{Role, Terms, Which};
use super::time::{day, day_text};
use super::words::{pick, weighed};
use super::{Hint, Hold, LASTS, Oddity, Person, Roster, ties};
use crate::dice::Dice;
use crate::places::Place;
use policy::posts::WayOut;

/// Somebody to be made.
#[derive(Clone)]
pub(super) struct Plan {
    pub role: Role,
    pub female: bool,
    pub age: i64,
    pub holds: Vec<Hold>,
    /// A party member, always, or with a chance.
    pub party: f64,
    pub source: &'static str,
    pub reserve: bool,
    pub secretary_reserve: bool,
    /// The day of leaving; empty while in use.
    pub left_on: String,
    /// Position of the sibling whose surname is shared.
    pub sibling_of: Option<usize>,
}

const LEADERS: [(&str, u32); 7] = [
    ("full_time_cadre", 24),
    ("prosperity_leader", 22),
    ("migrant_worker", 16),
    ("veteran", 16),
    ("returned_entrepreneur", 9),
    ("grid_worker", 7),
    ("village_doctor", 3),
];
const RESERVES: [(&str, u32); 9] = [
    ("returned_graduate", 28),
    ("prosperity_leader", 21),
    ("veteran", 19),
    ("grid_worker", 9),
    ("full_time_cadre", 6),
    ("returned_entrepreneur", 6),
    ("unemployed_graduate", 5),
    ("migrant_worker", 3),
    ("village_doctor", 3),
];
const OFFICERS: [(&str, u32); 3] =
    [("returned_graduate", 6), ("unemployed_graduate", 2), ("full_time_cadre", 2)];

pub(super) fn around(mean: f64, spread: f64, low: i64, high: i64, dice: &mut Dice) -> i64 {
    ((mean + spread * dice.normal()).round() as i64).clamp(low, high)
}

/// A village's people as they are thought up.
pub(super) struct Builder<'a> {
    pub terms: Terms,
    pub plans: Vec<Plan>,
    pub odd: Vec<Oddity>,
    pub hint: &'a Hint,
    today: i64,
}

impl Builder<'_> {
    pub fn plan(&mut self, role: Role, female: bool, age: i64, party: f64, dice: &mut Dice) -> &mut Plan {
        let source = match role {
            Role::Officer => weighed(&OFFICERS, dice),
            Role::Reserve => weighed(&RESERVES, dice),
            // The young of a team are graduates more often than their elders.
            _ if age < 33 && dice.chance(0.5) => "returned_graduate",
            _ => weighed(&LEADERS, dice),
        };
        self.plans.push(Plan {
            role,
            female,
            age,
            holds: Vec::new(),
            party,
            source: if female && source == "veteran" { "grid_worker" } else { source },
            reserve: false,
            secretary_reserve: false,
            left_on: String::new(),
            sibling_of: None,
        });
        let at = self.plans.len() - 1;
        &mut self.plans[at]
    }

    pub fn holds(&self, posts: &[&'static str], which: Which, dice: &mut Dice) -> Vec<Hold> {
        posts.iter().map(|p| self.terms.hold(p, which, dice)).collect()
    }

    pub fn position(&self, role: Role) -> Option<usize> {
        self.plans.iter().position(|p| p.role == role)
    }

    /// Age of a plan on the first day of the last term, nearly.
    fn age_then(&self, at: usize) -> i64 {
        self.plans[at].age - (self.today - self.terms.begins("village_director", Which::Last)) / 365
    }

    /// A seat: its holder now, and who held it in the last term.
    fn seat(
        &mut self,
        role: Role,
        posts: &[&'static str],
        draw: (f64, i64),
        party: f64,
        stays: f64,
        dice: &mut Dice,
    ) {
        let (women, age) = draw;
        let female = dice.chance(women);
        let present = self.holds(posts, Which::Present, dice);
        self.plan(role, female, age, party, dice).holds = present;
        let at = self.plans.len() - 1;
        if self.age_then(at) >= 22 && dice.chance(stays) {
            let mut last = self.holds(posts, Which::Last, dice);
            last.append(&mut self.plans[at].holds);
            self.plans[at].holds = last;
            return;
        }
        if self.hint.secretary_age.is_none_or(|a| role != Role::Head || a < 55) && age < 55 {
            // Who comes new is younger than who stayed.
            self.plans[at].age = (age - 7).max(24);
        }
        let kept = if role == Role::Head { 0.85 } else { 0.75 };
        if dice.chance(kept) {
            self.former(role, female, posts, at, dice);
        }
    }

    /// Who held a seat in the last term and left it, at its end or on the way.
    fn former(&mut self, role: Role, female: bool, posts: &[&'static str], heir: usize, dice: &mut Dice) {
        let mut last = self.holds(posts, Which::Last, dice);
        let mean = match role {
            Role::Head => 59.0,
            Role::Woman => 49.0,
            _ => 58.0,
        };
        let age = around(mean, 4.5, 38, 67, dice);
        let mut end = self.terms.last_day();
        if dice.chance(0.12) && self.age_then(heir) >= 23 {
            // Left on the way; the heir followed some weeks later.
            end = day("2022-03-01") + dice.below(1_100) as i64;
            let (way, ground) = weighed(
                &[
                    ((WayOut::Resigned, "本人申请辞职〔合成〕"), 5),
                    ((WayOut::Transferred, "工作调动〔合成〕"), 2),
                    ((WayOut::Removed, "经研究免去党内职务〔合成〕"), 2),
                    ((WayOut::Death, "因病去世〔合成〕"), 1),
                ],
                dice,
            );
            last.iter_mut().for_each(|h| h.end(end, way, ground));
            let mut heirs = self.holds(posts, Which::Last, dice);
            let from = end + 20 + dice.below(50) as i64;
            heirs.iter_mut().for_each(|h| h.begin(from, "届中补选〔合成〕"));
            heirs.append(&mut self.plans[heir].holds);
            self.plans[heir].holds = heirs;
        } else if age >= 60 {
            for hold in last.iter_mut().filter(|h| h.track == policy::posts::Track::Party && dice.chance(0.4))
            {
                (hold.way_out, hold.ground_out) = (Some(WayOut::Retired), "到龄离任〔合成〕".into());
            }
        }
        let plan = self.plan(Role::Former, female, age, if role == Role::Woman { 0.6 } else { 0.92 }, dice);
        plan.holds = last;
        plan.left_on = day_text(end);
    }

    fn secretary_age(&self, dice: &mut Dice) -> i64 {
        match self.hint.secretary_age {
            Some(age @ 55..=69) => i64::from(age),
            None if dice.chance(0.06) => 60 + dice.below(5) as i64,
            None if dice.chance(0.09) => 55 + dice.below(5) as i64,
            // Where the old ones are known the others may be younger: the mean of all stays.
            Some(_) => around(44.3, 5.5, 31, 54, dice),
            None => around(46.0, 5.5, 31, 54, dice),
        }
    }

    /// The two committees; gives whether one person heads both.
    fn committees(&mut self, residents: bool, dice: &mut Dice) {
        let concurrent = dice.chance(0.63);
        let small = concurrent && !residents && dice.chance(0.48);
        let large = residents || dice.chance(0.22);
        let no_woman = !residents && dice.chance(0.025);
        let her = |share: f64| if no_woman { 0.0 } else { share };

        let head: &[&str] =
            if concurrent { &["party_secretary", "village_director"] } else { &["party_secretary"] };
        let age = self.secretary_age(dice);
        self.seat(Role::Head, head, (her(0.1), age), 1.0, 0.64, dice);
        self.before(concurrent, dice);
        let mut deputy = true;
        if !concurrent {
            deputy = dice.chance(0.3);
            let posts: &[&str] = match deputy {
                false => &["village_director", "party_deputy"],
                true if dice.chance(0.6) => &["village_director", "party_member"],
                true => &["village_director"],
            };
            let age = around(48.0, 6.5, 32, 58, dice);
            self.seat(
                Role::Director,
                posts,
                (her(0.08), age),
                if posts.len() > 1 { 1.0 } else { 0.3 },
                0.62,
                dice,
            );
        }
        if deputy {
            let age = around(45.5, 6.5, 30, 57, dice);
            self.seat(Role::Deputy, &["party_deputy", "committee_member"], (her(0.14), age), 1.0, 0.62, dice);
        }
        let age =
            if dice.chance(0.9) { around(31.5, 2.6, 24, 35, dice) } else { around(41.0, 3.0, 36, 50, dice) };
        let posts: &[&str] = match no_woman {
            true => &["committee_member"],
            false if dice.chance(0.35) => &["committee_member", "women_chair", "party_member"],
            false => &["committee_member", "women_chair"],
        };
        self.seat(Role::Woman, posts, (her(1.0), age), if posts.len() > 2 { 1.0 } else { 0.55 }, 0.5, dice);
        let age = around(49.0, 6.0, 36, 60, dice);
        self.seat(Role::Overseer, &["party_member", "supervision_head"], (her(0.06), age), 1.0, 0.7, dice);
        if !small && (concurrent || !deputy) || residents {
            let age = around(45.0, 7.0, 28, 58, dice);
            self.seat(Role::Third, &["party_member", "committee_member"], (her(0.14), age), 1.0, 0.62, dice);
        }
        if large && !small {
            for _ in 0..if residents && !concurrent { 2 } else { 1 } {
                let age = around(34.0, 6.0, 23, 50, dice);
                self.seat(Role::Sixth, &["committee_member"], (her(0.3), age), 0.5, 0.6, dice);
            }
        }
        if no_woman {
            self.odd.push(Oddity::NoWoman);
        }
        self.older();
    }

    /// Secretaries rose from below, or held one post of the two before.
    fn before(&mut self, concurrent: bool, dice: &mut Dice) {
        let Some(head) = self.position(Role::Head) else { return };
        let held_before =
            self.plans[head].holds.iter().any(|h| h.post == "party_secretary" && h.to_on != LASTS);
        if held_before {
            if concurrent && dice.chance(0.28) {
                self.plans[head].holds.retain(|h| h.post != "village_director" || h.to_on == LASTS);
                if dice.chance(0.8) {
                    self.former(Role::Director, false, &["village_director"], head, dice);
                    // Whoever left the seat on the way was not followed by the secretary.
                    let last = self.terms.last_day();
                    let begins = day_text(last);
                    self.plans[head]
                        .holds
                        .retain(|h| h.post != "village_director" || h.to_on == LASTS || h.from_on > begins);
                }
            }
        } else if self.age_then(head) >= 25 && dice.chance(0.55) && self.plans[head].holds.len() <= 2 {
            let mut last = self.holds(&["party_deputy", "committee_member"], Which::Last, dice);
            last.append(&mut self.plans[head].holds);
            self.plans[head].holds = last;
        }
    }

    /// Raises the ages of a team that is said to be old.
    fn older(&mut self) {
        let Some(wanted) = self.hint.team_age else { return };
        let team: Vec<usize> =
            (0..self.plans.len()).filter(|i| self.plans[*i].role != Role::Former).collect();
        for _ in 0..4 {
            let sum: i64 = team.iter().map(|i| self.plans[*i].age).sum();
            let lacking = (wanted * team.len() as f64).ceil() as i64 - sum;
            if lacking <= 0 {
                return;
            }
            let share = lacking / (team.len() as i64 - 1).max(1) + 1;
            for &i in team.iter().filter(|i| **i > 0) {
                let limit = if self.plans[i].role == Role::Woman { 52 } else { 59 };
                self.plans[i].age = (self.plans[i].age + share).min(limit);
            }
        }
    }

    /// A seat that fell vacant this year.
    fn vacancy(&mut self, dice: &mut Dice) {
        let wanted = self.hint.complete.map_or_else(|| dice.chance(0.04), |complete| !complete);
        if !wanted {
            return;
        }
        self.odd.push(Oddity::Vacancy);
        let end = day("2026-04-01") + dice.below(150) as i64;
        let Some(head) = self.position(Role::Head) else { return };
        let concurrent =
            self.plans[head].holds.iter().any(|h| h.post == "village_director" && h.to_on == LASTS);
        let ends = |holds: &mut Vec<Hold>, posts: &[&str], way, ground: &str| {
            holds
                .iter_mut()
                .filter(|h| h.to_on == LASTS && posts.contains(&h.post))
                .for_each(|h| h.end(end, way, ground));
        };
        if concurrent && dice.chance(0.45) {
            // One of the two posts went, the other stayed: the tracks are two.
            let (post, way, ground) = match dice.chance(0.5) {
                true => {
                    ("party_secretary", WayOut::Removed, "经研究免去党内职务，村委会职务依法保留〔合成〕")
                }
                false => ("village_director", WayOut::Resigned, "本人书面辞去村委会职务〔合成〕"),
            };
            ends(&mut self.plans[head].holds, &[post], way, ground);
            return;
        }
        let seats = [Role::Head, Role::Director, Role::Third, Role::Overseer, Role::Deputy];
        let there: Vec<usize> = seats.iter().filter_map(|r| self.position(*r)).collect();
        let at = if there.len() > 1 && dice.chance(0.75) { pick(&there[1..], dice) } else { head };
        let (way, ground) = weighed(
            &[
                ((WayOut::Resigned, "本人申请辞职〔合成〕"), 5),
                ((WayOut::Transferred, "考录到镇工作〔合成〕"), 3),
                ((WayOut::Death, "因病去世〔合成〕"), 1),
            ],
            dice,
        );
        let plan = &mut self.plans[at];
        plan.holds.iter_mut().filter(|h| h.to_on == LASTS).for_each(|h| h.end(end, way, ground));
        plan.left_on = day_text(end);
        plan.role = Role::Former;
    }
}

/// The people of a village.
pub(super) fn roster(place: &Place, hint: &Hint, today: &str, dice: &mut Dice) -> Roster {
    let residents = place.code.get(9..).is_some_and(|c| c < "200");
    let terms = Terms::new(&place.township, residents, dice);
    let mut b = Builder { terms, plans: Vec::new(), odd: Vec::new(), hint, today: day(today) };
    b.committees(residents, dice);
    b.vacancy(dice);
    b.officers(dice);
    b.reserves(dice);
    b.others(dice);
    let kin = b.kin(dice);
    if b.plans
        .iter()
        .any(|p| p.age >= 60 && p.holds.iter().any(|h| h.post == "party_secretary" && h.to_on == LASTS))
    {
        b.odd.push(Oddity::Old);
    }
    let scene = Scene::new(place, b.today);
    let mut names = Names::new(dice);
    let mut persons: Vec<Person> = Vec::with_capacity(b.plans.len());
    for plan in &b.plans {
        let surname = plan.sibling_of.and_then(|i| persons.get(i)).and_then(|p| p.name.chars().next());
        let ethnic = scene.ethnic(dice);
        let name = match surname {
            Some(surname) => names.of(surname, plan.female, dice),
            None => names.next(plan.female, ethnic, dice),
        };
        let (mut person, born) = life::person(&scene, plan, name, ethnic, dice);
        ties::tie(&scene, plan, &mut person, born, &mut names, dice);
        persons.push(person);
    }
    if let Some((a, b, married)) = kin {
        ties::relate(&mut persons, a, b, married);
    }
    // Those who left come last.
    let mut order: Vec<usize> = (0..persons.len()).collect();
    order.sort_by_key(|i| (b.plans[*i].role == Role::Former, *i));
    let mut slots: Vec<Option<Person>> = persons.into_iter().map(Some).collect();
    let persons = order.into_iter().filter_map(|i| slots[i].take()).collect();
    Roster { village: place.code.clone(), terms: b.terms.rows(), persons, odd: b.odd }
}
