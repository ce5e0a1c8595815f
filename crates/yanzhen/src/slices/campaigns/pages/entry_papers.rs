//! Papers of one application as files: the application form, the inspection report. Audited as exports.

use super::entry;
use super::papers::{drawn, format_of, issuer, made};
use crate::slices::campaigns::deciding;
use crate::slices::campaigns::model::{Campaign, Entry, Stage, Standing};
use crate::slices::duty::duty_of;
use crate::slices::places::Desk;
use crate::slices::places::pages::file_day;
use crate::slices::posts::pages::day_text;
use axum::extract::Path;
use axum::response::Response;
use documents::{
    Applicant, ApplicationForm, Consent, Format, InspectionReport, InspectionStep, Observed, Recommender,
};
use kernel::{Day, msg};
use platform::access::{Action, Authorized};
use platform::attachments;
use platform::audit::Outcome;
use platform::web::{Answer, Failure};
use policy::campaigns::{Route, Work};
use policy::posts::About;

fn sex(e: &Entry) -> String {
    if e.sex == "2" { "女" } else { "男" }.to_owned()
}

/// A label of a standard, as documents say it.
fn label(set: &[standards::Code], code: &str) -> String {
    standards::label_of(set, code).unwrap_or_default().to_owned()
}

async fn application(desk: &Desk, c: &Campaign, e: &Authorized<Entry>) -> Answer<ApplicationForm> {
    if matches!(e.standing, Standing::Recommended | Standing::Withdrawn) {
        return Err(Failure::Bad(msg!("没有报名表：本人没有报名，或已经撤回")));
    }
    let case = deciding::case(&desk.db, c, e).await?;
    let form = &case.secret.form;
    let number = case.secret.identity.parse::<standards::IdentityNumber>().ok();
    let pledged =
        case.rules.conditions_on(&c.kind, &c.rules_on).into_iter().filter(|i| form.declares.contains(&i.id));
    let pledge: Vec<String> = pledged.map(|i| i.title.clone()).collect();
    let recommenders = match e.route {
        Route::Own => Vec::new(),
        route => vec![Recommender {
            kind: route.title().to_owned(),
            // The recommender's phone stands behind the name: it is for checking, not for print.
            name: form.by.split('　').next().unwrap_or_default().to_owned(),
            reason: form.why.clone(),
        }],
    };
    let opinion = |title: &str| Consent { title: title.to_owned(), ..Consent::default() };
    Ok(ApplicationForm {
        campaign: c.title.clone(),
        number: e.no.clone(),
        place: e.place_name.clone(),
        way: e.route.title().to_owned(),
        applicant: Applicant {
            name: e.name.clone(),
            sex: sex(e),
            birth: e.birth.parse().ok(),
            ethnicity: String::new(),
            political_status: label(&standards::POLITICAL_STATUS, &e.political),
            health: String::new(),
            education: label(&standards::EDUCATION, &e.education),
            degree: String::new(),
            school: format!("{} {}", form.school, form.major).trim().to_owned(),
            household: form.household.clone(),
            // A print lies about: as much of the numbers as pages show.
            identity: number.map(|n| n.masked()).unwrap_or_default(),
            phone: secrets::mask_phone(&form.phone),
            work: form.work.clone(),
        },
        recommenders,
        pledge: pledge.join("；"),
        pledged: day_of(e.at),
        opinions: vec![opinion("村党组织\n意见"), opinion("乡镇党委\n意见")],
        synthetic: desk.county.demo,
        ..ApplicationForm::default()
    })
}

fn day_of(at: i64) -> Option<Day> {
    let at = jiff::Timestamp::from_millisecond(at).ok()?;
    Some(at.to_zoned(kernel::zone()).date())
}

/// What signed inspections of the person say since applications opened.
async fn inspection(desk: &Desk, c: &Campaign, e: &Entry, stages: &[Stage]) -> Answer<InspectionReport> {
    let all = deciding::inspected(&desk.db, c, e).await?;
    if all.is_empty() || !stages.iter().any(|s| s.work == Work::Inspect) {
        return Err(Failure::Bad(msg!("还没有签字的考察记录")));
    }
    let last = all.last().map(|i| i.draft.day.clone()).unwrap_or_default();
    let duty = duty_of(&desk.db, &e.village, &last).await?;
    let steps = all.iter().map(|i| InspectionStep {
        method: duty.method_title(&i.draft.method, &i.draft.day).to_owned(),
        when: day_text(&i.draft.day),
        place: i.draft.place.clone(),
        with: i.draft.attended.clone(),
        heard: i.draft.asked.parse().ok(),
        by: format!("{} {}", i.signed_unit, i.signed_by).trim().to_owned(),
    });
    let mut observed: Vec<Observed> = Vec::new();
    let mut lacks = Vec::new();
    for finding in all.iter().flat_map(|i| &i.draft.findings).filter(|f| !f.is_empty()) {
        let dimension = duty.aspect_title(About::Person, &finding.aspect, &last).to_owned();
        let text = format!("{} {}", finding.level, finding.text).trim().to_owned();
        match observed.iter_mut().find(|o| o.dimension == dimension) {
            Some(known) => known.text = format!("{}；{text}", known.text),
            None => observed.push(Observed { dimension, text }),
        }
        lacks.extend(finding.problems.iter().cloned());
    }
    let mut members: Vec<String> = Vec::new();
    for by in all.iter().map(|i| &i.signed_by).filter(|by| !by.is_empty()) {
        if !members.contains(by) {
            members.push(by.clone());
        }
    }
    let summaries = all.iter().map(|i| i.draft.summary.trim()).filter(|s| !s.is_empty());
    let about = [sex(e), day_text(&e.birth), label(&standards::EDUCATION, &e.education)];
    Ok(InspectionReport {
        name: e.name.clone(),
        about: about.into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join("，"),
        intended: e.place_name.clone(),
        to: String::new(),
        steps: steps.collect(),
        observed,
        shortcomings: lacks.join("；"),
        opinion: summaries.collect::<Vec<_>>().join("；"),
        members,
        group: issuer(desk, c),
        day: last.parse().ok(),
        synthetic: desk.county.demo,
    })
}

/// One paper: `application` or `inspection`, as `docx` or `pdf`.
pub async fn paper(desk: Desk, Path((id, name)): Path<(i64, String)>) -> Answer<Response> {
    let (e, c, stages) = entry(&desk, id, Action::EnterEntries).await?;
    let (what, ending) = name.split_once('.').ok_or(Failure::NotFound)?;
    let format = format_of(ending).filter(|f| *f != Format::Xlsx).ok_or(Failure::NotFound)?;
    let (title, bytes) = match what {
        "application" => ("报名表", drawn!(application(&desk, &c, &e).await?, format)),
        "inspection" => ("考察报告", drawn!(inspection(&desk, &c, &e, &stages).await?, format)),
        _ => return Err(Failure::NotFound),
    };
    let mut event = desk.caller.event("campaigns.export", "entry", &id.to_string(), &e.township);
    event.person = e.person;
    event.note.clone_from(&name);
    desk.db.record(event, Outcome::Done).await?;
    let file = format!("{}-{title}-{}.{ending}", e.name, file_day());
    Ok(attachments::download(&file, format.media_type(), bytes))
}
