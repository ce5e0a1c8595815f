//! What happens with what people send: sealed into the inbox, kept for its sender, found again, corrected, withdrawn.
//! All of it blocks: it computes and writes. `App::heavy` runs it beside the pages.

use crate::app::App;
use crate::folder::Refused;
use crate::seal::{self, Locker, Slip, close, disclose, open_inquiry, open_status};
use crate::wire::{Form, Inquiry, Letter, Line, May, Site, Status};
use secrets::letter::{keyed, same, to_hex};
use secrets::random;
use serde::{Deserialize, Serialize};

const KEPT: &str = "yanzhen/kept/1";
/// Letters of one sender that may wait at once.
const WAITING: usize = 10;
/// Milliseconds that a form may lie open.
const OPEN: i64 = 7 * 86_400_000;

/// What the pages keep for a sender, sealed under the sender's key.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Kept {
    /// The campaign's id; empty for objections.
    pub campaign: String,
    /// What is read until the county publishes a status.
    pub status: Status,
    /// What was sent, the first letter first.
    pub sent: Vec<Sent>,
}

/// A letter that went out.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Sent {
    /// Its name in the inbox.
    pub letter: String,
    /// The token of its form.
    pub token: String,
    /// What is read about it while it waits.
    pub line: Line,
    /// The form as it is to be, of a correction.
    pub form: Option<Form>,
}

/// What was found with receipt and words.
pub struct Found {
    /// Receipt and words.
    pub slip: Slip,
    /// What is read.
    pub status: Status,
    /// The campaign's id, where it is known.
    pub campaign: String,
    locker: Locker,
    kept: Kept,
}

/// How sending ended.
#[derive(PartialEq, Eq, Debug)]
pub enum Done {
    /// Taken, now or by an earlier sending of the same form.
    Taken,
    /// The sender of this form withdrew since.
    Ended,
    /// Not now: the inbox is full, or too much of this sender waits.
    Full,
}

fn full(refused: Refused) -> std::io::Result<Done> {
    match refused {
        Refused::Full => Ok(Done::Full),
        Refused::Disk(e) => Err(e),
    }
}

impl App {
    /// A token for a new form: nobody else can make one.
    pub fn token(&self, now: i64) -> String {
        let head = format!("{now:x}.{}", to_hex(&random::<16>()));
        let mac = self.token_mac(&head);
        format!("{head}.{mac}")
    }

    fn token_mac(&self, head: &str) -> String {
        to_hex(&keyed(&*self.secret, &[b"token", head.as_bytes()])[..16])
    }

    /// When a token was made; `None` for one that is not of these pages, or too old.
    pub fn token_at(&self, token: &str, now: i64) -> Option<i64> {
        let (head, mac) = token.rsplit_once('.')?;
        let at = i64::from_str_radix(head.split_once('.')?.0, 16).ok()?;
        (same(self.token_mac(head).as_bytes(), mac.as_bytes()) && (0..=OPEN).contains(&(now - at)))
            .then_some(at)
    }

    /// The first letter of a sender. Sent again, the same form makes no second one.
    pub fn send_first(
        &self,
        site: &Site,
        letter: &Letter,
        mut kept: Kept,
        token: &str,
    ) -> std::io::Result<Done> {
        let (receipt, words) = letter.slip();
        let own = self.locker(site, &Slip { receipt: receipt.to_owned(), words: words.to_owned() });
        let _one = self.writing();
        match self.folder.receipt(&own.tag)? {
            Some(bytes) if bytes.is_empty() => return Ok(Done::Ended),
            Some(_) => return Ok(Done::Taken),
            None => {}
        }
        let sealed = seal::seal(&site.key, letter).ok_or_else(|| std::io::Error::other("no key"))?;
        let name = match self.folder.post(self.clock.now(), &sealed) {
            Err(refused) => return full(refused),
            Ok(name) => name,
        };
        kept.sent.push(Sent { letter: name.clone(), token: token.to_owned(), ..Sent::default() });
        match self.folder.keep(&own.tag, &close(&own.key, KEPT, &kept)) {
            Err(refused) => {
                // Without a receipt nobody could look it up: it is as if it had not been sent.
                self.folder.done(&name)?;
                full(refused)
            }
            Ok(()) => Ok(Done::Taken),
        }
    }

    /// Finds a status. The work is the same whether there is one: what is missing is opened as well, from a dummy.
    pub fn look(&self, site: &Site, slip: Option<Slip>) -> std::io::Result<Option<Found>> {
        let asked = slip.unwrap_or(Slip { receipt: "-".into(), words: "-".into() });
        let own = self.locker(site, &asked);
        let county = self.folder.status(&own.tag)?;
        let kept = self.folder.receipt(&own.tag)?;
        let ended = [&county, &kept].iter().any(|file| file.as_ref().is_some_and(Vec::is_empty));
        let bytes =
            |file: Option<Vec<u8>>| file.filter(|b| !b.is_empty()).unwrap_or_else(|| self.dummy.clone());
        let status = open_status(&own.key, &bytes(county));
        let kept: Option<Kept> = disclose(&own.key, KEPT, &bytes(kept));
        if ended {
            return Ok(None);
        }
        let published = status.is_some();
        let (mut status, kept) = match (status, kept) {
            (None, None) => return Ok(None),
            (Some(status), kept) => (status, kept.unwrap_or_default()),
            (None, Some(kept)) => (kept.status.clone(), kept),
        };
        for sent in kept.sent.iter().filter(|s| !s.line.title.is_empty()) {
            if !published || self.folder.waits(&sent.letter) {
                status.lines.push(sent.line.clone());
                if sent.form.is_some() {
                    status.form.clone_from(&sent.form);
                }
            }
        }
        let campaign = match kept.campaign.as_str() {
            "" => site
                .campaigns
                .iter()
                .find(|c| c.title == status.title)
                .map(|c| c.id.clone())
                .unwrap_or_default(),
            id => id.to_owned(),
        };
        Ok(Some(Found { slip: asked, status, campaign, locker: own, kept }))
    }

    /// What a link asks, and whether it was answered here already. One that is unknown, used up, taken back or over is
    /// one answer: nothing.
    pub fn inquiry(
        &self,
        site: &Site,
        slip: Option<Slip>,
        today: &str,
    ) -> std::io::Result<Option<(Inquiry, bool)>> {
        let own = self.locker(site, &slip.unwrap_or(Slip { receipt: "-".into(), words: "-".into() }));
        let published = self.folder.status(&own.tag)?.filter(|bytes| !bytes.is_empty());
        let asked = open_inquiry(&own.key, &published.unwrap_or_else(|| self.dummy.clone()));
        let answered = self.folder.receipt(&own.tag)?.is_some();
        Ok(asked.filter(|i| i.until.as_str() >= today).map(|i| (i, answered)))
    }

    /// Answers a link, once: what is sent again changes nothing. What was told is not kept here, only that it was.
    pub fn answer(&self, site: &Site, letter: &Letter, today: &str) -> std::io::Result<Done> {
        let (link, _) = letter.slip();
        let Some(slip) = Slip::of_link(link) else { return Ok(Done::Ended) };
        let own = self.locker(site, &slip);
        let _one = self.writing();
        match self.inquiry(site, Some(slip), today)? {
            None => return Ok(Done::Ended),
            Some((_, true)) => return Ok(Done::Taken),
            Some((_, false)) => {}
        }
        let sealed = seal::seal(&site.key, letter).ok_or_else(|| std::io::Error::other("no key"))?;
        let name = match self.folder.post(self.clock.now(), &sealed) {
            Err(refused) => return full(refused),
            Ok(name) => name,
        };
        let kept = Kept { sent: vec![Sent { letter: name.clone(), ..Sent::default() }], ..Kept::default() };
        match self.folder.keep(&own.tag, &close(&own.key, KEPT, &kept)) {
            Err(refused) => {
                self.folder.done(&name)?;
                full(refused)
            }
            Ok(()) => Ok(Done::Taken),
        }
    }

    /// A further letter of who was found.
    pub fn send_more(
        &self,
        site: &Site,
        found: &Found,
        letter: &Letter,
        more: Sent,
    ) -> std::io::Result<Done> {
        let _one = self.writing();
        let mut kept: Kept = match self.folder.receipt(&found.locker.tag)? {
            Some(bytes) if bytes.is_empty() => return Ok(Done::Ended),
            Some(bytes) => disclose(&found.locker.key, KEPT, &bytes).unwrap_or_else(|| found.kept.clone()),
            None => Kept { status: found.status.clone(), campaign: found.campaign.clone(), sent: Vec::new() },
        };
        if kept.sent.iter().any(|s| s.token == more.token) {
            return Ok(Done::Taken);
        }
        if kept.sent.iter().filter(|s| self.folder.waits(&s.letter)).count() >= WAITING
            || kept.sent.len() >= 100
        {
            return Ok(Done::Full);
        }
        let sealed = seal::seal(&site.key, letter).ok_or_else(|| std::io::Error::other("no key"))?;
        let name = match self.folder.post(self.clock.now(), &sealed) {
            Err(refused) => return full(refused),
            Ok(name) => name,
        };
        kept.sent.push(Sent { letter: name.clone(), ..more });
        match self.folder.keep(&found.locker.tag, &close(&found.locker.key, KEPT, &kept)) {
            Err(refused) => {
                self.folder.done(&name)?;
                full(refused)
            }
            Ok(()) => Ok(Done::Taken),
        }
    }

    /// Withdraws: letters that wait are taken out unread, the county is told, and here nothing is left but an empty file.
    pub fn withdraw(&self, site: &Site, found: &Found, at: i64) -> std::io::Result<Done> {
        let _one = self.writing();
        let (receipt, words) = (found.slip.receipt.clone(), found.slip.words.clone());
        let letter = Letter::Withdraw { receipt, words, at };
        let sealed = seal::seal(&site.key, &letter).ok_or_else(|| std::io::Error::other("no key"))?;
        let waiting: Vec<&str> = found.kept.sent.iter().map(|s| s.letter.as_str()).collect();
        let posted = self.folder.post_for(self.clock.now(), &sealed, &waiting);
        match posted.and_then(|_| self.folder.keep(&found.locker.tag, b"")) {
            Err(refused) => full(refused),
            Ok(()) => Ok(Done::Taken),
        }
    }
}

impl Found {
    /// Whether it may be done now; corrections end when applications do.
    pub fn may(&self, what: May, open: bool) -> bool {
        self.status.may.contains(&what) && (what != May::Correct || open)
    }
}
