//! A round's documents: what there is, and each as a file. Audited as exports.

use crate::slices::appraisals::model::Seen;
use crate::slices::appraisals::pages::seen;
use crate::slices::people::pages::forms::failed;
use crate::slices::places::Desk;
use crate::slices::places::pages::file_day;
use crate::slices::places::store as places;
use crate::slices::rewards::papers::{self, Pages, Paper, Results};
use askama::Template;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Response};
use documents::{DocumentFault, Format, PDF_BUILT};
use kernel::msg;
use platform::access::{Action, Authorized, Part};
use platform::attachments;
use platform::audit::Outcome;
use platform::kit::Choice;
use platform::page::Page;
use platform::web::{Answer, Failure, Html};
use serde::Deserialize;

/// A paper as listed.
pub struct Line {
    pub title: &'static str,
    pub about: &'static str,
    /// Addresses with their endings.
    pub files: Vec<(String, &'static str)>,
    /// Why there is none yet.
    pub refused: String,
}

#[derive(Template)]
#[template(path = "rewards/pages/papers.html")]
struct PapersPage {
    page: Page,
    seen: Authorized<Seen>,
    lines: Vec<Line>,
    villages: Vec<Choice>,
    pdf: bool,
    refused: String,
}

/// Who asks, as papers name it.
pub fn desk_of(desk: &Desk) -> papers::Desk {
    let now = platform::now();
    papers::Desk {
        county: desk.county.name.clone(),
        unit: desk.caller.unit.clone(),
        name: desk.caller.name.clone(),
        at: now.datetime(),
        today: now.date(),
        synthetic: desk.county.demo,
    }
}

/// The documents of a round.
pub async fn list(desk: Desk, Path(id): Path<i64>) -> Answer<Response> {
    let seen = seen(&desk, id).await?;
    let page = desk.page("rewards").await?;
    let decided = papers::decided(&desk.db, id, "", &desk.caller.part).await?.len();
    let line = |paper: Paper| {
        let wants = matches!(paper, Paper::Bonus | Paper::Decision).then_some(decided);
        Line {
            title: page.t(paper.title()),
            about: match paper {
                Paper::Notice => page.t("按公文格式，附逐一结果；公示期和申诉办法照办法写"),
                Paper::Ranking => page.t("总分、加减分、等次和一票否决，全部对象"),
                Paper::Bonus => page.t("已决定的奖励和报酬，带合计和签领栏"),
                Paper::Decision => page.t("按公文格式的代拟稿，逐项列条款和名单；文号、印章由单位办理"),
            },
            files: paper
                .formats()
                .into_iter()
                .filter(|f| f.is_built())
                .map(|f| {
                    let ending = f.extension();
                    (format!("/rounds/{id}/documents/{}.{ending}", paper.id()), ending)
                })
                .collect(),
            refused: papers::refused(&seen.round, wants).map(|why| page.m(&why)).unwrap_or_default(),
        }
    };
    let villages = match seen.round.of_persons() {
        true => Vec::new(),
        false => {
            let all = places::villages(&desk.db, &desk.caller.part).await?;
            all.into_iter().map(|v| Choice::new(v.code, format!("{} {}", v.township_name, v.short))).collect()
        }
    };
    let html = PapersPage {
        lines: Paper::ALL.into_iter().map(line).collect(),
        villages,
        pdf: PDF_BUILT,
        refused: papers::refused(&seen.round, None).map(|why| page.m(&why)).unwrap_or_default(),
        seen,
        page,
    };
    Ok(Html(html).into_response())
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// For the decision: one action; empty for all.
    action: String,
}

async fn made(work: impl FnOnce() -> Result<Vec<u8>, DocumentFault> + Send + 'static) -> Answer<Vec<u8>> {
    let made = tokio::task::spawn_blocking(work).await;
    made.map_err(|e| Failure::Internal(e.to_string()))?.map_err(failed)
}

/// One paper as a file.
pub async fn paper(
    desk: Desk,
    Path((id, name)): Path<(i64, String)>,
    Query(asked): Query<Asked>,
) -> Answer<Response> {
    let seen = seen(&desk, id).await?;
    let (paper, format) = Paper::named(&name).ok_or(Failure::NotFound)?;
    let decided = match paper {
        Paper::Bonus | Paper::Decision => {
            papers::decided(&desk.db, id, &asked.action, &desk.caller.part).await?
        }
        _ => Vec::new(),
    };
    let wants = matches!(paper, Paper::Bonus | Paper::Decision).then_some(decided.len());
    if let Some(why) = papers::refused(&seen.round, wants) {
        return Err(Failure::Bad(why));
    }
    let results = Results::of(&desk.db, &seen.round, &seen.township).await?;
    let asks = desk_of(&desk);
    let title = format!("{}{}", seen.round.title, paper.title());
    let bytes = made(move || papers::file(paper, format, &results, &decided, &asks)).await?;
    record(&desk, &seen, &name).await?;
    let file = format!("{title}-{}.{}", file_day(), format.extension());
    Ok(attachments::download(&file, format.media_type(), bytes))
}

/// Notes that a document of a round was taken out.
pub async fn record(desk: &Desk, seen: &Seen, name: &str) -> Answer<()> {
    let (id, part) = (seen.round.id.to_string(), desk.caller.part.code());
    let mut event = desk.caller.event("round.export", "round", &id, part);
    event.note = name.to_owned();
    Ok(desk.db.record(event, Outcome::Done).await?)
}

/// One village on one page: `990101101200.docx`, or the village chosen in a form.
pub async fn village(desk: Desk, Path((id, name)): Path<(i64, String)>) -> Answer<Response> {
    let seen = seen(&desk, id).await?;
    let (code, ending) = name.split_once('.').ok_or(Failure::NotFound)?;
    let format = [Format::Docx, Format::Pdf].into_iter().find(|f| f.extension() == ending);
    let format = format.ok_or(Failure::NotFound)?;
    let place = desk.village(code, Action::ViewRounds).await?;
    if let Some(why) = papers::refused(&seen.round, None) {
        return Err(Failure::Bad(why));
    }
    let part = Part::Village(place.code.clone());
    let pages = Pages::of(&desk.db, &seen.round, &part, desk_of(&desk)).await?;
    let page = pages.page(code).ok_or_else(|| Failure::Bad(msg!("这个村不在这一轮的考核对象里")))?;
    let bytes = made(move || if format == Format::Pdf { page.pdf() } else { page.docx() }).await?;
    record(&desk, &seen, &name).await?;
    let file = format!("{}一村一页-{}.{ending}", place.short, file_day());
    Ok(attachments::download(&file, format.media_type(), bytes))
}
