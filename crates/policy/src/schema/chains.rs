//! The schema of `[chains]`.

use super::posts::Setting;
use schemars::JsonSchema;

/// 空缺递补
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "describes the file")]
pub(super) struct Chains {
    /// 空缺多少日内要有递补方案
    plan_days: Option<Setting<u32>>,
    /// 排在前面没有选的人多少日内可以提意见
    comment_days: Option<Setting<u32>>,
    /// 改选的理由至少写多少字
    reason_letters: Option<Setting<u32>>,
    /// 同一顺位按哪些项排，由大到小；前面写 - 的由小到大
    order: Option<Setting<Vec<String>>>,
    /// 递补次序：一个顺位一项
    step: Option<Vec<ChainStep>>,
    /// 递补条件
    condition: Option<Vec<ChainCondition>>,
    /// 人岗相适的各部分
    fit: Option<Vec<ChainFit>>,
    /// 依据的条款
    basis: Option<String>,
}

items! {
    ChainStep {
        /// 递补哪些岗位，岗位编号
        posts: Option<Vec<String>>,
        /// 第几个看，由小到大
        order: Option<u32>,
        /// 从哪个库来
        pool: Option<String>,
        /// 或从哪个岗位的在任者来
        post: Option<String>,
        /// village 本村，township 本乡镇，county 全县
        reach: Option<String>,
        /// 其中哪些人，条件式；不符合的留给后面的顺位
        when: Option<String>,
    }
    ChainCondition {
        /// 递补哪些岗位时要，不写是所有岗位
        posts: Option<Vec<String>>,
        /// 只对哪些顺位，顺位编号
        steps: Option<Vec<String>>,
        /// 条件式
        when: Option<String>,
    }
    ChainFit {
        /// 递补哪些岗位时算，不写是所有岗位
        posts: Option<Vec<String>>,
        /// 权重
        weight: Option<u32>,
        /// 0 到 1 之间的算式
        value: Option<String>,
        /// 看什么
        hint: Option<String>,
    }
}
