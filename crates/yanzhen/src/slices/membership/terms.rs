//! What a stage asks and when: the steps that are open, the first lawful day of each, what is missing before the next stage. Pure.

use super::model::{Act, Course, Faults, Finding, Given, Kind, State, Trial, months_after, names, past_day};
use super::model::{too_long, written};
use kernel::{Message, WorkCalendar, msg};
use policy::membership::{Stage, Step};
use policy::{Item, Membership};

/// A course with what happened in it.
#[derive(Clone, Debug)]
pub struct File {
    pub course: Course,
    /// In the order of their days.
    pub acts: Vec<Act>,
    pub trials: Vec<Trial>,
}

/// A step that is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// The step's id; of the stage to come, the stage's.
    pub item: String,
    pub title: String,
    /// The last day; empty where no clock runs.
    pub by: String,
    /// The first lawful day, where it is yet to come.
    pub first: String,
    /// How many were done, of how many.
    pub done: usize,
    pub least: u32,
    /// Asked before the next stage. Else it is only asked again, like the talk of every half-year.
    pub lacking: bool,
    /// Steps that come before it and are open, by title.
    pub waits: Vec<String>,
    /// It is the next stage itself.
    pub stage: bool,
    pub hint: String,
    pub basis: String,
}

impl Due {
    /// Whether it may be done on a day.
    pub fn may(&self, today: &str) -> bool {
        self.waits.is_empty() && (self.first.is_empty() || self.first.as_str() <= today)
    }
}

/// What is asked next of a course.
#[derive(Clone, Debug, Default)]
pub struct Outlook {
    /// Open steps, those with the nearest last day first.
    pub dues: Vec<Due>,
    /// The next stage, its first lawful day, and all that is missing.
    pub next: Option<Next>,
}

/// The stage that follows.
#[derive(Clone, Debug)]
pub struct Next {
    pub id: String,
    pub title: String,
    pub first: String,
    pub lacks: Vec<Message>,
}

impl Outlook {
    /// What is due first, of what has a last day.
    pub fn first(&self) -> Option<&Due> {
        self.dues.iter().find(|d| !d.by.is_empty())
    }
}

impl File {
    /// Steps of a kind that count, in the stage that lasts.
    fn taken<'f, 'i>(&'f self, item: &'i str) -> impl Iterator<Item = &'f Act> + use<'f, 'i> {
        let here = |a: &&Act| a.stage == self.course.stage && a.kind == Kind::Step && a.void_by.is_empty();
        self.acts.iter().filter(here).filter(move |a| a.item == item)
    }

    fn last<'f>(&'f self, item: &str) -> Option<&'f str> {
        self.taken(item).map(|a| a.day.as_str()).max()
    }

    fn complete(&self, step: &Step, item: &str) -> bool {
        let hours: i64 = self.taken(item).map(|a| a.hours).sum();
        self.taken(item).count() >= step.least as usize && hours >= i64::from(step.hours)
    }

    /// The first day on which the stage's months are over.
    pub fn term(&self, stage: &Stage) -> String {
        match i64::from(stage.months) + self.course.longer {
            0 => self.course.since.clone(),
            n => months_after(&self.course.since, n),
        }
    }

    fn passed(&self) -> usize {
        self.trials.iter().filter(|t| t.finding == Finding::Passed).count()
    }

    fn due(&self, step: &Item<Step>, steps: &[&Item<Step>], term: &str) -> Option<Due> {
        let complete = self.complete(step, &step.id);
        if complete && step.every_months.is_none() {
            return None;
        }
        let before: Vec<&&Item<Step>> = steps.iter().filter(|s| step.after.contains(&s.id)).collect();
        let open = before.iter().filter(|s| !self.complete(s, &s.id));
        let waits: Vec<String> = open.map(|s| s.title.clone()).collect();
        let since = || self.course.since.as_str();
        let by = match (step.every_months, step.within_months) {
            (Some(n), _) => months_after(self.last(&step.id).unwrap_or(since()), i64::from(n)),
            (_, Some(n)) if waits.is_empty() => {
                let from = before.iter().filter_map(|s| self.last(&s.id)).max().unwrap_or(since());
                months_after(from, i64::from(n))
            }
            _ => String::new(),
        };
        Some(Due {
            item: step.id.clone(),
            title: step.title.clone(),
            by,
            first: if step.at_end { term.to_owned() } else { String::new() },
            done: self.taken(&step.id).count(),
            least: step.least,
            lacking: !complete,
            waits,
            stage: false,
            hint: step.hint.clone(),
            basis: step.basis.clone(),
        })
    }

    /// What is asked next, under the packs of a day.
    pub fn outlook(&self, rules: &Membership, today: &str) -> Outlook {
        let course = &self.course;
        if course.state != State::Open {
            return Outlook::default();
        }
        let Some(stage) = rules.stage_on(&course.stage, today) else { return Outlook::default() };
        let steps = rules.steps_on(&course.stage, today);
        let term = self.term(stage);
        let mut dues: Vec<Due> = steps.iter().filter_map(|s| self.due(s, &steps, &term)).collect();
        let lacking = dues.iter().filter(|d| d.lacking);
        let mut lacks: Vec<Message> = lacking
            .map(|d| match d.least {
                1 => msg!("“{title}”还没有办好", title = d.title.as_str()),
                n => {
                    msg!("“{title}”办了 {done} 次，要 {n} 次", title = d.title.as_str(), done = d.done, n = n)
                }
            })
            .collect();
        if self.passed() < stage.tests as usize {
            lacks.push(msg!("一线考验合格 {done} 次，要 {n} 次", done = self.passed(), n = stage.tests));
        }
        let next = rules.next_on(&course.stage, today).map(|next| Next {
            id: next.id.clone(),
            title: next.title.clone(),
            first: term.clone(),
            lacks,
        });
        // Whoever has a term that may be made longer must be decided about when it is over; all others when nothing is missing.
        if let Some(next) = next.as_ref().filter(|n| stage.extends || n.lacks.is_empty()) {
            dues.push(Due {
                item: next.id.clone(),
                title: next.title.clone(),
                by: next.first.clone(),
                first: next.first.clone(),
                done: 0,
                least: 1,
                lacking: false,
                waits: Vec::new(),
                stage: true,
                hint: String::new(),
                basis: stage.basis.clone(),
            });
        }
        dues.sort_by(|a, b| {
            let key = |d: &Due| (d.by.is_empty(), d.by.clone(), !d.waits.is_empty());
            key(a).cmp(&key(b))
        });
        Outlook { dues, next }
    }

    /// What is wrong with a step as typed.
    pub fn takes(&self, rules: &Membership, calendar: &WorkCalendar, given: &Given, today: &str) -> Faults {
        let mut out = Faults::new();
        let course = &self.course;
        if course.state != State::Open {
            return vec![("item", msg!("这个发展过程已经结束"))];
        }
        let steps = rules.steps_on(&course.stage, today);
        let Some(step) = steps.iter().find(|s| s.id == given.item) else {
            return vec![("item", msg!("请选这个阶段要办的一件事"))];
        };
        let day = past_day(&given.on, today);
        let on = given.on.trim();
        match &day {
            Err(why) => out.push(("on", why.clone())),
            Ok(_) => out.extend(self.too_early(rules, step, &steps, on, today).map(|why| ("on", why))),
        }
        if names(&given.people) < step.people as usize {
            out.push(("people", msg!("请写明 {n} 人的姓名，用顿号隔开", n = step.people)));
        }
        if step.hours > 0 && !given.hours.trim().parse::<u16>().is_ok_and(|h| h > 0) {
            out.push(("hours", msg!("请写学时，整数")));
        }
        if step.workdays > 0 {
            match (past_day(&given.from_on, today), &day) {
                (Err(why), _) => out.push(("from_on", why)),
                (Ok(from), Ok(_)) => {
                    let first = calendar.add_workdays(from, step.workdays).day.to_string();
                    if first.as_str() > on {
                        out.push((
                            "on",
                            msg!("要满 {n} 个工作日，最早 {day}", n = step.workdays, day = first),
                        ));
                    }
                }
                _ => {}
            }
        }
        if step.meeting {
            out.extend(written("meeting", &given.meeting, msg!("请写明哪次会议")));
        }
        if step.document {
            out.extend(written("document", &given.document, msg!("请写明文号")));
        }
        out.extend(too_long("note", &given.note));
        out
    }

    /// Why a step may not stand on a day, with the first on which it may.
    fn too_early(
        &self,
        rules: &Membership,
        step: &Item<Step>,
        steps: &[&Item<Step>],
        on: &str,
        today: &str,
    ) -> Option<Message> {
        let open = steps.iter().find(|s| step.after.contains(&s.id) && !self.complete(s, &s.id));
        if let Some(open) = open {
            return Some(msg!("要先办好“{title}”", title = open.title.as_str()));
        }
        let mut first = self.course.since.clone();
        if let Some(stage) = rules.stage_on(&self.course.stage, today).filter(|_| step.at_end) {
            first = first.max(self.term(stage));
        }
        let before = steps.iter().filter(|s| step.after.contains(&s.id));
        first = before.filter_map(|s| self.last(&s.id)).map(str::to_owned).fold(first, String::max);
        (on < first.as_str()).then(|| msg!("还早：最早 {day}", day = first))
    }

    /// The day on which the next stage begins where it is decided on a day.
    pub fn begins(&self, next: &Stage, on: &str) -> String {
        let began = (!next.starts.is_empty()).then(|| self.last(&next.starts)).flatten();
        began.unwrap_or(on).to_owned()
    }

    /// What is wrong with going on to the next stage.
    pub fn advances(&self, rules: &Membership, given: &Given, today: &str) -> Faults {
        let mut out = Faults::new();
        let outlook = self.outlook(rules, today);
        let next = outlook.next.as_ref();
        let stage = next.and_then(|n| rules.stage_on(&n.id, today));
        let (Some(next), Some(stage)) = (next, stage) else {
            return vec![("on", msg!("这个发展过程已经结束"))];
        };
        out.extend(next.lacks.iter().map(|why| ("on", why.clone())));
        let latest = self.acts.iter().filter(|a| a.void_by.is_empty()).map(|a| a.day.as_str()).max();
        match past_day(&given.on, today) {
            Err(why) => out.push(("on", why)),
            Ok(_) => {
                let on = given.on.trim();
                let begins = self.begins(stage, on);
                let first = latest.unwrap_or_default().max(next.first.as_str());
                if begins < next.first {
                    out.push(("on", msg!("还早：最早 {day}", day = next.first.as_str())));
                } else if on < first {
                    out.push(("on", msg!("还早：最早 {day}", day = first)));
                }
            }
        }
        out.extend(named(given));
        out
    }

    /// What is wrong with making the stage longer.
    pub fn lengthens(&self, rules: &Membership, given: &Given, today: &str) -> Faults {
        let mut out = Faults::new();
        let course = &self.course;
        let stage = rules.stage_on(&course.stage, today).filter(|s| s.extends && course.state == State::Open);
        let Some(stage) = stage else { return vec![("months", msg!("这个阶段不能延长"))] };
        if course.longer > 0 {
            return vec![("months", msg!("只能延长一次，已经延长过 {n} 个月", n = course.longer))];
        }
        let (least, most) = (*rules.extend_min, *rules.extend_max);
        if !given.months.trim().parse::<u32>().is_ok_and(|n| (least..=most).contains(&n)) {
            out.push(("months", msg!("延长 {least} 至 {most} 个月", least = least, most = most)));
        }
        let term = self.term(stage);
        match past_day(&given.on, today) {
            Err(why) => out.push(("on", why)),
            Ok(_) if given.on.trim() < term.as_str() => {
                out.push(("on", msg!("还早：最早 {day}", day = term)));
            }
            Ok(_) => {}
        }
        out.extend(named(given));
        out.extend(written("note", &given.note, msg!("请写明理由，本人看得到")));
        out
    }

    /// What is wrong with ending the course before its end.
    pub fn ends(&self, rules: &Membership, given: &Given, today: &str) -> Faults {
        let mut out = Faults::new();
        if self.course.state != State::Open {
            return vec![("item", msg!("这个发展过程已经结束"))];
        }
        let way = State::by_id(&given.item).filter(|s| matches!(s, State::Stopped | State::Withdrawn));
        if way.is_none() {
            out.push(("item", msg!("请选停止，还是本人退出")));
        }
        match past_day(&given.on, today) {
            Err(why) => out.push(("on", why)),
            Ok(_) if given.on.trim() < self.course.since.as_str() => {
                out.push(("on", msg!("还早：最早 {day}", day = self.course.since.as_str())));
            }
            Ok(_) => {}
        }
        out.extend(written("by", &given.by, msg!("请写明由谁决定")));
        // Whoever is on the party's roll already leaves it by the meeting that may decide it, with its document.
        let enrolled = rules.stage_on(&self.course.stage, today).is_some_and(|s| !s.political.is_empty());
        if enrolled || way == Some(State::Stopped) {
            out.extend(written("meeting", &given.meeting, msg!("请写明哪次会议")));
        }
        if enrolled {
            out.extend(written("document", &given.document, msg!("请写明上级党委批准的文号")));
        }
        out.extend(written("note", &given.note, msg!("请写明理由，本人看得到")));
        out
    }
}

/// What is wrong with who decided, and where.
fn named(given: &Given) -> Faults {
    let by = written("by", &given.by, msg!("请写明由谁决定"));
    let meeting = written("meeting", &given.meeting, msg!("请写明哪次会议"));
    by.into_iter().chain(meeting).chain(too_long("document", &given.document)).collect()
}

#[cfg(test)]
#[path = "model/tests.rs"]
mod tests;
