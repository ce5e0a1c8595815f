//! Handing a file over: the package, the wait for the receipt, and taking it back.

use super::contents::gather;
use super::package::{Enclosed, pack};
use crate::slices::people::store::{self, Changed};
use crate::slices::people::{Field, Person, State, exchange};
use crate::slices::places::store::today;
use crate::slices::posts::{self, posts_of};
use kernel::{Day, Message, msg};
use platform::access::{Authorized, Caller};
use platform::county::CountyInfo;
use platform::db::{Db, DbError, DbResult, Row, new_id, now_ms};
use platform::secrets::parcel::{Signer, fingerprint, spoken_code};
use platform::secrets::{password, sm3_hex};
use platform::values;

/// A hand-over.
#[derive(Clone, Debug)]
pub struct Transfer {
    pub id: i64,
    /// The other county, as it was written.
    pub county: String,
    pub digest: String,
    pub ground: String,
    pub by: String,
    /// Milliseconds since 1970.
    pub at: i64,
    /// The state the file had before.
    was: String,
    /// The digest of the receipt that is awaited; of one taken in, the receipt itself.
    pub receipt: String,
    pub received_at: Option<i64>,
    pub cancelled_at: Option<i64>,
}

impl Transfer {
    /// Whether it waits for the receipt.
    pub fn waits(&self) -> bool {
        self.received_at.is_none() && self.cancelled_at.is_none()
    }
}

const TRANSFER: &str =
    "select id, county, digest, ground, by_name, at, was, receipt, received_at, cancelled_at from transfer";

fn of(row: &Row) -> DbResult<Transfer> {
    Ok(Transfer {
        id: row.int(0)?,
        county: row.text(1)?,
        digest: row.text(2)?,
        ground: row.text(3)?,
        by: row.text(4)?,
        at: row.int(5)?,
        was: row.text(6)?,
        receipt: row.text(7)?,
        received_at: row.get(8)?,
        cancelled_at: row.get(9)?,
    })
}

/// The hand-overs of a file in a direction, `out` or `in`, the latest first.
pub async fn of_person(db: &Db, person: i64, direction: &str) -> DbResult<Vec<Transfer>> {
    let sql = format!("{TRANSFER} where person = $1 and direction = $2 order by id desc");
    db.rows(&sql, values![person, direction]).await?.iter().map(of).collect()
}

fn context(id: i64) -> String {
    format!("signing_key/{id}/secret")
}

/// The public side of the county's key; none until the first package.
pub async fn public(db: &Db) -> DbResult<Option<String>> {
    let row = db.one("select public from signing_key order by id desc limit 1", vec![]).await?;
    row.map(|r| r.text(0)).transpose()
}

/// The county's key, made when it is first needed.
async fn signer(db: &Db, caller: &Caller) -> DbResult<Signer> {
    if public(db).await?.is_none() {
        let tx = db.write(caller.event("transfer.key", "county", &caller.county, "")).await?;
        if tx.one("select id from signing_key limit 1", vec![]).await?.is_none() {
            let (id, signer) = (new_id(), Signer::random());
            let sealed = tx.keys().seal(&context(id), &signer.secret());
            let sql = "insert into signing_key (id, public, secret, at) values ($1, $2, $3, $4)";
            tx.run(sql, values![id, signer.public(), sealed, now_ms()]).await?;
        }
        tx.commit().await?;
    }
    let latest = "select id, secret from signing_key order by id desc limit 1";
    let row = db.one(latest, vec![]).await?.ok_or(DbError::Missing)?;
    let secret = db.keys().open(&context(row.int(0)?), &row.get::<Vec<u8>>(1)?);
    let secret = secret.map_err(|e| DbError::Sealed(e.to_string()))?;
    Signer::of(&secret).ok_or_else(|| DbError::Sealed("the signing key is none".into()))
}

/// What a form asks.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    pub to: String,
    pub ground: String,
    pub passphrase: String,
    pub again: String,
}

/// Faults of a form: its field and what to do.
pub type Faults = Vec<(&'static str, Message)>;

/// What stands in the way of handing a file over, every fault at once.
pub async fn check(db: &Db, person: &Person, asked: &Asked) -> DbResult<Faults> {
    let mut faults = Faults::new();
    let day = today();
    if !matches!(person.state, State::Active | State::Left) {
        faults.push(("to", msg!("只有在册或已离开的档案可以转出")));
    }
    let holds = posts::store::of_person(db, person.id).await?;
    let rules = posts_of(db, person.get(Field::Village), &day).await?;
    let running: Vec<&str> =
        holds.iter().filter(|h| h.to_on >= day).map(|h| rules.title(&h.post, &day)).collect();
    if !running.is_empty() {
        faults.push(("to", msg!("还在任：{posts}。请先按规定结束任职，再转出", posts = running)));
    }
    let open = "select count(*) from filing_act a join filing f on f.id = a.filing where a.person = $1 \
                and f.state not in ('done', 'disagreed', 'withdrawn')";
    if db.one(open, values![person.id]).await?.map(|r| r.int(0)).transpose()?.unwrap_or_default() > 0 {
        faults.push(("to", msg!("还有没办结的任职备案；请先办结或撤回，再转出")));
    }
    if !(2..=60).contains(&asked.to.trim().chars().count()) {
        faults.push(("to", msg!("请写明转往哪个县，例如 例水县委组织部")));
    }
    if asked.ground.trim().chars().count() < 4 {
        faults.push(("ground", msg!("请写明依据，至少 4 个字，例如批复的文号")));
    }
    faults.extend(
        password::rules(&asked.passphrase, "", person.name()).into_iter().map(|why| ("passphrase", why)),
    );
    if asked.passphrase != asked.again {
        faults.push(("again", msg!("两次填的口令不一样")));
    }
    Ok(faults)
}

/// Hands a file over that was checked: gives the package. `None` where somebody changed the file meanwhile.
pub async fn send(
    db: &Db,
    county: &CountyInfo,
    caller: &Caller,
    person: &Authorized<Person>,
    asked: &Asked,
) -> DbResult<Option<Vec<u8>>> {
    let day = today();
    let now: Day = day.parse().map_err(|_| DbError::Missing)?;
    let rules = posts_of(db, person.get(Field::Village), &day).await?;
    let (mut contents, files) = gather(db, &county.name, person, &rules, &day).await?;
    let sealed = store::open_all(db, person).await?;
    let form = exchange::form(db, person, &sealed, &rules, now).await?.write();
    let receipt = spoken_code();
    let (to, ground) = (asked.to.trim().to_owned(), asked.ground.trim().to_owned());
    contents.receipt.clone_from(&receipt);
    contents.ground.clone_from(&ground);
    contents.by.clone_from(&caller.unit);
    let mut event = caller.event("people.send", "person", &person.id.to_string(), person.get(Field::Village));
    event.person = Some(person.id);
    event.note = format!("→ {to}");
    let signer = signer(db, caller).await?;
    let (from, passphrase) = ((county.code.clone(), county.name.clone()), asked.passphrase.clone());
    let written = to.clone();
    let packed = tokio::task::spawn_blocking(move || {
        let enclosed = Enclosed { contents, form, files };
        pack((&from.0, &from.1), &written, &day, &enclosed, &passphrase, &signer)
    });
    let packed = packed.await.map_err(|e| e.to_string()).and_then(|p| p);
    let (bytes, manifest) = packed.map_err(DbError::Version)?;
    let mut tx = db.write(event).await?;
    if store::put_state(&mut tx, person, State::Moved, &manifest.made_on).await? == Changed::Stale {
        tx.rollback().await?;
        return Ok(None);
    }
    let sql = "insert into transfer (id, direction, person, county, digest, ground, by_name, at, was, receipt) \
               values ($1, 'out', $2, $3, $4, $5, $6, $7, $8, $9)";
    let (by, was) = (caller.name.as_str(), person.state.id());
    let awaited = sm3_hex(receipt.as_bytes());
    tx.run(sql, values![new_id(), person.id, to, manifest.digest, ground, by, now_ms(), was, awaited])
        .await?;
    tx.commit().await?;
    Ok(Some(bytes))
}

/// A receipt as it is compared: letters and digits, upper case.
fn plain(code: &str) -> String {
    let letters: Vec<char> =
        code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
    letters.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// Notes the receipt; false where it is not the one awaited.
pub async fn receive(
    db: &Db,
    caller: &Caller,
    person: &Authorized<Person>,
    transfer: &Transfer,
    code: &str,
) -> DbResult<bool> {
    if sm3_hex(plain(code).as_bytes()) != transfer.receipt {
        return Ok(false);
    }
    let event = caller.event("people.sent", "person", &person.id.to_string(), person.get(Field::Village));
    let tx = db.write(event).await?;
    let sql =
        "update transfer set received_at = $2 where id = $1 and received_at is null and cancelled_at is null";
    let done = tx.run(sql, values![transfer.id, now_ms()]).await? == 1;
    tx.commit().await?;
    Ok(done)
}

/// Takes the file back into use while no receipt is there; false where one came meanwhile.
pub async fn cancel(
    db: &Db,
    caller: &Caller,
    person: &Authorized<Person>,
    transfer: &Transfer,
) -> DbResult<bool> {
    let mut event =
        caller.event("people.send.cancel", "person", &person.id.to_string(), person.get(Field::Village));
    event.person = Some(person.id);
    let mut tx = db.write(event).await?;
    let sql = "update transfer set cancelled_at = $2 where id = $1 and received_at is null and cancelled_at is null";
    let open = tx.run(sql, values![transfer.id, now_ms()]).await? == 1;
    let was = State::by_id(&transfer.was).unwrap_or(State::Active);
    let day = if was == State::Active { String::new() } else { today() };
    if !open || store::put_state(&mut tx, person, was, &day).await? == Changed::Stale {
        tx.rollback().await?;
        return Ok(false);
    }
    tx.commit().await?;
    Ok(true)
}

/// The fingerprint of the county's key; empty until the first package.
pub async fn own_fingerprint(db: &Db) -> DbResult<String> {
    Ok(public(db).await?.map_or_else(String::new, |p| fingerprint(&p)))
}
