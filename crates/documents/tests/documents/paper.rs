//! PDF: pages, words on them, the same bytes again. Words are read by `pdftotext`, where there is one.

use crate::samples;
use documents::{DocumentFault, PDF_BUILT};
use std::process::Command;

/// Whether pages can be made here; without them the refusal is looked at.
fn built() -> bool {
    if !PDF_BUILT {
        let refused = samples::approval().pdf();
        assert!(matches!(refused, Err(DocumentFault::PdfNotBuilt | DocumentFault::NoFonts)), "{refused:?}");
    }
    PDF_BUILT
}

/// Pages by the page tree, which stands unpacked.
pub(crate) fn pages(pdf: &[u8]) -> usize {
    let text = String::from_utf8_lossy(pdf);
    let count = text.split("/Type/Pages").chain(text.split("/Type /Pages")).find_map(|part| {
        let number = part.split("/Count").nth(1)?.trim_start();
        number.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
    });
    count.unwrap_or_default()
}

/// The words of each page; nothing without `pdftotext`.
fn words(pdf: &[u8], name: &str) -> Option<Vec<String>> {
    let path = std::env::temp_dir().join(format!("documents-{name}-{}.pdf", std::process::id()));
    std::fs::write(&path, pdf).unwrap();
    let output = Command::new("pdftotext").args(["-layout"]).arg(&path).arg("-").output();
    std::fs::remove_file(&path).unwrap();
    let text = String::from_utf8_lossy(&output.ok()?.stdout).into_owned();
    Some(text.split('\u{c}').filter(|page| !page.trim().is_empty()).map(str::to_owned).collect())
}

#[test]
fn an_approval_form_takes_both_sides_of_a_sheet() {
    if !built() {
        return;
    }
    let pdf = samples::approval().pdf().unwrap();
    assert_eq!(pages(&pdf), 2);
    let Some(pages) = words(&pdf, "approval") else { return };
    assert_eq!(pages.len(), 2);
    for wanted in ["干 部 任 免 审 批 表", "吴例己", "1995.04", "（31岁）", "农学学士", "2019.08--2022.05"]
    {
        assert!(pages[0].replace(' ', "").contains(&wanted.replace(' ', "")), "{wanted}");
    }
    for wanted in ["乡村振兴先进个人", "郑例庚", "已去世", "中共东河口镇委员会", "填表人：何例乙"]
    {
        assert!(pages[1].contains(wanted), "{wanted}");
    }
    assert!(pages.iter().all(|page| page.contains("演示数据") && page.contains("YZ-0000-0000")));
    // Each period's text begins at the same column.
    let starts: Vec<usize> = ["安徽某高校农学专业学习", "合肥某农业公司技术员", "返乡创办茶叶"]
        .iter()
        .map(|text| pages[0].lines().find_map(|line| line.find(text)).unwrap())
        .collect();
    assert!(starts.iter().all(|start| *start == starts[0]), "{starts:?}");
}

#[test]
fn what_does_not_fit_goes_on_to_continuation_sheets_whole() {
    if !built() {
        return;
    }
    let form = samples::long_approval();
    let pdf = form.pdf().unwrap();
    assert!(pages(&pdf) > 2);
    let Some(pages) = words(&pdf, "long") else { return };
    assert!(pages[0].contains("接续页") && pages[1].contains("接续页"));
    assert!(pages[2].contains("续页") && pages[2].contains("姓名：吴例己"));
    let all: String = pages.join("").split_whitespace().collect();
    // Every period, every relative and every award is somewhere.
    for i in 0..26 {
        assert!(all.contains(&format!("东河口镇第{i}村党总支委员")), "{i}");
    }
    for i in 1..=16 {
        assert!(all.contains(&format!("例某{i}")), "{i}");
    }
    assert_eq!(all.matches("由镇党委表彰").count(), 24);
    assert_eq!(all.matches("参加区委组织部村干部培训班学习并结业").count(), 26);
}

#[test]
fn one_endless_paragraph_is_cut_and_continued() {
    if !built() {
        return;
    }
    let mut form = samples::approval();
    form.record.reason = "例".repeat(3_000);
    let pdf = form.pdf().unwrap();
    assert!(pages(&pdf) > 2);
    if let Some(pages) = words(&pdf, "endless") {
        // The name, the relatives and the post hold a few more.
        assert!(pages.join("").matches('例').count() >= 3_000);
    }
}

#[test]
fn what_is_typed_is_printed_and_not_run() {
    if !built() {
        return;
    }
    let mut form = samples::approval();
    form.record.strengths = "#x *茶* $1$".into();
    form.record.family.clear();
    form.record.cv.clear();
    let Some(pages) = words(&form.pdf().unwrap(), "typed") else { return };
    let all: String = pages[0].split_whitespace().collect();
    assert!(all.contains("#x*茶*$1$"), "{all}");
}

#[test]
fn the_other_documents_are_pages_too() {
    if !built() {
        return;
    }
    assert_eq!(pages(&samples::filing().pdf().unwrap()), 1);
    let roster = samples::roster().pdf().unwrap();
    let Some(pages) = words(&roster, "roster") else { return };
    assert!(pages.len() > 1 && pages.iter().all(|page| page.contains("身份证号")), "heads repeat");
    let committee = words(&samples::committee().pdf().unwrap(), "committee").unwrap();
    assert!(committee[0].contains("空缺") && committee[0].contains("党·选"));
}

#[test]
fn the_same_form_gives_the_same_pages_on_any_thread() {
    if !built() {
        return;
    }
    let first = samples::long_approval().pdf().unwrap();
    let _ = samples::approval().pdf().unwrap();
    let other = std::thread::spawn(|| samples::long_approval().pdf().unwrap()).join().unwrap();
    assert!(first == other);
}

/// `cargo test -p yanzhen-documents --features pdf -- --ignored --nocapture pace`
#[test]
#[ignore = "a measurement"]
fn pace() {
    let started = std::time::Instant::now();
    let pdf = samples::approval().pdf().unwrap();
    println!("first form, fonts unpacked: {:?}, {} bytes", started.elapsed(), pdf.len());
    let started = std::time::Instant::now();
    for i in 0..20 {
        let mut form = samples::approval();
        form.record.name = format!("例某{i}");
        form.record.strengths = format!("茶叶种植与加工第{i}号");
        form.pdf().unwrap();
    }
    println!("a page, of 20 forms of two: {:?}", started.elapsed() / 40);
}
