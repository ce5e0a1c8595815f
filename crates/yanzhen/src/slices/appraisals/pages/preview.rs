//! What the marks given so far would come to: bars, lines, raters, indicators. A hint, never a rule.

use super::mark;
use crate::slices::appraisals::chart::{Bars, bars};
use crate::slices::places::pages::score_text;
use appraisal::{Appraisal, Severity, raters};
use kernel::msg;
use platform::page::Page;
use policy::Pack;

/// A rater's statistics.
pub struct Rated {
    pub name: String,
    pub severity: String,
    pub spread: String,
    pub commonest: String,
    pub word: &'static str,
    /// Whether its cells wear a ring: marks that tell nobody apart.
    pub odd: bool,
    pub tone: &'static str,
}

/// A subject near a line of grades.
pub struct Near {
    pub rank: u32,
    pub name: String,
    pub code: String,
    pub total: String,
    pub grade: usize,
    pub mark: String,
    pub label: String,
    /// What the line after it says; empty for none.
    pub cut: String,
}

/// An indicator whose marks discriminate nothing, or disagree.
pub struct Flat {
    pub id: String,
    pub name: String,
    pub says: String,
}

/// What a preview of the marks shows.
#[derive(Default)]
pub struct Preview {
    pub bars: Option<Bars>,
    pub near: Vec<Near>,
    pub raters: Vec<Rated>,
    pub flat: Vec<Flat>,
    pub complete: usize,
    pub incomplete: usize,
    pub ties: String,
}

/// What the marks given so far would come to.
pub fn preview(page: &Page, done: &Appraisal<'_>, pack: &Pack) -> Preview {
    let complete = done.subjects.iter().filter(|s| s.complete).count();
    let report = raters(done);
    let rated = report
        .raters
        .iter()
        .map(|r| {
            let value = r.severity.value();
            // Thresholds of a hint, not of a rule: nothing follows from it.
            let (word, tone) = match () {
                () if r.marks < 5 => (page.t("还太少"), ""),
                () if r.commonest > 0.95 => (page.t("几乎全部同分"), "stop"),
                () if r.spread < 3.0 => (page.t("打分离散度低"), "warn"),
                () if value > 8.0 => (page.t("偏宽"), "warn"),
                () if value < -8.0 => (page.t("偏严"), "warn"),
                () => (page.t("正常"), ""),
            };
            let severity = match r.severity {
                _ if r.marks == 0 => "—".to_owned(),
                Severity::Shared(v) => format!("{v:+.1}%"),
                Severity::Item(v) => format!("{v:+.1}%*"),
            };
            Rated {
                name: if r.name.is_empty() { pack.rater_text(&r.rater) } else { r.name.clone() },
                severity,
                spread: format!("{:.1}%", r.spread),
                commonest: format!("{:.1}%", 100.0 * r.commonest),
                odd: r.marks >= 5 && (r.commonest > 0.95 || r.spread < 3.0),
                word,
                tone,
            }
        })
        .collect();
    let flat = report
        .indicators
        .iter()
        .filter(|i| i.flat || i.agreement.is_some_and(|w| w < 0.2))
        .map(|i| {
            let ind = &pack.indicators[i.indicator];
            let says = match i.agreement {
                _ if i.flat => {
                    page.tn("{n}% 的对象同一个分，拉不开差距", format!("{:.0}", 100.0 * i.commonest))
                }
                Some(w) => page.tn("几家意见很不一致（肯德尔系数 {n}）", format!("{w:.2}")),
                None => String::new(),
            };
            Flat { id: ind.id.clone(), name: ind.name.clone(), says }
        })
        .collect();
    Preview {
        bars: bars(page, done),
        near: near(page, done, pack),
        raters: rated,
        flat,
        complete,
        incomplete: done.subjects.len() - complete,
        ties: tie_words(page, pack),
    }
}

fn tie_words(page: &Page, pack: &Pack) -> String {
    use policy::TieKey;
    let words: Vec<String> = pack
        .grading
        .tie_break
        .iter()
        .map(|k| match k {
            TieKey::Indicator(at) => pack.indicators[*at].name.clone(),
            TieKey::BeforeBonus => page.t("加减分前").to_owned(),
            TieKey::Code => page.t("代码").to_owned(),
        })
        .collect();
    words.join(" → ")
}

/// Two on either side of each line, of every group.
fn near(page: &Page, done: &Appraisal<'_>, pack: &Pack) -> Vec<Near> {
    let mut out = Vec::new();
    for group in done.groups.iter().take(3) {
        let grade = |i: u32| usize::from(done.subjects[i as usize].grade);
        // A vetoed subject stands by its total among better grades: no line runs there.
        let order: Vec<u32> =
            group.order.iter().copied().filter(|i| done.subjects[*i as usize].vetoes == 0).collect();
        for at in 1..order.len() {
            let (above, below) = (order[at - 1], order[at]);
            if grade(above) == grade(below) {
                continue;
            }
            let gap = done.subjects[above as usize].total - done.subjects[below as usize].total;
            let from = at.saturating_sub(2);
            for (k, i) in order.iter().enumerate().take(at + 2).skip(from) {
                let i = *i as usize;
                let s = &done.subjects[i];
                let label =
                    pack.grades.get(usize::from(s.grade)).map(|g| g.label.clone()).unwrap_or_default();
                let line = pack.grades.get(grade(above)).map(|g| g.label.clone()).unwrap_or_default();
                let cut = if k + 1 == at {
                    page.m(&msg!("{label}线，相差 {gap} 分", label = line, gap = score_text(gap)))
                } else {
                    String::new()
                };
                out.push(Near {
                    rank: s.rank,
                    name: format!(
                        "{} {}",
                        done.scorer.facts.townships.get(i),
                        done.scorer.facts.names.get(i)
                    ),
                    code: done.scorer.facts.code(i),
                    total: score_text(s.total),
                    grade: usize::from(s.grade) + 1,
                    mark: mark(&label),
                    label,
                    cut,
                });
            }
        }
    }
    out
}
