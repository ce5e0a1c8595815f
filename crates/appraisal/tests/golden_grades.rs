//! Grades worked out by hand. Source: PACKS, "Grades".

mod common;
use common::{Written, column, pack, run, tally, xs};

const RATED: &str = "A,项,名,100,ratio,fact=x;target=100,,,\n";

fn grades(grading: &str, quotas: &[&str], totals: &[&str]) -> Vec<String> {
    column(&graded(grading, quotas, RATED, &xs(totals)), "grade")
}

fn graded(grading: &str, quotas: &[&str], rows: &str, facts: &str) -> Written {
    let mut more = String::new();
    for (i, limits) in quotas.iter().enumerate() {
        more.push_str(&format!("[[grades]]\nid = {}\nlabel = \"{}等\"\n{limits}\n", i + 1, i + 1));
    }
    run(&pack(&format!("{more}[grading]\n{grading}\n"), rows), facts, "")
}

#[test]
fn largest_remainder_in_small_groups() {
    // n = 3 at 20/40/30/(10): 0.6 1.2 0.9 0.3 -> whole parts 0 1 0 0, two left: 0.9 (grade 3), 0.6 (grade 1).
    let quotas = ["quota = 20", "quota = 40", "quota = 30", ""];
    assert_eq!(grades("", &quotas, &["90", "80", "70"]), ["1", "2", "3"]);
    // n = 1: 0.2 0.4 0.3 0.1 -> the seat goes to grade 2.
    assert_eq!(grades("", &quotas, &["50"]), ["2"]);
    // n = 2: 0.4 0.8 0.6 0.2 -> grades 2 and 3.
    assert_eq!(grades("", &quotas, &["50", "60"]), ["3", "2"]);
    // Equal remainders go to the better grade: n = 1 at 50/50: 0.5 0.5 -> grade 1.
    assert_eq!(grades("", &["quota = 50", "quota = 50"], &["50"]), ["1"]);
    // What the quotas leave takes part as a last share of no grade: n = 1 at 30/10 leaves 60: 0.3 0.1 0.6:
    // the seat is nobody's, so the last grade takes the rest.
    assert_eq!(grades("", &["quota = 30", "quota = 10", ""], &["50"]), ["3"]);
}

#[test]
fn floor_and_ceil() {
    // n = 4 at 30/30/rest: floor 1 1, ceil 2 2.
    let quotas = ["quota = 30", "quota = 30", ""];
    let totals = ["90", "80", "70", "60"];
    assert_eq!(grades("rounding = \"floor\"", &quotas, &totals), ["1", "2", "3", "3"]);
    assert_eq!(grades("rounding = \"ceil\"", &quotas, &totals), ["1", "1", "2", "2"]);
}

#[test]
fn a_tie_at_the_quota_line_is_broken_by_the_keys_then_the_code() {
    // One seat of two at 80: B decides (5 before 3), though its code is the later one.
    let rows = "A,项,名,95,ratio,fact=x;target=95,,,\nB,项,名,5,ratio,fact=y;target=5,,,\n";
    let facts = "code,x,y\n990101101201,77,3\n990101101202,75,5\n";
    let by_b = graded("tie_break = [\"B\", \"code\"]", &["quota = 50", ""], rows, facts);
    assert_eq!(column(&by_b, "grade"), ["2", "1"]);
    // Both rank first: rank is 1 + the number of greater totals.
    assert_eq!(column(&by_b, "rank"), ["1", "1"]);
    let by_code = graded("", &["quota = 50", ""], rows, facts);
    assert_eq!(column(&by_code, "grade"), ["1", "2"]);
}

#[test]
fn a_tie_key_without_score_comes_last() {
    let rows = "A,项,名,95,ratio,fact=x;target=95,,,\nB,项,名,5,ratio,fact=y;target=5,,,skip\n";
    let facts = "code,x,y\n990101101201,80,\n990101101202,80,0\n";
    assert_eq!(column(&graded("tie_break = [\"B\"]", &["quota = 50", ""], rows, facts), "grade"), ["2", "1"]);
}

#[test]
fn runs_of_ties_shared_better_or_worse() {
    // n = 10 at 20/40/rest: seats 2 4. Totals: 95, then 90 three times, 80 four times, 70 twice.
    let quotas = ["quota = 20", "quota = 40", ""];
    let totals = ["95", "90", "90", "90", "80", "80", "80", "80", "70", "70"];
    // better: seat 2 falls inside the 90s: all three get grade 1 (four in all). Grade 2 keeps its own four: the 80s.
    assert_eq!(
        grades("ties = \"share_better\"", &quotas, &totals),
        ["1", "1", "1", "1", "2", "2", "2", "2", "3", "3"]
    );
    // worse: the 90s go to grade 2; grade 2 has four seats: 90 90 90 and one 80, whose run is cut, so it too is
    // left to the next: grade 2 is the 90s alone.
    assert_eq!(
        grades("ties = \"share_worse\"", &quotas, &totals),
        ["1", "2", "2", "2", "3", "3", "3", "3", "3", "3"]
    );
    // tie_break: by code.
    assert_eq!(
        grades("ties = \"tie_break\"", &quotas, &totals),
        ["1", "1", "2", "2", "2", "2", "3", "3", "3", "3"]
    );
}

#[test]
fn a_run_left_whole_may_exceed_the_next_grades_seats() {
    // n = 5 at 20/20/rest: seats 1 1. All of 90 90 90 are left by grade 1 (its one seat is inside the run) and
    // taken whole by grade 2, beyond its one seat.
    let quotas = ["quota = 20", "quota = 20", ""];
    assert_eq!(
        grades("ties = \"share_worse\"", &quotas, &["90", "90", "90", "60", "50"]),
        ["2", "2", "2", "3", "3"]
    );
    // A grade of 0 seats takes nothing: n = 5 at 20/0/20/rest.
    let with_none = ["quota = 20", "quota = 0", "quota = 20", ""];
    assert_eq!(
        grades("ties = \"share_worse\"", &with_none, &["90", "90", "90", "60", "50"]),
        ["3", "3", "3", "4", "4"]
    );
    // Only as far as it reaches at_least: 90 < 95, so the run falls to the last grade.
    let line = ["quota = 20", "quota = 20\nat_least = 95", ""];
    assert_eq!(
        grades("ties = \"share_worse\"", &line, &["90", "90", "90", "60", "50"]),
        ["3", "3", "3", "3", "3"]
    );
}

#[test]
fn lines_and_quotas_together() {
    // Grade 1: 40 % of 5 = 2 seats, but only 92 reaches 90; the unused seat is not handed down:
    // grade 2 has its own 2 seats.
    let quotas = ["quota = 40\nat_least = 90", "quota = 40", ""];
    assert_eq!(grades("", &quotas, &["92", "89", "88", "87", "50"]), ["1", "2", "2", "3", "3"]);
    // By lines alone; the last takes the rest, whatever its own limits.
    let lines = ["at_least = 90.00", "at_least = 80.00", "at_least = 70"];
    assert_eq!(grades("", &lines, &["90", "89.99", "80", "10"]), ["1", "2", "2", "3"]);
}

const VETOED: &str = "A,项,名,100,ratio,fact=x;target=100,,,\nV,项,否决,,veto,when=ok;cap_grade=3,,,\n";
const VETO_FACTS: &str = "code,x,ok\n990101101201,95,是\n990101101202,90,否\n990101101203,85,否\n990101101204,80,否\n990101101205,50,否\n";

#[test]
fn veto_without_refill_leaves_the_seat_empty() {
    // n = 5 at 20/40/40: seats 1 2 2. The best is vetoed: filled as grade 1, lowered to 3; its seat stays empty.
    let w = graded("refill = false", &["quota = 20", "quota = 40", "quota = 40"], VETOED, VETO_FACTS);
    assert_eq!(column(&w, "grade"), ["3", "2", "2", "3", "3"]);
    assert_eq!(column(&w, "veto"), ["V", "", "", "", ""]);
    assert_eq!(column(&w, "rank"), ["1", "2", "3", "4", "5"]);
}

#[test]
fn veto_with_refill_hands_the_seat_on() {
    // The vetoed is passed over for grades 1 and 2 and competes, with 95, from grade 3 on.
    let w = graded("refill = true", &["quota = 20", "quota = 40", "quota = 40"], VETOED, VETO_FACTS);
    assert_eq!(column(&w, "grade"), ["3", "1", "2", "2", "3"]);
    // With a fourth grade the vetoed takes one of the 1 seats of grade 3 before the 50: n = 5 at 20/40/20/rest.
    let w = graded("refill = true", &["quota = 20", "quota = 40", "quota = 20", ""], VETOED, VETO_FACTS);
    assert_eq!(column(&w, "grade"), ["3", "1", "2", "2", "4"]);
}

#[test]
fn of_several_vetoes_the_worst_cap_holds() {
    let rows = "A,项,名,100,ratio,fact=x;target=100,,,\nV,项,否决,,veto,when=x > 90;cap_grade=2,,,\nW,项,否决,,veto,when=ok;cap_grade=3,,,\n";
    let w = graded(
        "",
        &["quota = 50", "quota = 25", ""],
        rows,
        "code,x,ok\n990101101201,95,是\n990101101202,94,否\n",
    );
    assert_eq!(column(&w, "veto"), ["V|W", "V"]);
    assert_eq!(column(&w, "grade"), ["3", "2"]);
}

#[test]
fn groups_go_by_township_or_by_a_choice() {
    let facts = "code,x,kind\n990101101201,90,强\n990101101202,80,弱\n990101102201,70,强\n990101102202,60,\n";
    let by = |within: &str| graded(&format!("within = \"{within}\""), &["quota = 50", ""], RATED, facts);
    assert_eq!(column(&by("township"), "grade"), ["1", "2", "1", "2"]);
    let w = by("kind");
    // 强: 90 and 70, one seat; 弱: 80 alone, 0.5 and 0.5 -> grade 1; without a kind: incomplete.
    assert_eq!(column(&w, "grade"), ["1", "1", "2", ""]);
    assert_eq!(column(&w, "missing"), ["", "", "", "grading/kind/registry"]);
}

#[test]
fn incomplete_subjects_take_no_seat() {
    // Two complete of three: one seat each at 50.
    let w = graded("", &["quota = 50", ""], RATED, &xs(&["90", "", "80"]));
    assert_eq!(column(&w, "grade"), ["1", "", "2"]);
    assert_eq!(tally(&column(&w, "status")).get("incomplete"), Some(&1));
}

#[test]
fn consequences_propose_by_grade_and_by_fact() {
    let more = r#"
[[grades]]
id = 1
label = "好"
quota = 50
[[grades]]
id = 2
label = "差"
[[consequences]]
id = "reward"
when = "grade == 1"
applies_to = "village"
action = "bonus"
amount = "x * 1.005"
basis = "第一条"
[[consequences]]
id = "talk"
any = ["y > 3", "x < 60"]
applies_to = "party_secretary"
action = "talk"
basis = "第二条"
"#;
    let w = run(&pack(more, RATED), "code,x,y\n990101101201,91,\n990101101202,50,\n990101101203,,9\n", "");
    // 91 * 1.005 = 91.455 -> 91.46 (half away from zero). `any` holds without y for the second; the third is
    // incomplete, but its condition needs only facts. The first: x is not < 60 and y is absent: nothing.
    assert_eq!(
        w.proposals,
        "code,consequence,action,applies_to,amount,basis\n\
         990101101201,reward,bonus,village,91.46,第一条\n\
         990101101202,talk,talk,party_secretary,,第二条\n\
         990101101203,talk,talk,party_secretary,,第二条\n"
    );
}
