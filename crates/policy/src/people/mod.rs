//! `[people]`: how old whereabouts may be, how soon corrections are answered, groups people come from, claims and their proofs, how long records are kept.

mod tell;

pub(crate) use tell::{parts, tell};

use crate::keys::Keys;
use crate::node::Node;
use crate::pack::Pack;
use crate::posts::{self, Dates, KeepFrom, PackRef, Reader, Setting, Word};
use kernel::msg;
use std::sync::Arc;

/// A group that people come from (returned graduates, veterans …).
#[derive(Clone, Debug)]
pub struct SourceGroup {
    /// Its id, `[a-z_]+`.
    pub id: String,
    /// What it is called.
    pub title: String,
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

/// A claim that is verified (三龄两历一身份).
#[derive(Clone, Debug)]
pub struct Claim {
    /// Its id, `[a-z_]+`.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// The documents that must be on file before it may be recognised.
    pub documents: Vec<String>,
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

/// How long a kind of record is kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Keep {
    /// So many years after an event.
    Years(u32, KeepFrom),
    /// For ever.
    Permanent,
}

/// The retention of one kind of record. Its ground is `basis`.
#[derive(Clone, Debug)]
pub struct Retention {
    /// The kind of record, `[a-z_]+`.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// How long.
    pub keep: Keep,
    /// A narrower pack does without it.
    pub off: bool,
    /// The ground.
    pub basis: String,
    /// When it holds.
    pub dates: Dates,
    /// The pack that says so.
    pub pack: Arc<PackRef>,
    /// Where it stands in `pack.toml`.
    pub row: u32,
}

/// What one pack writes in `[people]`.
#[derive(Clone, Debug, Default)]
pub struct PeopleSection {
    /// Days after which whereabouts are out of date.
    pub whereabouts_days: Option<Setting<u32>>,
    /// Working days within which a person's request for correction is answered.
    pub correction_workdays: Option<Setting<u32>>,
    /// `[[people.source_group]]`
    pub source_groups: Vec<SourceGroup>,
    /// `[[people.claim]]`
    pub claims: Vec<Claim>,
    /// `[[people.retention]]`
    pub retention: Vec<Retention>,
}

/// What holds for the people of a village under the packs in force on a day.
#[derive(Clone, Debug, Default)]
pub struct People {
    /// Days after which whereabouts are out of date.
    pub whereabouts_days: Setting<u32>,
    /// Working days within which a person's request for correction is answered.
    pub correction_workdays: Setting<u32>,
    source_groups: Vec<SourceGroup>,
    claims: Vec<Claim>,
    retention: Vec<Retention>,
}

impl Keep {
    /// In Chinese.
    pub fn text(self) -> String {
        match self {
            Keep::Permanent => "永久保存".to_owned(),
            Keep::Years(0, from) => format!("{}即行销毁", from.label()),
            Keep::Years(n, from) => format!("{}后保存{n}年", from.label()),
        }
    }
}

impl People {
    /// What holds on a day (YYYY-MM-DD) under the packs that reach a village; see [`posts::Posts::in_force`].
    pub fn in_force<'p>(packs: impl IntoIterator<Item = &'p Pack>, day: &str) -> People {
        let mut out = People::default();
        let layers = posts::layers(packs, day);
        let sections: Vec<&PeopleSection> = layers.iter().filter_map(|p| p.people()).collect();
        out.whereabouts_days = sections.iter().find_map(|s| s.whereabouts_days.clone()).unwrap_or_default();
        out.correction_workdays =
            sections.iter().find_map(|s| s.correction_workdays.clone()).unwrap_or_default();
        for s in sections {
            out.source_groups.extend(s.source_groups.iter().cloned());
            out.claims.extend(s.claims.iter().cloned());
            out.retention.extend(s.retention.iter().cloned());
        }
        out
    }

    /// The groups on a day.
    pub fn source_groups_on(&self, day: &str) -> Vec<&SourceGroup> {
        posts::on(&self.source_groups, day)
    }

    /// The claims on a day.
    pub fn claims_on(&self, day: &str) -> Vec<&Claim> {
        posts::on(&self.claims, day)
    }

    /// The retentions on a day.
    pub fn retention_on(&self, day: &str) -> Vec<&Retention> {
        posts::on(&self.retention, day)
    }

    /// How long a kind of record is kept, on a day.
    pub fn retention_of(&self, record: &str, day: &str) -> Option<&Retention> {
        self.retention_on(day).into_iter().find(|r| r.id == record)
    }
}

/// Reads the section. Faults go to the reader's findings.
pub(crate) fn read<'a>(reader: &Reader<'a>, node: &'a Node) -> PeopleSection {
    let keys = reader.keys(node, "people");
    let mut out = PeopleSection {
        whereabouts_days: reader
            .setting(&keys, "people", "whereabouts_days", |k, key| posts::whole(k, key, 1, 3650)),
        correction_workdays: reader
            .setting(&keys, "people", "correction_workdays", |k, key| posts::whole(k, key, 1, 60)),
        ..PeopleSection::default()
    };
    for (i, node) in keys.items("source_group").iter().enumerate() {
        let own = reader.keys(node, &format!("people.source_group[{}]", i + 1));
        let frame = reader.frame(&own, "id", node.at.row);
        let title = title(&own, frame.off);
        own.finish();
        out.source_groups.push(SourceGroup {
            id: frame.id,
            title,
            off: frame.off,
            basis: frame.basis,
            dates: frame.dates,
            pack: reader.pack.clone(),
            row: frame.row,
        });
    }
    for (i, node) in keys.items("claim").iter().enumerate() {
        let own = reader.keys(node, &format!("people.claim[{}]", i + 1));
        let frame = reader.frame(&own, "id", node.at.row);
        let title = title(&own, frame.off);
        let documents = own.texts("documents");
        if documents.is_empty() && !frame.off {
            own.fault("documents", msg!("没有写明凭什么材料认定"), Some(msg!("写成 [\"甲\", \"乙\"]")));
        }
        own.finish();
        out.claims.push(Claim {
            id: frame.id,
            title,
            documents,
            off: frame.off,
            basis: frame.basis,
            dates: frame.dates,
            pack: reader.pack.clone(),
            row: frame.row,
        });
    }
    for (i, node) in keys.items("retention").iter().enumerate() {
        out.retention.extend(read_retention(reader, node, &format!("people.retention[{}]", i + 1)));
    }
    let _ = keys.node("basis");
    keys.finish();
    posts::once_a_day(reader, "people.source_group", &out.source_groups);
    posts::once_a_day(reader, "people.claim", &out.claims);
    posts::once_a_day(reader, "people.retention", &out.retention);
    out
}

fn title(keys: &Keys<'_>, off: bool) -> String {
    if off { keys.text("title") } else { keys.required("title") }
}

fn read_retention<'a>(reader: &Reader<'a>, node: &'a Node, path: &str) -> Option<Retention> {
    let keys = reader.keys(node, path);
    let frame = reader.frame(&keys, "record", node.at.row);
    let title = title(&keys, frame.off);
    let permanent = keys.bool("permanent").unwrap_or(false);
    let (years, after) = (posts::whole(&keys, "years", 0, 200), posts::word::<KeepFrom>(&keys, "after"));
    let keep = match (permanent, years, after) {
        (true, None, None) => Some(Keep::Permanent),
        (false, Some(years), Some(after)) => Some(Keep::Years(years, after)),
        _ if frame.off => Some(Keep::Permanent),
        _ => {
            let bad = (keys.has("years") && years.is_none()) || (keys.has("after") && after.is_none());
            if !bad {
                keys.fault(
                    "years",
                    msg!("保存多久没有写清"),
                    Some(msg!("写 years 和 after，或者只写 permanent = true")),
                );
            }
            None
        }
    };
    keys.finish();
    keep.map(|keep| Retention {
        id: frame.id,
        title,
        keep,
        off: frame.off,
        basis: frame.basis,
        dates: frame.dates,
        pack: reader.pack.clone(),
        row: frame.row,
    })
}
