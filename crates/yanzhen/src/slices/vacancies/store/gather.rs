//! What chains look at: seats that are or will be empty, teams, people in pools and posts.

use crate::slices::people::parts::{self, Education, Merit, PoolStay};
use crate::slices::people::say::age;
use crate::slices::people::{Field, Person, store as people};
use crate::slices::places::{Village, store as places};
use crate::slices::pools::{Poolbook, store as pools};
use crate::slices::posts::actions::{self as vacant, Empty};
use crate::slices::posts::lineup::Lineup;
use crate::slices::posts::{Rulebook, committee_posts, posts_of, store as posts, team as teams};
use crate::slices::vacancies::model::team::Team;
use crate::slices::vacancies::model::{Candidate, Review, Seat, Why, months};
use crate::slices::vacancies::rules::Chainbook;
use kernel::Day;
use platform::access::Part;
use platform::db::{Db, DbError, DbResult, Value, numbered};
use platform::values;
use policy::Posts;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The vacancies of a part with their teams and the rules that hold for each village.
pub struct Seats {
    pub seats: Vec<Seat>,
    pub teams: BTreeMap<String, Team>,
    pub chains: Chainbook,
    pub day: String,
}

impl Seats {
    /// The team of a village, as it stands.
    pub fn team(&self, village: &str) -> Team {
        self.teams.get(village).cloned().unwrap_or_default()
    }
}

/// A day that was read as one before.
fn day_of(day: &str) -> DbResult<Day> {
    day.parse().map_err(|_| DbError::Version(format!("no day: {day}")))
}

/// Who left which post of a village last: (village, post) with last day, way, name, the latest first.
type Left = HashMap<(String, String), Vec<(String, String, String)>>;

async fn left(db: &Db, part: &Part, day: &str) -> DbResult<Left> {
    let sql = "select h.village, h.post, h.to_on, h.way_out, p.name from holding h join person p on p.id = h.person \
               where h.to_on < $1 and ($2 = '' or h.township = $2) and ($3 = '' or h.village = $3) \
               order by h.to_on desc, h.id desc";
    let mut out = Left::new();
    for r in db.rows(sql, values![day, part.township(), part.village()]).await? {
        let at = out.entry((r.text(0)?, r.text(1)?)).or_default();
        at.push((r.text(2)?, r.text(3)?, r.text(4)?));
    }
    Ok(out)
}

/// Motions by village and post: id, person, the day of the decision (empty before).
type Moved = HashMap<(String, String), Vec<(i64, i64, String)>>;

/// Motions on their way: those that wait, and those decided since, unless the filing came to nothing.
async fn on_the_way(db: &Db, part: &Part) -> DbResult<Moved> {
    let sql = "select m.village, m.post, m.id, m.person, case when m.state = 'proposed' then '' else m.decided_on end from motion m \
               left join filing f on f.id = m.filing where m.state in ('proposed', 'decided') \
               and (f.id is null or f.state not in ('disagreed', 'withdrawn')) \
               and ($1 = '' or m.township = $1) and ($2 = '' or m.village = $2) order by m.at desc, m.id desc";
    let mut out = Moved::new();
    for r in db.rows(sql, values![part.township(), part.village()]).await? {
        out.entry((r.text(0)?, r.text(1)?)).or_default().push((r.int(2)?, r.int(3)?, r.text(4)?));
    }
    Ok(out)
}

/// The vacancies of a part on a day: seats that the packs say a village has and nobody holds, and those foreseen.
pub async fn seats(db: &Db, part: &Part, day: &str) -> DbResult<Seats> {
    let on = day_of(day)?;
    let county = posts_of(db, part.code(), day).await?;
    let lineups = teams::teams(db, part, &county, on).await?;
    let villages = places::villages(db, part).await?;
    let (rules, benches) = (Rulebook::read(db, day).await?, Poolbook::read(db, day).await?);
    let chains = Chainbook::read(db, day).await?;
    let (left, moved) = (left(db, part, day).await?, on_the_way(db, part).await?);
    let empty = Lineup { day: on, members: Vec::new(), reserves: 0 };
    let mut out = Vec::new();
    // A county that has written down nobody has no vacancies yet.
    let begun = !lineups.is_empty() || db.one("select 1 from holding limit 1", vec![]).await?.is_some();
    for village in villages.iter().filter(|_| begun) {
        let lineup = lineups.get(&village.code).unwrap_or(&empty);
        let posts = rules.of(&village.code);
        let mut found = vacant::vacancies(&village.code, &posts, lineup);
        for seat in benches.of(&village.code).seats_on(day).into_iter().filter(|s| !s.post.is_empty()) {
            let there = lineup.holders(&seat.post).count() as u32;
            let Some(post) = posts.post_on(&seat.post, day).filter(|p| p.vacant(there) == 0) else {
                continue;
            };
            for _ in there..seat.least {
                found.push(vacant::Vacancy {
                    village: village.code.clone(),
                    post: post.id.clone(),
                    title: post.title.clone(),
                    why: Empty::Now,
                    who: String::new(),
                    person: None,
                });
            }
        }
        let mut nth: HashMap<String, u32> = HashMap::new();
        for v in found {
            let n = nth.entry(v.post.clone()).or_default();
            *n += 1;
            out.push(seat(village, &posts, *chains.of(&village.code).plan_days, v, *n, (&left, &moved), day));
        }
    }
    let teams = lineups.iter().map(|(village, lineup)| (village.clone(), Team::of(lineup))).collect();
    Ok(Seats { seats: out, teams, chains, day: day.to_owned() })
}

fn seat(
    village: &Village,
    posts: &Posts,
    plan_days: u32,
    v: vacant::Vacancy,
    nth: u32,
    (left, moved): (&Left, &Moved),
    day: &str,
) -> Seat {
    let at = (village.code.clone(), v.post.clone());
    let last = left.get(&at).and_then(|l| l.get(nth as usize - 1)).filter(|_| v.why == Empty::Now);
    let since = last.and_then(|l| l.0.parse::<Day>().ok()?.tomorrow().ok());
    let due = since
        .and_then(|s| s.checked_add(jiff::Span::new().days(i64::from(plan_days))).ok())
        .filter(|_| plan_days > 0);
    let since = since.map(|d| d.to_string()).unwrap_or_default();
    // A motion decided before the seat fell vacant filled it an earlier time.
    let motions = moved.get(&at).map(Vec::as_slice).unwrap_or_default();
    let mut open = motions.iter().filter(|(.., decided)| decided.is_empty() || *decided >= since);
    let motion = open.nth(nth as usize - 1);
    Seat {
        village: village.code.clone(),
        village_name: village.short.clone(),
        township: village.township.clone(),
        township_name: village.township_name.clone(),
        track: posts.post_on(&v.post, day).map_or(policy::posts::Track::Hired, |p| p.track),
        title: v.title,
        nth,
        why: match v.why {
            Empty::Now => Why::Empty,
            Empty::Term(day) => Why::Term(day),
            Empty::Age(age, month) => Why::Age(age, month),
        },
        who: last.map_or(v.who, |l| l.2.clone()),
        way_out: last.map(|l| l.1.clone()).unwrap_or_default(),
        since,
        due: due.map(|d| d.to_string()).unwrap_or_default(),
        motion: motion.map(|m| m.0),
        named: motion.map(|m| m.1),
        post: v.post,
    }
}

/// Persons whom a motion is for that waits, or whose filing is on its way, with village and post.
pub async fn moved(db: &Db) -> DbResult<HashMap<i64, (String, String)>> {
    let sql = "select m.person, m.village, m.post from motion m left join filing f on f.id = m.filing \
               where m.state = 'proposed' \
               or (m.state = 'decided' and f.state not in ('disagreed', 'withdrawn', 'done'))";
    db.rows(sql, vec![]).await?.iter().map(|r| Ok((r.int(0)?, (r.text(1)?, r.text(2)?)))).collect()
}

/// Everybody of a part who is in a pool or holds one of these posts, in the list's order.
pub async fn people(db: &Db, part: &Part, posts: &BTreeSet<String>, day: &str) -> DbResult<Vec<Candidate>> {
    let held = posts::of_part(db, part, day).await?;
    let mut held_by: HashMap<i64, Vec<(String, String, String)>> = HashMap::new();
    for h in held {
        held_by.entry(h.person).or_default().push((h.post, h.village, h.from_on));
    }
    let condition = "p.state = 'active' and ($1 = '' or p.township = $1) and ($2 = '' or p.village = $2) and p.pools <> ''";
    let mut found =
        people::select(db, condition, "order by p.sort, p.id", values![part.township(), part.village()])
            .await?;
    let there: BTreeSet<i64> = found.iter().map(|p| p.id).collect();
    let mut beside: Vec<i64> = held_by
        .iter()
        .filter(|(id, held)| !there.contains(id) && held.iter().any(|(post, ..)| posts.contains(post)))
        .map(|(id, _)| *id)
        .collect();
    beside.sort_unstable();
    for some in beside.chunks(500) {
        let condition = format!("p.state = 'active' and p.id in ({})", numbered(1, some.len()));
        let ids = some.iter().map(|p| Value::from(*p)).collect();
        found.extend(people::select(db, &condition, "order by p.sort, p.id", ids).await?);
    }
    let ids: Vec<i64> = found.iter().map(|p| p.id).collect();
    let schooling = parts::of_many::<Education>(db, &ids).await?;
    let stays = parts::of_many::<PoolStay>(db, &ids).await?;
    let merits = parts::of_many::<Merit>(db, &ids).await?;
    let committee = committee_posts(db, part, day).await?;
    let served = served(db, &ids, &committee, day).await?;
    let growth = pools::latest_scores(db, part).await?;
    let mut reviews: HashMap<i64, Review> =
        reviews_of(db, &ids, day).await?.into_iter().map(|r| (r.person, r)).collect();
    Ok(found
        .into_iter()
        .map(|p| {
            let full = schooling.get(&p.id).into_iter().flatten();
            let full =
                full.filter(|e| e.mode == "full" && !e.level.is_empty()).map(|e| e.level.clone()).min();
            let pools = stays.get(&p.id).into_iter().flatten().filter(|s| s.on(day));
            Candidate {
                full_time: full.unwrap_or_default(),
                growth: growth.get(&p.id).cloned(),
                pools: pools.map(|s| (s.pool.clone(), s.from_on.clone())).collect(),
                posts: held_by.remove(&p.id).unwrap_or_default(),
                served_months: served.get(&p.id).copied().unwrap_or_default(),
                sanctioned: merits
                    .get(&p.id)
                    .into_iter()
                    .flatten()
                    .any(|m| m.kind == "sanction" && m.until.as_str() >= day),
                review: reviews.remove(&p.id),
                ..candidate(&p, day)
            }
        })
        .collect())
}

fn candidate(p: &Person, day: &str) -> Candidate {
    Candidate {
        id: p.id,
        name: p.name().to_owned(),
        village: p.get(Field::Village).to_owned(),
        village_name: p.village_name.clone(),
        township: p.township.clone(),
        township_name: p.township_name.clone(),
        age: age(p.get(Field::Birth), day).map(u32::from),
        woman: match p.get(Field::Sex) {
            "1" => Some(false),
            "2" => Some(true),
            _ => None,
        },
        education: p.get(Field::Education).to_owned(),
        political: p.get(Field::Political).to_owned(),
        // A day of entry counts as a birth does: full years on the day.
        party_years: age(p.get(Field::PartyOn), day).map(u32::from),
        source: p.get(Field::Source).to_owned(),
        ..Candidate::default()
    }
}

/// Full months that persons were on both committees, one post after another or beside one another.
async fn served(db: &Db, ids: &[i64], committee: &[String], day: &str) -> DbResult<HashMap<i64, u32>> {
    let mut spells: HashMap<i64, Vec<(String, String)>> = HashMap::new();
    if committee.is_empty() {
        return Ok(HashMap::new());
    }
    for some in ids.chunks(400) {
        let sql = format!(
            "select person, from_on, to_on from holding where from_on <= $1 and post in ({}) and person in ({}) \
             order by person, from_on",
            numbered(2, committee.len()),
            numbered(2 + committee.len(), some.len())
        );
        let mut values = values![day];
        values.extend(committee.iter().map(|p| Value::from(p.as_str())));
        values.extend(some.iter().map(|p| Value::from(*p)));
        for r in db.rows(&sql, values).await? {
            spells.entry(r.int(0)?).or_default().push((r.text(1)?, r.text(2)?));
        }
    }
    Ok(spells.into_iter().map(|(person, all)| (person, together(&all, day))).collect())
}

/// Full months of spells in order of their beginning, days in two of them counted once.
fn together(spells: &[(String, String)], day: &str) -> u32 {
    let (mut sum, mut until) = (0, String::new());
    for (from, to) in spells {
        let end = if to.as_str() > day { day } else { to.as_str() };
        let begin = if from.as_str() < until.as_str() { until.as_str() } else { from.as_str() };
        if begin < end {
            sum += months(begin, end).unwrap_or_default();
            end.clone_into(&mut until);
        }
    }
    sum
}

/// The joint reviews of persons that came to an end, the latest of each: whether one still holds is for the condition.
async fn reviews_of(db: &Db, persons: &[i64], day: &str) -> DbResult<Vec<Review>> {
    let all = crate::slices::reviews::standing(db, persons, day).await?;
    let review = |(person, s): (i64, crate::slices::reviews::Standing)| {
        let conclusion = s.outcome.conclusion?.id().to_owned();
        Some(Review { person, conclusion, valid_to: s.outcome.valid_to, document: s.outcome.document })
    };
    Ok(all.into_iter().filter_map(review).collect())
}
