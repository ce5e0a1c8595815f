//! `[campaigns]` in words: for `policy show` and `policy diff`.

use super::{CampaignsSection, Condition, Kind, Offer, Route, Stage, Work};
use crate::diff::Part;
use crate::items::{List, dated, rows, told};
use crate::pack::Pack;
use crate::pools::who_text;
use crate::posts::told::Field;
use crate::show::Block;

fn kind(kind: &Kind) -> Vec<Field> {
    let to = match (kind.pool.is_empty(), kind.post.is_empty()) {
        (false, false) => format!("库 {}，任 {}", kind.pool, kind.post),
        (false, true) => format!("库 {}", kind.pool),
        (true, _) => format!("任 {}", kind.post),
    };
    vec![
        ("谁组织", if kind.county { "县" } else { "乡镇" }.to_owned()),
        ("去向", to),
        ("怎样进来", kind.routes.iter().map(|r: &Route| r.title()).collect::<Vec<_>>().join("、")),
        ("同分看", kind.ties.join("、")),
        ("申请复核", format!("{}个工作日内", kind.ask_workdays)),
        ("未录用资料留", format!("{}个月", kind.keep_months)),
    ]
}

fn of_text(of: &[String]) -> String {
    if of.is_empty() { "所有".to_owned() } else { of.join("、") }
}

/// Whom a condition means, in words.
pub(super) fn condition_text(c: &Condition) -> String {
    if c.declared {
        return "本人声明，核对原件".to_owned();
    }
    c.any.iter().map(who_text).collect::<Vec<_>>().join("；或 ")
}

fn condition(c: &Condition) -> Vec<Field> {
    let exception = if c.exception { "可以，须有理由和决定" } else { "不可以" };
    vec![("哪些选拔", of_text(&c.of)), ("要求", condition_text(c)), ("破例", exception.to_owned())]
}

fn benefit(o: &Offer) -> Vec<Field> {
    vec![("哪些选拔", of_text(&o.of)), ("说明", o.hint.clone())]
}

fn material(o: &Offer) -> Vec<Field> {
    let needed = if o.needed { "必交" } else { "选交" };
    vec![("哪些选拔", of_text(&o.of)), ("说明", o.hint.clone()), ("必交", needed.to_owned())]
}

fn stage(s: &Stage) -> Vec<Field> {
    let mut out = Vec::new();
    if let Some(n) = s.length {
        out.push(match s.work {
            Work::Notice => format!("{n}个工作日"),
            Work::Probation => format!("{n}个月"),
            _ => format!("{n}天"),
        });
    }
    if let Some(w) = s.weight {
        out.push(format!("占 {w}%，满分 {}", kernel::Score(s.full)));
    }
    if let Some(p) = s.pass {
        out.push(format!("{}分及以上合格", kernel::Score(p)));
    }
    if s.work == Work::Interview {
        out.push(match s.drop {
            0 => format!("{}名考官", s.examiners),
            n => format!("{}名考官，去掉 {n} 个最高、{n} 个最低", s.examiners),
        });
    }
    out.extend(s.ratio.map(|r| format!("按每个名额 {r} 人进入")));
    out.extend(s.quorum.map(|q| format!("到会不少于应到的 {q}%")));
    vec![("哪个选拔", s.of.clone()), ("办什么", s.work.title().to_owned()), ("怎样办", out.join("，"))]
}

/// The section for `policy show`.
pub(crate) fn tell(pack: &Pack, section: &CampaignsSection) -> Vec<Block> {
    const KIND: [&str; 8] =
        ["谁组织", "去向", "怎样进来", "同分看", "申请复核", "未录用资料留", "日期", "依据"];
    let lists: [List<'static>; 5] = [
        ("公开选拔", "选拔", &KIND, rows(&section.kinds, pack, kind)),
        (
            "报名条件",
            "条件",
            &["哪些选拔", "要求", "破例", "日期", "依据"],
            rows(&section.conditions, pack, condition),
        ),
        ("待遇", "待遇", &["哪些选拔", "说明", "日期", "依据"], rows(&section.benefits, pack, benefit)),
        (
            "材料",
            "材料",
            &["哪些选拔", "说明", "必交", "日期", "依据"],
            rows(&section.materials, pack, material),
        ),
        (
            "阶段",
            "阶段",
            &["哪个选拔", "办什么", "怎样办", "日期", "依据"],
            rows(&section.stages, pack, stage),
        ),
    ];
    told(lists)
}

/// The section for `policy diff`.
pub(crate) fn parts(pack: &Pack, section: &CampaignsSection) -> Vec<Part> {
    let mut out = dated("公开选拔", &section.kinds, pack, kind);
    out.extend(dated("报名条件", &section.conditions, pack, condition));
    out.extend(dated("待遇", &section.benefits, pack, benefit));
    out.extend(dated("材料", &section.materials, pack, material));
    out.extend(dated("阶段", &section.stages, pack, stage));
    out
}
