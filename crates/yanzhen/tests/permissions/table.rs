//! What each route is asked with: its path filled in, its form, and what becomes of it. A new route needs a line here.

pub use crate::fill::Fill;
use crate::fixture::{Fixture, Sent, village};
use Fill::{
    Account, Appeal, Batch, Closed, Correction, Course, Draft, Evidence, Filing, Holding, Id, Imported,
    Inspection, Kind, MarkFile, Mending, Motioned, Move, Pack, Person, Plain, Proposal, Record, Report, Role,
    Roster, Round, Scored, Sheet, Upload, Village,
};

/// Whose record is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scope {
    Own,
    OtherTownship,
    OtherCounty,
    Nonexistent,
}

impl Scope {
    pub const ALL: [Scope; 4] = [Scope::Own, Scope::OtherTownship, Scope::OtherCounty, Scope::Nonexistent];
}

/// How a route is asked.
pub struct Line {
    pub method: &'static str,
    pub path: &'static str,
    pub fill: Fill,
    pub sent: Sent,
    pub habit: Habit,
}

/// What is particular about a route.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Habit {
    Usual,
    /// It ends or changes the session that asks: asked with a session of its own.
    Ends,
    /// It takes away what is the caller's own, if there is such a thing: what is not there is no fault.
    Idempotent,
    /// Public, and of use to a caller alone.
    AsksForCaller,
    /// Public for a watcher on the same machine; from elsewhere for those who run or audit it.
    Watched,
}

pub const FORM: Sent = Sent::Form(&[]);

pub const fn get(path: &'static str, fill: Fill) -> Line {
    Line { method: "GET", path, fill, sent: Sent::Nothing, habit: Habit::Usual }
}

pub const fn post(path: &'static str, fill: Fill, sent: Sent) -> Line {
    Line { method: "POST", path, fill, sent, habit: Habit::Usual }
}

const fn but(line: Line, habit: Habit) -> Line {
    Line { method: line.method, path: line.path, fill: line.fill, sent: line.sent, habit }
}

/// Every route that is served, but those of slices with a file of their own.
pub const LINES: &[Line] = &[
    // The gate.
    get("/login", Plain),
    post("/login", Plain, Sent::Form(&[("login", "nobody"), ("password", "none")])),
    get("/login/code", Plain),
    post("/login/code", Plain, FORM),
    get("/login/password", Plain),
    post("/login/password", Plain, FORM),
    but(post("/logout", Plain, FORM), Habit::Ends),
    post("/preferences", Plain, Sent::Form(&[("lang", "zh"), ("return", "/account")])),
    but(post("/session/touch", Plain, FORM), Habit::AsksForCaller),
    get("/roles", Plain),
    but(post("/roles", Plain, Sent::Form(&[("role", "1")])), Habit::AsksForCaller),
    get("/setup", Plain),
    post("/setup", Plain, FORM),
    // The own account.
    get("/account", Plain),
    but(post("/account/password", Plain, FORM), Habit::Ends),
    post("/account/second-factor", Plain, FORM),
    but(post("/account/second-factor/off", Plain, FORM), Habit::Ends),
    post("/account/sessions/end", Plain, Sent::Form(&[("session", "none")])),
    post("/account/tokens", Plain, FORM),
    but(post("/account/tokens/{id}/end", Id, FORM), Habit::Idempotent),
    // Accounts.
    get("/accounts", Plain),
    post("/accounts", Plain, FORM),
    get("/accounts/new", Plain),
    post("/accounts/new", Plain, FORM),
    get("/accounts/{id}", Account),
    post("/accounts/{id}/grant", Account, FORM),
    get("/accounts/{id}/revoke/{role}", Role),
    post("/accounts/{id}/unlock", Account, FORM),
    get("/accounts/{id}/reset", Account),
    post("/accounts/{id}/reset", Account, FORM),
    get("/accounts/{id}/close", Account),
    post("/accounts/{id}/close", Account, FORM),
    post("/accounts/{id}/reopen", Account, FORM),
    post("/accounts/{id}/unmask", Account, FORM),
    post("/accounts/{id}/revoke", Id, Sent::Form(&[("role", "1")])),
    // The audit and the machine.
    get("/audit", Plain),
    post("/audit/verify", Plain, FORM),
    get("/audit/export", Plain),
    get("/system", Plain),
    get("/system/jobs/events", Plain),
    post("/system/jobs", Plain, FORM),
    post("/system/jobs/{id}/stop", Id, FORM),
    post("/system/jobs/{id}/resume", Id, FORM),
    get("/healthz", Plain),
    get("/readyz", Plain),
    but(get("/metrics", Plain), Habit::Watched),
    get("/kit", Plain),
    // Work that waits, and the own pages.
    get("/tasks", Plain),
    get("/me", Plain),
    get("/me/file", Plain),
    post("/me/unmask", Plain, Sent::Form(&[("field", "phone")])),
    get("/me/documents/{id}", Id),
    get("/me/copy", Plain),
    post("/me/duties/{id}/accept", Id, FORM),
    get("/me/correct", Plain),
    get("/me/corrections", Plain),
    post("/me/corrections", Plain, FORM),
    post("/me/corrections/{id}/withdraw", Id, FORM),
    get("/corrections", Plain),
    get("/corrections/{id}", Correction),
    get("/corrections/{id}/evidence", Correction),
    post("/corrections/{id}/unmask", Correction, FORM),
    post("/corrections/{id}/answer", Correction, FORM),
    // Places.
    get("/", Plain),
    get("/scope", Plain),
    get("/villages", Plain),
    get("/villages/{code}", Village),
    get("/villages/{code}/why", Village),
    post("/villages/{code}/colour", Village, FORM),
    post("/villages/{code}/facts", Village, FORM),
    get("/attachments/{id}", Evidence),
    get("/facts", Plain),
    get("/facts/template.xlsx", Plain),
    get("/facts/export.xlsx", Plain),
    get("/facts/import", Plain),
    post("/facts/import", Plain, Sent::File("例.csv", "code\n990101101200\n")),
    get("/facts/import/{id}", Upload),
    post("/facts/import/{id}/confirm", Upload, FORM),
    get("/facts/import/{id}/corrected.xlsx", Upload),
    get("/facts/batches", Plain),
    get("/facts/batches/{id}", Batch),
    post("/facts/batches/{id}/undo", Batch, FORM),
    get("/grades", Plain),
    post("/grades", Plain, Sent::File("例.csv", "code,grade\n")),
    get("/places", Plain),
    post("/places/{kind}", Kind, FORM),
    get("/packs", Plain),
    post("/packs", Plain, Sent::File("例.xlsx", "no workbook")),
    get("/packs/{id}", Pack),
    get("/packs/{id}/cases", Pack),
    get("/packs/{id}/pack.xlsx", Pack),
    get("/packs/{id}/diff/{other}", Pack),
    post("/packs/{id}/drafts", Pack, FORM),
    get("/packs/drafts/{id}", Draft),
    post("/packs/drafts/{id}/edit", Draft, FORM),
    post("/packs/drafts/{id}/undo", Draft, FORM),
    post("/packs/drafts/{id}/redo", Draft, FORM),
    post("/packs/drafts/{id}/book", Draft, Sent::File("例.xlsx", "no workbook")),
    post("/packs/drafts/{id}/acts/{act}", Draft, FORM),
    get("/packs/drafts/{id}/pack.xlsx", Draft),
    get("/packs/drafts/{id}/diff", Draft),
    get("/packs/drafts/{id}/cases", Draft),
    get("/packs/drafts/{id}/whatif", Draft),
    // Posts and filings.
    get("/posts", Plain),
    get("/villages/{code}/posts", Village),
    get("/villages/{code}/committee.xlsx", Village),
    post("/villages/{code}/posts/begin", Village, FORM),
    post("/villages/{code}/posts/term", Village, FORM),
    post("/villages/{code}/holdings/{id}/end", Holding, FORM),
    post("/villages/{code}/holdings/{id}/duty", Holding, FORM),
    get("/filings", Plain),
    get("/filings/new", Plain),
    post("/filings", Plain, FORM),
    get("/filings/{id}", Filing),
    get("/filings/{id}/{name}", Filing),
    post("/filings/{id}/items", Filing, FORM),
    post("/filings/{id}/items/{item}/drop", Filing, FORM),
    post("/filings/{id}/documents", Filing, FORM),
    get("/filings/{id}/documents/{attachment}", Filing),
    post("/filings/{id}/acts/{act}", Filing, FORM),
    post("/filings/{id}/opinion", Filing, FORM),
    // What follows from results.
    get("/rewards", Plain),
    get("/rounds/{id}/proposals", Closed),
    post("/rounds/{id}/proposals/confirm", Closed, FORM),
    post("/rounds/{id}/proposals/decide", Closed, FORM),
    post("/rounds/{id}/proposals/revoke", Closed, FORM),
    get("/proposals/{id}", Proposal),
    post("/proposals/{id}/acts/{act}", Proposal, FORM),
    post("/proposals/{id}/filing", Proposal, FORM),
    get("/tally", Plain),
    get("/tally.xlsx", Plain),
    get("/rounds/{id}/documents", Closed),
    get("/rounds/{id}/documents/{name}", Closed),
    get("/rounds/{id}/villages/{name}", Closed),
    post("/rounds/{id}/bundle", Closed, FORM),
    get("/bundles/{id}", Id),
    get("/bundles/{id}/pages.zip", Id),
    get("/me/proposals/{id}", Id),
    post("/me/proposals/{id}/words", Id, FORM),
    get("/rectification", Plain),
    get("/rectification.xlsx", Plain),
    get("/rectification/new", Plain),
    post("/rectification", Plain, FORM),
    get("/rectification/{id}", Mending),
    post("/rectification/{id}/measures", Mending, FORM),
    post("/rectification/{id}/items", Mending, FORM),
    post("/rectification/{id}/items/{item}/close", Mending, FORM),
    get("/rectification/{id}/files/{attachment}", Mending),
    post("/rectification/{id}/close", Mending, FORM),
    // Pools.
    get("/pools", Plain),
    get("/pools/bench.xlsx", Plain),
    get("/pools/moves", Plain),
    post("/pools/moves", Plain, FORM),
    get("/pools/moves/new", Plain),
    get("/pools/moves/{id}", Move),
    post("/pools/moves/{id}/decide", Move, FORM),
    post("/pools/moves/{id}/withdraw", Move, FORM),
    get("/pools/review", Plain),
    post("/pools/review", Plain, FORM),
    post("/pools/review/{id}/warn", Scored, FORM),
    get("/me/pools/{id}", Id),
    post("/me/pools/{id}", Id, FORM),
    // Rounds.
    get("/rounds", Plain),
    post("/rounds", Plain, FORM),
    get("/rounds/new", Plain),
    get("/rounds/{id}", Round),
    post("/rounds/{id}/acts/{act}", Round, FORM),
    get("/rounds/{id}/sheets/{sheet}", Round),
    post("/rounds/{id}/sheets/{sheet}/acts/{act}", Round, FORM),
    get("/rounds/{id}/missing", Round),
    post("/rounds/{id}/missing", Round, FORM),
    post("/rounds/{id}/missing/back", Round, FORM),
    get("/rounds/{id}/facts", Round),
    post("/rounds/{id}/facts", Round, FORM),
    get("/rounds/{id}/results", Round),
    get("/rounds/{id}/results/{code}", Round),
    get("/rounds/{id}/correct", Round),
    post("/rounds/{id}/correct", Round, FORM),
    get("/rounds/{id}/appeal", Round),
    post("/rounds/{id}/appeal", Round, FORM),
    get("/rounds/{id}/tables/{name}", Round),
    get("/appeals", Plain),
    get("/appeals/{id}", Appeal),
    post("/appeals/{id}/{act}", Appeal, FORM),
    get("/me/results", Plain),
    get("/me/results/{id}", Id),
    post("/me/results/{id}/appeal", Id, FORM),
    post("/me/appeals/{id}/withdraw", Id, FORM),
    // Mark sheets.
    get("/sheets", Plain),
    get("/sheets/{id}", Sheet),
    post("/sheets/{id}", Sheet, FORM),
    get("/sheets/{id}/cell", Sheet),
    post("/sheets/{id}/cells", Sheet, Sent::Json("{\"cells\":[]}")),
    post("/sheets/{id}/undo/{seq}", Sheet, FORM),
    get("/sheets/{id}/check", Sheet),
    post("/sheets/{id}/check", Sheet, FORM),
    get("/sheets/{id}/submit", Sheet),
    post("/sheets/{id}/submit", Sheet, FORM),
    post("/sheets/{id}/ask", Sheet, FORM),
    get("/sheets/{id}/sheet.xlsx", Sheet),
    post("/sheets/{id}/upload", Sheet, Sent::File("例.csv", "code\n990101101200\n")),
    get("/sheets/{id}/upload/{attachment}", Sheet),
    post("/sheets/{id}/upload/{attachment}", Sheet, FORM),
    post("/sheets/{id}/evidence", Sheet, FORM),
    get("/sheets/{id}/evidence/{attachment}", Sheet),
    post("/sheets/{id}/evidence/{attachment}/end", Id, FORM),
    get("/evidence/{id}", MarkFile),
    // The year's work.
    get("/records", Plain),
    get("/records/new", Plain),
    post("/records", Plain, FORM),
    get("/records/{id}", Record),
    post("/records/{id}/void", Record, FORM),
    post("/records/{id}/evidence", Record, FORM),
    get("/records/{id}/evidence/{attachment}", Record),
    get("/inspections", Plain),
    get("/inspections/new", Plain),
    post("/inspections", Plain, FORM),
    get("/inspections/{id}", Inspection),
    post("/inspections/{id}", Inspection, FORM),
    post("/inspections/{id}/correct", Inspection, FORM),
    post("/inspections/{id}/drop", Id, FORM),
    get("/reports", Plain),
    post("/reports", Plain, FORM),
    get("/reports/{id}", Report),
    post("/reports/{id}/examine", Report, FORM),
    post("/reports/{id}/rate", Report, FORM),
    post("/reports/{id}/withdraw", Report, FORM),
    get("/people/{id}/duty", Person),
    get("/villages/{code}/duty", Village),
    get("/me/records", Plain),
    post("/me/records/{id}/explain", Id, FORM),
    get("/me/report", Plain),
    post("/me/report/{id}/save", Id, FORM),
    post("/me/report/{id}/submit", Id, FORM),
    // People.
    get("/people", Plain),
    post("/people/find", Plain, Sent::Form(&[("q", "例")])),
    get("/people/search", Plain),
    post("/people/columns", Plain, Sent::Form(&[("col", "age")])),
    post("/people/views", Plain, FORM),
    post("/people/views/{id}", Id, Sent::Form(&[("name", "例")])),
    post("/people/views/{id}/delete", Id, FORM),
    get("/people/export.xlsx", Plain),
    post("/people/export.xlsx", Plain, FORM),
    post("/people/export.pdf", Plain, FORM),
    post("/people/export.lrmx.zip", Plain, FORM),
    post("/people/unmoved", Plain, FORM),
    get("/people/import", Plain),
    post("/people/import", Plain, Sent::File("例.csv", "姓名,村\n何例丑,例村\n")),
    get("/people/import/template.xlsx", Plain),
    get("/people/import/{id}", Roster),
    post("/people/import/{id}/plan", Roster, FORM),
    post("/people/import/{id}/confirm", Roster, FORM),
    get("/people/import/{id}/corrected.xlsx", Roster),
    get("/people/batches", Plain),
    get("/people/batches/{id}", Imported),
    post("/people/batches/{id}/undo", Imported, FORM),
    get("/people/retention", Plain),
    get("/people/retention/{id}", Person),
    post("/people/retention/{id}/erase", Person, FORM),
    post("/people/retention/{id}/hold", Person, FORM),
    get("/calendar", Plain),
    post("/calendar", Plain, FORM),
    post("/calendar/remove", Plain, FORM),
    post("/calendar/import", Plain, FORM),
    get("/people/duplicates", Plain),
    get("/people/duplicates/{id}/{other}", Person),
    post("/people/duplicates/{id}/{other}", Person, FORM),
    get("/people/duplicates/{id}/{other}/confirm", Person),
    post("/people/duplicates/{id}/{other}/merge", Person, FORM),
    get("/people/merges", Plain),
    get("/people/receive", Plain),
    post("/people/receive", Plain, FORM),
    get("/people/receive/{id}", Id),
    post("/people/receive/{id}", Id, FORM),
    post("/people/receive/{id}/discard", Id, FORM),
    get("/people/new", Plain),
    post("/people", Plain, FORM),
    get("/people/{id}", Person),
    post("/people/{id}/unmask", Person, FORM),
    get("/people/{id}/edit", Person),
    post("/people/{id}/edit", Person, Sent::Form(&[("name", "1")])),
    post("/people/{id}/told", Person, FORM),
    get("/people/{id}/lists/{list}", Person),
    post("/people/{id}/lists/{list}", Person, Sent::Form(&[("text-0", "例"), ("from_on-0", "何时")])),
    post("/people/{id}/claims", Person, Sent::Form(&[("kind", "birth")])),
    post("/people/{id}/claims/{claim}", Person, FORM),
    post("/people/{id}/documents", Person, FORM),
    get("/people/{id}/documents/{attachment}", Person),
    get("/people/{id}/photo", Person),
    get("/people/{id}/{name}", Person),
    get("/people/{id}/transfer", Person),
    post("/people/{id}/transfer", Person, FORM),
    post("/people/{id}/transfer/receipt", Person, FORM),
    post("/people/{id}/transfer/cancel", Person, FORM),
    post("/people/{id}/unmerge", Person, FORM),
    post("/people/{id}/account", Person, Sent::Form(&[("login", "none")])),
    // The API.
    get("/api/v1/villages", Plain),
    get("/api/v1/villages/{code}", Village),
    get("/api/v1/villages/{code}/facts", Village),
    post("/api/v1/villages/{code}/facts", Village, Sent::Json("{\"facts\":[{\"fact\":\"none\"}]}")),
    get("/api/v1/formation", Plain),
    get("/api/v1/people", Plain),
    get("/api/v1/packs", Plain),
    but(get("/api/v1/me", Plain), Habit::AsksForCaller),
    get("/api/v1/openapi.json", Plain),
];

impl Line {
    pub fn of(method: &str, path: &str) -> Option<&'static Line> {
        crate::lines::all().find(|l| l.method == method && l.path == path)
    }

    /// The path for a scope; `None` where the route knows no such thing.
    pub fn filled(&self, fixture: &Fixture, scope: Scope) -> Option<String> {
        let code = |code: &str| Some(self.path.replace("{code}", code).replace("{post}", "party_secretary"));
        let id = |id: i64, role: i64| {
            let path = self.path.replace("{id}", &id.to_string()).replace("{role}", &role.to_string());
            let name = if path.starts_with("/entries") { "application.docx" } else { "notice.docx" };
            Some(path.replace("{name}", name))
        };
        // Of the length of real ones.
        const NO_ID: i64 = 3_712_345_678_901_234_567;
        match (self.fill, scope) {
            (Plain, Scope::Own) => Some(self.path.to_owned()),
            (Village, Scope::Own) => code(&village(0, 0).0),
            (Village, Scope::OtherTownship) => code(&village(1, 0).0),
            (Village, Scope::OtherCounty) => code(&village(2, 0).0),
            (Village, Scope::Nonexistent) => code("990101101299"),
            (Account | Role, Scope::Own) => id(fixture.target.0, fixture.target.1),
            (Role, Scope::OtherTownship) => id(fixture.target.0, fixture.people[0].caller.role_id),
            (Pack | Draft, Scope::OtherTownship) => None,
            (Pack | Draft, scope) => {
                let record = match scope {
                    Scope::Nonexistent => NO_ID,
                    Scope::OtherCounty => fixture.records[2].of(self.fill),
                    _ => fixture.records[0].of(self.fill),
                };
                let path = self.path.replace("{other}", &fixture.records[0].pack.to_string());
                Some(path.replace("{id}", &record.to_string()).replace("{act}", "submit"))
            }
            (
                Upload
                | Batch
                | Roster
                | Imported
                | Evidence
                | Motioned
                | Move
                | Scored
                | Fill::Inquiry
                | Fill::Campaign
                | Fill::Entry
                | Fill::Objection,
                Scope::Own | Scope::OtherTownship | Scope::OtherCounty,
            ) => id(fixture.records[scope as usize].of(self.fill), 0),
            (
                Person | Filing | Holding | Correction | Record | Inspection | Report | Round | Appeal
                | Sheet | MarkFile | Closed | Proposal | Mending | Course,
                Scope::Nonexistent,
            ) => {
                let path = fixture.records[0].within(self.path, self.fill, 0);
                Some(path.replace("{id}", &NO_ID.to_string()))
            }
            (
                Person | Filing | Holding | Correction | Record | Inspection | Report | Round | Appeal
                | Sheet | MarkFile | Closed | Proposal | Mending | Course,
                scope,
            ) => {
                let whose = match scope {
                    Scope::Own => 0,
                    Scope::OtherTownship => 1,
                    _ => 2,
                };
                let records = &fixture.records[whose];
                let path = records.within(self.path, self.fill, whose);
                Some(path.replace("{id}", &records.of(self.fill).to_string()))
            }
            (Kind, Scope::Own) => Some(self.path.replace("{kind}", "rename")),
            (Kind, Scope::Nonexistent) => Some(self.path.replace("{kind}", "nothing")),
            (Plain | Kind, _) => None,
            (_, Scope::Nonexistent) => id(NO_ID, NO_ID),
            _ => None,
        }
    }
}
