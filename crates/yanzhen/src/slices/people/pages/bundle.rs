//! Files of those picked in the list as appointment forms (LRMX) in one ZIP. An audited read of each.

use super::person_of;
use super::sight::Picked;
use crate::slices::people::{Field, exchange, store};
use crate::slices::places::Desk;
use crate::slices::places::pages::file_day;
use crate::slices::places::store::today;
use crate::slices::posts::posts_of;
use axum::Form;
use axum::response::Response;
use kernel::{Day, key, msg};
use platform::access::Action;
use platform::attachments;
use platform::audit::Outcome;
use platform::web::{Answer, Failure};
use std::collections::HashMap;

/// The most forms of one ZIP: each opens what is sealed, and is on record for its person.
const MOST: usize = 300;

/// Those ticked, or all that the filter finds, in the list's order.
pub async fn forms(desk: Desk, Form(fields): Form<Vec<(String, String)>>) -> Answer<Response> {
    let ids = Picked::read(&fields)?.people(&desk).await?;
    match ids.len() {
        0 => return Err(Failure::Bad(msg!("没有符合的人，没有可导出的"))),
        n if n > MOST => {
            return Err(Failure::Bad(msg!(
                "一次最多导出 {most} 份审批表，这里有 {n} 份；请加条件分几次",
                most = MOST,
                n = n
            )));
        }
        _ => {}
    }
    let day = today();
    let now: Day = day.parse().map_err(|_| Failure::NotFound)?;
    let mut rules = HashMap::new();
    let mut files = Vec::with_capacity(ids.len());
    for id in ids {
        let person = person_of(&desk.db, &desk.caller, id, Action::ExportPeople).await?;
        let village = person.get(Field::Village).to_owned();
        if !rules.contains_key(&village) {
            rules.insert(village.clone(), posts_of(&desk.db, &village, &day).await?);
        }
        let Some(rules) = rules.get(&village) else { return Err(Failure::NotFound) };
        let sealed = store::open_all(&desk.db, &person).await?;
        let form = exchange::form(&desk.db, &person, &sealed, rules, now).await?;
        let mut event = desk.caller.event("people.export", "person", &id.to_string(), &village);
        event.note = "form.lrmx".into();
        desk.db.record(event, Outcome::Done).await?;
        files.push((
            format!("{}{}-{}.lrmx", person.township_name, person.village_name, person.name()),
            form.write(),
        ));
    }
    let packed = tokio::task::spawn_blocking(move || standards::bundle::write_many(&files));
    let bytes = packed.await.map_err(|e| Failure::Internal(e.to_string()))?;
    let bytes = bytes.map_err(|e| Failure::Internal(e.to_string()))?;
    let name = format!("{}-{}.zip", kernel::word(key!("任免审批表"), desk.visitor.lang), file_day());
    Ok(attachments::download(&name, "application/zip", bytes))
}
