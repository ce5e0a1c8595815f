//! Entry only by examination (凡进必考): seats of an exam, marks entered twice, an interview's panel, weighted totals, ranks
//! inside each place, lists drawn at a ratio with who moves up, and the count of a recommendation meeting (民主推荐).
//!
//! Pure: no database, clock or chance but a seed that is given. Weights, ratios, panels and quorums are the packs' to say; here
//! they are checked, reckoned exactly, rounded once and explained. Every check tells all faults at once. Nothing here decides
//! about anybody: a list is a proposal, and people who stand level are told as such.

mod entry;
mod lists;
mod meeting;
mod panel;
mod rank;
mod rooms;
mod score;

pub use entry::{DoubleEntry, Entry, EntryRefusal, Resolution, Standing, Value, ValueFault};
pub use lists::{Draw, DrawFault, List, Place, moved_up};
pub use meeting::{Count, CountFault, Meeting, Share, Vote, Voted};
pub use panel::{Fate, Mark, PanelFault, PanelRule, PanelScore};
pub use rank::{Candidate, Line, RankFault, Ranking, TieBreak, rank};
pub use rooms::{Arrangement, Entrant, Room, RoomFault, Seated, arrange};
pub use score::{Outcome, Paper, PaperFault, Papers, Part, Total};
