//! Messages and help in two languages.

use crate::common::{Folder, run};
use crate::{MINI, edited};

fn chinese(c: &char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}')
}

/// Chinese and full-width punctuation.
fn wide(c: &char) -> bool {
    matches!(c, '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ffef}')
}

/// Everything that goes wrong in English over a pack and tables whose own text is ASCII.
fn english() -> Vec<String> {
    let folder = Folder::new();
    let names = [
        ("小办法", "small"),
        ("示例县委组织部", "office"),
        ("\"收入\"", "\"income\""),
        ("\"人数\"", "\"people\""),
        ("\"比例\"", "\"rate\""),
        ("\"已办\"", "\"done\""),
        ("\"日期\"", "\"since\""),
        ("\"类别\"", "\"kind\""),
        ("[\"一类\", \"二类\"]", "[\"one\", \"two\"]"),
    ];
    let ascii = edited(&folder, "ascii", MINI, "pack.toml", &names);
    let rows = "id,item,name,full,method,params,rater,basis\n\
        A1,i,a,90,ratio,fact=income;target=1,unit:a,\n\
        A3,i,b,10,rated,step=0.5,unit:a|unit:b,\n";
    folder.write("ascii/indicators.csv", rows);
    let facts = "code,income,people,rate,ok,since,kind,odd,odd,\n\
        1,x,1.5,1e2,maybe,2026-02-30,three,1,1,1\n\
        990101001201,\"1,0\",,,,,,,,\n990101001201,1.234,,,,,,,,\n990101001202,1\n\"a\"b,1\n,+1\n\"";
    let marks = "code,indicator,rater,mark,odd\n\
        990101001299,A9,unit:a,1,\n990101001201,A1,unit:a,1,\n990101001201,A3,unit:c,1,\n\
        990101001201,A3,unit:a,99,\n990101001201,A3,unit:b,0.3,\n\
        990101001201,A3,unit:b,1,\n990101001201,A3,unit:b,1,\n";
    let (facts, marks) = (folder.write("f.csv", facts), folder.write("m.csv", marks));
    let (cut, bytes) = (folder.write("cut.xlsx", "PK"), folder.write("bytes.csv", b"code\n\xff\xff\n"));
    let (good, bad) = (
        folder.write("good.csv", "code\n990101001201\n"),
        edited(&folder, "bad", &ascii, "indicators.csv", &[("step=0.5", "step=3"), ("ratio,", "median,")]),
    );
    let commands: [&[&str]; 9] = [
        &["appraise", &ascii, "--facts", &facts, "--marks", &marks],
        &["appraise", &ascii, "--facts", &cut],
        &["appraise", &ascii, "--facts", &bytes],
        &["appraise", &ascii, "--facts", &folder.at("none.csv")],
        &["appraise", &ascii, "--facts", &good, "--explain", "990101001299"],
        &["classify", &ascii, "--facts", &good],
        &["policy", "check", &bad],
        &["robust", &ascii, "--facts", &good, "--runs", "0"],
        &["no-such-command"],
    ];
    let mut lines = Vec::new();
    for command in commands {
        let ran = run(&[&["--lang", "en"], command].concat());
        assert!(ran.code > 0 && !ran.err.is_empty(), "{ran:?}");
        // What a yes/no cell may hold is data, not language.
        lines.extend(ran.err.replace("是/否", "").lines().map(str::to_owned));
    }
    assert!(lines.len() > 30, "{lines:#?}");
    lines
}

#[test]
fn english_messages_are_english() {
    let odd: Vec<String> = english().into_iter().filter(|l| l.chars().any(|c| chinese(&c))).collect();
    assert_eq!(odd, [""; 0]);
}

#[test]
fn english_messages_have_english_punctuation() {
    let odd: Vec<String> = english().into_iter().filter(|l| l.chars().any(|c| wide(&c))).collect();
    assert_eq!(odd, [""; 0]);
}

#[test]
fn help_speaks_both_languages() {
    let commands = "|appraise|propose|classify|whatif|robust|raters|synth|synth places|synth data|policy|\
        policy check|policy test|policy show|policy diff|policy hash|policy convert|policy schema";
    let mut odd = Vec::new();
    for command in commands.split('|') {
        let words: Vec<&str> = command.split_whitespace().collect();
        let help = |lang: &str| run(&[&["--lang", lang], &words[..], &["--help"]].concat()).ok().out;
        let (zh, en) = (help("zh"), help("en"));
        assert!(zh.lines().next().is_some_and(|l| l.chars().any(|c| chinese(&c))), "{zh}");
        assert_eq!(zh.matches("--").count(), en.matches("--").count(), "{command}: the same options in both");
        odd.extend(
            en.lines()
                .filter(|l| l.chars().any(|c| chinese(&c) || wide(&c)))
                .map(|l| format!("{command}: {l}")),
        );
    }
    assert_eq!(odd, [""; 0]);
}
