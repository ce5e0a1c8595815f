//! Counters in the text form that Prometheus reads.

use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Upper bounds of the buckets of a request's time, milliseconds.
const BUCKETS: [u64; 9] = [1, 2, 5, 10, 25, 50, 100, 500, 2_000];

/// The program's counters.
pub struct Metrics {
    started: Instant,
    /// By hundreds of the status: 1xx … 5xx.
    by_status: [AtomicU64; 5],
    buckets: [AtomicU64; BUCKETS.len()],
    micros: AtomicU64,
}

impl Default for Metrics {
    fn default() -> Self {
        Metrics {
            started: Instant::now(),
            by_status: Default::default(),
            buckets: Default::default(),
            micros: AtomicU64::new(0),
        }
    }
}

impl Metrics {
    /// Counts a request.
    pub fn request(&self, status: u16, took: Duration) {
        let class = usize::from(status / 100).clamp(1, 5) - 1;
        self.by_status[class].fetch_add(1, Ordering::Relaxed);
        self.micros.fetch_add(took.as_micros().min(u128::from(u64::MAX)) as u64, Ordering::Relaxed);
        for (bound, bucket) in BUCKETS.iter().zip(&self.buckets) {
            if took <= Duration::from_millis(*bound) {
                bucket.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    /// All of them as text.
    pub fn text(&self) -> String {
        let mut out = String::new();
        let read = |n: &AtomicU64| n.load(Ordering::Relaxed);
        let total: u64 = self.by_status.iter().map(read).sum();
        let _ = writeln!(out, "# TYPE yanzhen_uptime_seconds gauge");
        let _ = writeln!(out, "yanzhen_uptime_seconds {}", self.started.elapsed().as_secs());
        let _ = writeln!(out, "# TYPE yanzhen_requests_total counter");
        for (class, n) in self.by_status.iter().enumerate() {
            let _ = writeln!(out, "yanzhen_requests_total{{class=\"{}xx\"}} {}", class + 1, read(n));
        }
        let _ = writeln!(out, "# TYPE yanzhen_request_seconds histogram");
        for (bound, n) in BUCKETS.iter().zip(&self.buckets) {
            let le = *bound as f64 / 1000.0;
            let _ = writeln!(out, "yanzhen_request_seconds_bucket{{le=\"{le}\"}} {}", read(n));
        }
        let _ = writeln!(out, "yanzhen_request_seconds_bucket{{le=\"+Inf\"}} {total}");
        let _ = writeln!(out, "yanzhen_request_seconds_sum {}", read(&self.micros) as f64 / 1e6);
        let _ = writeln!(out, "yanzhen_request_seconds_count {total}");
        out
    }
}
