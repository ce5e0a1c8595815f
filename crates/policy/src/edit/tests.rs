//! Edits by hand: the text after each, and what it is said to have done.

use super::*;
use crate::Pack;
use crate::source::Source;
use proptest::prelude::*;

const TOML: &str = "# 头上的话\nid = \"t\"\nversion = \"1\" # 版本\ntitle = \"测试\"\n\n[facts.x]\nlabel = \"甲\"\ntype = \"number\"\n\n\
    [appraisal]\ntotal_max = 100\n\n# 第一等\n[[grades]]\nid = 1\nlabel = \"一\"\nquota = 20.0 # 两成\n\n# 第二等\n[[grades]]\nid = 2\nlabel = \"二\"\n\n\
    [grading]\ntie_break = [\"A\", \"code\"]\n\n[[consequences]]\nid = \"c\"\nwhen = \"grade == 1\"\napplies_to = \"village\"\naction = \"bonus\"\namount = 100\n";
const TABLE: &str =
    "id,item,name,full,method,params\nA,项,甲,60,rated,step=1\nB,项,\"乙,丙\",40,ratio,fact=x;target=5\n";

fn files() -> Files {
    let mut files = Files::default();
    files.put("pack.toml", TOML);
    files.put("indicators.csv", TABLE);
    files
}

fn cells(given: &[(&str, &str)]) -> Vec<(String, String)> {
    given.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
}

fn set(section: Section, row: usize, given: &[(&str, &str)]) -> Edit {
    Edit::Set { section, row, cells: cells(given) }
}

#[test]
fn a_cell_of_pack_toml_changes_and_nothing_around_it() {
    let (after, words) = files()
        .edited(&set(Section::Grades, 0, &[("quota", "25.50"), ("label", "一"), ("at_least", "90")]))
        .unwrap();
    let want = TOML.replace("quota = 20.0 # 两成\n", "quota = 25.50 # 两成\nat_least = 90\n");
    assert_eq!(after.text("pack.toml").unwrap(), want);
    assert_eq!(words, "等次 1“一”：名额（%）由“20.0”改为“25.50”；写明分数线：90");
    let (after, words) =
        files().edited(&set(Section::Head, 0, &[("version", "2"), ("basis", "某文")])).unwrap();
    let text = after.text("pack.toml").unwrap();
    assert!(
        text.starts_with(
            "# 头上的话\nid = \"t\"\nversion = \"2\" # 版本\ntitle = \"测试\"\nbasis = \"某文\"\n"
        ),
        "{text}"
    );
    assert_eq!(words, "办法：版本由“1”改为“2”；写明依据：某文");
    let (after, words) =
        files().edited(&set(Section::Grading, 0, &[("tie_break", "B，A、code"), ("refill", "是")])).unwrap();
    assert!(
        after.text("pack.toml").unwrap().contains("tie_break = [\"B\", \"A\", \"code\"]\nrefill = true\n")
    );
    assert_eq!(words, "评等办法：同分依次看由“A、code”改为“B、A、code”；写明被否决的名额递补：true");
    let (after, words) =
        files().edited(&set(Section::Appraisal, 0, &[("total_max", ""), ("second_check", "A")])).unwrap();
    assert!(after.text("pack.toml").unwrap().contains("[appraisal]\nsecond_check = [\"A\"]\n"));
    assert_eq!(words, "考核设置：去掉总分上限（原为：100）；写明须第二人复核的指标：A");
}

#[test]
fn what_is_no_number_stays_as_typed_and_the_check_names_its_cell() {
    let (after, _) = files().edited(&set(Section::Grades, 0, &[("quota", "两成")])).unwrap();
    let (pack, found) = Pack::check(&Source::of(&after));
    assert!(pack.is_none());
    let grids: Vec<(Section, Grid)> = Section::ALL.into_iter().map(|s| (s, Grid::of(&after, s))).collect();
    let places: Vec<_> = found.iter().filter_map(|f| place(f, &grids)).collect();
    assert_eq!(places, [(Section::Grades, 0, "quota".to_owned())]);
    let (after, _) = files().edited(&set(Section::Indicators, 1, &[("params", "fact=y;target=5")])).unwrap();
    let (_, found) = Pack::check(&Source::of(&after));
    let grids: Vec<(Section, Grid)> = Section::ALL.into_iter().map(|s| (s, Grid::of(&after, s))).collect();
    assert_eq!(place(&found[0], &grids), Some((Section::Indicators, 1, "params".to_owned())));
}

#[test]
fn rows_come_go_and_move_with_their_comments() {
    let (after, words) = files().edited(&Edit::Move { section: Section::Grades, row: 1, up: true }).unwrap();
    let text = after.text("pack.toml").unwrap();
    assert!(text.find("# 第二等").unwrap() < text.find("# 第一等").unwrap(), "{text}");
    assert_eq!(Grid::of(&after, Section::Grades).rows[0][1], "二");
    assert_eq!(words, "等次 2“二”上移一行");
    let new = cells(&[("id", "3"), ("label", "三"), ("quota", "")]);
    let (after, words) = files().edited(&Edit::Add { section: Section::Grades, cells: new }).unwrap();
    let text = after.text("pack.toml").unwrap();
    assert!(text.contains("label = \"二\"\n\n[[grades]]\nid = 3\nlabel = \"三\"\n\n[grading]"), "{text}");
    assert_eq!(words, "新增等次 3“三”");
    let (after, words) = files().edited(&Edit::Drop { section: Section::Indicators, row: 0 }).unwrap();
    assert_eq!(
        after.text("indicators.csv").unwrap(),
        "id,item,name,full,method,params\nB,项,\"乙,丙\",40,ratio,fact=x;target=5\n"
    );
    assert_eq!(words, "删去指标 A“甲”");
    let (after, words) =
        files().edited(&set(Section::Indicators, 0, &[("full", "55"), ("basis", "第六条")])).unwrap();
    assert!(
        after
            .text("indicators.csv")
            .unwrap()
            .starts_with("id,item,name,full,method,params,basis\nA,项,甲,55,rated,step=1,第六条\n")
    );
    assert_eq!(words, "指标 A“甲”：满分由“60”改为“55”；写明条款：第六条");
    let fact = cells(&[("id", "y"), ("label", "乙"), ("type", "choice"), ("choices", "强、弱")]);
    let (after, words) = files().edited(&Edit::Add { section: Section::Facts, cells: fact.clone() }).unwrap();
    assert!(
        after.text("pack.toml").unwrap().contains(
            "[facts.y]\nlabel = \"乙\"\ntype = \"choice\"\nchoices = [\"强\", \"弱\"]\n\n[appraisal]"
        )
    );
    assert_eq!(words, "新增事实 y“乙”");
    assert!(after.edited(&Edit::Add { section: Section::Facts, cells: fact }).is_err());
}

#[test]
fn edits_of_nothing_and_of_rows_that_are_gone() {
    let (after, words) =
        files().edited(&set(Section::Grades, 0, &[("quota", "20.0"), ("label", " 一 ")])).unwrap();
    assert_eq!((after, words.as_str()), (files(), ""));
    for edit in [
        set(Section::Grades, 2, &[("label", "三")]),
        Edit::Drop { section: Section::Indicators, row: 2 },
        Edit::Move { section: Section::Indicators, row: 0, up: true },
        Edit::Move { section: Section::Indicators, row: 1, up: false },
        Edit::Add { section: Section::Consequences, cells: cells(&[("when", " ")]) },
        Edit::Add { section: Section::Indicators, cells: Vec::new() },
    ] {
        assert!(files().edited(&edit).is_err(), "{edit:?}");
    }
}

#[test]
fn a_table_that_is_not_there_begins_with_its_first_row() {
    let new = cells(&[("rule", "R1"), ("colour", "red")]);
    let (after, words) = files().edited(&Edit::Add { section: Section::Colours, cells: new }).unwrap();
    assert_eq!(
        after.text("colours.csv").unwrap(),
        "rule,colour,level,lead,measures,basis,note\nR1,red,,,,,\n"
    );
    assert_eq!(words, "新增颜色规则 R1");
}

proptest! {
    /// Whatever is typed into a cell is read back from it, and the neighbours stay as they were.
    #[test]
    fn what_is_typed_is_what_stands_there(text in "[a-z0-9\"',\\\\#=\u{4e00}-\u{4e10} ]{1,20}", section in 0..3_usize) {
        let (section, key) = [(Section::Indicators, "name"), (Section::Consequences, "when"), (Section::Head, "title")][section];
        let before = Grid::of(&files(), section);
        let (after, _) = files().edited(&set(section, 0, &[(key, &text)])).unwrap();
        let grid = Grid::of(&after, section);
        prop_assert_eq!(grid.cell(0, key), text.trim());
        for column in before.columns.iter().filter(|c| c.key != key) {
            prop_assert_eq!(grid.cell(0, &column.key), before.cell(0, &column.key));
        }
        prop_assert_eq!(grid.rows.len(), before.rows.len());
    }

    /// Down and up again is where it was.
    #[test]
    fn a_move_is_undone_by_its_opposite(section in 0..2_usize) {
        let section = [Section::Grades, Section::Indicators][section];
        let (down, _) = files().edited(&Edit::Move { section, row: 0, up: false }).unwrap();
        let (up, _) = down.edited(&Edit::Move { section, row: 1, up: true }).unwrap();
        prop_assert_eq!(up, files());
    }
}
