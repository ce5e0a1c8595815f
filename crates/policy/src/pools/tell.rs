//! `[pools]` in words: for `policy show` and `policy diff`.

use super::{Ground, Part as Score, Pool, PoolsSection, Seat, Target, Who};
use crate::diff::Part;
use crate::items::{List, dated, rows, told};
use crate::pack::Pack;
use crate::posts::told::{Field, Line, line, lines_part, lines_table};
use crate::show::Block;

pub(crate) fn who_text(who: &Who) -> String {
    let mut out = Vec::new();
    match (who.min_age, who.max_age) {
        (Some(min), Some(max)) => out.push(format!("{min}—{max} 岁")),
        (Some(min), None) => out.push(format!("{min} 岁及以上")),
        (None, Some(max)) => out.push(format!("{max} 岁及以下")),
        (None, None) => {}
    }
    if let Some(label) = standards::label_of(&standards::EDUCATION, &who.education) {
        out.push(format!("{}{label}及以上", if who.full_time { "全日制" } else { "" }));
    }
    if who.women {
        out.push("女".to_owned());
    }
    let political: Vec<&str> =
        who.political.iter().filter_map(|p| standards::label_of(&standards::POLITICAL_STATUS, p)).collect();
    if !political.is_empty() {
        out.push(political.join("或"));
    }
    if !who.sources.is_empty() {
        out.push(who.sources.join("或"));
    }
    if out.is_empty() { "所有人".to_owned() } else { out.join("，") }
}

fn pool(pool: &Pool) -> Vec<Field> {
    vec![("为哪些岗位", pool.posts.join("、")), ("来源", pool.sources.join("、"))]
}

fn target(target: &Target) -> Vec<Field> {
    let least = target.least.map(|q| format!("至少 {q}%"));
    let most = target.most.map(|q| format!("至多 {q}%"));
    let share = least.into_iter().chain(most).collect::<Vec<_>>().join("，");
    vec![("归在", target.group.clone()), ("谁", who_text(&target.who)), ("占比", share)]
}

fn seat(seat: &Seat) -> Vec<Field> {
    let from = if seat.pool.is_empty() { format!("任 {}", seat.post) } else { format!("库 {}", seat.pool) };
    vec![("从哪里算", from), ("谁", who_text(&seat.who)), ("每村至少", seat.least.to_string())]
}

fn ground(ground: &Ground) -> Vec<Field> {
    let kind = match (ground.adverse, ground.converted) {
        (true, _) => "对本人不利，先听本人说",
        (_, true) => "转化",
        _ => "",
    };
    vec![("性质", kind.to_owned())]
}

fn score(part: &Score) -> Vec<Field> {
    vec![("满分", kernel::Score(part.full).to_string()), ("看什么", part.hint.clone())]
}

fn lines(section: &PoolsSection) -> Vec<Line> {
    let review = line("几个月评审一次", section.review_months.as_ref(), |n| format!("{n}个月"));
    let warn = line("提出警示的最低一档", section.warn_percent.as_ref(), |n| format!("{n}%"));
    let hear = line("不利的出库给本人多久说明", section.hear_workdays.as_ref(), |n| {
        format!("{n}个工作日")
    });
    review.into_iter().chain(warn).chain(hear).collect()
}

const WHO: [&str; 5] = ["从哪里算", "谁", "每村至少", "日期", "依据"];

/// The section for `policy show`.
pub(crate) fn tell(pack: &Pack, section: &PoolsSection) -> Vec<Block> {
    let lines = lines(section);
    let mut out = Vec::new();
    if !lines.is_empty() {
        out.push(lines_table(lines));
    }
    let lists: [List<'static>; 6] = [
        ("人才库", "库", &["为哪些岗位", "来源", "日期", "依据"], rows(&section.pools, pack, pool)),
        ("结构目标", "目标", &["归在", "谁", "占比", "日期", "依据"], rows(&section.targets, pack, target)),
        ("每村的席", "席", &WHO, rows(&section.seats, pack, seat)),
        ("入库事由", "事由", &["性质", "日期", "依据"], rows(&section.entries, pack, ground)),
        ("出库事由", "事由", &["性质", "日期", "依据"], rows(&section.exits, pack, ground)),
        ("成长积分", "部分", &["满分", "看什么", "日期", "依据"], rows(&section.scores, pack, score)),
    ];
    out.extend(told(lists));
    out
}

/// The section for `policy diff`.
pub(crate) fn parts(pack: &Pack, section: &PoolsSection) -> Vec<Part> {
    let mut out = lines_part("人才库", lines(section));
    out.extend(dated("人才库", &section.pools, pack, pool));
    out.extend(dated("结构目标", &section.targets, pack, target));
    out.extend(dated("每村的席", &section.seats, pack, seat));
    out.extend(dated("入库事由", &section.entries, pack, ground));
    out.extend(dated("出库事由", &section.exits, pack, ground));
    out.extend(dated("成长积分", &section.scores, pack, score));
    out
}
