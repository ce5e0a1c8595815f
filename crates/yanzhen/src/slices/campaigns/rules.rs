//! What the packs say of campaigns.

use super::model::{Campaign, Stage, Terms};
use crate::slices::places::facts;
use platform::db::{Db, DbResult};
use policy::Campaigns;

/// What holds for a part of the county (nothing, or the digits of a township) on a day, by the packs that reach it.
pub async fn campaigns_of(db: &Db, part: &str, day: &str) -> DbResult<Campaigns> {
    let adopted = facts::packs(db, day).await?;
    let reaching = facts::reaching(db, &adopted, part).await?;
    Ok(Campaigns::in_force(reaching.into_iter().map(|a| &*a.pack), day))
}

/// What holds for a campaign: the packs of the day that it opened on.
pub async fn rules(db: &Db, campaign: &Campaign) -> DbResult<Campaigns> {
    campaigns_of(db, &campaign.township, &campaign.rules_on).await
}

/// The stages of a kind on a day, as a campaign keeps them.
pub fn stages(rules: &Campaigns, kind: &str, day: &str) -> Vec<Stage> {
    let whole = |q: kernel::Quantity| i64::try_from(q.0).unwrap_or(i64::MAX);
    let stages = rules.stages_on(kind, day);
    let numbered = stages.into_iter().enumerate();
    numbered
        .map(|(i, s)| Stage {
            seq: i as i64 + 1,
            id: s.id.clone(),
            work: s.work,
            title: s.title.clone(),
            terms: Terms {
                length: s.length.unwrap_or_default(),
                weight: s.weight.map(whole).unwrap_or_default(),
                full: s.full,
                pass: s.pass,
                examiners: s.examiners,
                drop: s.drop,
                ratio: s.ratio.map(whole),
                quorum: s.quorum.map(whole),
                basis: s.basis.clone(),
            },
            planned: String::new(),
            begun_at: None,
            begun_by: String::new(),
            ended_at: None,
            ended_by: String::new(),
        })
        .collect()
}
