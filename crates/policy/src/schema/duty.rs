//! The schema of `[duty]`.

use super::posts::Setting;
use schemars::JsonSchema;

/// 履职、考察和述职
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "describes the file")]
pub(super) struct Duty {
    /// 述职报告多少个工作日内写好
    report_workdays: Option<Setting<u32>>,
    /// 述职报告多少个工作日内审完
    examine_workdays: Option<Setting<u32>>,
    /// 平时记录的种类
    record_kind: Option<Vec<RecordKind>>,
    /// 考察方式
    method: Option<Vec<DutyItem>>,
    /// 考察人的维度：德能勤绩廉
    dimension: Option<Vec<Aspect>>,
    /// 看村的四诊
    diagnosis: Option<Vec<Aspect>>,
    /// 述职报告的各部分，按写的次序
    report_part: Option<Vec<ReportPart>>,
    /// 评职用语，最好的在前
    rating: Option<Vec<DutyRating>>,
    /// 依据的条款
    basis: Option<String>,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
#[expect(dead_code, reason = "describes the file")]
enum About {
    Person,
    Village,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
#[expect(dead_code, reason = "describes the file")]
enum Fill {
    Duties,
    Text,
}

items! {
    RecordKind {
        /// 记人还是记村
        about: Option<About>,
        /// 1 好的、-1 不好的、0 只记事（不写是 0）
        sign: Option<i8>,
        /// 计入考核的哪项事实
        fact: Option<String>,
    }
    DutyItem {}
    Aspect {
        /// 看什么
        hint: Option<String>,
        /// 档次，最好的在前；不分档的不写
        levels: Option<Vec<String>>,
    }
    ReportPart {
        /// 逐条写职责，还是写一段
        fill: Option<Fill>,
        /// 写什么
        hint: Option<String>,
        /// 可以不写
        optional: Option<bool>,
    }
    DutyRating {
        /// 要写理由，本人看得到
        adverse: Option<bool>,
    }
}
