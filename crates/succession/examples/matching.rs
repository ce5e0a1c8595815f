//! Solves a matching and tells how long it took: offers on standard input, a line each `vacancy person step fit`, after a first
//! line with the number of vacancies and of people. Prints seconds, filled seats, seats by step, total fit.

use std::io::{Read, Write};
use std::time::Instant;
use succession::{Offer, Problem};

fn main() -> Result<(), String> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).map_err(|e| e.to_string())?;
    let mut numbers =
        text.split_ascii_whitespace().map(|n| n.parse::<i64>().map_err(|e| format!("{n}: {e}")));
    let mut next = || numbers.next().transpose();
    let (Some(vacancies), Some(people)) = (next()?, next()?) else { return Err("two numbers first".into()) };
    let mut offers = Vec::new();
    while let (Some(vacancy), Some(person), Some(step), Some(fit)) = (next()?, next()?, next()?, next()?) {
        offers.push(Offer { vacancy: vacancy as usize, person: person as usize, step: step as usize, fit });
    }
    let started = Instant::now();
    let best = Problem::new(vacancies as usize, people as usize, offers).solve();
    let took = started.elapsed().as_secs_f64();
    let steps: Vec<String> = best.by_step.iter().map(usize::to_string).collect();
    let line = format!("{took:.4} {} {} {}", best.filled, steps.join(","), best.fit);
    writeln!(std::io::stdout(), "{line}").map_err(|e| e.to_string())
}
