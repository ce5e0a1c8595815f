//! `[campaigns]`: the national defaults, what a county adds, every fault at once.

use kernel::Lang;
use policy::campaigns::{Route, Work};
use policy::pools::Somebody;
use policy::{Campaigns, Pack, Source};
use std::path::Path;

const DAY: &str = "2026-11-22";

fn check(scope: &str, body: &str) -> (Option<Pack>, Vec<String>) {
    let toml = format!(
        "id = \"{scope}\"\nversion = \"1\"\ntitle = \"测试\"\nscope = \"{scope}\"\neffective_from = \"2026-01-01\"\nbasis = \"总条款\"\n{body}"
    );
    let (pack, found) = Pack::check(&Source::from_toml("t", &toml));
    (pack, found.iter().map(|f| format!("{} {}", f.column, f.explanation(Lang::Zh))).collect())
}

#[test]
fn g1_the_national_selection_has_its_stages_in_order_and_its_conditions() {
    let national = Campaigns::in_force([], DAY);
    let stages = national.stages_on("reserve_selection", DAY);
    let works: Vec<Work> = stages.iter().map(|s| s.work).collect();
    assert_eq!(works.first(), Some(&Work::Apply));
    assert!(works.is_sorted(), "no stage stands before what it needs: {works:?}");
    let interview = stages.iter().find(|s| s.work == Work::Interview).expect("an interview");
    assert_eq!((interview.examiners, interview.drop), (7, 1));
    let kind = national.kind_on("reserve_selection", DAY).expect("the kind");
    assert!(!kind.county && kind.routes == Route::ALL && kind.pool == "reserve");
    let ages = national.conditions_on("reserve_selection", DAY);
    let age = ages.iter().find(|c| c.id == "age").expect("the age");
    let somebody = |age, source| Somebody { age: Some(age), source, ..Somebody::default() };
    // 18 to 40 for everybody, to 45 for veterans.
    assert!(age.met(&somebody(40, "")) && !age.met(&somebody(41, "")) && !age.met(&somebody(17, "")));
    assert!(age.met(&somebody(45, "veteran")) && !age.met(&somebody(46, "veteran")));
    assert!(ages.iter().any(|c| c.declared), "something is declared and checked on the originals");
    assert!(national.materials_on("reserve_selection", DAY).iter().any(|m| !m.needed));
}

#[test]
fn j1_nobody_becomes_an_officer_of_jinan_without_the_exam() {
    let source =
        Source::open(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/jinan")).expect("read");
    let (pack, found) = Pack::check(&source);
    let pack = pack.unwrap_or_else(|| panic!("{found:?}"));
    let campaigns = Campaigns::in_force([&pack], DAY);
    let kind = campaigns.kind_on("officer_exam", DAY).expect("the kind");
    assert!(kind.county && kind.post == "officer");
    let papers: Vec<_> = campaigns
        .stages_on("officer_exam", DAY)
        .into_iter()
        .filter_map(|s| s.weight.map(|w| (s.work, w.to_string())))
        .collect();
    assert_eq!(papers, [(Work::Written, "40".to_owned()), (Work::Interview, "60".to_owned())]);
    // The county's own condition stands beside the nation's.
    let conditions: Vec<_> =
        campaigns.conditions_on("officer_exam", DAY).iter().map(|c| c.id.clone()).collect();
    assert!(conditions.contains(&"officer_education".to_owned()) && conditions.contains(&"age".to_owned()));
    let others = campaigns.conditions_on("reserve_selection", DAY);
    assert!(!others.iter().any(|c| c.id == "officer_education"), "it is the officers' alone");
}

#[test]
fn every_fault_of_the_section_is_told() {
    let body = "[[campaigns.kind]]\nid = \"a\"\ntitle = \"甲\"\nroutes = [\"friend\"]\nties = [\"no_paper\"]\n\
        [[campaigns.condition]]\nid = \"b\"\ntitle = \"乙\"\n\
        [[campaigns.condition]]\nid = \"c\"\ntitle = \"丙\"\ndeclared = true\nany = [{ min_age = 30, max_age = 20 }, { min_age = 1 }]\n\
        [[campaigns.stage]]\nid = \"d\"\ntitle = \"丁\"\nof = \"a\"\nwork = \"written\"\nweight = 40\npass = 101\n\
        [[campaigns.stage]]\nid = \"e\"\ntitle = \"戊\"\nof = \"a\"\nwork = \"notice\"\nweight = 10\n\
        [[campaigns.stage]]\nid = \"f\"\ntitle = \"己\"\nof = \"a\"\nwork = \"interview\"\nweight = 45\nexaminers = 4\ndrop = 2\n\
        [[campaigns.stage]]\nid = \"g\"\ntitle = \"庚\"\nof = \"a\"\nwork = \"interview\"\n\
        [[campaigns.stage]]\nid = \"h\"\ntitle = \"辛\"\nwork = \"sing\"\n";
    let (pack, faults) = check("county", body);
    assert!(pack.is_none());
    let told = faults.join("\n");
    for words in [
        "没有写选上以后去哪里",
        "没有“friend”这种写法",
        "同分时看的“no_paper”不是它的笔试或面试",
        "declared 和 any 写一个，且只写一个",
        "最小年龄 30 大于最大年龄 20",
        "合格线应在零和满分之间",
        "只有笔试、面试写权重和合格线",
        "没有写多久",
        "4 名考官去掉这么多就没有分可算了",
        "笔试、面试要写占百分之几",
        "没有“sing”这种写法",
        "合计占 95%，应为 100%",
        "“面试”写了两次",
        "“面试”不能在“公示”之后",
        "第一个阶段应是报名",
    ] {
        assert!(
            told.contains(words),
            "{words} in
{told}"
        );
    }
}

#[test]
fn what_the_section_says_is_shown_and_its_changes_told() {
    let body = |pass: &str| {
        format!(
            "[[campaigns.kind]]\nid = \"a\"\ntitle = \"甲选\"\npool = \"reserve\"\n\
             [[campaigns.stage]]\nid = \"s\"\ntitle = \"报名\"\nof = \"a\"\nwork = \"apply\"\n\
             [[campaigns.stage]]\nid = \"w\"\ntitle = \"笔试\"\nof = \"a\"\nwork = \"written\"\nweight = 100\npass = {pass}\n"
        )
    };
    let (old, _) = check("county", &body("60"));
    let (new, _) = check("county", &body("55"));
    let (old, new) = (old.expect("valid"), new.expect("valid"));
    let shown = policy::document(&old).render(policy::Format::Markdown);
    assert!(shown.contains("公开选拔、招录") && shown.contains("60.00分及以上合格"), "{shown}");
    let told = policy::diff(&old, &new).join("\n");
    assert!(told.contains("55.00分及以上合格"), "{told}");
}
