//! Papers of a campaign as files: tickets, the rooms, the score list, the joint review, the public notice, the decision. Audited
//! as exports.

use super::campaign;
use crate::slices::campaigns::actions;
use crate::slices::campaigns::marking::{self, Standings};
use crate::slices::campaigns::model::{Campaign, Stage, Standing};
use crate::slices::campaigns::store::{entries, notices, steps};
use crate::slices::people::pages::forms::failed;
use crate::slices::places::Desk;
use crate::slices::places::pages::file_day;
use crate::slices::reviews::{self, Purpose};
use axum::extract::Path;
use axum::response::Response;
use documents::{
    Cell, DecidedPerson, DecisionPaper, DocumentFault, ExamSitting, Format, Imprint, NoticePerson,
    PublicNotice, ReviewCount, ReviewLine, ReviewSummary, RoomPaper, RoomPapers, RoomSeat, ScoreList,
    ScoreRow, ShownBy, Ticket, Tickets,
};
use kernel::{Day, msg};
use platform::access::Action;
use platform::attachments;
use platform::audit::Outcome;
use platform::web::{Answer, Failure};
use policy::campaigns::Work;
use policy::review::Conclusion;
use selection::Value;
use std::collections::BTreeMap;

/// The organiser's name on a paper.
pub(super) fn issuer(desk: &Desk, c: &Campaign) -> String {
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
    let now = platform::now();
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
        imprint: imprint(desk),
    }
}

fn imprint(desk: &Desk) -> Imprint {
    Imprint {
        printed_by: desk.caller.name.clone(),
        printed_at: platform::now().datetime(),
        pack: None,
        synthetic: desk.county.demo,
    }
}

/// Seats that stand side by side: rooms are entered by name and size alone.
const ACROSS: usize = 5;

async fn rooms(desk: &Desk, c: &Campaign, stages: &[Stage]) -> Answer<RoomPapers> {
    let stage = stages.iter().find(|s| s.seq == c.stage && s.work.is_paper()).ok_or(Failure::NotFound)?;
    let mut of: BTreeMap<String, Vec<RoomSeat>> = BTreeMap::new();
    for e in entries::running(&desk.db, c.id, stage.seq).await?.into_iter().filter(|e| !e.ticket.is_empty()) {
        let seat = usize::try_from(e.seat).unwrap_or_default();
        of.entry(e.room).or_default().push(RoomSeat {
            seat,
            ticket: e.ticket,
            name: e.name,
            place: e.place_name,
        });
    }
    if of.is_empty() {
        return Err(Failure::Bad(msg!("还没有排座位")));
    }
    let rooms = of.into_iter().map(|(room, mut seats)| {
        seats.sort_by_key(|s| s.seat);
        let capacity = seats.last().map_or(0, |s| s.seat);
        let (paper, when) = (stage.title.clone(), stage.planned.clone());
        RoomPaper { site: String::new(), room, paper, when, across: ACROSS.min(capacity), capacity, seats }
    });
    Ok(RoomPapers { campaign: c.title.clone(), rooms: rooms.collect(), imprint: imprint(desk) })
}

/// What the seats of the county signed: conclusions with clause and document number; nothing else of a case is anywhere.
async fn review(desk: &Desk, c: &Campaign) -> Answer<ReviewSummary> {
    let none = || Failure::Bad(msg!("还没有联审"));
    let db = &desk.db;
    let opened = reviews::store::of_source(db, Purpose::Campaign, Some(c.id)).await?.ok_or_else(none)?;
    let progress = reviews::progress(db, Purpose::Campaign, Some(c.id)).await?.ok_or_else(none)?;
    let subjects = reviews::store::subjects::all(db, opened.id).await?;
    let mut lines = Vec::new();
    for seat in reviews::store::seats(db, opened.id).await?.into_iter().filter(|s| s.signed_at.is_some()) {
        for answer in reviews::store::answers::of_seat(db, seat.id).await? {
            let subject = subjects.iter().find(|s| s.id == answer.subject);
            let Some(s) = subject.filter(|_| answer.signed_at.is_some()) else { continue };
            if answer.conclusion == Conclusion::Clear {
                continue;
            }
            lines.push(ReviewLine {
                name: s.name.clone(),
                place: s.post.clone(),
                seat: seat.title.clone(),
                conclusion: answer.conclusion.title().to_owned(),
                clause: answer.clause_title,
                document: answer.document,
            });
        }
    }
    let order = |l: &ReviewLine| subjects.iter().position(|s| s.name == l.name && s.post == l.place);
    lines.sort_by_key(order);
    let settled =
        |c: Conclusion| subjects.iter().filter(|s| s.is_settled() && s.conclusion == Some(c)).count();
    let mut counts: Vec<ReviewCount> = Conclusion::ALL
        .into_iter()
        .map(|c| ReviewCount { conclusion: c.title().to_owned(), people: settled(c) })
        .collect();
    let open = subjects.iter().filter(|s| !s.is_settled()).count();
    if open > 0 {
        counts.push(ReviewCount { conclusion: "席位未齐".to_owned(), people: open });
    }
    let day = |text: &str| text.parse::<Day>().ok();
    Ok(ReviewSummary {
        campaign: c.title.clone(),
        unit: desk.county.name.clone(),
        days: day(&opened.sent_on).zip(day(&opened.due_on)),
        seats: progress.seats.iter().map(|s| (s.title.clone(), s.signed && s.again == 0)).collect(),
        people: subjects.len(),
        counts,
        lines,
        notes: vec![format!("结论有效期 {} 个月。有意见的，由人逐一决定，并告知本人。", opened.valid_months)],
        day: Some(platform::now().date()),
        synthetic: desk.county.demo,
    })
}

async fn decision(desk: &Desk, c: &Campaign, stages: &[Stage]) -> Answer<DecisionPaper> {
    let stage = stages.iter().find(|s| s.work == Work::Decide).ok_or(Failure::NotFound)?;
    let probation = stages.iter().find(|s| s.work == Work::Probation);
    let all = entries::reached(&desk.db, c.id, stage.seq).await?;
    let steps = steps::steps_of(&desk.db, c.id, stage.seq).await?;
    let (mut people, mut decided_by, mut last) = (Vec::new(), Vec::new(), None);
    for e in all {
        let Some(step) = steps.iter().find(|s| s.entry == e.id && s.passed) else { continue };
        // What a choice notes: the day, the meeting, who decided.
        let (on, by) = step.reason.split_once(' ').unwrap_or(("", &step.reason));
        let from = on.parse::<Day>().ok();
        if !decided_by.iter().any(|b| b == by) {
            decided_by.push(by.to_owned());
        }
        last = last.max(from);
        let months = probation.map(|p| jiff::Span::new().months(i64::from(p.terms.length)));
        people.push(DecidedPerson {
            sex: if e.sex == "2" { "女" } else { "男" }.to_owned(),
            post: e.place_name,
            from,
            probation: from.zip(months).and_then(|(from, months)| from.checked_add(months).ok()),
            note: String::new(),
            name: e.name,
        });
    }
    if people.is_empty() {
        return Err(Failure::Bad(msg!("还没有研究决定")));
    }
    let basis: Vec<String> = [&stage.terms.basis].into_iter().filter(|b| !b.is_empty()).cloned().collect();
    Ok(DecisionPaper {
        issuer: issuer(desk, c),
        number: None,
        title: format!("关于{}选用人员的决定", c.title),
        to: String::new(),
        facts: vec![format!("{}（{}）已按程序完成各阶段，经公示期满。", c.title, c.no)],
        basis,
        decided_by: decided_by.join("；"),
        decided: vec![format!("选用{}等 {} 名同志（名单附后）。", people[0].name, people.len())],
        remedy: String::new(),
        people,
        signer: issuer(desk, c),
        day: last,
        draft: false,
        synthetic: desk.county.demo,
    })
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

pub(super) async fn made(
    work: impl FnOnce() -> Result<Vec<u8>, DocumentFault> + Send + 'static,
) -> Answer<Vec<u8>> {
    let made = tokio::task::spawn_blocking(work).await;
    made.map_err(|e| Failure::Internal(e.to_string()))?.map_err(failed)
}

/// Word or PDF of a paper.
macro_rules! drawn {
    ($paper:expr, $format:expr) => {{
        let (paper, format) = ($paper, $format);
        made(move || if format == Format::Pdf { paper.pdf() } else { paper.docx() }).await?
    }};
}
pub(super) use drawn;

/// A paper's ending.
pub(super) fn format_of(ending: &str) -> Option<Format> {
    [Format::Docx, Format::Pdf, Format::Xlsx].into_iter().find(|f| f.extension() == ending)
}

/// One paper: `tickets`, `rooms`, `scores`, `review`, `notice` or `decision`, as `docx`, `pdf` or, for scores, `xlsx`.
pub async fn paper(desk: Desk, Path((id, name)): Path<(i64, String)>) -> Answer<Response> {
    let (c, stages) = campaign(&desk, id).await?;
    // A township sees a county's campaign that has places in it; papers hold everybody and are the organiser's.
    if !actions::runs(&desk.caller, &c) {
        return Err(Failure::NotFound);
    }
    let (what, ending) = name.split_once('.').ok_or(Failure::NotFound)?;
    let format = format_of(ending).ok_or(Failure::NotFound)?;
    let (title, bytes) = match (what, format) {
        ("tickets", Format::Docx | Format::Pdf) => {
            ("准考证", drawn!(tickets(&desk, &c, &stages).await?, format))
        }
        ("rooms", Format::Docx | Format::Pdf) => {
            ("考场座次表", drawn!(rooms(&desk, &c, &stages).await?, format))
        }
        ("review", Format::Docx | Format::Pdf) => {
            // The seats' conclusions are the county's, whoever runs the campaign.
            if !desk.caller.may(Action::RunReviews) {
                return Err(Failure::NotFound);
            }
            ("联审情况汇总", drawn!(review(&desk, &c).await?, format))
        }
        ("decision", Format::Docx | Format::Pdf) => {
            ("决定", drawn!(decision(&desk, &c, &stages).await?, format))
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
        ("notice", Format::Docx | Format::Pdf) => ("公示", drawn!(notice(&desk, &c, &stages).await?, format)),
        _ => return Err(Failure::NotFound),
    };
    let mut event = desk.caller.event("campaigns.export", "campaign", &id.to_string(), &c.township);
    event.note.clone_from(&name);
    desk.db.record(event, Outcome::Done).await?;
    let file = format!("{}{title}-{}.{ending}", c.title, file_day());
    Ok(attachments::download(&file, format.media_type(), bytes))
}
