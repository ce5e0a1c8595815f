//! What must hold for any data.

mod common;
use common::{Written, column, pack, run};
use policy::Pack;
use proptest::prelude::*;

const MORE: &str = r#"
[[grades]]
id = 1
label = "一等"
quota = 20
[[grades]]
id = 2
label = "二等"
quota = 40
[[grades]]
id = 3
label = "三等"
[grading]
within = "county"
tie_break = ["M", "before_bonus"]
refill = true
[[consequences]]
id = "best"
when = "grade == 1 and rank <= 3"
applies_to = "village"
action = "bonus"
amount = "1000 + total * 10"
"#;

const ROWS: &str = "\
R,项,名,30,ratio,fact=x;target=50,,,skip
K,项,名,20,rank,\"fact=x;group=township;bands=30:full,60:8\",,,zero
M,项,名,40,rated,step=0.5,unit:a|unit:b|township,trimmed:1,zero
P,项,名,10,linear,fact=y;low=0;high=9,,,prorate
B,项,名,,bonus,fact=y;each=0.3;cap=2,,,skip
V,项,否决,,veto,when=ok;cap_grade=3,,,zero
";

#[derive(Clone, Debug)]
struct Village {
    code: u64,
    x: Option<u32>,
    y: Option<u32>,
    ok: bool,
    marks: [Option<u32>; 3],
}

fn villages() -> impl Strategy<Value = Vec<Village>> {
    let one = (
        prop::option::weighted(0.9, 0u32..80),
        prop::option::weighted(0.8, 0u32..12),
        prop::bool::weighted(0.1),
        prop::array::uniform3(prop::option::weighted(0.8, 0u32..=80)),
    );
    prop::collection::vec(one, 1..40).prop_map(|rows| {
        rows.into_iter()
            .enumerate()
            .map(|(i, (x, y, ok, marks))| {
                let i = i as u64;
                Village { code: 990_101_101_201 + i % 3 * 1_000 + i * 2, x, y, ok, marks }
            })
            .collect()
    })
}

fn tables(villages: &[Village], shift: u64) -> (String, String) {
    let mut facts = String::from("code,x,y,ok\n");
    let mut marks = String::from("code,indicator,rater,mark\n");
    let text = |v: Option<u32>| v.map(|v| v.to_string()).unwrap_or_default();
    for v in villages {
        let code = v.code + shift;
        facts.push_str(&format!("{code},{},{},{}\n", text(v.x), text(v.y), v.ok));
        for (rater, mark) in ["unit:a", "unit:b", "township"].iter().zip(v.marks) {
            if let Some(mark) = mark {
                marks.push_str(&format!("{code},M,{rater},{}\n", f64::from(mark) / 2.0));
            }
        }
    }
    (facts, marks)
}

fn appraise(pack: &Pack, villages: &[Village], shift: u64) -> Written {
    let (facts, marks) = tables(villages, shift);
    run(pack, &facts, &marks)
}

fn shuffled(text: &str, seed: u64) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    let header = lines.remove(0);
    lines.sort_by_key(|l| {
        l.bytes().fold(seed, |h, b| (h ^ u64::from(b)).wrapping_mul(0x100_0000_01b3).rotate_left(17))
    });
    format!("{header}\n{}\n", lines.join("\n"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn order_of_rows_and_threads_never_change_a_byte(villages in villages(), seed in any::<u64>()) {
        let pack = pack(MORE, ROWS);
        let (facts, marks) = tables(&villages, 0);
        let once = run(&pack, &facts, &marks);
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        let again = pool.install(|| run(&pack, &shuffled(&facts, seed), &shuffled(&marks, seed)));
        prop_assert_eq!(&once.results, &again.results);
        prop_assert_eq!(&once.proposals, &again.proposals);
    }

    #[test]
    fn relabelling_villages_only_relabels(villages in villages()) {
        let pack = pack(MORE, ROWS);
        let shift = 100_000_000; // another county of the same order
        let here = appraise(&pack, &villages, 0);
        let there = appraise(&pack, &villages, shift);
        let renamed = here.results.lines().map(|l| match l.split_once(',') {
            Some((code, rest)) => match code.parse::<u64>() {
                Ok(code) => format!("{},{rest}\n", code + shift),
                Err(_) => format!("{l}\n"),
            },
            None => format!("{l}\n"),
        });
        prop_assert_eq!(renamed.collect::<String>(), there.results);
    }

    #[test]
    fn a_higher_or_a_further_mark_never_lowers_the_score(villages in villages(), at in any::<prop::sample::Index>(), slot in 0usize..3) {
        let pack = pack(MORE, ROWS);
        let before = appraise(&pack, &villages, 0);
        let mut more = villages.clone();
        let i = at.index(more.len());
        let code = more[i].code.to_string();
        more[i].marks[slot] = Some(more[i].marks[slot].map_or(0, |m| (m + 1).min(80)));
        let after = appraise(&pack, &more, 0);
        let total = |w: &Written| -> f64 {
            let at = column(w, "code").iter().position(|c| *c == code).unwrap();
            column(w, "total")[at].parse().unwrap()
        };
        // An absent mark is 0 here, so a mark of 0 changes nothing and a higher one can only help.
        prop_assert!(total(&after) >= total(&before));
    }

    #[test]
    fn grades_partition_the_complete(villages in villages()) {
        let pack = pack(MORE, ROWS);
        let w = appraise(&pack, &villages, 0);
        for (status, grade) in column(&w, "status").iter().zip(column(&w, "grade")) {
            prop_assert_eq!(status == "complete", matches!(grade.as_str(), "1" | "2" | "3"));
        }
        let vetoed = column(&w, "veto");
        for (veto, grade) in vetoed.iter().zip(column(&w, "grade")) {
            prop_assert!(veto.is_empty() || grade == "3" || grade.is_empty());
        }
    }
}
