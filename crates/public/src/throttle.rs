//! How much one address may ask for. The table is bounded and holds numbers alone; nothing of it is written anywhere.
//!
//! An address is an IPv4 address or the /64 of an IPv6 one. Each form has a bucket of its own, so that looking up does not
//! use up what is there for applying. Where the table is full, addresses that are new share one wider set of buckets.

use std::collections::HashMap;
use std::net::IpAddr;

/// What is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Act {
    /// Reading a page.
    View,
    /// A step of a form that stores nothing.
    Step,
    /// Looking up with receipt and words.
    Lookup,
    /// Sending an application.
    Apply,
    /// Sending a recommendation.
    Recommend,
    /// Sending an objection.
    Object,
    /// Correcting, withdrawing, asking.
    Own,
}

const ACTS: usize = 7;

/// A bucket: so many at once, and one more after each so many milliseconds.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Rate {
    /// At once.
    pub burst: u16,
    /// Milliseconds until one more.
    pub every: u32,
}

/// The measure of everything that is bounded.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Limits {
    /// By [`Act`], in its order. Many people share the address of a village office or of a mobile network.
    pub rates: [Rate; ACTS],
    /// Addresses in the table.
    pub addresses: usize,
    /// Wrong look-ups that lock an address.
    pub wrong: u8,
    /// Milliseconds that it stays locked, and after which wrong ones are forgotten.
    pub lock: i64,
    /// Bytes of a request's body.
    pub body: usize,
    /// Connections, together.
    pub connections: usize,
    /// Connections of one address.
    pub connections_each: usize,
    /// Milliseconds for reading a request's head, and for its body.
    pub patience: u64,
    /// Heavy work at the same time: look-ups and letters.
    pub heavy: usize,
}

impl Default for Limits {
    fn default() -> Self {
        let rate = |burst, every| Rate { burst, every };
        Limits {
            rates: [
                rate(240, 250),
                rate(120, 500),
                rate(20, 6_000),
                rate(20, 30_000),
                rate(10, 60_000),
                rate(10, 60_000),
                rate(20, 30_000),
            ],
            addresses: 16_384,
            wrong: 5,
            lock: 15 * 60_000,
            body: 32 << 10,
            connections: 256,
            connections_each: 24,
            patience: 10_000,
            heavy: 2,
        }
    }
}

/// An address as the table holds it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Origin(bool, u64);

impl From<IpAddr> for Origin {
    fn from(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(v4) => Origin(false, u64::from(u32::from(v4))),
            // Who has one address of a /64 has them all.
            IpAddr::V6(v6) => Origin(true, (u128::from(v6) >> 64) as u64),
        }
    }
}

/// Refused for now: milliseconds until it is worth asking again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Wait(pub i64);

#[derive(Clone, Copy)]
struct Bucket {
    /// What is left, in milliseconds of filling.
    left: i64,
    at: i64,
}

#[derive(Clone)]
struct Entry {
    buckets: [Bucket; ACTS],
    wrong: u8,
    wrong_at: i64,
    locked_until: i64,
}

impl Entry {
    fn new(rates: &[Rate; ACTS], wider: i64, now: i64) -> Entry {
        let full =
            |rate: &Rate| Bucket { left: i64::from(rate.burst) * i64::from(rate.every) * wider, at: now };
        Entry { buckets: std::array::from_fn(|i| full(&rates[i])), wrong: 0, wrong_at: now, locked_until: 0 }
    }

    fn take(&mut self, rate: Rate, act: Act, wider: i64, now: i64) -> Result<(), Wait> {
        let bucket = &mut self.buckets[act as usize];
        let every = i64::from(rate.every);
        // A clock that is set back fills nothing.
        let passed = (now - bucket.at).clamp(0, 1 << 40);
        bucket.left = (i64::from(rate.burst) * every * wider).min(bucket.left + passed * wider);
        bucket.at = now;
        if bucket.left < every {
            return Err(Wait((every - bucket.left) / wider + 1));
        }
        bucket.left -= every;
        Ok(())
    }

    /// Whether nothing would be forgotten with it.
    fn at_rest(&self, rates: &[Rate; ACTS], limits: &Limits, now: i64) -> bool {
        let full = |(bucket, rate): (&Bucket, &Rate)| {
            let missing = i64::from(rate.burst) * i64::from(rate.every) - bucket.left;
            now - bucket.at >= missing
        };
        let calm = self.wrong == 0 || now - self.wrong_at >= limits.lock;
        calm && self.locked_until <= now && self.buckets.iter().zip(rates).all(full)
    }
}

/// The table.
pub struct Throttle {
    limits: Limits,
    entries: HashMap<Origin, Entry>,
    /// Of all addresses for which there is no room.
    others: Entry,
    swept: i64,
}

impl std::fmt::Debug for Throttle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Throttle").field("addresses", &self.entries.len()).finish_non_exhaustive()
    }
}

/// How much wider the shared buckets are.
const WIDER: i64 = 8;

impl Throttle {
    /// An empty table. Times are milliseconds, of any beginning.
    pub fn new(limits: Limits, now: i64) -> Throttle {
        let others = Entry::new(&limits.rates, WIDER, now);
        Throttle { limits, entries: HashMap::new(), others, swept: now }
    }

    /// Addresses that are remembered.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    fn entry(&mut self, origin: Origin, now: i64) -> (&mut Entry, i64) {
        if !self.entries.contains_key(&origin)
            && self.entries.len() >= self.limits.addresses
            && now - self.swept >= 1_000
        {
            self.sweep(now);
        }
        if self.entries.contains_key(&origin) || self.entries.len() < self.limits.addresses {
            let rates = &self.limits.rates;
            return (self.entries.entry(origin).or_insert_with(|| Entry::new(rates, 1, now)), 1);
        }
        (&mut self.others, WIDER)
    }

    /// Forgets addresses of which there is nothing to remember.
    pub fn sweep(&mut self, now: i64) {
        let limits = self.limits;
        self.swept = now;
        self.entries.retain(|_, entry| !entry.at_rest(&limits.rates, &limits, now));
        self.entries.shrink_to(1_024);
    }

    /// Takes one out of a bucket.
    ///
    /// # Errors
    /// The bucket is empty.
    pub fn take(&mut self, origin: Origin, act: Act, now: i64) -> Result<(), Wait> {
        let rate = self.limits.rates[act as usize];
        let (entry, wider) = self.entry(origin, now);
        entry.take(rate, act, wider, now)
    }

    /// Begins a look-up: it counts as wrong until [`Throttle::looked_up`] says otherwise, so that many at the same time are
    /// no way around.
    ///
    /// # Errors
    /// The address is locked, or as many as lock it are under way.
    pub fn look_up(&mut self, origin: Origin, now: i64) -> Result<(), Wait> {
        let Limits { wrong, lock, .. } = self.limits;
        let (entry, wider) = self.entry(origin, now);
        if entry.locked_until > now {
            return Err(Wait(entry.locked_until - now));
        }
        if now - entry.wrong_at >= lock {
            entry.wrong = 0;
        }
        if i64::from(entry.wrong) >= i64::from(wrong) * wider {
            return Err(Wait(1_000));
        }
        entry.wrong += 1;
        entry.wrong_at = now;
        Ok(())
    }

    /// Ends a look-up. One that was right takes no earlier wrong one back.
    pub fn looked_up(&mut self, origin: Origin, right: bool, now: i64) {
        let Limits { wrong, lock, .. } = self.limits;
        let (entry, wider) = self.entry(origin, now);
        if right {
            entry.wrong = entry.wrong.saturating_sub(1);
        } else if i64::from(entry.wrong) >= i64::from(wrong) * wider {
            entry.wrong = 0;
            entry.locked_until = now + lock;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(text: &str) -> Origin {
        Origin::from(text.parse::<IpAddr>().unwrap())
    }

    fn throttle() -> Throttle {
        Throttle::new(Limits::default(), 0)
    }

    #[test]
    fn an_address_is_itself_or_its_64() {
        assert_eq!(origin("2001:db8:1:2::1"), origin("2001:db8:1:2:ffff::9"));
        assert_ne!(origin("2001:db8:1:2::1"), origin("2001:db8:1:3::1"));
        assert_eq!(origin("::ffff:10.0.0.1"), origin("10.0.0.1"));
        assert_ne!(origin("10.0.0.1"), origin("10.0.0.2"));
        assert_ne!(origin("0.0.0.1"), origin("::1:0:0:0:0"));
    }

    #[test]
    fn w6_each_form_and_each_address_has_its_own_bucket() {
        let mut t = throttle();
        let (a, b) = (origin("10.0.0.1"), origin("10.0.0.2"));
        for _ in 0..20 {
            t.take(a, Act::Apply, 0).unwrap();
        }
        assert_eq!(t.take(a, Act::Apply, 0), Err(Wait(30_001)));
        t.take(a, Act::Recommend, 0).unwrap();
        t.take(b, Act::Apply, 0).unwrap();
        assert!(t.take(a, Act::Apply, 29_000).is_err());
        t.take(a, Act::Apply, 30_000).unwrap();
        assert!(t.take(a, Act::Apply, 30_000).is_err());
        // The bucket fills to its brim and no further.
        for _ in 0..20 {
            t.take(a, Act::Apply, 100_000_000).unwrap();
        }
        assert!(t.take(a, Act::Apply, 100_000_000).is_err());
        assert!(t.take(a, Act::Apply, 1).is_err(), "a clock set back fills nothing");
    }

    #[test]
    fn w6_five_wrong_look_ups_lock_for_fifteen_minutes() {
        let mut t = throttle();
        let a = origin("10.0.0.1");
        for n in 0..5 {
            t.look_up(a, n).unwrap();
            t.looked_up(a, false, n);
        }
        assert_eq!(t.look_up(a, 5), Err(Wait(15 * 60_000 - 1)));
        assert!(t.look_up(a, 15 * 60_000 + 3).is_err());
        t.look_up(a, 15 * 60_000 + 4).unwrap();
        t.look_up(origin("10.0.0.2"), 5).unwrap();
    }

    #[test]
    fn a_right_look_up_neither_locks_nor_takes_wrong_ones_back() {
        let mut t = throttle();
        let a = origin("10.0.0.1");
        for n in 0..50 {
            t.look_up(a, n).unwrap();
            t.looked_up(a, true, n);
        }
        for n in 0..4 {
            t.look_up(a, n).unwrap();
            t.looked_up(a, false, n);
            t.look_up(a, n).unwrap();
            t.looked_up(a, true, n);
        }
        t.look_up(a, 9).unwrap();
        t.looked_up(a, false, 9);
        assert!(t.look_up(a, 10).is_err());
    }

    #[test]
    fn many_at_the_same_time_are_no_way_around() {
        let mut t = throttle();
        let a = origin("10.0.0.1");
        let begun = (0..100).filter(|_| t.look_up(a, 0).is_ok()).count();
        assert_eq!(begun, 5);
        for _ in 0..begun {
            t.looked_up(a, false, 1);
        }
        assert!(matches!(t.look_up(a, 2), Err(Wait(ms)) if ms > 800_000));
    }

    #[test]
    fn w6_the_table_is_bounded_and_newcomers_still_get_something() {
        let mut t = Throttle::new(Limits { addresses: 100, ..Limits::default() }, 0);
        for n in 0..5_000u32 {
            let _ = t.take(Origin::from(IpAddr::from(n.to_be_bytes())), Act::Step, 10);
        }
        assert_eq!(t.len(), 100);
        let late = origin("203.0.113.9");
        let got = (0..10_000).filter(|_| t.take(late, Act::Apply, 11).is_ok()).count();
        assert_eq!(got, 160, "the shared buckets are wider, and end too");
        // Who came to rest makes room.
        t.take(late, Act::Step, 60_000_000).unwrap();
        assert_eq!(t.len(), 1);
    }

    #[test]
    fn what_is_locked_is_not_forgotten() {
        let mut t = throttle();
        let a = origin("10.0.0.1");
        for _ in 0..5 {
            t.look_up(a, 0).unwrap();
            t.looked_up(a, false, 0);
        }
        t.sweep(60_000);
        assert!(t.look_up(a, 60_000).is_err());
        t.sweep(16 * 60_000);
        assert!(t.is_empty());
    }
}
