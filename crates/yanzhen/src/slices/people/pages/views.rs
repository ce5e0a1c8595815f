//! Saved views and chosen columns: what an account keeps of the list of people.

use super::sight::TABLE;
use crate::slices::people::columns;
use crate::slices::people::views::{self, MOST};
use crate::slices::places::Desk;
use axum::Form;
use axum::extract::Path;
use axum::response::Redirect;
use kernel::msg;
use platform::web::{Answer, Failure};

type Fields = Vec<(String, String)>;

fn of<'f>(fields: &'f Fields, name: &str) -> &'f str {
    fields.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v.trim())
}

fn back(query: &str) -> Redirect {
    Redirect::to(&if query.is_empty() { "/people".to_owned() } else { format!("/people?{query}") })
}

fn event(desk: &Desk, action: &str, id: &str) -> platform::db::Event {
    desk.caller.event(action, "view", id, desk.caller.part.code())
}

/// Keeps the list as it is filtered under a name. The name of one that is there takes the new filter.
pub async fn save(desk: Desk, Form(fields): Form<Fields>) -> Answer<Redirect> {
    let name = views::name_of(of(&fields, "name")).map_err(Failure::Bad)?;
    let query = views::settled(of(&fields, "query")).map_err(Failure::Bad)?;
    let own = views::of(&desk.db, desk.caller.account).await?;
    if own.len() >= MOST && !own.iter().any(|v| v.name == name) {
        return Err(Failure::Bad(msg!("最多存 {n} 个视图；请先删去不用的", n = MOST)));
    }
    let mut tx = desk.db.write(event(&desk, "view.save", "")).await?;
    views::save(&mut tx, desk.caller.account, &name, &query).await?;
    tx.commit().await?;
    Ok(back(&query))
}

/// Gives a view another name.
pub async fn rename(desk: Desk, Path(id): Path<i64>, Form(fields): Form<Fields>) -> Answer<Redirect> {
    let own = views::of(&desk.db, desk.caller.account).await?;
    let view = own.into_iter().find(|v| v.id == id).ok_or(Failure::NotFound)?;
    let name = views::name_of(of(&fields, "name")).map_err(Failure::Bad)?;
    let mut tx = desk.db.write(event(&desk, "view.rename", &id.to_string())).await?;
    if !views::rename(&mut tx, desk.caller.account, id, &name).await? {
        tx.rollback().await?;
        return Err(Failure::Bad(msg!("您已经有一个叫“{name}”的视图", name = name)));
    }
    tx.commit().await?;
    Ok(back(&view.query))
}

/// Takes a view away; the list behind it stays.
pub async fn delete(desk: Desk, Path(id): Path<i64>) -> Answer<Redirect> {
    let mut tx = desk.db.write(event(&desk, "view.delete", &id.to_string())).await?;
    if !views::delete(&mut tx, desk.caller.account, id).await? {
        tx.rollback().await?;
        return Err(Failure::NotFound);
    }
    tx.commit().await?;
    Ok(back(""))
}

/// Keeps which columns the account wants to see, in the order they come; `usual` goes back to those of the list itself.
pub async fn choose(desk: Desk, Form(fields): Form<Fields>) -> Answer<Redirect> {
    let ids: Vec<&str> = fields.iter().filter(|(n, _)| n == "col").map(|(_, v)| v.as_str()).collect();
    let wanted = match of(&fields, "usual") {
        "" if ids.is_empty() => return Err(Failure::Bad(msg!("请至少选一列"))),
        "" => columns::told(&columns::read(&ids.join("."))),
        _ => String::new(),
    };
    if let Some(session) = &desk.visitor.session {
        desk.app.at.accounts().prefer_columns(session, TABLE, &wanted).await?;
    }
    let rest = views::settled(of(&fields, "query")).unwrap_or_default();
    // Columns of the address would hide the ones just chosen.
    let kept: Vec<&str> = rest.split('&').filter(|p| !p.is_empty() && !p.starts_with("cols=")).collect();
    Ok(back(&kept.join("&")))
}
