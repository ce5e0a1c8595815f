#![cfg(target_os = "linux")]
//! A bounded flood from loopback, from many addresses at once: the process stays small, the inbox bounded, and an honest
//! applicant from another address still gets through.

#[expect(dead_code, reason = "each test uses a part")]
mod common;

use common::{NOW, Pages, filled, hear, request, say};
use public::{Clock, Folder};
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::TcpStream;

/// Addresses that flood: 127.0.0.100 and on.
const ADDRESSES: u8 = 20;
/// Requests of each; every application needs one more.
const EACH: usize = 120;
/// What the memory of the server may grow to beside what it has at the beginning, in KiB.
const GROWTH: u64 = 64 << 10;

/// The server, a process of its own: its memory is not that of who floods.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "the flood below starts it"]
async fn server_of_the_flood() {
    let Ok(dir) = std::env::var("YANZHEN_FLOOD_DIR") else { return };
    // The clock stands still, so that no bucket fills again.
    let address = common::serve(
        Folder::open(dir).expect("as the test set it up"),
        Default::default(),
        None,
        Clock::of(|| NOW),
    )
    .await;
    println!("\naddress={address}");
    // Until whoever started it ends.
    tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new()))
        .await
        .expect("as the test set it up")
        .expect("as the test set it up");
}

/// Starts it over the folder of the pages, and turns them to it.
fn start(pages: &mut Pages) -> Child {
    let mut child = Command::new(std::env::current_exe().expect("as the test set it up"))
        .args(["--exact", "server_of_the_flood", "--ignored", "--nocapture"])
        .env("YANZHEN_FLOOD_DIR", pages.dir.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("as the test set it up");
    let lines =
        BufReader::new(child.stdout.take().expect("as the test set it up")).lines().map_while(Result::ok);
    let address = lines
        .filter_map(|l| l.strip_prefix("address=").map(str::to_owned))
        .next()
        .expect("as the test set it up");
    pages.address = address.parse().expect("as the test set it up");
    child
}

/// What a process has in memory (`VmRSS`) or had at most (`VmHWM`), in KiB.
fn memory(child: &Child, what: &str) -> u64 {
    let status =
        std::fs::read_to_string(format!("/proc/{}/status", child.id())).expect("as the test set it up");
    let line = status.lines().find_map(|l| l.strip_prefix(what)).expect("as the test set it up");
    line.split_whitespace().nth(1).expect("as the test set it up").parse().expect("as the test set it up")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn w6_the_pages_stand_a_bounded_flood() {
    let mut pages = Pages::new().await;
    let mut server = start(&mut pages);
    let pages = Arc::new(pages);
    // Once through everything, so that what is made once is made.
    assert_eq!(pages.applies(1).await.status, 200);
    let before = memory(&server, "VmRSS");
    let floods: Vec<_> = (0..ADDRESSES)
        .map(|address| {
            let pages = pages.clone();
            tokio::spawn(async move { flood(&pages, 100 + address).await })
        })
        .collect();
    // In the midst of it somebody honest applies from elsewhere and looks the application up.
    tokio::time::sleep(Duration::from_millis(300)).await;
    let begun = Instant::now();
    let receipt = pages.applies(2).await;
    assert_eq!(receipt.status, 200, "{}", receipt.body);
    let (number, words) = receipt.slip();
    let own = [("receipt", number.as_str()), ("words", words.as_str())];
    assert_eq!(pages.post_from(2, "/status", &own).await.status, 200);
    assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", begun.elapsed());

    let (mut taken, mut refused) = (0, 0);
    for flood in floods {
        let (yes, no) = flood.await.expect("as the test set it up");
        taken += yes;
        refused += no;
    }
    // Each address filled its bucket and no more: a burst of 20, and the clock stood still.
    assert!(taken <= usize::from(ADDRESSES) * 20, "{taken}");
    assert!(refused > usize::from(ADDRESSES) * EACH / 2, "{refused}");
    assert_eq!(pages.folder.letters().expect("as the test set it up").len(), taken + 2);
    let inbox = std::fs::read_dir(pages.dir.path().join("inbox")).expect("as the test set it up");
    let bytes: u64 = inbox
        .map(|f| f.expect("as the test set it up").metadata().expect("as the test set it up").len())
        .sum();
    assert!(bytes < 8 << 20, "{bytes}");
    let grown = memory(&server, "VmHWM").saturating_sub(before);
    let now: Vec<String> = ["VmRSS", "RssAnon", "RssFile", "Threads"]
        .iter()
        .map(|w| format!("{w} {}", memory(&server, w)))
        .collect();
    assert!(grown < GROWTH, "{grown} KiB more, {before} before, {now:?}");
    // And afterwards as before.
    assert_eq!(pages.applies(3).await.status, 200);
    server.kill().expect("as the test set it up");
    server.wait().expect("as the test set it up");
}

/// Everything one address can do; gives how many letters were taken, and how many requests were refused.
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
        silent.push(TcpStream::connect(pages.address).await.expect("as the test set it up"));
    }
    tokio::time::sleep(Duration::from_millis(100)).await;
    let get = "GET /healthz HTTP/1.1\r\nhost: pages\r\nconnection: close\r\n\r\n";
    assert!(pages.ask(1, get).await.is_err(), "the fifth connection of an address is not taken");
    assert_eq!(
        pages.ask(2, get).await.expect("as the test set it up").status,
        200,
        "another address is served"
    );
    // Who says nothing is let go.
    for stream in &silent {
        assert!(tokio::time::timeout(Duration::from_secs(5), hear(stream)).await.is_ok());
    }
    assert_eq!(pages.ask(1, get).await.expect("as the test set it up").status, 200);
    // And who sends a form letter by letter.
    let slow = TcpStream::connect(pages.address).await.expect("as the test set it up");
    let head = "POST /status HTTP/1.1\r\nhost: pages\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: 99\r\n\r\nr";
    say(&slow, head.as_bytes()).await.expect("as the test set it up");
    let heard =
        tokio::time::timeout(Duration::from_secs(5), hear(&slow)).await.expect("as the test set it up");
    assert!(
        String::from_utf8_lossy(&heard).starts_with("HTTP/1.1 408"),
        "{}",
        String::from_utf8_lossy(&heard)
    );
}
