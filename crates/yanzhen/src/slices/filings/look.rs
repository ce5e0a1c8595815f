//! What a filing is looked at by: the calendar, the team before and after, the documents it needs.

use super::model::{Filing, Item};
use crate::slices::places::store::today;
use crate::slices::posts::checks::{self, Outcome};
use crate::slices::posts::lineup::{Held, Lineup};
use crate::slices::posts::{self, team};
use kernel::Day;
use platform::db::{Db, DbResult};
use policy::posts::{Document, Posts};

/// Today.
pub fn now_day() -> Day {
    platform::now().date()
}

/// The team as it stands and as the filing would make it.
pub struct Teams {
    pub before: Lineup,
    pub after: Lineup,
    pub checks: Vec<Outcome>,
}

/// Looks at a village's team before and after a filing's changes.
pub async fn teams(db: &Db, posts: &Posts, filing: &Filing, items: &[Item]) -> DbResult<Teams> {
    let on = now_day();
    let day = on.to_string();
    let before = team::team(db, &filing.village, posts, on).await?;
    let mut after = before.clone();
    for item in items.iter().filter(|i| !i.begins()) {
        for member in after.members.iter_mut().filter(|m| m.person == item.person) {
            member.held.retain(|h| h.post != item.post);
        }
    }
    for item in items.iter().filter(|i| i.begins()) {
        let Some(post) = posts.post_on(&item.post, &day) else { continue };
        let ends = before
            .members
            .iter()
            .flat_map(|m| &m.held)
            .find(|h| h.track == post.track)
            .and_then(|h| h.term_ends);
        let held = Held {
            post: post.id.clone(),
            title: post.title.clone(),
            track: post.track,
            team: post.team,
            top: post.top,
            order: post.order,
            term_ends: ends,
        };
        if let Some(member) = after.members.iter_mut().find(|m| m.person == item.person) {
            // Who becomes secretary is deputy or member no longer.
            member.held.retain(|h| h.team != post.team || h.track != post.track);
            member.held.push(held);
        } else if let Some(mut member) = team::candidate(db, item.person).await? {
            member.held.push(held);
            after.members.push(member);
        }
    }
    after.members.retain(|m| !m.held.is_empty());
    let terms = posts::store::terms(db, &filing.village).await?;
    let running = |t: &&posts::store::Term| t.from_on <= day && day <= t.to_on;
    let begun = terms.iter().filter(running).map(|t| t.from_on.as_str()).max().unwrap_or(day.as_str());
    let checks = checks::run(posts, &filing.village, &after, begun);
    Ok(Teams { before, after, checks })
}

/// The documents that a filing needs, each with whether it is there.
pub fn wanted<'p>(
    posts: &'p Posts,
    items: &[Item],
    brought: &[(String, i64, String)],
) -> Vec<(&'p Document, bool)> {
    let day = today();
    let mut out: Vec<(&Document, bool)> = Vec::new();
    for item in items {
        for document in posts.filing.documents_for(item.change, &day) {
            if !out.iter().any(|(d, _)| d.id == document.id) {
                out.push((document, brought.iter().any(|(id, ..)| *id == document.id)));
            }
        }
    }
    out
}
