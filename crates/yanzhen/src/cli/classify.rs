//! `yanzhen classify`

use super::input::{self, Findings, PackAndFacts};
use super::{Done, Format, Stop, explain::colour_lines};
use crate::ui::{Align, Style, Ui};
use appraisal::{OutFormat, classify, explain_colour_json, write_colours};
use kernel::msg;
use policy::{COLOURS, Colouring, lead_words};
use std::path::PathBuf;

#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    pub given: PackAndFacts,
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
    let pack = input::pack(ui, &args.given.pack)?;
    if pack.colours.is_none() {
        return Err(Stop::Failed(msg!("这部办法没有 colours.csv，不能研判颜色")));
    }
    let mut findings = Findings::default();
    let facts = findings.facts(ui, &pack, &args.given.facts, false)?;
    findings.settle(ui)?;
    let explained = input::explained(ui, &facts, &args.given.facts, args.explain.as_ref())?;
    let classified = classify(&pack, &facts);
    let format = input::format_of(args.format, args.out.as_deref());
    if args.out.is_some() || explained.is_none() {
        input::write_out(args.out.as_ref(), |mut out| {
            write_colours(&pack, &facts, &classified, format, &mut out)
        })?;
    }
    if let Some(i) = explained {
        if format == OutFormat::Json {
            ui.say(&explain_colour_json(&pack, &facts, i, &classified[i]).to_string());
        } else {
            colour_lines(ui, &pack, &facts, i, &classified[i]).iter().for_each(|line| ui.say(line));
        }
    } else if input::to_file(args.out.as_ref()) && format != OutFormat::Json {
        print_summary(ui, &pack, &classified);
    }
    Ok(())
}

/// How many villages have each colour, with its lead.
pub fn print_summary(ui: &Ui, pack: &policy::Pack, classified: &[Colouring]) {
    let Some(table) = &pack.colours else { return };
    let of = |colour: &str| {
        classified
            .iter()
            .filter(|c| matches!(c, Colouring::Rule(r) if table.rules[*r].colour == colour))
            .count()
    };
    let mut rows: Vec<Vec<String>> = COLOURS
        .iter()
        .zip([Style::Red, Style::Orange, Style::Yellow, Style::Green])
        .map(|((colour, label), style)| {
            let lead = table
                .rules
                .iter()
                .find(|r| r.colour == *colour)
                .map(|r| ui.words(&lead_words(&r.lead)))
                .unwrap_or_default();
            vec![ui.paint(style, &ui.word(label)), of(colour).to_string(), lead]
        })
        .collect();
    let blocked = classified.iter().filter(|c| matches!(c, Colouring::Blocked(..))).count();
    let undecided = classified.iter().filter(|c| matches!(c, Colouring::Undecided)).count();
    rows.push(vec![ui.t(msg!("待定")), undecided.to_string(), ui.t(msg!("由人研判"))]);
    rows.push(vec![ui.t(msg!("缺事实")), blocked.to_string(), ui.t(msg!("补齐后再判"))]);
    let header = [(msg!("颜色"), Align::Left), (msg!("村数"), Align::Right), (msg!("牵头"), Align::Left)];
    ui.say(&ui.table(&header, rows));
}
