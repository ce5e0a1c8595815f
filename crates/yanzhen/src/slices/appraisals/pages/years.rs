//! Results over the years, for the profile of a village and the file of a person: which round, what came of it, and why.

use super::results::grade;
use crate::slices::appraisals::model::Placed;
use crate::slices::appraisals::store::{self, Outcome};
use crate::slices::places::facts::adopted;
use crate::slices::places::pages::score_text;
use kernel::msg;
use platform::db::{Db, DbResult};
use platform::kit::{Curve, Knot};
use platform::page::Page;
use policy::Pack;
use std::collections::HashMap;

/// A result in a round that is public.
pub struct Result {
    /// The round, and who was appraised: the village, or the person.
    pub placed: Placed,
    pub outcome: Outcome,
    pub total: String,
    pub label: String,
    /// 3 / 293; empty for none.
    pub rank: String,
}

impl Result {
    /// Where an office reads why.
    pub fn why(&self) -> String {
        format!("/rounds/{}/results/{}", self.placed.round.id, self.outcome.code)
    }
}

/// The public results of these codes, the latest year of each first.
pub async fn results(db: &Db, codes: &[String]) -> DbResult<Vec<Result>> {
    let mut out = Vec::new();
    for code in codes {
        for (round, outcome) in store::results_of(db, code).await? {
            let pack = adopted(db, round.pack).await?;
            let Some(placed) = store::subject(db, &round, code).await? else { continue };
            out.push(Result {
                total: outcome.total.map_or_else(|| "—".to_owned(), score_text),
                label: grade(&pack, &outcome.grade).1,
                rank: outcome.rank.zip(outcome.of_n).map(|(r, n)| format!("{r} / {n}")).unwrap_or_default(),
                placed,
                outcome,
            });
        }
    }
    Ok(out)
}

/// A year of a picture: the year, hundredths, the grade in words, the rank.
pub struct Year {
    pub year: String,
    pub total: Option<i64>,
    pub label: String,
    pub rank: Option<i64>,
}

/// Totals over the years as a picture, oldest first; the latest six. `None` where fewer than two have a total.
pub fn curve(page: &Page, years: &[Year]) -> Option<Curve> {
    let mut with: Vec<&Year> = years.iter().filter(|y| y.total.is_some()).collect();
    with.sort_by(|a, b| a.year.cmp(&b.year));
    let with = &with[with.len().saturating_sub(6)..];
    let (first, last) = (with.first()?, with.last()?);
    let says = page.m(&msg!(
        "{from}至{to}年度总分：{totals}",
        from = &first.year,
        to = &last.year,
        totals = with.iter().filter_map(|y| y.total.map(score_text)).collect::<Vec<_>>().join("、")
    ));
    let knots = with.iter().filter_map(|y| {
        let rank = y.rank.map(|n| page.tn("{n} 名", n)).unwrap_or_default();
        let under = [y.year.clone(), y.label.clone(), rank].into_iter().filter(|u| !u.is_empty());
        Some(Knot { value: y.total? as f64 / 100.0, text: score_text(y.total?), under: under.collect() })
    });
    Curve::new(knots.collect(), says)
}

/// How much of an item's full marks were reached.
pub struct Share {
    pub item: String,
    /// Percent of full marks, 0 to 100.
    pub own: i64,
    /// The mean of all appraised.
    pub mean: i64,
}

/// By item, in the pack's order: the share of full marks that a subject reached, and the mean of all. Items whose indicators
/// have no full marks (bonus, deduction, veto) have no share.
pub fn shares(pack: &Pack, all: &[Outcome], code: &str) -> Vec<Share> {
    let scores: Vec<(bool, HashMap<String, i64>)> =
        all.iter().map(|o| (o.code == code, serde_json::from_str(&o.scores).unwrap_or_default())).collect();
    let mut items: Vec<&str> = Vec::new();
    for ind in &pack.indicators {
        if ind.full > 0 && !items.contains(&ind.item.as_str()) {
            items.push(&ind.item);
        }
    }
    let share = |item: &str, of: &HashMap<String, i64>| {
        let mine = pack.indicators.iter().filter(|i| i.full > 0 && i.item == item);
        let (got, full) = mine
            .filter_map(|i| Some((*of.get(&i.id)?, i.full)))
            .fold((0, 0), |(got, full), (g, f)| (got + g, full + f));
        (full > 0).then(|| (100 * got / full).clamp(0, 100))
    };
    items
        .into_iter()
        .filter_map(|item| {
            let own = share(item, &scores.iter().find(|(own, _)| *own)?.1)?;
            let of: Vec<i64> = scores.iter().filter_map(|(_, s)| share(item, s)).collect();
            let mean = of.iter().sum::<i64>() / (of.len() as i64).max(1);
            Some(Share { item: item.to_owned(), own, mean })
        })
        .collect()
}
