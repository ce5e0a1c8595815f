//! `yanzhen backup`, `restore`, `export-county`, `import-county`, `keys`, `erase-person`.

use super::server::{DataFolder, block_on, failed};
use super::{Done, Stop};
use crate::ui::{Align, Progress, Ui};
use kernel::{Message, msg};
use platform::upkeep::{self, Erased, UpkeepError};
use std::path::PathBuf;

#[derive(clap::Args)]
pub struct Backup {
    #[command(flatten)]
    at: DataFolder,
    /// 备份放在这个文件夹里，每次一个以日期命名的子文件夹
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
}

#[derive(clap::Args)]
pub struct Restore {
    /// 一份备份的文件夹
    #[arg(long, value_name = "DIR")]
    from: PathBuf,
    #[command(flatten)]
    at: DataFolder,
}

#[derive(clap::Args)]
pub struct Export {
    #[command(flatten)]
    at: DataFolder,
    /// 县级区划代码，6 位
    #[arg(long, value_name = "CODE")]
    county: String,
    /// 写到这个文件
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

#[derive(clap::Args)]
pub struct Import {
    #[command(flatten)]
    at: DataFolder,
    /// yanzhen export-county 写的文件
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// `yanzhen keys`
#[derive(clap::Args)]
pub struct Keys {
    #[command(subcommand)]
    what: KeysWhat,
}

#[derive(clap::Subcommand)]
enum KeysWhat {
    /// 轮换：新增一个密钥，把加密的内容都换用它；中途断了再运行一次即可
    Rotate(Plain),
    /// 停用一个旧密钥
    Retire(Retire),
    /// 列出密钥和各自的用处
    List(Plain),
}

#[derive(clap::Args)]
struct Plain {
    #[command(flatten)]
    at: DataFolder,
}

#[derive(clap::Args)]
struct Retire {
    #[command(flatten)]
    at: DataFolder,
    /// 密钥编号
    #[arg(value_name = "ID")]
    id: u32,
    /// 审计摘要要用它也停用
    #[arg(long)]
    force: bool,
}

#[derive(clap::Args)]
pub struct Erase {
    #[command(flatten)]
    at: DataFolder,
    /// 人员编号
    #[arg(value_name = "ID")]
    person: i64,
    /// 依据，不写个人信息
    #[arg(long, value_name = "TEXT")]
    ground: String,
    /// 在哪个县（6 位代码）；账号写 control；不写则自动找
    #[arg(long, value_name = "CODE")]
    county: Option<String>,
}

/// What stopped upkeep, in the reader's language where the program has words for it.
fn stopped(error: UpkeepError) -> Stop {
    match error {
        UpkeepError::Refused(message) => Stop::Failed(message),
        UpkeepError::Open(platform::county::OpenError::State(message)) => Stop::Failed(message),
        UpkeepError::Key(error) => Stop::Failed(error.message()),
        other => failed(other),
    }
}

pub fn backup(ui: &Ui, args: &Backup) -> Done {
    block_on(async {
        let at = args.at.open().await?;
        let progress = Progress::new(ui.t(msg!("备份")));
        let done = upkeep::backup(&at, &args.to, &|done, total| progress.at(done, total)).await;
        drop(progress);
        let done = done.map_err(stopped)?;
        ui.say(&ui.t(msg!(
            "已备份 {n} 个数据库到 {folder}",
            n = done.databases.len(),
            folder = done.folder.display().to_string()
        )));
        ui.say(&ui.t(msg!("密钥文件不在备份里：请另存一份，和备份分开放")));
        at.close().await.map_err(failed)
    })
}

pub fn restore(ui: &Ui, args: &Restore) -> Done {
    block_on(async {
        let settings = args.at.settings()?;
        let progress = Progress::new(ui.t(msg!("恢复")));
        let told = |done, total| progress.at(done, total);
        let done = upkeep::restore(&args.from, &args.at.data, &settings, &told).await;
        drop(progress);
        let done = done.map_err(stopped)?;
        ui.say(&ui.t(msg!(
            "已恢复 {n} 个数据库到 {folder}，文件和审计链都核对过",
            n = done.databases.len(),
            folder = args.at.data.display().to_string()
        )));
        if settings.keys_env.is_empty() && !args.at.data.join("keys").exists() {
            let ids = done.key_numbers();
            ui.say(&ui.t(msg!("下一步：把有 {ids} 号密钥的密钥文件放回，名为 keys，权限 600", ids = ids)));
        }
        Ok(())
    })
}

pub fn export(ui: &Ui, args: &Export) -> Done {
    block_on(async {
        let at = args.at.open().await?;
        let progress = Progress::new(ui.t(msg!("导出")));
        let told = |done, total| progress.at(done, total);
        let done = upkeep::export_county(&at, &args.county, &args.out, &told).await;
        drop(progress);
        let done = done.map_err(stopped)?;
        ui.say(&ui.t(msg!(
            "已导出 {rows} 行到 {file}；里面有个人信息，请像对待数据库一样保管",
            rows = done.total(),
            file = args.out.display().to_string()
        )));
        if !done.keys.is_empty() {
            let ids: Vec<&str> = done.keys.iter().filter_map(|k| k.split(':').next()).collect();
            ui.say(&ui.t(msg!("导入的那边要有这里的 {ids} 号密钥；密钥不在文件里", ids = ids)));
        }
        at.close().await.map_err(failed)
    })
}

pub fn import(ui: &Ui, args: &Import) -> Done {
    block_on(async {
        let at = args.at.open().await?;
        let progress = Progress::new(ui.t(msg!("导入")));
        let told = |done, total| progress.at(done, total);
        let done = upkeep::import_county(&at, &args.file, &told).await;
        drop(progress);
        let done = done.map_err(stopped)?;
        ui.say(&ui.t(msg!("已导入 {code} {name}，审计链核对过", code = done.code, name = done.name)));
        at.close().await.map_err(failed)
    })
}

pub fn keys(ui: &Ui, args: &Keys) -> Done {
    block_on(async {
        match &args.what {
            KeysWhat::Rotate(plain) => {
                let at = plain.at.open().await?;
                let progress = Progress::new(ui.t(msg!("轮换密钥")));
                let done = upkeep::rotate_keys(&at, &|done, total| progress.at(done, total)).await;
                drop(progress);
                let done = done.map_err(stopped)?;
                let (key, n) = (done.key, done.resealed);
                ui.say(&ui.t(if done.resumed {
                    msg!("接着上次做完了：{n} 个值已换用 {key} 号密钥", n = n, key = key)
                } else {
                    msg!("已新增 {key} 号密钥，{n} 个值已换用它", key = key, n = n)
                }));
                ui.say(&ui.t(msg!("请把新的密钥文件另存一份；旧密钥要留着，核对审计摘要、打开旧备份都要用")));
                at.close().await.map_err(failed)
            }
            KeysWhat::Retire(retire) => {
                let at = retire.at.open().await?;
                upkeep::retire_key(&at, retire.id, retire.force).await.map_err(stopped)?;
                ui.say(&ui.t(msg!(
                    "已停用 {id} 号密钥；以前的备份和导出还要用它，请留着旧的密钥文件",
                    id = retire.id
                )));
                at.close().await.map_err(failed)
            }
            KeysWhat::List(plain) => {
                let at = plain.at.open().await?;
                list(ui, &upkeep::keys(&at).await.map_err(stopped)?);
                at.close().await.map_err(failed)
            }
        }
    })
}

fn list(ui: &Ui, keys: &[upkeep::KeyUse]) {
    let header = [
        (msg!("编号"), Align::Right),
        (msg!("指纹"), Align::Left),
        (msg!("加密的值"), Align::Right),
        (msg!("审计摘要"), Align::Right),
        (msg!("状态"), Align::Left),
    ];
    let rows = keys.iter().map(|k| {
        let state = match (k.newest, k.fingerprint.is_empty()) {
            (true, _) => msg!("正在用"),
            (false, true) => msg!("密钥文件里没有"),
            (false, false) => msg!("旧"),
        };
        let (sealed, digests) = (k.sealed.to_string(), k.digests.to_string());
        vec![k.id.to_string(), k.fingerprint.clone(), sealed, digests, ui.t(state)]
    });
    ui.say(&ui.table(&header, rows));
}

pub fn erase(ui: &Ui, args: &Erase) -> Done {
    block_on(async {
        let at = args.at.open().await?;
        let within = args.county.as_deref();
        let done = upkeep::erase_person(&at, within, args.person, &args.ground).await.map_err(stopped)?;
        at.close().await.map_err(failed)?;
        let refused = |message: Message| Err(Stop::Failed(message));
        let id = args.person;
        match done {
            Erased::Done(place) => {
                ui.say(&ui.t(msg!(
                    "已销毁 {place} 里 {id} 号人员的密钥，其历史内容不能再读，审计链不变",
                    place = place,
                    id = id
                )));
                ui.say(&ui.t(msg!("以前的备份和导出里还有它，请按保管规定销毁")));
                Ok(())
            }
            Erased::Before(place) => {
                ui.say(&ui.t(msg!("{place} 里 {id} 号人员的密钥早已销毁", place = place, id = id)));
                Ok(())
            }
            Erased::Missing => refused(msg!("没有 {id} 号人员的密钥；请核对编号和县", id = id)),
            Erased::Several(places) => {
                refused(msg!("{places} 里都有这个编号；请用 --county 说明是哪一个", places = places))
            }
        }
    })
}
