//! A person's life: birth, schooling, work, posts, told as a file tells it.

use super::seats::Role;
use super::team::Plan;
use super::time::{Month, age_on, birthday, day, day_text, first_day, month, month_of, month_text};
use super::words::{
    COLLEGES, IN_SERVICE, IN_SERVICE_MAJORS, MASTERS, STRENGTHS, TECHNICAL, UNIVERSITIES, VOCATIONAL, jobs,
    pick,
};
use super::{Hold, LASTS, Person, Spell, Study};
use crate::dice::Dice;
use crate::places::Place;
use policy::posts::{KNOWN_POSTS, known_title};

/// Where and when a life is told.
pub(super) struct Scene {
    pub village: String,
    pub short: String,
    pub county: String,
    pub province: String,
    pub today: i64,
    /// Ethnic groups beside the Han, with their shares.
    others: &'static [(&'static str, f64)],
}

impl Scene {
    pub fn new(place: &Place, today: i64) -> Scene {
        let name = &place.name;
        let end = ["村民委员会", "居民委员会", "委会", "居委会"].iter().find_map(|end| {
            // `樨汀村委会` keeps its 村, `樨汀社区居委会` its 社区.
            let short = name.strip_suffix(end)?;
            (short.ends_with('村') || short.ends_with("社区")).then(|| short.to_owned())
        });
        // Mountain counties of the southwest, and the rest.
        let others: &[(&str, f64)] = match place.county_code.as_str() {
            "990104" => &[("07", 0.12), ("06", 0.09), ("03", 0.02)],
            "990102" => &[("03", 0.03)],
            _ => &[("03", 0.015), ("11", 0.004)],
        };
        Scene {
            village: place.code.clone(),
            short: end.unwrap_or_else(|| name.clone()),
            county: place.county.clone(),
            province: place.province.clone(),
            today,
            others,
        }
    }

    pub fn ethnic(&self, dice: &mut Dice) -> &'static str {
        let mut at = dice.unit();
        for (code, share) in self.others {
            if at < *share {
                return code;
            }
            at -= share;
        }
        "01"
    }

    /// Puts the village and the county into a text.
    pub fn say(&self, text: &str) -> String {
        text.replace("{v}", &self.short).replace("{c}", &self.county)
    }
}

/// Levels of schooling: full-time, and in service after it.
fn levels(plan: &Plan, dice: &mut Dice) -> (&'static str, Option<&'static str>) {
    let graduate = matches!(plan.source, "returned_graduate" | "unemployed_graduate");
    let (college, bachelor) = match plan.role {
        Role::Officer => (1.0, 0.62),
        Role::Reserve if graduate => (1.0, 0.7),
        Role::Reserve => (0.6, 0.12),
        Role::Villager => (0.12, 0.2),
        Role::Former => (0.14, 0.2),
        _ if graduate => (1.0, 0.6),
        Role::Head => (share(plan.age, [0.74, 0.44, 0.26, 0.08]), 0.42),
        _ => (share(plan.age, [0.76, 0.4, 0.2, 0.08]), 0.35),
    };
    let senior = |dice: &mut Dice| match dice.below(10) {
        0..=1 => "40",
        2..=6 => "60",
        _ => "70",
    };
    if !dice.chance(college) {
        let level = if plan.role == Role::Head { pick(&["60", "60", "40"], dice) } else { senior(dice) };
        // Few are over fifty-five and went to primary school alone.
        let least = plan.age > 56 && plan.role != Role::Head && dice.chance(0.1);
        return (if least { "80" } else { level }, None);
    }
    let scholar = graduate || plan.role == Role::Officer;
    let level = if dice.chance(if scholar { bachelor } else { 0.2 }) { "20" } else { "30" };
    let later = !scholar && plan.age >= 28 && dice.chance(0.7);
    if later {
        return (pick(&["60", "40", "60"], dice), Some(if dice.chance(0.3) { "20" } else { "30" }));
    }
    match level {
        "20" if scholar && plan.age >= 26 && dice.chance(0.06) => ("10", None),
        "30" if plan.age >= 27 && dice.chance(0.3) => ("30", Some("20")),
        level => (level, None),
    }
}

/// By age: up to 39, 49, 57, more.
fn share(age: i64, by: [f64; 4]) -> f64 {
    match age {
        ..=39 => by[0],
        40..=49 => by[1],
        50..=57 => by[2],
        _ => by[3],
    }
}

/// The month a level of full-time schooling ends.
fn graduation(born: i64, level: &str) -> Month {
    let month_born = month_of(born);
    let (year, late) = (month_born / 12, i64::from(month_born % 12 >= 8));
    let age = match level {
        "80" => 13,
        "70" => 16,
        "40" | "60" => 19,
        "30" => 22,
        "20" => 23,
        _ => 26,
    };
    month(year + age - 1 + late, 7)
}

fn study(level: &'static str, part_time: bool, end: Month, dice: &mut Dice) -> Study {
    let one = |schools: &[(&'static str, &'static [&'static str])], dice: &mut Dice| {
        let (school, majors) = pick(schools, dice);
        (3, school.to_owned(), pick(majors, dice), "")
    };
    let (years, school, major, degree) = match (level, part_time) {
        (_, true) => (3, pick(&IN_SERVICE, dice).to_owned(), pick(&IN_SERVICE_MAJORS, dice), ""),
        ("10", _) => {
            let (major, degree) = pick(&MASTERS, dice);
            (3, pick(&UNIVERSITIES[..3], dice).0.to_owned(), major, degree)
        }
        ("20", _) => {
            let (school, majors) = pick(&UNIVERSITIES, dice);
            let (major, degree) = pick(majors, dice);
            (4, school.to_owned(), major, degree)
        }
        ("30", _) => one(&COLLEGES, dice),
        ("40", _) => one(&VOCATIONAL, dice),
        ("60", _) => (3, format!("例河第{}中学", pick(&["一", "二", "三", "四"], dice)), "", ""),
        _ => (3, format!("例河第{}初级中学", pick(&["一", "五", "七"], dice)), "", ""),
    };
    let from = end - years * 12 + 2;
    Study { part_time, level, degree, school, major, from_on: month_text(from), to_on: month_text(end) }
}

/// The person, and the day of birth. Numbers, ties and what was told come after.
pub(super) fn person(
    scene: &Scene,
    plan: &Plan,
    name: String,
    ethnic: &'static str,
    dice: &mut Dice,
) -> (Person, i64) {
    let born = birthday(scene.today, plan.age, dice);
    let (full, part) = levels(plan, dice);
    let now = month_of(scene.today);
    // Schooling must be over when the first hold begins.
    let first = plan.holds.iter().map(|h| month_of(day(&h.from_on))).min();
    let limit = first.unwrap_or(now);
    let mut full = full;
    while graduation(born, full) > limit {
        full = match full {
            "10" => "20",
            "20" => "30",
            "30" => "60",
            "60" | "40" => "70",
            _ => break,
        };
    }
    let part = part.filter(|level| *level < full);
    let graduated = graduation(born, full);
    let mut studies = vec![study(full, false, graduated, dice)];
    if let Some(level) = part {
        let earliest = graduated.max(month(2003, 7)) + 48;
        let ends = (month(2012, 1) + dice.below(150) as i64).max(earliest).min(now - 3);
        if ends >= earliest.min(now - 3) && ends - graduated >= 36 {
            let ends = ends / 12 * 12 + 6;
            studies.push(study(level, true, ends.min(now - 3), dice));
        }
    }
    let (cv, work) = career(scene, plan, born, &studies[0], graduated, dice);
    let education = studies.iter().map(|s| s.level).min().unwrap_or("");
    let degree = match full {
        "10" => "3",
        "20" => "4",
        _ => "",
    };
    let mut person = Person {
        village: scene.village.clone(),
        name,
        sex: if plan.female { "2" } else { "1" },
        birth: month_text(month_of(born)),
        ethnic,
        origin: format!("{}{}", scene.province, scene.county),
        birthplace: format!("{}{}", scene.province, scene.county),
        identity: day_text(born),
        bank: if first.is_some() && plan.left_on.is_empty() && dice.chance(0.8) {
            "-".into()
        } else {
            String::new()
        },
        health: if dice.chance(0.96) { "健康" } else { "一般" },
        work_on: month_text(work),
        education,
        degree,
        technical: if dice.chance(0.12) { pick(&TECHNICAL, dice) } else { "" },
        strengths: if dice.chance(0.62) { pick(&STRENGTHS, dice) } else { "" },
        source: plan.source,
        left_on: plan.left_on.clone(),
        studies,
        cv,
        holds: plan.holds.clone(),
        ..Person::default()
    };
    membership(scene, plan, &mut person, born, dice);
    (person, born)
}

/// Political status, the party's date, the stage on the way to it.
fn membership(scene: &Scene, plan: &Plan, person: &mut Person, born: i64, dice: &mut Dice) {
    let party_post =
        plan.holds.iter().filter(|h| h.post.starts_with("party_")).map(|h| day(&h.from_on)).min();
    let member = party_post.is_some() || dice.chance(plan.party);
    let now = month_of(scene.today);
    let grown = month_of(born) + 18 * 12 + 1;
    if member {
        // Two years before the first party post at the latest.
        let latest = party_post.map_or(now - 1, |d| month_of(d) - 24).max(grown);
        let earliest = grown + 12;
        let wanted = grown + (2 + dice.below(13) as i64) * 12 + dice.below(12) as i64;
        let on = wanted.max(earliest).min(latest);
        person.party_on = month_text(on);
        // A year on probation before one counts in full.
        person.political = if now - on < 12 { "02" } else { "01" };
        person.stage = if now - on < 12 { "预备党员" } else { "正式党员" };
        return;
    }
    let young = age_on(born, scene.today) < 28;
    person.political = if young && dice.chance(0.8) { "03" } else { "13" };
    if plan.reserve || matches!(plan.role, Role::Officer | Role::Woman | Role::Sixth) {
        person.stage = match dice.below(100) {
            0..=24 => "入党申请人",
            25..=54 => "入党积极分子",
            55..=66 => "发展对象",
            _ => "",
        };
    }
}

/// The career as lines that follow each other, and the month of the first work.
fn career(
    scene: &Scene,
    plan: &Plan,
    born: i64,
    school: &Study,
    graduated: Month,
    dice: &mut Dice,
) -> (Vec<Spell>, Month) {
    let now = month_of(scene.today);
    let mut lines: Vec<(Month, String)> = Vec::new();
    let mut start = graduated;
    if matches!(school.level, "10" | "20" | "30" | "40") {
        let level = match school.level {
            "10" => "研究生",
            "20" => "本科",
            "30" => "大专",
            _ => "中专",
        };
        let from = month_of(day(&format!("{}-01", school.from_on)));
        lines.push((from, format!("{}{}专业{level}学习", school.school, school.major)));
    }
    // Nobody works before sixteen.
    start = start.max(month_of(born) + 16 * 12 + 1);
    let first = plan.holds.iter().map(|h| month_of(day(&h.from_on))).min().unwrap_or(now - 6).max(start);
    let work = start.min(first);
    let (early, late) = jobs(plan.source);
    let span = first - start;
    let earlier = earlier(plan, born, start, first, dice);
    let jobs_end = earlier.as_ref().map_or(first, |(from, _)| *from);
    if jobs_end - start >= 6 {
        lines.push((start, scene.say(pick(early, dice))));
    }
    if jobs_end - start >= 30 {
        // Soldiers serve two to five years, others stay away for long.
        let stay = match plan.source {
            "veteran" => 24 + dice.below(37) as i64,
            _ => 12 + dice.below((span.max(30) * 2 / 3) as usize) as i64,
        };
        lines.push((start + stay.min(jobs_end - start - 12), scene.say(pick(late, dice))));
    }
    if let Some((from, title)) = earlier {
        lines.push((from, format!("{}{title}", scene.short)));
    }
    if jobs_end - start < 6 && plan.holds.is_empty() {
        lines.push((start, scene.say(pick(late, dice))));
    }
    posts(scene, &plan.holds, now, &mut lines);
    lines.dedup_by(|next, before| next.1 == before.1);
    let ends: Vec<Month> = lines.iter().skip(1).map(|l| l.0).chain([Month::MAX]).collect();
    let spells = lines
        .into_iter()
        .zip(ends)
        .filter(|((from, _), to)| from < to)
        .map(|((from, text), to)| Spell {
            from_on: month_text(from),
            to_on: if to == Month::MAX { String::new() } else { month_text(to) },
            text,
        })
        .collect();
    (spells, work)
}

/// A post held before the terms on record.
fn earlier(
    plan: &Plan,
    born: i64,
    start: Month,
    first: Month,
    dice: &mut Dice,
) -> Option<(Month, &'static str)> {
    let served = plan.holds.iter().any(|h| h.from_on.starts_with("2021-01"));
    let from = month(2008 + 3 * dice.below(4) as i64, 5);
    let fits = served
        && from > start + 36
        && from >= month_of(born) + 26 * 12
        && from < first
        && plan.role != Role::Villager;
    let title = if plan.party >= 1.0 {
        pick(&["村党支部委员", "村委会委员", "村文书"], dice)
    } else {
        "村委会委员"
    };
    (fits && dice.chance(0.6)).then(|| (from, title.strip_prefix('村').unwrap_or(title)))
}

/// Lines for the posts: one each time they change.
fn posts(scene: &Scene, holds: &[Hold], now: Month, lines: &mut Vec<(Month, String)>) {
    let from = |h: &Hold| month_of(day(&h.from_on));
    // A hold that ended in the month the next began counts until then.
    let to = |h: &Hold| if h.to_on == LASTS { Month::MAX } else { month_of(day(&h.to_on)).max(from(h) + 1) };
    let mut bounds: Vec<Month> = holds.iter().flat_map(|h| [from(h), to(h)]).filter(|m| *m <= now).collect();
    bounds.sort_unstable();
    bounds.dedup();
    let mut last = String::new();
    for bound in bounds {
        let mut held: Vec<&Hold> = holds.iter().filter(|h| from(h) <= bound && bound < to(h)).collect();
        held.sort_by_key(|h| KNOWN_POSTS.iter().position(|(id, ..)| *id == h.post));
        held.dedup_by_key(|h| h.post);
        let titles: Vec<&str> = held
            .iter()
            .map(|h| if h.title.is_empty() { known_title(h.post) } else { h.title.as_str() })
            .collect();
        let text = if titles.is_empty() {
            format!("在{}务农经商", scene.short)
        } else {
            line(&scene.short, &titles)
        };
        if text != last {
            lines.push((bound, text.clone()));
            last = text;
        }
    }
}

/// `樨汀村` and `村党组织书记`, `村委会主任` make `樨汀村党组织书记、村委会主任`.
fn line(short: &str, titles: &[&str]) -> String {
    let first = titles[0];
    let end = short.chars().last().unwrap_or('村');
    let first = match first.strip_prefix("社区") {
        Some(rest) if short.ends_with("社区") => rest,
        _ => first.strip_prefix(end).unwrap_or(first),
    };
    format!("{short}{}", [&[first], &titles[1..]].concat().join("、"))
}

/// First day of a month given as text.
pub(super) fn begins(month_text: &str) -> i64 {
    first_day(month_of(day(&format!("{month_text}-01"))))
}
