//! `yanzhen raters`

use super::input::{self, AppraisalTables};
use super::{Done, Form, Stop};
use crate::ui::{Align, Style, Ui};
use appraisal::{RaterReport, Raters, Severity, raters};
use kernel::msg;
use policy::Pack;
use serde_json::json;
use std::io::Write;

#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    pub tables: AppraisalTables,
    /// 输出的格式
    #[arg(long, value_enum, default_value = "text")]
    pub format: Form,
}

pub fn run(ui: &Ui, args: &Args) -> Done {
    if args.tables.marks.is_none() {
        return Err(Stop::Failed(msg!("请用 --marks 给出打分表")));
    }
    input::appraised(ui, &args.tables, |pack, _, done| print(ui, args, pack, &raters(done)))
}

fn print(ui: &Ui, args: &Args, pack: &Pack, report: &Raters) -> Done {
    if args.format == Form::Json {
        let list: Vec<_> = report
            .raters
            .iter()
            .map(|r| {
                json!({
                    "rater": r.rater, "name": name_of(pack, r), "marks": r.marks, "mean": r.mean, "severity": r.severity.value(),
                    "against": if matches!(r.severity, Severity::Shared(_)) { "cells" } else { "item" },
                    "spread": r.spread, "commonest": r.commonest,
                })
            })
            .collect();
        let indicators: Vec<_> = report
            .indicators
            .iter()
            .map(|i| {
                json!({
                    "id": pack.indicators[i.indicator].id, "kendall_w": i.agreement, "raters": i.shared.0,
                    "subjects": i.shared.1, "commonest": i.commonest, "flat": i.flat,
                })
            })
            .collect();
        let _ = writeln!(std::io::stdout(), "{}", json!({ "raters": list, "indicators": indicators }));
        return Ok(());
    }
    ui.heading(msg!("评分单位：从严到宽"));
    print_raters(ui, pack, &report.raters);
    ui.say(&ui.paint(
        Style::Dim,
        &ui.t(msg!("宽严：与同格其他单位之差的平均，占满分的百分比；带 * 的没有同格单位，与同项全部打分比")),
    ));
    let agreeing: Vec<_> = report.indicators.iter().filter(|i| i.agreement.is_some()).collect();
    if !agreeing.is_empty() {
        ui.heading(msg!("评分单位之间的一致程度"));
        let rows = agreeing.iter().map(|i| {
            let ind = &pack.indicators[i.indicator];
            let w = i.agreement.unwrap_or(0.0);
            let style = if w < 0.3 { Style::Red } else { Style::Green };
            vec![
                ind.id.clone(),
                ind.name.clone(),
                i.shared.0.to_string(),
                i.shared.1.to_string(),
                ui.paint(style, &format!("{w:.3}")),
            ]
        });
        let header = [
            (msg!("指标"), Align::Left),
            (msg!("名称"), Align::Left),
            (msg!("单位数"), Align::Right),
            (msg!("对象数"), Align::Right),
            (msg!("肯德尔 W"), Align::Right),
        ];
        ui.say(&ui.table(&header, rows));
    }
    let flat: Vec<String> = report
        .indicators
        .iter()
        .filter(|i| i.flat)
        .map(|i| {
            let ind = &pack.indicators[i.indicator];
            format!("{} {}（{:.1}%）", ind.id, ind.name, i.commonest * 100.0)
        })
        .collect();
    if flat.is_empty() {
        ui.say(&ui.t(msg!("没有拉不开差距的指标")));
    } else {
        ui.say(&ui.t(msg!("拉不开差距的指标（95% 以上得分相同）：{list}", list = flat)));
    }
    Ok(())
}

/// A township's own name, or what the pack calls the rater.
fn name_of(pack: &Pack, r: &RaterReport) -> String {
    if r.name.is_empty() { pack.rater_text(&r.rater) } else { r.name.clone() }
}

/// A signed percentage, never `-0.0`.
fn signed(value: f64) -> String {
    let text = format!("{value:+.1}");
    if text == "-0.0" || text == "+0.0" { "0.0".to_owned() } else { text }
}

/// The table of raters.
fn print_raters(ui: &Ui, pack: &Pack, raters: &[RaterReport]) {
    let rows = raters.iter().map(|r| {
        let value = r.severity.value();
        let star = if matches!(r.severity, Severity::Item(_)) { "*" } else { "" };
        let style = if value <= -5.0 {
            Style::Red
        } else if value >= 5.0 {
            Style::Orange
        } else {
            Style::Dim
        };
        let name = name_of(pack, r);
        vec![
            name,
            r.marks.to_string(),
            format!("{:.1}%", r.mean),
            ui.paint(style, &format!("{}%{star}", signed(value))),
            format!("{:.1}%", r.spread),
            format!("{:.0}%", r.commonest * 100.0),
        ]
    });
    let header = [
        (msg!("评分单位"), Align::Left),
        (msg!("打分数"), Align::Right),
        (msg!("平均"), Align::Right),
        (msg!("宽严"), Align::Right),
        (msg!("离散"), Align::Right),
        (msg!("同一分占比"), Align::Right),
    ];
    ui.say(&ui.table(&header, rows));
}
