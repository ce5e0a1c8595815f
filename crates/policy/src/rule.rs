//! Rules in Chinese: how an indicator is scored, a condition, a sum.

use crate::colours::{ColourTable, Rule};
use crate::condition::Condition;
use crate::consequences::Amount;
use crate::grading::{Rounding, TieKey, Ties, Within};
use crate::indicators::{Aggregate, Indicator, Method, Missing, Points, Target};
use crate::pack::Pack;
use crate::zen::{Expr, Labels, chinese, chinese_cell};
use kernel::{MILLION, Quantity, Ratio, Score, key};

impl Pack {
    /// The Chinese label of a name in expressions.
    pub fn label(&self, name: &str) -> String {
        match name {
            "total" => "总分".to_owned(),
            "rank" => "名次".to_owned(),
            "grade" => "等次".to_owned(),
            _ => self.fact(name).map_or_else(|| name.to_owned(), |f| self.facts[f].label.clone()),
        }
    }

    /// What a rater is called: its label, else a word for its kind, else its id.
    pub fn rater_text(&self, rater: &str) -> String {
        if let Some((_, label)) = self.rater_labels.iter().find(|(r, _)| r == rater) {
            return label.clone();
        }
        match rater {
            "township" => "所在乡镇".to_owned(),
            "county" => "县级".to_owned(),
            "ballot" => "民主测评".to_owned(),
            "system" => "系统".to_owned(),
            unit => unit.strip_prefix("unit:").unwrap_or(unit).to_owned(),
        }
    }

    fn with_labels<T>(&self, f: impl FnOnce(&Labels<'_>) -> T) -> T {
        f(&Labels {
            name: &|n| self.label(n),
            grade: &|id| self.grade_label(id).map(str::to_owned),
            unit: &|n| self.fact(n).map_or_else(String::new, |f| self.facts[f].unit.clone()),
        })
    }

    /// An expression in Chinese.
    pub fn expression_text(&self, expr: &Expr) -> String {
        self.with_labels(|l| chinese(expr, l))
    }

    /// A table cell in Chinese.
    pub fn cell_text(&self, expr: &Expr, fact: usize) -> String {
        self.with_labels(|l| chinese_cell(expr, &self.facts[fact].id, l))
    }

    /// What a row of the decision table asks, in Chinese; empty when it takes anything.
    pub fn row_text(&self, table: &ColourTable, rule: &Rule) -> String {
        let tests = table.facts.iter().zip(&rule.tests);
        let words: Vec<String> =
            tests.filter_map(|(f, t)| t.as_ref().map(|t| self.cell_text(&t.expr, *f))).collect();
        words.join("，且")
    }

    /// A condition in Chinese.
    pub fn condition_text(&self, condition: &Condition) -> String {
        let parts: Vec<String> =
            condition.alternatives.iter().map(|a| self.expression_text(&a.expr)).collect();
        if parts.len() > 1 { format!("下列情形之一：{}", parts.join("；")) } else { parts.concat() }
    }

    /// A sum in Chinese; empty when there is none.
    pub fn amount_text(&self, amount: Option<&Amount>) -> String {
        match amount {
            None => String::new(),
            Some(Amount::Fixed(q)) if q.0 == 0 => String::new(),
            Some(Amount::Fixed(q)) => format!("{q}元"),
            Some(Amount::Formula(f)) => format!("{}（元）", self.expression_text(&f.expr)),
        }
    }

    /// Who confirms an indicator's marks beside the one who gave them; empty for nobody.
    pub fn second_text(&self, ind: &Indicator) -> &'static str {
        if self.second_check.contains(&ind.id) { "须由本单位第二人复核" } else { "" }
    }

    fn quantity_of(&self, fact: usize, q: Quantity) -> String {
        format!("{q}{}", self.facts[fact].unit)
    }

    /// How an indicator is scored, as a clerk reads it.
    pub fn rule_text(&self, ind: &Indicator) -> String {
        let label = |f: usize| self.facts[f].label.as_str();
        let target = |fact: usize, t: Target| match t {
            Target::Number(q) => self.quantity_of(fact, q),
            Target::Fact(f) => label(f).to_owned(),
        };
        let lines = |fact: usize, lines: &[(Quantity, Points)], word: &str| {
            let parts: Vec<String> = lines
                .iter()
                .map(|(q, p)| format!("{word}{}得{}分", self.quantity_of(fact, *q), points(*p)))
                .collect();
            parts.join("，")
        };
        match &ind.method {
            Method::Rated { step } => {
                let raters: Vec<String> = ind.raters.iter().map(|r| self.rater_text(r)).collect();
                let joined = match (ind.raters.len(), ind.aggregate) {
                    (1, _) => String::new(),
                    (_, Aggregate::Mean) => "，取平均".to_owned(),
                    (_, Aggregate::Median) => "，取中位数".to_owned(),
                    (_, Aggregate::Trimmed(k)) => format!("，去掉{k}个最高分和{k}个最低分后平均"),
                    (_, Aggregate::Weighted) => {
                        let weights: Vec<String> = ind
                            .raters
                            .iter()
                            .map(|r| format!("{} {}", self.rater_text(r), self.weight(r)))
                            .collect();
                        format!("，按权重（{}）加权平均", weights.join("、"))
                    }
                };
                format!(
                    "由{}打分，以{}分为一档{joined}",
                    raters.join("、"),
                    Quantity(i128::from(*step) * 10_000)
                )
            }
            Method::Ratio { fact, target: t } => {
                format!("{}达到{}得满分，不足的按比例得分", label(*fact), target(*fact, *t))
            }
            Method::RatioDown { fact, target: t } => {
                format!("{}不超过{}得满分，超过的按比例递减", label(*fact), target(*fact, *t))
            }
            Method::Linear { fact, low, high } => format!(
                "{}为{}得0分，为{}得满分，其间按比例得分",
                label(*fact),
                self.quantity_of(*fact, *low),
                self.quantity_of(*fact, *high)
            ),
            Method::Tiers { fact, tiers, otherwise, down } => format!(
                "{}{}，其余得{}分",
                label(*fact),
                lines(*fact, tiers, if *down { "不超过" } else { "达到" }),
                points(*otherwise)
            ),
            Method::Deduct { fact, each, floor } => {
                format!("按{}每{}扣{each}分，最低{}分", label(*fact), self.per(*fact), points(*floor))
            }
            Method::Bonus { fact, each, cap } => {
                format!("按{}每{}加{each}分{}", label(*fact), self.per(*fact), up_to(*cap))
            }
            Method::Penalty { fact, each, cap } => {
                format!("按{}每{}减{each}分{}", label(*fact), self.per(*fact), up_to(*cap))
            }
            Method::Flag { fact } => format!("{}为是得满分，否则不得分", label(*fact)),
            Method::Rank { fact, township, bands } => {
                let parts: Vec<String> =
                    bands.iter().map(|(b, p)| format!("前{b}%得{}分", points(*p))).collect();
                let place = if *township { "本乡镇" } else { "全县" };
                format!("按{}在{place}从高到低排名，{}，其余不得分", label(*fact), parts.join("，"))
            }
            Method::Ballot { fact } => format!("按{}折算：100%得满分", label(*fact)),
            Method::Formula { expr } => {
                format!("{}（限于0分至满分）", self.expression_text(&expr.expr))
            }
            Method::Veto { when, cap } => {
                let cap = self.grades.get(*cap).map_or("", |g| g.label.as_str());
                format!("{}的，等次不高于{cap}", self.condition_text(when))
            }
        }
    }

    fn per(&self, fact: usize) -> String {
        match self.facts[fact].unit.as_str() {
            "" => "1".to_owned(),
            unit => format!("1{unit}"),
        }
    }

    /// The groups in which grades are given.
    pub fn within_text(&self) -> String {
        match self.grading.within {
            Within::County => key!("全县").to_owned(),
            Within::Township => key!("每个乡镇").to_owned(),
            Within::Choice(f) => format!("县内每一种{}", self.facts[f].label),
        }
    }

    /// How seats, ties and vetoes are handled, a sentence each.
    pub fn grading_text(&self) -> Vec<String> {
        let g = &self.grading;
        let order: Vec<String> = g
            .full_order()
            .iter()
            .map(|k| match k {
                TieKey::Code => "区划代码从小到大".to_owned(),
                TieKey::BeforeBonus => "加减分前得分高者在前".to_owned(),
                TieKey::Indicator(i) => {
                    format!("{}（{}）得分高者在前", self.indicators[*i].name, self.indicators[*i].id)
                }
            })
            .collect();
        vec![
            format!("在{}内排名和分等次。", self.within_text()),
            match g.rounding {
                Rounding::LargestRemainder => "名额先取整数，余下的按小数部分从大到小各加一个。",
                Rounding::Floor => "名额舍去小数。",
                Rounding::Ceil => "名额逢小数进一。",
            }
            .to_owned(),
            match g.ties {
                Ties::TieBreak => format!("总分相同的依次比较：{}。", order.join("；")),
                Ties::ShareBetter => "最后一个名额落在同分之中时，同分的都进较好的一等。".to_owned(),
                Ties::ShareWorse => "最后一个名额落在同分之中时，同分的都进下一等。".to_owned(),
            },
            if g.refill {
                "被否决的让出名额，由后面的依次递补。"
            } else {
                "被否决的降等，空出的名额不递补。"
            }
            .to_owned(),
        ]
    }
}

/// What missing means, in Chinese.
pub fn missing_text(missing: Missing) -> &'static str {
    match missing {
        Missing::Block => key!("缺了暂不能评定"),
        Missing::Zero => key!("缺了按零算"),
        Missing::Skip => key!("缺了不得分"),
        Missing::Prorate => key!("缺项折算"),
    }
}

/// A fact's source, in Chinese.
pub fn source_text(source: &str) -> &'static str {
    match source {
        "registry" => key!("台账"),
        "ballot" => key!("测评"),
        "appraisal" => key!("考核"),
        "review" => key!("联审"),
        _ => key!("填报"),
    }
}

fn points(p: Points) -> String {
    Ratio::new(p, MILLION).to_string()
}

fn up_to(cap: Option<Points>) -> String {
    cap.map_or_else(String::new, |c| format!("，最多{}分", points(c)))
}

/// Full marks as a person writes them.
pub fn full_text(full: i64) -> String {
    Quantity(i128::from(full) * 10_000).to_string()
}

/// A threshold in points.
pub fn line_text(hundredths: i64) -> String {
    Score(hundredths).to_string()
}
