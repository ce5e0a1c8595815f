//! The schema of `[people]`.

use super::posts::Setting;
use schemars::JsonSchema;

/// 人员信息
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "describes the file")]
pub(super) struct People {
    /// 去向多少日没有更新算过期
    whereabouts_days: Option<Setting<u32>>,
    /// 更正申请多少个工作日内答复
    correction_workdays: Option<Setting<u32>>,
    /// 来源群体
    source_group: Option<Vec<SourceGroup>>,
    /// 认定事项
    claim: Option<Vec<Claim>>,
    /// 保存期限
    retention: Option<Vec<Retention>>,
    /// 依据的条款
    basis: Option<String>,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "describes the file")]
struct SourceGroup {
    /// 编号
    #[schemars(regex(pattern = r"^[a-z][a-z_]*$"))]
    id: String,
    /// 名称
    title: Option<String>,
    /// 本办法不用这一条
    off: Option<bool>,
    /// 依据的条款
    basis: Option<String>,
    /// 从哪天起
    effective_from: Option<String>,
    /// 到哪天止
    effective_to: Option<String>,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "describes the file")]
struct Claim {
    /// 编号
    #[schemars(regex(pattern = r"^[a-z][a-z_]*$"))]
    id: String,
    /// 名称
    title: Option<String>,
    /// 凭哪些材料认定，都要有
    documents: Option<Vec<String>>,
    /// 本办法不用这一条
    off: Option<bool>,
    /// 依据的条款
    basis: Option<String>,
    /// 从哪天起
    effective_from: Option<String>,
    /// 到哪天止
    effective_to: Option<String>,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
#[expect(dead_code, reason = "describes the file")]
enum KeepFrom {
    Leaving,
    Death,
    Closing,
    Recording,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "describes the file")]
struct Retention {
    /// 记录的种类
    #[schemars(regex(pattern = r"^[a-z][a-z_]*$"))]
    record: String,
    /// 名称
    title: Option<String>,
    /// 几年
    years: Option<u32>,
    /// 从什么时候算起
    after: Option<KeepFrom>,
    /// 永久保存
    permanent: Option<bool>,
    /// 本办法不用这一条
    off: Option<bool>,
    /// 依据的条款
    basis: Option<String>,
    /// 从哪天起
    effective_from: Option<String>,
    /// 到哪天止
    effective_to: Option<String>,
}
