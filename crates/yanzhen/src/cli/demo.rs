//! `yanzhen demo`: four invented counties with their people and accounts, served.

mod accounts;
mod campaigns;
mod duty;
mod membership;
pub mod people;
mod rounds;

use super::server::{block_on, failed, log};
use super::{Done, Stop};
use crate::divisions::Geography;
use crate::packs::Carried;
use crate::server::{add_county, app, serve};
use crate::slices::places::facts::{self, Entry};
use crate::slices::places::store;
use crate::ui::{Progress, Ui};
use accounts::Accounts;
use kernel::msg;
use platform::access::{Caller, Part};
use platform::county::{Installation, Settings};
use platform::db::{Db, now_ms};
use platform::values;
use policy::Pack;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use synth::people::Roster;
use synth::{DataOptions, Place, Shape};
use tables::{Input, read_rows};

#[derive(clap::Args)]
pub struct Args {
    /// 演示数据的文件夹
    #[arg(long, value_name = "DIR", default_value = "demo")]
    pub data: PathBuf,
    /// 监听的地址和端口
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8466")]
    pub listen: SocketAddr,
    /// PostgreSQL 数据库地址（不写则用文件夹里的 SQLite）
    #[arg(long, value_name = "URL")]
    pub database: Option<String>,
    /// 只造数据，不提供服务
    #[arg(long)]
    pub no_serve: bool,
}

/// The packs that the demo's counties work by.
const PACKS: [&str; 2] = ["jinan", "wucun"];

/// Tells a finished demo from one that was killed on the way.
const FINISHED: &str = "demo.done";
/// Tells a demo that was killed on the way from a folder with somebody's data.
const BEGUN: &str = "demo.begun";
/// The settings of a folder, see [`Settings::read`].
const SETTINGS: &str = "yanzhen.toml";
const SEED: u64 = 7;
/// Persons of each county but the first, which has everybody: a county begins with some of its townships.
const PERSONS: usize = 400;

pub fn run(ui: &Ui, args: &Args) -> Done {
    log();
    block_on(async {
        let done = args.data.join(FINISHED);
        if !done.exists() {
            let begun = args.data.join(BEGUN);
            let lost = |e: std::io::Error| super::io_failed(&args.data, &e);
            if begun.exists() {
                // All of it was invented: it is made anew.
                std::fs::remove_dir_all(&args.data).map_err(lost)?;
            } else if std::fs::read_dir(&args.data).is_ok_and(|all| {
                // Settings alone are no data: they say where the data shall be.
                all.filter_map(Result::ok).any(|one| one.file_name() != SETTINGS)
            }) {
                return Err(Stop::Failed(msg!(
                    "{folder} 里有别的数据；请另选一个文件夹",
                    folder = args.data.display().to_string()
                )));
            }
            std::fs::create_dir_all(&args.data).map_err(lost)?;
            std::fs::write(&begun, b"").map_err(lost)?;
            fill(ui, args).await?;
            std::fs::write(&done, b"").map_err(|e| super::io_failed(&done, &e))?;
        }
        if args.no_serve {
            return Ok(());
        }
        let at = open(args).await?;
        let accounts = args.data.join("accounts.txt").display().to_string();
        let say = |address: SocketAddr| {
            ui.say(&ui.t(msg!("演示已就绪：http://{address}", address = address.to_string())));
            ui.say(&ui.t(msg!("账号在 {file}", file = &accounts)));
            if let Ok(text) = std::fs::read_to_string(&accounts) {
                ui.say(&format!("\n{text}"));
            }
        };
        serve(app(at, true), args.listen, say).await.map_err(failed)
    })
}

async fn open(args: &Args) -> Result<Installation, Stop> {
    if args.database.is_some() && !args.data.join(SETTINGS).exists() {
        // The other commands find the demo's schemas too; the address, which may hold a password, is not written down.
        let settings = args.data.join(SETTINGS);
        std::fs::write(&settings, "schema_prefix = \"yanzhen_demo\"\n")
            .map_err(|e| super::io_failed(&settings, &e))?;
    }
    let mut settings = Settings::read(&args.data).map_err(failed)?;
    if let Some(url) = &args.database {
        settings.database.clone_from(url);
    }
    Installation::open(&args.data, settings).await.map_err(failed)
}

/// The shapes of the four counties.
fn shapes() -> Vec<Shape> {
    let county = |code: &str, name: &str, townships: Vec<usize>, streets, rural| Shape {
        county_code: code.to_owned(),
        county: name.to_owned(),
        town: String::new(),
        townships,
        streets,
        rural,
    };
    // One town of each second county has the size of a town whose practice the packs describe.
    let uneven = |first: usize, total: usize, n: usize| {
        let rest = total - first;
        let base = rest / (n - 1);
        let mut parts = vec![first];
        parts.extend((0..n - 1).map(|i| base + i % 5));
        let over = parts.iter().sum::<usize>().saturating_sub(total);
        if let Some(last) = parts.last_mut() {
            *last = last.saturating_sub(over).max(3);
        }
        parts
    };
    let known = |id: &str| Shape::like(id);
    let mut out: Vec<Shape> = ["jinan"].into_iter().filter_map(known).collect();
    out.push(county("990102", "例河县", uneven(42, 340, 14), 0, 3));
    out.push(county("990103", "例原县", uneven(20, 313, 22), 2, 0));
    out.extend(known("hezhang"));
    out
}

async fn fill(ui: &Ui, args: &Args) -> Done {
    let at = open(args).await?;
    let progress = Progress::new(ui.t(msg!("建演示数据")));
    let text = make(&at, &|done, of| progress.at(done, of)).await?;
    let file = args.data.join("accounts.txt");
    private_file(&file, &text).map_err(|e| super::io_failed(&file, &e))?;
    at.close().await.map_err(failed)
}

/// Fills an empty installation; gives what the file of accounts says. `told` hears how many counties are done.
///
/// # Errors
/// The database's, and a pack that cannot be unpacked.
pub async fn make(at: &Installation, told: &(dyn Fn(u64, u64) + Sync)) -> Result<String, Stop> {
    let folder = tempfile::tempdir().map_err(failed)?;
    let mut packs = Vec::new();
    for name in PACKS {
        let to = folder.path().join(name);
        std::fs::create_dir_all(&to).map_err(failed)?;
        let carried = Carried::by_id(name).ok_or_else(|| failed(name))?;
        let pack = carried.unpack(&to).map_err(failed)?;
        packs.push((to, pack));
    }
    let shapes = shapes();
    let mut accounts = Accounts { at, text: String::new(), taken: 0 };
    accounts.head();
    accounts.administrators().await?;
    let mut look = Vec::new();
    for (k, shape) in shapes.iter().enumerate() {
        let places = synth::places(shape, SEED + k as u64);
        let geography = geography(&places);
        let db = add_county(at, &geography, true).await.map_err(failed)?;
        let office = accounts.county(&geography, k == 0).await?;
        // The first county works by both packs, the others by the colours alone.
        let own: Vec<&(PathBuf, Pack)> = packs.iter().skip(usize::from(k != 0)).collect();
        let persons = if k == 0 { usize::MAX } else { PERSONS };
        let (rosters, marks) =
            county(&db, &own, &places, &office, folder.path(), (SEED + k as u64, persons)).await?;
        let cadre = people::fill(&db, &office, &rosters).await?;
        if k == 0 {
            if let Some(cadre) = cadre {
                let (account, login) = accounts.cadre(&geography.code, &cadre).await?;
                people::link(&db, &office, &cadre, account, login).await?;
                people::ask(&db, &office, &cadre).await?;
            }
            rounds::fill(&db, &office, PACKS[0], &marks).await?;
            duty::fill(&db, &office).await?;
            campaigns::fill(&db, &office).await?;
            look = people::worth_a_look(&places, &rosters);
        }
        told(k as u64 + 1, shapes.len() as u64);
    }
    accounts.worth_a_look(&shapes[0].county, &look);
    Ok(accounts.text)
}

fn geography(places: &[Place]) -> Geography {
    let first = places.first().cloned().unwrap_or_default();
    let mut townships: BTreeMap<String, String> = BTreeMap::new();
    for p in places {
        townships.insert(p.township_code.clone(), p.township.clone());
    }
    Geography {
        code: first.county_code,
        name: first.county,
        city: first.city,
        province: first.province,
        townships: townships.into_iter().collect(),
        villages: places.iter().map(|p| (p.code.clone(), p.name.clone())).collect(),
    }
}

/// Packs, facts and colours of a county; gives its people and marks, who are still to be written.
async fn county(
    db: &Db,
    packs: &[&(PathBuf, Pack)],
    places: &[Place],
    by: &Caller,
    folder: &Path,
    (seed, persons): (u64, usize),
) -> Result<(Vec<Roster>, Vec<rounds::Row>), Stop> {
    let day = store::today();
    let mut tx = db.write(by.event("demo.fill", "county", &by.county, "")).await.map_err(failed)?;
    for (path, pack) in packs {
        facts::adopt(&tx, path, pack, "2025-01-01", &by.name).await.map_err(failed)?;
    }
    let (mut made, mut marks) = (Vec::new(), Vec::new());
    let mut hints = BTreeMap::new();
    for (_, pack) in packs {
        let (facts_file, marks_file) = (folder.join("facts.csv"), folder.join("marks.csv"));
        let mut facts_out = std::fs::File::create(&facts_file).map_err(failed)?;
        let mut marks_out = std::fs::File::create(&marks_file).map_err(failed)?;
        let options = DataOptions { seed, ..DataOptions::default() };
        synth::data(pack, places, &options, &mut facts_out, &mut marks_out).map_err(failed)?;
        let entries = entries(&facts_file, pack, &day)?;
        if pack.has_appraisal {
            marks = rounds::rows(&marks_file)?;
        }
        hints.append(&mut people::hints(pack, &facts_file, &entries)?);
        made.push(entries);
    }
    let rosters = people::make(places, &hints, seed, persons);
    for mut entries in made {
        people::bear_out(&rosters, &mut entries);
        facts::write(&mut tx, &entries, by, None, false).await.map_err(failed)?;
    }
    let adopted = {
        let rows = tx.rows("select id, hash, files from pack where kind = 'colours'", vec![]).await;
        rows.map_err(failed)?.len()
    };
    tx.commit().await.map_err(failed)?;
    if adopted == 0 {
        return Ok((rosters, marks));
    }
    let packs = facts::packs(db, &day).await.map_err(failed)?;
    let Some(colouring) = facts::colouring(&packs) else { return Ok((rosters, marks)) };
    let mut tx = db.write(by.event("colour.confirm", "county", &by.county, "")).await.map_err(failed)?;
    facts::propose(&mut tx, colouring, &Part::County).await.map_err(failed)?;
    // Most colours are confirmed; some wait, as on any working day.
    let sql = "update colour set confirmed = proposed, confirmed_by = $1, confirmed_at = $2, reason = $3 \
               where proposed <> '' and substr(code, 12, 1) <> '7'";
    let reason = "月度研判会逐村过了一遍，与建议一致";
    tx.run(sql, values![by.name.clone(), now_ms(), reason]).await.map_err(failed)?;
    tx.commit().await.map_err(failed)?;
    Ok((rosters, marks))
}

fn entries(file: &Path, pack: &Pack, day: &str) -> Result<Vec<Entry>, Stop> {
    let table = read_rows(&Input::quiet(file), &mut Vec::new()).map_err(|e| failed(format!("{e:?}")))?;
    let names = &table.header.names;
    let mut out = Vec::new();
    for (_, cells) in &table.rows {
        for (name, value) in names.iter().zip(cells).filter(|(_, v)| !v.is_empty()) {
            if pack.fact(name).is_some() {
                out.push(Entry {
                    code: cells[0].clone(),
                    fact: name.clone(),
                    period: String::new(),
                    value: value.clone(),
                    source: "合成数据".to_owned(),
                    day: day.to_owned(),
                    evidence: None,
                });
            }
        }
    }
    Ok(out)
}

/// Writes a file that its owner alone can read.
fn private_file(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)?.write_all(text.as_bytes())
}
