//! Times the engines in memory: `bench score|robust PACK FACTS MARKS [RUNS]` prints seconds, one run a line.
//! `bench people FOLDER N` makes what the list of people is measured with.

mod people;

use appraisal::{FactReader, MarkReader, Plan, appraise, robust};
use policy::{Pack, Source};
use std::io::Write;
use std::path::Path;
use std::time::Instant;
use tables::Input;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Result<(), String> {
    let args: Vec<String> = std::env::args().collect();
    if let [_, what, folder, persons] = args.as_slice()
        && what == "people"
    {
        return people::fill(folder, persons);
    }
    let [_, what, pack, facts, marks, rest @ ..] = args.as_slice() else {
        return Err("bench score|robust PACK FACTS MARKS [RUNS]".into());
    };
    let runs: u32 = rest.first().map_or(Ok(5), |n| n.parse().map_err(|e| format!("{n}: {e}")))?;
    let source = Source::open(Path::new(pack)).map_err(|e| format!("{}: {}", e.path, e.error))?;
    let (pack, findings) = Pack::read(&source);
    let pack = pack.ok_or_else(|| format!("{findings:?}"))?;
    let plan = Plan::new(&pack);
    let (mut notices, mut faults) = (Vec::new(), Vec::new());
    let started = Instant::now();
    let facts = FactReader { pack: &pack, persons: pack.of_persons(), beside: None }
        .read(&Input::quiet(Path::new(facts)), &mut notices, &mut faults)
        .map_err(|e| format!("{e:?}"))?;
    let facts_read = started.elapsed().as_secs_f64();
    let marks = MarkReader { plan: &plan, facts: &facts, beside: None }
        .read(&Input::quiet(Path::new(marks)), &mut notices, &mut faults)
        .map_err(|e| format!("{e:?}"))?;
    if !faults.is_empty() {
        return Err(format!("{} faults", faults.len()));
    }
    let say = |line: String| {
        let _ = writeln!(std::io::stdout(), "{line}");
    };
    let all_read = started.elapsed().as_secs_f64();
    say(format!(
        "subjects {} marks {} facts read in {facts_read:.3} s, marks in {:.3} s",
        facts.len(),
        marks.count(),
        all_read - facts_read
    ));
    let fail = |_| "a score is too large".to_owned();
    for _ in 0..5 {
        let started = Instant::now();
        let done = appraise(&plan, &facts, &marks).map_err(fail)?;
        let scored = started.elapsed();
        if what == "score" {
            say(format!("{:.4}", scored.as_secs_f64()));
            continue;
        }
        let started = Instant::now();
        let result = robust(&done, runs, 0.05, 1, &|_, _| {});
        say(format!("{:.4}", started.elapsed().as_secs_f64()));
        drop(result);
    }
    Ok(())
}
