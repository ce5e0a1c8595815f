//! A round of appraisal in each county, whose raters are marking.

use crate::fixture::event;
use crate::registry::PNG;
use platform::attachments::{self, NewFile};
use platform::db::Db;
use platform::values;
use yanzhen::slices::appraisals::{Round, State, collect, store, tally};
use yanzhen::slices::places::facts::Adopted;

/// A township's mark sheet, a file beside a mark of it, one beside a mark of a unit, and a workbook sent in.
pub struct Marking {
    pub sheet: i64,
    pub proof: i64,
    pub unit_proof: i64,
    pub workbook: i64,
}

/// Begins the county's round.
pub async fn begin(db: &Db, packs: &[Adopted]) {
    let adopted = packs.iter().find(|p| p.pack.id == "jinan").expect("a pack that appraises");
    let mut round = Round {
        id: 0,
        pack: adopted.id,
        title: "2026年度考核".into(),
        year: "2026".into(),
        part: String::new(),
        subject: "village".into(),
        posts: String::new(),
        state: State::Entering,
        marks_due: "2026-12-20".into(),
        check_due: String::new(),
        publish_due: String::new(),
        opened_on: String::new(),
        published_on: String::new(),
        notice_until: String::new(),
        closed_on: String::new(),
        meeting: String::new(),
        meeting_on: String::new(),
        decided_by: String::new(),
        version: 0,
        made_by: "何例乙".into(),
        made_at: 1,
        rev: 1,
    };
    let tx = db.write(event("test.round")).await.expect("begins");
    round.id = store::add(&tx, &round).await.expect("a round");
    tx.commit().await.expect("commits");
    let subjects = collect::population(db, &round).await.expect("villages");
    let tx = db.write(event("test.sheets")).await.expect("begins");
    store::put_subjects(&tx, round.id, &subjects).await.expect("subjects");
    for sheet in collect::sheets(&round, &adopted.pack, &subjects) {
        store::add_sheet(&tx, &sheet).await.expect("a sheet");
    }
    tx.commit().await.expect("commits");
}

/// The sheet of a village's township, with files called after the village.
pub async fn fill(db: &Db, code: &str, short: &str) -> Marking {
    let sql = "select id from round";
    let round = db.one(sql, values![]).await.expect("answers").expect("a round").int(0).expect("an id");
    let sheets = store::sheets(db, round).await.expect("sheets");
    let own = sheets.iter().find(|s| s.township == code[..9]).expect("the township's sheet");
    let unit = sheets.iter().find(|s| s.rater == "unit:agri").expect("a unit's sheet");
    let keep = async |name: String, kind: &str, record: String| {
        let file = NewFile { name: &name, bytes: PNG, kind, record: &record, part: &code[..9] };
        let done = attachments::store(db, event("test.proof"), 1 << 20, file).await.expect("answers");
        done.expect("a picture")
    };
    Marking {
        sheet: own.id,
        proof: keep(format!("{short}佐证.png"), tally::EVIDENCE, tally::evidence_record(own, code, "A2"))
            .await,
        unit_proof: keep(
            format!("{short}单位佐证.png"),
            tally::EVIDENCE,
            tally::evidence_record(unit, code, "E4"),
        )
        .await,
        workbook: keep(format!("{short}评分.png"), "round-sheet", own.id.to_string()).await,
    }
}
