//! Draws that are the same on every machine: integer generators, and no libm.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// One stream of draws.
pub(crate) struct Dice(ChaCha8Rng);

/// The same dice again and again, one stream for each thing that is drawn: what one village gets does not depend
/// on which others stand beside it.
#[derive(Clone)]
pub(crate) struct Dicebox(ChaCha8Rng);

impl Dicebox {
    pub fn new(seed: u64) -> Self {
        Dicebox(ChaCha8Rng::seed_from_u64(seed))
    }

    /// The dice of a thing, by what it is and its name.
    pub fn dice(&self, what: u8, name: &str) -> Dice {
        let mut rng = self.0.clone();
        rng.set_stream(hash(what, name));
        Dice(rng)
    }
}

/// FNV-1a, folded once more so that close names are far apart.
fn hash(what: u8, name: &str) -> u64 {
    let h = std::iter::once(what)
        .chain(name.bytes())
        .fold(0xcbf2_9ce4_8422_2325u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
    (h ^ (h >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

impl Dice {
    /// Uniform in 0..1.
    pub fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Uniform between two numbers.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// Nearly normal: four uniforms out of one draw, variance 1, never beyond 3.5.
    pub fn normal(&mut self) -> f64 {
        let bits = self.0.next_u64();
        let sum: u64 = (0..4).map(|i| bits >> (16 * i) & 0xffff).sum();
        (sum as f64 / 65_536.0 - 2.0 + 2.0 / 65_536.0) * 1.732_050_8
    }

    /// Uniform in 0..n; n > 0.
    pub fn below(&mut self, n: usize) -> usize {
        (((self.0.next_u64() >> 32) * n as u64) >> 32) as usize
    }

    pub fn chance(&mut self, p: f64) -> bool {
        self.unit() < p
    }

    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i + 1));
        }
    }
}

/// e^x near enough, by multiplications alone: libm differs between machines.
pub(crate) fn exp(x: f64) -> f64 {
    let mut y = 1.0 + x.clamp(-20.0, 20.0) / 4096.0;
    for _ in 0..12 {
        y *= y;
    }
    y
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normal_draws_have_mean_0_and_variance_1() {
        let mut dice = Dicebox::new(1).dice(0, "n");
        let n = 100_000;
        let (mut sum, mut squares) = (0.0, 0.0);
        for _ in 0..n {
            let x = dice.normal();
            sum += x;
            squares += x * x;
        }
        assert!((sum / f64::from(n)).abs() < 0.02 && (squares / f64::from(n) - 1.0).abs() < 0.03);
    }

    #[test]
    fn streams_differ_and_repeat() {
        let first = |seed, what, name| Dicebox::new(seed).dice(what, name).unit();
        assert_eq!(first(1, 0, "a"), first(1, 0, "a"));
        assert!(first(1, 0, "a") != first(1, 0, "b") && first(1, 0, "a") != first(1, 1, "a"));
        assert!(first(1, 0, "a") != first(2, 0, "a"));
    }
}
