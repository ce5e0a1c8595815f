//! `[duty]`: the national defaults, what a narrower pack changes, every fault at once, told and compared.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use kernel::Lang;
use policy::posts::{About, Fill};
use policy::{Duty, Format, Pack, Source, diff, document, national};
use std::path::Path;

const DAY: &str = "2026-11-22";

fn made(scope: &str, body: &str) -> Pack {
    let toml = format!(
        "id = \"{scope}\"\nversion = \"1\"\ntitle = \"测试\"\nscope = \"{scope}\"\neffective_from = \"2026-01-01\"\nbasis = \"总条款\"\n{body}"
    );
    let (pack, faults) = Pack::check(&Source::from_toml("t", &toml));
    pack.unwrap_or_else(|| panic!("{faults:#?}"))
}

fn faults(body: &str) -> Vec<String> {
    let head = "id = \"t\"\nversion = \"1\"\ntitle = \"测试\"\nbasis = \"总条款\"\n";
    let (_, found) = Pack::check(&Source::from_toml("t", &format!("{head}{body}")));
    found.iter().map(|f| format!("{}:{} {}", f.row, f.column, f.explanation(Lang::Zh))).collect()
}

#[test]
fn the_national_defaults_know_the_five_dimensions_the_four_diagnoses_and_the_methods() {
    let duty = Duty::in_force([], DAY);
    let ids = |about| duty.aspects_on(about, DAY).iter().map(|a| a.id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(About::Person), ["de", "neng", "qin", "ji", "lian"]);
    assert_eq!(ids(About::Village), ["look", "listen", "ask", "feel"]);
    let methods: Vec<&str> = duty.methods_on(DAY).iter().map(|m| m.id.as_str()).collect();
    assert_eq!(methods, ["opinion_survey", "special_survey", "extended", "field_visit", "home_visit"]);
    assert_eq!((*duty.report_workdays, *duty.examine_workdays), (15, 5));
    let parts: Vec<(&str, Fill)> =
        duty.report_parts_on(DAY).iter().map(|p| (p.id.as_str(), p.fill)).collect();
    assert_eq!(parts[0], ("duties", Fill::Duties));
    assert!(parts[1..].iter().all(|(_, fill)| *fill == Fill::Text));
    let adverse: Vec<bool> = duty.ratings_on(DAY).iter().map(|r| r.adverse).collect();
    assert_eq!(adverse, [false, false, false, true]);
    assert!(duty.kinds_on(About::Person, DAY).iter().all(|k| k.fact.is_empty()), "no county's facts");
}

#[test]
fn a_narrower_pack_replaces_drops_and_adds() {
    let town = made(
        "township",
        "[duty]\nexamine_workdays = { value = 3, basis = \"第九条\" }\n\
         [[duty.record_kind]]\nid = \"absence\"\ntitle = \"缺岗\"\nabout = \"person\"\nsign = -1\nfact = \"days\"\n\
         [[duty.record_kind]]\nid = \"praise\"\noff = true\n\
         [[duty.record_kind]]\nid = \"green\"\ntitle = \"千万工程\"\nabout = \"village\"\nsign = 1\neffective_from = \"2026-06-01\"\n",
    );
    let duty = Duty::in_force([&town], DAY);
    let absence = duty.kind_on("absence", DAY).unwrap();
    let told = (absence.title.as_str(), absence.sign, absence.fact.as_str(), absence.pack.id.as_str());
    assert_eq!(told, ("缺岗", -1, "days", "township"));
    assert!(duty.kind_on("praise", DAY).is_none());
    // What is no more keeps the name it had.
    assert_eq!(duty.kind_title("praise", DAY), "受表扬表彰");
    assert_eq!(duty.kind_on("service", DAY).unwrap().pack.id, "national");
    assert!(duty.kind_on("green", "2026-05-31").is_none() && duty.kind_on("green", "2026-06-01").is_some());
    assert_eq!((*duty.report_workdays, *duty.examine_workdays), (15, 3));
    assert_eq!(duty.examine_workdays.basis, "第九条");
    assert_eq!(Duty::in_force([&town], "2025-12-31").kind_title("absence", "2025-12-31"), "值班无故缺岗");
}

#[test]
fn every_fault_is_told_with_its_place() {
    let found = faults(
        "[facts.pure]\nlabel = \"风气\"\nsubject = \"person\"\ntype = \"text\"\n\
         [duty]\nreport_workdays = 0\nchecks = 1\n\
         [[duty.record_kind]]\nid = \"Bad\"\ntitle = \"甲\"\nabout = \"town\"\nsign = 2\n\
         [[duty.record_kind]]\nid = \"mood\"\ntitle = \"乙\"\nabout = \"person\"\nfact = \"pure\"\n\
         [[duty.dimension]]\nid = \"de\"\ntitle = \"德\"\nlevels = [\"好\"]\n\
         [[duty.report_part]]\nid = \"plan\"\ntitle = \"打算\"\n\
         [[duty.rating]]\nid = \"good\"\n[[duty.rating]]\nid = \"good\"\ntitle = \"好\"\n",
    );
    for (place, why) in [
        ("duty.report_workdays", "应为 1 到 120 的整数"),
        ("duty.checks", ""),
        ("duty.record_kind[1].id", "不合规矩"),
        ("duty.record_kind[1].about", "没有“town”这种写法"),
        ("duty.record_kind[1].sign", "只能是 1、0 或 -1"),
        ("duty.record_kind", "不能由这种记录计数"),
        ("duty.dimension[1].levels", "只有一个档次"),
        ("duty.report_part[1].fill", "缺少 fill"),
        ("duty.rating[1].title", "缺少 title"),
        ("duty.rating", "出现两次"),
    ] {
        let at = |f: &&String| f.contains(&format!(":{place} ")) && f.contains(why);
        assert!(found.iter().any(|f| at(&f)), "{place} {why}: {found:#?}");
    }
}

#[test]
fn a_count_goes_to_a_whole_fact_of_its_subject() {
    let fact = |subject: &str, kind: &str| {
        faults(&format!(
            "[facts.n]\nlabel = \"数\"\nsubject = \"{subject}\"\ntype = \"{kind}\"\n\
             [[duty.record_kind]]\nid = \"done\"\ntitle = \"甲\"\nabout = \"person\"\nfact = \"n\"\n"
        ))
        .iter()
        .any(|f| f.contains("不能由这种记录计数"))
    };
    assert!(!fact("person", "integer") && !fact("person", "number"));
    assert!(fact("village", "integer") && fact("person", "bool") && fact("person", "percent"));
}

#[test]
fn the_section_is_shown_and_compared() {
    let shown = document(national().unwrap()).render(Format::Markdown);
    for text in ["履职、考察和述职", "| 值班无故缺岗 | 人 | 不好的", "望·看发展", "逐条写职责", "15个工作日"]
    {
        assert!(shown.contains(text), "{text}");
    }
    let kind = |sign: i8| {
        format!(
            "[[duty.record_kind]]\nid = \"absence\"\ntitle = \"缺岗\"\nabout = \"person\"\nsign = {sign}\n"
        )
    };
    let (old, new) = (made("county", &kind(-1)), made("county", &kind(0)));
    let told = diff(&old, &new).join("\n");
    assert!(told.contains("平时记录") && told.contains("不好的") && told.contains("只记事"), "{told}");
}

#[test]
fn gaotai_counts_its_records_towards_its_facts() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/gaotai");
    let pack = Pack::read(&Source::open(&folder).unwrap()).0.unwrap();
    let duty = Duty::in_force([&pack], DAY);
    for kind in duty.kinds_on(About::Person, DAY).iter().filter(|k| !k.fact.is_empty()) {
        assert!(pack.fact(&kind.fact).is_some(), "{}", kind.fact);
    }
    assert_eq!(duty.kind_on("absence", DAY).unwrap().fact, "duty_absences");
}
