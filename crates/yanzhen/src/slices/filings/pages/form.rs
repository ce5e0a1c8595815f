//! A filing as its official form (任职备案表), Word or PDF. An audited read.

use super::one::filing_of;
use crate::slices::filings::{look, store};
use crate::slices::people::pages::forms::failed;
use crate::slices::places::Desk;
use crate::slices::places::store::{today, village};
use crate::slices::posts::checks::Verdict;
use crate::slices::posts::posts_of;
use axum::extract::Path;
use axum::response::Response;
use documents::{ActKind, Check, Consent, Enclosure, FilingAct, FilingForm, Finding, Format};
use kernel::{Day, Lang};
use platform::access::Action;
use platform::attachments;
use platform::audit::Outcome;
use platform::web::{Answer, Failure};
use policy::posts::{Change, Opinion, Word};

fn day_of(at: i64) -> Option<Day> {
    let at = jiff::Timestamp::from_millisecond(at).ok()?;
    Some(at.to_zoned(kernel::zone()).date())
}

/// Gives the form out. Its text is Chinese whatever the reader's language: it is an official document.
pub async fn form(desk: Desk, Path((id, name)): Path<(i64, String)>) -> Answer<Response> {
    let format = match name.as_str() {
        "form.docx" => Format::Docx,
        "form.pdf" => Format::Pdf,
        _ => return Err(Failure::NotFound),
    };
    let filing = filing_of(&desk.db, &desk.caller, id, Action::ViewPosts).await?;
    let day = today();
    let posts = posts_of(&desk.db, &filing.village, &day).await?;
    let items = store::items(&desk.db, id).await?;
    let teams = look::teams(&desk.db, &posts, &filing, &items).await?;
    let brought = store::documents(&desk.db, id).await?;
    let place = village(&desk.db, &filing.village).await?.ok_or(Failure::NotFound)?;
    let acts = items
        .iter()
        .map(|i| FilingAct {
            person: i.name.clone(),
            post: posts.title(&i.post, &day).to_owned(),
            kind: if i.change == Change::Appoint { ActKind::Appoint } else { ActKind::Remove },
            reason: i.reason.clone(),
            basis: i.basis.clone(),
        })
        .collect();
    let explained = |id: &str| {
        let line = filing.explained.lines().find(|l| l.split('\t').next() == Some(id));
        line.and_then(|l| l.split_once('\t')).map(|(_, text)| format!("；说明：{text}")).unwrap_or_default()
    };
    let checks = teams
        .checks
        .iter()
        .map(|c| Check {
            item: c.title.clone(),
            finding: match c.verdict {
                Verdict::Met => Finding::Passed,
                Verdict::Missed => Finding::Failed,
                Verdict::Unknown => Finding::Open,
                Verdict::Idle => Finding::NotApplicable,
            },
            note: format!("{}{}", c.said.text(Lang::Zh), explained(&c.id)),
        })
        .collect();
    let documents = look::wanted(&posts, &items, &brought)
        .into_iter()
        .filter(|(_, there)| *there)
        .map(|(d, _)| Enclosure { name: d.title.clone(), day: None, pages: 0 })
        .collect();
    let opinion = Opinion::parse(&filing.opinion).map_or("", Opinion::label);
    let opinions = vec![
        Consent {
            title: "乡镇\n党委\n意见".into(),
            text: filing.meeting.clone(),
            name: if filing.meeting.is_empty() { String::new() } else { place.township_name.clone() },
            day: filing.received_on.parse().ok(),
        },
        Consent {
            title: "县级\n意见".into(),
            text: format!(
                "{opinion}{}{}",
                if filing.opinion_text.is_empty() { "" } else { "。" },
                filing.opinion_text
            ),
            name: filing.opinion_by.clone(),
            day: filing.opinion_at.and_then(day_of),
        },
    ];
    let form = FilingForm {
        number: filing.no.clone(),
        county: desk.county.name.clone(),
        township: place.township_name.clone(),
        village: place.short.clone(),
        filed_on: filing
            .received_on
            .parse()
            .ok()
            .or_else(|| day_of(filing.drafted_at))
            .ok_or(Failure::NotFound)?,
        acts,
        checks,
        documents,
        opinions,
        reply_number: (!filing.reply_no.is_empty()).then(|| filing.reply_no.clone()),
        check_code: None,
        synthetic: desk.county.demo,
    };
    let made = tokio::task::spawn_blocking(move || match format {
        Format::Docx => form.docx(),
        _ => form.pdf(),
    });
    let bytes = made.await.map_err(|e| Failure::Internal(e.to_string()))?.map_err(failed)?;
    let event = desk.caller.event("filing.export", "filing", &id.to_string(), &filing.village);
    desk.db.record(event, Outcome::Done).await?;
    let name = format!("{}-任职备案表.{}", filing.no, format.extension());
    Ok(attachments::download(&name, format.media_type(), bytes))
}
