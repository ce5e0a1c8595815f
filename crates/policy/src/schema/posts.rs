//! The schema of `[posts]`.

use schemars::JsonSchema;

/// 岗位、班子和备案
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "describes the file")]
pub(super) struct Posts {
    /// 岗位
    post: Option<Vec<Post>>,
    /// 班子要求
    check: Option<Vec<Check>>,
    /// 结构目标：一降一升
    targets: Option<Targets>,
    /// 任职备案
    filing: Option<Filing>,
    /// 空缺预判
    foresee: Option<Foresee>,
}

/// 单个数，或带依据的数：{ value = 10, basis = "第二十条" }
#[derive(JsonSchema)]
#[schemars(untagged)]
#[expect(dead_code, reason = "describes the file")]
pub(super) enum Setting<T> {
    Plain(T),
    WithBasis {
        /// 数值
        value: T,
        /// 依据的条款
        basis: Option<String>,
    },
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
#[expect(dead_code, reason = "describes the file")]
enum Track {
    Party,
    Elected,
    Hired,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
#[expect(dead_code, reason = "describes the file")]
enum Team {
    PartyBranch,
    VillageCommittee,
    Supervision,
    Other,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
#[expect(dead_code, reason = "describes the file")]
enum Group {
    TwoCommittees,
    PartyBranch,
    VillageCommittee,
    Supervision,
    Other,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
#[expect(dead_code, reason = "describes the file")]
enum WayIn {
    ElectionByMembers,
    ElectionByBranch,
    AppointedAbove,
    Acting,
    Assigned,
    TransferredIn,
    VillageElection,
    ByElection,
    Succession,
    ElectionByRepresentatives,
    ElectionByGroup,
    HiredByExam,
    HiredBySelection,
    PoolEntry,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
#[expect(dead_code, reason = "describes the file")]
enum WayOut {
    Removed,
    Resigned,
    Transferred,
    TermEnd,
    Retired,
    Recalled,
    Terminated,
    ContractEnd,
    Dismissed,
    PoolExit,
    Dissolved,
    Death,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "describes the file")]
struct Post {
    /// 编号：party_secretary、village_director……或自定（小写英文字母和 _）
    #[schemars(regex(pattern = r"^[a-z][a-z_]*$"))]
    id: String,
    /// 岗位名称
    title: Option<String>,
    /// 类别：party 党内职务、elected 选举职务、hired 聘用岗位
    track: Option<Track>,
    /// 所属组织
    team: Option<Team>,
    /// 在表里的次序，从小到大
    order: Option<u32>,
    /// 是否村主职
    top: Option<bool>,
    /// 每村应配人数，不足的算空缺
    seats_min: Option<u32>,
    /// 每村最多人数；不写与 seats_min 相同
    seats_max: Option<u32>,
    /// 一届几年；不写为不设任期
    term_years: Option<u32>,
    /// 产生方式
    ways_in: Option<Vec<WayIn>>,
    /// 离任方式
    ways_out: Option<Vec<WayOut>>,
    /// 职责，一条一项
    duties: Option<Vec<String>>,
    /// 本办法不用这个岗位
    off: Option<bool>,
    /// 依据的条款；不写用开头的 basis
    basis: Option<String>,
    /// 从哪天起；不写用办法的生效日期
    effective_from: Option<String>,
    /// 到哪天止；不写用办法的失效日期
    effective_to: Option<String>,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
#[expect(dead_code, reason = "describes the file")]
enum Level {
    Must,
    Explain,
    Advise,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
#[expect(dead_code, reason = "describes the file")]
enum Method {
    Size,
    Women,
    Kin,
    ConcurrentHead,
    AverageAge,
    Age,
    EducationShare,
    Education,
    PartyYears,
    Reserves,
    Vacancy,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
#[expect(dead_code, reason = "describes the file")]
enum Kinship {
    Spouse,
    Direct,
    Sibling,
    Collateral,
    InLaw,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
#[expect(dead_code, reason = "describes the file")]
enum Wanted {
    Encouraged,
    Neutral,
    Discouraged,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
#[expect(dead_code, reason = "describes the file")]
enum AgeAt {
    Now,
    TermEnd,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
#[expect(dead_code, reason = "describes the file")]
enum Villages {
    Villagers,
    Residents,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "describes the file")]
struct Check {
    /// 编号
    #[schemars(regex(pattern = r"^[a-z][a-z_]*$"))]
    id: String,
    /// 名称
    title: Option<String>,
    /// 程度：must 必须、explain 应说明理由、advise 提醒
    level: Option<Level>,
    /// 怎么看
    method: Option<Method>,
    /// 只用于村民委员会或居民委员会；不写都用
    villages: Option<Villages>,
    /// 看哪些人：size、women、kin、average_age、education_share
    group: Option<Group>,
    /// kin：与哪个组织的成员之间；不写为 group 内部
    against: Option<Group>,
    /// kin：哪些亲属关系
    degrees: Option<Vec<Kinship>>,
    /// concurrent_head：鼓励、不作要求、不提倡
    wanted: Option<Wanted>,
    /// 看哪个岗位：age、education、party_years
    post: Option<String>,
    /// 下限：size、women、age、party_years、reserves
    min: Option<u32>,
    /// 上限：size、age、average_age
    max: Option<f64>,
    /// age：看哪一天的年龄
    at: Option<AgeAt>,
    /// GB/T 4658 学历代码：education、education_share
    at_least: Option<String>,
    /// education_share：不少于百分之几
    min_percent: Option<f64>,
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
struct Targets {
    /// 看哪些人；都没有写的看村“两委”
    group: Option<Group>,
    /// 平均年龄不超过
    average_age: Option<Setting<f64>>,
    /// 学历比例
    education: Option<EducationTarget>,
    /// 妇女比例，百分之几
    women_percent: Option<Setting<f64>>,
    /// 哪天前达到
    by: Option<Setting<String>>,
    /// 依据的条款
    basis: Option<String>,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "describes the file")]
struct EducationTarget {
    /// GB/T 4658 学历代码
    at_least: String,
    /// 不少于百分之几
    percent: f64,
    /// 依据的条款
    basis: Option<String>,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
#[expect(dead_code, reason = "describes the file")]
enum Opinion {
    Agree,
    Disagree,
    CompleteFirst,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
#[expect(dead_code, reason = "describes the file")]
enum Change {
    Appoint,
    Remove,
    Resign,
    Transfer,
    Recall,
    Terminate,
    Leave,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "describes the file")]
struct Filing {
    /// 县里几个工作日内答复
    county_answer_workdays: Option<Setting<u32>>,
    /// 材料几个工作日内补送
    documents_workdays: Option<Setting<u32>>,
    /// 任前公示不少于几个工作日
    announce_workdays: Option<Setting<u32>>,
    /// 工作移交几日内完成
    handover_days: Option<Setting<u32>>,
    /// 本人几个工作日内可以申请复核
    appeal_workdays: Option<Setting<u32>>,
    /// 备案编号，如 {year}-备-{n:4}
    number: Option<Setting<String>>,
    /// 批复文号，如 {issuer}备〔{year}〕{n}号
    reply: Option<Setting<String>>,
    /// 可以给出的备案意见
    opinions: Option<Setting<Vec<Opinion>>>,
    /// 变动要报备案的岗位
    posts: Option<Setting<Vec<String>>>,
    /// 备案材料
    document: Option<Vec<Document>>,
    /// 依据的条款
    basis: Option<String>,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "describes the file")]
struct Document {
    /// 编号
    #[schemars(regex(pattern = r"^[a-z][a-z_]*$"))]
    id: String,
    /// 名称
    title: Option<String>,
    /// 用于哪些变动
    #[schemars(rename = "for")]
    changes: Option<Vec<Change>>,
    /// 是否必需；不写为必需
    required: Option<bool>,
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
struct Foresee {
    /// 提前几个月
    months: Option<Setting<u32>>,
    /// 到龄
    age: Option<Vec<AgeLimit>>,
    /// 依据的条款
    basis: Option<String>,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "describes the file")]
struct AgeLimit {
    /// 岗位编号
    post: String,
    /// 周岁
    age: Option<u32>,
    /// 本办法不用这一条
    off: Option<bool>,
    /// 依据的条款
    basis: Option<String>,
    /// 从哪天起
    effective_from: Option<String>,
    /// 到哪天止
    effective_to: Option<String>,
}
