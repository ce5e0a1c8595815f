//! A closed round of each township's village with what it proposes, and an entry of the rectification register.

use crate::fixture::event;
use crate::registry::{PNG, Registry};
use platform::attachments::{self, NewFile};
use platform::db::Db;
use platform::values;
use yanzhen::slices::appraisals::follow::{self, Proposed};
use yanzhen::slices::appraisals::model::{Round, State, Subject};
use yanzhen::slices::appraisals::store as rounds;
use yanzhen::slices::risk;

/// What followed from a township's results.
pub struct Followed {
    pub round: i64,
    pub proposal: i64,
    pub mending: i64,
    pub item: i64,
    pub proof: i64,
}

/// Fills a village's.
pub async fn fill(db: &Db, code: &str, short: &str, registry: &Registry) -> Followed {
    let (round, proposal) = results(db, code, short, (registry.person, registry.holding)).await;
    let (mending, item, proof) = mend(db, code, short).await;
    Followed { round, proposal, mending, item, proof }
}

/// A closed round of the county with a village of its own, and what it proposes for a person.
async fn results(db: &Db, code: &str, short: &str, (person, holding): (i64, i64)) -> (i64, i64) {
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

/// What a round proposes for the person, with what was said of it.
pub async fn marked(db: &Db, person: i64, holding: i64, code: &str) -> i64 {
    let (_, proposal) = results(db, code, "漏例", (person, holding)).await;
    let tx = db.write(event("test.proposal")).await.expect("begins");
    let sql = "update proposal set person_name = '漏例名', because = '漏结果因', heard_on = '2026-11-01', heard_by = '何例乙', \
               heard = '漏听取的', own_words = '漏自陈述', own_at = 1, state = 'heard' where id = $1";
    tx.run(sql, values![proposal]).await.expect("said");
    tx.commit().await.expect("commits");
    proposal
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
