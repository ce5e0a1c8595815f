//! What changed in a file, in words.

use super::shown::masked;
use super::time_text;
use crate::slices::people::corrections::{self, CorrectionState, Told};
use crate::slices::people::parts::{Claim, ClaimState, Part, PoolStay, Whereabouts};
use crate::slices::people::say::{history_title, say, source};
use crate::slices::people::words::{education, pool};
use crate::slices::people::{Field, State, Values, retention};
use crate::slices::places::model::FOREVER;
use crate::slices::places::store::{today, village};
use crate::slices::posts::pages::day_text;
use crate::slices::posts::posts_of;
use kernel::msg;
use platform::db::{Db, DbResult, Past};
use platform::page::Page;
use policy::people::People;
use policy::posts::{Posts, WayIn, WayOut, Word};
use std::collections::BTreeMap;

/// A change of the file.
pub struct Change {
    pub title: String,
    pub was: String,
    pub became: String,
    pub by: String,
    pub when: String,
    pub sealed: bool,
}

/// The title of a pool, as the packs or the common words have it.
pub fn pool_title(page: &Page, people: &People, id: &str, today: &str) -> String {
    match pool(id) {
        same if same == id => source(people, id, today),
        title => page.w(title),
    }
}

/// What values of a history are told with.
struct Teller<'t> {
    page: &'t Page,
    people: &'t People,
    today: String,
    /// Posts of each village that a history names, with its name.
    villages: BTreeMap<String, (String, Posts)>,
}

impl Teller<'_> {
    /// A value of the history: sealed fields are told by their mask alone.
    fn value(&self, field: &str, value: Option<&str>) -> String {
        let Some(value) = value else { return String::new() };
        match Field::by_id(field) {
            Some(field) if field.is_sealed() => {
                masked(self.page, &Values::from([(field, value.to_owned())]), field)
            }
            Some(Field::Village) => {
                self.villages.get(value).map_or_else(|| value.to_owned(), |(n, _)| n.clone())
            }
            Some(field) => say(self.page, self.people, field, value, &self.today),
            None if field == corrections::FIELD => self.correction(value),
            None if field == "state" => {
                State::by_id(value).map_or_else(String::new, |s| self.page.t(s.title()).to_owned())
            }
            None => self.list(field, value),
        }
    }

    /// A request for correction: what should be what, where it stands, why.
    fn correction(&self, value: &str) -> String {
        let Ok(told) = serde_json::from_str::<Told>(value) else { return String::new() };
        let state = CorrectionState::by_id(&told.state).map_or("", |s| self.page.t(s.title()));
        let (title, asked) = Field::by_id(&told.field)
            .map(|f| (self.page.t(f.title()), say(self.page, self.people, f, &told.asked, &self.today)))
            .unwrap_or_default();
        format!("{title} {asked} {state}：{}", told.why)
    }

    /// A list, or a row of one, in short.
    fn list(&self, field: &str, value: &str) -> String {
        let Ok(json) = serde_json::from_str::<serde_json::Value>(value) else { return value.to_owned() };
        match &json {
            serde_json::Value::Array(rows) => {
                rows.iter().map(|row| self.row(field, row)).collect::<Vec<_>>().join("；")
            }
            row @ serde_json::Value::Object(_) => self.row(field, row),
            other => other.to_string(),
        }
    }

    fn row(&self, field: &str, row: &serde_json::Value) -> String {
        let get = |name: &str| row.get(name).and_then(|v| v.as_str()).unwrap_or_default();
        let days = || {
            let last = get("to");
            let last = if last.is_empty() { get("to_on") } else { last };
            let first = if get("from").is_empty() { get("from_on") } else { get("from") };
            let last = if last == FOREVER { String::new() } else { day_text(last) };
            match last.as_str() {
                "" => self.page.m(&msg!("{day}起", day = day_text(first))),
                last => format!("{}—{last}", day_text(first)),
            }
        };
        let said = match field {
            "post" => {
                let (name, title) = match self.villages.get(get("village")) {
                    Some((name, posts)) => (name.as_str(), posts.title(get("post"), get("from"))),
                    None => (get("village"), get("post")),
                };
                let way = match get("out") {
                    "" => WayIn::parse(get("in")).map_or("", Word::label),
                    out => WayOut::parse(out).map_or("", Word::label),
                };
                [name.to_owned(), title.to_owned(), days(), self.page.w(way)].to_vec()
            }
            field if field == Claim::FIELD => {
                let (title, value) = match Field::by_id(get("kind")) {
                    Some(of) => {
                        (self.page.t(of.title()), say(self.page, self.people, of, get("value"), &self.today))
                    }
                    None => ("", get("value").to_owned()),
                };
                let state = ClaimState::by_id(get("state")).map_or("", |s| self.page.t(s.title()));
                [title.to_owned(), value, get("document").to_owned(), state.to_owned()].to_vec()
            }
            field if field == PoolStay::FIELD => {
                [pool_title(self.page, self.people, get("pool"), &self.today), days()].to_vec()
            }
            field if field == Whereabouts::FIELD => {
                let texts = ["place", "employment", "intention", "how"];
                texts.map(|name| get(name).to_owned()).to_vec()
            }
            "schooling" => {
                let texts = [education(get("level")), get("degree"), get("school"), get("major")];
                texts.map(str::to_owned).to_vec()
            }
            _ => {
                let map = row.as_object().into_iter().flatten();
                let texts = map.filter(|(k, _)| *k != "by_name").filter_map(|(_, v)| v.as_str());
                texts.filter(|s| !s.is_empty()).take(4).map(str::to_owned).collect()
            }
        };
        said.into_iter().filter(|s| !s.is_empty()).collect::<Vec<_>>().join(" ")
    }
}

/// The village that a value of a history names: twelve digits.
fn named(field: &str, value: Option<&String>) -> Option<String> {
    let value = value?;
    match field {
        "village" => Some(value.clone()),
        "post" => {
            let json: serde_json::Value = serde_json::from_str(value).ok()?;
            Some(json.get("village")?.as_str()?.to_owned())
        }
        _ => None,
    }
}

/// A value of a history by itself, without what only other rows tell.
pub fn history_value(page: &Page, people: &People, field: &str, value: Option<&str>, today: &str) -> String {
    Teller { page, people, today: today.to_owned(), villages: BTreeMap::new() }.value(field, value)
}

/// What changed in a file and in those that went into it, the latest first. Whoever reads it may read them.
pub async fn changes(
    page: &Page,
    db: &Db,
    people: &People,
    files: &[i64],
    limit: u64,
    offset: u64,
) -> DbResult<Vec<Change>> {
    let mut past = Vec::new();
    for file in files {
        let erased = retention::erased(db, *file).await?;
        let gone = |past: Past| {
            // What retention had deleted from the file stands in no list of its changes either.
            match retention::is_gone(&erased, &past.field, past.at) {
                true => Past { was: None, became: None, destroyed: true, ..past },
                false => past,
            }
        };
        let own = db.history("person", &file.to_string(), limit.saturating_add(offset), 0).await?;
        past.extend(own.into_iter().map(gone));
    }
    // Each file's own is in order already.
    past.sort_by_key(|past| std::cmp::Reverse(past.seq));
    let some = past.into_iter().skip(usize::try_from(offset).unwrap_or(usize::MAX));
    let past: Vec<Past> = some.take(usize::try_from(limit).unwrap_or(usize::MAX)).collect();
    let mut teller = Teller { page, people, today: today(), villages: BTreeMap::new() };
    for one in &past {
        for value in [&one.was, &one.became] {
            let Some(code) = named(&one.field, value.as_ref()) else { continue };
            if let (false, Some(found)) = (teller.villages.contains_key(&code), village(db, &code).await?) {
                let posts = posts_of(db, &code, &teller.today).await?;
                teller.villages.insert(code, (found.short, posts));
            }
        }
    }
    let of = |past: Past| Change {
        title: page.w(history_title(&past.field)),
        was: teller.value(&past.field, past.was.as_deref()),
        became: teller.value(&past.field, past.became.as_deref()),
        by: past.by,
        when: time_text(past.at),
        sealed: past.destroyed,
    };
    Ok(past.into_iter().map(of).collect())
}
