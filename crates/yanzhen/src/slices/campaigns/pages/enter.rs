//! Writing in somebody who came to an office, or a recommendation; and who was recommended and now agrees.

use super::{campaign, entry as found, text};
use crate::slices::campaigns::entering::{self, Given};
use crate::slices::campaigns::model::{Campaign, Entry, Faults as Found};
use crate::slices::campaigns::rules;
use crate::slices::campaigns::store;
use crate::slices::people::pages as people;
use crate::slices::places::Desk;
use crate::slices::places::pages::status;
use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use axum_form::Sent;
use platform::access::{Action, Authorized};
use platform::kit::{Choice, Faults};
use platform::page::Page;
use platform::web::{Answer, Html};

#[derive(Template)]
#[template(path = "campaigns/pages/enter.html")]
struct EnterPage {
    page: Page,
    c: Authorized<Campaign>,
    /// Who was recommended and agrees.
    waiting: Option<Entry>,
    /// Only a recommendation: name, place and reason.
    alone: bool,
    modes: Vec<Choice>,
    routes: Vec<Choice>,
    places: Vec<Choice>,
    education: Vec<Choice>,
    political: Vec<Choice>,
    sources: Vec<Choice>,
    /// Id, sentence, whether it is declared.
    declares: Vec<(String, String, bool)>,
    given: Given,
    faults: Faults,
    to: String,
}

/// Forms whose names may come several times.
mod axum_form {
    use super::Given;
    use axum::extract::{FromRequest, Request};
    use platform::web::{App, Failure};

    /// Names and values, in order.
    #[derive(Clone, Debug, Default)]
    pub struct Sent(pub Vec<(String, String)>);

    impl FromRequest<App> for Sent {
        type Rejection = Failure;

        async fn from_request(request: Request, app: &App) -> Result<Self, Failure> {
            let form = axum::Form::<Vec<(String, String)>>::from_request(request, app).await;
            let form = form.map_err(|e| Failure::Bad(kernel::msg!("{what}", what = e.to_string())))?;
            Ok(Sent(form.0))
        }
    }

    impl Sent {
        pub fn get(&self, name: &str) -> String {
            self.0.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone()).unwrap_or_default()
        }

        pub fn given(&self) -> Given {
            Given {
                place: self.get("place").parse().ok(),
                name: self.get("name"),
                identity: self.get("identity"),
                phone: self.get("phone"),
                education: self.get("education"),
                full_time: self.get("full_time") == "1",
                school: self.get("school"),
                major: self.get("major"),
                graduated_on: self.get("graduated_on"),
                political: self.get("political"),
                party_on: self.get("party_on"),
                work: self.get("work"),
                household: self.get("household"),
                source: self.get("source"),
                declares: self.0.iter().filter(|(n, _)| n == "declares").map(|(_, v)| v.clone()).collect(),
                keep_contact: self.get("keep_contact") == "1",
                route: self.get("route"),
                by: self.get("by"),
                why: self.get("why"),
                consent: self.get("consent") == "1",
            }
        }
    }
}

pub async fn show(
    desk: Desk,
    Path(id): Path<i64>,
    axum::extract::Query(asked): axum::extract::Query<std::collections::HashMap<String, String>>,
) -> Answer<Response> {
    let (c, _) = campaign(&desk, id).await?;
    render(&desk, c, None, text(&asked, "as") == "recommendation", Given::default(), Found::new()).await
}

/// The form in which somebody who was recommended agrees.
pub async fn agreeing(desk: Desk, Path(id): Path<i64>) -> Answer<Response> {
    let (e, c, _) = found(&desk, id, Action::EnterEntries).await?;
    let given = Given { name: e.name.clone(), place: e.place, ..Given::default() };
    render(&desk, c, Some((*e).clone()), false, given, Found::new()).await
}

async fn render(
    desk: &Desk,
    c: Authorized<Campaign>,
    waiting: Option<Entry>,
    alone: bool,
    given: Given,
    faults: Found,
) -> Answer<Response> {
    let mut page = desk.page("pools").await?;
    page.path = match (&waiting, alone) {
        (Some(w), _) => format!("/entries/{}/agree", w.id),
        (None, true) => format!("/campaigns/{}/entries/new?as=recommendation", c.id),
        (None, false) => format!("/campaigns/{}/entries/new", c.id),
    };
    let rules = rules::rules(&desk.db, &c).await?;
    let day = c.rules_on.as_str();
    let groups = people::rules(&desk.db, &c.township).await?;
    let places = store::places(&desk.db, c.id, &desk.caller.part).await?;
    let codes = |set: &[(&'static str, &'static str)]| -> Vec<Choice> {
        set.iter().map(|(code, label)| Choice::new(*code, page.w(label))).collect()
    };
    let new = format!("/campaigns/{}/entries/new", c.id);
    let allowed = rules.kind_on(&c.kind, day).map(|k| k.routes.clone()).unwrap_or_default();
    let routes = allowed
        .iter()
        .filter(|r| !alone || **r != policy::campaigns::Route::Own)
        .map(|r| Choice::new(r.id(), page.t(r.title())))
        .collect();
    let declares = rules
        .conditions_on(&c.kind, day)
        .into_iter()
        .filter(|i| i.declared)
        .map(|i| (i.id.clone(), i.title.clone(), given.declares.contains(&i.id)))
        .collect();
    let refused = !faults.is_empty();
    let html = EnterPage {
        modes: vec![
            Choice::new(new.clone(), page.t("本人来报")).on(!alone),
            Choice::new(format!("{new}?as=recommendation"), page.t("推荐别人")).on(alone),
        ],
        routes: Choice::pick(routes, &given.route),
        places: Choice::pick(
            places.iter().map(|p| Choice::new(p.id.to_string(), p.name())).collect(),
            &given.place.map(|p| p.to_string()).unwrap_or_default(),
        ),
        education: Choice::pick(codes(&standards::EDUCATION), &given.education),
        political: Choice::pick(codes(&standards::POLITICAL_STATUS), &given.political),
        sources: Choice::pick(
            groups.source_groups_on(day).iter().map(|g| Choice::new(&g.id, &g.title)).collect(),
            &given.source,
        ),
        to: waiting
            .as_ref()
            .map_or(format!("/campaigns/{}/entries", c.id), |w| format!("/entries/{}/agree", w.id)),
        declares,
        waiting,
        alone,
        given,
        faults: Faults::told(faults, page.lang),
        c,
        page,
    };
    Ok((status(refused), Html(html)).into_response())
}

/// Writes it in.
pub async fn enter(desk: Desk, Path(id): Path<i64>, sent: Sent) -> Answer<Response> {
    let (c, _) = campaign(&desk, id).await?;
    let given = sent.given();
    let alone = sent.get("as") == "recommendation";
    match entering::enter(&desk.db, &desk.caller, &c, &given, !alone).await? {
        Ok(id) => Ok(Redirect::to(&format!("/entries/{id}")).into_response()),
        Err(faults) => render(&desk, c, None, alone, given, faults).await,
    }
}

/// Who was recommended agrees.
pub async fn agree(desk: Desk, Path(id): Path<i64>, sent: Sent) -> Answer<Response> {
    let (e, c, _) = found(&desk, id, Action::EnterEntries).await?;
    let given = sent.given();
    match entering::agree(&desk.db, &desk.caller, &c, &e, &given).await? {
        Ok(()) => Ok(Redirect::to(&format!("/entries/{id}")).into_response()),
        Err(faults) => render(&desk, c, Some((*e).clone()), false, given, faults).await,
    }
}
