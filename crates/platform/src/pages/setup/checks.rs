//! The environment as set-up finds it. What does not pass would lose data later; what is only warned of works.

use crate::db::Target;
use crate::kit::{Check, Checked};
use crate::page::Page;
use crate::pages::agent::{browser, fit};
use crate::secrets::{KeyRing, KeySource, random};
use crate::web::{App, Visitor};
use jiff::Timestamp;
use kernel::{Message, key, msg};
use std::io::Write;
use std::net::IpAddr;
use std::path::Path;
use std::time::SystemTime;

/// Less free disk than this stops set-up: the databases of one county would soon not fit, bytes.
const LEAST: u64 = 1 << 30;
/// Less than this is warned of: attachments and a month of backups want more, bytes.
const ENOUGH: u64 = 10 << 30;
/// Seconds by which two clocks may differ.
const DRIFT: i64 = 60;
/// Seconds of the zone that all of China keeps.
const BEIJING: i32 = 8 * 3600;

/// What one check found, before it is put into the reader's language.
struct Found(Checked, Message, Option<Message>);

impl Found {
    fn passed(found: Message) -> Found {
        Found(Checked::Passed, found, None)
    }

    fn warned(found: Message, advice: Message) -> Found {
        Found(Checked::Warned, found, Some(advice))
    }

    fn failed(found: Message, advice: Message) -> Found {
        Found(Checked::Failed, found, Some(advice))
    }
}

/// Every check, in the order that they are shown in.
pub(super) async fn run(app: &App, visitor: &Visitor, page: &Page) -> Vec<Check> {
    let (database, drift) = database(app).await;
    let (folder, written) = folder(&app.at.folder);
    let zone = jiff::Zoned::now();
    [
        (key!("存放数据"), folder),
        (key!("磁盘空间"), disk(&app.at.folder)),
        (key!("数据库"), database),
        (key!("密钥"), keys(app)),
        (key!("时钟"), clock(drift.or(written))),
        (key!("时区"), time_zone(&zone)),
        (key!("浏览器"), agent(&visitor.agent)),
        (key!("连接"), connection(app, &visitor.address)),
    ]
    .into_iter()
    .map(|(word, Found(state, found, advice))| Check {
        word: page.t(word),
        found: page.m(&found),
        advice: advice.map(|a| page.m(&a)).unwrap_or_default(),
        state,
    })
    .collect()
}

/// Whether the data folder takes a file; and by how many seconds its disk's clock is ahead of this machine's.
fn folder(folder: &Path) -> (Found, Option<i64>) {
    let path = folder.join(format!("check.{:x}", u64::from_le_bytes(random())));
    let tried = std::fs::File::create_new(&path).and_then(|mut file| {
        file.write_all(b"yanzhen")?;
        file.sync_all()?;
        file.metadata()?.modified()
    });
    let _ = std::fs::remove_file(&path);
    let shown = folder.display().to_string();
    match tried {
        Ok(at) => (Found::passed(msg!("可以写：{folder}", folder = shown)), Some(ahead(at))),
        Err(e) => {
            let found = msg!("写不进去：{folder}（{error}）", folder = shown, error = e.to_string());
            (Found::failed(found, msg!("请让运行雁阵的用户能写这个文件夹。")), None)
        }
    }
}

/// Seconds by which a moment is ahead of now.
fn ahead(at: SystemTime) -> i64 {
    // What no calendar holds is as far ahead as can be.
    let at = Timestamp::try_from(at).map_or(i64::MAX, Timestamp::as_second);
    at.saturating_sub(Timestamp::now().as_second())
}

fn disk(folder: &Path) -> Found {
    let Ok(free) = fs4::available_space(folder) else {
        return Found::warned(msg!("看不出还剩多少"), msg!("请自行确认剩余空间有 10 GB 以上。"));
    };
    room(free)
}

fn room(free: u64) -> Found {
    let gigabytes = format!("{:.1}", free as f64 / f64::from(1 << 30));
    let found = msg!("还剩 {n} GB", n = gigabytes);
    match free {
        n if n < LEAST => {
            Found::failed(found, msg!("不够一个县用。请先腾出 10 GB 以上，或换一个数据文件夹。"))
        }
        n if n < ENOUGH => Found::warned(found, msg!("附件和每天的备份会占地方，建议留 10 GB 以上。")),
        _ => Found::passed(found),
    }
}

/// The engine and its version; and by how many seconds its clock is ahead, where it has one of its own.
async fn database(app: &App) -> (Found, Option<i64>) {
    let db = &app.at.control;
    let failed = |e: String| {
        let advice = msg!("请看服务器窗口里的报错，或核对 yanzhen.toml 里的数据库地址。");
        (Found::failed(msg!("没有应答：{error}", error = e), advice), None)
    };
    let sqlite = matches!(db.target(), Target::Sqlite(_));
    let sql = if sqlite {
        "select sqlite_version(), (select journal_mode from pragma_journal_mode), 0"
    } else {
        "select current_setting('server_version'), '', cast(extract(epoch from clock_timestamp()) as bigint)"
    };
    let row = match db.one(sql, vec![]).await {
        Ok(Some(row)) => row,
        Ok(None) => return failed("0".into()),
        Err(e) => return failed(e.to_string()),
    };
    let (Ok(version), Ok(journal)) = (row.text(0), row.text(1)) else { return failed("?".into()) };
    let version = version.split_whitespace().next().unwrap_or_default().to_owned();
    if !sqlite {
        let drift = row.int(2).ok().map(|theirs| theirs - Timestamp::now().as_second());
        return (Found::passed(msg!("PostgreSQL {version}", version = version)), drift);
    }
    let found = msg!("SQLite {version}", version = version);
    if journal == "wal" {
        return (Found::passed(found), None);
    }
    let advice = msg!("这块盘不能用预写日志，多半是网络盘，断电会丢数据。请换成本机的盘。");
    (Found::failed(found, advice), None)
}

/// Whether the keys are where the next start looks for them, and open what is sealed.
fn keys(app: &App) -> Found {
    let source = app.at.settings.key_source(&app.at.folder);
    let there = match KeyRing::load(&source) {
        Ok(ring) => ring,
        Err(e) => return Found::failed(e.message(), msg!("下次启动会打不开数据。请先把密钥放回原处。")),
    };
    let sealed = app.at.keys.seal("setup/check", b"yanzhen");
    if !there.open("setup/check", &sealed).is_ok_and(|plain| plain == b"yanzhen") {
        let found = msg!("原处的密钥不是现在用的这一套");
        return Found::failed(found, msg!("下次启动会打不开数据。请先把密钥放回原处。"));
    }
    let id = there.newest_id();
    Found::passed(match source {
        KeySource::File(_) => msg!("文件 keys，{id} 号，能封能开", id = id),
        KeySource::Env(name) => msg!("环境变量 {name}，{id} 号，能封能开", name = name, id = id),
    })
}

/// `drift`: seconds by which the database's or the disk's clock is ahead.
fn clock(drift: Option<i64>) -> Found {
    let now = crate::web::now_text();
    let found = msg!("{now}", now = now);
    let made = std::env::current_exe().and_then(|path| path.metadata()?.modified()).ok();
    if made.is_some_and(|made| ahead(made) > 86_400) {
        return Found::failed(found, msg!("比程序文件还早：时钟慢了。期限、锁定和审计都按它算，请先校时。"));
    }
    match drift {
        Some(n) if n.abs() > DRIFT => {
            let found = msg!("{now}，和数据库或数据盘差 {n} 秒", now = crate::web::now_text(), n = n.abs());
            Found::warned(found, msg!("请给两边校时，最好用同一个时间服务器。"))
        }
        _ => Found::passed(found),
    }
}

fn time_zone(now: &jiff::Zoned) -> Found {
    let name = now.time_zone().iana_name().unwrap_or_default().to_owned();
    let hours = now.offset().to_string();
    let found = if name.is_empty() || name == "UTC" {
        msg!("UTC{hours}", hours = if now.offset().seconds() == 0 { String::new() } else { hours })
    } else {
        msg!("{name}，UTC{hours}", name = name, hours = hours)
    };
    if now.offset().seconds() == BEIJING {
        return Found::passed(found);
    }
    Found::warned(
        found,
        msg!("不是北京时间，页面和期限会差几小时。请把服务器时区设成 Asia/Shanghai 再启动。"),
    )
}

fn agent(agent: &str) -> Found {
    let name = browser(agent);
    let least = msg!("建议用内核 86 以上的浏览器，如 360、红莲花、Edge、Chrome 的近年版本。");
    match fit(agent) {
        Some(true) => Found::passed(msg!("{name}", name = name)),
        Some(false) => Found::warned(msg!("{name}，版本太旧", name = name), least),
        None => Found::warned(msg!("看不出是什么浏览器"), least),
    }
}

/// How passwords travel. A proxy on this machine is this machine.
fn connection(app: &App, address: &str) -> Found {
    let near = address.parse::<IpAddr>().is_ok_and(|ip| ip.to_canonical().is_loopback());
    match (app.at.settings.secure_cookies, near) {
        (true, _) => Found::passed(msg!("只走 HTTPS")),
        (false, true) => Found::passed(msg!("就在服务器本机上")),
        (false, false) => Found::warned(
            msg!("没有加密，来自 {address}", address = address),
            msg!("密码在网上看得见。请在前面加 HTTPS，并在 yanzhen.toml 里写 secure_cookies = true。"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn disks_are_judged_by_what_is_left() {
        let state = |gigabytes: u64| room(gigabytes << 30).0;
        assert_eq!((state(0), state(9), state(10)), (Checked::Failed, Checked::Warned, Checked::Passed));
    }

    #[test]
    fn clocks_that_differ_are_told() {
        assert_eq!(clock(None).0, Checked::Passed);
        assert_eq!((clock(Some(-59)).0, clock(Some(-61)).0), (Checked::Passed, Checked::Warned));
        let at = |zone: &str| Timestamp::now().in_tz(zone).map(|z| time_zone(&z).0).ok();
        assert_eq!((at("Asia/Shanghai"), at("UTC")), (Some(Checked::Passed), Some(Checked::Warned)));
    }

    #[test]
    fn a_folder_that_is_not_there_cannot_be_written() {
        let folder_there = tempfile::tempdir().expect("a folder");
        let (found, drift) = folder(folder_there.path());
        assert!(found.0 == Checked::Passed && drift.is_some_and(|d| d.abs() < 5));
        assert_eq!(std::fs::read_dir(folder_there.path()).expect("a folder").count(), 0, "nothing is left");
        assert_eq!(folder(&folder_there.path().join("none")).0.0, Checked::Failed);
    }
}
