//! `yanzhen whatif`

use super::input::{self, Findings};
use super::{Done, Form, Stop};
use crate::ui::{Align, Style, Ui};
use appraisal::{Change, Plan, TableCell, appraise, propose, whatif, write_table};
use kernel::{Score, msg};
use serde_json::json;
use std::io::Write;
use std::path::PathBuf;

#[derive(clap::Args)]
pub struct Args {
    /// 原来的办法
    pub a: PathBuf,
    /// 现在的办法
    pub b: PathBuf,
    /// 事实表（csv 或 xlsx）
    #[arg(long, value_name = "FILE")]
    pub facts: PathBuf,
    /// 打分表（csv 或 xlsx）
    #[arg(long, value_name = "FILE")]
    pub marks: Option<PathBuf>,
    /// 逐个对象的比较写到哪里
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// 输出的格式
    #[arg(long, value_enum, default_value = "text")]
    pub format: Form,
}

const HEADER: [&str; 11] = [
    "code", "name", "township", "total_a", "total_b", "rank_a", "rank_b", "grade_a", "grade_b", "cost_a",
    "cost_b",
];

pub fn run(ui: &Ui, args: &Args) -> Done {
    let (pack_a, pack_b) = (input::pack(ui, &args.a)?, input::pack(ui, &args.b)?);
    if !pack_a.has_appraisal || !pack_b.has_appraisal {
        return Err(Stop::Failed(msg!("这部办法没有 indicators.csv，不能考核")));
    }
    if pack_a.subject != pack_b.subject {
        return Err(Stop::Failed(msg!("两部办法考核的对象不同，不能比较")));
    }
    let (plan_a, plan_b) = (Plan::new(&pack_a), Plan::new(&pack_b));
    let mut findings = Findings::beside(&plan_b);
    let facts_a = findings.facts(ui, &pack_a, &args.facts, pack_a.of_persons())?;
    let marks_a = findings.marks(ui, &plan_a, &facts_a, args.marks.as_deref())?;
    findings.settle(ui)?;
    let mut findings = Findings::beside(&plan_a);
    let facts_b = findings.facts(ui, &pack_b, &args.facts, pack_b.of_persons())?;
    let marks_b = findings.marks(ui, &plan_b, &facts_b, args.marks.as_deref())?;
    findings.settle(ui)?;
    let a = appraise(&plan_a, &facts_a, &marks_a)
        .map_err(|t| input::too_large(ui, &plan_a, &facts_a, &args.facts, t))?;
    let b = appraise(&plan_b, &facts_b, &marks_b)
        .map_err(|t| input::too_large(ui, &plan_b, &facts_b, &args.facts, t))?;
    let result =
        whatif((&a, &propose(&pack_a, &facts_a, Some(&a))), (&b, &propose(&pack_b, &facts_b, Some(&b))));

    let labels = |c: &Change| {
        let label = |pack: &policy::Pack, g: Option<usize>| {
            g.map(|g| pack.grades[g].label.clone()).unwrap_or_default()
        };
        [label(&pack_a, c.grade[0]), label(&pack_b, c.grade[1])]
    };
    let ids = |c: &Change| {
        let id = |pack: &policy::Pack, g: Option<usize>| {
            g.map(|g| pack.grades[g].id.to_string()).unwrap_or_default()
        };
        [id(&pack_a, c.grade[0]), id(&pack_b, c.grade[1])]
    };
    let cost = |side: usize| result.changes.iter().map(|c| c.cost[side]).sum::<i64>();
    let (cost_a, cost_b) = (cost(0), cost(1));
    let moved_rank = result.changes.iter().filter(|c| c.moves_rank()).count();
    let moved_grade = result.changes.iter().filter(|c| c.moves_grade()).count();
    let format = input::format_of(None, args.out.as_deref());
    if args.out.is_some() {
        let row = |i: usize| {
            let c = &result.changes[i];
            let rank = |v: Option<u32>| TableCell::Text(v.map(|v| v.to_string()).unwrap_or_default());
            let [grade_a, grade_b] = ids(c).map(TableCell::Text);
            vec![
                TableCell::Text(facts_a.code(c.subject)),
                TableCell::Text(facts_a.names.get(c.subject).to_owned()),
                TableCell::Text(facts_a.townships.get(c.subject).to_owned()),
                TableCell::Score(c.total[0]),
                TableCell::Score(c.total[1]),
                rank(c.rank[0]),
                rank(c.rank[1]),
                grade_a,
                grade_b,
                TableCell::Score(Some(c.cost[0])),
                TableCell::Score(Some(c.cost[1])),
            ]
        };
        let n = result.changes.len();
        input::write_out(args.out.as_ref(), |mut file| write_table(format, &HEADER, n, row, &mut file))?;
    }
    if args.out.as_ref().is_some_and(|o| o.as_os_str() == "-") {
        return Ok(());
    }
    if args.format == Form::Json {
        let text = |s: i64| Score(s).to_string();
        let changes: Vec<_> = result
            .changes
            .iter()
            .filter(|c| c.moves_rank() || c.moves_grade() || c.cost[0] != c.cost[1])
            .map(|c| {
                json!({
                    "code": facts_a.code(c.subject), "name": facts_a.names.get(c.subject),
                    "total": c.total.map(|t| t.map(text)), "rank": c.rank, "grade": ids(c), "cost": c.cost.map(text),
                })
            })
            .collect();
        let townships: Vec<_> = result
            .townships
            .iter()
            .map(|t| {
                json!({
                    "code": format!("{:09}", t.code), "name": t.name, "subjects": t.subjects, "better": t.better,
                    "worse": t.worse, "cost": t.cost.map(text),
                })
            })
            .collect();
        let all = json!({
            "from": pack_a.hash, "to": pack_b.hash, "moved_rank": moved_rank, "moved_grade": moved_grade,
            "cost": [text(cost_a), text(cost_b)], "changes": changes, "townships": townships,
        });
        let _ = writeln!(std::io::stdout(), "{all}");
        return Ok(());
    }
    ui.say(&ui.paint(
        Style::Bold,
        &ui.t(msg!(
            "{rank} 个名次有变，{grade} 个等次有变；建议金额由 {a} 元变为 {b} 元（{diff}）",
            rank = moved_rank,
            grade = moved_grade,
            a = Score(cost_a),
            b = Score(cost_b),
            diff = format!("{}{}", if cost_b >= cost_a { "+" } else { "" }, Score(cost_b - cost_a))
        )),
    ));
    let rows = result.changes.iter().filter(|c| c.moves_grade()).map(|c| {
        let [was, now] = labels(c);
        let pair =
            |v: [Option<i64>; 2]| v.map(|v| v.map_or("—".into(), |v| Score(v).to_string())).join(" → ");
        let ranks = c.rank.map(|r| r.map_or("—".into(), |r| r.to_string())).join(" → ");
        let style = if c.direction() < 0 { Style::Green } else { Style::Red };
        vec![
            facts_a.code(c.subject),
            format!("{} {}", facts_a.townships.get(c.subject), facts_a.names.get(c.subject))
                .trim()
                .to_owned(),
            pair(c.total),
            ranks,
            ui.paint(style, &format!("{was} → {now}")),
        ]
    });
    let header = [
        (msg!("代码"), Align::Left),
        (msg!("对象"), Align::Left),
        (msg!("总分"), Align::Right),
        (msg!("名次"), Align::Right),
        (msg!("等次"), Align::Left),
    ];
    if moved_grade > 0 {
        ui.say(&ui.table(&header, rows));
    }
    ui.heading(msg!("分乡镇"));
    let rows = result.townships.iter().map(|t| {
        vec![
            if t.name.is_empty() { format!("{:09}", t.code) } else { t.name.clone() },
            t.subjects.to_string(),
            t.better.to_string(),
            t.worse.to_string(),
            Score(t.cost[0]).to_string(),
            Score(t.cost[1]).to_string(),
        ]
    });
    let header = [
        (msg!("乡镇"), Align::Left),
        (msg!("个数"), Align::Right),
        (msg!("升等"), Align::Right),
        (msg!("降等"), Align::Right),
        (msg!("原金额"), Align::Right),
        (msg!("现金额"), Align::Right),
    ];
    ui.say(&ui.table(&header, rows));
    Ok(())
}
