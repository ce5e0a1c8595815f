//! Parts of a file as pages show them: claims, posts, numbers that are masked.

use super::time_text;
use crate::slices::people::parts::{Claim, ClaimState, Kept};
use crate::slices::people::say::say;
use crate::slices::people::{Field, Values};
use crate::slices::places::store::{today, village};
use crate::slices::posts::Holding;
use crate::slices::posts::pages::day_text;
use platform::db::{Db, DbResult};
use platform::page::Page;
use platform::secrets::{mask_bank, mask_identity, mask_phone};
use policy::people::People;
use policy::posts::{Posts, WayIn, WayOut, Word};

/// A claim as listed.
pub struct ClaimLine {
    pub id: i64,
    pub title: String,
    pub value: String,
    pub document: String,
    pub decided_on: String,
    pub decided_by: String,
    pub state: ClaimState,
    pub source: String,
    pub reason: String,
}

impl ClaimLine {
    /// The tone of its tag.
    pub fn tone(&self) -> &'static str {
        match self.state {
            ClaimState::Recognised => "ok",
            ClaimState::Proposed => "warn",
            ClaimState::Refused => "stop",
            _ => "",
        }
    }

    pub fn waits(&self) -> bool {
        self.state == ClaimState::Proposed
    }
}

/// A claim in the words of the page.
pub fn claim_line(page: &Page, people: &People, claim: &Kept<Claim>) -> ClaimLine {
    let day = today();
    let field = Field::by_id(&claim.kind);
    let title = match field {
        Some(field) => page.t(field.title()).to_owned(),
        None => people
            .claims_on(&day)
            .iter()
            .find(|c| c.id == claim.kind)
            .map_or_else(|| claim.kind.clone(), |c| c.title.clone()),
    };
    ClaimLine {
        id: claim.id,
        title,
        value: field.map_or_else(|| claim.value.clone(), |f| say(page, people, f, &claim.value, &day)),
        document: claim.document.clone(),
        decided_on: claim.decided_at.map(date_text).unwrap_or_default(),
        decided_by: format!("{} {}", claim.decided_by, claim.decided_unit).trim().to_owned(),
        state: claim.state(),
        source: claim.source.clone(),
        reason: claim.reason.clone(),
    }
}

/// `2026年11月12日`
pub fn date_text(at: i64) -> String {
    time_text(at).split(' ').next().unwrap_or_default().to_owned()
}

/// A word of the pack by its id.
fn word_of<W: Word>(id: &str) -> &'static str {
    W::parse(id).map_or("", W::label)
}

/// A post as listed.
pub struct Held {
    pub title: String,
    pub village: String,
    pub village_name: String,
    pub from: String,
    pub to: String,
    pub way: &'static str,
    pub out: &'static str,
    pub ground: String,
}

/// Posts held, in their order, as listed.
pub async fn held(db: &Db, holds: &[Holding], posts: &Posts) -> DbResult<Vec<Held>> {
    let mut out = Vec::new();
    for h in holds {
        out.push(Held {
            title: title_of(h, posts).to_owned(),
            village: h.village.clone(),
            village_name: village(db, &h.village).await?.map(|v| v.short).unwrap_or_default(),
            from: day_text(&h.from_on),
            to: if h.lasts() { String::new() } else { day_text(&h.to_on) },
            way: word_of::<WayIn>(&h.way_in),
            out: word_of::<WayOut>(&h.way_out),
            ground: h.ground_in.clone(),
        });
    }
    Ok(out)
}

/// What a post is called: as the office wrote it, else as the pack does.
pub fn title_of<'h>(hold: &'h Holding, posts: &'h Posts) -> &'h str {
    if hold.title.is_empty() { posts.title(&hold.post, &hold.from_on) } else { &hold.title }
}

/// The mask of a sealed value that was opened; empty for none.
pub fn masked(page: &Page, sealed: &Values, field: Field) -> String {
    match (sealed.get(&field).map_or("", String::as_str), field) {
        ("", _) => String::new(),
        (value, Field::Identity) => mask_identity(value),
        (value, Field::Phone) => mask_phone(value),
        (value, Field::Bank) => mask_bank(value),
        _ => page.t("（已加密）").to_owned(),
    }
}
