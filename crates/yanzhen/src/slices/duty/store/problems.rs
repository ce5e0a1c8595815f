//! Problems that inspections found, for whoever follows them up.

use super::{TOWNSHIP, VILLAGE};
use platform::access::Part;
use platform::db::{Db, DbResult};
use platform::values;

/// A problem found by a signed inspection that no later one corrected.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    /// What it is known by: stays when a corrected inspection says it in the same words.
    pub id: i64,
    /// The inspection that says it now: the ground.
    pub inspection: i64,
    /// Whom it is about; none for a village.
    pub person: Option<i64>,
    /// Twelve digits.
    pub village: String,
    /// The dimension's or the diagnosis' id in the pack.
    pub aspect: String,
    /// The day of the inspection.
    pub day: String,
    pub text: String,
}

/// The problems of a part, of a year (`2026`) or, where that is empty, of all, the latest first.
pub async fn problems(db: &Db, part: &Part, year: &str) -> DbResult<Vec<Problem>> {
    let sql = format!(
        "select b.origin, r.id, r.person, {VILLAGE}, b.aspect, r.day, b.text from inspection_problem b \
         join inspection r on r.id = b.inspection left join person p on p.id = r.person \
         where r.state = 'signed' and not exists \
         (select 1 from inspection c where c.corrects = r.id and c.state = 'signed') \
         and ($1 = '' or {TOWNSHIP} = $1) and ($2 = '' or {VILLAGE} = $2) and ($3 = '' or r.year = $3) \
         order by r.day desc, r.id desc, b.aspect, b.seq"
    );
    let rows = db.rows(&sql, values![part.township(), part.village(), year]).await?;
    rows.iter()
        .map(|r| {
            Ok(Problem {
                id: r.int(0)?,
                inspection: r.int(1)?,
                person: r.get(2)?,
                village: r.text(3)?,
                aspect: r.text(4)?,
                day: r.text(5)?,
                text: r.text(6)?,
            })
        })
        .collect()
}
