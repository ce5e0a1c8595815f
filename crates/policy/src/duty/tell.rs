//! `[duty]` in words: for `policy show` and `policy diff`.

use super::{Aspect, DutySection, Item, Rating, RecordKind, ReportPart};
use crate::diff::Part;
use crate::pack::Pack;
use crate::posts::Word;
use crate::posts::told::{
    Field, Line, dated_parts, dates_text, dropped, line, lines_part, lines_table, table,
};
use crate::show::Block;

/// The fields of an item: its own, then dates and clause.
fn fields<T>(item: &Item<T>, pack: &Pack, own: Vec<Field>) -> Vec<Field> {
    if item.off {
        return dropped(&item.dates, &item.basis, pack);
    }
    let mut out = own;
    out.push(("日期", dates_text(&item.dates, pack)));
    out.push(("依据", item.basis.clone()));
    out
}

fn kind(kind: &RecordKind) -> Vec<Field> {
    let sign = match kind.sign {
        1 => "好的",
        -1 => "不好的",
        _ => "只记事",
    };
    vec![
        ("记谁", kind.about.label().to_owned()),
        ("性质", sign.to_owned()),
        ("计入的事实", kind.fact.clone()),
    ]
}

fn aspect(aspect: &Aspect) -> Vec<Field> {
    vec![("看什么", aspect.hint.clone()), ("档次", aspect.levels.join("、"))]
}

fn part(part: &ReportPart) -> Vec<Field> {
    let needed = if part.optional { "可以不写" } else { "必写" };
    vec![
        ("怎样填", part.fill.label().to_owned()),
        ("写什么", part.hint.clone()),
        ("是否必写", needed.to_owned()),
    ]
}

fn rating(rating: &Rating) -> Vec<Field> {
    vec![("要不要写理由", if rating.adverse { "要" } else { "不要" }.to_owned())]
}

fn lines(section: &DutySection) -> Vec<Line> {
    let written =
        line("述职报告多久写好", section.report_workdays.as_ref(), |n| format!("{n}个工作日"));
    let examined =
        line("述职报告多久审完", section.examine_workdays.as_ref(), |n| format!("{n}个工作日"));
    written.into_iter().chain(examined).collect()
}

/// A list of the section: what it is called, what its name column is called, its columns, its rows.
type List<'s> = (&'static str, &'static str, &'static [&'static str], Vec<(String, String, Vec<Field>)>);

fn rows<T>(
    items: &[Item<T>],
    pack: &Pack,
    own: impl Fn(&T) -> Vec<Field>,
) -> Vec<(String, String, Vec<Field>)> {
    items.iter().map(|i| (i.id.clone(), i.title.clone(), fields(i, pack, own(&i.what)))).collect()
}

/// The section for `policy show`.
pub(crate) fn tell(pack: &Pack, section: &DutySection) -> Vec<Block> {
    let mut out = Vec::new();
    let lines = lines(section);
    if !lines.is_empty() {
        out.push(lines_table(lines));
    }
    let lists: [List<'_>; 6] = [
        (
            "平时记录",
            "种类",
            &["记谁", "性质", "计入的事实", "日期", "依据"],
            rows(&section.kinds, pack, kind),
        ),
        ("考察方式", "方式", &["日期", "依据"], rows(&section.methods, pack, |_| Vec::new())),
        ("考察维度", "维度", &["看什么", "档次", "日期", "依据"], rows(&section.dimensions, pack, aspect)),
        ("看村四诊", "诊法", &["看什么", "档次", "日期", "依据"], rows(&section.diagnoses, pack, aspect)),
        (
            "述职报告",
            "部分",
            &["怎样填", "写什么", "是否必写", "日期", "依据"],
            rows(&section.report_parts, pack, part),
        ),
        ("评职用语", "用语", &["要不要写理由", "日期", "依据"], rows(&section.ratings, pack, rating)),
    ];
    for (title, name, columns, rows) in lists {
        if !rows.is_empty() {
            out.push(Block::Paragraph(format!("**{title}**")));
            out.push(table(name, columns, rows));
        }
    }
    out
}

/// The section for `policy diff`.
pub(crate) fn parts(pack: &Pack, section: &DutySection) -> Vec<Part> {
    fn dated<T>(
        name: &'static str,
        items: &[Item<T>],
        pack: &Pack,
        own: impl Fn(&T) -> Vec<Field>,
    ) -> Vec<Part> {
        dated_parts(name, items, |i| i.title.clone(), |i| fields(i, pack, own(&i.what)))
    }
    let mut out = lines_part("履职和述职", lines(section));
    out.extend(dated("平时记录", &section.kinds, pack, kind));
    out.extend(dated("考察方式", &section.methods, pack, |_| Vec::new()));
    out.extend(dated("考察维度", &section.dimensions, pack, aspect));
    out.extend(dated("看村四诊", &section.diagnoses, pack, aspect));
    out.extend(dated("述职报告", &section.report_parts, pack, part));
    out.extend(dated("评职用语", &section.ratings, pack, rating));
    out
}
