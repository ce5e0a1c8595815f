//! A session acts in one role: what the others of the same account may do is out of its reach.

use crate::fixture::{Asked, COUNTY, Fixture, Sent, village};
use crate::registry::marks_of;
use platform::access::Role;

pub async fn one_role_at_a_time(fixture: &Fixture) {
    let who = fixture.both.clone();
    let held = fixture.at.accounts().roles(who.caller.account).await.expect("answers");
    let id_of = |role: Role| held.iter().find(|h| h.role == role).expect("held").id.to_string();
    let (office, township) = (id_of(Role::CountyOffice), id_of(Role::TownshipOffice));
    let get = async |path: &str| fixture.send(Asked::get(path).by(&who)).await;
    let switch = async |to: &str| {
        let fields: &'static [(&'static str, &'static str)] =
            Box::leak(Box::new([("role", &*Box::leak(to.to_owned().into_boxed_str()))]));
        fixture.send(Asked::post("/roles", Sent::Form(fields)).by(&who)).await
    };
    let colour = async || {
        let path = format!("/villages/{}/colour", village(1, 0).0);
        fixture.send(Asked::post(&path, Sent::Form(&[])).by(&who)).await.status
    };
    let first = marks_of(0);
    for _ in 0..2 {
        assert_eq!(switch(&office).await.status, 303);
        let seen = get("/?view=table").await;
        assert!(
            seen.text.contains(&village(0, 0).1) && seen.text.contains(&village(1, 0).1),
            "{}",
            seen.text
        );
        assert_eq!(get(&format!("/villages/{}", village(0, 0).0)).await.status, 200);
        assert_eq!(colour().await, 422);

        assert_eq!(switch(&township).await.status, 303);
        for path in ["/?view=table", "/villages", "/api/v1/villages", "/api/v1/formation", "/scope"] {
            let seen = get(path).await;
            assert!(seen.text.contains(&village(1, 0).1) || path == "/scope", "{path}: {}", seen.text);
            assert!(!first.iter().any(|mark| seen.text.contains(mark.as_str())), "{path}: {}", seen.text);
        }
        assert_eq!(get(&format!("/villages/{}", village(0, 0).0)).await.status, 404);
        assert_eq!(colour().await, 403);
        let me = get("/api/v1/me").await.json();
        assert_eq!((me["role"].as_str(), me["county"].as_str()), (Some("township-office"), Some(COUNTY)));
    }
    // A role of someone else's, and none at all.
    let security = fixture.person(Role::SecurityAdmin);
    for role in [security.caller.role_id.to_string(), "0".into(), "x".into(), String::new()] {
        assert_eq!(switch(&role).await.status, 404, "{role}");
    }
    assert_eq!(get("/accounts").await.status, 403);
    // A role taken back ends the session that acts in it.
    let path = format!("/accounts/{}/revoke", who.caller.account);
    let fields: &'static [(&'static str, &'static str)] =
        Box::leak(Box::new([("role", &*Box::leak(township.clone().into_boxed_str()))]));
    let seen = fixture.send(Asked::post(&path, Sent::Form(fields)).by(security)).await;
    assert_eq!(seen.status, 303, "{}", seen.text);
    assert!(get("/").await.location.starts_with("/login?next="));
    // Signed in again, the other role alone is left.
    let again = fixture.sign_in(&who.login).await;
    assert_eq!(again.caller.role, Role::CountyOffice);
    let seen = fixture.send(Asked::post("/roles", Sent::Form(fields)).by(&again)).await;
    assert_eq!(seen.status, 404);
}
