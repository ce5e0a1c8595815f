//! Documents and the photo of a file; the account of its person.

use super::person_of;
use crate::slices::people::{Field, store};
use crate::slices::places::pages::Sent;
use axum::Form;
use axum::extract::{Path, Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::response::{IntoResponse, Redirect, Response};
use kernel::msg;
use platform::access::Action;
use platform::attachments::{self, NewFile};
use platform::audit::Outcome;
use platform::web::{Answer, App, Client, Failure};
use serde::Deserialize;

/// Keeps a document or the photo of a file.
pub async fn bring(
    State(app): State<App>,
    Client(caller): Client,
    Path(id): Path<i64>,
    request: Request,
) -> Answer<Response> {
    let (_, db) = app.county(&caller).await?;
    let person = person_of(&db, &caller, id, Action::EditPeople).await?;
    let limit = app.at.settings.attachment_bytes;
    let sent = Sent::read(request, limit).await?;
    let Some((name, bytes)) = &sent.file else { return Err(Failure::Bad(msg!("请选择文件"))) };
    let photo = sent.text("what") == "photo";
    let image = bytes.starts_with(b"\x89PNG\r\n\x1a\n") || bytes.starts_with(b"\xff\xd8\xff");
    if photo && (!image || bytes.len() > 5 << 20) {
        return Err(Failure::Bad(msg!("照片请用 5 MB 以内的 PNG 或 JPEG")));
    }
    let record = id.to_string();
    let kind = if photo { "person-photo" } else { "person" };
    let mut event = caller.event("people.document", "person", &record, person.get(Field::Village));
    event.person = Some(id);
    let file = NewFile { name, bytes, kind, record: &record, part: person.get(Field::Village) };
    let kept = attachments::store(&db, event, limit, file).await?.map_err(Failure::Bad)?;
    if photo {
        let mut event = caller.event("people.photo", "person", &record, person.get(Field::Village));
        event.person = Some(id);
        let mut tx = db.write(event).await?;
        store::put_photo(&mut tx, &person, kept).await?;
        tx.commit().await?;
    }
    Ok(Redirect::to(&format!("/people/{id}?part=documents")).into_response())
}

/// Gives a document out.
pub async fn document(
    State(app): State<App>,
    Client(caller): Client,
    Path((id, attachment)): Path<(i64, i64)>,
) -> Answer<Response> {
    let (_, db) = app.county(&caller).await?;
    let person = person_of(&db, &caller, id, Action::ViewPeople).await?;
    let (found, bytes) = attachments::open(&db, attachment).await?.ok_or(Failure::NotFound)?;
    if found.kind != "person" || found.record != person.id.to_string() {
        return Err(Failure::NotFound);
    }
    let event = caller.event("people.document.open", "person", &found.record, person.get(Field::Village));
    db.record(event, Outcome::Done).await?;
    Ok(attachments::download(&found.name, &found.mime, bytes))
}

/// The photo, for the file's own page: a PNG or JPEG by its first bytes, never sniffed further.
pub async fn photo(State(app): State<App>, Client(caller): Client, Path(id): Path<i64>) -> Answer<Response> {
    let (_, db) = app.county(&caller).await?;
    let person = person_of(&db, &caller, id, Action::ViewPeople).await?;
    let photo = person.photo.ok_or(Failure::NotFound)?;
    let (found, bytes) = attachments::open(&db, photo).await?.ok_or(Failure::NotFound)?;
    let image = matches!(found.mime.as_str(), "image/png" | "image/jpeg");
    if !image || found.record != person.id.to_string() {
        return Err(Failure::NotFound);
    }
    let headers = [
        (CONTENT_TYPE, found.mime.clone()),
        (X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (CACHE_CONTROL, "private, no-store".to_owned()),
    ];
    Ok((headers, bytes).into_response())
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Linked {
    login: String,
}

/// Links the account through which a person sees the own file; an empty login ends the link.
pub async fn link(
    State(app): State<App>,
    Client(caller): Client,
    Path(id): Path<i64>,
    Form(typed): Form<Linked>,
) -> Answer<Response> {
    let (_, db) = app.county(&caller).await?;
    let person = person_of(&db, &caller, id, Action::LinkAccount).await?;
    let login = typed.login.trim();
    let account = if login.is_empty() {
        None
    } else {
        let found = app.at.accounts().cadre_of(login, &caller.county).await?;
        Some(found.ok_or_else(|| Failure::Bad(msg!("本县没有这个村干部账号；请先由安全管理员开通")))?)
    };
    let mut event = caller.event("people.link", "person", &id.to_string(), person.get(Field::Village));
    event.person = Some(id);
    let mut tx = db.write(event).await?;
    store::link(&mut tx, id, account.map(|account| (account, login)), &caller.name).await?;
    tx.commit().await?;
    Ok(Redirect::to(&format!("/people/{id}#account")).into_response())
}
