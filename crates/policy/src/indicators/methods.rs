//! Reading a method and its parameters.

use super::read::Row;
use super::{Method, Missing, Points, Target};
use crate::condition::Condition;
use crate::facts::FactType;
use crate::node::{Kind, Node};
use crate::zen::Type;
use kernel::{Quantity, Severity, msg};

pub(super) fn read_method(r: &mut Row<'_>, method: &str, missing: Missing, grades: &[i64]) -> Option<Method> {
    const NUMERIC: &[FactType] = &[FactType::Number];
    Some(match method {
        "rated" => {
            let step = r.optional("step").unwrap_or(Quantity(10_000));
            let step = match step.hundredths() {
                Some(s) if s > 0 && r.full % s == 0 => s,
                Some(s) if s > 0 => {
                    r.fault("params", &step.to_string(), msg!("满分应是 step 的倍数"), None);
                    return None;
                }
                _ => {
                    r.fault("params", &step.to_string(), msg!("step 应是 0.01 的倍数，且大于 0"), None);
                    return None;
                }
            };
            Method::Rated { step }
        }
        "ratio" | "ratio_down" => {
            let fact = r.fact("fact", NUMERIC);
            let target = r.required("target")?;
            let target = if target.starts_with(|c: char| c.is_ascii_alphabetic()) {
                Target::Fact(r.fact("target", NUMERIC)?)
            } else {
                let q = r.quantity("target", &target)?;
                if q.0 < 0 || (method == "ratio" && q.0 == 0) {
                    let reason = if method == "ratio" {
                        msg!("target 应大于 0")
                    } else {
                        msg!("target 不能是负数")
                    };
                    r.fault("params", &target, reason, None);
                    return None;
                }
                Target::Number(q)
            };
            let fact = fact?;
            if method == "ratio" {
                Method::Ratio { fact, target }
            } else {
                Method::RatioDown { fact, target }
            }
        }
        "linear" => {
            let (fact, low, high) = (r.fact("fact", NUMERIC), r.number("low"), r.number("high"));
            let (fact, low, high) = (fact?, low?, high?);
            if low == high {
                r.fault("params", &low.to_string(), msg!("low 与 high 不能相等"), None);
                return None;
            }
            Method::Linear { fact, low, high }
        }
        "tiers" => read_tiers(r)?,
        "deduct" => {
            let (fact, each) = (r.fact("fact", NUMERIC), r.number("each"));
            let floor = r.optional("floor").map_or(0, |q| q.0);
            Method::Deduct { fact: fact?, each: each?, floor }
        }
        "bonus" | "penalty" => {
            let (fact, each) = (r.fact("fact", NUMERIC), r.number("each"));
            let cap = r.optional("cap").map(|q| q.0);
            let (fact, each) = (fact?, each?);
            if method == "bonus" {
                Method::Bonus { fact, each, cap }
            } else {
                Method::Penalty { fact, each, cap }
            }
        }
        "flag" => Method::Flag { fact: r.fact("fact", &[FactType::Bool])? },
        "ballot" => Method::Ballot { fact: r.fact("fact", &[FactType::Percent])? },
        "rank" => read_rank(r)?,
        "formula" => {
            let text = r.required("expr")?;
            let (compiled, findings) = r.scope.compile(&text, Type::Number);
            report(r, &text, findings);
            let expr = compiled?;
            zero_types(r, &expr.names, missing);
            Method::Formula { expr }
        }
        _ => read_veto(r, missing, grades)?,
    })
}

fn report(r: &mut Row<'_>, text: &str, findings: Vec<(Severity, crate::zen::TypeFault)>) {
    for (severity, finding) in findings {
        r.finding(severity, "params", text, finding.reason, finding.mend);
    }
}

/// `zero` is not allowed where a text, date or choice fact is needed.
fn zero_types(r: &mut Row<'_>, names: &[String], missing: Missing) {
    if missing != Missing::Zero {
        return;
    }
    for name in names {
        if r.scope.facts.iter().any(|f| f.id == *name && f.zero().is_none()) {
            r.fault(
                "missing",
                "zero",
                msg!("用到文本、日期或选项事实 {name} 时不能写 zero", name = name),
                Some(msg!("改为 block 或 skip")),
            );
        }
    }
}

fn read_tiers(r: &mut Row<'_>) -> Option<Method> {
    let fact = r.fact("fact", &[FactType::Number]);
    let down = match r.param("down").as_deref() {
        None | Some("false") => false,
        Some("true") => true,
        Some(other) => {
            r.fault("params", other, msg!("down 只能写 true 或 false"), None);
            return None;
        }
    };
    let pairs = r.pairs("tiers")?;
    let (mut tiers, mut otherwise) = (Vec::new(), 0);
    for (i, (threshold, points)) in pairs.iter().enumerate() {
        let points = r.points("tiers", points)?;
        if threshold == "else" {
            if i + 1 != pairs.len() {
                r.fault("params", "else", msg!("else 应写在最后"), None);
                return None;
            }
            otherwise = points;
        } else {
            tiers.push((r.quantity("tiers", threshold)?, points));
        }
    }
    let in_order = tiers.windows(2).all(|w| if down { w[0].0 < w[1].0 } else { w[0].0 > w[1].0 });
    if !in_order {
        let text = r.cell("params").to_owned();
        let reason = if down {
            msg!("down=true 时各档的线应从小到大")
        } else {
            msg!("各档的线应从大到小")
        };
        r.fault("params", &text, reason, None);
        return None;
    }
    Some(Method::Tiers { fact: fact?, tiers, otherwise, down })
}

fn read_rank(r: &mut Row<'_>) -> Option<Method> {
    let fact = r.fact("fact", &[FactType::Number]);
    let township = match r.required("group")?.as_str() {
        "county" => false,
        "township" => true,
        other => {
            r.fault("params", other, msg!("group 只能写 county 或 township"), None);
            return None;
        }
    };
    let mut bands: Vec<(Quantity, Points)> = Vec::new();
    for (band, points) in r.pairs("bands")? {
        let band = (r.quantity("bands", &band)?, r.points("bands", &points)?);
        bands.push(band);
    }
    if !bands.windows(2).all(|w| w[0].0 < w[1].0) {
        let text = r.cell("params").to_owned();
        r.fault("params", &text, msg!("各段的百分比应从小到大"), None);
        return None;
    }
    Some(Method::Rank { fact: fact?, township, bands })
}

fn read_veto(r: &mut Row<'_>, missing: Missing, grades: &[i64]) -> Option<Method> {
    let (when, any, cap) = (r.param("when"), r.param("any"), r.required("cap_grade"));
    let texts = match (when, any) {
        (Some(when), None) => vec![when],
        (None, Some(any)) => {
            match Node::parse(&format!("v = {any}"), "").ok().and_then(|n| n.get("v").cloned()) {
                Some(Node { kind: Kind::List(items), .. }) if !items.is_empty() => {
                    items.iter().map(Node::plain).collect()
                }
                _ => {
                    r.fault("params", &any, msg!("any 要写成 [\"…\", \"…\"]"), None);
                    return None;
                }
            }
        }
        _ => {
            let text = r.cell("params").to_owned();
            r.fault("params", &text, msg!("when 与 any 写且只写一个"), None);
            return None;
        }
    };
    let is_any = r.params.iter().any(|(k, _)| k == "any");
    let mut alternatives = Vec::new();
    for text in texts {
        let (compiled, findings) = r.scope.compile(&text, Type::Bool);
        report(r, &text, findings);
        alternatives.push(compiled?);
    }
    let when = Condition { alternatives, any: is_any };
    zero_types(r, &when.names(), missing);
    let cap = cap?;
    let Some(position) = cap.parse::<i64>().ok().and_then(|c| grades.iter().position(|g| *g == c)) else {
        r.fault("params", &cap, msg!("没有编号为 {id} 的等次", id = &cap), None);
        return None;
    };
    Some(Method::Veto { when, cap: position })
}
