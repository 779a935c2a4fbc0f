//! Room for promises that cannot be kept: [`Search::room_for_promises`], how late they have to be at least.

use super::candidates::Candidate;
use super::error::Result;
use super::problem::{Frame, day_problem, travel};
use super::search::Search;
use crate::tours::{Lateness, Overtime, Problem, Tour};

/// How late a promise or the end of a day can be, in milliseconds.
const MOST_LATE: i64 = 640 * 60_000;
/// What a thousand units of time late cost, in units of driving: with what was agreed, and with what was only asked for or
/// pinned, which gives way to it. And what as many of overtime do.
const LATE_PRICE: i64 = 1_000_000;
const LATE_PRICE_ASKED: i64 = 20_000;
const OVERTIME_PRICE: i64 = 2_000;
/// Minutes by which lunch may be late for the sake of promises, tried one after the other.
const LUNCH_LATER_MIN: [i64; 3] = [0, 60, 640];

impl<'a> Search<'_, 'a> {
    /// The frame and the candidates with as much more time as it takes to make good all promises, and nothing else: those that
    /// cannot be kept are late, as little as possible. `None` when all can be kept.
    pub fn room_for_promises(
        &self,
        candidates: &[Candidate<'a>],
    ) -> Result<Option<(Frame<'a>, Vec<Candidate<'a>>)>> {
        let places: Vec<usize> = (0..candidates.len())
            .filter(|i| is_promise(&candidates[*i]))
            .collect();
        let promises: Vec<&Candidate> = places.iter().map(|i| &candidates[*i]).collect();
        let matrix = travel(&self.planner.ground, self.frame, &promises);
        let problem = day_problem(self.frame, &promises, 0, &matrix);
        if self.solved(&problem)?.left_out.is_empty() {
            return Ok(None);
        }
        let Some(tour) = self.least_late(problem, &promises)? else {
            return Ok(None);
        };
        let mut frame = self.frame.clone();
        frame.shift.1 = frame.shift.1.max(tour.back);
        frame.max_drive = frame.max_drive.map(|most| most.max(tour.drive));
        frame.max_stops = frame.max_stops.map(|most| most.max(promises.len()));
        if let (Some((_, latest, _)), Some(taken)) = (&mut frame.lunch, tour.breaks.first()) {
            *latest = taken.start.max(*latest);
        }
        let mut pool = candidates.to_vec();
        for stop in tour.stops.iter().filter(|stop| stop.late > 0) {
            let start = stop.start + frame.parking;
            let windows = pool[places[stop.visit]].starts.iter_mut();
            let missed = windows.filter(|(_, last)| *last < start);
            if let Some((_, last)) = missed.max_by_key(|(_, last)| *last) {
                *last = start;
            }
        }
        Ok(Some((frame, pool)))
    }

    /// The tour of most promises with the least lateness. Lunch is late only when that lets more of them in.
    fn least_late(&self, mut problem: Problem, promises: &[&Candidate]) -> Result<Option<Tour>> {
        for (visit, candidate) in problem.visits.iter_mut().zip(promises) {
            visit.late = Some(Lateness {
                most: MOST_LATE,
                per_mille: if candidate.promised {
                    LATE_PRICE
                } else {
                    LATE_PRICE_ASKED
                },
            });
        }
        let day = &mut problem.days[0];
        day.overtime = Some(Overtime {
            after: day.shift.close,
            per_mille: OVERTIME_PRICE,
        });
        day.shift.close += MOST_LATE;
        day.max_drive = None;
        day.max_stops = day.max_stops.map(|most| most.max(promises.len()));
        let lunches = day.breaks.clone();
        let mut best: Option<Tour> = None;
        for later in LUNCH_LATER_MIN {
            for (lunch, own) in problem.days[0].breaks.iter_mut().zip(&lunches) {
                lunch.window.close = own.window.close + later * 60_000;
            }
            let solution = self.solved(&problem)?;
            let stops = |tour: &Tour| tour.stops.len();
            if let Some(tour) = solution.tour(0)
                && best.as_ref().is_none_or(|best| stops(tour) > stops(best))
            {
                best = Some(tour.clone());
            }
            if solution.left_out.is_empty() {
                break;
            }
        }
        Ok(best)
    }
}

/// Whether a visit of the former plan was promised. One that the plan could not keep either is no reason to be late for
/// others.
fn is_promise(candidate: &Candidate) -> bool {
    candidate.is_required() && candidate.kept.is_some()
}
