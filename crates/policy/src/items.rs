//! What sections hold as lists of dated items with an id: how they are read, and what they are called.

use crate::diff::Part;
use crate::keys::Keys;
use crate::pack::Pack;
use crate::posts::told::{Field, dated_parts, dates_text, dropped, table};
use crate::posts::{self, Dated, Dates, PackRef, Reader};
use crate::show::Block;
use std::ops::Deref;
use std::sync::Arc;

/// Something with an id that a pack says for some days; `*item` is what it says.
#[derive(Clone, Debug)]
pub struct Item<T> {
    /// Its id, `[a-z_]+`.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// What it says beside its name.
    pub what: T,
    /// A narrower pack does without it.
    pub off: bool,
    /// Its clause.
    pub basis: String,
    /// When it holds.
    pub dates: Dates,
    /// The pack that says so.
    pub pack: Arc<PackRef>,
    /// Where it stands in `pack.toml`.
    pub row: u32,
}

impl<T> Deref for Item<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.what
    }
}

impl<T> Dated for Item<T> {
    fn id(&self) -> &str {
        &self.id
    }
    fn dates(&self) -> &Dates {
        &self.dates
    }
    fn off(&self) -> bool {
        self.off
    }
    fn row(&self) -> u32 {
        self.row
    }
}

/// What an id is called on a day, else what it was ever called, else the id.
pub(crate) fn title<'i, T>(items: &'i [Item<T>], id: &'i str, day: &str) -> &'i str {
    let named = |i: &&Item<T>| i.id == id && !i.title.is_empty();
    let now = posts::on(items, day).into_iter().find(|i| i.id == id);
    now.or_else(|| items.iter().find(named)).map_or(id, |i| i.title.as_str())
}

/// Reads every item of a list of a section; `what` reads what an item says beside its name, and whether it is `off` is told.
pub(crate) fn items<'a, T>(
    reader: &Reader<'a>,
    keys: &Keys<'a>,
    section: &str,
    list: &'static str,
    what: impl Fn(&Keys<'a>, bool) -> Option<T>,
) -> Vec<Item<T>> {
    let mut out = Vec::new();
    for (i, node) in keys.items(list).iter().enumerate() {
        let own = reader.keys(node, &format!("{section}.{list}[{}]", i + 1));
        let frame = reader.frame(&own, "id", node.at.row);
        let title = if frame.off { own.text("title") } else { own.required("title") };
        let what = what(&own, frame.off);
        own.finish();
        out.extend(what.map(|what| Item {
            id: frame.id,
            title,
            what,
            off: frame.off,
            basis: frame.basis,
            dates: frame.dates,
            pack: reader.pack.clone(),
            row: frame.row,
        }));
    }
    out
}

/// The fields of an item: its own, then dates and clause.
pub(crate) fn fields<T>(item: &Item<T>, pack: &Pack, own: Vec<Field>) -> Vec<Field> {
    if item.off {
        return dropped(&item.dates, &item.basis, pack);
    }
    let mut out = own;
    out.push(("日期", dates_text(&item.dates, pack)));
    out.push(("依据", item.basis.clone()));
    out
}

pub(crate) fn rows<T>(
    items: &[Item<T>],
    pack: &Pack,
    own: impl Fn(&T) -> Vec<Field>,
) -> Vec<(String, String, Vec<Field>)> {
    items.iter().map(|i| (i.id.clone(), i.title.clone(), fields(i, pack, own(&i.what)))).collect()
}

/// A list of a section: what it is called, what its name column is called, its columns, its rows.
pub(crate) type List<'s> =
    (&'static str, &'static str, &'static [&'static str], Vec<(String, String, Vec<Field>)>);

/// Lists for `policy show`: those that are not empty, each under its name.
pub(crate) fn told(lists: impl IntoIterator<Item = List<'static>>) -> Vec<Block> {
    let mut out = Vec::new();
    for (title, name, columns, rows) in lists {
        if !rows.is_empty() {
            out.push(Block::Paragraph(format!("**{title}**")));
            out.push(table(name, columns, rows));
        }
    }
    out
}

/// A list for `policy diff`.
pub(crate) fn dated<T>(
    name: &'static str,
    items: &[Item<T>],
    pack: &Pack,
    own: impl Fn(&T) -> Vec<Field>,
) -> Vec<Part> {
    dated_parts(name, items, |i| i.title.clone(), |i| fields(i, pack, own(&i.what)))
}
