//! `[membership]`: the national defaults, what a narrower pack changes, every fault at once.

use kernel::Lang;
use policy::{Membership, Pack, Source};

const DAY: &str = "2026-11-22";

fn check(body: &str) -> (Option<Pack>, Vec<String>) {
    let toml = format!(
        "id = \"county\"\nversion = \"1\"\ntitle = \"测试\"\nscope = \"county\"\neffective_from = \"2026-01-01\"\nbasis = \"总条款\"\n{body}"
    );
    let (pack, found) = Pack::check(&Source::from_toml("t", &toml));
    (pack, found.iter().map(|f| format!("{} {}", f.column, f.explanation(Lang::Zh))).collect())
}

#[test]
fn j5_the_national_stages_terms_and_steps() {
    let national = Membership::in_force([], DAY);
    let stages: Vec<&str> = national.stages_on(DAY).iter().map(|s| s.id.as_str()).collect();
    assert_eq!(stages, ["applicant", "activist", "development", "probationary", "full"]);
    let of = |id| national.stage_on(id, DAY).unwrap();
    assert_eq!((of("activist").months, of("probationary").months), (12, 12), "a year each");
    assert!(of("probationary").joins && of("probationary").extends && !of("activist").extends);
    assert_eq!((of("probationary").political.as_str(), of("full").political.as_str()), ("02", "01"));
    assert_eq!((*national.min_age, *national.extend_min, *national.extend_max), (18, 6, 12));
    assert_eq!(national.next_on("full", DAY).map(|s| s.id.as_str()), None);
    assert_eq!(national.next_on("development", DAY).unwrap().id, "probationary");
    let steps = national.steps_on("development", DAY);
    let step = |id: &str| steps.iter().find(|s| s.id == id).unwrap();
    assert_eq!((step("sponsors").people, step("training").hours, step("notice").workdays), (2, 24, 5));
    assert_eq!(step("approval").within_months, Some(3));
    // Each step stands in a stage of the pack, after steps of the same stage; what begins a stage is a step of the one before.
    for stage in national.stages_on(DAY) {
        let own = national.steps_on(&stage.id, DAY);
        for s in &own {
            assert!(s.after.iter().all(|a| own.iter().any(|o| o.id == *a)), "{}", s.id);
            assert!(!s.basis.is_empty());
        }
        if let Some(next) = national.next_on(&stage.id, DAY).filter(|n| !n.starts.is_empty()) {
            assert!(own.iter().any(|o| o.id == next.starts), "{}", next.id);
        }
    }
    let pools = |stage| national.onward_on(stage, DAY).iter().map(|r| r.pool.clone()).collect::<Vec<_>>();
    assert!(pools("development").is_empty());
    assert_eq!(pools("probationary"), ["reserve"]);
    assert_eq!(pools("full"), ["reserve", "secretary_reserve"]);
    // Every pool and ground that it names is one of the pools'.
    let known = policy::Pools::in_force([], DAY);
    for r in national.onward_on("full", DAY) {
        assert!(known.pools_on(DAY).iter().any(|p| p.id == r.pool));
        assert!(known.entries_on(DAY).iter().any(|g| g.id == r.ground));
    }
    assert!(national.targets_on(DAY).is_empty(), "a year's figure is the county's own");
}

#[test]
fn j5_a_county_asks_more_and_aims_at_its_own_figures() {
    let body = "[membership]\nnear_days = 15\n[[membership.stage]]\nid = \"development\"\ntitle = \"发展对象\"\norder = 3\ntests = 2\n\
                [[membership.step]]\nid = \"notice\"\noff = true\n\
                [[membership.target]]\nid = \"members\"\ntitle = \"发展党员\"\nstage = \"probationary\"\nleast = 156\n";
    let (county, faults) = check(body);
    let county = county.unwrap_or_else(|| panic!("{faults:?}"));
    let of = Membership::in_force([&county], DAY);
    assert_eq!((*of.near_days, of.stage_on("development", DAY).unwrap().tests), (15, 2));
    assert!(of.steps_on("development", DAY).iter().all(|s| s.id != "notice"));
    assert_eq!(of.targets_on(DAY)[0].least, 156);
    assert_eq!(of.step_title("oath", DAY), "入党宣誓");
}

#[test]
fn every_fault_of_the_section_is_told() {
    let body = "[membership]\nmin_age = 12\nextend_min = 12\nextend_max = 6\n\
                [[membership.stage]]\nid = \"a\"\ntitle = \"甲\"\npolitical = \"77\"\n\
                [[membership.step]]\nid = \"b\"\ntitle = \"乙\"\nafter = [\"b\"]\nwithin_months = 1\nevery_months = 6\n\
                [[membership.source]]\nid = \"c\"\ntitle = \"丙\"\n\
                [[membership.target]]\nid = \"d\"\ntitle = \"丁\"\nstage = \"full\"\npool = \"reserve\"\n\
                [[membership.reserve]]\nid = \"e\"\ntitle = \"戊\"\npool = \"reserve\"\n\
                [[membership.test]]\nid = \"f\"\n";
    let (pack, faults) = check(body);
    assert!(pack.is_none());
    let told = faults.join("\n");
    for words in [
        "min_age",
        "至少 12 个月大于至多 6 个月",
        "order",
        "不是 GB/T 4762 的政治面貌代码",
        "stage",
        "一步不能排在自己后面",
        "within_months 和 every_months 只写一个",
        "请写来源群体的编号",
        "stage 和 pool 写一个，且只写一个",
        "least",
        "ground",
        "title",
    ] {
        assert!(told.contains(words), "{words} in\n{told}");
    }
}
