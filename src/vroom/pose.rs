//! From an [`Ask`] to a problem for `tours`, in milliseconds: [`travel`] and [`problem`].

use std::collections::BTreeMap;

use super::ask::{Ask, Job, Place};
use super::error::{Code, VroomError};
use super::{MOST_JOBS, MOST_PLACES, Roads};
use crate::geometry::{LonLat, LonLatE7};
use crate::tours::problem::UNREACHABLE;
use crate::tours::{Break, Objective, Problem, RepDay, TravelTable, Visit, Window};

/// Most visits that jobs become when their times depend on the type of the vehicle.
const MOST_VISITS: usize = 2 * MOST_JOBS;

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

/// The ask as a problem for `tours`.
pub struct Posed {
    /// Rep-day `i` is vehicle `i`.
    pub problem: Problem,
    /// The job behind each visit.
    pub jobs: Vec<usize>,
}

/// The ask as a problem.
///
/// Where all priorities are alike, every job counts as one that must be made. Otherwise the sum of priorities comes first,
/// then the number of jobs, then travel. A job whose times depend on the type of the vehicle becomes several visits, one
/// for each of its times, of which one is made.
///
/// # Errors
/// When that makes too many visits.
pub fn problem(ask: &Ask, travel: &Travel) -> Result<Posed, VroomError> {
    let by_type = ask.jobs.iter().any(|job| kinds_by_times(job).len() > 1);
    let alike = !by_type
        && ask
            .jobs
            .windows(2)
            .all(|pair| pair[0].priority == pair[1].priority);
    let count = ask.jobs.len() as i64;
    let (mut visits, mut jobs) = (Vec::new(), Vec::new());
    for (number, (job, &place)) in ask.jobs.iter().zip(&travel.jobs).enumerate() {
        let of_times = kinds_by_times(job);
        for (&(setup, service), kinds) in &of_times {
            let suited = ask.vehicles.iter().enumerate();
            let suited = suited.filter(|(_, vehicle)| kinds.contains(&vehicle.kind));
            visits.push(Visit {
                place,
                windows: job.windows.iter().copied().map(span).collect(),
                service: service * 1_000,
                setup: setup * 1_000,
                prize: job.priority * (count + 1) + 1,
                required: alike,
                skills: job.skills.clone(),
                demand: job.delivery.clone(),
                pickup: job.pickup.clone(),
                group: (of_times.len() > 1).then_some(number as u32),
                allowed_days: (of_times.len() > 1).then(|| suited.map(|(day, _)| day).collect()),
                ..Visit::default()
            });
            jobs.push(number);
        }
        if visits.len() > MOST_VISITS {
            return Err(VroomError::too_large(format!(
                "Too many jobs with times of their own per type of vehicle: at most {MOST_VISITS} jobs, each counted \
                 once for each of its times, are taken on."
            )));
        }
    }
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
            // Costs are set against hours of travel.
            fixed_cost: (vehicle.fixed * 3_600_000 / vehicle.per_hour).min(1 << 40),
            ..RepDay::default()
        });
    let problem = Problem {
        travel: travel.table.clone(),
        visits,
        days: days.collect(),
        objective: if alike {
            Objective::Travel
        } else {
            Objective::MaxPrize
        },
    };
    Ok(Posed { problem, jobs })
}

/// The different times of a job, and the types of vehicles that take them.
fn kinds_by_times(job: &Job) -> BTreeMap<(i64, i64), Vec<usize>> {
    let mut of_times = BTreeMap::<_, Vec<usize>>::new();
    for (kind, &times) in job.times.iter().enumerate() {
        of_times.entry(times).or_default().push(kind);
    }
    of_times
}

/// A vehicle that names fewer kinds than others carries none of the rest.
fn capacity(ask: &Ask, capacity: &[i64]) -> Vec<i64> {
    let room = |kind: usize| capacity.get(kind).copied().unwrap_or(0);
    (0..ask.kinds).map(room).collect()
}
