//! Tokens of the API: never more than their role, their actions and their time.

use crate::fixture::{Asked, Fixture, Sent, Someone, event, village};
use platform::access::{Action, Part, Role};
use platform::account::NewToken;
use platform::values;

async fn token(fixture: &Fixture, who: &Someone, actions: &[Action]) -> String {
    let new = NewToken { name: "测试".into(), actions: actions.to_vec(), days: 7 };
    fixture.at.accounts().create_token(&who.caller, &new).await.expect("makes")
}

async fn get(fixture: &Fixture, path: &str, token: &str) -> u16 {
    fixture.send(Asked::get(path).token(token)).await.status
}

/// A token narrowed to one action does that one.
pub async fn narrow(fixture: &Fixture) {
    let who = fixture.person(Role::TownshipOffice);
    let (own, other, abroad) = (village(0, 1).0, village(1, 1).0, village(2, 1).0);
    let village_of = |code: &str| format!("/api/v1/villages/{code}");
    let narrow = token(fixture, who, &[Action::ViewVillage]).await;
    assert_eq!(get(fixture, &village_of(&own), &narrow).await, 200);
    assert_eq!(get(fixture, "/api/v1/packs", &narrow).await, 200);
    assert_eq!(get(fixture, "/api/v1/formation", &narrow).await, 403);
    let facts = format!("/api/v1/villages/{own}/facts");
    let sent = Sent::Json("{\"facts\":[]}");
    assert_eq!(fixture.send(Asked::post(&facts, sent.clone()).token(&narrow)).await.status, 403);
    for code in [&other, &abroad] {
        assert_eq!(get(fixture, &village_of(code), &narrow).await, 404);
    }
    let me = fixture.send(Asked::get("/api/v1/me").token(&narrow)).await.json();
    assert_eq!(me["actions"], serde_json::json!(["view-village"]));
    assert_eq!((me["by_token"].as_bool(), me["part"].as_str()), (Some(true), Some("990101101")));
    // Pages know no tokens, and a token beside a cookie does not widen it.
    let seen = fixture.send(Asked::get("/villages").token(&narrow)).await;
    assert!(seen.location.starts_with("/login?next="));
    let both = Asked::get("/api/v1/formation").by(fixture.person(Role::CountyOffice)).token(&narrow);
    assert_eq!(fixture.send(both).await.status, 403);
    // More than the role may do is not to be had.
    let wide =
        token(fixture, who, &[Action::DecideColour, Action::ManageAccounts, Action::ViewFormation]).await;
    let me = fixture.send(Asked::get("/api/v1/me").token(&wide)).await.json();
    assert_eq!(me["actions"], serde_json::json!(["view-formation"]));
    assert_eq!(get(fixture, "/api/v1/villages", &wide).await, 403);
    // A session reads, and acts with its token of forms alone.
    let seen = fixture.send(Asked::post(&facts, sent.clone()).by(who)).await;
    assert_eq!(seen.status, 422, "{}", seen.text);
    let forged = fixture.send(Asked { csrf: "", ..Asked::post(&facts, sent).by(who) }).await;
    assert_eq!((forged.status, forged.json()["error"].is_string()), (403, true));
}

/// Expired, ended, of a role taken back, of a closed account, unknown: 401.
pub async fn over(fixture: &Fixture) {
    let path = "/api/v1/villages";
    let rater = (Role::RaterUnit, crate::fixture::COUNTY, Part::County);
    let who = fixture.make("leaving", &[rater]).await;
    let office = fixture.person(Role::TownshipOffice);
    let good = token(fixture, office, &[Action::ViewVillage]).await;
    for bad in ["yzt_unknown", "unknown", &good[..good.len() - 1], &good.to_uppercase(), &format!("{good}x")]
    {
        assert_eq!(get(fixture, path, bad).await, 401, "{bad}");
    }
    let seen = fixture.send(Asked::get(path)).await;
    assert_eq!((seen.status, seen.headers["www-authenticate"].as_bytes()), (401, &b"Bearer"[..]));
    let control = &fixture.at.control;
    let last = async || {
        let row = control.one("select max(id) from token", vec![]).await.expect("answers").expect("a row");
        row.int(0).expect("an id")
    };

    let expired = token(fixture, office, &[Action::ViewVillage]).await;
    assert_eq!(get(fixture, path, &expired).await, 200);
    let tx = control.write(event("test.token")).await.expect("begins");
    tx.run("update token set expires_at = 1 where id = $1", values![last().await]).await.expect("runs");
    tx.commit().await.expect("commits");
    assert_eq!(get(fixture, path, &expired).await, 401);

    let ended = token(fixture, office, &[Action::ViewVillage]).await;
    let id = last().await;
    // Not by someone else.
    let end = format!("/account/tokens/{id}/end");
    fixture.send(Asked::post(&end, Sent::Form(&[])).by(&fixture.neighbour)).await;
    assert_eq!(get(fixture, path, &ended).await, 200);
    let seen = fixture.send(Asked::post(&end, Sent::Form(&[])).by(office)).await;
    assert_eq!((seen.status, get(fixture, path, &ended).await), (303, 401));
    assert_eq!(get(fixture, path, &good).await, 200, "the others stay");

    let accounts = fixture.at.accounts();
    let security = &fixture.person(Role::SecurityAdmin).caller;
    let me = "/api/v1/me";
    let of_target = token(fixture, &who, &[Action::ViewTasks]).await;
    assert_eq!(get(fixture, me, &of_target).await, 200);
    assert!(accounts.close(security, who.caller.account, true).await.expect("answers"));
    assert_eq!(get(fixture, me, &of_target).await, 401, "of a closed account");
    assert!(accounts.close(security, who.caller.account, false).await.expect("answers"));
    assert!(accounts.revoke(security, who.caller.account, who.caller.role_id).await.expect("answers"));
    assert_eq!(get(fixture, me, &of_target).await, 401, "of a role taken back");
}

/// Facts by token: everything wrong at once, all or nothing, and again without a change.
pub async fn facts(fixture: &Fixture) {
    let who = fixture.person(Role::TownshipOffice);
    let token = token(fixture, who, &[Action::ViewVillage, Action::EditFacts]).await;
    let code = village(0, 2).0;
    let path = format!("/api/v1/villages/{code}/facts");
    let post = async |text: String| {
        let text: &'static str = Box::leak(text.into_boxed_str());
        fixture.send(Asked::post(&path, Sent::Json(text)).token(&token)).await
    };
    let read = async || fixture.send(Asked::get(&path).token(&token)).await.json();
    let before = read().await;
    let wanted = before["wanted"].as_array().expect("a list");
    let of_kind = |kind: &str| {
        let found = wanted.iter().find(|f| f["type"] == kind && f["missing"] == true);
        found.unwrap_or_else(|| panic!("a {kind} fact"))["fact"].as_str().expect("an id").to_owned()
    };
    let (number, truth) = (of_kind("number"), of_kind("bool"));

    let bad = format!(
        "{{\"facts\":[{{\"fact\":\"{number}\",\"value\":\"1,2\",\"source\":\"\"}},{{\"fact\":\"no_such\"}},\
         {{\"fact\":\"{truth}\",\"value\":\"是\",\"source\":\"例台账\",\"period\":\"2025-13\"}},\
         {{\"fact\":\"{truth}\",\"value\":\"\\u0000\",\"source\":\"例台账\",\"period\":\"2025-13\"}}]}}"
    );
    let seen = post(bad).await;
    let said: Vec<String> = seen.json()["faults"]
        .as_array()
        .expect("faults")
        .iter()
        .map(|f| format!("{} {}", f["index"], f["field"].as_str().unwrap_or_default()))
        .collect();
    let all =
        ["0 value", "0 source", "1 fact", "1 value", "1 source", "2 period", "3 value", "3 period", "3 fact"];
    assert_eq!((seen.status, said), (422, all.map(String::from).to_vec()), "{}", seen.text);
    for odd in
        ["", "{", "[]", "{\"facts\":[]}", "{\"facts\":[{\"fakt\":\"a\"}]}", "{\"facts\":[{\"value\":1}]}"]
    {
        let seen = post(odd.to_owned()).await;
        assert_eq!((seen.status, seen.json()["detail"].is_string()), (422, true), "{odd}: {}", seen.text);
    }
    let many = vec!["{\"fact\":\"a\"}"; 501].join(",");
    assert_eq!(post(format!("{{\"facts\":[{many}]}}")).await.status, 422);
    assert_eq!(post(" ".repeat((1 << 20) + 1)).await.status, 413);
    assert_eq!(post(" ".repeat(3 << 20)).await.status, 413);
    assert_eq!(read().await, before, "nothing was written");

    let good = format!(
        "{{\"facts\":[{{\"fact\":\"{number}\",\"value\":\" 12.50 \",\"source\":\"例台账\",\"period\":\"2025\"}},\
         {{\"fact\":\"{truth}\",\"value\":\"是\",\"source\":\"例台账\"}}]}}"
    );
    for changed in [2, 0] {
        let seen = post(good.clone()).await;
        assert_eq!((seen.status, seen.json()["changed"].as_i64()), (200, Some(changed)), "{}", seen.text);
    }
    let after = read().await;
    let found = after["facts"].as_array().expect("a list").iter().find(|f| f["fact"] == number.as_str());
    let found = found.expect("the fact");
    assert_eq!((found["value"].as_str(), found["period"].as_str()), (Some("12.50"), Some("2025")));
    let at = found["at"].as_str().expect("a moment");
    assert!(at.ends_with('Z') && at.contains('T'), "{at}");
    // Written once, by name, and the one audit event says so.
    let (_, db) = fixture.at.county(crate::fixture::COUNTY).await.expect("answers").expect("a county");
    let sql = "select count(*) from audit where action = 'facts.enter' and record = $1 and note = 'api'";
    let row = db.one(sql, values![code.clone()]).await.expect("answers").expect("a row");
    assert_eq!(row.int(0).expect("a number"), 1);
    let grades = fixture.send(Asked::get(&format!("/api/v1/villages/{code}")).token(&token)).await.json();
    assert_eq!(grades["grades"][0]["total"], "80.02");
    let seen = fixture.send(Asked::get("/api/v1/openapi.json")).await.json();
    assert_eq!(seen["openapi"], "3.1.0");
}
