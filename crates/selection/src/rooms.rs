//! Seats of an exam: rooms are filled in their order, people are shuffled by a seed so that nobody sits behind somebody of the
//! same place wherever that can be had, and tickets say room and seat and nothing else.

use kernel::{Message, msg};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use std::collections::{BTreeMap, BTreeSet};

/// A room.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Room {
    /// Its name.
    pub name: String,
    /// Seats.
    pub capacity: usize,
}

/// Somebody to be seated.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entrant {
    /// Who, as the caller tells people apart.
    pub key: String,
    /// The place: people of one place should not sit side by side.
    pub place: String,
}

/// Why nobody can be seated.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RoomFault {
    /// Nobody is there to be seated.
    Nobody,
    /// A room without seats.
    Empty(String),
    /// A room stands twice.
    RoomTwice(String),
    /// Somebody stands twice.
    KeyTwice(String),
    /// Fewer seats than people.
    Capacity {
        /// People.
        people: usize,
        /// Seats.
        seats: usize,
    },
    /// The head of the ticket numbers is anything but digits, or too long.
    Prefix(String),
}

/// Somebody's seat.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Seated {
    /// Position among the entrants.
    pub entrant: usize,
    /// Position among the rooms.
    pub room: usize,
    /// In the room, from 1; the one before and the one after are the neighbours.
    pub seat: usize,
    /// The ticket's number: the head, the room's number and the seat's.
    pub ticket: String,
}

/// All seats.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Arrangement {
    /// Room by room, seat by seat.
    pub seats: Vec<Seated>,
    /// Neighbours of the same place; as few as there can be in these rooms.
    pub clashes: usize,
    /// The seed that gives the same seats again.
    pub seed: u64,
}

/// Digits of a ticket's head, at most.
const LONGEST: usize = 8;

/// Seats everybody. The order in which people are given does not matter: keys and the seed say it all.
///
/// # Errors
/// Every [`RoomFault`] at once.
pub fn arrange(
    rooms: &[Room],
    entrants: &[Entrant],
    prefix: &str,
    seed: u64,
) -> Result<Arrangement, Vec<RoomFault>> {
    let faults = check(rooms, entrants, prefix);
    if !faults.is_empty() {
        return Err(faults);
    }
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    // People of each place in a drawn order; places and people are sorted first, so that only keys and the seed tell.
    let mut by: Vec<usize> = (0..entrants.len()).collect();
    by.sort_by(|a, b| entrants[*a].key.cmp(&entrants[*b].key));
    let mut people: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for i in by {
        people.entry(&entrants[i].place).or_default().push(i);
    }
    let mut people: Vec<Vec<usize>> = people.into_values().collect();
    people.iter_mut().for_each(|some| shuffle(&mut rng, some));
    let mut rest = entrants.len();
    let filled: Vec<usize> = rooms
        .iter()
        .map(|room| {
            let here = room.capacity.min(rest);
            rest -= here;
            here
        })
        .collect();
    let counts: Vec<usize> = people.iter().map(Vec::len).collect();
    let places = spread(&mut rng, &filled, counts);
    let widest = rooms.iter().map(|room| room.capacity).max().unwrap_or(1);
    let (rooms_wide, seats_wide) = (digits(rooms.len()), digits(widest));
    let mut places = places.into_iter();
    let mut seats: Vec<Seated> = Vec::with_capacity(entrants.len());
    let mut clashes = 0;
    for (room, here) in filled.iter().enumerate() {
        let mut before = None;
        for seat in 1..=*here {
            let Some((place, entrant)) = places.next().and_then(|p| Some((p, people[p].pop()?))) else {
                break;
            };
            clashes += usize::from(before == Some(place));
            before = Some(place);
            let ticket = format!("{prefix}{:0rooms_wide$}{seat:0seats_wide$}", room + 1);
            seats.push(Seated { entrant, room, seat, ticket });
        }
    }
    Ok(Arrangement { seats, clashes, seed })
}

fn check(rooms: &[Room], entrants: &[Entrant], prefix: &str) -> Vec<RoomFault> {
    let mut faults = Vec::new();
    if entrants.is_empty() {
        faults.push(RoomFault::Nobody);
    }
    let (mut names, mut keys) = (BTreeSet::new(), BTreeSet::new());
    for room in rooms {
        if room.capacity == 0 {
            faults.push(RoomFault::Empty(room.name.clone()));
        }
        if !names.insert(&room.name) {
            faults.push(RoomFault::RoomTwice(room.name.clone()));
        }
    }
    for entrant in entrants {
        if !keys.insert(&entrant.key) {
            faults.push(RoomFault::KeyTwice(entrant.key.clone()));
        }
    }
    let seats = rooms.iter().fold(0usize, |sum, room| sum.saturating_add(room.capacity));
    if seats < entrants.len() {
        faults.push(RoomFault::Capacity { people: entrants.len(), seats });
    }
    if prefix.len() > LONGEST || !prefix.bytes().all(|b| b.is_ascii_digit()) {
        faults.push(RoomFault::Prefix(prefix.to_owned()));
    }
    faults
}

/// Two digits at least.
fn digits(n: usize) -> usize {
    n.to_string().len().max(2)
}

/// Uniform in 0..n; n > 0.
fn below(rng: &mut ChaCha8Rng, n: usize) -> usize {
    (((rng.next_u64() >> 32) * n as u64) >> 32) as usize
}

fn shuffle(rng: &mut ChaCha8Rng, some: &mut [usize]) {
    for i in (1..some.len()).rev() {
        some.swap(i, below(rng, i + 1));
    }
}

/// Which place each seat goes to, seat by seat: no neighbours of the same place where that can be had, else as few as can be.
fn spread(rng: &mut ChaCha8Rng, rooms: &[usize], counts: Vec<usize>) -> Vec<usize> {
    // Every other seat of each room is as many as one place can fill without neighbours.
    let most: usize = rooms.iter().map(|n| n.div_ceil(2)).sum();
    match (0..counts.len()).find(|p| counts[*p] > most) {
        Some(large) => around(rng, rooms, counts, large),
        None => apart(rng, rooms, counts),
    }
}

/// Seat by seat a place other than the one before, drawn by how many are left of it. Only before an odd number of seats left
/// in the room can a place have as many people left as may still sit apart; it goes next, and there is never another like it.
fn apart(rng: &mut ChaCha8Rng, rooms: &[usize], mut counts: Vec<usize>) -> Vec<usize> {
    let mut out = Vec::new();
    for (r, seats) in rooms.iter().copied().enumerate() {
        let later: usize = rooms[r + 1..].iter().map(|n| n.div_ceil(2)).sum();
        let mut before = None;
        for left in (1..=seats).rev() {
            let free = |p: &usize| Some(*p) != before && counts[*p] > 0;
            let tight = (0..counts.len())
                .find(|p| left % 2 == 1 && free(p) && counts[*p] == left.div_ceil(2) + later);
            let place = tight.unwrap_or_else(|| {
                let all: usize = (0..counts.len()).filter(free).map(|p| counts[p]).sum();
                let mut at = below(rng, all.max(1));
                let drawn = (0..counts.len()).filter(free).find(|p| {
                    let here = at < counts[*p];
                    at = at.wrapping_sub(if here { 0 } else { counts[*p] });
                    here
                });
                drawn.unwrap_or_default()
            });
            counts[place] = counts[place].saturating_sub(1);
            before = Some(place);
            out.push(place);
        }
    }
    out
}

/// One place is too large to sit apart: the others go between its people, each where it parts two pairs of neighbours, and only
/// when no such seat is left, at the end of a room, where it parts one.
fn around(rng: &mut ChaCha8Rng, rooms: &[usize], counts: Vec<usize>, large: usize) -> Vec<usize> {
    let mut others: Vec<usize> =
        (0..counts.len()).filter(|p| *p != large).flat_map(|p| std::iter::repeat_n(p, counts[p])).collect();
    shuffle(rng, &mut others);
    let (mut between, mut ends, mut from) = (Vec::new(), Vec::new(), 0);
    for seats in rooms {
        for seat in (2..=*seats).step_by(2) {
            if seat < *seats { &mut between } else { &mut ends }.push(from + seat - 1);
        }
        from += seats;
    }
    shuffle(rng, &mut between);
    shuffle(rng, &mut ends);
    let mut out = vec![large; from];
    for (place, at) in others.into_iter().zip(between.into_iter().chain(ends)) {
        out[at] = place;
    }
    out
}

impl Arrangement {
    /// What was reached, and how to come by it again.
    pub fn explain(&self) -> Vec<Message> {
        let apart = match self.clashes {
            0 => msg!("前后相邻的考生都来自不同的地方"),
            n => msg!("有 {n} 对前后相邻的考生来自同一地方：人数所限，已经最少", n = n),
        };
        vec![apart, msg!("按种子 {seed} 随机编排，同一种子排出同样的座位", seed = self.seed)]
    }
}

impl RoomFault {
    /// What to tell the reader.
    pub fn message(&self) -> Message {
        match self {
            RoomFault::Nobody => msg!("没有要编排的考生"),
            RoomFault::Empty(name) => msg!("考场“{name}”没有座位", name = name),
            RoomFault::RoomTwice(name) => msg!("考场“{name}”列了两次", name = name),
            RoomFault::KeyTwice(key) => msg!("考生“{key}”列了两次", key = key),
            RoomFault::Capacity { people, seats } => {
                msg!("考生 {people} 人，座位只有 {seats} 个", people = *people, seats = *seats)
            }
            RoomFault::Prefix(prefix) => msg!("准考证号的开头“{prefix}”应是最多 8 位数字", prefix = prefix),
        }
    }
}
