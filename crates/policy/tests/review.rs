//! `[review]` and `review.csv`: the national defaults, what a narrower pack changes, every fault at once, told and compared.

use kernel::{Lang, Severity};
use policy::review::{Conclusion, Need};
use policy::{Files, Format, Pack, Review, Source, diff, document, national};

const DAY: &str = "2026-11-22";
const HEAD: &str = "id = \"county\"\nversion = \"1\"\ntitle = \"测试\"\nscope = \"county\"\n\
                    effective_from = \"2026-01-01\"\nbasis = \"总条款\"\n";

fn check(body: &str, csv: &str) -> (Option<Pack>, Vec<String>) {
    let mut files = Files::default();
    files.put("pack.toml", format!("{HEAD}{body}"));
    if !csv.is_empty() {
        files.put("review.csv", csv.to_owned());
    }
    let (pack, found) = Pack::check(&Source::of(&files));
    let told = found.iter().filter(|f| f.severity == Severity::Fault);
    (pack, told.map(|f| format!("{}:{} {} {}", f.file, f.row, f.column, f.explanation(Lang::Zh))).collect())
}

#[test]
fn w8_the_national_defaults_have_nine_seats_and_a_negative_list() {
    let review = Review::in_force([], DAY);
    let seats = review.seats_on(DAY);
    assert_eq!(seats.iter().filter(|s| !s.optional).count(), 9);
    assert_eq!(seats.iter().filter(|s| s.optional).count(), 8);
    assert_eq!((*review.answer_workdays, *review.recheck_workdays), (5, 3));
    assert_eq!((*review.objection_workdays, *review.decision_workdays, *review.valid_months), (3, 3, 6));
    assert!(*review.packet);
    // A seat sees what it needs: the court no household, the taxation office no birth.
    let of = |id: &str| seats.iter().find(|s| s.id == id).unwrap().needs.clone();
    assert!(!of("court").contains(&Need::Place) && of("court").contains(&Need::Identity));
    assert_eq!(of("taxation"), [Need::Name, Need::Identity]);
    assert_eq!(of("discipline").len(), 6);
    // H5: what is named by law bars; what is a weaker ground cannot.
    let penalty = review.clause_on("criminal_penalty", DAY).unwrap();
    assert_eq!(penalty.permits, [Conclusion::MustNot, Conclusion::Verify]);
    assert!(!review.clause_on("disturbance", DAY).unwrap().permits.contains(&Conclusion::MustNot));
    assert_eq!(review.clause_on("environmental_damage", DAY).unwrap().years, 5);
    assert_eq!(review.clauses_on(DAY).len(), 20);
    assert_eq!(review.problems_on(DAY).len(), 5);
    assert_eq!(review.pack().id, "national");
}

#[test]
fn h5_a_county_changes_seats_days_and_clauses() {
    let csv = "kind,id,title,fields,permits,years,off,basis\n\
               seat,petitions,,,,,是,第二条\nseat,letters,来访接待,name|identity,,,,第二条\n\
               clause,disturbance,扰乱选举秩序被处罚,,must_not,5,,第三条六\n";
    let (pack, faults) = check("[review]\nanswer_workdays = { value = 3, basis = \"第一条\" }\n", csv);
    let pack = pack.unwrap_or_else(|| panic!("{faults:?}"));
    let review = Review::in_force([&pack], DAY);
    let ids: Vec<&str> = review.seats_on(DAY).iter().map(|s| s.id.as_str()).collect();
    assert!(ids.contains(&"letters") && !ids.contains(&"petitions"));
    assert_eq!((*review.answer_workdays, *review.recheck_workdays), (3, 3));
    let clause = review.clause_on("disturbance", DAY).unwrap();
    assert_eq!((clause.years, clause.basis.as_str()), (5, "第三条六"));
    assert_eq!(review.seat_title("petitions", DAY), "信访局", "a seat that is no more keeps its name");
    let shown = document(&pack).render(Format::Markdown);
    for words in ["县级联审", "3个工作日", "来访接待", "5年内", "本办法不用这一条"] {
        assert!(shown.contains(words), "{words} in\n{shown}");
    }
    let (other, _) = check("[review]\nanswer_workdays = 5\n", csv);
    let changed = format!("{:?}", diff(&other.unwrap(), &pack));
    assert!(changed.contains("席位答复的期限"), "{changed}");
    let shown = document(national().unwrap()).render(Format::Markdown);
    assert!(shown.contains("负面清单") && shown.contains("必请"), "{shown}");
}

#[test]
fn every_fault_of_the_section_and_of_the_table_is_told() {
    let csv = "kind,id,title,optional,fields,permits,years,off,from,to,basis,note\n\
               seat,A,甲,,sex,,,,,,,\nseat,b,乙,maybe,name|phone|name,,,,,,,\nseat,c,,,,verify,,,,,,\n\
               clause,d,丁,,,clear,,,,,,\nclause,e,戊,是,,,51,,2026-02-01,2026-01-01,,\nclause,f,己,,,verify,,,31,,,\n\
               chair,g,庚,,,,,,,,,\nclause,f,己二,,,verify,,,,,,\n";
    let (pack, faults) = check("[review]\nanswer_workdays = 0\nvalid_months = 61\npackets = true\n", csv);
    assert!(pack.is_none());
    let told = faults.join("\n");
    for words in [
        "review.csv:2 id 编号 A 不合规矩",
        "review.csv:2 fields 席位至少要看姓名",
        "review.csv:3 optional 应写“是”或“否”",
        "没有“phone”这种写法",
        "“name”写了两次",
        "review.csv:4 title 缺少 title",
        "review.csv:4 permits seat 的行不写这一列",
        "没有“clear”这种写法",
        "review.csv:6 permits 没有写这一条可以得出什么结论",
        "review.csv:6 years 应为 1 到 50 的整数",
        "review.csv:6 to 失效日期早于生效日期",
        "review.csv:6 optional clause 的行不写这一列",
        "review.csv:7 from 日期写成",
        "没有“chair”这种写法",
        "pack.toml:",
        "valid_months",
        "packets",
    ] {
        assert!(told.contains(words), "{words} in\n{told}");
    }
}

#[test]
fn a_table_without_kinds_stays_as_it_stands() {
    let mut files = Files::default();
    files.put("pack.toml", HEAD.to_owned());
    files.put("review.csv", "seat,name\n1,甲\n".to_owned());
    let (pack, found) = Pack::check(&Source::of(&files));
    assert!(found.iter().any(|f| f.severity == Severity::Warning && f.file.ends_with("review.csv")));
    let shown = document(&pack.expect("reads")).render(Format::Markdown);
    assert!(shown.contains("甲"), "{shown}");
}
