//! A person of each township, with a post, a claim, documents and a filing.

use crate::fixture::{Asked, Fixture, Sent, Someone, TOWNSHIPS, VILLAGES, event, village};
use platform::access::Org;
use platform::attachments::{self, NewFile};
use platform::db::{Db, Ids};
use platform::values;
use policy::posts::Track;
use yanzhen::slices::appraisals::follow::{self, Proposed};
use yanzhen::slices::appraisals::model::{Round, State, Subject};
use yanzhen::slices::appraisals::store as rounds;
use yanzhen::slices::filings;
use yanzhen::slices::people::claims::proposal;
use yanzhen::slices::people::corrections;
use yanzhen::slices::people::store::New;
use yanzhen::slices::people::{self, Field, Values, parts};
use yanzhen::slices::posts;
use yanzhen::slices::risk;

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
    pub round: i64,
    pub proposal: i64,
    pub mending: i64,
    pub mending_item: i64,
    pub proof: i64,
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
    let made = people::store::add(&mut tx, &mut Ids::default(), new.into()).await.expect("two persons");
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
    let (round, proposal) = results(db, code, short, (person, holding)).await;
    let (mending, mending_item, proof) = mend(db, code, short).await;
    Registry {
        person,
        other,
        claim,
        document: kept[0],
        holding,
        filing,
        filed: kept[1],
        correction,
        round,
        proposal,
        mending,
        mending_item,
        proof,
    }
}

/// A closed round of the county with a village of its own, and what it proposes for a person.
pub async fn results(db: &Db, code: &str, short: &str, (person, holding): (i64, i64)) -> (i64, i64) {
    let row = db.one("select id from pack where kind = 'appraisal' order by id limit 1", vec![]).await;
    let pack = row.expect("answers").expect("a pack").int(0).expect("its id");
    let tx = db.write(event("test.round")).await.expect("begins");
    let round = Round {
        id: 0,
        pack,
        title: format!("{short}所在的一轮"),
        year: "2026".into(),
        part: String::new(),
        subject: "village".into(),
        posts: String::new(),
        state: State::Closed,
        marks_due: String::new(),
        check_due: String::new(),
        publish_due: String::new(),
        opened_on: String::new(),
        published_on: "2026-10-08".into(),
        notice_until: "2026-10-15".into(),
        closed_on: "2026-10-16".into(),
        meeting: "例会".into(),
        meeting_on: "2026-10-08".into(),
        decided_by: "何例乙".into(),
        version: 1,
        made_by: "何例乙".into(),
        made_at: 1,
        rev: 1,
    };
    let id = rounds::add(&tx, &round).await.expect("a round");
    let round = Round { id, ..round };
    assert!(rounds::save(&tx, &round).await.expect("saves"));
    let subject = Subject {
        code: code.to_owned(),
        name: short.to_owned(),
        village: code.to_owned(),
        township: code[..9].to_owned(),
        township_name: String::new(),
        person: None,
    };
    rounds::put_subjects(&tx, id, &[subject]).await.expect("a subject");
    let outcome = rounds::Outcome {
        code: code.to_owned(),
        total: Some(6105),
        before_bonus: Some(6105),
        bonus: Some(0),
        penalty: Some(0),
        rank: Some(1),
        of_n: Some(1),
        grade: "4".into(),
        veto: String::new(),
        missing: String::new(),
        scores: "{}".into(),
    };
    rounds::put_outcomes(&tx, id, 1, &[outcome]).await.expect("a result");
    let proposed = Proposed {
        code: code.to_owned(),
        village: code.to_owned(),
        township: code[..9].to_owned(),
        consequence: "talk-4".into(),
        action: "talk".into(),
        applies_to: "party_secretary".into(),
        amount: None,
        basis: "第三十一条".into(),
        person: Some(person),
        person_name: format!("{short}例甲"),
        holding: Some(holding),
        because: format!("{short}四等\n等次：四等"),
        barred: String::new(),
    };
    follow::write(&tx, &round, &[proposed]).await.expect("a proposal");
    tx.commit().await.expect("commits");
    let row = db.one("select id from proposal where round = $1", values![id]).await;
    (id, row.expect("answers").expect("a proposal").int(0).expect("its id"))
}

/// An entry of the register with a problem and a file: their ids.
async fn mend(db: &Db, code: &str, short: &str) -> (i64, i64, i64) {
    let tx = db.write(event("test.mending")).await.expect("begins");
    let entry = risk::Entry {
        id: 0,
        village: code.to_owned(),
        village_name: String::new(),
        township: code[..9].to_owned(),
        township_name: String::new(),
        ground: risk::Ground::Weak,
        source: format!("{short}巡察"),
        source_kind: risk::Source::Inspection,
        proposal: None,
        opened_on: "2026-10-08".into(),
        due_on: String::new(),
        measures: String::new(),
        lead: String::new(),
        by: "何例乙".into(),
        at: 1,
        closed_on: String::new(),
        closed_by: String::new(),
        closing: String::new(),
        rev: 1,
        items: 0,
        items_closed: 0,
    };
    let id = risk::store::add(&tx, &entry).await.expect("an entry");
    let item = risk::store::add_item(&tx, id, &format!("{short}问题"), "").await.expect("a problem");
    tx.commit().await.expect("commits");
    let (name, record) = (format!("{short}依据.png"), id.to_string());
    let file = NewFile { name: &name, bytes: PNG, kind: "rectification", record: &record, part: code };
    let proof = attachments::store(db, event("test.proof"), 1 << 20, file).await.expect("answers");
    (id, item, proof.expect("a picture"))
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
