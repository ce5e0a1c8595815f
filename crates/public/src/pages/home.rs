//! What there is, and one campaign: conditions, benefits, calendar (design 16a).

use super::Answer;
use super::visit::Visit;
use crate::check::RECOMMENDERS;
use crate::clock::{moment, read};
use crate::page::Page;
use crate::wire::{Campaign, Notice};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use jiff::civil::DateTime;
use kernel::msg;

/// Where a campaign stands.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Phase {
    /// Opens then.
    Before(DateTime),
    /// Closes then.
    Open(DateTime),
    /// No more.
    Closed,
}

impl Phase {
    /// A campaign whose times cannot be read takes nothing.
    pub fn of(campaign: &Campaign, now: DateTime) -> Phase {
        match (read(&campaign.opens_at), read(&campaign.closes_at)) {
            (Some(opens), Some(closes)) if now < opens && opens < closes => Phase::Before(opens),
            (Some(_), Some(closes)) if now < closes => Phase::Open(closes),
            _ => Phase::Closed,
        }
    }

    pub fn open(self) -> bool {
        matches!(self, Phase::Open(_))
    }

    /// One sentence, and its lead.
    fn told(self, page: &Page, now: DateTime) -> (String, String, &'static str) {
        match self {
            Phase::Before(at) => {
                let text = msg!("{when} 开始报名，现在可以先看条件。", when = moment(at));
                (page.t("未开始").to_owned(), page.m(&text), "")
            }
            Phase::Open(at) => {
                let left = i64::from(now.date().until(at.date()).map_or(0, |s| s.get_days()));
                let lead = match left {
                    ..=0 => page.t("今天截止").to_owned(),
                    days => page.tn("还剩 {n} 天", days),
                };
                let text = msg!("{when} 截止。到点后不能提交。", when = moment(at));
                (lead, page.m(&text), "is-warn")
            }
            Phase::Closed => {
                let text = msg!("已经截止，不能再提交。报过名的可以查进度。");
                (page.t("已截止").to_owned(), page.m(&text), "")
            }
        }
    }
}

struct Entry {
    href: String,
    title: String,
    under: String,
}

#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    page: Page,
    campaigns: Vec<Entry>,
    notices: Vec<Entry>,
}

pub(super) async fn home(visit: Visit) -> Answer {
    let page = visit.page.clone();
    let Some(site) = &visit.site else {
        return Ok(visit.tell(
            StatusCode::OK,
            msg!("还没有发布"),
            msg!("县里还没有在这里发布报名。"),
            msg!("请过些日子再来看，或问所在乡镇。"),
        ));
    };
    let now = visit.local();
    let campaigns = site.campaigns.iter().map(|c| {
        let (lead, text, _) = Phase::of(c, now).told(&page, now);
        let under = format!("{lead} · {text}");
        Entry { href: page.to(&format!("/c/{}", c.id)), title: c.title.clone(), under }
    });
    let today = now.date().to_string();
    let notices = site.notices.iter().map(|n: &Notice| {
        let until = crate::clock::day(&n.until);
        let under = match today.as_str() <= n.until.as_str() {
            true => page.m(&msg!("公示到 {day}，可以反映情况", day = until)),
            false => page.m(&msg!("公示已于 {day} 结束", day = until)),
        };
        Entry { href: page.to(&format!("/n/{}", n.id)), title: n.title.clone(), under }
    });
    let (campaigns, notices) = (campaigns.collect(), notices.collect());
    Ok(visit.html(StatusCode::OK, Home { page, campaigns, notices }))
}

#[derive(Template)]
#[template(path = "campaign.html")]
struct CampaignPage {
    page: Page,
    c: Campaign,
    lead: String,
    told: String,
    tone: &'static str,
    open: bool,
    by_self: bool,
    recommend: String,
    amounts: String,
}

pub(super) async fn campaign(Path(id): Path<String>, visit: Visit) -> Answer {
    let (_, c) = visit.campaign(&id)?;
    let page = visit.page.clone();
    let now = visit.local();
    let phase = Phase::of(&c, now);
    let (lead, told, tone) = phase.told(&page, now);
    let who: Vec<&str> =
        RECOMMENDERS.iter().filter(|(r, _)| c.takes(r)).map(|(_, word)| page.t(word)).collect();
    let recommend = match who.is_empty() {
        true => String::new(),
        false => page.m(&msg!("{who}都可以", who = who)),
    };
    let seats: u32 = c.places.iter().map(|p| p.seats).sum();
    let mut towns: Vec<&str> = c.places.iter().map(|p| p.township.as_str()).collect();
    towns.sort_unstable();
    towns.dedup();
    let amounts = match (seats, towns.len()) {
        (0, _) | (_, 0) => String::new(),
        (seats, towns) => page.m(&msg!("{seats} 个名额，{towns} 个乡镇。", seats = seats, towns = towns)),
    };
    let (open, by_self) = (phase.open(), c.takes("self"));
    let shown = CampaignPage { page, lead, told, tone, open, by_self, recommend, amounts, c };
    Ok(visit.html(StatusCode::OK, shown))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_campaign_opens_and_closes_to_the_minute() {
        let campaign = |opens: &str, closes: &str| Campaign {
            opens_at: opens.into(),
            closes_at: closes.into(),
            ..Campaign::default()
        };
        let at = |text: &str| read(text).unwrap();
        let c = campaign("2026-11-09T08:00", "2026-11-27T17:30");
        assert_eq!(Phase::of(&c, at("2026-11-09T07:59")), Phase::Before(at("2026-11-09T08:00")));
        assert!(Phase::of(&c, at("2026-11-09T08:00")).open());
        assert!(Phase::of(&c, at("2026-11-27T17:29:59")).open());
        assert_eq!(Phase::of(&c, at("2026-11-27T17:30")), Phase::Closed);
        for (opens, closes) in [("", ""), ("2026-11-09T08:00", "soon"), ("x", "2026-11-27T17:30")] {
            assert_eq!(Phase::of(&campaign(opens, closes), at("2026-11-10T08:00")), Phase::Closed);
        }
    }
}
