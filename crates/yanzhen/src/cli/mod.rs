//! The command line: one file per command.

mod appraise;
mod classify;
pub mod demo;
mod exchange;
mod explain;
mod input;
mod policy;
mod propose;
mod public;
mod raters;
mod robust;
mod server;
mod summary;
mod synth;
mod upkeep;
mod whatif;

use crate::ui::Ui;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use kernel::{Lang, Message, catalogue, msg};
use std::ffi::OsString;
use std::io::{self, IsTerminal};
use std::process::ExitCode;

/// Why a command did not end well.
pub enum Stop {
    /// Could not run: usage, files. Exit 1.
    Failed(Message),
    /// Input or pack at fault; everything has been said. Exit 2.
    Faults,
}

type Done = Result<(), Stop>;

/// 雁阵：村干部选、育、管、用全周期系统
#[derive(Parser)]
#[command(name = "yanzhen", version, disable_help_subcommand = true)]
struct Cli {
    /// 信息语言：zh 或 en
    #[arg(long, global = true, value_enum, env = "YANZHEN_LANG", hide_env = true, default_value = "zh")]
    lang: Language,
    /// 计算用的线程数（默认用全部核）
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: Option<u16>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Clone, Copy, ValueEnum)]
enum Language {
    Zh,
    En,
}

/// How results are written.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Csv,
    Xlsx,
    Json,
}

/// How a report is printed: for people, or for machines.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Form {
    Text,
    Json,
}

#[derive(Subcommand)]
enum Command {
    /// 考核：按办法计算得分、名次和等次
    Appraise(appraise::Args),
    /// 提出建议：只按事实判断的后果（如提级管理）
    Propose(propose::Args),
    /// 研判：按办法给村定风险颜色
    Classify(classify::Args),
    /// 假如：换一部办法，谁的名次和等次会变、要花多少钱
    Whatif(whatif::Args),
    /// 稳不稳：权重稍有出入时等次变不变
    Robust(robust::Args),
    /// 评分单位：宽严、离散、一致程度
    Raters(raters::Args),
    /// 办法：检查、测试、展示、比较、指纹、转换
    Policy(policy::Args),
    /// 合成：虚构的地方和数据，用于演示、测试和测速
    Synth(synth::Args),
    /// 提供服务：在浏览器里使用
    Serve(server::Serve),
    /// 交换：向公开报名页发布，收取报名
    Exchange(exchange::Args),
    /// 公开报名页：单独的进程，可放在另一张网上，读不到县里的数据库
    Public(public::Args),
    /// 建县：按区划代码带出乡镇和村
    Init(server::Init),
    /// 迁移：把数据库升到这个版本
    Migrate(server::Plain),
    /// 体检：数据库、迁移、审计链
    Doctor(server::Plain),
    /// 审计：核验链、打印链头
    Audit(server::Audit),
    /// 备份：每个数据库一份，附清单和审计链头
    Backup(upkeep::Backup),
    /// 恢复：把一份备份放进空的数据文件夹
    Restore(upkeep::Restore),
    /// 导出一个县：一个文件，可导入另一处、另一种数据库
    ExportCounty(upkeep::Export),
    /// 导入一个县
    ImportCounty(upkeep::Import),
    /// 密钥：轮换、停用、列出
    Keys(upkeep::Keys),
    /// 销毁一个人的密钥：其历史内容从此不能读，审计链不变
    ErasePerson(upkeep::Erase),
    /// 演示：四个虚构的县，连同账号
    Demo(demo::Args),
}

/// Runs the program.
pub fn run(args: impl Iterator<Item = OsString>) -> ExitCode {
    let args: Vec<OsString> = args.collect();
    let lang = wanted_language(&args);
    let command = translate(Cli::command(), lang);
    let cli = match command.try_get_matches_from(args).and_then(|m| Cli::from_arg_matches(&m)) {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            return ExitCode::from(u8::from(error.use_stderr()));
        }
    };
    if let Some(n) = cli.threads {
        let _ = rayon::ThreadPoolBuilder::new().num_threads(usize::from(n)).build_global();
    }
    let colour = io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let ui = Ui { lang, colour };
    let done = match cli.command {
        Command::Appraise(args) => appraise::run(&ui, &args),
        Command::Propose(args) => propose::run(&ui, &args),
        Command::Classify(args) => classify::run(&ui, &args),
        Command::Whatif(args) => whatif::run(&ui, &args),
        Command::Robust(args) => robust::run(&ui, &args),
        Command::Raters(args) => raters::run(&ui, &args),
        Command::Policy(args) => policy::run(&ui, &args),
        Command::Synth(args) => synth::run(&ui, &args),
        Command::Serve(args) => server::serve(&ui, &args),
        Command::Public(args) => public::run(&ui, &args),
        Command::Init(args) => server::init(&ui, &args),
        Command::Exchange(args) => exchange::run(&ui, &args),
        Command::Migrate(args) => server::migrate(&ui, &args),
        Command::Doctor(args) => server::doctor(&ui, &args),
        Command::Audit(args) => server::audit(&ui, &args),
        Command::Backup(args) => upkeep::backup(&ui, &args),
        Command::Restore(args) => upkeep::restore(&ui, &args),
        Command::ExportCounty(args) => upkeep::export(&ui, &args),
        Command::ImportCounty(args) => upkeep::import(&ui, &args),
        Command::Keys(args) => upkeep::keys(&ui, &args),
        Command::ErasePerson(args) => upkeep::erase(&ui, &args),
        Command::Demo(args) => demo::run(&ui, &args),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(Stop::Failed(message)) => {
            ui.failure(message);
            ExitCode::from(1)
        }
        Err(Stop::Faults) => ExitCode::from(2),
    }
}

/// The language before the command line is parsed, so that help and usage speak it too.
fn wanted_language(args: &[OsString]) -> Lang {
    let mut found = std::env::var("YANZHEN_LANG").ok();
    let mut args = args.iter().filter_map(|a| a.to_str());
    while let Some(arg) = args.next() {
        if arg == "--lang" {
            found = args.next().map(str::to_owned);
        } else if let Some(value) = arg.strip_prefix("--lang=") {
            found = Some(value.to_owned());
        }
    }
    if found.as_deref() == Some("en") { Lang::En } else { Lang::Zh }
}

/// Help in the reader's language: the Chinese text is the key.
fn translate(mut command: clap::Command, lang: Lang) -> clap::Command {
    if lang == Lang::Zh {
        return command;
    }
    let english = |zh: &clap::builder::StyledStr| catalogue().get(zh.to_string().as_str()).copied();
    if let Some(text) = command.get_about().and_then(english) {
        command = command.about(text).long_about(text);
    }
    command = command.mut_args(|arg| match arg.get_help().and_then(english) {
        Some(text) => arg.help(text).long_help(text),
        None => arg,
    });
    let names: Vec<String> = command.get_subcommands().map(|c| c.get_name().to_owned()).collect();
    for name in names {
        command = command.mut_subcommand(name, |c| translate(c, lang));
    }
    command
}

/// A failed file operation.
fn io_failed(path: &std::path::Path, error: &io::Error) -> Stop {
    Stop::Failed(msg!("{path}：{why}", path = path.display().to_string(), why = error.to_string()))
}
