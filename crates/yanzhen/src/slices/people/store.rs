//! Persons: the table, and the one way its values change.

use super::field::Field;
use super::model::{Person, State, Values};
use crate::slices::places::store::townships_of_in;
use platform::access::{Authorized, Part};
use platform::db::{Db, DbResult, Row, Value, WriteTx, new_id, now_ms, numbered};
use platform::values;
use std::collections::{BTreeSet, HashMap};

/// The columns of a [`Person`] after its plain fields.
const REST: &str = "p.township, coalesce(t.name, ''), coalesce(v.short, ''), p.posts, p.pools, p.photo, p.state, \
                    p.state_on, p.merged_into, p.synthetic, p.rev, p.made_at, p.changed_at";
/// A person with the names of its places: the rows of them that stood last.
const FROM: &str = "from person p \
    left join place v on v.code = p.village and v.level = 'village' and v.valid_to = \
        (select max(l.valid_to) from place l where l.code = p.village and l.level = 'village') \
    left join place t on t.code = p.township and t.level = 'township' and t.valid_to = \
        (select max(l.valid_to) from place l where l.code = p.township and l.level = 'township')";

fn plain() -> impl Iterator<Item = Field> {
    Field::ALL.into_iter().filter(|f| !f.is_sealed())
}

fn columns() -> String {
    let plain: Vec<String> = plain().map(|f| format!("p.{}", f.id())).collect();
    format!("p.id, {}, {REST}", plain.join(", "))
}

fn of(row: &Row) -> DbResult<Person> {
    let mut at = 0;
    let mut next = || {
        at += 1;
        at
    };
    let id = row.int(0)?;
    let mut values = Values::new();
    for field in plain() {
        values.insert(field, row.text(next())?);
    }
    Ok(Person {
        id,
        values,
        township: row.text(next())?,
        township_name: row.text(next())?,
        village_name: row.text(next())?,
        posts: row.text(next())?,
        pools: row.text(next())?,
        photo: row.get(next())?,
        state: State::by_id(&row.text(next())?).unwrap_or(State::Left),
        state_on: row.text(next())?,
        merged_into: row.get(next())?,
        synthetic: row.int(next())? != 0,
        rev: row.int(next())?,
        made_at: row.int(next())?,
        changed_at: row.int(next())?,
    })
}

/// A person by its id, whatever its state.
pub async fn find(db: &Db, id: i64) -> DbResult<Option<Person>> {
    let sql = format!("select {} {FROM} where p.id = $1", columns());
    db.one(&sql, values![id]).await?.as_ref().map(of).transpose()
}

/// The same inside a transaction.
pub async fn find_in(tx: &WriteTx, id: i64) -> DbResult<Option<Person>> {
    let sql = format!("select {} {FROM} where p.id = $1", columns());
    tx.one(&sql, values![id]).await?.as_ref().map(of).transpose()
}

/// Persons that meet a condition over `p` (person), `v` (village), `t` (township), in an order, a page of them.
/// `condition` and `order` are program text; what users typed goes into `values`.
pub async fn select(db: &Db, condition: &str, order: &str, values: Vec<Value>) -> DbResult<Vec<Person>> {
    let sql = format!("select {} {FROM} where {condition} {order}", columns());
    db.rows(&sql, values).await?.iter().map(of).collect()
}

/// Opens a sealed field. Whoever shows it unmasked audits that first.
pub async fn open(db: &Db, person: &Authorized<Person>, field: Field) -> DbResult<String> {
    let sql = format!("select {} from person where id = $1", field.id());
    let Some(row) = db.one(&sql, values![person.id]).await? else { return Ok(String::new()) };
    opened(db.keys(), person.id, field, row.get(0)?)
}

/// The sealed fields, and the statement that reads them of a person.
fn sealed_of() -> (Vec<Field>, String) {
    let sealed: Vec<Field> = Field::ALL.into_iter().filter(|f| f.is_sealed()).collect();
    let names: Vec<&str> = sealed.iter().map(|f| f.id()).collect();
    let sql = format!("select {} from person where id = $1", names.join(", "));
    (sealed, sql)
}

fn opened_row(
    keys: &platform::secrets::KeyRing,
    id: i64,
    sealed: &[Field],
    row: Option<Row>,
) -> DbResult<Values> {
    let Some(row) = row else { return Ok(Values::new()) };
    let open = |(n, field): (usize, &Field)| Ok((*field, opened(keys, id, *field, row.get(n)?)?));
    sealed.iter().enumerate().map(open).collect()
}

/// The sealed fields of a person, opened.
pub async fn open_all(db: &Db, person: &Authorized<Person>) -> DbResult<Values> {
    let (sealed, sql) = sealed_of();
    opened_row(db.keys(), person.id, &sealed, db.one(&sql, values![person.id]).await?)
}

/// What no field holds of the form that a file came from, as bytes of an LRMX file; `None` for a file made here.
pub async fn rest(db: &Db, person: &Authorized<Person>) -> DbResult<Option<Vec<u8>>> {
    let row = db.one("select rest from person where id = $1", values![person.id]).await?;
    let Some(sealed) = row.map(|r| r.get::<Option<Vec<u8>>>(0)).transpose()?.flatten() else {
        return Ok(None);
    };
    let plain = db.keys().open(&format!("person/{}/rest", person.id), &sealed);
    plain.map(Some).map_err(|e| platform::db::DbError::Sealed(e.to_string()))
}

/// [`open_all`] inside a transaction.
pub async fn open_in(tx: &WriteTx, id: i64) -> DbResult<Values> {
    let (sealed, sql) = sealed_of();
    opened_row(tx.keys(), id, &sealed, tx.one(&sql, values![id]).await?)
}

/// Files of a part with their sealed values opened, by id: whoever asks audits what it is for.
pub async fn opened_many(db: &Db, part: &Part, ids: &[i64]) -> DbResult<HashMap<i64, (Person, Values)>> {
    let sealed: Vec<Field> = Field::ALL.into_iter().filter(|f| f.is_sealed()).collect();
    let names: Vec<String> = sealed.iter().map(|f| format!("p.{}", f.id())).collect();
    let mut out = HashMap::with_capacity(ids.len());
    for some in ids.chunks(500) {
        let sql = format!(
            "select {}, {} {FROM} where p.id in ({}) and ($1 = '' or p.township = $1) and ($2 = '' or p.village = $2)",
            columns(),
            names.join(", "),
            numbered(3, some.len())
        );
        let mut values = values![part.township(), part.village()];
        values.extend(some.iter().map(|id| Value::from(*id)));
        for row in db.rows(&sql, values).await? {
            let person = of(&row)?;
            // After the id and the plain fields stand thirteen more.
            let first = 1 + plain().count() + 13;
            let mut open = Values::new();
            for (n, field) in sealed.iter().enumerate() {
                open.insert(*field, opened(db.keys(), person.id, *field, row.get(first + n)?)?);
            }
            out.insert(person.id, (person, open));
        }
    }
    Ok(out)
}

/// A field's value inside a transaction, opened where it is sealed.
pub async fn read_in(tx: &WriteTx, person: &Person, field: Field) -> DbResult<String> {
    let sql = format!("select {} from person where id = $1", field.id());
    match tx.one(&sql, values![person.id]).await? {
        Some(row) if field.is_sealed() => opened(tx.keys(), person.id, field, row.get(0)?),
        Some(row) => row.text(0),
        None => Ok(String::new()),
    }
}

fn opened(
    keys: &platform::secrets::KeyRing,
    id: i64,
    field: Field,
    sealed: Option<Vec<u8>>,
) -> DbResult<String> {
    let Some(sealed) = sealed else { return Ok(String::new()) };
    let plain =
        keys.open(&context(id, field), &sealed).map_err(|e| platform::db::DbError::Sealed(e.to_string()))?;
    Ok(String::from_utf8_lossy(&plain).into_owned())
}

fn context(id: i64, field: Field) -> String {
    format!("person/{id}/{}", field.id())
}

/// What a name is sorted and found by.
pub fn keys_of(name: &str) -> (String, String) {
    let keys = standards::NameKeys::of_person(name);
    (keys.sort.clone(), keys.search_column())
}

/// A file to be made.
pub struct New {
    pub values: Values,
    pub synthetic: bool,
}

/// Makes files; gives their ids in order. The values are checked and normalised before (see `input`).
pub async fn add(tx: &mut WriteTx, new: Vec<New>) -> DbResult<Vec<i64>> {
    make(tx, new, |_| true).await
}

/// The same for thousands of invented persons: in their histories the name stands for the whole file, since nobody will
/// ask who typed the rest.
pub(crate) async fn add_invented(tx: &mut WriteTx, new: Vec<New>) -> DbResult<Vec<i64>> {
    make(tx, new, |field| field == Field::Name).await
}

async fn make(tx: &mut WriteTx, new: Vec<New>, told: fn(Field) -> bool) -> DbResult<Vec<i64>> {
    let fields = Field::ALL;
    let mut columns: Vec<&str> = vec!["id", "sort", "keys", "township", "synthetic", "made_at", "changed_at"];
    for field in fields {
        columns.push(field.id());
        columns.extend(field.index());
    }
    let at = now_ms();
    let mut made = Vec::with_capacity(new.len());
    let mut rows = Vec::with_capacity(new.len());
    let villages = new.iter().filter_map(|p| p.values.get(&Field::Village)).map(String::as_str).collect();
    let townships = townships_of_in(tx, &villages).await?;
    for person in new {
        let id = new_id();
        made.push(id);
        let get = |f: Field| person.values.get(&f).map_or("", String::as_str);
        let (sort, keys) = keys_of(get(Field::Name));
        let township = townships.get(get(Field::Village)).map_or("", String::as_str);
        let mut row = values![id, sort, keys, township, i64::from(person.synthetic), at, at];
        for field in fields {
            let value = get(field);
            if field.is_sealed() {
                let sealed =
                    (!value.is_empty()).then(|| tx.keys().seal(&context(id, field), value.as_bytes()));
                row.push(sealed.into());
            } else {
                row.push(value.into());
            }
            if field.index().is_some() {
                row.push((!value.is_empty()).then(|| tx.keys().index(field.id(), value)).into());
            }
        }
        rows.push(row);
        for (field, value) in person.values.iter().filter(|(field, _)| told(**field)) {
            let after = (!value.is_empty()).then(|| value.clone());
            tx.changed_of(Some(id), "person", &id.to_string(), field.id(), None, after);
        }
    }
    tx.insert_many(&format!("person ({})", columns.join(", ")), rows, "").await?;
    Ok(made)
}

/// What came of a change.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Changed {
    /// Written; the file's new revision.
    Done(i64),
    /// Somebody changed the file since it was read.
    Stale,
}

/// Sets fields of a file as it was read; others stay. Values are checked and normalised before; claims are kept from
/// changing here by [`super::claims`].
pub async fn set(tx: &mut WriteTx, person: &Person, new: &Values) -> DbResult<Changed> {
    let record = person.id.to_string();
    let mut sets = vec!["rev = rev + 1".to_owned(), "changed_at = $3".to_owned()];
    let mut values = values![person.id, person.rev, now_ms()];
    let mut put = |column: &str, value: Value| {
        values.push(value);
        sets.push(format!("{column} = ${}", values.len()));
    };
    let mut told = Vec::new();
    for (&field, value) in new {
        if field.is_sealed() {
            let before = read_in(tx, person, field).await?;
            if &before == value {
                continue;
            }
            let some = (!value.is_empty()).then_some(value);
            put(field.id(), some.map(|v| tx.keys().seal(&context(person.id, field), v.as_bytes())).into());
            if let Some(index) = field.index() {
                put(index, some.map(|v| tx.keys().index(field.id(), v)).into());
            }
            told.push((field, before, value.clone()));
            continue;
        }
        if person.get(field) == value {
            continue;
        }
        put(field.id(), value.as_str().into());
        match field {
            Field::Name => {
                let (sort, keys) = keys_of(value);
                put("sort", sort.into());
                put("keys", keys.into());
            }
            Field::Village => {
                let township = townships_of_in(tx, &BTreeSet::from([value.as_str()])).await?.remove(value);
                put("township", township.unwrap_or_default().into());
            }
            _ => {}
        }
        told.push((field, person.get(field).to_owned(), value.clone()));
    }
    if told.is_empty() {
        return Ok(Changed::Done(person.rev));
    }
    let sql = format!("update person set {} where id = $1 and rev = $2", sets.join(", "));
    if tx.run(&sql, values).await? == 0 {
        return Ok(Changed::Stale);
    }
    let some = |text: String| (!text.is_empty()).then_some(text);
    for (field, before, after) in told {
        tx.changed_of(Some(person.id), "person", &record, field.id(), some(before), some(after));
    }
    Ok(Changed::Done(person.rev + 1))
}

/// Moves a file to a state on a day.
pub async fn put_state(tx: &mut WriteTx, person: &Person, state: State, day: &str) -> DbResult<Changed> {
    let sql = "update person set state = $3, state_on = $4, rev = rev + 1, changed_at = $5 where id = $1 and rev = $2";
    let done = tx.run(sql, values![person.id, person.rev, state.id(), day, now_ms()]).await?;
    if done == 0 {
        return Ok(Changed::Stale);
    }
    let (was, became) = (person.state.id().to_owned(), state.id().to_owned());
    tx.changed_of(Some(person.id), "person", &person.id.to_string(), "state", Some(was), Some(became));
    Ok(Changed::Done(person.rev + 1))
}

/// Writes which posts persons hold today, all of them the same: derived, so no revision and no history of its own.
/// `posts` are ids in the order of the pack with the rank of the first; the slice of posts calls it.
pub async fn put_posts(tx: &WriteTx, persons: &[i64], posts: &[&str], rank: i64) -> DbResult<()> {
    let text = if posts.is_empty() { String::new() } else { format!("|{}|", posts.join("|")) };
    for some in persons.chunks(500) {
        let places = numbered(3, some.len());
        let mut values = values![text.as_str(), rank];
        values.extend(some.iter().map(|p| Value::from(*p)));
        tx.run(&format!("update person set posts = $1, post_rank = $2 where id in ({places})"), values)
            .await?;
    }
    Ok(())
}

/// The login through which a person sees the own file.
pub async fn login_of(db: &Db, person: i64) -> DbResult<Option<String>> {
    let sql = "select login from person_account where person = $1 and ended_at is null";
    db.one(sql, values![person]).await?.map(|r| r.text(0)).transpose()
}

/// Links an account, by its id and login, with the person whose it is; links that either had end. Without an account the
/// person's link ends.
pub async fn link(tx: &mut WriteTx, person: i64, account: Option<(i64, &str)>, by: &str) -> DbResult<()> {
    let at = now_ms();
    let before = "select login from person_account where person = $1 and ended_at is null";
    let before = tx.one(before, values![person]).await?.map(|r| r.text(0)).transpose()?;
    let sql =
        "update person_account set ended_at = $2 where (account = $1 or person = $3) and ended_at is null";
    tx.run(sql, values![account.map_or(0, |(id, _)| id), at, person]).await?;
    if let Some((id, login)) = account {
        let sql = "insert into person_account (id, person, account, login, by_name, at) \
                   values ($1, $2, $3, $4, $5, $6)";
        tx.run(sql, values![platform::db::new_id(), person, id, login, by, at]).await?;
    }
    let after = account.map(|(_, login)| login.to_owned());
    tx.changed_of(Some(person), "person", &person.to_string(), "account", before, after);
    Ok(())
}

/// Puts a photo, an attachment's id, in place of the one that a file as it was read has.
pub async fn put_photo(tx: &mut WriteTx, person: &Person, photo: i64) -> DbResult<()> {
    let sql = "update person set photo = $2, rev = rev + 1, changed_at = $3 where id = $1";
    tx.run(sql, values![person.id, photo, now_ms()]).await?;
    let (was, became) = (person.photo.map(|p| p.to_string()), Some(photo.to_string()));
    tx.changed_of(Some(person.id), "person", &person.id.to_string(), "photo", was, became);
    Ok(())
}

/// Who of a village is in reserve, the secretary's reserve first: their files.
pub async fn reserves(db: &Db, village: &str) -> DbResult<Vec<Person>> {
    let condition = "p.village = $1 and p.state = 'active' and p.pools <> ''";
    let order =
        "order by case when p.pools like '%|secretary_reserve|%' then 0 else 1 end, p.sort, p.id limit 40";
    select(db, condition, order, values![village]).await
}

/// Who can be chosen for a post of a village: id, name, birth and village, the village's own first; of its township too
/// where `near`.
pub async fn choices(db: &Db, village: &str, near: bool) -> DbResult<Vec<(i64, String, String, String)>> {
    let sql = "select p.id, p.name, p.birth, coalesce(v.short, '') from person p \
        left join place v on v.code = p.village and v.level = 'village' and v.valid_to = '9999-12-31' \
        where p.state = 'active' and p.township = $1 and (p.village = $2 or $3 = 1) \
        order by case when p.village = $2 then 0 else 1 end, p.post_rank, p.sort, p.id limit 600";
    let township = village.get(..9).unwrap_or_default();
    let rows = db.rows(sql, values![township, village, i64::from(near)]).await?;
    rows.iter().map(|r| Ok((r.int(0)?, r.text(1)?, r.text(2)?, r.text(3)?))).collect()
}

/// Who of a part is called so, three at most: their ids.
pub async fn named(db: &Db, part: &Part, name: &str) -> DbResult<Vec<i64>> {
    let sql = "select id from person where name = $1 and state = 'active' and ($2 = '' or township = $2) \
               and ($3 = '' or village = $3) order by id limit 3";
    let rows = db.rows(sql, values![name, part.township(), part.village()]).await?;
    rows.iter().map(|r| r.int(0)).collect()
}

/// The person whose own file an account may see; `None` where none is linked.
pub async fn own(db: &Db, account: i64) -> DbResult<Option<Person>> {
    let condition =
        "p.id = (select a.person from person_account a where a.account = $1 and a.ended_at is null)";
    Ok(select(db, condition, "", values![account]).await?.into_iter().next())
}

/// The person whose identity number this is, whatever its state but merged or erased.
pub async fn by_identity(db: &Db, number: &str) -> DbResult<Option<Person>> {
    let index = db.keys().index(Field::Identity.id(), number);
    let condition = "p.identity_index = $1 and p.state in ('active', 'left', 'dead')";
    Ok(select(db, condition, "order by p.id limit 1", values![index]).await?.into_iter().next())
}
