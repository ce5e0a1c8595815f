use super::motion::{self, Motion, Passed, State, Verdict};
use super::set::{Reason, Table};
use super::team::{Mate, Team};
use super::*;
use policy::{Pack, Source};

const DAY: &str = "2026-11-22";
const EAST: &str = "990101101200";
const WEST: &str = "990101101201";
const FAR: &str = "990101102200";

/// A county of the kind of J3: committee seats from the township's officers first, then from the pools.
fn j3() -> Chains {
    let text = "id = \"j3\"\nversion = \"1\"\ntitle = \"例县办法\"\nscope = \"county\"\neffective_from = \"2026-01-01\"\nbasis = \"第十四条\"\n\
        [chains]\norder = [\"growth\", \"-age\"]\n\
        [[chains.step]]\nid = \"officers\"\ntitle = \"本镇专干\"\nposts = [\"party_secretary\"]\norder = 1\npost = \"officer\"\nreach = \"township\"\n\
        [[chains.step]]\nid = \"village\"\ntitle = \"本村后备\"\nposts = [\"party_secretary\"]\norder = 2\npool = \"secretary_reserve\"\n\
        [[chains.step]]\nid = \"township\"\ntitle = \"本镇后备\"\nposts = [\"party_secretary\"]\norder = 3\npool = \"secretary_reserve\"\nreach = \"township\"\n\
        [[chains.condition]]\nid = \"age\"\ntitle = \"年龄\"\nwhen = \"age <= 45\"\nbasis = \"第十四条第一项\"\n\
        [[chains.condition]]\nid = \"months\"\ntitle = \"在岗时间\"\nsteps = [\"officers\"]\nwhen = \"months >= 24\"\nbasis = \"第十四条第二项\"\n\
        [[chains.fit]]\nid = \"served\"\noff = true\n[[chains.fit]]\nid = \"women\"\noff = true\n[[chains.fit]]\nid = \"younger\"\noff = true\n\
        [[chains.fit]]\nid = \"schooling\"\noff = true\n\
        [[chains.fit]]\nid = \"growth\"\ntitle = \"积分\"\nweight = 60\nvalue = \"growth / 100\"\n\
        [[chains.fit]]\nid = \"known\"\ntitle = \"本村\"\nweight = 40\nvalue = \"own_village ? 1 : 0.5\"\n";
    let (pack, found) = Pack::read(&Source::from_toml("t", text));
    let pack = pack.unwrap_or_else(|| panic!("{found:?}"));
    Chains::in_force([&pack], DAY)
}

fn seat(village: &str) -> Seat {
    Seat {
        village: village.into(),
        village_name: String::new(),
        township: village[..9].into(),
        township_name: String::new(),
        post: "party_secretary".into(),
        title: "书记".into(),
        track: Track::Party,
        nth: 1,
        why: Why::Empty,
        who: String::new(),
        way_out: String::new(),
        since: "2026-09-15".into(),
        due: "2026-10-15".into(),
        motion: None,
        named: None,
    }
}

/// Somebody of a village, a party member of ten years.
fn person(id: i64, village: &str, age: u32, growth: Option<i64>) -> Candidate {
    Candidate {
        id,
        name: format!("例{id}"),
        village: village.into(),
        township: village[..9].into(),
        age: Some(age),
        political: "01".into(),
        party_years: Some(10),
        growth: growth.map(|g| (g, "2026-Q3".to_owned())),
        woman: Some(false),
        ..Candidate::default()
    }
}

fn officer(id: i64, village: &str, age: u32, growth: Option<i64>, since: &str) -> Candidate {
    Candidate {
        posts: vec![("officer".into(), village.into(), since.into())],
        ..person(id, village, age, growth)
    }
}

fn reserve(id: i64, village: &str, age: u32, growth: Option<i64>) -> Candidate {
    Candidate {
        pools: vec![("secretary_reserve".into(), "2024-01-01".into())],
        ..person(id, village, age, growth)
    }
}

fn placed(line: &Line, people: &[Candidate]) -> Vec<i64> {
    line.placed().map(|(_, l)| people[l.person].id).collect()
}

#[test]
fn months_are_full_ones() {
    assert_eq!(months("2024-11-22", DAY), Some(24));
    assert_eq!(months("2024-11-23", DAY), Some(23));
    assert_eq!(months("2026-11-23", DAY), None, "not begun");
    assert_eq!(months("unknown", DAY), None);
}

#[test]
fn j3_the_chain_worked_by_hand() {
    let rules = j3();
    let people = [
        officer(1, EAST, 33, Some(8420), "2022-10-01"),
        officer(2, WEST, 36, Some(8840), "2023-01-01"),
        // A year and three months in the post; too old; an officer of another township.
        officer(3, WEST, 30, Some(9990), "2025-08-01"),
        officer(4, EAST, 46, Some(9000), "2020-01-01"),
        officer(5, FAR, 30, Some(9500), "2020-01-01"),
        // Reserves: the village's own without a score, one of the township with the highest of all.
        reserve(6, EAST, 28, None),
        reserve(7, WEST, 29, Some(9010)),
        reserve(8, FAR, 29, Some(9999)),
        // Already secretary elsewhere; age unknown; sanctioned.
        Candidate {
            posts: vec![("party_secretary".into(), WEST.into(), "2021-01-01".into())],
            ..reserve(9, EAST, 40, Some(9900))
        },
        Candidate { age: None, ..officer(10, EAST, 0, Some(8000), "2020-01-01") },
        Candidate { sanctioned: true, ..officer(11, EAST, 40, Some(9100), "2020-01-01") },
    ];
    let team = Team::default();
    // Asked for nothing more, the groups behind the first with somebody placed are counted only.
    let line = line_up(&rules, &seat(EAST), &team, &people, DAY, false);
    assert_eq!(placed(&line, &people), [2, 1]);
    assert_eq!(line.groups.iter().map(|g| g.members.len()).collect::<Vec<_>>(), [6, 1, 1]);
    assert_eq!(line.groups.iter().map(|g| g.opened).collect::<Vec<_>>(), [true, false, false]);
    let line = line_up(&rules, &seat(EAST), &team, &people, DAY, true);
    assert_eq!(placed(&line, &people), [2, 1, 6, 7]);
    let of = |id: i64| line.find(&people, id).unwrap().1;
    assert_eq!((of(1).place(), of(1).told_by), (Some(2), Some(0)), "by the score, 84.20 after 88.40");
    assert_eq!((of(6).place(), of(6).told_by), (Some(3), None), "by the group");
    let why = |id: i64| -> Vec<&str> {
        let found = of(id).proofs.iter().filter(|p| p.found != Found::Holds);
        found.map(|p| p.said.as_str()).collect()
    };
    assert_eq!(why(3), ["在岗、在库时间 15个月"]);
    assert_eq!(why(4), ["年龄 46岁"]);
    assert_eq!(why(11), ["在处分影响期内 是"]);
    assert!(matches!(of(10).outcome, Outcome::Open(_)), "an unknown age passes nobody over");
    assert_eq!(why(10), ["年龄没有登记"]);
    assert!(line.find(&people, 5).is_none() && line.find(&people, 9).is_none());
    let proof = of(4).proofs.iter().find(|p| p.title == "年龄").unwrap();
    assert_eq!((proof.wanted.as_str(), proof.basis.as_str()), ("年龄不超过45岁", "第十四条第一项"));
    // Fit: 60 × 0.884 + 40 × 0.5 of 100; without a score the total is what is known.
    assert_eq!((of(2).fit.total, of(2).fit.whole), (7304, true));
    assert_eq!((of(6).fit.total, of(6).fit.whole), (4000, false));
}

#[test]
fn c11_of_two_level_people_decide() {
    let rules = j3();
    let people =
        [officer(1, EAST, 33, Some(8000), "2020-01-01"), officer(2, WEST, 33, Some(8000), "2020-01-01")];
    let line = line_up(&rules, &seat(EAST), &Team::default(), &people, DAY, false);
    let looks: Vec<bool> = line.placed().map(|(_, l)| l.tie).collect();
    assert_eq!(looks, [false, true]);
}

#[test]
fn h3_the_best_set_held_and_held_against() {
    let rules = j3();
    // The first officer is first of both chains; at home in the west, so together the east takes the other.
    let people = [
        officer(1, WEST, 33, Some(9000), "2020-01-01"),
        officer(2, EAST, 33, Some(8000), "2020-01-01"),
        reserve(3, EAST, 28, Some(9900)),
    ];
    let seats = [seat(EAST), seat(WEST)];
    let lines: Vec<Line> =
        seats.iter().map(|s| line_up(&rules, s, &Team::default(), &people, DAY, true)).collect();
    let table = Table::new(&lines, &people, &[]);
    let set = table.best();
    let given: Vec<usize> = set.pairs.iter().map(|p| p.given.unwrap().0).collect();
    // East: 0.6 × 0.8 + 0.4 = 0.88; west: 0.6 × 0.9 + 0.4 = 0.94.
    assert_eq!((given, set.filled, set.fit), (vec![1, 0], 2, 18_200));
    assert_eq!(set.pairs[0].why, Reason::Elsewhere(1));
    assert_eq!(set.pairs[1].why, Reason::Clash(0));
    // Seat by seat the east takes the first: 0.74, and the west what is left: 0.68.
    assert_eq!((set.alone, set.clashes, set.kept, set.people), (14_200, 1, 2, 3));
    // Another choice for the east, in the chain's order: the first costs 0.40, the reserve a place of a later group.
    let costs = table.costs(0, &set);
    assert_eq!(
        costs.iter().map(|c| (c.person, c.lost, c.later)).collect::<Vec<_>>(),
        [
            (0, 4000, false),
            // 0.6 × 0.99 + 0.4 = 0.994 for 0.88: better fit, later group.
            (2, -1140, true),
        ]
    );
    assert_eq!(costs[0].moved, [1]);
    let held = Table::new(&lines, &people, &[(0, 3), (1, 99)]).best();
    assert_eq!(held.pairs[0].why, Reason::Held);
    assert_eq!(held.pairs[0].given.map(|g| g.0), Some(2));
    assert_eq!(held.kept, 1, "the second officer is left, and comes before the reserve");
    assert_eq!(Table::new(&[], &people, &[]).best().filled, 0);
}

#[test]
fn h3_the_team_before_and_after() {
    let mate = |person, title: &str, age, woman| Mate {
        person,
        name: String::new(),
        titles: vec![title.into()],
        woman,
        age: Some(age),
        education: "60".into(),
        party: true,
        new: false,
    };
    let team = Team { mates: vec![mate(50, "主任", 51, false), mate(51, "书记", 59, true)] };
    assert_eq!((team.age_tenths(), team.women(), team.college()), (Some(550), 1, 0));
    let new = Candidate { education: "20".into(), ..person(1, EAST, 33, None) };
    // The secretary leaves the seat: 51 and 33.
    let after = team.with(&new, &seat(EAST), Some(51));
    assert_eq!((after.len(), after.age_tenths(), after.women(), after.college()), (2, Some(420), 0, 1));
    // Who is in the team already takes another post and is one person still.
    let director = Candidate { id: 50, ..new.clone() };
    assert_eq!(team.with(&director, &seat(EAST), None).len(), 2);
    let hired = Seat { track: Track::Hired, ..seat(EAST) };
    assert_eq!(team.with(&new, &hired, None).len(), 2, "who is hired is no part of the team");
}

fn motion(track: Track, otherwise: bool) -> Motion {
    Motion {
        id: 1,
        village: EAST.into(),
        village_name: String::new(),
        township: EAST[..9].into(),
        township_name: String::new(),
        post: "party_secretary".into(),
        track,
        person: 2,
        person_name: String::new(),
        step: String::new(),
        place: 2,
        otherwise,
        reason: String::new(),
        proof: String::new(),
        pack: String::new(),
        comment_until: "2026-11-25".into(),
        state: State::Proposed,
        meeting: String::new(),
        decided_by: String::new(),
        decided_on: String::new(),
        decision: String::new(),
        filing: None,
        by: String::new(),
        at: 0,
        rev: 1,
    }
}

#[test]
fn a_motion_is_decided_after_those_before_were_heard() {
    let given = Verdict {
        verdict: "carried".into(),
        by: "何例甲".into(),
        on: DAY.into(),
        meeting: "党委会".into(),
        reason: String::new(),
    };
    let passed = |own_at| {
        vec![Passed {
            id: 1,
            motion: 1,
            person: 1,
            name: String::new(),
            place: 1,
            step: String::new(),
            why: String::new(),
            own_words: String::new(),
            own_at,
        }]
    };
    let fields = |faults: motion::Faults| faults.into_iter().map(|f| f.0).collect::<Vec<_>>();
    let other = motion(Track::Party, true);
    assert_eq!(fields(motion::decides(&other, &passed(None), &given, DAY)), ["verdict"]);
    assert!(motion::decides(&other, &passed(Some(1)), &given, DAY).is_empty(), "heard");
    assert!(motion::decides(&other, &passed(None), &given, "2026-11-26").is_empty(), "the days are over");
    assert!(motion::decides(&motion(Track::Party, false), &[], &given, DAY).is_empty());
    let none = Verdict { on: "2026-11-23".into(), ..Verdict::default() };
    assert_eq!(fields(motion::decides(&other, &[], &none, DAY)), ["verdict", "by", "meeting", "on"]);
    let done = Motion { state: State::Decided, ..motion(Track::Party, false) };
    assert_eq!(fields(motion::decides(&done, &[], &given, DAY)), ["verdict"]);
    assert!(motion::bars_filing(&done).is_none());
    assert!(motion::bars_filing(&Motion { filing: Some(3), ..done.clone() }).is_some());
    assert!(motion::bars_filing(&Motion { track: Track::Elected, ..done }).is_some(), "nobody appoints");
    assert!(motion::bars_filing(&motion(Track::Party, false)).is_some());
}

#[test]
fn a_reason_says_something_where_somebody_is_passed_over() {
    assert!(motion::reasons("", false, 15).is_empty());
    assert_eq!(motion::reasons("综合考虑。。。。。。。。。。。。", true, 15).len(), 1, "signs are no words");
    assert!(motion::reasons("该同志任过三年会计，村里正在清理三资", true, 15).is_empty());
    assert_eq!(motion::reasons(&"长".repeat(501), true, 15).len(), 1);
}
