//! `[chains]` in words: for `policy show` and `policy diff`.

use super::{ChainsSection, Demand, Fit, Step, condition_text, figure, said};
use crate::diff::Part;
use crate::items::{List, dated, rows, told};
use crate::pack::Pack;
use crate::posts::known_title;
use crate::posts::told::{Field, Line, line, lines_part, lines_table};
use crate::show::Block;

fn titles(posts: &[String]) -> String {
    posts.iter().map(|p| known_title(p)).collect::<Vec<_>>().join("、")
}

fn all_or(posts: &[String]) -> String {
    if posts.is_empty() { "所有岗位".to_owned() } else { titles(posts) }
}

fn step(step: &Step) -> Vec<Field> {
    let from = match step.pool.is_empty() {
        true => format!("{}{}", step.reach.label(), known_title(&step.post)),
        false => format!("{}库 {}", step.reach.label(), step.pool),
    };
    vec![
        ("递补什么", titles(&step.posts)),
        ("次序", step.order.to_string()),
        ("从哪里来", from),
        ("其中", step.when.as_ref().map(condition_text).unwrap_or_default()),
    ]
}

fn demand(demand: &Demand) -> Vec<Field> {
    vec![
        ("递补什么", all_or(&demand.posts)),
        ("只对顺位", demand.steps.join("、")),
        ("条件", demand.when.as_ref().map(condition_text).unwrap_or_default()),
    ]
}

fn fit(fit: &Fit) -> Vec<Field> {
    vec![
        ("递补什么", all_or(&fit.posts)),
        ("权重", fit.weight.to_string()),
        ("怎样算", fit.value.as_ref().map(|v| said(&v.expr)).unwrap_or_default()),
        ("看什么", fit.hint.clone()),
    ]
}

/// What those of one group are ordered by, in Chinese.
pub(super) fn order_text(names: &[String]) -> String {
    let one = |n: &String| {
        let bare = n.trim_start_matches('-');
        let label = figure(bare).map_or(bare, |f| f.label.as_str());
        format!("{label}{}", if n.starts_with('-') { "由小到大" } else { "由大到小" })
    };
    names.iter().map(one).collect::<Vec<_>>().join("，再按")
}

fn lines(section: &ChainsSection) -> Vec<Line> {
    let plan = line("空缺多久要有递补方案", section.plan_days.as_ref(), |n| format!("{n}日"));
    let comment =
        line("排在前面没有选的人多久内可以提意见", section.comment_days.as_ref(), |n| {
            format!("{n}日")
        });
    let letters =
        line("改选的理由至少写多少字", section.reason_letters.as_ref(), |n| format!("{n}字"));
    let order = line("同一顺位怎样排", section.order.as_ref(), |o| order_text(o));
    plan.into_iter().chain(comment).chain(letters).chain(order).collect()
}

/// The section for `policy show`.
pub(crate) fn tell(pack: &Pack, section: &ChainsSection) -> Vec<Block> {
    let lines = lines(section);
    let mut out = Vec::new();
    if !lines.is_empty() {
        out.push(lines_table(lines));
    }
    let lists: [List<'static>; 3] = [
        (
            "递补次序",
            "顺位",
            &["递补什么", "次序", "从哪里来", "其中", "日期", "依据"],
            rows(&section.steps, pack, step),
        ),
        (
            "递补条件",
            "条件项",
            &["递补什么", "只对顺位", "条件", "日期", "依据"],
            rows(&section.demands, pack, demand),
        ),
        (
            "人岗相适",
            "部分",
            &["递补什么", "权重", "怎样算", "看什么", "日期", "依据"],
            rows(&section.fits, pack, fit),
        ),
    ];
    out.extend(told(lists));
    out
}

/// The section for `policy diff`.
pub(crate) fn parts(pack: &Pack, section: &ChainsSection) -> Vec<Part> {
    let mut out = lines_part("空缺递补", lines(section));
    out.extend(dated("递补次序", &section.steps, pack, step));
    out.extend(dated("递补条件", &section.demands, pack, demand));
    out.extend(dated("人岗相适", &section.fits, pack, fit));
    out
}
