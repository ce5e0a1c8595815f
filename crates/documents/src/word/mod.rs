//! Forms as Word documents: real tables with merged cells, fonts of office machines.

mod package;
mod size;
mod table;

use crate::DocumentFault;
use crate::form::{Form, Side};
use docx_rs::{
    AlignmentType, Docx, Footer, LineSpacing, LineSpacingType, PageMargin, PageNum, Paragraph, Run, RunFonts,
    Style, StyleType, Tab, TabValueType, XMLDocx,
};

/// Twips a millimetre.
const TWIPS: f64 = 1440.0 / 25.4;
/// A4, in twips.
const PAGE: (u32, u32) = (11_906, 16_838);
/// Left and right, so that 178 mm remain.
const MARGIN: i32 = 907;
/// Under the title of the first side. Half points.
const TITLE: usize = 44;
/// Text of forms: 12 pt. Half points.
const TEXT: usize = 24;
/// Foot lines: 9 pt.
const SMALL: usize = 18;

/// The style of foot lines: the page number takes its type from there.
const FOOT: &str = "YanzhenFoot";

/// Printed words of the form.
const SONG: &str = "宋体";
/// What was filled in.
const FANG: &str = "仿宋";
/// The title; machines without it take their own 宋体.
const TITLE_FONT: &str = "方正小标宋简体";

fn twips(mm: f64) -> usize {
    (mm * TWIPS).round().max(0.0) as usize
}

/// A font of office machines, with its Latin companion.
pub(crate) fn font(name: &str) -> RunFonts {
    let latin = "Times New Roman";
    RunFonts::new().ascii(latin).hi_ansi(latin).cs(latin).east_asia(name)
}

/// Words in a font, at a size in half points.
pub(crate) fn run(text: &str, name: &str, size: usize) -> Run {
    Run::new().add_text(written(text)).size(size).fonts(font(name))
}

/// Without what XML cannot hold: pasted text brings control characters, and Word opens no file with one.
fn written(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}')).collect()
}

/// A paragraph of the form's printed words.
fn line(size: usize) -> Paragraph {
    paragraph(size::Step { size, pitch: size::PITCH })
}

/// A paragraph with exact lines.
fn paragraph(step: size::Step) -> Paragraph {
    let pitch = (step.size as f64 * 10.0 * step.pitch).round() as i32;
    Paragraph::new()
        .line_spacing(LineSpacing::new().line_rule(LineSpacingType::Exact).line(pitch).before(0).after(0))
        .snap_to_grid(false)
}

/// A form as a Word document.
pub(crate) fn form(form: &Form) -> Result<Vec<u8>, DocumentFault> {
    let mut docx = Docx::new()
        .page_size(PAGE.0, PAGE.1)
        .page_margin(PageMargin {
            top: twips(15.0) as i32,
            bottom: twips(13.0) as i32,
            left: MARGIN,
            right: MARGIN,
            header: twips(8.0) as i32,
            footer: twips(7.0) as i32,
            gutter: 0,
        })
        .default_fonts(font(SONG))
        .default_size(TEXT)
        .add_style(Style::new(FOOT, StyleType::Paragraph).name("Foot").size(SMALL).fonts(font(SONG)))
        .footer(foot(form));
    for (i, side) in form.sides.iter().enumerate() {
        for paragraph in head(side, i > 0) {
            docx = docx.add_paragraph(paragraph);
        }
        docx = docx.add_table(table::table(side, form.photo.as_ref()));
        for text in &side.below {
            let spacing = LineSpacing::new().before(120).after(0);
            let below = line(TEXT).line_spacing(spacing).align(AlignmentType::Right);
            let below = below.add_run(run(text, SONG, TEXT));
            docx = docx.add_paragraph(below);
        }
    }
    package::pack(docx.build(), &form.title, form.photo.as_ref())
}

/// The parts of a document without pictures into its file.
pub(crate) fn pack(parts: XMLDocx, title: &str) -> Result<Vec<u8>, DocumentFault> {
    package::pack(parts, title, None)
}

/// Title and the line over the table; on the back of a sheet one hair line that begins the page.
fn head(side: &Side, new_page: bool) -> Vec<Paragraph> {
    let mut lines = Vec::new();
    match &side.title {
        Some(title) => {
            let spacing = LineSpacing::new().before(60).after(160);
            let title = run(title, TITLE_FONT, TITLE).character_spacing(40);
            lines.push(Paragraph::new().align(AlignmentType::Center).line_spacing(spacing).add_run(title));
        }
        None => lines.push(
            Paragraph::new()
                .line_spacing(
                    LineSpacing::new().line_rule(LineSpacingType::Exact).line(20).before(0).after(0),
                )
                .add_run(run("", SONG, 2)),
        ),
    }
    if let Some([left, right]) = &side.above {
        let end = twips(side.columns.iter().sum());
        let both = run(left, SONG, TEXT).add_tab().add_text(written(right));
        lines.push(line(TEXT).add_tab(Tab::new().val(TabValueType::Right).pos(end)).add_run(both));
    }
    if new_page && let Some(first) = lines.first_mut() {
        *first = first.clone().page_break_before(true);
    }
    lines
}

/// The small print at the left, the page at the right.
fn foot(form: &Form) -> Footer {
    let end = twips(178.0);
    let words = run(&form.foot.join("　　"), SONG, SMALL).add_tab().add_text("第 ");
    let paragraph = line(SMALL)
        .style(FOOT)
        .add_tab(Tab::new().val(TabValueType::Right).pos(end))
        .add_run(words)
        .add_page_num(PageNum::new())
        .add_run(run(" 面", SONG, SMALL));
    Footer::new().add_paragraph(paragraph)
}
