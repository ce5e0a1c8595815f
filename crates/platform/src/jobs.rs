//! Jobs: long work in a table of leases, so that several processes share it and a killed one's work goes on elsewhere
//! from where it stood.
//!
//! A job's effect and its cursor live in two databases. A handler therefore does its work in pieces that may be done
//! twice without harm, and tells the cursor after each piece.

use crate::county::Installation;
use crate::db::{DbError, DbResult, Event, Row, Value, new_id, now_ms, numbered};
use crate::values;
use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::task::JoinSet;

/// How often a job is tried before it counts as failed.
pub const TRIES: i64 = 5;

/// How far a job is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// Waits for a worker.
    Waiting,
    /// A worker holds its lease, or held it and died.
    Running,
    /// Done.
    Done,
    /// Tried too often.
    Failed,
    /// A person stopped it; it can be resumed.
    Stopped,
}

impl State {
    /// All of them.
    pub const ALL: [State; 5] = [State::Waiting, State::Running, State::Done, State::Failed, State::Stopped];

    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            State::Waiting => "waiting",
            State::Running => "running",
            State::Done => "done",
            State::Failed => "failed",
            State::Stopped => "stopped",
        }
    }

    fn parse(text: &str) -> State {
        State::ALL.into_iter().find(|s| s.as_str() == text).unwrap_or(State::Failed)
    }
}

/// A job as the table has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Its id.
    pub id: i64,
    /// The county's six digits; empty for work of the installation.
    pub county: String,
    /// What is done: a Chinese word of the catalogue, read by the system administrator.
    pub kind: String,
    /// What it is done to: one job for each county, kind and key.
    pub key: String,
    /// What the handler needs to know.
    pub args: String,
    /// How far it is.
    pub state: State,
    /// How much is done.
    pub done: i64,
    /// Of how much; 0 while unknown.
    pub total: i64,
    /// Where it stands or what went wrong, in Chinese, without personal data.
    pub message: String,
    /// Where to go on.
    pub cursor: String,
    /// How often it was begun.
    pub tries: i64,
    /// Who asked for it.
    pub account: Option<i64>,
    /// When, milliseconds since 1970.
    pub made_at: i64,
    /// When it ended.
    pub ended_at: Option<i64>,
}

const COLUMNS: &str =
    "id, county, kind, key, args, state, done, total, message, cursor, tries, account, made_at, ended_at";

impl Job {
    fn of(row: &Row) -> DbResult<Job> {
        Ok(Job {
            id: row.int(0)?,
            county: row.text(1)?,
            kind: row.text(2)?,
            key: row.text(3)?,
            args: row.text(4)?,
            state: State::parse(&row.text(5)?),
            done: row.int(6)?,
            total: row.int(7)?,
            message: row.text(8)?,
            cursor: row.text(9)?,
            tries: row.int(10)?,
            account: row.get(11)?,
            made_at: row.int(12)?,
            ended_at: row.get(13)?,
        })
    }
}

/// The kind of a backup of the whole installation.
pub const BACKUP: &str = kernel::key!("备份");
/// The kind of a walk along every audit chain.
pub const VERIFY: &str = kernel::key!("核验审计链");

/// The table of jobs. Cheap to clone.
#[derive(Clone)]
pub struct Jobs {
    at: Installation,
}

impl Jobs {
    /// Those of an installation.
    pub fn new(at: Installation) -> Jobs {
        Jobs { at }
    }

    /// Asks for work. The same county, kind and key is the same job: asked twice, it is done once.
    pub async fn enqueue(
        &self,
        county: &str,
        kind: &str,
        key: &str,
        args: &str,
        account: Option<i64>,
    ) -> DbResult<i64> {
        let sql = "insert into job (id, county, kind, key, args, state, account, made_at) \
                   values ($1, $2, $3, $4, $5, 'waiting', $6, $7) on conflict (county, kind, key) do nothing";
        let values = values![new_id(), county, kind, key, args, account, now_ms()];
        self.at.control.operate(sql, values).await?;
        let sql = "select id from job where county = $1 and kind = $2 and key = $3";
        self.at.control.one(sql, values![county, kind, key]).await?.ok_or(DbError::Missing)?.int(0)
    }

    /// One job.
    pub async fn get(&self, id: i64) -> DbResult<Option<Job>> {
        let sql = format!("select {COLUMNS} from job where id = $1");
        self.at.control.one(&sql, values![id]).await?.as_ref().map(Job::of).transpose()
    }

    /// Those under way, those that wait, then the others, the newest first.
    pub async fn recent(&self, limit: i64) -> DbResult<Vec<Job>> {
        let sql = format!(
            "select {COLUMNS} from job order by case state when 'running' then 0 when 'waiting' then 1 else 2 end, \
             id desc limit $1"
        );
        self.at.control.rows(&sql, values![limit]).await?.iter().map(Job::of).collect()
    }

    /// How many there are in each state.
    pub async fn by_state(&self) -> DbResult<Vec<(State, i64)>> {
        let rows = self.at.control.rows("select state, count(*) from job group by state", vec![]).await?;
        let mut out: Vec<(State, i64)> = State::ALL.map(|s| (s, 0)).to_vec();
        for row in &rows {
            let (state, n) = (State::parse(&row.text(0)?), row.int(1)?);
            out.iter_mut().filter(|(s, _)| *s == state).for_each(|(_, count)| *count = n);
        }
        Ok(out)
    }

    /// Stops a job that waits or runs; its worker hears of it at its next progress. What is done stays done.
    pub async fn stop(&self, event: Event, id: i64) -> DbResult<bool> {
        let sql = "update job set state = 'stopped', ended_at = $2 where id = $1 and state in ('waiting', 'running')";
        self.change(event, id, sql, values![id, now_ms()]).await
    }

    /// Goes on with a job that was stopped or failed, from its cursor. A worker that has not yet heard of the stop
    /// keeps its lease until it does.
    pub async fn resume(&self, event: Event, id: i64) -> DbResult<bool> {
        let sql = "update job set state = 'waiting', tries = 0, ended_at = null \
                   where id = $1 and state in ('stopped', 'failed')";
        self.change(event, id, sql, values![id]).await
    }

    async fn change(&self, event: Event, id: i64, sql: &str, values: Vec<Value>) -> DbResult<bool> {
        let mut tx = self.at.control.write(event).await?;
        tx.event().kind = "job".into();
        tx.event().record = id.to_string();
        let changed = tx.run(sql, values).await? == 1;
        if changed {
            tx.commit().await?
        } else {
            tx.rollback().await?
        }
        Ok(changed)
    }

    /// Takes the oldest job whose lease nobody holds. Of several that reach for it, one gets it.
    async fn take(&self, kinds: &[&str], lease: Duration) -> DbResult<Option<(Job, i64)>> {
        if kinds.is_empty() {
            return Ok(None);
        }
        let now = now_ms();
        let sql = "update job set state = 'failed', ended_at = $1, lease_until = 0 \
                   where state = 'running' and lease_until < $1 and tries >= $2";
        self.at.control.operate(sql, values![now, TRIES]).await?;
        let places = numbered(4, kinds.len());
        let sql = format!(
            "update job set state = 'running', tries = tries + 1, lease_until = $1 where id = \
             (select id from job where state in ('waiting', 'running') and lease_until < $2 and tries < $3 \
             and kind in ({}) order by id limit 1) and state in ('waiting', 'running') and lease_until < $2 \
             returning {COLUMNS}",
            places
        );
        let until = now + lease.as_millis() as i64;
        let mut values = values![until, now, TRIES];
        values.extend(kinds.iter().map(|k| Value::from(*k)));
        let taken = self.at.control.operate_one(&sql, values).await?;
        taken.map(|row| Ok((Job::of(&row)?, until))).transpose()
    }
}

/// What a handler is given.
#[derive(Clone)]
pub struct JobContext {
    held: Arc<Holding>,
}

struct Holding {
    jobs: Jobs,
    job: Job,
    /// The end of the lease: nobody else's lease of this job ends at that moment, so it also says who holds it.
    until: AtomicI64,
    lease: Duration,
    halt: Arc<AtomicBool>,
    /// The handler was told to end early because the program ends.
    halted: AtomicBool,
    /// The job was stopped, or another worker has it.
    lost: AtomicBool,
}

impl JobContext {
    /// The installation.
    pub fn at(&self) -> &Installation {
        &self.held.jobs.at
    }

    /// The job as it was taken.
    pub fn job(&self) -> &Job {
        &self.held.job
    }

    /// Where to go on; empty at the first try.
    pub fn cursor(&self) -> &str {
        &self.held.job.cursor
    }

    /// Tells how far the work is, keeps where to go on, and renews the lease. `false`: end now, without a fault.
    ///
    /// To be called several times in the length of a lease, which is a minute unless said otherwise.
    pub async fn progress(&self, done: i64, total: i64, cursor: &str, message: &str) -> Result<bool, String> {
        let held = &self.held;
        let before = held.until.load(Ordering::SeqCst);
        let until = (now_ms() + held.lease.as_millis() as i64).max(before + 1);
        let sql = "update job set done = $2, total = $3, cursor = $4, message = $5, lease_until = $6 \
                   where id = $1 and state = 'running' and lease_until = $7";
        let values = values![held.job.id, done, total, cursor, message, until, before];
        if held.jobs.at.control.operate(sql, values).await.map_err(|e| e.to_string())? == 0 {
            held.lost.store(true, Ordering::SeqCst);
            return Ok(false);
        }
        held.until.store(until, Ordering::SeqCst);
        if held.halt.load(Ordering::SeqCst) {
            held.halted.store(true, Ordering::SeqCst);
            return Ok(false);
        }
        Ok(true)
    }
}

impl Holding {
    /// Writes down how the handler ended, unless the job is another's by now.
    async fn end(&self, came: Result<(), String>, pause: Duration) -> DbResult<()> {
        let (id, until) = (self.job.id, self.until.load(Ordering::SeqCst));
        let control = &self.jobs.at.control;
        if self.lost.load(Ordering::SeqCst) {
            // Whoever stopped it may resume it from now on.
            let sql =
                "update job set lease_until = 0 where id = $1 and lease_until = $2 and state <> 'running'";
            return control.operate(sql, values![id, until]).await.map(drop);
        }
        let holding = "where id = $1 and state = 'running' and lease_until = $2";
        let changed = match came {
            // The program ends: that is no try of the job's.
            _ if self.halted.load(Ordering::SeqCst) => {
                let sql =
                    format!("update job set state = 'waiting', tries = tries - 1, lease_until = 0 {holding}");
                control.operate(&sql, values![id, until]).await?
            }
            Ok(()) => {
                let sql = format!("update job set state = 'done', ended_at = $3, lease_until = 0 {holding}");
                control.operate(&sql, values![id, until, now_ms()]).await?
            }
            Err(why) if self.job.tries >= TRIES => {
                let sql = format!(
                    "update job set state = 'failed', message = $3, ended_at = $4, lease_until = 0 {holding}"
                );
                control.operate(&sql, values![id, until, why, now_ms()]).await?
            }
            Err(why) => {
                let sql =
                    format!("update job set state = 'waiting', message = $3, lease_until = $4 {holding}");
                control.operate(&sql, values![id, until, why, now_ms() + pause.as_millis() as i64]).await?
            }
        };
        if changed == 0 {
            // Stopped after the last progress.
            let sql =
                "update job set lease_until = 0 where id = $1 and lease_until = $2 and state <> 'running'";
            control.operate(sql, values![id, until]).await?;
        }
        Ok(())
    }
}

type Handled = Pin<Box<dyn Future<Output = Result<(), String>> + Send>>;
type Handler = Arc<dyn Fn(JobContext) -> Handled + Send + Sync>;

/// Works jobs off, one at a time. Several may run, in one process or in many.
pub struct Runner {
    jobs: Jobs,
    handlers: BTreeMap<&'static str, Handler>,
    lease: Duration,
    idle: Duration,
    halt: Arc<AtomicBool>,
    wake: Notify,
}

impl Runner {
    /// A runner without handlers.
    pub fn new(jobs: Jobs) -> Runner {
        Runner {
            jobs,
            handlers: BTreeMap::new(),
            lease: Duration::from_secs(60),
            idle: Duration::from_secs(1),
            halt: Arc::default(),
            wake: Notify::new(),
        }
    }

    /// What works off jobs of a kind. The error is read by the system administrator: Chinese, no personal data.
    pub fn on<F, H>(mut self, kind: &'static str, handler: H) -> Runner
    where
        F: Future<Output = Result<(), String>> + Send + 'static,
        H: Fn(JobContext) -> F + Send + Sync + 'static,
    {
        self.handlers.insert(kind, Arc::new(move |context| Box::pin(handler(context))));
        self
    }

    /// How long a lease holds without progress, and how long the runner waits when there is nothing to do.
    pub fn pace(mut self, lease: Duration, idle: Duration) -> Runner {
        (self.lease, self.idle) = (lease, idle);
        self
    }

    /// Works until `stop` comes; then the job at hand ends at its next progress and waits for the next runner.
    pub async fn run(&self, stop: impl Future<Output = ()>) {
        let mut work = std::pin::pin!(self.work());
        tokio::select! {
            () = stop => {
                self.halt.store(true, Ordering::SeqCst);
                self.wake.notify_one();
                work.await;
            }
            () = &mut work => {}
        }
    }

    async fn work(&self) {
        while !self.halt.load(Ordering::SeqCst) {
            match self.turn().await {
                Ok(true) => continue,
                Ok(false) => {}
                Err(e) => tracing::warn!(error = %e, "the table of jobs cannot be read"),
            }
            tokio::select! {
                () = tokio::time::sleep(self.idle) => {}
                () = self.wake.notified() => {}
            }
        }
    }

    /// Takes one job and works it off; `false` when there is none to take.
    pub async fn turn(&self) -> DbResult<bool> {
        let kinds: Vec<&str> = self.handlers.keys().copied().collect();
        let Some((job, until)) = self.jobs.take(&kinds, self.lease).await? else { return Ok(false) };
        let Some(handler) = self.handlers.get(job.kind.as_str()) else { return Ok(false) };
        let held = Arc::new(Holding {
            jobs: self.jobs.clone(),
            until: AtomicI64::new(until),
            lease: self.lease,
            halt: self.halt.clone(),
            halted: AtomicBool::new(false),
            lost: AtomicBool::new(false),
            job,
        });
        // A task of its own: a panic is the job's fault, and ends with this future if that is dropped.
        let mut task = JoinSet::new();
        task.spawn(handler(JobContext { held: held.clone() }));
        let came = match task.join_next().await {
            Some(Ok(came)) => came,
            _ => Err(kernel::msg!("程序在这一步中断").text(kernel::Lang::Zh)),
        };
        if let Err(why) = &came {
            tracing::warn!(job = held.job.id, tries = held.job.tries, why, "a job failed");
        }
        let pause = self.idle * 2u32.pow(held.job.tries.clamp(0, TRIES) as u32);
        held.end(came, pause).await?;
        Ok(true)
    }
}
