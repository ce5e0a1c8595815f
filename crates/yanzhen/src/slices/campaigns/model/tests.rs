use super::*;

fn new() -> New {
    New {
        kind: "reserve_selection".into(),
        title: "2026 年后备力量选拔".into(),
        apply_from: "2026-11-09T09:00".into(),
        apply_to: "2026-11-27T17:30".into(),
        help: "0990-0000000".into(),
        places: vec![Place { township: "990101101".into(), seats: 3, ..Place::default() }],
    }
}

#[test]
fn g1_a_campaign_says_what_it_lacks_all_at_once() {
    assert!(makes(&new(), "2026-11-08T12:00").is_empty());
    let empty = makes(&New::default(), "2026-11-08T12:00");
    let fields: Vec<&str> = empty.iter().map(|f| f.0).collect();
    assert_eq!(fields, ["kind", "title", "apply_from", "apply_to", "help", "places"]);
    let late = New { apply_to: "2026-11-01T00:00".into(), ..new() };
    assert_eq!(makes(&late, "2026-11-08T12:00").len(), 1, "an end before the begin");
    let past = makes(&new(), "2026-11-28T00:00");
    assert_eq!(past.iter().map(|f| f.0).collect::<Vec<_>>(), ["apply_to"]);
    assert!(!is_time("2026-11-31T10:00") && !is_time("2026-11-30T24:00") && !is_time("2026-11-30 10:00"));
}

fn stage(work: Work) -> Stage {
    Stage {
        seq: 2,
        id: "x".into(),
        work,
        title: work.title().into(),
        terms: Terms::default(),
        planned: String::new(),
        begun_at: Some(1),
        begun_by: "甲例".into(),
        ended_at: None,
        ended_by: String::new(),
    }
}

#[test]
fn no_stage_ends_before_everybody_in_it_has_an_outcome() {
    let notice = stage(Work::Notice);
    assert!(ends(&notice, &Open::default()).is_empty());
    let open = Open {
        waiting: 2,
        taking: true,
        unsettled: 1,
        objections: 1,
        noticed_until: Some("2026-12-01".into()),
        lacking: true,
    };
    assert_eq!(ends(&notice, &open).len(), 6);
    let closed = Stage { ended_at: Some(2), ..stage(Work::Notice) };
    assert_eq!(ends(&closed, &Open::default()).len(), 1, "no silent reopening");
    let not_begun = Stage { begun_at: None, ..stage(Work::Review) };
    assert_eq!(ends(&not_begun, &Open::default()).len(), 1, "no stage is skipped");
}

pub(crate) fn entry() -> Entry {
    Entry {
        id: 1,
        campaign: 1,
        place: None,
        place_name: String::new(),
        no: "BM26-AAAA-BBBB".into(),
        name: "王例甲".into(),
        sex: "2".into(),
        birth: "1990-03-04".into(),
        education: "30".into(),
        full_time: false,
        political: "01".into(),
        source: String::new(),
        township: "990101101".into(),
        village: String::new(),
        village_name: String::new(),
        route: Route::Own,
        standing: Standing::Running,
        stage: 2,
        need: String::new(),
        out_reason: String::new(),
        person: None,
        keep_contact: false,
        at: 0,
        by: String::new(),
        ticket: String::new(),
        room: String::new(),
        seat: 0,
        rev: 1,
    }
}

#[test]
fn an_outcome_is_for_who_is_in_the_stage_and_a_refusal_has_its_reason() {
    let qualify = stage(Work::Qualify);
    assert!(steps(&entry(), &qualify, true, "").is_empty());
    assert_eq!(steps(&entry(), &qualify, false, "不行").len(), 1);
    let ahead = Entry { stage: 1, ..entry() };
    assert_eq!(steps(&ahead, &qualify, true, "").len(), 1, "no stage is skipped by one person either");
    let gone = Entry { standing: Standing::Withdrawn, ..entry() };
    assert_eq!(steps(&gone, &qualify, true, "").len(), 1);
}

mod eligibility {
    use super::entry;
    use crate::slices::campaigns::eligibility::{Check, Judged, hinders, judge, needs, papers};
    use crate::slices::campaigns::model::{Entry, Form};
    use policy::Campaigns;

    const DAY: &str = "2026-11-22";

    fn judged(entry: &Entry, form: &Form, checks: &[Check]) -> Vec<(String, Judged)> {
        let rules = Campaigns::in_force([], DAY);
        let lines = judge(&rules, "reserve_selection", (entry, form), checks, (DAY, "2026-11-27"));
        lines.iter().map(|l| (l.condition.id.clone(), l.judged)).collect()
    }

    fn check(kind: &str, item: &str, verdict: &str) -> Check {
        let (kind, item, verdict) = (kind.to_owned(), item.to_owned(), verdict.to_owned());
        Check { kind, item, verdict, note: "编号看不清".into(), by: "甲例".into(), at: 0 }
    }

    #[test]
    fn g1_each_condition_is_judged_by_itself() {
        let form = Form { declares: vec!["local".into()], ..Form::default() };
        // Born 1990-03-04: 36 on the last day. College. Declared to be local, not that no bar applies.
        let all = judged(&entry(), &form, &[]);
        let expected = [
            ("age", Judged::Met),
            ("education", Judged::Met),
            ("local", Judged::Unchecked),
            ("clean", Judged::Unmet),
        ];
        assert_eq!(all, expected.map(|(id, j)| (id.to_owned(), j)));
        let checked = judged(&entry(), &form, &[check("condition", "local", "ok")]);
        assert_eq!(checked[2].1, Judged::Met);
    }

    #[test]
    fn an_exception_is_a_decision_and_only_where_the_measures_allow_one() {
        // 41 on the last day, a veteran's age but no veteran.
        let older = Entry { birth: "1985-11-27".into(), ..entry() };
        assert_eq!(judged(&older, &Form::default(), &[])[0].1, Judged::Unmet);
        let excepted = [check("condition", "age", "excepted"), check("condition", "clean", "excepted")];
        let all = judged(&older, &Form::default(), &excepted);
        assert_eq!((all[0].1, all[3].1), (Judged::Excepted, Judged::Unmet));
        let veteran = Entry { source: "veteran".into(), ..older };
        assert_eq!(judged(&veteran, &Form::default(), &[])[0].1, Judged::Met);
    }

    #[test]
    fn what_lacks_is_named_and_what_is_optional_is_not_asked_for() {
        let rules = Campaigns::in_force([], DAY);
        let checks = [check("material", "identity_card", "ok"), check("material", "diploma", "no")];
        let papers = papers(&rules, "reserve_selection", &checks, DAY);
        assert_eq!(needs(&papers), "毕业证书（编号看不清）");
        let lines = judge(&rules, "reserve_selection", (&entry(), &Form::default()), &checks, (DAY, DAY));
        let all = hinders(&lines, &papers);
        let fields: Vec<&str> = all.iter().map(|f| f.0).collect();
        assert_eq!(fields, ["conditions", "conditions", "materials"], "two undeclared, one diploma");
    }
}
