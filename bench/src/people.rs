//! `bench people FOLDER N`: an installation with one invented county of at least so many persons and an office's
//! account, for `bench/people.py` to serve.

use platform::access::{Caller, Part, Role};
use platform::account::{Grant, NewAccount};
use platform::county::{Installation, Settings};
use platform::db::Event;
use std::collections::BTreeMap;
use std::path::Path;
use synth::Shape;
use yanzhen::cli::demo::people;
use yanzhen::divisions::Geography;
use yanzhen::server::add_county;

/// Townships of a county, however many persons; and persons of a village at least.
const TOWNSHIPS: usize = 30;
const PERSONS: usize = 8;
const SEED: u64 = 7;
/// Of an invented county on a machine of its own.
const LOGIN: &str = "zuzhi";
const PASSWORD: &str = "Kq7v-mW3z-Tn9x";

/// Fills the folder.
pub fn fill(folder: &str, persons: &str) -> Result<(), String> {
    let persons: usize = persons.parse().map_err(|e| format!("{persons}: {e}"))?;
    let runtime = tokio::runtime::Runtime::new().map_err(|e| e.to_string())?;
    runtime.block_on(filled(Path::new(folder), persons))
}

fn said(e: impl std::fmt::Display) -> String {
    e.to_string()
}

async fn filled(folder: &Path, persons: usize) -> Result<(), String> {
    let shape = Shape {
        county_code: "990101".into(),
        county: "例山县".into(),
        town: String::new(),
        townships: vec![persons / (TOWNSHIPS * PERSONS) + 1; TOWNSHIPS],
        streets: 0,
        rural: 0,
    };
    let places = synth::places(&shape, SEED);
    let names: BTreeMap<String, String> =
        places.iter().map(|p| (p.township_code.clone(), p.township.clone())).collect();
    let geography = Geography {
        code: shape.county_code.clone(),
        name: shape.county.clone(),
        city: "例安市".into(),
        province: "例省".into(),
        townships: names.into_iter().collect(),
        villages: places.iter().map(|p| (p.code.clone(), p.name.clone())).collect(),
    };
    let at = Installation::open(folder, Settings::default()).await.map_err(said)?;
    let db = add_county(&at, &geography, true).await.map_err(said)?;
    let grant = Grant {
        role: Role::CountyOffice,
        county: shape.county_code.clone(),
        part: Part::County,
        unit: "例山县".into(),
    };
    let new = NewAccount {
        login: LOGIN.into(),
        name: "何例乙".into(),
        phone: String::new(),
        password: Some(PASSWORD.into()),
        must_change: false,
        grants: vec![grant],
    };
    let event = Event { action: "bench.account".into(), ..Event::default() };
    let made = at.accounts().create(event, new).await.map_err(said)?;
    let (account, _) = made.ok_or("the account is there")?;
    let by = Caller {
        account,
        login: LOGIN.into(),
        name: "何例乙".into(),
        role: Role::CountyOffice,
        role_id: 0,
        county: shape.county_code.clone(),
        part: Part::County,
        unit: String::new(),
        address: String::new(),
        csrf: String::new(),
        session: String::new(),
        lang: kernel::Lang::Zh,
        large: false,
        only: None,
    };
    let rosters = people::make(&places, &BTreeMap::new(), SEED, persons);
    people::fill(&db, &by, &rosters).await.map_err(|_| "the people cannot be written")?;
    std::fs::write(folder.join("accounts.txt"), format!("{LOGIN}\t{PASSWORD}\n")).map_err(said)?;
    at.close().await.map_err(said)
}
