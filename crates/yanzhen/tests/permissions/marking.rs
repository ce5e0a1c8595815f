//! A round of appraisal in each county, whose raters are marking.

use crate::fixture::{Records, event, village};
use crate::registry::PNG;
use crate::table::Fill;
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
    /// A round that the township runs itself, published, its sheet, and an appeal against it.
    pub own: i64,
    pub own_sheet: i64,
    pub appeal: i64,
}

impl Records {
    /// A path with all but its `{id}` filled in.
    pub fn within(&self, path: &str, fill: Fill, township: usize) -> String {
        let r = &self.registry;
        let attachment = match fill {
            Fill::Sheet if path.contains("/upload/") => self.marking.workbook,
            Fill::Sheet => self.marking.proof,
            Fill::Mending => self.followed.proof,
            _ => r.attachment(fill),
        };
        let code = village(township, 1).0;
        let page = format!("{code}.docx");
        let (name, act) = match fill {
            Fill::Closed if path.contains("/villages/") => (page.as_str(), ""),
            Fill::Closed => ("ranking.xlsx", ""),
            Fill::Proposal => ("", "hear"),
            Fill::Round if path.contains("/sheets/") => ("facts.csv", "assign"),
            Fill::Round => ("facts.csv", "remind"),
            Fill::Appeal => ("", "reject"),
            _ => ("form.docx", "study"),
        };
        path.replace("{code}", &code)
            .replace("{other}", &r.other.to_string())
            .replace("{claim}", &r.claim.to_string())
            .replace("{item}", &self.followed.item.to_string())
            .replace("{attachment}", &attachment.to_string())
            .replace("{name}", name)
            .replace("{list}", "cv")
            .replace("{seq}", "1")
            .replace("{sheet}", &self.marking.own_sheet.to_string())
            .replace("{act}", act)
    }

    pub fn of(&self, fill: Fill) -> i64 {
        match fill {
            Fill::Pack => self.pack,
            Fill::Draft => self.draft,
            Fill::Upload => self.upload,
            Fill::Batch => self.batch,
            Fill::Roster => self.roster,
            Fill::Imported => self.imported,
            Fill::Person => self.registry.person,
            Fill::Holding => self.registry.holding,
            Fill::Filing => self.registry.filing,
            Fill::Correction => self.registry.correction,
            Fill::Record => self.registry.record,
            Fill::Inspection => self.registry.inspection,
            Fill::Report => self.registry.report,
            Fill::Round => self.marking.own,
            Fill::Appeal => self.marking.appeal,
            Fill::Sheet => self.marking.sheet,
            Fill::MarkFile => self.marking.unit_proof,
            Fill::Closed => self.followed.round,
            Fill::Proposal => self.followed.proposal,
            Fill::Mending => self.followed.mending,
            Fill::Move => self.registry.moving,
            Fill::Scored => self.registry.scored,
            Fill::Inquiry => self.registry.inquiry,
            Fill::Course => self.registry.course,
            Fill::Review(part) => self.reviewed.of(part),
            Fill::Motioned => self.registry.motion,
            Fill::Campaign => self.selected.campaign,
            Fill::Entry => self.selected.entry,
            Fill::Objection => self.selected.objection,
            _ => self.evidence,
        }
    }
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
    let sql = "select id from round where part = ''";
    let round = db.one(sql, values![]).await.expect("answers").expect("a round").int(0).expect("an id");
    let sheets = store::sheets(db, round).await.expect("sheets");
    let own = sheets.iter().find(|s| s.township == code[..9]).expect("the township's sheet");
    let unit = sheets.iter().find(|s| s.rater == "unit:agri").expect("a unit's sheet");
    let (own_round, own_sheet, appeal) = published(db, round, code).await;
    let keep = async |name: String, kind: &str, record: String| {
        let file = NewFile { name: &name, bytes: PNG, kind, record: &record, part: &code[..9] };
        let done = attachments::store(db, event("test.proof"), 1 << 20, file).await.expect("answers");
        done.expect("a picture")
    };
    Marking {
        own: own_round,
        own_sheet,
        appeal,
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

/// A round of a township of its own like the county's, published, with an appeal about a village of it.
async fn published(db: &Db, like: i64, code: &str) -> (i64, i64, i64) {
    let mut round = store::find(db, like).await.expect("answers").expect("a round");
    (round.part, round.title) = (code[..9].to_owned(), "2026年度镇考核".into());
    let tx = db.write(event("test.round")).await.expect("begins");
    round.id = store::add(&tx, &round).await.expect("a round");
    tx.commit().await.expect("commits");
    let subjects = collect::population(db, &round).await.expect("villages");
    let pack = yanzhen::slices::places::facts::adopted(db, round.pack).await.expect("a pack");
    let tx = db.write(event("test.sheets")).await.expect("begins");
    store::put_subjects(&tx, round.id, &subjects).await.expect("subjects");
    let mut own = 0;
    for sheet in collect::sheets(&round, &pack, &subjects) {
        own = store::add_sheet(&tx, &sheet).await.expect("a sheet");
    }
    tx.commit().await.expect("commits");
    let given = yanzhen::slices::appraisals::Given::of(db, &round).await.expect("read");
    let outcomes = given.outcomes().expect("scores");
    (round.state, round.version, round.notice_until) = (State::Published, 1, "2099-01-01".into());
    let tx = db.write(event("test.publish")).await.expect("begins");
    store::add_version(&tx, round.id, 1, "会议", "何例乙").await.expect("a version");
    store::put_outcomes(&tx, round.id, 1, &outcomes).await.expect("results");
    assert!(store::save(&tx, &round).await.expect("saved"));
    let appeal = platform::db::new_id();
    let sql = "insert into appeal (id, round, code, township, village, indicator, text, state, by_name, at, due_on) \
               values ($1, $2, $3, $4, $3, 'A1', '例', 'asked', '何例甲', 1, '2099-01-01')";
    tx.run(sql, values![appeal, round.id, code, &code[..9]]).await.expect("an appeal");
    tx.commit().await.expect("commits");
    (round.id, own, appeal)
}
