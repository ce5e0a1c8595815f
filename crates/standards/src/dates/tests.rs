use super::*;
use proptest::prelude::*;

fn date(text: &str) -> String {
    parse_loose(text).map_or_else(|f| format!("{f:?}"), |loose| loose.date.storage())
}

#[test]
fn what_offices_write_is_read() {
    for (text, want) in [
        ("1985.6", "1985-06"),
        ("1985.06", "1985-06"),
        ("1985.10", "1985-10"),
        ("1985.6.3", "1985-06-03"),
        ("1985.06.03", "1985-06-03"),
        ("1985.0603", "1985-06-03"),
        ("1985年6月", "1985-06"),
        ("1985 年 6 月", "1985-06"),
        ("1985年06月03日", "1985-06-03"),
        ("1985年6月3号", "1985-06-03"),
        ("1985年", "1985"),
        ("1985", "1985"),
        ("198506", "1985-06"),
        ("198506.0", "1985-06"),
        ("19850603", "1985-06-03"),
        ("1985-6", "1985-06"),
        ("1985-06-03 00:00:00", "1985-06-03"),
        ("1985-06-03T08:30:00", "1985-06-03"),
        ("1985/6/3", "1985-06-03"),
        ("１９８５．０６", "1985-06"),
        ("１９８５年６月", "1985-06"),
        ("1985。6", "1985-06"),
        ("31203", "1985-06-05"),
        ("一九八五年六月", "1985-06"),
        ("一九八五年十二月二十一日", "1985-12-21"),
        ("二〇〇一年十月十日", "2001-10-10"),
        ("二○○一年三月廿三日", "2001-03-23"),
        ("一九九〇年元月", "1990-01"),
        ("2000年2月29日", "2000-02-29"),
    ] {
        assert_eq!(date(text), want, "{text}");
    }
}

#[test]
fn what_is_no_date_says_why() {
    for (text, want) in [
        ("", "Empty"),
        ("　", "Empty"),
        ("85.6", "ShortYear"),
        ("85年6月", "ShortYear"),
        ("八五年六月", "ShortYear"),
        ("850603", "ShortYear"),
        ("8506", "ShortYear"),
        ("6/3/1985", "Ambiguous"),
        ("6/1985", "Ambiguous"),
        ("1985603", "Ambiguous"),
        ("1985.13", "Month"),
        ("1985.00", "Month"),
        ("198500", "Month"),
        ("198513", "Month"),
        ("1985.6.31", "Day"),
        ("2001.2.29", "Day"),
        ("1985.6.0", "Day"),
        ("1985.0", "Month"),
        ("19850600", "Day"),
        ("1785.6", "Year"),
        ("99999", "Year"),
        ("至今", "Unreadable"),
        ("1985.6-", "Unreadable"),
        ("1985--06", "Unreadable"),
        ("约1985年", "Unreadable"),
        ("1985.6.3.1", "Unreadable"),
        ("1985-1990", "Unreadable"),
    ] {
        assert_eq!(date(text), want, "{text}");
    }
    assert_eq!(date(&"9".repeat(1_000_000)), "Unreadable");
}

#[test]
fn what_could_be_another_date_carries_a_note() {
    let note = |text: &str| parse_loose(text).unwrap().note;
    assert_eq!(note("1985.1"), Some(DateNote::January(PartialDate::new(1985, 10, 0).unwrap())));
    assert_eq!(note("31203"), Some(DateNote::Serial));
    for text in ["1985.01", "1985-1", "1985年1月", "1985.1.1", "1985.11"] {
        assert_eq!(note(text), None, "{text}");
    }
    let text = DateNote::January(PartialDate::new(1985, 10, 0).unwrap()).message().text(kernel::Lang::Zh);
    assert!(text.contains("1985-10"), "{text}");
}

#[test]
fn number_cells_are_serials_or_written_dates() {
    let number = |n: f64| parse_number(n).map_or_else(|f| format!("{f:?}"), |l| l.date.storage());
    assert_eq!(number(31203.0), "1985-06-05");
    assert_eq!(number(31203.75), "1985-06-05");
    assert_eq!(number(1985.06), "1985-06");
    assert_eq!(number(1985.11), "1985-11");
    assert_eq!(number(198506.0), "1985-06");
    assert_eq!(number(19850603.0), "1985-06-03");
    assert_eq!(number(1985.0), "1985");
    assert_eq!(number(85.6), "ShortYear");
    // 1 January 2000 is day 36526 of the 1900 system.
    assert_eq!(number(36526.0), "2000-01-01");
    for n in [f64::NAN, f64::INFINITY, -3.0, 1e300] {
        assert_eq!(number(n), "Unreadable", "{n}");
    }
    assert!(matches!(parse_number(1985.1).unwrap().note, Some(DateNote::January(_))));
}

#[test]
fn dates_order_print_and_compare() {
    let of = |y, m, d| PartialDate::new(y, m, d).unwrap();
    let ordered = [of(1985, 0, 0), of(1985, 1, 0), of(1985, 1, 1), of(1985, 2, 0), of(1986, 0, 0)];
    assert!(ordered.is_sorted());
    assert_eq!(of(1985, 6, 0).to_string(), "1985年6月");
    assert_eq!(of(1985, 6, 3).to_string(), "1985年6月3日");
    assert_eq!((of(1985, 6, 3).compact(), of(1985, 6, 0).dotted()), ("19850603".into(), "1985.06".into()));
    assert!(of(1985, 6, 0).agrees(of(1985, 6, 3)) && of(1985, 0, 0).agrees(of(1985, 6, 3)));
    assert!(!of(1985, 6, 0).agrees(of(1985, 7, 3)) && !of(1985, 6, 2).agrees(of(1985, 6, 3)));
    assert_eq!(PartialDate::new(2001, 2, 29), None);
    assert_eq!(PartialDate::new(1985, 0, 3), None);
    assert_eq!(PartialDate::new(1985, -1, 0), None);
    for text in ["", "85-06", "1985-6", "1985-06-03-01", "1985-00", "1985-06-00", "198506"] {
        assert!(text.parse::<PartialDate>().is_err(), "{text}");
    }
}

#[test]
fn ages_are_full_years() {
    let of = |y, m, d| PartialDate::new(y, m, d).unwrap();
    let day = |y, m, d| Day::new(y, m, d).unwrap();
    let age = |born: PartialDate, on| born.age_on(on).map(|a| (a.years, a.least));
    assert_eq!(age(of(1985, 6, 15), day(2025, 6, 14)), Some((39, 39)));
    assert_eq!(age(of(1985, 6, 15), day(2025, 6, 15)), Some((40, 40)));
    // Born in June: forty from 1 June on, though it may still be 39 until the 30th.
    assert_eq!(age(of(1985, 6, 0), day(2025, 5, 31)), Some((39, 39)));
    assert_eq!(age(of(1985, 6, 0), day(2025, 6, 1)), Some((40, 39)));
    assert_eq!(age(of(1985, 6, 0), day(2025, 6, 30)), Some((40, 40)));
    assert_eq!(age(of(1985, 0, 0), day(2025, 6, 1)), Some((40, 39)));
    assert_eq!(age(of(2000, 2, 29), day(2021, 2, 28)), Some((20, 20)));
    assert_eq!(age(of(2000, 2, 29), day(2021, 3, 1)), Some((21, 21)));
    assert_eq!(age(of(2025, 6, 2), day(2025, 6, 1)), None);
    assert!(!of(1985, 6, 0).age_on(day(2025, 6, 1)).unwrap().certain());
}

proptest! {
    #[test]
    fn every_date_survives_its_spellings(year in 1850i16..=2199, month in 0i8..=12, day in 0i8..=31) {
        prop_assume!(PartialDate::new(year, month, day).is_some());
        let date = PartialDate::new(year, month, day).unwrap();
        prop_assert_eq!(date.storage().parse::<PartialDate>(), Ok(date));
        for text in [date.storage(), date.dotted(), date.compact(), date.to_string()] {
            let read = parse_loose(&text).unwrap();
            prop_assert_eq!((read.date, read.note), (date, None), "{}", text);
        }
    }

    #[test]
    fn no_text_panics(text in "\\PC{0,20}", digits in "[0-9年月日./ 一二十元-]{0,14}", number in proptest::num::f64::ANY) {
        let _ = parse_loose(&text);
        let _ = parse_loose(&digits);
        let _ = parse_number(number);
    }
}
