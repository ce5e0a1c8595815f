//! The schema of `[membership]`.

use super::posts::Setting;
use schemars::JsonSchema;

/// 党员发展
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "describes the file")]
pub(super) struct Membership {
    /// 申请时至少多少周岁
    min_age: Option<Setting<u32>>,
    /// 到期前多少天列入待办
    near_days: Option<Setting<u32>>,
    /// 延长至少几个月
    extend_min: Option<Setting<u32>>,
    /// 延长至多几个月
    extend_max: Option<Setting<u32>>,
    /// 发展阶段
    stage: Option<Vec<MembershipStage>>,
    /// 每个阶段要办的事
    step: Option<Vec<MembershipStep>>,
    /// 关注的来源群体
    source: Option<Vec<MembershipSource>>,
    /// 算作一线考验的任务
    test: Option<Vec<MembershipTest>>,
    /// 年度目标
    target: Option<Vec<MembershipTarget>>,
    /// 转入哪个后备库
    reserve: Option<Vec<MembershipReserve>>,
    /// 依据的条款
    basis: Option<String>,
}

items! {
    MembershipStage {
        /// 次序，从 1 起
        order: Option<u32>,
        /// 至少几个月才能到下一阶段
        months: Option<u32>,
        /// 到下一阶段以前至少几次一线考验合格
        tests: Option<u32>,
        /// 到这个阶段时的政治面貌，GB/T 4762 代码
        political: Option<String>,
        /// 从哪一步之日起算
        starts: Option<String>,
        /// 起算的这一天是入党时间
        joins: Option<bool>,
        /// 可以延长一次
        extends: Option<bool>,
    }
    MembershipStep {
        /// 哪个阶段的
        stage: Option<String>,
        /// 先要办的事项
        after: Option<Vec<String>>,
        /// 几个月内办
        within_months: Option<u32>,
        /// 每几个月办一次
        every_months: Option<u32>,
        /// 至少几次
        least: Option<u32>,
        /// 至少写几个人名
        people: Option<u32>,
        /// 合计至少多少学时
        hours: Option<u32>,
        /// 起止之间至少多少个工作日
        workdays: Option<u32>,
        /// 阶段期满以后才能办
        at_end: Option<bool>,
        /// 要写明会议
        meeting: Option<bool>,
        /// 要写明文号
        document: Option<bool>,
        /// 看什么
        hint: Option<String>,
    }
    MembershipSource {
        /// 来源群体的编号
        sources: Option<Vec<String>>,
    }
    MembershipTest {
        /// 看什么
        hint: Option<String>,
    }
    MembershipTarget {
        /// 到哪个阶段的人数
        stage: Option<String>,
        /// 或转入哪个库的人数
        pool: Option<String>,
        /// 一年至少几人
        least: Option<u32>,
    }
    MembershipReserve {
        /// 库
        pool: Option<String>,
        /// 从哪个阶段起
        stage: Option<String>,
        /// 入库事由
        ground: Option<String>,
    }
}
