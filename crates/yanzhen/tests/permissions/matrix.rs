//! Every route by every role at every scope, asked and compared with what the matrix says.

use crate::fixture::{Asked, Fixture, Seen, Sent, Someone};
use crate::table::{Fill, Habit, Line, Scope};
use platform::access::{Action, Role};
use platform::web::Method;

/// A route as served.
pub struct Served {
    pub method: &'static str,
    pub path: &'static str,
    pub action: Option<Action>,
}

pub fn served() -> Vec<Served> {
    let mut out: Vec<Served> = yanzhen::server::routes(true)
        .table()
        .into_iter()
        .map(|(method, path, action)| {
            let method = match method {
                Method::Get => "GET",
                Method::Post => "POST",
                Method::Delete => "DELETE",
            };
            Served { method, path, action }
        })
        .collect();
    out.sort_by_key(|s| (s.path, s.method));
    out
}

/// Whether a role sees what stands at a scope: the fixture's roles are of the first township of the first county.
fn sees(role: Role, fill: Fill, scope: Scope) -> bool {
    match (fill, scope) {
        (Fill::Id, _) | (_, Scope::OtherCounty | Scope::Nonexistent) => false,
        // Who sent it in, and no one else.
        (Fill::Upload | Fill::Roster, _) => role == Role::TownshipOffice && scope == Scope::Own,
        // A township's own; a rater of a unit has none of it.
        (Fill::Sheet, _) => role == Role::TownshipOffice && scope == Scope::Own,
        // Whoever leads the round: the county.
        (Fill::MarkFile, _) => role == Role::CountyOffice,
        (_, Scope::Own) => true,
        (
            Fill::Village
            | Fill::Batch
            | Fill::Imported
            | Fill::Evidence
            | Fill::Person
            | Fill::Filing
            | Fill::Holding
            | Fill::Correction
            | Fill::Record
            | Fill::Inspection
            | Fill::Report
            | Fill::Round
            | Fill::Closed
            | Fill::Proposal
            | Fill::Mending
            | Fill::Move
            | Fill::Scored
            | Fill::Course
            | Fill::Inquiry
            | Fill::Review(crate::reviews::Part::Run | crate::reviews::Part::Person)
            | Fill::Motioned
            | Fill::Campaign
            | Fill::Entry
            | Fill::Objection
            | Fill::Appeal,
            Scope::OtherTownship,
        ) => role == Role::CountyOffice,
        (_, Scope::OtherTownship) => false,
    }
}

/// What is wrong with an answer; nothing when it is as the matrix says.
fn wrong(line: &Line, served: &Served, who: Option<Role>, scope: Scope, seen: &Seen) -> Option<String> {
    let api = line.path.starts_with("/api/");
    let expected = match (who, served.action) {
        (_, None) if line.habit == Habit::AsksForCaller => match (who, line.path) {
            (None, "/roles") => "3",
            (None, _) => "401",
            (Some(_), "/roles") => "404",
            (Some(_), _) => "ok",
        },
        (Some(Role::SystemAdmin | Role::AuditAdmin), None) if line.habit == Habit::Watched => "ok",
        (_, None) if line.habit == Habit::Watched => "404",
        // Wrong passwords and codes are refused in the form.
        (_, None) => "ok",
        (None, Some(_)) if api => "401",
        (None, Some(_)) => "login",
        (Some(role), Some(action)) if !role.may(action) => "403",
        (Some(_), Some(_)) if line.habit == Habit::Idempotent => "ok",
        (Some(role), Some(_)) => match (line.fill, sees(role, line.fill, scope)) {
            (Fill::Plain, _) | (_, true) => "ok",
            (_, false) => "404",
        },
    };
    let good = match expected {
        "ok" => {
            matches!(seen.status, 200 | 204 | 303 | 422 | 429) && (line.method != "GET" || seen.status != 422)
        }
        "3" => seen.status == 303,
        "login" => seen.status == 303 && seen.location.starts_with("/login?next="),
        number => seen.status.to_string() == number,
    };
    // A caller is never sent to sign in again.
    let sent_away = who.is_some() && seen.location.starts_with("/login") && served.action.is_some();
    let shape = match seen.status {
        400.. if api => serde_json::from_str::<serde_json::Value>(&seen.text)
            .is_ok_and(|v| v["error"].is_string() && v["error_en"].is_string()),
        400.. if line.path != "/session/touch" => seen.text.contains("</html>"),
        _ => true,
    };
    let (who, path) = (who.map_or("nobody", Role::id), served.path);
    (!good || sent_away || !shape).then(|| {
        let text: String = seen.text.chars().take(160).collect();
        format!(
            "{} {path} by {who} at {scope:?}: {} {} ({expected})\n    {text}",
            line.method, seen.status, seen.location
        )
    })
}

/// Every route has a line, and every line a route.
pub fn lines_fit() {
    let routes = served();
    let new: Vec<_> =
        routes.iter().filter(|s| Line::of(s.method, s.path).is_none()).map(|s| (s.method, s.path)).collect();
    assert!(new.is_empty(), "routes without a line in tests/permissions/table.rs: {new:#?}");
    let gone: Vec<_> = crate::lines::all()
        .filter(|l| !routes.iter().any(|s| s.method == l.method && s.path == l.path))
        .map(|l| (l.method, l.path))
        .collect();
    assert!(gone.is_empty(), "lines without a route: {gone:#?}");
}

/// Asks for everything.
pub async fn everything(fixture: &Fixture) {
    let mut faults = Vec::new();
    for served in served() {
        // Routes without a line are a test of their own.
        let Some(line) = Line::of(served.method, served.path) else { continue };
        let ask = |path: &str| Asked { method: line.method, ..Asked::post(path, line.sent.clone()) };
        let someones = fixture.people.iter().map(Some).chain([None]);
        for who in someones {
            let role = who.map(|w| w.caller.role);
            let own: Someone;
            let who = match who {
                // One such caller is enough: it costs a sign-in.
                Some(who) if line.habit == Habit::Ends => {
                    if who.caller.role != Role::TownshipOffice {
                        continue;
                    }
                    own = fixture.sign_in(&who.login).await;
                    Some(&own)
                }
                who => who,
            };
            let mut missing = Vec::new();
            for scope in Scope::ALL {
                let Some(path) = line.filled(fixture, scope) else { continue };
                let seen = match who {
                    Some(who) => fixture.send(ask(&path).by(who)).await,
                    None => fixture.send(ask(&path)).await,
                };
                faults.extend(wrong(line, &served, role, scope, &seen));
                if seen.status == 404 {
                    missing.push((seen.text.replace(&path, ""), scope));
                }
            }
            // Out of scope and not there at all: the same answer.
            for pair in missing.windows(2) {
                if pair[0].0 != pair[1].0 {
                    let (a, b) = (pair[0].1, pair[1].1);
                    faults.push(format!("{} {}: {a:?} and {b:?} answer differently", line.method, line.path));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}: {} faults\n{}", fixture.name, faults.len(), faults.join("\n"));
    for person in &fixture.people {
        assert!(fixture.holds(person).await, "{} is still signed in", person.login);
    }
}

/// Odd addresses and forms get a page or JSON that says so, and never a failure of the server.
pub async fn odd_requests(fixture: &Fixture) {
    let office = fixture.person(Role::CountyOffice);
    let village = crate::fixture::village(0, 0).0;
    let gets = [
        ("/villages/%00", 404),
        ("/villages?q=%00", 422),
        ("/villages?page=-1", 422),
        ("/villages?page=99999999999999999999", 422),
        ("/villages?q=%FF%FE", 200),
        ("/?by=nothing", 422),
        ("/?township=990199999", 404),
        ("/villages/99010110120%27", 404),
        ("/villages/990101101200990101101200990101101200", 404),
        ("/accounts/x", 403),
        ("/nothing", 404),
        ("/logout", 405),
        ("/api/v1/nothing", 404),
        ("/api/v1/villages?size=501", 422),
        ("/api/v1/villages?size=0", 422),
        ("/api/v1/villages?page=x", 422),
        ("/api/v1/villages?q=%00", 422),
        ("/api/v1/villages/%00", 404),
        ("/api/v1/villages/%E4%BE%8B", 404),
    ];
    for (path, status) in gets {
        let seen = fixture.send(Asked::get(path).by(office)).await;
        assert_eq!(seen.status, status, "{path}: {}", seen.text);
        match path.starts_with("/api/") {
            true if status >= 400 => assert!(seen.json()["error_en"].is_string(), "{path}"),
            _ => assert!(seen.text.contains("</html>"), "{path}: {}", seen.text),
        }
    }
    let facts = format!("/villages/{village}/facts");
    let forms: [&'static [(&str, &str)]; 4] = [
        &[("fact", "a\0b"), ("value", "1"), ("source", "例")],
        &[("fact", "none"), ("value", "1"), ("source", "例")],
        &[("fact", "' or 1=1 --"), ("value", "1"), ("source", "例")],
        &[],
    ];
    for form in forms {
        let seen = fixture.send(Asked::post(&facts, crate::fixture::Sent::Form(form)).by(office)).await;
        assert_eq!(seen.status, 422, "{form:?}: {}", seen.text);
    }
    let security = fixture.person(Role::SecurityAdmin);
    let seen = fixture.send(Asked::get("/accounts/x").by(security)).await;
    assert_eq!(seen.status, 404, "an id that is none: {}", seen.text);
    unseen(fixture).await;
}

/// Letters of zero in forms with files and in tables: refused in words, on every engine.
async fn unseen(fixture: &Fixture) {
    let office = fixture.person(Role::CountyOffice);
    let (_, db) = fixture.at.county(crate::fixture::COUNTY).await.expect("answers").expect("a county");
    let packs = yanzhen::slices::places::facts::packs(&db, "2026-12-31").await.expect("packs");
    let wanted = yanzhen::slices::places::facts::wanted(&packs);
    let text = wanted.iter().find(|f| f.kind == policy::FactType::Text).expect("a fact of text");
    let village = crate::fixture::village(0, 0).0;
    let table: &'static str = Box::leak(format!("code,{}\n{village},a\0b\n", text.id).into_boxed_str());
    let upload = async |table: &'static str| {
        fixture.send(Asked::post("/facts/import", Sent::File("例.csv", table)).by(office)).await
    };
    let seen = upload(table).await;
    if seen.status == 303 {
        let path = format!("/facts/import/{}/confirm", crate::registry::last_number(&seen.location));
        let form: &'static [(&'static str, &'static str)] = &[("period", "2025"), ("source", "例台账")];
        let seen = fixture.send(Asked::post(&path, Sent::Form(form)).by(office)).await;
        assert_eq!(seen.status, 422, "a cell with a letter of zero: {}", seen.text);
    }
    let good: &'static str = Box::leak(format!("code,{}\n{village},a\n", text.id).into_boxed_str());
    let import = crate::registry::last_number(&upload(good).await.location);
    let parts: &'static [(&'static str, &'static str)] = &[
        ("fact", "a\0b"),
        ("value", "a\0b"),
        ("source", "a\0b"),
        ("period", ""),
        ("year", "2025"),
        ("m1", "a\0b"),
    ];
    for path in [
        format!("/villages/{village}/facts"),
        format!("/facts/import/{import}/confirm"),
        "/facts/import".to_owned(),
        "/packs".to_owned(),
        "/grades".to_owned(),
    ] {
        let seen = fixture.send(Asked::post(&path, Sent::Parts(parts)).by(office)).await;
        assert_eq!(seen.status, 422, "{path}: {}", seen.text);
    }
}
