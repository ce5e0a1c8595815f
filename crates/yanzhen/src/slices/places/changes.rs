//! Merging, splitting, renaming, founding and ending places: what each does to the registry, or why it may not. Pure.
//!
//! A place's row says from which day to which it stood under a name in a township. Nothing is taken away: a change ends
//! rows the day before and begins new ones, and facts stay with the code they were entered for. A township that merges
//! takes its villages with it: each goes on under its code and name in the other township.

use super::model::{FOREVER, date_text};
use kernel::{Message, msg};
use policy::is_date;

/// A row of the registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub id: i64,
    pub code: String,
    /// `county`, `township` or `village`.
    pub level: String,
    pub name: String,
    pub short: String,
    /// A village's township, by nine digits.
    pub township: String,
    pub valid_from: String,
    pub valid_to: String,
}

impl Entry {
    pub fn stands(&self) -> bool {
        self.valid_to == FOREVER
    }
}

/// What is done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Rename,
    Merge,
    Split,
    New,
    End,
}

impl Kind {
    pub const ALL: [Kind; 5] = [Kind::Rename, Kind::Merge, Kind::Split, Kind::New, Kind::End];

    /// As stored and in addresses.
    pub fn id(self) -> &'static str {
        match self {
            Kind::Rename => "rename",
            Kind::Merge => "merge",
            Kind::Split => "split",
            Kind::New => "new",
            Kind::End => "end",
        }
    }

    pub fn by_id(id: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|k| k.id() == id)
    }

    /// Its word: a key of the catalogue.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Rename => kernel::key!("更名"),
            Kind::Merge => kernel::key!("合并"),
            Kind::Split => kernel::key!("分设"),
            Kind::New => kernel::key!("新设"),
            Kind::End => kernel::key!("撤销建制"),
        }
    }
}

/// What is asked for, as typed.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// The place it happens to.
    pub code: String,
    /// Merge: the village or township that takes it in. Split and new: the new code.
    pub other: String,
    /// The new name.
    pub name: String,
    /// The first day of the new state.
    pub day: String,
    /// The document or reason.
    pub ground: String,
}

/// A row to end or to begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// The row of an id ends on a day.
    End(i64, String),
    /// A place begins on the change's day.
    Begin { code: String, level: &'static str, name: String, township: String },
}

/// A place of a change: a row that is there, or the one that the change begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Row(i64),
    Begun,
}

/// What a change does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    pub kind: Kind,
    pub day: String,
    pub ground: String,
    pub steps: Vec<Step>,
    pub place: Side,
    pub other: Option<Side>,
    /// The code whose history tells it.
    pub code: String,
    /// What its history says.
    pub told: String,
    /// The codes of villages that go on in another township, and what their histories say.
    pub moved: Vec<(String, String)>,
    /// The township that ends and the one that goes on with everything of it, by nine digits.
    pub handed: Option<(String, String)>,
}

/// A fault: the form's field and what to type instead.
pub type Faults = Vec<(&'static str, Message)>;

/// The day before, `YYYY-MM-DD`.
fn day_before(day: &str) -> Option<String> {
    day.parse::<jiff::civil::Date>().ok()?.yesterday().ok().map(|d| d.to_string())
}

/// A township's standing villages.
fn villages<'a>(registry: &'a [Entry], township: &str) -> Vec<&'a Entry> {
    let own = |e: &&Entry| e.level == "village" && e.stands() && e.township == township;
    registry.iter().filter(own).collect()
}

/// The villages that go with a township into another on a day, or why they cannot.
fn moving<'a>(
    registry: &'a [Entry],
    township: &Entry,
    into: Option<&Entry>,
    day: &str,
    faults: &mut Faults,
) -> Vec<&'a Entry> {
    let out = villages(registry, &township.code);
    if let Some(latest) = out.iter().max_by_key(|v| &v.valid_from)
        && is_date(day)
        && day <= latest.valid_from.as_str()
        && day > township.valid_from.as_str()
    {
        let (name, from) = (&latest.name, &latest.valid_from);
        faults.push(("day", msg!("“{name}”从 {from} 起算，日期要晚于这一天", name = name, from = from)));
    }
    if let Some(into) = into {
        let there = villages(registry, &into.code);
        let twice = out.iter().filter(|v| there.iter().any(|t| t.name == v.name)).map(|v| &v.name);
        let twice: Vec<&String> = twice.collect();
        if !twice.is_empty() {
            let why =
                msg!("“{into}”已有同名的村，先给其中一个更名：{names}", into = &into.name, names = twice);
            faults.push(("code", why));
        }
    }
    out
}

/// Works a change out against every row of the county's registry, or says everything that is wrong with it.
pub fn plan(
    registry: &[Entry],
    county: &str,
    kind: Kind,
    asked: &Asked,
    today: &str,
) -> Result<Plan, Faults> {
    let mut faults: Faults = Vec::new();
    let standing = |code: &str| registry.iter().find(|e| e.code == code && e.stands());
    let (day, ground) = (asked.day.trim(), asked.ground.trim());
    let name: String = asked.name.trim().to_owned();
    if !is_date(day) {
        faults.push(("day", msg!("日期写成 2026-01-31 的样子")));
    } else if day > today {
        faults.push(("day", msg!("日期不能晚于今天 {today}；到那一天再办", today = today)));
    }
    if ground.chars().count() < 4 {
        faults.push(("ground", msg!("请写明依据，至少 4 个字，例如批复的文号")));
    }
    let place = match kind {
        Kind::New => None,
        _ => {
            let found = standing(asked.code.trim()).filter(|e| e.level != "county");
            match found {
                None if registry.iter().any(|e| e.code == asked.code.trim()) => {
                    faults.push(("code", msg!("这个地方已经撤并，不能再变动")));
                }
                None => faults.push(("code", msg!("请选一个村或乡镇"))),
                Some(e) if kind == Kind::Split && e.level != "village" => {
                    faults.push(("code", msg!("只有村可以分设")));
                }
                Some(e) if is_date(day) && day <= e.valid_from.as_str() => faults.push((
                    "day",
                    msg!("“{name}”从 {from} 起算，日期要晚于这一天", name = &e.name, from = &e.valid_from),
                )),
                Some(_) => {}
            }
            found
        }
    };
    let other = asked.other.trim();
    let into = match kind {
        Kind::Merge => match standing(other).filter(|e| place.is_none_or(|p| p.level == e.level)) {
            None => {
                faults.push(("other", msg!("请选并入哪里：村并入村，乡镇并入乡镇，撤并了的不行")));
                None
            }
            Some(e) if e.code == asked.code.trim() => {
                faults.push(("other", msg!("不能并入自己，请另选一个")));
                None
            }
            Some(e) if is_date(day) && day < e.valid_from.as_str() => {
                let why = msg!(
                    "“{name}”从 {from} 起才有，日期要不早于这一天",
                    name = &e.name,
                    from = &e.valid_from
                );
                faults.push(("day", why));
                None
            }
            found => found,
        },
        _ => None,
    };
    if matches!(kind, Kind::Rename | Kind::Split | Kind::New) {
        let n = name.chars().count();
        if !(2..=60).contains(&n) || name.chars().any(char::is_control) {
            faults.push(("name", msg!("请填全称，2—60 个字，例如“例河村村民委员会”")));
        } else if kind == Kind::Rename && place.is_some_and(|e| e.name == name) {
            faults.push(("name", msg!("和现在的名称一样，不用更名")));
        }
    }
    let is_township = match kind {
        Kind::New => other.len() == 9,
        _ => place.is_some_and(|e| e.level == "township"),
    };
    if matches!(kind, Kind::Split | Kind::New) {
        let digits = other.bytes().all(|b| b.is_ascii_digit());
        let fits = other.len() == 12 || (kind == Kind::New && other.len() == 9);
        if !digits || !fits || !other.starts_with(county) {
            let why =
                msg!("新村代码是 12 位、新乡镇代码是 9 位数字，以本县代码 {county} 开头", county = county);
            faults.push(("other", why));
        } else if registry.iter().any(|e| e.code == other) {
            faults.push(("other", msg!("代码 {code} 用过了；撤并过的代码不再给别的地方", code = other)));
        } else if other.len() == 12 && standing(&other[..9]).is_none() {
            faults.push(("other", msg!("代码前 9 位 {code} 不是本县现有的乡镇", code = &other[..9])));
        }
    }
    let township = match kind {
        Kind::Split | Kind::New if other.len() >= 9 && other.is_char_boundary(9) => &other[..9],
        Kind::Rename => place.map(|e| e.township.as_str()).unwrap_or_default(),
        _ => "",
    };
    let level = if is_township { "township" } else { "village" };
    let taken = |e: &&Entry| {
        e.stands()
            && e.level == level
            && e.name == name
            && (is_township || e.township == township)
            && place.is_none_or(|p| kind == Kind::Split || p.id != e.id)
    };
    if !name.is_empty()
        && matches!(kind, Kind::Rename | Kind::Split | Kind::New)
        && let Some(e) = registry.iter().find(taken)
    {
        faults.push(("name", msg!("已经有叫“{name}”的了：{code}", name = &name, code = &e.code)));
    }
    if kind == Kind::End
        && let Some(e) = place.filter(|e| e.level == "township")
    {
        let left = villages(registry, &e.code).len();
        if left > 0 {
            let why = msg!("“{name}”还有 {n} 个村，请用合并，村随乡镇划入", name = &e.name, n = left);
            faults.push(("code", why));
        }
    }
    let moving = match place.filter(|e| kind == Kind::Merge && e.level == "township") {
        Some(township) => moving(registry, township, into, day, &mut faults),
        None => Vec::new(),
    };
    if !faults.is_empty() {
        return Err(faults);
    }
    let Some(eve) = day_before(day) else {
        return Err(vec![("day", msg!("日期写成 2026-01-31 的样子"))]);
    };
    let begin = |code: &str| Step::Begin {
        code: code.to_owned(),
        level,
        name: name.clone(),
        township: if is_township { code.to_owned() } else { township.to_owned() },
    };
    let row = |e: Option<&Entry>| e.map_or(Side::Begun, |e| Side::Row(e.id));
    let end = |e: Option<&Entry>| e.map(|e| Step::End(e.id, eve.clone())).into_iter();
    let code = place.map_or(other, |e| e.code.as_str());
    let into_name = into.map(|e| e.name.as_str()).unwrap_or_default();
    let (steps, other, told): (Vec<Step>, _, _) = match kind {
        Kind::Rename => {
            (end(place).chain([begin(code)]).collect(), Some(Side::Begun), format!("更名为{name}"))
        }
        Kind::Merge => {
            let moves = moving.iter().flat_map(|v| {
                let begin = Step::Begin {
                    code: v.code.clone(),
                    level: "village",
                    name: v.name.clone(),
                    township: into.map(|e| e.code.clone()).unwrap_or_default(),
                };
                [Step::End(v.id, eve.clone()), begin]
            });
            (end(place).chain(moves).collect(), Some(row(into)), format!("并入{into_name}"))
        }
        Kind::Split => (vec![begin(other)], Some(Side::Begun), format!("分设{name}（{other}）")),
        Kind::New => (vec![begin(other)], None, format!("新设{name}")),
        Kind::End => (end(place).collect(), None, "撤销建制".to_owned()),
    };
    let from = date_text(day);
    Ok(Plan {
        kind,
        day: day.to_owned(),
        ground: ground.to_owned(),
        steps,
        place: row(place),
        other,
        code: code.to_owned(),
        told: format!("{told}，{from}起"),
        handed: place.zip(into).filter(|_| is_township).map(|(p, i)| (p.code.clone(), i.code.clone())),
        moved: moving.iter().map(|v| (v.code.clone(), format!("划入{into_name}，{from}起"))).collect(),
    })
}

#[cfg(test)]
mod tests;
