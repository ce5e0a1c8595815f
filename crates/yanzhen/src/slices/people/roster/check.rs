//! What each row of an import would do: add a person, change one, nothing, or what is wrong with it. Pure.

use super::super::field::Field;
use super::super::input::clashes;
use super::super::model::{State, Values};
use super::known::{Known, Match};
use super::{Incoming, Mode, Over, office};
use crate::slices::places::finder::Finder;
use crate::slices::places::model::FOREVER;
use kernel::{Day, Fault, Message, msg};
use policy::posts::{Track, Word};
use standards::{PartialDate, fold_name};
use std::collections::HashMap;

/// What a row comes to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Act {
    Add,
    Update,
    /// The file has all of it.
    Same,
    /// The import was not asked to do this: see [`Mode`].
    Left,
    /// Something is wrong: nothing of the row is written.
    Bad,
}

/// A value that changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub field: Field,
    pub was: String,
    pub now: String,
}

/// A hold that begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Begin {
    pub village: String,
    pub post: String,
    pub track: Track,
    pub title: String,
    pub from_on: String,
    pub way: &'static str,
    pub term: Option<i64>,
}

/// A row as checked.
#[derive(Debug)]
pub struct Checked {
    pub row: Incoming,
    /// Twelve digits; empty where it could not be told.
    pub village: String,
    /// Township and village in words.
    pub place: (String, String),
    pub person: Option<i64>,
    pub act: Act,
    /// What is set: of a new person all of it.
    pub changes: Vec<Change>,
    /// What contradicts a recognised value and waits for a decision.
    pub proposed: Vec<Change>,
    /// Titles of lists of a form that are written.
    pub lists: Vec<&'static str>,
    pub begins: Vec<Begin>,
}

/// An import as checked.
#[derive(Debug, Default)]
pub struct Report {
    pub rows: Vec<Checked>,
    /// Blank rows and remarks.
    pub blank: usize,
}

impl Report {
    pub fn count(&self, act: Act) -> usize {
        self.rows.iter().filter(|r| r.act == act).count()
    }

    /// Rows that write something.
    pub fn writing(&self) -> usize {
        self.count(Act::Add) + self.count(Act::Update)
    }

    /// Single changes of known persons.
    pub fn cells(&self) -> usize {
        let updates = self.rows.iter().filter(|r| r.act == Act::Update);
        updates.map(|r| r.changes.len() + r.proposed.len() + r.lists.len() + r.begins.len()).sum()
    }

    /// Rows that can be written and are worth a look.
    pub fn noted(&self) -> usize {
        self.rows.iter().filter(|r| r.act != Act::Bad && !r.row.notes.is_empty()).count()
    }

    /// What tells one outcome from another: a preview confirmed is the one that is written.
    pub fn mark(&self) -> String {
        let mut text = String::new();
        for r in &self.rows {
            let changes: Vec<String> = r
                .changes
                .iter()
                .chain(&r.proposed)
                .map(|c| format!("{}={}>{}", c.field.id(), c.was, c.now))
                .collect();
            text += &format!("{:?} {:?} {} {:?}\n", r.act, r.person, changes.join(";"), r.begins);
        }
        platform::secrets::sm3_hex(text.as_bytes())
    }
}

/// Checks rows against what is known.
pub fn check(rows: Vec<Incoming>, known: &Known, mode: Mode, over: Over) -> Vec<Checked> {
    let finder = Finder::new(&known.villages, known.whole);
    let mut once = Once::default();
    let mut held = known.held.clone();
    rows.into_iter().map(|row| checked(row, known, (mode, over), &finder, &mut once, &mut held)).collect()
}

/// Rows so far, by who they are.
#[derive(Default)]
struct Once {
    numbers: HashMap<String, u32>,
    persons: HashMap<i64, u32>,
    names: HashMap<(String, String, String), u32>,
}

fn checked(
    mut row: Incoming,
    known: &Known,
    (mode, over): (Mode, Over),
    finder: &Finder<'_>,
    once: &mut Once,
    held: &mut HashMap<(String, String), u32>,
) -> Checked {
    let mut out = Checked {
        village: String::new(),
        place: (row.place.township.clone(), row.place.village.clone()),
        person: None,
        act: Act::Bad,
        changes: Vec::new(),
        proposed: Vec::new(),
        lists: Vec::new(),
        begins: Vec::new(),
        row: Incoming::default(),
    };
    place(&mut row, &mut out, known, finder);
    source(&mut row, known);
    if known.demo && !row.name().is_empty() && !row.name().contains('例') {
        fault(&mut row, Field::Name, msg!("演示数据里只放虚构人物：姓名里要有“例”字"), None);
    }
    meet(&mut row, &mut out, known, once);
    if !row.faults.is_empty() {
        out.row = row;
        return out;
    }
    complete(&mut row, out.person.is_none());
    let tells =
        [Field::Whereabouts, Field::Employment, Field::Intention].iter().any(|f| !row.get(*f).is_empty());
    if tells && row.get(Field::ToldOn).is_empty() {
        row.take(Field::ToldOn, known.today.clone(), &known.today);
    }
    for clash in clashes(row.get(Field::Identity), row.get(Field::Birth), row.get(Field::Sex)) {
        row.notes.push(clash);
    }
    if out.person.is_some() {
        changes(&row, &mut out, known, over)
    } else {
        added(&row, &mut out)
    }
    posts(&mut row, &mut out, known, held);
    let nothing =
        out.changes.is_empty() && out.proposed.is_empty() && out.lists.is_empty() && out.begins.is_empty();
    out.act = match (out.person, mode) {
        (None, Mode::Update) | (Some(_), Mode::Add) => Act::Left,
        (None, _) => Act::Add,
        (Some(_), _) if nothing => Act::Same,
        (Some(_), _) => Act::Update,
    };
    out.row = row;
    out
}

fn fault(row: &mut Incoming, field: Field, reason: Message, mend: Option<Message>) {
    let said = row.said.get(&field).cloned().unwrap_or_default();
    let mut fault = Fault::cell(&row.file, row.row, field.title(), &said, reason);
    fault.mend = mend;
    row.faults.push(fault);
}

/// The village, by code or name; of a known person without either its own.
fn place(row: &mut Incoming, out: &mut Checked, known: &Known, finder: &Finder<'_>) {
    let said = row.place.clone();
    if said.code.is_empty() && said.village.is_empty() {
        if let Match::Number(found) = known.find(row, "") {
            out.village.clone_from(&found.village);
        }
        if out.village.is_empty() {
            let mend = msg!("请加一列村名或 12 位代码，或在导入选项里选定一个村");
            fault(row, Field::Village, msg!("没有写是哪个村"), Some(mend));
        }
    } else {
        match finder.find(&said.code, &said.village, &said.township) {
            Ok(at) => out.village.clone_from(&known.villages[at].code),
            Err((by_code, reason, mend)) => {
                let shown = if by_code && !said.code.is_empty() { &said.code } else { &said.village };
                row.said.insert(Field::Village, shown.clone());
                fault(row, Field::Village, reason, mend);
            }
        }
    }
    let standing = known.villages.iter().find(|v| v.code == out.village && v.valid_to == FOREVER);
    if let Some(village) = standing {
        out.place = (village.township_name.clone(), village.short.clone());
    }
}

/// The group that a person comes from, by its title or id.
fn source(row: &mut Incoming, known: &Known) {
    let said = fold_name(&row.source);
    if said.is_empty() {
        return;
    }
    let fits = |(id, title): &&(String, String)| fold_name(title) == said || *id == row.source;
    match known.sources.iter().find(fits) {
        Some((id, _)) => {
            let id = id.clone();
            row.take(Field::Source, id, &row.source.clone());
        }
        None => row.notes.push(msg!("来源“{source}”不在办法的分类里，没有记", source = &row.source)),
    }
}

/// Who the row is, and whether an earlier row was the same.
fn meet(row: &mut Incoming, out: &mut Checked, known: &Known, once: &mut Once) {
    if row.name().is_empty() {
        return;
    }
    let mut twice = None;
    if !row.get(Field::Identity).is_empty() {
        let number = row.get(Field::Identity).to_owned();
        twice = once.numbers.insert(number, row.row);
    } else if !out.village.is_empty() {
        let key = (fold_name(row.name()), out.village.clone(), row.get(Field::Birth).to_owned());
        if let Some(first) = once.names.insert(key, row.row) {
            fault(
                row,
                Field::Name,
                msg!("和第 {row} 行同名同村，都没有身份证号", row = first),
                Some(msg!("是两个人就填身份证号，是一个人就留一行")),
            );
        }
    }
    if let Some(first) = twice {
        let mend = msg!("一个人只留一行");
        fault(row, Field::Identity, msg!("第 {row} 行已经有这个身份证号", row = first), Some(mend));
    }
    let found = match known.find(row, &out.village) {
        Match::New => return,
        Match::Elsewhere => {
            let why = msg!("这个身份证号在本县已有档案；请与县委组织部核对");
            return fault(row, Field::Identity, why, None);
        }
        Match::Many(n) => {
            let why = msg!("这个村有 {n} 个同名的人", n = n);
            return fault(row, Field::Name, why, Some(msg!("请填身份证号，才知道是谁")));
        }
        Match::Number(found) => {
            if fold_name(&found.name) != fold_name(row.name()) {
                row.notes.push(msg!("按身份证号是“{name}”，姓名会改", name = &found.name));
            }
            found
        }
        Match::Name(found) => {
            row.notes.push(msg!("没有可比的身份证号，按村、姓名和出生年月认作原有的人"));
            found
        }
    };
    if found.state != State::Active {
        let why = msg!("这个人的档案是“{state}”", state = Message::new(found.state.title(), Vec::new()));
        return fault(row, Field::Name, why, Some(msg!("请先在档案里改回在册")));
    }
    if let Some(first) = once.persons.insert(found.id, row.row)
        && twice.is_none()
    {
        let why = msg!("和第 {row} 行是同一个人", row = first);
        fault(row, Field::Name, why, Some(msg!("一个人只留一行")));
    }
    out.person = Some(found.id);
}

/// What a number says of its person stands in for blanks of a new file.
fn complete(row: &mut Incoming, new: bool) {
    let Ok(number) = row.get(Field::Identity).parse::<standards::IdentityNumber>() else { return };
    if !new {
        return;
    }
    if row.get(Field::Birth).is_empty()
        && let Some(birth) = number.birth_date()
    {
        row.take(Field::Birth, birth.storage(), &birth.dotted());
        row.notes.push(msg!("出生日期按身份证号补"));
    }
    if row.get(Field::Sex).is_empty() {
        let (code, said) = match number.sex() {
            standards::Sex::Male => ("1", "男"),
            standards::Sex::Female => ("2", "女"),
        };
        row.take(Field::Sex, code.into(), said);
    }
}

fn added(row: &Incoming, out: &mut Checked) {
    let set =
        |(field, now): (&Field, &String)| Change { field: *field, was: String::new(), now: now.clone() };
    out.changes = row.values.iter().map(set).collect();
    out.changes.push(Change { field: Field::Village, was: String::new(), now: out.village.clone() });
    lists(row, out, |_| true);
}

/// Notes the lists of a form that are written.
fn lists(row: &Incoming, out: &mut Checked, takes: impl Fn(&str) -> bool) {
    use super::super::parts::{CvLine, Education, FamilyMember, Merit, Part};
    let all = [
        (Education::TABLE, Education::TITLE, row.lists.schooling.is_empty()),
        (CvLine::TABLE, CvLine::TITLE, row.lists.cv.is_empty()),
        (FamilyMember::TABLE, FamilyMember::TITLE, row.lists.family.is_empty()),
        (Merit::TABLE, Merit::TITLE, row.lists.merits.is_empty()),
        ("photo", kernel::key!("照片"), row.lists.photo.is_none()),
    ];
    out.lists =
        all.into_iter().filter(|(id, _, none)| !none && takes(id)).map(|(_, title, _)| title).collect();
}

/// What the row changes in its person's file.
fn changes(row: &Incoming, out: &mut Checked, known: &Known, over: Over) {
    let Some((person, sealed)) = out.person.and_then(|id| known.files.get(&id)) else { return };
    let mut all: Values = row.values.clone();
    all.insert(Field::Village, out.village.clone());
    let mut kept = Vec::new();
    let mut new = Values::new();
    for (field, now) in all {
        let was =
            if field.is_sealed() { sealed.get(&field).map_or("", String::as_str) } else { person.get(field) };
        if now.is_empty() || now == was || says_no_more(&now, was) {
            continue;
        }
        if over == Over::Fill && !was.is_empty() {
            kept.push(field);
            continue;
        }
        new.insert(field, now);
    }
    let claims = known.claims.get(&person.id).map_or(&[][..], Vec::as_slice);
    let (direct, proposed) = super::super::claims::split(person, claims, &new);
    let change = |field: Field, now: String| {
        let was =
            if field.is_sealed() { sealed.get(&field).cloned() } else { Some(person.get(field).to_owned()) };
        Change { field, was: was.unwrap_or_default(), now }
    };
    out.changes = direct.into_iter().map(|(f, now)| change(f, now)).collect();
    out.proposed = proposed.into_iter().map(|(f, now)| change(f, now)).collect();
    let own = known.lists.get(&person.id);
    lists(row, out, |id| {
        let (same, blank) = own.map_or((false, true), |own| own.beside(&row.lists, id));
        !same && (over == Over::Replace || blank)
    });
}

/// Whether a day is the one that stands, told with less: 1985-06 beside 1985-06-03.
fn says_no_more(now: &str, was: &str) -> bool {
    match (now.parse::<PartialDate>(), was.parse::<PartialDate>()) {
        (Ok(a), Ok(b)) => a.agrees(b) && a.precision() < b.precision(),
        _ => false,
    }
}

/// The holds that begin: posts named in the row that its person does not hold.
fn posts(row: &mut Incoming, out: &mut Checked, known: &Known, held: &mut HashMap<(String, String), u32>) {
    if row.posts.is_empty() || out.village.is_empty() {
        return;
    }
    let rules = known.rules.of(&out.village);
    let named = office::named(&row.posts, &rules, &known.today);
    row.notes.extend(named.notes);
    let own = out.person.and_then(|id| known.files.get(&id)).map_or("", |(p, _)| p.posts.as_str());
    let birth = row.get(Field::Birth).parse::<PartialDate>().ok();
    for (post, title) in named.posts {
        if own.split('|').any(|id| id == post.id) {
            continue;
        }
        let seats = held.entry((out.village.clone(), post.id.clone())).or_default();
        if post.seats_max > 0 && *seats >= post.seats_max {
            row.notes.push(msg!("{post}已经满员，没有登记任职；请先办结束原任职", post = &post.title));
            continue;
        }
        let Some(way) = post.ways_in.first() else { continue };
        *seats += 1;
        let term = known.terms.get(&(out.village.clone(), post.track.id()));
        let from_on = match (row.posts_from.parse::<PartialDate>(), term) {
            (Ok(day), _) => day.first().to_string(),
            (Err(_), Some((_, first))) => first.clone(),
            (Err(_), None) => {
                row.notes.push(msg!("没有写任职时间，{post}从今天记起", post = &post.title));
                known.today.clone()
            }
        };
        if from_on > known.today {
            row.notes.push(msg!(
                "任职时间 {day} 还没有到，{post}没有登记",
                day = from_on,
                post = &post.title
            ));
            continue;
        }
        let limit = rules.age_limit(&post.id, &known.today);
        let today = known.today.parse::<Day>().ok();
        if let (Some(limit), Some(age)) = (limit, birth.zip(today).and_then(|(b, on)| b.age_on(on)))
            && u32::from(age.years) >= limit.age
        {
            let (age, post) = (u32::from(age.years), &post.title);
            row.notes.push(msg!("年满 {age} 岁，{post}已到预警年龄", age = age, post = post));
        }
        let term = term.filter(|(_, first)| *first <= from_on).map(|(id, _)| *id);
        out.begins.push(Begin {
            village: out.village.clone(),
            post: post.id.clone(),
            track: post.track,
            title,
            from_on,
            way: way.id(),
            term,
        });
    }
}
