//! `[posts]` in words: for `policy show` and `policy diff`.

use super::origin::{Dated, Dates, Setting};
use super::words::{Group, Word, known_title};
use super::{Check, Document, FilingPart, Post, PostsSection, check};
use crate::diff::Part;
use crate::pack::Pack;
use crate::show::Block;

/// A field of an item, as a table's column or a change names it.
pub(crate) type Field = (&'static str, String);

/// Dates as a person reads them; empty where they are the pack's own.
pub(crate) fn dates_text(dates: &Dates, pack: &Pack) -> String {
    if dates.from == pack.effective_from && dates.to == pack.effective_to {
        return String::new();
    }
    match (dates.from.is_empty(), dates.to.is_empty()) {
        (true, true) => "不限".to_owned(),
        (false, true) => format!("{} 起", dates.from),
        (true, false) => format!("至 {}", dates.to),
        (false, false) => format!("{} 至 {}", dates.from, dates.to),
    }
}

fn labels<W: Word>(words: &[W]) -> String {
    words.iter().map(|w| w.label()).collect::<Vec<_>>().join("、")
}

fn title_in(section: &PostsSection, id: &str) -> String {
    let own = section.posts.iter().find(|p| p.id == id && !p.title.is_empty());
    own.map_or_else(|| known_title(id).to_owned(), |p| p.title.clone())
}

fn post_fields(post: &Post, pack: &Pack) -> Vec<Field> {
    if post.off {
        return dropped(&post.dates, &post.basis, pack);
    }
    let seats = match (post.seats_min, post.seats_max) {
        (min, max) if min == max => format!("{min}人"),
        (min, max) => format!("{min}至{max}人"),
    };
    vec![
        ("类别", format!("{}{}", post.track.label(), if post.top { "，村主职" } else { "" })),
        ("组织", post.team.label().to_owned()),
        ("人数", seats),
        ("任期", post.term_years.map_or_else(|| "不设".to_owned(), |y| format!("{y}年"))),
        ("产生方式", labels(&post.ways_in)),
        ("离任方式", labels(&post.ways_out)),
        ("职责", post.duties.join("；")),
        ("日期", dates_text(&post.dates, pack)),
        ("依据", post.basis.clone()),
        ("次序", post.order.to_string()),
    ]
}

fn check_fields(check: &Check, section: &PostsSection, pack: &Pack) -> Vec<Field> {
    if check.off {
        return dropped(&check.dates, &check.basis, pack);
    }
    let villages = match check.villages {
        None => "",
        Some(standards::VillageKind::Residents) => "居民委员会",
        Some(_) => "村民委员会",
    };
    vec![
        ("要求", check.text(&|post| title_in(section, post))),
        ("程度", check.level.label().to_owned()),
        ("只用于", villages.to_owned()),
        ("日期", dates_text(&check.dates, pack)),
        ("依据", check.basis.clone()),
    ]
}

fn document_fields(document: &Document, pack: &Pack) -> Vec<Field> {
    if document.off {
        return dropped(&document.dates, &document.basis, pack);
    }
    vec![
        ("用于", labels(&document.changes)),
        ("是否必需", if document.required { "必需" } else { "有的附上" }.to_owned()),
        ("日期", dates_text(&document.dates, pack)),
        ("依据", document.basis.clone()),
    ]
}

/// What is left to say of an item that a pack does without.
pub(crate) fn dropped(dates: &Dates, basis: &str, pack: &Pack) -> Vec<Field> {
    vec![
        ("适用", "本办法不用这一条".to_owned()),
        ("日期", dates_text(dates, pack)),
        ("依据", basis.to_owned()),
    ]
}

/// Single values: what, how much, clause.
pub(crate) type Line = (&'static str, String, String);

pub(crate) fn line<T>(
    name: &'static str,
    setting: Option<&Setting<T>>,
    text: impl Fn(&T) -> String,
) -> Option<Line> {
    setting.map(|s| (name, text(&s.value), s.basis.clone()))
}

fn target_lines(section: &PostsSection) -> Vec<Line> {
    let t = &section.targets;
    let group = t.group.unwrap_or(Group::TwoCommittees).label();
    let lines = [
        t.group.map(|g| ("对象", g.label().to_owned(), String::new())),
        line("平均年龄", t.average_age.as_ref(), |v| format!("{group}不超过{v}周岁")),
        line("学历", t.education.as_ref(), |e| {
            format!("{group}中{}以上不少于{}%", check::education_text(&e.at_least), e.percent)
        }),
        line("妇女比例", t.women_percent.as_ref(), |v| format!("{group}中不少于{v}%")),
        line("达到目标的日期", t.by.as_ref(), Clone::clone),
    ];
    lines.into_iter().flatten().collect()
}

fn filing_lines(filing: &FilingPart, section: &PostsSection) -> Vec<Line> {
    let workdays = |n: &u32| format!("{n}个工作日");
    let lines = [
        line("报备案的岗位", filing.posts.as_ref(), |posts| {
            posts.iter().map(|p| title_in(section, p)).collect::<Vec<_>>().join("、")
        }),
        line("任前公示不少于", filing.announce_workdays.as_ref(), workdays),
        line("县里答复的期限", filing.county_answer_workdays.as_ref(), workdays),
        line("补送材料的期限", filing.documents_workdays.as_ref(), workdays),
        line("工作移交的期限", filing.handover_days.as_ref(), |n| format!("{n}日")),
        line("本人申请复核的期限", filing.appeal_workdays.as_ref(), workdays),
        line("备案编号", filing.number.as_ref(), |p| p.text().to_owned()),
        line("批复文号", filing.reply.as_ref(), |p| p.text().to_owned()),
        line("备案意见", filing.opinions.as_ref(), |o| labels(o)),
    ];
    lines.into_iter().flatten().collect()
}

fn foresee_lines(section: &PostsSection, pack: &Pack) -> Vec<Line> {
    let mut out: Vec<Line> =
        line("提前", section.foresee.months.as_ref(), |n| format!("{n}个月")).into_iter().collect();
    for age in &section.foresee.ages {
        let dates = dates_text(&age.dates, pack);
        let dates = if dates.is_empty() { dates } else { format!("（{dates}）") };
        let text = if age.off { "本办法不用这一条".to_owned() } else { format!("{}周岁", age.age) };
        out.push(("到龄", format!("{}{text}{dates}", title_in(section, &age.id)), age.basis.clone()));
    }
    out
}

pub(crate) fn texts(words: &[&str]) -> Vec<String> {
    words.iter().map(|w| (*w).to_owned()).collect()
}

fn dash(text: &str) -> String {
    if text.is_empty() { "—".to_owned() } else { text.to_owned() }
}

/// Items as a table: name first, then the fields (those an item lacks are dashes), the id last.
pub(crate) fn table(name: &str, columns: &[&str], items: Vec<(String, String, Vec<Field>)>) -> Block {
    let mut header = texts(&[name]);
    header.extend(texts(columns));
    header.push("编号".to_owned());
    let rows = items
        .into_iter()
        .map(|(id, title, fields)| {
            let mut row = vec![if title.is_empty() { dash("") } else { title }];
            let dropped = fields.iter().find(|(k, _)| *k == "适用").map(|(_, v)| v.clone());
            for (i, column) in columns.iter().enumerate() {
                let value = fields.iter().find(|(k, _)| k == column).map_or("", |(_, v)| v.as_str());
                row.push(match &dropped {
                    Some(words) if i == 0 => words.clone(),
                    _ => dash(value),
                });
            }
            row.push(id);
            row
        })
        .collect();
    Block::Table(header, rows)
}

pub(crate) fn lines_table(lines: Vec<Line>) -> Block {
    let rows =
        lines.into_iter().map(|(name, value, basis)| vec![name.to_owned(), value, dash(&basis)]).collect();
    Block::Table(texts(&["事项", "规定", "依据"]), rows)
}

fn strong(text: &str) -> Block {
    Block::Paragraph(format!("**{text}**"))
}

/// The section for `policy show`.
pub(crate) fn tell(pack: &Pack, section: &PostsSection) -> Vec<Block> {
    let mut out = Vec::new();
    if super::national().is_none_or(|n| n.hash != pack.hash) {
        out.push(Block::Paragraph("这里没有写的，按范围更大的办法；都没有写的，按全国通用默认。".to_owned()));
    }
    if !section.posts.is_empty() {
        out.push(strong("岗位"));
        let row = |p: &Post| (p.id.clone(), p.title.clone(), post_fields(p, pack));
        let columns = ["类别", "组织", "人数", "任期", "产生方式", "离任方式", "日期", "依据"];
        out.push(table("岗位", &columns, section.posts.iter().map(row).collect()));
        let duties: Vec<Vec<String>> = section
            .posts
            .iter()
            .filter(|p| !p.duties.is_empty())
            .map(|p| vec![p.title.clone(), p.duties.join("；"), dash(&dates_text(&p.dates, pack))])
            .collect();
        if !duties.is_empty() {
            out.push(strong("岗位职责"));
            out.push(Block::Table(texts(&["岗位", "职责", "日期"]), duties));
        }
        out.push(Block::Paragraph(
            "选举产生的职务没有“免职”：任何组织或者个人不得指定、委派或者撤换村民委员会成员，只能依法辞职、罢免、终止或者任期届满。".to_owned(),
        ));
    }
    if !section.checks.is_empty() {
        out.push(strong("班子要求"));
        let row = |c: &Check| (c.id.clone(), c.title.clone(), check_fields(c, section, pack));
        let columns = ["要求", "程度", "只用于", "日期", "依据"];
        out.push(table("名称", &columns, section.checks.iter().map(row).collect()));
        out.push(Block::Paragraph("按任期开始那天的规定看；系统只提示，由有权的人处理。".to_owned()));
    }
    for (name, lines) in
        [("结构目标", target_lines(section)), ("任职备案", filing_lines(&section.filing, section))]
    {
        if !lines.is_empty() {
            out.push(strong(name));
            out.push(lines_table(lines));
        }
    }
    if !section.filing.documents.is_empty() {
        out.push(strong("备案材料"));
        let row = |d: &Document| (d.id.clone(), d.title.clone(), document_fields(d, pack));
        let columns = ["用于", "是否必需", "日期", "依据"];
        out.push(table("材料", &columns, section.filing.documents.iter().map(row).collect()));
    }
    let foresee = foresee_lines(section, pack);
    if !foresee.is_empty() {
        out.push(strong("空缺预判"));
        out.push(lines_table(foresee));
    }
    out
}

/// Items as parts of a diff. The second and later items of an id carry their first day.
pub(crate) fn dated_parts<T: Dated>(
    kind: &'static str,
    items: &[T],
    title: impl Fn(&T) -> String,
    fields: impl Fn(&T) -> Vec<Field>,
) -> Vec<Part> {
    let mut sorted: Vec<(usize, &T)> = items.iter().enumerate().collect();
    sorted.sort_by(|(i, a), (j, b)| (a.id(), a.dates(), i).cmp(&(b.id(), b.dates(), j)));
    let mut parts: Vec<(usize, Part)> = sorted
        .iter()
        .enumerate()
        .map(|(n, (i, item))| {
            let earlier = sorted[..n].iter().filter(|(_, o)| o.id() == item.id()).count();
            let id = match earlier {
                0 => item.id().to_owned(),
                n => format!("{}（第{}段）", item.id(), n + 1),
            };
            (*i, Part { kind, id, name: title(item), fields: fields(item) })
        })
        .collect();
    parts.sort_by_key(|(i, _)| *i);
    parts.into_iter().map(|(_, p)| p).collect()
}

/// Single values as one part of a diff.
pub(crate) fn lines_part(kind: &'static str, lines: Vec<Line>) -> Vec<Part> {
    lines
        .into_iter()
        .map(|(name, value, basis)| Part {
            kind,
            id: name.to_owned(),
            name: String::new(),
            fields: vec![("规定", value), ("依据", basis)],
        })
        .collect()
}

/// The section for `policy diff`.
pub(crate) fn parts(pack: &Pack, section: &PostsSection) -> Vec<Part> {
    let mut out = dated_parts("岗位", &section.posts, |p| p.title.clone(), |p| post_fields(p, pack));
    out.extend(dated_parts(
        "班子要求",
        &section.checks,
        |c| c.title.clone(),
        |c| check_fields(c, section, pack),
    ));
    out.extend(lines_part("结构目标", target_lines(section)));
    out.extend(lines_part("任职备案", filing_lines(&section.filing, section)));
    out.extend(dated_parts(
        "备案材料",
        &section.filing.documents,
        |d| d.title.clone(),
        |d| document_fields(d, pack),
    ));
    out.extend(lines_part(
        "空缺预判",
        line("提前", section.foresee.months.as_ref(), |n| format!("{n}个月")).into_iter().collect(),
    ));
    out.extend(dated_parts(
        "到龄",
        &section.foresee.ages,
        |a| title_in(section, &a.id),
        |a| {
            if a.off {
                return dropped(&a.dates, &a.basis, pack);
            }
            vec![
                ("年龄", format!("{}周岁", a.age)),
                ("日期", dates_text(&a.dates, pack)),
                ("依据", a.basis.clone()),
            ]
        },
    ));
    out
}
