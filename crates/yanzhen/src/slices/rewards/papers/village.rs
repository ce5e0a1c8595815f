//! One page a village: what each page says, read for many villages at once.

use super::{Desk, MOST, Results};
use crate::slices::appraisals::model::{Round, Subject};
use crate::slices::appraisals::pages::results::grade;
use crate::slices::appraisals::store::Outcome;
use crate::slices::places::model::{Colour, date_text};
use crate::slices::places::store::{self as places, Beside};
use crate::slices::posts::lineup::{Lineup, Member};
use crate::slices::posts::{posts_of, team};
use crate::slices::rewards::model::{Proposal, State, yuan};
use crate::slices::rewards::store::{self, Filter};
use crate::slices::risk::{self, Entry};
use documents::{Followed, Mending, ScorePart, Teammate, VillagePage};
use kernel::{Day, Score};
use platform::access::Part;
use platform::db::{Db, DbResult};
use policy::Pack;
use policy::posts::Track;
use std::collections::{BTreeMap, HashMap};

/// Where most was lost, and open problems: so many of each on a page.
const SHOWN: usize = 3;

/// What pages of villages are made of.
pub struct Pages {
    results: Results,
    at: HashMap<String, usize>,
    teams: BTreeMap<String, Lineup>,
    colours: HashMap<String, Option<Colour>>,
    followed: HashMap<String, Vec<Proposal>>,
    entries: HashMap<String, Vec<Entry>>,
    problems: HashMap<String, Vec<String>>,
    desk: Desk,
}

impl Pages {
    /// Reads what the pages of a part's villages say.
    ///
    /// # Errors
    /// The engine's.
    pub async fn of(db: &Db, round: &Round, part: &Part, desk: Desk) -> DbResult<Pages> {
        let results = Results::of(db, round, part.township()).await?;
        let day = desk.today.to_string();
        let posts = posts_of(db, part.code(), &day).await?;
        let teams = team::teams(db, part, &posts, desk.today).await?;
        let tiles = places::tiles(db, part, Beside::default()).await?;
        let filter = Filter { round: Some(round.id), ..Filter::default() };
        let mut followed: HashMap<String, Vec<Proposal>> = HashMap::new();
        for p in store::list(db, &filter, part, MOST, 0).await? {
            followed.entry(p.village.clone()).or_default().push(p);
        }
        let all = risk::store::Filter { state: "open".into(), ..risk::store::Filter::default() };
        let mut entries: HashMap<String, Vec<Entry>> = HashMap::new();
        for e in risk::store::list(db, &all, part, &day, (MOST, 0)).await? {
            entries.entry(e.village.clone()).or_default().push(e);
        }
        let mut problems: HashMap<String, Vec<String>> = HashMap::new();
        for (village, text) in risk::store::open_items(db, part).await? {
            problems.entry(village).or_default().push(text);
        }
        Ok(Pages {
            at: results.rows.iter().enumerate().map(|(i, (o, _))| (o.code.clone(), i)).collect(),
            colours: tiles.into_iter().map(|t| (t.code, t.said.shown().map(|(c, _)| c))).collect(),
            results,
            teams,
            followed,
            entries,
            problems,
            desk,
        })
    }

    /// The villages that have a page, by township and code.
    pub fn villages(&self) -> Vec<(&str, &str, &str)> {
        let mut out: Vec<(&str, &str, &str)> = self
            .results
            .rows
            .iter()
            .map(|(_, s)| (s.code.as_str(), s.township_name.as_str(), s.name.as_str()))
            .collect();
        out.sort_unstable();
        out
    }

    /// The page of a village; none where it was not appraised.
    pub fn page(&self, code: &str) -> Option<VillagePage> {
        let (outcome, subject): &(Outcome, Subject) = &self.results.rows[*self.at.get(code)?];
        let pack = &self.results.pack;
        let scores = scores(pack, outcome);
        let none = Vec::new();
        let problems = self.problems.get(code).into_iter().flatten();
        let mut visit: Vec<String> = problems.take(SHOWN).map(|p| format!("整改问题：{p}")).collect();
        visit.extend(worst(pack, outcome).into_iter().map(|(name, lost)| format!("{name}，丢 {lost} 分")));
        Some(VillagePage {
            township: subject.township_name.clone(),
            village: subject.name.clone(),
            code: code.to_owned(),
            year: self.results.round.year.clone(),
            grade: grade(pack, &outcome.grade).1,
            total: outcome.total.map(Score),
            rank: outcome.rank.zip(outcome.of_n),
            colour: self
                .colours
                .get(code)
                .copied()
                .flatten()
                .map(|c| c.word().to_owned())
                .unwrap_or_default(),
            team: self
                .teams
                .get(code)
                .map(|t| t.members.iter().map(|m| teammate(m, self.desk.today)).collect())
                .unwrap_or_default(),
            scores,
            results: self.followed.get(code).unwrap_or(&none).iter().map(followed).collect(),
            mending: self
                .entries
                .get(code)
                .map(|all| all.iter().map(|e| mending(e, self.desk.today)).collect())
                .unwrap_or_default(),
            visit,
            imprint: self.desk.imprint(pack),
        })
    }
}

fn teammate(m: &Member, on: Day) -> Teammate {
    let mut tracks = Vec::new();
    for held in &m.held {
        let sign = match held.track {
            Track::Party => "党",
            Track::Elected => "选",
            Track::Hired => "聘",
        };
        if !tracks.contains(&sign) {
            tracks.push(sign);
        }
    }
    Teammate {
        name: m.name.clone(),
        posts: m.held.iter().map(|h| h.title.as_str()).collect::<Vec<_>>().join("、"),
        sex: standards::label_of(&standards::SEX, &m.sex).unwrap_or_default().to_owned(),
        age: m.age(on).map(i64::from),
        education: standards::label_of(&standards::EDUCATION, &m.education).unwrap_or_default().to_owned(),
        tracks: tracks.join("·"),
    }
}

fn followed(p: &Proposal) -> Followed {
    let state = match (p.state, p.carried) {
        (State::Decided, Some(true)) if !p.done_on.is_empty() => "已落实",
        (State::Decided, Some(true)) => "决定执行",
        (State::Decided, _) => "决定不执行",
        (state, _) => state.title(),
    };
    Followed {
        what: policy::action_text(&p.action).to_owned(),
        whom: if p.person_name.is_empty() { p.village_name.clone() } else { p.person_name.clone() },
        basis: p.basis.clone(),
        sum: p.sum().map(yuan).unwrap_or_default(),
        state: state.to_owned(),
    }
}

fn mending(e: &Entry, today: Day) -> Mending {
    let until = if e.due_on.is_empty() { "未定".to_owned() } else { date_text(&e.due_on) };
    Mending {
        ground: e.ground.title().to_owned(),
        days: format!("{} 至 {until}", date_text(&e.opened_on)),
        lead: e.lead.clone(),
        closed: format!("{} / {}", e.items_closed, e.items),
        state: if e.is_late(&today.to_string()) { "超期" } else { "整改中" }.to_owned(),
    }
}

/// The hundredths that each indicator reached.
fn reached(outcome: &Outcome) -> HashMap<String, i64> {
    serde_json::from_str(&outcome.scores).unwrap_or_default()
}

/// What was lost by each indicator with full marks, the most first.
fn lost<'p>(pack: &'p Pack, outcome: &Outcome) -> Vec<(&'p policy::Indicator, i64)> {
    let reached = reached(outcome);
    let mut out: Vec<(&policy::Indicator, i64)> = pack
        .indicators
        .iter()
        .filter(|i| i.full > 0)
        .filter_map(|i| Some((i, i.full - reached.get(&i.id)?)))
        .filter(|(_, lost)| *lost > 0)
        .collect();
    out.sort_by_key(|(_, lost)| -lost);
    out
}

/// The indicators that lost most, with what they lost.
fn worst(pack: &Pack, outcome: &Outcome) -> Vec<(String, Score)> {
    lost(pack, outcome).into_iter().take(SHOWN).map(|(i, n)| (i.name.clone(), Score(n))).collect()
}

/// The total by the items of the measures, with additions and deductions.
fn scores(pack: &Pack, outcome: &Outcome) -> Vec<ScorePart> {
    let (reached, lost) = (reached(outcome), lost(pack, outcome));
    let mut items: Vec<&str> = Vec::new();
    for i in pack.indicators.iter().filter(|i| i.full > 0) {
        if !items.contains(&i.item.as_str()) {
            items.push(&i.item);
        }
    }
    let mut out: Vec<ScorePart> = items
        .into_iter()
        .map(|item| {
            let own = pack.indicators.iter().filter(|i| i.item == item && i.full > 0);
            let sum = own.clone().map(|i| reached.get(&i.id).copied()).sum::<Option<i64>>();
            let most = lost.iter().find(|(i, _)| i.item == item);
            ScorePart {
                name: item.to_owned(),
                score: sum.map(Score),
                full: Some(Score(own.map(|i| i.full).sum())),
                lost: most.map(|(i, n)| format!("{} 丢 {} 分", i.name, Score(*n))).unwrap_or_default(),
            }
        })
        .collect();
    for (name, points) in [("加分", outcome.bonus), ("扣分", outcome.penalty)] {
        if let Some(points) = points.filter(|p| *p != 0) {
            let part = ScorePart { name: name.into(), score: Some(Score(points)), ..ScorePart::default() };
            out.push(part);
        }
    }
    out
}
