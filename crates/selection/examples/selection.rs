//! Seats, panels, ranks and lists of a campaign from standard input, for `cargo xtask bench selection`: a line `SEATS RATIO`, then
//! a line a candidate, `PLACE WRITTEN INTERVIEW…` in hundredths, `-` for absent. Prints the seconds it took without reading and
//! writing, then a line a candidate: `TOTAL RANK STANDING TICKET ROOM SEAT`.

use kernel::{Quantity, Score};
use selection::{Candidate, Draw, Entrant, PanelRule, Paper, Papers, Place, Room, Value, arrange, rank};
use std::io::{Read, Write};
use std::time::Instant;

type Fault = Box<dyn std::error::Error>;

fn told<T: std::fmt::Debug>(faults: T) -> Fault {
    format!("{faults:?}").into()
}

fn main() -> Result<(), Fault> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    let mut lines = text.lines();
    let (seats, ratio) = lines.next().and_then(|l| l.split_once(' ')).ok_or("no SEATS RATIO")?;
    let (seats, ratio) = (seats.parse::<usize>()?, Quantity::parse(ratio).map_err(told)?);
    let mut rows: Vec<(String, Vec<Option<Score>>)> = Vec::new();
    for line in lines {
        let (place, marks) = line.split_once(' ').ok_or("no marks")?;
        let mark = |m: &str| Ok(if m == "-" { None } else { Some(Score(m.parse()?)) });
        rows.push((place.to_owned(), marks.split(' ').map(mark).collect::<Result<_, Fault>>()?));
    }
    let started = Instant::now();
    let paper = |id: &str, weight| Paper {
        id: id.into(),
        name: id.into(),
        weight: Quantity::whole(weight),
        full: Score(10_000),
        pass: None,
    };
    let papers = Papers::new(vec![paper("written", 40), paper("interview", 60)]).map_err(told)?;
    let panel = PanelRule { examiners: 7, least: 7, highest: 1, lowest: 1, full: Score(10_000) };
    let value = |mark: Option<Score>| Some(mark.map_or(Value::Absent, Value::Mark));
    let mut candidates = Vec::with_capacity(rows.len());
    for (place, marks) in &rows {
        let interview = match marks[1..].iter().all(Option::is_none) {
            true => None,
            false => Some(panel.score(&marks[1..]).map_err(told)?.score),
        };
        candidates.push(Candidate { place: place.clone(), marks: vec![value(marks[0]), value(interview)] });
    }
    let ranking = rank(&papers, &["interview"], &candidates).map_err(told)?;
    let places: Vec<Place> = ranking.places().map(|name| Place { name: name.to_owned(), seats }).collect();
    let lists = ranking.draw(&places, ratio, &[]).map_err(told)?;
    let room = |i: usize| Room { name: format!("{i}"), capacity: 30 };
    let rooms: Vec<Room> = (0..rows.len().div_ceil(30)).map(room).collect();
    let entrant = |(i, row): (usize, &(String, _))| Entrant { key: format!("{i:06}"), place: row.0.clone() };
    let entrants: Vec<Entrant> = rows.iter().enumerate().map(entrant).collect();
    let seated = arrange(&rooms, &entrants, "1020", 1).map_err(told)?;
    let took = started.elapsed().as_secs_f64();
    let mut tickets = vec![String::new(); rows.len()];
    for s in &seated.seats {
        tickets[s.entrant] = format!("{} {} {}", s.ticket, s.room, s.seat);
    }
    let mut out = std::io::BufWriter::new(std::io::stdout());
    writeln!(out, "{took}")?;
    for (i, line) in ranking.lines().iter().enumerate() {
        let list = lists.iter().find(|l| l.place.name == line.place).ok_or("no list")?;
        let standing = match list.standing(&ranking, i) {
            Draw::On => "on".to_owned(),
            Draw::OnLevel => "level".to_owned(),
            Draw::Waiting(turn) => format!("wait{turn}"),
            Draw::Left | Draw::Unranked => "none".to_owned(),
        };
        let total = line.outcome.total().map_or("-".to_owned(), |t| t.0.to_string());
        let rank = line.rank.map_or("-".to_owned(), |r| r.to_string());
        writeln!(out, "{total} {rank} {standing} {}", tickets[i])?;
    }
    Ok(())
}
