//! Acts that did not come from a page of ours are refused, whatever they are.

use crate::fixture::{Asked, Fixture, Sent, Someone};
use crate::matrix::served;
use crate::table::{Line, Scope};
use platform::access::Role;

pub async fn refused(fixture: &Fixture) {
    let mut faults = Vec::new();
    for route in served().iter().filter(|s| s.method != "GET") {
        let Some(line) = Line::of(route.method, route.path) else { continue };
        let who = Role::ALL.iter().find(|r| route.action.is_none_or(|a| r.may(a))).expect("someone may");
        let who = fixture.person(*who);
        let path = line
            .filled(fixture, Scope::Own)
            .or_else(|| line.filled(fixture, Scope::Nonexistent))
            .expect("one of the two");
        let base = Asked { method: line.method, ..Asked::post(&path, line.sent.clone()) };
        let own = |headers| Asked { headers, ..base.clone().by(who) };
        let other = fixture.person(Role::Applicant).csrf.clone();
        let tries: [(&str, Asked<'_>); 9] = [
            ("no token", Asked { csrf: "", ..own(&[]) }),
            ("a wrong token", Asked { csrf: "wrong", ..own(&[]) }),
            ("someone else's token", Asked { csrf: &other, ..own(&[]) }),
            ("the word for no session", Asked { csrf: "none", ..own(&[]) }),
            ("a foreign origin", own(&[("origin", "http://elsewhere.example")])),
            (
                "an origin of the same beginning",
                own(&[("origin", "http://yanzhen.example.elsewhere.example")]),
            ),
            ("no origin at all", own(&[("origin", "null")])),
            ("another site", own(&[("sec-fetch-site", "cross-site")])),
            ("a neighbour's site", own(&[("sec-fetch-site", "same-site")])),
        ];
        for (how, asked) in tries {
            let mine = who.caller.role == Role::Applicant && how == "someone else's token";
            let seen = fixture.send(asked).await;
            if seen.status != 403 && !mine {
                faults.push(format!("{} {} with {how}: {}", route.method, route.path, seen.status));
            }
        }
        // A form without a session has no token: its origin alone speaks.
        let stranger = Asked { headers: &[("sec-fetch-site", "cross-site")], ..base.clone() };
        let seen = fixture.send(stranger).await;
        if seen.status != 403 {
            faults.push(format!(
                "{} {} by a stranger from elsewhere: {}",
                route.method, route.path, seen.status
            ));
        }
    }
    assert!(faults.is_empty(), "{}\n{}", fixture.name, faults.join("\n"));
    for person in &fixture.people {
        assert!(fixture.holds(person).await, "{} is still signed in", person.login);
    }
    by_the_right_page(fixture, fixture.person(Role::CountyOffice)).await;
}

/// The same acts from a page of ours go through: the refusals above are not of something else.
async fn by_the_right_page(fixture: &Fixture, who: &Someone) {
    let headers = [("origin", "http://yanzhen.example"), ("sec-fetch-site", "same-origin")];
    let asked = Asked::post("/preferences", Sent::Form(&[("lang", "zh"), ("return", "/villages")]));
    let seen = fixture.send(Asked { headers: &headers, ..asked.by(who) }).await;
    assert_eq!((seen.status, seen.location.as_str()), (303, "/villages"));
    // A token in the address alone does not make a reading request an act.
    let seen = fixture.send(Asked::get("/logout").by(who)).await;
    assert_eq!(seen.status, 405);
    assert!(fixture.holds(who).await);
}
