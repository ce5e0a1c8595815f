//! `[chains]`: the national defaults, what narrower packs change, every fault at once, figures worked by hand.

use kernel::{Lang, Quantity};
use policy::chains::{Reach, condition_text, read_figure, said};
use policy::{Chains, Pack, Source, Value, ValueRef, Verdict};
use std::collections::BTreeMap;

const DAY: &str = "2026-11-22";

fn check(scope: &str, body: &str) -> (Option<Pack>, Vec<String>) {
    let toml = format!(
        "id = \"{scope}\"\nversion = \"1\"\ntitle = \"测试\"\nscope = \"{scope}\"\neffective_from = \"2026-01-01\"\nbasis = \"总条款\"\n{body}"
    );
    let (pack, found) = Pack::check(&Source::from_toml("t", &toml));
    (pack, found.iter().map(|f| format!("{} {}", f.column, f.explanation(Lang::Zh))).collect())
}

fn shipped(name: &str) -> Pack {
    let source = Source::open(std::path::Path::new(&format!("../../packs/{name}"))).expect("opens");
    let (pack, found) = Pack::read(&source);
    pack.unwrap_or_else(|| panic!("{found:?}"))
}

fn ids(chains: &Chains, post: &str) -> Vec<String> {
    chains.steps_on(post, DAY).iter().map(|s| s.id.clone()).collect()
}

#[test]
fn c11_the_pool_comes_first_and_near_before_far() {
    let national = Chains::in_force([], DAY);
    let steps = national.steps_on("party_secretary", DAY);
    assert!(steps[0].pool == "secretary_reserve" && steps[0].reach == Reach::Village);
    assert!(steps.windows(2).all(|w| w[0].order < w[1].order));
    assert_eq!((*national.plan_days, *national.comment_days, *national.reason_letters), (60, 3, 15));
    let county = shipped("county");
    let chains = Chains::in_force([&county], DAY);
    // The county's chain is the whole of it: the national step of the deputies is no part.
    assert_eq!(
        ids(&chains, "party_secretary"),
        ["secretary_village", "secretary_township", "secretary_county"]
    );
    assert_eq!(ids(&chains, "officer"), ids(&national, "officer"), "what it does not write stays");
    assert_eq!((*chains.plan_days, *chains.comment_days), (30, 3));
    // Conditions come together by id; the narrower weight of a part counts.
    assert!(chains.demands_on("party_secretary", DAY).iter().any(|d| d.id == "reserve_months"));
    assert!(chains.demands_on("party_secretary", DAY).iter().any(|d| d.id == "party_member"));
    assert!(!chains.demands_on("officer", DAY).iter().any(|d| d.id == "party_member"));
    let weight = chains.fits_on("clerk", DAY).iter().find(|f| f.id == "growth").map(|f| f.weight);
    assert_eq!(weight, Some(50));
}

#[test]
fn j3_officers_before_reserves_and_graduates_before_others() {
    let jinan = shipped("jinan");
    let chains = Chains::in_force([&jinan], DAY);
    assert_eq!(ids(&chains, "party_secretary")[0], "officers");
    assert_eq!(ids(&chains, "officer"), ["officer_graduates", "officer_reserves"]);
    let step = chains.steps_on("officer", DAY)[0];
    let graduate = |n: &str| (n == "full_time_education").then_some(ValueRef::Text("大学本科教育"));
    let college = |n: &str| (n == "full_time_education").then_some(ValueRef::Text("大学专科教育"));
    assert!(step.takes(graduate) && !step.takes(college) && !step.takes(|_| None), "unknown is in no group");
    let months = chains.demands_on("party_secretary", DAY).into_iter().find(|d| d.id == "officer_months");
    let months = months.expect("a condition");
    assert!(months.binds("officers") && !months.binds("secretary_village"));
    let held =
        |n: i128| move |name: &str| (name == "months").then_some(ValueRef::Number(n * kernel::MILLION));
    assert_eq!(months.met(held(24)), Verdict::Holds(0));
    assert_eq!(months.met(held(23)), Verdict::Fails);
    assert!(matches!(months.met(|_| None), Verdict::Open { absent: true, .. }));
    assert_eq!(condition_text(months.when.as_ref().unwrap()), "在岗、在库时间达到24个月");
    assert_eq!(read_figure("months", held(24)("months")), "在岗、在库时间 24个月");
    assert_eq!(read_figure("age", None), "年龄没有登记");
}

#[test]
fn h3_the_parts_of_fit_by_hand() {
    let national = Chains::in_force([], DAY);
    let fits = national.fits_on("party_secretary", DAY);
    let figures: BTreeMap<&str, Value> = [
        ("growth", Value::Number(Quantity(88_400_000))),
        ("education", Value::Text("大学本科教育".into())),
        ("own_village", Value::Bool(false)),
        ("own_township", Value::Bool(true)),
        ("served_months", Value::Number(Quantity(9_000_000))),
        ("team_size", Value::Number(Quantity(4_000_000))),
        ("age", Value::Number(Quantity(33_000_000))),
        ("team_age", Value::Number(Quantity(40_000_000))),
        ("woman", Value::Bool(false)),
        ("team_women", Value::Number(Quantity(1_000_000))),
    ]
    .into();
    let value = |n: &str| figures.get(n).map(Value::borrow);
    let given: Vec<(&str, Option<i64>)> = fits.iter().map(|f| (f.id.as_str(), f.of(value))).collect();
    // 88.40 of 100; a degree; the township's own; 9 of 36 months; younger than 40.0; one woman there already.
    let wanted = [
        ("growth", Some(8840)),
        ("schooling", Some(10_000)),
        ("known", Some(6000)),
        ("served", Some(2500)),
        ("younger", Some(10_000)),
        ("women", Some(6000)),
    ];
    assert_eq!(given, wanted);
    assert_eq!(fits[0].of(|_| None), None, "a figure that is missing is no nought");
    assert_eq!(said(&fits[0].value.as_ref().unwrap().expr), "成长积分÷100");
    assert!(national.fits_on("clerk", DAY).iter().all(|f| f.id != "served"));
}

#[test]
fn every_fault_of_the_section_is_told() {
    let body = "[chains]\nplan_days = 0\ncomment_days = 3\norder = [\"woman\"]\n\
                [[chains.step]]\nid = \"a\"\ntitle = \"甲\"\nposts = [\"officer\"]\norder = 1\npool = \"reserve\"\npost = \"clerk\"\n\
                [[chains.step]]\nid = \"b\"\ntitle = \"乙\"\npool = \"reserve\"\nreach = \"world\"\n\
                [[chains.step]]\nid = \"c\"\ntitle = \"丙\"\nposts = [\"officer\"]\norder = 2\npost = \"officer\"\nwhen = \"age\"\n\
                [[chains.condition]]\nid = \"d\"\ntitle = \"丁\"\nwhen = \"salary > 3\"\n\
                [[chains.condition]]\nid = \"e\"\ntitle = \"戊\"\n\
                [[chains.condition]]\nid = \"f\"\ntitle = \"己\"\nwhen = 'education == \"本科\"'\n\
                [[chains.fit]]\nid = \"g\"\ntitle = \"庚\"\nvalue = \"woman\"\n\
                [[chains.fit]]\nid = \"h\"\ntitle = \"辛\"\nweight = 10\nvalue = \"age /\"\n";
    let (pack, faults) = check("county", body);
    assert!(pack.is_none());
    let told = faults.join("\n");
    for words in [
        "plan_days",
        "不能按“woman”排序",
        "写一个，且只写一个",
        "没有写是哪些岗位的空缺",
        "缺少 order",
        "没有“world”这种写法",
        "不能由同一岗位的人递补",
        "这里要是非",
        "递补里没有名为 salary 的项",
        "缺少 when",
        "本科",
        "缺少 weight",
        "这里要数值",
        "式子读不懂",
    ] {
        assert!(told.contains(words), "{words} in\n{told}");
    }
}

#[test]
fn a_joint_review_may_be_asked_for_and_a_step_be_dropped() {
    let body = "[[chains.condition]]\nid = \"review\"\ntitle = \"联审有效\"\nwhen = 'review == \"无异议\"'\n\
                [[chains.step]]\nid = \"women_reserve\"\noff = true\n";
    let (town, faults) = check("township", body);
    let town = town.unwrap_or_else(|| panic!("{faults:?}"));
    let chains = Chains::in_force([&town], DAY);
    assert_eq!(ids(&chains, "women_chair"), ["women_reserve_township"]);
    let review = chains.demands_on("officer", DAY).into_iter().find(|d| d.id == "review").expect("there");
    assert!(matches!(review.met(|_| None), Verdict::Open { .. }), "without a review nobody can say");
    assert_eq!(review.met(|_| Some(ValueRef::Text("无异议"))), Verdict::Holds(0));
}
