//! `cargo xtask`: the front door of the workshop.

mod assets;
mod bench;
mod demo;
mod fonts;
mod journeys;
mod postgres;
mod run;
mod story;
mod test;
mod tidy;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask demo          build, fill four invented counties, serve them, print address and accounts
cargo xtask story         an appraisal and the colours of a town, told on the command line
cargo xtask test          everything that must hold before a change lands
cargo xtask test --full   the same, with more random packs against the oracle, and the oldest browser
cargo xtask journeys      what people do, in a real browser; words after it choose by name, --old-browser takes Chromium 109
cargo xtask tidy          the rules of the house: arrows, sizes, words, English
cargo xtask assets        style and script of the pages, into assets/dist
cargo xtask fonts         the fonts of printed pages, into the workshop
cargo xtask bench         speed and memory at the size of the nation, beside polars and duckdb
cargo xtask bench web     the server: start, memory, the formation view under load
cargo xtask bench people  the list of people at its full size
cargo xtask bench campaigns  two selection campaigns of 2,000 applicants led through all their stages
cargo xtask bench rounds  a round of 293 villages while its 26 raters work at once
cargo xtask bench matching  300 vacancies and 1,500 people matched, beside scipy
cargo xtask bench selection 2,000 candidates seated, ranked and listed, the same by fractions beside it
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let flag = |name: &str| args.iter().any(|a| a == name);
    let done = match args.first().map(String::as_str) {
        Some("demo") => demo::run(&args[1..]),
        Some("story") => story::run(),
        Some("test") => test::run(flag("--full")),
        Some("journeys") => journeys::run(&args[1..]),
        Some("tidy") => tidy::run(),
        Some("assets") => assets::run(),
        Some("fonts") => fonts::run(),
        Some("bench") => bench::run(&args[1..]),
        _ => {
            run::say(HELP.trim_end());
            return ExitCode::from(u8::from(!flag("--help")));
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            run::say(&format!("xtask: {why}"));
            ExitCode::FAILURE
        }
    }
}
