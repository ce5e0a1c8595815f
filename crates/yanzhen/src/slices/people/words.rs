//! What the packs in force call things, and their numbers that lists of people need: read once a day and kept.

use crate::slices::places::facts::{self, Adopted};
use kernel::key;
use platform::access::Part;
use platform::db::{Db, DbResult};
use platform::page::Page;
use policy::people::People;
use policy::posts::{Group, Posts, known_title};
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

/// The post whose holders the view of secretaries lists.
pub const SECRETARY: &str = "party_secretary";

/// A pack as exports name it.
#[derive(Clone, Debug)]
pub struct Named {
    pub title: String,
    pub version: String,
    pub hash: String,
}

/// The words of a part of the county on a day.
#[derive(Debug, Default)]
pub struct Words {
    /// Id and title of each post, in their order.
    pub posts: Vec<(String, String)>,
    /// Posts of the two committees.
    pub committees: Vec<String>,
    /// Id and title of each group that people come from.
    pub sources: Vec<(String, String)>,
    /// Days after which whereabouts are out of date.
    pub days: u32,
    /// The age at which a vacancy of the secretary is foreseen.
    pub over_age: Option<u32>,
    /// The rest of `[people]`.
    pub people: People,
    /// The packs that say so; the national defaults are not among them.
    pub packs: Vec<Named>,
}

/// Pools, until packs describe them: id and title.
pub const POOLS: [(&str, &str); 5] = [
    ("reserve", key!("后备力量")),
    ("secretary_reserve", key!("书记后备")),
    ("returned_graduates", key!("返乡大学生")),
    ("veterans", key!("退役军人")),
    ("officers", key!("乡村振兴专干")),
];

/// Of each day and set of packs.
static KEPT: LazyLock<Mutex<HashMap<String, Arc<Words>>>> = LazyLock::new(Mutex::default);
/// Counties, parts and days beyond so many are read anew.
const MOST: usize = 256;

/// The words of a part of the county on a day, `2026-11-22`.
pub async fn words(db: &Db, part: &Part, day: &str) -> DbResult<Arc<Words>> {
    let packs = facts::packs(db, day).await?;
    let reaching = facts::reaching(db, &packs, part.code()).await?;
    let mut key = day.to_owned();
    for adopted in &reaching {
        key.push(' ');
        key.push_str(&adopted.pack.hash);
    }
    let kept = || KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(words) = kept().get(&key) {
        return Ok(words.clone());
    }
    let words = Arc::new(Words::of(&reaching, day));
    let mut kept = kept();
    if kept.len() >= MOST {
        kept.clear();
    }
    kept.insert(key, words.clone());
    Ok(words)
}

impl Words {
    fn of(packs: &[&Adopted], day: &str) -> Words {
        let posts = Posts::in_force(packs.iter().map(|a| &*a.pack), day);
        let people = People::in_force(packs.iter().map(|a| &*a.pack), day);
        let all = posts.posts_on(day);
        let name = |a: &&Adopted| Named {
            title: a.pack.title.clone(),
            version: a.pack.version.clone(),
            hash: a.pack.hash.clone(),
        };
        Words {
            committees: all
                .iter()
                .filter(|p| Group::TwoCommittees.holds(p.team))
                .map(|p| p.id.clone())
                .collect(),
            posts: all.iter().map(|p| (p.id.clone(), p.title.clone())).collect(),
            sources: people.source_groups_on(day).iter().map(|g| (g.id.clone(), g.title.clone())).collect(),
            days: *people.whereabouts_days,
            over_age: posts.age_limit(SECRETARY, day).map(|a| a.age),
            packs: packs.iter().map(name).collect(),
            people,
        }
    }

    /// A post's title; what is no post of the day by its well-known name.
    pub fn post<'w>(&'w self, id: &'w str) -> &'w str {
        self.posts.iter().find(|(own, _)| own == id).map_or_else(|| known_title(id), |(_, title)| title)
    }

    /// A source group's title.
    pub fn source<'w>(&'w self, id: &'w str) -> &'w str {
        self.sources.iter().find(|(own, _)| own == id).map_or(id, |(_, title)| title)
    }

    /// Posts, or else pools, in words: `|party_secretary|village_director|` is 村党组织书记、村委会主任.
    pub fn roles(&self, page: &Page, posts: &str, pools: &str) -> String {
        let comma = if page.en() { ", " } else { "、" };
        let ids =
            |text: &str| text.split('|').filter(|id| !id.is_empty()).map(str::to_owned).collect::<Vec<_>>();
        let (posts, mut pools) = (ids(posts), ids(pools));
        // Everybody in a pool is in reserve: the narrower pools say more.
        if pools.len() > 1 {
            pools.retain(|id| id != POOLS[0].0);
        }
        let mut out: Vec<String> = Vec::with_capacity(posts.len() + pools.len());
        for word in
            posts.iter().map(|id| page.w(self.post(id))).chain(pools.iter().map(|id| page.w(pool(id))))
        {
            // A post and its pool may be called the same.
            if !out.contains(&word) {
                out.push(word);
            }
        }
        out.join(comma)
    }
}

/// GB/T 4658 as lists say it, shorter than the standard.
const EDUCATIONS: [standards::Code; 7] = [
    ("10", key!("研究生")),
    ("20", key!("本科")),
    ("30", key!("大专")),
    ("40", key!("中专")),
    ("60", key!("高中")),
    ("70", key!("初中")),
    ("80", key!("小学")),
];
/// The commonest of GB/T 4762 as lists say them.
const POLITICALS: [standards::Code; 3] =
    [("01", key!("党员")), ("02", key!("预备党员")), ("03", key!("团员"))];

/// An education (GB/T 4658) as lists say it; an unknown code stays.
pub fn education(code: &str) -> &str {
    let said =
        standards::label_of(&EDUCATIONS, code).or_else(|| standards::label_of(&standards::EDUCATION, code));
    said.unwrap_or(code)
}

/// A political status (GB/T 4762) as lists say it; an unknown code stays.
pub fn political(code: &str) -> &str {
    let said = standards::label_of(&POLITICALS, code)
        .or_else(|| standards::label_of(&standards::POLITICAL_STATUS, code));
    said.unwrap_or(code)
}

/// A pool's title.
pub fn pool(id: &str) -> &str {
    POOLS.iter().find(|(own, _)| *own == id).map_or(id, |(_, title)| title)
}
