//! Queries of lists of people. A page of the list costs two of them: what stands around it, and its rows.

use super::columns::Column;
use super::filter::{Filter, View};
use super::map;
use super::search::{Where, scope};
use super::views::Saved;
use super::words::{SECRETARY, Words};
use platform::access::Part;
use platform::db::{Db, DbError, DbResult, Row};
use platform::values;

/// How many files of a township, or of the whole county, hold the same posts and pools.
#[derive(Clone, Debug)]
struct Tally {
    /// Nine digits, or [`WHOLE`].
    township: String,
    posts: String,
    pools: String,
    n: u64,
}

/// The county in the table of tallies.
const WHOLE: &str = "*";

/// What stands around a list: views, places, how many there are.
#[derive(Clone, Debug, Default)]
pub struct Around {
    /// The caller's saved views, the oldest first.
    pub views: Vec<Saved>,
    /// The state of the county's places: see [`map::map`].
    pub mark: String,
    tallies: Vec<Tally>,
}

/// Asks for what stands around a list: one statement.
pub async fn around(db: &Db, account: i64, part: &Part, filter: &Filter) -> DbResult<Around> {
    let mut sql = format!(
        "select 'view', name, query, '', id from saved_view where account = $1 union all {}",
        map::MARK
    );
    let mut values = values![account];
    let mut counted: Vec<&str> = match part {
        Part::County => vec![WHOLE],
        Part::Township(code) => vec![code],
        Part::Village(_) => Vec::new(),
    };
    if *part == Part::County {
        counted.extend(filter.townships.iter().map(String::as_str));
    }
    if !counted.is_empty() {
        values.push(filter.stands().id().into());
        let places: Vec<String> = counted
            .iter()
            .map(|code| {
                values.push((*code).into());
                format!("${}", values.len())
            })
            .collect();
        let places = places.join(", ");
        sql += &format!(
            " union all select 'tally', township, posts, pools, n from person_tally \
             where township in ({places}) and state = $2 and n > 0"
        );
    }
    let mut out = Around::default();
    for row in db.rows(&sql, values).await? {
        let (kind, a, b, c) = (row.text(0)?, row.text(1)?, row.text(2)?, row.text(3)?);
        match kind.as_str() {
            "view" => out.views.push(Saved { id: row.int(4)?, name: a, query: b }),
            "tally" => {
                let n = u64::try_from(row.int(4)?).unwrap_or_default();
                out.tallies.push(Tally { township: a, posts: b, pools: c, n });
            }
            _ => out.mark = format!("{a} {}", row.int(4)?),
        }
    }
    out.views.sort_by_key(|v| v.id);
    Ok(out)
}

impl Around {
    /// How many a view has in the caller's part, where tallies know: files in the filter's state.
    pub fn of_view(&self, view: View, words: &Words, part: &Part) -> Option<u64> {
        self.tallied(&Filter { view, ..Filter::default() }, words, part)
    }

    /// How many a filter finds, where tallies know: they know townships, posts and pools.
    pub fn tallied(&self, filter: &Filter, words: &Words, part: &Part) -> Option<u64> {
        let known = Filter {
            view: filter.view,
            townships: filter.townships.clone(),
            posts: filter.posts.clone(),
            pools: filter.pools.clone(),
            state: filter.state,
            sort: filter.sort,
            ..Filter::default()
        };
        if known != *filter || matches!(filter.view, View::OverAge | View::Untold) {
            return None;
        }
        let asked = |code: &str| filter.townships.iter().any(|t| t == code);
        let counts = |t: &&Tally| match part {
            Part::County if filter.townships.is_empty() => t.township == WHOLE,
            Part::County => asked(&t.township),
            Part::Township(own) => t.township == *own && (filter.townships.is_empty() || asked(own)),
            Part::Village(_) => false,
        };
        if matches!(part, Part::Village(_)) {
            return None;
        }
        let any = |text: &str, ids: &[String]| {
            ids.is_empty() || ids.iter().any(|id| text.contains(&format!("|{id}|")))
        };
        let secretary = [SECRETARY.to_owned()];
        let seen = |t: &&Tally| match filter.view {
            View::Committees => !words.committees.is_empty() && any(&t.posts, &words.committees),
            View::Secretaries => any(&t.posts, &secretary),
            View::Reserves => !t.pools.is_empty(),
            _ => true,
        };
        let kept = |t: &&Tally| any(&t.posts, &filter.posts) && any(&t.pools, &filter.pools);
        Some(self.tallies.iter().filter(counts).filter(seen).filter(kept).map(|t| t.n).sum())
    }
}

/// A person as listed.
#[derive(Clone, Debug)]
pub struct Line {
    pub id: i64,
    pub name: String,
    /// Nine digits.
    pub township: String,
    /// Twelve digits.
    pub village: String,
    /// What each column asked for: see [`Column::sql`].
    pub texts: Vec<String>,
}

fn line(row: &Row, columns: usize) -> DbResult<Line> {
    Ok(Line {
        id: row.int(1)?,
        name: row.text(2)?,
        township: row.text(3)?,
        village: row.text(4)?,
        texts: (0..columns).map(|k| row.text(5 + k)).collect::<DbResult<_>>()?,
    })
}

/// Some rows of a list.
#[derive(Clone, Copy, Debug)]
pub struct Slice {
    pub offset: u64,
    pub limit: u64,
    pub count: Count,
}

/// How the rows of a list are counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Count {
    /// Not at all: how many there are is known or not asked.
    Known,
    /// By themselves: the order is an index's, and its first rows are found before all are.
    Apart,
    /// As they pass: the order needs all of them anyway.
    Passing,
}

impl Slice {
    /// The first rows, not counted.
    pub fn first(limit: u64) -> Slice {
        Slice { offset: 0, limit, count: Count::Known }
    }
}

/// A limit that leaves nobody out.
pub const ALL: u64 = 10_000_000;

/// Rows that meet a condition in an order, and how many there are when that is asked for: one statement. Past the end
/// there are neither.
pub async fn rows(
    db: &Db,
    found: &Where,
    order: &str,
    columns: &[Column],
    slice: Slice,
) -> DbResult<(Vec<Line>, u64)> {
    let asked: String = columns.iter().map(|c| format!(", {}", c.sql())).collect();
    let text = &found.text;
    let (count, passing) = match slice.count {
        Count::Known => ("0".to_owned(), ""),
        Count::Apart => (format!("(select count(*) from person p where {text})"), ""),
        Count::Passing => ("k.n".to_owned(), ", count(*) over () as n"),
    };
    let mut values = found.values.clone();
    values.push(i64::try_from(slice.offset).unwrap_or(i64::MAX).into());
    let (offset, limit) = (values.len(), slice.limit);
    // The ids come from an index alone, whatever page it is; the rest is looked up for these rows.
    let sql = format!(
        "select {count}, p.id, p.name, p.township, p.village{asked} from (select p.id{passing} from \
         person p where {text} order by {order} limit {limit} offset ${offset}) k join person p on p.id = k.id \
         order by {order}"
    );
    let rows = db.rows(&sql, values).await?;
    let total = match rows.first() {
        Some(row) if slice.count != Count::Known => u64::try_from(row.int(0)?).unwrap_or_default(),
        _ => 0,
    };
    Ok((rows.iter().map(|row| line(row, columns.len())).collect::<DbResult<_>>()?, total))
}

/// How many meet a condition.
pub async fn count(db: &Db, found: &Where) -> DbResult<u64> {
    let sql = format!("select count(*) from person p where {}", found.text);
    let row = db.one(&sql, found.values.clone()).await?.ok_or(DbError::Missing)?;
    Ok(u64::try_from(row.int(0)?).unwrap_or_default())
}

/// The condition of some persons by their ids, those outside a part left out.
pub fn these(ids: &[i64], part: &Part) -> Where {
    let list: Vec<String> = ids.iter().map(i64::to_string).collect();
    let list = if list.is_empty() { "0".to_owned() } else { list.join(", ") };
    let mut out = Where {
        text: format!("p.id in ({list}) and p.state not in ('merged', 'erased')"),
        values: Vec::new(),
    };
    scope(&mut out, part);
    out
}

/// Persons of a part whose sealed number is this one, found by its index.
pub async fn numbered(db: &Db, part: &Part, field: super::Field, number: &str) -> DbResult<Vec<i64>> {
    let Some(column) = field.index() else { return Ok(Vec::new()) };
    let mut found = Where { text: "p.state not in ('merged', 'erased')".into(), values: Vec::new() };
    let candidates = db.keys().index_candidates(field.id(), number);
    let places: Vec<String> = candidates.into_iter().map(|c| found.put(c)).collect();
    scope(&mut found, part);
    let sql = format!(
        "select p.id from person p where p.{column} in ({}) and {} order by p.changed_at desc, p.id",
        places.join(", "),
        found.text
    );
    db.rows(&sql, found.values).await?.iter().map(|r| r.int(0)).collect()
}

/// A person as near matches are looked for.
#[derive(Clone, Debug)]
pub struct Candidate {
    pub id: i64,
    pub sort: String,
    pub keys: String,
    pub township: String,
    pub village: String,
}

/// Everybody in use in a part, by what names are found by.
pub async fn candidates(db: &Db, part: &Part) -> DbResult<Vec<Candidate>> {
    let mut found = Where { text: "p.state = 'active'".into(), values: Vec::new() };
    scope(&mut found, part);
    let sql = format!(
        "select p.id, p.sort, p.keys, p.township, p.village from person p where {} order by p.sort, p.id",
        found.text
    );
    let rows = db.rows(&sql, found.values).await?;
    rows.iter()
        .map(|r| {
            Ok(Candidate {
                id: r.int(0)?,
                sort: r.text(1)?,
                keys: r.text(2)?,
                township: r.text(3)?,
                village: r.text(4)?,
            })
        })
        .collect()
}
