use super::*;
use crate::Lang;
use proptest::prelude::*;

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn faults(text: &str) -> Vec<String> {
    WorkCalendar::parse("节假日.csv", text).unwrap_err().iter().map(|f| f.line(Lang::Zh)).collect()
}

#[test]
fn leap_years_follow_the_centuries() {
    assert!(is_day(2024, 2, 29) && is_day(2000, 2, 29) && is_day(2023, 12, 31));
    assert!(!is_day(2023, 2, 29) && !is_day(1900, 2, 29) && !is_day(2024, 4, 31));
    assert!(!is_day(2024, 0, 1) && !is_day(2024, 13, 1) && !is_day(2024, 1, 0));
}

/// Numbers of days by the notices: 2024 has 28 days off named and 8 worked (元旦 1, 春节 8, 清明 3, 劳动 5, 端午 1, 中秋 3,
/// 国庆 7), 2025 28 and 5, 2026 33 and 6.
#[test]
fn the_notices_are_embedded() {
    let calendar = WorkCalendar::embedded();
    for (year, off, worked) in [(2024, 28, 8), (2025, 28, 5), (2026, 33, 6)] {
        assert!(calendar.known(year));
        let count = |kind| calendar.days().filter(|d| d.day.year() == year && d.kind == kind).count();
        assert_eq!((count(DayKind::Holiday), count(DayKind::Workday)), (off, worked), "{year}");
    }
    assert!(!calendar.known(2023) && !calendar.known(2027));
    for entry in calendar.days() {
        let weekend =
            matches!(entry.day.weekday(), jiff::civil::Weekday::Saturday | jiff::civil::Weekday::Sunday);
        assert!(weekend || entry.kind == DayKind::Holiday, "{}", entry.day);
        assert!(!entry.name.is_empty() && !entry.source.is_empty());
    }
    let spring = calendar.entry(day("2026-02-15")).unwrap();
    assert_eq!((spring.name.as_str(), spring.kind), ("春节", DayKind::Holiday));
}

#[test]
fn holidays_are_off_and_exchanged_days_are_worked() {
    let calendar = WorkCalendar::embedded();
    for (text, worked) in [
        ("2026-01-04", true),
        ("2026-01-02", false),
        ("2026-02-14", true),
        ("2026-02-23", false),
        ("2026-02-24", true),
        ("2026-02-28", true),
        ("2026-03-01", false),
        ("2026-03-02", true),
        ("2026-09-20", true),
        ("2026-10-08", true),
        ("2025-10-08", false),
        ("2024-02-09", true),
    ] {
        assert_eq!(calendar.is_workday(day(text)), worked, "{text}");
    }
}

#[test]
fn terms_leave_out_the_day_of_receipt() {
    let calendar = WorkCalendar::embedded();
    for (from, n, want) in [
        // Friday: one working day on is Monday.
        ("2026-03-06", 1, "2026-03-09"),
        ("2026-03-06", 5, "2026-03-13"),
        ("2026-03-06", 0, "2026-03-06"),
        // Received on a Saturday.
        ("2026-03-07", 1, "2026-03-09"),
        // Thursday 12 February: Friday 13 and Saturday 14 are worked, then nothing until Tuesday 24.
        ("2026-02-12", 3, "2026-02-24"),
        ("2026-02-12", 5, "2026-02-26"),
        // Over the National Day of 2026, 10 October is worked.
        ("2026-09-30", 3, "2026-10-10"),
    ] {
        let deadline = calendar.add_workdays(day(from), n);
        assert_eq!((deadline.day, deadline.guessed,), (day(want), vec![]), "{from} {n}");
    }
    assert_eq!(calendar.workdays_between(day("2026-02-12"), day("2026-02-26")).days, 5);
    assert_eq!(calendar.workdays_between(day("2026-02-26"), day("2026-02-12")).days, -5);
    assert_eq!(calendar.workdays_between(day("2026-02-15"), day("2026-02-23")).days, 0);
}

#[test]
fn a_year_without_a_notice_counts_weekends_and_says_so() {
    let calendar = WorkCalendar::embedded();
    let deadline = calendar.add_workdays(day("2026-12-30"), 2);
    assert_eq!((deadline.day, &deadline.guessed), (day("2027-01-01"), &vec![2027]));
    assert_eq!(deadline.note().unwrap().text(Lang::Zh), "2027 年的放假通知还没有录入，只按周末推算");
    assert_eq!(calendar.add_workdays(day("2026-12-28"), 2).note(), None);
    let far = calendar.add_workdays(day("2026-01-01"), u32::MAX);
    assert!(far.day.year() > 2200);
    assert!(calendar.add_workdays(Day::MAX, 3).day == Day::MAX);
}

const NEXT: &str = "日期,类别,名称,依据\r\n2027/1/1,放假,元旦,例通知\r\n2027年1月3日,上班,元旦,例通知\r\n\
                    2027-10-01,holiday,国庆节,例通知\r\n,,,\r\n";

#[test]
fn next_years_notice_is_laid_over() {
    let next = WorkCalendar::parse("节假日.csv", &format!("\u{feff}{NEXT}")).unwrap();
    assert!(next.known(2027) && next.days().count() == 3);
    let both = WorkCalendar::embedded().with(&next);
    assert!(both.known(2026) && both.known(2027) && both.is_workday(day("2027-01-03")));
    // A corrected notice takes the place of the whole year.
    let corrected = WorkCalendar::parse("a.csv", &NEXT.replace("2027年1月3日", "2027-01-02")).unwrap();
    let both = both.with(&corrected);
    assert!(!both.is_workday(day("2027-01-03")) && both.is_workday(day("2027-01-02")));
    // A single day more leaves the rest alone.
    let more = WorkCalendar::parse("a.csv", "day,kind,name,source\n2026-07-01,休,例,例\n").unwrap();
    let both = both.with(&more);
    assert!(both.known(2026) && !both.is_workday(day("2026-07-01")));
}

#[test]
fn every_fault_of_a_calendar_is_told() {
    assert_eq!(faults(""), ["节假日.csv\t0\t\t\t是空的；第一行应是 day,kind,name,source"]);
    assert_eq!(
        faults("day,name\n2027-01-01,元旦\n"),
        ["节假日.csv\t1\tkind\tday,name\t缺少列“kind”", "节假日.csv\t1\tsource\tday,name\t缺少列“source”"]
    );
    let text = "day,kind,name,source\n2027-02-30,holiday,春节,例\n2027-01-01,off,元旦,例\n2027-01-04,workday,元旦,例\n\
                2027-01-01,holiday,元旦,例\n2027-01-01,holiday,元旦,例\n2027-01-02,holiday,,例\n";
    assert_eq!(
        faults(text),
        [
            "节假日.csv\t2\tday\t2027-02-30\t不是日历上的一天；写成 2027-01-01 这样的日期",
            "节假日.csv\t3\tkind\toff\t类别只能是 holiday（放假）或 workday（上班）",
            "节假日.csv\t4\tday\t2027-01-04\t调休上班的日子应是周六或周日，这一天本来就上班；对照通知核对日期",
            "节假日.csv\t6\tday\t2027-01-01\t这一天在第 5 行已经有了",
            "节假日.csv\t7\tname\t\t没有写节日名称",
        ]
    );
    let endless = format!("day,kind,name,source\n{}", "x\n".repeat(30_000));
    assert_eq!(faults(&endless).len(), 20_001);
}

proptest! {
    #[test]
    fn counting_reverses_adding(offset in 0i32..1500, n in 0u32..400) {
        let calendar = WorkCalendar::embedded();
        let from = day("2023-06-01").checked_add(jiff::Span::new().days(offset)).unwrap();
        let to = calendar.add_workdays(from, n).day;
        prop_assert_eq!(calendar.workdays_between(from, to).days, i32::try_from(n).unwrap());
        prop_assert!(n == 0 || calendar.is_workday(to));
    }

    #[test]
    fn no_text_panics(text in "\\PC{0,60}", rows in "[0-9/年月日,\n-]{0,60}") {
        let _ = WorkCalendar::parse("a", &text);
        let _ = WorkCalendar::parse("a", &format!("day,kind,name,source\n{rows}"));
    }
}
