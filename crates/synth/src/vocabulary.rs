//! The words that invented names are made of. No stem made of them is the stem of a real village, township or
//! county: tests/divisions.rs goes through all of them against the nation's 620,573 villages.

const FIRST: &str =
    "樨蕙菡霁璃黛荇蘅薜楸槿箫笙笛翎鹂鸢鹄蝉萤霭霏皎漱疏絮素缃璎瑾琮珩谧悠煦曦暄晗昀晞旻霜蒹葭楝栩泠淙湉潋";
const LAST: &str = "汀坞坪岭湾桥坡岗垄渡洲冲峪屯店集铺堰圩畈泊浦涧埠梁坳塬田林泉坝埂墩荡川源滩圃墅陌";
const SURNAMES: &str = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕";

/// Every stem a village, township or county name can have, short ones first.
pub fn stems() -> Vec<String> {
    let mut out = short();
    out.extend(long());
    out.extend(crate::shape::SHAPES.iter().flat_map(|s| [s.county, s.town]).map(str::to_owned));
    out.extend(divisions().map(str::to_owned));
    out
}

/// The province and city that invented counties stand in.
pub fn divisions() -> [&'static str; 2] {
    ["示例省", "示例市"]
}

/// Two characters.
pub(crate) fn short() -> Vec<String> {
    FIRST.chars().flat_map(|a| LAST.chars().map(move |b| String::from_iter([a, b]))).collect()
}

/// Three characters: only counties of more than 2,000 villages need them.
pub(crate) fn long() -> Vec<String> {
    let mut out = Vec::new();
    for a in FIRST.chars() {
        for b in FIRST.chars().filter(|b| *b != a) {
            out.extend(LAST.chars().map(|c| String::from_iter([a, b, c])));
        }
    }
    out
}

/// An invented person: surname, 例, and a character. The numbers choose.
pub fn person_name(surname: usize, given: usize) -> String {
    let pick = |words: &str, i: usize| words.chars().nth(i % words.chars().count()).unwrap_or('例');
    String::from_iter([pick(SURNAMES, surname), '例', pick(FIRST, given)])
}
