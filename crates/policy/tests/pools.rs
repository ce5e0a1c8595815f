//! `[pools]`: the national defaults, what a narrower pack changes, every fault at once.

use kernel::Lang;
use policy::{Pack, Pools, Source};

const DAY: &str = "2026-11-22";

fn check(scope: &str, body: &str) -> (Option<Pack>, Vec<String>) {
    let toml = format!(
        "id = \"{scope}\"\nversion = \"1\"\ntitle = \"测试\"\nscope = \"{scope}\"\neffective_from = \"2026-01-01\"\nbasis = \"总条款\"\n{body}"
    );
    let (pack, found) = Pack::check(&Source::from_toml("t", &toml));
    (pack, found.iter().map(|f| format!("{} {}", f.column, f.explanation(Lang::Zh))).collect())
}

#[test]
fn c9_the_national_defaults_and_what_a_town_changes() {
    let ids = |pools: &Pools| pools.seats_on(DAY).iter().map(|s| s.id.clone()).collect::<Vec<_>>();
    let national = Pools::in_force([], DAY);
    assert_eq!(ids(&national), ["secretary_reserves"]);
    assert_eq!((*national.review_months, *national.hear_workdays), (3, 3));
    assert_eq!(national.scores_on(DAY).iter().map(|p| p.full).sum::<i64>(), 10_000, "a hundred points");
    assert!(national.exits_on(DAY).iter().any(|g| g.adverse));
    let body = "[pools]\nreview_months = 6\n[[pools.seat]]\nid = \"secretary_reserves\"\noff = true\n\
                [[pools.seat]]\nid = \"young\"\ntitle = \"青年\"\npool = \"reserve\"\nmax_age = 30\nleast = 2\n\
                [[pools.exit_ground]]\nid = \"own_wish\"\ntitle = \"本人提出\"\n";
    let (town, faults) = check("township", body);
    let town = town.unwrap_or_else(|| panic!("{faults:?}"));
    let pools = Pools::in_force([&town], DAY);
    assert_eq!((*pools.review_months, *pools.hear_workdays), (6, 3));
    assert_eq!(ids(&pools), ["young"]);
    assert_eq!(pools.ground_title("own_wish", DAY), "本人提出");
    assert_eq!(pools.pool_title("secretary_reserve", DAY), "书记后备");
}

#[test]
fn every_fault_of_the_section_is_told() {
    let body = "[pools]\nreview_months = 13\nwarn_percent = 101\n\
                [[pools.seat]]\nid = \"a\"\ntitle = \"甲\"\npool = \"reserve\"\npost = \"officer\"\n\
                [[pools.target]]\nid = \"b\"\ntitle = \"乙\"\neducation = \"25\"\nleast = 30\n\
                [[pools.target]]\nid = \"c\"\ntitle = \"丙\"\nmin_age = 50\nmax_age = 40\nmost = 10\n\
                [[pools.target]]\nid = \"d\"\ntitle = \"丁\"\npolitical = [\"77\"]\n\
                [[pools.exit_ground]]\nid = \"e\"\ntitle = \"戊\"\nadverse = true\nconverted = true\n\
                [[pools.score]]\nid = \"f\"\ntitle = \"己\"\nfull = 0\n[[pools.pool]]\nid = \"g\"\n";
    let (pack, faults) = check("county", body);
    assert!(pack.is_none());
    let told = faults.join("\n");
    for words in [
        "写一个，且只写一个",
        "不是 GB/T 4658 的学历代码",
        "最小年龄 50 大于最大年龄 40",
        "没有写目标",
        "不是 GB/T 4762 的政治面貌代码",
        "转化不是对本人不利的事由",
        "请写满分，大于零",
        "review_months",
        "warn_percent",
        "title",
    ] {
        assert!(told.contains(words), "{words} in\n{told}");
    }
}
