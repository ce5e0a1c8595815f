//! The words that files of invented persons are made of. Schools, companies and documents have 例 in their names.

use crate::dice::Dice;

/// One of several.
pub(super) fn pick<T: Copy>(words: &[T], dice: &mut Dice) -> T {
    words[dice.below(words.len())]
}

/// One of several, by weight.
pub(super) fn weighed<T: Copy>(words: &[(T, u32)], dice: &mut Dice) -> T {
    let sum: u32 = words.iter().map(|(_, w)| w).sum();
    let mut at = dice.below(sum as usize) as u32;
    for (word, weight) in words {
        if at < *weight {
            return *word;
        }
        at -= weight;
    }
    words[0].0
}

/// Universities with what is studied there, and the degree it gives.
pub(super) const UNIVERSITIES: [(&str, &[(&str, &str)]); 7] = [
    (
        "例江农业大学",
        &[
            ("农学", "农学学士"),
            ("园艺", "农学学士"),
            ("动物医学", "农学学士"),
            ("农林经济管理", "管理学学士"),
        ],
    ),
    ("例江林业大学", &[("林学", "农学学士"), ("园林", "农学学士"), ("行政管理", "管理学学士")]),
    (
        "例江大学",
        &[
            ("法学", "法学学士"),
            ("社会工作", "法学学士"),
            ("汉语言文学", "文学学士"),
            ("行政管理", "管理学学士"),
        ],
    ),
    ("例原工业大学", &[("计算机科学与技术", "工学学士"), ("土木工程", "工学学士"), ("机械工程", "工学学士")]),
    ("例山师范学院", &[("学前教育", "教育学学士"), ("汉语言文学", "文学学士"), ("思想政治教育", "法学学士")]),
    ("例川财经学院", &[("会计学", "管理学学士"), ("电子商务", "管理学学士"), ("市场营销", "管理学学士")]),
    ("例海民族大学", &[("社会工作", "法学学士"), ("旅游管理", "管理学学士")]),
];
pub(super) const COLLEGES: [(&str, &[&str]); 6] = [
    ("例河职业技术学院", &["建筑工程技术", "计算机应用技术", "会计"]),
    ("例江农业职业学院", &["畜牧兽医", "园林技术", "现代农业技术"]),
    ("例山幼儿师范高等专科学校", &["学前教育", "早期教育"]),
    ("例川卫生职业学院", &["护理", "农村医学"]),
    ("例原机电职业技术学院", &["机电一体化技术", "数控技术"]),
    ("例江商贸职业学院", &["电子商务", "会计", "市场营销"]),
];
pub(super) const VOCATIONAL: [(&str, &[&str]); 4] = [
    ("例河职业教育中心", &["计算机应用", "会计"]),
    ("例江农业学校", &["种植", "畜牧兽医"]),
    ("例山卫生学校", &["护理", "农村医学"]),
    ("例原机械工业学校", &["机械加工", "汽车维修"]),
];
pub(super) const IN_SERVICE: [&str; 4] =
    ["例江开放大学", "例江农业大学继续教育学院", "例山师范学院继续教育学院", "例江干部函授学院"];

pub(super) const MASTERS: [(&str, &str); 3] =
    [("农业管理", "农业硕士"), ("公共管理", "公共管理硕士"), ("农村发展", "农业硕士")];
pub(super) const IN_SERVICE_MAJORS: [&str; 5] =
    ["行政管理", "农村行政与经济管理", "法学", "农业经济管理", "社会工作"];

pub(super) const STRENGTHS: [&str; 16] = [
    "矛盾调解",
    "茶叶种植",
    "生猪养殖",
    "稻虾综合种养",
    "电子商务",
    "直播带货",
    "财务管理",
    "文字材料",
    "信访接待",
    "工程管理",
    "乡村旅游",
    "蔬菜大棚",
    "林下经济",
    "农机维修",
    "计算机应用",
    "组织群众文体活动",
];
pub(super) const TECHNICAL: [&str; 6] = [
    "农民农艺师",
    "助理农艺师",
    "乡村医生执业证书",
    "初级会计",
    "社会工作者（初级）",
    "农机驾驶操作（高级）",
];

/// What was done before a post, by where a person comes from (ids of the national pack's source groups): the first
/// jobs, the last one. `{v}` is the village, `{c}` the county.
pub(super) fn jobs(source: &str) -> (&'static [&'static str], &'static [&'static str]) {
    match source {
        "returned_graduate" => (
            &[
                "例海市某农业科技公司技术员",
                "例海市某电子商务公司运营",
                "例江市某建筑公司资料员",
                "例江市某培训机构教师",
            ],
            &["返乡，在{v}创办家庭农场", "返乡，参与{v}村级事务", "返乡，从事农村电商"],
        ),
        "unemployed_graduate" => (&["备考、待业"], &["{c}某社区公益性岗位"]),
        "veteran" => (
            &["中国人民解放军某部服役", "武警某部服役"],
            &["退役返乡，在{v}务农", "退役返乡，从事运输", "{c}某保安公司工作"],
        ),
        "prosperity_leader" => (
            &["外省务工", "{c}城区经商"],
            &["在{v}创办种植专业合作社，任理事长", "在{v}经营养殖场", "在{v}承包茶园"],
        ),
        "returned_entrepreneur" => {
            (&["外省某电子厂务工", "外省经商"], &["返乡创办农产品加工厂", "返乡经营民宿"])
        }
        "migrant_worker" => (
            &["外省某建筑工地务工", "外省某制衣厂务工", "外省从事装修"],
            &["外省务工经商", "{c}城区个体经营"],
        ),
        "grid_worker" => (&["在{v}务农", "外省务工"], &["{v}网格员"]),
        "village_doctor" => (&["{c}某卫生院见习"], &["{v}卫生室乡村医生"]),
        "full_time_cadre" => (&["在{v}务农", "{c}某企业职工"], &["{v}文书", "{v}会计"]),
        _ => (&["在{v}务农", "外省务工"], &["在{v}务农"]),
    }
}

pub(super) const KIN_WORK: [&str; 8] = [
    "在家务农",
    "在外务工",
    "个体经营",
    "{c}某小学教师",
    "{c}某卫生院职工",
    "{c}某企业职工",
    "例海市某公司职员",
    "{v}村民",
];

pub(super) const REWARDS: [(&str, &str); 6] = [
    ("优秀共产党员", "中共{c}委员会"),
    ("优秀党务工作者", "中共{c}委员会"),
    ("乡村振兴先进个人", "{c}人民政府"),
    ("人民调解工作先进个人", "{c}司法局"),
    ("最美退役军人", "{c}退役军人事务局"),
    ("三八红旗手", "{c}妇女联合会"),
];
pub(super) const SANCTIONS: [&str; 3] = ["党内警告", "党内严重警告", "诫勉"];
