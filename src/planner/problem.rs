//! A day as a problem for `tours`: [`day_problem`]. Times are milliseconds after local midnight.
//!
//! Place 0 is home, place `i + 1` is visit `i`. Parking and walking in are the first part of a visit's service, so that
//! travel stays pure driving; start windows are moved forward by as much.

use super::candidates::Candidate;
use super::clock::DayClock;
use super::ground::Ground;
use super::plan::StopKind;
use super::settings::Settings;
use crate::accounts::Rep;
use crate::network::Snap;
use crate::routing::TravelMatrix;
use crate::tours::{Break, Objective, Problem, RepDay, TravelTable, Visit, Window, problem};

/// The frame of a day: what holds whoever is visited.
#[derive(Clone, Debug)]
pub struct Frame<'a> {
    /// The rep.
    pub rep: &'a Rep,
    /// Where home meets the roads.
    pub home: Snap,
    /// First and last instant of work, in milliseconds after midnight.
    pub shift: (i64, i64),
    /// Lunch: earliest and latest start, length.
    pub lunch: Option<(i64, i64, i64)>,
    /// Parking and walking in.
    pub parking: i64,
    /// The day.
    pub clock: DayClock,
}

impl<'a> Frame<'a> {
    /// The frame of `rep`'s day, leaving not before `start` when given.
    #[must_use]
    pub fn new(
        rep: &'a Rep,
        home: Snap,
        start: Option<chrono::NaiveTime>,
        clock: DayClock,
        settings: &Settings,
    ) -> Self {
        let open = clock.millis_at(start.unwrap_or(rep.shift_start));
        let lunch = rep.lunch.map(|lunch| {
            (
                clock.millis_at(lunch.earliest),
                clock.millis_at(lunch.latest),
                i64::from(lunch.minutes) * 60_000,
            )
        });
        Self {
            rep,
            home,
            shift: (open, clock.millis_at(rep.shift_end).max(open)),
            // Whoever starts after lunch time has had lunch.
            lunch: lunch.filter(|(_, latest, _)| open <= *latest),
            parking: i64::from(settings.parking_min) * 60_000,
            clock,
        }
    }

    /// The most driving, in milliseconds.
    #[must_use]
    pub fn max_drive(&self) -> Option<i64> {
        self.rep.max_drive_min.map(|min| i64::from(min) * 60_000)
    }

    /// The rep-day for the tour planner; the first `done` visits stand fixed.
    fn rep_day(&self, done: usize) -> RepDay {
        RepDay {
            start: Some(0),
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
            max_stops: self.rep.max_visits.map(|n| n as usize),
            max_drive: self.max_drive(),
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
    let travel = TravelTable::from_fn(candidates.len() + 1, |from, to| {
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
        days: vec![frame.rep_day(done)],
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
        required: candidate.kind != StopKind::Suggested,
        ..Visit::default()
    }
}
