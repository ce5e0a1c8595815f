//! The closed words of `[posts]`, `[people]` and `[duty]`: what a pack may write, and how a person reads it.

use kernel::{Message, key};

/// A closed word of a pack.
pub trait Word: Copy + PartialEq + 'static {
    /// Every one of them, in the order they are offered.
    const ALL: &'static [Self];
    /// As packs, databases and files spell it.
    fn id(self) -> &'static str;
    /// In Chinese; the catalogue holds the English.
    fn label(self) -> &'static str;
    /// The word of an id.
    fn parse(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|w| w.id() == id)
    }
}

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$of:meta])* $variant:ident = $id:literal, $label:expr;)+ })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum $name {
            $($(#[$of])* $variant,)+
        }

        impl Word for $name {
            const ALL: &'static [Self] = &[$(Self::$variant),+];

            fn id(self) -> &'static str {
                match self {
                    $(Self::$variant => $id,)+
                }
            }

            fn label(self) -> &'static str {
                match self {
                    $(Self::$variant => $label,)+
                }
            }
        }
    )+};
}

words! {
    /// By which law a post is given and lost. Source: DOMAIN, "Two legal tracks".
    Track {
        /// The party's: given and taken by the party side.
        Party = "party", key!("党内职务");
        /// Elected by the villagers: nobody assigns or takes it away.
        Elected = "elected", key!("选举职务");
        /// Hired: officers, clerks; reserves.
        Hired = "hired", key!("聘用岗位");
    }

    /// The body that a post belongs to.
    Team {
        /// The village's party organization.
        PartyBranch = "party_branch", key!("村党组织");
        /// The villagers' committee.
        VillageCommittee = "village_committee", key!("村民委员会");
        /// The supervision committee.
        Supervision = "supervision", key!("村务监督委员会");
        /// None of these.
        Other = "other", key!("其他岗位");
    }

    /// The people that a check or a target looks at.
    Group {
        /// The party branch and the villagers' committee; a person in both counts once.
        TwoCommittees = "two_committees", key!("村“两委”");
        /// The party branch alone.
        PartyBranch = "party_branch", key!("村党组织");
        /// The villagers' committee alone.
        VillageCommittee = "village_committee", key!("村民委员会");
        /// The supervision committee alone.
        Supervision = "supervision", key!("村务监督委员会");
        /// Whoever is in none of them.
        Other = "other", key!("其他岗位");
    }

    /// What a record or an inspection is about.
    About {
        /// A person.
        Person = "person", key!("人");
        /// A village.
        Village = "village", key!("村");
    }

    /// How a part of the year-end report is filled in.
    Fill {
        /// One text for each written duty, beside the year's records.
        Duties = "duties", key!("逐条写职责");
        /// One text.
        Text = "text", key!("写一段");
    }

    /// How a person comes into a post.
    WayIn {
        /// Elected by the party members' meeting.
        ElectionByMembers = "election_by_members", key!("党员大会选举");
        /// Elected by the branch committee.
        ElectionByBranch = "election_by_branch", key!("支部委员会选举");
        /// Appointed by the party organization above.
        AppointedAbove = "appointed_above", key!("上级党组织任命");
        /// Told by the party organization above to run things for the time being.
        Acting = "acting", key!("临时主持工作");
        /// Sent from a unit above.
        Assigned = "assigned", key!("上级选派");
        /// Transferred from another village.
        TransferredIn = "transferred_in", key!("调任到村");
        /// The villages' general election.
        VillageElection = "village_election", key!("换届选举");
        /// An election for a seat that fell vacant in the term.
        ByElection = "by_election", key!("补选");
        /// The next by votes of the last election moves up.
        Succession = "succession", key!("依原选举结果递补");
        /// Chosen by the villagers' meeting or their representatives.
        ElectionByRepresentatives = "election_by_representatives", key!("村民代表会议推选");
        /// Elected by the organization's own members (youth league, women's federation).
        ElectionByGroup = "election_by_group", key!("群团组织选举");
        /// Hired after an examination.
        HiredByExam = "hired_by_exam", key!("考试招聘");
        /// Hired after an open selection.
        HiredBySelection = "hired_by_selection", key!("公开选聘");
        /// Taken into the pool after review.
        PoolEntry = "pool_entry", key!("审核入库");
    }

    /// How a person leaves a post.
    WayOut {
        /// Removed by the party side. Party posts only.
        Removed = "removed", key!("免职");
        /// Resigned.
        Resigned = "resigned", key!("辞职");
        /// Moved to another post elsewhere.
        Transferred = "transferred", key!("调任");
        /// The term ended.
        TermEnd = "term_end", key!("任期届满");
        /// Retired.
        Retired = "retired", key!("到龄离任");
        /// Recalled by the voters. Elected seats only.
        Recalled = "recalled", key!("罢免");
        /// Terminated by law: incapacity, criminal sentence, two failed reviews in a row. Elected seats only.
        Terminated = "terminated", key!("职务终止");
        /// The contract ended.
        ContractEnd = "contract_end", key!("聘期届满");
        /// Dismissed by the employer.
        Dismissed = "dismissed", key!("解聘");
        /// Left the pool.
        PoolExit = "pool_exit", key!("出库");
        /// The village or the post was dissolved.
        Dissolved = "dissolved", key!("村或岗位撤并");
        /// Died.
        Death = "death", key!("去世");
    }

    /// What a filing reports.
    Change {
        /// Somebody takes a post.
        Appoint = "appoint", key!("任职");
        /// Somebody is removed from a party post.
        Remove = "remove", key!("免职");
        /// Somebody resigns.
        Resign = "resign", key!("辞职");
        /// Somebody is transferred.
        Transfer = "transfer", key!("调任");
        /// The voters recall somebody.
        Recall = "recall", key!("罢免");
        /// An elected seat ends by law.
        Terminate = "terminate", key!("职务终止");
        /// Any other end.
        Leave = "leave", key!("其他离任");
    }

    /// What the county answers a filing.
    Opinion {
        /// Agreed.
        Agree = "agree", key!("同意");
        /// Not agreed.
        Disagree = "disagree", key!("不同意");
        /// Documents are to be completed first.
        CompleteFirst = "complete_first", key!("补齐材料后再报");
    }

    /// How hard a check is.
    Level {
        /// The law asks for it.
        Must = "must", key!("必须");
        /// Departing from it needs a written reason.
        Explain = "explain", key!("应说明理由");
        /// Worth a look.
        Advise = "advise", key!("提醒");
    }

    /// What is wanted of one person in both principal posts.
    Wanted {
        /// Encouraged, by the lawful ways alone.
        Encouraged = "encouraged", key!("鼓励");
        /// Neither.
        Neutral = "neutral", key!("不作要求");
        /// Discouraged.
        Discouraged = "discouraged", key!("不提倡");
    }

    /// The day on which an age is taken.
    AgeAt {
        /// The day of the check.
        Now = "now", key!("检查当日");
        /// The day the term ends.
        TermEnd = "term_end", key!("任期届满时");
    }

    /// Kinship that two members of a body must not have.
    Kinship {
        /// Husband and wife.
        Spouse = "spouse", key!("夫妻");
        /// Parents, children, grandparents, grandchildren.
        Direct = "direct", key!("直系血亲");
        /// Brothers and sisters.
        Sibling = "sibling", key!("兄弟姐妹");
        /// Collateral blood relatives within three generations; brothers and sisters among them.
        Collateral = "collateral", key!("三代以内旁系血亲");
        /// Near relatives by marriage.
        InLaw = "in_law", key!("近姻亲");
    }

    /// From which day a record's years are counted.
    KeepFrom {
        /// The day the person left the last post or pool.
        Leaving = "leaving", key!("离任或出库");
        /// The day of death.
        Death = "death", key!("去世");
        /// The day the matter was closed.
        Closing = "closing", key!("办结");
        /// The day it was recorded.
        Recording = "recording", key!("登记");
    }
}

impl Track {
    /// Whether the villagers or a group elect: nobody appoints.
    pub fn is_elected(self) -> bool {
        self == Track::Elected
    }

    /// Whether the track knows a way in.
    pub fn takes(self, way: WayIn) -> bool {
        use WayIn as W;
        match way {
            W::ElectionByMembers | W::ElectionByBranch | W::AppointedAbove | W::Acting => {
                self == Track::Party
            }
            W::Assigned | W::TransferredIn => self != Track::Elected,
            W::VillageElection
            | W::ByElection
            | W::Succession
            | W::ElectionByRepresentatives
            | W::ElectionByGroup => self == Track::Elected,
            W::HiredByExam | W::HiredBySelection | W::PoolEntry => self == Track::Hired,
        }
    }

    /// Whether the track knows a way out. An elected seat is never taken away from above.
    pub fn loses(self, way: WayOut) -> bool {
        use WayOut as W;
        match way {
            W::Resigned | W::Death | W::Dissolved => true,
            W::TermEnd => self != Track::Hired,
            W::Removed => self == Track::Party,
            W::Transferred | W::Retired => self != Track::Elected,
            W::Recalled | W::Terminated => self == Track::Elected,
            W::ContractEnd | W::Dismissed | W::PoolExit => self == Track::Hired,
        }
    }
}

impl WayOut {
    /// What a filing of this end is called.
    pub fn change(self) -> Change {
        match self {
            WayOut::Removed => Change::Remove,
            WayOut::Resigned => Change::Resign,
            WayOut::Transferred => Change::Transfer,
            WayOut::Recalled => Change::Recall,
            WayOut::Terminated => Change::Terminate,
            _ => Change::Leave,
        }
    }
}

impl Group {
    /// Whether a body belongs to it.
    pub fn holds(self, team: Team) -> bool {
        match self {
            Group::TwoCommittees => matches!(team, Team::PartyBranch | Team::VillageCommittee),
            Group::PartyBranch => team == Team::PartyBranch,
            Group::VillageCommittee => team == Team::VillageCommittee,
            Group::Supervision => team == Team::Supervision,
            Group::Other => team == Team::Other,
        }
    }
}

impl Kinship {
    /// Whether a relation of this kind is one of those named: brothers and sisters are collateral relatives too.
    pub fn among(self, named: &[Kinship]) -> bool {
        named.contains(&self) || (self == Kinship::Sibling && named.contains(&Kinship::Collateral))
    }
}

/// Posts that every county has, with their Chinese and the track the law gives them. Packs may add their own ids.
pub const KNOWN_POSTS: [(&str, &str, Option<Track>); 15] = [
    ("party_secretary", key!("村党组织书记"), Some(Track::Party)),
    ("party_deputy", key!("村党组织副书记"), Some(Track::Party)),
    ("party_member", key!("村党组织委员"), Some(Track::Party)),
    ("village_director", key!("村委会主任"), Some(Track::Elected)),
    ("village_deputy", key!("村委会副主任"), Some(Track::Elected)),
    ("committee_member", key!("村委会委员"), Some(Track::Elected)),
    ("supervision_head", key!("村务监督委员会主任"), Some(Track::Elected)),
    ("supervision_member", key!("村务监督委员会委员"), Some(Track::Elected)),
    ("group_leader", key!("村民小组长"), Some(Track::Elected)),
    ("youth_league_secretary", key!("团支部书记"), None),
    ("women_chair", key!("村妇联主席"), None),
    ("first_secretary", key!("驻村第一书记"), None),
    ("officer", key!("乡村振兴专干"), Some(Track::Hired)),
    ("clerk", key!("村文书"), Some(Track::Hired)),
    ("reserve", key!("村级后备力量"), Some(Track::Hired)),
];

/// The track that the law gives a well-known post; `None` for the others.
pub fn lawful_track(post: &str) -> Option<Track> {
    KNOWN_POSTS.iter().find(|(id, ..)| *id == post).and_then(|(.., track)| *track)
}

/// The Chinese of a well-known post, or the id.
pub fn known_title(post: &str) -> &str {
    KNOWN_POSTS.iter().find(|(id, ..)| *id == post).map_or(post, |(_, title, _)| title)
}

/// A word as part of a message, in the reader's language.
pub(crate) fn said(label: &'static str) -> Message {
    Message::new(label, Vec::new())
}

/// A well-known post as part of a message.
pub(crate) fn said_post(post: &str) -> Message {
    let known = KNOWN_POSTS.iter().find(|(id, ..)| *id == post);
    said(known.map_or(key!("其他岗位"), |(_, title, _)| title))
}

/// Whether an education (GB/T 4658) reaches a class: 10 is the highest, 31 counts as 30.
pub fn reaches(education: &str, class: &str) -> bool {
    let tens =
        |code: &str| code.get(..1).filter(|c| matches!(c.as_bytes()[0], b'1'..=b'9')).map(str::to_owned);
    match (tens(education), tens(class)) {
        (Some(own), Some(class)) => own <= class,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_takes_an_elected_seat_away_from_above() {
        for way in [WayOut::Removed, WayOut::Transferred, WayOut::Dismissed, WayOut::Retired] {
            assert!(!Track::Elected.loses(way), "{way:?}");
        }
        for way in [WayIn::AppointedAbove, WayIn::Acting, WayIn::Assigned, WayIn::TransferredIn] {
            assert!(!Track::Elected.takes(way), "{way:?}");
        }
        assert!(WayIn::ALL.iter().all(|w| Track::ALL.iter().any(|t| t.takes(*w))));
        assert!(WayOut::ALL.iter().all(|w| Track::ALL.iter().any(|t| t.loses(*w))));
    }

    #[test]
    fn education_is_compared_by_its_class() {
        assert!(reaches("10", "30") && reaches("31", "30") && reaches("30", "30"));
        assert!(!reaches("40", "30") && !reaches("", "30") && !reaches("90", "80") && !reaches("0x", "30"));
    }

    #[test]
    fn ids_are_unique_and_read_back() {
        for way in WayOut::ALL {
            assert_eq!(WayOut::parse(way.id()), Some(*way));
        }
        assert_eq!(WayOut::parse("fired"), None);
        assert!(
            Kinship::Sibling.among(&[Kinship::Collateral]) && !Kinship::Collateral.among(&[Kinship::Sibling])
        );
    }
}
