//! A seat answers, takes back, signs; when the last has signed, the gravest conclusion of each person stands.

use super::KIND;
use super::model::{self, Answer, Faults, Given, Good, JointReview, Seat, gravest, months_later};
use super::rules::review_of;
use super::store::{self, answers, subjects};
use crate::slices::calendar::calendar;
use crate::slices::places::store::today;
use kernel::{Day, msg};
use platform::access::{Authorized, Caller};
use platform::db::{Db, DbResult, WriteTx, now_ms};
use policy::review::Conclusion;

/// What the history says of an answer: conclusion, clause and document, and nothing else, for there is nothing else.
fn told(good: &Good) -> String {
    let said = [good.conclusion.title(), good.clause_title.as_str(), good.document.as_str()];
    said.into_iter().filter(|s| !s.is_empty()).collect::<Vec<_>>().join(" ")
}

/// What the history keeps of what a single seat said: a keyed digest. The text goes with the validity, the history does not; the
/// digest shows that nobody changed it, and tells nothing by itself.
fn digest(tx: &WriteTx, said: &str) -> String {
    tx.keys().digest(said.as_bytes())
}

fn told_of(answer: &Answer) -> String {
    told(&Good {
        conclusion: answer.conclusion,
        clause: answer.clause.clone(),
        clause_title: answer.clause_title.clone(),
        document: answer.document.clone(),
    })
}

/// Writes answers about persons of the seat's list inside a transaction.
async fn write(
    tx: &mut WriteTx,
    caller: &Caller,
    seat: &Seat,
    given: &[(i64, i64, Good)],
    before: &[Answer],
) -> DbResult<()> {
    for (subject, person, good) in given {
        let was = before.iter().find(|a| a.subject == *subject).map(|a| digest(tx, &told_of(a)));
        let now = digest(tx, &told(good));
        let field = format!("answer-{}", seat.seat);
        let record = seat.review.to_string();
        tx.changed_of(Some(*person), KIND, &record, &field, was, Some(now));
        answers::put(tx, seat.id, *subject, good, caller).await?;
    }
    Ok(())
}

/// Answers about one person.
pub async fn answer(
    db: &Db,
    caller: &Caller,
    (seat, review): (&Authorized<Seat>, &JointReview),
    subject: i64,
    given: &Given,
) -> DbResult<Result<(), Faults>> {
    let Some(person) = subjects::find(db, subject).await?.filter(|s| s.review == seat.review) else {
        return Ok(Err(vec![("subject", msg!("名单里没有这个人"))]));
    };
    let mut tx = db.write(caller.event("reviews.answer", KIND, &seat.review.to_string(), "")).await?;
    let before = answers::of_seat_in(&tx, seat.id).await?;
    let own = before.iter().find(|a| a.subject == subject);
    let rules = review_of(db, &review.sent_on).await?;
    let clauses = rules.clauses_on(&review.sent_on);
    let read = match model::may_answer(seat, own) {
        Err(why) => Err(vec![("conclusion", why)]),
        Ok(()) => model::reads(&clauses, given, seat.signed_at.is_some()),
    };
    match read {
        Err(faults) => {
            tx.rollback().await?;
            Ok(Err(faults))
        }
        Ok(good) => {
            write(&mut tx, caller, seat, &[(subject, person.person, good)], &before).await?;
            tx.commit().await?;
            Ok(Ok(()))
        }
    }
}

/// Takes an unsigned answer back. One that was wanted anew stays wanted: it is answered again, not taken back.
pub async fn undo(
    db: &Db,
    caller: &Caller,
    seat: &Authorized<Seat>,
    subject: i64,
) -> DbResult<Result<(), Faults>> {
    let person = subjects::find(db, subject).await?.filter(|s| s.review == seat.review);
    let (Some(person), None) = (person, seat.signed_at) else {
        return Ok(Err(vec![("subject", msg!("已经签发，不能撤销"))]));
    };
    let mut tx = db.write(caller.event("reviews.undo", KIND, &seat.review.to_string(), "")).await?;
    let before = answers::of_seat_in(&tx, seat.id).await?;
    let was = before.iter().find(|a| a.subject == subject).map(|a| digest(&tx, &told_of(a)));
    if !answers::drop_draft(&tx, seat.id, subject).await? {
        tx.rollback().await?;
        return Ok(Err(vec![("subject", msg!("还没有答，不用撤销"))]));
    }
    let field = format!("answer-{}", seat.seat);
    tx.changed_of(Some(person.person), KIND, &seat.review.to_string(), &field, was, None);
    tx.commit().await?;
    Ok(Ok(()))
}

/// Answers many at once: a packet, or no objection about those chosen. Answers that stand as they are stay.
pub async fn answer_many(
    db: &Db,
    caller: &Caller,
    seat: &Authorized<Seat>,
    act: &str,
    given: &[(i64, i64, Good)],
) -> DbResult<usize> {
    let mut tx = db.write(caller.event(act, KIND, &seat.review.to_string(), "")).await?;
    let before = answers::of_seat_in(&tx, seat.id).await?;
    let new: Vec<(i64, i64, Good)> = given
        .iter()
        .filter(|(subject, _, good)| {
            let own = before.iter().find(|a| a.subject == *subject);
            model::may_answer(seat, own).is_ok() && own.map(told_of) != Some(told(good))
        })
        .cloned()
        .collect();
    write(&mut tx, caller, seat, &new, &before).await?;
    tx.commit().await?;
    Ok(new.len())
}

/// Answers "no objection" about persons chosen by hand, of those not answered yet.
pub async fn clear_several(
    db: &Db,
    caller: &Caller,
    seat: &Authorized<Seat>,
    chosen: &[i64],
) -> DbResult<Result<usize, Faults>> {
    if seat.signed_at.is_some() {
        return Ok(Err(vec![("chosen", msg!("已经签发，更改要由组织部门提出复核"))]));
    }
    let answered = answers::of_seat(db, seat.id).await?;
    let good = Good {
        conclusion: Conclusion::Clear,
        clause: String::new(),
        clause_title: String::new(),
        document: String::new(),
    };
    let people = subjects::all(db, seat.review).await?;
    let open =
        people.iter().filter(|s| chosen.contains(&s.id) && !answered.iter().any(|a| a.subject == s.id));
    let given: Vec<(i64, i64, Good)> = open.map(|s| (s.id, s.person, good.clone())).collect();
    if given.is_empty() {
        return Ok(Err(vec![("chosen", msg!("请先勾选还没有答的人"))]));
    }
    answer_many(db, caller, seat, "reviews.answer-several", &given).await.map(Ok)
}

/// Signs what the seat drafted. Whatever it still looks into is due again; where this was the last seat, conclusions stand.
pub async fn sign(
    db: &Db,
    caller: &Caller,
    (seat, review): (&Authorized<Seat>, &JointReview),
) -> DbResult<Result<(), Faults>> {
    let day = today();
    let rules = review_of(db, &review.sent_on).await?;
    let verify_due = match day.parse::<Day>() {
        Ok(now) => calendar(db).await?.add_workdays(now, *rules.recheck_workdays).day.to_string(),
        Err(_) => day.clone(),
    };
    let mut tx = db.write(caller.event("reviews.sign", KIND, &seat.review.to_string(), "")).await?;
    let own = answers::of_seat_in(&tx, seat.id).await?;
    let people = subjects::all_in(&tx, seat.review).await?;
    let mut faults = model::signs(seat, &own, people.len(), caller.account);
    let now = now_ms();
    let next = Seat { signed_by: caller.name.clone(), signed_at: Some(now), ..(**seat).clone() };
    if faults.is_empty() && !store::put_signature(&tx, &next).await? {
        faults.push(("sign", msg!("别人刚改过，请看一看再改")));
    }
    if !faults.is_empty() {
        tx.rollback().await?;
        return Ok(Err(faults));
    }
    answers::sign(&tx, seat.id, now, &verify_due).await?;
    let was = (!seat.signed_by.is_empty()).then(|| seat.signed_by.clone());
    tx.changed(&seat.review.to_string(), &format!("signed-{}", seat.seat), was, Some(caller.name.clone()));
    settle(&mut tx, review, &day).await?;
    tx.commit().await?;
    Ok(Ok(()))
}

/// Writes the conclusions of those about whom every seat has signed. What was settled before and did not change stays.
async fn settle(tx: &mut WriteTx, review: &JointReview, day: &str) -> DbResult<()> {
    let seats = store::seats_in(tx, review.id).await?;
    if seats.iter().any(|s| s.signed_at.is_none()) {
        return Ok(());
    }
    let all = answers::of_review_in(tx, review.id).await?;
    for s in subjects::all_in(tx, review.id).await?.into_iter().filter(|s| !s.is_settled()) {
        let Some(worst) = all.get(&s.id).and_then(|own| gravest(&seats, own)) else { continue };
        let clear = worst.conclusion == Conclusion::Clear;
        let mut next = s.clone();
        next.conclusion = Some(worst.conclusion);
        next.clause.clone_from(&worst.clause);
        next.clause_title.clone_from(&worst.clause_title);
        next.document.clone_from(&worst.document);
        day.clone_into(&mut next.settled_on);
        // Without objection nobody decides: it holds from today. Otherwise from the decision.
        next.valid_to = if clear { months_later(day, review.valid_months) } else { String::new() };
        let was = s.conclusion.map(|c| c.title().to_owned());
        let now = Some(told_of(worst));
        tx.changed_of(Some(s.person), KIND, &review.id.to_string(), "conclusion", was, now);
        subjects::save(tx, &next).await?;
    }
    Ok(())
}

/// Takes away what single seats said where the conclusions have run out; those stay with clause and document. Gives how many.
pub async fn clear_run_out(db: &Db, event: platform::db::Event, day: &str) -> DbResult<u64> {
    if !answers::has_run_out(db, day).await? {
        return Ok(0);
    }
    let tx = db.write(event).await?;
    let gone = answers::clear(&tx, day).await?;
    tx.commit().await?;
    Ok(gone)
}
