//! Rounds over parts: a large problem is divided anew in each round, and its parts are searched side by side.
//!
//! What a part does depends on its problem, its seed and its number of steps alone, and parts are joined in order: the
//! number of threads never changes the result of an iteration budget.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::anneal::{Keep, Settings, anneal, unit_of_heat};
use super::inserter;
use super::model::{Model, NONE, Node};
use super::near::Near;
use super::parts::{Part, divide};
use super::random::Random;
use super::rescue::rescue;
use super::state::Tours;
use super::stop::{Leash, Limits, Stop};
use super::watch::Watch;
use crate::tours::problem::{Budget, Objective};

/// Visits of a part, at least, and tours: parts of few tours leave a visit too little choice.
const SIZE: usize = 200;
const TOURS: usize = 8;
/// The most rounds.
const MOST_ROUNDS: u64 = 40;
/// The least steps that a round gives to a part.
const LEAST_STEPS: u64 = 1_000;
/// The least time that a round gives to a part.
const LEAST_TIME: Duration = Duration::from_millis(60);

/// A search in rounds.
pub struct Rounds<'s> {
    pub near: &'s Near,
    pub settings: &'s Settings,
    pub budget: &'s Budget,
    pub limits: &'s Limits,
    /// When the clock ends the search.
    pub until: Option<Duration>,
}

/// One part at work.
struct Task {
    part: Part,
    seed: u64,
    leash: Leash,
    /// Share of the round's time.
    share: f64,
}

/// What became of a part: orders in the numbers of the whole problem.
struct Outcome {
    orders: Vec<Vec<Node>>,
    steps: u64,
    cut: bool,
}

impl Rounds<'_> {
    /// The best tours found, the steps made, and whether the clock or the caller cut them short.
    pub fn run<'a>(
        &self,
        mut tours: Tours<'a>,
        random: &mut Random,
        watch: &mut Watch,
    ) -> (Tours<'a>, u64, bool) {
        let began = self.limits.spent();
        let rounds = self.count(&tours);
        tours.settle_all();
        let mut best = tours.clone();
        let (mut steps, mut cut) = (0, false);
        for round in 0..rounds {
            if self.is_over() {
                cut |= self.limits.is_cancelled() || self.budget.iterations.is_some();
                break;
            }
            if tours.required_out() > 0 {
                let mut inserter = inserter(tours.model, self.near, self.settings.blink);
                steps += rescue(&mut tours, &mut inserter, &|| self.is_over(), random);
                if tours.cost < best.cost {
                    best = tours.clone();
                }
            }
            let tasks = self.tasks(&tours, round, rounds, began, random);
            let keep = if round + 1 == rounds {
                Keep::Best
            } else {
                Keep::Last
            };
            let outcomes = self.work(&tours, &tasks, keep);
            for (task, outcome) in tasks.iter().zip(outcomes) {
                join(&mut tours, task, &outcome);
                steps += outcome.steps;
                cut |= outcome.cut;
            }
            tours.settle_all();
            if tours.cost <= best.cost {
                best = tours.clone();
            }
            if watch.is_due() {
                let share = (round + 1) as f64 / rounds as f64;
                watch.report(
                    tours.model.problem,
                    self.limits,
                    &best.orders(),
                    steps,
                    share,
                );
            }
        }
        (best, steps, cut)
    }

    /// Is the time for searching used up, or the search called off?
    fn is_over(&self) -> bool {
        let late = |until| self.limits.spent() >= until;
        self.limits.is_cancelled() || self.until.is_some_and(late)
    }

    fn count(&self, tours: &Tours) -> u64 {
        let parts = (tours.model.visits / size(tours)).max(1) as u64;
        let threads = (self.budget.threads.max(1) as u64).min(parts);
        if let Some(steps) = self.budget.iterations {
            return (steps / (parts * LEAST_STEPS)).clamp(1, MOST_ROUNDS);
        }
        let left = self.until.map_or(Duration::MAX, |until| {
            until.saturating_sub(self.limits.spent())
        });
        let round = LEAST_TIME.as_secs_f64() * parts as f64 / threads as f64;
        ((left.as_secs_f64() / round) as u64).clamp(1, MOST_ROUNDS)
    }

    fn tasks(
        &self,
        tours: &Tours,
        round: u64,
        rounds: u64,
        began: Duration,
        random: &mut Random,
    ) -> Vec<Task> {
        let parts = divide(tours, self.near, size(tours), random);
        let visits: usize = parts.iter().map(|part| part.visits.len()).sum();
        let share = |done: u64| done as f64 / rounds as f64;
        let until = self.until.map(|until| {
            let whole = until.saturating_sub(began);
            began + whole.mul_f64(share(round + 1))
        });
        let steps_of_round = self
            .budget
            .iterations
            .map(|steps| steps * (round + 1) / rounds - steps * round / rounds);
        let task = |part: Part| {
            let share_of_part = part.visits.len() as f64 / visits.max(1) as f64;
            let steps = steps_of_round.map(|steps| {
                (u128::from(steps) * part.visits.len() as u128 / visits.max(1) as u128) as u64
            });
            Task {
                seed: random.next(),
                leash: Leash {
                    steps,
                    until,
                    from: share(round),
                    to: share(round + 1),
                },
                share: share_of_part,
                part,
            }
        };
        parts.into_iter().map(task).collect()
    }

    /// Searches all parts, on as many threads as the budget grants.
    fn work(&self, tours: &Tours, tasks: &[Task], keep: Keep) -> Vec<Outcome> {
        let next = AtomicUsize::new(0);
        let threads = self.budget.threads.clamp(1, tasks.len().max(1));
        let done: Mutex<Vec<Option<Outcome>>> = Mutex::new(tasks.iter().map(|_| None).collect());
        let worker = || {
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                let Some(task) = tasks.get(at) else { return };
                let outcome = if self.is_over() {
                    untouched(tours, &task.part)
                } else {
                    self.one(tours, task, &tasks[at..], threads, keep)
                };
                done.lock().expect("no worker panics")[at] = Some(outcome);
            }
        };
        std::thread::scope(|scope| {
            for _ in 1..threads {
                scope.spawn(worker);
            }
            worker();
        });
        let done = done.into_inner().expect("no worker panics");
        done.into_iter()
            .map(|one| one.expect("every part was taken"))
            .collect()
    }

    /// Searches one part.
    fn one(
        &self,
        tours: &Tours,
        task: &Task,
        rest: &[Task],
        threads: usize,
        keep: Keep,
    ) -> Outcome {
        let problem = task.part.problem(tours);
        let model = Model::new(&problem);
        let near = Near::new(&model, super::NEAR);
        let mut own = Tours::new(&model);
        for (day, order) in task.part.orders(tours).iter().enumerate() {
            own.set_order(day as u32, order);
        }
        let mut settings = *self.settings;
        if model.problem.objective == Objective::MaxPrize {
            settings.scale = unit_of_heat(&own);
        }
        let leash = self.cut_time(task, rest, threads);
        let mut stop = Stop::new(self.limits, leash);
        let mut random = Random::new(task.seed);
        if model.visits > 0 {
            let mut inserter = inserter(&model, &near, settings.blink);
            let each = |_: &Tours, _, _| {};
            own = anneal(
                own,
                &mut inserter,
                &settings,
                keep,
                &mut stop,
                &mut random,
                each,
            );
        }
        let named = |order: Vec<Node>| {
            order
                .iter()
                .map(|&v| task.part.visits[v as usize])
                .collect()
        };
        Outcome {
            orders: (0..model.days.len() as u32)
                .map(|day| named(own.order(day)))
                .collect(),
            steps: stop.steps(),
            cut: stop.was_cut(),
        }
    }

    /// By the clock: what is left of the round, divided by what is left to do.
    fn cut_time(&self, task: &Task, rest: &[Task], threads: usize) -> Leash {
        let Some(until) = task.leash.until else {
            return task.leash;
        };
        let waiting: f64 = rest.iter().map(|t| t.share).sum();
        let now = self.limits.spent();
        let left = until.saturating_sub(now);
        let slice = left.mul_f64((task.share * threads as f64 / waiting.max(1e-9)).min(1.0));
        Leash {
            until: Some(now + slice),
            ..task.leash
        }
    }
}

/// A part that there was no time for.
fn untouched(tours: &Tours, part: &Part) -> Outcome {
    Outcome {
        orders: part.days.iter().map(|&day| tours.order(day)).collect(),
        steps: 0,
        cut: true,
    }
}

/// How many planned visits make a part.
fn size(tours: &Tours) -> usize {
    let used = tours.stops.iter().filter(|s| **s > 0).count();
    let planned = tours.model.visits - tours.absent().len();
    SIZE.max(TOURS * planned / used.max(1))
}

/// Puts a part's orders back into the whole.
fn join(tours: &mut Tours, task: &Task, outcome: &Outcome) {
    for &day in &task.part.days {
        tours.set_order(day, &[]);
    }
    for (&day, order) in task.part.days.iter().zip(&outcome.orders) {
        debug_assert!(order.iter().all(|&v| tours.day[v as usize] == NONE));
        tours.set_order(day, order);
    }
}
