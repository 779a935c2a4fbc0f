//! The shapes of problems that VROOM documents, with inputs of our own, against trying every route.

use serde_json::{Value, json};

use super::tests::{Plane, ids, solved};
use super::{Code, solve};
use crate::tours::testkit::Dice;

/// What a route of `vehicle` through `jobs` costs, by VROOM's rules, told from the input alone; `None` where it breaks one.
fn route_cost(input: &Value, vehicle: usize, jobs: &[usize]) -> Option<i64> {
    let (vehicle, all) = (&input["vehicles"][vehicle], &input["jobs"]);
    let number = |value: &Value, otherwise: i64| value.as_i64().unwrap_or(otherwise);
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let matrix = &input["matrices"]["car"]["durations"];
    let index = |value: &Value| value.as_u64().map(|at| at as usize);
    let leg = |from: Option<usize>, to: Option<usize>| match (from, to) {
        (Some(from), Some(to)) => number(&matrix[from][to], 0),
        _ => 0,
    };
    if jobs.is_empty() {
        return Some(0);
    }
    if jobs.len() as i64 > number(&vehicle["max_tasks"], i64::MAX) {
        return None;
    }
    let able = |job: &usize| {
        let have = list(&vehicle["skills"]);
        list(&all[job]["skills"])
            .iter()
            .all(|skill| have.contains(skill))
    };
    if !jobs.iter().all(able) {
        return None;
    }
    for kind in 0..list(&vehicle["capacity"]).len() {
        let amount = |job: &usize, name: &str| number(&all[job][name][kind], 0);
        let most = number(&vehicle["capacity"][kind], 0);
        for done in 0..=jobs.len() {
            let brought: i64 = jobs[done..].iter().map(|j| amount(j, "delivery")).sum();
            let taken: i64 = jobs[..done].iter().map(|j| amount(j, "pickup")).sum();
            if brought + taken > most {
                return None;
            }
        }
    }
    let mut at = index(&vehicle["start_index"]);
    let mut now = number(&vehicle["time_window"][0], 0);
    let mut driven = 0;
    for job in jobs {
        let job = &all[*job];
        let here = index(&job["location_index"]);
        let way = leg(at, here);
        (now, driven) = (now + way, driven + way);
        let windows = list(&job["time_windows"]);
        if !windows.is_empty() {
            let open = windows.iter().filter(|w| number(&w[1], 0) >= now);
            now = open.map(|w| number(&w[0], 0).max(now)).min()?;
        }
        let of_type = |name: &str| {
            let kind = vehicle["type"].as_str().unwrap_or("");
            let own = &job[format!("{name}_per_type")][kind];
            number(own, number(&job[name], 0))
        };
        now += of_type("service") + if at == here { 0 } else { of_type("setup") };
        at = here;
    }
    let way = leg(at, index(&vehicle["end_index"]));
    (now, driven) = (now + way, driven + way);
    let in_time = now <= number(&vehicle["time_window"][1], i64::MAX)
        && driven <= number(&vehicle["max_travel_time"], i64::MAX);
    in_time.then(|| driven + number(&vehicle["costs"]["fixed"], 0))
}

/// The best of all plans: most jobs, then least cost.
fn best_of_all(input: &Value) -> (usize, i64) {
    fn search(
        input: &Value,
        routes: &mut Vec<Vec<usize>>,
        job: usize,
        out: usize,
        best: &mut (usize, i64),
    ) {
        let jobs = input["jobs"].as_array().map_or(0, Vec::len);
        if job == jobs {
            let costs = routes.iter().enumerate();
            let costs: Option<Vec<i64>> = costs
                .map(|(v, route)| route_cost(input, v, route))
                .collect();
            if let Some(costs) = costs {
                *best = (*best).min((out, costs.iter().sum()));
            }
            return;
        }
        for vehicle in 0..routes.len() {
            for at in 0..=routes[vehicle].len() {
                routes[vehicle].insert(at, job);
                search(input, routes, job + 1, out, best);
                routes[vehicle].remove(at);
            }
        }
        search(input, routes, job + 1, out + 1, best);
    }
    let vehicles = input["vehicles"].as_array().map_or(0, Vec::len);
    let mut best = (usize::MAX, i64::MAX);
    search(input, &mut vec![Vec::new(); vehicles], 0, 0, &mut best);
    best
}

/// Solves, and holds the answer against its own steps and the best of all plans.
fn solved_best(input: &Value) -> Value {
    let answer = solved(input);
    let routes = answer["routes"].as_array().expect("routes");
    let mut cost = 0;
    for route in routes {
        let position = |list: &str, id: &Value| {
            let all = input[list].as_array().expect("a list").iter();
            all.into_iter()
                .position(|one| one["id"] == *id)
                .expect("known")
        };
        let vehicle = position("vehicles", &route["vehicle"]);
        let stops: Vec<usize> = ids(route, "job")
            .iter()
            .map(|id| position("jobs", &json!(id)))
            .collect();
        let own = route_cost(input, vehicle, &stops);
        assert_eq!(own, route["cost"].as_i64(), "{input}\n{route}");
        cost += own.expect("a route that holds");
        let steps = route["steps"].as_array().expect("steps");
        let job = |at: &usize| &input["jobs"][at]["location_index"];
        let ends = [
            ("start", steps.first(), stops.first()),
            ("end", steps.last(), stops.last()),
        ];
        for (kind, step, stop) in ends {
            let own = &input["vehicles"][vehicle][format!("{kind}_index")];
            let place = if own.is_null() {
                job(stop.expect("a stop"))
            } else {
                own
            };
            let step = step.expect("a step");
            assert_eq!(
                (&step["type"], &step["location_index"]),
                (&json!(kind), place)
            );
        }
    }
    assert_eq!(answer["summary"]["cost"], cost);
    assert_eq!(answer["summary"]["routes"], routes.len());
    let out = answer["unassigned"].as_array().expect("a list").len();
    assert_eq!(answer["summary"]["unassigned"], out);
    assert_eq!((out, cost), best_of_all(input), "{input}\n{answer}");
    answer
}

fn random_matrix(dice: &mut Dice, size: usize) -> Value {
    let entry = |dice: &mut Dice, same: bool| if same { 0 } else { 60 + dice.below(900) };
    let rows = (0..size).map(|a| (0..size).map(|b| entry(dice, a == b)).collect());
    json!(rows.collect::<Vec<Vec<i64>>>())
}

/// Some jobs and vehicles with every option that an answer can be held against by hand.
fn random_input(dice: &mut Dice) -> Value {
    let size = 3 + dice.below(4) as usize;
    let on: Vec<bool> = (0..8).map(|_| dice.one_in(2)).collect();
    let place = |dice: &mut Dice| dice.below(size as u64);
    let kinds = 1 + usize::from(dice.one_in(3));
    let amounts =
        |dice: &mut Dice, most: u64| (0..kinds).map(|_| dice.below(most)).collect::<Vec<_>>();
    let jobs = (0..2 + dice.below(4)).map(|id| {
        let mut job =
            json!({"id": id + 1, "location_index": place(dice), "service": dice.below(400)});
        if on[0] {
            job["delivery"] = json!(amounts(dice, 4));
        }
        if on[1] {
            job["pickup"] = json!(amounts(dice, 4));
        }
        if on[2] {
            job["setup"] = json!(dice.below(300));
        }
        if on[3] && dice.one_in(2) {
            let open = dice.below(3_000);
            job["time_windows"] = json!([[open, open + 400], [open + 2_000, open + 2_600]]);
        }
        if on[4] && dice.one_in(3) {
            job["skills"] = json!([dice.below(2)]);
        }
        if on[5] && dice.one_in(2) {
            job["service_per_type"] = json!({"bike": dice.below(900)});
            job["setup_per_type"] = json!({"bike": dice.below(200), "truck": 5});
        }
        job
    });
    let jobs: Vec<Value> = jobs.collect();
    let vehicles = (0..=dice.below(2)).map(|id| {
        let mut vehicle = json!({"id": id + 1, "skills": [dice.below(2)]});
        let ends = dice.below(3);
        if ends != 1 {
            vehicle["start_index"] = json!(place(dice));
        }
        if ends != 2 {
            vehicle["end_index"] = json!(place(dice));
        }
        if on[0] || on[1] {
            vehicle["capacity"] = json!((0..kinds).map(|_| 3 + dice.below(5)).collect::<Vec<_>>());
        }
        if dice.one_in(2) {
            vehicle["time_window"] = json!([dice.below(500), 3_000 + dice.below(4_000)]);
        }
        if on[6] {
            vehicle["max_tasks"] = json!(1 + dice.below(4));
            vehicle["max_travel_time"] = json!(1_500 + dice.below(3_000));
        }
        if on[7] {
            vehicle["costs"] = json!({"fixed": dice.below(1_000)});
        }
        if dice.one_in(2) {
            vehicle["type"] = json!("bike");
        }
        vehicle
    });
    let vehicles: Vec<Value> = vehicles.collect();
    let matrix = random_matrix(dice, size);
    json!({"jobs": jobs, "vehicles": vehicles, "matrices": {"car": {"durations": matrix}}})
}

#[test]
fn every_option_gives_the_best_of_all_plans() {
    let mut out = 0;
    for seed in 0..80 {
        let input = random_input(&mut Dice(seed * 77 + 5));
        out += solved_best(&input)["unassigned"]
            .as_array()
            .map_or(0, Vec::len);
    }
    assert!(
        out > 15,
        "{out} jobs left out: some must be for the rules to count"
    );
}

#[test]
fn one_vehicle_with_only_jobs_makes_the_shortest_tour_of_a_custom_matrix() {
    let mut dice = Dice(11);
    let jobs: Vec<Value> = (1..7)
        .map(|id| json!({"id": id, "location_index": id}))
        .collect();
    let input = json!({
        "vehicles": [{"id": 3, "start_index": 0, "end_index": 7}],
        "jobs": jobs,
        "matrices": {"car": {"durations": random_matrix(&mut dice, 8)}}
    });
    let answer = solved_best(&input);
    assert_eq!(answer["summary"]["unassigned"], 0);
    assert_eq!(answer["routes"][0]["duration"], answer["routes"][0]["cost"]);
}

#[test]
fn priorities_make_no_way_longer_where_everyone_is_served() {
    let mut dice = Dice(3);
    let mut plain = json!({
        "vehicles": [{"id": 1, "start_index": 0, "end_index": 0, "max_tasks": 9}, {"id": 2, "start_index": 1, "end_index": 1, "max_tasks": 9}],
        "jobs": (1..17).map(|id| json!({"id": id, "location_index": id})).collect::<Vec<_>>(),
        "matrices": {"car": {"durations": random_matrix(&mut dice, 17)}}
    });
    let alike = solved(&plain);
    for job in plain["jobs"].as_array_mut().expect("jobs") {
        job["priority"] = json!(dice.below(101));
    }
    let told_apart = solved(&plain);
    assert_eq!(told_apart["summary"]["unassigned"], 0);
    assert_eq!(told_apart["summary"]["cost"], alike["summary"]["cost"]);
}

#[test]
fn what_is_brought_makes_room_for_what_is_taken_along() {
    let van = json!({"id": 1, "start_index": 0, "end_index": 0, "capacity": [2]});
    let input = json!({
        "vehicles": [van],
        // By the way alone the pickup would come first.
        "jobs": [{"id": 1, "location_index": 1, "pickup": [2]}, {"id": 2, "location_index": 2, "delivery": [2]}],
        "matrices": {"car": {"durations": [[0, 100, 250], [300, 0, 100], [100, 200, 0]]}}
    });
    let answer = solved_best(&input);
    assert_eq!(ids(&answer["routes"][0], "job"), [2, 1]);
    let steps = answer["routes"][0]["steps"].as_array().expect("steps");
    let loads: Vec<&Value> = steps.iter().map(|step| &step["load"][0]).collect();
    assert_eq!(loads, [2, 0, 2, 2]);
    assert_eq!(answer["summary"]["pickup"], json!([2]));
    assert_eq!(answer["summary"]["delivery"], json!([2]));
}

#[test]
fn nothing_is_set_up_twice_at_one_place() {
    let job =
        |id: u64, at: u64| json!({"id": id, "location_index": at, "setup": 200, "service": 50});
    let input = json!({
        "vehicles": [{"id": 1, "start_index": 0, "end_index": 0}],
        "jobs": [job(1, 1), job(2, 1), job(3, 2), job(4, 0)],
        "matrices": {"car": {"durations": [[0, 100, 100], [100, 0, 100], [100, 100, 0]]}}
    });
    let answer = solved_best(&input);
    // One at place 1, one at place 2; the one at the start only when it does not come first.
    let setup = answer["summary"]["setup"].as_i64();
    assert!(setup == Some(400) || setup == Some(600), "{answer}");
    assert_eq!(answer["summary"]["service"], 200);
    let steps = answer["routes"][0]["steps"].as_array().expect("steps");
    for pair in steps.windows(2).filter(|pair| pair[1]["type"] == "job") {
        let moved = pair[0]["location_index"] != pair[1]["location_index"];
        assert_eq!(pair[1]["setup"], if moved { 200 } else { 0 }, "{answer}");
    }
}

#[test]
fn a_shift_that_only_holds_without_a_second_setup_is_kept() {
    let job = |id: u64| json!({"id": id, "location_index": 1, "setup": 200, "service": 50});
    let with = |end: u64| {
        json!({
            "vehicles": [{"id": 1, "start_index": 0, "end_index": 0, "time_window": [0, end]}],
            "jobs": [job(1), job(2)],
            "matrices": {"car": {"durations": [[0, 100], [100, 0]]}}
        })
    };
    assert_eq!(solved_best(&with(500))["summary"]["unassigned"], 0);
    assert_eq!(solved_best(&with(499))["summary"]["unassigned"], 1);
}

#[test]
fn times_by_type_of_vehicle_decide_who_goes() {
    let input = json!({
        "vehicles": [
            {"id": 1, "type": "truck", "start_index": 0, "end_index": 0, "time_window": [0, 1_000]},
            {"id": 2, "type": "bike", "start_index": 0, "end_index": 0, "time_window": [0, 1_000]}
        ],
        "jobs": [
            {"id": 1, "location_index": 1, "service": 100, "service_per_type": {"bike": 2_000}},
            {"id": 2, "location_index": 1, "service": 2_000, "service_per_type": {"bike": 100}}
        ],
        "matrices": {"car": {"durations": [[0, 300], [300, 0]]}}
    });
    let answer = solved_best(&input);
    assert_eq!(answer["summary"]["unassigned"], 0);
    assert_eq!(answer["summary"]["service"], 200);
    for route in answer["routes"].as_array().expect("routes") {
        assert_eq!(json!(ids(route, "job")), json!([route["vehicle"]]));
    }
}

#[test]
fn who_is_left_out_is_told_with_place_and_name() {
    let answer = solved(&json!({
        "vehicles": [{"id": 1, "start": [0.0, 0.0], "end": [0.0, 0.0], "time_window": [0, 1_000]}],
        "jobs": [{"id": 8, "location": [5.0, 0.0], "description": "too far"}, {"id": 9, "location": [0.2, 0.0]}]
    }));
    assert_eq!(
        answer["unassigned"],
        json!([{"id": 8, "type": "job", "location": [5.0, 0.0], "description": "too far"}])
    );
}

#[test]
fn every_documented_member_of_an_answer_is_there() {
    let answer = solved(&json!({
        "vehicles": [{"id": 1, "start": [0.0, 0.0], "end": [0.0, 0.0], "capacity": [5], "time_window": [0, 9_000],
            "breaks": [{"id": 4, "service": 60, "time_windows": [[500, 4_000]], "description": "tea"}]}],
        "jobs": [{"id": 1, "location": [1.0, 0.0], "service": 100, "setup": 20, "delivery": [2], "time_windows": [[2_000, 3_000]]}],
        "options": {"g": true}
    }));
    let has = |value: &Value, names: &[&str]| {
        let missing: Vec<_> = names
            .iter()
            .filter(|name| value.get(**name).is_none())
            .collect();
        assert!(missing.is_empty(), "{missing:?} in {value}");
    };
    let sums = [
        "cost",
        "setup",
        "service",
        "duration",
        "waiting_time",
        "priority",
        "violations",
        "delivery",
        "pickup",
        "distance",
    ];
    has(&answer, &["code", "summary", "unassigned", "routes"]);
    has(
        &answer["summary"],
        &[&sums[..], &["routes", "unassigned"]].concat(),
    );
    let route = &answer["routes"][0];
    has(
        route,
        &[&sums[..], &["vehicle", "steps", "geometry"]].concat(),
    );
    let steps = route["steps"].as_array().expect("steps");
    let mut waiting = 0;
    for step in steps {
        has(
            step,
            &[
                "type",
                "arrival",
                "duration",
                "setup",
                "service",
                "waiting_time",
                "violations",
                "load",
                "distance",
            ],
        );
        if step["type"] != "break" {
            has(step, &["location"]);
        }
        waiting += step["waiting_time"].as_i64().unwrap_or(0);
    }
    let kinds: Vec<&Value> = steps.iter().map(|step| &step["type"]).collect();
    assert_eq!(kinds.first(), Some(&&json!("start")));
    assert_eq!(kinds.last(), Some(&&json!("end")));
    assert_eq!(ids(route, "break"), [4]);
    let tea = steps
        .iter()
        .find(|step| step["type"] == "break")
        .expect("tea");
    assert_eq!(
        (&tea["description"], &tea["service"]),
        (&json!("tea"), &json!(60))
    );
    assert_eq!(route["waiting_time"], waiting);
    // 1,000 s there and back; the times of the steps add up to the whole.
    assert_eq!(
        (&route["duration"], &route["setup"]),
        (&json!(2_000), &json!(20))
    );
    let (first, last) = (&steps[0], &steps[steps.len() - 1]);
    let whole = last["arrival"].as_i64().unwrap_or(0) - first["arrival"].as_i64().unwrap_or(0);
    assert_eq!(whole, 2_000 + 20 + 160 + waiting);
}

#[test]
fn hostile_times_by_type_are_refused_with_a_word() {
    let with = |name: &str, value: Value| {
        let mut job = json!({"id": 1, "location": [0.0, 0.0]});
        job[name] = value;
        json!({"vehicles": [{"id": 1, "start": [0.0, 0.0], "type": "bike"}], "jobs": [job]})
    };
    for (input, says) in [
        (
            with("service_per_type", json!([])),
            "Invalid service_per_type for job 1",
        ),
        (
            with("setup_per_type", json!({"bike": -1})),
            "bike in setup_per_type of job 1",
        ),
        (
            with("service_per_type", json!({"x": "y"})),
            "x in service_per_type of job 1",
        ),
    ] {
        let error = solve(&input, &Plane, 5.0, std::time::Instant::now()).expect_err("refused");
        assert_eq!(error.code, Code::Input);
        assert!(error.message.contains(says), "{}", error.message);
    }
}
