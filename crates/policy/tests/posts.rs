//! `[posts]` and `[people]`: the national defaults, what holds for a village, every fault at once.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use kernel::{Fault, Lang, Severity};
use policy::posts::{Change, Group, Level, Method, Opinion, Track, WayOut};
use policy::{Pack, People, Posts, Source};
use std::fs;
use std::path::Path;

fn shipped(name: &str) -> Pack {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs").join(name);
    let (pack, faults) = Pack::check(&Source::open(&path).unwrap());
    let texts: Vec<String> = faults
        .iter()
        .filter(|f| f.severity != Severity::Note)
        .map(|f| format!("{} {}: {}", f.row, f.column, f.explanation(Lang::Zh)))
        .collect();
    assert_eq!(texts, Vec::<String>::new(), "{name}");
    pack.unwrap()
}

#[test]
fn the_national_pack_is_free_of_faults() {
    shipped("national");
    assert!(policy::national().is_some());
}
