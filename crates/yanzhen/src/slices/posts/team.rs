//! Teams of villages from the registry, as checks and W5 look at them.

use super::lineup::{Held, Lineup, Member, Relative};
use kernel::Day;
use platform::access::Part;
use platform::db::{Db, DbResult, Row};
use platform::values;
use policy::posts::{Posts, Team, Track, Word};
use std::collections::{BTreeMap, HashMap};

const MEMBERS: &str = "select h.village, h.post, h.track, h.title, p.id, p.name, p.sex, p.birth, p.education, \
    p.political, p.party_on, coalesce(t.to_on, '') from holding h join person p on p.id = h.person \
    left join term t on t.id = h.term \
    where ($1 = '' or h.township = $1) and ($2 = '' or h.village = $2) and h.from_on <= $3 and h.to_on >= $3 \
    order by h.village, h.from_on, h.id";

/// A date kept in full or in part; none where it is empty.
fn date<T: std::str::FromStr>(text: &str) -> Option<T> {
    text.parse().ok()
}

fn held(row: &Row, posts: &Posts, day: &str) -> DbResult<Held> {
    let (id, title) = (row.text(1)?, row.text(3)?);
    let post = posts.post_on(&id, day);
    Ok(Held {
        title: if title.is_empty() { posts.title(&id, day).to_owned() } else { title },
        track: Track::parse(&row.text(2)?).unwrap_or(Track::Hired),
        team: post.map_or(Team::Other, |p| p.team),
        top: post.is_some_and(|p| p.top),
        order: post.map_or(u32::MAX, |p| p.order),
        term_ends: date(&row.text(11)?),
        post: id,
    })
}

/// The teams of a part on a day, by village: everybody who holds a post, in the pack's order. Families and reserves
/// are left out; `posts` is what the county says, a town's own posts among them keep their titles.
pub async fn teams(db: &Db, part: &Part, posts: &Posts, on: Day) -> DbResult<BTreeMap<String, Lineup>> {
    let day = on.to_string();
    let mut out: BTreeMap<String, Lineup> = BTreeMap::new();
    for row in db.rows(MEMBERS, values![part.township(), part.village(), day.as_str()]).await? {
        let team =
            out.entry(row.text(0)?).or_insert_with(|| Lineup { day: on, members: Vec::new(), reserves: 0 });
        let held = held(&row, posts, &day)?;
        let person = row.int(4)?;
        match team.members.iter_mut().find(|m| m.person == person) {
            Some(member) => member.held.push(held),
            None => team.members.push(Member {
                person,
                name: row.text(5)?,
                sex: row.text(6)?,
                birth: date(&row.text(7)?),
                education: row.text(8)?,
                political: row.text(9)?,
                party_on: date(&row.text(10)?),
                held: vec![held],
                family: Vec::new(),
            }),
        }
    }
    for team in out.values_mut() {
        team.members.iter_mut().for_each(|m| m.held.sort_by_key(|h| h.order));
        team.members.sort_by_key(|m| m.held.first().map_or(u32::MAX, |h| h.order));
    }
    Ok(out)
}

/// The team of a village on a day, with what kin checks and reserve checks need.
pub async fn team(db: &Db, village: &str, posts: &Posts, on: Day) -> DbResult<Lineup> {
    let part = Part::Village(village.to_owned());
    let found = teams(db, &part, posts, on).await?.remove(village);
    let mut team = found.unwrap_or(Lineup { day: on, members: Vec::new(), reserves: 0 });
    let day = on.to_string();
    let mut family = relatives(db, village, &day).await?;
    for member in &mut team.members {
        member.family = family.remove(&member.person).unwrap_or_default();
    }
    let sql = "select count(distinct s.person) from pool_stay s join person p on p.id = s.person \
               where p.village = $1 and p.state = 'active' and s.from_on <= $2 and s.to_on >= $2";
    if let Some(row) = db.one(sql, values![village, day]).await? {
        team.reserves = u32::try_from(row.int(0)?).unwrap_or_default();
    }
    Ok(team)
}

/// The relatives that a village's post holders name, by person.
async fn relatives(db: &Db, village: &str, day: &str) -> DbResult<HashMap<i64, Vec<Relative>>> {
    let sql = "select f.person, f.relation, f.name, f.birth from family f where f.person in \
               (select person from holding where village = $1 and from_on <= $2 and to_on >= $2) order by f.seq";
    let mut out: HashMap<i64, Vec<Relative>> = HashMap::new();
    for row in db.rows(sql, values![village, day]).await? {
        let relative = Relative { relation: row.text(1)?, name: row.text(2)?, birth: date(&row.text(3)?) };
        out.entry(row.int(0)?).or_default().push(relative);
    }
    Ok(out)
}

/// A person as a candidate for a team: what the checks need to look at the team after a change.
pub async fn candidate(db: &Db, person: i64) -> DbResult<Option<Member>> {
    let sql = "select name, sex, birth, education, political, party_on from person where id = $1";
    let Some(row) = db.one(sql, values![person]).await? else { return Ok(None) };
    let mut member = Member {
        person,
        name: row.text(0)?,
        sex: row.text(1)?,
        birth: date(&row.text(2)?),
        education: row.text(3)?,
        political: row.text(4)?,
        party_on: date(&row.text(5)?),
        held: Vec::new(),
        family: Vec::new(),
    };
    let sql = "select relation, name, birth from family where person = $1 order by seq";
    for row in db.rows(sql, values![person]).await? {
        member.family.push(Relative {
            relation: row.text(0)?,
            name: row.text(1)?,
            birth: date(&row.text(2)?),
        });
    }
    Ok(Some(member))
}
