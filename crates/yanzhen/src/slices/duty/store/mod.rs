//! The year's work: tables and queries.

pub mod inspections;
pub mod problems;
pub mod records;
pub mod reports;

use super::EVIDENCE;
use platform::attachments;
use platform::db::{DbResult, WriteTx};
use platform::values;

/// Where a row `r` about a person `p` or a village stands: with the file of the person.
pub(crate) const TOWNSHIP: &str = "case when r.person is null then r.township else p.township end";
pub(crate) const VILLAGE: &str = "case when r.person is null then r.village else p.village end";

/// The pattern of a text that is searched for; empty for none.
pub(crate) fn pattern(text: &str) -> String {
    let plain: String = text.trim().chars().filter(|c| !matches!(c, '%' | '_' | '\\')).collect();
    if plain.is_empty() { plain } else { format!("%{plain}%") }
}

/// Deletes everything of a person's work, with the evidence: what law orders deleted. Whoever does it tells the history.
pub async fn erase(tx: &WriteTx, person: i64) -> DbResult<()> {
    let files = format!(
        "select a.id, a.hash from attachment a join duty_record r on a.record = cast(r.id as text) \
         where a.kind = '{EVIDENCE}' and r.person = $1 order by a.id"
    );
    let mut ended = Vec::new();
    for row in tx.rows(&files, values![person]).await? {
        ended.push((row.int(0)?, row.text(1)?));
    }
    attachments::forget(tx, &ended).await?;
    for sql in [
        "update duty_record set replaced_by = null where person = $1",
        "delete from duty_record where person = $1",
        "delete from inspection_problem where inspection in (select id from inspection where person = $1)",
        "delete from inspection_finding where inspection in (select id from inspection where person = $1)",
        "update inspection set corrects = null where person = $1",
        "delete from inspection where person = $1",
        "delete from duty_report_event where report in (select id from duty_report where person = $1)",
        "delete from duty_report where person = $1",
    ] {
        tx.run(sql, values![person]).await?;
    }
    Ok(())
}
