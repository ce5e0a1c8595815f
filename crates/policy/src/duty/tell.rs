//! `[duty]` in words: for `policy show` and `policy diff`.

use super::{Aspect, DutySection, Rating, RecordKind, ReportPart};
use crate::diff::Part;
use crate::items::{List, dated, rows, told};
use crate::pack::Pack;
use crate::posts::Word;
use crate::posts::told::{Field, Line, line, lines_part, lines_table};
use crate::show::Block;

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

/// The section for `policy show`.
pub(crate) fn tell(pack: &Pack, section: &DutySection) -> Vec<Block> {
    let mut out = Vec::new();
    let lines = lines(section);
    if !lines.is_empty() {
        out.push(lines_table(lines));
    }
    let lists: [List<'static>; 6] = [
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
    out.extend(told(lists));
    out
}

/// The section for `policy diff`.
pub(crate) fn parts(pack: &Pack, section: &DutySection) -> Vec<Part> {
    let mut out = lines_part("履职和述职", lines(section));
    out.extend(dated("平时记录", &section.kinds, pack, kind));
    out.extend(dated("考察方式", &section.methods, pack, |_| Vec::new()));
    out.extend(dated("考察维度", &section.dimensions, pack, aspect));
    out.extend(dated("看村四诊", &section.diagnoses, pack, aspect));
    out.extend(dated("述职报告", &section.report_parts, pack, part));
    out.extend(dated("评职用语", &section.ratings, pack, rating));
    out
}
