//! An account tried on a kept day: [`Trial`], what keeps it out and the smallest changes that let it in.

use chrono::Timelike;

use super::Planner;
use super::candidates::Candidate;
use super::edit::Edit;
use super::problem::{day_problem, travel};
use super::remedy::{Remedy, What};
use super::search::{Found, promise};
use super::table::{Kept, Table};
use crate::tours::changes::{Change, Proven, Terms, holds_everyone, smallest_changes};
use crate::tours::schedule::schedule;
use crate::tours::{Blocked, Budget, Solution};

/// Hours change by whole minutes, in milliseconds.
const MINUTE: i64 = 60_000;
/// Prizes change by whole seconds of travel.
const SECOND: i64 = 1_000;

/// Steps of the search for an order of all stops. Some forty are looked for, and someone waits for the answer.
const ORDER_STEPS: u64 = 500;

/// An account tried on a kept day.
pub(super) struct Trial<'c, 'a> {
    kept: &'c Kept,
    table: &'c Table<'a>,
    /// The day as planned: its stops, the account, and the others that a search would look at.
    pub found: Found<'c, 'a>,
    /// Number of the account's visit; those before it are the stops in order.
    pub visit: usize,
    /// As the day was planned.
    budget: Budget,
}

impl<'c, 'a> Trial<'c, 'a> {
    /// `None` when the plan breaks rules as it stands: then nothing can be proven on it.
    pub fn new(
        planner: &Planner,
        kept: &'c Kept,
        table: &'c Table<'a>,
        number: usize,
    ) -> Option<Self> {
        let visit = table.order.len();
        let mut numbers = table.order.clone();
        numbers.push(number);
        let mut others: Vec<usize> = (0..table.candidates.len())
            .filter(|other| !numbers.contains(other))
            .collect();
        let worth = |&number: &usize| promise(&table.frame, &table.candidates[number]);
        others.sort_by(|a, b| worth(b).total_cmp(&worth(a)).then(a.cmp(b)));
        let room = (planner.settings.candidates as usize).saturating_sub(numbers.len());
        numbers.extend(others.into_iter().take(room));
        let candidates: Vec<&Candidate> = numbers.iter().map(|&n| &table.candidates[n]).collect();
        let matrix = travel(&planner.ground, &table.frame, &candidates);
        let mut problem = day_problem(&table.frame, &candidates, 0, &matrix);
        problem.visits[visit].required = false;
        let order: Vec<usize> = (0..visit).collect();
        let tours = if visit == 0 {
            Vec::new()
        } else {
            vec![schedule(&problem, 0, &order)?]
        };
        Some(Self {
            kept,
            table,
            visit,
            found: Found {
                solution: Solution {
                    tours,
                    left_out: (visit..candidates.len()).collect(),
                    ..Solution::default()
                },
                candidates,
                problem,
            },
            budget: Budget {
                iterations: Some(planner.settings.iterations),
                seconds: None,
                seed: kept.plan.seed,
                threads: 1,
            },
        })
    }

    /// Who is tried.
    pub fn candidate(&self) -> &'c Candidate<'a> {
        self.found.candidates[self.visit]
    }

    /// What would let the visit in. Someone `kept_out` by the book has no prize to weigh, but can be asked for.
    pub fn remedies(&self, blocked: &Blocked, kept_out: bool) -> Vec<Remedy> {
        let as_it_is = matches!(blocked, Blocked::Fits { .. });
        if as_it_is || kept_out && matches!(blocked, Blocked::NotWorthIt { .. }) {
            return self.asked_for().into_iter().collect();
        }
        let terms = Terms {
            time: MINUTE,
            worth: (!kept_out).then_some(SECOND),
            budget: self.order_budget(),
            plan_budget: self.budget,
        };
        let changes = smallest_changes(
            &self.found.problem,
            &self.found.solution,
            self.visit,
            0,
            &terms,
        );
        changes
            .iter()
            .filter_map(|proven| self.remedy(proven))
            .collect()
    }

    fn order_budget(&self) -> Budget {
        Budget {
            iterations: self.budget.iterations.map(|steps| steps.min(ORDER_STEPS)),
            ..self.budget
        }
    }

    /// Asking for the visit, when the day solved anew holds it and every stop.
    pub fn asked_for(&self) -> Option<Remedy> {
        let (problem, solution) = (&self.found.problem, &self.found.solution);
        let proven = holds_everyone(problem, solution, self.visit, 0, &self.order_budget())?;
        self.remedy(&proven)
    }

    /// A proven change in the words of the trade; `None` where nobody could make it.
    fn remedy(&self, proven: &Proven) -> Option<Remedy> {
        let frame = &self.table.frame;
        let local = |millis: i64| {
            let time = frame.clock.instant(millis).time();
            time.with_second(0).unwrap_or(time)
        };
        let mut hours = self.kept.plan.hours;
        let what = match proven.change {
            Change::Ask => What::AskFor {
                reordered: !in_order(&proven.order, self.visit),
            },
            Change::StartEarlier { by } => {
                // Nobody leaves yesterday, or before now.
                if frame.shift.0 - by < 0 || frame.origin.is_some() {
                    return None;
                }
                let start = local(frame.shift.0 - by);
                hours.start = Some(start);
                What::StartEarlier {
                    start,
                    by_min: by / MINUTE,
                }
            }
            Change::EndLater { by } => {
                let end = local(frame.shift.1 + by);
                if end <= frame.rep.shift_start {
                    return None;
                }
                hours.end = Some(end);
                What::EndLater {
                    end,
                    by_min: by / MINUTE,
                }
            }
            Change::OpenLonger { window, by } => {
                // Visits have the windows of their candidates, in the same order.
                let (_, last) = self.candidate().starts.get(window)?;
                What::OpenLonger {
                    until: local(last + by),
                    by_min: by / MINUTE,
                }
            }
            Change::MoreStops { by } => What::MoreVisits {
                limit: frame.rep.max_visits.unwrap_or(0),
                by: by as u32,
            },
            Change::WorthMore { prize } => What::WorthMore {
                from_s: self.found.problem.visits[self.visit].prize / SECOND,
                to_s: prize / SECOND,
                instead: self.out_then(proven),
            },
            Change::Anew => What::PlanAgain {
                instead: self.out_then(proven),
            },
            Change::InsteadOf { visit } => {
                let other = self.found.candidates[visit].account;
                What::InsteadOf {
                    account: other.id.clone(),
                    name: other.name.clone(),
                }
            }
            // A day's problem knows no skills: who lacks one never gets here.
            Change::Skills => return None,
        };
        Some(Remedy {
            what,
            edits: self.edits(&proven.order),
            hours,
        })
    }

    /// Names of the stops that are out with a change.
    fn out_then(&self, proven: &Proven) -> Vec<String> {
        (0..self.visit)
            .filter(|stop| !proven.order.contains(stop))
            .map(|stop| self.found.candidates[stop].account.name.clone())
            .collect()
    }

    /// The edits that turn the plan's order into `target`.
    fn edits(&self, target: &[usize]) -> Vec<Edit> {
        let account = |visit: usize| self.found.candidates[visit].account.id.clone();
        let gone = (0..self.visit).filter(|stop| !target.contains(stop));
        let mut edits: Vec<Edit> = gone
            .map(|stop| Edit::Remove {
                account: account(stop),
            })
            .collect();
        let mut order: Vec<usize> = (0..self.visit).filter(|v| target.contains(v)).collect();
        for (at, &visit) in target.iter().enumerate() {
            if order.get(at) == Some(&visit) {
                continue;
            }
            let to = at as u32 + 1;
            let before = order.iter().position(|&v| v == visit);
            edits.push(match before {
                Some(before) => {
                    order.remove(before);
                    Edit::Move {
                        account: account(visit),
                        to,
                    }
                }
                None => Edit::Insert {
                    account: account(visit),
                    to: Some(to),
                },
            });
            order.insert(at, visit);
        }
        edits
    }
}

/// Do the stops other than `visit` stand as they are numbered?
fn in_order(order: &[usize], visit: usize) -> bool {
    let stops = order.iter().filter(|&&v| v != visit);
    stops.is_sorted()
}
