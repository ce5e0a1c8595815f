//! Invented persons: nobody real, and a believable whole.

use policy::posts::{KNOWN_POSTS, WayIn, WayOut, lawful_track};
use standards::{IdentityNumber, PartialDate};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;
use synth::people::{Hint, LASTS, Oddity, PeopleOptions, Person, Roster};
use synth::{Place, Shape};

const TODAY: &str = "2026-11-22";

fn made(id: &str, seed: u64, persons: usize, hints: &BTreeMap<String, Hint>) -> (Vec<Place>, Vec<Roster>) {
    let places = synth::places(&Shape::like(id).expect("a known shape"), seed);
    let options = PeopleOptions { seed, today: TODAY, persons, hints };
    let rosters = synth::people(&places, &options);
    (places, rosters)
}

static JINAN: LazyLock<Vec<Roster>> = LazyLock::new(|| made("jinan", 7, usize::MAX, &BTreeMap::new()).1);
static HEZHANG: LazyLock<Vec<Roster>> = LazyLock::new(|| made("hezhang", 10, usize::MAX, &BTreeMap::new()).1);

fn everybody() -> impl Iterator<Item = (&'static Roster, &'static Person)> {
    JINAN.iter().chain(HEZHANG.iter()).flat_map(|r| r.persons.iter().map(move |p| (r, p)))
}

fn date(text: &str) -> PartialDate {
    text.parse().unwrap_or_else(|_| panic!("no date: {text}"))
}

fn age(p: &Person, day: &str) -> i64 {
    i64::from(date(&p.birth).age_on(date(day).first()).expect("born before").least)
}

fn holds(p: &Person, post: &str, day: &str) -> bool {
    p.holds.iter().any(|h| h.post == post && h.from_on.as_str() <= day && day <= h.to_on.as_str())
}

fn in_committees(p: &Person, day: &str) -> bool {
    [
        "party_secretary",
        "party_deputy",
        "party_member",
        "village_director",
        "village_deputy",
        "committee_member",
    ]
    .iter()
    .any(|post| holds(p, post, day))
}

fn percent(n: usize, of: usize) -> f64 {
    100.0 * n as f64 / of as f64
}

fn mean(of: impl Iterator<Item = i64>) -> f64 {
    let all: Vec<i64> = of.collect();
    all.iter().sum::<i64>() as f64 / all.len() as f64
}

#[test]
fn nobody_is_real() {
    let mut numbers = BTreeSet::new();
    for (_, p) in everybody() {
        let names = [&p.name].into_iter().chain(p.family.iter().map(|r| &r.name).filter(|n| !n.is_empty()));
        for name in names.chain(p.claims.iter().map(|c| &c.by)).chain(p.told.iter().map(|t| &t.by)) {
            assert_eq!(name.chars().nth(1), Some('例'), "{name}");
            assert!((3..=4).contains(&name.chars().count()), "{name}");
        }
        for school in p.studies.iter().map(|s| &s.school) {
            assert!(school.starts_with('例'), "{school}");
        }
        assert!(p.phone.is_empty() || p.phone.len() == 11 && p.phone.starts_with("100"), "{}", p.phone);
        assert!(p.bank.is_empty() || p.bank.len() == 19 && p.bank.starts_with("999"), "{}", p.bank);
        if p.identity.is_empty() {
            assert_eq!(p.birth.len(), 4, "only second files have none");
            continue;
        }
        let number: IdentityNumber = p.identity.parse().expect("the check character is right");
        assert!(number.is_synthetic() && number.region().starts_with("9901"), "{}", p.identity);
        let sex = if p.sex == "2" { standards::Sex::Female } else { standards::Sex::Male };
        assert!(number.clashes(Some(date(&p.birth)), Some(sex)).is_empty(), "{}", p.identity);
        assert!(numbers.insert(p.identity.clone()), "{} twice", p.identity);
    }
}

#[test]
fn names_vary() {
    let names: BTreeSet<&str> = everybody().map(|(_, p)| p.name.as_str()).collect();
    let surnames: BTreeSet<char> = names.iter().filter_map(|n| n.chars().next()).collect();
    assert!(
        names.len() > everybody().count() / 2 && surnames.len() > 80,
        "{} {}",
        names.len(),
        surnames.len()
    );
    for roster in JINAN.iter() {
        let first = roster.persons.iter().filter(|p| !p.identity.is_empty());
        let names: Vec<&str> = first.map(|p| p.name.as_str()).collect();
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "{names:?}");
    }
}

#[test]
fn every_life_fits_its_ages() {
    for (_, p) in everybody().filter(|(_, p)| !p.identity.is_empty()) {
        let now = age(p, TODAY);
        assert!((21..=75).contains(&now), "{} is {now}", p.name);
        assert!(age(p, &p.work_on) >= 15, "{p:?}");
        if !p.party_on.is_empty() {
            assert!(age(p, &p.party_on) >= 18, "{p:?}");
        }
        assert_eq!(p.party_on.is_empty(), !["01", "02"].contains(&p.political), "{p:?}");
        for h in &p.holds {
            assert!(KNOWN_POSTS.iter().any(|(id, ..)| *id == h.post));
            assert!(lawful_track(h.post).is_none_or(|t| t == h.track), "{h:?}");
            assert!(h.track.takes(h.way_in), "{h:?}");
            assert!(h.way_out.is_none_or(|w| h.track.loses(w)), "{h:?}");
            assert_eq!(h.way_out.is_none(), h.to_on == LASTS, "{h:?}");
            assert!(h.from_on <= h.to_on && age(p, &h.from_on) >= 18, "{h:?}");
            assert!(!h.ground_in.is_empty() && h.ground_out.is_empty() == h.way_out.is_none(), "{h:?}");
            if h.post.starts_with("party_") {
                assert!(!p.party_on.is_empty() && p.party_on.as_str() < &h.from_on[..7], "{p:?}");
            }
        }
        for (k, h) in p.holds.iter().enumerate() {
            for other in &p.holds[k + 1..] {
                let apart = h.post != other.post || h.to_on < other.from_on || other.to_on < h.from_on;
                assert!(apart, "{}: {h:?} {other:?}", p.name);
            }
        }
        for s in &p.studies {
            assert!(s.from_on < s.to_on && s.to_on.as_str() <= TODAY, "{s:?}");
            assert!(age(p, &s.to_on) >= 11, "{s:?}");
        }
        let first_hold = p.holds.iter().map(|h| h.from_on.as_str()).min();
        let full = p.studies.iter().find(|s| !s.part_time).expect("some schooling");
        assert!(first_hold.is_none_or(|h| full.to_on.as_str() <= h), "{p:?}");
        assert!(p.studies.iter().any(|s| s.level == p.education));
    }
}

#[test]
fn careers_have_no_holes_and_name_the_posts() {
    let mut long = 0;
    for (_, p) in everybody().filter(|(_, p)| !p.identity.is_empty()) {
        assert!(!p.cv.is_empty(), "{p:?}");
        for pair in p.cv.windows(2) {
            assert_eq!(pair[0].to_on, pair[1].from_on, "{:?}", p.cv);
            assert!(pair[0].from_on < pair[0].to_on, "{:?}", p.cv);
        }
        let last = p.cv.last().expect("a line");
        assert!(last.to_on.is_empty() && last.from_on.as_str() <= TODAY, "{:?}", p.cv);
        assert!(p.cv.iter().all(|l| !l.text.contains('{') && !l.text.is_empty()), "{:?}", p.cv);
        if holds(p, "party_secretary", TODAY) {
            assert!(last.text.contains("党组织书记"), "{:?}", p.cv);
        }
        long += usize::from(p.cv.len() >= 3);
    }
    assert!(percent(long, everybody().count()) > 55.0);
}

#[test]
fn families_are_two_to_four_and_children_have_no_names() {
    for (_, p) in everybody().filter(|(_, p)| !p.identity.is_empty()) {
        assert!((2..=4).contains(&p.family.len()), "{p:?}");
        for r in &p.family {
            let child =
                !r.birth.is_empty() && date(&r.birth).age_on(date(TODAY).first()).expect("born").years < 14;
            assert!(!child && r.name.is_empty() == r.birth.is_empty(), "{r:?}");
            assert!(
                ["妻子", "丈夫", "儿子", "女儿", "父亲", "母亲", "哥哥", "弟弟", "妹妹"]
                    .contains(&r.relation)
            );
        }
    }
}

#[test]
fn the_whole_looks_like_the_country() {
    let persons: Vec<&Person> =
        JINAN.iter().flat_map(|r| &r.persons).filter(|p| p.left_on.is_empty()).collect();
    let heads: Vec<&&Person> = persons.iter().filter(|p| holds(p, "party_secretary", TODAY)).collect();
    let team: Vec<&&Person> = persons.iter().filter(|p| in_committees(p, TODAY)).collect();
    let reserve = persons.iter().filter(|p| p.stays.iter().any(|s| s.to_on == LASTS)).count();
    let concurrent = heads.iter().filter(|p| holds(p, "village_director", TODAY)).count();
    let college = |of: &[&&Person]| percent(of.iter().filter(|p| p.education <= "30").count(), of.len());
    let women = percent(team.iter().filter(|p| p.sex == "2").count(), team.len());
    let head_age = mean(heads.iter().map(|p| age(p, TODAY)));
    let told = |p: &&&Person| p.told.last().is_some_and(|t| t.day.as_str() < "2026-08-24");
    let stale = persons.iter().filter(told).count();
    let story = format!(
        "{} persons, {} left, {} heads {head_age:.1} years {:.0}% college {concurrent} concurrent, team {} women {women:.1}% \
         college {:.0}% age {:.1}, reserve {reserve}, stale {stale}",
        persons.len(),
        JINAN.iter().flat_map(|r| &r.persons).count() - persons.len(),
        heads.len(),
        college(&heads),
        team.len(),
        college(&team),
        mean(team.iter().map(|p| age(p, TODAY))),
    );
    println!("{story}");
    assert!((2_300..=2_550).contains(&persons.len()), "{story}");
    assert!((44.0..=46.5).contains(&head_age), "{story}");
    assert!((42.0..=50.0).contains(&college(&heads)), "{story}");
    assert!((26.0..=31.0).contains(&women), "{story}");
    assert!((55.0..=65.0).contains(&percent(concurrent, heads.len())), "{story}");
    assert!((30.0..=37.0).contains(&percent(reserve, persons.len())), "{story}");
    assert!((150..=350).contains(&stale), "{story}");
}

#[test]
fn age_goes_down_and_education_up_against_the_last_term() {
    for rosters in [&*JINAN, &*HEZHANG] {
        let of = |day: &'static str| {
            let team: Vec<&Person> =
                rosters.iter().flat_map(|r| &r.persons).filter(|p| in_committees(p, day)).collect();
            let college = team.iter().filter(|p| p.education <= "30").count();
            (mean(team.iter().map(|p| age(p, day))), percent(college, team.len()), team.len())
        };
        let (last, now) = (of("2021-02-01"), of("2026-02-01"));
        println!("{last:?} {now:?}");
        assert!(now.0 < last.0 - 0.8 && now.1 > last.1 + 4.0, "{last:?} {now:?}");
        assert!(last.2 * 10 > now.2 * 8, "{last:?} {now:?}");
    }
}

#[test]
fn teams_are_lawful_but_for_the_odd_ones() {
    let mut seen: BTreeMap<Oddity, usize> = BTreeMap::new();
    for r in JINAN.iter().chain(HEZHANG.iter()) {
        r.odd.iter().for_each(|o| *seen.entry(*o).or_default() += 1);
        let of = |post: &str| r.persons.iter().filter(|p| holds(p, post, TODAY)).count();
        let odd = |o| r.odd.contains(&o);
        let committee: Vec<&Person> = r
            .persons
            .iter()
            .filter(|p| {
                ["village_director", "village_deputy", "committee_member"].iter().any(|x| holds(p, x, TODAY))
            })
            .collect();
        assert!(of("party_secretary") <= 1 && of("village_director") <= 1 && of("supervision_head") <= 1);
        assert!(of("party_member") <= 5 && of("committee_member") <= 5 && of("party_deputy") <= 2);
        let full = of("party_secretary") == 1
            && of("village_director") == 1
            && of("party_member") >= 1
            && of("committee_member") >= 2
            && of("supervision_head") == 1
            && of("supervision_member") == 2
            && (3..=7).contains(&committee.len());
        let lost =
            r.persons.iter().flat_map(|p| &p.holds).any(|h| {
                h.from_on.starts_with("2026") && h.to_on != LASTS && h.way_out != Some(WayOut::TermEnd)
            });
        assert_eq!(odd(Oddity::Vacancy), lost, "{}", r.village);
        assert!(full || lost, "{}: {}", r.village, committee.len());
        let women = committee.iter().filter(|p| p.sex == "2").count();
        assert!(women > 0 || odd(Oddity::NoWoman) || lost, "{}", r.village);
        assert!(women == 0 || !odd(Oddity::NoWoman), "{}", r.village);
        // The supervision committee holds nobody of the villagers' committee.
        assert!(
            !committee
                .iter()
                .any(|p| ["supervision_head", "supervision_member"].iter().any(|x| holds(p, x, TODAY)))
        );
        let reserve =
            r.persons.iter().filter(|p| p.left_on.is_empty() && p.stays.iter().any(|s| s.to_on == LASTS));
        assert!(odd(Oddity::Twice) || odd(Oddity::NoReserve) == (reserve.count() == 0), "{}", r.village);
        let kin = r.persons.iter().any(|p| {
            let team = |name: &str| r.persons.iter().any(|o| o.name == name && in_committees(o, TODAY));
            in_committees(p, TODAY) && p.family.iter().any(|f| !f.name.is_empty() && team(&f.name))
        });
        assert_eq!(kin, odd(Oddity::Kin), "{}", r.village);
        assert_eq!(r.terms.len(), 4);
        for h in r.persons.iter().flat_map(|p| &p.holds) {
            if let Some(term) = h.term.map(|t| &r.terms[t]) {
                assert_eq!(term.track, h.track);
                assert!(
                    term.from_on <= h.from_on
                        && (h.to_on == LASTS || h.to_on <= term.to_on.clone().max(term.ended_on.clone())),
                    "{h:?} {term:?}"
                );
            }
        }
    }
    println!("{seen:?}");
    for o in [Oddity::Vacancy, Oddity::NoWoman, Oddity::Kin, Oddity::Old, Oddity::NoReserve, Oddity::Twice] {
        assert!((3..=80).contains(seen.get(&o).unwrap_or(&0)), "{seen:?}");
    }
}

#[test]
fn no_elected_seat_was_taken_away() {
    let ways: BTreeSet<(&str, Option<WayOut>, WayIn)> = everybody()
        .flat_map(|(_, p)| &p.holds)
        .map(|h| (policy::posts::Word::id(h.track), h.way_out, h.way_in))
        .collect();
    assert!(ways.iter().any(|(t, out, _)| *t == "party" && *out == Some(WayOut::Removed)));
    assert!(!ways.iter().any(|(t, out, _)| *t == "elected" && *out == Some(WayOut::Removed)));
    assert!(ways.iter().any(|(t, _, way)| *t == "elected" && *way == WayIn::ByElection));
}

#[test]
fn hints_are_kept() {
    let places = synth::places(&Shape::like("wucun").expect("a known shape"), 3);
    let hints: BTreeMap<String, Hint> = places
        .iter()
        .enumerate()
        .map(|(i, p)| {
            let hint = Hint {
                secretary_age: Some(if i % 3 == 0 { 58 + (i as u32 % 6) } else { 44 }),
                team_age: (i % 2 == 0).then_some(51.0),
                complete: Some(i % 5 != 0),
                reserves: Some(i % 4),
            };
            (p.code.clone(), hint)
        })
        .collect();
    let (_, rosters) = made("wucun", 3, usize::MAX, &hints);
    for (i, r) in rosters.iter().enumerate() {
        let hint = &hints[&r.village];
        assert_eq!(r.odd.contains(&Oddity::Vacancy), hint.complete == Some(false));
        let counted = |pool: &str| {
            r.persons.iter().filter(|p| p.stays.iter().any(|s| s.pool == pool && s.to_on == LASTS)).count()
        };
        assert_eq!(Some(counted("secretary_reserve")), hint.reserves);
        let day = "2026-02-01";
        let head =
            r.persons.iter().find(|p| holds(p, "party_secretary", day)).expect("a secretary in February");
        let old = hint.secretary_age.filter(|a| *a >= 55);
        assert_eq!(old.is_some(), age(head, TODAY) >= 55, "{i}");
        assert!(old.is_none_or(|a| age(head, TODAY) == i64::from(a) || age(head, TODAY) + 1 == i64::from(a)));
        if hint.team_age.is_some() && hint.complete == Some(true) {
            let team = r.persons.iter().filter(|p| in_committees(p, TODAY)).map(|p| age(p, TODAY));
            assert!(mean(team) >= 49.5, "{i}");
        }
    }
}

#[test]
fn whole_townships_are_filled_and_a_seed_repeats() {
    let none = BTreeMap::new();
    let (places, rosters) = made("hezhang", 10, 400, &none);
    let count: usize = rosters.iter().map(|r| r.persons.len()).sum();
    assert!((400..800).contains(&count), "{count}");
    let last = &rosters.last().expect("some").village[..9];
    let of = |code: &str| places.iter().filter(|p| p.township_code == code).count();
    assert_eq!(rosters.iter().filter(|r| r.village.starts_with(last)).count(), of(last));
    assert_eq!(rosters, made("hezhang", 10, 400, &none).1);
    assert_ne!(rosters, made("hezhang", 11, 400, &none).1);
    // The first villages are the same people when more are made.
    let all = &HEZHANG[..rosters.len()];
    assert!(rosters.iter().zip(all).all(|(a, b)| a == b));
}
