//! The schema of `[pools]`.

use super::posts::Setting;
use schemars::JsonSchema;

/// 后备人才库
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "describes the file")]
pub(super) struct Pools {
    /// 几个月评审一次
    review_months: Option<Setting<u32>>,
    /// 评审时提出警示的最低一档，百分之几
    warn_percent: Option<Setting<f64>>,
    /// 不利的出库给本人多少个工作日说明
    hear_workdays: Option<Setting<u32>>,
    /// 人才库
    pool: Option<Vec<Pool>>,
    /// 结构目标
    target: Option<Vec<PoolTarget>>,
    /// 每村的席
    seat: Option<Vec<PoolSeat>>,
    /// 入库事由
    entry_ground: Option<Vec<PoolGround>>,
    /// 出库事由
    exit_ground: Option<Vec<PoolGround>>,
    /// 成长积分的各部分
    score: Option<Vec<PoolScore>>,
    /// 依据的条款
    basis: Option<String>,
}

items! {
    Pool {
        /// 为哪些岗位储备，岗位编号
        posts: Option<Vec<String>>,
        /// 从哪些来源群体储备
        sources: Option<Vec<String>>,
    }
    PoolTarget {
        /// 归在哪个标题下
        group: Option<String>,
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
        /// 至少百分之几
        least: Option<f64>,
        /// 至多百分之几
        most: Option<f64>,
    }
    PoolSeat {
        /// 从哪个库算
        pool: Option<String>,
        /// 或算哪个岗位的在任者
        post: Option<String>,
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
        /// 每村至少几人
        least: Option<u32>,
    }
    PoolGround {
        /// 对本人不利，先听本人说
        adverse: Option<bool>,
        /// 从库里进了村“两委”
        converted: Option<bool>,
    }
    PoolScore {
        /// 满分
        full: Option<f64>,
        /// 看什么
        hint: Option<String>,
    }
}
