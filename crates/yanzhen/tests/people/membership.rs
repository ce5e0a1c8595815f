//! Joining the party (J5): a course from the application on, steps and terms, front-line tests, what follows in the file, and from
//! there to the reserve.

use crate::county::{Browser, County, EAST, NORTH, Seen, ago, county, event};
use axum::http::StatusCode;
use platform::access::Part;
use platform::values;
use policy::Membership;
use yanzhen::slices::membership::model::{Finding, State, months_after};
use yanzhen::slices::membership::{self, store};
use yanzhen::slices::people::parts::{self, Claim, ClaimState};
use yanzhen::slices::people::{Field, store as people};
use yanzhen::slices::places::store::today;

/// Somebody of the east who is nobody's member, and two more elsewhere.
const LI: usize = 4;

async fn begun(office: &Browser, person: i64, stage: &str, on: &str) -> String {
    let person = person.to_string();
    let fields = [
        ("person", person.as_str()),
        ("item", stage),
        ("on", on),
        ("meeting", "支部委员会"),
        ("document", "例东〔2024〕2号"),
    ];
    let seen = office.post("/membership", &fields).await;
    assert_eq!(seen.status, StatusCode::SEE_OTHER, "{}", seen.text());
    seen.location
}

fn id_of(path: &str) -> i64 {
    path.rsplit('/').next().unwrap().parse().unwrap()
}

/// Everything that a step may ask, on a day.
async fn step(office: &Browser, path: &str, item: &str, on: &str) -> Seen {
    let before = ago(40);
    let fields = [
        ("item", item),
        ("from_on", before.as_str()),
        ("on", on),
        ("meeting", "支部大会"),
        ("document", "例东〔2026〕7号"),
        ("people", "何例甲、何例乙"),
        ("hours", "24"),
    ];
    office.post(&format!("{path}/steps"), &fields).await
}

async fn done(office: &Browser, path: &str, item: &str, on: &str) {
    let seen = step(office, path, item, on).await;
    assert_eq!(seen.status, StatusCode::SEE_OTHER, "{item}: {}", seen.text());
}

async fn decide(office: &Browser, path: &str, act: &str, on: &str, more: &[(&str, &str)]) -> Seen {
    let mut fields = vec![
        ("on", on),
        ("by", "何例甲"),
        ("meeting", "镇党委会第 9 次会议"),
        ("document", "例镇〔2026〕9号"),
    ];
    fields.extend(more);
    office.post(&format!("{path}/{act}"), &fields).await
}

impl County {
    async fn value(&self, k: usize, field: Field) -> String {
        people::find(&self.db, self.ids[k]).await.unwrap().unwrap().get(field).to_owned()
    }

    async fn course(&self, path: &str) -> membership::Course {
        store::find(&self.db, id_of(path)).await.unwrap().unwrap()
    }
}

#[tokio::test]
async fn j5_an_application_starts_a_course_and_what_is_due_next_is_shown() {
    let county = county().await;
    let office = county.browser("hezhen").await;
    // Everything that is wrong is told at once.
    let wang = county.ids[0].to_string();
    let bad = office
        .post("/membership", &[("person", wang.as_str()), ("item", "full"), ("on", "2999-01-01")])
        .await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    bad.has(&["名册上已经是中共党员", "请选现在的阶段", "日期不能晚于今天"]);
    // Under eighteen on the day of the application: born in July of 2000.
    let li = county.ids[LI].to_string();
    let young = [("person", li.as_str()), ("item", "applicant"), ("on", "2018-07-30")];
    office.post("/membership", &young).await.has(&["未满 18 周岁：最早 2018-07-31"]);
    // What was decided before is taken over from its papers alone.
    let bare = [("person", li.as_str()), ("item", "activist"), ("on", "2024-07-30")];
    office.post("/membership", &bare).await.has(&["请写明哪次会议", "请写明文号"]);
    let path = begun(&office, county.ids[LI], "applicant", &ago(20)).await;
    let due = months_after(&ago(20), 1);
    let page = office.get(&path).await;
    page.has(&["李例丁", "入党申请人", "派人谈话", "先办好“派人谈话、推荐、推优”", "“派人谈话”还没有办好"]);
    assert_eq!(county.value(LI, Field::Stage).await, "入党申请人");
    let again = [("person", li.as_str()), ("item", "applicant"), ("on", "2026-01-01")];
    office.post("/membership", &again).await.has(&["已经有一个发展过程"]);
    // It is a task of the offices over it, and the list says it; of nobody else.
    assert_eq!(membership::due(&county.db, &Part::County).await.unwrap(), (1, due));
    office.get("/tasks").await.has(&["办党员发展快到期的事 1 人"]);
    office.get("/membership").await.has(&["李例丁", "网格员", "派人谈话"]);
    let other = county.browser("qiaozhen").await;
    other.get("/membership?show=open").await.has_not(&["李例丁"]);
    other.get("/tasks").await.has_not(&["党员发展快到期"]);
    assert_eq!(other.get(&path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(step(&other, &path, "talk", &today()).await.status, StatusCode::NOT_FOUND);
    // Sources are watched by group, counts stand by township and stage.
    office.get("/membership?show=open&source=veterans").await.has_not(&["李例丁"]);
    let page = county.browser("zuzhi").await.get("/membership?show=open&source=other").await;
    page.has(&["李例丁", "例河镇", "township=990101101&#38;stage=applicant"]);
    // A talk is written down, voided with its reason, and written again.
    step(&office, &path, "branch_names", &today()).await.has(&["要先办好“派人谈话”"]);
    step(&office, &path, "talk", &ago(21)).await.has(&[&format!("还早：最早 {}", ago(20))]);
    done(&office, &path, "talk", &ago(10)).await;
    let file = store::file(&county.db, &county.course(&path).await).await.unwrap();
    let act = file.acts.iter().find(|a| a.item == "talk").unwrap().id.to_string();
    let void = format!("{path}/void");
    office.post(&void, &[("of", act.as_str())]).await.has(&["请写明理由"]);
    let voided = office.post(&void, &[("of", act.as_str()), ("note", "写错了日子")]).await;
    assert_eq!(voided.status, StatusCode::SEE_OTHER);
    office.get(&path).await.has(&["“派人谈话”还没有办好", "已作废：写错了日子"]);
    office.post(&void, &[("of", act.as_str()), ("note", "再来")]).await.has(&["只能作废"]);
    decide(&office, &path, "advance", &today(), &[]).await.has(&["“派人谈话”还没有办好"]);
    for item in ["talk", "recommended", "branch_names"] {
        done(&office, &path, item, &ago(5)).await;
    }
    let seen = decide(&office, &path, "advance", &ago(5), &[]).await;
    assert_eq!(seen.location, path, "{}", seen.text());
    assert_eq!(county.value(LI, Field::Stage).await, "入党积极分子");
    // A year must pass: the first lawful day is told.
    let first = months_after(&ago(5), 12);
    done(&office, &path, "opinions", &today()).await;
    step(&office, &path, "branch_lists", &today()).await.has(&[&format!("还早：最早 {first}")]);
    let early = decide(&office, &path, "advance", &today(), &[]).await;
    assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY);
    early.has(&[&format!("还早：最早 {first}"), "“支部考察”办了 0 次，要 2 次"]);
}

/// Brings somebody from development to the day before approval; gives the path.
async fn developed(county: &County, office: &Browser) -> String {
    let path = begun(office, county.ids[LI], "development", &ago(60)).await;
    for item in ["sponsors", "political_review", "training"] {
        done(office, &path, item, &ago(50)).await;
    }
    done(office, &path, "pre_review", &ago(41)).await;
    done(office, &path, "notice", &ago(20)).await;
    done(office, &path, "branch_admits", &ago(15)).await;
    done(office, &path, "talk_before", &ago(10)).await;
    done(office, &path, "approval", &ago(5)).await;
    path
}

async fn tested(county: &County, office: &Browser, path: &str, finding: &str) {
    let (from, to) = (ago(12), ago(8));
    let bad = office.post(&format!("{path}/tests"), &[("from_on", to.as_str()), ("on", from.as_str())]).await;
    bad.has(&["请选哪一类任务", "请写明做了什么", "请写明在哪里", "止的日期早于起的日期"]);
    let fields = [
        ("item", "disaster"),
        ("task", "抗旱值班"),
        ("place", "例河二号泵站"),
        ("from_on", from.as_str()),
        ("on", to.as_str()),
    ];
    let seen = office.post(&format!("{path}/tests"), &fields).await;
    assert_eq!(seen.status, StatusCode::SEE_OTHER, "{}", seen.text());
    let file = store::file(&county.db, &county.course(path).await).await.unwrap();
    let of = file.trials.iter().find(|t| t.finding == Finding::None).unwrap().id.to_string();
    let find = format!("{path}/findings");
    let early = [("of", of.as_str()), ("on", from.as_str()), ("finding", "passed")];
    office.post(&find, &early).await.has(&["请写明由谁鉴定", "请写明看到了什么", "任务还没有结束"]);
    let day = today();
    let fields = [
        ("of", of.as_str()),
        ("on", day.as_str()),
        ("finding", finding),
        ("by", "何例丙"),
        ("note", "值班表和带班记录"),
    ];
    assert_eq!(office.post(&find, &fields).await.status, StatusCode::SEE_OTHER);
    office.post(&find, &fields).await.has(&["已经鉴定过"]);
}

#[tokio::test]
async fn j5_tested_at_the_front_admitted_and_on_to_the_reserve() {
    let county = county().await;
    let office = county.browser("hezhen").await;
    county.link("nobody", county.ids[LI]).await;
    let path = developed(&county, &office).await;
    // Nobody is admitted untested; a test that failed is none.
    decide(&office, &path, "advance", &ago(5), &[]).await.has(&["一线考验合格 0 次，要 1 次"]);
    tested(&county, &office, &path, "failed").await;
    decide(&office, &path, "advance", &ago(5), &[]).await.has(&["一线考验合格 0 次，要 1 次"]);
    tested(&county, &office, &path, "passed").await;
    office
        .post(&format!("{path}/reserve"), &[("item", "reserve")])
        .await
        .has(&["请选一个这个阶段可以进的库"]);
    assert_eq!(decide(&office, &path, "advance", &ago(5), &[]).await.location, path);
    let course = county.course(&path).await;
    assert_eq!(
        (course.stage.as_str(), course.since.clone()),
        ("probationary", ago(15)),
        "from the branch's meeting"
    );
    // The file follows by its own rules: the day of joining is a claim that somebody must recognise.
    assert_eq!(county.value(LI, Field::Political).await, "02");
    assert_eq!(county.value(LI, Field::PartyOn).await, "");
    let claims = parts::of::<Claim>(&county.db, county.ids[LI]).await.unwrap();
    let claim = claims.iter().find(|c| c.kind == "party_on").unwrap();
    assert_eq!((claim.value.clone(), claim.state()), (ago(15), ClaimState::Proposed));
    assert!(claim.document.contains("镇党委会第 9 次会议"));
    let recognise = format!("/people/{}/claims/{}", county.ids[LI], claim.id);
    office.post(&recognise, &[("verdict", "yes"), ("reason", "见志愿书")]).await;
    assert_eq!(county.value(LI, Field::PartyOn).await, ago(15));
    // The year's figure, against a county's own aim.
    let (year, of_year) = (today()[..4].to_owned(), ago(15)[..4].to_owned());
    let entered = store::entered(&county.db, &Part::County, &of_year).await.unwrap();
    assert_eq!(entered.get("probationary"), Some(&1));
    // A probationary member is proposed for the reserve; the pools decide.
    let (li, other) = (county.ids[LI], county.browser("qiaozhen").await);
    let way = [("item", "reserve"), ("note", "一线考验合格")];
    assert_eq!(other.post(&format!("{path}/reserve"), &way).await.status, StatusCode::NOT_FOUND);
    let inside = office.post(&format!("{path}/reserve"), &way).await;
    inside.has(&["已经在这个库里"]);
    let tx = county.db.write(event("test.leave")).await.unwrap();
    tx.run("update pool_stay set to_on = $2 where person = $1", values![li, ago(1)]).await.unwrap();
    tx.commit().await.unwrap();
    let moving = office.post(&format!("{path}/reserve"), &way).await.location;
    assert!(moving.starts_with("/pools/moves/"), "{moving}");
    office.get(&path).await.has(&["待决定", &moving]);
    assert!(store::moved(&county.db, &Part::County, &year).await.unwrap().is_empty(), "nobody decided");
    let day = today();
    let yes = [("verdict", "carried"), ("by", "何例甲"), ("on", day.as_str()), ("meeting", "镇党委会")];
    assert_eq!(office.post(&format!("{moving}/decide"), &yes).await.location, moving);
    assert_eq!(store::moved(&county.db, &Part::County, &year).await.unwrap().get("reserve"), Some(&1));
    // The person reads all of it; a stranger nothing.
    let own = county.browser("nobody").await;
    own.get("/me").await.has(&["党员发展", "预备党员"]);
    let mine = path.replace("/membership", "/me/membership");
    own.get(&mine).await.has(&["抗旱值班", "值班表和带班记录", "何例丙", "镇党委会第 9 次会议", "正式党员"]);
    assert_eq!(county.browser("wanglijia").await.get(&mine).await.status, StatusCode::NOT_FOUND);
    let copy = own.get("/me/copy").await;
    let files = crate::own::unzipped(&copy.bytes);
    assert!(files.iter().any(|(name, text)| name.ends_with(".json") && text.contains("抗旱值班")));
    let book = office.get("/membership/export.xlsx?show=open").await;
    assert!(book.bytes.starts_with(b"PK"), "a workbook");
    let sql = "select count(*) from audit where action = 'membership.export'";
    assert_eq!(county.db.one(sql, vec![]).await.unwrap().unwrap().int(0).unwrap(), 1);
}

#[tokio::test]
async fn j5_probation_is_made_longer_once_and_ends_by_the_lawful_meeting() {
    let county = county().await;
    let office = county.browser("hezhen").await;
    county.link("nobody", county.ids[LI]).await;
    let path = begun(&office, county.ids[LI], "probationary", &ago(400)).await;
    assert_eq!(county.value(LI, Field::Political).await, "02");
    let own = county.browser("nobody").await;
    let mine = path.replace("/membership", "/me/membership");
    // Over for a month: it is overdue, and a decision is asked.
    office.get("/membership").await.has(&["李例丁", "yz-tag is-stop"]);
    let bad = decide(&office, &path, "longer", &today(), &[("months", "3")]).await;
    bad.has(&["延长 6 至 12 个月", "请写明理由"]);
    let longer = [("months", "6"), ("note", "组织生活缺得多")];
    assert_eq!(decide(&office, &path, "longer", &today(), &longer).await.location, path);
    decide(&office, &path, "longer", &today(), &longer).await.has(&["只能延长一次"]);
    own.get(&mine).await.has(&["延长了 6 个月", "组织生活缺得多", "何例甲 决定"]);
    let first = months_after(&ago(400), 18);
    done(&office, &path, "asks_full", &today()).await;
    step(&office, &path, "branch_converts", &today()).await.has(&[&format!("最早 {first}")]);
    // It ends by the meeting and the document above it, for a reason that the person reads; the file goes back.
    let day = today();
    let bare = office.post(&format!("{path}/end"), &[("item", "stopped"), ("on", day.as_str())]).await;
    bare.has(&["请写明由谁决定", "请写明哪次会议", "请写明上级党委批准的文号", "请写明理由"]);
    let end = [("item", "stopped"), ("note", "延长期满仍不合格")];
    assert_eq!(decide(&office, &path, "end", &today(), &end).await.location, path);
    assert_eq!(county.course(&path).await.state, State::Stopped);
    assert_eq!(county.value(LI, Field::Political).await, "13");
    assert_eq!(county.value(LI, Field::Stage).await, "");
    let claims = parts::of::<Claim>(&county.db, county.ids[LI]).await.unwrap();
    let claim = claims.iter().find(|c| c.kind == "party_on").unwrap();
    assert_eq!((claim.state(), claim.reason.as_str()), (ClaimState::Refused, "延长期满仍不合格"));
    own.get(&mine).await.has(&["已停止", "延长期满仍不合格", "何例甲"]);
    decide(&office, &path, "end", &today(), &end).await.has(&["已经结束"]);
    step(&office, &path, "oath", &today()).await.has(&["已经结束"]);
    office.get("/membership?show=ended").await.has(&["李例丁", "已停止"]);
    // Another application may follow.
    begun(&office, county.ids[LI], "applicant", &today()).await;
}

#[tokio::test]
async fn j5_a_course_goes_with_its_person() {
    let county = county().await;
    let (office, north) = (county.browser("zuzhi").await, county.browser("qiaozhen").await);
    let path = begun(&office, county.ids[LI], "applicant", &ago(3)).await;
    assert_eq!(north.get(&path).await.status, StatusCode::NOT_FOUND);
    let mut tx = county.db.write(event("test.moves")).await.unwrap();
    let person = people::find_in(&tx, county.ids[LI]).await.unwrap().unwrap();
    assert_eq!(person.get(Field::Village), EAST);
    let there = yanzhen::slices::people::Values::from([(Field::Village, NORTH.to_owned())]);
    people::set(&mut tx, &person, &there).await.unwrap();
    tx.commit().await.unwrap();
    north.get(&path).await.has(&["李例丁", "例北村"]);
    assert_eq!(county.browser("hezhen").await.get(&path).await.status, StatusCode::NOT_FOUND);
    let rules = Membership::in_force([], &today());
    assert_eq!(rules.stages_on(&today()).len(), 5);
}
