//! Papers of a campaign as files: tickets, the score list, the public notice. Audited as exports.

use super::campaign;
use crate::slices::campaigns::actions;
use crate::slices::campaigns::marking::{self, Standings};
use crate::slices::campaigns::model::{Campaign, Stage, Standing};
use crate::slices::campaigns::store::{entries, notices};
use crate::slices::people::pages::forms::failed;
use crate::slices::places::Desk;
use crate::slices::places::pages::file_day;
use axum::extract::Path;
use axum::response::Response;
use documents::{
    Cell, DocumentFault, ExamSitting, Format, Imprint, NoticePerson, PublicNotice, ScoreList, ScoreRow,
    ShownBy, Ticket, Tickets,
};
use kernel::{Day, msg};
use platform::attachments;
use platform::audit::Outcome;
use platform::web::{Answer, Failure};
use policy::campaigns::Work;
use selection::Value;

/// The organiser's name on a paper.
fn issuer(desk: &Desk, c: &Campaign) -> String {
    if c.township.is_empty() { desk.county.name.clone() } else { c.township_name.clone() }
}

async fn tickets(desk: &Desk, c: &Campaign, stages: &[Stage]) -> Answer<Tickets> {
    let stage = stages.iter().find(|s| s.seq == c.stage && s.work.is_paper()).ok_or(Failure::NotFound)?;
    let mut all = entries::running(&desk.db, c.id, stage.seq).await?;
    all.retain(|e| !e.ticket.is_empty());
    if all.is_empty() {
        return Err(Failure::Bad(msg!("还没有排座位")));
    }
    all.sort_by(|a, b| a.ticket.cmp(&b.ticket));
    let tickets = all
        .into_iter()
        .map(|e| Ticket {
            number: e.ticket,
            sex: if e.sex == "2" { "女" } else { "男" }.to_owned(),
            identity: String::new(),
            place: e.place_name,
            name: e.name,
            sittings: vec![ExamSitting {
                paper: stage.title.clone(),
                when: stage.planned.clone(),
                site: String::new(),
                room: e.room,
                seat: e.seat.to_string(),
            }],
        })
        .collect();
    Ok(Tickets {
        campaign: c.title.clone(),
        issuer: issuer(desk, c),
        rules: Vec::new(),
        tickets,
        photo: None,
        synthetic: desk.county.demo,
    })
}

fn scores(desk: &Desk, c: &Campaign, all: &Standings, named: bool) -> ScoreList {
    let now = jiff::Zoned::now();
    let mut rows = Vec::new();
    for (place, order) in all.by_place() {
        for i in order {
            let (e, line) = (&all.entries[i], &all.ranking.lines()[i]);
            if e.standing == Standing::Withdrawn {
                continue;
            }
            let mark = |r: &marking::Came| match r.value {
                Some(Value::Mark(mark)) => Cell::Score(mark),
                Some(other) => Cell::Text(marking::stored(other)),
                None => Cell::Empty,
            };
            rows.push(ScoreRow {
                who: if named { e.name.clone() } else { e.ticket.clone() },
                place: place.name(),
                marks: all.results[i].iter().map(mark).collect(),
                total: match &line.outcome {
                    selection::Outcome::Complete(t) | selection::Outcome::Below(t, _) => Some(t.total),
                    _ => None,
                },
                rank: line.rank,
                result: all.goes_on(i).1.text(kernel::Lang::Zh),
            });
        }
    }
    ScoreList {
        title: format!("{}成绩单", c.title),
        unit: issuer(desk, c),
        as_of: now.date(),
        by: if named { ShownBy::Name } else { ShownBy::Ticket },
        papers: all.stages.iter().map(|s| s.title.clone()).collect(),
        rows,
        notes: Vec::new(),
        imprint: Imprint {
            printed_by: desk.caller.name.clone(),
            printed_at: now.datetime(),
            pack: None,
            synthetic: desk.county.demo,
        },
    }
}

async fn notice(desk: &Desk, c: &Campaign, stages: &[Stage]) -> Answer<PublicNotice> {
    let stage = stages.iter().find(|s| s.work == Work::Notice);
    let posted = notices::of_campaign(&desk.db, c.id).await?.into_iter().next();
    let posted = posted.ok_or_else(|| Failure::Bad(msg!("还没有公示")))?;
    let day = |text: &str| text.parse::<Day>().ok();
    let people = entries::reached(&desk.db, c.id, stage.map_or(i64::MAX, |s| s.seq)).await?;
    let people = people
        .into_iter()
        .filter(|e| matches!(e.standing, Standing::Running | Standing::Chosen))
        .map(|e| NoticePerson {
            sex: if e.sex == "2" { "女" } else { "男" }.to_owned(),
            birth: e
                .birth
                .get(..4)
                .and_then(|y| y.parse().ok())
                .zip(e.birth.get(5..7).and_then(|m| m.parse().ok())),
            education: standards::label_of(&standards::EDUCATION, &e.education)
                .unwrap_or_default()
                .to_owned(),
            work: String::new(),
            intended: e.place_name,
            ticket: String::new(),
            total: None,
            name: e.name,
        })
        .collect();
    Ok(PublicNotice {
        issuer: issuer(desk, c),
        number: None,
        title: format!("关于{}拟选用人员的公示", c.title),
        about: posted.text,
        days: day(&posted.posted_on).zip(day(&posted.until)),
        working_days: stage.map_or(0, |s| s.terms.length),
        objections: vec![c.help.clone()],
        people,
        signer: issuer(desk, c),
        day: day(&posted.posted_on),
        draft: false,
        synthetic: desk.county.demo,
    })
}

async fn made(work: impl FnOnce() -> Result<Vec<u8>, DocumentFault> + Send + 'static) -> Answer<Vec<u8>> {
    let made = tokio::task::spawn_blocking(work).await;
    made.map_err(|e| Failure::Internal(e.to_string()))?.map_err(failed)
}

/// One paper: `tickets`, `scores` or `notice`, as `docx`, `pdf` or, for scores, `xlsx`.
pub async fn paper(desk: Desk, Path((id, name)): Path<(i64, String)>) -> Answer<Response> {
    let (c, stages) = campaign(&desk, id).await?;
    // A township sees a county's campaign that has places in it; papers hold everybody and are the organiser's.
    if !actions::runs(&desk.caller, &c) {
        return Err(Failure::NotFound);
    }
    let (what, ending) = name.split_once('.').ok_or(Failure::NotFound)?;
    let format = [Format::Docx, Format::Pdf, Format::Xlsx].into_iter().find(|f| f.extension() == ending);
    let format = format.ok_or(Failure::NotFound)?;
    let (title, bytes) = match (what, format) {
        ("tickets", Format::Docx | Format::Pdf) => {
            let paper = tickets(&desk, &c, &stages).await?;
            let draw = move || if format == Format::Pdf { paper.pdf() } else { paper.docx() };
            ("准考证", made(draw).await?)
        }
        ("scores", _) => {
            let last =
                stages.iter().filter(|s| s.work.is_paper() && s.begun_at.is_some()).map(|s| s.seq).max();
            let all = marking::standings(&desk.db, &c, last.ok_or(Failure::NotFound)?).await?;
            // Names stand on it once no paper runs: until then people are numbers.
            let named = !stages.iter().any(|s| s.seq == c.stage && s.work.is_paper());
            let paper = scores(&desk, &c, &all.ok_or(Failure::NotFound)?, named);
            let draw = move || match format {
                Format::Pdf => paper.pdf(),
                Format::Xlsx => paper.xlsx(),
                _ => paper.docx(),
            };
            ("成绩单", made(draw).await?)
        }
        ("notice", Format::Docx | Format::Pdf) => {
            let paper = notice(&desk, &c, &stages).await?;
            let draw = move || if format == Format::Pdf { paper.pdf() } else { paper.docx() };
            ("公示", made(draw).await?)
        }
        _ => return Err(Failure::NotFound),
    };
    let mut event = desk.caller.event("campaigns.export", "campaign", &id.to_string(), &c.township);
    event.note.clone_from(&name);
    desk.db.record(event, Outcome::Done).await?;
    let file = format!("{}{title}-{}.{ending}", c.title, file_day());
    Ok(attachments::download(&file, format.media_type(), bytes))
}
