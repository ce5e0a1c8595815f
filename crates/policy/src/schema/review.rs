//! The schema of `[review]`.

use super::posts::Setting;
use schemars::JsonSchema;

/// 县级联审；席位和负面清单写在 review.csv
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "describes the file")]
pub(super) struct Review {
    /// 席位几个工作日内答复
    answer_workdays: Option<Setting<u32>>,
    /// 复核、核实几个工作日
    recheck_workdays: Option<Setting<u32>>,
    /// 本人几个工作日内可以提出异议
    objection_workdays: Option<Setting<u32>>,
    /// 异议几个工作日内决定
    decision_workdays: Option<Setting<u32>>,
    /// 结论有效几个月
    valid_months: Option<Setting<u32>>,
    /// 席位可以用材料包（Excel）答复
    packet: Option<Setting<bool>>,
    /// 回头看的问题类型
    problem: Option<Vec<ReviewProblem>>,
    /// 依据的条款
    basis: Option<String>,
}

items! {
    ReviewProblem {
        /// 看什么
        hint: Option<String>,
    }
}
