//! `yanzhen propose`

use super::input::{self, Findings, PackAndFacts};
use super::{Done, Format, Stop, summary};
use crate::ui::Ui;
use appraisal::{OutFormat, propose, write_proposals};
use kernel::{Fault, msg};
use std::path::PathBuf;

#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    pub given: PackAndFacts,
    /// 后果建议写到哪里
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// 结果的格式
    #[arg(long, value_enum)]
    pub format: Option<Format>,
}

pub fn run(ui: &Ui, args: &Args) -> Done {
    let pack = input::pack(ui, &args.given.pack)?;
    let refused: Vec<Fault> = pack
        .consequences
        .iter()
        .filter_map(|c| {
            let name = c.names_results()?;
            Some(
                Fault::cell(
                    &pack.file,
                    c.row,
                    "consequences",
                    &c.id,
                    msg!("后果 {id} 用到 {name}，要先考核", id = &c.id, name = name),
                )
                .mend(msg!("请用 yanzhen appraise … --proposals")),
            )
        })
        .collect();
    if !refused.is_empty() {
        ui.faults(&refused);
        return Err(Stop::Faults);
    }
    let mut findings = Findings::default();
    let facts = findings.facts(ui, &pack, &args.given.facts, pack.of_persons())?;
    findings.settle(ui)?;
    let proposals = propose(&pack, &facts, None);
    let format = input::format_of(args.format, args.out.as_deref());
    input::write_out(args.out.as_ref(), |mut out| {
        write_proposals(&pack, &facts, &proposals, format, &mut out)
    })?;
    if input::to_file(args.out.as_ref()) && format != OutFormat::Json {
        summary::consequences(ui, &pack, &proposals);
    }
    Ok(())
}
