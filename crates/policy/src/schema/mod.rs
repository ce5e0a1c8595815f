//! The JSON Schema of `pack.toml`, for editors.

/// Items of a list that have an id, a name, dates and a clause beside their own keys.
macro_rules! items {
    ($($name:ident { $($(#[$doc:meta])* $key:ident: $type:ty,)* })+) => {$(
        #[derive(schemars::JsonSchema)]
        #[schemars(deny_unknown_fields)]
        #[expect(dead_code, reason = "describes the file")]
        struct $name {
            /// 编号
            #[schemars(regex(pattern = r"^[a-z][a-z_]*$"))]
            id: String,
            /// 名称
            title: Option<String>,
            $($(#[$doc])* $key: $type,)*
            /// 本办法不用这一条
            off: Option<bool>,
            /// 依据的条款
            basis: Option<String>,
            /// 从哪天起
            effective_from: Option<String>,
            /// 到哪天止
            effective_to: Option<String>,
        }
    )+};
}

mod campaigns;
mod chains;
mod duty;
mod membership;
mod people;
mod pools;
mod posts;
mod review;

use schemars::{JsonSchema, schema_for};
use std::collections::BTreeMap;

/// 办法 pack.toml
#[derive(JsonSchema)]
#[schemars(rename = "pack.toml")]
#[expect(dead_code, reason = "describes the file; the reader keeps places and reports every fault at once")]
struct PackToml {
    /// 编号：英文字母、数字、_ 和 -
    id: String,
    /// 版本
    version: String,
    /// 名称
    title: String,
    /// 发文机关
    issuer: Option<String>,
    /// 适用范围
    scope: Option<Scope>,
    /// 上位办法的编号（镇的办法写县的）
    parent: Option<String>,
    /// 生效日期 YYYY-MM-DD
    effective_from: Option<String>,
    /// 失效日期 YYYY-MM-DD
    effective_to: Option<String>,
    /// 依据：文号和文件名
    basis: Option<String>,
    /// 事实：编号到定义
    facts: Option<BTreeMap<String, Fact>>,
    /// 考核的总设置
    appraisal: Option<Appraisal>,
    /// 评分单位的权重，键与 indicators.csv 里的写法一致
    rater_weights: Option<BTreeMap<String, f64>>,
    /// 评分单位的中文名，键与 indicators.csv 里的写法一致
    raters: Option<BTreeMap<String, String>>,
    /// 等次，最好的在前
    grades: Option<Vec<Grade>>,
    /// 评等办法
    grading: Option<Grading>,
    /// 结果运用
    consequences: Option<Vec<Consequence>>,
    /// 风险颜色的设置
    classify: Option<Classify>,
    /// 岗位、班子和备案
    posts: Option<posts::Posts>,
    /// 人员信息
    people: Option<people::People>,
    /// 履职、考察和述职
    duty: Option<duty::Duty>,
    /// 后备人才库
    pools: Option<pools::Pools>,
    /// 公开选拔、招录
    campaigns: Option<campaigns::Campaigns>,
    /// 党员发展
    membership: Option<membership::Membership>,
    /// 县级联审
    review: Option<review::Review>,
    /// 空缺递补
    chains: Option<chains::Chains>,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
#[expect(dead_code, reason = "describes the file")]
enum Scope {
    County,
    Township,
    Village,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "describes the file")]
struct Fact {
    /// 中文名
    label: String,
    /// 说的是谁：村、人、职务、乡镇
    subject: Option<Subject>,
    /// 类型
    #[schemars(rename = "type")]
    kind: FactKind,
    /// 单位
    unit: Option<String>,
    /// choice 的选项
    choices: Option<Vec<String>>,
    /// 谁提供
    source: Option<FactSource>,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
#[expect(dead_code, reason = "describes the file")]
enum Subject {
    Village,
    Person,
    Post,
    Township,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
#[expect(dead_code, reason = "describes the file")]
enum FactKind {
    Number,
    Integer,
    Money,
    Percent,
    Bool,
    Date,
    Text,
    Choice,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
#[expect(dead_code, reason = "describes the file")]
enum FactSource {
    Registry,
    Reported,
    Ballot,
    Appraisal,
    Review,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "describes the file")]
struct Appraisal {
    /// 考核对象：village 或 person
    subject: Option<AppraisalSubject>,
    /// 总分下限
    total_min: Option<f64>,
    /// 总分上限
    total_max: Option<f64>,
    /// 评分须由本单位第二个人复核的指标编号（只能是 rated）
    second_check: Option<Vec<String>>,
    /// 结果公示几个工作日（1 至 60，不写为 5）
    notice_workdays: Option<u32>,
    /// 申诉在几个工作日内答复（1 至 60，不写为 5）
    answer_workdays: Option<u32>,
    /// 评分单位的权重（也可写成顶层的 rater_weights）
    rater_weights: Option<BTreeMap<String, f64>>,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
#[expect(dead_code, reason = "describes the file")]
enum AppraisalSubject {
    Village,
    Person,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "describes the file")]
struct Grade {
    /// 整数编号
    id: i64,
    /// 中文名
    label: String,
    /// 占本组的百分比
    quota: Option<f64>,
    /// 分数线
    at_least: Option<f64>,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "describes the file")]
struct Grading {
    /// county、township，或一个选项事实
    within: Option<String>,
    /// 名额怎么取整
    rounding: Option<Rounding>,
    /// 同分怎么办
    ties: Option<Ties>,
    /// 同分时依次比较：指标编号、before_bonus、code
    tie_break: Option<Vec<String>>,
    /// 被否决的名额是否递补
    refill: Option<bool>,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
#[expect(dead_code, reason = "describes the file")]
enum Rounding {
    LargestRemainder,
    Floor,
    Ceil,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
#[expect(dead_code, reason = "describes the file")]
enum Ties {
    TieBreak,
    ShareBetter,
    ShareWorse,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "describes the file")]
struct Consequence {
    /// 编号
    id: String,
    /// 情形：一个条件
    when: Option<String>,
    /// 情形：几个条件，有一个成立即可
    any: Option<Vec<String>>,
    /// 对象
    applies_to: Target,
    /// 建议
    action: Action,
    /// 金额（元）：数字或式子
    amount: Option<Amount>,
    /// 当年和上一年任职各满几个月才适用（0 至 12）
    #[schemars(range(min = 0, max = 12))]
    held_months: Option<u32>,
    /// 依据的条款
    basis: Option<String>,
}

#[derive(JsonSchema)]
#[schemars(untagged)]
#[expect(dead_code, reason = "describes the file")]
enum Amount {
    Number(f64),
    Expression(String),
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
#[expect(dead_code, reason = "describes the file")]
enum Target {
    Village,
    PartySecretary,
    VillageDirector,
    ConcurrentHead,
    Committee,
    Officer,
    Reserve,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
#[expect(dead_code, reason = "describes the file")]
enum Action {
    Bonus,
    Rectify,
    Talk,
    Warn,
    Adjust,
    Elevate,
    AwardCandidate,
    ProposeRemoval,
    Training,
    Pay,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "describes the file")]
struct Classify {
    /// 事实缺失时怎么办
    missing: Option<BTreeMap<String, ClassifyMissing>>,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
#[expect(dead_code, reason = "describes the file")]
enum ClassifyMissing {
    Block,
    Zero,
    Skip,
}

/// The schema as formatted JSON with a final line end.
pub fn schema() -> String {
    let schema = schema_for!(PackToml);
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use crate::{ACTIONS, TARGETS};

    #[test]
    fn the_committed_schema_is_current() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../packs/pack.schema.json");
        if std::env::var_os("YANZHEN_BLESS").is_some() {
            std::fs::write(path, super::schema()).unwrap();
        }
        let committed = std::fs::read_to_string(path).unwrap_or_default();
        assert!(committed == super::schema(), "run: yanzhen policy schema > packs/pack.schema.json");
    }

    #[test]
    fn the_schema_knows_every_word_the_reader_knows() {
        let schema = super::schema();
        for (word, _) in ACTIONS.iter().chain(&TARGETS) {
            assert!(schema.contains(&format!("\"{word}\"")), "{word}");
        }
    }

    /// The closed words of `[posts]`, `[people]` and `[duty]`, one enumeration in the schema for each in the reader.
    #[test]
    fn the_schema_lists_the_words_of_posts_in_the_readers_order() {
        use crate::posts::*;
        fn same<W: Word>(schema: &serde_json::Value, name: &str) {
            let listed = &schema["$defs"][name]["enum"];
            let known: Vec<&str> = W::ALL.iter().map(|w| w.id()).collect();
            assert_eq!(*listed, serde_json::json!(known), "{name}");
        }
        let schema = serde_json::from_str(&super::schema()).unwrap();
        same::<About>(&schema, "About");
        same::<Fill>(&schema, "Fill");
        same::<Track>(&schema, "Track");
        same::<Team>(&schema, "Team");
        same::<Group>(&schema, "Group");
        same::<WayIn>(&schema, "WayIn");
        same::<WayOut>(&schema, "WayOut");
        same::<Change>(&schema, "Change");
        same::<Opinion>(&schema, "Opinion");
        same::<Level>(&schema, "Level");
        same::<Wanted>(&schema, "Wanted");
        same::<AgeAt>(&schema, "AgeAt");
        same::<Kinship>(&schema, "Kinship");
        same::<KeepFrom>(&schema, "KeepFrom");
        assert_eq!(schema["$defs"]["Method"]["enum"], serde_json::json!(METHODS));
    }
}
