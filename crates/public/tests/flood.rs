//! A bounded flood from loopback, from many addresses at once: the process stays small, the inbox bounded, and an honest
//! applicant from another address still gets through.

mod common;

use common::{Pages, filled, request};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Addresses that flood: 127.0.0.100 and on.
const ADDRESSES: u8 = 20;
/// Requests of each.
const EACH: usize = 300;

/// Memory of this process, in KiB.
#[cfg(target_os = "linux")]
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|l| l.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn w6_the_pages_stand_a_bounded_flood() {
    let pages = Arc::new(Pages::new().await);
    // Once through everything, so that what is made once is made.
    assert_eq!(pages.applies(1).await.status, 200);
    let before = resident();
    let peak = Arc::new(AtomicUsize::new(0));
    let done = Arc::new(AtomicUsize::new(0));
    let watch = {
        let (peak, done) = (peak.clone(), done.clone());
        tokio::spawn(async move {
            while done.load(Ordering::SeqCst) < usize::from(ADDRESSES) {
                peak.fetch_max(resident() as usize, Ordering::SeqCst);
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        })
    };
    let mut floods = Vec::new();
    for address in 0..ADDRESSES {
        let (pages, done) = (pages.clone(), done.clone());
        floods.push(tokio::spawn(async move {
            let told = flood(&pages, 100 + address).await;
            done.fetch_add(1, Ordering::SeqCst);
            told
        }));
    }
    // In the midst of it somebody honest applies from elsewhere and looks the application up.
    tokio::time::sleep(Duration::from_millis(200)).await;
    let begun = Instant::now();
    let receipt = pages.applies(2).await;
    assert_eq!(receipt.status, 200, "{}", receipt.body);
    let (number, words) = receipt.slip();
    let own = [("receipt", number.as_str()), ("words", words.as_str())];
    assert_eq!(pages.post_from(2, "/status", &own).await.status, 200);
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());

    let (mut taken, mut refused) = (0, 0);
    for flood in floods {
        let (yes, no) = flood.await.unwrap();
        taken += yes;
        refused += no;
    }
    watch.await.unwrap();
    // Each address filled its bucket and no more: a burst of 20, and the clock stood still.
    assert!(taken <= usize::from(ADDRESSES) * 20, "{taken}");
    assert!(refused > usize::from(ADDRESSES) * EACH / 2, "{refused}");
    assert_eq!(pages.folder.letters().unwrap().len(), taken + 2);
    let bytes: u64 = std::fs::read_dir(pages.dir.path().join("inbox"))
        .unwrap()
        .map(|f| f.unwrap().metadata().unwrap().len())
        .sum();
    assert!(bytes < 8 << 20, "{bytes}");
    let grown = (peak.load(Ordering::SeqCst) as u64).saturating_sub(before);
    assert!(grown < 64 << 10, "{grown} KiB more");
    // And afterwards as before.
    assert_eq!(pages.applies(3).await.status, 200);
}

/// Everything one address can do; gives how many letters were taken, and how many requests were refused.
#[cfg(target_os = "linux")]
async fn flood(pages: &Pages, from: u8) -> (usize, usize) {
    let (mut taken, mut refused) = (0, 0);
    let large = "长".repeat(20_000);
    for n in 0..EACH {
        let text = match n % 6 {
            0 => "GET /c/r2026 HTTP/1.1\r\nhost: pages\r\nconnection: close\r\n\r\n".to_owned(),
            1 => request("/status", &[("receipt", "BM26-2222-2222"), ("words", "山水00")], ""),
            2 => request("/c/r2026/recommend", &[("reason", &large)], ""),
            3 => format!("GET /{} HTTP/1.1\r\nhost: pages\r\n\r\n", "x".repeat(20_000)),
            _ => {
                let page = "GET /c/r2026/apply HTTP/1.1\r\nhost: pages\r\nconnection: close\r\n\r\n";
                let Ok(page) = pages.ask(from, page).await else { continue };
                if page.status != 200 {
                    refused += 1;
                    continue;
                }
                let token = page.value("token");
                let mut fields = filled();
                fields.extend([("token", token.as_str()), ("step", "4"), ("go", "send")]);
                request("/c/r2026/apply", &fields, "")
            }
        };
        match pages.ask(from, &text).await {
            Ok(answer) if answer.status == 200 && answer.has("报名收到了") => taken += 1,
            Ok(answer) if answer.status < 400 => {}
            _ => refused += 1,
        }
    }
    (taken, refused)
}

#[tokio::test]
async fn w6_one_address_cannot_hold_every_door() {
    let limits = public::throttle::Limits { connections_each: 4, patience: 300, ..Default::default() };
    let pages = Pages::with(limits, Default::default(), None).await;
    // Connections that never say anything.
    let mut silent = Vec::new();
    for _ in 0..12 {
        silent.push(TcpStream::connect(pages.address).await.unwrap());
    }
    tokio::time::sleep(Duration::from_millis(100)).await;
    let get = "GET /healthz HTTP/1.1\r\nhost: pages\r\nconnection: close\r\n\r\n";
    assert!(pages.ask(1, get).await.is_err(), "the fifth connection of an address is not taken");
    assert_eq!(pages.ask(2, get).await.unwrap().status, 200, "another address is served");
    // Who says nothing is let go.
    for stream in &mut silent {
        let mut heard = Vec::new();
        let ended = tokio::time::timeout(Duration::from_secs(5), stream.read_to_end(&mut heard)).await;
        assert!(ended.is_ok());
    }
    assert_eq!(pages.ask(1, get).await.unwrap().status, 200);
    // And who sends a form letter by letter.
    let mut slow = TcpStream::connect(pages.address).await.unwrap();
    let head = "POST /status HTTP/1.1\r\nhost: pages\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: 99\r\n\r\nr";
    slow.write_all(head.as_bytes()).await.unwrap();
    let mut heard = Vec::new();
    tokio::time::timeout(Duration::from_secs(5), slow.read_to_end(&mut heard)).await.unwrap().unwrap();
    assert!(
        String::from_utf8_lossy(&heard).starts_with("HTTP/1.1 408"),
        "{}",
        String::from_utf8_lossy(&heard)
    );
}
