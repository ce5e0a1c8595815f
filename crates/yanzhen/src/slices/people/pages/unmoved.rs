//! Whereabouts of many at once: those picked in the list were asked, and are where they were (H1).

use super::sight::Picked;
use crate::slices::people::parts::{self, Whereabouts};
use crate::slices::people::store::{self, Changed};
use crate::slices::people::{Field, State};
use crate::slices::places::Desk;
use crate::slices::places::store::today;
use axum::Form;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::{Lang, msg};
use platform::db::now_ms;
use platform::web::{Answer, Failure};

/// The most that are noted at once: somebody asked each of them.
const MOST: usize = 500;

/// Notes for each of those picked that nothing changed. One transaction; who has no whereabouts yet is left out.
pub async fn note(desk: Desk, Form(fields): Form<Vec<(String, String)>>) -> Answer<Response> {
    let picked = Picked::read(&fields)?;
    let ids = picked.people(&desk).await?;
    if ids.len() > MOST {
        return Err(Failure::Bad(msg!("一次最多记 {most} 人，这里有 {n} 人", most = MOST, n = ids.len())));
    }
    let mut tx =
        desk.db.write(desk.caller.event("people.told", "person", "", desk.caller.part.code())).await?;
    let mut noted = 0;
    for id in &ids {
        // The list is of the caller's part; what it named may have changed since.
        let Some(person) = store::find_in(&tx, *id).await?.filter(|p| p.state == State::Active) else {
            continue;
        };
        let get = |field: Field| person.get(field).to_owned();
        if get(Field::Whereabouts).is_empty() {
            continue;
        }
        let said = Whereabouts {
            day: today(),
            place: get(Field::Whereabouts),
            employment: get(Field::Employment),
            intention: get(Field::Intention),
            how: msg!("核实过，没有变化").text(Lang::Zh),
            by_name: desk.caller.name.clone(),
            at: now_ms(),
        };
        if parts::tell(&mut tx, &person, &said).await? == Changed::Stale {
            tx.rollback().await?;
            return Err(Failure::Bad(msg!("这份档案刚被别人改过；请看过现在的再办")));
        }
        noted += 1;
    }
    if noted == 0 {
        tx.rollback().await?;
        return Err(Failure::Bad(msg!("勾选的人都还没有去向；请到各人档案里记第一次")));
    }
    tx.event().note = format!("{noted} people");
    tx.commit().await?;
    Ok(Redirect::to(&picked.asked.link("/people").to_string()).into_response())
}
