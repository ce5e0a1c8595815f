//! Moving a county: one file out of an installation, into another, whichever engines they use.
//!
//! Persons' keys travel as they are: wrapped under the master keys of the installation they come from. The file says
//! which of those it needs, by fingerprint, and the receiving installation must hold them; the key file itself is
//! carried over by people. Audit digests are made with master keys too: under keys that are not carried over they can
//! no longer be checked against values, while the chain itself, which needs no key, stays whole.

use super::place::{Draft, exists};
use super::rows::{self, Header};
use super::{
    Told, UpkeepError, Upkept, at, holds, parent, private_file, remove, shown, sync_folder, turn, whole,
};
use crate::audit::Outcome;
use crate::county::{CountyInfo, Installation};
use crate::db::{Db, Event, Target};
use crate::secrets::KeyRing;
use kernel::msg;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Writes a county into one new file. That it left is in its own audit, and so in the file.
pub async fn export_county(from: &Installation, code: &str, path: &Path, told: Told<'_>) -> Upkept<Header> {
    let Some((info, db)) = from.county(code).await? else {
        return Err(UpkeepError::Refused(msg!("没有 {code} 这个县", code = code)));
    };
    if path.exists() {
        return Err(UpkeepError::Refused(msg!("{file} 已经有了；请换一个文件名", file = shown(path))));
    }
    let _turn = turn(&from.folder)?;
    let event = Event {
        action: "county.export".into(),
        kind: "county".into(),
        record: code.into(),
        note: path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default(),
        ..Event::default()
    };
    db.record(event, Outcome::Done).await?;
    write_rows(&db, Some(&info), path, told).await
}

/// Writes a database into a file that appears when it is whole.
pub(super) async fn write_rows(
    db: &Db,
    county: Option<&CountyInfo>,
    path: &Path,
    told: Told<'_>,
) -> Upkept<Header> {
    let mut name = path.as_os_str().to_owned();
    name.push(".partial");
    let partial = PathBuf::from(name);
    remove(&partial)?;
    let written = rows::write(db, county, private_file(&partial)?, told).await;
    if written.is_err() {
        remove(&partial)?;
    }
    let header = written?;
    std::fs::rename(&partial, path).map_err(at(path))?;
    sync_folder(parent(path))?;
    Ok(header)
}

/// Takes a county in from a file that [`export_county`] wrote.
pub async fn import_county(into: &Installation, path: &Path, told: Told<'_>) -> Upkept<CountyInfo> {
    let _turn = turn(&into.folder)?;
    let header = rows::check(path)?;
    let Some(county) = header.county.clone() else {
        return Err(UpkeepError::Refused(msg!("{file} 不是一个县的导出", file = shown(path))));
    };
    let info = CountyInfo { code: county.code, name: county.name, demo: county.demo };
    if info.code.len() != 6 || !info.code.bytes().all(|b| b.is_ascii_digit()) {
        return Err(UpkeepError::Refused(msg!("{file} 不是一个县的导出", file = shown(path))));
    }
    if into.counties().await?.iter().any(|c| c.code == info.code) {
        return Err(UpkeepError::Refused(msg!(
            "这里已经有 {code} {name}；不覆盖",
            code = &info.code,
            name = &info.name
        )));
    }
    known(&header)?;
    holds(&into.keys, &header.keys)?;
    let target = into.settings.target(&into.folder, &info.code);
    if exists(&target).await? {
        // A run that was killed after the county stood and before it was listed: it is the same, or not ours.
        let db = Db::open(&target, into.keys.clone()).await?;
        let same = rows::head(&db).await.is_ok_and(|head| head == header.audit);
        db.close().await?;
        if !same {
            return Err(UpkeepError::Refused(msg!(
                "{code} 的数据库已经在，却没有登记；请先把它移开",
                code = &info.code
            )));
        }
    } else {
        bring(&target, path, &header, &info.code, into.keys.clone(), told).await?;
    }
    let event = Event {
        action: "county.import".into(),
        note: format!("{} {}", info.name, header.audit),
        ..Event::default()
    };
    into.add_county_as(info.clone(), event).await?;
    Ok(info)
}

/// Refuses the file of a newer program.
pub(super) fn known(header: &Header) -> Upkept<()> {
    let own = crate::db::names(header.tree());
    match header.migrations.iter().find(|(name, _)| !own.contains(&name.as_str())) {
        None => Ok(()),
        Some(_) => Err(UpkeepError::Refused(msg!(
            "文件由 {version} 版写成，比这个程序新；请先升级程序",
            version = &header.program
        ))),
    }
}

/// Makes a database of a checked file: its rows, its chain, then its name.
pub(super) async fn bring(
    target: &Target,
    path: &Path,
    header: &Header,
    name: &str,
    keys: Arc<KeyRing>,
    told: Told<'_>,
) -> Upkept<()> {
    let draft = Draft::begin(target).await?;
    let db = draft.open(keys).await?;
    let done = match rows::fill(&db, path, header, told).await {
        Ok(()) => whole(&db, name, &header.audit).await,
        Err(e) => Err(e),
    };
    db.close().await?;
    match done {
        Ok(()) => draft.place().await,
        Err(e) => {
            draft.give_up().await;
            Err(e)
        }
    }
}
