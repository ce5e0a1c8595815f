//! A filter as the condition of a statement: search that forgives, ages on a day, the caller's part. Pure.
//!
//! The condition speaks of `p`, a row of `person`. What people typed goes into values, never into the text; codes of
//! places stand in the text when they are digits alone.

use super::filter::{By, Filter, Sort, View};
use super::words::{SECRETARY, Words};
use kernel::Day;
use platform::access::Part;
use platform::db::Value;
use standards::names::{fold_pinyin, place_stem, simplified};

/// A condition with its values, `$1` and on.
#[derive(Clone, Debug, Default)]
pub struct Where {
    pub text: String,
    pub values: Vec<Value>,
}

impl Where {
    /// Puts a value; gives its place.
    pub fn put(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }

    fn and(&mut self, condition: &str) {
        if !self.text.is_empty() {
            self.text.push_str(" and ");
        }
        self.text.push_str(condition);
    }

    /// One of several values of a column.
    fn among(&mut self, column: &str, values: &[String]) {
        if !values.is_empty() {
            let places: Vec<String> = values.iter().map(|v| self.put(v.as_str())).collect();
            self.and(&format!("{column} in ({})", places.join(", ")));
        }
    }

    /// A column of ids between bars that holds one of several.
    fn holds(&mut self, column: &str, ids: &[String]) {
        if !ids.is_empty() {
            let any: Vec<String> =
                ids.iter().map(|id| format!("{column} like {}", self.put(format!("%|{id}|%")))).collect();
            self.and(&format!("({})", any.join(" or ")));
        }
    }
}

/// A township or village by which people are found.
#[derive(Clone, Debug, Default)]
pub struct Place {
    /// Nine or twelve digits.
    pub code: String,
    /// The township it belongs to, or is: nine digits.
    pub township: String,
    pub name: String,
    /// Its reading, joined: `litaiping`.
    pub reading: String,
    /// The first letters of its syllables: `ltp`.
    initials: String,
}

impl Place {
    /// `sort` is its reading, syllable by syllable.
    pub fn new(code: &str, township: &str, name: &str, sort: &str) -> Place {
        Place {
            code: code.to_owned(),
            township: township.to_owned(),
            name: name.to_owned(),
            reading: sort.replace(' ', "").replace('ü', "v"),
            initials: sort.split(' ').filter_map(|s| s.chars().next()).collect(),
        }
    }

    pub fn is_village(&self) -> bool {
        self.code.len() == 12
    }
}

/// One word of what was typed.
#[derive(Clone, Debug)]
pub struct Token {
    /// As typed.
    pub typed: String,
    /// Folded and in simplified characters.
    pub name: String,
    /// Folded pinyin; empty where there are Chinese characters or digits.
    pub pinyin: String,
    /// Places that answer to it.
    pub places: Vec<String>,
}

/// The words of a search, each with the places that answer to it.
pub fn tokens<'p>(q: &str, places: impl Iterator<Item = &'p Place> + Clone) -> Vec<Token> {
    let marks = |c: char| c.is_whitespace() || matches!(c, ',' | '，' | '、' | ';' | '；');
    let words = q.split(marks).filter(|w| !w.is_empty());
    words
        .map(|typed| {
            let name: String =
                simplified(typed).chars().filter(|c| !matches!(c, '%' | '_' | '\\' | '!')).collect();
            let latin = !name.chars().any(|c| c >= '\u{2e80}' || c.is_ascii_digit());
            let pinyin = if latin { fold_pinyin(typed) } else { String::new() };
            let mut token = Token { typed: typed.to_owned(), name, pinyin, places: Vec::new() };
            token.places = places.clone().filter(|p| answers(p, &token)).map(|p| p.code.clone()).collect();
            token
        })
        .filter(|token| !token.name.is_empty())
        .collect()
}

/// Whether a place answers to a word: a part of its name, its reading or initials, the beginning of its code.
fn answers(place: &Place, token: &Token) -> bool {
    if token.name.bytes().all(|b| b.is_ascii_digit()) {
        return token.name.len() >= 6 && place.code.starts_with(&token.name);
    }
    if token.pinyin.is_empty() {
        return place.name.contains(place_stem(&token.name));
    }
    // One letter is the beginning of half the county.
    if token.pinyin.len() < 2 {
        return false;
    }
    place.reading.starts_with(&token.pinyin) || place.initials.starts_with(&token.pinyin)
}

/// What was typed into a search box.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Typed {
    /// An identity number.
    Identity(String),
    /// A phone's number.
    Phone(String),
    /// As long as a number of a person, and none: why.
    Broken(kernel::Message),
    /// Words.
    Words,
}

/// Tells numbers of persons, which stay out of addresses, from words.
pub fn typed(q: &str) -> Typed {
    let half = |c: char| match c {
        '０'..='９' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        c => c,
    };
    let plain: String =
        q.chars().map(half).filter(|c| !c.is_whitespace() && !matches!(c, '-' | '－')).collect();
    let digits = plain.bytes().filter(u8::is_ascii_digit).count();
    if digits >= 14 {
        return match standards::repair_identity(q) {
            Ok(read) => Typed::Identity(read.number.reveal().to_owned()),
            Err(fault) => Typed::Broken(fault.message()),
        };
    }
    let number = plain.strip_prefix("+86").unwrap_or(&plain);
    if number.len() == 11 && number.starts_with('1') && digits >= 11 {
        return Typed::Phone(number.to_owned());
    }
    Typed::Words
}

/// What a filter is read with.
pub struct Scene<'s> {
    /// The caller's part: nobody outside it is ever met.
    pub part: &'s Part,
    pub words: &'s Words,
    pub today: Day,
    pub tokens: &'s [Token],
}

/// The same day so many years earlier: who was born on it or before is so old on the day. As text, for partial births
/// compare as their first day and 29 February as what comes after the 28th.
fn earlier(day: Day, years: u16) -> String {
    format!("{:04}-{:02}-{:02}", i32::from(day.year()) - i32::from(years), day.month(), day.day())
}

/// Only what stands in the caller's part.
pub fn scope(out: &mut Where, part: &Part) {
    match part {
        Part::County => {}
        Part::Township(code) => {
            let place = out.put(code.as_str());
            out.and(&format!("p.township = {place}"));
        }
        Part::Village(code) => {
            let place = out.put(code.as_str());
            out.and(&format!("p.village = {place}"));
        }
    }
}

/// The condition of a filter. Births and days are compared as expressions (`|| ''`), lest an engine take the index of
/// one of them and look up each row: that of the list's own order has all that is asked for.
pub fn condition(filter: &Filter, scene: &Scene<'_>) -> Where {
    let mut out = Where::default();
    let state = out.put(filter.stands().id());
    out.and(&format!("p.state = {state}"));
    scope(&mut out, scene.part);
    view(&mut out, filter.view, scene);
    if !filter.q.is_empty() && scene.tokens.is_empty() {
        // Signs alone are nobody's name.
        out.and("1 = 0");
    }
    spoken(&mut out, scene.tokens);
    out.among("p.township", &filter.townships);
    out.among("p.village", &filter.villages);
    if !filter.sex.is_empty() {
        let sex = out.put(filter.sex.as_str());
        out.and(&format!("p.sex = {sex}"));
    }
    let on = filter.age_on.unwrap_or(scene.today);
    if let Some(from) = filter.age_from {
        let born = out.put(earlier(on, from));
        out.and(&format!("p.birth <> '' and p.birth || '' <= {born}"));
    }
    if let Some(to) = filter.age_to {
        let born = out.put(earlier(on, to + 1));
        out.and(&format!("p.birth || '' > {born}"));
    }
    if !filter.education.is_empty() {
        let class = out.put(filter.education.get(..1).unwrap_or_default());
        out.and(&format!("substr(p.education, 1, 1) between '1' and {class}"));
    }
    out.among("p.political", &filter.political);
    out.holds("p.posts", &filter.posts);
    out.among("p.source", &filter.sources);
    out.holds("p.pools", &filter.pools);
    out
}

fn view(out: &mut Where, view: View, scene: &Scene<'_>) {
    let secretary = [SECRETARY.to_owned()];
    match view {
        View::All => {}
        View::Committees if scene.words.committees.is_empty() => out.and("1 = 0"),
        View::Committees => out.holds("p.posts", &scene.words.committees),
        View::Secretaries => out.holds("p.posts", &secretary),
        View::Reserves => out.and("p.pools <> ''"),
        View::OverAge => {
            out.holds("p.posts", &secretary);
            let (post, day) = (out.put(SECRETARY), out.put(scene.today.to_string()));
            let years = out.put(i64::from(scene.words.over_age.unwrap_or(200)));
            out.and(&format!(
                "exists (select 1 from holding h join term t on t.village = h.village and t.track = 'party' \
                 and t.ended_on = '' where h.person = p.id and h.post = {post} and h.from_on <= {day} \
                 and h.to_on >= {day} and t.from_on <= {day} and t.to_on >= {day} and p.birth <> '' and p.birth <= \
                 cast(cast(substr(t.to_on, 1, 4) as bigint) - {years} as text) || substr(t.to_on, 5))"
            ));
        }
        View::Untold => {
            let since = out.put(days_before(scene.today, scene.words.days));
            out.and(&format!("p.pools <> '' and p.told_on || '' < {since}"));
        }
    }
}

/// The day so many days before.
pub fn days_before(day: Day, days: u32) -> String {
    day.checked_sub(jiff::Span::new().days(i64::from(days))).map_or_else(|_| String::new(), |d| d.to_string())
}

/// All words, each by name or place; or pinyin with blanks between its syllables as one.
fn spoken(out: &mut Where, tokens: &[Token]) {
    let all: Vec<String> = tokens.iter().map(|token| word(out, token)).collect();
    let pinyin = tokens.len() > 1 && tokens.iter().all(|t| !t.pinyin.is_empty());
    if pinyin {
        let joined: String = tokens.iter().map(|t| t.pinyin.as_str()).collect();
        let joined = out.put(format!("% {joined}%"));
        out.and(&format!("(({}) or p.keys like {joined})", all.join(" and ")));
    } else {
        for one in all {
            out.and(&one);
        }
    }
}

/// A word that a person's name or place answers to.
fn word(out: &mut Where, token: &Token) -> String {
    let mut any = Vec::new();
    if token.pinyin.is_empty() {
        // The sort key ends in the name in simplified characters; syllables before it are Latin.
        any.push(format!("p.sort like {}", out.put(format!("%{}%", token.name))));
    } else {
        any.push(format!("p.keys like {}", out.put(format!("% {}%", token.pinyin))));
    }
    let codes = |len: usize| {
        let all = token.places.iter().filter(|c| c.len() == len && c.bytes().all(|b| b.is_ascii_digit()));
        all.map(|c| format!("'{c}'")).collect::<Vec<_>>().join(", ")
    };
    for (column, codes) in [("p.township", codes(9)), ("p.village", codes(12))] {
        if !codes.is_empty() {
            any.push(format!("{column} in ({codes})"));
        }
    }
    format!("({})", any.join(" or "))
}

/// The order of a statement; of two alike the same comes first each time.
pub fn order(sort: Sort) -> &'static str {
    match (sort.by, sort.down) {
        (By::Village, false) => "p.township, p.village, p.post_rank, p.sort, p.id",
        (By::Village, true) => "p.township desc, p.village desc, p.post_rank desc, p.sort desc, p.id desc",
        (By::Name, false) => "p.sort, p.id",
        (By::Name, true) => "p.sort desc, p.id desc",
        // Who is born later is younger.
        (By::Age, false) => "p.birth desc, p.id desc",
        (By::Age, true) => "p.birth, p.id",
        (By::Education, false) => "p.education, p.sort, p.id",
        (By::Education, true) => "p.education desc, p.sort desc, p.id desc",
        (By::Told, false) => "p.told_on, p.id",
        (By::Told, true) => "p.told_on desc, p.id desc",
    }
}

/// The order of what a search found where no other is asked for: the name itself first, what begins so, then by name.
/// Puts what it compares with into the condition's values.
pub fn nearness(found: &mut Where, tokens: &[Token]) -> String {
    let by_name = order(Sort { by: By::Name, down: false });
    let Some(token) = tokens.iter().find(|t| t.places.is_empty()).or(tokens.first()) else {
        return by_name.to_owned();
    };
    let (whole, begins) = if token.pinyin.is_empty() {
        let (whole, begins) = (format!("%!{}", token.name), format!("%!{}%", token.name));
        (format!("p.sort like {}", found.put(whole)), format!("p.sort like {}", found.put(begins)))
    } else {
        // The first reading is that by custom, initials stand last.
        let (begins, initials) = (format!(" {}%", token.pinyin), format!("% {} ", token.pinyin));
        (format!("p.keys like {}", found.put(begins)), format!("p.keys like {}", found.put(initials)))
    };
    format!("case when {whole} then 0 when {begins} then 1 else 2 end, {by_name}")
}

impl Token {
    /// Villages and townships that answer to it.
    pub fn villages<'p>(&self, places: impl Iterator<Item = &'p Place>) -> impl Iterator<Item = &'p Place> {
        places.filter(|p| p.is_village() && self.places.contains(&p.code))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places() -> Vec<Place> {
        let place = |code: &str, name: &str, sort: &str| Place::new(code, &code[..9], name, sort);
        vec![
            place("990101101", "例河镇", "li he zhen"),
            place("990101101200", "例毛岭村", "li mao ling cun"),
            place("990101102200", "例北村", "li bei cun"),
        ]
    }

    #[test]
    fn words_find_places_by_name_reading_initials_and_code() {
        let found =
            |q: &str| tokens(q, places().iter()).into_iter().map(|t| t.places.len()).collect::<Vec<_>>();
        assert_eq!(found("毛嶺 吳"), [1, 0]);
        assert_eq!(found("例毛岭村委会"), [1]);
        assert_eq!(found("limaol lml lh"), [1, 1, 1]);
        assert_eq!(found("l"), [0]);
        assert_eq!(found("990101101"), [2]);
        assert_eq!(found("99"), [0]);
        assert_eq!(found(" %_ "), [0usize; 0]);
    }

    #[test]
    fn numbers_of_persons_are_no_words() {
        let number =
            standards::IdentityNumber::synthetic("990000", (1985, 6, 3), 7, standards::Sex::Male).unwrap();
        let number = number.reveal();
        assert_eq!(typed(number), Typed::Identity(number.into()));
        assert_eq!(typed(&format!(" {} {} ", &number[..6], &number[6..])), Typed::Identity(number.into()));
        assert!(matches!(typed(&number[..17]), Typed::Broken(_)));
        assert_eq!(typed("１00 0000 0001"), Typed::Phone("10000000001".into()));
        for words in ["王例甲", "wlj", "990101101200", "例东村 2组", ""] {
            assert_eq!(typed(words), Typed::Words, "{words}");
        }
    }

    #[test]
    fn a_condition_never_leaves_its_part_and_keeps_what_was_typed_out_of_its_text() {
        let words = Words { committees: vec!["party_secretary".into()], ..Words::default() };
        let part = Part::Township("990101101".into());
        for view in View::ALL {
            let query = [
                ("q", "王'; drop"),
                ("view", view.id()),
                ("town", "990101102"),
                ("from", "60"),
                ("to", "60"),
            ];
            let filter = Filter::read(query).unwrap();
            let tokens = tokens(&filter.q, places().iter());
            let scene =
                Scene { part: &part, words: &words, today: "2026-02-28".parse().unwrap(), tokens: &tokens };
            let made = condition(&filter, &scene);
            assert!(made.text.starts_with("p.state = $1 and p.township = $2"), "{}", made.text);
            assert!(!made.text.contains("drop") && made.text.matches('$').count() >= made.values.len());
            assert!(
                made.values.contains(&Value::from("1966-02-28"))
                    && made.values.contains(&Value::from("1965-02-28"))
            );
        }
    }
}
