//! A list's filters in words, and what may be added to them.

use super::cells::Eyes;
use super::sight::{Asked, Sight};
use crate::slices::people::filter::{Cut, Filter, STATES};
use crate::slices::people::words::{POOLS, education, political, pool};
use crate::slices::posts::pages::day_text;
use kernel::{Message, msg};
use platform::kit::Choice;
use platform::page::Page;

/// A filter that holds, and the address without it.
pub struct Chip {
    pub title: &'static str,
    pub text: String,
    pub href: String,
}

/// What a filter asks for, in words.
pub fn told(page: &Page, sight: &Sight, filter: &Filter, cut: Cut) -> String {
    let comma = if page.en() { ", " } else { "、" };
    let join = |list: &[String], word: &dyn Fn(&str) -> String| {
        list.iter().map(|one| word(one)).collect::<Vec<_>>().join(comma)
    };
    match cut {
        Cut::Words => filter.q.clone(),
        Cut::Townships => join(&filter.townships, &|c| named(sight, c)),
        Cut::Villages => join(&filter.villages, &|c| named(sight, c)),
        Cut::Sex => page.t(if filter.sex == "1" { "男" } else { "女" }).to_owned(),
        Cut::Age => page.m(&age(filter, sight)),
        Cut::Education => page.m(&msg!("不低于 {class}", class = page.w(education(&filter.education)))),
        Cut::Political => join(&filter.political, &|c| page.w(political(c))),
        Cut::Posts => join(&filter.posts, &|id| page.w(sight.words.post(id))),
        Cut::Sources => join(&filter.sources, &|id| sight.words.source(id).to_owned()),
        Cut::Pools => join(&filter.pools, &|id| page.w(pool(id))),
        Cut::State => page.t(filter.stands().title()).to_owned(),
    }
}

/// The name of a place of the caller's part; the code of any other.
fn named(sight: &Sight, code: &str) -> String {
    sight.map.places(&sight.part).find(|p| p.code == code).map_or_else(|| code.to_owned(), |p| p.name.clone())
}

fn age(filter: &Filter, sight: &Sight) -> Message {
    let day = day_text(&filter.age_on.unwrap_or(sight.today).to_string());
    let number = |n: Option<u16>| u32::from(n.unwrap_or_default());
    match (filter.age_from, filter.age_to) {
        (Some(_), Some(_)) => {
            msg!(
                "{a} 到 {b} 岁（按 {day}）",
                a = number(filter.age_from),
                b = number(filter.age_to),
                day = day
            )
        }
        (Some(_), None) => msg!("满 {n} 岁（按 {day}）", n = number(filter.age_from), day = day),
        (None, Some(_)) => msg!("不超过 {n} 岁（按 {day}）", n = number(filter.age_to), day = day),
        (None, None) => msg!("按 {day}", day = day),
    }
}

/// The chips of an address.
pub fn chips(page: &Page, sight: &Sight, asked: &Asked) -> Vec<Chip> {
    let chip = |cut: Cut| Chip {
        title: page.t(cut.title()),
        text: told(page, sight, &asked.filter, cut),
        href: Asked { filter: asked.filter.without(cut), ..asked.clone() }.link("/people").to_string(),
    };
    asked.filter.cuts().into_iter().map(chip).collect()
}

/// What a filter may be made of.
pub struct Picks {
    pub townships: Vec<Choice>,
    pub sexes: Vec<Choice>,
    pub from: String,
    pub to: String,
    pub on: String,
    pub educations: Vec<Choice>,
    pub politicals: Vec<Choice>,
    pub posts: Vec<Choice>,
    pub sources: Vec<Choice>,
    pub pools: Vec<Choice>,
    pub states: Vec<Choice>,
    /// What the form keeps as it is: name and value.
    pub kept: Vec<(&'static str, String)>,
}

impl Picks {
    pub fn of(eyes: &Eyes<'_>, sight: &Sight, asked: &Asked) -> Picks {
        let (page, filter) = (eyes.page, &asked.filter);
        let number = |n: Option<u16>| n.map_or_else(String::new, |n| n.to_string());
        let codes =
            |set: &'static [standards::Code], said: fn(&str) -> &str, chosen: &dyn Fn(&str) -> bool| {
                set.iter().map(|(code, _)| Choice::new(*code, page.w(said(code))).on(chosen(code))).collect()
            };
        let any = |list: &[String], id: &str| list.iter().any(|v| v == id);
        let ids = |all: &[(String, String)], chosen: &[String]| {
            all.iter()
                .map(|(id, title)| Choice::new(id, page.w(title)).on(any(chosen, id)))
                .collect::<Vec<_>>()
        };
        let one = |t: &crate::slices::people::search::Place| {
            Choice::new(&t.code, &t.name).on(any(&filter.townships, &t.code))
        };
        // One township is all there is: nothing to choose.
        let townships = if sight.part.township().is_empty() {
            sight.map.townships(&sight.part).map(one).collect()
        } else {
            Vec::new()
        };
        let mut kept: Vec<(&'static str, String)> = filter
            .pairs()
            .into_iter()
            .filter(|(name, _)| matches!(*name, "view" | "q" | "village" | "sort"))
            .collect();
        kept.push(("cols", asked.cols.clone()));
        kept.retain(|(_, value)| !value.is_empty());
        let state = |s: &crate::slices::people::State| {
            Choice::new(s.id(), page.t(s.title())).on(filter.state == Some(*s))
        };
        Picks {
            townships,
            sexes: Choice::pick(
                vec![Choice::new("1", page.t("男")), Choice::new("2", page.t("女"))],
                &filter.sex,
            ),
            from: number(filter.age_from),
            to: number(filter.age_to),
            on: filter.age_on.map_or_else(String::new, |d| d.to_string()),
            educations: codes(&standards::EDUCATION, education, &|code| filter.education == code),
            politicals: codes(&standards::POLITICAL_STATUS, political, &|code| any(&filter.political, code)),
            posts: ids(&sight.words.posts, &filter.posts),
            sources: ids(&sight.words.sources, &filter.sources),
            pools: POOLS
                .iter()
                .map(|(id, title)| Choice::new(*id, page.t(title)).on(any(&filter.pools, id)))
                .collect(),
            // Who is in use is what a list shows unless another state is asked for.
            states: STATES.iter().skip(1).map(state).collect(),
            kept,
        }
    }
}
