//! Deleting what retention orders: a part of a file, or all of it. Which posts were held when stays.

use super::field::Field;
use super::model::{Person, State};
use super::retention::{Decided, FIELD, Record, note};
use super::store;
use crate::slices::campaigns;
use crate::slices::duty;
use crate::slices::inquiries;
use crate::slices::reviews;
use platform::access::{Authorized, Caller};
use platform::attachments;
use platform::db::{Db, DbResult, Row, Value, WriteTx, now_ms};
use platform::values;

/// What stands for a name that was deleted: in the file's own row, and wherever the office wrote the name.
pub const NOBODY: &str = "（依法删除）";

/// What came of a deletion.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Erased {
    Done,
    /// The file changed, or was deleted, since it was read.
    Stale,
}

/// Kinds of attachments whose record is a person.
const KINDS: &str = "'person', 'person-photo', 'correction'";

/// Deletes what is due of a file, on a ground, in one transaction. Of the whole file the history's key goes too, so
/// that nothing of it opens again; copies of the database from before are their keepers' to destroy.
pub async fn erase(
    db: &Db,
    caller: &Caller,
    person: &Authorized<Person>,
    record: Record,
    (rule, ground): (&str, &str),
    told_until: &str,
) -> DbResult<Erased> {
    let mut event =
        caller.event("people.erase", "person", &person.id.to_string(), person.get(Field::Village));
    event.note = format!("{}：{rule}", record.id());
    let mut tx = db.write(event).await?;
    let Some(now) = store::find_in(&tx, person.id).await?.filter(|p| p.rev == person.rev) else {
        tx.rollback().await?;
        return Ok(Erased::Stale);
    };
    if matches!(now.state, State::Merged | State::Erased) {
        tx.rollback().await?;
        return Ok(Erased::Stale);
    }
    if record.is_whole() {
        // Files that were found to be the same person's go with it.
        for twin in twins(&tx, person.id).await? {
            whole(&mut tx, &twin, ground).await?;
        }
        whole(&mut tx, &now, ground).await?;
    } else {
        part(&tx, &now, record, told_until).await?;
        let told = Some(format!("{}：{ground}", record.id()));
        tx.changed_of(Some(now.id), "person", &now.id.to_string(), FIELD, None, told);
    }
    let decided = Decided { person: person.id, record, rule, ground, by: &caller.name };
    note(&tx, &decided, None).await?;
    tx.commit().await?;
    if record.is_whole() {
        db.scrub("person_key").await?;
    }
    Ok(Erased::Done)
}

/// Decides to keep what is due until a day.
pub async fn hold(
    db: &Db,
    caller: &Caller,
    person: &Authorized<Person>,
    record: Record,
    (rule, ground): (&str, &str),
    until: &str,
) -> DbResult<()> {
    let mut event =
        caller.event("people.retention-hold", "person", &person.id.to_string(), person.get(Field::Village));
    event.note = format!("{}：{rule}", record.id());
    let mut tx = db.write(event).await?;
    let decided = Decided { person: person.id, record, rule, ground, by: &caller.name };
    note(&tx, &decided, Some(until)).await?;
    let told = Some(format!("{} {until}：{ground}", record.id()));
    tx.changed_of(Some(person.id), "person", &person.id.to_string(), FIELD, None, told);
    tx.commit().await
}

/// Files merged into one, however long the chain.
async fn twins(tx: &WriteTx, person: i64) -> DbResult<Vec<Person>> {
    let mut out: Vec<Person> = Vec::new();
    let mut from = vec![person];
    while let Some(into) = from.pop() {
        for row in tx.rows("select id from person where merged_into = $1", values![into]).await? {
            let id = row.int(0)?;
            if id != person
                && !out.iter().any(|p| p.id == id)
                && let Some(twin) = store::find_in(tx, id).await?
            {
                from.push(id);
                out.push(twin);
            }
        }
    }
    Ok(out)
}

fn file(row: &Row) -> DbResult<(i64, String)> {
    Ok((row.int(0)?, row.text(1)?))
}

/// Ends the files that hang on a person, or on its claims alone.
async fn files(tx: &WriteTx, person: i64, all: bool) -> DbResult<()> {
    let own = format!("select id, hash from attachment where kind in ({KINDS}) and record = $1 order by id");
    let claims = "select distinct a.id, a.hash from attachment a join claim c on c.attachment = a.id \
                  where c.person = $1 order by a.id";
    let rows = match all {
        true => tx.rows(&own, values![person.to_string()]).await?,
        false => tx.rows(claims, values![person]).await?,
    };
    let files: Vec<(i64, String)> = rows.iter().map(file).collect::<DbResult<_>>()?;
    attachments::forget(tx, &files).await
}

async fn delete(tx: &WriteTx, person: i64, tables: &[&str]) -> DbResult<()> {
    for table in tables {
        tx.run(&format!("delete from {table} where person = $1"), values![person]).await?;
    }
    Ok(())
}

/// Deletes a part. The history keeps that it happened; what it said before is shown no more, and is destroyed with
/// the rest when the file is.
async fn part(tx: &WriteTx, person: &Person, record: Record, told_until: &str) -> DbResult<()> {
    let id = person.id;
    match record {
        Record::Claims => {
            files(tx, id, false).await?;
            delete(tx, id, &["claim"]).await?;
        }
        Record::Family => delete(tx, id, &["family"]).await?,
        Record::Contact => {
            tx.run("update person set phone = null, phone_index = null where id = $1", values![id]).await?;
        }
        Record::Whereabouts => {
            let sql = "delete from whereabouts where person = $1 and day <= $2";
            tx.run(sql, values![id, told_until]).await?;
            inquiries::store::forget(tx, id, told_until).await?;
            let sql = "update person set whereabouts = '', employment = '', intention = '', told_on = '' \
                       where id = $1 and told_on <= $2";
            tx.run(sql, values![id, told_until]).await?;
        }
        Record::Duty => duty::store::erase(tx, id).await?,
        Record::File | Record::Reserve => {}
    }
    let sql = "update person set rev = rev + 1, changed_at = $2 where id = $1";
    tx.run(sql, values![id, now_ms()]).await.map(drop)
}

/// Deletes a whole file: its lists, documents, requests, the link with its account, its key; what is left of its row
/// is that it was.
async fn whole(tx: &mut WriteTx, person: &Person, ground: &str) -> DbResult<()> {
    let id = person.id;
    rewrite(tx, person).await?;
    tx.run("update person set photo = null where id = $1", values![id]).await?;
    files(tx, id, false).await?;
    files(tx, id, true).await?;
    let lists = [
        "correction",
        "claim",
        "education",
        "cv_line",
        "family",
        "merit",
        "person_text",
        "whereabouts",
        "pool_stay",
        "pool_move",
        "pool_score",
        "membership_test",
        "membership_act",
        "membership_course",
        "motion_passed",
        "person_batch",
        "retention_act",
    ];
    reviews::store::subjects::erase(tx, id).await?;
    delete(tx, id, &lists).await?;
    campaigns::store::entries::erase(tx, id).await?;
    duty::store::erase(tx, id).await?;
    inquiries::store::erase(tx, id).await?;
    tx.run("delete from duty where holding in (select id from holding where person = $1)", values![id])
        .await?;
    tx.run("delete from person_merge where kept = $1 or gone = $1", values![id]).await?;
    tx.run("delete from not_same where a = $1 or b = $1", values![id]).await?;
    tx.run("update transfer set ground = '' where person = $1", values![id]).await?;
    let sql = "update person_account set login = '', ended_at = coalesce(ended_at, $2) where person = $1";
    tx.run(sql, values![id, now_ms()]).await?;
    // That a result was followed up stays in the tally; who it was, what was said and written of the person goes.
    let sql = "update proposal set person = null, person_name = $2, heard = '', heard_by = '', own_words = '', reason = '', \
               meeting = '', done = '' where person = $1";
    tx.run(sql, values![id, NOBODY]).await?;
    // That a motion was made stays; what was written of the person goes.
    tx.run("update motion set reason = '', proof = '', decision = '' where person = $1", values![id]).await?;
    let blank: Vec<String> = Field::ALL
        .into_iter()
        .filter(|f| !matches!(f, Field::Name | Field::Sex))
        .map(|f| format!("{} = {}", f.id(), if f.is_sealed() { "null" } else { "''" }))
        .collect();
    let sql = format!(
        "update person set {}, name = $2, sex = '0', sort = '', keys = '', identity_index = null, \
         phone_index = null, township = '', posts = '', post_rank = 99, pools = '', rest = null, state = 'erased', \
         state_on = $3, merged_into = null, rev = rev + 1, changed_at = $4 where id = $1",
        blank.join(", ")
    );
    let day = crate::slices::places::store::today();
    tx.run(&sql, values![id, NOBODY, day, now_ms()]).await?;
    tx.destroy_key(id, ground).await?;
    let (was, became) = (Some(person.state.id().to_owned()), Some(State::Erased.id().to_owned()));
    tx.changed_of(None, "person", &id.to_string(), "state", was, became);
    Ok(())
}

/// Takes the name out of what the office wrote and law keeps: grounds of posts, filings that name the person.
async fn rewrite(tx: &WriteTx, person: &Person) -> DbResult<()> {
    let name = person.name();
    if name.is_empty() || name == NOBODY {
        return Ok(());
    }
    let values = || -> Vec<Value> { values![person.id, name, NOBODY] };
    let replaced = |columns: &[&str]| -> String {
        let each = columns.iter().map(|c| format!("{c} = replace({c}, $2, $3)"));
        each.collect::<Vec<_>>().join(", ")
    };
    let own = "(select filing from filing_act where person = $1 union select f.id from filing f join holding h \
               on h.village = f.village where h.person = $1)";
    // What was recorded of the village, or of others who sat in the same meeting, may name the person.
    let villages = "village in (select village from holding where person = $1)";
    let inspected = format!("inspection in (select id from inspection where {villages})");
    let all: [(&str, &[&str], String); 9] = [
        ("holding", &["ground_in", "ground_out", "title"], "person = $1".to_owned()),
        ("filing_act", &["reason", "basis"], format!("filing in {own}")),
        ("filing", &["title", "meeting", "opinion_text", "stopped", "explained"], format!("id in {own}")),
        ("filing_event", &["note"], format!("filing in {own}")),
        ("duty_record", &["text", "reason", "explained"], villages.to_owned()),
        ("inspection", &["attended", "summary", "reason"], villages.to_owned()),
        ("inspection_finding", &["text"], inspected.clone()),
        ("inspection_problem", &["text"], inspected),
        ("duty_report", &["content", "comment", "meeting", "present", "minutes"], villages.to_owned()),
    ];
    for (table, columns, condition) in all {
        tx.run(&format!("update {table} set {} where {condition}", replaced(columns)), values()).await?;
    }
    Ok(())
}
