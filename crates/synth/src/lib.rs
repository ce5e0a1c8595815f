//! Invented counties and believable, marked data for any pack.
//!
//! Real divisions may carry load tests, never judgements: whatever is made here is invented or anonymous, and says
//! so in every row. The same inputs and seed give the same bytes on every machine and number of threads.
//! Source: MISSION, "Real and invented".

mod cell;
mod colours;
mod data;
mod dice;
mod draw;
mod faults;
mod marks;
mod model;
pub mod people;
mod places;
mod plan;
mod shape;
mod summary;
mod uses;
mod vocabulary;

pub use data::{DataOptions, MARK, data};
pub use people::people;
pub use places::{Place, places, read_places, write_places};
pub use shape::Shape;
pub use summary::Summary;
pub use vocabulary::{divisions, person_name, stems};
