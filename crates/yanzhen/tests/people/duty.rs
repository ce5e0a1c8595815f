//! The year's work over HTTP: records, inspections, year-end reports, facts for appraisals; what becomes of them when files
//! merge or go.

use crate::county::{Browser, County, EAST, NORTH, Seen, county, event};
use axum::http::StatusCode;
use platform::access::Part;
use platform::values;
use policy::posts::About;
use yanzhen::slices::duty::store::{records, reports};
use yanzhen::slices::duty::{facts_of, problems};
use yanzhen::slices::people::{State, store};
use yanzhen::slices::places::store::today;

#[track_caller]
fn went(seen: &Seen) -> String {
    assert_eq!(seen.status, StatusCode::SEE_OTHER, "{}", seen.text());
    seen.location.clone()
}

fn id_of(location: &str) -> i64 {
    let path = location.split('?').next().unwrap();
    path.rsplit('/').next().unwrap().parse().unwrap()
}

async fn record(who: &Browser, about: (&str, &str), kind: &str, text: &str) -> i64 {
    let day = today();
    let form = [about, ("kind", kind), ("day", &day), ("text", text)];
    id_of(&went(&who.post("/records", &form).await))
}

#[tokio::test]
async fn g8_records_are_facts_voided_with_a_reason_and_explained_by_their_person() {
    let county = county().await;
    let (town, other) = (county.browser("hezhen").await, county.browser("qiaozhen").await);
    let person = county.ids[0].to_string();
    town.get(&format!("/records/new?village={EAST}")).await.has(&["王例甲", "这个村", "例东村"]);
    // Everything that is wrong at once, what was typed stays.
    let wrong =
        town.post("/records", &[("person", &person), ("day", "2999-01-01"), ("kind", "gossip")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    wrong.has(&["请选择记的是哪一种", "日期不能晚于今天", "请写清做了什么", "2999-01-01"]);
    let form =
        [("person", person.as_str()), ("kind", "task_late"), ("day", "2026-03-08"), ("text", "清淤晚了8天")];
    let png = crate::own::PNG;
    let late = id_of(&went(&town.upload("/records", &form, ("凭据.png", png)).await));
    record(&town, ("village", EAST), "village_project", "水渠完工").await;
    town.get("/records?year=all").await.has(&["清淤晚了8天", "水渠完工", "▲ 不好的", "✓ 好的"]);
    town.get("/records?year=all&q=清淤").await.has_not(&["水渠完工"]);
    town.get("/records?year=all&kind=village_project").await.has_not(&["清淤"]);
    town.get(&format!("/records/{late}")).await.has(&["清淤晚了8天", "凭据.png", "本人还没有说明"]);
    // Out of the part: not there.
    for path in
        [format!("/records/{late}"), format!("/people/{person}/duty"), format!("/villages/{EAST}/duty")]
    {
        assert_eq!(other.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    other.get("/records?year=all").await.has_not(&["清淤", "水渠"]);
    let foreign = [("person", person.as_str()), ("kind", "service"), ("day", "2026-03-08"), ("text", "例")];
    assert_eq!(other.post("/records", &foreign).await.status, StatusCode::NOT_FOUND);
    // The person reads it and says something to it; nobody else's.
    let own = county.browser("wanglijia").await;
    own.get("/me/records?year=2026").await.has(&["清淤晚了8天", "写说明"]);
    let empty = own.post(&format!("/me/records/{late}/explain"), &[("text", " ")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    went(&own.post(&format!("/me/records/{late}/explain"), &[("text", "那几天在防汛")]).await);
    town.get(&format!("/records/{late}")).await.has(&["那几天在防汛"]);
    let stranger = county.browser("nobody").await;
    let seen = stranger.post(&format!("/me/records/{late}/explain"), &[("text", "例")]).await;
    assert_eq!(seen.status, StatusCode::NOT_FOUND);
    // A correction voids the old one; both stay.
    let again = [
        ("replaces", late.to_string()),
        ("kind", "task_late".into()),
        ("day", "2026-03-08".into()),
        ("text", "清淤晚了2天".into()),
    ];
    let again: Vec<(&str, &str)> = again.iter().map(|(n, v)| (*n, v.as_str())).collect();
    town.post("/records", &again).await.has(&["请写明为什么作废"]);
    let made =
        id_of(&went(&town.post("/records", &[&again[..], &[("reason", "天数记错了")]].concat()).await));
    town.get(&format!("/records/{late}")).await.has(&["已作废", "天数记错了", &format!("/records/{made}")]);
    town.get("/records?year=all").await.has_not(&["清淤晚了8天"]);
    town.get("/records?year=all&voided=1").await.has(&["清淤晚了8天", "清淤晚了2天"]);
    let twice = town.post(&format!("/records/{late}/void"), &[("reason", "再作废")]).await;
    assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY);
    own.get("/me/records?year=2026").await.has(&["天数记错了", "清淤晚了2天"]);
    // History and who looked tell the person.
    own.get("/me/file?part=history").await.has(&["履职记录", "作废：天数记错了"]);
    own.get("/me/file?part=looked").await.has(&["查看履职记录"]);
    let village = town.get(&format!("/villages/{EAST}")).await;
    village.has(&["平时记录", "水渠完工"]);
    assert_eq!(county.notes("record.add").await.len(), 3);
}

#[tokio::test]
async fn h2_h9_inspections_are_signed_locked_and_corrected_by_another() {
    let county = county().await;
    let (town, office) = (county.browser("hezhen").await, county.browser("zuzhi").await);
    let (person, day) = (county.ids[0].to_string(), today());
    let begin = async |form: &[(&str, &str)]| id_of(&went(&town.post("/inspections", form).await));
    let id = begin(&[("person", &person), ("method", "home_visit"), ("day", &day)]).await;
    let path = format!("/inspections/{id}");
    town.get(&path).await.has(&["德", "能", "勤", "绩", "廉", "入户家访", "草稿"]);
    let bare = town.post(&path, &[("day", &day), ("method", "home_visit"), ("act", "sign")]).await;
    assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
    bare.has(&["请写明谁参加", "请写明在哪里", "请写综合情况", "至少写一个维度的情况"]);
    let full = |qin: &'static str, problems: &'static str, rev: &'static str| {
        [
            ("day", today()),
            ("method", "home_visit".to_owned()),
            ("place", "例东村三组".to_owned()),
            ("attended", "例甲、例乙".to_owned()),
            ("asked", "12".to_owned()),
            ("t-qin", qin.to_owned()),
            ("l-qin", "较好".to_owned()),
            ("p-qin", problems.to_owned()),
            ("summary", "作风扎实".to_owned()),
            ("act", "sign".to_owned()),
            ("rev", rev.to_owned()),
        ]
    };
    let post = async |path: &str, form: &[(&str, String)]| {
        let form: Vec<(&str, &str)> = form.iter().map(|(n, v)| (*n, v.as_str())).collect();
        town.post(path, &form).await
    };
    // Read before somebody else saved: refused.
    post(&path, &full("常在组里", "例会少\n公开慢", "0")).await.has(&["刚被别人改过或签过字"]);
    went(&post(&path, &full("常在组里", "例会少\n公开慢", "1")).await);
    town.get(&path).await.has(&["已签字", "常在组里", "例会少", "较好"]);
    post(&path, &full("改口", "", "2")).await.has(&["刚被别人改过或签过字"]);
    assert_eq!(town.post(&format!("{path}/drop"), &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let town_part = Part::Township("990101101".into());
    let first = problems(&county.db, &town_part, "").await.unwrap();
    let told: Vec<&str> = first.iter().map(|p| p.text.as_str()).collect();
    assert_eq!(told, ["例会少", "公开慢"]);
    // A correction keeps the problem it says in the same words, and the matrix shows the later one alone.
    let correct = format!("{path}/correct");
    assert_eq!(town.post(&correct, &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let next = went(&town.post(&correct, &[("reason", "问的人数记错")]).await);
    town.post(&correct, &[("reason", "再来一次")]).await.has(&["已经有一份更正在写"]);
    went(&post(&next, &full("常到户里", "例会少\n台账乱", "1")).await);
    town.get(&path).await.has(&["已被更正", &next]);
    let later = problems(&county.db, &Part::County, "").await.unwrap();
    let told: Vec<&str> = later.iter().map(|p| p.text.as_str()).collect();
    assert_eq!(told, ["例会少", "台账乱"]);
    assert_eq!(later[0].id, first[0].id, "known by the same id");
    assert!(later[1].id != first[1].id);
    let matrix = office.get(&format!("/people/{person}/duty")).await;
    matrix.has(&["入户家访", "常到户里", "定职", "评职"]);
    assert!(!matrix.text().split("id=\"records\"").next().unwrap().contains("常在组里"));
    // A village: all four diagnoses or no signature.
    let id = begin(&[("village", EAST), ("day", &day)]).await;
    let path = format!("/inspections/{id}");
    let mut form = vec![("day", day.clone()), ("place", "例东村".into()), ("attended", "例甲".into())];
    form.extend([("summary", "发展有起色".into()), ("act", "sign".into()), ("rev", "1".into())]);
    for aspect in ["look", "listen", "ask"] {
        form.push((Box::leak(format!("t-{aspect}").into_boxed_str()), format!("{aspect}的情况")));
        form.push((Box::leak(format!("l-{aspect}").into_boxed_str()), "好".into()));
    }
    post(&path, &form).await.has(&["四诊要写齐，还缺：切·把脉象"]);
    form.extend([
        ("t-feel", "班子强".to_owned()),
        ("l-feel", "较好".to_owned()),
        ("p-feel", "人手少".to_owned()),
    ]);
    went(&post(&path, &form).await);
    town.get(&format!("/villages/{EAST}/duty")).await.has(&["望·看发展", "班子强", "人手少", &day[..4]]);
    assert_eq!(problems(&county.db, &Part::Township("990101102".into()), "").await.unwrap().len(), 0);
}

async fn duty(county: &County, text: &str) {
    let sql = "select id from holding where person = $1";
    let hold = county.db.one(sql, values![county.ids[0]]).await.unwrap().unwrap().int(0).unwrap();
    let town = county.browser("hezhen").await;
    went(&town.post(&format!("/villages/{EAST}/holdings/{hold}/duty"), &[("text", text)]).await);
}

#[tokio::test]
async fn c2_the_cycle_goes_from_set_to_rated() {
    let county = county().await;
    let (town, office) = (county.browser("hezhen").await, county.browser("zuzhi").await);
    let (own, other) = (county.browser("wanglijia").await, county.browser("qiaozhen").await);
    duty(&county, "抓党建\n管三资").await;
    let person = county.ids[0].to_string();
    record(&town, ("person", &person), "service", "走访12户").await;
    let (year, due) = (today()[..4].to_owned(), format!("{}-12-31", &today()[..4]));
    let wrong = office.post("/reports", &[("year", "1999"), ("post", "king"), ("due_on", "昨天")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    wrong.has(&["年度只能是今年或去年", "请选择哪个岗位的人述职", "期限要是今天或以后"]);
    let form = [("year", year.as_str()), ("post", "party_secretary"), ("due_on", due.as_str())];
    // The other township has no secretary, and none of this one's.
    other.post("/reports", &form).await.has(&["没有要布置的人"]);
    let elsewhere = [&form[..], &[("township", "990101101")]].concat();
    assert_eq!(other.post("/reports", &elsewhere).await.status, StatusCode::NOT_FOUND);
    assert!(went(&office.post("/reports", &form).await).contains("opened=1"));
    office.post("/reports", &form).await.has(&["没有要布置的人"]);
    let all = reports::of_person(&county.db, county.ids[0]).await.unwrap();
    let id = all[0].id;
    let path = format!("/reports/{id}");
    own.get("/me").await.has(&["年述职报告"]);
    let asked = own.get("/me/report").await;
    asked.has(&["抓党建", "管三资", "存在的问题", "走访12户", "写一项存一项"]);
    let answers = |plan: &'static str| {
        [
            ("p0", "duties"),
            ("t0", "抓党建"),
            ("a0", "发展党员2名"),
            ("p1", "duties"),
            ("t1", "管三资"),
            ("a1", "清理合同31份"),
            ("p2", "problems"),
            ("t2", "存在的问题"),
            ("a2", "学习不够"),
            ("p3", "integrity"),
            ("t3", "廉洁履职情况"),
            ("a3", "没有违纪"),
            ("p4", "plan"),
            ("t4", "明年打算"),
            ("a4", plan),
        ]
    };
    went(&own.post(&format!("/me/report/{id}/save"), &answers("")[..6]).await);
    // A draft is its person's own.
    own.get("/me/report").await.has(&["清理合同31份", "已存"]);
    town.get(&path).await.has_not(&["清理合同31份"]);
    assert_eq!(other.get(&path).await.status, StatusCode::NOT_FOUND);
    let nobody = county.browser("nobody").await;
    let seen = nobody.post(&format!("/me/report/{id}/save"), &answers("")).await;
    assert_eq!(seen.status, StatusCode::NOT_FOUND);
    let early = town.post(&format!("{path}/examine"), &[("verdict", "accept"), ("comment", "好")]).await;
    assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY);
    let lacking = own.post(&format!("/me/report/{id}/submit"), &answers(" ")).await;
    assert_eq!(lacking.status, StatusCode::UNPROCESSABLE_ENTITY);
    lacking.has(&["明年打算：这一项还没有写", "发展党员2名"]);
    went(&own.post(&format!("/me/report/{id}/submit"), &answers("修机耕路")).await);
    town.get("/tasks").await.has(&["审核述职 1 份"]);
    // Sent back with a reason, handed in again, accepted.
    let back = format!("{path}/examine");
    town.post(&back, &[("verdict", "return")]).await.has(&["退回要写明理由"]);
    went(&town.post(&back, &[("verdict", "return"), ("comment", "问题写得太空")]).await);
    own.get("/me/report").await.has(&["退回修改", "问题写得太空", "修机耕路"]);
    went(&own.post(&format!("/me/report/{id}/submit"), &answers("修机耕路")).await);
    went(&town.post(&back, &[("verdict", "accept"), ("comment", "属实")]).await);
    town.get(&path).await.has(&["清理合同31份", "属实"]);
    office.get("/tasks").await.has(&["评定述职 1 份"]);
    let rate = format!("{path}/rate");
    let day = today();
    let rated = |word: &'static str| {
        [("rating", word), ("meeting", "述职评议会"), ("present", "7人"), ("minutes", "逐人评议")]
    };
    office.post(&rate, &[]).await.has(&["请选择评定等次", "请写明是哪次会议"]);
    let poor = [&rated("poor")[..], &[("day", day.as_str())]].concat();
    office.post(&rate, &poor).await.has(&["评这个等次要写明理由"]);
    went(&office.post(&rate, &[&rated("fair")[..], &[("day", day.as_str())]].concat()).await);
    own.get("/me/report").await.has(&["评职结果", "较好", "逐人评议", "属实"]);
    let anew = [&rated("good")[..], &[("day", day.as_str())]].concat();
    office.post(&rate, &anew).await.has(&["改评要写明理由"]);
    office.get("/reports").await.has(&["王例甲", "较好", "已评定"]);
    // Signed for, the whole cycle is done.
    let accept = own.get("/me").await.text();
    let duty = accept.split("/me/duties/").nth(1).unwrap().split('/').next().unwrap().to_owned();
    went(&own.post(&format!("/me/duties/{duty}/accept"), &[]).await);
    let file = office.get(&format!("/people/{person}")).await.text();
    let steps = file.split("id=\"duty\"").nth(1).unwrap().split("</ol>").next().unwrap();
    assert_eq!(steps.matches("is-done").count(), 5, "{steps}");
    let late = office.post(&format!("{path}/withdraw"), &[]).await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn records_count_towards_the_facts_of_the_pack() {
    let county = county().await;
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/gaotai");
    let Ok(source) = policy::Source::open_rules(&folder) else { panic!("gaotai opens") };
    let pack = policy::Pack::read(&source).0.unwrap();
    let tx = county.db.write(event("test.pack")).await.unwrap();
    yanzhen::slices::places::facts::adopt(&tx, &folder, &pack, "2026-01-01", "何例乙").await.unwrap();
    tx.commit().await.unwrap();
    let town = county.browser("hezhen").await;
    let (a, b) = (county.ids[0].to_string(), county.ids[3].to_string());
    for text in ["缺岗一次", "又缺岗一次"] {
        record(&town, ("person", &a), "absence", text).await;
    }
    let gone = record(&town, ("person", &a), "absence", "记错了").await;
    went(&town.post(&format!("/records/{gone}/void"), &[("reason", "记错了人")]).await);
    record(&town, ("person", &a), "service", "走访").await;
    let year = &today()[..4];
    let rows = facts_of(&county.db, year, About::Person, &[a.clone(), b.clone()]).await.unwrap();
    let of = |code: &str, fact: &str| rows.iter().find(|r| r.code == code && r.fact == fact).unwrap();
    assert_eq!((of(&a, "duty_absences").value, of(&b, "duty_absences").value), (2, 0));
    assert_eq!(of(&a, "duty_absences").source, "平时记录：值班无故缺岗 2 条");
    assert_eq!(of(&a, "honours").value, 0);
    assert!(!rows.iter().any(|r| r.fact.is_empty()));
    let before = facts_of(&county.db, "2025", About::Person, &[a]).await.unwrap();
    assert!(before.iter().all(|r| r.value == 0));
    let villages = facts_of(&county.db, year, About::Village, &[EAST.into(), NORTH.into()]).await.unwrap();
    assert!(villages.is_empty(), "no kind of villages counts");
}

#[tokio::test]
async fn records_go_with_their_file() {
    let county = county().await;
    let (town, office) = (county.browser("hezhen").await, county.browser("zuzhi").await);
    let (kept, gone) = (county.ids[0], county.ids[4]);
    let id = record(&town, ("person", &gone.to_string()), "service", "走访三组").await;
    // Two files made one: the records are read in the one kept, and go back when it is undone.
    let merge = format!("/people/duplicates/{kept}/{gone}/merge");
    let seen = office.post(&merge, &[("ground", "核对过身份证原件")]).await;
    went(&seen);
    office.get(&format!("/people/{kept}/duty")).await.has(&["走访三组"]);
    let merged = county.number("select max(id) from person_merge").await.to_string();
    went(&office.post(&format!("/people/{kept}/unmerge"), &[("merge", &merged)]).await);
    assert_eq!(records::find(&county.db, id).await.unwrap().unwrap().person, Some(gone));
    // Ten years after leaving the records are due, by the national default: with them goes the evidence.
    let form = [("replaces", id.to_string()), ("kind", "service".into()), ("day", "2026-01-05".into())];
    let mut form: Vec<(&str, &str)> = form.iter().map(|(n, v)| (*n, v.as_str())).collect();
    form.extend([("text", "走访四组"), ("reason", "组别记错")]);
    went(&town.upload("/records", &form, ("例单据.png", crate::own::PNG)).await);
    let mut tx = county.db.write(event("test.left")).await.unwrap();
    let file = store::find_in(&tx, gone).await.unwrap().unwrap();
    store::put_state(&mut tx, &file, State::Left, &crate::county::ago(11 * 366)).await.unwrap();
    tx.run("update holding set to_on = '2010-01-01' where person = $1", values![gone]).await.unwrap();
    let hold = "insert into holding (id, village, township, post, track, person, from_on, to_on, way_in) values \
                (7, $1, '990101101', 'party_member', 'party', $2, '2001-01-01', '2010-01-01', 'election_by_members')";
    tx.run(hold, values![EAST, gone]).await.unwrap();
    tx.commit().await.unwrap();
    office.get("/people/retention").await.has(&["平时记录、考察和述职", "离任或出库后保存10年"]);
    let rev = store::find(&county.db, gone).await.unwrap().unwrap().rev.to_string();
    let form = [
        ("record", "duty_record"),
        ("ground", "保存期满，经部务会同意"),
        ("confirm", "李例丁"),
        ("rev", rev.as_str()),
    ];
    went(&office.post(&format!("/people/retention/{gone}/erase"), &form).await);
    assert_eq!(county.number("select count(*) from duty_record where person is not null").await, 0);
    let evidence = "select count(*) from attachment where kind = 'duty-record' and ended_at is null";
    assert_eq!(county.number(evidence).await, 0);
    let history = office.get(&format!("/people/{gone}?part=history")).await;
    history.has_not(&["走访四组", "走访三组"]);
}
