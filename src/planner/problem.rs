//! A day as a problem for `tours`: [`day_problem`]. Times are milliseconds after local midnight.
//!
//! Place 0 is home, place `i + 1` is visit `i`, and the last place is where the rep is, if not at home. Parking and walking in are the first part of a visit's service, so that
//! travel stays pure driving; start windows are moved forward by as much.

use super::candidates::Candidate;
use super::clock::DayClock;
use super::ground::Ground;
use super::plan::Hours;
use super::settings::Settings;
use crate::accounts::Rep;
use crate::network::Snap;
use crate::routing::TravelMatrix;
use crate::tours::{Break, Keep, Objective, Problem, RepDay, TravelTable, Visit, Window, problem};

/// The frame of a day: what holds whoever is visited.
#[derive(Clone, Debug)]
pub struct Frame<'a> {
    /// The rep.
    pub rep: &'a Rep,
    /// Where home meets the roads.
    pub home: Snap,
    /// Where the rep is, when the day is planned again from there.
    pub origin: Option<Snap>,
    /// Stops that lie behind.
    pub done: usize,
    /// First and last instant that the plan may use, in milliseconds after midnight.
    pub shift: (i64, i64),
    /// The whole working day, likewise.
    pub working: (i64, i64),
    /// Lunch, when it is still to come: earliest and latest start, length.
    pub lunch: Option<(i64, i64, i64)>,
    /// Length of lunch, whether still to come or not.
    pub lunch_length: i64,
    /// The most visits that may still be made.
    pub max_stops: Option<usize>,
    /// The most driving still allowed, in milliseconds.
    pub max_drive: Option<i64>,
    /// Parking and walking in.
    pub parking: i64,
    /// The day.
    pub clock: DayClock,
}

impl<'a> Frame<'a> {
    /// The frame of `rep`'s day, within `hours` where they say other than the rep's.
    #[must_use]
    pub fn new(
        rep: &'a Rep,
        home: Snap,
        hours: Hours,
        clock: DayClock,
        settings: &Settings,
    ) -> Self {
        let open = clock.millis_at(hours.start.unwrap_or(rep.shift_start));
        let close = clock.millis_at(hours.end.unwrap_or(rep.shift_end));
        let shift = (open, close.max(open));
        // Whoever starts after lunch time has had lunch.
        let lunch = rep
            .lunch
            .map(|lunch| {
                (
                    clock.millis_at(lunch.earliest),
                    clock.millis_at(lunch.latest),
                    i64::from(lunch.minutes) * 60_000,
                )
            })
            .filter(|(_, latest, _)| open <= *latest);
        Self {
            rep,
            home,
            origin: None,
            done: 0,
            shift,
            working: shift,
            lunch,
            lunch_length: lunch.map_or(0, |(_, _, length)| length),
            max_stops: rep.max_visits.map(|n| n as usize),
            max_drive: rep.max_drive_min.map(|min| i64::from(min) * 60_000),
            parking: i64::from(settings.parking_min) * 60_000,
            clock,
        }
    }

    /// The frame of what is left of the day at `now` and `here`, with so many visits and so much driving behind, and
    /// lunch too when it is `had`.
    #[must_use]
    pub fn rest_from(self, now: i64, here: Snap, visits: usize, driven: i64, had: bool) -> Self {
        let open = now.max(self.shift.0);
        Self {
            origin: Some(here),
            done: visits,
            shift: (open, self.shift.1.max(open)),
            lunch: self.lunch.filter(|(_, latest, _)| !had && open <= *latest),
            max_stops: self.max_stops.map(|most| most.saturating_sub(visits)),
            max_drive: self.max_drive.map(|most| (most - driven).max(0)),
            ..self
        }
    }

    /// Where the drives of a day start and end, given its stops in order: the stops behind, then from where the rep is.
    /// Each with the number of the stop there, `None` for home and the open road.
    #[must_use]
    pub fn drives(&self, stops: &[Snap]) -> Vec<[(Option<usize>, Snap); 2]> {
        let at = |i: usize| (Some(i), stops[i]);
        let mut ends: Vec<(Option<usize>, Snap)> = (0..stops.len()).map(at).collect();
        if !self.rep.open_end {
            ends.push((None, self.home));
        }
        let mut drives: Vec<_> = std::iter::once((None, self.home))
            .chain((0..stops.len()).map(at))
            .zip(ends)
            .map(|(from, to)| [from, to])
            .collect();
        if let (Some(here), Some(drive)) = (self.origin, drives.get_mut(self.done)) {
            let there = drive[0].1.at == here.at;
            drive[0] = (drive[0].0.filter(|_| there), here);
        }
        drives
    }

    /// The rep-day for the tour planner among `visits`, of which the first `done` stand fixed.
    fn rep_day(&self, visits: usize, done: usize) -> RepDay {
        RepDay {
            start: Some(self.origin.map_or(0, |_| visits + 1)),
            end: (!self.rep.open_end).then_some(0),
            shift: Window::new(self.shift.0, self.shift.1),
            breaks: self
                .lunch
                .iter()
                .map(|&(earliest, latest, duration)| Break {
                    window: Window::new(earliest, latest),
                    duration,
                })
                .collect(),
            max_stops: self.max_stops,
            max_drive: self.max_drive,
            prefix: (0..done).collect(),
            ..RepDay::default()
        }
    }
}

/// Travel between home and the candidates, every way, searched in parallel.
#[must_use]
pub fn travel(ground: &Ground, frame: &Frame, candidates: &[&Candidate]) -> TravelMatrix {
    let places: Vec<Snap> = std::iter::once(frame.home)
        .chain(candidates.iter().map(|c| c.snap))
        .chain(frame.origin)
        .collect();
    ground.router.matrix(&places, &places)
}

/// The day of `frame` with these candidates, those done already first (`done` of them); `matrix` as [`travel`] gives
/// it.
#[must_use]
pub fn day_problem(
    frame: &Frame,
    candidates: &[&Candidate],
    done: usize,
    matrix: &TravelMatrix,
) -> Problem {
    let places = candidates.len() + 1 + usize::from(frame.origin.is_some());
    let travel = TravelTable::from_fn(places, |from, to| {
        matrix
            .time(from, to)
            .and_then(|time| u32::try_from(time.0).ok())
            .unwrap_or(problem::UNREACHABLE)
    });
    Problem {
        travel,
        visits: candidates
            .iter()
            .enumerate()
            .map(|(i, candidate)| visit(frame, candidate, i + 1))
            .collect(),
        days: vec![frame.rep_day(candidates.len(), done)],
        objective: Objective::TravelAndMissed,
    }
}

fn visit(frame: &Frame, candidate: &Candidate, place: usize) -> Visit {
    Visit {
        place,
        windows: candidate
            .starts
            .iter()
            .map(|(first, last)| Window::new(first - frame.parking, last - frame.parking))
            .collect(),
        service: frame.parking + i64::from(candidate.visit_min) * 60_000,
        prize: candidate.due.prize_s.clamp(0, 100_000_000) * 1_000,
        keep: candidate.kept.map(|price| Keep { day: 0, price }),
        required: candidate.is_required(),
        ..Visit::default()
    }
}
