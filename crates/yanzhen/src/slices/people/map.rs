//! A county's townships and villages, by which people are found and said where they are: read once and kept until some
//! place changes.

use super::search::Place;
use crate::slices::places::model::FOREVER;
use platform::access::Part;
use platform::db::{Db, DbResult};
use platform::values;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

/// The places of a county.
#[derive(Debug, Default)]
pub struct Map {
    /// The standing townships, by code.
    townships: Vec<Place>,
    /// The standing villages, by code.
    villages: Vec<Place>,
    /// Names by code, of what ended too.
    names: HashMap<String, String>,
}

/// The places of a county in the state that a mark tells.
type Kept = (String, Arc<Map>);

/// Of each database the last state of its places that was read.
static KEPT: LazyLock<Mutex<HashMap<String, Kept>>> = LazyLock::new(Mutex::default);

/// What tells one state of a county's places from another, as a query of one row: each change of a place leaves one.
pub const MARK: &str = "select 'places', cast(coalesce(max(id), 0) as text), '', '', \
                        (select coalesce(max(id), 0) from place_change) from place";

/// The places of a county in a state told by [`MARK`]: one statement where they changed since they were last read.
pub async fn map(db: &Db, mark: &str) -> DbResult<Arc<Map>> {
    let key = format!("{:?}", db.target());
    let kept = || KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((own, map)) = kept().get(&key)
        && own == mark
    {
        return Ok(map.clone());
    }
    let sql = "select code, short, sort, level, valid_to, township from place where level <> 'county' order by valid_to, code";
    let mut out = Map::default();
    for row in db.rows(sql, values![]).await? {
        let (code, name) = (row.text(0)?, row.text(1)?);
        if row.text(4)? == FOREVER {
            let place = Place::new(&code, &row.text(5)?, &name, &row.text(2)?);
            if row.text(3)? == "village" { out.villages.push(place) } else { out.townships.push(place) }
        }
        // The row that stood last comes last.
        out.names.insert(code, name);
    }
    let map = Arc::new(out);
    kept().insert(key, (mark.to_owned(), map.clone()));
    Ok(map)
}

impl Map {
    /// The standing townships of a part.
    pub fn townships<'m>(&'m self, part: &'m Part) -> impl Iterator<Item = &'m Place> + Clone {
        self.townships.iter().filter(|t| match part {
            Part::County => true,
            Part::Township(own) => t.code == *own,
            Part::Village(_) => false,
        })
    }

    /// The standing villages and townships of a part.
    pub fn places<'m>(&'m self, part: &'m Part) -> impl Iterator<Item = &'m Place> + Clone {
        let villages = self.villages.iter().filter(|v| match part {
            Part::County => true,
            Part::Township(own) => v.township == *own,
            Part::Village(own) => v.code == *own,
        });
        villages.chain(self.townships(part))
    }

    /// A place's name, of one that ended too; empty for none.
    pub fn name(&self, code: &str) -> &str {
        self.names.get(code).map_or("", String::as_str)
    }
}
