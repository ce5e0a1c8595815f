use super::super::model::of_age_on;
use super::*;

const DAY: &str = "2026-11-22";

fn rules() -> Membership {
    Membership::in_force([], DAY)
}

fn file(stage: &str, since: &str) -> File {
    let course = Course {
        id: 1,
        person: 2,
        person_name: "吴例己".into(),
        source: "veteran".into(),
        village: "990101101201".into(),
        village_name: String::new(),
        township: "990101101".into(),
        township_name: String::new(),
        stage: stage.into(),
        since: since.into(),
        state: State::Open,
        longer: 0,
        before: "13".into(),
        moving: None,
        ended_on: String::new(),
        ended_by: String::new(),
        ended_at: String::new(),
        ended_why: String::new(),
        by: "何例乙".into(),
        at: 1,
        rev: 1,
    };
    File { course, acts: Vec::new(), trials: Vec::new() }
}

impl File {
    fn did(&mut self, item: &str, day: &str) {
        self.acts.push(Act {
            id: self.acts.len() as i64 + 1,
            course: 1,
            person: 2,
            kind: Kind::Step,
            stage: self.course.stage.clone(),
            item: item.into(),
            from_on: String::new(),
            day: day.into(),
            meeting: String::new(),
            document: String::new(),
            people: String::new(),
            hours: if item == "training" { 12 } else { 0 },
            note: String::new(),
            decided_by: String::new(),
            void_by: String::new(),
            void_why: String::new(),
            by: String::new(),
            at: 0,
        });
    }

    fn worked(&mut self, finding: Finding) {
        self.trials.push(Trial {
            id: self.trials.len() as i64 + 1,
            course: 1,
            person: 2,
            kind: "disaster".into(),
            task: "抗旱".into(),
            place: "例河".into(),
            from_on: "2026-08-01".into(),
            to_on: "2026-08-05".into(),
            finding,
            found_by: String::new(),
            found_on: String::new(),
            found_why: String::new(),
            by: String::new(),
            at: 0,
            rev: 1,
        });
    }
}

fn given(on: &str) -> Given {
    let text = str::to_owned;
    Given {
        on: text(on),
        meeting: text("支部大会"),
        document: text("例〔2026〕1号"),
        by: text("何例甲"),
        ..Given::default()
    }
}

fn said(faults: &Faults) -> String {
    faults.iter().map(|(f, m)| format!("{f} {}\n", m.text(kernel::Lang::Zh))).collect()
}

#[test]
fn j5_the_branch_talks_within_a_month_and_says_what_is_missing() {
    let mut f = file("applicant", "2026-10-31");
    let outlook = f.outlook(&rules(), DAY);
    let first = outlook.first().unwrap();
    // A month after the last of October is the last of November.
    assert_eq!((first.item.as_str(), first.by.as_str()), ("talk", "2026-11-30"));
    let next = outlook.next.unwrap();
    assert_eq!((next.id.as_str(), next.lacks.len()), ("activist", 3));
    let waits = outlook.dues.iter().find(|d| d.item == "branch_names").unwrap();
    assert_eq!(waits.waits, ["派人谈话", "推荐、推优"]);
    assert!(!waits.may(DAY));
    f.did("talk", "2026-11-02");
    f.did("recommended", "2026-11-03");
    f.did("branch_names", "2026-11-10");
    let outlook = f.outlook(&rules(), DAY);
    assert!(outlook.next.unwrap().lacks.is_empty());
    assert!(f.advances(&rules(), &given("2026-11-10"), DAY).is_empty());
    let early = said(&f.advances(&rules(), &given("2026-11-09"), DAY));
    assert!(early.contains("最早 2026-11-10"), "{early}");
}

#[test]
fn j5_nobody_is_listed_before_a_year_as_an_activist() {
    let mut f = file("activist", "2025-11-23");
    f.did("contacts", "2025-12-01");
    f.did("half_year", "2026-05-01");
    f.did("half_year", "2026-10-20");
    f.did("opinions", "2026-11-01");
    let step = Given { item: "branch_lists".into(), ..given("2026-11-20") };
    let calendar = WorkCalendar::of([]);
    let early = said(&f.takes(&rules(), &calendar, &step, DAY));
    assert!(early.contains("on 还早：最早 2026-11-23"), "{early}");
    f.course.since = "2025-11-20".into();
    assert!(f.takes(&rules(), &calendar, &step, DAY).is_empty());
    // The half-yearly talk goes on, though two are enough to go on.
    let outlook = f.outlook(&rules(), DAY);
    let talk = outlook.dues.iter().find(|d| d.item == "half_year").unwrap();
    assert_eq!((talk.by.as_str(), talk.done, talk.lacking), ("2027-04-20", 2, false));
    assert_eq!(outlook.next.unwrap().lacks.len(), 1, "the branch alone is missing");
}

#[test]
fn j5_sponsors_hours_notice_and_front_line_tests_are_asked() {
    let mut f = file("development", "2026-09-01");
    let calendar = WorkCalendar::of([]);
    let takes = |f: &File, g: &Given| said(&f.takes(&rules(), &calendar, g, DAY));
    let sponsors = Given { item: "sponsors".into(), people: "何例甲".into(), ..given("2026-09-02") };
    assert!(takes(&f, &sponsors).contains("请写明 2 人的姓名"));
    assert_eq!(takes(&f, &Given { people: "何例甲、何例乙".into(), ..sponsors }), "");
    assert!(takes(&f, &Given { item: "training".into(), ..given("2026-09-02") }).contains("学时"));
    for item in ["sponsors", "political_review", "training"] {
        f.did(item, "2026-09-10");
    }
    let lacks = |f: &File| f.outlook(&rules(), DAY).next.unwrap().lacks.len();
    // Twelve hours of twenty-four: the training is not over, nor is the review open.
    assert!(f.outlook(&rules(), DAY).dues.iter().any(|d| d.item == "training" && d.done == 1));
    assert!(
        takes(&f, &Given { item: "pre_review".into(), ..given("2026-09-12") })
            .contains("要先办好“短期集中培训”")
    );
    f.did("training", "2026-09-11");
    f.did("pre_review", "2026-09-20");
    // Five working days from a Monday end on the next Monday.
    let notice = Given { item: "notice".into(), from_on: "2026-10-12".into(), ..given("2026-10-16") };
    assert!(takes(&f, &notice).contains("要满 5 个工作日，最早 2026-10-19"), "{}", takes(&f, &notice));
    f.did("notice", "2026-10-19");
    f.did("branch_admits", "2026-10-20");
    f.did("talk_before", "2026-10-25");
    let approval = f.outlook(&rules(), DAY);
    assert_eq!(approval.dues.iter().find(|d| d.item == "approval").unwrap().by, "2027-01-25");
    f.did("approval", "2026-11-05");
    f.worked(Finding::Failed);
    assert_eq!(lacks(&f), 1, "a failed test is none");
    assert!(said(&f.advances(&rules(), &given("2026-11-05"), DAY)).contains("一线考验合格 0 次，要 1 次"));
    f.worked(Finding::Passed);
    assert!(f.advances(&rules(), &given("2026-11-05"), DAY).is_empty());
    let next = rules();
    let stage = next.stage_on("probationary", DAY).unwrap();
    assert_eq!(
        f.begins(stage, "2026-11-05"),
        "2026-10-20",
        "from the branch's meeting, not from the approval"
    );
}

#[test]
fn j5_probation_lasts_a_year_and_is_made_longer_once() {
    let mut f = file("probationary", "2025-11-10");
    let outlook = f.outlook(&rules(), DAY);
    let stage = outlook.dues.iter().find(|d| d.stage).unwrap();
    assert_eq!(stage.by, "2026-11-10", "somebody must decide when it is over");
    let longer =
        |on: &str, months: &str| Given { months: months.into(), note: "表现不够".into(), ..given(on) };
    let told = |f: &File, g: &Given| said(&f.lengthens(&rules(), g, DAY));
    assert!(told(&f, &longer("2026-11-09", "6")).contains("最早 2026-11-10"));
    for months in ["5", "13", "半年"] {
        assert!(told(&f, &longer("2026-11-12", months)).contains("延长 6 至 12 个月"), "{months}");
    }
    assert!(told(&f, &Given { note: String::new(), ..longer("2026-11-12", "6") }).contains("请写明理由"));
    assert_eq!(told(&f, &longer("2026-11-12", "6")), "");
    f.course.longer = 6;
    assert!(told(&f, &longer("2026-11-12", "6")).contains("只能延长一次"));
    assert_eq!(f.outlook(&rules(), DAY).next.unwrap().first, "2027-05-10");
    let other = file("activist", "2025-01-01");
    assert!(told(&other, &longer("2026-11-12", "6")).contains("不能延长"));
    // Who is on the roll leaves it by a meeting and the document above it; an applicant's own wish needs neither.
    let end = Given { item: "stopped".into(), on: DAY.into(), ..Given::default() };
    let bad = said(&f.ends(&rules(), &end, DAY));
    for words in ["由谁决定", "哪次会议", "上级党委批准", "请写明理由"] {
        assert!(bad.contains(words), "{words} in {bad}");
    }
    let wish = Given {
        item: "withdrawn".into(),
        by: "何例甲".into(),
        note: "外出".into(),
        on: DAY.into(),
        ..Given::default()
    };
    assert!(file("applicant", "2026-01-01").ends(&rules(), &wish, DAY).is_empty());
}

#[test]
fn eighteen_years_are_counted_to_the_day() {
    assert_eq!(of_age_on("2008-11-23", 18).as_deref(), Some("2026-11-23"));
    assert_eq!(
        of_age_on("2008-02", 18).as_deref(),
        Some("2026-02-28"),
        "the last day that it may be, by the shorter month"
    );
    assert_eq!(of_age_on("2008", 18).as_deref(), Some("2026-12-31"));
    assert_eq!(of_age_on("", 18), None);
    assert_eq!(names("何例甲、何例乙，何例丙"), 3);
}
