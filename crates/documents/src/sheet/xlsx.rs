//! A list as a workbook.

use super::{Sheet, SheetCell};
use crate::{Cell, Column, DocumentFault};
use kernel::Quantity;
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, FormatPattern, IgnoreError, Workbook,
    Worksheet, XlsxError,
};

/// A4
const PAPER: u8 = 9;
const TITLE_ROW: u32 = 0;
const UNIT_ROW: u32 = 1;
const HEAD_ROW: u32 = 2;
/// The longest text that a header or footer of a page holds.
const FOOTER: usize = 250;
/// Columns of so few characters hold words of one kind, which stand in the middle.
const NARROW: u16 = 5;
/// The longest name of a sheet.
const NAME: usize = 31;

/// The looks of cells.
struct Looks {
    title: Format,
    left: Format,
    right: Format,
    head: Format,
    text: Format,
    middle: Format,
    code: Format,
    whole: Format,
    score: Format,
    number: Format,
    day: Format,
    vacant: Format,
    note: Format,
}

impl Looks {
    fn new() -> Looks {
        let song =
            || Format::new().set_font_name("宋体").set_font_size(11).set_align(FormatAlign::VerticalCenter);
        let ruled = || song().set_border(FormatBorder::Thin);
        let middle = || ruled().set_align(FormatAlign::Center);
        Looks {
            title: Format::new()
                .set_font_name("方正小标宋简体")
                .set_font_size(18)
                .set_align(FormatAlign::Center)
                .set_align(FormatAlign::VerticalCenter),
            left: song().set_align(FormatAlign::Left),
            right: song().set_align(FormatAlign::Right),
            head: middle().set_font_name("黑体").set_text_wrap().set_background_color(0xF0F2F5),
            text: ruled().set_text_wrap(),
            middle: middle().set_text_wrap(),
            code: ruled().set_num_format("@"),
            whole: ruled().set_num_format("#,##0").set_align(FormatAlign::Right),
            score: ruled().set_num_format("0.00").set_align(FormatAlign::Right),
            number: ruled().set_num_format("#,##0.######").set_align(FormatAlign::Right),
            day: middle().set_num_format("yyyy\"年\"m\"月\"d\"日\""),
            vacant: middle()
                .set_pattern(FormatPattern::LightUp)
                .set_foreground_color(0x9AA5A0)
                .set_background_color(0xFFFFFF),
            note: song().set_text_wrap().set_align(FormatAlign::Left),
        }
    }
}

/// The workbook's bytes: one sheet, pinned timestamps.
pub(crate) fn workbook(sheet: &Sheet) -> Result<Vec<u8>, DocumentFault> {
    write(sheet).map_err(|e| DocumentFault::Engine(e.to_string()))
}

fn write(sheet: &Sheet) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let pinned = ExcelDateTime::from_ymd(2026, 1, 1)?;
    book.set_properties(
        &DocProperties::new().set_title(&sheet.title).set_author("雁阵").set_creation_datetime(&pinned),
    );
    let looks = Looks::new();
    let page = book.add_worksheet();
    page.set_name(tab(&sheet.title))?;
    let last = (sheet.columns.len() - 1) as u16;
    for (c, column) in sheet.columns.iter().enumerate() {
        page.set_column_width(c as u16, f64::from(column.width) * 2.0 + 1.5)?;
    }
    across(page, TITLE_ROW, 0, last, &sheet.title, &looks.title)?;
    page.set_row_height(TITLE_ROW, 34)?;
    let half = last / 2;
    across(page, UNIT_ROW, 0, half, &sheet.left, &looks.left)?;
    if last > half {
        across(page, UNIT_ROW, half + 1, last, &sheet.right, &looks.right)?;
    }
    page.set_row_height(UNIT_ROW, 20)?;
    let body = HEAD_ROW + sheet.head_rows() as u32;
    heads(page, sheet, &looks)?;
    for (r, row) in sheet.rows.iter().enumerate() {
        page.set_row_height(body + r as u32, height(row, sheet))?;
        for (c, cell) in row.iter().enumerate() {
            let narrow = sheet.columns[c].width <= NARROW;
            put(page, body + r as u32, c as u16, cell, narrow, &looks)?;
        }
    }
    let end = body + sheet.rows.len() as u32;
    if !sheet.rows.is_empty() {
        page.ignore_error_range(body, 0, end - 1, last, IgnoreError::NumberStoredAsText)?;
        if sheet.filter {
            page.autofilter(body - 1, 0, end - 1, last)?;
        }
    }
    for (i, note) in sheet.notes.iter().enumerate() {
        across(page, end + i as u32, 0, last, note, &looks.note)?;
        let lines = note.chars().count() / width(sheet).max(1) + 1;
        page.set_row_height(end + i as u32, 18.0 * lines as f64)?;
    }
    let imprint =
        sheet.imprint.iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join("　　");
    across(page, end + sheet.notes.len() as u32, 0, last, &imprint, &looks.left)?;
    page.set_freeze_panes(body, sheet.fixed.min(sheet.columns.len()) as u16)?;
    paper(page, sheet, body)?;
    book.save_to_buffer()
}

/// A4 across, as wide as the page, heads on every page, page numbers.
fn paper(page: &mut Worksheet, sheet: &Sheet, body: u32) -> Result<(), XlsxError> {
    page.set_paper_size(PAPER).set_landscape().set_print_fit_to_pages(1, 0);
    page.set_print_center_horizontally(true);
    page.set_margins(0.5, 0.5, 0.6, 0.6, 0.3, 0.3);
    page.set_repeat_rows(HEAD_ROW, body - 1)?;
    let [left, middle, right] = sheet.imprint.clone().map(|part| part.replace('&', "&&"));
    let numbers = "第 &P 页 共 &N 页";
    let foot = [format!("&L{left}&C{middle}&R{right}　{numbers}"), format!("&L{left}&R{numbers}")];
    let foot = foot.into_iter().find(|foot| foot.chars().count() <= FOOTER);
    page.set_footer(foot.unwrap_or_else(|| format!("&R{numbers}")));
    Ok(())
}

fn heads(page: &mut Worksheet, sheet: &Sheet, looks: &Looks) -> Result<(), XlsxError> {
    for head in sheet.heads() {
        let (row, column) = (HEAD_ROW + head.row as u32, head.column as u16);
        let (low, right) = (row + head.rows as u32 - 1, column + head.columns as u16 - 1);
        match (low, right) == (row, column) {
            true => page.write_string_with_format(row, column, head.text, &looks.head)?,
            false => page.merge_range(row, column, low, right, head.text, &looks.head)?,
        };
    }
    for row in HEAD_ROW..HEAD_ROW + sheet.head_rows() as u32 {
        page.set_row_height(row, 22)?;
    }
    Ok(())
}

/// Words over several columns.
fn across(
    page: &mut Worksheet,
    row: u32,
    from: u16,
    to: u16,
    text: &str,
    look: &Format,
) -> Result<(), XlsxError> {
    match from == to {
        true => page.write_string_with_format(row, from, text, look)?,
        false => page.merge_range(row, from, row, to, text, look)?,
    };
    Ok(())
}

/// A row as high as its longest text needs: not every office program reckons that itself.
fn height(row: &[SheetCell], sheet: &Sheet) -> f64 {
    let lines = |(cell, column): (&SheetCell, &Column)| {
        let text = if cell.down == 1 { cell.cell.shown() } else { String::new() };
        let half = text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum::<usize>();
        half.div_ceil(usize::from(column.width.max(1)) * 2)
    };
    let most = row.iter().zip(&sheet.columns).map(lines).max().unwrap_or(1).max(1);
    (most as f64 * 15.0 + 5.0).min(400.0)
}

fn put(
    page: &mut Worksheet,
    row: u32,
    column: u16,
    cell: &SheetCell,
    narrow: bool,
    looks: &Looks,
) -> Result<(), XlsxError> {
    let look = match &cell.cell {
        Cell::Empty | Cell::Text(_) if cell.down == 1 && !narrow => &looks.text,
        Cell::Empty | Cell::Text(_) | Cell::Date(_) => &looks.middle,
        Cell::Code(_) => &looks.code,
        Cell::Whole(_) if cell.down != 1 => &looks.middle,
        Cell::Whole(_) => &looks.whole,
        Cell::Number(_) => &looks.number,
        Cell::Score(_) => &looks.score,
        Cell::Day(_) => &looks.day,
        Cell::Vacant(_) => &looks.vacant,
    };
    if cell.down == 0 {
        return Ok(());
    }
    if cell.down > 1 {
        page.merge_range(row, column, row + cell.down as u32 - 1, column, "", look)?;
    }
    match &cell.cell {
        Cell::Empty => page.write_blank(row, column, look)?,
        Cell::Whole(number) => page.write_number_with_format(row, column, *number as f64, look)?,
        Cell::Number(number) => page.write_number_with_format(row, column, figure(*number), look)?,
        Cell::Score(score) => page.write_number_with_format(row, column, score.0 as f64 / 100.0, look)?,
        Cell::Day(day) => {
            let date = ExcelDateTime::from_ymd(day.year() as u16, day.month() as u8, day.day() as u8);
            match date {
                Ok(date) => page.write_datetime_with_format(row, column, &date, look)?,
                Err(_) => page.write_string_with_format(row, column, cell.cell.shown(), look)?,
            }
        }
        Cell::Vacant(text) if text.is_empty() => page.write_blank(row, column, look)?,
        other => page.write_string_with_format(row, column, other.shown(), look)?,
    };
    Ok(())
}

/// Full-width characters that go side by side.
fn width(sheet: &Sheet) -> usize {
    sheet.columns.iter().map(|column| usize::from(column.width)).sum()
}

/// A name for the sheet: what Excel forbids left out, cut to its length.
fn tab(title: &str) -> String {
    let allowed = |c: &char| !matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\' | '\'') && !c.is_control();
    let name: String = title.chars().filter(allowed).take(NAME).collect();
    if name.trim().is_empty() { "一览表".to_owned() } else { name }
}

/// Excel reckons in floating point: fifteen digits of a figure survive it.
fn figure(number: Quantity) -> f64 {
    number.to_string().parse().unwrap_or_default()
}
