//! A person of each township, with a post, a claim, documents and a filing.

use crate::fixture::{Asked, Fixture, Sent, Someone, TOWNSHIPS, VILLAGES, event, village};
use crate::table::Fill;
use platform::access::{Action, Caller, Org};
use platform::attachments::{self, NewFile};
use platform::db::Db;
use platform::values;
use policy::posts::Track;
use yanzhen::slices::duty;
use yanzhen::slices::duty::model::Draft;
use yanzhen::slices::duty::store::records::{self, Subject};
use yanzhen::slices::duty::store::{inspections, reports};
use yanzhen::slices::filings;
use yanzhen::slices::packs;
use yanzhen::slices::people::claims::proposal;
use yanzhen::slices::people::corrections;
use yanzhen::slices::people::store::New;
use yanzhen::slices::people::{self, Field, Values, parts};
use yanzhen::slices::pools;
use yanzhen::slices::posts;

/// A picture of one dot.
pub const PNG: &[u8] = &[
    0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, b'I', b'H', b'D', b'R', 0, 0, 0, 1, 0, 0,
    0, 1, 8, 0, 0, 0, 0, 0x3a, 0x7e, 0x9b, 0x55, 0, 0, 0, 0x0a, b'I', b'D', b'A', b'T', 0x78, 0x9c, 0x63,
    0x60, 0, 0, 0, 2, 0, 1, 0x48, 0xaf, 0xa4, 0x71, 0, 0, 0, 0, b'I', b'E', b'N', b'D', 0xae, 0x42, 0x60,
    0x82,
];

/// What a township has.
pub struct Registry {
    pub person: i64,
    /// Somebody of the same name.
    pub other: i64,
    pub claim: i64,
    pub document: i64,
    pub holding: i64,
    pub filing: i64,
    pub filed: i64,
    pub correction: i64,
    /// A routine record with its evidence, a draft of an inspection, a year-end report to be written.
    pub record: i64,
    pub proof: i64,
    pub inspection: i64,
    pub report: i64,
    /// Somebody who is to enter a pool.
    pub moving: i64,
    /// Somebody's growth score.
    pub scored: i64,
    /// Somebody on the way into the party.
    pub course: i64,
    /// Somebody's answer about its whereabouts.
    pub inquiry: i64,
    /// A motion that the person fills a seat.
    pub motion: i64,
}

impl Registry {
    /// The attachment of what a path names.
    pub fn attachment(&self, fill: Fill) -> i64 {
        match fill {
            Fill::Filing => self.filed,
            Fill::Record => self.proof,
            _ => self.document,
        }
    }
}

/// Fills a village's registry. The person is called after the village, so that a leak of its name is seen.
pub async fn fill(db: &Db, code: &str, short: &str) -> Registry {
    let values = Values::from([
        (Field::Name, format!("{short}例甲")),
        (Field::Village, code.to_owned()),
        (Field::Birth, "1985-06".to_owned()),
        (Field::Strengths, format!("{short}种茶")),
    ]);
    let mut tx = db.write(event("test.person")).await.expect("begins");
    let new = [values.clone(), values].map(|values| New { values, synthetic: true });
    let made = people::store::add(&mut tx, new.into()).await.expect("two persons");
    let (person, other) = (made[0], made[1]);
    let claim = proposal((1, "何例乙"), "birth", "1984-05", "例材料", "", "例表");
    let claim = parts::put(&mut tx, &[(person, claim)]).await.expect("a claim")[0];
    let hold = posts::store::New {
        village: code.to_owned(),
        post: "party_member".into(),
        track: Track::Party,
        title: String::new(),
        person,
        term: None,
        from_on: "2026-01-15".into(),
        to_on: "9999-12-31".into(),
        way_in: "election_by_members".into(),
        way_out: String::new(),
        ground_in: "例会议".into(),
        ground_out: String::new(),
        filing: None,
        batch: None,
    };
    let holding = posts::store::begin(&mut tx, &[hold]).await.expect("a hold")[0];
    let filing = filings::Filing::begun(
        format!("2026-备-{code}"),
        Org { township: &code[..9], village: code },
        short,
        "何例乙",
    );
    let filing = filings::store::add(&tx, &filing).await.expect("a filing");
    tx.commit().await.expect("commits");
    let mut kept = Vec::new();
    for (kind, record) in [("person", person), ("filing/request", filing)] {
        let record = record.to_string();
        let file =
            NewFile { name: &format!("{short}材料.png"), bytes: PNG, kind, record: &record, part: code };
        let done = attachments::store(db, event("test.document"), 1 << 20, file).await.expect("answers");
        kept.push(done.expect("a picture"));
    }
    let tx = db.write(event("test.photo")).await.expect("begins");
    tx.run("update person set photo = $2 where id = $1", values![person, kept[0]]).await.expect("a photo");
    tx.commit().await.expect("commits");
    let correction = ask(db, code, short, person).await;
    let [record, proof, inspection, report] = work(db, code, short, person).await;
    let moving = enter(db, short, person).await;
    let scored = score(db, code, person).await;
    let course = crate::membership::begin(db, person, short).await;
    let inquiry = crate::inquiries::answered(db, person, [&format!("{short}茶场"), "", ""]).await;
    let motion = crate::vacancies::motion(db, code, short, person).await;
    let (document, filed) = (kept[0], kept[1]);
    Registry {
        person,
        other,
        claim,
        document,
        holding,
        filing,
        filed,
        correction,
        record,
        proof,
        inspection,
        report,
        moving,
        scored,
        course,
        inquiry,
        motion,
    }
}

/// A growth score.
async fn score(db: &Db, code: &str, person: i64) -> i64 {
    let score = pools::Score {
        id: 0,
        person,
        person_name: String::new(),
        village: code.to_owned(),
        township: code[..9].to_owned(),
        quarter: "2026-Q4".into(),
        parts: [("work".to_owned(), 2500)].into(),
        total: 2500,
        by: "何例乙".into(),
        at: 1,
        warned_by: String::new(),
        warned_on: String::new(),
        warning: String::new(),
        rev: 1,
    };
    let tx = db.write(event("test.score")).await.expect("begins");
    pools::store::put_score(&tx, &score).await.expect("a score");
    tx.commit().await.expect("commits");
    pools::store::scores_of(db, person).await.expect("answers")[0].id
}

/// A person who is to enter a pool.
async fn enter(db: &Db, short: &str, person: i64) -> i64 {
    let caller = office();
    let found = people::store::find(db, person).await.expect("answers");
    let person = caller.authorize(Action::ManagePools, found).expect("the county's");
    let new = pools::actions::New {
        pool: "reserve".into(),
        way: "in".into(),
        ground: "recommended".into(),
        reason: format!("{short}推荐"),
        document: String::new(),
    };
    let made = pools::actions::propose(db, &caller, &person, &new).await.expect("answers");
    made.expect("a proposal in order")
}

/// A record with its evidence, a draft of an inspection, a report to be written.
async fn work(db: &Db, code: &str, short: &str, person: i64) -> [i64; 4] {
    let caller = office();
    let found = people::store::find(db, person).await.expect("answers");
    let person = caller.authorize(Action::EditDuty, found).expect("the county's");
    let subject = Subject::Person(&person);
    let by = (None, "何例乙", "例办");
    let mut tx = db.write(event("test.work")).await.expect("begins");
    let text = format!("{short}走访12户");
    let new = records::New { kind: "service", title: "联系服务群众", day: "2026-11-01", text: &text };
    let record = records::add(&mut tx, by, &subject, &new).await.expect("a record");
    let draft = Draft {
        day: "2026-11-02".into(),
        method: "field_visit".into(),
        summary: format!("{short}总的还好"),
        ..Draft::default()
    };
    let inspection = inspections::begin(&mut tx, by, &subject, &draft, None).await.expect("a draft");
    let holder = reports::Holder { person: person.id, township: code[..9].into(), village: code.into() };
    let asked = ("村党组织委员", "2026", "2026-12-31");
    let report = reports::open(&mut tx, &caller, &[holder], asked).await.expect("a report")[0];
    tx.commit().await.expect("commits");
    let (name, kept) = (format!("{short}凭据.png"), record.to_string());
    let file = NewFile { name: &name, bytes: PNG, kind: duty::EVIDENCE, record: &kept, part: code };
    let proof = attachments::store(db, event("test.proof"), 1 << 20, file).await.expect("answers");
    [record, proof.expect("a picture"), inspection, report]
}

/// The county's office, by which fixtures are made.
pub fn office() -> Caller {
    Caller { unit: "例办".into(), ..crate::fixture::nobody().caller }
}

/// A request for correction, with what it is shown by.
async fn ask(db: &Db, code: &str, short: &str, person: i64) -> i64 {
    let (name, record) = (format!("{short}依据.png"), person.to_string());
    let file = NewFile { name: &name, bytes: PNG, kind: "correction", record: &record, part: code };
    let evidence = attachments::store(db, event("test.evidence"), 1 << 20, file).await.expect("answers");
    let mut tx = db.write(event("test.correction")).await.expect("begins");
    let file = people::store::find_in(&tx, person).await.expect("answers").expect("a person");
    let new = corrections::New {
        field: Field::Phone,
        value: "19900005678",
        reason: "换号了",
        attachment: Some(evidence.expect("a picture")),
        due_on: "2026-12-01",
    };
    let id = corrections::ask(&mut tx, &file, &new).await.expect("asks").expect("the first");
    tx.commit().await.expect("commits");
    id
}

/// Sends a roster in twice and has one of them written.
pub async fn rosters(fixture: &Fixture, who: &Someone, short: &str) -> (i64, i64) {
    let table: &'static str =
        Box::leak(format!("姓名,村,出生年月\n何例卯,{short},1990-01\n").into_boxed_str());
    let name: &'static str = Box::leak(format!("{short}名册.csv").into_boxed_str());
    let mut sent = Vec::new();
    for _ in 0..2 {
        let seen = fixture.send(Asked::post("/people/import", Sent::File(name, table)).by(who)).await;
        assert_eq!(seen.status, 303, "{} sends a roster in: {}", who.login, seen.text);
        sent.push(last_number(&seen.location));
    }
    let path = format!("/people/import/{}", sent[1]);
    let seen = fixture.send(Asked::get(&path).by(who)).await;
    let mark = seen.text.split("name=\"mark\" value=\"").nth(1).and_then(|t| t.split('"').next());
    let mark: &'static str = Box::leak(mark.expect("a mark").to_owned().into_boxed_str());
    let form: &'static [(&'static str, &'static str)] = Box::leak(Box::new([("mark", mark)]));
    let seen = fixture.send(Asked::post(&format!("{path}/confirm"), Sent::Form(form)).by(who)).await;
    assert_eq!(seen.status, 303, "{} writes a roster: {}", who.login, seen.text);
    (sent[0], last_number(&seen.location))
}

/// A draft of a pack's next version.
pub async fn draft(db: &Db, by: &Caller, pack: i64, township: usize) -> i64 {
    let base = packs::store::kept(db, pack).await.expect("answers").expect("a pack");
    let asked = (format!("2030.{township}"), "2030-01-01", "");
    match packs::begin(db, by, &base, (&asked.0, asked.1, asked.2)).await.expect("begins") {
        packs::Begun::Done(id) => id,
        packs::Begun::Faulty(faults) => panic!("a draft begins: {faults:?}"),
    }
}

/// The id at the end of a path.
pub fn last_number(location: &str) -> i64 {
    let path = location.split('?').next().unwrap_or_default();
    path.rsplit('/').next().and_then(|id| id.parse().ok()).unwrap_or_else(|| panic!("no id in {location}"))
}

/// Everything by which a township and its villages are known.
pub fn marks_of(township: usize) -> Vec<String> {
    let (_, code, letter) = TOWNSHIPS[township];
    let mut out: Vec<String> =
        (0..VILLAGES.len()).flat_map(|k| <[String; 2]>::from(village(township, k))).collect();
    out.extend([code.to_owned(), format!("例{letter}镇")]);
    out
}
