//! The schema of `[campaigns]`.

use schemars::JsonSchema;

/// 公开选拔、招录
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "describes the file")]
pub(super) struct Campaigns {
    /// 有哪几种选拔
    kind: Option<Vec<CampaignKind>>,
    /// 报名条件
    condition: Option<Vec<CampaignCondition>>,
    /// 待遇
    benefit: Option<Vec<CampaignOffer>>,
    /// 要交的材料
    material: Option<Vec<CampaignOffer>>,
    /// 各阶段，按先后
    stage: Option<Vec<CampaignStage>>,
    /// 依据的条款
    basis: Option<String>,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
#[expect(dead_code, reason = "describes the file")]
enum By {
    County,
    Township,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
#[expect(dead_code, reason = "describes the file")]
enum CampaignRoute {
    #[schemars(rename = "self")]
    Own,
    Member,
    Resident,
    Secretary,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
#[expect(dead_code, reason = "describes the file")]
enum Work {
    Apply,
    Qualify,
    Meeting,
    Review,
    Written,
    Interview,
    Inspect,
    Notice,
    Decide,
    Probation,
}

/// 条件说的是谁；不写的不限
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "describes the file")]
struct Who {
    /// 最小年龄，周岁
    min_age: Option<u32>,
    /// 最大年龄，周岁
    max_age: Option<u32>,
    /// 学历不低于，GB/T 4658 代码
    education: Option<String>,
    /// 只算全日制学历
    full_time: Option<bool>,
    /// 只算女性
    women: Option<bool>,
    /// 政治面貌，GB/T 4762 代码
    political: Option<Vec<String>>,
    /// 来源群体的编号
    sources: Option<Vec<String>>,
}

items! {
    CampaignKind {
        /// 谁组织
        by: Option<By>,
        /// 选上的进哪个库
        pool: Option<String>,
        /// 选上的任哪个岗位
        post: Option<String>,
        /// 入库的事由，编号
        ground: Option<String>,
        /// 怎样上岗，如 hired_by_exam
        way: Option<String>,
        /// 怎样进来：自荐，党员、村民、书记推荐
        routes: Option<Vec<CampaignRoute>>,
        /// 没有选上的，资料留几个月
        keep_months: Option<u32>,
        /// 对每一步可以在几个工作日内申请复核
        ask_workdays: Option<u32>,
        /// 总分相同的依次看哪些阶段的分
        ties: Option<Vec<String>>,
    }
    CampaignCondition {
        /// 哪些选拔；不写是所有
        of: Option<Vec<String>>,
        /// 符合其中一条就行
        any: Option<Vec<Who>>,
        /// 由本人声明，工作人员核对
        declared: Option<bool>,
        /// 可以作出决定破例
        exception: Option<bool>,
    }
    CampaignOffer {
        /// 哪些选拔；不写是所有
        of: Option<Vec<String>>,
        /// 说明
        hint: Option<String>,
        /// 是不是必交
        needed: Option<bool>,
    }
    CampaignStage {
        /// 哪个选拔
        of: Option<String>,
        /// 办什么
        work: Option<Work>,
        /// 多久：报名几天，公示几个工作日，试用几个月
        length: Option<u32>,
        /// 占总分百分之几
        weight: Option<f64>,
        /// 满分
        full: Option<f64>,
        /// 合格线
        pass: Option<f64>,
        /// 几名考官
        examiners: Option<u32>,
        /// 去掉几个最高和几个最低
        drop: Option<u32>,
        /// 每个名额取几人进入这个阶段
        ratio: Option<f64>,
        /// 到会不少于应到的百分之几
        quorum: Option<f64>,
    }
}
