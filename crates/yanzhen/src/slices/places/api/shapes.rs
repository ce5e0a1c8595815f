//! What the API takes and gives, as its document describes it.

use crate::api::{decimal, moment};
use crate::slices::places::model::{FOREVER, Said, Village};
use crate::slices::places::store::Graded;
use kernel::key;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Village")]
pub struct VillageLine {
    #[schemars(description = key!("12 位区划代码"))]
    pub code: String,
    #[schemars(description = key!("村委会、居委会的全称"))]
    pub name: String,
    #[schemars(description = key!("村名"))]
    pub short: String,
    #[schemars(description = key!("乡镇的 9 位区划代码"))]
    pub township: String,
    #[schemars(description = key!("乡镇名"))]
    pub township_name: String,
    #[schemars(description = key!("从哪天起有这个村"))]
    pub valid_from: String,
    #[schemars(description = key!("到哪天为止；还在的为空"))]
    pub valid_to: Option<String>,
}

impl VillageLine {
    pub fn of(village: &Village) -> VillageLine {
        VillageLine {
            code: village.code.clone(),
            name: village.name.clone(),
            short: village.short.clone(),
            township: village.township.clone(),
            township_name: village.township_name.clone(),
            valid_from: village.valid_from.clone(),
            valid_to: (village.valid_to != FOREVER).then(|| village.valid_to.clone()),
        }
    }
}

#[derive(Serialize, JsonSchema)]
pub struct VillageList {
    #[schemars(description = key!("一共多少条"))]
    pub total: usize,
    #[schemars(description = key!("第几页，从 1 起"))]
    pub page: u64,
    #[schemars(description = key!("一页几条"))]
    pub size: u64,
    pub villages: Vec<VillageLine>,
}

#[derive(Serialize, JsonSchema)]
pub struct Missing {
    #[schemars(description = key!("办法里哪一条要它"))]
    pub rule: String,
    #[schemars(description = key!("事实的编号"))]
    pub fact: String,
    #[schemars(description = key!("该谁提供"))]
    pub source: String,
}

#[derive(Serialize, JsonSchema)]
pub struct Risk {
    #[schemars(description = key!("办法建议的颜色：red、orange、yellow、green；判不出为空"))]
    pub proposed: Option<&'static str>,
    #[schemars(description = key!("人确认的颜色；还没有确认为空"))]
    pub confirmed: Option<&'static str>,
    #[schemars(description = key!("谁确认的"))]
    pub confirmed_by: String,
    #[schemars(description = key!("什么时候确认的"))]
    pub confirmed_at: Option<String>,
    #[schemars(description = key!("确认的理由"))]
    pub reason: String,
    #[schemars(description = key!("还缺哪些事实才判得出"))]
    pub missing: Vec<Missing>,
}

impl Risk {
    pub fn of(said: &Said) -> Risk {
        let missing = said.missing.split(';').filter(|m| !m.is_empty()).map(|entry| {
            let mut parts = entry.splitn(3, '/').map(str::to_owned);
            let mut next = || parts.next().unwrap_or_default();
            Missing { rule: next(), fact: next(), source: next() }
        });
        Risk {
            proposed: said.proposed.map(|c| c.id()),
            confirmed: said.confirmed.map(|c| c.id()),
            confirmed_by: said.by.clone(),
            confirmed_at: said.at.map(moment),
            reason: said.reason.clone(),
            missing: missing.collect(),
        }
    }
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Grade")]
pub struct GradeLine {
    pub year: String,
    #[schemars(description = key!("等次的编号"))]
    pub grade: String,
    #[schemars(description = key!("总分，十进制的文字"))]
    pub total: Option<String>,
    #[schemars(description = key!("名次"))]
    pub rank: Option<i64>,
    #[schemars(description = key!("参加排名的村数"))]
    pub of: Option<i64>,
    #[schemars(description = key!("所用办法的哈希"))]
    pub pack: String,
}

impl GradeLine {
    pub fn of(grade: Graded) -> GradeLine {
        let Graded { year, pack, total, rank, of, grade } = grade;
        GradeLine { year, grade, total: total.map(decimal), rank, of, pack }
    }
}

#[derive(Serialize, JsonSchema)]
pub struct VillageWhole {
    #[serde(flatten)]
    pub village: VillageLine,
    pub risk: Risk,
    #[schemars(description = key!("历年等次，最近的在前"))]
    pub grades: Vec<GradeLine>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Fact")]
pub struct FactLine {
    #[schemars(description = key!("事实的编号"))]
    pub fact: String,
    #[schemars(description = key!("时期：2025、2025-06、2025-Q3、2025-H1，或空"))]
    pub period: String,
    #[schemars(description = key!("值，文字"))]
    pub value: String,
    #[schemars(description = key!("出处"))]
    pub source: String,
    #[schemars(description = key!("事实是哪天的"))]
    pub day: String,
    #[schemars(description = key!("谁填的"))]
    pub by: String,
    #[schemars(description = key!("什么时候填的"))]
    pub at: String,
}

#[derive(Serialize, JsonSchema)]
pub struct WantedFact {
    #[schemars(description = key!("事实的编号"))]
    pub fact: String,
    #[schemars(description = key!("名称"))]
    pub label: String,
    #[serde(rename = "type")]
    #[schemars(description = key!("number、integer、money、percent、bool、date、text 或 choice"))]
    pub kind: &'static str,
    #[schemars(description = key!("单位"))]
    pub unit: String,
    #[schemars(description = key!("choice 的选项"))]
    pub choices: Vec<String>,
    #[schemars(description = key!("该谁提供"))]
    pub source: String,
    #[schemars(description = key!("还没有填"))]
    pub missing: bool,
}

#[derive(Serialize, JsonSchema)]
pub struct VillageFacts {
    pub code: String,
    #[schemars(description = key!("已有的事实，每项最近的时期在前"))]
    pub facts: Vec<FactLine>,
    #[schemars(description = key!("办法要的每一项事实"))]
    pub wanted: Vec<WantedFact>,
}

/// A fact sent. What is left out is empty, so that everything wrong is said at once.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SentFact {
    #[serde(default)]
    #[schemars(description = key!("事实的编号"))]
    pub fact: String,
    #[serde(default)]
    #[schemars(description = key!("值，文字，数字也写成文字"))]
    pub value: String,
    #[serde(default)]
    #[schemars(description = key!("时期：2025、2025-06、2025-Q3、2025-H1，或空"))]
    pub period: String,
    #[serde(default)]
    #[schemars(description = key!("出处：文件名、台账名或经办人"))]
    pub source: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sent {
    #[schemars(description = key!("1 到 500 项"))]
    pub facts: Vec<SentFact>,
}

#[derive(Serialize, JsonSchema)]
pub struct Entered {
    pub code: String,
    #[schemars(description = key!("改了几项；和已有的一样的不算"))]
    pub changed: usize,
    pub risk: Risk,
}

#[derive(Serialize, JsonSchema)]
pub struct Goose {
    #[schemars(description = key!("12 位区划代码"))]
    pub code: String,
    #[schemars(description = key!("村名"))]
    pub short: String,
    #[schemars(description = key!("乡镇的 9 位区划代码"))]
    pub township: String,
    #[schemars(description = key!("办法建议的颜色：red、orange、yellow、green；判不出为空"))]
    pub proposed: Option<&'static str>,
    #[schemars(description = key!("人确认的颜色；还没有确认为空"))]
    pub confirmed: Option<&'static str>,
    #[schemars(description = key!("等次的编号"))]
    pub grade: Option<String>,
    #[schemars(description = key!("总分，十进制的文字"))]
    pub total: Option<String>,
    #[schemars(description = key!("名次"))]
    pub rank: Option<i64>,
}

#[derive(Serialize, JsonSchema)]
pub struct Formation {
    #[schemars(description = key!("等次是哪一年的；还没有考核为空"))]
    pub year: String,
    #[schemars(description = key!("一共多少条"))]
    pub total: usize,
    pub villages: Vec<Goose>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Pack")]
pub struct PackLine {
    #[schemars(description = key!("编号"))]
    pub pack: String,
    pub version: String,
    pub title: String,
    #[schemars(description = key!("内容的 SHA-256"))]
    pub hash: String,
    #[schemars(description = key!("appraisal 考核，colours 颜色"))]
    pub kind: String,
    #[schemars(description = key!("从哪天起在本县执行"))]
    pub from: String,
    #[schemars(description = key!("现在按它判颜色"))]
    pub colouring: bool,
}

#[derive(Serialize, JsonSchema)]
pub struct PackList {
    pub packs: Vec<PackLine>,
}
