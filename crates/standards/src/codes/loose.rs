//! Codes from the words that offices write.

use super::{Code, DEGREES, EDUCATION, ETHNIC_GROUPS, MARITAL_STATUS, POLITICAL_STATUS, SEX};
use crate::fold_name;
use crate::near::near;
use kernel::{Lang, Message, msg};

/// A word that is no value of a code set.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CodeFault {
    /// The word.
    pub text: String,
    /// Values that look like it, nearest first, at most five.
    pub near: Vec<Code>,
}

impl CodeFault {
    /// What is wrong, and what it may have meant.
    pub fn message(&self) -> Message {
        let text: String = self.text.chars().take(20).collect();
        if text.is_empty() {
            return msg!("没有填");
        }
        match self.near.is_empty() {
            true => msg!("不认得“{text}”", text = text),
            false => {
                let near: Vec<&str> = self.near.iter().map(|(_, label)| *label).collect();
                msg!("不认得“{text}”，是不是 {near}", text = text, near = near)
            }
        }
    }

    /// The same in Chinese, for lists that hold plain text.
    pub fn text(&self) -> String {
        self.message().text(Lang::Zh)
    }
}

/// Another word for a value: the word, the code.
type Alias = (&'static str, &'static str);

fn find(set: &'static [Code], aliases: &[Alias], given: &str, word: &str) -> Result<Code, CodeFault> {
    let by_code = |code: &str| set.iter().find(|(c, _)| *c == code).copied();
    let found = set
        .iter()
        .find(|(_, label)| *label == word)
        .copied()
        .or_else(|| aliases.iter().find(|(alias, _)| *alias == word).and_then(|(_, code)| by_code(code)))
        .or_else(|| by_code(word))
        // Spreadsheets drop the zero of 01.
        .or_else(|| (word.len() == 1).then(|| by_code(&format!("0{word}"))).flatten());
    found.ok_or_else(|| {
        let labels = set.iter().map(|code| (code.1, *code));
        let words = aliases.iter().filter_map(|(alias, code)| Some((*alias, by_code(code)?)));
        let mut near = near(word, labels.chain(words));
        let mut seen = Vec::new();
        near.retain(|code| {
            !seen.contains(&code.0) && {
                seen.push(code.0);
                true
            }
        });
        CodeFault { text: given.trim().to_owned(), near }
    })
}

/// GB/T 2261.1 sex: 男, 女性, M, 1.
///
/// # Errors
/// A word that is none, with near ones.
pub fn sex_from(text: &str) -> Result<Code, CodeFault> {
    const ALIASES: [Alias; 12] = [
        ("男", "1"),
        ("女", "2"),
        ("m", "1"),
        ("f", "2"),
        ("male", "1"),
        ("female", "2"),
        ("男士", "1"),
        ("女士", "2"),
        ("先生", "1"),
        ("未知", "0"),
        ("未说明", "9"),
        ("不详", "9"),
    ];
    find(&SEX, &ALIASES, text, &fold_name(text))
}

/// GB/T 2261.2 marital status: 已婚, 离异.
///
/// # Errors
/// A word that is none, with near ones.
pub fn marital_from(text: &str) -> Result<Code, CodeFault> {
    const ALIASES: [Alias; 7] = [
        ("单身", "10"),
        ("结婚", "20"),
        ("离异", "40"),
        ("离婚未再婚", "40"),
        ("丧妻", "30"),
        ("丧夫", "30"),
        ("未说明", "90"),
    ];
    find(&MARITAL_STATUS, &ALIASES, text, &fold_name(text))
}

/// GB/T 4762 political status: 党员, 中共预备党员, 团员, 民盟, 无党派, 群众.
///
/// # Errors
/// A word that is none, with near ones.
pub fn political_from(text: &str) -> Result<Code, CodeFault> {
    const ALIASES: [Alias; 40] = [
        ("党员", "01"),
        ("中共", "01"),
        ("共产党员", "01"),
        ("正式党员", "01"),
        ("中共正式党员", "01"),
        ("中国共产党党员", "01"),
        ("中国共产党", "01"),
        ("预备党员", "02"),
        ("中国共产党预备党员", "02"),
        ("团员", "03"),
        ("共青团", "03"),
        ("中国共产主义青年团团员", "03"),
        ("民革", "04"),
        ("民革会员", "04"),
        ("中国国民党革命委员会", "04"),
        ("民盟", "05"),
        ("中国民主同盟", "05"),
        ("民建", "06"),
        ("中国民主建国会", "06"),
        ("民进", "07"),
        ("中国民主促进会", "07"),
        ("农工", "08"),
        ("农工党", "08"),
        ("农工民主党", "08"),
        ("中国农工民主党", "08"),
        ("致公党", "09"),
        ("中国致公党", "09"),
        ("九三", "10"),
        ("九三学社", "10"),
        ("九三社员", "10"),
        ("台盟", "11"),
        ("台湾民主自治同盟", "11"),
        ("无党派", "12"),
        ("无党派民主人士", "12"),
        ("民主人士", "12"),
        ("普通群众", "13"),
        ("普通公民", "13"),
        ("非党员", "13"),
        ("民盟会员", "05"),
        ("民建党员", "06"),
    ];
    find(&POLITICAL_STATUS, &ALIASES, text, &fold_name(text))
}

/// GB/T 4658 education, the main classes: 大学本科, 省委党校研究生, 大专, 中师, 高中毕业.
///
/// # Errors
/// A word that is none, with near ones; education that was not finished (肄业, 在读) is none.
pub fn education_from(text: &str) -> Result<Code, CodeFault> {
    const ALIASES: [Alias; 43] = [
        ("研究生", "10"),
        ("硕士", "10"),
        ("博士", "10"),
        ("硕士研究生", "10"),
        ("博士研究生", "10"),
        ("博士后", "10"),
        ("大学", "20"),
        ("本科", "20"),
        ("大本", "20"),
        ("大学本科", "20"),
        ("本科生", "20"),
        ("双学位", "20"),
        ("学士", "20"),
        ("大学普通班", "30"),
        ("大专", "30"),
        ("专科", "30"),
        ("大学专科", "30"),
        ("专科生", "30"),
        ("高职", "30"),
        ("高等职业", "30"),
        ("高职高专", "30"),
        ("中专", "40"),
        ("中等专科", "40"),
        ("中等专业", "40"),
        ("中等职业", "40"),
        ("中职", "40"),
        ("职高", "40"),
        ("职业高中", "40"),
        ("中技", "40"),
        ("技校", "40"),
        ("中师", "40"),
        ("农广校", "40"),
        ("高中", "60"),
        ("普通高中", "60"),
        ("普高", "60"),
        ("初中", "70"),
        ("普通初中", "70"),
        ("小学", "80"),
        ("文盲", "90"),
        ("半文盲", "90"),
        ("文盲半文盲", "90"),
        ("未上学", "90"),
        ("无学历", "90"),
    ];
    const SCHOOLS: [&str; 18] = [
        "全日制",
        "在职",
        "函授",
        "自考",
        "自学考试",
        "成人",
        "夜大",
        "电大",
        "中央电大",
        "中央党校",
        "省委党校",
        "市委党校",
        "区委党校",
        "自治区党委党校",
        "党校",
        "网络教育",
        "国家开放大学",
        "普通高等教育",
    ];
    let folded = fold_name(text).replace(['(', ')', '（', '）'], "");
    let mut word = folded.as_str();
    // 函授本科毕业, 省委党校研究生学历: how it was obtained and that it was does not change the class.
    while let Some(rest) = ["毕业", "学历", "文化程度", "文化", "教育", "程度"]
        .iter()
        .find_map(|ending| word.strip_suffix(ending))
        .filter(|rest| !rest.is_empty())
    {
        word = rest;
    }
    while let Some(rest) = SCHOOLS
        .iter()
        .find_map(|school| word.strip_prefix(school).or_else(|| word.strip_suffix(school)))
        .filter(|rest| !rest.is_empty())
    {
        word = rest;
    }
    find(&EDUCATION, &ALIASES, text, &folded).or_else(|_| find(&EDUCATION, &ALIASES, text, word))
}

/// GB/T 6864 degrees, the main classes: 工学学士, 农业硕士, 博士学位.
///
/// # Errors
/// A word that is none, with near ones.
pub fn degree_from(text: &str) -> Result<Code, CodeFault> {
    let folded = fold_name(text);
    let word = folded.strip_suffix("学位").unwrap_or(&folded);
    // 农学学士, 公共管理硕士: the field stands before.
    let class = ["名誉博士", "博士", "硕士", "学士"].into_iter().find(|class| word.ends_with(class));
    find(&DEGREES, &[], text, class.unwrap_or(word))
}

/// GB/T 3304 ethnic groups: 汉, 汉族, 维族.
///
/// # Errors
/// A word that is none, with near ones.
pub fn ethnic_from(text: &str) -> Result<Code, CodeFault> {
    const ALIASES: [Alias; 6] =
        [("维族", "05"), ("蒙族", "02"), ("哈族", "17"), ("柯族", "29"), ("朝族", "10"), ("满州族", "11")];
    let word = fold_name(text);
    let whole = format!("{word}族");
    match ETHNIC_GROUPS.iter().find(|(_, label)| *label == whole) {
        Some(code) => Ok(*code),
        None => find(&ETHNIC_GROUPS, &ALIASES, text, &word),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type From = fn(&str) -> Result<Code, CodeFault>;

    #[test]
    fn words_of_offices_find_their_codes() {
        let cases: [(From, &[(&str, &str)]); 6] = [
            (sex_from, &[("男", "1"), ("女性", "2"), ("Ｍ", "1"), (" 女 ", "2"), ("1", "1"), ("9", "9")]),
            (marital_from, &[("已婚", "20"), ("离异", "40"), ("未婚", "10"), ("30", "30")]),
            (
                political_from,
                &[
                    ("党员", "01"),
                    ("中共党员", "01"),
                    ("预备党员", "02"),
                    ("共青团员", "03"),
                    ("团员", "03"),
                    ("九三学社", "10"),
                    ("群众", "13"),
                    ("无党派", "12"),
                    ("01", "01"),
                    ("1", "01"),
                ],
            ),
            (
                education_from,
                &[
                    ("大学本科", "20"),
                    ("本科", "20"),
                    ("大学", "20"),
                    ("大学本科教育", "20"),
                    ("大学本科毕业", "20"),
                    ("函授本科", "20"),
                    ("本科（函授）", "20"),
                    ("大专", "30"),
                    ("专科", "30"),
                    ("大学专科", "30"),
                    ("研究生", "10"),
                    ("中央党校研究生", "10"),
                    ("硕士", "10"),
                    ("高中", "60"),
                    ("高中文化", "60"),
                    ("中专", "40"),
                    ("职业高中", "40"),
                    ("初中", "70"),
                    ("小学", "80"),
                    ("20", "20"),
                ],
            ),
            (degree_from, &[("农学学士", "4"), ("公共管理硕士", "3"), ("博士学位", "2"), ("名誉博士", "1")]),
            (
                ethnic_from,
                &[("汉", "01"), ("汉族", "01"), ("土家", "15"), ("维族", "05"), ("56", "56"), ("1", "01")],
            ),
        ];
        for (from, words) in cases {
            for (word, code) in words {
                assert_eq!(from(word).map(|c| c.0), Ok(*code), "{word}");
            }
        }
    }

    #[test]
    fn other_words_are_refused_with_near_ones() {
        let near =
            |from: From, word: &str| from(word).unwrap_err().near.iter().map(|c| c.1).collect::<Vec<_>>();
        assert!(near(education_from, "本科肄业").contains(&"大学本科教育"));
        assert!(near(education_from, "高中在读").contains(&"普通高级中学教育"));
        assert!(near(political_from, "中共预备").contains(&"中共预备党员"));
        assert!(near(ethnic_from, "苗族人").contains(&"苗族"));
        assert_eq!(near(degree_from, "甲"), Vec::<&str>::new());
        assert!(sex_from("").is_err() && sex_from("3").is_err() && degree_from("无").is_err());
        assert_eq!(sex_from("").unwrap_err().text(), "没有填");
        assert!(education_from("本科肄业").unwrap_err().text().starts_with("不认得“本科肄业”，是不是"));
    }

    #[test]
    fn every_label_and_code_finds_itself() {
        let sets: [(From, &[Code]); 6] = [
            (sex_from, &SEX),
            (marital_from, &MARITAL_STATUS),
            (political_from, &POLITICAL_STATUS),
            (education_from, &EDUCATION),
            (degree_from, &DEGREES),
            (ethnic_from, &ETHNIC_GROUPS),
        ];
        for (from, set) in sets {
            for code in set {
                assert_eq!((from(code.0), from(code.1)), (Ok(*code), Ok(*code)));
            }
        }
    }

    proptest! {
        #[test]
        fn no_word_panics(word in "\\PC{0,30}") {
            for from in [sex_from, marital_from, political_from, education_from, degree_from, ethnic_from] {
                let _ = from(&word).map_err(|f| f.text());
            }
        }
    }
}
