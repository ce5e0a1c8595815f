//! `yanzhen public`: the public's pages, over a folder and nothing else.

use super::Done;
use super::server::{block_on, failed, log};
use crate::ui::Ui;
use kernel::msg;
use public::throttle::Limits;
use public::{App, Asset, Assets, Clock, Config, Folder};
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

#[derive(clap::Args)]
pub struct Args {
    /// 与县里交换的文件夹：县里往里发布，从里面收取
    #[arg(long, value_name = "DIR", default_value = "public", env = "YANZHEN_PUBLIC", hide_env = true)]
    dir: PathBuf,
    /// 监听的地址和端口
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8467")]
    listen: SocketAddr,
    /// 前面的反向代理的地址：只有从它来的 X-Forwarded-For 才算数
    #[arg(long, value_name = "IP")]
    proxy: Option<IpAddr>,
}

/// The style and pictures of the program itself.
const ASSETS: Assets = Assets {
    url: platform::assets::url,
    file: |path, accept| {
        let platform::assets::Served { mime, encoding, bytes } = platform::assets::serve(path, accept)?;
        Some(Asset { mime, encoding, bytes })
    },
};

/// How often what is old is wiped.
const TIDY: Duration = Duration::from_secs(3_600);

pub fn run(ui: &Ui, args: &Args) -> Done {
    log();
    block_on(async {
        let folder = Folder::open(&args.dir).map_err(|e| super::io_failed(&args.dir, &e))?;
        let config = Config {
            folder,
            limits: Limits::default(),
            proxy: args.proxy,
            clock: Clock::system(),
            assets: ASSETS,
        };
        let app = Arc::new(App::new(config).map_err(|e| super::io_failed(&args.dir, &e))?);
        let listener = tokio::net::TcpListener::bind(args.listen).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        if app.county().is_none() {
            ui.say(&ui.t(msg!("县里还没有往这个文件夹发布；发布以后不用重启")));
        }
        ui.say(&ui.t(msg!("公开报名页已就绪：http://{address}", address = address.to_string())));
        let tidy = app.clone();
        tokio::spawn(async move {
            let mut every = tokio::time::interval(TIDY);
            loop {
                every.tick().await;
                let app = tidy.clone();
                let _ = tokio::task::spawn_blocking(move || app.tidy()).await;
            }
        });
        public::serve(app, listener, crate::server::stopped()).await.map_err(failed)
    })
}
