//! `yanzhen appraise`

use super::input::{self, Findings};
use super::{Done, Format, Stop, explain::appraisal_lines, summary};
use crate::ui::Ui;
use appraisal::{OutFormat, Plan, appraise, explain, explain_json, propose, write_proposals, write_results};
use kernel::{Fault, msg};
use std::io::Write;
use std::path::PathBuf;

#[derive(clap::Args)]
pub struct Args {
    /// 办法：文件夹或 xlsx 工作簿
    pub pack: PathBuf,
    /// 事实表（csv 或 xlsx）
    #[arg(long, value_name = "FILE")]
    pub facts: PathBuf,
    /// 打分表（csv 或 xlsx）
    #[arg(long, value_name = "FILE")]
    pub marks: Option<PathBuf>,
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
}

pub fn run(ui: &Ui, args: &Args) -> Done {
    let pack = input::pack(ui, &args.pack)?;
    if !pack.has_appraisal {
        return Err(Stop::Failed(msg!("这部办法没有 indicators.csv，不能考核")));
    }
    let plan = Plan::new(&pack);
    let mut findings = Findings::default();
    let facts = findings.facts(ui, &pack, &args.facts, pack.of_persons())?;
    let marks = findings.marks(ui, &plan, &facts, args.marks.as_deref())?;
    findings.settle(ui)?;
    let explained = input::explained(ui, &facts, &args.facts, args.explain.as_ref())?;
    let done = appraise(&plan, &facts, &marks).map_err(|too_large| {
        let ind = plan.indicator(too_large.indicator);
        let fact = ind.method.fact().map(|f| pack.facts[f].id.clone()).unwrap_or_default();
        let value = ind.method.fact().and_then(|f| facts.value(f, too_large.subject));
        ui.faults(&[Fault::cell(
            &args.facts.display().to_string(),
            facts.rows[too_large.subject],
            &fact,
            &value.map(|v| v.to_owned().text()).unwrap_or_default(),
            msg!("指标 {id} 的得分超出 9 万亿", id = &ind.id),
        )
        .mend(msg!("请核对这个值，或在办法里给这项加上 cap"))]);
        Stop::Faults
    })?;
    let format = input::format_of(args.format, args.out.as_deref());
    if args.out.is_some() || explained.is_none() {
        input::write_out(args.out.as_ref(), |mut out| write_results(&done, format, &mut out))?;
    }
    let proposals = propose(&pack, &facts, Some(&done));
    if args.proposals.is_some() {
        let form = input::format_of(None, args.proposals.as_deref());
        input::write_out(args.proposals.as_ref(), |mut out| {
            write_proposals(&pack, &facts, &proposals, form, &mut out)
        })?;
    }
    if let Some(i) = explained {
        let explanation = explain(&done, i);
        if format == OutFormat::Json {
            let _ = write!(std::io::stdout(), "{}", explain_json(&done, &explanation));
        } else {
            appraisal_lines(ui, &done, &explanation).iter().for_each(|line| ui.say(line));
        }
    } else if input::to_file(args.out.as_ref()) && format != OutFormat::Json {
        summary::print(ui, &done, &proposals);
    }
    Ok(())
}
