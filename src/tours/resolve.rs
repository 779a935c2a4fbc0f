//! Days and plans solved anew, to see what becomes of one visit: what [`super::changes`] proves its changes with.

use super::check::check;
use super::engine::Wanted;
use super::problem::{Budget, Problem, Visit};
use super::solution::Solution;
use super::solve::plan;

/// The plan of `problem` solved anew, without a bound; `None` when the judge refuses it.
pub(super) fn resolved(problem: &Problem, budget: &Budget) -> Option<Solution> {
    checked(problem, budget, Wanted::Best)
}

fn checked(problem: &Problem, budget: &Budget, wanted: Wanted) -> Option<Solution> {
    let solution = plan(problem, budget, wanted).ok()?;
    check(problem, &solution).is_ok().then_some(solution)
}

/// An order in which the rep-day `day` holds all of `visits`, found by solving that day anew; `None` when the solver finds
/// none. Days of up to 12 free visits are solved to the optimum, so that `None` proves there is none (where time has a
/// price or a longest duration binds: unless too many orders come into question).
pub(super) fn order_of_all(
    problem: &Problem,
    day: usize,
    visits: &[usize],
    budget: &Budget,
) -> Option<Vec<usize>> {
    let alone = day_alone(problem, day, visits);
    let solution =
        checked(&alone, budget, Wanted::Everyone).filter(|found| found.left_out.is_empty())?;
    let tour = solution.tour(0);
    Some(
        tour.into_iter()
            .flat_map(|tour| tour.visits().map(|at| visits[at]))
            .collect(),
    )
}

/// One rep-day as a problem of its own, in which every one of `visits` must be made.
fn day_alone(problem: &Problem, day: usize, visits: &[usize]) -> Problem {
    let rep = &problem.days[day];
    let mut places: Vec<usize> = visits.iter().map(|&v| problem.visits[v].place).collect();
    places.extend(rep.start.iter().chain(&rep.end));
    places.sort_unstable();
    places.dedup();
    let at = |place: usize| places.partition_point(|&p| p < place);
    let required = visits.iter().map(|&v| Visit {
        place: at(problem.visits[v].place),
        required: true,
        allowed_days: (!problem.day_allowed(day, v)).then(Vec::new),
        group: None,
        keep: None,
        ..problem.visits[v].clone()
    });
    let number = |visit: &usize| visits.iter().position(|v| v == visit);
    let mut alone = rep.clone();
    alone.start = rep.start.map(at);
    alone.end = rep.end.map(at);
    alone.prefix = rep.prefix.iter().filter_map(number).collect();
    Problem {
        visits: required.collect(),
        days: vec![alone],
        travel: problem.travel.only(&places),
        objective: problem.objective,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tours::engine::{Limits, prove};
    use crate::tours::rules::holds;
    use crate::tours::testkit::{BUDGET, every_order, random_problem};

    /// An order of everyone is found exactly where trying all orders finds one.
    #[test]
    fn everyone_is_held_where_some_order_holds_everyone() {
        let (mut held, mut refused) = (0, 0);
        let limits = Limits::new(None, std::time::Instant::now());
        for seed in 0..3_000 {
            let problem = random_problem(seed, 5, 1);
            let mut all: Vec<usize> = (0..problem.visits.len()).collect();
            let locked = &problem.days[0].prefix;
            // Groups ask for one of them, "everyone" for all: days of one group have no say here.
            if all.is_empty() || problem.visits.iter().any(|visit| visit.group.is_some()) {
                continue;
            }
            let found = order_of_all(&problem, 0, &all, &BUDGET);
            if let Some(order) = &found {
                assert!(holds(&problem, 0, order).is_ok(), "seed {seed}: {order:?}");
                held += 1;
            }
            let some = every_order(&mut all, &mut |order| {
                order.starts_with(locked) && holds(&problem, 0, order).is_ok()
            });
            let exact = prove(&problem, Wanted::Everyone, &limits).is_some();
            assert!(found.is_some() == some || !exact, "seed {seed}: {found:?}");
            refused += usize::from(!some);
        }
        assert!(
            held > 200 && refused > 200,
            "{held} held, {refused} refused"
        );
    }
}
