//! Documents of the office: typed inputs in, xlsx, docx and PDF out.
//!
//! | input | xlsx | docx | PDF |
//! |---|---|---|---|
//! | [`ApprovalForm`] 干部任免审批表 | | ✓ | ✓ |
//! | [`FilingForm`] 任职备案表 | | ✓ | ✓ |
//! | [`Official`] 公文 after GB/T 9704 | | ✓ | ✓ |
//! | [`VillagePage`] 一村一页 | | ✓ | ✓ |
//! | [`ApplicationForm`] 报名表, [`Tickets`] 准考证, [`RoomPapers`] 座次表、签到表 | | ✓ | ✓ |
//! | [`ReviewSummary`] 联审汇总, [`InspectionReport`] 考察报告, [`PublicNotice`] 公示, [`DecisionPaper`] 决定 | | ✓ | ✓ |
//! | [`ScoreList`] 成绩单 | ✓ | ✓ | ✓ |
//! | [`Roster`] any list | ✓ | | ✓ |
//! | [`CommitteeTable`] 村“两委”班子一览表 | ✓ | | ✓ |
//!
//! Pure: no clock, no file, no network. Dates come in with the input, timestamps inside the files are pinned, so the same
//! input gives the same bytes. PDF needs feature `pdf`; without it [`DocumentFault::PdfNotBuilt`] says so.
//!
//! A form is described once (`form::Form`, millimetres and cells) and drawn twice: by `word` into tables of Word, by `pdf`
//! through a Typst template. Rosters meet in `sheet::Sheet` in the same way, for workbooks and PDF.
//!
//! A PDF takes some hundredths of a second, the first of a process longer (fonts are unpacked): keep it off the threads
//! that answer requests.

mod approval;
mod campaign;
mod committee;
mod fault;
mod filing;
mod form;
mod format;
mod imprint;
mod official;
mod pdf;
mod roster;
mod sheet;
mod village;
mod word;
mod words;

pub use approval::{ApprovalForm, Opinion};
pub use campaign::{
    Applicant, ApplicationForm, DecidedPerson, DecisionPaper, ExamSitting, InspectionReport, InspectionStep,
    NoticePerson, Observed, Period, PublicNotice, Recommender, ReviewCount, ReviewLine, ReviewSummary,
    RoomPaper, RoomPapers, RoomSeat, ScoreList, ScoreRow, ShownBy, Ticket, Tickets,
};
pub use committee::{CommitteeTable, Holder, Seat, Tracks, VillageCommittees};
pub use fault::DocumentFault;
pub use filing::{ActKind, Check, Consent, Enclosure, FilingAct, FilingForm, Finding};
pub use format::Format;
pub use imprint::{Imprint, PackMark};
pub use official::{Annex, Block, Official};
pub use pdf::PDF_BUILT;
pub use roster::{Cell, Column, Roster};
pub use village::{Followed, Mending, ScorePart, Teammate, VillagePage};
