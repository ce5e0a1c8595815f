//! `yanzhen exchange`: publishes to the folder of the public's pages, and takes letters out of it, once.

use super::server::{DataFolder, block_on, failed, log};
use super::{Done, Stop};
use crate::slices::campaigns::exchange;
use crate::ui::Ui;
use kernel::msg;
use std::path::PathBuf;

#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    at: DataFolder,
    /// 与公开报名页交换的文件夹；每个县一个子文件夹，名字是 6 位代码
    #[arg(long, value_name = "DIR", default_value = "public", env = "YANZHEN_PUBLIC", hide_env = true)]
    dir: PathBuf,
}

pub fn run(ui: &Ui, args: &Args) -> Done {
    log();
    block_on(async {
        let at = args.at.open().await?;
        let mut refused = 0;
        for county in at.counties().await.map_err(failed)? {
            let Some((info, db)) = at.county(&county.code).await.map_err(failed)? else { continue };
            let dir = args.dir.join(&info.code);
            let done = exchange::exchange(&db, &info, &dir, 0).await.map_err(failed)?;
            refused += done.refused;
            ui.say(&ui.t(msg!(
                "{county}：发布 {campaigns} 次选拔、{told} 份进度，收下 {taken} 封，退回 {refused} 封",
                county = info.name.as_str(),
                campaigns = done.campaigns,
                told = done.told,
                taken = done.taken,
                refused = done.refused
            )));
        }
        at.close().await.map_err(failed)?;
        if refused == 0 { Ok(()) } else { Err(Stop::Faults) }
    })
}
