//! What every request has at hand.

use crate::clock::Clock;
use crate::desk::Kept;
use crate::folder::Folder;
use crate::seal::{Locker, Slip, close, locker_in};
use crate::throttle::{Limits, Throttle};
use crate::wire::Site;
use secrets::password::Memory;
use secrets::random;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{Duration, SystemTime};
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

/// One file of style or picture, as the browser may take it.
pub struct Asset {
    /// Type for `content-type`.
    pub mime: &'static str,
    /// `br`, `gzip`, or nothing for the plain bytes.
    pub encoding: Option<&'static str>,
    /// The bytes to send.
    pub bytes: std::borrow::Cow<'static, [u8]>,
}

/// Where style and pictures come from: the program passes its own in.
#[derive(Clone, Copy)]
pub struct Assets {
    /// The address of a file by its plain name, `/assets/app.3f9a1c2b.css` for `app.css`.
    pub url: fn(&str) -> String,
    /// The file of such an address (without `/assets/`), in a form of an `accept-encoding`.
    pub file: fn(&str, &str) -> Option<Asset>,
}

/// How the pages are run.
#[derive(Clone)]
pub struct Config {
    /// The folder between county and pages.
    pub folder: Folder,
    /// The measure of everything that is bounded.
    pub limits: Limits,
    /// The one address from which `x-forwarded-for` is believed.
    pub proxy: Option<IpAddr>,
    /// The time.
    pub clock: Clock,
    /// Style and pictures.
    pub assets: Assets,
}

/// The pages' state. Holds no data of people.
pub struct App {
    pub(crate) folder: Folder,
    pub(crate) secret: Zeroizing<[u8; 32]>,
    pub(crate) limits: Limits,
    pub(crate) proxy: Option<IpAddr>,
    pub(crate) clock: Clock,
    pub(crate) assets: Assets,
    /// A sealed nothing, as large as a status.
    pub(crate) dummy: Vec<u8>,
    throttle: Mutex<Throttle>,
    writing: Mutex<()>,
    heavy: Arc<Semaphore>,
    /// Memory of lockers, as much as there is heavy work at a time.
    memory: Mutex<Vec<Memory>>,
    site: RwLock<Cached>,
}

#[derive(Default)]
struct Cached {
    mark: Option<String>,
    looked: i64,
    site: Option<Arc<Site>>,
}

/// Not now.
pub struct Busy;

impl App {
    /// The state over a folder.
    ///
    /// # Errors
    /// The folder's secret cannot be read or made.
    pub fn new(config: Config) -> std::io::Result<App> {
        let Config { folder, limits, proxy, clock, assets } = config;
        let now = clock.now();
        let app = App {
            secret: folder.secret()?,
            dummy: close(&random::<32>(), "dummy", &Kept::default()),
            throttle: Mutex::new(Throttle::new(limits, now)),
            writing: Mutex::new(()),
            heavy: Arc::new(Semaphore::new(limits.heavy)),
            memory: Mutex::default(),
            site: RwLock::new(Cached { looked: i64::MIN, ..Cached::default() }),
            folder,
            limits,
            proxy,
            clock,
            assets,
        };
        Ok(app)
    }

    pub(crate) fn throttle(&self) -> MutexGuard<'_, Throttle> {
        // What a panic left is still a table of numbers.
        self.throttle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The locker of receipt and words.
    pub(crate) fn locker(&self, site: &Site, slip: &Slip) -> Locker {
        let pool = || self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        let mut memory = pool().pop().unwrap_or_default();
        let locker = locker_in(&mut memory, &site.key, slip);
        pool().push(memory);
        locker
    }

    /// One writer at a time: what is looked at before writing stays so.
    pub(crate) fn writing(&self) -> MutexGuard<'_, ()> {
        self.writing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs what computes and writes, a few at a time.
    pub(crate) async fn heavy<T: Send + 'static>(
        self: &Arc<App>,
        work: impl FnOnce(&App) -> std::io::Result<T> + Send + 'static,
    ) -> Result<std::io::Result<T>, Busy> {
        let permit = tokio::time::timeout(Duration::from_secs(5), self.heavy.clone().acquire_owned()).await;
        let permit = permit.map_err(|_| Busy)?.map_err(|_| Busy)?;
        let app = self.clone();
        let done = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            work(&app)
        });
        Ok(done.await.unwrap_or_else(|e| Err(std::io::Error::other(e.to_string()))))
    }

    /// What is published, read anew when it changed; looked at once a second at most.
    pub(crate) fn site(&self, now: i64) -> Option<Arc<Site>> {
        {
            let cached = self.site.read().unwrap_or_else(PoisonError::into_inner);
            if now.saturating_sub(cached.looked) < 1_000 && now >= cached.looked {
                return cached.site.clone();
            }
        }
        let mut cached = self.site.write().unwrap_or_else(PoisonError::into_inner);
        cached.looked = now;
        let mark = self.folder.site_mark();
        if mark != cached.mark || cached.site.is_none() {
            cached.mark = mark;
            match self.folder.site() {
                Ok(site) => cached.site = site.map(Arc::new),
                // What was published before stays.
                Err(e) => tracing::warn!(error = %e, "what the county published cannot be read"),
            }
        }
        cached.site.clone()
    }

    /// The county that published, if one did.
    pub fn county(&self) -> Option<String> {
        self.site(self.clock.now()).map(|s| s.county.clone())
    }

    /// Wipes what is to be wiped: called now and then. It blocks.
    pub fn tidy(&self) {
        let now = SystemTime::UNIX_EPOCH + Duration::from_millis(self.clock.now().unsigned_abs());
        let months = self
            .site(self.clock.now())
            .map_or(0, |s| s.campaigns.iter().map(|c| c.keep_months).max().unwrap_or(0));
        if let Err(e) = self.folder.tidy(now, months + 6) {
            tracing::warn!(error = %e, "old receipts could not be wiped");
        }
        self.throttle().sweep(self.clock.now());
    }
}
