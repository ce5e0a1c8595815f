//! Data for every pack, read back by the engines.

#![expect(clippy::unwrap_used, reason = "a test ends where it fails")]

use appraisal::{Appraisal, FactReader, Facts, MarkReader, Marks, Plan, appraise, classify, propose};
use kernel::Fault;
use policy::{Pack, Source};
use std::collections::BTreeMap;
use std::io::BufWriter;
use std::path::Path;
use synth::{DataOptions, MARK, Place, Shape, Summary, data, places, read_places, write_places};
use tables::Input;

fn pack(id: &str) -> Pack {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs").join(id);
    Pack::read(&Source::open(&folder).unwrap()).0.unwrap()
}

fn shape(id: &str) -> Vec<Place> {
    places(&Shape::like(id).unwrap(), 7)
}

struct Made {
    facts_csv: Vec<u8>,
    marks_csv: Vec<u8>,
    summary: Summary,
}

fn make(pack: &Pack, places: &[Place], options: &DataOptions) -> Made {
    let (mut facts_csv, mut marks_csv) = (Vec::new(), Vec::new());
    let summary = data(pack, places, options, &mut facts_csv, &mut marks_csv).unwrap();
    Made { facts_csv, marks_csv, summary }
}

/// Reads both tables back.
fn read(pack: &Pack, plan: &Plan<'_>, made: &Made) -> (Facts, Marks, Vec<Fault>) {
    let folder = tempfile::tempdir().unwrap();
    let (facts_path, marks_path) = (folder.path().join("facts.csv"), folder.path().join("marks.csv"));
    std::fs::write(&facts_path, &made.facts_csv).unwrap();
    std::fs::write(&marks_path, &made.marks_csv).unwrap();
    let (mut notices, mut faults) = (Vec::new(), Vec::new());
    let reader = FactReader { pack, persons: pack.of_persons(), beside: None };
    let facts = reader.read(&Input::quiet(&facts_path), &mut notices, &mut faults).unwrap();
    let marks = MarkReader { plan, facts: &facts, beside: None }
        .read(&Input::quiet(&marks_path), &mut notices, &mut faults)
        .unwrap();
    assert!(notices.is_empty());
    (facts, marks, faults)
}

fn read_clean(pack: &Pack, plan: &Plan<'_>, made: &Made) -> (Facts, Marks) {
    let (facts, marks, faults) = read(pack, plan, made);
    assert_eq!(faults, []);
    (facts, marks)
}

fn grades(done: &Appraisal<'_>) -> BTreeMap<u8, usize> {
    let mut out = BTreeMap::new();
    done.subjects.iter().filter(|s| s.complete).for_each(|s| *out.entry(s.grade).or_default() += 1);
    out
}

#[test]
fn the_same_seed_gives_the_same_bytes_on_any_number_of_threads() {
    for id in ["jinan", "wucun", "gaotai"] {
        let (pack, places) = (pack(id), shape(id));
        let options = DataOptions { faults: 20, ..DataOptions::default() };
        let first = make(&pack, &places, &options);
        let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        let again = one.install(|| make(&pack, &places, &options));
        assert!(first.facts_csv == again.facts_csv && first.marks_csv == again.marks_csv);
        assert_eq!(first.summary, again.summary);
        let other = make(&pack, &places, &DataOptions { seed: 2, ..options });
        assert!(first.facts_csv != other.facts_csv);
    }
}

#[test]
fn invented_places_are_valid_unique_and_survive_their_file() {
    for id in Shape::known() {
        let all = shape(id);
        assert_eq!(all.len(), Shape::like(id).unwrap().villages());
        assert_eq!(all, shape(id));
        let mut names: Vec<&str> = all.iter().map(|p| p.name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all.len());
        assert!(all.is_sorted_by(|a, b| a.code < b.code));
        for p in &all {
            assert!(p.code.len() == 12 && p.code.starts_with("99") && p.code.starts_with(&p.township_code));
            let (town, village): (u32, u32) = (p.code[6..9].parse().unwrap(), p.code[9..].parse().unwrap());
            let kind = p.township.chars().next_back();
            let wanted = [(1..100, '道'), (100..200, '镇'), (200..400, '乡')];
            assert!(wanted.iter().any(|(r, c)| r.contains(&town) && kind == Some(*c)), "{p:?}");
            assert_eq!((1..200).contains(&village), p.name.contains("社区"), "{p:?}");
            assert!((1..400).contains(&village) && p.is_invented());
        }
        let file = tempfile::NamedTempFile::with_suffix(".csv").unwrap();
        write_places(&all, &mut BufWriter::new(file.as_file())).unwrap();
        assert_eq!(read_places(file.path()).unwrap(), all);
    }
}

#[test]
fn a_county_beyond_the_vocabulary_still_has_unique_names() {
    let shape = Shape { townships: vec![190; 60], ..Shape::like("jinan").unwrap() };
    let shape = Shape { rural: 20, ..shape };
    let mut names: Vec<String> = places(&shape, 3).into_iter().map(|p| p.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), 60 * 190);
}

#[test]
fn places_need_only_codes_and_codes_need_twelve_digits() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("p.csv");
    std::fs::write(&path, "streetCode,code\nx,341502100200\n").unwrap();
    let read = read_places(&path).unwrap();
    assert_eq!((read[0].township_code.as_str(), read[0].county_code.as_str()), ("341502100", "341502"));
    for text in ["code\n3415021002\n", "name\nx\n", "code\n341502100200\n341502100200\n"] {
        std::fs::write(&path, text).unwrap();
        assert!(read_places(&path).is_err(), "{text}");
    }
}

#[test]
fn jinan_spreads_over_four_grades() {
    let (pack, places) = (pack("jinan"), shape("jinan"));
    let plan = Plan::new(&pack);
    for seed in [1, 2, 3] {
        let made = make(&pack, &places, &DataOptions { seed, ..DataOptions::default() });
        let (facts, marks) = read_clean(&pack, &plan, &made);
        assert_eq!((facts.len() as u64, marks.count() as u64), (made.summary.subjects, made.summary.marks));
        assert!((0..facts.len()).all(|i| facts.names.get(i).starts_with(MARK)));
        let done = appraise(&plan, &facts, &marks).unwrap();
        let mut totals: Vec<i64> = done.subjects.iter().filter(|s| s.complete).map(|s| s.total).collect();
        totals.sort_unstable();
        let n = totals.len();
        let at = |share: f64| totals[(share * (n - 1) as f64) as usize];
        assert!(n * 100 >= places.len() * 85 && n < places.len(), "{n} complete");
        assert!((5_500..7_000).contains(&totals[0]), "least {}", totals[0]);
        assert!((7_700..8_700).contains(&at(0.5)), "median {}", at(0.5));
        assert!((9_300..10_700).contains(&totals[n - 1]), "most {}", totals[n - 1]);
        assert!(at(0.9) - at(0.1) > 1_400, "spread {}", at(0.9) - at(0.1));
        let ties = totals.windows(2).filter(|w| w[0] == w[1]).count();
        assert!(ties * 10 < n, "{ties} ties");
        let grades = grades(&done);
        assert!(grades.len() == 4 && grades.values().all(|g| *g * 20 > n), "{grades:?}");
        let vetoed = done.subjects.iter().filter(|s| s.vetoes != 0).count();
        assert!(vetoed * 25 < n, "{vetoed} vetoed");
        let made = propose(&pack, &facts, Some(&done)).made;
        let proposed = |id: &str| made.iter().filter(|p| pack.consequences[p.consequence].id == id).count();
        assert!((1..25).contains(&proposed("removal-proposal")), "{}", proposed("removal-proposal"));
        let rich = proposed("collective-bonus");
        assert!((n / 6..n * 2 / 5).contains(&rich), "{rich} rich");
        assert!(proposed("training-new") > 0);
    }
}

#[test]
fn jinan_raters_are_odd_as_told() {
    let (pack, places) = (pack("jinan"), shape("jinan"));
    let plan = Plan::new(&pack);
    let made = make(&pack, &places, &DataOptions::default());
    let (facts, marks) = read_clean(&pack, &plan, &made);
    let count = |word: &str| made.summary.raters.iter().filter(|r| r.ends_with(word)).count();
    assert_eq!((count("从严"), count("从宽"), count("划一")), (2, 1, 1));
    let mean = |rater: &str| {
        let (mut sum, mut n) = (0.0, 0.0);
        for subject in 0..facts.len() {
            for (slot, mark) in plan.slots.iter().zip(marks.of(subject)) {
                if slot.rater == rater && *mark >= 0 {
                    sum += f64::from(*mark) / plan.indicator(slot.indicator).full as f64;
                    n += 1.0;
                }
            }
        }
        sum / n
    };
    for odd in &made.summary.raters {
        let (rater, word) = odd.split_once(' ').unwrap();
        match word {
            "从严" => assert!(mean(rater) < 0.77, "{odd} {}", mean(rater)),
            "从宽" => assert!(mean(rater) > 0.87, "{odd} {}", mean(rater)),
            _ => {}
        }
    }
}

#[test]
fn wucun_has_the_wanted_colours_whatever_the_seed() {
    let (pack, places) = (pack("wucun"), shape("wucun"));
    let plan = Plan::new(&pack);
    for seed in 0..20 {
        let made = make(&pack, &places, &DataOptions { seed, missing_facts: 0.05, ..DataOptions::default() });
        let (facts, _) = read_clean(&pack, &plan, &made);
        let table = pack.colours.as_ref().unwrap();
        let mut counts = BTreeMap::new();
        for found in classify(&pack, &facts) {
            let policy::Colouring::Rule(rule) = found else { panic!("undecided") };
            *counts.entry(table.rules[rule].colour.as_str()).or_insert(0) += 1;
        }
        assert_eq!(counts, BTreeMap::from([("red", 6), ("orange", 12), ("yellow", 14), ("green", 10)]));
    }
}

#[test]
fn person_packs_get_persons() {
    for (id, persons) in [("gaotai", 5), ("hezhang", 1)] {
        let (pack, places) = (pack(id), shape(id));
        let plan = Plan::new(&pack);
        let options = DataOptions { persons_per_village: persons, ..DataOptions::default() };
        let made = make(&pack, &places, &options);
        let (facts, marks) = read_clean(&pack, &plan, &made);
        assert_eq!(facts.len(), places.len() * persons);
        assert!(facts.of_persons());
        assert!(
            (0..facts.len())
                .all(|i| facts.names.get(i).starts_with(MARK) && facts.names.get(i).contains('例'))
        );
        let done = appraise(&plan, &facts, &marks).unwrap();
        let complete = done.subjects.iter().filter(|s| s.complete).count();
        assert!(complete * 100 >= facts.len() * 80, "{id}: {complete}");
        assert!(grades(&done).len() >= 3, "{id}: {:?}", grades(&done));
    }
}

#[test]
fn county_proposes_from_facts_alone() {
    let (pack, places) = (pack("county"), shape("county"));
    let plan = Plan::new(&pack);
    let made = make(&pack, &places, &DataOptions::default());
    let (facts, marks) = read_clean(&pack, &plan, &made);
    let proposals = propose(&pack, &facts, None);
    let count =
        |id: &str| proposals.made.iter().filter(|p| pack.consequences[p.consequence].id == id).count();
    for c in &pack.consequences {
        assert!(count(&c.id) > 0, "{} never proposed", c.id);
        assert!(count(&c.id) < facts.len(), "{} always proposed", c.id);
    }
    assert!((140..260).contains(&count("elevate")), "{}", count("elevate"));
    assert_eq!(grades(&appraise(&plan, &facts, &marks).unwrap()).len(), 4);
}

#[test]
fn each_planted_fault_is_reported_once_where_it_stands() {
    for (id, n) in [("jinan", 60), ("gaotai", 40), ("wucun", 12)] {
        let (pack, places) = (pack(id), shape(id));
        let plan = Plan::new(&pack);
        let made = make(&pack, &places, &DataOptions { faults: n, ..DataOptions::default() });
        let (_, _, faults) = read(&pack, &plan, &made);
        let mut found: Vec<String> = faults
            .iter()
            .map(|f| format!("{} 第 {} 行 {}", f.file.rsplit('/').next().unwrap(), f.row, f.column))
            .collect();
        let mut told: Vec<String> =
            made.summary.planted.iter().map(|p| p.split('：').next().unwrap().to_owned()).collect();
        found.sort();
        told.sort();
        assert_eq!(told.len(), n, "{id}");
        assert_eq!(found, told, "{id}: {faults:#?}");
    }
}

#[test]
fn real_places_stay_anonymous() {
    let pack = pack("jinan");
    let real = Place {
        code: "341502100200".into(),
        name: "某某村委会".into(),
        township_code: "341502100".into(),
        township: "某某镇".into(),
        ..Place::default()
    };
    let made = make(&pack, &[real], &DataOptions::default());
    let text = String::from_utf8(made.facts_csv).unwrap();
    assert!(text.contains("\n341502100200,〔合成〕341502100200,341502100,") && !text.contains("某某"));
}

#[test]
fn nothing_is_missing_when_nothing_shall_be() {
    let (pack, places) = (pack("jinan"), shape("jinan"));
    let plan = Plan::new(&pack);
    let options = DataOptions { missing_facts: 0.0, missing_marks: 0.0, ..DataOptions::default() };
    let made = make(&pack, &places, &options);
    let (facts, marks) = read_clean(&pack, &plan, &made);
    assert_eq!(marks.count(), plan.slots.len() * facts.len());
    assert!(appraise(&plan, &facts, &marks).unwrap().subjects.iter().all(|s| s.complete));
}

#[test]
fn as_much_is_missing_as_was_asked_for() {
    let (pack, places) = (pack("jinan"), shape("jinan"));
    let plan = Plan::new(&pack);
    for share in [0.004, 0.1, 0.4] {
        let options = DataOptions { missing_marks: share, missing_facts: 0.0, ..DataOptions::default() };
        let made = make(&pack, &places, &options);
        let absent = 1.0 - made.summary.marks as f64 / (plan.slots.len() * places.len()) as f64;
        assert!((0.6..1.4).contains(&(absent / share)), "{absent} for {share}");
    }
}

#[test]
fn the_summary_says_what_was_made() {
    let (pack, places) = (pack("gaotai"), shape("gaotai"));
    let made = make(&pack, &places, &DataOptions { faults: 2, seed: 9, ..DataOptions::default() });
    let json = made.summary.json();
    for part in ["\"synthetic\": true", "\"seed\": 9", "\"subjects\": 20", pack.hash.as_str(), "facts.csv 第"]
    {
        assert!(json.contains(part), "{part} in {json}");
    }
}

/// `cargo test --release -p yanzhen-synth -- --ignored`: the nation's villages in well under a minute.
#[test]
#[ignore = "takes gigabytes of output through"]
fn the_nation_streams() {
    struct Count(u64);
    impl std::io::Write for Count {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 += bytes.len() as u64;
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let places: Vec<Place> = (0..487_144u64)
        .map(|i| Place {
            code: format!("{:012}", 110_000_000_200 + i / 150 * 1_000 + i % 150),
            ..Place::default()
        })
        .collect();
    let start = std::time::Instant::now();
    let summary =
        data(&pack("jinan"), &places, &DataOptions::default(), &mut Count(0), &mut Count(0)).unwrap();
    assert!(summary.marks > 15_000_000 && start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
}
