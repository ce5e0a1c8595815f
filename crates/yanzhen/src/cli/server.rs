//! `yanzhen serve`, `init`, `migrate`, `doctor`: the server and its data folder.

use super::{Done, Stop};
use crate::server;
use crate::ui::Ui;
use crate::{divisions, divisions::Geography};
use kernel::{Message, msg};
use platform::audit;
use platform::county::{Installation, Settings};
use platform::db::{Tree, migrations};
use std::net::SocketAddr;
use std::path::PathBuf;

/// Where the data are.
#[derive(clap::Args, Clone)]
pub struct DataFolder {
    /// 数据文件夹
    #[arg(long, value_name = "DIR", default_value = "data", env = "YANZHEN_DATA", hide_env = true)]
    pub data: PathBuf,
    /// PostgreSQL 数据库地址（不写则用文件夹里的 SQLite）
    #[arg(long, value_name = "URL", env = "YANZHEN_DATABASE", hide_env = true, hide_env_values = true)]
    pub database: Option<String>,
}

#[derive(clap::Args)]
pub struct Serve {
    #[command(flatten)]
    pub at: DataFolder,
    /// 监听的地址和端口
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8466")]
    pub listen: SocketAddr,
    /// 提供开发用的页面（组件展示）
    #[arg(long)]
    pub development: bool,
}

#[derive(clap::Args)]
pub struct Init {
    #[command(flatten)]
    pub at: DataFolder,
    /// 县级区划代码，6 位
    #[arg(long, value_name = "CODE")]
    pub county: String,
}

#[derive(clap::Args)]
pub struct Plain {
    #[command(flatten)]
    pub at: DataFolder,
}

impl DataFolder {
    /// Its settings, with what the command line says.
    pub fn settings(&self) -> Result<Settings, Stop> {
        let mut settings = Settings::read(&self.data).map_err(failed)?;
        if let Some(url) = &self.database {
            settings.database.clone_from(url);
        }
        Ok(settings)
    }

    /// Opens the installation.
    pub async fn open(&self) -> Result<Installation, Stop> {
        Installation::open(&self.data, self.settings()?).await.map_err(failed)
    }
}

/// A failure in the words of what failed.
pub fn failed(error: impl std::fmt::Display) -> Stop {
    Stop::Failed(msg!("{what}", what = error.to_string()))
}

/// Runs what is asynchronous.
pub fn block_on(work: impl Future<Output = Done>) -> Done {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(failed)?;
    runtime.block_on(work)
}

/// Structured lines on standard error: no personal data pass through them.
pub fn log() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("YANZHEN_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn,yanzhen=info,yanzhen_platform=info"));
    let _ = tracing_subscriber::fmt().json().with_env_filter(filter).with_writer(std::io::stderr).try_init();
}

pub fn serve(ui: &Ui, args: &Serve) -> Done {
    log();
    block_on(async {
        let at = args.at.open().await?;
        if at.accounts().none().await.map_err(failed)? {
            let code = at.accounts().setup_code().map_err(failed)?;
            ui.say(&ui.t(msg!("还没有账号：请在浏览器里打开，用这个设置码完成设置：{code}", code = code)));
        }
        let app = server::app(at, args.development);
        let say = |address: SocketAddr| {
            ui.say(&ui.t(msg!("雁阵已就绪：http://{address}", address = address.to_string())));
        };
        server::serve(app, args.listen, say).await.map_err(failed)
    })
}

pub fn init(ui: &Ui, args: &Init) -> Done {
    block_on(async {
        let geography = geography(&args.county).map_err(Stop::Failed)?;
        let at = args.at.open().await?;
        server::add_county(&at, &geography, false).await.map_err(failed)?;
        ui.say(&ui.t(msg!(
            "已建 {county}：{townships} 个乡镇，{villages} 个村（社区）",
            county = &geography.name,
            townships = geography.townships.len(),
            villages = geography.villages.len()
        )));
        if at.accounts().none().await.map_err(failed)? {
            let code = at.accounts().setup_code().map_err(failed)?;
            ui.say(&ui.t(msg!("下一步：运行 yanzhen serve，在浏览器里用设置码 {code} 建账号", code = code)));
        }
        at.close().await.map_err(failed)
    })
}

fn geography(code: &str) -> Result<Geography, Message> {
    if !divisions::embedded() {
        return Err(msg!("这个程序没有带区划表；请用 cargo xtask 构建"));
    }
    let digits = code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit());
    if !digits {
        return Err(msg!("县级区划代码应为 6 位数字，例如 990101 的样子：{code}", code = code));
    }
    divisions::county(code).ok_or_else(|| msg!("区划表里没有 {code}", code = code))
}

pub fn migrate(ui: &Ui, args: &Plain) -> Done {
    block_on(async {
        // Opening brings every database up to date.
        let at = args.at.open().await?;
        for county in at.counties().await.map_err(failed)? {
            ui.say(&format!("{} {}", county.code, county.name));
        }
        ui.say(&ui.t(msg!("数据库都是最新的")));
        at.close().await.map_err(failed)
    })
}

pub fn doctor(ui: &Ui, args: &Plain) -> Done {
    block_on(async {
        let at = args.at.open().await?;
        let mut sound = true;
        let mut databases = vec![("control".to_owned(), at.control.clone(), Tree::Control)];
        for county in at.counties().await.map_err(failed)? {
            if let Some((info, db)) = at.county(&county.code).await.map_err(failed)? {
                databases.push((format!("{} {}", info.code, info.name), db, Tree::County));
            }
        }
        for (name, db, tree) in databases {
            let pending = migrations(&db, tree).await.map_err(failed)?;
            let pending = pending.iter().filter(|m| m.at.is_none()).count();
            let (head, breaks) = audit::verify(&db, None).await.map_err(failed)?;
            sound &= pending == 0 && breaks.is_empty();
            let state = match (pending, breaks.as_slice()) {
                (0, []) => msg!("完好；审计 {n} 条，链完整", n = head.seq),
                (0, breaks) => msg!("审计链有 {n} 处断裂", n = breaks.len()),
                (n, _) => msg!("还有 {n} 个迁移没有执行", n = n),
            };
            ui.say(&format!("{name}　{}", ui.t(state)));
        }
        at.close().await.map_err(failed)?;
        if sound { Ok(()) } else { Err(Stop::Faults) }
    })
}

/// `yanzhen audit verify`
#[derive(clap::Args)]
pub struct Audit {
    #[command(subcommand)]
    what: AuditWhat,
}

#[derive(clap::Subcommand)]
enum AuditWhat {
    /// 核验审计链：改动、删减、截断
    Verify(Verify),
    /// 打印审计链的链头，另处保存
    Head(Plain),
}

#[derive(clap::Args)]
struct Verify {
    #[command(flatten)]
    at: DataFolder,
    /// 另处保存的链头文件（yanzhen audit head 的输出）
    #[arg(long, value_name = "FILE")]
    heads: Option<PathBuf>,
}

pub fn audit(ui: &Ui, args: &Audit) -> Done {
    block_on(async {
        match &args.what {
            AuditWhat::Head(plain) => {
                let at = plain.at.open().await?;
                for (name, db) in databases(&at).await? {
                    let head = audit::head(&db).await.map_err(failed)?;
                    ui.say(&format!("{name} {head}"));
                }
                at.close().await.map_err(failed)
            }
            AuditWhat::Verify(verify) => {
                let kept = match &verify.heads {
                    Some(path) => std::fs::read_to_string(path).map_err(|e| super::io_failed(path, &e))?,
                    None => String::new(),
                };
                let at = verify.at.open().await?;
                let mut whole = true;
                for (name, db) in databases(&at).await? {
                    let line = kept.lines().find_map(|l| l.strip_prefix(&format!("{name} ")));
                    let head = line.and_then(|l| l.parse::<audit::Head>().ok());
                    if line.is_some() && head.is_none() {
                        return Err(Stop::Failed(msg!("链头文件里 {name} 那一行看不懂", name = name)));
                    }
                    let (now, breaks) = audit::verify(&db, head.as_ref()).await.map_err(failed)?;
                    whole &= breaks.is_empty();
                    if breaks.is_empty() {
                        ui.say(&format!("{name}　{}", ui.t(msg!("链完整，{n} 条", n = now.seq))));
                    }
                    for found in breaks {
                        let said = match found {
                            audit::Break::Edited(seq) => msg!("第 {seq} 条被改过", seq = seq),
                            audit::Break::Unlinked(seq) => msg!("第 {seq} 条接不上前一条", seq = seq),
                            audit::Break::Truncated { last, head } => {
                                msg!("链到第 {last} 条为止，链头说有 {head} 条", last = last, head = head)
                            }
                            audit::Break::ForeignHead(seq) => {
                                msg!("另处保存的第 {seq} 条不在链里：链被截断或整条换过", seq = seq)
                            }
                        };
                        ui.say(&format!("{name}　{}", ui.t(said)));
                    }
                }
                at.close().await.map_err(failed)?;
                if whole { Ok(()) } else { Err(Stop::Faults) }
            }
        }
    })
}

async fn databases(at: &Installation) -> Result<Vec<(String, platform::db::Db)>, Stop> {
    let mut out = vec![("control".to_owned(), at.control.clone())];
    for county in at.counties().await.map_err(failed)? {
        if let Some((info, db)) = at.county(&county.code).await.map_err(failed)? {
            out.push((info.code, db));
        }
    }
    Ok(out)
}
