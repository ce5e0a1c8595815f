//! What an appraisal came to, in a few lines.

use crate::ui::{Align, Style, Ui};
use appraisal::{Appraisal, Proposals};
use kernel::{Score, msg};
use policy::{action_text, target_text};

/// Grades, the incomplete, and what is proposed.
pub fn print(ui: &Ui, done: &Appraisal<'_>, proposals: &Proposals) {
    let pack = done.scorer.plan.pack;
    let n = done.subjects.len();
    let complete = done.subjects.iter().filter(|s| s.complete).count();
    ui.heading(msg!("《{title}》{version}", title = &pack.title, version = &pack.version));
    ui.say(&ui.t(msg!(
        "对象 {n} 个，资料齐全 {complete} 个，待补 {missing} 个",
        n = n,
        complete = complete,
        missing = n - complete
    )));
    let rows = pack.grades.iter().enumerate().map(|(g, grade)| {
        let given: Vec<i64> =
            done.subjects.iter().filter(|s| usize::from(s.grade) == g).map(|s| s.total).collect();
        let seats: u64 = done.groups.iter().filter_map(|x| x.seats[g]).sum();
        let score = |v: Option<&i64>| v.map_or_else(|| "—".into(), |v| Score(*v).to_string());
        let seats = if grade.quota.is_some() { seats.to_string() } else { "—".into() };
        vec![
            grade.label.clone(),
            given.len().to_string(),
            seats,
            score(given.iter().max()),
            score(given.iter().min()),
        ]
    });
    let header = [
        (msg!("等次"), Align::Left),
        (msg!("个数"), Align::Right),
        (msg!("名额"), Align::Right),
        (msg!("最高分"), Align::Right),
        (msg!("最低分"), Align::Right),
    ];
    if !pack.grades.is_empty() {
        ui.say(&ui.table(&header, rows));
    }
    consequences(ui, pack, proposals);
}

/// What is proposed, and what it costs.
pub fn consequences(ui: &Ui, pack: &policy::Pack, proposals: &Proposals) {
    if pack.consequences.is_empty() {
        return;
    }
    let rows = pack.consequences.iter().enumerate().map(|(k, c)| {
        let made: Vec<_> = proposals.made.iter().filter(|p| p.consequence == k).collect();
        let untold = proposals.untold.iter().filter(|u| u.consequence == k).count();
        let sum: i64 = made.iter().filter_map(|p| p.amount).sum();
        vec![
            c.id.clone(),
            ui.word(action_text(&c.action)),
            ui.word(target_text(&c.applies_to)),
            made.len().to_string(),
            if c.amount.is_some() && sum != 0 { Score(sum).to_string() } else { String::new() },
            if untold > 0 { untold.to_string() } else { String::new() },
            c.basis.clone(),
        ]
    });
    let header = [
        (msg!("后果"), Align::Left),
        (msg!("建议"), Align::Left),
        (msg!("对象"), Align::Left),
        (msg!("件数"), Align::Right),
        (msg!("金额（元）"), Align::Right),
        (msg!("缺事实"), Align::Right),
        (msg!("依据"), Align::Left),
    ];
    ui.say(&ui.table(&header, rows));
    let total: i64 = proposals.made.iter().filter_map(|p| p.amount).sum();
    if total != 0 {
        ui.say(&ui.t(msg!("建议金额合计 {sum} 元", sum = Score(total))));
    }
    ui.say(&ui.paint(Style::Dim, &ui.t(msg!("以上只是建议，由有权的人决定"))));
}
