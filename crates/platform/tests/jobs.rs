//! Jobs and the system administrator's pages, on every engine at hand.

mod common;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode};
use common::engines;
use futures_util::StreamExt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::Mutex;
use tower::ServiceExt;
use yanzhen_platform::access::{Part, Role};
use yanzhen_platform::db::Event;
use yanzhen_platform::jobs::{JobContext, Jobs, Runner, State};
use yanzhen_platform::web::Routes;

const LEASE: Duration = Duration::from_millis(300);
const IDLE: Duration = Duration::from_millis(5);
const PIECES: i64 = 6;

/// What a handler has done: each piece once, however often it was tried; and how often it was tried.
#[derive(Clone, Default)]
struct Effect {
    done: Arc<Mutex<std::collections::BTreeMap<i64, usize>>>,
}

impl Effect {
    /// Pieces from the cursor on; at `hang` it never ends, as if the process were killed before it told its progress.
    async fn work(self, context: JobContext, hang: Option<i64>) -> Result<(), String> {
        let from: i64 = context.cursor().parse().unwrap_or(0);
        for piece in from..PIECES {
            *self.done.lock().await.entry(piece).or_default() += 1;
            if hang == Some(piece) {
                std::future::pending::<()>().await;
            }
            if !context.progress(piece + 1, PIECES, &(piece + 1).to_string(), "村").await? {
                return Ok(());
            }
        }
        Ok(())
    }

    async fn counts(&self) -> Vec<(i64, usize)> {
        self.done.lock().await.iter().map(|(p, n)| (*p, *n)).collect()
    }
}

fn runner(jobs: &Jobs, effect: &Effect, hang: Option<i64>) -> Runner {
    let effect = effect.clone();
    Runner::new(jobs.clone()).pace(LEASE, IDLE).on("复算", move |c| effect.clone().work(c, hang))
}

async fn state(jobs: &Jobs, id: i64) -> State {
    jobs.get(id).await.expect("read").expect("there").state
}

#[tokio::test(flavor = "multi_thread")]
async fn asked_twice_it_is_one_job() {
    for engine in engines().await {
        let jobs = Jobs::new(engine.at.clone());
        let id = jobs.enqueue("990101", "复算", "2025", "{}", Some(7)).await.expect("queued");
        assert_eq!(jobs.enqueue("990101", "复算", "2025", "{}", None).await.expect("queued"), id);
        assert_ne!(jobs.enqueue("990102", "复算", "2025", "{}", None).await.expect("queued"), id);
        let effect = Effect::default();
        let work = runner(&jobs, &effect, None);
        while work.turn().await.expect("read") {}
        let job = jobs.get(id).await.expect("read").expect("there");
        assert_eq!((job.state, job.done, job.total, job.cursor.as_str()), (State::Done, PIECES, PIECES, "6"));
        assert!(job.ended_at.is_some() && job.account == Some(7) && job.tries == 1);
        assert_eq!(jobs.enqueue("990101", "复算", "2025", "{}", None).await.expect("queued"), id);
        assert!(!work.turn().await.expect("read"), "what is done is not done again");
        engine.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_ones_job_goes_on_from_its_cursor() {
    for engine in engines().await {
        let jobs = Jobs::new(engine.at.clone());
        let id = jobs.enqueue("990101", "复算", "2025", "", None).await.expect("queued");
        let effect = Effect::default();
        let (first, killed) = (runner(&jobs, &effect, Some(3)), effect.clone());
        let task = tokio::spawn(async move { first.turn().await.expect("read") });
        while killed.counts().await.len() < 4 {
            tokio::time::sleep(IDLE).await;
        }
        task.abort();
        let second = runner(&jobs, &effect, None);
        assert!(!second.turn().await.expect("read"), "the lease still holds");
        tokio::time::sleep(LEASE + IDLE).await;
        assert!(second.turn().await.expect("read"));
        // Only the piece that was cut is tried again; those before the cursor are not.
        assert_eq!(effect.counts().await, [(0, 1), (1, 1), (2, 1), (3, 2), (4, 1), (5, 1)]);
        let job = jobs.get(id).await.expect("read").expect("there");
        assert_eq!((job.state, job.tries), (State::Done, 2));
        engine.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_workers_one_has_the_job() {
    for engine in engines().await {
        let jobs = Jobs::new(engine.at.clone());
        for key in 0..12 {
            jobs.enqueue("990101", "复算", &key.to_string(), "", None).await.expect("queued");
        }
        let ran = Arc::new(Mutex::new(Vec::new()));
        let workers: Vec<_> = (0..6)
            .map(|_| {
                let ran = ran.clone();
                let work =
                    Runner::new(jobs.clone()).pace(Duration::from_secs(30), IDLE).on("复算", move |c| {
                        let ran = ran.clone();
                        async move {
                            ran.lock().await.push(c.job().key.clone());
                            Ok(())
                        }
                    });
                tokio::spawn(async move { work.run(tokio::time::sleep(Duration::from_millis(900))).await })
            })
            .collect();
        for worker in workers {
            worker.await.expect("no panic");
        }
        let mut ran = ran.lock().await.clone();
        ran.sort();
        let before = ran.len();
        ran.dedup();
        assert_eq!((before, ran.len()), (12, 12), "{}", engine.name);
        engine.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_lost_the_lease_changes_nothing() {
    for engine in engines().await {
        let jobs = Jobs::new(engine.at.clone());
        let id = jobs.enqueue("990101", "复算", "2025", "", None).await.expect("queued");
        let told = Arc::new(Mutex::new(None));
        let heard = told.clone();
        let slow = Runner::new(jobs.clone()).pace(Duration::from_millis(60), IDLE).on("复算", move |c| {
            let told = told.clone();
            async move {
                tokio::time::sleep(Duration::from_millis(400)).await;
                *told.lock().await = Some(c.progress(1, PIECES, "1", "迟").await?);
                Ok(())
            }
        });
        let task = tokio::spawn(async move { slow.turn().await.expect("read") });
        tokio::time::sleep(Duration::from_millis(150)).await;
        let effect = Effect::default();
        assert!(runner(&jobs, &effect, None).turn().await.expect("read"));
        task.await.expect("no panic");
        assert_eq!(*heard.lock().await, Some(false));
        let job = jobs.get(id).await.expect("read").expect("there");
        assert_eq!((job.state, job.done, job.message.as_str()), (State::Done, PIECES, "村"));
        engine.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn five_tries_and_no_more() {
    for engine in engines().await {
        let jobs = Jobs::new(engine.at.clone());
        let id = jobs.enqueue("", "复算", "2025", "", None).await.expect("queued");
        let tries = Arc::new(AtomicUsize::new(0));
        let seen = tries.clone();
        let work = Runner::new(jobs.clone()).pace(LEASE, Duration::from_millis(1)).on("复算", move |_| {
            let n = seen.fetch_add(1, Ordering::SeqCst);
            async move { if n == 2 { panic!("a fault of the program") } else { Err("磁盘满了".to_owned()) } }
        });
        work.run(tokio::time::sleep(Duration::from_millis(700))).await;
        let job = jobs.get(id).await.expect("read").expect("there");
        assert_eq!((job.state, job.tries, tries.load(Ordering::SeqCst)), (State::Failed, 5, 5));
        assert_eq!(job.message, "磁盘满了");
        // A person may have it tried again.
        let event = || Event { action: "job.resume".into(), ..Event::default() };
        assert!(jobs.resume(event(), id).await.expect("written"));
        assert!(!jobs.resume(event(), id).await.expect("written"));
        assert_eq!(state(&jobs, id).await, State::Waiting);
        // One that is killed five times fails as well.
        engine.sql("update job set state = 'running', tries = 5, lease_until = 1").await;
        assert!(!runner(&jobs, &Effect::default(), None).turn().await.expect("read"));
        assert_eq!(state(&jobs, id).await, State::Failed);
        engine.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_program_ends_without_losing_work() {
    for engine in engines().await {
        let jobs = Jobs::new(engine.at.clone());
        let id = jobs.enqueue("", "复算", "2025", "", None).await.expect("queued");
        let work = Runner::new(jobs.clone()).pace(LEASE, IDLE).on("复算", |c| async move {
            for n in 1.. {
                tokio::time::sleep(Duration::from_millis(20)).await;
                if !c.progress(n, 0, &n.to_string(), "").await? {
                    return Ok(());
                }
            }
            Ok(())
        });
        work.run(tokio::time::sleep(Duration::from_millis(150))).await;
        let job = jobs.get(id).await.expect("read").expect("there");
        assert_eq!((job.state, job.tries), (State::Waiting, 0), "an ended program is no failed try");
        assert!(job.done > 0 && job.cursor == job.done.to_string());
        engine.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_stops_and_resumes() {
    for engine in engines().await {
        engine.county().await;
        engine.account("xitong", "高例申", &[(Role::SystemAdmin, Part::County)]).await;
        let mut browser = engine.signed_in("xitong").await;
        let jobs = Jobs::new(engine.at.clone());
        let seen = browser.get("/system").await;
        assert!(
            seen.status == StatusCode::OK && seen.has("还没有任务") && seen.has("例山县"),
            "{}",
            seen.text
        );
        let id = jobs.enqueue("990101", "复算", "2025", "", None).await.expect("queued");
        let work = Runner::new(jobs.clone()).pace(Duration::from_secs(30), IDLE).on("复算", |c| async move {
            let from: i64 = c.cursor().parse().unwrap_or(0);
            for n in from + 1.. {
                tokio::time::sleep(Duration::from_millis(10)).await;
                if !c.progress(n, 1000, &n.to_string(), "").await? || from > 0 {
                    return Ok(());
                }
            }
            Ok(())
        });
        let work = Arc::new(work);
        let again = work.clone();
        let task = tokio::spawn(async move { again.turn().await.expect("read") });
        while jobs.get(id).await.expect("read").expect("there").done < 3 {
            tokio::time::sleep(IDLE).await;
        }
        let seen = browser.get("/system").await;
        assert!(seen.has("● 进行中") && seen.has("/ 1000"));
        let seen = browser.post(&format!("/system/jobs/{id}/stop"), &[]).await;
        assert_eq!(seen.status, StatusCode::SEE_OTHER);
        let at = seen.location;
        task.await.expect("no panic");
        assert_eq!(state(&jobs, id).await, State::Stopped);
        let seen = browser.get(&at).await;
        assert!(seen.has("任务已停") && seen.has("▲ 已停"));
        let stop = browser.post(&format!("/system/jobs/{id}/stop"), &[]).await;
        assert_eq!(stop.status, StatusCode::UNPROCESSABLE_ENTITY);
        let resume = browser.post(&format!("/system/jobs/{id}/resume"), &[]).await;
        assert_eq!(resume.status, StatusCode::SEE_OTHER);
        assert!(work.turn().await.expect("read"), "free at once: its worker heard of the stop");
        let job = jobs.get(id).await.expect("read").expect("there");
        assert!(job.state == State::Done && job.done >= 4);
        let done = engine.audited().await;
        assert!(["job.stop", "job.resume"].iter().all(|a| done.iter().any(|d| d == a)));
        engine.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn progress_streams_while_the_session_lasts() {
    for engine in engines().await {
        let id = engine.account("xitong", "高例申", &[(Role::SystemAdmin, Part::County)]).await;
        let browser = engine.signed_in("xitong").await;
        let router = Routes::default().add(yanzhen_platform::pages::routes()).serve(engine.app());
        let cookie: Vec<String> = browser.cookies.iter().map(|(n, v)| format!("{n}={v}")).collect();
        let request = Request::get("/system/jobs/events").header("cookie", cookie.join("; "));
        let answer = router.oneshot(request.body(Body::empty()).expect("a request")).await.expect("answers");
        assert_eq!(answer.status(), StatusCode::OK);
        let mut stream = answer.into_body().into_data_stream();
        let mut next = async || {
            let piece = tokio::time::timeout(Duration::from_secs(10), stream.next()).await.expect("in time");
            piece.map(|p| String::from_utf8_lossy(&p.expect("bytes")).into_owned())
        };
        let first = next().await.expect("an event");
        assert!(first.contains("event: jobs") && first.contains("还没有任务"), "{first}");
        Jobs::new(engine.at.clone()).enqueue("", "复算", "1", "", None).await.expect("queued");
        let second = next().await.expect("an event");
        assert!(second.contains("○ 等待") && second.matches("data:").count() == 1, "{second}");
        engine.sql(&format!("delete from session where account = {id}")).await;
        assert!(next().await.expect("an event").contains("event: end"));
        assert!(next().await.is_none());
        engine.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn watchers_see_health_and_only_near_ones_metrics() {
    for engine in engines().await {
        Jobs::new(engine.at.clone()).enqueue("", "复算", "1", "", None).await.expect("queued");
        let router = Routes::default().add(yanzhen_platform::pages::routes()).serve(engine.app());
        let ask = async |path: &str, from: &str, passed: bool| {
            let from: SocketAddr = format!("{from}:9").parse().expect("an address");
            let mut request = Request::get(path).extension(ConnectInfo(from));
            if passed {
                request = request.header("x-forwarded-for", "203.0.113.9");
            }
            let answer = router
                .clone()
                .oneshot(request.body(Body::empty()).expect("a request"))
                .await
                .expect("answers");
            let status = answer.status();
            let bytes = axum::body::to_bytes(answer.into_body(), 1 << 20).await.expect("a body");
            (status, String::from_utf8_lossy(&bytes).into_owned())
        };
        for path in ["/healthz", "/readyz"] {
            assert_eq!(ask(path, "203.0.113.9", false).await.0, StatusCode::OK, "{path}");
        }
        assert_eq!(ask("/metrics", "203.0.113.9", false).await.0, StatusCode::NOT_FOUND);
        assert_eq!(ask("/metrics", "127.0.0.1", true).await.0, StatusCode::NOT_FOUND, "a proxy's visitor");
        for near in ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]"] {
            let (status, text) = ask("/metrics", near, false).await;
            assert_eq!(status, StatusCode::OK, "{near}");
            assert!(
                text.contains("yanzhen_jobs{state=\"waiting\"} 1") && text.contains("yanzhen_uptime_seconds")
            );
        }
        engine.account("shenji", "周例戌", &[(Role::AuditAdmin, Part::County)]).await;
        engine.account("helieyi", "何例乙", &[(Role::CountyOffice, Part::County)]).await;
        assert_eq!(engine.signed_in("shenji").await.get("/metrics").await.status, StatusCode::OK);
        assert_eq!(engine.signed_in("helieyi").await.get("/metrics").await.status, StatusCode::NOT_FOUND);
        engine.close().await;
    }
}
