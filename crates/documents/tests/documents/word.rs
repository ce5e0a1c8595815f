//! Word documents: tables with the right cells.

use crate::samples;
use documents::{ApprovalForm, DocumentFault};
use quick_xml::Reader;
use quick_xml::events::Event;
use standards::lrmx::Photo;
use std::io::{Cursor, Read};

fn part(docx: &[u8], name: &str) -> String {
    let mut zip = zip::ZipArchive::new(Cursor::new(docx)).unwrap();
    let mut text = String::new();
    zip.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

/// A cell as the file says it: columns, `restart` or `continue`, words.
#[derive(Clone, PartialEq, Debug)]
struct Cell {
    span: usize,
    merge: String,
    text: String,
}

/// The rows of every table.
fn tables(xml: &str) -> Vec<Vec<Vec<Cell>>> {
    let mut reader = Reader::from_str(xml);
    let (mut tables, mut inside) = (Vec::new(), false);
    loop {
        let event = reader.read_event().unwrap();
        match &event {
            Event::Eof => return tables,
            Event::Start(e) | Event::Empty(e) => {
                let value = || {
                    let value = e.attributes().flatten().find(|a| a.key.local_name().as_ref() == "val");
                    value.map(|a| a.value.into_owned()).unwrap_or_default()
                };
                let rows: Option<&mut Vec<Vec<Cell>>> = tables.last_mut();
                match e.local_name().as_ref() {
                    "tbl" => tables.push(Vec::new()),
                    "tr" => rows.unwrap().push(Vec::new()),
                    "tc" => {
                        let cell = Cell { span: 1, merge: String::new(), text: String::new() };
                        rows.unwrap().last_mut().unwrap().push(cell);
                    }
                    "gridSpan" => last(rows).span = value().parse().unwrap(),
                    "vMerge" => last(rows).merge = value(),
                    "t" => inside = true,
                    _ => {}
                }
            }
            Event::End(e) if e.local_name().as_ref() == "t" => inside = false,
            Event::Text(words) if inside && !tables.is_empty() => {
                last(tables.last_mut()).text.push_str(words);
            }
            _ => {}
        }
    }
}

fn last(rows: Option<&mut Vec<Vec<Cell>>>) -> &mut Cell {
    rows.unwrap().last_mut().unwrap().last_mut().unwrap()
}

#[test]
fn approval_form_has_the_cells_of_the_standard_form() {
    let docx = samples::approval().docx().unwrap();
    let tables = tables(&part(&docx, "word/document.xml"));
    assert_eq!(tables.len(), 2, "two sides");
    for (table, columns) in tables.iter().zip([8, 7]) {
        for row in table {
            assert_eq!(row.iter().map(|cell| cell.span).sum::<usize>(), columns, "{row:?}");
        }
    }
    let cell = |span, merge: &str, text: &str| Cell { span, merge: merge.into(), text: text.into() };
    assert_eq!(
        tables[0][0],
        [
            cell(2, "", "姓　名"),
            cell(1, "", "吴例己"),
            cell(1, "", "性　别"),
            cell(1, "", "男"),
            cell(1, "", "出生年月（31岁）"),
            cell(1, "", "1995.04"),
            cell(1, "restart", "照　片"),
        ]
    );
    assert_eq!(tables[0][3].last().unwrap(), &cell(1, "continue", ""), "the photo reaches down four rows");
    assert_eq!(tables[0][4][0], cell(2, "restart", "学　历学　位"));
    assert_eq!(tables[0][5][0], cell(2, "continue", ""));
    assert_eq!(tables[0][9][1].span, 7, "the CV");
    assert!(tables[0][9][1].text.contains("2022.05--东河口镇毛岭村乡村振兴专干"), "{}", tables[0][9][1].text);
    // Heads, six relatives, a blank line: seven rows at least.
    assert_eq!(tables[1][3][0], cell(1, "restart", "家及庭社主会要关成系员　"));
    assert_eq!(
        tables[1][4][1..4].iter().map(|c| c.text.as_str()).collect::<Vec<_>>(),
        ["妻子", "郑例庚", "30"]
    );
    assert_eq!(tables[1][9][3].text, "", "no age for who has died");
    assert_eq!(tables[1][10][0], cell(1, "continue", ""));
    let family = tables[1].iter().filter(|row| !row[0].merge.is_empty()).count();
    assert_eq!(family, 8);
}

#[test]
fn each_period_of_the_cv_starts_at_the_same_column() {
    let docx = samples::approval().docx().unwrap();
    let xml = part(&docx, "word/document.xml");
    let hanging: Vec<&str> =
        xml.split("w:hanging=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert_eq!(hanging.len(), 4);
    assert!(hanging.iter().all(|twips| *twips == hanging[0]));
}

#[test]
fn what_is_typed_cannot_become_markup_and_the_synthetic_mark_is_on_every_page() {
    let mut form = samples::approval();
    form.record.health = "健康\u{b} & <w:b/>\u{0}".into();
    let docx = form.docx().unwrap();
    let tables = tables(&part(&docx, "word/document.xml"));
    assert!(part(&docx, "word/document.xml").contains("健康 &amp; &lt;w:b/&gt;"));
    assert_eq!(tables.len(), 2);
    assert!(part(&docx, "word/footer1.xml").contains("演示数据　虚构人物"));
    form.synthetic = false;
    assert!(!part(&form.docx().unwrap(), "word/footer1.xml").contains("演示数据"));
}

#[test]
fn a_photo_is_embedded_as_what_it_is() {
    let mut form = samples::long_approval();
    let docx = form.docx().unwrap();
    assert!(part(&docx, "word/_rels/document.xml.rels").contains("media/rIdPhoto.png"));
    let mut zip = zip::ZipArchive::new(Cursor::new(&docx)).unwrap();
    assert_eq!(zip.by_name("word/media/rIdPhoto.png").unwrap().size(), samples::png(70, 98).len() as u64);
    // The shortest JPEG that says its size.
    form.record.photo =
        Some(Photo { bytes: b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x0b\x08\x00\x62\x00\x46\x01".to_vec() });
    let docx = form.docx().unwrap();
    assert!(part(&docx, "word/_rels/document.xml.rels").contains("media/rIdPhoto.jpg"));
    assert!(part(&docx, "[Content_Types].xml").contains("image/jpeg"));
    form.record.photo = Some(Photo { bytes: b"GIF89a".to_vec() });
    assert_eq!(form.docx(), Err(DocumentFault::Photo));
}

#[test]
fn long_texts_shrink_to_ten_and_a_half_points_and_no_further() {
    let xml = part(&samples::long_approval().docx().unwrap(), "word/document.xml");
    let sizes: Vec<u32> = xml
        .split("<w:sz w:val=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap().parse().unwrap())
        .filter(|size| *size > 2)
        .collect();
    assert_eq!(sizes.iter().min(), Some(&21));
}

#[test]
fn the_filing_lists_acts_checks_and_documents() {
    let docx = samples::filing().docx().unwrap();
    let tables = tables(&part(&docx, "word/document.xml"));
    let rows = &tables[0];
    assert!(rows.iter().all(|row| row.iter().map(|cell| cell.span).sum::<usize>() == 8));
    let texts: Vec<String> =
        rows.iter().map(|row| row.iter().map(|c| c.text.as_str()).collect::<Vec<_>>().join("|")).collect();
    assert!(
        texts.contains(&"|3|孙例丙|村民委员会副主任|选举结果登记|补选，得票过半数|选举结果报告单".into()),
        "{texts:?}"
    );
    assert!(texts.contains(&"|6|档案核对|待核|缺 2024 年度考核登记表".into()));
    assert!(texts.contains(&"|2|考察报告|2026年11月10日|3".into()));
}

#[test]
fn the_same_form_gives_the_same_bytes_on_any_thread() {
    let form = samples::long_approval();
    let first = form.docx().unwrap();
    let _ = samples::filing().docx().unwrap();
    assert_eq!(first, form.docx().unwrap());
    let other = std::thread::spawn(move || ApprovalForm::docx(&form).unwrap()).join().unwrap();
    assert_eq!(first, other);
}
