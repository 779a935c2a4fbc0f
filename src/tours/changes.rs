//! The smallest change that would let a left-out visit in, proven by making it and solving anew.
//!
//! Two questions are asked of the solver. *Does the day hold everyone?* The rep-day alone, with the change, the visit and
//! every stop it has now required, in whatever order: so changes of hours, of skills and of stops are found. *Would a plan
//! take the visit by itself?* The whole problem, nothing asked for: so the least prize is found. Each change is the least
//! of its kind in whole steps: solved anew with it, the answer is yes; with one step less it is no.

use super::least_prize::least_prize;
use super::problem::{Budget, Problem};
use super::reasons::{Blocked, day_verdict, least_stretch};
use super::resolve::order_of_all;
use super::rules::{gain, holds};
use super::solution::Solution;

/// The longest stretch of hours that is looked at, in units of time.
const MOST_STRETCH: i64 = 1 << 36;

/// One change to a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Nothing but asking for the visit: in another order the day holds it and all its stops.
    Ask,
    /// The rep-day starts earlier.
    StartEarlier {
        /// By how much.
        by: i64,
    },
    /// The rep-day ends later.
    EndLater {
        /// By how much.
        by: i64,
    },
    /// One window of the visit closes later.
    OpenLonger {
        /// Which, as they are listed.
        window: usize,
        /// By how much.
        by: i64,
    },
    /// The rep-day may have more stops.
    MoreStops {
        /// By how many.
        by: usize,
    },
    /// Nothing: a plan made anew takes the visit by itself, for what it is worth now.
    Anew,
    /// The visit is worth more.
    WorthMore {
        /// The prize it needs.
        prize: i64,
    },
    /// A planned visit of lower worth makes room.
    InsteadOf {
        /// The visit to drop.
        visit: usize,
    },
    /// The rep of the day has every skill that the visit asks for.
    Skills,
}

/// A change, and the visits of the day in the order that solving anew with it gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proven {
    /// What to change.
    pub change: Change,
    /// The day then.
    pub order: Vec<usize>,
}

/// In which steps changes are counted, and how hard the solver looks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Terms {
    /// The step of hours, in units of time.
    pub time: i64,
    /// The step of prizes; `None` looks for no prize, which saves most of the time.
    pub worth: Option<i64>,
    /// The search for an order of all stops, where they are too many to be solved by proof. A change of hours takes dozens.
    pub budget: Budget,
    /// The search for a plan that takes the visit by itself: the planner's own, or the prize found is not the planner's.
    pub plan_budget: Budget,
}

/// The changes that would put `visit` on `day`, one of each kind that can help; empty where none can, or where it fits.
/// All are counted from `solution`, a plan of `problem`.
#[must_use]
pub fn smallest_changes(
    problem: &Problem,
    solution: &Solution,
    visit: usize,
    day: usize,
    terms: &Terms,
) -> Vec<Proven> {
    let trial = Trial {
        problem,
        solution,
        visit,
        day,
        terms,
    };
    match day_verdict(problem, solution, visit, day) {
        Blocked::NotWorthIt { .. } => trial.worth_more().into_iter().collect(),
        Blocked::Skill => trial.proven(Change::Skills).into_iter().collect(),
        Blocked::NoTime { .. }
        | Blocked::NoGap { .. }
        | Blocked::OutOfReach { .. }
        | Blocked::Closed
        | Blocked::MaxStops { .. }
        | Blocked::MaxDrive { .. }
        | Blocked::Load { .. } => trial.all(),
        Blocked::Fits { .. } | Blocked::NoWay | Blocked::DayNotAllowed | Blocked::GroupServed => {
            Vec::new()
        }
    }
}

/// The day solved anew with `visit` asked for, when it then holds the visit and every stop it has in `solution`.
#[must_use]
pub fn holds_everyone(
    problem: &Problem,
    solution: &Solution,
    visit: usize,
    day: usize,
    budget: &Budget,
) -> Option<Proven> {
    let terms = Terms {
        time: 1,
        worth: None,
        budget: *budget,
        plan_budget: *budget,
    };
    Trial {
        problem,
        solution,
        visit,
        day,
        terms: &terms,
    }
    .proven(Change::Ask)
}

/// The problem with a change made for `visit` and `day`.
#[must_use]
pub fn apply(problem: &Problem, visit: usize, day: usize, change: Change) -> Problem {
    let mut changed = problem.clone();
    match change {
        Change::StartEarlier { by } => changed.days[day].shift.open -= by,
        Change::EndLater { by } => changed.days[day].shift.close += by,
        Change::OpenLonger { window, by } => changed.visits[visit].windows[window].close += by,
        Change::MoreStops { by } => {
            let most = &mut changed.days[day].max_stops;
            *most = most.map(|most| most + by);
        }
        Change::WorthMore { prize } => changed.visits[visit].prize = prize,
        Change::Skills => {
            let asked = changed.visits[visit].skills.clone();
            changed.days[day].skills.extend(asked);
        }
        Change::Ask | Change::Anew | Change::InsteadOf { .. } => {}
    }
    changed
}

/// Quick to see: whether no rule forbids the day all of `visits` whatever their order and the ways between them. Most changes
/// that cannot help fail here.
fn may_hold(problem: &Problem, day: usize, visits: &[usize]) -> bool {
    let most = problem.days[day].max_stops;
    most.is_none_or(|most| visits.len() <= most)
        && visits.iter().all(|&visit| problem.has_time(day, visit))
}

/// The visits of a day as they stand.
pub(super) fn standing(problem: &Problem, solution: &Solution, day: usize) -> Vec<usize> {
    let locked = &problem.days[day].prefix;
    let tour = solution.tour(day);
    tour.map_or_else(|| locked.clone(), |tour| tour.visits().collect())
}

/// The cheapest order that leaves the `standing` stops as they are, where it holds the same visits as `found`; `found`
/// itself otherwise. What need not move stays.
pub(super) fn least_moved(
    problem: &Problem,
    day: usize,
    standing: &[usize],
    visit: usize,
    found: Vec<usize>,
) -> Vec<usize> {
    let stay = standing.iter().copied().filter(|v| found.contains(v));
    let stay: Vec<usize> = stay.collect();
    if stay.len() + 1 != found.len() {
        return found;
    }
    let tries = (problem.days[day].prefix.len().min(stay.len())..=stay.len()).filter_map(|at| {
        let mut with = stay.clone();
        with.insert(at, visit);
        Some((holds(problem, day, &with).ok()?, with))
    });
    tries
        .min_by_key(|(cost, _)| *cost)
        .map_or(found, |(_, with)| with)
}

struct Trial<'a> {
    problem: &'a Problem,
    solution: &'a Solution,
    visit: usize,
    day: usize,
    terms: &'a Terms,
}

impl Trial<'_> {
    fn all(&self) -> Vec<Proven> {
        let mut found: Vec<Proven> = if let Some(asked) = self.proven(Change::Ask) {
            vec![asked]
        } else {
            let hours = [
                self.stretch(|by| Change::StartEarlier { by }),
                self.stretch(|by| Change::EndLater { by }),
                self.open_longer(),
                self.more_stops(),
                self.instead(),
            ];
            hours.into_iter().flatten().collect()
        };
        found.extend(self.worth_more());
        found
    }

    /// The visits of the day as they stand.
    fn order(&self) -> Vec<usize> {
        standing(self.problem, self.solution, self.day)
    }

    /// The change, when the day solved anew with it holds the visit and all that stay.
    fn proven(&self, change: Change) -> Option<Proven> {
        let mut all = self.order();
        if let Change::InsteadOf { visit } = change {
            all.retain(|&v| v != visit);
        }
        all.push(self.visit);
        let changed = apply(self.problem, self.visit, self.day, change);
        if !may_hold(&changed, self.day, &all) {
            return None;
        }
        let order = order_of_all(&changed, self.day, &all, &self.terms.budget)?;
        let order = least_moved(&changed, self.day, &self.order(), self.visit, order);
        Some(Proven { change, order })
    }

    /// The window of the visit that has to close least later; the last of those that tie, where people stay on most easily.
    fn open_longer(&self) -> Option<Proven> {
        let mut best: Option<(i64, Proven)> = None;
        for window in 0..self.problem.visits[self.visit].windows.len() {
            let kind = |by| Change::OpenLonger { window, by };
            // Where the best so far does not do, less does not either.
            if best
                .as_ref()
                .is_some_and(|&(by, _)| self.proven(kind(by)).is_none())
            {
                continue;
            }
            if let Some(found) = self.stretch(kind)
                && let Change::OpenLonger { by, .. } = found.change
            {
                best = Some((by, found));
            }
        }
        best.map(|(_, found)| found)
    }

    /// As many stops more as it takes.
    fn more_stops(&self) -> Option<Proven> {
        let limit = self.problem.days[self.day].max_stops?;
        let by = (self.order().len() + 1).checked_sub(limit)?;
        (by > 0).then(|| self.proven(Change::MoreStops { by }))?
    }

    /// The least number of steps of one kind; none at all was not enough.
    fn stretch(&self, kind: impl Fn(i64) -> Change) -> Option<Proven> {
        let step = self.terms.time.max(1);
        let change = |steps: i64| kind(steps * step);
        let most = MOST_STRETCH / step;
        let mut all = self.order();
        all.push(self.visit);
        let widest = apply(self.problem, self.visit, self.day, change(most));
        if !may_hold(&widest, self.day, &all) {
            return None;
        }
        // Into the order as it stands is quick to see, and seldom more than another order would take.
        let mut high = match least_stretch(|steps| self.inserts(change(steps)), most) {
            Some(steps) => steps,
            None => least_stretch(|steps| self.proven(change(steps)).is_some(), most)?,
        };
        let mut found = self.proven(change(high))?;
        let mut low = 0;
        // One step less is the likeliest to fail.
        let mut middle = high - 1;
        while low < middle {
            if let Some(less) = self.proven(change(middle)) {
                (high, found) = (middle, less);
            } else {
                low = middle;
            }
            middle = low + (high - low) / 2;
        }
        Some(found)
    }

    /// Does the visit fit between the stops as they are ordered now?
    fn inserts(&self, change: Change) -> bool {
        let changed = apply(self.problem, self.visit, self.day, change);
        let order = self.order();
        (changed.days[self.day].prefix.len()..=order.len()).any(|at| {
            let mut with = order.clone();
            with.insert(at, self.visit);
            holds(&changed, self.day, &with).is_ok()
        })
    }

    /// The planned visit that is worth least among those of lower worth whose place is enough.
    fn instead(&self) -> Option<Proven> {
        let worth = |v: usize| gain(self.problem, self.day, v);
        let locked = &self.problem.days[self.day].prefix;
        let own = worth(self.visit);
        let mut others: Vec<usize> = self
            .order()
            .into_iter()
            .filter(|v| !locked.contains(v) && !self.problem.visits[*v].required)
            .filter(|&v| worth(v) < own)
            .collect();
        others.sort_by_key(|&v| (worth(v), v));
        let mut changes = others.into_iter().map(|visit| Change::InsteadOf { visit });
        changes.find_map(|change| self.proven(change))
    }

    fn worth_more(&self) -> Option<Proven> {
        let step = self.terms.worth?;
        least_prize(
            self.problem,
            self.solution,
            self.visit,
            self.day,
            step,
            &self.terms.plan_budget,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tours::testkit::{BUDGET, brute_force, every_order, random_problem};
    use crate::tours::{BoundMethod, check, solve};

    const TERMS: Terms = Terms {
        time: 1,
        worth: Some(1),
        budget: BUDGET,
        plan_budget: BUDGET,
    };

    /// The change with one step less; `None` where there is no step.
    fn less(change: Change, step: i64) -> Option<Change> {
        match change {
            Change::StartEarlier { by } => Some(Change::StartEarlier { by: by - step }),
            Change::EndLater { by } => Some(Change::EndLater { by: by - step }),
            Change::OpenLonger { window, by } => Some(Change::OpenLonger {
                window,
                by: by - step,
            }),
            Change::WorthMore { prize } => Some(Change::WorthMore {
                prize: prize - step,
            }),
            Change::MoreStops { by } => (by > 1).then(|| Change::MoreStops { by: by - 1 }),
            Change::Ask | Change::Anew | Change::InsteadOf { .. } | Change::Skills => None,
        }
    }

    /// Is there any order at all in which the day, with the change, holds the visit and its stops? By trying them all.
    fn some_order_holds(
        problem: &Problem,
        day: usize,
        visit: usize,
        stops: &[usize],
        change: Change,
    ) -> bool {
        let changed = apply(problem, visit, day, change);
        let mut all = stops.to_vec();
        if let Change::InsteadOf { visit } = change {
            all.retain(|&v| v != visit);
        }
        all.push(visit);
        every_order(&mut all, &mut |order| holds(&changed, day, order).is_ok())
    }

    /// The best plans that have the visit on the day and that have it not, by trying everything; at the changed prize.
    fn best_with_and_without(
        problem: &Problem,
        day: usize,
        visit: usize,
        prize: i64,
    ) -> (i128, i128) {
        let mut worth = apply(problem, visit, day, Change::WorthMore { prize });
        worth.visits[visit].allowed_days = Some(vec![day]);
        let without = {
            let mut closed = worth.clone();
            closed.visits[visit].allowed_days = Some(Vec::new());
            brute_force(&closed)
        };
        let own = gain(&worth, day, visit);
        worth.visits[visit].required = true;
        // Being required counts far more than anything else.
        let required = gain(&worth, day, visit) - own;
        (brute_force(&worth) + required, without)
    }

    #[test]
    fn a_change_lets_the_visit_in_and_one_step_less_does_not_whatever_is_tried() {
        let mut seen = std::collections::BTreeMap::new();
        for seed in 0..150 {
            let days = if seed % 3 == 0 { 2 } else { 1 };
            let problem = random_problem(seed + 7_000, 6, days);
            let solution = solve(&problem, &TERMS.budget).expect("sound");
            if check::check(&problem, &solution).is_err() {
                continue; // locked visits that cannot be kept
            }
            for &visit in &solution.left_out {
                for day in 0..problem.days.len() {
                    let tour = solution.tour(day);
                    let stops: Vec<usize> = tour.map_or_else(
                        || problem.days[day].prefix.clone(),
                        |tour| tour.visits().collect(),
                    );
                    for Proven { change, order } in
                        smallest_changes(&problem, &solution, visit, day, &TERMS)
                    {
                        *seen
                            .entry(format!("{change:?}").split(' ').next().unwrap().to_owned())
                            .or_insert(0) += 1;
                        assert!(order.contains(&visit));
                        let changed = apply(&problem, visit, day, change);
                        assert!(
                            holds(&changed, day, &order).is_ok(),
                            "seed {seed}: {change:?}"
                        );
                        if let Change::WorthMore { prize } = change {
                            // Only a proven plan can be held against all plans.
                            if solution
                                .bound
                                .is_some_and(|b| b.method == BoundMethod::Exact)
                            {
                                let at = |prize| best_with_and_without(&problem, day, visit, prize);
                                let (with, without) = at(prize);
                                assert!(
                                    with <= without,
                                    "seed {seed}: {change:?} {with} {without}"
                                );
                                let (with, without) = at(prize - 1);
                                assert!(with >= without, "seed {seed}: less than {change:?}");
                            }
                            continue;
                        }
                        let smaller = less(change, 1).unwrap_or(Change::Ask);
                        assert!(
                            order.len() + usize::from(matches!(change, Change::InsteadOf { .. }))
                                == stops.len() + 1
                        );
                        if let Change::OpenLonger { by, .. } = change {
                            // No window of the visit does with less.
                            for window in 0..problem.visits[visit].windows.len() {
                                let other = Change::OpenLonger { window, by: by - 1 };
                                let holds = some_order_holds(&problem, day, visit, &stops, other);
                                assert!(!holds, "seed {seed}: {other:?} instead of {change:?}");
                            }
                        }
                        if change != Change::Ask {
                            assert!(
                                !some_order_holds(&problem, day, visit, &stops, smaller),
                                "seed {seed}: {change:?}"
                            );
                        }
                        if let Change::InsteadOf { visit: gone } = change {
                            let worth = |v| gain(&problem, day, v);
                            assert!(worth(gone) < worth(visit), "seed {seed}");
                            for other in stops.iter().filter(|&&v| worth(v) < worth(gone)) {
                                let other = Change::InsteadOf { visit: *other };
                                let bound = problem.days[day].prefix.contains(&visit);
                                assert!(
                                    bound || !some_order_holds(&problem, day, visit, &stops, other),
                                    "seed {seed}"
                                );
                            }
                        }
                    }
                }
            }
        }
        // Asking alone and dropping another are seldom enough where plans are this good.
        for kind in [
            "StartEarlier",
            "EndLater",
            "OpenLonger",
            "WorthMore",
            "Skills",
        ] {
            assert!(seen.contains_key(kind), "{kind}: {seen:?}");
        }
    }

    #[test]
    fn changes_come_in_whole_steps() {
        let mut seen = 0;
        for seed in 0..150 {
            let problem = random_problem(seed + 9_000, 8, 1);
            let solution = solve(&problem, &TERMS.budget).expect("sound");
            // Only proven plans are sure to come out the same in fine steps and in coarse ones.
            if solution
                .bound
                .is_none_or(|b| b.method != BoundMethod::Exact)
            {
                continue;
            }
            let coarse = Terms {
                time: 7,
                worth: Some(5),
                ..TERMS
            };
            for &visit in &solution.left_out {
                let fine = smallest_changes(&problem, &solution, visit, 0, &TERMS);
                for Proven { change, .. } in
                    smallest_changes(&problem, &solution, visit, 0, &coarse)
                {
                    let of = |change: &Change| match *change {
                        Change::StartEarlier { by } => Some((0, by, 7)),
                        Change::EndLater { by } => Some((1, by, 7)),
                        Change::OpenLonger { by, .. } => Some((2, by, 7)),
                        Change::WorthMore { prize } => Some((3, prize, 5)),
                        _ => None,
                    };
                    let Some((kind, much, step)) = of(&change) else {
                        continue;
                    };
                    assert_eq!(much % step, 0);
                    let exact = fine
                        .iter()
                        .filter_map(|p| of(&p.change))
                        .find(|f| f.0 == kind);
                    let (_, exact, _) = exact.unwrap_or_else(|| {
                        panic!("seed {seed}: {change:?} {fine:?} {problem:#?} {solution:#?}")
                    });
                    assert!(
                        (exact..exact + step).contains(&much),
                        "seed {seed}: {exact} {much}"
                    );
                    seen += 1;
                }
            }
        }
        assert!(seen > 30, "{seen}");
    }
}
