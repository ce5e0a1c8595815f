//! Checks across the parts of a pack.

use super::Pack;
use crate::grading::Grade;
use crate::indicators::{Aggregate, Indicator, Method};
use crate::keys::Keys;
use crate::node::Pos;
use crate::source::Source;
use kernel::{Fault, Quantity, Severity, msg};
use std::cell::RefCell;

/// `[raters]` names raters that mark.
pub(super) fn check_labels(labels: &[(String, String)], indicators: &[Indicator], keys: &Keys<'_>) {
    for (rater, label) in labels {
        if label.trim().is_empty() {
            keys.fault("raters", msg!("{rater} 的名称是空的", rater = rater), None);
        } else if !indicators.iter().any(|i| i.raters.contains(rater)) {
            let mend = msg!("写法要与 indicators.csv 的 rater 一列一致");
            keys.fault("raters", msg!("没有指标由 {rater} 提供", rater = rater), Some(mend));
        }
    }
}

pub(super) fn check_grades(grades: &[Grade], keys: &Keys<'_>) {
    for (i, g) in grades.iter().enumerate() {
        if grades[..i].iter().any(|h| h.id == g.id) {
            keys.fault("grades", msg!("等次编号 {id} 出现两次", id = g.id), None);
        }
        if i + 1 < grades.len() && g.quota.is_none() && g.at_least.is_none() {
            keys.fault(
                "grades",
                msg!("{label}既没有 quota 也没有 at_least，会拿走其余全部", label = &g.label),
                Some(msg!("只有最后一等可以两样都不写")),
            );
        }
    }
    let quotas: i128 = grades.iter().filter_map(|g| g.quota).map(|q| q.0).sum();
    if quotas > 100 * kernel::MILLION {
        keys.fault(
            "grades",
            msg!("各等次的比例合计 {sum}%，超过 100%", sum = Quantity(quotas)),
            Some(msg!("请调低某一等的 quota")),
        );
    }
}

/// `whole`: no row was left out for a fault of its own.
pub(super) fn check_indicators(
    indicators: &[Indicator],
    weights: &[(String, Quantity)],
    whole: bool,
    file: &str,
    faults: &mut Vec<Fault>,
) {
    for ind in indicators {
        let mut push = |column: &str, value: &str, reason, mend| {
            let mut fault = Fault::cell(file, ind.row, column, value, reason);
            fault.mend = mend;
            faults.push(fault);
        };
        if ind.aggregate == Aggregate::Weighted {
            for rater in &ind.raters {
                if !weights.iter().any(|(r, w)| r == rater && w.0 > 0) {
                    push(
                        "aggregate",
                        "weighted",
                        msg!("{rater} 没有大于 0 的权重", rater = rater),
                        Some(msg!("请写在 [rater_weights] 里")),
                    );
                }
            }
        }
    }
    let vetoes: Vec<&Indicator> = indicators.iter().filter(|i| i.method.is_veto()).collect();
    if let Some(first_too_many) = vetoes.get(64) {
        let reason = msg!("一部办法最多 64 条否决，这里有 {n} 条", n = vetoes.len());
        faults.push(Fault::cell(file, first_too_many.row, "method", "veto", reason));
    }
    let sum: i64 =
        indicators.iter().filter(|i| !i.method.is_extra() && !i.method.is_veto()).map(|i| i.full).sum();
    if whole && !indicators.is_empty() && sum != 10_000 {
        faults.push(
            Fault::cell(
                file,
                1,
                "full",
                &kernel::Score(sum).to_string(),
                msg!("各指标满分合计 {sum}，不是 100", sum = kernel::Score(sum)),
            )
            .severity(Severity::Warning),
        );
    }
}

/// `[appraisal] second_check` names `rated` indicators, each once.
pub(super) fn check_second(
    ids: &[String],
    at: Pos,
    indicators: &[Indicator],
    file: &str,
    findings: &RefCell<Vec<Fault>>,
) {
    for (i, id) in ids.iter().enumerate() {
        let reason = match indicators.iter().find(|ind| ind.id == *id) {
            _ if ids[..i].contains(id) => msg!("{id} 写了两次", id = id),
            None => msg!("没有名为 {id} 的指标", id = id),
            Some(ind) if !matches!(ind.method, Method::Rated { .. }) => {
                msg!("{id} 不是评分的指标，没有分可以复核", id = id)
            }
            Some(_) => continue,
        };
        let mend = msg!("只写 method 为 rated 的指标编号，例如 second_check = [\"C2\"]");
        let fault = Fault::cell(file, at.row, "appraisal.second_check", id, reason).at(at.col).mend(mend);
        findings.borrow_mut().push(fault);
    }
}

pub(super) fn unused_facts(pack: &Pack, source: &Source) -> Vec<Fault> {
    let used = pack.used_facts();
    let declared = source.toml.get("facts");
    pack.facts
        .iter()
        .enumerate()
        .filter(|(i, _)| !used.contains(i))
        .map(|(_, f)| {
            let at = declared.and_then(|d| d.get(&f.id)).map(|n| n.at).unwrap_or_default();
            Fault::cell(
                &source.file("pack.toml"),
                at.row,
                &format!("facts.{}", f.id),
                &f.id,
                msg!("事实 {name} 声明了但没有用到", name = &f.id),
            )
            .at(at.col)
            .severity(Severity::Note)
        })
        .collect()
}
