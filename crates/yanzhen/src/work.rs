//! The jobs that the server does by itself: backups, and every day walking the audit chains, proposing colours under a pack
//! newly in force, and taking away tables that nobody confirmed.

use crate::slices::people::roster::upload::sweep as people_sweep;
use crate::slices::places::{facts, store, sweep};
use crate::slices::{campaigns, reviews, rewards};
use kernel::{Lang, msg};
use platform::access::Part;
use platform::audit;
use platform::county::Installation;
use platform::db::{Db, DbResult, Event, now_ms};
use platform::jobs::{BACKUP, JobContext, Jobs, Runner, VERIFY};
use platform::{upkeep, values};
use std::time::Duration;

/// The kind of proposing colours anew where another pack came into force.
const RECOLOUR: &str = kernel::key!("按新生效的办法研判");

/// The kind of taking uploads away that were never confirmed.
const SWEEP: &str = kernel::key!("清理没有确认的导入文件");

/// The kind of clearing what single seats said in joint reviews whose conclusions have run out.
const CLEAR: &str = kernel::key!("清除到期联审的原始答复");

/// What does the jobs.
pub fn runner(at: Installation) -> Runner {
    Runner::new(Jobs::new(at))
        .on(BACKUP, backup)
        .on(VERIFY, verify)
        .on(RECOLOUR, recolour)
        .on(SWEEP, sweep_uploads)
        .on(CLEAR, clear_reviews)
        .on(rewards::BUNDLE, rewards::bundle)
}

/// Asks for a day's own jobs, once a day whichever process asks.
pub async fn every_day(at: Installation) {
    let mut tick = tokio::time::interval(Duration::from_secs(600));
    loop {
        tick.tick().await;
        let day = platform::now().date().to_string();
        for kind in [RECOLOUR, VERIFY, SWEEP, CLEAR] {
            if let Err(e) = Jobs::new(at.clone()).enqueue("", kind, &day, "", None).await {
                tracing::warn!(error = %e, "the day's jobs could not be asked for");
            }
        }
    }
}

/// Copies everything beside the data. A copy cut off leaves a `.partial` folder, which the next one takes away.
async fn backup(context: JobContext) -> Result<(), String> {
    let at = context.at().clone();
    let to = at.folder.join("backups");
    let total = at.counties().await.map_err(|e| e.to_string())?.len() as i64 + 1;
    if !context.progress(0, total, "", "").await? {
        return Ok(());
    }
    let done = upkeep::backup(&at, &to, &|_, _| {}).await.map_err(|e| e.to_string())?;
    let said = msg!("{n} 个库，备份在 backups 文件夹", n = done.databases.len()).text(Lang::Zh);
    context.progress(total, total, "done", &said).await?;
    Ok(())
}

/// A pack adopted ahead of its day colours from that day on.
async fn recolour(context: JobContext) -> Result<(), String> {
    let at = context.at().clone();
    let counties = at.counties().await.map_err(|e| e.to_string())?;
    for (k, county) in counties.iter().enumerate() {
        let Some((_, db)) = at.county(&county.code).await.map_err(|e| e.to_string())? else { continue };
        anew(&db, &county.code).await.map_err(|e| e.to_string())?;
        if !context.progress(k as i64 + 1, counties.len() as i64, &county.code, "").await? {
            return Ok(());
        }
    }
    Ok(())
}

async fn anew(db: &Db, county: &str) -> DbResult<()> {
    let packs = facts::packs(db, &store::today()).await?;
    let Some(colouring) = facts::colouring(&packs) else { return Ok(()) };
    let stale = db.one("select 1 from colour where pack <> $1 limit 1", values![colouring.id]).await?;
    if stale.is_none() {
        return Ok(());
    }
    let event = Event {
        action: "colour.propose".into(),
        kind: "county".into(),
        record: county.to_owned(),
        note: format!("{} {}", colouring.pack.title, colouring.pack.version),
        ..Event::default()
    };
    let mut tx = db.write(event).await?;
    facts::propose(&mut tx, colouring, &Part::County).await?;
    tx.commit().await
}

/// Uploads older than a week that were never confirmed go.
async fn sweep_uploads(context: JobContext) -> Result<(), String> {
    let at = context.at().clone();
    let counties = at.counties().await.map_err(|e| e.to_string())?;
    let mut gone = rewards::sweep(&at).map_err(|e| e.to_string())?;
    for (k, county) in counties.iter().enumerate() {
        let Some((_, db)) = at.county(&county.code).await.map_err(|e| e.to_string())? else { continue };
        gone += sweep::sweep(&db, &county.code, now_ms()).await.map_err(|e| e.to_string())?;
        let people = people_sweep(&db, &county.code, now_ms()).await.map_err(|e| e.to_string())?;
        gone += usize::try_from(people).unwrap_or_default();
        gone += campaigns::keeping::sweep(&db).await.map_err(|e| e.to_string())?;
        let said = msg!("清理了 {n} 个文件", n = gone).text(Lang::Zh);
        if !context.progress(k as i64 + 1, counties.len() as i64, &county.code, &said).await? {
            return Ok(());
        }
    }
    Ok(())
}

/// What single seats said goes once the conclusions have run out.
async fn clear_reviews(context: JobContext) -> Result<(), String> {
    let at = context.at().clone();
    let counties = at.counties().await.map_err(|e| e.to_string())?;
    let mut gone = 0;
    for (k, county) in counties.iter().enumerate() {
        let Some((_, db)) = at.county(&county.code).await.map_err(|e| e.to_string())? else { continue };
        let event = Event {
            action: "reviews.clear".into(),
            kind: "county".into(),
            record: county.code.clone(),
            ..Event::default()
        };
        let done = reviews::answering::clear_run_out(&db, event, &store::today()).await;
        gone += done.map_err(|e| e.to_string())?;
        let said = msg!("清除了 {n} 条答复", n = gone).text(Lang::Zh);
        if !context.progress(k as i64 + 1, counties.len() as i64, &county.code, &said).await? {
            return Ok(());
        }
    }
    Ok(())
}

/// Walks every chain. What is broken makes the job fail, in words.
async fn verify(context: JobContext) -> Result<(), String> {
    let at = context.at().clone();
    let mut databases: Vec<(String, Db)> = vec![("control".into(), at.control.clone())];
    for county in at.counties().await.map_err(|e| e.to_string())? {
        if let Some((info, db)) = at.county(&county.code).await.map_err(|e| e.to_string())? {
            databases.push((info.name, db));
        }
    }
    let total = databases.len() as i64;
    let mut entries = 0;
    for (k, (name, db)) in databases.iter().enumerate() {
        let (head, breaks) = audit::verify(db, None).await.map_err(|e| e.to_string())?;
        if !breaks.is_empty() {
            return Err(msg!("{name} 的审计链有 {n} 处断裂", name = name, n = breaks.len()).text(Lang::Zh));
        }
        entries += head.seq;
        let said = msg!("链完整，{n} 条", n = entries).text(Lang::Zh);
        if !context.progress(k as i64 + 1, total, name, &said).await? {
            return Ok(());
        }
    }
    Ok(())
}

/// Publishes to the folder of the public's pages and takes letters out of it, every half minute, where one is set up.
pub async fn exchanges(at: Installation) {
    let folder = at.settings.public_folder.clone();
    if folder.as_os_str().is_empty() {
        return;
    }
    let mut tick = tokio::time::interval(Duration::from_secs(EXCHANGE_SECONDS));
    // Of each county the moment up to which statuses were told.
    let mut told = std::collections::HashMap::new();
    loop {
        tick.tick().await;
        let counties = at.counties().await.unwrap_or_default();
        for county in counties {
            let Ok(Some((info, db))) = at.county(&county.code).await else { continue };
            let began = now_ms();
            let since = told.get(&info.code).copied().unwrap_or_default();
            match campaigns::exchange::exchange(&db, &info, &folder.join(&info.code), since).await {
                Ok(_) => {
                    told.insert(info.code, began);
                }
                Err(e) => tracing::warn!(error = %e, "the public's pages could not be reached"),
            }
        }
    }
}

/// Seconds between two exchanges with the public's pages.
const EXCHANGE_SECONDS: u64 = 30;
