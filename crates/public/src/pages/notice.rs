//! A public notice, and objections to it while it hangs.

use super::apply::first_status;
use super::visit::Visit;
use super::{Answer, own};
use crate::check::{Fields, objection};
use crate::clock::{day, local};
use crate::desk::Kept;
use crate::page::{Choice, Faults, Page};
use crate::seal::Slip;
use crate::throttle::Act;
use crate::wire::{Letter, Notice};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use kernel::{key, msg};

#[derive(Template)]
#[template(path = "notice.html")]
struct NoticePage {
    page: Page,
    n: Notice,
    posted: String,
    until: String,
    open: bool,
    paragraphs: Vec<String>,
    fields: Fields,
    faults: Faults,
    token: String,
    about: Vec<Choice>,
}

fn open(visit: &Visit, notice: &Notice) -> bool {
    visit.local().date().to_string().as_str() <= notice.until.as_str()
}

fn shown(visit: &Visit, n: Notice, faults: Faults, token: String) -> Response {
    let fields = visit.fields.clone();
    let page = visit.of_form();
    let whole = std::iter::once((String::new(), page.t("整个公示").to_owned()));
    let about = Choice::of(
        whole.chain(n.people.iter().map(|p| (p.name.clone(), p.name.clone()))),
        fields.get("about"),
    );
    let paragraphs = n.text.lines().map(str::trim).filter(|l| !l.is_empty()).map(str::to_owned).collect();
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let open = open(visit, &n);
    // Where there is no form the switches are links.
    let page = if open { page } else { Page { form: "", ..page } };
    let (posted, until) = (day(&n.posted_on), day(&n.until));
    visit.html(status, NoticePage { page, posted, until, open, paragraphs, fields, faults, token, about, n })
}

pub(super) async fn show(Path(id): Path<String>, visit: Visit) -> Answer {
    let (_, notice) = visit.notice(&id)?;
    let token = visit.app.token(visit.now);
    Ok(shown(&visit, notice, Faults::new(), token))
}

pub(super) async fn object(Path(id): Path<String>, visit: Visit) -> Answer {
    let (site, notice) = visit.notice(&id)?;
    if !open(&visit, &notice) {
        return Err(visit.tell(
            StatusCode::CONFLICT,
            msg!("公示已经结束"),
            msg!("公示已于 {day} 结束", day = day(&notice.until)),
            msg!("什么都没有交出去。还要反映的，请直接找组织部门。"),
        ));
    }
    let token = visit.fields.get("token").to_owned();
    let Some(begun) = visit.app.token_at(&token, visit.now) else {
        let token = visit.app.token(visit.now);
        return Ok(shown(&visit, notice, Faults::new(), token));
    };
    if visit.go() != "send" {
        return Ok(shown(&visit, notice, Faults::new(), token));
    }
    let people: Vec<&str> = notice.people.iter().map(|p| p.name.as_str()).collect();
    let (o, faults) = objection(&visit.fields, &people);
    if !faults.is_empty() {
        let faults = faults.told(visit.page.lang, &[]);
        return Ok(shown(&visit, notice, faults, token));
    }
    visit.take(Act::Object)?;
    let slip = Slip::of(&visit.app.secret, "YY", local(begun).year(), &token);
    let status = first_status(&slip, &notice.title, "", visit.now, key!("反映收到"), None, Vec::new());
    let kept = Kept { status, ..Kept::default() };
    let letter = Letter::Object {
        notice: notice.id.clone(),
        receipt: slip.receipt.clone(),
        words: slip.words.clone(),
        at: visit.now,
        name: o.name,
        phone: o.phone,
        about: o.about,
        text: o.text,
    };
    let done = visit.heavy(move |app| app.send_first(&site, &letter, kept, &token)).await?;
    own::received(&visit, done, slip, &notice.title)
}
