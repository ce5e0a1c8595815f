//! Files of one person: found, compared, merged, and made two again.

use crate::county::{Browser, County, EAST, NORTH, Seen, WEST, county, event};
use axum::http::StatusCode;
use platform::db::{Kind, Tree};
use platform::values;
use policy::posts::Track;
use std::collections::BTreeMap;
use yanzhen::slices::people::parts::{
    self, Claim, CvLine, Education, FamilyMember, Merit, PoolStay, Whereabouts,
};
use yanzhen::slices::people::{Field, State, Values, claims, store};
use yanzhen::slices::posts::store as holdings;

async fn file(county: &County, values: &[(Field, &str)]) -> i64 {
    let values: Values = values.iter().map(|(f, v)| (*f, (*v).to_owned())).collect();
    let mut tx = county.db.write(event("test.file")).await.unwrap();
    let new = vec![store::New { values, synthetic: true }];
    let id = store::add(&mut tx, new).await.unwrap()[0];
    tx.commit().await.unwrap();
    id
}

async fn hold(county: &County, person: i64, post: &str, from: &str, to: &str) {
    let hold = holdings::New {
        village: EAST.into(),
        post: post.into(),
        track: Track::Party,
        title: String::new(),
        person,
        term: None,
        from_on: from.into(),
        to_on: to.into(),
        way_in: "election_by_members".into(),
        way_out: String::new(),
        ground_in: "例会".into(),
        ground_out: String::new(),
        filing: None,
        batch: None,
    };
    let mut tx = county.db.write(event("test.hold")).await.unwrap();
    holdings::begin(&mut tx, &[hold]).await.unwrap();
    let rules = policy::posts::Posts::in_force([], "2026-11-22");
    yanzhen::slices::posts::repost(&tx, &rules, &[person]).await.unwrap();
    tx.commit().await.unwrap();
}

/// Everything that hangs on two files: table, key, column to value. Revisions and moments of change go on, derived
/// texts are compared, sealed values opened.
async fn whole(county: &County, files: [i64; 2]) -> BTreeMap<String, String> {
    let hanging = [
        "person",
        "claim",
        "education",
        "cv_line",
        "family",
        "merit",
        "person_text",
        "whereabouts",
        "person_account",
        "correction",
        "pool_stay",
        "inquiry",
        "holding",
        "filing_act",
        "attachment",
        "duty_record",
        "inspection",
        "duty_report",
    ];
    let mut out = BTreeMap::new();
    for table in county.db.tables(Tree::County).await.unwrap() {
        if !hanging.contains(&table.name.as_str()) {
            continue;
        }
        let condition = match table.name.as_str() {
            "person" => format!("id in ({}, {})", files[0], files[1]),
            "attachment" => format!("record in ('{}', '{}')", files[0], files[1]),
            _ => format!("person in ({}, {})", files[0], files[1]),
        };
        let sql = format!("select {} from {} where {condition}", table.quoted(), table.name);
        for row in county.db.rows(&sql, vec![]).await.unwrap() {
            let cell = |n: usize| match table.columns[n].kind {
                Kind::Int => format!("{:?}", row.get::<Option<i64>>(n).unwrap()),
                Kind::Text => format!("{:?}", row.get::<Option<String>>(n).unwrap()),
                Kind::Bytes => format!("{}", row.get::<Option<Vec<u8>>>(n).unwrap().is_some()),
            };
            let key: Vec<String> =
                (0..table.columns.len()).filter(|n| table.columns[*n].key > 0).map(cell).collect();
            for (n, column) in table.columns.iter().enumerate() {
                if !(table.name == "person" && matches!(column.name.as_str(), "rev" | "changed_at")) {
                    out.insert(format!("{} {} {}", table.name, key.join(" "), column.name), cell(n));
                }
            }
        }
    }
    let tx = county.db.write(event("test.read")).await.unwrap();
    for id in files {
        let person = store::find_in(&tx, id).await.unwrap().unwrap();
        for field in Field::ALL.into_iter().filter(|f| f.is_sealed()) {
            out.insert(format!("{id} {}", field.id()), store::read_in(&tx, &person, field).await.unwrap());
        }
    }
    tx.rollback().await.unwrap();
    out
}

#[track_caller]
fn went(seen: &Seen) {
    assert_eq!(seen.status, StatusCode::SEE_OTHER, "{}", seen.text());
}

async fn merge(office: &Browser, kept: i64, gone: i64, chosen: &[(&str, &str)]) {
    let form = [&[("ground", "核对过身份证原件")], chosen].concat();
    went(&office.post(&format!("/people/duplicates/{kept}/{gone}/merge"), &form).await);
}

async fn merge_id(county: &County) -> String {
    county.number("select max(id) from person_merge where undone_at is null").await.to_string()
}

#[tokio::test]
async fn pairs_are_proposed_with_reasons_in_the_callers_part() {
    let county = county().await;
    let number =
        standards::IdentityNumber::synthetic("990000", (1985, 6, 3), 77, standards::Sex::Male).unwrap();
    let number = number.reveal().to_owned();
    let base =
        [(Field::Name, "冯例重"), (Field::Birth, "1985-06"), (Field::Sex, "1"), (Field::Village, EAST)];
    let a = file(&county, &[&base[..], &[(Field::Identity, number.as_str())]].concat()).await;
    let b = file(&county, &base).await;
    let c =
        file(&county, &[(Field::Name, "褚例远"), (Field::Identity, &number), (Field::Village, NORTH)]).await;
    let (office, town, other) =
        (county.browser("zuzhi").await, county.browser("hezhen").await, county.browser("qiaozhen").await);
    let seen = office.get("/people/duplicates").await;
    seen.has(&["确定", "身份证号相同", "很可能", "姓名相同", "出生年月相同", "同村", "冯例重", "褚例远"]);
    // The surest comes first.
    assert!(seen.text().find("褚例远") < seen.text().find("出生年月相同"));
    town.get("/people/duplicates").await.has_not(&["褚例远"]);
    town.get("/people/duplicates").await.has(&["冯例重"]);
    other.get("/people/duplicates").await.has_not(&["冯例重"]);
    for path in [format!("/people/duplicates/{a}/{c}"), format!("/people/duplicates/{a}/{c}/confirm")] {
        assert_eq!(town.get(&path).await.status, StatusCode::NOT_FOUND);
    }
    // What is not the same is remembered, and can be taken back.
    let pair = format!("/people/duplicates/{a}/{b}");
    went(&town.post(&pair, &[("not", "1")]).await);
    town.get("/people/duplicates").await.has_not(&["冯例重"]);
    town.get(&pair).await.has(&["有人标过"]);
    went(&town.post(&pair, &[("not", "0")]).await);
    town.get("/people/duplicates").await.has(&["冯例重"]);
    let rater = county.browser("pingfen").await;
    assert_eq!(rater.get("/people/duplicates").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_merged_file_leads_to_the_one_kept_and_comes_back_by_undoing() {
    let county = county().await;
    let office = county.browser("zuzhi").await;
    let a = file(
        &county,
        &[
            (Field::Name, "卫例合"),
            (Field::Birth, "1985-06"),
            (Field::Village, EAST),
            (Field::Phone, "19900001111"),
        ],
    )
    .await;
    let b = file(
        &county,
        &[
            (Field::Name, "卫例合"),
            (Field::Birth, "1986-01"),
            (Field::Village, EAST),
            (Field::Strengths, "种茶"),
            (Field::Phone, "19900002222"),
        ],
    )
    .await;
    // The birth of the one that goes was recognised: it wins without a choice.
    let mut tx = county.db.write(event("test.claim")).await.unwrap();
    let claim = Claim {
        state: "recognised".into(),
        ..claims::proposal((1, "何例乙"), "birth", "1986-01", "例材料", "", "")
    };
    parts::put(&mut tx, &[(b, claim)]).await.unwrap();
    tx.commit().await.unwrap();
    hold(&county, b, "party_deputy", "2021-01-01", "9999-12-31").await;
    let before = whole(&county, [a, b]).await;
    let page = office.get(&format!("/people/duplicates/{a}/{b}")).await;
    page.has(&["1985年6月", "1986年1月", "已认定", "只有这一个认定过", "种茶", "左右对换", "下一步：确认"]);
    page.has_not(&["19900001111", "19900002222"]);
    let sure = office.get(&format!("/people/duplicates/{a}/{b}/confirm?phone=kept&strengths=gone")).await;
    sure.has(&["请确认", "确认合并", "name=\"phone\" value=\"kept\""]);
    let form = [("phone", "kept"), ("ground", "")];
    let refused = office.post(&format!("/people/duplicates/{a}/{b}/merge"), &form).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.has(&["请写明怎么知道是同一个人"]);
    assert_eq!(whole(&county, [a, b]).await, before, "asking writes nothing");
    merge(&office, a, b, &[("phone", "kept"), ("birth", "kept")]).await;
    let kept = store::find(&county.db, a).await.unwrap().unwrap();
    assert_eq!(
        (kept.get(Field::Birth), kept.get(Field::Strengths), kept.posts.as_str()),
        ("1986-01", "种茶", "|party_deputy|")
    );
    let gone = store::find(&county.db, b).await.unwrap().unwrap();
    assert_eq!((gone.state, gone.merged_into, gone.posts.as_str()), (State::Merged, Some(a), ""));
    // The address leads on; lists, search and exports leave it out; the history of both is read from the one kept.
    let old = office.get(&format!("/people/{b}")).await;
    assert_eq!((old.status, old.location), (StatusCode::SEE_OTHER, format!("/people/{a}")));
    let seen = office.get(&format!("/people/{a}")).await;
    seen.has(&["并入过", "撤销合并", "核对过身份证原件", "1985年6月", "待认定"]);
    office.get(&format!("/people/{a}?part=history")).await.has(&["合并档案", "种茶", "已并入他档"]);
    assert_eq!(office.get("/people?q=卫例合").await.text().matches("卫例合</a>").count(), 1);
    office.get("/people/merges").await.has(&["卫例合", "撤销合并"]);
    // What is merged is not changed.
    let edit = [("rev", "9"), ("name", "卫例合"), ("village", EAST)];
    office.post(&format!("/people/{b}/edit"), &edit).await.has(&["已并入他档"]);
    let merged = merge_id(&county).await;
    went(&office.post(&format!("/people/{a}/unmerge"), &[("merge", &merged)]).await);
    assert_eq!(whole(&county, [a, b]).await, before);
    office.post(&format!("/people/{a}/unmerge"), &[("merge", &merged)]).await.has(&["已经撤销过"]);
    office.get("/people/merges").await.has(&["已撤销"]);
    assert_eq!(
        (county.notes("people.merge").await.len(), county.notes("people.unmerge").await.len()),
        (1, 1)
    );
}

#[tokio::test]
async fn one_post_on_the_same_days_stops_a_merge() {
    let county = county().await;
    let office = county.browser("zuzhi").await;
    let of = [(Field::Name, "蒋例叠"), (Field::Birth, "1985-06"), (Field::Village, EAST)];
    let (a, b) = (file(&county, &of).await, file(&county, &of).await);
    hold(&county, a, "party_deputy", "2021-01-01", "2024-12-31").await;
    hold(&county, b, "party_deputy", "2024-06-01", "9999-12-31").await;
    let page = office.get(&format!("/people/duplicates/{a}/{b}")).await;
    page.has(&["不能合并", "同一天任同一个职务", "2024年12月31日", "2024年6月1日"]);
    page.has_not(&["下一步：确认"]);
    let before = whole(&county, [a, b]).await;
    let refused = office.post(&format!("/people/duplicates/{a}/{b}/merge"), &[("ground", "是一个人")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(whole(&county, [a, b]).await, before);
}

#[tokio::test]
async fn undoing_says_what_changed_since() {
    let county = county().await;
    let office = county.browser("zuzhi").await;
    let a =
        file(&county, &[(Field::Name, "沈例改"), (Field::Village, EAST), (Field::Strengths, "养蜂")]).await;
    let b =
        file(&county, &[(Field::Name, "沈例改"), (Field::Village, EAST), (Field::Technical, "农艺师")]).await;
    let mut tx = county.db.write(event("test.cv")).await.unwrap();
    let line = CvLine { from_on: "2001-07".into(), text: "例村务农".into(), ..CvLine::default() };
    parts::put(&mut tx, &[(b, line)]).await.unwrap();
    tx.commit().await.unwrap();
    merge(&office, a, b, &[]).await;
    let merged = merge_id(&county).await;
    let change = async |values: Values| {
        let mut tx = county.db.write(event("test.change")).await.unwrap();
        let person = store::find_in(&tx, a).await.unwrap().unwrap();
        store::set(&mut tx, &person, &values).await.unwrap();
        tx.commit().await.unwrap();
    };
    let undo = async || office.post(&format!("/people/{a}/unmerge"), &[("merge", &merged)]).await;
    change(Values::from([(Field::Technical, "高级农艺师".into())])).await;
    let mut tx = county.db.write(event("test.lists")).await.unwrap();
    let person = store::find_in(&tx, a).await.unwrap().unwrap();
    parts::replace::<CvLine>(&mut tx, &person, &[]).await.unwrap();
    tx.commit().await.unwrap();
    let refused = undo().await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.has(&["专业技术职务、简历", "没有撤销"]);
    assert_eq!(store::find(&county.db, b).await.unwrap().unwrap().state, State::Merged);
    // What the merge did not write may change: it stays with the file kept.
    let c =
        file(&county, &[(Field::Name, "沈例改"), (Field::Village, EAST), (Field::Technical, "农艺师")]).await;
    let d = file(&county, &[(Field::Name, "沈例改"), (Field::Village, EAST)]).await;
    merge(&office, d, c, &[]).await;
    let mut tx = county.db.write(event("test.change")).await.unwrap();
    let person = store::find_in(&tx, d).await.unwrap().unwrap();
    store::set(&mut tx, &person, &Values::from([(Field::Strengths, "修路".into())])).await.unwrap();
    tx.commit().await.unwrap();
    let merged = merge_id(&county).await;
    went(&office.post(&format!("/people/{d}/unmerge"), &[("merge", &merged)]).await);
    let kept = store::find(&county.db, d).await.unwrap().unwrap();
    assert_eq!((kept.get(Field::Strengths), kept.get(Field::Technical)), ("修路", ""));
    // One that went on into another comes out last.
    let (e, f) = (c, d);
    merge(&office, e, f, &[]).await;
    let first = merge_id(&county).await;
    let g = file(&county, &[(Field::Name, "沈例改"), (Field::Village, EAST)]).await;
    merge(&office, g, e, &[]).await;
    let refused = office.post(&format!("/people/{e}/unmerge"), &[("merge", &first)]).await;
    refused.has(&["请先撤销后一次合并"]);
    assert_eq!(office.get(&format!("/people/{f}")).await.location, format!("/people/{e}"));
}

/// Steps of a generator that needs no crate: the same numbers each time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.roll(from.len() as u64) as usize]
    }
}

/// A file with whatever the dice give it.
async fn any(county: &County, dice: &mut Dice, n: u64) -> i64 {
    let days = ["", "2001-07", "2010", "2015-03-01"];
    let words = ["", "例一", "例二", "例三"];
    let mut values = vec![(Field::Name, "韩例任"), (Field::Village, dice.pick(&[EAST, WEST, NORTH]))];
    for field in Field::ALL {
        let value = match field {
            Field::Name | Field::Village | Field::Identity | Field::Phone => continue,
            Field::Sex => dice.pick(&["0", "1"]),
            Field::Birth | Field::PartyOn | Field::WorkOn | Field::ToldOn => dice.pick(&days),
            Field::Education => dice.pick(&["", "20", "60"]),
            _ => dice.pick(&words),
        };
        if !value.is_empty() {
            values.push((field, value));
        }
    }
    let phone = format!("199{n:08}");
    if dice.roll(2) == 0 {
        values.push((Field::Phone, &phone));
    }
    let id = file(county, &values).await;
    let mut tx = county.db.write(event("test.lists")).await.unwrap();
    for _ in 0..dice.roll(3) {
        let mut claim = claims::proposal(
            (1, "何例乙"),
            dice.pick(&["birth", "education", "identity_status"]),
            dice.pick(&["2001-07", "2010", "20"]),
            "例",
            "",
            "",
        );
        claim.state = dice.pick(&["proposed", "recognised", "refused", "superseded"]).into();
        parts::put(&mut tx, &[(id, claim)]).await.unwrap();
        let from = dice.pick(&days).to_owned();
        let line = CvLine { from_on: from.clone(), text: dice.pick(&words).into(), ..CvLine::default() };
        parts::put(&mut tx, &[(id, line.clone()), (id, CvLine { from_on: String::new(), ..line })])
            .await
            .unwrap();
        let school =
            Education { mode: "full".into(), school: dice.pick(&words).into(), ..Education::default() };
        parts::put(&mut tx, &[(id, school)]).await.unwrap();
        let relative = FamilyMember {
            relation: "妻子".into(),
            name: dice.pick(&words).into(),
            ..FamilyMember::default()
        };
        parts::put(&mut tx, &[(id, relative)]).await.unwrap();
        let merit = Merit { kind: "reward".into(), title: dice.pick(&words).into(), ..Merit::default() };
        parts::put(&mut tx, &[(id, merit)]).await.unwrap();
        let told = Whereabouts {
            day: "2025-01-01".into(),
            place: dice.pick(&words).into(),
            by_name: "例".into(),
            ..Whereabouts::default()
        };
        parts::put(&mut tx, &[(id, told)]).await.unwrap();
        let stay = PoolStay {
            pool: "reserve".into(),
            from_on: "2024-01-01".into(),
            to_on: parts::FOREVER.into(),
            ..PoolStay::default()
        };
        parts::put(&mut tx, &[(id, stay)]).await.unwrap();
        let sql = "insert into person_text (person, name, text) values ($1, $2, '例') on conflict do nothing";
        tx.run(sql, values![id, dice.pick(&["appraisal", "reason", "unit"])]).await.unwrap();
    }
    if dice.roll(2) == 0 {
        let sql = "insert into person_account (id, person, account, login, by_name, at) values ($1, $2, $3, 'li', '例', 1)";
        tx.run(sql, values![platform::db::new_id(), id, id]).await.unwrap();
    }
    parts::repool(&tx, &[id], "2026-11-22").await.unwrap();
    tx.commit().await.unwrap();
    if dice.roll(2) == 0 {
        let post = format!("example_{n}");
        hold(county, id, &post, "2021-01-01", dice.pick(&["2024-12-31", "9999-12-31"])).await;
    }
    id
}

#[tokio::test]
async fn merging_and_undoing_is_nothing_at_all() {
    let county = county().await;
    let office = county.browser("zuzhi").await;
    let mut dice = Dice(20_261_122);
    let (mut moved, mut taken) = (0, 0);
    for n in 0..24 {
        let (a, b) = (any(&county, &mut dice, n * 2).await, any(&county, &mut dice, n * 2 + 1).await);
        let before = whole(&county, [a, b]).await;
        let chosen: Vec<(&str, &str)> =
            Field::ALL.iter().map(|f| (f.id(), dice.pick(&["kept", "gone", ""]))).collect();
        merge(&office, a, b, &chosen).await;
        let between = whole(&county, [a, b]).await;
        moved += i32::from(between.iter().any(|(k, v)| k.starts_with("cv_line") && before.get(k) != Some(v)));
        taken += i32::from(
            between.get(&format!("person Some({a}) village"))
                != before.get(&format!("person Some({a}) village")),
        );
        // Nothing of the one that goes is lost: each of its rows is there still.
        assert!(before.keys().all(|k| between.contains_key(k) || k.starts_with("person_text")), "{n}");
        let merged = merge_id(&county).await;
        went(&office.post(&format!("/people/{a}/unmerge"), &[("merge", &merged)]).await);
        assert_eq!(whole(&county, [a, b]).await, before, "round {n}");
    }
    assert!(moved > 5 && taken > 3, "{moved} {taken}: the dice gave too little to move");
}
