//! Letters of the public pages, opened: what each becomes. What the pages checked is checked again: whoever has the public key
//! can write a letter.

use super::entering::{self, ENTRY, Given};
use super::exchange::place_code;
use super::model::{Campaign, Entry, Place, Standing};
use super::noticing;
use super::store::{self, asks, entries, entries::Handle, letters, notices};
use crate::slices::inquiries;
use crate::slices::places::store::today;
use platform::access::Part;
use platform::db::{Db, DbResult, Event, WriteTx};
use policy::campaigns::Route;
use public::seal::{Slip, locker};
use public::wire::{self, Letter};

fn handle(key: &str, receipt: &str, words: &str) -> Option<Handle> {
    let slip = Slip::read(receipt, words)?;
    let locker = locker(key, &slip);
    Some(Handle { tag: locker.tag.clone(), key: locker.key.to_vec() })
}

fn given(form: &wire::Form, places: &[Place], route: Route) -> Given {
    let text = |t: &str| t.to_owned();
    let place = places
        .iter()
        .find(|p| form.place == place_code(p) || form.place == format!("{}/{}", place_code(p), p.post));
    Given {
        place: place.map(|p| p.id),
        name: text(&form.name),
        identity: text(&form.identity),
        phone: text(&form.phone),
        education: text(&form.education),
        full_time: form.full_time,
        school: text(&form.school),
        major: text(&form.major),
        graduated_on: text(&form.graduated_on),
        political: text(&form.political),
        party_on: text(&form.party_on),
        work: text(&form.work),
        household: text(&form.household),
        source: text(&form.source),
        declares: form.declares.clone(),
        keep_contact: form.keep_contact,
        route: route.id().to_owned(),
        by: String::new(),
        why: String::new(),
        consent: form.consent,
    }
}

/// A letter on its way in: whose database, the county's public key, its name in the inbox.
struct Mail<'m> {
    db: &'m Db,
    key: &'m str,
    name: &'m str,
}

impl Mail<'_> {
    /// Notes what the letter became, and commits both.
    async fn taken(&self, tx: WriteTx, id: i64) -> DbResult<Option<String>> {
        let what = id.to_string();
        letters::note(&tx, self.name, &what).await?;
        tx.commit().await?;
        Ok(Some(what))
    }
}

fn event(act: &str, record: &str, part: &str) -> Event {
    Event {
        action: act.into(),
        kind: ENTRY.into(),
        record: record.into(),
        part: part.into(),
        ..Event::default()
    }
}

/// Takes a letter in by its name in the inbox; what it became, or nothing where it cannot be used. What pages checked is checked
/// again: whoever has the public key can write a letter. That it was taken in is noted in the same transaction.
pub(super) async fn take(db: &Db, key: &str, name: &str, letter: &Letter) -> DbResult<Option<String>> {
    let mail = Mail { db, key, name };
    match letter {
        Letter::Apply { campaign, receipt, words, at, form } => {
            apply(&mail, (campaign, receipt, words, *at), form).await
        }
        Letter::Recommend {
            campaign,
            at,
            by_kind,
            by_name,
            by_phone,
            name: whom,
            village,
            reason,
            receipt,
            ..
        } => {
            let Some(c) = applied(db, campaign, *at).await? else { return Ok(None) };
            let places = store::places(db, c.id, &Part::County).await?;
            let place = places.iter().find(|p| *village == place_code(p) || village.starts_with(&p.township));
            let given = Given {
                place: place.map(|p| p.id),
                name: whom.clone(),
                route: by_kind.clone(),
                by: format!("{by_name}　{by_phone}"),
                why: reason.clone(),
                ..Given::default()
            };
            let Ok((mut entry, secret)) = entering::recommended(&given, &places) else { return Ok(None) };
            entry.campaign = c.id;
            entry.no.clone_from(receipt);
            entry.at = *at;
            let mut tx = db.write(event("campaigns.recommend", "", &entry.township)).await?;
            let id = entries::add(&tx, &entry, &secret, &Handle::default()).await?;
            tx.event().record = id.to_string();
            entries::LOG.note(&tx, id, "", "", "recommended", entry.route.title()).await?;
            mail.taken(tx, id).await
        }
        Letter::Correct { receipt, words, form, .. } => correct(&mail, (receipt, words), form).await,
        Letter::Withdraw { receipt, words, .. } => {
            // The application itself may have been taken back before it was fetched: then there is nothing to withdraw.
            let Some(e) = own(db, key, receipt, words).await? else { return Ok(Some(String::new())) };
            let mut tx = db.write(event("campaigns.withdraw", &e.id.to_string(), &e.township)).await?;
            let tag = entries::handle(db, e.id).await?.map(|h| h.tag).unwrap_or_default();
            entries::save(&tx, &Entry { standing: Standing::Withdrawn, ..e.clone() }).await?;
            entries::blank(&tx, e.id).await?;
            letters::forget(&tx, &tag).await?;
            tx.changed(&e.id.to_string(), "withdrawn", None, Some("本人在网上撤回".into()));
            mail.taken(tx, e.id).await
        }
        Letter::Ask { receipt, words, text, at } => {
            let Some(e) = own(db, key, receipt, words).await? else { return Ok(None) };
            let Some(c) = store::find(db, e.campaign).await? else { return Ok(None) };
            let due = noticing::answer_by(db, &c).await?;
            let tx = db.write(event("campaigns.ask", &e.id.to_string(), &e.township)).await?;
            asks::add(&tx, e.id, *at, &due, text).await?;
            entries::LOG.note(&tx, e.id, &e.name, "", "asked", "").await?;
            entries::tell_anew(&tx, e.id).await?;
            mail.taken(tx, e.id).await
        }
        Letter::Tell { .. } => {
            let Some((tx, id)) = inquiries::actions::answer(db, key, letter).await? else { return Ok(None) };
            mail.taken(tx, id).await
        }
        Letter::Object { notice, name: by, phone, about, text, receipt, words, .. } => {
            let id = notice.parse::<i64>().unwrap_or_default();
            let Some(n) = notices::find(db, id).await?.filter(|n| n.until >= today()) else {
                return Ok(None);
            };
            let Some(c) = store::find(db, n.campaign).await? else { return Ok(None) };
            let shown = entries::reached(db, c.id, 1).await?;
            let of = shown.iter().find(|e| !about.is_empty() && e.name == *about).map(|e| e.id);
            let objection = noticing::fresh(db, &c, &n, of, "公示页面").await?;
            let said = notices::Said { name: by.clone(), phone: phone.clone(), text: text.clone() };
            let handle = handle(key, receipt, words);
            let tx = db.write(event("campaigns.object", &c.id.to_string(), &c.township)).await?;
            let id = notices::object(&tx, &objection, &said, "", handle.as_ref()).await?;
            mail.taken(tx, id).await
        }
    }
}

/// The campaign of a letter, if the letter was written while applications were taken.
async fn applied(db: &Db, id: &str, at: i64) -> DbResult<Option<Campaign>> {
    let found = store::find(db, id.parse().unwrap_or_default()).await?;
    let when = jiff::Timestamp::from_millisecond(at).unwrap_or_default();
    let written = when.to_zoned(kernel::zone()).strftime("%Y-%m-%dT%H:%M").to_string();
    Ok(found.filter(|c| c.takes(&written)))
}

/// The application of a receipt and its words, while it runs.
async fn own(db: &Db, key: &str, receipt: &str, words: &str) -> DbResult<Option<Entry>> {
    let Some(handle) = handle(key, receipt, words) else { return Ok(None) };
    let found = entries::by_tag(db, &handle.tag).await?;
    Ok(found.filter(|e| e.standing != Standing::Withdrawn))
}

async fn apply(
    mail: &Mail<'_>,
    (campaign, receipt, words, at): (&str, &str, &str, i64),
    form: &wire::Form,
) -> DbResult<Option<String>> {
    let Mail { db, key, .. } = *mail;
    let Some(c) = applied(db, campaign, at).await? else { return Ok(None) };
    let Some(handle) = handle(key, receipt, words) else { return Ok(None) };
    if entries::by_tag(db, &handle.tag).await?.is_some() {
        return Ok(None);
    }
    let places = store::places(db, c.id, &Part::County).await?;
    let sources = entering::sources(db, &c).await?;
    let Ok((mut entry, mut secret)) = entering::read(&given(form, &places, Route::Own), &places, &sources)
    else {
        return Ok(None);
    };
    entry.campaign = c.id;
    entry.no = receipt.to_owned();
    entry.at = at;
    // Who was recommended and now applies is one application, by the route of the recommendation.
    let waiting = entries::recommended(db, &c, &entry).await?;
    if let Some(w) = &waiting {
        let told = entries::open_any(db, w.id).await?.form;
        entry.route = w.route;
        secret.form.by = told.by;
        secret.form.why = told.why;
    }
    let mut tx = db.write(event("campaigns.apply", "", &entry.township)).await?;
    if let Some(w) = &waiting {
        entries::drop(&tx, w.id).await?;
    }
    let id = entries::add(&tx, &entry, &secret, &handle).await?;
    tx.event().record = id.to_string();
    entries::LOG.note(&tx, id, "", "", "applied", entry.route.title()).await?;
    mail.taken(tx, id).await
}

async fn correct(
    mail: &Mail<'_>,
    (receipt, words): (&str, &str),
    form: &wire::Form,
) -> DbResult<Option<String>> {
    let Mail { db, key, .. } = *mail;
    let Some(e) = own(db, key, receipt, words).await? else { return Ok(None) };
    let Some(c) = store::find(db, e.campaign).await?.filter(|c| c.state == super::model::State::Open) else {
        return Ok(None);
    };
    if e.stage != 1 || c.stage != 1 || e.standing != Standing::Running {
        return Ok(None);
    }
    let places = store::places(db, c.id, &Part::County).await?;
    let sources = entering::sources(db, &c).await?;
    let was = entries::open_any(db, e.id).await?;
    let Ok((mut next, mut secret)) = entering::read(&given(form, &places, e.route), &places, &sources) else {
        return Ok(None);
    };
    next.id = e.id;
    next.rev = e.rev;
    (secret.form.by, secret.form.why) = (was.form.by, was.form.why);
    let tx = db.write(event("campaigns.correct", &e.id.to_string(), &e.township)).await?;
    if !entries::rewrite(&tx, &next, &secret).await? {
        tx.rollback().await?;
        return Ok(None);
    }
    entries::LOG.note(&tx, e.id, &next.name, "", "corrected", "").await?;
    mail.taken(tx, e.id).await
}
