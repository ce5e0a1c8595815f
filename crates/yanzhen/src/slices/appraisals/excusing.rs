//! Absences excused, a rater's sheet that counts no more: each with the rule that then applies, and why.

use super::actions::{Faults, missing};
use super::given::rule;
use super::model::{Refusal, Round, Sheet, State};
use super::sheet::{self, Kind};
use super::store::{self, Excuse};
use crate::slices::places::facts::adopted;
use kernel::msg;
use platform::access::{Authorized, Caller};
use platform::db::{Db, DbResult, now_ms};
use std::collections::BTreeSet;

/// Excuses absences: each cell with the rule that then applies.
pub async fn excuse(
    db: &Db,
    caller: &Caller,
    round: &Authorized<Round>,
    cells: &[(String, String)],
    by: &str,
    reason: &str,
) -> DbResult<Result<usize, Faults>> {
    let mut faults = Faults::new();
    if rule(by).is_none() {
        faults.push(("rule", msg!("请选适用的规则：不计分、缺项折算或按零")));
    }
    if reason.trim().is_empty() {
        faults.push(("reason", msg!("请写明理由")));
    }
    if !matches!(round.state, State::Checking | State::Calibrating) {
        faults.push(("reason", msg!("锁定评分以后才能逐处说明缺项")));
    }
    let there = missing(db, round).await?;
    // An indicator may lack several things: its cell is excused once.
    let wanted: BTreeSet<&(String, String)> = cells
        .iter()
        .filter(|(c, i)| there.iter().any(|g| g.excusable() && g.code == *c && g.indicator == *i))
        .collect();
    if wanted.is_empty() {
        faults.push(("cells", msg!("请选要说明的缺项")));
    }
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    let excuses: Vec<Excuse> = wanted
        .iter()
        .map(|(code, indicator)| Excuse {
            code: code.clone(),
            indicator: indicator.clone(),
            rule: by.to_owned(),
            reason: reason.trim().to_owned(),
            by: caller.name.clone(),
            at: now_ms(),
        })
        .collect();
    let mut tx = db.write(caller.event("round.excuse", "round", &round.id.to_string(), &round.part)).await?;
    for e in &excuses {
        let record = format!("{}/{}", round.id, e.code);
        tx.changed(
            &record,
            &format!("excuse/{}", e.indicator),
            None,
            Some(format!("{} {}", e.rule, e.reason)),
        );
    }
    store::put_excuses(&tx, round.id, &excuses).await?;
    // What was computed from the round as it was is not to be published: its revision goes on.
    if !store::save(&tx, round).await? {
        tx.rollback().await?;
        return Ok(Err(vec![("reason", msg!("别人刚改过，请看一看再改"))]));
    }
    let note = format!("{} {by} {}", excuses.len(), reason.trim());
    store::note(&tx, round.id, &caller.name, &caller.unit, "excuse", &note).await?;
    tx.commit().await?;
    Ok(Ok(excuses.len()))
}

/// Takes an excuse back; false where there is none or it is too late.
pub async fn take_back(
    db: &Db,
    caller: &Caller,
    round: &Authorized<Round>,
    code: &str,
    indicator: &str,
) -> DbResult<bool> {
    if !matches!(round.state, State::Checking | State::Calibrating) {
        return Ok(false);
    }
    let mut tx =
        db.write(caller.event("round.unexcuse", "round", &round.id.to_string(), &round.part)).await?;
    if !store::drop_excuse(&tx, round.id, code, indicator).await? || !store::save(&tx, round).await? {
        tx.rollback().await?;
        return Ok(false);
    }
    tx.changed(&format!("{}/{code}", round.id), &format!("excuse/{indicator}"), Some(String::new()), None);
    tx.commit().await?;
    Ok(true)
}

/// Lets a unit's sheet count no more: its marks stay kept, its cells are excused by a rule.
pub async fn retire(
    db: &Db,
    caller: &Caller,
    round: &Authorized<Round>,
    sheet: &Sheet,
    by: &str,
    reason: &str,
) -> DbResult<Result<(), Faults>> {
    let mut faults = Faults::new();
    if rule(by).is_none() {
        faults.push(("rule", msg!("请选适用的规则：不计分、缺项折算或按零")));
    }
    if reason.trim().is_empty() {
        faults.push(("reason", msg!("请写明理由")));
    }
    if sheet.retired_at.is_some()
        || !matches!(round.state, State::Entering | State::Checking | State::Calibrating)
    {
        faults.push(("reason", Refusal::NotNow(round.state).message()));
    }
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    let pack = adopted(db, round.pack).await?;
    let subjects = store::subjects(db, round.id, &sheet.township).await?;
    let rated: Vec<String> = sheet::columns(&pack, &sheet.rater)
        .into_iter()
        .filter(|c| matches!(c.kind, Kind::Mark { .. }) && sheet::owed(&pack, c))
        .map(|c| c.id)
        .collect();
    let excuse = |code: &str, indicator: &str| Excuse {
        code: code.to_owned(),
        indicator: indicator.to_owned(),
        rule: by.to_owned(),
        reason: reason.trim().to_owned(),
        by: caller.name.clone(),
        at: now_ms(),
    };
    let excuses: Vec<Excuse> =
        subjects.iter().flat_map(|s| rated.iter().map(|i| excuse(&s.code, i))).collect();
    let mut tx = db.write(caller.event("round.retire", "round", &round.id.to_string(), &round.part)).await?;
    let mut next = sheet.clone();
    (next.retired_at, next.retired_for) = (Some(now_ms()), reason.trim().to_owned());
    if !store::save_sheet(&tx, &next).await? || !store::save(&tx, round).await? {
        tx.rollback().await?;
        return Ok(Err(vec![("reason", msg!("别人刚改过，请看一看再改"))]));
    }
    store::put_excuses(&tx, round.id, &excuses).await?;
    tx.changed(
        "",
        &format!("sheet/{}", sheet.rater),
        Some("counts".to_owned()),
        Some(format!("{by} {}", reason.trim())),
    );
    let note = format!("{} {}", sheet.unit, reason.trim());
    store::note(&tx, round.id, &caller.name, &caller.unit, "retire", &note).await?;
    tx.commit().await?;
    Ok(Ok(()))
}
