//! VROOM's documented cases in our words: custom matrices, coordinates, breaks, skills, amounts, priorities, refusals.

use serde_json::{Value, json};

use super::{Code, Roads, solve};
use crate::geometry::LonLat;

/// A plane where a degree takes a thousand seconds, east before north.
pub(super) struct Plane;

impl Roads for Plane {
    fn table(&self, places: &[LonLat]) -> Result<Vec<Option<(i64, f64)>>, usize> {
        if let Some(lost) = places.iter().position(|at| at.lat > 80.0) {
            return Err(lost);
        }
        let leg = |a: &LonLat, b: &LonLat| {
            let degrees = (a.lon - b.lon).abs() + (a.lat - b.lat).abs();
            Some(((degrees * 1e6) as i64, degrees * 1e4))
        };
        let pairs = places
            .iter()
            .flat_map(|a| places.iter().map(move |b| leg(a, b)));
        Ok(pairs.collect())
    }

    fn line(&self, places: &[LonLat]) -> Option<Vec<LonLat>> {
        Some(places.to_vec())
    }
}

pub(super) fn solved(input: &Value) -> Value {
    solve(input, &Plane, 5.0, std::time::Instant::now()).expect("this has a solution")
}

fn refused(input: &Value) -> (Code, String) {
    let error = solve(input, &Plane, 5.0, std::time::Instant::now()).expect_err("this is refused");
    (error.code, error.message)
}

pub(super) fn ids(route: &Value, kind: &str) -> Vec<u64> {
    let steps = route["steps"].as_array().expect("steps").iter();
    steps
        .filter(|step| step["type"] == kind)
        .filter_map(|step| step["id"].as_u64())
        .collect()
}

fn matrix() -> Value {
    json!([
        [0, 600, 900, 300],
        [610, 0, 200, 800],
        [905, 210, 0, 400],
        [310, 805, 410, 0]
    ])
}

#[test]
fn a_custom_matrix_with_a_start_and_an_end_elsewhere() {
    let answer = solved(&json!({
        "vehicles": [{"id": 7, "start_index": 0, "end_index": 3, "description": "van"}],
        "jobs": [{"id": 11, "location_index": 2}, {"id": 12, "location_index": 1, "description": "shop"}],
        "matrices": {"car": {"durations": matrix()}}
    }));
    assert_eq!(answer["code"], 0);
    let route = &answer["routes"][0];
    assert_eq!(ids(route, "job"), [12, 11]);
    // 600 to the shop, 200 on, 400 to the end.
    assert_eq!(
        (route["duration"].as_i64(), route["cost"].as_i64()),
        (Some(1_200), Some(1_200))
    );
    let arrivals: Vec<i64> = route["steps"]
        .as_array()
        .expect("steps")
        .iter()
        .filter_map(|step| step["arrival"].as_i64())
        .collect();
    assert_eq!(arrivals, [0, 600, 800, 1_200]);
    assert_eq!(route["steps"][0]["type"], "start");
    assert_eq!(route["steps"][1]["location_index"], 1);
    assert_eq!(route["steps"][1]["description"], "shop");
    assert_eq!(route["steps"][3]["type"], "end");
    assert_eq!(route["description"], "van");
    assert_eq!(answer["summary"]["routes"], 1);
    assert_eq!(answer["summary"]["unassigned"], 0);
    assert_eq!(answer["unassigned"], json!([]));
    assert!(route.get("geometry").is_none() && route.get("distance").is_none());
}

/// Two vans of four boxes with skills, a break, real timestamps; three to bring to, one to fetch from.
fn town() -> Value {
    let van = |id: u64, skill: u64| {
        json!({"id": id, "start": [2.35, 48.7], "end": [2.35, 48.7], "capacity": [4], "skills": [skill, 14],
            "time_window": [1_600_416_000_u64, 1_600_430_400_u64]})
    };
    let mut second = van(2, 2);
    second["breaks"] = json!([{"id": 5, "service": 300, "time_windows": [[1_600_423_200_u64, 1_600_425_000_u64]]}]);
    json!({
        "vehicles": [van(1, 1), second],
        "jobs": [
            {"id": 1, "service": 300, "delivery": [1], "location": [2.0, 48.7], "skills": [1],
                "time_windows": [[1_600_419_600_u64, 1_600_423_200_u64]]},
            {"id": 2, "service": 300, "pickup": [1], "location": [2.1, 48.6], "skills": [1]},
            {"id": 3, "service": 300, "delivery": [1], "location": [2.2, 48.5], "skills": [14]},
            {"id": 4, "service": 300, "delivery": [1], "location": [2.9, 48.9], "skills": [2]}
        ],
        "options": {"g": true}
    })
}

#[test]
fn coordinates_skills_windows_amounts_and_breaks() {
    let answer = solved(&town());
    assert_eq!(answer["summary"]["unassigned"], 0, "{answer}");
    assert_eq!(answer["summary"]["delivery"], json!([3]));
    assert_eq!(answer["summary"]["pickup"], json!([1]));
    // Four visits and a break of five minutes each.
    assert_eq!(answer["summary"]["service"], 1_500);
    let routes = answer["routes"].as_array().expect("routes");
    let of = |vehicle: u64| {
        routes
            .iter()
            .find(|r| r["vehicle"] == vehicle)
            .expect("a route")
    };
    assert!(ids(of(1), "job").contains(&1) && ids(of(1), "job").contains(&2));
    assert!(ids(of(2), "job").contains(&4));
    assert_eq!(ids(of(2), "break"), [5]);
    for route in routes {
        let steps = route["steps"].as_array().expect("steps");
        assert!(steps.is_sorted_by_key(|step| step["arrival"].as_i64()));
        assert!(steps.iter().all(|step| {
            step["load"][0]
                .as_i64()
                .is_some_and(|l| (0..=4).contains(&l))
        }));
        for step in steps
            .iter()
            .filter(|step| step["id"] == 1 && step["type"] == "job")
        {
            let start =
                step["arrival"].as_i64().unwrap_or(0) + step["waiting_time"].as_i64().unwrap_or(0);
            assert!((1_600_419_600..=1_600_423_200).contains(&start));
        }
        assert!(route["geometry"].is_string() && route["distance"].as_i64() > Some(0));
    }
    assert_eq!(
        solve(&town(), &Plane, 5.0, std::time::Instant::now()),
        Ok(answer),
        "equal input, equal output"
    );
}

#[test]
fn what_is_brought_and_fetched_never_exceeds_the_van_on_the_way() {
    let job = |id: u64, kind: &str, lon: f64| {
        let mut job = json!({"id": id, "location": [lon, 0.0]});
        job[kind] = json!([2]);
        job
    };
    let answer = solved(&json!({
        "vehicles": [{"id": 1, "start": [0.0, 0.0], "end": [0.0, 0.0], "capacity": [2]},
            {"id": 2, "start": [0.0, 0.0], "end": [0.0, 0.0], "capacity": [2]}],
        "jobs": [job(1, "pickup", 0.1), job(2, "delivery", 0.2)]
    }));
    let routes = answer["routes"].as_array().expect("routes");
    let loads = routes
        .iter()
        .flat_map(|r| r["steps"].as_array().expect("steps"));
    assert!(loads.clone().count() > 3);
    assert!(
        loads
            .clone()
            .all(|step| step["load"][0].as_i64() <= Some(2)),
        "{answer}"
    );
}

#[test]
fn priorities_decide_who_is_left_out() {
    let job = |id: u64, priority: u64| json!({"id": id, "location": [id as f64, 0.0], "service": 3_000, "priority": priority});
    let answer = solved(&json!({
        "vehicles": [{"id": 1, "start": [0.0, 0.0], "time_window": [0, 7_500]}],
        "jobs": [job(1, 0), job(2, 0), job(3, 90)]
    }));
    let route = &answer["routes"][0];
    assert!(ids(route, "job").contains(&3), "{answer}");
    assert_eq!(answer["summary"]["priority"], 90);
    assert_eq!(answer["unassigned"].as_array().map(Vec::len), Some(2));
    assert_eq!(answer["unassigned"][0]["type"], "job");
}

#[test]
fn limits_costs_and_speed_count() {
    let answer = solved(&json!({
        "vehicles": [{"id": 1, "start": [0.0, 0.0], "end": [0.0, 0.0], "max_tasks": 1, "speed_factor": 2.0,
            "costs": {"fixed": 50, "per_hour": 7200}}],
        "jobs": [{"id": 1, "location": [1.0, 0.0]}, {"id": 2, "location": [1.0, 0.0]}]
    }));
    assert_eq!(answer["summary"]["unassigned"], 1);
    // 2,000 s at double speed are 1,000 s; 2 a second and 50.
    assert_eq!(answer["summary"]["duration"], 1_000);
    assert_eq!(answer["summary"]["cost"], 2_050);
}

#[test]
fn what_is_not_served_is_named() {
    let van = json!({"id": 1, "start": [0.0, 0.0]});
    let with = |name: &str, value: Value| {
        let mut van = van.clone();
        van[name] = value;
        json!({"vehicles": [van], "jobs": []})
    };
    let job = |more: Value| {
        let mut job = json!({"id": 1, "location": [0.0, 0.0]});
        for (name, value) in more.as_object().expect("an object") {
            job[name] = value.clone();
        }
        json!({"vehicles": [van.clone()], "jobs": [job]})
    };
    for (input, says) in [
        (json!([]), "not an object"),
        (json!({"jobs": []}), "Invalid vehicles"),
        (json!({"vehicles": []}), "No vehicle"),
        (
            json!({"vehicles": [van], "shipments": [{}]}),
            "Shipments are not served",
        ),
        (
            json!({"vehicles": [van], "options": {"c": true}}),
            "Plan mode",
        ),
        (json!({"vehicles": [van, van]}), "Duplicate vehicle id: 1"),
        (json!({"vehicles": [{"id": 1}]}), "No start or end"),
        (json!({"vehicles": [{"start": [0, 0]}]}), "missing id"),
        (json!({"vehicles": [van], "jobs": 5}), "Invalid jobs"),
        (
            json!({"vehicles": [van], "matrices": {"car": {"durations": [[0, 1]]}}}),
            "line length",
        ),
        (
            json!({"vehicles": [van], "matrices": {"car": {"durations": [[-1]]}}}),
            "matrix entry",
        ),
        (
            json!({"vehicles": [van], "matrices": {"car": {"durations": [[0]], "costs": [[0]]}}}),
            "costs",
        ),
        (with("profile", json!("bike")), "Invalid profile: bike"),
        (with("max_distance", json!(5)), "max_distance"),
        (with("costs", json!({"per_km": 5})), "per_km"),
        (with("time_window", json!([5, 1])), "time-window"),
        (with("speed_factor", json!(0)), "speed_factor"),
        (
            with(
                "breaks",
                json!([{"id": 1, "time_windows": [[0, 1], [5, 6]]}]),
            ),
            "Several time_windows",
        ),
        (with("breaks", json!([{}])), "missing id for break"),
        (with("start", json!([999, 0])), "Invalid start"),
        (
            job(json!({"location": "here"})),
            "Invalid location for job 1",
        ),
        (job(json!({"location": null})), "Invalid location for job 1"),
        (job(json!({"priority": 101})), "priority"),
        (job(json!({"service": -1})), "Invalid service"),
        (job(json!({"service": 1e300})), "Invalid service"),
        (job(json!({"time_windows": []})), "time_windows"),
        (job(json!({"delivery": [1, 2]})), "delivery length"),
        (job(json!({"skills": ["a"]})), "skill value"),
    ] {
        let (code, message) = refused(&input);
        assert_eq!(code, Code::Input, "{input}");
        assert!(message.contains(says), "{message} / {says}");
    }
    let (code, message) = refused(&job(json!({"location": [10.0, 85.0]})));
    assert_eq!(code, Code::Routing);
    assert!(message.contains("[10;85]"), "{message}");
    let many: Vec<Value> = (0..2_001)
        .map(|id| json!({"id": id, "location": [0, 0]}))
        .collect();
    assert_eq!(
        refused(&json!({"vehicles": [van], "jobs": many})).0,
        Code::TooLarge
    );
}

#[test]
fn nothing_to_do_is_an_answer() {
    let answer = solved(&json!({"vehicles": [{"id": 1, "start": [0.0, 0.0]}], "jobs": []}));
    assert_eq!(
        (&answer["code"], &answer["routes"]),
        (&json!(0), &json!([]))
    );
}
