//! Saved views: a name for a filter, the account's own.

use super::columns;
use super::filter::Filter;
use axum::extract::Query;
use kernel::{Message, msg};
use platform::db::{Db, DbResult, WriteTx, new_id, now_ms};
use platform::values;

/// A saved view.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Saved {
    pub id: i64,
    pub name: String,
    /// The part of its address after `?`, as [`Filter::query`] gives it, with the columns where they are its own.
    pub query: String,
}

/// The most views of an account.
pub const MOST: usize = 12;
/// The longest name.
const LONGEST: usize = 20;

/// Pairs of an address, after its `?`.
pub fn pairs(query: &str) -> Vec<(String, String)> {
    let uri = format!("/?{}", query.trim_start_matches('?')).parse().unwrap_or_default();
    Query::try_from_uri(&uri).map(|Query(pairs)| pairs).unwrap_or_default()
}

/// The filter and the columns of an address, written as they always are: what is no filter goes.
///
/// # Errors
/// As [`Filter::read`].
pub fn settled(query: &str) -> Result<String, Message> {
    let pairs = pairs(query);
    let filter = Filter::read(pairs.iter().map(|(n, v)| (n.as_str(), v.as_str())))?;
    let own = pairs.iter().find(|(n, _)| n == "cols").map_or("", |(_, v)| v.as_str());
    let columns = if own.is_empty() { String::new() } else { columns::told(&columns::read(own)) };
    Ok(filter.link("").with("cols", &columns).to_string().trim_start_matches('?').to_owned())
}

/// A view's name as it is kept.
///
/// # Errors
/// What is wrong with it.
pub fn name_of(text: &str) -> Result<String, Message> {
    let name: String = text.trim().chars().filter(|c| !c.is_control()).collect();
    match name.chars().count() {
        0 => Err(msg!("请给视图起个名字，如 东片 40 岁以下")),
        1..=LONGEST => Ok(name),
        _ => Err(msg!("视图的名字最多 {n} 个字", n = LONGEST)),
    }
}

/// The account's views, the oldest first.
pub async fn of(db: &Db, account: i64) -> DbResult<Vec<Saved>> {
    let sql = "select id, name, query from saved_view where account = $1 order by id";
    let rows = db.rows(sql, values![account]).await?;
    rows.iter().map(|r| Ok(Saved { id: r.int(0)?, name: r.text(1)?, query: r.text(2)? })).collect()
}

/// Keeps a view; one of the same name takes the new filter.
pub async fn save(tx: &mut WriteTx, account: i64, name: &str, query: &str) -> DbResult<()> {
    let sql = "insert into saved_view (id, account, name, query, at) values ($1, $2, $3, $4, $5) \
               on conflict (account, name) do update set query = $4, at = $5";
    tx.run(sql, values![new_id(), account, name, query, now_ms()]).await.map(drop)
}

/// Gives a view another name; false where the account has no such view, or another of that name.
pub async fn rename(tx: &mut WriteTx, account: i64, id: i64, name: &str) -> DbResult<bool> {
    let taken = "select 1 from saved_view where account = $1 and name = $2 and id <> $3";
    if tx.one(taken, values![account, name, id]).await?.is_some() {
        return Ok(false);
    }
    let sql = "update saved_view set name = $3 where id = $1 and account = $2";
    Ok(tx.run(sql, values![id, account, name]).await? == 1)
}

/// Takes a view away; false where the account has no such view.
pub async fn delete(tx: &mut WriteTx, account: i64, id: i64) -> DbResult<bool> {
    Ok(tx.run("delete from saved_view where id = $1 and account = $2", values![id, account]).await? == 1)
}

/// Lets views that filter by a township that ended filter by the one that goes on for it.
pub async fn hand_over(tx: &WriteTx, old: &str, new: &str) -> DbResult<()> {
    for row in
        tx.rows("select id, query from saved_view where query like $1", values![format!("%{old}%")]).await?
    {
        let query = handed(&row.text(1)?, old, new);
        tx.run("update saved_view set query = $2 where id = $1", values![row.int(0)?, query]).await?;
    }
    Ok(())
}

/// An address that filters by one township, filtering by another.
fn handed(query: &str, old: &str, new: &str) -> String {
    let pair = |pair: &str| if pair.starts_with("town=") { pair.replace(old, new) } else { pair.to_owned() };
    let query = query.split('&').map(pair).collect::<Vec<_>>().join("&");
    settled(&query).unwrap_or(query)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_follows_its_township() {
        let view = "town=990101101.990101102&village=990101102200&sort=-age";
        assert_eq!(handed(view, "990101102", "990101101"), "town=990101101&village=990101102200&sort=-age");
    }

    #[test]
    fn a_view_keeps_its_filter_and_columns_alone() {
        let kept = settled("?page=3&view=reserves&q=%E7%8E%8B&cols=age.phone&csrf=x&sort=-age").unwrap();
        assert_eq!(kept, "view=reserves&q=%E7%8E%8B&sort=-age&cols=age");
        assert_eq!(settled(&kept).unwrap(), kept);
        assert_eq!(settled("cols=").unwrap(), "");
        assert!(settled("sex=x").is_err() && name_of(" ").is_err() && name_of(&"长".repeat(21)).is_err());
    }
}
