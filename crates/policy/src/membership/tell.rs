//! `[membership]` in words: for `policy show` and `policy diff`.

use super::{Aim, Front, MembershipSection, Onward, Sources, Stage, Step};
use crate::diff::Part;
use crate::items::{List, dated, rows, told};
use crate::pack::Pack;
use crate::posts::told::{Field, Line, line, lines_part, lines_table};
use crate::show::Block;

fn some(n: u32, said: impl Fn(u32) -> String) -> Option<String> {
    (n > 0).then(|| said(n))
}

fn joined(parts: impl IntoIterator<Item = Option<String>>) -> String {
    parts.into_iter().flatten().collect::<Vec<_>>().join("，")
}

fn yes(is: bool, said: &str) -> Option<String> {
    is.then(|| said.to_owned())
}

fn stage(s: &Stage) -> Vec<Field> {
    let political = standards::label_of(&standards::POLITICAL_STATUS, &s.political).unwrap_or_default();
    let begins = joined([
        (!s.starts.is_empty()).then(|| format!("从 {} 之日起", s.starts)),
        yes(s.joins, "这一天是入党时间"),
        yes(s.extends, "可以延长一次"),
    ]);
    vec![
        ("次序", s.order.to_string()),
        ("至少", some(s.months, |n| format!("{n} 个月")).unwrap_or_default()),
        ("一线考验", some(s.tests, |n| format!("{n} 次合格")).unwrap_or_default()),
        ("政治面貌", political.to_owned()),
        ("起算", begins),
    ]
}

fn step(s: &Step) -> Vec<Field> {
    let when = joined([
        s.within_months.map(|n| format!("{n} 个月内")),
        s.every_months.map(|n| format!("每 {n} 个月")),
    ]);
    let asks = joined([
        (s.least > 1).then(|| format!("{} 次", s.least)),
        some(s.people, |n| format!("{n} 人")),
        some(s.hours, |n| format!("{n} 学时")),
        some(s.workdays, |n| format!("{n} 个工作日")),
        yes(s.at_end, "阶段期满以后"),
        yes(s.meeting, "写明会议"),
        yes(s.document, "写明文号"),
        (!s.hint.is_empty()).then(|| s.hint.clone()),
    ]);
    vec![("阶段", s.stage.clone()), ("先办", s.after.join("、")), ("期限", when), ("要求", asks)]
}

fn sources(s: &Sources) -> Vec<Field> {
    vec![("来源", s.sources.join("、"))]
}

fn front(f: &Front) -> Vec<Field> {
    vec![("看什么", f.hint.clone())]
}

fn aim(a: &Aim) -> Vec<Field> {
    let of = if a.pool.is_empty() { format!("到 {}", a.stage) } else { format!("转入 {}", a.pool) };
    vec![("算什么", of), ("至少", format!("{} 人", a.least))]
}

fn onward(o: &Onward) -> Vec<Field> {
    vec![("库", o.pool.clone()), ("从哪个阶段起", o.stage.clone()), ("入库事由", o.ground.clone())]
}

fn lines(section: &MembershipSection) -> Vec<Line> {
    let age = line("申请年龄", section.min_age.as_ref(), |n| format!("满 {n} 周岁"));
    let near = line("到期前多少天提醒", section.near_days.as_ref(), |n| format!("{n} 天"));
    let least = line("延长至少", section.extend_min.as_ref(), |n| format!("{n} 个月"));
    let most = line("延长至多", section.extend_max.as_ref(), |n| format!("{n} 个月"));
    age.into_iter().chain(near).chain(least).chain(most).collect()
}

/// The section for `policy show`.
pub(crate) fn tell(pack: &Pack, section: &MembershipSection) -> Vec<Block> {
    let lines = lines(section);
    let mut out = Vec::new();
    if !lines.is_empty() {
        out.push(lines_table(lines));
    }
    let lists: [List<'static>; 6] = [
        (
            "发展阶段",
            "阶段",
            &["次序", "至少", "一线考验", "政治面貌", "起算", "日期", "依据"],
            rows(&section.stages, pack, stage),
        ),
        (
            "每个阶段要办的",
            "事项",
            &["阶段", "先办", "期限", "要求", "日期", "依据"],
            rows(&section.steps, pack, step),
        ),
        ("关注的来源", "群体", &["来源", "日期", "依据"], rows(&section.sources, pack, sources)),
        ("一线考验", "任务", &["看什么", "日期", "依据"], rows(&section.tests, pack, front)),
        ("年度目标", "目标", &["算什么", "至少", "日期", "依据"], rows(&section.targets, pack, aim)),
        (
            "转入后备",
            "去向",
            &["库", "从哪个阶段起", "入库事由", "日期", "依据"],
            rows(&section.reserves, pack, onward),
        ),
    ];
    out.extend(told(lists));
    out
}

/// The section for `policy diff`.
pub(crate) fn parts(pack: &Pack, section: &MembershipSection) -> Vec<Part> {
    let mut out = lines_part("党员发展", lines(section));
    out.extend(dated("发展阶段", &section.stages, pack, stage));
    out.extend(dated("每个阶段要办的", &section.steps, pack, step));
    out.extend(dated("关注的来源", &section.sources, pack, sources));
    out.extend(dated("一线考验", &section.tests, pack, front));
    out.extend(dated("发展年度目标", &section.targets, pack, aim));
    out.extend(dated("转入后备", &section.reserves, pack, onward));
    out
}
