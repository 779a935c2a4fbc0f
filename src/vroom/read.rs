//! From VROOM's JSON to an [`Ask`]: every wrong or unserved thing is named.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::ask::{Ask, Job, Matrix, Options, Pause, Place, Vehicle};
use super::error::VroomError;
use super::{MOST_JOBS, MOST_VEHICLES};
use crate::geometry::LonLat;
use crate::tours::problem::MAX_BREAKS;

type Read<T> = Result<T, VroomError>;

/// The latest instant and longest time that is read, in seconds.
const MOST_SECONDS: i64 = 1 << 40;
/// Most entries of a custom matrix.
const MOST_ENTRIES: usize = 4_000_000;

fn wrong<T>(message: impl Into<String>) -> Read<T> {
    Err(VroomError::input(message))
}

/// Reads and checks a problem.
pub fn ask(input: &Value) -> Read<Ask> {
    let Some(root) = input.as_object() else {
        return wrong("Input root is not an object.");
    };
    if list(root, "shipments", "Invalid shipments.")?.is_some_and(|all| !all.is_empty()) {
        return wrong("Shipments are not served here: give each stop as a job.");
    }
    let Some(vehicles) = list(root, "vehicles", "Invalid vehicles.")? else {
        return wrong("Invalid vehicles.");
    };
    let jobs = list(root, "jobs", "Invalid jobs.")?
        .cloned()
        .unwrap_or_default();
    if vehicles.is_empty() {
        return wrong("No vehicle defined.");
    }
    if jobs.len() > MOST_JOBS || vehicles.len() > MOST_VEHICLES {
        return Err(VroomError::too_large(format!(
            "Too many jobs or vehicles: at most {MOST_JOBS} and {MOST_VEHICLES} are taken on."
        )));
    }
    let profiles: BTreeSet<&str> = vehicles
        .iter()
        .map(|v| v.get("profile").and_then(Value::as_str).unwrap_or("car"))
        .collect();
    let profile = match profiles.iter().next() {
        Some(only) if profiles.len() == 1 => *only,
        _ => return wrong("Vehicles of several profiles are not served here in one request."),
    };
    let matrix = matrix(root, profile)?;
    if matrix.is_none() && profile != "car" {
        return wrong(format!("Invalid profile: {profile}."));
    }
    let size = matrix.as_ref().map(|m| m.size);
    let types = types(vehicles);
    let mut ask = Ask {
        vehicles: vehicles
            .iter()
            .map(|v| vehicle(v, size, &types))
            .collect::<Read<_>>()?,
        options: options(root)?,
        matrix,
        ..Ask::default()
    };
    ask.kinds = ask
        .vehicles
        .iter()
        .map(|v| v.capacity.len())
        .max()
        .unwrap_or(0);
    ask.jobs = jobs
        .iter()
        .map(|j| job(j, size, &types, ask.kinds))
        .collect::<Read<_>>()?;
    unique(ask.jobs.iter().map(|job| job.id), "job")?;
    unique(ask.vehicles.iter().map(|vehicle| vehicle.id), "vehicle")?;
    same_for_all(&ask)?;
    Ok(ask)
}

fn unique(ids: impl Iterator<Item = u64>, what: &str) -> Read<()> {
    let mut seen = BTreeSet::new();
    for id in ids {
        if !seen.insert(id) {
            return wrong(format!("Duplicate {what} id: {id}."));
        }
    }
    Ok(())
}

/// One travel table serves all vehicles, so that what scales it must be alike.
fn same_for_all(ask: &Ask) -> Read<()> {
    let first = &ask.vehicles[0];
    for vehicle in &ask.vehicles {
        if vehicle.speed_factor.to_bits() != first.speed_factor.to_bits() {
            return wrong("Different speed_factor values are not served here in one request.");
        }
        if vehicle.per_hour != first.per_hour || vehicle.per_task_hour != first.per_task_hour {
            return wrong("Different costs per hour are not served here in one request.");
        }
    }
    Ok(())
}

fn options(root: &Map<String, Value>) -> Read<Options> {
    let mut options = Options::default();
    let Some(given) = root.get("options") else {
        return Ok(options);
    };
    let Some(given) = given.as_object() else {
        return wrong("Invalid options.");
    };
    if given.get("c").and_then(Value::as_bool) == Some(true) {
        return wrong("Plan mode (c) is not served here.");
    }
    options.geometry = given.get("g").and_then(Value::as_bool).unwrap_or(false);
    if let Some(level) = given.get("x").and_then(Value::as_u64) {
        options.level = level.min(5) as u32;
    }
    options.limit_s = given
        .get("l")
        .and_then(Value::as_f64)
        .filter(|limit| limit.is_finite() && *limit > 0.0);
    Ok(options)
}

fn job(value: &Value, size: Option<usize>, types: &[Option<&str>], kinds: usize) -> Read<Job> {
    let (job, id) = entity(value, "job")?;
    let what = format!("job {id}");
    let (delivery, pickup) = (
        amounts(job, "delivery", kinds, &what)?,
        amounts(job, "pickup", kinds, &what)?,
    );
    let delivery = match delivery {
        Some(delivery) => delivery,
        None => amounts(job, "amount", kinds, &what)?.unwrap_or_default(),
    };
    let place = place(job, "location", "location_index", size, &what)?;
    let Some(place) = place else {
        return wrong(format!("Invalid location for {what}."));
    };
    let priority = seconds(job, "priority", &what)?.unwrap_or(0);
    if priority > 100 {
        return wrong("Invalid priority value.");
    }
    let (setups, services) = (
        times(job, "setup", types, &what)?,
        times(job, "service", types, &what)?,
    );
    Ok(Job {
        id,
        description: description(job),
        place,
        times: setups.into_iter().zip(services).collect(),
        delivery,
        pickup: pickup.unwrap_or_default(),
        skills: skills(job)?,
        priority,
        windows: windows(job, &what)?,
    })
}

/// A time by type of vehicle: what is given for the type, else the general one.
fn times(
    job: &Map<String, Value>,
    general: &str,
    types: &[Option<&str>],
    what: &str,
) -> Read<Vec<i64>> {
    let usual = seconds(job, general, what)?.unwrap_or(0);
    let key = format!("{general}_per_type");
    let of_type = match job.get(&key) {
        None | Some(Value::Null) => return Ok(vec![usual; types.len()]),
        Some(Value::Object(of_type)) => of_type,
        Some(_) => return wrong(format!("Invalid {key} for {what}.")),
    };
    for kind in of_type.keys() {
        seconds(of_type, kind, &format!("{kind} in {key} of {what}"))?;
    }
    let time = |kind: Option<&str>| kind.and_then(|kind| of_type.get(kind)?.as_i64());
    Ok(types
        .iter()
        .map(|&kind| time(kind).unwrap_or(usual))
        .collect())
}

/// The different types of the vehicles, in order.
fn types(vehicles: &[Value]) -> Vec<Option<&str>> {
    let kinds: BTreeSet<Option<&str>> = vehicles.iter().map(type_of).collect();
    kinds.into_iter().collect()
}

fn type_of(vehicle: &Value) -> Option<&str> {
    vehicle.get("type").and_then(Value::as_str)
}

fn vehicle(value: &Value, size: Option<usize>, types: &[Option<&str>]) -> Read<Vehicle> {
    let (vehicle, id) = entity(value, "vehicle")?;
    let what = format!("vehicle {id}");
    if vehicle.contains_key("max_distance") {
        return wrong(format!("max_distance of {what} is not served here."));
    }
    let start = place(vehicle, "start", "start_index", size, &what)?;
    let end = place(vehicle, "end", "end_index", size, &what)?;
    if start.is_none() && end.is_none() {
        return wrong(format!("No start or end specified for {what}."));
    }
    let costs = match vehicle.get("costs") {
        None => Map::new(),
        Some(Value::Object(costs)) => costs.clone(),
        Some(_) => return wrong(format!("Invalid costs for {what}.")),
    };
    if seconds(&costs, "per_km", &what)?.unwrap_or(0) != 0 {
        return wrong(format!("per_km cost of {what} is not served here."));
    }
    let speed_factor = match vehicle.get("speed_factor") {
        None => 1.0,
        Some(factor) => match factor.as_f64().filter(|f| *f >= 0.01 && *f <= 5.0) {
            Some(factor) => (factor * 100.0).round() / 100.0,
            None => return wrong(format!("Invalid speed_factor for {what}.")),
        },
    };
    let window = match vehicle.get("time_window") {
        None => None,
        Some(window) => Some(time_window(window)?),
    };
    Ok(Vehicle {
        id,
        description: description(vehicle),
        kind: types.binary_search(&type_of(value)).unwrap_or(0),
        start,
        end,
        capacity: integers(vehicle, "capacity", &what)?.unwrap_or_default(),
        skills: skills(vehicle)?,
        window,
        breaks: breaks(vehicle, &what)?,
        max_tasks: seconds(vehicle, "max_tasks", &what)?.map(|n| n as usize),
        max_travel_time: seconds(vehicle, "max_travel_time", &what)?,
        fixed: seconds(&costs, "fixed", &what)?.unwrap_or(0).min(1 << 28),
        per_hour: seconds(&costs, "per_hour", &what)?
            .unwrap_or(3_600)
            .clamp(1, 1 << 20),
        per_task_hour: seconds(&costs, "per_task_hour", &what)?
            .unwrap_or(0)
            .min(1 << 20),
        speed_factor,
    })
}

fn breaks(vehicle: &Map<String, Value>, what: &str) -> Read<Vec<Pause>> {
    let given = list(vehicle, "breaks", &format!("Invalid breaks for {what}."))?;
    let given: &[Value] = given.map_or(&[], Vec::as_slice);
    if given.len() > MAX_BREAKS {
        return wrong(format!(
            "More than {MAX_BREAKS} breaks of {what} are not served here."
        ));
    }
    let mut pauses = Vec::new();
    for value in given {
        let (pause, id) = entity(value, "break")?;
        let what = format!("break {id} of {what}");
        let windows = windows(pause, &what)?;
        if windows.len() > 1 {
            return wrong(format!(
                "Several time_windows of {what} are not served here."
            ));
        }
        if pause.contains_key("max_load") {
            return wrong(format!("max_load of {what} is not served here."));
        }
        pauses.push(Pause {
            id,
            description: description(pause),
            window: windows.first().copied(),
            service: seconds(pause, "service", &what)?.unwrap_or(0),
        });
    }
    unique(
        pauses.iter().map(|pause| pause.id),
        &format!("break of {what},"),
    )?;
    Ok(pauses)
}

/// The matrix of the one profile in use.
fn matrix(root: &Map<String, Value>, profile: &str) -> Read<Option<Matrix>> {
    let of_profile = match root.get("matrices") {
        None => root.get("matrix").map(|durations| (durations, None)),
        Some(Value::Object(all)) => match all.get(profile) {
            None => None,
            Some(Value::Object(tables)) => {
                if tables.contains_key("costs") {
                    return wrong("Custom costs are not served here: tours are by time.");
                }
                let Some(durations) = tables.get("durations") else {
                    return wrong("Invalid matrix.");
                };
                Some((durations, tables.get("distances")))
            }
            Some(_) => return wrong("Unexpected matrices value."),
        },
        Some(_) => return wrong("Unexpected matrices value."),
    };
    let Some((durations, distances)) = of_profile else {
        return Ok(None);
    };
    let (size, durations) = square(durations)?;
    let distances = distances.map(square).transpose()?;
    if distances.as_ref().is_some_and(|(other, _)| *other != size) {
        return wrong("Inconsistent matrix sizes.");
    }
    Ok(Some(Matrix {
        size,
        durations,
        distances: distances.map(|(_, entries)| entries),
    }))
}

fn square(value: &Value) -> Read<(usize, Vec<u32>)> {
    let Some(rows) = value.as_array().filter(|rows| !rows.is_empty()) else {
        return wrong("Invalid matrix.");
    };
    let size = rows.len();
    if size.saturating_mul(size) > MOST_ENTRIES {
        return Err(VroomError::too_large(
            "The matrix has more than 4,000,000 entries.",
        ));
    }
    let mut entries = Vec::with_capacity(size * size);
    for row in rows {
        let Some(row) = row.as_array() else {
            return wrong("Invalid matrix.");
        };
        if row.len() != size {
            return wrong("Unexpected matrix line length.");
        }
        for entry in row {
            // Whole seconds that still fit when counted in milliseconds.
            match entry.as_u64().filter(|&s| s < u64::from(u32::MAX) / 1_000) {
                Some(entry) => entries.push(entry as u32),
                None => return wrong("Invalid matrix entry."),
            }
        }
    }
    Ok((size, entries))
}

fn entity<'v>(value: &'v Value, kind: &str) -> Read<(&'v Map<String, Value>, u64)> {
    let Some(object) = value.as_object() else {
        return wrong(format!("Invalid {kind}."));
    };
    match object.get("id").and_then(Value::as_u64) {
        Some(id) => Ok((object, id)),
        None => wrong(format!("Invalid or missing id for {kind}.")),
    }
}

fn list<'v>(
    object: &'v Map<String, Value>,
    key: &str,
    message: &str,
) -> Read<Option<&'v Vec<Value>>> {
    match object.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Array(values)) => Ok(Some(values)),
        Some(_) => wrong(message),
    }
}

fn place(
    object: &Map<String, Value>,
    key: &str,
    index_key: &str,
    size: Option<usize>,
    what: &str,
) -> Read<Option<Place>> {
    let at = match object.get(key) {
        None => None,
        Some(value) => {
            let pair = value.as_array().filter(|pair| pair.len() >= 2);
            let pair = pair.and_then(|pair| Some((pair[0].as_f64()?, pair[1].as_f64()?)));
            match pair.and_then(|(lon, lat)| LonLat::checked(lon, lat)) {
                Some(at) => Some(at),
                None => return wrong(format!("Invalid {key} for {what}.")),
            }
        }
    };
    let index = match object.get(index_key) {
        None => None,
        Some(value) => match value.as_u64() {
            Some(index) => Some(index as usize),
            None => return wrong(format!("Invalid {index_key} for {what}.")),
        },
    };
    match (size, index) {
        (Some(size), Some(index)) if index < size => Ok(Some(Place {
            at,
            index: Some(index),
        })),
        (Some(_), Some(_)) => wrong(format!("{index_key} exceeding matrix size for {what}.")),
        (Some(_), None) if at.is_some() => wrong(format!("Missing {index_key} for {what}.")),
        (Some(_), None) => Ok(None),
        // Without a matrix an index says nothing.
        (None, _) => Ok(at.map(|at| Place {
            at: Some(at),
            index: None,
        })),
    }
}

fn seconds(object: &Map<String, Value>, key: &str, what: &str) -> Read<Option<i64>> {
    let Some(value) = object.get(key) else {
        return Ok(None);
    };
    match value.as_i64().filter(|s| (0..=MOST_SECONDS).contains(s)) {
        Some(seconds) => Ok(Some(seconds)),
        None => wrong(format!("Invalid {key} for {what}.")),
    }
}

fn integers(object: &Map<String, Value>, key: &str, what: &str) -> Read<Option<Vec<i64>>> {
    let message = format!("Invalid {key} for {what}.");
    let Some(values) = list(object, key, &message)? else {
        return Ok(None);
    };
    let number = |value: &Value| value.as_i64().filter(|n| (0..=MOST_SECONDS).contains(n));
    let numbers: Option<Vec<i64>> = values.iter().take(64).map(number).collect();
    numbers.map_or_else(|| wrong(message), |numbers| Ok(Some(numbers)))
}

fn amounts(
    object: &Map<String, Value>,
    key: &str,
    kinds: usize,
    what: &str,
) -> Read<Option<Vec<i64>>> {
    let amounts = integers(object, key, what)?;
    if amounts
        .as_ref()
        .is_some_and(|all| !all.is_empty() && all.len() != kinds)
    {
        return wrong(format!(
            "Inconsistent {key} length for {what}: {kinds} expected."
        ));
    }
    Ok(amounts)
}

fn skills(object: &Map<String, Value>) -> Read<Vec<u32>> {
    let Some(values) = list(object, "skills", "Invalid skills object.")? else {
        return Ok(Vec::new());
    };
    let skill = |value: &Value| value.as_u64().and_then(|s| u32::try_from(s).ok());
    let skills: Option<Vec<u32>> = values.iter().map(skill).collect();
    skills.map_or_else(|| wrong("Invalid skill value."), Ok)
}

fn time_window(value: &Value) -> Read<(i64, i64)> {
    let ends = value.as_array().filter(|ends| ends.len() == 2);
    let ends = ends.and_then(|ends| Some((ends[0].as_i64()?, ends[1].as_i64()?)));
    match ends.filter(|(from, to)| 0 <= *from && from <= to && *to <= MOST_SECONDS) {
        Some(window) => Ok(window),
        None => wrong("Invalid time-window."),
    }
}

/// Windows in order; those that touch or overlap become one.
fn windows(object: &Map<String, Value>, what: &str) -> Read<Vec<(i64, i64)>> {
    let message = format!("Invalid time_windows array for {what}.");
    let given = list(object, "time_windows", &message)?;
    let Some(given) = given.filter(|given| !given.is_empty()) else {
        return if given.is_some() {
            wrong(message)
        } else {
            Ok(Vec::new())
        };
    };
    let mut windows: Vec<(i64, i64)> = given.iter().map(time_window).collect::<Read<_>>()?;
    windows.sort_unstable();
    windows.dedup_by(|next, before| {
        let joined = next.0 <= before.1;
        if joined {
            before.1 = before.1.max(next.1);
        }
        joined
    });
    Ok(windows)
}

fn description(object: &Map<String, Value>) -> Option<String> {
    object
        .get("description")
        .and_then(Value::as_str)
        .map(str::to_owned)
}
