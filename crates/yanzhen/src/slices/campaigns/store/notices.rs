//! Public notices, objections, recommendation meetings.

use super::entries::Handle;
use super::{opened, unknown};
use platform::access::{Org, Part, Target};
use platform::db::{Db, DbResult, Row, WriteTx, new_id, now_ms};
use platform::values;

/// A public notice of those who are to be chosen.
#[derive(Clone, Debug)]
pub struct Notice {
    pub id: i64,
    pub campaign: i64,
    pub posted_on: String,
    /// The last day on which objections are taken.
    pub until: String,
    pub text: String,
    pub by: String,
    pub at: i64,
    /// Objections without an answer.
    pub open: u64,
    /// All objections.
    pub objections: u64,
}

const NOTICE: &str = "select n.id, n.campaign, n.posted_on, n.until_on, n.text, n.by_name, n.at, \
    (select count(*) from notice_objection o where o.notice = n.id and o.state = 'open'), \
    (select count(*) from notice_objection o where o.notice = n.id) from campaign_notice n";

fn notice(r: &Row) -> DbResult<Notice> {
    Ok(Notice {
        id: r.int(0)?,
        campaign: r.int(1)?,
        posted_on: r.text(2)?,
        until: r.text(3)?,
        text: r.text(4)?,
        by: r.text(5)?,
        at: r.int(6)?,
        open: r.int(7)?.unsigned_abs(),
        objections: r.int(8)?.unsigned_abs(),
    })
}

/// The notices of a campaign, the latest first.
pub async fn of_campaign(db: &Db, campaign: i64) -> DbResult<Vec<Notice>> {
    let sql = format!("{NOTICE} where n.campaign = $1 order by n.at desc, n.id desc");
    db.rows(&sql, values![campaign]).await?.iter().map(notice).collect()
}

/// The notices that stand on a day or stood within thirty days before, of every campaign.
pub async fn standing(db: &Db, since: &str) -> DbResult<Vec<Notice>> {
    let sql = format!("{NOTICE} where n.until_on >= $1 order by n.until_on, n.id");
    db.rows(&sql, values![since]).await?.iter().map(notice).collect()
}

/// A notice by its id.
pub async fn find(db: &Db, id: i64) -> DbResult<Option<Notice>> {
    db.one(&format!("{NOTICE} where n.id = $1"), values![id]).await?.as_ref().map(notice).transpose()
}

/// Adds a notice; gives its id.
pub async fn add(tx: &WriteTx, n: &Notice) -> DbResult<i64> {
    let id = new_id();
    let row = values![
        id,
        n.campaign,
        n.posted_on.as_str(),
        n.until.as_str(),
        n.text.as_str(),
        n.by.as_str(),
        now_ms()
    ];
    tx.insert_many("campaign_notice (id, campaign, posted_on, until_on, text, by_name, at)", vec![row], "")
        .await?;
    Ok(id)
}

/// What came of an objection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// Being looked into.
    Open,
    /// Nothing in it.
    Unfounded,
    /// It is so: the person does not go on.
    Founded,
}

impl Finding {
    /// As stored.
    pub fn id(self) -> &'static str {
        match self {
            Finding::Open => "open",
            Finding::Unfounded => "unfounded",
            Finding::Founded => "founded",
        }
    }

    /// By its id.
    pub fn by_id(id: &str) -> Option<Finding> {
        [Finding::Open, Finding::Unfounded, Finding::Founded].into_iter().find(|f| f.id() == id)
    }

    /// In Chinese.
    pub fn title(self) -> &'static str {
        match self {
            Finding::Open => kernel::key!("核查中"),
            Finding::Unfounded => kernel::key!("不属实"),
            Finding::Founded => kernel::key!("属实"),
        }
    }
}

/// What an objector said, sealed.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Said {
    pub name: String,
    pub phone: String,
    pub text: String,
}

/// An objection to a notice.
#[derive(Clone, Debug)]
pub struct Objection {
    pub id: i64,
    pub notice: i64,
    pub entry: Option<i64>,
    pub entry_name: String,
    pub received_on: String,
    pub how: String,
    pub due_on: String,
    pub finding: Finding,
    pub answer: String,
    pub answered_by: String,
    pub answered_on: String,
    pub rev: i64,
    /// Nine digits of the township that runs the campaign; empty for the county.
    pub township: String,
    pub campaign: i64,
}

impl Target for Objection {
    fn org(&self) -> Org<'_> {
        Org { township: &self.township, village: "" }
    }
}

const OBJECTION: &str = "select o.id, o.notice, o.entry, coalesce(e.name, ''), o.received_on, o.how, o.due_on, o.state, \
    o.answer, o.answered_by, o.answered_on, o.rev, c.township, c.id from notice_objection o \
    join campaign_notice n on n.id = o.notice join campaign c on c.id = n.campaign \
    left join campaign_entry e on e.id = o.entry";

fn objection(r: &Row) -> DbResult<Objection> {
    let state = r.text(7)?;
    Ok(Objection {
        id: r.int(0)?,
        notice: r.int(1)?,
        entry: r.get(2)?,
        entry_name: r.text(3)?,
        received_on: r.text(4)?,
        how: r.text(5)?,
        due_on: r.text(6)?,
        finding: Finding::by_id(&state).ok_or_else(|| unknown("state", &state))?,
        answer: r.text(8)?,
        answered_by: r.text(9)?,
        answered_on: r.text(10)?,
        rev: r.int(11)?,
        township: r.text(12)?,
        campaign: r.int(13)?,
    })
}

/// The objections to the notices of a campaign, the open ones first.
pub async fn objections(db: &Db, campaign: i64) -> DbResult<Vec<Objection>> {
    let sql = format!(
        "{OBJECTION} where n.campaign = $1 order by case o.state when 'open' then 0 else 1 end, o.due_on, o.id"
    );
    db.rows(&sql, values![campaign]).await?.iter().map(objection).collect()
}

/// An objection by its id.
pub async fn find_objection(db: &Db, id: i64) -> DbResult<Option<Objection>> {
    db.one(&format!("{OBJECTION} where o.id = $1"), values![id]).await?.as_ref().map(objection).transpose()
}

/// What was said in objections: by id.
pub async fn said(db: &Db, campaign: i64) -> DbResult<Vec<(i64, Said)>> {
    let sql = "select o.id, o.sealed from notice_objection o join campaign_notice n on n.id = o.notice where n.campaign = $1";
    let mut out = Vec::new();
    for row in db.rows(sql, values![campaign]).await? {
        let id = row.int(0)?;
        let plain = opened(db, &format!("objection/{id}"), &row.get::<Vec<u8>>(1)?)?;
        out.push((id, serde_json::from_slice(&plain).unwrap_or_default()));
    }
    Ok(out)
}

/// Takes an objection in; gives its id. `handle`: by which its sender reads the answer, where it came by the public pages.
pub async fn object(
    tx: &WriteTx,
    o: &Objection,
    said: &Said,
    by: &str,
    handle: Option<&Handle>,
) -> DbResult<i64> {
    let id = new_id();
    let plain = serde_json::to_vec(said).map_err(|e| platform::db::DbError::Version(e.to_string()))?;
    let sealed = tx.keys().seal(&format!("objection/{id}"), &plain);
    let row = values![
        id,
        o.notice,
        o.entry,
        o.received_on.as_str(),
        o.how.as_str(),
        sealed,
        o.due_on.as_str(),
        Finding::Open.id(),
        now_ms(),
        by,
        handle.map_or("", |h| h.tag.as_str()),
        handle.map(|h| tx.keys().seal(&format!("objection/{id}/key"), &h.key)),
        now_ms()
    ];
    let into = "notice_objection (id, notice, entry, received_on, how, sealed, due_on, state, at, by_name, tag, key, \
                changed_at)";
    tx.insert_many(into, vec![row], "").await?;
    Ok(id)
}

/// Answers an objection; false where somebody answered it before.
pub async fn answer(tx: &WriteTx, o: &Objection) -> DbResult<bool> {
    let sql = "update notice_objection set state = $3, answer = $4, answered_by = $5, answered_on = $6, rev = rev + 1, \
               changed_at = $7 where id = $1 and rev = $2 and state = 'open'";
    let values = values![
        o.id,
        o.rev,
        o.finding.id(),
        o.answer.as_str(),
        o.answered_by.as_str(),
        o.answered_on.as_str(),
        now_ms()
    ];
    Ok(tx.run(sql, values).await? == 1)
}

/// Objections that came by the public pages and changed since a moment: how their senders find them, when they came, and
/// they themselves with the campaign's title.
pub async fn told_since(db: &Db, since: i64) -> DbResult<Vec<(Handle, i64, Objection, String)>> {
    let sql = "select o.id, o.tag, o.key, o.at, c.title from notice_objection o join campaign_notice n on n.id = o.notice \
               join campaign c on c.id = n.campaign where o.tag <> '' and o.changed_at >= $1 order by o.id";
    let mut out = Vec::new();
    for row in db.rows(sql, values![since]).await? {
        let id = row.int(0)?;
        let key = opened(db, &format!("objection/{id}/key"), &row.get::<Vec<u8>>(2)?)?;
        if let Some(o) = find_objection(db, id).await? {
            out.push((Handle { tag: row.text(1)?, key }, row.int(3)?, o, row.text(4)?));
        }
    }
    Ok(out)
}

/// A recommendation meeting, counted by hand.
#[derive(Clone, Debug, Default)]
pub struct Meeting {
    pub id: i64,
    pub campaign: i64,
    pub township: String,
    pub village: String,
    pub village_name: String,
    pub held_on: String,
    /// How many were due, were there, got a ballot, gave it back, and how many of these are valid.
    pub due: i64,
    pub present: i64,
    pub handed: i64,
    pub returned: i64,
    pub valid: i64,
    pub counted_by: String,
    pub checked_by: String,
    pub note: String,
    pub by: String,
    pub at: i64,
    /// Entry, name, votes; the most votes first.
    pub votes: Vec<(i64, String, i64)>,
}

/// The meetings of a campaign within a part, with their votes.
pub async fn meetings(db: &Db, campaign: i64, part: &Part) -> DbResult<Vec<Meeting>> {
    let sql = "select m.id, m.campaign, m.township, m.village, coalesce((select v.short from place v where v.code = m.village \
        and v.level = 'village' order by v.valid_to desc limit 1), ''), m.held_on, m.due, m.present, m.handed, m.returned, \
        m.valid, m.counted_by, m.checked_by, m.note, m.by_name, m.at from campaign_meeting m \
        where m.campaign = $1 and ($2 = '' or m.township = $2) order by m.held_on, m.id";
    let mut out = Vec::new();
    for r in db.rows(sql, values![campaign, part.township()]).await? {
        out.push(Meeting {
            id: r.int(0)?,
            campaign: r.int(1)?,
            township: r.text(2)?,
            village: r.text(3)?,
            village_name: r.text(4)?,
            held_on: r.text(5)?,
            due: r.int(6)?,
            present: r.int(7)?,
            handed: r.int(8)?,
            returned: r.int(9)?,
            valid: r.int(10)?,
            counted_by: r.text(11)?,
            checked_by: r.text(12)?,
            note: r.text(13)?,
            by: r.text(14)?,
            at: r.int(15)?,
            votes: Vec::new(),
        });
    }
    let sql = "select v.meeting, v.entry, e.name, v.votes from meeting_vote v join campaign_entry e on e.id = v.entry \
               where e.campaign = $1 order by v.votes desc, e.at, e.id";
    for r in db.rows(sql, values![campaign]).await? {
        let meeting = r.int(0)?;
        if let Some(m) = out.iter_mut().find(|m| m.id == meeting) {
            m.votes.push((r.int(1)?, r.text(2)?, r.int(3)?));
        }
    }
    Ok(out)
}

/// Adds a meeting with its votes; gives its id.
pub async fn add_meeting(tx: &WriteTx, m: &Meeting) -> DbResult<i64> {
    let id = new_id();
    let row = values![
        id,
        m.campaign,
        m.township.as_str(),
        m.village.as_str(),
        m.held_on.as_str(),
        m.due,
        m.present,
        m.handed,
        m.returned,
        m.valid,
        m.counted_by.as_str(),
        m.checked_by.as_str(),
        m.note.as_str(),
        m.by.as_str(),
        now_ms()
    ];
    let into = "campaign_meeting (id, campaign, township, village, held_on, due, present, handed, returned, valid, \
                counted_by, checked_by, note, by_name, at)";
    tx.insert_many(into, vec![row], "").await?;
    let votes = m.votes.iter().map(|(entry, _, n)| values![id, *entry, *n]).collect();
    tx.insert_many("meeting_vote (meeting, entry, votes)", votes, "").await?;
    Ok(id)
}
