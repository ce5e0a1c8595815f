//! What `policy check` finds: every fault at once, with its place and its mend.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use kernel::{Fault, Lang, Severity};
use policy::{Format, Pack, Source, diff, document, workbook};
use std::fs;
use std::path::Path;

const HEAD: &str = "id = \"t\"\nversion = \"1\"\ntitle = \"测试\"\n\
    [facts.x]\nlabel = \"甲\"\ntype = \"number\"\n\
    [facts.d]\nlabel = \"日\"\ntype = \"date\"\n\
    [facts.ok]\nlabel = \"丙\"\ntype = \"bool\"\n\
    [facts.kind]\nlabel = \"类\"\ntype = \"choice\"\nchoices = [\"强\", \"弱\"]\n";

fn findings(toml: &str, files: &[(&str, &str)]) -> Vec<Fault> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("pack.toml"), toml).unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    Pack::check(&Source::open(folder.path()).unwrap()).1
}

/// The findings as `file-name row column-name`, for one severity.
fn places(findings: &[Fault], severity: Severity) -> Vec<String> {
    findings
        .iter()
        .filter(|f| f.severity == severity)
        .map(|f| {
            format!("{} {} {}", Path::new(&f.file).file_name().unwrap().to_string_lossy(), f.row, f.column)
        })
        .collect()
}

fn says(findings: &[Fault], words: &str) -> bool {
    findings.iter().any(|f| f.explanation(Lang::Zh).contains(words))
}

#[test]
fn every_fault_of_every_file_at_once() {
    let toml = "id = \"t\"\nversion = \"1\"\ntitel = \"测试\"\n\
        [facts.total]\nlabel = \"甲\"\ntype = \"numbr\"\n\
        [[grades]]\nid = 1\nlabel = \"一\"\nquota = 70\n\
        [[grades]]\nid = 2\nlabel = \"二\"\nquota = 40.5\n";
    let rows = "id,item,name,full,method,params,ratter\n\
        A,项,名,10,ratio,fact=nope;target=5,\n\
        B,项,名,10,rated,step=3,\n\
        B2,项,名,1e1,median,,\n";
    let found = findings(toml, &[("indicators.csv", rows)]);
    let places = places(&found, Severity::Fault);
    for place in [
        "pack.toml 3 titel",
        "pack.toml 1 title",
        "pack.toml 4 facts.total",
        "pack.toml 6 facts.total.type",
        "pack.toml 7 grades",
        "indicators.csv 1 ratter",
        "indicators.csv 2 params",
        "indicators.csv 3 params",
        "indicators.csv 4 method",
    ] {
        assert!(places.iter().any(|p| p == place), "{place} not in {places:#?}");
    }
    assert!(
        says(&found, "是不是 title？") && says(&found, "超过 100%") && says(&found, "没有名为 nope 的事实")
    );
    assert!(found.iter().filter(|f| f.file.ends_with("pack.toml") && f.row > 0).all(|f| f.col > 0));
}

#[test]
fn expressions_that_a_person_reads_otherwise_are_refused() {
    for (when, words) in [
        ("not ok", "not 后面没有圆括号"),
        ("x > \\\"5\\\"", "类型不同"),
        ("ok == 1", "类型不同"),
        ("d > \\\"2024-01-01\\\"", "d()"),
        ("kind == \\\"中\\\"", "选项里没有"),
        ("y > 1", "没有名为 y 的事实"),
        ("x + 1", "这里要是非"),
        ("(x > 1", "读不懂"),
    ] {
        let toml = format!(
            "{HEAD}[[consequences]]\nid = \"c\"\nwhen = \"{when}\"\napplies_to = \"village\"\naction = \"talk\"\n"
        );
        let found = findings(&toml, &[]);
        assert!(says(&found, words), "{when}: {found:#?}");
        assert_eq!(places(&found, Severity::Fault), ["pack.toml 19 consequences[1].when"], "{when}");
    }
    for when in [
        "not(ok)",
        "d(d) > d(\\\"2024-01-01\\\")",
        "kind in [\\\"强\\\"] and x > 3",
        "grade == 1 or total < 60",
    ] {
        let toml = format!(
            "{HEAD}[[consequences]]\nid = \"c\"\nwhen = \"{when}\"\napplies_to = \"village\"\naction = \"talk\"\n"
        );
        assert_eq!(places(&findings(&toml, &[]), Severity::Fault), Vec::<String>::new(), "{when}");
    }
}

#[test]
fn a_product_after_a_quotient_is_warned_of() {
    let rows = "id,item,name,full,method,params\nA,项,名,100,formula,expr=x / 3 * 2\n";
    assert!(
        places(&findings(HEAD, &[("indicators.csv", rows)]), Severity::Warning)
            .contains(&"indicators.csv 2 params".into())
    );
    let rows = "id,item,name,full,method,params\nA,项,名,90,formula,expr=x * 2 / 3\n";
    let found = findings(HEAD, &[("indicators.csv", rows)]);
    assert_eq!(places(&found, Severity::Warning), ["indicators.csv 1 full"]);
    assert!(says(&found, "满分合计 90.00，不是 100"));
}

#[test]
fn tables_are_checked_for_unreachable_rows_overlaps_and_gaps() {
    let table = "rule,x,ok,kind,colour\n\
        R1,>= 60,,,red\n\
        R2,[40..60),true,,orange\n\
        R3,\"> 70, 65\",,,yellow\n\
        R4,,false,\"\"\"强\"\"\",green\n";
    let found = findings(HEAD, &[("colours.csv", table)]);
    assert_eq!(places(&found, Severity::Fault), ["colours.csv 4 rule"]);
    assert!(says(&found, "永远轮不到"));
    assert!(places(&found, Severity::Note).contains(&"colours.csv 5 rule".into()), "R4 overlaps R1");
    assert!(says(&found, "有空档"));
}

#[test]
fn a_table_without_gap_or_overlap_is_silent() {
    let table = "rule,x,colour\nR1,>= 60,red\nR2,[40..60),orange\nR3,< 40,green\n";
    let found = findings(HEAD, &[("colours.csv", table)]);
    assert!(found.iter().all(|f| f.file.ends_with("pack.toml")), "{found:#?}");
}

#[test]
fn a_fact_that_may_be_skipped_keeps_later_rows_reachable() {
    let table = "rule,x,colour\nR1,>= 0,red\nR2,< 0,orange\nR3,,green\n";
    let reachable = format!("{HEAD}[classify.missing]\nx = \"skip\"\n");
    assert_eq!(
        places(&findings(&reachable, &[("colours.csv", table)]), Severity::Fault),
        Vec::<String>::new()
    );
    assert_eq!(places(&findings(HEAD, &[("colours.csv", table)]), Severity::Fault), ["colours.csv 4 rule"]);
}

#[test]
fn cells_that_mix_commas_and_words_or_name_bare_words_are_refused() {
    for (cell, words) in [
        ("\"> 1, 2 and < 5\"", "混用"),
        ("强", "文字要加双引号"),
        ("weak", "没有加引号"),
        ("\"\"\"中\"\"\"", "选项里没有"),
        ("> 5", "类型不同"),
    ] {
        let found = findings(HEAD, &[("colours.csv", &format!("rule,kind,colour\nR1,{cell},red\n"))]);
        let x = findings(HEAD, &[("colours.csv", &format!("rule,x,colour\nR1,{cell},red\n"))]);
        assert!(says(&found, words) || says(&x, words), "{cell}: {found:#?}");
    }
}

#[test]
fn removal_is_refused_for_elected_seats() {
    let toml = format!(
        "{HEAD}[[consequences]]\nid = \"c\"\nwhen = \"ok\"\napplies_to = \"village_director\"\naction = \"propose_removal\"\n"
    );
    assert!(says(&findings(&toml, &[]), "免职只适用于党组织职务"));
}

/// Folder, workbook, folder: the same hash, cases and document.
#[test]
fn the_workbook_form_loses_nothing() {
    for name in ["national", "jinan", "wucun", "gaotai", "hezhang", "county"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs").join(name);
        let folder = tempfile::tempdir().unwrap();
        let book = folder.path().join("pack.xlsx");
        let source = Source::open(&path).unwrap();
        fs::write(&book, workbook(&source).unwrap()).unwrap();
        let from_book = Source::open(&book).unwrap();
        assert_eq!(from_book.faults, vec![], "{name}");
        let again = folder.path().join("again");
        from_book.write_folder(&again).unwrap();
        let back = Source::open(&again).unwrap();
        let packs = [&source, &from_book, &back].map(|s| Pack::read(s).0.unwrap());
        for other in &packs[1..] {
            assert_eq!(packs[0].hash, other.hash, "{name}");
            let show = |p: &Pack| policy::document(p).render(policy::Format::Markdown);
            assert_eq!(show(&packs[0]), show(other), "{name}");
            let cases = |p: &Pack| {
                p.cases
                    .iter()
                    .map(|c| format!("{} {} {:?}", c.title, c.clause, c.subjects))
                    .collect::<Vec<_>>()
            };
            for (a, b) in cases(&packs[0]).iter().zip(&cases(other)) {
                assert_eq!(a, b, "{name}");
            }
            assert_eq!(packs[0].cases.len(), other.cases.len(), "{name}");
        }
    }
}

#[test]
fn the_hash_is_of_the_content_alone() {
    let hash = |toml: &str, rows: &str| {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("pack.toml"), toml).unwrap();
        fs::write(folder.path().join("indicators.csv"), rows).unwrap();
        Source::open(folder.path()).unwrap().hash()
    };
    let a = hash("id = \"t\"\nn = 90.00\n[b]\nx = true\n", "id,full\nA, 1\n");
    // Comments, order of keys, trailing zeros, order of columns, blank rows and blanks around cells do not count.
    assert_eq!(a, hash("# 注\nn = 90\nid = \"t\"\nb = { x = true }\n", "full,id,note\n1,A,\n,,\n"));
    assert_ne!(a, hash("id = \"t\"\nn = 90.01\n[b]\nx = true\n", "id,full\nA, 1\n"));
    // SHA-256 of {"indicators.csv":[{"full":"1","id":"A"}],"pack.toml":{"b":{"x":true},"id":"t","n":"90"}}
    assert_eq!(a, "2641a275f1a271db1bc49534255f69317b680aa9e5c4aaf5603b28ae32c9f196");
}

#[test]
fn more_than_sixty_four_vetoes_are_refused() {
    let toml =
        format!("{HEAD}[[grades]]\nid = 1\nlabel = \"一\"\nquota = 50\n[[grades]]\nid = 2\nlabel = \"二\"\n");
    let rows = |n: usize| {
        let vetoes: String = (0..n).map(|i| format!("V{i},项,否决,,veto,when=ok;cap_grade=2\n")).collect();
        format!("id,item,name,full,method,params\nA,项,名,100,ratio,fact=x;target=1\n{vetoes}")
    };
    assert_eq!(
        places(&findings(&toml, &[("indicators.csv", &rows(64))]), Severity::Fault),
        Vec::<String>::new()
    );
    assert_eq!(
        places(&findings(&toml, &[("indicators.csv", &rows(65))]), Severity::Fault),
        ["indicators.csv 67 method"]
    );
}

#[test]
fn a_broken_pack_toml_is_one_fault() {
    let found = findings(
        "id = \"t\nversion = \"1\"\n",
        &[("indicators.csv", "id,item,name,full,method\nA,项,名,1,ratio\n")],
    );
    assert_eq!(places(&found, Severity::Fault), ["pack.toml 1 "]);
}

#[test]
fn dates_in_tables_are_analysed() {
    let table =
        |second: &str| format!("rule,d,colour\na,\">= d(\"\"2026-01-01\"\")\",red\nb,{second},orange\n");
    let later = findings(HEAD, &[("colours.csv", &table("\">= d(\"\"2026-06-01\"\")\""))]);
    assert_eq!(places(&later, Severity::Fault), ["colours.csv 3 rule"]);
    let rest = findings(HEAD, &[("colours.csv", &table("\"< d(\"\"2026-01-01\"\")\""))]);
    assert!(rest.iter().all(|f| f.file.ends_with("pack.toml")), "{rest:#?}");
}

#[test]
fn an_expression_without_bound_is_refused_not_run() {
    for expr in ["x+".repeat(4000) + "x", "(".repeat(20_000) + "x" + &")".repeat(20_000)] {
        let rows = format!("id,item,name,full,method,params\nA,项,名,100,formula,expr={expr}\n");
        assert_eq!(
            places(&findings(HEAD, &[("indicators.csv", &rows)]), Severity::Fault),
            ["indicators.csv 2 params"]
        );
    }
}

#[test]
fn a_single_equals_sign_is_refused() {
    let toml = format!(
        "{HEAD}[[consequences]]\nid = \"c\"\nwhen = \"x = 1\"\napplies_to = \"village\"\naction = \"talk\"\n"
    );
    assert!(says(&findings(&toml, &[]), "比较相等写两个等号"));
}

#[test]
fn a_broken_header_is_named() {
    for (header, words) in [
        ("k,\"v\n1,2\n", "双引号没有配对"),
        ("\"k\"x,v\n1,2\n", "双引号之后还有文字"),
        ("k,k\n1,2\n", "出现两次"),
    ] {
        let found = findings(HEAD, &[("review.csv", header)]);
        assert!(says(&found, words), "{found:#?}");
    }
}

#[test]
fn a_second_check_names_rated_indicators_and_months_held_belong_to_posts() {
    let toml = |second: &str, target: &str, months: &str| {
        format!(
            "{HEAD}[appraisal]\nsecond_check = {second}\n[[grades]]\nid = 1\nlabel = \"一\"\n\
             [[consequences]]\nid = \"c\"\nwhen = \"grade == 1\"\napplies_to = \"{target}\"\naction = \"talk\"\n\
             held_months = {months}\n"
        )
    };
    let rows = "id,item,name,full,method,params\nA,项,名,60,rated,step=1\nB,项,名,40,ratio,fact=x;target=5\n";
    let table = [("indicators.csv", rows)];
    let found = findings(&toml("[\"A\", \"B\", \"Z\", \"A\"]", "village", "13"), &table);
    let seen: Vec<&str> =
        found.iter().filter(|f| f.severity == Severity::Fault).map(|f| f.value.as_str()).collect();
    assert_eq!(seen, ["B", "Z", "A", "13", "13"]);
    for words in [
        "B 不是评分的指标",
        "没有名为 Z 的指标",
        "A 写了两次",
        "应为 0 到 12 的整数",
        "对象是村，没有任职时间",
    ] {
        assert!(says(&found, words), "{words}");
    }
    let folder = tempfile::tempdir().unwrap();
    let read = |text: String| {
        fs::write(folder.path().join("pack.toml"), text).unwrap();
        fs::write(folder.path().join("indicators.csv"), rows).unwrap();
        Pack::read(&Source::open(folder.path()).unwrap()).0.unwrap()
    };
    let six = read(toml("[\"A\"]", "party_secretary", "6"));
    assert_eq!(
        (six.second_check.as_slice(), six.consequences[0].held_months),
        (&["A".to_owned()][..], Some(6))
    );
    let none = read(toml("[]", "party_secretary", "12"));
    assert_eq!(
        diff(&six, &none),
        [
            "指标 A“名”不再写复核（原为：须由本单位第二人复核）",
            "结果运用 c的任职时间由“当年和上一年任职都满 6 个月”改为“当年和上一年任职都满 12 个月”"
        ]
    );
    let shown = document(&six).render(Format::Markdown);
    assert!(shown.contains("（须由本单位第二人复核）") && shown.contains("（当年和上一年任职都满 6 个月）"));
}
