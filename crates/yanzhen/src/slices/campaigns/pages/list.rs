//! The campaigns that a caller runs or has places in.

use super::time_text;
use crate::slices::campaigns::model::{Campaign, State};
use crate::slices::campaigns::rules::campaigns_of;
use crate::slices::campaigns::store;
use crate::slices::places::Desk;
use crate::slices::places::store::today;
use askama::Template;
use platform::access::Action;
use platform::page::Page;
use platform::web::{Answer, Html};

/// A campaign's row.
struct Line {
    c: Campaign,
    kind: String,
    stage: String,
    times: String,
    applied: i64,
}

#[derive(Template)]
#[template(path = "campaigns/pages/list.html")]
struct ListPage {
    page: Page,
    lines: Vec<Line>,
    may: bool,
}

pub async fn show(desk: Desk) -> Answer<Html<impl Template>> {
    let page = desk.page("pools").await?;
    let part = &desk.caller.part;
    let rules = campaigns_of(&desk.db, part.township(), &today()).await?;
    let mut lines = Vec::new();
    for c in store::campaigns(&desk.db, part).await? {
        let stages = store::stages(&desk.db, c.id).await?;
        let tally = store::entries::tally(&desk.db, c.id, part).await?;
        let now = stages.iter().find(|s| s.seq == c.stage).filter(|_| c.state == State::Open);
        lines.push(Line {
            kind: rules.kind_title(&c.kind, &c.rules_on).to_owned(),
            stage: now.map(|s| s.title.clone()).unwrap_or_default(),
            times: format!("{} — {}", time_text(&c.apply_from), time_text(&c.apply_to)),
            applied: tally.iter().map(|t| t.2).sum(),
            c,
        });
    }
    Ok(Html(ListPage { lines, may: desk.caller.may(Action::RunCampaigns), page }))
}
