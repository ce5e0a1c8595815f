//! What moves a proposal and what does not.

use super::*;

fn proposal(action: &str, person: Option<i64>) -> Proposal {
    Proposal {
        id: 1,
        round: 2,
        pack: 3,
        round_title: "2026 年度考核".into(),
        year: "2026".into(),
        round_part: String::new(),
        version: 1,
        code: "990101101200".into(),
        village: "990101101200".into(),
        village_name: "例东村".into(),
        township: "990101101".into(),
        township_name: "例河镇".into(),
        grade: "1".into(),
        consequence: "rule".into(),
        action: action.into(),
        applies_to: if person.is_some() { "party_secretary" } else { "village" }.into(),
        amount: is_money(action).then_some(1_000_000),
        basis: "第二十七条".into(),
        person,
        person_name: person.map(|_| "何例甲".into()).unwrap_or_default(),
        holding: None,
        because: String::new(),
        barred: String::new(),
        state: State::Proposed,
        heard_on: String::new(),
        heard_by: String::new(),
        heard: String::new(),
        own_words: String::new(),
        own_at: None,
        carried: None,
        decided_by: String::new(),
        decided_on: String::new(),
        meeting: String::new(),
        reason: String::new(),
        decided_amount: None,
        decided_at: None,
        batch: None,
        filing: None,
        due_on: String::new(),
        done_on: String::new(),
        done_by: String::new(),
        done: String::new(),
        at: 0,
        rev: 1,
    }
}

const AROUND: Around<'_> = Around { today: "2027-02-10", written_on: "2027-02-10", runs: true, filed: false };

fn given(day: &str) -> Given {
    Given {
        day: day.into(),
        by: "县委常委会".into(),
        text: "本人说明了情况".into(),
        verdict: "carried".into(),
        reason: "依据第三十条".into(),
        ..Given::default()
    }
}

#[test]
fn j10_whoever_is_hit_is_heard_before_anything_is_decided() {
    let mut p = proposal("propose_removal", Some(7));
    let refused = after(&p, Act::Decide, AROUND, &given("2027-02-09"));
    assert_eq!(refused, Err(vec![Refusal::NotHeard]));
    assert_eq!(after(&p, Act::Hear, AROUND, &given("2027-02-08")), Ok(State::Heard));
    (p.state, p.heard_on) = (State::Heard, "2027-02-08".into());
    assert_eq!(after(&p, Act::Decide, AROUND, &given("2027-02-09")), Ok(State::Decided));
    // Decided on the 7th, heard on the 8th: that was no hearing.
    assert_eq!(after(&p, Act::Decide, AROUND, &given("2027-02-07")), Err(vec![Refusal::Before]));
    // Own words are a hearing.
    let own = Proposal { own_at: Some(1), ..proposal("warn", Some(7)) };
    assert_eq!(after(&own, Act::Decide, AROUND, &given("2027-02-09")), Ok(State::Decided));
    // A bonus hits nobody, and a village is nobody to hear.
    for p in [proposal("bonus", None), proposal("pay", Some(7)), proposal("elevate", None)] {
        assert_eq!(after(&p, Act::Decide, AROUND, &given("2027-02-09")), Ok(State::Decided), "{}", p.action);
    }
    let village = proposal("elevate", None);
    assert_eq!(after(&village, Act::Hear, AROUND, &given("2027-02-09")), Err(vec![Refusal::Nobody]));
}

#[test]
fn what_the_law_bars_takes_no_act_at_all() {
    let p = Proposal { state: State::Void, ..proposal("propose_removal", Some(7)) };
    for act in Act::ALL {
        assert_eq!(after(&p, act, AROUND, &given("2027-02-09")), Err(vec![Refusal::Barred]), "{act:?}");
    }
}

#[test]
fn each_state_takes_its_own_acts() {
    let decided = Proposal {
        state: State::Decided,
        carried: Some(true),
        decided_on: "2027-02-09".into(),
        ..proposal("bonus", None)
    };
    let not = Proposal { carried: Some(false), ..decided.clone() };
    let done = Proposal { done_on: "2027-02-10".into(), ..decided.clone() };
    let dropped = Proposal { state: State::Dropped, ..proposal("bonus", None) };
    let taken = |p: &Proposal| -> Vec<Act> {
        Act::ALL.into_iter().filter(|a| after(p, *a, AROUND, &given("2027-02-10")).is_ok()).collect()
    };
    assert_eq!(taken(&proposal("bonus", None)), [Act::Decide, Act::Drop]);
    assert_eq!(taken(&proposal("talk", Some(7))), [Act::Hear, Act::Decide, Act::Drop]);
    assert_eq!(taken(&decided), [Act::Revoke, Act::Finish]);
    assert_eq!(taken(&not), [Act::Revoke]);
    assert_eq!(taken(&done), Vec::<Act>::new());
    assert_eq!(taken(&dropped), [Act::Revoke]);
}

#[test]
fn a_decision_is_taken_back_on_its_day_alone() {
    let p = Proposal { state: State::Decided, carried: Some(true), ..proposal("warn", Some(7)) };
    assert_eq!(after(&p, Act::Revoke, AROUND, &given("")), Ok(State::Proposed));
    let heard = Proposal { heard_on: "2027-02-01".into(), ..p.clone() };
    assert_eq!(after(&heard, Act::Revoke, AROUND, &given("")), Ok(State::Heard));
    let late = Around { written_on: "2027-02-09", filed: true, ..AROUND };
    let silent = Given::default();
    let refused = vec![Refusal::TooLate, Refusal::Filed, Refusal::NoReason];
    assert_eq!(after(&p, Act::Revoke, late, &silent), Err(refused), "all at once");
}

#[test]
fn a_township_decides_its_own_rounds_alone() {
    let other = Around { runs: false, ..AROUND };
    let p = proposal("talk", Some(7));
    assert_eq!(after(&p, Act::Decide, other, &given("2027-02-09")), Err(vec![Refusal::NotYours]));
    assert_eq!(after(&p, Act::Hear, other, &given("2027-02-09")), Ok(State::Heard));
}

#[test]
fn sums_are_yuan_and_another_sum_wants_a_reason() {
    assert_eq!(sum("10,000"), Ok(Some(1_000_000)));
    assert_eq!(sum("2500.5元"), Ok(Some(250_050)));
    assert_eq!(sum(" "), Ok(None));
    for bad in ["-1", "1.005", "一万", "1e4"] {
        assert_eq!(sum(bad), Err(Refusal::BadAmount), "{bad}");
    }
    assert_eq!((yuan(1_000_000), yuan(250_050)), ("10,000".to_owned(), "2,500.50".to_owned()));
    let p = proposal("bonus", None);
    let with = |amount: &str, reason: &str| Given {
        amount: amount.into(),
        reason: reason.into(),
        ..given("2027-02-09")
    };
    assert_eq!(after(&p, Act::Decide, AROUND, &with("", "")), Ok(State::Decided));
    assert_eq!(after(&p, Act::Decide, AROUND, &with("10000", "")), Ok(State::Decided));
    assert_eq!(after(&p, Act::Decide, AROUND, &with("8000", "")), Err(vec![Refusal::OtherSum]));
    assert_eq!(after(&p, Act::Decide, AROUND, &with("8000", "财力不足")), Ok(State::Decided));
    let none = Proposal { amount: None, ..p };
    assert_eq!(after(&none, Act::Decide, AROUND, &with("", "")), Err(vec![Refusal::BadAmount]));
}

#[test]
fn every_fault_of_a_decision_is_told_at_once() {
    let p = proposal("bonus", None);
    let bad = Given { day: "昨天".into(), due: "x".into(), ..Given::default() };
    let refused = vec![Refusal::NoDay, Refusal::NoWho, Refusal::NoVerdict, Refusal::BadDue];
    assert_eq!(after(&p, Act::Decide, AROUND, &bad), Err(refused));
    let ahead = given("2027-02-11");
    assert_eq!(after(&p, Act::Decide, AROUND, &ahead), Err(vec![Refusal::Ahead]));
}
