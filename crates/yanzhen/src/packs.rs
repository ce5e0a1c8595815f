//! The packs that come with the program: the five practices and the secretary's own appraisal, to begin a county from.

use crate::slices::places;
use kernel::{Message, msg};
use platform::db::{Db, DbError, DbResult, Event};
use platform::values;
use platform::web::PackOffer;
use policy::{Files, Pack, PackScope, Source};
use std::io;
use std::path::Path;

/// A pack as the program carries it.
pub struct Carried {
    /// Its id, and its folder's name.
    pub id: &'static str,
    files: &'static [(&'static str, &'static str)],
}

macro_rules! carried {
    ($id:literal, $($file:literal),+) => {
        Carried { id: $id, files: &[$(($file, include_str!(concat!("../../../packs/", $id, "/", $file)))),+] }
    };
}

/// All of them, in the order they are offered in.
pub static ALL: [Carried; 6] = [
    carried!(
        "jinan",
        "pack.toml",
        "indicators.csv",
        "cases/consequences.toml",
        "cases/grades.toml",
        "cases/quota.toml",
        "cases/scores.toml",
        "cases/totals.toml"
    ),
    carried!(
        "wucun",
        "pack.toml",
        "colours.csv",
        "cases/colours.toml",
        "cases/consequences.toml",
        "cases/missing.toml"
    ),
    carried!(
        "hezhang",
        "pack.toml",
        "indicators.csv",
        "cases/grades.toml",
        "cases/scores.toml",
        "cases/totals.toml"
    ),
    carried!(
        "gaotai",
        "pack.toml",
        "indicators.csv",
        "cases/grades.toml",
        "cases/scores.toml",
        "cases/totals.toml"
    ),
    carried!(
        "county",
        "pack.toml",
        "indicators.csv",
        "cases/elevation.toml",
        "cases/goals.toml",
        "cases/scores.toml",
        "cases/totals.toml"
    ),
    carried!("secretary", "pack.toml", "indicators.csv", "cases/totals.toml"),
];

impl Carried {
    /// By its id.
    pub fn by_id(id: &str) -> Option<&'static Carried> {
        ALL.iter().find(|c| c.id == id)
    }

    /// Its files.
    pub fn files(&self) -> Files {
        let mut files = Files::default();
        for (name, text) in self.files {
            files.put(name, *text);
        }
        files
    }

    /// The pack, without its cases.
    ///
    /// # Errors
    /// None: tests hold that a pack that the program carries has no faults.
    pub fn pack(&self) -> Result<Pack, String> {
        let source = Source::rules_of(&self.files());
        Pack::read(&source).0.ok_or_else(|| format!("the pack {} has faults", self.id))
    }

    /// Writes its files into a folder that is there, and reads the pack.
    ///
    /// # Errors
    /// The files cannot be written.
    pub fn unpack(&self, folder: &Path) -> io::Result<Pack> {
        self.files().write(folder)?;
        self.pack().map_err(io::Error::other)
    }
}

/// What set-up offers to begin from.
pub fn offers() -> Vec<PackOffer> {
    let offer = |carried: &Carried| {
        let pack = carried.pack().ok()?;
        Some(PackOffer { id: carried.id, title: pack.title.clone(), says: says(&pack) })
    };
    ALL.iter().filter_map(offer).collect()
}

/// A pack in a few words, counted from the pack itself.
fn says(pack: &Pack) -> Vec<Message> {
    let mut out = vec![match pack.scope {
        PackScope::County => msg!("县级办法"),
        PackScope::Township => msg!("乡镇级办法"),
        PackScope::Village => msg!("村级办法"),
    }];
    if pack.has_appraisal {
        let n = pack.indicators.len();
        out.push(if pack.of_persons() {
            msg!("考核到人，{n} 条指标", n = n)
        } else {
            msg!("考核到村，{n} 条指标", n = n)
        });
        if !pack.grades.is_empty() {
            out.push(msg!("{n} 个等次", n = pack.grades.len()));
        }
    }
    if let Some(colours) = &pack.colours {
        out.push(msg!("红橙黄绿，{n} 条规则", n = colours.rules.len()));
    }
    if !pack.consequences.is_empty() {
        out.push(msg!("{n} 条结果运用", n = pack.consequences.len()));
    }
    out
}

/// Takes one of the packs into a county, in force from today or from its own first day, whichever is later. A county
/// that has it already keeps it as it is.
pub async fn adopt(db: &Db, mut event: Event, by: &str, id: &str) -> DbResult<()> {
    let carried = Carried::by_id(id).ok_or(DbError::Missing)?;
    let pack = carried.pack().map_err(DbError::Version)?;
    if db.one("select 1 from pack where hash = $1", values![pack.hash.clone()]).await?.is_some() {
        return Ok(());
    }
    let from = places::store::today().max(pack.effective_from.clone());
    event.record.clone_from(&pack.id);
    event.note = places::told(&pack);
    let mut tx = db.write(event).await?;
    let taken = places::Taken { files: &carried.files(), pack: &pack, from: &from, part: "", by };
    places::take(db, &mut tx, taken).await?;
    tx.commit().await
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Lang;

    #[test]
    fn every_pack_brings_the_cases_of_its_folder_and_they_pass() {
        for carried in &ALL {
            let folder =
                std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs").join(carried.id);
            assert_eq!(Some(carried.files()), Files::open(&folder).ok(), "{}", carried.id);
            let (pack, faults) = Pack::check(&Source::of(&carried.files()));
            let reports = pack.as_ref().map(appraisal::run_cases).unwrap_or_default();
            assert!(!reports.is_empty(), "{}: {faults:?}", carried.id);
            assert!(reports.iter().all(|r| r.failures.is_empty()), "{}", carried.id);
        }
    }

    #[test]
    fn every_pack_reads_and_says_what_it_is() {
        let offers = offers();
        assert_eq!(offers.len(), ALL.len());
        for (offer, carried) in offers.iter().zip(&ALL) {
            assert_eq!(offer.id, carried.id);
            let says = |lang| offer.says.iter().map(|m| m.text(lang)).collect::<Vec<_>>().join(" ");
            assert!(offer.says.len() > 1, "{}: {}", offer.id, says(Lang::Zh));
            assert!(says(Lang::En).is_ascii(), "{}: {}", offer.id, says(Lang::En));
        }
    }
}
