//! `yanzhen appraise`

use super::input::{self, AppraisalTables};
use super::{Done, Format, explain::appraisal_lines, summary};
use crate::ui::Ui;
use appraisal::{OutFormat, Proposals, explain, explain_json, propose, write_proposals, write_results};
use std::io::Write;
use std::path::PathBuf;

#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    pub tables: AppraisalTables,
    /// 结果写到哪里；- 为标准输出
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// 后果建议写到哪里
    #[arg(long, value_name = "FILE")]
    pub proposals: Option<PathBuf>,
    /// 解释一个对象的得分、名次和等次
    #[arg(long, value_name = "CODE")]
    pub explain: Option<String>,
    /// 结果的格式
    #[arg(long, value_enum)]
    pub format: Option<Format>,
    /// 不印摘要
    #[arg(long, short)]
    pub quiet: bool,
}

pub fn run(ui: &Ui, args: &Args) -> Done {
    input::appraised(ui, &args.tables, |pack, facts, done| {
        let explained = input::explained(ui, facts, &args.tables.given.facts, args.explain.as_ref())?;
        let format = input::format_of(args.format, args.out.as_deref());
        let tell = !args.quiet
            && explained.is_none()
            && input::to_file(args.out.as_ref())
            && format != OutFormat::Json;
        if args.out.is_some() || explained.is_none() {
            input::write_out(args.out.as_ref(), |mut out| write_results(done, format, &mut out))?;
        }
        let wanted = tell || args.proposals.is_some();
        let proposals = if wanted { propose(pack, facts, Some(done)) } else { Proposals::default() };
        if args.proposals.is_some() {
            let form = input::format_of(None, args.proposals.as_deref());
            input::write_out(args.proposals.as_ref(), |mut out| {
                write_proposals(pack, facts, &proposals, form, &mut out)
            })?;
        }
        if let Some(i) = explained {
            let explanation = explain(done, i);
            if format == OutFormat::Json {
                let _ = write!(std::io::stdout(), "{}", explain_json(done, &explanation));
            } else {
                appraisal_lines(ui, done, &explanation).iter().for_each(|line| ui.say(line));
            }
        } else if tell {
            summary::print(ui, done, &proposals);
        }
        Ok(())
    })
}
