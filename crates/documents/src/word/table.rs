//! A side of a form as a table.

use super::size::{LEAD, PITCH, Step, fitting, needed};
use super::{FANG, SONG, TEXT, line, paragraph, run, twips};
use crate::form::{Body, Cell, List, Photo, Row, Side, Unit};
use docx_rs::{
    AlignmentType, BorderType, HeightRule, Paragraph, Pic, Run, SpecialIndentType, Tab, TabValueType, Table,
    TableBorder, TableBorderPosition, TableBorders, TableCell, TableCellMargins, TableLayoutType, TableRow,
    VAlignType, VMergeType, WidthType,
};

/// Between border and text, in mm: sides, top and bottom.
const INSET: (f64, f64) = (1.2, 0.4);
/// English metric units a millimetre.
const EMU: f64 = 36_000.0;

/// A cell that reaches down: where it starts, how wide it is, rows still to come.
struct Reaching {
    start: usize,
    span: usize,
    rows: usize,
}

pub(super) fn table(side: &Side, photo: Option<&Photo>) -> Table {
    let mut reaching: Vec<Reaching> = Vec::new();
    let mut rows = Vec::new();
    for (i, row) in side.rows.iter().enumerate() {
        match row {
            Row::Cells { height, cells } => {
                rows.push(tall(cells_of(side, i, *height, cells, &mut reaching, photo), *height));
            }
            Row::List(list) => rows.extend(list_rows(side, list)),
        }
    }
    let outer = |position| TableBorder::new(position).border_type(BorderType::Single).size(8);
    let inner = |position| TableBorder::new(position).border_type(BorderType::Single).size(4);
    Table::new(rows)
        .set_grid(side.columns.iter().map(|mm| twips(*mm)).collect())
        .layout(TableLayoutType::Fixed)
        .width(side.columns.iter().map(|mm| twips(*mm)).sum(), WidthType::Dxa)
        .margins(TableCellMargins::new().margin(
            twips(INSET.1),
            twips(INSET.0),
            twips(INSET.1),
            twips(INSET.0),
        ))
        .set_borders(
            TableBorders::with_empty()
                .set(outer(TableBorderPosition::Top))
                .set(outer(TableBorderPosition::Left))
                .set(outer(TableBorderPosition::Bottom))
                .set(outer(TableBorderPosition::Right))
                .set(inner(TableBorderPosition::InsideH))
                .set(inner(TableBorderPosition::InsideV)),
        )
}

fn tall(cells: Vec<TableCell>, height: f64) -> TableRow {
    TableRow::new(cells).row_height(twips(height) as f32).height_rule(HeightRule::AtLeast)
}

fn width(side: &Side, start: usize, span: usize) -> f64 {
    side.columns.iter().skip(start).take(span).sum()
}

fn blank(side: &Side, start: usize, span: usize) -> TableCell {
    let cell = TableCell::new()
        .width(twips(width(side, start, span)), WidthType::Dxa)
        .vertical_align(VAlignType::Center);
    if span > 1 { cell.grid_span(span) } else { cell }
}

/// The cells of a row, with the continuations of those that reach down from above.
fn cells_of(
    side: &Side,
    row: usize,
    height: f64,
    cells: &[Cell],
    reaching: &mut Vec<Reaching>,
    photo: Option<&Photo>,
) -> Vec<TableCell> {
    let mut out = Vec::new();
    let (mut at, mut next) = (0, cells.iter());
    while at < side.columns.len() {
        if let Some(above) = reaching.iter_mut().find(|above| above.start == at && above.rows > 0) {
            above.rows -= 1;
            let cell = blank(side, at, above.span).vertical_merge(VMergeType::Continue);
            at += above.span;
            out.push(cell.add_paragraph(line(TEXT)));
            continue;
        }
        let Some(cell) = next.next() else { break };
        let mut made = blank(side, at, cell.span);
        let mut high = height;
        if cell.down > 1 {
            made = made.vertical_merge(VMergeType::Restart);
            reaching.push(Reaching { start: at, span: cell.span, rows: cell.down - 1 });
            let below = side.rows[row + 1..].iter().take(cell.down - 1);
            high += below.map(|r| if let Row::Cells { height, .. } = r { *height } else { 0.0 }).sum::<f64>();
        }
        let room = (width(side, at, cell.span) - 2.0 * INSET.0, high - 2.0 * INSET.1);
        out.push(filled(made, &cell.body, room, photo));
        at += cell.span;
    }
    reaching.retain(|above| above.rows > 0);
    out
}

fn filled(cell: TableCell, body: &Body, room: (f64, f64), photo: Option<&Photo>) -> TableCell {
    match body {
        Body::Label(text) => text.split('\n').fold(cell, |cell, words| {
            cell.add_paragraph(line(TEXT).align(AlignmentType::Center).add_run(run(words, SONG, TEXT)))
        }),
        Body::Field { units, left, .. } => {
            let step = fitting(units, *left, room.0, room.1);
            let cell = if *left && units.iter().any(|unit| !unit.lead.is_empty()) {
                cell.vertical_align(VAlignType::Top)
            } else {
                cell
            };
            paragraphs(cell, units, *left, step)
        }
        Body::Signed { units, signature, .. } => {
            let printed = Step { size: TEXT, pitch: PITCH };
            let place = signature.len() as f64 * printed.height();
            let step = fitting(units, true, room.0, room.1 - place);
            let mut cell = cell.vertical_align(VAlignType::Bottom);
            if !units.is_empty() {
                cell = paragraphs(cell, units, true, step);
                // Blank lines keep the opinion at the top, the signature at the foot.
                let spare = room.1 - place - needed(units, room.0, step);
                let blanks = (spare / printed.height()).floor() as usize;
                cell = (1..blanks).fold(cell, |cell, _| cell.add_paragraph(line(TEXT)));
            }
            signature.iter().fold(cell, |cell, words| {
                let at_the_right = line(TEXT).align(AlignmentType::Right).indent(None, None, Some(120), None);
                cell.add_paragraph(at_the_right.add_run(run(words, SONG, TEXT)))
            })
        }
        Body::Photo => match photo {
            Some(photo) => cell.add_paragraph(picture(photo, room)),
            None => {
                cell.add_paragraph(line(TEXT).align(AlignmentType::Center).add_run(run("照　片", SONG, TEXT)))
            }
        },
    }
}

/// Paragraphs; periods lead in a column of their own, so that each text begins at the same place.
fn paragraphs(cell: TableCell, units: &[Unit], left: bool, step: Step) -> TableCell {
    if units.is_empty() {
        return cell.add_paragraph(paragraph(step));
    }
    let column = (LEAD * step.size as f64 * 10.0).round() as i32;
    units.iter().fold(cell, |cell, unit| {
        let align = if left { AlignmentType::Left } else { AlignmentType::Center };
        let mut made = paragraph(step).align(align);
        if !unit.lead.is_empty() {
            made = made
                .indent(Some(column), Some(SpecialIndentType::Hanging(column)), None, None)
                .add_tab(Tab::new().val(TabValueType::Left).pos(column as usize))
                .add_run(run(&unit.lead, FANG, step.size).add_tab());
        }
        cell.add_paragraph(made.add_run(run(&unit.text, FANG, step.size)))
    })
}

fn picture(photo: &Photo, room: (f64, f64)) -> Paragraph {
    let (w, h) = photo.within(room.0, room.1);
    let pic = Pic::new_with_dimensions(photo.bytes.clone(), photo.size.0, photo.size.1)
        .id("rIdPhoto")
        .size((w * EMU) as u32, (h * EMU) as u32);
    Paragraph::new().align(AlignmentType::Center).add_run(Run::new().add_image(pic))
}

/// The head and the rows of a list, its label merged over all of them.
fn list_rows(side: &Side, list: &List) -> Vec<TableRow> {
    let rows = list.items.len().max(list.least).max(1);
    let height = list.height / rows as f64;
    let label = |first: bool| {
        let cell = blank(side, 0, 1);
        match first {
            true => list.label.split('\n').fold(cell.vertical_merge(VMergeType::Restart), |cell, words| {
                cell.add_paragraph(line(TEXT).align(AlignmentType::Center).add_run(run(words, SONG, TEXT)))
            }),
            false => cell.vertical_merge(VMergeType::Continue).add_paragraph(line(TEXT)),
        }
    };
    let mut head = vec![label(true)];
    let mut at = 1;
    for (words, span) in list.heads.iter().zip(&list.spans) {
        let words = line(TEXT).align(AlignmentType::Center).add_run(run(words, SONG, TEXT));
        head.push(blank(side, at, *span).add_paragraph(words));
        at += span;
    }
    let mut out = vec![tall(head, list.head_height)];
    for row in 0..rows {
        let mut cells = vec![label(false)];
        let mut at = 1;
        for (column, span) in list.spans.iter().enumerate() {
            let text = list.items.get(row).and_then(|item| item.get(column)).map_or("", String::as_str);
            let units = Unit::lines(text);
            let room = (width(side, at, *span) - 2.0 * INSET.0, height - 2.0 * INSET.1);
            let step = fitting(&units, false, room.0, room.1);
            let left = list.left.get(column).copied().unwrap_or_default();
            cells.push(paragraphs(blank(side, at, *span), &units, left, step));
            at += span;
        }
        out.push(tall(cells, height).cant_split());
    }
    out
}
