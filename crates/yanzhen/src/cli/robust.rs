//! `yanzhen robust`

use super::input::{self, AppraisalTables};
use super::{Done, Form, Stop};
use crate::ui::{Align, Progress, Style, Ui};
use appraisal::{Appraisal, Facts, RobustSubject, TableCell, robust, write_table};
use kernel::msg;
use policy::Pack;
use serde_json::json;
use std::io::Write;
use std::path::PathBuf;

#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    pub tables: AppraisalTables,
    /// 试多少次
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..=200_000))]
    pub runs: u32,
    /// 每项权重上下浮动的百分比
    #[arg(long, default_value_t = 5.0)]
    pub weight_noise: f64,
    /// 随机数种子
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// 逐个对象的结果写到哪里
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// 输出的格式
    #[arg(long, value_enum, default_value = "text")]
    pub format: Form,
}

pub fn run(ui: &Ui, args: &Args) -> Done {
    if !(0.0..100.0).contains(&args.weight_noise) || args.runs == 0 {
        return Err(Stop::Failed(msg!("次数应大于 0，浮动应不小于 0、小于 100")));
    }
    input::appraised(ui, &args.tables, |pack, facts, done| report(ui, args, pack, facts, done))
}

fn report(ui: &Ui, args: &Args, pack: &Pack, facts: &Facts, done: &Appraisal<'_>) -> Done {
    if pack.grades.is_empty() {
        return Err(Stop::Failed(msg!("这部办法不评等次，没有可检验的")));
    }
    let progress = Progress::new(ui.t(msg!("反复试算")));
    let result = robust(done, args.runs, args.weight_noise / 100.0, args.seed, &|at, of| progress.at(at, of));
    drop(progress);
    let share = |n: u32| f64::from(n) * 100.0 / f64::from(result.runs);
    let format = input::format_of(None, args.out.as_deref());
    if args.out.is_some() {
        let grades: Vec<String> = pack.grades.iter().map(|g| format!("grade_{}", g.id)).collect();
        let mut header = vec!["code", "name", "township", "grade", "kept"];
        header.extend(grades.iter().map(String::as_str));
        let percent = |n: u32| TableCell::Score(Some((share(n) * 100.0).round() as i64));
        let row = |i: usize| {
            let s = &result.subjects[i];
            let mut row = vec![
                TableCell::Text(facts.code(s.subject)),
                TableCell::Text(facts.names.get(s.subject).to_owned()),
                TableCell::Text(facts.townships.get(s.subject).to_owned()),
                TableCell::Text(
                    pack.grades.get(usize::from(s.grade)).map(|g| g.id.to_string()).unwrap_or_default(),
                ),
                percent(s.kept()),
            ];
            row.extend(s.counts.iter().map(|n| percent(*n)));
            row
        };
        let n = result.subjects.len();
        input::write_out(args.out.as_ref(), |mut file| write_table(format, &header, n, row, &mut file))?;
        if args.out.as_ref().is_some_and(|o| o.as_os_str() == "-") {
            return Ok(());
        }
    }
    let kept: f64 = result.subjects.iter().fold(0.0, |sum, s| sum + share(s.kept()));
    let mean = kept / result.subjects.len().max(1) as f64;
    let mut near: Vec<&RobustSubject> = result.subjects.iter().filter(|s| share(s.kept()) < 90.0).collect();
    near.sort_by_key(|s| (s.kept(), s.subject));
    if args.format == Form::Json {
        let subjects: Vec<_> = result
            .subjects
            .iter()
            .map(|s| {
                json!({
                    "code": facts.code(s.subject),
                    "grade": pack.grades.get(usize::from(s.grade)).map(|g| g.id.to_string()),
                    "kept": share(s.kept()),
                    "shares": s.counts.iter().map(|n| share(*n)).collect::<Vec<_>>(),
                    "near_a_line": share(s.kept()) < 90.0,
                })
            })
            .collect();
        let all = json!({ "runs": result.runs, "weight_noise": args.weight_noise, "seed": args.seed, "mean_kept": mean, "subjects": subjects });
        let _ = writeln!(std::io::stdout(), "{all}");
        return Ok(());
    }
    let always = result.subjects.iter().filter(|s| s.kept() == result.runs).count();
    ui.say(&ui.t(msg!(
        "每项权重各自上下浮动 {noise}%，试算 {runs} 次（种子 {seed}）：{n} 个对象中 {always} 个始终不变，平均 {mean}% 的次数保持原等次",
        noise = args.weight_noise.to_string(),
        runs = result.runs,
        seed = args.seed,
        n = result.subjects.len(),
        always = always,
        mean = format!("{mean:.1}")
    )));
    if near.is_empty() {
        return Ok(());
    }
    ui.heading(msg!("在线边上的 {n} 个（保持原等次不到 90%）", n = near.len()));
    let mut header = vec![
        (msg!("代码"), Align::Left),
        (msg!("对象"), Align::Left),
        (msg!("等次"), Align::Left),
        (msg!("保持"), Align::Right),
    ];
    header.extend(pack.grades.iter().map(|g| (msg!("{label}", label = &g.label), Align::Right)));
    let rows = near.iter().map(|s| {
        let kept = format!("{:.1}%", share(s.kept()));
        let style = if share(s.kept()) < 60.0 { Style::Red } else { Style::Yellow };
        let mut row = vec![
            facts.code(s.subject),
            format!("{} {}", facts.townships.get(s.subject), facts.names.get(s.subject)).trim().to_owned(),
            pack.grades.get(usize::from(s.grade)).map(|g| g.label.clone()).unwrap_or_default(),
            ui.paint(style, &kept),
        ];
        row.extend(
            s.counts.iter().map(|n| if *n == 0 { String::new() } else { format!("{:.1}%", share(*n)) }),
        );
        row
    });
    ui.say(&ui.table(&header, rows));
    Ok(())
}
