//! A problem in VROOM's words, read and checked. Times are whole seconds, as in the input.

use crate::geometry::LonLat;

/// The whole question.
#[derive(Clone, Debug, Default)]
pub struct Ask {
    pub jobs: Vec<Job>,
    pub vehicles: Vec<Vehicle>,
    /// The custom matrix, when there is one.
    pub matrix: Option<Matrix>,
    pub options: Options,
    /// How many kinds of amounts there are.
    pub kinds: usize,
}

/// A custom matrix, row by row.
#[derive(Clone, Debug)]
pub struct Matrix {
    pub size: usize,
    pub durations: Vec<u32>,
    pub distances: Option<Vec<u32>>,
}

/// Where something is, as the input gave it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Place {
    pub at: Option<LonLat>,
    pub index: Option<usize>,
}

#[derive(Clone, Debug, Default)]
pub struct Job {
    pub id: u64,
    pub description: Option<String>,
    pub place: Place,
    /// Setup and service by type of vehicle, see [`Vehicle::kind`].
    pub times: Vec<(i64, i64)>,
    pub delivery: Vec<i64>,
    pub pickup: Vec<i64>,
    pub skills: Vec<u32>,
    pub priority: i64,
    pub windows: Vec<(i64, i64)>,
}

#[derive(Clone, Debug)]
pub struct Vehicle {
    pub id: u64,
    pub description: Option<String>,
    /// Its type, as a number.
    pub kind: usize,
    pub start: Option<Place>,
    pub end: Option<Place>,
    pub capacity: Vec<i64>,
    pub skills: Vec<u32>,
    pub window: Option<(i64, i64)>,
    pub breaks: Vec<Pause>,
    pub max_tasks: Option<usize>,
    pub max_travel_time: Option<i64>,
    pub fixed: i64,
    pub per_hour: i64,
    pub per_task_hour: i64,
    pub speed_factor: f64,
}

#[derive(Clone, Debug)]
pub struct Pause {
    pub id: u64,
    pub description: Option<String>,
    pub window: Option<(i64, i64)>,
    pub service: i64,
}

#[derive(Clone, Debug)]
pub struct Options {
    /// Geometry and distances are wanted.
    pub geometry: bool,
    /// How hard to search, 0 to 5.
    pub level: u32,
    pub limit_s: Option<f64>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            geometry: false,
            level: 5,
            limit_s: None,
        }
    }
}

impl Options {
    /// Search steps for the level.
    pub fn iterations(&self) -> u64 {
        [500, 2_000, 5_000, 10_000, 20_000, 40_000][self.level.min(5) as usize]
    }
}
