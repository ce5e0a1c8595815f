//! Papers of a selection campaign, from the application to the decision. Each input holds only what its paper may say: a public
//! notice has no field for an identity number, a review's summary none for case files.

mod application;
mod decision;
mod inspection;
mod notice;
mod review;
mod rooms;
mod scores;
mod ticket;

pub use application::{Applicant, ApplicationForm, Period, Recommender};
pub use decision::{DecidedPerson, DecisionPaper};
pub use inspection::{InspectionReport, InspectionStep, Observed};
pub use notice::{NoticePerson, PublicNotice};
pub use review::{ReviewCount, ReviewLine, ReviewSummary};
pub use rooms::{RoomPaper, RoomPapers, RoomSeat};
pub use scores::{ScoreList, ScoreRow, ShownBy};
pub use ticket::{ExamSitting, Ticket, Tickets};

use crate::form::{Body, Cell, Row, Unit};
use crate::official::{Block, Official};
use crate::{Consent, DocumentFault, pdf, word, words};

/// A paper that is an official document, drawn as one.
macro_rules! as_official {
    ($($paper:ty),+) => {$(
        impl $paper {
            /// Word, A4.
            ///
            /// # Errors
            /// [`DocumentFault::Engine`](crate::DocumentFault::Engine).
            pub fn docx(&self) -> Result<Vec<u8>, DocumentFault> {
                self.official().docx()
            }

            /// PDF, A4.
            ///
            /// # Errors
            /// [`DocumentFault::PdfNotBuilt`], [`DocumentFault::NoFonts`], [`DocumentFault::Engine`].
            pub fn pdf(&self) -> Result<Vec<u8>, DocumentFault> {
                self.official().pdf()
            }
        }
    )+};
}
as_official!(ReviewSummary, InspectionReport, PublicNotice, DecisionPaper);

/// A paper that is a form, drawn as one.
macro_rules! as_form {
    ($($paper:ty),+) => {$(
        impl $paper {
            /// Word, A4.
            ///
            /// # Errors
            /// [`DocumentFault::Photo`], [`DocumentFault::Size`], [`DocumentFault::Engine`].
            pub fn docx(&self) -> Result<Vec<u8>, DocumentFault> {
                word::form(&self.form()?)
            }

            /// PDF, A4.
            ///
            /// # Errors
            /// As its Word document, and [`DocumentFault::PdfNotBuilt`], [`DocumentFault::NoFonts`].
            pub fn pdf(&self) -> Result<Vec<u8>, DocumentFault> {
                pdf::form(&self.form()?)
            }
        }
    )+};
}
as_form!(ApplicationForm, Tickets, RoomPapers, ScoreList);

/// Paragraphs of text.
fn paragraphs<S: AsRef<str>>(texts: impl IntoIterator<Item = S>) -> impl Iterator<Item = Block> {
    texts.into_iter().flat_map(|text| words::lines(text.as_ref())).map(Block::Text)
}

/// Rows page by page: so many lines of the list's smallest type fit one, and a row takes one or more of them.
fn pages<T>(rows: &[T], most: usize, lines: impl Fn(&T) -> usize) -> Vec<(&[T], usize)> {
    let (mut out, mut from, mut used) = (Vec::new(), 0, 0);
    for (i, row) in rows.iter().enumerate() {
        let more = lines(row).max(1);
        if used > 0 && used + more > most {
            out.push((&rows[from..i], used));
            (from, used) = (i, 0);
        }
        used += more;
    }
    if used > 0 || out.is_empty() {
        out.push((&rows[from..], used));
    }
    out
}

/// Lines that a text takes in a cell of so many mm at 10.5 pt.
fn lines_in(text: &str, width: f64) -> usize {
    const EM: f64 = 3.71;
    let ems: f64 = text.chars().map(|c| if c.is_ascii() { 0.56 } else { 1.0 }).sum();
    (ems / ((width - 3.0) / EM - 0.5).max(1.0)).ceil() as usize
}

/// Labels of two letters a line, which stand at the left of high cells, unless the title says where its lines end.
fn label(title: &str) -> Cell {
    if title.contains('\n') {
        return Cell::label(1, title);
    }
    let letters: Vec<char> = title.chars().collect();
    let lines: Vec<String> = letters.chunks(2).map(|line| line.iter().collect()).collect();
    Cell::label(1, &lines.join("\n"))
}

/// Two opinions a row over a label, `spans[0]`, a label and `spans[1]` columns; a last odd one takes the whole width.
fn opinions(all: &[Consent], height: f64, spans: [usize; 2]) -> Vec<Row> {
    let signed = |span, consent: &Consent| {
        let name = if consent.name.is_empty() { "　".repeat(4) } else { consent.name.clone() };
        let signature = vec![format!("签字：{name}（盖章）"), words::day_or_blanks(consent.day)];
        let body = Body::Signed {
            name: consent.title.replace(['\n', '　'], ""),
            units: Unit::lines(&consent.text),
            signature,
        };
        [label(&consent.title), Cell { span, down: 1, body }]
    };
    let row = |pair: &[Consent]| {
        let cells = match pair {
            [first, second] => signed(spans[0], first).into_iter().chain(signed(spans[1], second)).collect(),
            pair => pair.iter().flat_map(|one| signed(spans[0] + 1 + spans[1], one)).collect(),
        };
        Row::Cells { height, cells }
    };
    all.chunks(2).map(row).collect()
}

/// An official document with nothing on it but who and what.
fn blank_official(title: String, signer: &str, synthetic: bool) -> Official {
    Official {
        issuer: String::new(),
        number: None,
        title,
        to: String::new(),
        body: Vec::new(),
        annexes: Vec::new(),
        signer: signer.to_owned(),
        day: None,
        draft: false,
        synthetic,
    }
}
