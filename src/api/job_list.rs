//! Long work that outlives its request: [`Jobs`]. One job runs at a time, a few may wait, the last ones finished are kept.
//!
//! A job plans rep-days one after the other and stores each as it is found, so that what was done by a job called off or cut
//! short is kept. Its state lives in a watch channel: whoever follows it sees the newest, and nobody holds it up.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use tokio::sync::watch;
use utoipa::ToSchema;

use super::clock;
use super::problem::{Kind, Problem};
use super::state::Loaded;
use crate::planner::{Control, DayRequest, PlanError, Progress};

/// Unfinished jobs, at most.
const MOST_OPEN: usize = 8;
/// Finished jobs that are kept.
const MOST_KEPT: usize = 32;

/// How a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum JobStatus {
    /// Another job runs first.
    Waiting,
    /// At work.
    Running,
    /// All days are planned.
    Done,
    /// Called off; the days planned before stay.
    Cancelled,
    /// A defect ended it; the days planned before stay.
    Failed,
}

impl JobStatus {
    /// Nothing more will happen.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Done | Self::Cancelled | Self::Failed)
    }
}

/// How far a job is.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct JobProgress {
    /// `waiting`, `running`, `done`, `cancelled` or `failed`.
    pub status: JobStatus,
    /// Rep-days finished.
    pub days_done: usize,
    /// Rep-days asked for.
    pub days_total: usize,
    /// The rep-day at work.
    pub rep: Option<String>,
    /// Its date.
    pub date: Option<NaiveDate>,
    /// Search steps made on it.
    pub iterations: u64,
    /// Share of its search that is done, 0 to 1.
    pub share: f64,
    /// Cost of its best plan so far (driving plus prizes missed), in seconds.
    pub best_s: Option<i64>,
    /// What no plan of it can beat, in seconds.
    pub bound_s: Option<i64>,
}

/// What became of one rep-day of a job.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DayResult {
    pub rep: String,
    pub date: NaiveDate,
    /// The run of its plan; `null` when none was stored.
    pub run_id: Option<String>,
    /// Number of visits.
    pub visits: u32,
    /// Why it was not planned, or what a person should know.
    pub note: Option<String>,
}

/// A job with its results so far.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Job)]
pub struct JobOut {
    pub id: String,
    /// When it was asked for.
    pub created: DateTime<Utc>,
    #[serde(flatten)]
    pub progress: JobProgress,
    /// Finished rep-days, by date and rep.
    pub results: Vec<DayResult>,
}

/// One job.
pub struct Job {
    id: String,
    created: DateTime<Utc>,
    days: Vec<DayRequest>,
    off: AtomicBool,
    progress: watch::Sender<JobProgress>,
    results: Mutex<Vec<DayResult>>,
}

impl Job {
    /// The job as served.
    pub fn told(&self) -> JobOut {
        let results = self.results.lock().unwrap_or_else(PoisonError::into_inner);
        JobOut {
            id: self.id.clone(),
            created: self.created,
            progress: self.progress.borrow().clone(),
            results: results.clone(),
        }
    }

    /// Follows it.
    pub fn follow(&self) -> watch::Receiver<JobProgress> {
        self.progress.subscribe()
    }

    fn status(&self) -> JobStatus {
        self.progress.borrow().status
    }

    fn is_off(&self) -> bool {
        self.off.load(Ordering::Relaxed)
    }

    fn end(&self, status: JobStatus) {
        self.progress.send_modify(|progress| {
            if !progress.status.is_final() {
                progress.status = status;
                (progress.rep, progress.date) = (None, None);
            }
        });
    }

    fn run(&self, loaded: &Loaded) {
        for day in &self.days {
            if self.is_off() {
                return self.end(JobStatus::Cancelled);
            }
            self.progress.send_modify(|progress| {
                *progress = JobProgress {
                    status: JobStatus::Running,
                    rep: Some(day.rep.0.clone()),
                    date: Some(day.date),
                    ..JobProgress::of(progress.days_done, progress.days_total)
                };
            });
            let result = self.plan(loaded, day);
            if self.is_off() {
                return self.end(JobStatus::Cancelled);
            }
            let mut results = self.results.lock().unwrap_or_else(PoisonError::into_inner);
            results.push(result);
            self.progress
                .send_modify(|progress| progress.days_done += 1);
        }
        self.end(JobStatus::Done);
    }

    /// Plans one rep-day and stores it, unless the job is called off meanwhile.
    fn plan(&self, loaded: &Loaded, day: &DayRequest) -> DayResult {
        let found = loaded
            .planner
            .plan_day_watched(day, &|told| self.watch(told));
        let stored = found.and_then(|plan| {
            if !self.is_off() {
                loaded.planner.store_plan(&plan, clock::now())?;
            }
            Ok(plan)
        });
        let (run_id, visits, note) = match stored {
            Ok(plan) if plan.day_off.is_some() => (None, 0, plan.warnings.first().cloned()),
            Ok(plan) => (Some(plan.run_id), plan.totals.visits, None),
            Err(error) => (None, 0, Some(note_of(error))),
        };
        DayResult {
            rep: day.rep.0.clone(),
            date: day.date,
            run_id,
            visits,
            note,
        }
    }

    fn watch(&self, told: &Progress) -> Control {
        let seconds = |millis: i64| millis.div_euclid(1_000);
        self.progress.send_modify(|progress| {
            progress.iterations = told.iterations;
            progress.share = (told.share * 1e3).round() / 1e3;
            progress.best_s = Some(seconds(told.best.value));
            progress.bound_s = told.bound.map(|bound| seconds(bound.value));
        });
        if self.is_off() {
            Control::Stop
        } else {
            Control::Continue
        }
    }
}

/// What a client may know of a failure; the rest goes to the log.
fn note_of(error: PlanError) -> String {
    Problem::from(error).detail
}

impl JobProgress {
    fn of(days_done: usize, days_total: usize) -> Self {
        Self {
            status: JobStatus::Waiting,
            days_done,
            days_total,
            rep: None,
            date: None,
            iterations: 0,
            share: 0.0,
            best_s: None,
            bound_s: None,
        }
    }
}

/// All jobs of this server.
#[derive(Default)]
pub struct Jobs {
    /// Oldest first.
    list: Mutex<VecDeque<Arc<Job>>>,
    count: AtomicU64,
    /// Held by the job that runs.
    turn: Arc<Mutex<()>>,
}

impl Jobs {
    /// Starts a job, or lets it wait for the one before.
    ///
    /// # Errors
    /// 503 when too many are waiting; 500 when no thread can be had.
    pub fn start(&self, loaded: Arc<Loaded>, days: Vec<DayRequest>) -> Result<Arc<Job>, Problem> {
        let mut list = self.list.lock().unwrap_or_else(PoisonError::into_inner);
        let open = list.iter().filter(|job| !job.status().is_final()).count();
        if open >= MOST_OPEN {
            return Err(Problem::new(
                Kind::Overloaded,
                format!("{MOST_OPEN} jobs are waiting already; call one off or try again later."),
            ));
        }
        let job = Arc::new(Job {
            id: format!("job-{}", self.count.fetch_add(1, Ordering::Relaxed) + 1),
            created: clock::now(),
            progress: watch::Sender::new(JobProgress::of(0, days.len())),
            days,
            off: AtomicBool::new(false),
            results: Mutex::default(),
        });
        let (turn, work) = (Arc::clone(&self.turn), Arc::clone(&job));
        // A thread of its own: the server stops without waiting for it.
        let thread = std::thread::Builder::new().name("job".to_owned());
        let started = thread.spawn(move || {
            let _turn = turn.lock().unwrap_or_else(PoisonError::into_inner);
            if catch_unwind(AssertUnwindSafe(|| work.run(&loaded))).is_err() {
                tracing::error!(job = work.id, "job failed inside");
                work.end(JobStatus::Failed);
            }
        });
        started.map_err(|cause| Problem::internal(&cause))?;
        list.push_back(Arc::clone(&job));
        while list.len() > MOST_KEPT {
            let oldest = list.iter().position(|job| job.status().is_final());
            list.remove(oldest.unwrap_or(0));
        }
        Ok(job)
    }

    /// All that are known, newest first.
    pub fn all(&self) -> Vec<Arc<Job>> {
        let list = self.list.lock().unwrap_or_else(PoisonError::into_inner);
        list.iter().rev().cloned().collect()
    }

    /// One of them.
    pub fn get(&self, id: &str) -> Option<Arc<Job>> {
        let list = self.list.lock().unwrap_or_else(PoisonError::into_inner);
        list.iter().find(|job| job.id == id).cloned()
    }

    /// Calls a job off; one that is over is left as it is.
    pub fn cancel(&self, id: &str) -> Option<Arc<Job>> {
        let job = self.get(id)?;
        job.off.store(true, Ordering::Relaxed);
        if job.status() == JobStatus::Waiting {
            job.end(JobStatus::Cancelled);
        }
        Some(job)
    }
}
