//! A village's team as a workbook (班子一览表), on a day. An audited read.

use super::village::village_of;
use crate::slices::people::pages::forms::failed;
use crate::slices::places::Desk;
use crate::slices::places::store::today;
use crate::slices::posts::lineup::Member;
use crate::slices::posts::{posts_of, team};
use axum::extract::{Path, Query};
use axum::response::Response;
use documents::{CommitteeTable, Format, Holder, Imprint, PackMark, Seat, Tracks, VillageCommittees};
use kernel::Day;
use platform::access::Action;
use platform::attachments;
use platform::audit::Outcome;
use platform::web::{Answer, Failure};
use policy::posts::Track;
use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    on: String,
}

fn tracks(member: &Member) -> Tracks {
    let has = |track| member.held.iter().any(|h| h.track == track);
    match (has(Track::Party), has(Track::Elected)) {
        (true, true) => Tracks::Both,
        (true, false) => Tracks::Party,
        (false, true) => Tracks::Elected,
        (false, false) => Tracks::Hired,
    }
}

/// Gives the table out.
pub async fn table(desk: Desk, Path(code): Path<String>, Query(asked): Query<Asked>) -> Answer<Response> {
    let village = village_of(&desk.db, &desk.caller, &code, Action::ViewPosts).await?;
    let day = if asked.on.is_empty() { today() } else { asked.on };
    let on: Day = day.parse().map_err(|_| Failure::NotFound)?;
    let posts = posts_of(&desk.db, &code, &day).await?;
    let team = team::team(&desk.db, &code, &posts, on).await?;
    let label = |set: &'static [standards::Code], code: &str| {
        standards::label_of(set, code).unwrap_or_default().to_owned()
    };
    let holds = crate::slices::posts::store::of_village(&desk.db, &code, &day).await?;
    let since = |person: i64| {
        let first = holds.iter().filter(|h| h.person == person).map(|h| h.from_on.as_str()).min();
        first.and_then(|d| d.parse().ok())
    };
    let mut seats: Vec<Seat> = team
        .members
        .iter()
        .map(|m| Seat {
            post: m.held.iter().map(|h| h.title.as_str()).collect::<Vec<_>>().join("、"),
            tracks: tracks(m),
            holder: Some(Holder {
                name: m.name.clone(),
                sex: match m.sex.as_str() {
                    "1" => "男".into(),
                    "2" => "女".into(),
                    _ => String::new(),
                },
                birth: m.birth,
                education: label(&standards::EDUCATION, &m.education),
                political_status: label(&standards::POLITICAL_STATUS, &m.political),
                since: since(m.person),
            }),
            note: String::new(),
        })
        .collect();
    for post in posts.posts_on(&day) {
        for _ in 0..post.vacant(team.holders(&post.id).count() as u32) {
            seats.push(Seat {
                post: post.title.clone(),
                tracks: match post.track {
                    Track::Party => Tracks::Party,
                    Track::Elected => Tracks::Elected,
                    Track::Hired => Tracks::Hired,
                },
                holder: None,
                note: String::new(),
            });
        }
    }
    let pack = &posts.filing.number.pack;
    let table = CommitteeTable {
        title: "村“两委”班子一览表".into(),
        unit: desk.caller.unit.clone(),
        as_of: on,
        villages: vec![VillageCommittees {
            township: village.township_name.clone(),
            village: village.short.clone(),
            seats,
        }],
        notes: Vec::new(),
        imprint: Imprint {
            printed_by: desk.caller.name.clone(),
            printed_at: platform::now().datetime(),
            pack: Some(PackMark {
                name: pack.title.clone(),
                version: pack.version.clone(),
                hash: pack.hash.clone(),
            }),
            synthetic: desk.county.demo,
        },
    };
    let made = tokio::task::spawn_blocking(move || table.xlsx()).await;
    let bytes = made.map_err(|e| Failure::Internal(e.to_string()))?.map_err(failed)?;
    let mut event = desk.caller.event("posts.export", "village", &code, &code);
    event.note.clone_from(&day);
    desk.db.record(event, Outcome::Done).await?;
    let name = format!("{}班子一览表-{}.xlsx", village.short, day.replace('-', ""));
    Ok(attachments::download(&name, Format::Xlsx.media_type(), bytes))
}
