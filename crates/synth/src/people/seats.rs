//! The seats of a village's team, and the days on which its terms begin.

use super::time::{day, day_text};
use super::{Hold, LASTS, Term};
use crate::dice::Dice;
use policy::posts::{Track, WayIn, WayOut, known_title, lawful_track};

/// Who somebody is in a village.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Role {
    Head,
    Director,
    Deputy,
    Woman,
    Overseer,
    Third,
    Sixth,
    Officer,
    /// Sits on the supervision committee for the villagers.
    Villager,
    Reserve,
    Former,
}

/// Which of the two terms.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Which {
    Last,
    Present,
}

/// A village's terms.
pub(super) struct Terms {
    /// First days of the last and the present one.
    party: [i64; 2],
    elected: [i64; 2],
    supervision: [i64; 2],
    groups: [i64; 2],
    township: String,
    residents: bool,
}

impl Terms {
    pub fn new(township: &str, residents: bool, dice: &mut Dice) -> Terms {
        let january = |from: usize, dice: &mut Dice| {
            [2021, 2026].map(|y| day(&format!("{y}-01-01")) + (from + dice.below(8)) as i64)
        };
        let (party, elected) = (january(4, dice), january(13, dice));
        let (supervision, groups) = (elected.map(|d| d + 2), elected.map(|d| d + 6));
        Terms { party, elected, supervision, groups, township: township.to_owned(), residents }
    }

    fn first(&self, post: &str, which: Which) -> i64 {
        let days = match post {
            "party_secretary" | "party_deputy" | "party_member" => self.party,
            "supervision_head" | "supervision_member" => self.supervision,
            "youth_league_secretary" | "women_chair" => self.groups,
            _ => self.elected,
        };
        days[usize::from(which == Which::Present)]
    }

    /// First day of a post in a term.
    pub fn begins(&self, post: &str, which: Which) -> i64 {
        self.first(post, which)
    }

    /// The last day of a post in a term; the present one lasts.
    fn ends(&self, post: &str, which: Which) -> String {
        match which {
            // The supervision committee ends with the villagers' committee it watched.
            Which::Last if post.starts_with("supervision_") => day_text(self.last_day()),
            Which::Last => day_text(self.first(post, Which::Present) - 1),
            Which::Present => LASTS.to_owned(),
        }
    }

    /// The last day of the last term's elected seats.
    pub fn last_day(&self) -> i64 {
        self.elected[1] - 1
    }

    /// The rows of the terms, in the order that [`super::Hold::term`] counts.
    pub fn rows(&self) -> Vec<Term> {
        let row = |track: Track, days: [i64; 2], which: Which| {
            let (name, number) =
                if which == Which::Last { ("第十一届", 2021) } else { ("第十二届", 2026) };
            let from = days[usize::from(which == Which::Present)];
            let from_text = day_text(from);
            // A term of five years, as both laws have it.
            let planned =
                day_text(day(&format!("{}{}", number + 5, from_text.get(4..).unwrap_or_default())) - 1);
            let (to_on, ended_on) = match which {
                Which::Last => (planned, day_text(days[1] - 1)),
                Which::Present => (planned, String::new()),
            };
            let ground = match track {
                Track::Party => format!("{}党委〔{number}〕6号批复〔合成〕", self.township),
                _ => format!("{number}年村民委员会选举结果报告单〔合成〕"),
            };
            Term { track, name, from_on: from_text, to_on, ground, ended_on }
        };
        vec![
            row(Track::Party, self.party, Which::Last),
            row(Track::Elected, self.elected, Which::Last),
            row(Track::Party, self.party, Which::Present),
            row(Track::Elected, self.elected, Which::Present),
        ]
    }

    /// A post held for a whole term.
    pub fn hold(&self, post: &'static str, which: Which, dice: &mut Dice) -> Hold {
        let track = lawful_track(post).unwrap_or(Track::Elected);
        let year = if which == Which::Last { 2021 } else { 2026 };
        let way_in = usual(post, dice);
        let ground_in = match way_in {
            WayIn::AppointedAbove => {
                format!("{}党委〔{year}〕{}号〔合成〕", self.township, 7 + dice.below(20))
            }
            WayIn::ElectionByGroup => format!("{year}年1月本组织大会选举〔合成〕"),
            WayIn::ElectionByRepresentatives => format!("{year}年1月村民代表会议推选〔合成〕"),
            WayIn::VillageElection => format!("{year}年村民委员会选举结果报告单〔合成〕"),
            _ => format!("{}党委〔{year}〕6号批复〔合成〕", self.township),
        };
        let (way_out, ground_out) = match which {
            Which::Last => (Some(WayOut::TermEnd), "任期届满".to_owned()),
            Which::Present => (None, String::new()),
        };
        Hold {
            post,
            track,
            title: self.title(post),
            term: self.term(post, track, which),
            from_on: day_text(self.first(post, which)),
            to_on: self.ends(post, which),
            way_in,
            way_out,
            ground_in,
            ground_out,
        }
    }

    fn term(&self, post: &str, track: Track, which: Which) -> Option<usize> {
        let base = if which == Which::Last { 0 } else { 2 };
        match post {
            "youth_league_secretary" | "women_chair" => None,
            _ if track == Track::Party => Some(base),
            _ if track == Track::Elected => Some(base + 1),
            _ => None,
        }
    }

    /// Residents' committees call their seats otherwise.
    fn title(&self, post: &str) -> String {
        match self.residents {
            true if post.starts_with("village_") || post == "committee_member" => {
                known_title(post).replace("村委会", "居委会")
            }
            true if post.starts_with("supervision_") => known_title(post).replace("村务", "居务"),
            true if post.starts_with("party_") => known_title(post).replacen('村', "社区", 1),
            _ => String::new(),
        }
    }

    /// A hired officer since a day.
    pub fn officer(&self, from: i64, dice: &mut Dice) -> Hold {
        let text = day_text(from);
        let year = text.get(..4).unwrap_or_default().to_owned();
        let selected = dice.chance(0.2);
        Hold {
            post: "officer",
            track: Track::Hired,
            title: String::new(),
            term: None,
            from_on: text,
            to_on: LASTS.to_owned(),
            way_in: if selected { WayIn::HiredBySelection } else { WayIn::HiredByExam },
            way_out: None,
            ground_in: format!(
                "{year}年度乡村振兴专干{}公告〔合成〕",
                if selected { "选聘" } else { "招聘" }
            ),
            ground_out: String::new(),
        }
    }
}

fn usual(post: &str, dice: &mut Dice) -> WayIn {
    match post {
        "party_secretary" | "party_deputy" if dice.chance(0.06) => WayIn::AppointedAbove,
        "party_secretary" | "party_deputy" if dice.chance(0.6) => WayIn::ElectionByBranch,
        "party_secretary" | "party_deputy" | "party_member" => WayIn::ElectionByMembers,
        "supervision_head" | "supervision_member" => WayIn::ElectionByRepresentatives,
        "youth_league_secretary" | "women_chair" => WayIn::ElectionByGroup,
        _ => WayIn::VillageElection,
    }
}

impl Hold {
    /// Ends a hold before its time.
    pub(super) fn end(&mut self, last: i64, way: WayOut, ground: &str) {
        // A seat is not given back before it was taken.
        let last = day_text(last).max(self.from_on.clone());
        self.to_on = last;
        // An elected seat is never taken away from above: who must go resigns.
        self.way_out = Some(if self.track.loses(way) { way } else { WayOut::Resigned });
        self.ground_out = ground.to_owned();
    }

    /// Begins a hold after its term began.
    pub(super) fn begin(&mut self, from: i64, ground: &str) {
        self.from_on = day_text(from);
        self.way_in = match self.track {
            Track::Party if self.post == "party_member" => WayIn::ElectionByMembers,
            Track::Party => WayIn::AppointedAbove,
            _ if self.way_in == WayIn::VillageElection => WayIn::ByElection,
            _ => self.way_in,
        };
        self.ground_in = ground.to_owned();
    }
}
