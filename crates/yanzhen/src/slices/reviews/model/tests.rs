use super::*;
use policy::Review;

const DAY: &str = "2026-11-22";

fn seat(id: i64) -> Seat {
    Seat {
        id,
        review: 1,
        seat: "court".into(),
        title: "法院".into(),
        needs: vec![Need::Name],
        unit: "例县法院".into(),
        head: Some(9),
        head_name: "邹例午".into(),
        taken_at: None,
        signed_by: String::new(),
        signed_at: None,
        reminded_on: String::new(),
        reminders: 0,
        rev: 1,
    }
}

fn answer(seat: i64, conclusion: Conclusion, account: i64, signed: bool) -> Answer {
    Answer {
        id: seat * 10,
        seat,
        subject: 1,
        conclusion,
        clause: String::new(),
        clause_title: String::new(),
        document: String::new(),
        account: Some(account),
        by: "柏例子".into(),
        at: 1,
        signed_at: signed.then_some(2),
        recheck_due: String::new(),
    }
}

fn subject(conclusion: Option<Conclusion>) -> Subject {
    Subject {
        id: 1,
        review: 1,
        seq: 1,
        person: 5,
        name: "王例甲".into(),
        village: "990101101200".into(),
        village_name: String::new(),
        township: "990101101".into(),
        township_name: String::new(),
        post: String::new(),
        conclusion,
        clause: String::new(),
        clause_title: String::new(),
        document: String::new(),
        settled_on: conclusion.map(|_| "2026-11-19".to_owned()).unwrap_or_default(),
        told_on: String::new(),
        object_until: String::new(),
        objection: String::new(),
        objected_at: None,
        answer_by: String::new(),
        decision: None,
        decided_by: String::new(),
        decided_on: String::new(),
        reason: String::new(),
        valid_to: String::new(),
        rev: 1,
    }
}

fn given(conclusion: &str, clause: &str, document: &str) -> Given {
    Given { conclusion: conclusion.into(), clause: clause.into(), document: document.into() }
}

#[test]
fn w8_a_document_number_has_a_body_a_year_and_a_number_and_no_room_for_a_case() {
    for (typed, kept) in [
        ("例公（演）行罚决字〔2025〕12 号", "例公（演）行罚决字〔2025〕12号"),
        ("例公行罚决字[2025]12号", "例公行罚决字〔2025〕12号"),
        ("（2024）例0102刑初123号", "（2024）例0102刑初123号"),
        ("例纪（2026）7号", "例纪〔2026〕7号"),
    ] {
        assert_eq!(document_number(typed), Ok(kept.to_owned()), "{typed}");
    }
    for bad in [
        "例公行罚决字〔2025〕",
        "例公行罚决字12号",
        "〔2025〕12号",
        "号",
        "例公〔25〕1号",
        "例公〔2025〕第号",
    ] {
        assert!(document_number(bad).is_err(), "{bad}");
    }
    for story in ["某年因殴打他人，例公〔2025〕1号", "例公〔2025〕1号：偷盗"] {
        assert!(format!("{:?}", document_number(story)).contains("不写案情"), "{story}");
    }
    assert!(document_number(&format!("{}〔2025〕1号", "例".repeat(60))).is_err());
}

#[test]
fn h5_an_answer_stands_on_the_negative_list_and_every_fault_is_told() {
    let review = Review::in_force([], DAY);
    let clauses = review.clauses_on(DAY);
    let good =
        reads(&clauses, &given("must_not", "criminal_penalty", "（2024）例0102刑初123号"), false).unwrap();
    assert_eq!((good.conclusion, good.clause_title.as_str()), (Conclusion::MustNot, "受过刑事处罚"));
    // A packet brings the Chinese words back.
    assert_eq!(reads(&clauses, &given("不得", "受过刑事处罚", "（2024）例0102刑初123号"), false), Ok(good));
    let fields =
        |g: Given| -> Vec<&str> { reads(&clauses, &g, false).unwrap_err().iter().map(|f| f.0).collect() };
    assert_eq!(fields(given("", "", "")), ["conclusion"]);
    assert_eq!(fields(given("not_suitable", "", "")), ["clause", "document"]);
    assert_eq!(
        fields(given("must_not", "disturbance", "例公〔2025〕1号")),
        ["clause"],
        "the list permits less"
    );
    assert_eq!(fields(given("clear", "criminal_penalty", "")), ["clause"]);
    assert!(reads(&clauses, &given("verify", "criminal_penalty", ""), false).is_ok(), "no document yet");
    assert!(reads(&clauses, &given("verify", "criminal_penalty", ""), true).is_err(), "a recheck concludes");
}

#[test]
fn w8_whoever_answered_does_not_sign_and_nothing_changes_afterwards() {
    let (mut seat, mut mine) = (seat(1), answer(1, Conclusion::Clear, 7, false));
    let said = |faults: Faults| faults.len();
    assert_eq!(said(signs(&seat, std::slice::from_ref(&mine), 1, 9)), 0);
    assert_eq!(said(signs(&seat, std::slice::from_ref(&mine), 2, 9)), 1, "somebody is not answered");
    assert_eq!(said(signs(&seat, std::slice::from_ref(&mine), 1, 7)), 2, "no head, and answered");
    assert_eq!(said(signs(&seat, &[answer(1, Conclusion::Clear, 9, false)], 1, 9)), 1, "the head answered");
    seat.head = None;
    assert_eq!(said(signs(&seat, std::slice::from_ref(&mine), 1, 8)), 0);
    (seat.signed_at, mine.signed_at) = (Some(3), Some(3));
    assert!(may_answer(&seat, Some(&mine)).is_err());
    assert_eq!(said(signs(&seat, std::slice::from_ref(&mine), 1, 8)), 1, "nothing to sign");
    mine.recheck_due = "2026-11-25".into();
    assert!(may_answer(&seat, Some(&mine)).is_ok());
}

#[test]
fn h5_the_gravest_conclusion_counts_once_every_seat_signed() {
    let seats = [seat(1), seat(2), seat(3)];
    let (clear, unfit, bar) = (
        answer(1, Conclusion::Clear, 7, true),
        answer(2, Conclusion::NotSuitable, 7, true),
        answer(3, Conclusion::MustNot, 7, true),
    );
    assert!(gravest(&seats, &[clear.clone(), unfit.clone()]).is_none(), "one has not answered");
    let all = [clear.clone(), unfit.clone(), bar];
    assert_eq!(gravest(&seats, &all).unwrap().conclusion, Conclusion::MustNot);
    let mut draft = all.clone();
    draft[2].signed_at = None;
    assert!(gravest(&seats, &draft).is_none(), "an answer that nobody signed does not count");
    let mut again = all;
    again[0].recheck_due = "2026-11-25".into();
    assert!(gravest(&seats, &again).is_none(), "a seat looks again");
    assert_eq!(gravest(&seats[..2], &[unfit, clear]).unwrap().seat, 2);
}

#[test]
fn h5_nobody_is_ended_unheard_and_a_bar_of_law_stands() {
    let verdict =
        |d: &str| Verdict { decision: d.into(), by: "何例乙".into(), reason: "部务会研究".into() };
    let open = subject(Some(Conclusion::NotSuitable));
    assert!(decides(&open, &verdict("go"), DAY).is_empty(), "in the person's favour at once");
    assert_eq!(decides(&open, &verdict("terminate"), DAY).len(), 1, "not told");
    let told = Subject { told_on: "2026-11-20".into(), object_until: "2026-11-25".into(), ..open };
    assert_eq!(decides(&told, &verdict("terminate"), "2026-11-25").len(), 1, "may still object");
    assert!(told.may_object("2026-11-25") && !told.may_object("2026-11-26"));
    assert!(decides(&told, &verdict("terminate"), "2026-11-26").is_empty());
    let heard = Subject { objected_at: Some(1), ..told };
    assert!(decides(&heard, &verdict("terminate"), DAY).is_empty() && !heard.may_object(DAY));
    assert_eq!(decides(&heard, &Verdict::default(), DAY).len(), 3);
    assert_eq!(decides(&subject(Some(Conclusion::MustNot)), &verdict("go"), DAY).len(), 1);
    assert_eq!(decides(&subject(Some(Conclusion::Clear)), &verdict("terminate"), DAY).len(), 1);
    assert_eq!(decides(&subject(None), &verdict("terminate"), DAY).len(), 1);
}

#[test]
fn months_end_where_the_month_does() {
    assert_eq!(months_later("2026-08-31", 6), "2027-02-28");
    assert_eq!(months_later("2026-11-19", 6), "2027-05-19");
}
