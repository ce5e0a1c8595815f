//! An official document as a Word document. Source of measures: GB/T 9704-2012, 5 to 7.

use super::{Annex, Block, Official};
use crate::{Cell, DocumentFault, word};
use docx_rs::{
    AlignmentType, BorderType, Docx, Footer, HeightRule, LineSpacing, LineSpacingType, PageMargin, PageNum,
    Paragraph, ParagraphBorder, ParagraphBorderPosition, ParagraphBorders, Run, SpecialIndentType, Table,
    TableCell, TableLayoutType, TableRow, VAlignType, WidthType,
};

/// Twips a millimetre.
const TWIPS: f64 = 1440.0 / 25.4;
/// A4, in twips.
const PAGE: (u32, u32) = (11_906, 16_838);
/// 版心: 37 mm above, 28 mm at the left, 156 mm by 225 mm.
const MARGINS: [f64; 4] = [37.0, 26.0, 35.0, 28.0];
const WIDTH: f64 = 156.0;
/// 22 lines on 225 mm, in twips.
const LINE: i32 = 580;
/// 3号, 2号, 4号, 小五 in half points.
const BODY: usize = 32;
const TITLE: usize = 44;
const FOLIO: usize = 28;
const SMALL: usize = 18;
/// The issuer's name in red, as large as it may be on one line of some twenty letters.
const ISSUER: usize = 52;
/// 28 letters on 156 mm: 3号 is a little too wide. Twentieths of a point.
const TIGHT: i32 = -4;
const RED: &str = "FF0000";

const TITLE_FONT: &str = "方正小标宋简体";
const FANG: &str = "仿宋_GB2312";
const HEI: &str = "黑体";
const SONG: &str = "宋体";

fn twips(mm: f64) -> usize {
    (mm * TWIPS).round().max(0.0) as usize
}

fn line() -> Paragraph {
    Paragraph::new()
        .line_spacing(LineSpacing::new().line_rule(LineSpacingType::Exact).line(LINE).before(0).after(0))
        .snap_to_grid(false)
}

fn body(text: &str, font: &str) -> Run {
    word::run(text, font, BODY).character_spacing(TIGHT)
}

/// A paragraph that begins two letters in.
fn indented(text: &str, font: &str) -> Paragraph {
    let two = SpecialIndentType::FirstLine(640);
    line().indent(None, Some(two), None, None).align(AlignmentType::Both).add_run(body(text, font))
}

fn blank() -> Paragraph {
    line().add_run(body("", FANG))
}

pub(super) fn document(it: &Official) -> Result<Vec<u8>, DocumentFault> {
    let [top, right, bottom, left] = MARGINS.map(|mm| twips(mm) as i32);
    let mut docx = Docx::new()
        .page_size(PAGE.0, PAGE.1)
        .page_margin(PageMargin {
            top,
            right,
            bottom,
            left,
            header: twips(15.0) as i32,
            // The folio's upper edge stands 7 mm under the text.
            footer: twips(22.0) as i32,
            gutter: 0,
        })
        .default_fonts(word::font(FANG))
        .default_size(BODY)
        .footer(foot(it, AlignmentType::Right))
        .even_footer(foot(it, AlignmentType::Left));
    for paragraph in head(it).into_iter().chain(text(it)) {
        docx = docx.add_paragraph(paragraph);
    }
    for (at, annex) in it.annexes.iter().enumerate() {
        let over = line().page_break_before(true).add_run(body(&it.over(at), HEI));
        let title =
            line().align(AlignmentType::Center).add_run(word::run(&annex.title, TITLE_FONT, TITLE - 8));
        docx = docx.add_paragraph(over).add_paragraph(title).add_paragraph(blank()).add_table(table(annex));
        // Word wants a paragraph behind a table.
        docx = docx.add_paragraph(Paragraph::new().add_run(word::run("", SONG, 2)));
    }
    word::pack(docx.build(), &it.title)
}

/// 版头 and the title.
fn head(it: &Official) -> Vec<Paragraph> {
    let mut out = Vec::new();
    if it.draft {
        out.push(line().add_run(body("代拟稿", HEI)));
    }
    if !it.issuer.is_empty() {
        out.extend(red_head(it));
    }
    let title = word::run(&it.title, TITLE_FONT, TITLE);
    out.push(
        Paragraph::new()
            .align(AlignmentType::Center)
            .line_spacing(LineSpacing::new().line_rule(LineSpacingType::Exact).line(LINE + 100))
            .add_run(title),
    );
    out.push(blank());
    out
}

/// The issuer in red, the number, the red line.
fn red_head(it: &Official) -> Vec<Paragraph> {
    let mut out = Vec::new();
    let spacing = LineSpacing::new().before(if it.draft { 700 } else { 1_280 }).after(0);
    let issuer = word::run(&it.issuer, TITLE_FONT, ISSUER).color(RED);
    out.push(Paragraph::new().align(AlignmentType::Center).line_spacing(spacing).add_run(issuer));
    out.push(blank());
    let rule = ParagraphBorder::new(ParagraphBorderPosition::Bottom)
        .val(BorderType::Single)
        .size(12)
        .space(11)
        .color(RED);
    out.push(
        line()
            .align(AlignmentType::Center)
            .set_borders(ParagraphBorders::with_empty().set(rule))
            .add_run(body(&it.numbered(), FANG)),
    );
    out.extend([blank(), blank()]);
    out
}

/// 主体: to whom, the text, annexes, who signs and when.
fn text(it: &Official) -> Vec<Paragraph> {
    let mut out = Vec::new();
    if !it.to.is_empty() {
        out.push(line().add_run(body(&format!("{}：", it.to), FANG)));
    }
    out.extend(it.body.iter().map(|block| match block {
        Block::Heading(text) => indented(text, HEI),
        Block::Text(text) => indented(text, FANG),
    }));
    let listed = it.listed();
    if !listed.is_empty() {
        out.push(blank());
        out.extend(listed.iter().map(|l| indented(l, FANG)));
    }
    out.extend([blank(), blank()]);
    let right = |text: &str, chars: i32| {
        let end = Some(chars * 320);
        line().align(AlignmentType::Right).indent(None, None, end, None).add_run(body(text, FANG))
    };
    out.push(right(&it.signer, 2));
    out.push(right(&it.dated(), 4));
    out
}

/// `— 1 —`, one letter in from the outer side; the mark of what is invented in the middle.
fn foot(it: &Official, side: AlignmentType) -> Footer {
    let (left, right) = match side {
        AlignmentType::Left => (Some(280), None),
        _ => (None, Some(280)),
    };
    let folio = Paragraph::new()
        .align(side)
        .indent(left, None, right, None)
        .size(FOLIO)
        .fonts(word::font(SONG))
        .add_run(word::run("— ", SONG, FOLIO))
        .add_page_num(PageNum::new())
        .add_run(word::run(" —", SONG, FOLIO));
    let footer = Footer::new().add_paragraph(folio);
    if it.mark().is_empty() {
        return footer;
    }
    let mark = word::run(it.mark(), SONG, SMALL);
    footer.add_paragraph(Paragraph::new().align(AlignmentType::Center).add_run(mark))
}

/// An annex as a ruled table over the whole width, its head on every page.
fn table(annex: &Annex) -> Table {
    let whole: f64 = annex.columns.iter().map(|c| f64::from(c.width)).sum();
    let widths: Vec<usize> =
        annex.columns.iter().map(|c| twips(WIDTH * f64::from(c.width) / whole)).collect();
    let cell = |text: &str, font: &str, width: usize, align: AlignmentType| {
        let paragraph = Paragraph::new()
            .align(align)
            .line_spacing(LineSpacing::new().before(20).after(20))
            .add_run(word::run(text, font, 24));
        TableCell::new()
            .width(width, WidthType::Dxa)
            .vertical_align(VAlignType::Center)
            .add_paragraph(paragraph)
    };
    let heads = annex.columns.iter().zip(&widths);
    let heads = heads.map(|(c, width)| cell(&c.head, HEI, *width, AlignmentType::Center)).collect();
    let row = |cells: Vec<TableCell>| {
        TableRow::new(cells).row_height(twips(7.0) as f32).height_rule(HeightRule::AtLeast).cant_split()
    };
    let mut rows = vec![row(heads)];
    for line in &annex.rows {
        let cells = line.iter().zip(&widths).map(|(c, width)| {
            let figure = matches!(c, Cell::Whole(_) | Cell::Number(_) | Cell::Score(_));
            let short = c.shown().chars().count() <= 8;
            let align = match (figure, short) {
                (true, _) => AlignmentType::Right,
                (_, true) => AlignmentType::Center,
                _ => AlignmentType::Left,
            };
            cell(&c.shown(), FANG, *width, align)
        });
        rows.push(row(cells.collect()));
    }
    Table::new(rows)
        .set_grid(widths.clone())
        .layout(TableLayoutType::Fixed)
        .width(widths.iter().sum(), WidthType::Dxa)
}
