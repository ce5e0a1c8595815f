//! Official documents and pages of villages: what stands where, opened again.

use crate::samples::AGE_DATE;
use documents::{
    Annex, Block, Cell, Column, DocumentFault, Followed, Imprint, Mending, Official, PDF_BUILT, PackMark,
    ScorePart, Teammate, VillagePage,
};
use jiff::civil::datetime;
use kernel::Score;
use std::io::{Cursor, Read};

fn part(docx: &[u8], name: &str) -> String {
    let mut zip = zip::ZipArchive::new(Cursor::new(docx)).unwrap();
    let mut text = String::new();
    zip.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

/// The words of a part, a paragraph a line.
fn words(xml: &str) -> Vec<String> {
    let paragraph = |p: &str| -> String {
        let text = p.split("<w:t").skip(1).filter(|t| t.starts_with([' ', '>']));
        text.filter_map(|t| t.split_once('>')?.1.split("</w:t>").next()).collect()
    };
    xml.split("</w:p>").map(paragraph).collect()
}

fn official() -> Official {
    let annex = |title: &str, rows: Vec<Vec<Cell>>| Annex {
        title: title.into(),
        columns: vec![Column::of("村", 8), Column::of("总分", 4)],
        rows,
    };
    Official {
        issuer: "例山县委组织部".into(),
        number: None,
        title: "关于2026年度考核结果的公示".into(),
        to: String::new(),
        body: vec![Block::Heading("一、考核结果".into()), Block::Text("参加考核 2 个村。\u{b}".into())],
        annexes: vec![
            annex("结果", vec![vec![Cell::text("例东村"), Cell::Score(Score(9321))]]),
            annex("说明 & <注>", vec![vec![Cell::text("例西村"), Cell::Empty]]),
        ],
        signer: "例山县委组织部".into(),
        day: Some(AGE_DATE),
        draft: true,
        synthetic: true,
    }
}

#[test]
fn an_official_document_stands_as_gb_t_9704_says() {
    let docx = official().docx().unwrap();
    let xml = part(&docx, "word/document.xml");
    // 37 mm above, 28 mm at the left: 37 / 25.4 * 1440 = 2098, 28 / 25.4 * 1440 = 1587.
    assert!(xml.contains("w:top=\"2098\"") && xml.contains("w:left=\"1587\""), "{xml}");
    let lines = words(&xml);
    let at =
        |text: &str| lines.iter().position(|l| l == text).unwrap_or_else(|| panic!("no {text}: {lines:?}"));
    let order = [
        "代拟稿",
        "例山县委组织部",
        "〔　　　　〕　　号",
        "关于2026年度考核结果的公示",
        "一、考核结果",
        "参加考核 2 个村。",
        "附件：1．结果",
        "　　　2．说明 &amp; &lt;注&gt;",
        "2026年11月18日",
        "附件1",
        "93.21",
        "附件2",
    ];
    let places: Vec<usize> = order.iter().map(|text| at(text)).collect();
    assert!(places.windows(2).all(|w| w[0] < w[1]), "{places:?}");
    // The folio: odd pages right, even pages left, the mark of what is invented on both.
    let (odd, even) = (part(&docx, "word/footer1.xml"), part(&docx, "word/footer2.xml"));
    for foot in [&odd, &even] {
        assert!(foot.contains("〔合成〕演示数据") && foot.contains("— "), "{foot}");
    }
    assert_ne!(odd.contains("w:jc w:val=\"left\""), even.contains("w:jc w:val=\"left\""));
    assert_eq!(docx, official().docx().unwrap(), "the same bytes again");
}

#[test]
fn what_is_real_bears_no_mark_and_a_sealed_one_no_draft() {
    let mut real = official();
    (real.synthetic, real.draft) = (false, false);
    real.number = Some("例组发〔2026〕3号".into());
    let docx = real.docx().unwrap();
    assert!(!part(&docx, "word/footer1.xml").contains("合成"));
    let lines = words(&part(&docx, "word/document.xml"));
    assert!(!lines.iter().any(|l| l == "代拟稿") && lines.iter().any(|l| l == "例组发〔2026〕3号"));
}

#[test]
fn a_ragged_annex_is_refused_with_its_row() {
    let mut bad = official();
    bad.annexes[0].rows.push(vec![Cell::Empty]);
    assert_eq!(bad.docx(), Err(DocumentFault::Ragged { row: 2, cells: 1, columns: 2 }));
    bad.annexes[0].columns.clear();
    assert_eq!(bad.docx(), Err(DocumentFault::Size));
}

fn page() -> VillagePage {
    VillagePage {
        township: "例河镇".into(),
        village: "例东村".into(),
        code: "990101101200".into(),
        year: "2026".into(),
        grade: "一等".into(),
        total: Some(Score(9321)),
        rank: Some((1, 3)),
        colour: "绿色".into(),
        team: vec![Teammate {
            name: "曹例未".into(),
            posts: "书记、主任".into(),
            sex: "男".into(),
            age: Some(57),
            education: "大专".into(),
            tracks: "党·选".into(),
        }],
        scores: vec![ScorePart {
            name: "集体经济".into(),
            score: Some(Score(1156)),
            full: Some(Score(1800)),
            lost: "收益增幅 丢 2.60 分".into(),
        }],
        results: vec![Followed {
            what: "奖励".into(),
            whom: "例东村".into(),
            basis: "第二十七条".into(),
            sum: "10,000".into(),
            state: "决定执行".into(),
        }],
        mending: vec![Mending { ground: "难点村".into(), closed: "1 / 4".into(), ..Mending::default() }],
        visit: vec!["水库占地：两户意见".into()],
        imprint: Imprint {
            printed_by: "何例乙".into(),
            printed_at: datetime(2026, 11, 18, 8, 30, 0, 0),
            pack: Some(PackMark {
                name: "例办法".into(), version: "2026".into(), hash: "7c1e04b9".into()
            }),
            synthetic: true,
        },
    }
}

#[test]
fn a_page_of_a_village_says_result_team_consequences_and_what_to_mend() {
    let docx = page().docx().unwrap();
    let lines = words(&part(&docx, "word/document.xml"));
    for wanted in
        ["例东村一村一页", "93.21", "第 1 / 3 名", "曹例未", "11.56", "10,000", "1 / 4", "水库占地：两户意见"]
    {
        assert!(lines.iter().any(|l| l == wanted), "no {wanted}: {lines:?}");
    }
    assert!(part(&docx, "word/footer1.xml").contains("演示数据"));
    // Missing is said, never a zero.
    let missing = VillagePage { total: None, rank: None, ..page() };
    let lines = words(&part(&missing.docx().unwrap(), "word/document.xml"));
    assert!(lines.iter().any(|l| l == "缺项，未计"));
}

#[test]
fn both_are_typeset_where_pdf_is_built() {
    if !PDF_BUILT {
        assert!(matches!(official().pdf(), Err(DocumentFault::PdfNotBuilt | DocumentFault::NoFonts)));
        return;
    }
    for pdf in [official().pdf().unwrap(), page().pdf().unwrap()] {
        assert!(pdf.starts_with(b"%PDF-"));
    }
    assert_eq!(official().pdf().unwrap(), official().pdf().unwrap(), "the same bytes again");
}
