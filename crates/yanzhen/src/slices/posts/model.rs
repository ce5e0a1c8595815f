//! Who holds which post from when to when, and by which way in and out. Pure.

use super::super::places::model::FOREVER;
use kernel::{Message, msg};
use platform::access::{Org, Target};
use policy::posts::{Post, Track, WayIn, WayOut, Word};

/// A person's hold of a post.
#[derive(Clone, Debug)]
pub struct Holding {
    pub id: i64,
    /// Twelve digits.
    pub village: String,
    /// Nine digits.
    pub township: String,
    /// The post's id.
    pub post: String,
    /// By which law; as it stood when the hold began.
    pub track: Track,
    /// The title as the office wrote it; empty where the pack's stands.
    pub title: String,
    pub person: i64,
    pub person_name: String,
    pub term: Option<i64>,
    /// First day.
    pub from_on: String,
    /// Last day; `9999-12-31` while it lasts.
    pub to_on: String,
    pub way_in: String,
    /// Empty while it lasts.
    pub way_out: String,
    pub ground_in: String,
    pub ground_out: String,
    pub filing: Option<i64>,
    pub rev: i64,
}

impl Target for Holding {
    fn org(&self) -> Org<'_> {
        Org { township: &self.township, village: &self.village }
    }
}

impl Holding {
    /// Whether it was held on a day.
    pub fn on(&self, day: &str) -> bool {
        self.from_on.as_str() <= day && day <= self.to_on.as_str()
    }

    /// Whether no end is written.
    pub fn lasts(&self) -> bool {
        self.to_on == FOREVER
    }
}

/// Why a hold cannot begin or end so.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// Nobody removes an elected member (Organic Law of Villagers' Committees, Art. 11).
    Elected,
    /// The post is not entered this way.
    WayIn,
    /// The post is not left this way.
    WayOut,
    /// It would end before it began.
    BeforeBegin,
    /// It has ended already.
    Ended,
    /// The person holds this post on some of these days.
    Overlap,
    /// Every seat is taken on that day.
    Full,
    /// Without a ground.
    NoGround,
}

impl Refusal {
    /// What was stopped and the lawful way.
    pub fn message(self) -> Message {
        match self {
            Refusal::Elected => msg!(
                "任何组织和个人不得指定、委派或撤换村民委员会成员（村委会组织法第十一条）。选举席位只能由本人辞职、罢免表决、职务终止或任期届满结束。"
            ),
            Refusal::WayIn => msg!("这个职务不能这样产生；请从列出的产生方式里选。"),
            Refusal::WayOut => msg!("这个职务不能这样结束；请从列出的办法里选。"),
            Refusal::BeforeBegin => msg!("结束日期早于任职日期；请核对两个日期。"),
            Refusal::Ended => msg!("这段任职已经结束；要更正请改原记录。"),
            Refusal::Overlap => msg!("这个人在这段时间已经任这个职务；请先结束原任职。"),
            Refusal::Full => msg!("这个职务在这一天已经满员；请先结束原任职，或改日期。"),
            Refusal::NoGround => msg!("请写明依据：哪次会议、哪份文件或哪次选举。"),
        }
    }
}

/// Whether a post may be entered this way.
///
/// # Errors
/// The refusal.
pub fn enters(post: &Post, way: WayIn) -> Result<(), Refusal> {
    if post.track.takes(way) && post.ways_in.contains(&way) { Ok(()) } else { Err(Refusal::WayIn) }
}

/// Whether a post of a track may be left this way. The track is the hold's own: a seat won by election stays one,
/// whatever a later pack says.
///
/// # Errors
/// The refusal; [`Refusal::Elected`] for taking an elected seat away.
pub fn leaves(track: Track, way: WayOut) -> Result<(), Refusal> {
    if track.loses(way) {
        return Ok(());
    }
    if track == Track::Elected { Err(Refusal::Elected) } else { Err(Refusal::WayOut) }
}

/// The lawful ways out of a hold's track, in the order they are offered.
pub fn ways_out(track: Track) -> Vec<WayOut> {
    WayOut::ALL.iter().copied().filter(|w| track.loses(*w)).collect()
}
