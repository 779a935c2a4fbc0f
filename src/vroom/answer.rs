//! From a solution to VROOM's answer: [`answer`]. Times in whole seconds, distances in metres.

use serde_json::{Map, Value, json};

use super::Roads;
use super::ask::{Ask, Place, Vehicle};
use super::pose::Travel;
use crate::geometry::LonLat;
use crate::polyline::{Precision, encode_text};
use crate::tours::{BreakTaken, Solution, Tour, TourStop};

/// Loads of a tour: at the start, then after each stop.
struct Load;

impl Load {
    fn through(ask: &Ask, tour: &Tour) -> Vec<Vec<i64>> {
        let amount = |amounts: &[i64], kind: usize| amounts.get(kind).copied().unwrap_or(0);
        let mut load: Vec<i64> = (0..ask.kinds)
            .map(|k| {
                tour.visits()
                    .map(|v| amount(&ask.jobs[v].delivery, k))
                    .sum()
            })
            .collect();
        let mut loads = vec![load.clone()];
        for visit in tour.visits() {
            let job = &ask.jobs[visit];
            for (kind, load) in load.iter_mut().enumerate() {
                *load += amount(&job.pickup, kind) - amount(&job.delivery, kind);
            }
            loads.push(load.clone());
        }
        loads
    }
}

/// Sums of a route or of all.
#[derive(Clone, Debug, Default)]
struct Sums {
    cost: i64,
    setup: i64,
    service: i64,
    duration: i64,
    waiting: i64,
    priority: i64,
    delivery: Vec<i64>,
    pickup: Vec<i64>,
    distance: f64,
}

impl Sums {
    fn add(&mut self, other: &Self) {
        self.cost += other.cost;
        self.setup += other.setup;
        self.service += other.service;
        self.duration += other.duration;
        self.waiting += other.waiting;
        self.priority += other.priority;
        add_all(&mut self.delivery, &other.delivery);
        add_all(&mut self.pickup, &other.pickup);
        self.distance += other.distance;
    }

    fn write(&self, ask: &Ask, far: bool, into: &mut Map<String, Value>) {
        for (name, value) in [
            ("cost", self.cost),
            ("setup", self.setup),
            ("service", self.service),
            ("duration", self.duration),
            ("waiting_time", self.waiting),
            ("priority", self.priority),
        ] {
            into.insert(name.to_owned(), value.into());
        }
        into.insert("violations".to_owned(), json!([]));
        if ask.kinds > 0 {
            let full = |amounts: &[i64]| -> Vec<i64> {
                (0..ask.kinds)
                    .map(|k| amounts.get(k).copied().unwrap_or(0))
                    .collect()
            };
            into.insert("delivery".to_owned(), json!(full(&self.delivery)));
            into.insert("amount".to_owned(), json!(full(&self.delivery)));
            into.insert("pickup".to_owned(), json!(full(&self.pickup)));
        }
        if far {
            into.insert("distance".to_owned(), metres(self.distance));
        }
    }
}

fn add_all(sums: &mut Vec<i64>, amounts: &[i64]) {
    sums.resize(sums.len().max(amounts.len()), 0);
    for (sum, amount) in sums.iter_mut().zip(amounts) {
        *sum += amount;
    }
}

fn metres(distance: f64) -> Value {
    (distance.round() as i64).into()
}

/// The body for a solution.
pub fn answer(ask: &Ask, travel: &Travel, solution: &Solution, roads: &dyn Roads) -> Value {
    let far = travel.metres.is_some() && (ask.options.geometry || ask.matrix.is_some());
    let mut all = Sums::default();
    let routes: Vec<Value> = solution
        .tours
        .iter()
        .map(|tour| {
            let mut route = Route::new(ask, travel, tour, far);
            route.walk();
            all.add(&route.sums);
            route.value(roads)
        })
        .collect();
    let unassigned: Vec<Value> = solution
        .left_out
        .iter()
        .map(|&visit| {
            let job = &ask.jobs[visit];
            let mut out = Map::new();
            out.insert("id".to_owned(), job.id.into());
            out.insert("type".to_owned(), "job".into());
            place(&job.place, &mut out);
            describe(job.description.as_ref(), &mut out);
            Value::Object(out)
        })
        .collect();
    let mut summary = Map::new();
    all.write(ask, far, &mut summary);
    summary.insert("routes".to_owned(), routes.len().into());
    summary.insert("unassigned".to_owned(), unassigned.len().into());
    json!({"code": 0, "summary": summary, "unassigned": unassigned, "routes": routes})
}

fn place(place: &Place, into: &mut Map<String, Value>) {
    if let Some(at) = place.at {
        into.insert("location".to_owned(), json!([at.lon, at.lat]));
    }
    if let Some(index) = place.index {
        into.insert("location_index".to_owned(), index.into());
    }
}

fn describe(description: Option<&String>, into: &mut Map<String, Value>) {
    if let Some(description) = description {
        into.insert("description".to_owned(), description.clone().into());
    }
}

/// One route being told.
struct Route<'q> {
    ask: &'q Ask,
    travel: &'q Travel,
    tour: &'q Tour,
    vehicle: &'q Vehicle,
    far: bool,
    steps: Vec<Value>,
    sums: Sums,
    /// The row where the vehicle is.
    at: Option<usize>,
    through: Vec<LonLat>,
}

/// A step before its common members are added.
struct Step<'s> {
    kind: &'static str,
    id: Option<u64>,
    place: Option<&'s Place>,
    description: Option<&'s String>,
    arrival: i64,
    setup: i64,
    service: i64,
    wait: i64,
}

impl<'q> Route<'q> {
    fn new(ask: &'q Ask, travel: &'q Travel, tour: &'q Tour, far: bool) -> Self {
        Self {
            vehicle: &ask.vehicles[tour.day],
            at: travel.ends[tour.day].0,
            steps: Vec::new(),
            sums: Sums::default(),
            through: Vec::new(),
            ask,
            travel,
            tour,
            far,
        }
    }

    fn walk(&mut self) {
        let (ask, tour, vehicle) = (self.ask, self.tour, self.vehicle);
        let loads = Load::through(ask, tour);
        // Where no start or end is named, the first and the last job's place stand for it.
        let job_of = |stop: Option<&TourStop>| stop.map(|stop| &ask.jobs[stop.visit].place);
        let start = vehicle.start.as_ref().or(job_of(tour.stops.first()));
        let end = vehicle.end.as_ref().or(job_of(tour.stops.last()));
        if let Some(start) = start {
            self.step(&end_step("start", start, tour.departure), &loads[0]);
        }
        for (number, stop) in tour.stops.iter().enumerate() {
            let job = &ask.jobs[stop.visit];
            let service = job.times[vehicle.kind].1;
            let setup = (stop.end - stop.start) / 1_000 - service;
            self.pauses(number, false, &loads[number]);
            self.drive(stop.drive, self.travel.jobs[stop.visit]);
            let rested = self.pauses(number, true, &loads[number]);
            let ready = rested.unwrap_or(stop.arrival).max(stop.arrival);
            let step = Step {
                kind: "job",
                id: Some(job.id),
                place: Some(&job.place),
                description: job.description.as_ref(),
                arrival: ready,
                setup,
                service,
                wait: stop.start - ready,
            };
            self.step(&step, &loads[number + 1]);
            self.sums.setup += setup;
            self.sums.priority += job.priority;
            add_all(&mut self.sums.delivery, &job.delivery);
            add_all(&mut self.sums.pickup, &job.pickup);
        }
        let last = loads.last().cloned().unwrap_or_default();
        self.pauses(tour.stops.len(), false, &last);
        if let Some(row) = self.travel.ends[tour.day].1 {
            self.drive(tour.last_drive, row);
        }
        self.pauses(tour.stops.len(), true, &last);
        if let Some(end) = end {
            self.step(&end_step("end", end, tour.back), &last);
        }
        let hours = |millis: i64, per_hour: i64| {
            let cost = i128::from(millis / 1_000) * i128::from(per_hour) / 3_600;
            i64::try_from(cost).unwrap_or(i64::MAX / 4)
        };
        self.sums.duration = tour.drive / 1_000;
        self.sums.cost = vehicle.fixed
            + hours(tour.drive, vehicle.per_hour)
            + hours(tour.service, vehicle.per_task_hour);
    }

    fn drive(&mut self, millis: i64, to: usize) {
        self.sums.duration += millis / 1_000;
        if let Some(from) = self.at {
            self.sums.distance += self.travel.length(from, to);
        }
        self.at = Some(to);
    }

    /// The breaks taken after so many stops, before the drive or on arrival; when the last of them ends.
    fn pauses(&mut self, after: usize, on_arrival: bool, load: &[i64]) -> Option<i64> {
        let vehicle = self.vehicle;
        let mut taken: Vec<BreakTaken> = self
            .tour
            .breaks
            .iter()
            .filter(|b| b.after_stops == after && b.on_arrival == on_arrival)
            .copied()
            .collect();
        taken.sort_by_key(|b| b.start);
        let mut ends = None;
        for pause in taken {
            let told = &vehicle.breaks[pause.index];
            let arrival = ends
                .unwrap_or(self.here(after, on_arrival))
                .min(pause.start);
            let step = Step {
                kind: "break",
                id: Some(told.id),
                place: None,
                description: told.description.as_ref(),
                arrival,
                setup: 0,
                service: told.service,
                wait: pause.start - arrival,
            };
            self.step(&step, load);
            ends = Some(pause.end);
        }
        ends
    }

    /// When the vehicle is free after so many stops, or has arrived at the next place.
    fn here(&self, after: usize, on_arrival: bool) -> i64 {
        let stops = &self.tour.stops;
        if on_arrival {
            return stops.get(after).map_or(i64::MAX, |stop| stop.arrival);
        }
        match after.checked_sub(1).and_then(|i| stops.get(i)) {
            Some(stop) => stop.end,
            None => self.tour.departure,
        }
    }

    fn step(&mut self, step: &Step, load: &[i64]) {
        let mut out = Map::new();
        out.insert("type".to_owned(), step.kind.into());
        if let Some(id) = step.id {
            out.insert("id".to_owned(), id.into());
            if step.kind == "job" {
                out.insert("job".to_owned(), id.into());
            }
        }
        for (name, value) in [
            ("arrival", step.arrival.div_euclid(1_000)),
            ("duration", self.sums.duration),
            ("setup", step.setup),
            ("service", step.service),
            ("waiting_time", step.wait / 1_000),
        ] {
            out.insert(name.to_owned(), value.into());
        }
        self.sums.service += step.service;
        self.sums.waiting += step.wait / 1_000;
        out.insert("violations".to_owned(), json!([]));
        if let Some(at) = step.place {
            place(at, &mut out);
            if self.through.last() != at.at.as_ref() {
                self.through.extend(at.at);
            }
        }
        describe(step.description, &mut out);
        if self.ask.kinds > 0 {
            out.insert("load".to_owned(), json!(load));
        }
        if self.far {
            out.insert("distance".to_owned(), metres(self.sums.distance));
        }
        self.steps.push(Value::Object(out));
    }

    fn value(self, roads: &dyn Roads) -> Value {
        let mut route = Map::new();
        route.insert("vehicle".to_owned(), self.vehicle.id.into());
        self.sums.write(self.ask, self.far, &mut route);
        describe(self.vehicle.description.as_ref(), &mut route);
        if self.ask.options.geometry
            && let Some(line) = roads.line(&self.through)
        {
            route.insert(
                "geometry".to_owned(),
                encode_text(&line, Precision::Five).into(),
            );
        }
        route.insert("steps".to_owned(), self.steps.into());
        Value::Object(route)
    }
}

const fn end_step<'s>(kind: &'static str, place: &'s Place, arrival: i64) -> Step<'s> {
    Step {
        kind,
        id: None,
        place: Some(place),
        description: None,
        arrival,
        setup: 0,
        service: 0,
        wait: 0,
    }
}
