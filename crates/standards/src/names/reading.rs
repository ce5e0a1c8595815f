//! How names are read.

use super::MOST_READINGS;
use pinyin::{ToPinyin, ToPinyinMulti};

/// Readings of surnames that differ from the character's commonest one.
const SURNAMES: [(char, &str); 44] = [
    ('万', "wan"),
    ('乐', "yue"),
    ('乜', "nie"),
    ('亶', "dan"),
    ('仇', "qiu"),
    ('任', "ren"),
    ('佴', "nai"),
    ('单', "shan"),
    ('卜', "bu"),
    ('区', "ou"),
    ('华', "hua"),
    ('召', "shao"),
    ('句', "gou"),
    ('员', "yun"),
    ('哈', "ha"),
    ('尉', "wei"),
    ('幺', "yao"),
    ('折', "she"),
    ('晟', "cheng"),
    ('曾', "zeng"),
    ('朴', "piao"),
    ('查', "zha"),
    ('柏', "bai"),
    ('洗', "xian"),
    ('盖', "ge"),
    ('祭', "zhai"),
    ('秘', "bi"),
    ('种', "chong"),
    ('繁', "po"),
    ('缪', "miao"),
    ('翟', "zhai"),
    ('能', "nai"),
    ('莘', "shen"),
    ('蔚', "yu"),
    ('薄', "bo"),
    ('覃', "qin"),
    ('解', "xie"),
    ('贠', "yun"),
    ('贾', "jia"),
    ('郇', "xun"),
    ('都', "du"),
    ('隗', "kui"),
    ('重', "chong"),
    ('黑', "he"),
];

/// Double surnames whose reading is not that of their characters.
const DOUBLE: [(&str, [&str; 2]); 6] = [
    ("长孙", ["zhang", "sun"]),
    ("尉迟", ["yu", "chi"]),
    ("万俟", ["mo", "qi"]),
    ("澹台", ["tan", "tai"]),
    ("单于", ["chan", "yu"]),
    ("乐正", ["yue", "zheng"]),
];

/// What characters are called in names elsewhere than at their head.
const IN_NAMES: [(char, &str); 6] =
    [('卜', "bu"), ('长', "chang"), ('晟', "sheng"), ('枞', "zong"), ('贠', "yun"), ('行', "xing")];

/// Parts of place names with a reading of their own.
const PLACES: [(&str, &[&str]); 16] = [
    ("六安", &["lu", "an"]),
    ("尉犁", &["yu", "li"]),
    ("蔚县", &["yu", "xian"]),
    ("乐亭", &["lao", "ting"]),
    ("乐清", &["yue", "qing"]),
    ("蚌埠", &["beng", "bu"]),
    ("番禺", &["pan", "yu"]),
    ("铅山", &["yan", "shan"]),
    ("洪洞", &["hong", "tong"]),
    ("浚县", &["xun", "xian"]),
    ("东阿", &["dong", "e"]),
    ("吴堡", &["wu", "bu"]),
    ("单县", &["shan", "xian"]),
    ("厦门", &["xia", "men"]),
    ("大埔", &["da", "bu"]),
    ("里堡", &["li", "pu"]),
];

/// What follows a surname in a village's name: 单家, 解庄.
const AFTER_SURNAME: &str = "家庄村屯店楼营寨湾岗冈沟集府坊桥窑坪坝坑坎岭洼垸畈冲塆墩巷堡圩郢";

/// A syllable in ASCII: ü as v.
fn ascii(syllable: &'static str) -> String {
    syllable.replace('ü', "v").replace('ê', "e")
}

/// Every reading of a character without tones, commonest first; none for what is no Chinese character.
pub fn readings_of(c: char) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for reading in c.to_pinyin_multi().into_iter().flatten() {
        let reading = ascii(reading.plain());
        if !reading.is_empty() && !out.contains(&reading) {
            out.push(reading);
        }
    }
    out
}

/// The reading by custom of each character of a simplified, folded name.
pub(super) fn customary(name: &str, person: bool) -> Vec<String> {
    let chars: Vec<char> = name.chars().collect();
    let mut out: Vec<String> = chars
        .iter()
        .map(|c| match IN_NAMES.iter().find(|(known, _)| known == c) {
            Some((_, reading)) => (*reading).to_owned(),
            None => c.to_pinyin().map_or_else(|| c.to_string(), |p| ascii(p.plain())),
        })
        .collect();
    let (Some(first), Some(second)) = (chars.first(), chars.get(1)) else { return out };
    if person || AFTER_SURNAME.contains(*second) {
        if let Some((_, reading)) = SURNAMES.iter().find(|(c, _)| c == first) {
            out[0] = (*reading).to_owned();
        }
        if let Some((_, readings)) = DOUBLE.iter().find(|(double, _)| name.starts_with(double)) {
            out.splice(..2, readings.iter().map(|r| (*r).to_owned()));
        }
    }
    if !person {
        for (part, readings) in PLACES {
            if let Some(at) = name.find(part).map(|at| name[..at].chars().count()) {
                let end = at + readings.len();
                out.splice(at..end, readings.iter().map(|r| (*r).to_owned()));
            }
        }
    }
    out
}

/// The readings kept of one character.
const EACH: usize = 3;

/// Readings of a name, each a list of syllables: that by custom, then those that differ from it in one character, then in
/// two, at most [`MOST_READINGS`].
pub(super) fn all(name: &str, custom: &[String]) -> Vec<Vec<String>> {
    let others: Vec<Vec<String>> = name
        .chars()
        .zip(custom)
        .map(|(c, usual)| readings_of(c).into_iter().take(EACH).filter(|r| r != usual).collect())
        .collect();
    let mut out = vec![custom.to_vec()];
    let mut done = 0;
    // Each round changes one more character, to the right of those changed before.
    let mut frontier: Vec<(usize, usize)> = vec![(0, 0)];
    while done < frontier.len() && out.len() < MOST_READINGS {
        let (base, from) = frontier[done];
        done += 1;
        for (at, readings) in others.iter().enumerate().skip(from) {
            for reading in readings {
                if out.len() >= MOST_READINGS {
                    break;
                }
                let mut next = out[base].clone();
                next[at].clone_from(reading);
                if !out.contains(&next) {
                    out.push(next);
                    frontier.push((out.len() - 1, at + 1));
                }
            }
        }
    }
    out
}

/// Pinyin as people type it, folded as keys are: lower case, no tones, blanks, marks; ü and u: as v, lyu as lv.
pub fn fold_pinyin(text: &str) -> String {
    const TONES: [(&str, char); 7] = [
        ("āáǎà", 'a'),
        ("ēéěèê", 'e'),
        ("īíǐì", 'i'),
        ("ōóǒò", 'o'),
        ("ūúǔù", 'u'),
        ("ǖǘǚǜü", 'v'),
        ("ńňǹ", 'n'),
    ];
    let folded = crate::fold_name(text).replace("u:", "v");
    let plain = folded.chars().filter_map(|c| match c {
        'a'..='z' => Some(c),
        _ => TONES.iter().find(|(marked, _)| marked.contains(c)).map(|(_, letter)| *letter),
    });
    plain.collect::<String>().replace("lyu", "lv")
}

/// A joined reading with the sounds levelled that southern speech does not tell apart: zh z, ch c, sh s, ng n, n l, v u.
pub fn blurred(reading: &str) -> String {
    let reading = reading.replace("zh", "z").replace("ch", "c").replace("sh", "s").replace("ng", "n");
    reading.replace('n', "l").replace('v', "u")
}
