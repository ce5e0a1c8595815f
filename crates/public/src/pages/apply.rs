//! An application in four steps (design 16b2, 16b): what was filled in travels in the form itself, and nothing is kept
//! before it is sent.

use super::home::Phase;
use super::visit::{Visit, not_open};
use super::{Answer, own};
use crate::check::{Fields, STEPS, age_on, application, step_of};
use crate::clock::{local, moment};
use crate::desk::Kept;
use crate::page::{Choice, Faults, Page};
use crate::seal::Slip;
use crate::throttle::Act;
use crate::wire::{Campaign, Form, Letter, Line, May, Status, Tone};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use kernel::{Lang, key, msg};
use standards::POLITICAL_STATUS;

/// GB/T 4658 in everyday words.
pub(super) const SCHOOLING: [(&str, &str); 8] = [
    ("10", key!("研究生")),
    ("20", key!("大学本科")),
    ("30", key!("大学专科")),
    ("40", key!("中专、技校")),
    ("60", key!("高中")),
    ("70", key!("初中")),
    ("80", key!("小学")),
    ("90", key!("其他学历")),
];

/// Places of a township, as a list offers them.
pub(super) struct Township {
    pub name: String,
    pub places: Vec<Choice>,
}

/// The fields of an application as the pages show them.
pub(super) struct Sheet {
    pub c: Campaign,
    pub fields: Fields,
    pub faults: Faults,
    pub schooling: Vec<Choice>,
    pub political: Vec<Choice>,
    pub townships: Vec<Township>,
}

impl Sheet {
    pub fn new(c: Campaign, fields: Fields, faults: Faults, lang: Lang) -> Sheet {
        let education = fields.get("education");
        let schooling = SCHOOLING.iter().map(|(id, word)| ((*id).to_owned(), kernel::word(word, lang)));
        let schooling = Choice::of(schooling, education);
        let political =
            POLITICAL_STATUS.iter().map(|(id, word)| ((*id).to_owned(), kernel::word(word, lang)));
        let political = Choice::of(political, fields.get("political"));
        let mut townships: Vec<Township> = Vec::new();
        for place in &c.places {
            let value = c.key_of(place);
            let on = value == fields.get("place");
            let seats = if place.seats > 0 { format!("（{} 名）", place.seats) } else { String::new() };
            let choice = Choice { value, label: format!("{}{seats}", place.words()), on };
            match townships.iter_mut().find(|t| t.name == place.township) {
                Some(township) => township.places.push(choice),
                None => townships.push(Township { name: place.township.clone(), places: vec![choice] }),
            }
        }
        Sheet { c, fields, faults, schooling, political, townships }
    }

    pub fn get(&self, name: &str) -> &str {
        self.fields.get(name)
    }

    pub fn of(&self, name: &str) -> String {
        self.faults.of(name)
    }

    pub fn agreed(&self, id: &str) -> bool {
        self.fields.all("declares").any(|d| d == id)
    }

    pub fn is_source(&self, id: &str) -> bool {
        self.fields.get("source") == id
    }
}

#[derive(Template)]
#[template(path = "apply.html")]
struct StepPage {
    page: Page,
    sheet: Sheet,
    step: usize,
    token: String,
    carried: Vec<(String, String)>,
    /// What step 4 shows: word, value, step.
    summary: Vec<(&'static str, String, usize)>,
}

pub(super) async fn begin(Path(id): Path<String>, visit: Visit) -> Answer {
    let (_, c) = visit.campaign(&id)?;
    if !Phase::of(&c, visit.local()).open() || !c.takes("self") {
        return refused(&visit, &c);
    }
    let token = visit.app.token(visit.now);
    Ok(step_page(&visit, c, Fields::default(), Faults::new(), 1, token))
}

fn refused(visit: &Visit, c: &Campaign) -> Answer {
    if Phase::of(c, visit.local()).open() {
        return Err(visit.nowhere());
    }
    not_open(visit, c)
}

pub(super) async fn step(Path(id): Path<String>, visit: Visit) -> Answer {
    let (site, c) = visit.campaign(&id)?;
    if !Phase::of(&c, visit.local()).open() || !c.takes("self") {
        return refused(&visit, &c);
    }
    let fields = visit.fields.clone();
    let here = fields.get("step").parse().unwrap_or(1).clamp(1, 4);
    let token = fields.get("token").to_owned();
    let Some(begun) = visit.app.token_at(&token, visit.now) else {
        // Too old, or made up: what was typed stays, and is sent with a token of today.
        let token = visit.app.token(visit.now);
        return Ok(step_page(&visit, c, fields, Faults::new(), here, token));
    };
    let go = visit.go();
    let (form, faults) = application(&fields, &c, visit.local().date());
    let lang = visit.page.lang;
    match go {
        "stay" => Ok(step_page(&visit, c, fields, Faults::new(), here, token)),
        "back" => Ok(step_page(&visit, c, fields, Faults::new(), here.max(2) - 1, token)),
        "1" | "2" | "3" => {
            let to = go.parse().unwrap_or(1);
            Ok(step_page(&visit, c, fields, Faults::new(), to, token))
        }
        "next" if here < 4 => {
            let faults = faults.told(lang, STEPS[here - 1]);
            let to = if faults.is_empty() { here + 1 } else { here };
            Ok(step_page(&visit, c, fields, faults, to, token))
        }
        "send" if here == 4 => {
            let first = faults.iter().map(|(field, _)| step_of(field)).min();
            if let Some(to) = first {
                let faults = faults.told(lang, STEPS[to - 1]);
                return Ok(step_page(&visit, c, fields, faults, to, token));
            }
            visit.take(Act::Apply)?;
            send(&visit, &site, &c, form, &token, begun).await
        }
        _ => Ok(step_page(&visit, c, fields, Faults::new(), here, token)),
    }
}

async fn send(
    visit: &Visit,
    site: &std::sync::Arc<crate::wire::Site>,
    c: &Campaign,
    form: Form,
    token: &str,
    begun: i64,
) -> Answer {
    let slip = Slip::of(&visit.app.secret, "BM", local(begun).year(), token);
    let place = c.place(&form.place).map(crate::wire::Place::words).unwrap_or_default();
    let at = visit.now;
    let kept = Kept {
        campaign: c.id.clone(),
        status: first_status(
            &slip,
            &c.title,
            &place,
            at,
            key!("报名收到"),
            Some(form.clone()),
            vec![May::Correct, May::Withdraw, May::Ask],
        ),
        sent: Vec::new(),
    };
    let letter = Letter::Apply {
        campaign: c.id.clone(),
        receipt: slip.receipt.clone(),
        words: slip.words.clone(),
        at,
        form,
    };
    let (site, token) = (site.clone(), token.to_owned());
    let done = visit.heavy(move |app| app.send_first(&site, &letter, kept, &token)).await?;
    own::received(visit, done, slip, &place)
}

/// What is read until the county has fetched.
pub(super) fn first_status(
    slip: &Slip,
    title: &str,
    place: &str,
    at: i64,
    what: &str,
    form: Option<Form>,
    may: Vec<May>,
) -> Status {
    let done = Line { at: moment(local(at)), title: what.to_owned(), tone: Tone::Done, ..Line::default() };
    let next = Line {
        title: key!("等县里收取").to_owned(),
        note: key!("收取以后，这里写明走到哪一步").to_owned(),
        tone: Tone::Now,
        ..Line::default()
    };
    Status {
        receipt: slip.receipt.clone(),
        title: title.to_owned(),
        place: place.to_owned(),
        received_at: at,
        lines: vec![done, next],
        form,
        may,
        ..Status::default()
    }
}

fn step_page(
    visit: &Visit,
    c: Campaign,
    fields: Fields,
    faults: Faults,
    step: usize,
    token: String,
) -> axum::response::Response {
    let page = visit.of_form();
    let others: Vec<&str> = STEPS
        .iter()
        .enumerate()
        .filter(|(at, _)| at + 1 != step)
        .flat_map(|(_, names)| names.iter().copied())
        .collect();
    let carried = fields.carried(&others);
    let summary = if step == 4 { summary(&page, &fields, &c, visit) } else { Vec::new() };
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let sheet = Sheet::new(c, fields, faults, page.lang);
    visit.html(status, StepPage { page, sheet, step, token, carried, summary })
}

/// What was filled in, in words.
fn summary(page: &Page, fields: &Fields, c: &Campaign, visit: &Visit) -> Vec<(&'static str, String, usize)> {
    let (form, _) = application(fields, c, visit.local().date());
    rows(page, &form, c, Some(visit))
        .into_iter()
        .map(|(word, value, field)| (word, value, step_of(field)))
        .collect()
}

/// A form in words: word, value, field. The identity number is masked: who filled it in knows it, who looks on need not.
pub(super) fn rows(
    page: &Page,
    form: &Form,
    c: &Campaign,
    visit: Option<&Visit>,
) -> Vec<(&'static str, String, &'static str)> {
    let word = |zh: &str| kernel::word(zh, page.lang);
    let label = |set: &[(&'static str, &'static str)], code: &str| {
        set.iter().find(|(id, _)| *id == code).map(|(_, w)| word(w)).unwrap_or_default()
    };
    let mut born = crate::clock::day(&form.birth);
    if let Some(age) = visit.and_then(|v| age_on(&form.birth, v.local().date())) {
        born = page.m(&msg!("{day}，今天 {n} 岁", day = born, n = u32::from(age)));
    }
    let full = if form.full_time { key!("全日制") } else { key!("不是全日制") };
    let source = c.sources.iter().find(|s| s.id == form.source).map(|s| s.title.clone()).unwrap_or_default();
    let all = [
        (page.t("姓名"), form.name.clone(), "name"),
        (page.t("身份证号"), secrets::mask_identity(&form.identity), "identity"),
        (page.t("出生"), born, "identity"),
        (page.t("手机号"), form.phone.clone(), "phone"),
        (page.t("最高学历"), format!("{} · {}", label(&SCHOOLING, &form.education), word(full)), "education"),
        (page.t("毕业院校"), form.school.clone(), "school"),
        (page.t("所学专业"), form.major.clone(), "major"),
        (page.t("毕业时间"), form.graduated_on.clone(), "graduated_on"),
        (page.t("政治面貌"), label(&POLITICAL_STATUS, &form.political), "political"),
        (page.t("入党时间"), form.party_on.clone(), "party_on"),
        (page.t("现在做什么"), form.work.clone(), "work"),
        (page.t("报哪里"), c.place(&form.place).map(crate::wire::Place::words).unwrap_or_default(), "place"),
        (page.t("属于哪一类人"), source, "source"),
        (page.t("户籍在哪里"), form.household.clone(), "household"),
    ];
    all.into_iter().filter(|(_, value, _)| !value.is_empty()).collect()
}
