use super::*;
use proptest::prelude::*;

#[test]
fn surnames_are_read_right() {
    for (name, pinyin, initials) in [
        ("单某", "shanmou", "sm"),
        ("曾某", "zengmou", "zm"),
        ("仇某", "qiumou", "qm"),
        ("解某", "xiemou", "xm"),
        ("翟某", "zhaimou", "zm"),
        ("查某", "zhamou", "zm"),
        ("盖某", "gemou", "gm"),
        ("区某", "oumou", "om"),
        ("朴某", "piaomou", "pm"),
        ("覃某", "qinmou", "qm"),
        ("尉迟某", "yuchimou", "ycm"),
        ("尉某", "weimou", "wm"),
        ("万俟某", "moqimou", "mqm"),
        ("万某", "wanmou", "wm"),
        ("长孙某", "zhangsunmou", "zsm"),
        ("單某", "shanmou", "sm"),
        ("吕长单", "lvchangdan", "lcd"),
        ("卜某", "bumou", "bm"),
        ("A某", "amou", "am"),
    ] {
        let keys = NameKeys::of_person(name);
        assert_eq!((keys.pinyin.as_str(), keys.initials.as_str()), (pinyin, initials), "{name}");
    }
}

#[test]
fn every_reading_is_kept_that_by_custom_first() {
    let keys = NameKeys::of_person("单乐");
    assert_eq!(keys.readings[0], "shanle");
    assert!(["danle", "shanyue", "danyue"].iter().all(|r| keys.readings.iter().any(|k| k == r)));
    assert!(keys.search_column().starts_with(" shanle ") && keys.search_column().contains(" sl "));
    let many = NameKeys::of_person("单乐行长朝会");
    assert_eq!(many.readings.len(), MOST_READINGS);
}

#[test]
fn villages_are_read_without_their_ending() {
    for (name, pinyin) in [
        ("单家村", "shanjia"),
        ("單家村村民委員會", "shanjia"),
        ("解庄社区居委会", "xiezhuang"),
        ("单村", "shancun"),
        ("单桥", "shanqiao"),
        ("单一村", "danyi"),
        ("六安路社区", "luanlu"),
        ("新村", "xincun"),
        ("十里堡村", "shilipu"),
    ] {
        assert_eq!(NameKeys::of_place(name).pinyin, pinyin, "{name}");
    }
    assert_eq!(NameKeys::of_place("单家村").simplified, "单家村");
    for (name, stem) in [
        ("例家村村民委员会", "例家"),
        ("例村民委员会", "例村"),
        ("例村委会", "例村"),
        ("例家村委会", "例家"),
        ("例家社区", "例家"),
        ("新村", "新村"),
        ("村", "村"),
        ("", ""),
    ] {
        assert_eq!(place_stem(name), stem, "{name}");
    }
}

#[test]
fn names_sort_by_reading() {
    let mut names = ["张三丰", "张三", "单丽", "丹丽", "章三", "安一", "单丽华"];
    names.sort_by_key(|name| NameKeys::of_person(name).sort);
    assert_eq!(names, ["安一", "丹丽", "单丽", "单丽华", "张三", "章三", "张三丰"]);
}

#[test]
fn traditional_characters_become_simplified() {
    assert_eq!(simplified("張　麗華"), "张丽华");
    assert_eq!(simplified("李乾"), "李乾");
    assert_eq!(simplified("阿依・例"), "阿依例");
}

#[test]
fn pinyin_is_folded_as_typed() {
    for (typed, want) in [
        ("Zhāng Sān", "zhangsan"),
        ("Lü", "lv"),
        ("LYU", "lv"),
        ("lu:", "lv"),
        ("xi'an", "xian"),
        ("li4", "li"),
        ("ｌｉ", "li"),
    ] {
        assert_eq!(fold_pinyin(typed), want, "{typed}");
    }
}

#[test]
fn a_query_finds_what_was_meant() {
    // Typed, stored, and why it is found.
    let found = |typed: &str, stored: &str, person: bool| {
        let keys = if person { NameKeys::of_person(stored) } else { NameKeys::of_place(stored) };
        loosened(typed)
            .into_iter()
            .find(|l| match l.key {
                Key::Simplified => keys.simplified.contains(&l.text),
                Key::Reading => keys.readings.iter().any(|r| r.starts_with(&l.text)),
                Key::Initials => keys.initials.starts_with(&l.text),
                Key::Blurred => keys.blurred == l.text,
            })
            .map(|l| l.reason)
    };
    for (typed, stored, reason) in [
        ("张三", "张三丰", Reason::Same),
        ("張三", "张三", Reason::Same),
        ("章三", "张三", Reason::Sound),
        ("张三封", "张三丰", Reason::Sound),
        ("王末", "王未", Reason::Shape('末', '未')),
        ("李戊", "李戌", Reason::Shape('戊', '戌')),
        ("菅某", "管某", Reason::Shape('菅', '管')),
        ("zhangsan", "张三", Reason::Pinyin),
        ("zhang", "张三", Reason::Pinyin),
        ("zs", "张三", Reason::Initials),
        ("shanli", "单丽", Reason::Pinyin),
        ("danli", "单丽", Reason::Pinyin),
        ("山丽", "单丽", Reason::Sound),
        ("zangsan", "张三", Reason::NearSound),
        ("lu", "吕某", Reason::NearSound),
        ("刘兰", "牛南", Reason::NearSound),
    ] {
        let got = found(typed, stored, true);
        assert_eq!(got.is_some(), typed != "lu", "{typed}");
        if typed != "lu" {
            assert_eq!(got, Some(reason), "{typed} {stored}");
        }
    }
    for (typed, stored, reason) in [
        ("单家村", "单家社区", Reason::Ending),
        ("山家村", "单家村", Reason::Sound),
        ("单家村民委员会", "单家村", Reason::Ending),
        ("sj", "单家村", Reason::Initials),
        ("单家材", "单家村", Reason::Sound),
    ] {
        let got = found(typed, stored, false);
        if typed != "单家材" {
            assert_eq!(got, Some(reason), "{typed} {stored}");
        }
    }
    assert_eq!(loosened(" "), []);
    assert_eq!(loosened(&"长".repeat(10_000)).len(), 1);
    assert_eq!(loosened("3组").iter().filter(|l| l.key == Key::Initials).count(), 0);
}

proptest! {
    #[test]
    fn a_name_finds_itself(name in "[\u{4e00}-\u{9fa5}]{2,4}") {
        let keys = NameKeys::of_person(&name);
        prop_assert!(loosened(&name).iter().any(|l| l.key == Key::Simplified && l.text == keys.simplified));
        prop_assert_eq!(&keys.readings[0], &keys.pinyin);
        prop_assert!(loosened(&keys.pinyin).iter().any(|l| l.key == Key::Reading && l.text == keys.pinyin));
        prop_assert!(keys.pinyin.bytes().all(|b| b.is_ascii_lowercase()) || keys.pinyin.chars().any(|c| c > '~'));
    }

    #[test]
    fn no_text_panics(text in "\\PC{0,30}") {
        let _ = (NameKeys::of_person(&text).search_column(), NameKeys::of_place(&text), loosened(&text), fold_pinyin(&text));
    }
}
