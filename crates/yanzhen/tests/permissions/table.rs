//! What each route is asked with: its path filled in, its form, and what becomes of it. A new route needs a line here.

use crate::fixture::{Fixture, Sent, village};
use Fill::{
    Account, Batch, Correction, Evidence, Filing, Holding, Id, Imported, Kind, Mending, Pack, Person, Plain,
    Proposal, Role, Roster, Round, Upload, Village,
};

/// What stands in a route's path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fill {
    /// Nothing.
    Plain,
    /// `{code}` is a village.
    Village,
    /// `{id}` is an account.
    Account,
    /// `{id}` is an account, `{role}` a role that it holds.
    Role,
    /// `{id}` is a pack of the county.
    Pack,
    /// `{id}` is a table that the township sent in, not yet written.
    Upload,
    /// `{id}` is what a township's table wrote.
    Batch,
    /// `{id}` is a roster that the township sent in, not yet written.
    Roster,
    /// `{id}` is what a township's roster wrote.
    Imported,
    /// `{id}` is a file beside a village's fact.
    Evidence,
    /// `{id}` is a person of a township's village; `{claim}`, `{attachment}` and `{list}` are of its file,
    /// `{other}` is a second person of the village.
    Person,
    /// `{code}` is a village, `{id}` who holds a post of it.
    Holding,
    /// `{id}` is a filing of a township; `{item}`, `{attachment}` and `{act}` are of it.
    Filing,
    /// `{id}` is a request for correction by a person of a township.
    Correction,
    /// `{id}` is a closed round of the county with a village of a township; `{name}` is a paper of it.
    Round,
    /// `{id}` is what a rule proposes for a person of a township; `{act}` is one of its acts.
    Proposal,
    /// `{id}` is an entry of the rectification register; `{item}` and `{attachment}` are of it.
    Mending,
    /// `{kind}` is a word of a closed list.
    Kind,
    /// `{id}` is a record of which there is none: every answer is that of a record that does not exist.
    Id,
}

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

const FORM: Sent = Sent::Form(&[]);

const fn get(path: &'static str, fill: Fill) -> Line {
    Line { method: "GET", path, fill, sent: Sent::Nothing, habit: Habit::Usual }
}

const fn post(path: &'static str, fill: Fill, sent: Sent) -> Line {
    Line { method: "POST", path, fill, sent, habit: Habit::Usual }
}

const fn but(line: Line, habit: Habit) -> Line {
    Line { method: line.method, path: line.path, fill: line.fill, sent: line.sent, habit }
}

/// Every route that is served.
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
    get("/rounds/{id}/proposals", Round),
    post("/rounds/{id}/proposals/confirm", Round, FORM),
    post("/rounds/{id}/proposals/decide", Round, FORM),
    post("/rounds/{id}/proposals/revoke", Round, FORM),
    get("/proposals/{id}", Proposal),
    post("/proposals/{id}/acts/{act}", Proposal, FORM),
    post("/proposals/{id}/filing", Proposal, FORM),
    get("/tally", Plain),
    get("/tally.xlsx", Plain),
    get("/rounds/{id}/documents", Round),
    get("/rounds/{id}/documents/{name}", Round),
    get("/rounds/{id}/villages/{name}", Round),
    post("/rounds/{id}/bundle", Round, FORM),
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
        LINES.iter().find(|l| l.method == method && l.path == path)
    }

    /// The path for a scope; `None` where the route knows no such thing.
    pub fn filled(&self, fixture: &Fixture, scope: Scope) -> Option<String> {
        let code = |code: &str| Some(self.path.replace("{code}", code));
        let id = |id: i64, role: i64| {
            Some(self.path.replace("{id}", &id.to_string()).replace("{role}", &role.to_string()))
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
            (Pack, Scope::Own) => id(fixture.records[0].pack, 0),
            (Pack, Scope::OtherCounty) => id(fixture.records[2].pack, 0),
            (Upload | Batch | Roster | Imported | Evidence, Scope::Own) => {
                id(fixture.records[0].of(self.fill), 0)
            }
            (Upload | Batch | Roster | Imported | Evidence, Scope::OtherTownship) => {
                id(fixture.records[1].of(self.fill), 0)
            }
            (Upload | Batch | Roster | Imported | Evidence, Scope::OtherCounty) => {
                id(fixture.records[2].of(self.fill), 0)
            }
            (Person | Filing | Holding | Correction | Round | Proposal | Mending, Scope::Nonexistent) => {
                let path = fixture.records[0].within(self.path, self.fill, 0);
                Some(path.replace("{id}", &NO_ID.to_string()))
            }
            (Person | Filing | Holding | Correction | Round | Proposal | Mending, scope) => {
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

/// Answers that hold every village of the reader's part in one file.
pub const EXPORTS: &[&str] = &[
    "/facts",
    "/facts?fact=none",
    "/facts/export.xlsx",
    "/facts/template.xlsx",
    "/facts/import",
    "/facts/batches",
    "/packs",
    "/rewards?stage=all",
    "/tally?stage=open",
    "/tally.xlsx?stage=open",
    "/rectification?state=all",
    "/rectification.xlsx?state=all",
    "/rectification/new",
];
