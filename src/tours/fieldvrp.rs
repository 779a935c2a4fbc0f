//! The benchmark format "fieldvrp-1": instances in, solutions out.
//!
//! An instance lists coordinates with a rounding rule (or a matrix), vehicle types with a count, and visits. Each
//! vehicle becomes one rep-day; the answer names vehicle types and visit ids again. Everything is whole numbers.
//! Periodic instances (`combos`) belong to the calendar and are refused with a clear word.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::problem::{
    Break, FOREVER, Objective, Problem, ProblemError, RepDay, TravelTable, UNREACHABLE, Visit,
    Window,
};
use super::solution::Solution;

/// The most places an instance may have: the table of travel times grows with the square.
const MOST_PLACES: usize = 20_000;

/// Why an instance cannot be read.
#[derive(Debug, Error)]
pub enum FieldvrpError {
    /// Not JSON, or not of this shape.
    #[error("not a fieldvrp-1 instance")]
    Json(#[from] serde_json::Error),
    /// Another format or version.
    #[error("format is \"{0}\", expected \"fieldvrp-1\"")]
    Format(String),
    /// A rule of the format is broken.
    #[error("{0}")]
    Rule(String),
    /// The parts do not hang together.
    #[error(transparent)]
    Problem(#[from] ProblemError),
}

/// A name that may be written as a number or as text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Name {
    /// Written as a number.
    Number(i64),
    /// Written as text.
    Text(String),
}

#[derive(Deserialize)]
struct InstanceJson {
    format: String,
    metric: MetricJson,
    coords: Option<Vec<[f64; 2]>>,
    matrix: Option<Vec<Vec<i64>>>,
    vehicles: Vec<VehicleJson>,
    visits: Vec<VisitJson>,
    objective: Option<String>,
}

#[derive(Deserialize)]
struct MetricJson {
    #[serde(rename = "type")]
    kind: String,
    rounding: Option<String>,
    scale: Option<f64>,
}

#[derive(Deserialize)]
struct VehicleJson {
    start: Option<usize>,
    end: Option<usize>,
    tw: Option<[i64; 2]>,
    count: Option<u64>,
    cap: Option<Vec<i64>>,
    max_duration: Option<i64>,
    max_stops: Option<usize>,
    max_travel: Option<i64>,
    skills: Option<Vec<Name>>,
    breaks: Option<Vec<BreakJson>>,
    fixed_cost: Option<i64>,
}

#[derive(Deserialize)]
struct BreakJson {
    tw: [i64; 2],
    duration: i64,
}

#[derive(Deserialize)]
struct VisitJson {
    id: Name,
    loc: usize,
    service: Option<i64>,
    tws: Option<Vec<[i64; 2]>>,
    demand: Option<Vec<i64>>,
    prize: Option<i64>,
    required: Option<bool>,
    skills: Option<Vec<Name>>,
    vehicles: Option<Vec<usize>>,
    combos: Option<serde_json::Value>,
}

/// An instance as a problem, with what is needed to answer in its own names.
#[derive(Clone, Debug)]
pub struct Instance {
    /// The problem to solve.
    pub problem: Problem,
    /// The vehicle type of each rep-day.
    pub vehicle_of_day: Vec<usize>,
    /// The name of each visit.
    pub ids: Vec<Name>,
}

#[derive(Serialize)]
struct AnswerJson<'a> {
    routes: Vec<RouteJson<'a>>,
    left_out: Vec<&'a Name>,
    cost: i64,
    travel: i64,
    missing_required: usize,
    bound: Option<i64>,
    iterations: u64,
}

#[derive(Serialize)]
struct RouteJson<'a> {
    vehicle: usize,
    stops: Vec<&'a Name>,
}

impl Instance {
    /// Reads an instance.
    ///
    /// # Errors
    /// When `json` is not a sound instance; the message says where.
    pub fn read(json: &[u8]) -> Result<Self, FieldvrpError> {
        let instance: InstanceJson = serde_json::from_slice(json)?;
        if instance.format != "fieldvrp-1" {
            return Err(FieldvrpError::Format(instance.format));
        }
        let travel = travel(&instance)?;
        let (days_of_type, vehicle_of_day) = spread(&instance)?;
        let mut skills = BTreeMap::new();
        let days = vehicle_of_day
            .iter()
            .map(|&kind| rep_day(&instance.vehicles[kind], &mut skills))
            .collect();
        let visits = instance
            .visits
            .iter()
            .map(|visit| read_visit(visit, &days_of_type, &mut skills))
            .collect::<Result<_, _>>()?;
        let ids: Vec<Name> = instance.visits.into_iter().map(|visit| visit.id).collect();
        let mut seen = BTreeSet::new();
        if let Some(twice) = ids.iter().find(|id| !seen.insert(*id)) {
            return rule(format!("two visits have the id {}", show(twice)));
        }
        let problem = Problem {
            travel,
            visits,
            days,
            objective: objective(instance.objective.as_deref())?,
        };
        problem.validate()?;
        Ok(Self {
            problem,
            vehicle_of_day,
            ids,
        })
    }

    /// The solution in the names of the instance, as JSON.
    ///
    /// # Errors
    /// Never in practice: plain data always serializes.
    pub fn write(&self, solution: &Solution) -> Result<Vec<u8>, FieldvrpError> {
        let routes = solution.tours.iter().map(|tour| RouteJson {
            vehicle: self.vehicle_of_day[tour.day],
            stops: tour.visits().map(|visit| &self.ids[visit]).collect(),
        });
        let answer = AnswerJson {
            routes: routes.collect(),
            left_out: solution.left_out.iter().map(|&v| &self.ids[v]).collect(),
            cost: solution.cost.value,
            travel: solution.cost.travel,
            missing_required: solution.cost.missing_required,
            bound: solution.bound.map(|bound| bound.value),
            iterations: solution.iterations,
        };
        Ok(serde_json::to_vec(&answer)?)
    }
}

fn rule<T>(text: String) -> Result<T, FieldvrpError> {
    Err(FieldvrpError::Rule(text))
}

fn show(name: &Name) -> String {
    match name {
        Name::Number(number) => number.to_string(),
        Name::Text(text) => format!("\"{text}\""),
    }
}

fn objective(name: Option<&str>) -> Result<Objective, FieldvrpError> {
    match name {
        None | Some("travel") => Ok(Objective::Travel),
        Some("travel+missed") => Ok(Objective::TravelAndMissed),
        Some("max_prize") => Ok(Objective::MaxPrize),
        Some(other) => rule(format!(
            "objective \"{other}\" is none of travel, travel+missed, max_prize"
        )),
    }
}

fn travel(instance: &InstanceJson) -> Result<TravelTable, FieldvrpError> {
    match instance.metric.kind.as_str() {
        "matrix" => match &instance.matrix {
            Some(rows) => from_matrix(rows),
            None => rule("metric is \"matrix\" but there is no matrix".to_owned()),
        },
        "euclid" => match &instance.coords {
            Some(coords) => from_coords(coords, &instance.metric),
            None => rule("metric is \"euclid\" but there are no coords".to_owned()),
        },
        other => rule(format!("metric type \"{other}\" is none of euclid, matrix")),
    }
}

fn few_places(count: usize) -> Result<(), FieldvrpError> {
    if count <= MOST_PLACES {
        return Ok(());
    }
    rule(format!(
        "{count} places are too many, the most is {MOST_PLACES}"
    ))
}

fn from_matrix(rows: &[Vec<i64>]) -> Result<TravelTable, FieldvrpError> {
    few_places(rows.len())?;
    let mut times = Vec::with_capacity(rows.len() * rows.len());
    for (at, row) in rows.iter().enumerate() {
        if row.len() != rows.len() {
            return rule(format!(
                "matrix row {at} has {} entries, expected {}",
                row.len(),
                rows.len()
            ));
        }
        for &time in row {
            match u32::try_from(time) {
                Ok(time) if time < UNREACHABLE => times.push(time),
                _ => return rule(format!("matrix row {at}: travel {time} is out of range")),
            }
        }
    }
    Ok(TravelTable::new(rows.len(), times)?)
}

fn from_coords(coords: &[[f64; 2]], metric: &MetricJson) -> Result<TravelTable, FieldvrpError> {
    few_places(coords.len())?;
    let scale = metric.scale.unwrap_or(1.0);
    if !scale.is_finite() || scale < 0.0 {
        return rule(format!(
            "metric scale {scale} must be a number, zero or more"
        ));
    }
    // Casts cut off what is behind the point, like the floor of numbers from zero on.
    match metric.rounding.as_deref() {
        Some("trunc") => by_distance(coords, scale, |d| (d + 1e-9) as u64),
        Some("nearest") => by_distance(coords, scale, |d| (d + 0.5) as u64),
        Some("ceil") => by_distance(coords, scale, |d| {
            let below = (d - 1e-9).max(0.0);
            below as u64 + u64::from(below as u64 as f64 != below)
        }),
        other => rule(format!(
            "metric rounding {other:?} is none of trunc, nearest, ceil"
        )),
    }
}

fn by_distance(
    coords: &[[f64; 2]],
    scale: f64,
    round: impl Fn(f64) -> u64,
) -> Result<TravelTable, FieldvrpError> {
    let mut furthest = 0;
    let table = TravelTable::from_fn(coords.len(), |a, b| {
        let (dx, dy) = (coords[a][0] - coords[b][0], coords[a][1] - coords[b][1]);
        let time = round((dx * dx + dy * dy).sqrt() * scale);
        furthest = furthest.max(time);
        time as u32
    });
    if furthest >= u64::from(UNREACHABLE) {
        return rule(format!(
            "travel {furthest} between two coords is out of range"
        ));
    }
    Ok(table)
}

/// The rep-days of each vehicle type, and the type of each rep-day. More vehicles than visits are never needed.
fn spread(instance: &InstanceJson) -> Result<(Vec<Vec<usize>>, Vec<usize>), FieldvrpError> {
    let enough = instance.visits.len().max(1) as u64;
    let mut days_of_type = Vec::new();
    let mut vehicle_of_day = Vec::new();
    for (kind, vehicle) in instance.vehicles.iter().enumerate() {
        let count = vehicle.count.unwrap_or(1).min(enough) as usize;
        days_of_type.push((vehicle_of_day.len()..vehicle_of_day.len() + count).collect());
        vehicle_of_day.extend(std::iter::repeat_n(kind, count));
        if vehicle_of_day.len() > 100_000 {
            return rule("more than 100000 vehicles".to_owned());
        }
    }
    Ok((days_of_type, vehicle_of_day))
}

fn number_of(skills: &mut BTreeMap<Name, u32>, name: &Name) -> u32 {
    let next = skills.len() as u32;
    *skills.entry(name.clone()).or_insert(next)
}

fn rep_day(vehicle: &VehicleJson, skills: &mut BTreeMap<Name, u32>) -> RepDay {
    RepDay {
        start: vehicle.start,
        end: vehicle.end,
        shift: vehicle.tw.map_or(Window::always(), window),
        breaks: vehicle
            .breaks
            .iter()
            .flatten()
            .map(|pause| Break {
                window: window(pause.tw),
                duration: pause.duration,
            })
            .collect(),
        max_stops: vehicle.max_stops,
        max_drive: vehicle.max_travel,
        max_duration: vehicle.max_duration,
        skills: vehicle
            .skills
            .iter()
            .flatten()
            .map(|s| number_of(skills, s))
            .collect(),
        capacity: vehicle.cap.clone().unwrap_or_default(),
        fixed_cost: vehicle.fixed_cost.unwrap_or(0),
        ..RepDay::default()
    }
}

fn window([open, close]: [i64; 2]) -> Window {
    Window::new(open, close.min(FOREVER))
}

fn read_visit(
    visit: &VisitJson,
    days_of_type: &[Vec<usize>],
    skills: &mut BTreeMap<Name, u32>,
) -> Result<Visit, FieldvrpError> {
    if visit
        .combos
        .as_ref()
        .is_some_and(|combos| !combos.is_null())
    {
        return rule(format!(
            "visit {}: periodic visits (combos) are not solved here",
            show(&visit.id)
        ));
    }
    let allowed_days = match &visit.vehicles {
        None => None,
        Some(kinds) => {
            let mut days = Vec::new();
            for &kind in kinds {
                match days_of_type.get(kind) {
                    Some(of_type) => days.extend(of_type),
                    None => {
                        return rule(format!(
                            "visit {}: vehicle type {kind} does not exist",
                            show(&visit.id)
                        ));
                    }
                }
            }
            Some(days)
        }
    };
    Ok(Visit {
        place: visit.loc,
        windows: visit.tws.iter().flatten().copied().map(window).collect(),
        service: visit.service.unwrap_or(0),
        prize: visit.prize.unwrap_or(0),
        required: visit.required.unwrap_or(true),
        skills: visit
            .skills
            .iter()
            .flatten()
            .map(|s| number_of(skills, s))
            .collect(),
        allowed_days,
        demand: visit.demand.clone().unwrap_or_default(),
        ..Visit::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tours::{Budget, solve};

    const SMALL: &str = r#"{"format":"fieldvrp-1","objective":"travel+missed",
        "metric":{"type":"euclid","rounding":"nearest","scale":1},
        "coords":[[0,0],[3,4],[0,10],[500,0]],
        "vehicles":[{"start":0,"end":0,"tw":[0,1000],"count":2,"skills":["A"]}],
        "visits":[{"id":7,"loc":1,"service":5,"prize":100,"required":false,"skills":["A"]},
                  {"id":"x","loc":2,"tws":[[0,50],[60,90]],"required":true},
                  {"id":9,"loc":3,"prize":40,"required":false}]}"#;

    #[test]
    fn an_instance_is_read_solved_and_answered_in_its_own_names() {
        let instance = Instance::read(SMALL.as_bytes()).expect("sound");
        let solution = solve(&instance.problem, &Budget::default()).expect("sound");
        // 0 -> (3,4) -> (0,10) -> 0: 5 + 7 + 10 = 22, and 40 missed.
        assert_eq!(solution.cost.value, 62);
        let answer: serde_json::Value =
            serde_json::from_slice(&instance.write(&solution).expect("plain data")).expect("JSON");
        assert_eq!(answer["left_out"], serde_json::json!([9]));
        assert_eq!(answer["routes"][0]["vehicle"], 0);
    }

    #[test]
    fn hostile_instances_are_refused_with_a_word() {
        let cases = [
            ("{", "not a fieldvrp-1 instance"),
            (r#"{"format":"x"}"#, "not a fieldvrp-1 instance"),
            (&SMALL.replace("fieldvrp-1", "other"), "format is \"other\""),
            (&SMALL.replace("\"loc\":2", "\"loc\":9"), "names place 9"),
            (
                &SMALL.replace("\"start\":0", "\"start\":4"),
                "names place 4",
            ),
            (
                &SMALL.replace("[60,90]", "[90,60]"),
                "closes before it opens",
            ),
            (
                &SMALL.replace("\"id\":9", "\"id\":7"),
                "two visits have the id 7",
            ),
            (
                &SMALL.replace("\"service\":5", "\"service\":-5"),
                "service time",
            ),
            (&SMALL.replace("[500,0]", "[1e300,0]"), "out of range"),
            (&SMALL.replace("\"scale\":1", "\"scale\":-1"), "scale -1"),
            (&SMALL.replace("nearest", "up"), "rounding"),
            (&SMALL.replace("travel+missed", "fun"), "objective \"fun\""),
            (
                &SMALL.replace("\"prize\":40", "\"combos\":[[1]]"),
                "periodic",
            ),
            (
                &SMALL.replace("\"prize\":40", "\"vehicles\":[3]"),
                "vehicle type 3",
            ),
        ];
        for (json, word) in cases {
            let error = Instance::read(json.as_bytes()).expect_err(word);
            assert!(error.to_string().contains(word), "{word}: {error}");
        }
    }

    #[test]
    fn null_is_as_good_as_left_out() {
        let nulls = SMALL
            .replace("\"count\":2", "\"count\":2,\"breaks\":null,\"cap\":null,\"fixed_cost\":null,\"max_stops\":null")
            .replace(
                "\"prize\":40",
                "\"prize\":40,\"skills\":null,\"tws\":null,\"demand\":null,\"vehicles\":null,\"combos\":null,\"service\":null",
            )
            .replace("\"required\":true", "\"required\":true,\"prize\":null");
        let read = |json: &str| Instance::read(json.as_bytes()).expect("sound").problem;
        assert_eq!(read(&nulls), read(SMALL));
    }

    #[test]
    fn a_tour_may_be_longer_than_the_longest_leg_can_be() {
        let json = r#"{"format":"fieldvrp-1","metric":{"type":"euclid","rounding":"nearest","scale":1},
            "coords":[[0,0],[2000000000,0],[2000000000,2000000000]],"vehicles":[{"start":0,"end":0}],
            "visits":[{"id":1,"loc":1},{"id":2,"loc":2}]}"#;
        let instance = Instance::read(json.as_bytes()).expect("sound");
        let solution = solve(&instance.problem, &Budget::default()).expect("sound");
        assert_eq!(solution.cost.travel, 6_828_427_125);
        assert_eq!(solution.cost.missing_required, 0);
    }

    #[test]
    fn a_huge_count_is_no_trap() {
        let json = SMALL.replace("\"count\":2", "\"count\":1000000000000");
        let instance = Instance::read(json.as_bytes()).expect("sound");
        assert_eq!(instance.problem.days.len(), 3);
    }
}
