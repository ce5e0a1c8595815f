//! Pages of the campaigns.

pub mod enter;
pub mod entries;
pub mod entry;
pub mod entry_papers;
pub mod exam;
pub mod list;
pub mod meeting;
pub mod new;
pub mod notice;
pub mod one;
pub mod papers;

use super::actions;
use super::model::{Campaign, Entry, Stage};
use super::store;
use crate::slices::places::Desk;
use platform::access::{Action, Authorized};
use platform::kit::Choice;
use platform::page::Page;
use platform::web::Answer;
use policy::campaigns::Work;
use std::collections::HashMap;

/// A campaign that the caller may see, with its stages.
async fn campaign(desk: &Desk, id: i64) -> Answer<(Authorized<Campaign>, Vec<Stage>)> {
    let c = actions::seen(&desk.db, &desk.caller, id).await??;
    let stages = store::stages(&desk.db, c.id).await?;
    Ok((c, stages))
}

/// An application that the caller may see, with its campaign and stages.
async fn entry(
    desk: &Desk,
    id: i64,
    action: Action,
) -> Answer<(Authorized<Entry>, Authorized<Campaign>, Vec<Stage>)> {
    let found = store::entries::find(&desk.db, id).await?;
    let e = desk.caller.authorize(action, found)?;
    let (c, stages) = campaign(desk, e.campaign).await?;
    Ok((e, c, stages))
}

/// The pages of a campaign as tabs; `on` is the current one's last part.
fn tabs(page: &Page, c: &Campaign, stages: &[Stage], on: &str) -> Vec<Choice> {
    let has = |work: fn(Work) -> bool| stages.iter().any(|s| work(s.work));
    let at = |part: &str| format!("/campaigns/{}{part}", c.id);
    let tab = |part: &str, title: &'static str| Choice::new(at(part), page.t(title)).on(on == part);
    let mut out = vec![tab("", "进展"), tab("/entries", "报名")];
    if has(|w| w == Work::Meeting) {
        out.push(tab("/meetings", "民主推荐"));
    }
    if has(Work::is_paper) {
        out.push(tab("/marks", "成绩录入"));
        out.push(tab("/ranking", "成绩和名单"));
    }
    if has(|w| w == Work::Notice) {
        out.push(tab("/notice", "公示"));
    }
    out
}

/// A local time of a form as pages write it: `11月27日 17:30`.
fn time_text(time: &str) -> String {
    let Some((day, clock)) = time.split_once('T') else { return String::new() };
    format!("{} {clock}", crate::slices::places::pages::date_text(day))
}

/// What a form sent under names that begin so: the rest of the name and the value.
fn under<'f>(sent: &'f HashMap<String, String>, head: &'f str) -> impl Iterator<Item = (&'f str, &'f str)> {
    sent.iter().filter_map(move |(name, value)| Some((name.strip_prefix(head)?, value.as_str())))
}

/// A field of a form that was sent.
fn text(sent: &HashMap<String, String>, name: &str) -> String {
    sent.get(name).cloned().unwrap_or_default()
}
