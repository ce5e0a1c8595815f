//! Proposals and decisions: queries.

use super::model::{Proposal, State};
use platform::access::Part;
use platform::db::{Db, DbError, DbResult, Row, Value, WriteTx};
use platform::values;

const PROPOSAL: &str = "select p.id, p.round, o.pack, o.title, o.year, o.part, p.version, p.code, p.village, \
    coalesce((select v.short from place v where v.code = p.village and v.level = 'village' \
        order by v.valid_to desc limit 1), ''), \
    p.township, coalesce(s.township_name, ''), coalesce(g.grade, ''), p.consequence, p.action, p.applies_to, p.amount, \
    p.basis, p.person, p.person_name, p.holding, p.because, p.barred, p.state, p.heard_on, p.heard_by, p.heard, \
    p.own_words, p.own_at, p.decision, p.decided_by, p.decided_on, p.meeting, p.reason, p.decided_amount, p.decided_at, \
    p.batch, p.filing, p.due_on, p.done_on, p.done_by, p.done, p.at, p.rev \
    from proposal p join round o on o.id = p.round \
    left join round_subject s on s.round = p.round and s.code = p.code \
    left join round_result g on g.round = p.round and g.version = p.version and g.code = p.code";

fn of(r: &Row) -> DbResult<Proposal> {
    let state = r.text(23)?;
    Ok(Proposal {
        id: r.int(0)?,
        round: r.int(1)?,
        pack: r.int(2)?,
        round_title: r.text(3)?,
        year: r.text(4)?,
        round_part: r.text(5)?,
        version: r.int(6)?,
        code: r.text(7)?,
        village: r.text(8)?,
        village_name: r.text(9)?,
        township: r.text(10)?,
        township_name: r.text(11)?,
        grade: r.text(12)?,
        consequence: r.text(13)?,
        action: r.text(14)?,
        applies_to: r.text(15)?,
        amount: r.get(16)?,
        basis: r.text(17)?,
        person: r.get(18)?,
        person_name: r.text(19)?,
        holding: r.get(20)?,
        because: r.text(21)?,
        barred: r.text(22)?,
        state: State::by_id(&state).ok_or_else(|| DbError::Version(format!("unknown state {state}")))?,
        heard_on: r.text(24)?,
        heard_by: r.text(25)?,
        heard: r.text(26)?,
        own_words: r.text(27)?,
        own_at: r.get(28)?,
        carried: match r.text(29)?.as_str() {
            "carried" => Some(true),
            "not_carried" => Some(false),
            _ => None,
        },
        decided_by: r.text(30)?,
        decided_on: r.text(31)?,
        meeting: r.text(32)?,
        reason: r.text(33)?,
        decided_amount: r.get(34)?,
        decided_at: r.get(35)?,
        batch: r.get(36)?,
        filing: r.get(37)?,
        due_on: r.text(38)?,
        done_on: r.text(39)?,
        done_by: r.text(40)?,
        done: r.text(41)?,
        at: r.int(42)?,
        rev: r.int(43)?,
    })
}

/// Which proposals are meant. Empty fields do not limit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    pub round: Option<i64>,
    pub year: String,
    pub township: String,
    /// One of [`policy::ACTIONS`].
    pub action: String,
    pub consequence: String,
    pub stage: Stage,
    pub batch: Option<i64>,
}

/// The stages that lists are cut by.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Stage {
    #[default]
    All,
    /// To be decided.
    Open,
    /// Decided for.
    Carried,
    /// Decided for and not carried out.
    Due,
    /// Decided against.
    Refused,
    Dropped,
    /// Barred by law or rule.
    Void,
}

impl Stage {
    pub const ALL: [Stage; 7] =
        [Stage::Open, Stage::Carried, Stage::Due, Stage::Refused, Stage::Dropped, Stage::Void, Stage::All];

    pub fn id(self) -> &'static str {
        match self {
            Stage::All => "all",
            Stage::Open => "open",
            Stage::Carried => "carried",
            Stage::Due => "due",
            Stage::Refused => "refused",
            Stage::Dropped => "dropped",
            Stage::Void => "void",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Stage::All => kernel::key!("全部"),
            Stage::Open => kernel::key!("待研究"),
            Stage::Carried => kernel::key!("决定执行"),
            Stage::Due => kernel::key!("待落实"),
            Stage::Refused => kernel::key!("决定不执行"),
            Stage::Dropped => kernel::key!("不再提出"),
            Stage::Void => kernel::key!("依法不能提出"),
        }
    }

    pub fn by_id(id: &str) -> Option<Stage> {
        Stage::ALL.into_iter().find(|s| s.id() == id)
    }

    fn condition(self) -> &'static str {
        match self {
            Stage::All => "1 = 1",
            Stage::Open => "p.state in ('proposed', 'heard')",
            Stage::Carried => "p.state = 'decided' and p.decision = 'carried'",
            Stage::Due => "p.state = 'decided' and p.decision = 'carried' and p.done_on = ''",
            Stage::Refused => "p.state = 'decided' and p.decision = 'not_carried'",
            Stage::Dropped => "p.state = 'dropped'",
            Stage::Void => "p.state = 'void'",
        }
    }
}

/// The condition of a filter within a part, `$1` to `$8`.
fn within(filter: &Filter, part: &Part) -> (String, Vec<Value>) {
    let condition = format!(
        "($1 = 0 or p.round = $1) and ($2 = '' or o.year = $2) and ($3 = '' or p.township = $3) \
         and ($4 = '' or p.action = $4) and ($5 = '' or p.consequence = $5) and ($6 = '' or p.township = $6) \
         and ($7 = '' or p.village = $7) and ($8 = 0 or p.batch = $8) and {}",
        filter.stage.condition()
    );
    let values = values![
        filter.round.unwrap_or_default(),
        filter.year.as_str(),
        filter.township.as_str(),
        filter.action.as_str(),
        filter.consequence.as_str(),
        part.township(),
        part.village(),
        filter.batch.unwrap_or_default()
    ];
    (condition, values)
}

/// A proposal by its id.
pub async fn find(db: &Db, id: i64) -> DbResult<Option<Proposal>> {
    db.one(&format!("{PROPOSAL} where p.id = $1"), values![id]).await?.as_ref().map(of).transpose()
}

/// The proposals that a filter finds in a part, grouped by action and rule, within each by place.
pub async fn list(db: &Db, filter: &Filter, part: &Part, limit: u64, offset: u64) -> DbResult<Vec<Proposal>> {
    let (condition, mut values) = within(filter, part);
    values.extend(values![limit as i64, offset as i64]);
    let sql = format!(
        "{PROPOSAL} where {condition} order by o.year desc, p.round desc, p.action, p.consequence, p.township, \
         p.village, p.id limit $9 offset $10"
    );
    db.rows(&sql, values).await?.iter().map(of).collect()
}

/// How many proposals of one rule stand where, and their sums in hundredths of a yuan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    pub pack: i64,
    pub consequence: String,
    pub action: String,
    pub applies_to: String,
    pub basis: String,
    pub all: i64,
    pub open: i64,
    pub carried: i64,
    pub refused: i64,
    pub dropped: i64,
    pub void: i64,
    /// What the rule proposes of what is not barred.
    pub proposed_sum: i64,
    /// What was decided.
    pub carried_sum: i64,
}

/// The numbers of a filter by rule.
pub async fn groups(db: &Db, filter: &Filter, part: &Part) -> DbResult<Vec<Group>> {
    let filter = Filter { stage: Stage::All, ..filter.clone() };
    let (condition, values) = within(&filter, part);
    let stage = |s: Stage| format!("cast(sum(case when {} then 1 else 0 end) as bigint)", s.condition());
    let sql = format!(
        "select o.pack, p.consequence, p.action, p.applies_to, max(p.basis), count(*), {}, {}, {}, {}, {}, \
         cast(sum(case when p.state <> 'void' then coalesce(p.amount, 0) else 0 end) as bigint), \
         cast(sum(case when {} then coalesce(p.decided_amount, 0) else 0 end) as bigint) \
         from proposal p join round o on o.id = p.round where {condition} \
         group by o.pack, p.consequence, p.action, p.applies_to order by p.action, p.consequence, p.applies_to",
        stage(Stage::Open),
        stage(Stage::Carried),
        stage(Stage::Refused),
        stage(Stage::Dropped),
        stage(Stage::Void),
        Stage::Carried.condition()
    );
    let rows = db.rows(&sql, values).await?;
    rows.iter()
        .map(|r| {
            Ok(Group {
                pack: r.int(0)?,
                consequence: r.text(1)?,
                action: r.text(2)?,
                applies_to: r.text(3)?,
                basis: r.text(4)?,
                all: r.int(5)?,
                open: r.int(6)?,
                carried: r.int(7)?,
                refused: r.int(8)?,
                dropped: r.int(9)?,
                void: r.int(10)?,
                proposed_sum: r.int(11)?,
                carried_sum: r.int(12)?,
            })
        })
        .collect()
}

/// How many proposals a filter finds.
pub async fn count(db: &Db, filter: &Filter, part: &Part) -> DbResult<u64> {
    let (condition, values) = within(filter, part);
    let sql = format!("select count(*) from proposal p join round o on o.id = p.round where {condition}");
    let n = db.one(&sql, values).await?.map(|r| r.int(0)).transpose()?;
    Ok(n.unwrap_or_default().unsigned_abs())
}

/// What the tally is made by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum By {
    Year,
    Township,
    /// The rule, by its clause.
    Source,
}

impl By {
    pub const ALL: [By; 3] = [By::Township, By::Source, By::Year];

    pub fn id(self) -> &'static str {
        match self {
            By::Year => "year",
            By::Township => "township",
            By::Source => "source",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            By::Year => kernel::key!("按年度"),
            By::Township => kernel::key!("按乡镇"),
            By::Source => kernel::key!("按来源"),
        }
    }

    pub fn by_id(id: &str) -> Option<By> {
        By::ALL.into_iter().find(|b| b.id() == id)
    }
}

/// A number of the tally.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// A year, a township's digits, or a rule's id.
    pub key: String,
    pub action: String,
    pub n: i64,
    /// Hundredths of a yuan.
    pub sum: i64,
}

/// How many of each action, by year, township or rule.
pub async fn tally(db: &Db, filter: &Filter, part: &Part, by: By) -> DbResult<Vec<Counted>> {
    let (condition, values) = within(filter, part);
    let key = match by {
        By::Year => "o.year",
        By::Township => "p.township",
        By::Source => "p.consequence",
    };
    let sql = format!(
        "select {key}, p.action, count(*), cast(sum(case when p.decision = 'carried' \
         then coalesce(p.decided_amount, 0) else coalesce(p.amount, 0) end) as bigint) from proposal p join round o on o.id = p.round where {condition} \
         group by {key}, p.action order by {key}, p.action"
    );
    let rows = db.rows(&sql, values).await?;
    rows.iter()
        .map(|r| Ok(Counted { key: r.text(0)?, action: r.text(1)?, n: r.int(2)?, sum: r.int(3)? }))
        .collect()
}

/// The years that have proposals, the latest first.
pub async fn years(db: &Db) -> DbResult<Vec<String>> {
    let sql = "select distinct o.year from proposal p join round o on o.id = p.round order by o.year desc";
    db.rows(sql, vec![]).await?.iter().map(|r| r.text(0)).collect()
}

/// What concerns a person, the latest first.
pub async fn of_person(db: &Db, person: i64) -> DbResult<Vec<Proposal>> {
    let sql = format!("{PROPOSAL} where p.person = $1 order by p.at desc, p.id desc");
    db.rows(&sql, values![person]).await?.iter().map(of).collect()
}

/// One that concerns a person.
pub async fn of_person_one(db: &Db, person: i64, id: i64) -> DbResult<Option<Proposal>> {
    let sql = format!("{PROPOSAL} where p.person = $1 and p.id = $2");
    db.one(&sql, values![person, id]).await?.as_ref().map(of).transpose()
}

/// What follows for a village from one round, or from all where `round` is none.
pub async fn of_village(db: &Db, village: &str, round: Option<i64>) -> DbResult<Vec<Proposal>> {
    let sql = format!("{PROPOSAL} where p.village = $1 and ($2 = 0 or p.round = $2) order by p.action, p.id");
    db.rows(&sql, values![village, round.unwrap_or_default()]).await?.iter().map(of).collect()
}

/// How many of a part wait for a decision.
pub async fn waiting(db: &Db, part: &Part) -> DbResult<u64> {
    count(db, &Filter { stage: Stage::Open, ..Filter::default() }, part).await
}

/// Writes what an act changed; false where somebody changed it since it was read.
pub async fn save(tx: &WriteTx, p: &Proposal) -> DbResult<bool> {
    let sql = "update proposal set state = $3, heard_on = $4, heard_by = $5, heard = $6, own_words = $7, own_at = $8, \
        decision = $9, decided_by = $10, decided_on = $11, meeting = $12, reason = $13, decided_amount = $14, \
        decided_at = $15, batch = $16, filing = $17, due_on = $18, done_on = $19, done_by = $20, done = $21, \
        rev = rev + 1 where id = $1 and rev = $2";
    let decision = match p.carried {
        Some(true) => "carried",
        Some(false) => "not_carried",
        None => "",
    };
    let values = values![
        p.id,
        p.rev,
        p.state.id(),
        p.heard_on.as_str(),
        p.heard_by.as_str(),
        p.heard.as_str(),
        p.own_words.as_str(),
        p.own_at,
        decision,
        p.decided_by.as_str(),
        p.decided_on.as_str(),
        p.meeting.as_str(),
        p.reason.as_str(),
        p.decided_amount,
        p.decided_at,
        p.batch,
        p.filing,
        p.due_on.as_str(),
        p.done_on.as_str(),
        p.done_by.as_str(),
        p.done.as_str()
    ];
    Ok(tx.run(sql, values).await? == 1)
}
