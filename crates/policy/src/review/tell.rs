//! The joint review in words: for `policy show` and `policy diff`.

use super::{Clause, Problem, ReviewSection, Seat};
use crate::diff::Part;
use crate::items::{List, dated, rows, told};
use crate::pack::Pack;
use crate::posts::told::{Field, Line, line, lines_part, lines_table};
use crate::show::Block;

fn joined<'t>(titles: impl IntoIterator<Item = &'t str>) -> String {
    titles.into_iter().collect::<Vec<_>>().join("、")
}

fn seat(seat: &Seat) -> Vec<Field> {
    let when = if seat.optional { "需要时请" } else { "必请" };
    vec![
        ("请不请", when.to_owned()),
        ("看得到", joined(seat.needs.iter().map(|n| n.title()))),
        ("说明", seat.note.clone()),
    ]
}

fn clause(clause: &Clause) -> Vec<Field> {
    let years = if clause.years == 0 { String::new() } else { format!("{}年内", clause.years) };
    vec![
        ("可以得出", joined(clause.permits.iter().map(|c| c.title()))),
        ("追溯", years),
        ("说明", clause.note.clone()),
    ]
}

fn problem(problem: &Problem) -> Vec<Field> {
    vec![("看什么", problem.hint.clone())]
}

fn lines(section: &ReviewSection) -> Vec<Line> {
    let days = |n: &u32| format!("{n}个工作日");
    let lines = [
        line("席位答复的期限", section.answer_workdays.as_ref(), days),
        line("复核、核实的期限", section.recheck_workdays.as_ref(), days),
        line("本人提出异议的期限", section.objection_workdays.as_ref(), days),
        line("异议的决定期限", section.decision_workdays.as_ref(), days),
        line("结论有效", section.valid_months.as_ref(), |n| format!("{n}个月")),
        line("用材料包答复", section.packet.as_ref(), |p| {
            if *p { "可以".to_owned() } else { "不可以".to_owned() }
        }),
    ];
    lines.into_iter().flatten().collect()
}

/// The section for `policy show`.
pub(crate) fn tell(pack: &Pack, section: &ReviewSection) -> Vec<Block> {
    let lines = lines(section);
    let mut out = Vec::new();
    if !lines.is_empty() {
        out.push(lines_table(lines));
    }
    let lists: [List<'static>; 3] = [
        ("联审席位", "席位", &["请不请", "看得到", "说明", "日期", "依据"], rows(&section.seats, pack, seat)),
        (
            "负面清单",
            "情形",
            &["可以得出", "追溯", "说明", "日期", "依据"],
            rows(&section.clauses, pack, clause),
        ),
        ("回头看的问题类型", "问题", &["看什么", "日期", "依据"], rows(&section.problems, pack, problem)),
    ];
    out.extend(told(lists));
    out
}

/// The section for `policy diff`.
pub(crate) fn parts(pack: &Pack, section: &ReviewSection) -> Vec<Part> {
    let mut out = lines_part("联审", lines(section));
    out.extend(dated("联审席位", &section.seats, pack, seat));
    out.extend(dated("负面清单", &section.clauses, pack, clause));
    out.extend(dated("回头看的问题", &section.problems, pack, problem));
    out
}
