//! Golden cases, worked out by hand from the national defaults.

use super::*;

const TODAY: &str = "2026-11-22";

fn duty() -> Duty {
    Duty::in_force([], TODAY)
}

fn fields(faults: &Faults) -> Vec<&'static str> {
    faults.iter().map(|(field, _)| *field).collect()
}

#[test]
fn a_record_has_a_kind_of_its_subject_a_day_that_came_and_a_fact() {
    let duty = duty();
    let check = |about, kind, day, text| fields(&check_record(&duty, about, (kind, day, text), TODAY));
    assert!(check(About::Person, "service", TODAY, "走访12户").is_empty());
    assert!(check(About::Village, "village_project", "2026-01-01", "水渠完工").is_empty());
    assert_eq!(check(About::Village, "service", TODAY, "走访"), ["kind"], "a kind of persons");
    assert_eq!(check(About::Person, "service", "2026-11-23", "走访"), ["day"], "to come");
    assert_eq!(check(About::Person, "", "昨天", "  "), ["kind", "day", "text"], "all at once");
    assert_eq!(check(About::Person, "service", TODAY, &"字".repeat(TEXT + 1)), ["text"]);
}

#[test]
fn every_act_is_done_in_its_states_alone() {
    use Act::*;
    use State as S;
    let done = [
        (S::Open, Save, S::Open),
        (S::Open, Submit, S::Submitted),
        (S::Open, Withdraw, S::Withdrawn),
        (S::Returned, Save, S::Returned),
        (S::Returned, Submit, S::Submitted),
        (S::Submitted, Return, S::Returned),
        (S::Submitted, Accept, S::Accepted),
        (S::Accepted, Rate, S::Rated),
        (S::Rated, Rate, S::Rated),
    ];
    for state in State::ALL {
        for act in [Save, Submit, Return, Accept, Rate, Withdraw] {
            let expected = done.iter().find(|(from, with, _)| from == state && *with == act).map(|d| d.2);
            assert_eq!(state.after(act).ok(), expected, "{state:?} {act:?}");
        }
    }
}

#[test]
fn a_report_asks_for_each_duty_and_keeps_what_was_written() {
    let duty = duty();
    let parts = duty.report_parts_on(TODAY);
    let duties = ["抓党建".to_owned(), "管三资".to_owned()];
    let first = layout(&parts, &duties, &[]);
    let titles: Vec<&str> = first.iter().map(|a| a.title.as_str()).collect();
    assert_eq!(titles, ["抓党建", "管三资", "存在的问题", "廉洁履职情况", "明年打算"]);
    // Nothing is written: every answer is missing.
    assert_eq!(check_report(&first).len(), 5);
    let mut written = first.clone();
    written[0].text = "发展党员2名".to_owned();
    written[4].text = "修路".to_owned();
    // One duty was dropped, one is new: what was written for the dropped one stays, and may stay.
    let next = layout(&parts, &["管三资".to_owned(), "促振兴".to_owned()], &written);
    let told: Vec<(&str, &str, bool)> =
        next.iter().map(|a| (a.title.as_str(), a.text.as_str(), a.optional)).collect();
    assert_eq!(
        told,
        [
            ("管三资", "", false),
            ("促振兴", "", false),
            ("抓党建", "发展党员2名", true),
            ("存在的问题", "", false),
            ("廉洁履职情况", "", false),
            ("明年打算", "修路", false),
        ]
    );
    let places: Vec<usize> = check_report(&next).into_iter().map(|(k, _)| k).collect();
    assert_eq!(places, [0, 1, 3, 4]);
    // Without written duties the part is one text.
    assert_eq!(layout(&parts, &[], &[]).first().map(|a| a.title.clone()), Some("履行职责情况".to_owned()));
}

#[test]
fn an_adverse_word_and_a_second_rating_want_a_reason() {
    let duty = duty();
    let rated = |rating: &str, reason: &str| Rated {
        rating: rating.into(),
        day: TODAY.into(),
        meeting: "例镇述职评议会".into(),
        present: "何例乙等7人".into(),
        minutes: "逐人评议".into(),
        reason: reason.into(),
    };
    assert!(rated("good", "").check(&duty, false, TODAY).is_empty());
    assert_eq!(fields(&rated("poor", "").check(&duty, false, TODAY)), ["reason"]);
    assert!(rated("poor", "两项重点任务没有完成").check(&duty, false, TODAY).is_empty());
    assert_eq!(fields(&rated("good", "").check(&duty, true, TODAY)), ["reason"], "anew");
    let empty = Rated::default().check(&duty, false, TODAY);
    assert_eq!(fields(&empty), ["rating", "day", "meeting", "present", "minutes"]);
    assert!(check_examined(Act::Return, " ").is_some() && check_examined(Act::Accept, "属实").is_none());
}

fn finding(aspect: &str, level: &str) -> Finding {
    Finding {
        aspect: aspect.into(), text: "看到的情况".into(), level: level.into(), problems: Vec::new()
    }
}

fn draft(findings: Vec<Finding>) -> Draft {
    Draft {
        day: TODAY.into(),
        method: "field_visit".into(),
        place: "例东村".into(),
        attended: "何例乙、何例丙".into(),
        asked: "12".into(),
        summary: "总的还好".into(),
        findings,
    }
}

#[test]
fn a_draft_may_lack_much_but_what_is_there_is_right() {
    let duty = duty();
    let bare = Draft { day: TODAY.into(), method: "home_visit".into(), ..Draft::default() };
    assert!(bare.check(&duty, About::Person, TODAY).is_empty());
    assert!(Draft { method: String::new(), ..bare.clone() }.check(&duty, About::Village, TODAY).is_empty());
    let bad = Draft { method: "gossip".into(), asked: "几个".into(), ..draft(vec![finding("de", "优")]) };
    assert_eq!(fields(&bad.check(&duty, About::Person, TODAY)), ["method", "asked", "findings"]);
    // A dimension is no diagnosis.
    assert_eq!(fields(&draft(vec![finding("de", "好")]).check(&duty, About::Village, TODAY)), ["findings"]);
}

#[test]
fn signing_wants_four_diagnoses_of_a_village_and_one_dimension_of_a_person() {
    let duty = duty();
    let four = ["look", "listen", "ask", "feel"];
    let all = draft(four.iter().map(|a| finding(a, "较好")).collect());
    assert!(all.check_signing(&duty, About::Village).is_empty());
    let three = draft(four.iter().take(3).map(|a| finding(a, "较好")).collect());
    assert_eq!(fields(&three.check_signing(&duty, About::Village)), ["findings"]);
    assert!(draft(vec![finding("ji", "好")]).check_signing(&duty, About::Person).is_empty());
    assert_eq!(fields(&draft(Vec::new()).check_signing(&duty, About::Person)), ["findings"]);
    assert_eq!(fields(&draft(vec![finding("ji", "")]).check_signing(&duty, About::Person)), ["findings"]);
    let bare = Draft { day: TODAY.into(), ..Draft::default() };
    let lacks = bare.check_signing(&duty, About::Person);
    assert_eq!(fields(&lacks), ["attended", "place", "summary", "findings"]);
}

#[test]
fn the_cycle_goes_round_in_five_stages() {
    use Stage::{Done, Not, Now};
    let at = |set, accepted, records, report| Cycle { set, accepted, records, report }.stages();
    assert_eq!(at(false, true, 0, None), [Now, Not, Not, Not, Not]);
    assert_eq!(at(true, false, 0, None), [Now, Now, Not, Not, Not]);
    assert_eq!(at(true, true, 3, None), [Done, Now, Not, Not, Not]);
    assert_eq!(at(true, true, 3, Some(State::Open)), [Done, Now, Now, Not, Not]);
    assert_eq!(at(true, true, 3, Some(State::Submitted)), [Done, Done, Done, Now, Not]);
    assert_eq!(at(true, true, 3, Some(State::Returned)), [Done, Now, Now, Not, Not]);
    assert_eq!(at(true, true, 3, Some(State::Accepted)), [Done, Done, Done, Done, Now]);
    assert_eq!(at(true, true, 3, Some(State::Rated)), [Done; 5]);
    assert_eq!(at(true, true, 0, Some(State::Withdrawn)), [Done, Now, Not, Not, Not]);
}
