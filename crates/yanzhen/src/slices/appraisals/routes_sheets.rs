//! Routes of the mark sheets.

use super::pages::{check, evidence, marks, save, sheets, submit, upload};
use platform::access::Action;
use platform::web::{Rule, get, post};

/// The sheets of the caller's own office; evidence is for whoever leads the round, too.
pub fn sheet_routes() -> Vec<Rule> {
    vec![
        get("/sheets", sheets::list).allow(Action::FillSheet),
        get("/sheets/{id}", marks::show).allow(Action::FillSheet),
        post("/sheets/{id}", save::form).allow(Action::FillSheet),
        get("/sheets/{id}/cell", marks::cell).allow(Action::FillSheet),
        post("/sheets/{id}/cells", save::cells).allow(Action::FillSheet),
        post("/sheets/{id}/undo/{seq}", save::take_back).allow(Action::FillSheet),
        get("/sheets/{id}/check", check::show).allow(Action::FillSheet),
        post("/sheets/{id}/check", check::confirm).allow(Action::FillSheet),
        get("/sheets/{id}/submit", submit::show).allow(Action::FillSheet),
        post("/sheets/{id}/submit", submit::submit).allow(Action::FillSheet),
        post("/sheets/{id}/ask", submit::ask).allow(Action::FillSheet),
        get("/sheets/{id}/sheet.xlsx", upload::download).allow(Action::FillSheet),
        post("/sheets/{id}/upload", upload::upload).allow(Action::FillSheet),
        get("/sheets/{id}/upload/{attachment}", upload::preview).allow(Action::FillSheet),
        post("/sheets/{id}/upload/{attachment}", upload::confirm).allow(Action::FillSheet),
        post("/sheets/{id}/evidence", evidence::add).allow(Action::FillSheet),
        get("/sheets/{id}/evidence/{attachment}", evidence::give).allow(Action::FillSheet),
        post("/sheets/{id}/evidence/{attachment}/end", evidence::end).allow(Action::FillSheet),
        get("/evidence/{id}", evidence::give_leader).allow(Action::ManageRounds),
    ]
}
