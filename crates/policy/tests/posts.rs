//! `[posts]` and `[people]`: the national defaults, what holds for a village, every fault at once.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use kernel::{Fault, Lang, Severity};
use policy::people::Keep;
use policy::posts::{Change, Group, KeepFrom, Kinship, Level, Method, Number, Opinion, Track, WayIn, WayOut};
use policy::{Format, Pack, People, Posts, Source, diff, document};
use standards::VillageKind;
use std::fs;
use std::path::{Path, PathBuf};

fn packs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs")
}

fn shipped(name: &str) -> Pack {
    Pack::read(&Source::open(&packs().join(name)).unwrap()).0.unwrap()
}

/// A pack of one file: `head` is its scope and first day.
fn made(scope: &str, from: &str, body: &str) -> Pack {
    let toml = format!(
        "id = \"{scope}\"\nversion = \"1\"\ntitle = \"测试\"\nscope = \"{scope}\"\neffective_from = \"{from}\"\nbasis = \"总条款\"\n{body}"
    );
    let (pack, faults) = Pack::check(&Source::from_toml("t", &toml));
    pack.unwrap_or_else(|| panic!("{faults:#?}"))
}

/// The findings as `row:col severity column «value» reason；mend`, without what the pack's head would add.
fn findings(body: &str) -> Vec<String> {
    let head = "id = \"t\"\nversion = \"1\"\ntitle = \"测试\"\nbasis = \"总条款\"\n";
    let (_, faults) = Pack::check(&Source::from_toml("t", &format!("{head}{body}")));
    let word = |f: &Fault| match f.severity {
        Severity::Fault => "fault",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    faults
        .iter()
        .map(|f| {
            format!("{}:{} {} {} «{}» {}", f.row, f.col, word(f), f.column, f.value, f.explanation(Lang::Zh))
        })
        .collect()
}

#[test]
fn the_shipped_packs_sections_are_free_of_findings() {
    for name in ["national", "jinan", "gaotai", "county", "wucun", "hezhang"] {
        let (pack, faults) = Pack::check(&Source::open(&packs().join(name)).unwrap());
        let bad: Vec<String> = faults
            .iter()
            .filter(|f| {
                f.severity == Severity::Fault || f.column.starts_with("po") || f.column.starts_with("pe")
            })
            .map(|f| format!("{} {}: {}", f.row, f.column, f.explanation(Lang::Zh)))
            .collect();
        assert_eq!(bad, Vec::<String>::new(), "{name}");
        assert!(pack.unwrap().posts().is_some() || name == "hezhang", "{name}");
    }
}

/// Nothing may be missing at the bottom: a village without any pack still has its posts, its days and its numbers.
#[test]
fn the_national_defaults_are_complete() {
    assert_eq!(policy::national().map(|p| p.hash.as_str()), Some(shipped("national").hash.as_str()));
    let day = "2026-07-01";
    let posts = Posts::in_force([], day);
    let ids: Vec<&str> = posts.posts_on(day).iter().map(|p| p.id.as_str()).collect();
    assert_eq!(ids[..4], ["party_secretary", "party_deputy", "party_member", "village_director"]);
    let f = &posts.filing;
    let days = [&f.county_answer_workdays, &f.documents_workdays, &f.announce_workdays, &f.appeal_workdays];
    assert_eq!(days.map(|d| d.value), [5, 10, 5, 5]);
    assert_eq!((f.handover_days.value, f.handover_days.basis.contains("第二十条")), (10, true));
    assert_eq!(f.opinions.value, [Opinion::Agree, Opinion::Disagree, Opinion::CompleteFirst]);
    let number = Number { year: 2026, n: 12, issuer: "示组", code: "990101" };
    assert_eq!(f.number.render(&number), "2026-备-0012");
    assert_eq!(f.reply.render(&number), "示组备〔2026〕12号");
    assert!(f.covers("party_secretary") && !f.covers("reserve"));
    for change in [Change::Appoint, Change::Remove, Change::Resign, Change::Recall, Change::Terminate] {
        assert!(f.documents_for(change, day).first().is_some_and(|d| d.required), "{change:?}");
    }
    assert_eq!(posts.foresee_months.value, 12);
    assert!(posts.age_limit("party_secretary", day).is_some());
    let t = &posts.targets;
    assert_eq!(t.group, Some(Group::TwoCommittees));
    assert!(t.average_age.is_some() && t.education.is_some() && t.women_percent.is_some());
    for post in posts.posts_on(day) {
        assert_eq!(post.removable(), post.track == Track::Party, "{}", post.id);
    }
    let people = People::in_force([], day);
    assert_eq!(people.whereabouts_days.value, 90);
    assert_eq!(people.correction_workdays.value, 5);
    assert_eq!(people.claims_on(day).len(), 6);
    assert!(people.source_groups_on(day).len() >= 8);
    let kept = people.retention_of("family_member", day).unwrap();
    assert_eq!(kept.keep, Keep::Years(1, KeepFrom::Leaving));
    assert!(kept.basis.contains("个人信息保护法"));
}

/// The Organic Law changed on 2026-01-01: a term is judged by the text of its first day.
#[test]
fn a_term_is_judged_by_the_law_of_its_first_day() {
    let posts = Posts::in_force([], "2026-07-01");
    let basis = |day: &str| {
        let check = posts.checks_on(day).into_iter().find(|c| c.id == "committee_women").unwrap();
        (check.basis.clone(), check.level)
    };
    assert_eq!(basis("2021-12-05"), ("《村民委员会组织法》第六条".into(), Level::Must));
    assert_eq!(basis("2025-12-31").0, "《村民委员会组织法》第六条");
    assert_eq!(basis("2026-01-01").0, "《村民委员会组织法》（2025年修正）第六条");
    let kin = |day: &str| {
        posts.checks_on(day).into_iter().find(|c| c.id == "kin_supervision").unwrap().basis.clone()
    };
    assert!(kin("2025-12-31").contains("第三十二条") && kin("2026-01-01").contains("第三十七条"));
    assert!(posts.checks_on("2018-12-28").is_empty());
    // One of each id, in the pack's order, whatever the day.
    for day in ["2021-12-05", "2026-07-01"] {
        let ids: Vec<&str> = posts.checks_on(day).iter().map(|c| c.id.as_str()).collect();
        assert_eq!(ids[..3], ["committee_size", "residents_committee_size", "committee_women"], "{day}");
        assert_eq!(ids.iter().collect::<std::collections::BTreeSet<_>>().len(), ids.len());
    }
    let sizes: Vec<bool> = posts
        .checks_on("2026-07-01")
        .iter()
        .filter(|c| c.id.ends_with("committee_size"))
        .map(|c| c.covers(VillageKind::Residents))
        .collect();
    assert_eq!(sizes, [false, true]);
}

#[test]
fn the_narrowest_pack_in_force_says_each_thing() {
    let county = made(
        "county",
        "2026-01-01",
        "[posts.filing]\ncounty_answer_workdays = 4\ndocuments_workdays = 8\nbasis = \"县四\"\n\
         [[posts.check]]\nid = \"reserves\"\ntitle = \"后备\"\nlevel = \"must\"\nmethod = \"reserves\"\nmin = 3\nbasis = \"县五\"\n\
         [[posts.check]]\nid = \"average_age\"\noff = true\nbasis = \"县六\"\n\
         [[posts.check]]\nid = \"own_check\"\ntitle = \"书记党龄\"\nlevel = \"advise\"\nmethod = \"party_years\"\npost = \"party_secretary\"\nmin = 3\n\
         [people]\nwhereabouts_days = 30\n",
    );
    let town = made(
        "township",
        "2026-03-01",
        "[posts.filing]\ncounty_answer_workdays = { value = 3, basis = \"镇一\" }\n\
         [[posts.check]]\nid = \"reserves\"\ntitle = \"后备\"\nlevel = \"advise\"\nmethod = \"reserves\"\nmin = 1\nbasis = \"镇二\"\n",
    );
    let ended =
        made("village", "2020-01-01", "effective_to = \"2025-12-31\"\n[people]\nwhereabouts_days = 1\n");
    let packs = [&county, &ended, &town];
    let day = "2026-07-01";
    let posts = Posts::in_force(packs, day);
    let f = &posts.filing;
    // The town says one thing, the county another, nobody the third.
    assert_eq!(
        [&f.county_answer_workdays, &f.documents_workdays, &f.announce_workdays].map(|s| (
            s.value,
            s.pack.id.as_str(),
            s.basis.as_str()
        )),
        [(3, "township", "镇一"), (8, "county", "县四"), (5, "national", "任职前公示不少于五个工作日")]
    );
    let reserves = |posts: &Posts, day: &str| {
        let check = posts.checks_on(day).into_iter().find(|c| c.id == "reserves").unwrap();
        (check.method.clone(), check.pack.id.clone())
    };
    assert_eq!(reserves(&posts, day), (Method::Reserves { min: 1 }, "township".into()));
    // A term that began before the town's pack is judged by the county's, before the county's by the national.
    assert_eq!(reserves(&posts, "2026-02-28"), (Method::Reserves { min: 3 }, "county".into()));
    assert_eq!(reserves(&posts, "2025-06-01"), (Method::Reserves { min: 2 }, "national".into()));
    let has = |day: &str, id: &str| posts.checks_on(day).iter().any(|c| c.id == id);
    assert!(
        !has(day, "average_age") && has("2025-06-01", "average_age"),
        "off only while the county's pack holds"
    );
    assert!(has(day, "own_check") && !has("2025-06-01", "own_check"));
    assert_eq!(posts.checks_on(day).last().unwrap().id, "own_check", "what a narrower pack adds comes last");
    // On a day before the town's pack it is not there at all.
    assert_eq!(Posts::in_force(packs, "2026-02-01").filing.county_answer_workdays.value, 4);
    assert_eq!(People::in_force(packs, day).whereabouts_days.value, 30, "a pack that ended says nothing");
    assert_eq!(People::in_force(packs, "2025-07-01").whereabouts_days.value, 1);
    // The order in which packs are given does not matter.
    let turned = Posts::in_force([&town, &county, &ended], day);
    assert_eq!(turned.filing.county_answer_workdays, posts.filing.county_answer_workdays);
    assert_eq!(turned.checks_on(day).len(), posts.checks_on(day).len());
}

#[test]
fn the_practices_say_what_they_do_otherwise() {
    let day = "2026-07-01";
    let gaotai = Posts::in_force([&shipped("gaotai"), &shipped("county")], day);
    assert!(gaotai.filing.covers("village_director") && gaotai.filing.covers("supervision_head"), "G6");
    assert_eq!(gaotai.filing.documents_workdays.pack.id, "gaotai");
    assert_eq!(gaotai.filing.county_answer_workdays.pack.id, "county");
    let secretary = gaotai.post_on("party_secretary", day).unwrap();
    assert_eq!((secretary.pack.id.as_str(), secretary.duties.len()), ("county", 5), "C2 set duty");
    let papers = gaotai.filing.documents_for(Change::Appoint, day);
    for id in ["duty_letter", "duty_list", "appointment_form"] {
        assert!(papers.iter().any(|d| d.id == id), "{id}");
    }
    let jinan = Posts::in_force([&shipped("jinan")], day);
    assert_eq!(jinan.post_on("officer", day).unwrap().ways_in, [WayIn::HiredByExam], "J1");
    assert_eq!(jinan.post_on("women_chair", day).unwrap().vacant(0), 1, "J2");
    let ages: Vec<String> = jinan
        .checks_on(day)
        .into_iter()
        .filter(|c| c.pack.id == "jinan" && c.method.id() == "age")
        .map(|c| jinan.check_text(c, day))
        .collect();
    assert_eq!(ages, ["团支部书记年龄不超过30周岁", "村妇联主席年龄不超过35周岁"], "J2");
    let wucun = Posts::in_force([&shipped("wucun"), &shipped("county")], day);
    assert_eq!(wucun.targets.average_age.as_ref().unwrap().to_string(), "46", "W5");
    assert_eq!(wucun.targets.women_percent.as_ref().unwrap().pack.id, "national");
    assert_eq!(wucun.age_limit("party_secretary", day).unwrap().age, 58);
    let hezhang = People::in_force([&shipped("hezhang")], day);
    assert_eq!(hezhang.whereabouts_days.value, 60, "H1");
}

const POST: &str = "[[posts.post]]\nid = \"village_director\"\ntitle = \"主任\"\ntrack = \"elected\"\n\
    team = \"village_committee\"\norder = 1\nseats_min = 1\nways_in = [\"village_election\"]\nways_out = [\"resigned\"]\n";

/// Two legal tracks: what the party side may do to its own posts, nobody may do to an elected seat.
#[test]
fn removal_from_an_elected_seat_is_refused_with_the_law_named() {
    assert_eq!(findings(POST), Vec::<String>::new());
    let law = "任何组织或者个人不得指定、委派或者撤换村民委员会成员（村民委员会组织法第十一条）";
    for (from, to, place) in [
        (
            "[\"resigned\"]",
            "[\"resigned\", \"removed\"]",
            "13:25 fault posts.post[1].ways_out «removed» 选举产生的职务不能“免职”",
        ),
        (
            "[\"resigned\"]",
            "[\"transferred\"]",
            "13:13 fault posts.post[1].ways_out «transferred» 选举产生的职务不能“调任”",
        ),
        (
            "[\"village_election\"]",
            "[\"appointed_above\"]",
            "12:12 fault posts.post[1].ways_in «appointed_above» 选举产生的职务不能“上级党组织任命”",
        ),
    ] {
        let found = findings(&POST.replace(from, to));
        assert_eq!(found.len(), 1, "{found:#?}");
        assert!(found[0].starts_with(&format!("{place}：{law}；可写：")), "{found:#?}");
    }
    // Nor by calling the seat something else.
    for (from, to, words) in [
        ("\"elected\"", "\"party\"", "村委会主任是选举职务，不能写成党内职务；改为 elected"),
        ("\"elected\"", "\"hired\"", "村委会主任是选举职务，不能写成聘用岗位"),
    ] {
        let found = findings(&POST.replace(from, to));
        assert!(found.iter().any(|f| f.contains(words)), "{found:#?}");
    }
    let own = POST.replace("\"village_director\"", "\"own_seat\"").replace("\"elected\"", "\"party\"");
    assert!(findings(&own).iter().any(|f| f.contains("村民委员会成员是选举职务，不能写成党内职务")));
    let heads = "[[posts.check]]\nid = \"c\"\ntitle = \"一肩挑\"\nlevel = \"must\"\nmethod = \"concurrent_head\"\nwanted = \"encouraged\"\n";
    assert!(findings(heads).iter().any(|f| f.contains("“一肩挑”不能作为必须")));
    assert_eq!(findings(&heads.replace("must", "advise")), Vec::<String>::new());
    let bar = "[[posts.check]]\nid = \"c\"\ntitle = \"学历\"\nlevel = \"must\"\nmethod = \"education\"\npost = \"village_director\"\nat_least = \"30\"\n";
    assert_eq!(
        findings(bar),
        [
            "8:9 warning posts.check[1].level «must» 村委会主任由选举产生，法律没有规定的条件不能作为必须；有法律、法规依据的写明在 basis；没有的改为 advise"
        ]
    );
}

/// Golden: everything wrong at once, each with line, column, value, reason and mend.
#[test]
fn every_fault_of_the_sections_at_once() {
    let body = fs::read_to_string(golden("posts_faults.toml")).unwrap();
    let found = findings(&body).join("\n") + "\n";
    agrees("posts_faults.txt", &found);
}

/// Golden: the national defaults as a secretary reads them.
#[test]
fn the_national_pack_is_shown_in_chinese() {
    agrees("national.md", &document(&shipped("national")).render(Format::Markdown));
}

fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name)
}

/// Compares with a golden file; `YANZHEN_BLESS=1` writes it anew, to be read before it is committed.
fn agrees(name: &str, text: &str) {
    if std::env::var_os("YANZHEN_BLESS").is_some() {
        fs::write(golden(name), text).unwrap();
    }
    let wanted = fs::read_to_string(golden(name)).unwrap_or_default();
    for (i, (a, b)) in wanted.lines().zip(text.lines()).enumerate() {
        assert_eq!(a, b, "{name} line {}", i + 1);
    }
    assert_eq!(wanted.lines().count(), text.lines().count(), "{name}");
}

#[test]
fn changes_are_told_in_words() {
    let body = format!(
        "{POST}[[posts.check]]\nid = \"women\"\ntitle = \"妇女\"\nlevel = \"must\"\nmethod = \"women\"\ngroup = \"village_committee\"\nmin = 1\n\
         [posts.filing]\nhandover_days = 10\n[people]\nwhereabouts_days = 90\n\
         [[people.retention]]\nrecord = \"talk_note\"\ntitle = \"谈话\"\nyears = 3\nafter = \"recording\"\n"
    );
    let changed = body
        .replace("seats_min = 1\n", "seats_min = 1\nseats_max = 2\n")
        .replace("min = 1\n[posts", "min = 2\neffective_to = \"2025-12-31\"\n[[posts.check]]\nid = \"women\"\ntitle = \"妇女\"\nlevel = \"explain\"\nmethod = \"women\"\ngroup = \"two_committees\"\nmin = 1\neffective_from = \"2026-01-01\"\n[posts")
        .replace("handover_days = 10", "handover_days = { value = 7, basis = \"新条款\" }\nappeal_workdays = 5")
        .replace("whereabouts_days = 90\n", "")
        .replace("years = 3", "years = 2");
    let (a, b) = (made("county", "2020-01-01", &body), made("county", "2020-01-01", &changed));
    assert_eq!(
        diff(&a, &b),
        [
            "删去人员信息 去向多久没有更新算过期",
            "岗位 village_director“主任”的人数由“1人”改为“1至2人”",
            "班子要求 women“妇女”的要求由“村民委员会成员中妇女不少于1人”改为“村民委员会成员中妇女不少于2人”",
            "班子要求 women“妇女”写明日期：2020-01-01 至 2025-12-31",
            "新增班子要求 women（第2段）“妇女”：要求：村“两委”成员中妇女不少于1人；程度：应说明理由；日期：2026-01-01 起；依据：总条款",
            "任职备案 工作移交的期限的规定由“10日”改为“7日”",
            "任职备案 工作移交的期限的依据由“总条款”改为“新条款”",
            "新增任职备案 本人申请复核的期限：规定：5个工作日；依据：总条款",
            "保存期限 talk_note“谈话”的保存多久由“登记后保存3年”改为“登记后保存2年”",
        ]
    );
    assert_eq!(diff(&a, &a), Vec::<String>::new());
    let dropped =
        made("county", "2020-01-01", "[[posts.check]]\nid = \"women\"\ntitle = \"妇女\"\noff = true\n");
    let kept = made(
        "county",
        "2020-01-01",
        "[[posts.check]]\nid = \"women\"\ntitle = \"妇女\"\nlevel = \"must\"\nmethod = \"women\"\ngroup = \"village_committee\"\nmin = 1\n",
    );
    assert!(diff(&kept, &dropped).contains(&"班子要求 women“妇女”写明适用：本办法不用这一条".to_owned()));
}

#[test]
fn words_speak_for_themselves() {
    assert_eq!(WayOut::Recalled.change(), Change::Recall);
    assert_eq!(WayOut::Death.change(), Change::Leave);
    assert!(Group::TwoCommittees.holds(policy::posts::Team::PartyBranch));
    assert!(Kinship::Sibling.among(&[Kinship::Collateral]));
    let national = Posts::in_force([], "2026-07-01");
    assert_eq!(national.title("party_secretary", "2026-07-01"), "村党组织书记");
    assert_eq!(national.title("group_leader", "2026-07-01"), "村民小组长");
    assert_eq!(national.title("own_post", "2026-07-01"), "own_post");
}
