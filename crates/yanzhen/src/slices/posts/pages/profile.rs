//! What a village's profile tells of its people: the team with each one's tracks, and who is in reserve.

use super::day_text;
use super::village::vacancy_words;
use crate::slices::people::Field;
use crate::slices::people::say::age;
use crate::slices::people::search::days_before;
use crate::slices::people::store as people;
use crate::slices::people::words::{education, words};
use crate::slices::places::store::today;
use crate::slices::posts::actions::{self, Empty, Vacancy};
use crate::slices::posts::checks::{self, Verdict};
use crate::slices::posts::lineup::{Member, Shape, one_decimal};
use crate::slices::posts::{posts_of, store, team};
use kernel::{Day, key, msg};
use platform::access::Part;
use platform::db::{Db, DbResult};
use platform::page::Page;
use policy::posts::{Group, Track};

/// Somebody of the team.
pub struct Seated {
    pub person: i64,
    pub name: String,
    /// Every post, in the pack's order.
    pub titles: String,
    pub sex: &'static str,
    pub age: String,
    /// The age limit is reached within the months that the pack looks ahead: when.
    pub over: String,
    pub education: String,
    /// The year of the first day of the oldest post that is held still.
    pub since: String,
    /// By which law: 党·选.
    pub tracks: String,
}

/// Somebody in reserve.
pub struct Reserve {
    pub person: i64,
    pub name: String,
    pub pools: String,
    /// Source, age, education.
    pub said: String,
    /// The day whereabouts were told; empty where that is too long ago, or never was.
    pub told: String,
}

impl Reserve {
    /// The family name, for the round face.
    pub fn first(&self) -> String {
        self.name.chars().take(1).collect()
    }
}

/// The people of a village's profile.
pub struct Profile {
    pub team: Vec<Seated>,
    /// `5 人·平均 43.4 岁·大专以上 3 人·女性 2 人·一肩挑`
    pub lead: String,
    /// Seats that are empty, and who leaves when.
    pub vacant: Vec<String>,
    pub soon: Vec<String>,
    pub reserves: Vec<Reserve>,
    /// What the rule on reserves misses; empty where it is met or there is none.
    pub lacking: String,
    /// Days after which whereabouts are out of date.
    pub days: u32,
}

fn seated(page: &Page, member: &Member, since: &str, on: Day, soon: &[Vacancy]) -> Seated {
    let mut tracks: Vec<&str> = Vec::new();
    for held in &member.held {
        let sign = match held.track {
            Track::Party => key!("党"),
            Track::Elected => key!("选"),
            Track::Hired => key!("聘"),
        };
        if !tracks.contains(&sign) {
            tracks.push(sign);
        }
    }
    let over = soon.iter().find(|v| v.person == Some(member.person) && matches!(v.why, Empty::Age(..)));
    let titles: Vec<&str> = member.held.iter().map(|h| h.title.as_str()).collect();
    Seated {
        person: member.person,
        name: member.name.clone(),
        titles: titles.join("、"),
        sex: super::village::sex_word(&member.sex),
        age: member.age(on).map(|a| a.to_string()).unwrap_or_default(),
        over: over.map(|v| vacancy_words(page, v).1).unwrap_or_default(),
        education: page.w(education(&member.education)),
        since: since.split('-').next().unwrap_or_default().to_owned(),
        tracks: tracks.join("·"),
    }
}

/// The people of a village today.
pub async fn profile(page: &Page, db: &Db, village: &str) -> DbResult<Option<Profile>> {
    let day = today();
    let Ok(on) = day.parse::<Day>() else { return Ok(None) };
    let posts = posts_of(db, village, &day).await?;
    let lineup = team::team(db, village, &posts, on).await?;
    let holds = store::of_village(db, village, &day).await?;
    let vacancies = actions::vacancies(village, &posts, &lineup);
    let (now, soon): (Vec<_>, Vec<_>) = vacancies.into_iter().partition(|v| v.why == Empty::Now);
    let since = |person: i64| {
        holds.iter().filter(|h| h.person == person).map(|h| h.from_on.as_str()).min().unwrap_or_default()
    };
    let group = posts.targets.group.unwrap_or(Group::TwoCommittees);
    let members: Vec<&Member> = lineup.group(group).collect();
    let class = posts.targets.education.as_ref().map_or("30", |t| t.at_least.as_str());
    let shape = Shape::of(members.iter().copied(), on, class);
    let both = |m: &&&Member| {
        let leads = |track| m.held.iter().any(|h| h.top && h.track == track);
        leads(Track::Party) && leads(Track::Elected)
    };
    let mut lead = vec![page.tn("{n} 人", shape.people)];
    if let Some(average) = shape.average_tenths() {
        lead.push(page.tn("平均 {n} 岁", one_decimal(average)));
    }
    lead.push(page.m(&msg!("{class}以上 {n} 人", class = page.w(education(class)), n = shape.educated)));
    lead.push(page.tn("女性 {n} 人", shape.women));
    if members.iter().any(|m| both(&m)) {
        lead.push(page.t("一肩挑").to_owned());
    }
    let words = words(db, &Part::Village(village.to_owned()), &day).await?;
    let stale = days_before(on, words.days);
    let reserves = people::reserves(db, village).await?;
    let reserves = reserves.iter().map(|p| {
        let told = p.get(Field::ToldOn);
        let said = [
            page.w(words.source(p.get(Field::Source))),
            age(p.get(Field::Birth), &day).map(|n| page.tn("{n} 岁", n)).unwrap_or_default(),
            page.w(education(p.get(Field::Education))),
        ];
        Reserve {
            person: p.id,
            name: p.name().to_owned(),
            pools: words.roles(page, "", &p.pools),
            said: said.into_iter().filter(|s| !s.is_empty()).collect::<Vec<_>>().join("·"),
            told: if told < stale.as_str() { String::new() } else { day_text(told) },
        }
    });
    let lacking = checks::run(&posts, village, &lineup, &day)
        .into_iter()
        .find(|o| o.method == "reserves" && o.verdict == Verdict::Missed)
        .map(|o| page.m(&o.said))
        .unwrap_or_default();
    Ok(Some(Profile {
        team: members.iter().map(|m| seated(page, m, since(m.person), on, &soon)).collect(),
        lead: lead.join("·"),
        vacant: now.into_iter().map(|v| v.title).collect(),
        soon: soon.iter().map(|v| vacancy_words(page, v)).map(|(t, why)| format!("{t}：{why}")).collect(),
        reserves: reserves.collect(),
        lacking,
        days: words.days,
    }))
}
