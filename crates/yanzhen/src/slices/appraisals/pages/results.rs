//! Results of a round: ranks and grades, what moved between versions, and the tables that `yanzhen appraise` reads.

use super::{day_text, leads, led, mark, seen, tone};
use crate::slices::appraisals::collect::{grades_of, year_before};
use crate::slices::appraisals::correcting::{self, Corrected, Correction};
use crate::slices::appraisals::given::Given;
use crate::slices::appraisals::model::{Round, State};
use crate::slices::appraisals::store::{self, Outcome};
use crate::slices::places::Desk;
use crate::slices::places::facts::adopted;
use crate::slices::places::pages::{moment_text, score_text};
use appraisal::{OutFormat, write_results};
use askama::Template;
use axum::Form;
use axum::extract::{Path, Query};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Redirect, Response};
use kernel::msg;
use platform::audit::Outcome as Audited;
use platform::kit::{Choice, Faults};
use platform::page::Page;
use platform::web::{Answer, Failure, Html};
use policy::Pack;
use serde::Deserialize;
use std::collections::HashMap;

/// A subject's result as listed.
pub struct Line {
    pub code: String,
    pub name: String,
    pub town: String,
    pub rank: String,
    pub total: String,
    pub grade: usize,
    pub mark: String,
    pub label: String,
    pub last: String,
    pub veto: String,
    pub missing: bool,
    /// What the version before said, where it said otherwise.
    pub before: String,
}

#[derive(Template)]
#[template(path = "appraisals/pages/results.html")]
struct ResultsPage {
    page: Page,
    round: Round,
    state: &'static str,
    tone: &'static str,
    notice: String,
    lines: Vec<Line>,
    counts: Vec<(String, usize, usize)>,
    incomplete: usize,
    moved: usize,
    versions: Vec<Choice>,
    why: String,
    towns: Vec<Choice>,
    leads: bool,
    may_correct: bool,
    version: i64,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    version: Option<i64>,
    township: String,
}

/// The version that is asked for: one that there is, else the latest.
pub fn version_of(round: &Round, asked: Option<i64>) -> i64 {
    asked.filter(|v| (1..=round.version).contains(v)).unwrap_or(round.version)
}

pub async fn show(desk: Desk, Path(id): Path<i64>, Query(asked): Query<Asked>) -> Answer<Response> {
    let seen = seen(&desk, id).await?;
    let (page, db) = (desk.page("rounds").await?, &desk.db);
    let round = seen.round.clone();
    let leading = leads(&desk, &round);
    if round.version == 0 || !(leading || round.state.is_public()) {
        return Err(Failure::NotFound);
    }
    let pack = adopted(db, round.pack).await?;
    let version = version_of(&round, asked.version);
    let mine = if leading { "" } else { seen.township.as_str() };
    let subjects = store::subjects(db, id, mine).await?;
    let by_code: HashMap<&str, &crate::slices::appraisals::model::Subject> =
        subjects.iter().map(|s| (s.code.as_str(), s)).collect();
    let all = store::outcomes(db, id, version).await?;
    let before: HashMap<String, Outcome> = if version > 1 {
        store::outcomes(db, id, version - 1).await?.into_iter().map(|o| (o.code.clone(), o)).collect()
    } else {
        HashMap::new()
    };
    let last = if round.of_persons() {
        HashMap::new()
    } else {
        grades_of(db, &year_before(&round.year), &subjects).await?
    };
    let wanted = |code: &str| {
        by_code.get(code).is_some_and(|s| asked.township.is_empty() || s.township == asked.township)
    };
    let mut moved = 0;
    let lines: Vec<Line> = all
        .iter()
        .filter(|o| wanted(&o.code))
        .filter_map(|o| {
            let subject = by_code.get(o.code.as_str())?;
            let (grade, label) = grade(&pack, &o.grade);
            let was =
                before.get(&o.code).filter(|b| b.rank != o.rank || b.grade != o.grade || b.total != o.total);
            moved += usize::from(was.is_some());
            Some(Line {
                code: o.code.clone(),
                name: subject.name.clone(),
                town: subject.township_name.clone(),
                rank: o.rank.map(|r| r.to_string()).unwrap_or_default(),
                total: o.total.map_or_else(|| "—".to_owned(), score_text),
                mark: mark(&label),
                grade,
                label,
                last: last.get(&o.code).map(|(g, _)| self::grade(&pack, g).1).unwrap_or_default(),
                veto: o.veto.clone(),
                missing: !o.missing.is_empty(),
                before: was.map(|b| told(&page, &pack, b)).unwrap_or_default(),
            })
        })
        .collect();
    let counts = pack
        .grades
        .iter()
        .enumerate()
        .map(|(k, g)| (g.label.clone(), k + 1, lines.iter().filter(|l| l.grade == k + 1).count()))
        .collect();
    let mut towns: Vec<Choice> = Vec::new();
    for s in &subjects {
        if !towns.iter().any(|t| t.value == s.township) {
            towns.push(Choice::new(&s.township, &s.township_name).on(s.township == asked.township));
        }
    }
    let versions = store::versions(db, id).await?;
    let why = versions.iter().find(|v| v.version == version);
    let html = ResultsPage {
        state: page.t(round.state.title()),
        tone: tone(round.state),
        notice: day_text(&round.notice_until),
        counts,
        incomplete: lines.iter().filter(|l| l.missing).count(),
        moved,
        why: why.map(|v| format!("{} {} {}", moment_text(v.at), v.by, v.why)).unwrap_or_default(),
        versions: versions
            .iter()
            .map(|v| {
                Choice::new(
                    format!("/rounds/{id}/results?version={}", v.version),
                    page.tn("第 {n} 版", v.version),
                )
                .on(v.version == version)
            })
            .collect(),
        towns,
        leads: leading,
        may_correct: leading && round.state == State::Published,
        lines,
        version,
        round,
        page,
    };
    Ok(Html(html).into_response())
}

/// A grade's place and label by its id.
pub fn grade(pack: &Pack, id: &str) -> (usize, String) {
    let at = pack.grades.iter().position(|g| g.id.to_string() == id);
    at.map_or_else(Default::default, |k| (k + 1, pack.grades[k].label.clone()))
}

fn told(page: &Page, pack: &Pack, o: &Outcome) -> String {
    let (_, label) = grade(pack, &o.grade);
    page.m(&msg!(
        "原 {total} 分，第 {rank} 名，{label}",
        total = o.total.map_or_else(|| "—".to_owned(), score_text),
        rank = o.rank.unwrap_or_default(),
        label = label
    ))
}

/// A table of the round for `yanzhen appraise`, or its results as that command writes them.
pub async fn table(
    desk: Desk,
    Path((id, name)): Path<(i64, String)>,
    Query(asked): Query<Asked>,
) -> Answer<Response> {
    let round = led(&desk, id).await?;
    let version = asked.version.unwrap_or(i64::MAX);
    let given = Given::at(&desk.db, &round, version).await?;
    let bytes = match name.as_str() {
        "facts.csv" => given.facts_csv().into_bytes(),
        "marks.csv" => given.marks_csv().into_bytes(),
        "excuses.csv" => given.excuses_csv().into_bytes(),
        "results.csv" => {
            let written = given.appraised(|done| {
                let mut out = Vec::new();
                write_results(done, OutFormat::Csv, &mut out).map(|()| out)
            });
            written
                .map_err(|t| Failure::Internal(format!("a score of {} is too large", t.subject)))?
                .map_err(|e| Failure::Internal(e.to_string()))?
        }
        _ => return Err(Failure::NotFound),
    };
    let mut event = desk.caller.event("round.export", "round", &id.to_string(), &round.part);
    event.note.clone_from(&name);
    desk.db.record(event, Audited::Done).await?;
    let file = format!("attachment; filename=\"{}-{name}\"", round.year);
    Ok(([(CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (CONTENT_DISPOSITION, file)], bytes)
        .into_response())
}

#[derive(Template)]
#[template(path = "appraisals/pages/correct.html")]
struct CorrectPage {
    page: Page,
    round: Round,
    code: String,
    name: String,
    columns: Vec<Choice>,
    form: CorrectForm,
    now: String,
    faults: Faults,
}

/// A correction as a form gives it.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct CorrectForm {
    pub code: String,
    /// `indicator/rater`, or `fact/`.
    pub column: String,
    pub value: String,
    pub reason: String,
}

/// What can be put right: each mark of a rater, each fact. `indicator/rater` or `fact/`, and its words.
pub fn correctable(pack: &Pack) -> Vec<(String, String)> {
    let mut out = Vec::new();
    for ind in &pack.indicators {
        if matches!(ind.method, policy::Method::Rated { .. }) {
            for rater in &ind.raters {
                out.push((
                    format!("{}/{rater}", ind.id),
                    format!("{} {}·{}", ind.id, ind.name, pack.rater_text(rater)),
                ));
            }
        }
    }
    let facts = pack.facts.iter().filter(|f| f.subject == pack.subject);
    out.extend(facts.map(|f| (format!("{}/", f.id), f.label.clone())));
    out
}

async fn correcting(desk: &Desk, id: i64, form: CorrectForm, faults: Faults) -> Answer<Response> {
    let round = led(desk, id).await?;
    let (page, db) = (desk.page("rounds").await?, &desk.db);
    if form.code.is_empty() {
        // Whoever names no subject is led to where one is chosen.
        return Ok(Redirect::to(&format!("/rounds/{id}/results")).into_response());
    }
    let Some(placed) = store::subject(db, &round, &form.code).await? else { return Err(Failure::NotFound) };
    let given = Given::of(db, &round).await?;
    let columns = correctable(&given.pack).into_iter().map(|(v, l)| Choice::new(v, l)).collect();
    let now = form.column.split_once('/').and_then(|(c, r)| {
        let kept = given.value(&form.code, c, r)?;
        Some(if r.is_empty() { kept } else { kept.parse().map(score_text).unwrap_or(kept) })
    });
    let html = CorrectPage {
        code: form.code.clone(),
        name: format!("{} {}", placed.subject.township_name, placed.subject.name),
        columns: Choice::pick(columns, &form.column),
        now: now.unwrap_or_default(),
        form,
        faults,
        round: (*round).clone(),
        page,
    };
    let status = crate::slices::places::pages::status(!html.faults.is_empty());
    Ok((status, Html(html)).into_response())
}

/// Where a value is put right after publication.
pub async fn correct_form(
    desk: Desk,
    Path(id): Path<i64>,
    Query(form): Query<CorrectForm>,
) -> Answer<Response> {
    correcting(&desk, id, form, Faults::new()).await
}

/// Puts a value right: a new version.
pub async fn correct(desk: Desk, Path(id): Path<i64>, Form(form): Form<CorrectForm>) -> Answer<Response> {
    let round = led(&desk, id).await?;
    let lang = desk.visitor.lang;
    let mut faults = Faults::new();
    let Some((column, rater)) = form.column.split_once('/') else {
        faults.add("column", msg!("请选要更正的一项").text(lang));
        return correcting(&desk, id, form, faults).await;
    };
    let correction = Correction {
        code: form.code.clone(),
        column: column.to_owned(),
        rater: rater.to_owned(),
        value: form.value.clone(),
    };
    match correcting::correct(&desk.db, &desk.caller, &round, &correction, &form.reason, None).await? {
        Corrected::Done(version) => {
            return Ok(Redirect::to(&format!("/rounds/{id}/results?version={version}")).into_response());
        }
        Corrected::Faulty(found) => faults = Faults::told(found, lang),
        Corrected::Stale => faults.add("value", msg!("别人刚改过，请看一看再改").text(lang)),
    }
    correcting(&desk, id, form, faults).await
}
