//! Scores worked out by hand. Source: PACKS, "Appraisal".

mod common;
use common::{column, pack, run, scores, xs};

#[test]
fn ratio_multiplies_before_it_divides_and_rounds_once() {
    // 8 * 432000 / 500000 = 6.912 -> 6.91; above the target full; negative 0.
    let a = "A,项,名,8,ratio,fact=x;target=500000,,,\n";
    assert_eq!(
        scores(a, &["432000", "500000", "900000", "-5", "0"]),
        ["6.91", "8.00", "8.00", "0.00", "0.00"]
    );
    // 1 * 1 / 3 = 0.333… -> 0.33; 2 / 3 = 0.666… -> 0.67.
    assert_eq!(scores("A,项,名,1,ratio,fact=x;target=3,,,\n", &["1", "2"]), ["0.33", "0.67"]);
}

#[test]
fn halves_are_rounded_away_from_zero() {
    // 1 * 0.005 / 1 = 0.005 -> 0.01; 1 * 0.015 = 0.015 -> 0.02; just below stays down.
    assert_eq!(
        scores("A,项,名,1,ratio,fact=x;target=1,,,\n", &["0.005", "0.015", "0.004999"]),
        ["0.01", "0.02", "0.00"]
    );
    // Penalty: -(0.001 * 5) = -0.005 -> -0.01; -(0.001 * 4) = -0.004 -> 0.00, never -0.00.
    assert_eq!(scores("A,项,名,,penalty,fact=x;each=0.001,,,\n", &["5", "4"]), ["-0.01", "0.00"]);
}

#[test]
fn ratio_down_gives_full_up_to_the_target_and_falls_after() {
    // 6 * 20 / 25 = 4.8; 6 * 20 / 90 = 1.333… -> 1.33; a negative fact is below the target.
    let a = "A,项,名,6,ratio_down,fact=x;target=20,,,\n";
    assert_eq!(scores(a, &["20", "25", "90", "-3"]), ["6.00", "4.80", "1.33", "6.00"]);
    // Target 0: full at 0 or below, else 6 * 0 / 1 = 0.
    assert_eq!(scores("A,项,名,6,ratio_down,fact=x;target=0,,,\n", &["0", "1"]), ["6.00", "0.00"]);
}

#[test]
fn linear_rises_or_falls_between_its_ends() {
    // 5 * (75 - 60) / (90 - 60) = 2.5; below 0, above full.
    assert_eq!(
        scores("A,项,名,5,linear,fact=x;low=60;high=90,,,\n", &["75", "59", "91"]),
        ["2.50", "0.00", "5.00"]
    );
    // low > high falls: 5 * (3 - 10) / (0 - 10) = 3.5.
    assert_eq!(
        scores("A,项,名,5,linear,fact=x;low=10;high=0,,,\n", &["3", "10", "0"]),
        ["3.50", "0.00", "5.00"]
    );
}

#[test]
fn tiers_take_the_first_line_reached_rising_or_falling() {
    let up = "A,项,名,5,tiers,\"fact=x;tiers=50:full,30:4,10:2.5,else:1\",,,\n";
    assert_eq!(
        scores(up, &["50", "49.999999", "30", "10", "9", "-1"]),
        ["5.00", "4.00", "4.00", "2.50", "1.00", "1.00"]
    );
    let down = "A,项,名,5,tiers,\"fact=x;tiers=0:full,2:3,5:1;down=true\",,,\n";
    assert_eq!(
        scores(down, &["0", "-1", "1", "2", "5", "6"]),
        ["5.00", "5.00", "3.00", "3.00", "1.00", "0.00"]
    );
}

#[test]
fn deduct_bonus_and_penalty_count_units_within_their_bounds() {
    // 4 - 1.5 * 2 = 1; 4 - 1.5 * 3 = -0.5 -> floor 0; a negative fact counts as 0.
    assert_eq!(scores("A,项,名,4,deduct,fact=x;each=1.5,,,\n", &["2", "3", "-9"]), ["1.00", "0.00", "4.00"]);
    // floor 1: max(1, 4 - 4.5) = 1.
    assert_eq!(scores("A,项,名,4,deduct,fact=x;each=1.5;floor=1,,,\n", &["3"]), ["1.00"]);
    assert_eq!(
        scores("A,项,名,,bonus,fact=x;each=0.5;cap=2,,,\n", &["3", "9", "-1"]),
        ["1.50", "2.00", "0.00"]
    );
    assert_eq!(
        scores("A,项,名,,penalty,fact=x;each=0.5;cap=2,,,\n", &["3", "9", "-1"]),
        ["-1.50", "-2.00", "0.00"]
    );
}

#[test]
fn rank_takes_the_first_band_by_exact_share() {
    // n = 5. Ranks of 9 7 7 3 1: 1 2 2 4 5. 100*1 <= 20*5 yes -> full; 100*2 <= 50*5 yes -> 4;
    // 100*4 <= 80*5 yes -> 2; 100*5 <= 80*5 no -> past the last band 0.
    let a = "A,项,名,6,rank,\"fact=x;group=county;bands=20:full,50:4,80:2\",,,\n";
    assert_eq!(scores(a, &["7", "9", "1", "7", "3"]), ["4.00", "6.00", "0.00", "4.00", "2.00"]);
}

#[test]
fn rank_counts_only_those_who_have_the_fact_unless_zero() {
    // block: counted 2 of 3, ranks 1 and 2: 100 <= 50*2 full; 200 <= 100*2 -> 1. The third is blocked.
    let a = "A,项,名,6,rank,\"fact=x;group=county;bands=50:full,100:1\",,,";
    assert_eq!(scores(&format!("{a}\n"), &["5", "", "8"]), ["1.00", "", "6.00"]);
    // zero: counted 3, the absent ranks 3rd: 300 <= 100*3 -> 1; 2nd: 200 <= 50*3 no -> 1.
    let zero = a.strip_suffix(",").unwrap();
    assert_eq!(scores(&format!("{zero},zero\n"), &["5", "", "8"]), ["1.00", "1.00", "6.00"]);
}

#[test]
fn rank_by_township_goes_by_the_digits() {
    let p = pack("", "A,项,名,6,rank,\"fact=x;group=township;bands=50:full,100:1\",,,\n");
    let facts = "code,township,x\n990101101201,同名,1\n990101101202,同名,2\n990101102201,同名,3\n";
    // Town 101: 2 before 1 -> 6 and 1 (200 <= 100*2); town 102 has one village: 100 <= 50*1 no, 100 <= 100 -> 1.
    assert_eq!(column(&run(&p, facts, ""), "A"), ["1.00", "6.00", "1.00"]);
}

#[test]
fn flag_ballot_and_formula() {
    let p = pack("", "A,项,名,3,flag,fact=ok,,,\n");
    assert_eq!(column(&run(&p, "code,ok\n990101101201,是\n990101101202,0\n", ""), "A"), ["3.00", "0.00"]);
    // A formula is held within 0..full: 0.5 * 9 = 4.5 > 4 -> 4; 0.5 * -1 < 0 -> 0; 0.5 * 2.25 = 1.125 -> 1.13.
    assert_eq!(scores("A,项,名,4,formula,expr=0.5 * x,,,\n", &["9", "-1", "2.25"]), ["4.00", "0.00", "1.13"]);
    // Division by zero is null: incomplete whatever `missing` says.
    let w = run(&pack("", "A,项,名,4,formula,expr=1 / x,unit:a,,skip\n"), &xs(&["0"]), "");
    assert_eq!(column(&w, "missing"), ["A/expr/unit:a"]);
}

#[test]
fn a_target_fact_that_is_zero_or_negative_counts_as_missing() {
    let facts = "code,x,y\n990101101201,3,4\n990101101202,3,0\n990101101203,3,-1\n990101101204,3,\n";
    let w = run(&pack("", "A,项,名,8,ratio,fact=x;target=y,unit:a,,\n"), facts, "");
    assert_eq!(column(&w, "A"), ["6.00", "", "", ""]);
    assert_eq!(column(&w, "missing"), ["", "A/y/unit:a", "A/y/unit:a", "A/y/unit:a"]);
    // With zero, ratio scores 0.
    let w = run(&pack("", "A,项,名,8,ratio,fact=x;target=y,unit:a,,zero\n"), facts, "");
    assert_eq!(column(&w, "A"), ["6.00", "0.00", "0.00", "0.00"]);
    // ratio_down: a target of 0 stands; only the negative and the absent are missing.
    let w = run(&pack("", "A,项,名,8,ratio_down,fact=x;target=y,unit:a,,skip\n"), facts, "");
    assert_eq!(column(&w, "A"), ["8.00", "0.00", "", ""]);
}

const VILLAGE: &str = "code\n990101101201\n";

fn joined(aggregate: &str, missing: &str, given: &[(&str, &str)], more: &str) -> (String, String) {
    let row = format!("A,项,名,10,rated,step=0.5,unit:a|unit:b|unit:c|unit:d,{aggregate},{missing}\n");
    let mut marks = String::from("code,indicator,rater,mark\n");
    for (rater, mark) in given {
        marks.push_str(&format!("990101101201,A,unit:{rater},{mark}\n"));
    }
    let w = run(&pack(more, &row), VILLAGE, &marks);
    (column(&w, "A").remove(0), column(&w, "missing").remove(0))
}

#[test]
fn marks_are_joined_by_mean_median_trimmed_and_weighted() {
    let all = [("a", "9.5"), ("b", "6"), ("c", "8"), ("d", "8.5")];
    let score = |aggregate, more| joined(aggregate, "", &all, more).0;
    // (9.5 + 6 + 8 + 8.5) / 4 = 8; median (8 + 8.5) / 2 = 8.25; trimmed 1: (8 + 8.5) / 2 = 8.25;
    // trimmed 2 would drop all four: the mean, 8.
    assert_eq!(score("mean", ""), "8.00");
    assert_eq!(score("median", ""), "8.25");
    assert_eq!(score("trimmed:1", ""), "8.25");
    assert_eq!(score("trimmed:2", ""), "8.00");
    // (9.5*5 + 6*2 + 8*2 + 8.5*2) / 11 = 92.5 / 11 = 8.4090… -> 8.41.
    let weights = "[rater_weights]\n\"unit:a\" = 5\n\"unit:b\" = 2\n\"unit:c\" = 2\n\"unit:d\" = 2\n";
    assert_eq!(score("weighted", weights), "8.41");
}

#[test]
fn absent_marks_under_the_four_modes() {
    let two = [("a", "9"), ("c", "6")];
    assert_eq!(joined("mean", "block", &two, ""), ("".into(), "A/mark/unit:b;A/mark/unit:d".into()));
    assert_eq!(joined("mean", "zero", &two, ""), ("3.75".into(), "".into()));
    assert_eq!(joined("mean", "skip", &two, ""), ("7.50".into(), "".into()));
    assert_eq!(joined("mean", "prorate", &two, ""), ("7.50".into(), "".into()));
    // zero: 9 6 0 0 -> trimmed 1: (6 + 0) / 2 = 3; skip: two marks, 2k marks or fewer: the mean.
    assert_eq!(joined("trimmed:1", "zero", &two, "").0, "3.00");
    assert_eq!(joined("trimmed:1", "skip", &two, "").0, "7.50");
    assert_eq!(joined("mean", "skip", &[], "").0, "");
}

#[test]
fn missing_facts_under_the_four_modes() {
    let row = |missing: &str| {
        format!("A,项,名,30,ratio,fact=x;target=10,unit:a,,{missing}\nB,项,名,70,ratio,fact=y;target=10,,,\n")
    };
    let facts = "code,x,y\n990101101201,,5\n";
    let get = |missing: &str, c: &str| column(&run(&pack("", &row(missing)), facts, ""), c).remove(0);
    assert_eq!(
        (get("block", "status"), get("block", "missing"), get("block", "B")),
        ("incomplete".into(), "A/x/unit:a".into(), "35.00".into())
    );
    assert_eq!((get("zero", "A"), get("zero", "total")), ("0.00".into(), "35.00".into()));
    assert_eq!((get("skip", "A"), get("skip", "total")), ("".into(), "35.00".into()));
    // prorate: 35 * 100 / (100 - 30) = 50.
    assert_eq!((get("prorate", "A"), get("prorate", "total")), ("".into(), "50.00".into()));
}

#[test]
fn prorating_rounds_once_and_everything_prorated_is_incomplete() {
    // F = 100, P = 30: 23.33 * 100 / 70 = 33.328571… -> 33.33.
    let rows = "A,项,名,30,ratio,fact=x;target=10,,,prorate\nB,项,名,70,ratio,fact=y;target=30,,,prorate\n";
    let p = pack("", rows);
    let w = run(&p, "code,x,y\n990101101201,,10\n990101101202,,\n", "");
    assert_eq!(column(&w, "B"), ["23.33", ""]);
    assert_eq!(column(&w, "before_bonus"), ["33.33", ""]);
    assert_eq!(column(&w, "missing"), ["", "prorate"]);
}

#[test]
fn totals_are_bounded_and_parts_are_not() {
    let rows = "A,项,名,100,ratio,fact=x;target=100,,,\nB,项,名,,bonus,fact=y;each=1,,,skip\nC,项,名,,penalty,fact=y;each=0.5,,,skip\n";
    let p = pack("[appraisal]\ntotal_min = 10\ntotal_max = 105\n", rows);
    let w = run(&p, "code,x,y\n990101101201,98,30\n990101101202,2,\n", "");
    // 98 + 30 - 15 = 113 -> 105; 2 -> 10.
    assert_eq!(column(&w, "total"), ["105.00", "10.00"]);
    assert_eq!(column(&w, "before_bonus"), ["98.00", "2.00"]);
    assert_eq!(
        (column(&w, "bonus"), column(&w, "penalty")),
        (vec!["30.00".into(), "0.00".into()], vec!["-15.00".to_owned(), "0.00".into()])
    );
}

#[test]
fn the_largest_facts_stay_exact() {
    // 999999999999999.999999 of 999999999999999.999999: full; one millionth less: 99.99999… -> 100.00 by rounding.
    let a = "A,项,名,100,ratio,fact=x;target=999999999999999.999999,,,\n";
    assert_eq!(
        scores(
            a,
            &["999999999999999.999999", "999999999999999.999998", "499999999999999.9999995"[..22].trim()]
        ),
        ["100.00", "100.00", "50.00"]
    );
}
