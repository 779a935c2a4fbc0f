//! Processes that run on after their request: [`ProcessJobs`]. One runs at a time, a few wait, and what has ended is kept while
//! it fits: so many jobs, and so many bytes of results.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Bytes;
use chrono::{DateTime, NaiveDate, Utc};

use super::process_run::{Beside, Process, Task};
use crate::api::clock;
use crate::api::problem::{Kind, Problem};
use crate::api::state::Loaded;

/// Jobs that wait or run, at most.
const MOST_OPEN: usize = 8;
/// Ended jobs that are kept, at most.
const MOST_KEPT: usize = 64;
/// Bytes of results that are kept.
const MOST_BYTES: usize = 64 << 20;

/// How a job stands, in the words of the standard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Waits.
    Accepted,
    /// At work.
    Running,
    /// Done, with a result.
    Successful,
    /// Ended by a problem.
    Failed,
    /// Called off.
    Dismissed,
}

impl Status {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Accepted,
        Self::Running,
        Self::Successful,
        Self::Failed,
        Self::Dismissed,
    ];

    /// Its name in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Running => "running",
            Self::Successful => "successful",
            Self::Failed => "failed",
            Self::Dismissed => "dismissed",
        }
    }

    /// Nothing more will happen.
    const fn is_final(self) -> bool {
        !matches!(self, Self::Accepted | Self::Running)
    }
}

/// What is known of a job.
#[derive(Clone, Debug)]
pub struct State {
    /// How it stands.
    pub status: Status,
    /// When it began.
    pub started: Option<DateTime<Utc>>,
    /// When it ended.
    pub finished: Option<DateTime<Utc>>,
    /// What it came to, while it is kept.
    pub outcome: Option<Result<Bytes, Problem>>,
}

/// One job.
pub struct ProcessJob {
    /// Its id.
    pub id: String,
    /// What runs.
    pub process: Process,
    /// When it was asked for.
    pub created: DateTime<Utc>,
    /// The result stands in a document, under the name of the output.
    pub in_document: bool,
    off: AtomicBool,
    state: Mutex<State>,
}

impl ProcessJob {
    /// How it stands now.
    pub fn state(&self) -> State {
        self.lock().clone()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn end(&self, outcome: Result<Bytes, Problem>) {
        let mut state = self.lock();
        if state.status.is_final() {
            return;
        }
        state.status = match outcome {
            Ok(_) => Status::Successful,
            Err(_) => Status::Failed,
        };
        state.finished = Some(clock::now());
        state.outcome = Some(outcome);
    }

    /// Says that it begins; `false` when it was called off before.
    fn begin(&self) -> bool {
        let mut state = self.lock();
        if state.status != Status::Accepted {
            return false;
        }
        (state.status, state.started) = (Status::Running, Some(clock::now()));
        true
    }

    fn bytes(&self) -> usize {
        match &self.lock().outcome {
            Some(Ok(bytes)) => bytes.len(),
            _ => 0,
        }
    }
}

/// What a job runs beside.
pub struct Ground {
    pub loaded: Arc<Loaded>,
    pub today: NaiveDate,
    pub now: DateTime<Utc>,
}

/// All jobs of this server.
#[derive(Default)]
pub struct ProcessJobs {
    shared: Arc<List>,
    count: AtomicU64,
    /// Held by the job that runs.
    turn: Arc<Mutex<()>>,
}

/// Oldest first.
#[derive(Default)]
struct List(Mutex<VecDeque<Arc<ProcessJob>>>);

impl List {
    fn lock(&self) -> std::sync::MutexGuard<'_, VecDeque<Arc<ProcessJob>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets the oldest ended jobs go until the rest fits.
    fn trim(&self) {
        let mut list = self.lock();
        loop {
            let ended: Vec<usize> = (0..list.len())
                .filter(|i| list[*i].state().status.is_final())
                .collect();
            let bytes: usize = list.iter().map(|job| job.bytes()).sum();
            match ended.first() {
                Some(oldest) if ended.len() > MOST_KEPT || bytes > MOST_BYTES => {
                    list.remove(*oldest);
                }
                _ => return,
            }
        }
    }
}

impl ProcessJobs {
    /// Starts a job, or lets it wait for the one before.
    ///
    /// # Errors
    /// 503 when too many are waiting; 500 when no thread can be had.
    pub fn start(
        &self,
        ground: Ground,
        process: Process,
        task: Task,
        in_document: bool,
    ) -> Result<Arc<ProcessJob>, Problem> {
        let mut list = self.shared.lock();
        let open = list.iter().filter(|job| !job.state().status.is_final());
        if open.count() >= MOST_OPEN {
            let text =
                format!("{MOST_OPEN} jobs are waiting already; dismiss one or try again later.");
            return Err(Problem::new(Kind::Overloaded, text));
        }
        let number = self.count.fetch_add(1, Ordering::Relaxed) + 1;
        let job = Arc::new(ProcessJob {
            id: format!("{}-{number}", process.id()),
            process,
            created: clock::now(),
            in_document,
            off: AtomicBool::new(false),
            state: Mutex::new(State {
                status: Status::Accepted,
                started: None,
                finished: None,
                outcome: None,
            }),
        });
        let (shared, turn, work) = (
            Arc::clone(&self.shared),
            Arc::clone(&self.turn),
            Arc::clone(&job),
        );
        // A thread of its own: the server stops without waiting for it.
        let thread = std::thread::Builder::new().name("process".to_owned());
        let started = thread.spawn(move || {
            {
                let _turn = turn.lock().unwrap_or_else(PoisonError::into_inner);
                if work.begin() {
                    work.end(run(task, &ground, &work.off));
                }
            }
            shared.trim();
        });
        started.map_err(|cause| Problem::internal(&cause))?;
        list.push_back(Arc::clone(&job));
        Ok(job)
    }

    /// All that are known, newest first.
    pub fn all(&self) -> Vec<Arc<ProcessJob>> {
        self.shared.lock().iter().rev().cloned().collect()
    }

    /// One of them.
    pub fn get(&self, id: &str) -> Option<Arc<ProcessJob>> {
        self.shared.lock().iter().find(|job| job.id == id).cloned()
    }

    /// Calls a job off when it waits or runs; forgets it when it has ended. Its state then, with the job.
    pub fn dismiss(&self, id: &str) -> Option<(Arc<ProcessJob>, State)> {
        let job = self.get(id)?;
        let mut state = job.lock();
        if state.status.is_final() {
            state.status = Status::Dismissed;
            let last = state.clone();
            drop(state);
            self.shared.lock().retain(|kept| kept.id != id);
            return Some((job, last));
        }
        job.off.store(true, Ordering::Relaxed);
        (state.status, state.finished) = (Status::Dismissed, Some(clock::now()));
        let last = state.clone();
        drop(state);
        Some((job, last))
    }
}

fn run(task: Task, ground: &Ground, off: &AtomicBool) -> Result<Bytes, Problem> {
    let beside = Beside {
        loaded: &ground.loaded,
        today: ground.today,
        now: ground.now,
        off,
    };
    let done = catch_unwind(AssertUnwindSafe(|| task.run(&beside)));
    let bytes = done.unwrap_or_else(|_| Err(Problem::internal(&"a process failed inside")))?;
    if bytes.len() > MOST_BYTES {
        let text = format!(
            "The result is larger than the {MOST_BYTES} bytes that are kept; ask for less."
        );
        return Err(Problem::new(Kind::Unanswerable, text));
    }
    Ok(bytes.into())
}
