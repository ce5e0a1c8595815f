//! What is done with drafts: begin, change, undo and redo, send on.

use super::look::Look;
use super::model::{self, Act, Draft, Refusal, State, Who};
use super::store::{self, Kept, New, Said, Step};
use crate::slices::places::{Taken, take, told};
use kernel::{Message, msg};
use platform::access::{Authorized, Caller};
use platform::db::{Db, DbResult, now_ms};
use policy::{Edit, Files, Grid, Section, is_date};

/// Faults of a form: its field and what to do.
pub type Faults = Vec<(&'static str, Message)>;

/// The longest a cell may be, characters.
pub const LONGEST: usize = 4000;

/// What a version may be called, characters.
const LONGEST_VERSION: usize = 20;

fn who(caller: &Caller) -> Who {
    Who { account: caller.account, name: caller.name.clone() }
}

fn said(files: &Files) -> Said {
    let head = Grid::of(files, Section::Head);
    let cell = |key| head.cell(0, key).to_owned();
    Said { title: cell("title"), version: cell("version"), from: cell("effective_from") }
}

/// What came of beginning a draft.
#[derive(Debug)]
pub enum Begun {
    Done(i64),
    Faulty(Faults),
}

/// Begins a draft from a version, under a new version number, to be in force in a part from a day.
///
/// # Errors
/// The database's.
pub async fn begin(
    db: &Db,
    caller: &Caller,
    base: &Kept,
    (version, from, part): (&str, &str, &str),
) -> DbResult<Begun> {
    let mut faults = Faults::new();
    if version.is_empty() || version.chars().count() > LONGEST_VERSION || version.contains(char::is_control) {
        faults.push(("version", msg!("请写新的版本号，例如 2027.1")));
    } else if store::has_version(db, &base.pack, version).await? {
        faults.push((
            "version",
            msg!("这部办法已经有 {version} 版或它的草稿，请换一个版本号", version = version),
        ));
    }
    if !is_date(from) {
        faults.push(("from", msg!("日期写成 2026-01-31 的样子")));
    }
    let cells =
        vec![("version".to_owned(), version.to_owned()), ("effective_from".to_owned(), from.to_owned())];
    let edited = base.files.edited(&Edit::Set { section: Section::Head, row: 0, cells });
    let files = match edited {
        Ok((files, _)) if faults.is_empty() => files,
        Ok(_) => return Ok(Begun::Faulty(faults)),
        Err(why) => {
            faults.push(("version", why));
            return Ok(Begun::Faulty(faults));
        }
    };
    let mut event = caller.event("pack.draft.begin", "pack_draft", "", part);
    event.note = format!("{} {} → {version}", base.title, base.version);
    let mut tx = db.write(event).await?;
    let new = New { base: base.id, files: &files, said: said(&files), part, by: who(caller) };
    let id = store::add(&tx, new).await?;
    tx.event().record = id.to_string();
    tx.commit().await?;
    Ok(Begun::Done(id))
}

/// What came of a change.
#[derive(Debug)]
pub enum Changed {
    Done,
    /// It changes nothing: nothing was written.
    Nothing,
    Refused(Message),
    /// Somebody changed the draft since it was read.
    Stale,
}

/// Writes new files as one step that can be undone. `rev` is the revision that the form was made from.
pub async fn change(
    db: &Db,
    caller: &Caller,
    draft: &Authorized<Draft>,
    (rev, act): (i64, &str),
    make: impl FnOnce(&Files) -> Result<(Files, String), Message>,
) -> DbResult<Changed> {
    if let Err(refusal) = model::may_edit(draft) {
        return Ok(Changed::Refused(refusal.message()));
    }
    if rev != draft.rev {
        return Ok(Changed::Stale);
    }
    let (files, words) = match make(&draft.files) {
        Ok((_, words)) if words.is_empty() => return Ok(Changed::Nothing),
        Ok(made) => made,
        Err(why) => return Ok(Changed::Refused(why)),
    };
    let by = who(caller);
    let mut event = caller.event(act, "pack_draft", &draft.id.to_string(), &draft.part);
    event.note.clone_from(&words);
    let tx = db.write(event).await?;
    if !store::write(&tx, draft, &files, &said(&files), &by).await? {
        tx.rollback().await?;
        return Ok(Changed::Stale);
    }
    store::step(&tx, draft, &words, &by).await?;
    tx.commit().await?;
    Ok(Changed::Done)
}

/// The step that undoing (or doing again) would be about.
pub fn next(steps: &[Step], undo: bool) -> Option<&Step> {
    if undo { steps.iter().rev().find(|s| !s.undone) } else { steps.iter().find(|s| s.undone) }
}

/// Undoes the last step, or does the last undone one again.
pub async fn step(
    db: &Db,
    caller: &Caller,
    draft: &Authorized<Draft>,
    rev: i64,
    undo: bool,
) -> DbResult<Changed> {
    if let Err(refusal) = model::may_edit(draft) {
        return Ok(Changed::Refused(refusal.message()));
    }
    if rev != draft.rev {
        return Ok(Changed::Stale);
    }
    let steps = store::steps(db, draft.id).await?;
    let Some(step) = next(&steps, undo) else { return Ok(Changed::Nothing) };
    let act = if undo { "pack.draft.undo" } else { "pack.draft.redo" };
    let mut event = caller.event(act, "pack_draft", &draft.id.to_string(), &draft.part);
    event.note.clone_from(&step.words);
    let tx = db.write(event).await?;
    let there = store::exchange(&tx, draft, step.id, undo).await?;
    let written = match &there {
        Some(files) => store::write(&tx, draft, files, &said(files), &who(caller)).await?,
        None => false,
    };
    if !written {
        tx.rollback().await?;
        return Ok(Changed::Stale);
    }
    tx.commit().await?;
    Ok(Changed::Done)
}

/// What came of an act.
#[derive(Debug)]
pub enum Moved {
    /// Done; the version that it became, where it became one.
    Done(Option<i64>),
    Refused(Message),
    Stale,
}

/// Moves a draft by an act. `look` is what the check finds in its files.
pub async fn act(
    db: &Db,
    caller: &Caller,
    draft: &Authorized<Draft>,
    (rev, act): (i64, Act),
    look: &Look,
    reason: &str,
) -> DbResult<Moved> {
    let state = match model::after(draft, act, caller.account, look.found(), reason) {
        Ok(state) => state,
        Err(refusal) => return Ok(Moved::Refused(refusal.message())),
    };
    if rev != draft.rev {
        return Ok(Moved::Stale);
    }
    if act == Act::Approve
        && let Some(why) = cannot_stand(db, draft, look).await?
    {
        return Ok(Moved::Refused(why));
    }
    let mut event =
        caller.event(&format!("pack.draft.{}", act.id()), "pack_draft", &draft.id.to_string(), &draft.part);
    event.note = format!("{} {} {}", draft.title, draft.version, reason.trim()).trim().to_owned();
    let mut tx = db.write(event).await?;
    let mut new = (**draft).clone();
    new.state = state;
    reason.trim().clone_into(&mut new.reason);
    match (act, &look.pack) {
        (Act::Submit, _) => new.submitted_at = Some(now_ms()),
        (Act::Approve, Some(pack)) => {
            tx.event().note = format!("{} {}", told(pack), reason.trim()).trim().to_owned();
            let (files, from, part) = (&draft.files, pack.effective_from.as_str(), draft.part.as_str());
            let taken = Taken { files, pack, from, part, by: &caller.name };
            new.pack = Some(take(db, &mut tx, taken).await?);
            new.approved = Some(who(caller));
            new.approved_at = Some(now_ms());
        }
        _ => {}
    }
    if !store::save(&tx, &new).await? {
        tx.rollback().await?;
        return Ok(Moved::Stale);
    }
    tx.changed("", "state", Some(draft.state.id().to_owned()), Some(state.id().to_owned()));
    tx.commit().await?;
    Ok(Moved::Done(new.pack))
}

/// Why a draft that is otherwise good cannot become a version of the county's.
async fn cannot_stand(db: &Db, draft: &Draft, look: &Look) -> DbResult<Option<Message>> {
    let Some(pack) = &look.pack else { return Ok(Some(Refusal::Faults(1).message())) };
    if let Some(same) = store::of_hash(db, &pack.hash).await? {
        return Ok(Some(msg!("内容与已采用的 {pack} 一字不差，没有要批准的", pack = same)));
    }
    Ok(only_whole(&draft.part, pack.colours.is_some()))
}

/// Why a pack cannot be in force in a part alone: the county's villages are coloured by one table.
pub fn only_whole(part: &str, colours: bool) -> Option<Message> {
    (!part.is_empty() && colours).then(|| msg!("带颜色判定表的办法只能全县采用，不能只给一个乡镇"))
}

/// Whether a draft is still being written.
pub fn is_open(draft: &Draft) -> bool {
    draft.state == State::Draft
}
