//! Acts on a village's posts that need no filing: begin, end, term, duty.

use super::village::{Refused, render, village_of};
use crate::slices::people;
use crate::slices::places::Village;
use crate::slices::places::store::today;
use crate::slices::posts::actions::{self, Beginning, Ending, Faults, TermForm};
use crate::slices::posts::{posts_of, store};
use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use kernel::{Day, msg};
use platform::access::{Action, Authorized, Caller};
use platform::db::Db;
use platform::kit;
use platform::web::{Answer, App, Client, Failure, Visitor, page_for};
use serde::Deserialize;

/// What any form of the page may carry.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    pub post: String,
    /// An id of the list.
    pub person: String,
    /// A name, for people of other villages.
    pub name: String,
    pub from: String,
    pub to: String,
    pub day: String,
    pub way: String,
    pub ground: String,
    pub title: String,
    pub track: String,
    pub text: String,
}

/// What an act has at hand.
struct At {
    db: Db,
    caller: Caller,
    village: Authorized<Village>,
}

impl At {
    async fn new(app: &App, caller: Caller, code: &str) -> Answer<At> {
        let (_, db) = app.county(&caller).await?;
        let village = village_of(&db, &caller, code, Action::EditPosts).await?;
        Ok(At { db, caller, village })
    }

    fn done(&self) -> Response {
        Redirect::to(&format!("/villages/{}/posts", self.village.code)).into_response()
    }

    async fn refuse(
        &self,
        app: &App,
        visitor: &Visitor,
        form: &'static str,
        of: i64,
        typed: Typed,
        faults: Faults,
    ) -> Answer<Response> {
        let page = page_for(app, visitor, "villages").await?;
        let refused = Refused { form, of, faults: kit::Faults::told(faults, page.lang), typed };
        let on = today().parse::<Day>().map_err(|_| Failure::NotFound)?;
        render(app, visitor, &self.caller, &self.db, &self.village, on, refused).await
    }
}

/// The person that a form means: from the list, or by name within the caller's part.
async fn meant(at: &At, typed: &Typed) -> Answer<Result<Option<i64>, kernel::Message>> {
    if let Ok(id) = typed.person.trim().parse::<i64>() {
        return Ok(Ok(Some(id)));
    }
    let name = typed.name.trim();
    if name.is_empty() {
        return Ok(Ok(None));
    }
    let found = people::store::named(&at.db, &at.caller.part, name).await?;
    Ok(match found.as_slice() {
        [] => Err(msg!("没有叫 {name} 的人；没有档案的先建档", name = name)),
        [only] => Ok(Some(*only)),
        many => Err(msg!("叫 {name} 的有 {n} 人以上；请到本人档案里办理", name = name, n = many.len())),
    })
}

/// Registers who took a post.
pub async fn begin(
    State(app): State<App>,
    visitor: Visitor,
    Client(caller): Client,
    Path(code): Path<String>,
    Form(typed): Form<Typed>,
) -> Answer<Response> {
    let at = At::new(&app, caller, &code).await?;
    let mut early = Faults::new();
    let id = match meant(&at, &typed).await? {
        Ok(id) => id,
        Err(why) => {
            early.push(("person", why));
            None
        }
    };
    let person = actions::person(&at.db, &at.caller, id).await?;
    let beginning = Beginning {
        post: typed.post.clone(),
        person: id,
        from: typed.from.clone(),
        way: typed.way.clone(),
        ground: typed.ground.clone(),
        term: None,
        title: typed.title.clone(),
    };
    let posts = posts_of(&at.db, &code, &today()).await?;
    match beginning.check(&at.db, &posts, &at.village, &at.caller, person.as_ref()).await? {
        Ok(mut new) if early.is_empty() => {
            let terms = store::terms(&at.db, &code).await?;
            let of =
                |t: &&store::Term| t.track == new.track && t.from_on <= new.from_on && new.from_on <= t.to_on;
            new.term = terms.iter().find(of).map(|t| t.id);
            actions::begin(&at.db, &posts, &at.caller, new).await?;
            Ok(at.done())
        }
        checked => {
            if let Err(faults) = checked {
                let more = faults.into_iter().filter(|(f, _)| !early.iter().any(|(e, _)| e == f));
                let more: Faults = more.collect();
                early.extend(more);
            }
            at.refuse(&app, &visitor, "begin", 0, typed, early).await
        }
    }
}

/// A hold of the village, if there is one.
async fn hold_of(at: &At, id: i64, action: Action) -> Answer<Authorized<crate::slices::posts::Holding>> {
    let found = store::find(&at.db, id).await?.filter(|h| h.village == at.village.code);
    Ok(at.caller.authorize(action, found)?)
}

/// Ends a hold by a lawful way.
pub async fn end(
    State(app): State<App>,
    visitor: Visitor,
    Client(caller): Client,
    Path((code, id)): Path<(String, i64)>,
    Form(typed): Form<Typed>,
) -> Answer<Response> {
    let at = At::new(&app, caller, &code).await?;
    let hold = hold_of(&at, id, Action::EditPosts).await?;
    let posts = posts_of(&at.db, &code, &today()).await?;
    let ending = Ending { day: typed.day.clone(), way: typed.way.clone(), ground: typed.ground.clone() };
    let way = match ending.check(&hold, &posts, &at.caller) {
        Ok(way) => way,
        Err(faults) => return at.refuse(&app, &visitor, "end", id, typed, faults).await,
    };
    if actions::end(&at.db, &posts, &at.caller, &hold, &ending, way).await? {
        return Ok(at.done());
    }
    let stale = vec![("day", msg!("这段任职刚被别人改过；请看过现在的再办"))];
    at.refuse(&app, &visitor, "end", id, typed, stale).await
}

/// Writes a term.
pub async fn term(
    State(app): State<App>,
    visitor: Visitor,
    Client(caller): Client,
    Path(code): Path<String>,
    Form(typed): Form<Typed>,
) -> Answer<Response> {
    let at = At::new(&app, caller, &code).await?;
    let terms = store::terms(&at.db, &code).await?;
    let form = TermForm {
        track: typed.track.clone(),
        name: typed.title.clone(),
        from: typed.from.clone(),
        to: typed.to.clone(),
        ground: typed.ground.clone(),
    };
    match form.check(&at.village, &terms) {
        Ok(term) => {
            actions::add_term(&at.db, &at.caller, &term).await?;
            Ok(at.done())
        }
        Err(faults) => at.refuse(&app, &visitor, "term", 0, typed, faults).await,
    }
}

/// Sets the written duty of a hold.
pub async fn duty(
    State(app): State<App>,
    visitor: Visitor,
    Client(caller): Client,
    Path((code, id)): Path<(String, i64)>,
    Form(typed): Form<Typed>,
) -> Answer<Response> {
    let at = At::new(&app, caller, &code).await?;
    let hold = hold_of(&at, id, Action::EditPosts).await?;
    let text = typed.text.trim().to_owned();
    let mut faults = Faults::new();
    if text.is_empty() {
        faults.push(("text", msg!("请写明职责，一行一条")));
    }
    if text.chars().count() > 2000 {
        faults.push(("text", msg!("职责最多 {n} 个字", n = 2000)));
    }
    if !hold.lasts() {
        faults.push(("text", msg!("这段任职已经结束，不再定职")));
    }
    let Ok(on) = today().parse::<Day>() else { return Err(Failure::NotFound) };
    if !faults.is_empty() {
        return at.refuse(&app, &visitor, "duty", id, typed, faults).await;
    }
    actions::set_duty(&at.db, &at.caller, &hold, &text, on).await?;
    Ok(at.done())
}
