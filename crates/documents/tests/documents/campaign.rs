//! Papers of a campaign: what stands on them, opened again, and what cannot be drawn.

use crate::campaign_samples as samples;
use calamine::{Data, Reader, Xlsx};
use documents::{Cell, DocumentFault, PDF_BUILT, ShownBy};
use std::io::{Cursor, Read};

type Drawn = (&'static str, Vec<u8>, fn() -> Result<Vec<u8>, DocumentFault>);

fn all() -> Vec<Drawn> {
    vec![
        ("application", samples::application().docx().unwrap(), || samples::application().pdf()),
        ("tickets", samples::tickets().docx().unwrap(), || samples::tickets().pdf()),
        ("rooms", samples::rooms().docx().unwrap(), || samples::rooms().pdf()),
        ("scores", samples::scores().docx().unwrap(), || samples::scores().pdf()),
        ("review", samples::review().docx().unwrap(), || samples::review().pdf()),
        ("inspection", samples::inspection().docx().unwrap(), || samples::inspection().pdf()),
        ("notice", samples::notice().docx().unwrap(), || samples::notice().pdf()),
        ("decision", samples::decision().docx().unwrap(), || samples::decision().pdf()),
    ]
}

/// The words of a Word document, a paragraph each.
fn lines(docx: &[u8]) -> Vec<String> {
    let mut zip = zip::ZipArchive::new(Cursor::new(docx)).unwrap();
    let mut xml = String::new();
    zip.by_name("word/document.xml").unwrap().read_to_string(&mut xml).unwrap();
    let paragraph = |p: &str| -> String {
        let text = p.split("<w:t").skip(1).filter(|t| t.starts_with([' ', '>']));
        text.filter_map(|t| t.split_once('>')?.1.split("</w:t>").next()).collect()
    };
    xml.split("</w:p>").map(paragraph).filter(|p| !p.is_empty()).collect()
}

fn has(docx: &[u8], wanted: &[&str]) {
    let lines = lines(docx);
    for wanted in wanted {
        assert!(lines.iter().any(|l| l.contains(wanted)), "no {wanted}: {lines:?}");
    }
}

#[test]
fn g1_an_application_says_who_applies_who_recommends_and_which_kin_stand_in_the_way() {
    let docx = samples::application().docx().unwrap();
    has(
        &docx,
        &[
            "报名表",
            "吴例己",
            "1998.04",
            "个人自荐，党员推荐",
            "990000********001X",
            "三年来带十一户种茶",
            "推荐",
            "本人签字",
        ],
    );
    let mut bad = samples::application();
    bad.photo = Some(b"GIF89a".to_vec());
    assert_eq!(bad.docx(), Err(DocumentFault::Photo));
}

#[test]
fn j1_tickets_stand_a_page_each_with_seat_room_time_and_rules() {
    let tickets = samples::tickets();
    let docx = tickets.docx().unwrap();
    has(&docx, &["10200101", "10200102", "第 1 考场", "2026年11月28日 9:00—11:00", "4．需要大字试卷"]);
    assert_eq!(lines(&docx).iter().filter(|l| *l == "准考证").count(), 2);
    let none = documents::Tickets { tickets: vec![], ..tickets };
    assert_eq!(none.docx(), Err(DocumentFault::Size));
}

#[test]
fn j1_a_room_has_a_plan_as_it_stands_and_lists_to_sign() {
    let docx = samples::rooms().docx().unwrap();
    has(&docx, &["讲　台", "（空）", "本场应到 33 人", "座位 35 个，安排 33 人，空 2 个"]);
    // 35 seats five across, seven deep: down the first column, up the second: 1, 14, 15, 28, 29 stand in front.
    let lines = lines(&docx);
    let at = |name: &str| lines.iter().position(|l| l == name).unwrap();
    let front = ["例某1", "例某14", "例某15", "例某28", "例某29", "例某2", "例某13"].map(at);
    assert!(front.windows(2).all(|w| w[0] < w[1]), "{front:?}");
    // Thirty lines a page to sign: two pages.
    assert_eq!(lines.iter().filter(|l| *l == "考生签到表").count(), 2);
    let twice = |change: fn(&mut documents::RoomPaper)| {
        let mut bad = samples::rooms();
        change(&mut bad.rooms[0]);
        bad.docx()
    };
    assert_eq!(twice(|r| r.seats[1].seat = 1), Err(DocumentFault::Size), "a seat taken twice");
    assert_eq!(twice(|r| r.capacity = 32), Err(DocumentFault::Size), "a seat that is not there");
    assert_eq!(twice(|r| r.across = 0), Err(DocumentFault::Size));
}

#[test]
fn j1_scores_stand_by_ticket_or_name_and_absent_is_no_zero() {
    let list = samples::scores();
    let docx = list.docx().unwrap();
    has(&docx, &["准考证号", "10204031", "83.24", "递补 1", "缺考", "去一个最高分"]);
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(list.xlsx().unwrap())).unwrap();
    let name = book.sheet_names()[0].clone();
    let rows: Vec<Vec<Data>> = book.worksheet_range(&name).unwrap().rows().map(<[Data]>::to_vec).collect();
    assert_eq!(rows[3][1], Data::String("10204031".into()), "a ticket keeps its digits");
    assert_eq!((&rows[3][5], &rows[7][5]), (&Data::Float(83.24), &Data::Empty));
    assert_eq!(rows[7][4], Data::String("缺考".into()));
    let named = documents::ScoreList { by: ShownBy::Name, ..samples::scores() };
    has(&named.docx().unwrap(), &["姓　名"]);
    let mut ragged = samples::scores();
    ragged.rows[1].marks.push(Cell::Empty);
    assert_eq!(ragged.docx(), Err(DocumentFault::Ragged { row: 2, cells: 9, columns: 8 }));
    assert_eq!(ragged.xlsx(), Err(DocumentFault::Ragged { row: 2, cells: 9, columns: 8 }));
    ragged.papers.clear();
    assert_eq!(ragged.docx(), Err(DocumentFault::Size));
}

#[test]
fn h5_a_review_is_summed_up_by_conclusion_clause_and_document_number() {
    let docx = samples::review().docx().unwrap();
    has(
        &docx,
        &[
            "例山县2026年乡村振兴专干公开招录联审 538 人，征求 3 个单位意见，2026年11月12日发出，2026年11月19日到期，已答复完毕 2 个。",
            "尚未答复完毕：司法行政。",
            "目前无异议 528 人，需核实 4 人，不宜 5 人，不得 1 人。",
            "例法函〔2026〕7号",
            "第三条第二项",
        ],
    );
    assert!(!lines(&docx).iter().any(|l| l.contains("号〔") || l == "〔　　　　〕　　号"), "no red head");
}

#[test]
fn h2_an_inspection_tells_methods_days_people_and_findings_by_dimension() {
    let docx = samples::inspection().docx().unwrap();
    has(
        &docx,
        &[
            "关于吴例己同志的考察报告",
            "拟任：例河镇毛例村乡村振兴专干。",
            "考察组由冯例酉、韩例戌组成，采取个别谈话、民意调查、实地走访、家访的方式进行考察，听取意见 50 人次，经过见附件。",
            "三、现实表现",
            "廉：合作社账目按季公开",
            "五、考察意见",
            "考察经过",
        ],
    );
    // Without anything to improve the numbers of what follows close up.
    let mut fine = samples::inspection();
    fine.shortcomings.clear();
    has(&fine.docx().unwrap(), &["四、考察意见"]);
}

#[test]
fn a_public_notice_shows_what_the_public_may_read_and_how_to_object() {
    let docx = samples::notice().docx().unwrap();
    has(
        &docx,
        &[
            "代拟稿",
            "公示期为2026年12月14日至2026年12月18日（5 个工作日）。",
            "提倡署实名",
            "干部监督科",
            "1998.04",
            "10204031",
        ],
    );
    assert!(!lines(&docx).iter().any(|l| l == "现工作单位及职务"), "a column that nobody fills is left out");
}

#[test]
fn a_decision_says_facts_clauses_who_decided_and_what_can_be_done() {
    let mut decision = samples::decision();
    has(
        &decision.docx().unwrap(),
        &[
            "例组字〔2026〕31号",
            "根据《例山县村干部选拔办法》第十二条，经2026年12月21日部务会研究，决定：",
            "2027年3月31日",
        ],
    );
    decision.remedy = "本人不服的，可以在收到之日起 3 个工作日内申请复核。".into();
    decision.people.clear();
    let docx = decision.docx().unwrap();
    has(&docx, &["3 个工作日内申请复核"]);
    assert!(!lines(&docx).iter().any(|l| l.contains("人员名单")));
}

#[test]
fn every_paper_is_marked_as_invented_and_gives_the_same_bytes_again() {
    for ((name, docx, _), (_, again, _)) in all().into_iter().zip(all()) {
        assert_eq!(docx, again, "{name}");
        let mut zip = zip::ZipArchive::new(Cursor::new(docx)).unwrap();
        let mut foot = String::new();
        zip.by_name("word/footer1.xml").unwrap().read_to_string(&mut foot).unwrap();
        assert!(foot.contains("演示数据"), "{name}");
    }
}

#[test]
fn every_paper_is_typeset_where_pdf_is_built() {
    for (name, _, pdf) in all() {
        if !PDF_BUILT {
            assert!(matches!(pdf(), Err(DocumentFault::PdfNotBuilt | DocumentFault::NoFonts)), "{name}");
            continue;
        }
        let pdf = pdf().unwrap();
        let pages = crate::paper::pages(&pdf);
        let wanted = match name {
            "application" | "tickets" => 2..=2,
            "rooms" => 3..=3,
            "scores" => 1..=1,
            _ => 2..=4,
        };
        assert!(wanted.contains(&pages), "{name}: {pages} pages");
    }
}
