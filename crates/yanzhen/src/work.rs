//! The jobs that the server does by itself: backups, and walking the audit chains every day.

use kernel::{Lang, msg};
use platform::audit;
use platform::county::Installation;
use platform::db::Db;
use platform::jobs::{BACKUP, JobContext, Jobs, Runner, VERIFY};
use platform::upkeep;
use std::time::Duration;

/// What does the jobs.
pub fn runner(at: Installation) -> Runner {
    Runner::new(Jobs::new(at)).on(BACKUP, backup).on(VERIFY, verify)
}

/// Asks for a day's own jobs, once a day whichever process asks.
pub async fn every_day(at: Installation) {
    let mut tick = tokio::time::interval(Duration::from_secs(600));
    loop {
        tick.tick().await;
        let day = jiff::Zoned::now().date().to_string();
        if let Err(e) = Jobs::new(at.clone()).enqueue("", VERIFY, &day, "", None).await {
            tracing::warn!(error = %e, "the day's jobs could not be asked for");
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
