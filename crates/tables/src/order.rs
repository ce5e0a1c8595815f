//! Parts made on every core, taken in order.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};

/// How many finished parts may wait for one before them to be taken; a maker beyond that waits.
const WAITING: usize = 16;

/// Calls `make` on every core until it answers `None` or a fault; `take` gets what it made in ascending order of
/// positions, which `make` gives without gaps from 0. The first fault, of either, ends it.
pub fn in_order<T: Send, E: Send>(
    make: impl Fn() -> Result<Option<(usize, T)>, E> + Sync,
    take: impl FnMut(T) -> Result<(), E> + Send,
) -> Result<(), E> {
    let early = Mutex::new(BTreeMap::new());
    let taker = Mutex::new((take, 0));
    let drain = |(take, next): &mut (_, usize)| -> Result<(), E> {
        loop {
            let Some(part) = locked(&early).remove(next) else { return Ok(()) };
            // A taker that failed takes no more.
            let at = std::mem::replace(next, usize::MAX);
            let take: &mut dyn FnMut(T) -> Result<(), E> = take;
            take(part)?;
            *next = at + 1;
        }
    };
    let ended = AtomicBool::new(false);
    let each = || -> Result<(), E> {
        while !ended.load(Ordering::Relaxed)
            && let Some((at, part)) = make()?
        {
            let waiting = {
                let mut early = locked(&early);
                early.insert(at, part);
                early.len()
            };
            match taker.try_lock() {
                Ok(mut taker) => drain(&mut taker)?,
                Err(TryLockError::WouldBlock) if waiting <= WAITING => {}
                Err(_) => drain(&mut locked(&taker))?,
            }
        }
        Ok(())
    };
    let work = || each().inspect_err(|_| ended.store(true, Ordering::Relaxed));
    // The pool's own threads: one that ends makes the allocator hand its memory back, to ask for it anew at once.
    rayon::broadcast(|_| work()).into_iter().collect::<Result<(), E>>()?;
    drain(&mut locked(&taker))
}

/// A lock whose holder may have panicked: what it guards is still whole, or the panic is on its way up.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicUsize;

    #[test]
    fn parts_come_in_order_whichever_is_made_first() {
        let next = AtomicUsize::new(0);
        let mut got = Vec::new();
        let make = || {
            let at = next.fetch_add(1, Ordering::Relaxed);
            if at.is_multiple_of(3) {
                std::thread::yield_now();
            }
            Ok::<_, ()>((at < 500).then_some((at, at * 2)))
        };
        in_order(make, |part| {
            got.push(part);
            Ok(())
        })
        .unwrap();
        assert_eq!(got, (0..500).map(|n| n * 2).collect::<Vec<_>>());
    }

    #[test]
    fn a_fault_of_either_side_ends_it() {
        let next = AtomicUsize::new(0);
        let make = |limit: usize| {
            let at = next.fetch_add(1, Ordering::Relaxed);
            if at < limit { Ok(Some((at, at))) } else { Err("made") }
        };
        assert_eq!(in_order(|| make(40), |_| Ok(())), Err("made"));
        next.store(0, Ordering::Relaxed);
        let taken = in_order(|| make(usize::MAX), |part| if part < 7 { Ok(()) } else { Err("taken") });
        assert_eq!(taken, Err("taken"));
    }
}
