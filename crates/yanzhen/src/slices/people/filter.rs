//! What a list of people is asked for: the filters of its address. Pure.

use super::model::State;
use kernel::{Day, Message, key, msg};
use platform::kit::Link;

/// A list that everybody has; filters narrow it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum View {
    /// Everybody in use.
    #[default]
    All,
    /// Who holds a post of the two committees.
    Committees,
    /// Secretaries of villages' party organisations.
    Secretaries,
    /// Who is in a pool.
    Reserves,
    /// Secretaries who pass the pack's age before their term ends.
    OverAge,
    /// Who is in a pool and has not said for long where it is.
    Untold,
}

impl View {
    pub const ALL: [View; 6] =
        [View::All, View::Committees, View::Secretaries, View::Reserves, View::OverAge, View::Untold];

    /// As addresses have it; empty for everybody.
    pub fn id(self) -> &'static str {
        match self {
            View::All => "",
            View::Committees => "committees",
            View::Secretaries => "secretaries",
            View::Reserves => "reserves",
            View::OverAge => "over-age",
            View::Untold => "untold",
        }
    }

    pub fn by_id(id: &str) -> Option<View> {
        View::ALL.into_iter().find(|v| v.id() == id)
    }

    /// Its title; `days` are those after which whereabouts are out of date.
    pub fn title(self, days: u32) -> Message {
        match self {
            View::All => msg!("全部在册"),
            View::Committees => msg!("村“两委”"),
            View::Secretaries => msg!("书记"),
            View::Reserves => msg!("后备力量"),
            View::OverAge => msg!("届满超龄的书记"),
            View::Untold => msg!("{n} 天没更新去向", n = days),
        }
    }
}

/// What a list is ordered by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum By {
    Village,
    Name,
    Age,
    Education,
    Told,
}

/// An order and its direction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sort {
    pub by: By,
    /// The largest first.
    pub down: bool,
}

impl Sort {
    const IDS: [(&'static str, By); 5] = [
        ("village", By::Village),
        ("name", By::Name),
        ("age", By::Age),
        ("education", By::Education),
        ("told", By::Told),
    ];

    /// `age`, `-age`.
    pub fn parse(text: &str) -> Option<Sort> {
        let (down, id) = text.strip_prefix('-').map_or((false, text), |id| (true, id));
        let (_, by) = Sort::IDS.into_iter().find(|(own, _)| *own == id)?;
        Some(Sort { by, down })
    }

    pub fn id(self) -> String {
        let id = Sort::IDS.into_iter().find(|(_, by)| *by == self.by).map_or("", |(id, _)| id);
        format!("{}{id}", if self.down { "-" } else { "" })
    }
}

/// A filter that can be taken away alone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cut {
    Words,
    Townships,
    Villages,
    Sex,
    Age,
    Education,
    Political,
    Posts,
    Sources,
    Pools,
    State,
}

impl Cut {
    pub const ALL: [Cut; 11] = [
        Cut::Words,
        Cut::Townships,
        Cut::Villages,
        Cut::Sex,
        Cut::Age,
        Cut::Education,
        Cut::Political,
        Cut::Posts,
        Cut::Sources,
        Cut::Pools,
        Cut::State,
    ];

    /// What it limits: a key of the catalogue.
    pub fn title(self) -> &'static str {
        match self {
            Cut::Words => key!("查找"),
            Cut::Townships => key!("乡镇"),
            Cut::Villages => key!("所在村"),
            Cut::Sex => key!("性别"),
            Cut::Age => key!("年龄"),
            Cut::Education => key!("学历"),
            Cut::Political => key!("政治面貌"),
            Cut::Posts => key!("职务"),
            Cut::Sources => key!("来源"),
            Cut::Pools => key!("后备人才库"),
            Cut::State => key!("档案状态"),
        }
    }
}

/// A view with filters that all hold, and an order. Of a list any value does.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Filter {
    pub view: View,
    /// What was typed into the search box; never a number that is a person's.
    pub q: String,
    /// Nine digits each.
    pub townships: Vec<String>,
    /// Twelve digits each.
    pub villages: Vec<String>,
    /// GB/T 2261.1; empty for any.
    pub sex: String,
    /// Full years on [`Filter::age_on`].
    pub age_from: Option<u16>,
    pub age_to: Option<u16>,
    /// The day ages are of; today where none is said.
    pub age_on: Option<Day>,
    /// At least this class of GB/T 4658.
    pub education: String,
    /// GB/T 4762.
    pub political: Vec<String>,
    /// Ids of posts.
    pub posts: Vec<String>,
    /// Ids of source groups.
    pub sources: Vec<String>,
    /// Ids of pools.
    pub pools: Vec<String>,
    /// In use where none is said.
    pub state: Option<State>,
    pub sort: Option<Sort>,
}

/// Between the values of a list in an address.
const COMMA: char = '.';
/// The longest search.
const LONGEST: usize = 60;
/// The most values of a list.
const MOST: usize = 60;

/// States that are looked for; the others have gone into another file or are gone.
pub const STATES: [State; 4] = [State::Active, State::Left, State::Dead, State::Moved];

impl Filter {
    /// Reads the pairs of an address or a form; other names are passed over, empty values count as not said.
    ///
    /// # Errors
    /// Which name has what no filter takes.
    pub fn read<'p>(pairs: impl IntoIterator<Item = (&'p str, &'p str)>) -> Result<Filter, Message> {
        let mut out = Filter::default();
        for (name, value) in pairs {
            let value = value.trim();
            if !value.is_empty() {
                out.take(name, value)
                    .ok_or_else(|| msg!("网址里的 {name} 填得不对：{value}", name = name, value = value))?;
            }
        }
        Ok(out)
    }

    /// Takes a pair; nothing where the value is none.
    fn take(&mut self, name: &str, value: &str) -> Option<()> {
        let digits = |n: usize| move |v: &str| v.len() == n && v.bytes().all(|b| b.is_ascii_digit());
        let word = |v: &str| v.len() <= 40 && v.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        let of = |set: &'static [standards::Code]| move |v: &str| standards::label_of(set, v).is_some();
        let list = |to: &mut Vec<String>, good: &dyn Fn(&str) -> bool| {
            for one in value.split([COMMA, ',']).filter(|v| !v.is_empty()) {
                if !good(one) || to.len() >= MOST {
                    return None;
                }
                if !to.iter().any(|v| v == one) {
                    to.push(one.to_owned());
                }
            }
            Some(())
        };
        match name {
            "view" => self.view = View::by_id(value)?,
            "q" => self.q = value.chars().take(LONGEST).collect(),
            "town" => list(&mut self.townships, &digits(9))?,
            "village" => list(&mut self.villages, &digits(12))?,
            "sex" => self.sex = Some(value).filter(|v| matches!(*v, "1" | "2"))?.to_owned(),
            "from" => self.age_from = Some(value.parse().ok().filter(|n| *n <= 120)?),
            "to" => self.age_to = Some(value.parse().ok().filter(|n| *n <= 120)?),
            "on" => self.age_on = Some(value.parse().ok()?),
            "edu" => self.education = Some(value).filter(|v| of(&standards::EDUCATION)(v))?.to_owned(),
            "party" => list(&mut self.political, &of(&standards::POLITICAL_STATUS))?,
            "post" => list(&mut self.posts, &word)?,
            "source" => list(&mut self.sources, &word)?,
            "pool" => list(&mut self.pools, &word)?,
            "state" => self.state = Some(State::by_id(value).filter(|s| STATES.contains(s))?),
            "sort" => self.sort = Some(Sort::parse(value)?),
            _ => {}
        }
        Some(())
    }

    /// The pairs of its address, in an order of their own: the same filter has one address.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let joined = |list: &[String]| list.join(&COMMA.to_string());
        let number = |n: Option<u16>| n.map_or_else(String::new, |n| n.to_string());
        let all = [
            ("view", self.view.id().to_owned()),
            ("q", self.q.clone()),
            ("town", joined(&self.townships)),
            ("village", joined(&self.villages)),
            ("sex", self.sex.clone()),
            ("from", number(self.age_from)),
            ("to", number(self.age_to)),
            ("on", self.age_on.map_or_else(String::new, |d| d.to_string())),
            ("edu", self.education.clone()),
            ("party", joined(&self.political)),
            ("post", joined(&self.posts)),
            ("source", joined(&self.sources)),
            ("pool", joined(&self.pools)),
            ("state", self.state.map_or("", State::id).to_owned()),
            ("sort", self.sort.map_or_else(String::new, Sort::id)),
        ];
        all.into_iter().filter(|(_, v)| !v.is_empty()).collect()
    }

    /// Its address under a path.
    pub fn link(&self, path: &str) -> Link {
        self.pairs().iter().fold(Link::new(path), |link, (name, value)| link.with(name, value))
    }

    /// The part of its address after `?`; empty for everybody.
    pub fn query(&self) -> String {
        self.link("").to_string().trim_start_matches('?').to_owned()
    }

    /// The filters that hold beside the view.
    pub fn cuts(&self) -> Vec<Cut> {
        Cut::ALL.into_iter().filter(|cut| self.without(*cut) != *self).collect()
    }

    /// The same without one of its filters.
    #[must_use]
    pub fn without(&self, cut: Cut) -> Filter {
        let mut out = self.clone();
        match cut {
            Cut::Words => out.q.clear(),
            Cut::Townships => out.townships.clear(),
            Cut::Villages => out.villages.clear(),
            Cut::Sex => out.sex.clear(),
            Cut::Age => (out.age_from, out.age_to, out.age_on) = (None, None, None),
            Cut::Education => out.education.clear(),
            Cut::Political => out.political.clear(),
            Cut::Posts => out.posts.clear(),
            Cut::Sources => out.sources.clear(),
            Cut::Pools => out.pools.clear(),
            Cut::State => out.state = None,
        }
        out
    }

    /// The state of the files that are looked for.
    pub fn stands(&self) -> State {
        self.state.unwrap_or(State::Active)
    }

    /// Whether it lists what a search found, the nearest first.
    pub fn is_loose(&self) -> bool {
        self.sort.is_none() && !self.q.is_empty()
    }

    /// The order: by village and post, or by name among what a search found.
    pub fn order(&self) -> Sort {
        let by = if self.q.is_empty() { By::Village } else { By::Name };
        self.sort.unwrap_or(Sort { by, down: false })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> Result<Filter, Message> {
        Filter::read(query.split('&').filter_map(|p| p.split_once('=')))
    }

    #[test]
    fn a_filter_has_one_address() {
        let typed = "sort=-age&town=990101101&party=&town=990101102&from=25&to=40&on=2026-12-31&q=王 例河&view=reserves";
        let filter = read(typed).unwrap();
        assert_eq!(filter.townships, ["990101101", "990101102"]);
        let told: Vec<String> = filter.pairs().iter().map(|(n, v)| format!("{n}={v}")).collect();
        assert_eq!(
            told.join("&"),
            "view=reserves&q=王 例河&town=990101101.990101102&from=25&to=40&on=2026-12-31&sort=-age"
        );
        assert_eq!(read(&told.join("&")), Ok(filter.clone()));
        assert_eq!(filter.cuts(), [Cut::Words, Cut::Townships, Cut::Age]);
        assert_eq!(Filter::default().query(), "");
    }

    #[test]
    fn what_no_filter_takes_is_refused() {
        for bad in [
            "town=9901",
            "village=例东村",
            "from=old",
            "to=999",
            "on=2026-13-01",
            "edu=35",
            "party=99",
            "state=erased",
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
        for bad in ["view=all", "sort=phone", "sort=identity", "post=a' or 1=1", "sex=3", "pool=A"] {
            assert!(read(bad).is_err(), "{bad}");
        }
        assert_eq!(read("page=3&cols=age&identity=1"), Ok(Filter::default()));
    }
}
