//! A file given out as an appointment form: LRMX, Word, PDF. An audited read.

use super::person_of;
use crate::slices::people::{Field, exchange, store};
use crate::slices::places::Desk;
use crate::slices::places::pages::file_day;
use crate::slices::places::store::today;
use crate::slices::posts::posts_of;
use axum::extract::Path;
use axum::response::Response;
use documents::{ApprovalForm, DocumentFault, Format};
use kernel::Day;
use platform::access::Action;
use platform::attachments;
use platform::audit::Outcome;
use platform::web::{Answer, Failure};

/// What a document that cannot be made is answered with.
pub fn failed(fault: DocumentFault) -> Failure {
    match fault {
        DocumentFault::Engine(why) => Failure::Internal(why),
        other => Failure::Bad(other.message()),
    }
}

/// A form's ending: `lrmx`, `docx` or `pdf`.
fn format_of(name: &str) -> Option<Option<Format>> {
    Some(match name {
        "form.lrmx" => None,
        "form.docx" => Some(Format::Docx),
        "form.pdf" => Some(Format::Pdf),
        _ => return None,
    })
}

/// Gives the form out.
pub async fn form(desk: Desk, Path((id, name)): Path<(i64, String)>) -> Answer<Response> {
    let format = format_of(&name).ok_or(Failure::NotFound)?;
    let person = person_of(&desk.db, &desk.caller, id, Action::ExportPeople).await?;
    let day = today();
    let now: Day = day.parse().map_err(|_| Failure::NotFound)?;
    let rules = posts_of(&desk.db, person.get(Field::Village), &day).await?;
    let mut sealed = store::open_all(&desk.db, &person).await?;
    // On paper and in Word the identity number is not asked for: what is not needed stays sealed.
    if format.is_some() {
        sealed.remove(&Field::Identity);
    }
    let form = exchange::form(&desk.db, &person, &sealed, &rules, now).await?;
    let mut event = desk.caller.event("people.export", "person", &id.to_string(), person.get(Field::Village));
    event.note.clone_from(&name);
    desk.db.record(event, Outcome::Done).await?;
    let (bytes, media, ending) = match format {
        None => (form.write(), "application/xml", "lrmx"),
        Some(format) => {
            let mut approval = ApprovalForm::of(form, now);
            approval.synthetic = person.synthetic;
            let made = tokio::task::spawn_blocking(move || match format {
                Format::Docx => approval.docx(),
                _ => approval.pdf(),
            });
            let bytes = made.await.map_err(|e| Failure::Internal(e.to_string()))?.map_err(failed)?;
            (bytes, format.media_type(), format.extension())
        }
    };
    Ok(attachments::download(&format!("{}-{}.{ending}", person.name(), file_day()), media, bytes))
}
