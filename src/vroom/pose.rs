//! From an [`Ask`] to a problem for `tours`, in milliseconds: [`travel`] and [`problem`].

use std::collections::BTreeMap;

use super::ask::{Ask, Place};
use super::error::{Code, VroomError};
use super::{MOST_PLACES, Roads};
use crate::geometry::{LonLat, LonLatE7};
use crate::tours::problem::UNREACHABLE;
use crate::tours::{Break, Objective, Problem, RepDay, TravelTable, Visit, Window};

/// Travel between the places of an ask.
pub struct Travel {
    pub table: TravelTable,
    /// Metres, row by row, when known.
    pub metres: Option<Vec<f64>>,
    /// Row of each job.
    pub jobs: Vec<usize>,
    /// Rows of each vehicle's start and end.
    pub ends: Vec<(Option<usize>, Option<usize>)>,
}

impl Travel {
    /// Length of the leg between two rows, in metres.
    pub fn length(&self, from: usize, to: usize) -> f64 {
        let places = self.table.places();
        self.metres
            .as_ref()
            .map_or(0.0, |all| all[from * places + to])
    }
}

/// The travel table: the custom matrix, or driving times on the roads in whole seconds.
pub fn travel(ask: &Ask, roads: &dyn Roads) -> Result<Travel, VroomError> {
    let factor = ask.vehicles[0].speed_factor;
    let scaled = |seconds: f64| -> u32 {
        let millis = (seconds / factor).round() * 1_000.0;
        if millis < f64::from(u32::MAX) {
            millis as u32
        } else {
            UNREACHABLE
        }
    };
    if let Some(matrix) = &ask.matrix {
        let row = |place: &Place| place.index.unwrap_or(0);
        let times =
            |from: usize, to: usize| scaled(f64::from(matrix.durations[from * matrix.size + to]));
        return Ok(Travel {
            table: TravelTable::from_fn(matrix.size, times),
            metres: matrix
                .distances
                .as_ref()
                .map(|all| all.iter().map(|&m| f64::from(m)).collect()),
            jobs: ask.jobs.iter().map(|job| row(&job.place)).collect(),
            ends: ask
                .vehicles
                .iter()
                .map(|v| (v.start.as_ref().map(row), v.end.as_ref().map(row)))
                .collect(),
        });
    }
    let mut places = Places::default();
    let jobs = ask.jobs.iter().map(|job| places.row(&job.place)).collect();
    let ends = ask
        .vehicles
        .iter()
        .map(|v| {
            let start = v.start.as_ref().map(|place| places.row(place));
            (start, v.end.as_ref().map(|place| places.row(place)))
        })
        .collect();
    if places.all.len() > MOST_PLACES {
        return Err(VroomError::too_large(format!(
            "Too many locations: at most {MOST_PLACES} are looked up at once."
        )));
    }
    let table = roads.table(&places.all).map_err(|number| {
        let at = places.all.get(number).copied().unwrap_or_default();
        VroomError {
            code: Code::Routing,
            message: format!("Unfound route(s) from location [{};{}]", at.lon, at.lat),
        }
    })?;
    let size = places.all.len();
    Ok(Travel {
        table: TravelTable::from_fn(size, |from, to| {
            table[from * size + to]
                .map_or(UNREACHABLE, |(millis, _)| scaled(millis as f64 / 1_000.0))
        }),
        metres: Some(
            table
                .iter()
                .map(|leg| leg.map_or(0.0, |(_, metres)| metres))
                .collect(),
        ),
        jobs,
        ends,
    })
}

/// Different places, each once.
#[derive(Default)]
struct Places {
    all: Vec<LonLat>,
    rows: BTreeMap<LonLatE7, usize>,
}

impl Places {
    fn row(&mut self, place: &Place) -> usize {
        let at = place.at.unwrap_or_default();
        *self.rows.entry(at.to_e7()).or_insert_with(|| {
            self.all.push(at);
            self.all.len() - 1
        })
    }
}

const fn span((from, to): (i64, i64)) -> Window {
    Window::new(from * 1_000, to * 1_000)
}

/// What is asked of the jobs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish<'w> {
    /// Every job must be made, at the least cost.
    Everyone,
    /// The sum of priorities comes first, then the number of jobs, then the cost.
    MostImportant,
    /// Just these jobs must be made, at the least cost.
    These(&'w [bool]),
}

/// The ask as a problem for `tours`: visit `i` is job `i`, rep-day `i` is vehicle `i`.
pub fn problem(ask: &Ask, travel: &Travel, wish: Wish) -> Problem {
    let count = ask.jobs.len() as i64;
    let millis = |&(setup, service): &(i64, i64)| (service * 1_000, setup * 1_000);
    let visits = ask.jobs.iter().zip(&travel.jobs).enumerate();
    let visits = visits.map(|(number, (job, &place))| {
        let times: Vec<(i64, i64)> = job.times.iter().map(millis).collect();
        let (service, setup) = times.first().copied().unwrap_or_default();
        let asked = match wish {
            Wish::These(jobs) => jobs[number],
            Wish::Everyone | Wish::MostImportant => true,
        };
        Visit {
            place,
            windows: job.windows.iter().copied().map(span).collect(),
            service,
            setup,
            by_kind: if times.iter().all(|of| *of == times[0]) {
                Vec::new()
            } else {
                times
            },
            prize: job.priority * (count + 1) + 1,
            required: asked && wish != Wish::MostImportant,
            allowed_days: (!asked).then(Vec::new),
            skills: job.skills.clone(),
            demand: job.delivery.clone(),
            pickup: job.pickup.clone(),
            ..Visit::default()
        }
    });
    let days = ask
        .vehicles
        .iter()
        .zip(&travel.ends)
        .map(|(vehicle, &(start, end))| RepDay {
            start,
            end,
            shift: vehicle.window.map_or_else(Window::always, span),
            breaks: vehicle
                .breaks
                .iter()
                .map(|pause| Break {
                    window: pause.window.map_or_else(Window::always, span),
                    duration: pause.service * 1_000,
                })
                .collect(),
            max_stops: vehicle.max_tasks,
            max_drive: vehicle.max_travel_time.map(|s| s * 1_000),
            max_duration: None,
            skills: vehicle.skills.clone(),
            capacity: capacity(ask, &vehicle.capacity),
            kind: vehicle.kind,
            // Costs are set against hours of travel.
            fixed_cost: (vehicle.fixed * 3_600_000 / vehicle.per_hour).min(1 << 40),
            ..RepDay::default()
        });
    Problem {
        travel: travel.table.clone(),
        visits: visits.collect(),
        days: days.collect(),
        objective: match wish {
            Wish::MostImportant => Objective::MaxPrize,
            Wish::Everyone | Wish::These(_) => Objective::Travel,
        },
    }
}

/// A vehicle that names fewer kinds than others carries none of the rest.
fn capacity(ask: &Ask, capacity: &[i64]) -> Vec<i64> {
    let room = |kind: usize| capacity.get(kind).copied().unwrap_or(0);
    (0..ask.kinds).map(room).collect()
}
