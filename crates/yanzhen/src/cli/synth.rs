//! `yanzhen synth …`: invented places, and synthetic facts and marks.

use super::{Done, Stop, input, io_failed};
use crate::ui::{Style, Ui};
use clap::Subcommand;
use kernel::msg;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use synth::{DataOptions, Shape, data, places, read_places, write_places};
use tables::ReadError;

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// 造一个虚构的县或镇（区划代码 99 开头）
    Places {
        /// 照着谁的形状：jinan、wucun、gaotai、hezhang、county
        #[arg(long, value_name = "SHAPE")]
        like: String,
        /// 随机数种子
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// 写到哪里；不写则为标准输出
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// 为一些村造出一部办法要用的事实和打分
    Data(Data),
}

#[derive(clap::Args)]
struct Data {
    /// 办法：文件夹或 xlsx 工作簿
    pack: PathBuf,
    /// 村的清单（csv，至少有 code 一列）
    #[arg(long, value_name = "CSV")]
    places: PathBuf,
    /// 随机数种子
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// 写到哪个文件夹：facts.csv、marks.csv、SYNTHETIC.json
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// 缺打分的比例
    #[arg(long, default_value_t = 0.004)]
    missing_marks: f64,
    /// 缺事实的比例
    #[arg(long, default_value_t = 0.004)]
    missing_facts: f64,
    /// 埋几处错误
    #[arg(long, default_value_t = 0)]
    faults: usize,
    /// 红橙黄绿的比例
    #[arg(long, value_name = "R,O,Y,G", value_delimiter = ',', default_values_t = [6, 12, 14, 10])]
    colours: Vec<usize>,
    /// 每个村几个人（考核对象是人时）
    #[arg(long, default_value_t = 1)]
    persons: usize,
}

pub fn run(ui: &Ui, args: &Args) -> Done {
    match &args.command {
        Command::Places { like, seed, out } => {
            let shape = Shape::like(like).ok_or_else(|| {
                let known: Vec<&str> = Shape::known().collect();
                Stop::Failed(msg!("没有“{value}”这种形状；可写：{words}", value = like, words = known))
            })?;
            let made = places(&shape, *seed);
            input::write_out(out.as_ref(), |mut file| write_places(&made, &mut file))?;
            if input::to_file(out.as_ref()) {
                ui.say(&ui.t(msg!(
                    "{county}：{townships} 个乡镇，{villages} 个村，都是虚构的",
                    county = &shape.county,
                    townships = shape.townships.len(),
                    villages = made.len()
                )));
            }
            Ok(())
        }
        Command::Data(args) => make_data(ui, args),
    }
}

fn make_data(ui: &Ui, args: &Data) -> Done {
    let pack = input::pack(ui, &args.pack)?;
    let places = read_places(&args.places).map_err(|e| match e {
        ReadError::Io(path, error) => io_failed(&path, &error),
        ReadError::Fault(fault) => {
            ui.faults(&[*fault]);
            Stop::Faults
        }
    })?;
    let colours = <[usize; 4]>::try_from(args.colours.clone())
        .map_err(|_| Stop::Failed(msg!("--colours 要四个数：红、橙、黄、绿")))?;
    let options = DataOptions {
        seed: args.seed,
        missing_marks: args.missing_marks,
        missing_facts: args.missing_facts,
        faults: args.faults,
        colours,
        persons_per_village: args.persons,
    };
    fs::create_dir_all(&args.out).map_err(|e| io_failed(&args.out, &e))?;
    // Written beside their places; both appear only when all went well.
    let (facts, marks) =
        (Beside::new(&args.out.join("facts.csv"))?, Beside::new(&args.out.join("marks.csv"))?);
    let mut files = (facts.create()?, marks.create()?);
    let summary = data(&pack, &places, &options, &mut files.0, &mut files.1)
        .and_then(|summary| files.0.flush().and_then(|()| files.1.flush()).map(|()| summary))
        .map_err(|e| io_failed(&args.out, &e))?;
    facts.settle()?;
    marks.settle()?;
    let note = args.out.join("SYNTHETIC.json");
    tables::write_atomic(&note, |file| file.write_all(summary.json().as_bytes()))
        .map_err(|e| io_failed(&note, &e))?;
    ui.say(&ui.t(msg!(
        "{subjects} 个对象，{marks} 个打分（合成数据，种子 {seed}）",
        subjects = summary.subjects,
        marks = summary.marks,
        seed = summary.seed
    )));
    for planted in &summary.planted {
        ui.say(&ui.paint(Style::Dim, planted));
    }
    Ok(())
}

/// A file written under another name until it is whole.
struct Beside {
    to: PathBuf,
    temporary: PathBuf,
}

impl Beside {
    fn new(to: &Path) -> Result<Self, Stop> {
        let name = to.file_name().unwrap_or_default().to_string_lossy();
        let temporary = to.with_file_name(format!(".{name}.{}.tmp", std::process::id()));
        Ok(Beside { to: to.to_owned(), temporary })
    }

    fn create(&self) -> Result<BufWriter<File>, Stop> {
        let file = File::create(&self.temporary).map_err(|e: io::Error| io_failed(&self.temporary, &e))?;
        Ok(BufWriter::with_capacity(1 << 20, file))
    }

    fn settle(self) -> Result<(), Stop> {
        fs::rename(&self.temporary, &self.to).map_err(|e| io_failed(&self.to, &e))
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.temporary);
    }
}
