//! Two townships ask for everything at the same time, with each other's codes and names mixed in: neither ever reads
//! of the other.

use crate::fixture::{Asked, Fixture, Records, Seen, Someone, send, village};
use crate::registry::marks_of;
use platform::access::Role;
use std::sync::Arc;
use tokio::sync::Barrier;

const TASKS: usize = 32;
const ROUNDS: usize = 2;

/// A path, and what it says itself.
fn paths(own: usize, other: usize, records: &[Records]) -> Vec<(String, Vec<String>)> {
    let mut out: Vec<(String, Vec<String>)> = [
        "/",
        "/?view=table",
        "/?by=grade",
        "/?by=grade&view=table",
        "/?by=missing&view=table",
        "/scope",
        "/villages",
        "/villages?page=2",
        "/people",
        "/people?sort=-age",
        "/people/search?q=l",
        "/people/duplicates",
        "/people/merges",
        "/api/v1/people",
        "/api/v1/villages",
        "/api/v1/villages?size=500",
        "/api/v1/formation",
        "/api/v1/packs",
        "/api/v1/me",
        "/account",
        "/tasks",
        "/sheets",
        "/corrections",
        "/corrections?show=closed",
        "/records",
        "/records?year=all&voided=1",
        "/inspections?year=all",
        "/reports?year=all",
    ]
    .iter()
    .map(|path| ((*path).to_owned(), Vec::new()))
    .collect();
    out.extend(EXPORTS.iter().map(|path| ((*path).to_owned(), Vec::new())));
    for records in records {
        let paths = [
            format!("/facts/batches/{}", records.batch),
            format!("/facts/import/{}", records.upload),
            format!("/facts/import/{}/corrected.xlsx", records.upload),
            format!("/attachments/{}", records.evidence),
            format!("/packs/{}", records.pack),
            format!("/proposals/{}", records.followed.proposal),
            format!("/rounds/{}/proposals", records.followed.round),
            format!("/rounds/{}/documents", records.followed.round),
            format!("/rounds/{}/documents/ranking.xlsx", records.followed.round),
            format!("/rectification/{}", records.followed.mending),
            format!("/pools/moves/{}", records.registry.moving),
            format!("/people/{}/call", records.registry.person),
            format!("/membership/{}", records.registry.course),
            format!("/vacancies/motions/{}", records.registry.motion),
            format!("/campaigns/{}", records.selected.campaign),
            format!("/campaigns/{}/entries", records.selected.campaign),
            format!("/campaigns/{}/notice", records.selected.campaign),
            format!("/entries/{}", records.selected.entry),
            format!("/sheets/{}", records.marking.sheet),
            format!("/sheets/{}/check", records.marking.sheet),
            format!("/sheets/{}/sheet.xlsx", records.marking.sheet),
            format!("/sheets/{}/evidence/{}", records.marking.sheet, records.marking.proof),
            format!("/packs/{}/cases", records.pack),
            format!("/packs/{}/pack.xlsx", records.pack),
        ];
        out.extend(paths.map(|path| (path, Vec::new())));
    }
    for township in [own, other] {
        let mark = marks_of(township);
        let town = mark[mark.len() - 2].clone();
        for path in [
            "/?view=table&township=",
            "/?township=",
            "/api/v1/formation?township=",
            "/api/v1/villages?township=",
        ] {
            out.push((format!("{path}{town}"), vec![town.clone()]));
        }
        for k in 0..3 {
            let (code, name) = village(township, k);
            for path in
                ["/villages/{}", "/villages/{}/why", "/api/v1/villages/{}", "/api/v1/villages/{}/facts"]
            {
                out.push((path.replace("{}", &code), vec![code.clone()]));
            }
            let escaped: String = name.bytes().map(|b| format!("%{b:02X}")).collect();
            for asked in [&code, &escaped] {
                for path in ["/villages?q=", "/api/v1/villages?q="] {
                    out.push((format!("{path}{asked}"), vec![escaped.clone(), code.clone(), name.clone()]));
                }
            }
        }
    }
    out
}

/// What of the other an answer says, beyond what was asked.
fn leaks(seen: &Seen, asked: &[String], forbidden: &[String]) -> Vec<String> {
    let mut text = seen.text.clone();
    for (_, value) in &seen.headers {
        text.push('\n');
        text.push_str(&String::from_utf8_lossy(value.as_bytes()));
    }
    for own in asked {
        text = text.replace(own.as_str(), "");
    }
    forbidden.iter().filter(|mark| text.contains(mark.as_str())).cloned().collect()
}

pub async fn never(fixture: &Fixture) {
    let first = Arc::new(fixture.person(Role::TownshipOffice).clone());
    let second = Arc::new(fixture.neighbour.clone());
    let start = Arc::new(Barrier::new(TASKS));
    let mut tasks = Vec::new();
    for k in 0..TASKS {
        let (who, own, other) = if k % 2 == 0 { (first.clone(), 0, 1) } else { (second.clone(), 1, 0) };
        let (router, start) = (fixture.router.clone(), start.clone());
        let paths = paths(own, other, &fixture.records);
        tasks.push(tokio::spawn(async move {
            start.wait().await;
            ask_all(router, &who, &paths, (own, other), k).await
        }));
    }
    let mut asked = 0;
    for task in tasks {
        let (n, faults) = task.await.expect("no task fails");
        assert!(faults.is_empty(), "{}\n{}", fixture.name, faults.join("\n"));
        asked += n;
    }
    assert!(asked > TASKS * 50, "{asked}");
}

async fn ask_all(
    router: axum::Router,
    who: &Someone,
    paths: &[(String, Vec<String>)],
    (own, other): (usize, usize),
    k: usize,
) -> (usize, Vec<String>) {
    // Of the other township and of the other county.
    let forbidden = [marks_of(other), marks_of(2), marks_of(3)].concat();
    let mine = marks_of(own);
    let (mut faults, mut asked, mut met) = (Vec::new(), 0, 0);
    for round in 0..ROUNDS {
        for i in 0..paths.len() {
            // Each task goes its own way through them.
            let (path, said) = &paths[(i * 7 + k * 5 + round) % paths.len()];
            let seen = send(router.clone(), Asked::get(path).by(who)).await;
            asked += 1;
            met += usize::from(mine.iter().any(|m| seen.text.contains(m.as_str())));
            let leaked = leaks(&seen, said, &forbidden);
            if !leaked.is_empty() {
                faults.push(format!("{} reads {leaked:?} at {path}", who.login));
            }
            if !matches!(seen.status, 200 | 303 | 404) {
                faults.push(format!("{} at {path}: {}", who.login, seen.status));
            }
        }
    }
    // The pages do say something.
    if met < asked / 3 {
        faults.push(format!("{} meets its own villages in {met} of {asked} answers only", who.login));
    }
    (asked, faults)
}

/// Answers that hold every village of the reader's part in one file.
const EXPORTS: &[&str] = &[
    "/facts",
    "/facts?fact=none",
    "/facts/export.xlsx",
    "/facts/template.xlsx",
    "/facts/import",
    "/facts/batches",
    "/packs",
    "/rewards?stage=all",
    "/tally?stage=open",
    "/tally.xlsx?stage=open",
    "/rectification?state=all",
    "/rectification.xlsx?state=all",
    "/rectification/new",
    "/pools?show=all",
    "/pools/bench.xlsx",
    "/pools/moves",
    "/pools/moves/new?q=%E4%BE%8B",
    "/inquiries?show=answered",
    "/inquiries?show=past",
    "/membership?show=open",
    "/membership/export.xlsx?show=open",
    "/membership/new?q=%E4%BE%8B",
    "/vacancies",
    "/vacancies/ahead",
    "/vacancies/together",
    "/vacancies/motions",
    "/campaigns",
    "/campaigns/new",
];
