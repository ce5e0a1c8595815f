//! `yanzhen classify`

use super::input::{self, Findings};
use super::{Done, Format, Stop};
use crate::ui::Ui;
use appraisal::{classify, write_colours};
use kernel::msg;
use std::path::PathBuf;

#[derive(clap::Args)]
pub struct Args {
    /// 办法：文件夹或 xlsx 工作簿
    pub pack: PathBuf,
    /// 事实表（csv 或 xlsx）
    #[arg(long, value_name = "FILE")]
    pub facts: PathBuf,
    /// 结果写到哪里；- 为标准输出
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// 解释一个村的颜色
    #[arg(long, value_name = "CODE")]
    pub explain: Option<String>,
    /// 结果的格式
    #[arg(long, value_enum)]
    pub format: Option<Format>,
}

pub fn run(ui: &Ui, args: &Args) -> Done {
    let pack = input::pack(ui, &args.pack)?;
    if pack.colours.is_none() {
        return Err(Stop::Failed(msg!("这部办法没有 colours.csv，不能研判颜色")));
    }
    let mut findings = Findings::default();
    let facts = findings.facts(ui, &pack, &args.facts, false)?;
    findings.settle(ui)?;
    let classified = classify(&pack, &facts);
    let json = input::format_of(args.format, args.out.as_deref()) == Format::Json;
    input::write_out(args.out.as_ref(), |mut out| write_colours(&pack, &facts, &classified, json, &mut out))
}
