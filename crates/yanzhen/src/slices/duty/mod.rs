//! The year's work: routine records of facts (G8), inspections of persons and villages (H2, H8, H9), the year-end report
//! and its rating. The duty cycle (C2) ends here: set and accepted in `posts`, done, reported, examined, rated.
//!
//! Packages of files that go to another county leave these out: they are the old county's work.
//!
//! Other slices may use what is re-exported here.

pub mod facts;
pub mod model;
pub(crate) mod pages;
mod rules;
pub mod sheet;
pub mod store;

pub use facts::{FactRow, facts_of};
pub use store::problems::{Problem, problems};

use platform::access::Action;
use platform::web::{Rule, get, post};

/// The history's field for records of a person's work.
pub const RECORD: &str = "duty_record";
/// The history's field for inspections.
pub const INSPECTION: &str = "inspection";
/// The history's field for year-end reports.
pub const REPORT: &str = "duty_report";
/// The kind under which evidence of a record is kept, with the record's id.
pub const EVIDENCE: &str = "duty-record";

/// Its routes.
pub fn routes() -> Vec<Rule> {
    use pages::{inspection, inspections, own, record, records, report, reports, summary};
    vec![
        get("/records", records::list).allow(Action::ViewDuty),
        get("/records/new", record::form).allow(Action::EditDuty),
        post("/records", record::add).allow(Action::EditDuty),
        get("/records/{id}", record::show).allow(Action::ViewDuty),
        post("/records/{id}/void", record::void).allow(Action::EditDuty),
        post("/records/{id}/evidence", record::bring).allow(Action::EditDuty),
        get("/records/{id}/evidence/{attachment}", record::evidence).allow(Action::ViewDuty),
        get("/inspections", inspections::list).allow(Action::ViewDuty),
        get("/inspections/new", inspections::begin).allow(Action::EditDuty),
        post("/inspections", inspections::create).allow(Action::EditDuty),
        get("/inspections/{id}", inspection::show).allow(Action::ViewDuty),
        post("/inspections/{id}", inspection::save).allow(Action::EditDuty),
        post("/inspections/{id}/drop", inspection::drop).allow(Action::EditDuty),
        post("/inspections/{id}/correct", inspection::correct).allow(Action::EditDuty),
        get("/reports", reports::list).allow(Action::ViewDuty),
        post("/reports", reports::open).allow(Action::EditDuty),
        get("/reports/{id}", report::show).allow(Action::ViewDuty),
        post("/reports/{id}/examine", report::examine).allow(Action::EditDuty),
        post("/reports/{id}/rate", report::rate).allow(Action::RateDuty),
        post("/reports/{id}/withdraw", report::withdraw).allow(Action::EditDuty),
        get("/people/{id}/duty", summary::person).allow(Action::ViewDuty),
        get("/villages/{code}/duty", summary::village).allow(Action::ViewDuty),
        get("/me/records", own::records).allow(Action::OwnPages),
        post("/me/records/{id}/explain", own::explain).allow(Action::OwnPages),
        get("/me/report", own::report).allow(Action::OwnPages),
        post("/me/report/{id}/save", own::save).allow(Action::OwnPages),
        post("/me/report/{id}/submit", own::submit).allow(Action::OwnPages),
    ]
}
