//! `[people]` in words: for `policy show` and `policy diff`.

use super::{Claim, PeopleSection, Retention, SourceGroup};
use crate::diff::Part;
use crate::pack::Pack;
use crate::posts::told::{
    Field, Line, dated_parts, dates_text, dropped, line, lines_part, lines_table, table,
};
use crate::show::Block;

fn group_fields(group: &SourceGroup, pack: &Pack) -> Vec<Field> {
    if group.off {
        return dropped(&group.dates, &group.basis, pack);
    }
    vec![("日期", dates_text(&group.dates, pack)), ("依据", group.basis.clone())]
}

fn claim_fields(claim: &Claim, pack: &Pack) -> Vec<Field> {
    if claim.off {
        return dropped(&claim.dates, &claim.basis, pack);
    }
    vec![
        ("凭什么材料认定", claim.documents.join("；")),
        ("日期", dates_text(&claim.dates, pack)),
        ("依据", claim.basis.clone()),
    ]
}

fn retention_fields(retention: &Retention, pack: &Pack) -> Vec<Field> {
    if retention.off {
        return dropped(&retention.dates, &retention.basis, pack);
    }
    vec![
        ("保存多久", retention.keep.text()),
        ("日期", dates_text(&retention.dates, pack)),
        ("依据", retention.basis.clone()),
    ]
}

/// The single values.
fn lines(section: &PeopleSection) -> Vec<Line> {
    let told =
        line("去向多久没有更新算过期", section.whereabouts_days.as_ref(), |n| format!("{n}日"));
    let answered =
        line("更正申请多久答复", section.correction_workdays.as_ref(), |n| format!("{n}个工作日"));
    told.into_iter().chain(answered).collect()
}

/// The section for `policy show`.
pub(crate) fn tell(pack: &Pack, section: &PeopleSection) -> Vec<Block> {
    let mut out = Vec::new();
    let lines = lines(section);
    if !lines.is_empty() {
        out.push(lines_table(lines));
    }
    let strong = |text: &str| Block::Paragraph(format!("**{text}**"));
    if !section.source_groups.is_empty() {
        out.push(strong("来源群体"));
        let row = |g: &SourceGroup| (g.id.clone(), g.title.clone(), group_fields(g, pack));
        out.push(table("群体", &["日期", "依据"], section.source_groups.iter().map(row).collect()));
    }
    if !section.claims.is_empty() {
        out.push(strong("认定事项"));
        let row = |c: &Claim| (c.id.clone(), c.title.clone(), claim_fields(c, pack));
        let columns = ["凭什么材料认定", "日期", "依据"];
        out.push(table("事项", &columns, section.claims.iter().map(row).collect()));
    }
    if !section.retention.is_empty() {
        out.push(strong("保存期限"));
        let row = |r: &Retention| (r.id.clone(), r.title.clone(), retention_fields(r, pack));
        out.push(table("记录", &["保存多久", "日期", "依据"], section.retention.iter().map(row).collect()));
    }
    out
}

/// The section for `policy diff`.
pub(crate) fn parts(pack: &Pack, section: &PeopleSection) -> Vec<Part> {
    let mut out = lines_part("人员信息", lines(section));
    out.extend(dated_parts(
        "来源群体",
        &section.source_groups,
        |g| g.title.clone(),
        |g| group_fields(g, pack),
    ));
    out.extend(dated_parts("认定事项", &section.claims, |c| c.title.clone(), |c| claim_fields(c, pack)));
    out.extend(dated_parts(
        "保存期限",
        &section.retention,
        |r| r.title.clone(),
        |r| retention_fields(r, pack),
    ));
    out
}
