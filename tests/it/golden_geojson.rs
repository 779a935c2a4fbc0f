//! A planned day as GeoJSON, written out whole: one short tour on a drawn map.

use std::sync::Arc;

use chrono::{NaiveDate, NaiveTime, Weekday};
use rondo::accounts::{Account, Location, LocationQuality, Rep};
use rondo::geojson;
use rondo::planner::{DayRequest, Ground, Planner, Settings, plan_id};
use rondo::store::{Changes, SqliteStore, Store};
use rondo::testkit::TextMap;
use serde_json::Value;

fn planner() -> Planner {
    let map = TextMap::draw(
        500.0,
        "
        H-A-B
            |
            C
        ",
    )
    .road("HAB", |_| {})
    .road("BC", |_| {});
    let time = |h| NaiveTime::from_hms_opt(h, 0, 0).unwrap();
    let rep = Rep {
        id: "r".into(),
        name: "Rita".into(),
        home: map.at('H'),
        shift_start: time(9),
        shift_end: time(17),
        weekdays: vec![Weekday::Mon],
        lunch: None,
        max_visits: Some(2),
        max_drive_min: None,
        skills: Vec::new(),
        blocks: Vec::new(),
        open_end: false,
        active: true,
    };
    let account = |node: char, value: f64| Account {
        id: node.to_string().as_str().into(),
        name: format!("Shop {node}"),
        location: Some(Location {
            at: map.at(node),
            quality: LocationQuality::Given,
        }),
        class: Some("B".to_owned()),
        value,
        rep: Some("r".into()),
        last_visit: NaiveDate::from_ymd_opt(2026, 10, 20),
        opening_hours: (node == 'C').then(|| "Mo-Fr 10:00-12:00".to_owned()),
        ..Account::default()
    };
    let store = SqliteStore::in_memory().unwrap();
    let book = Changes {
        reps: vec![rep],
        accounts: vec![account('A', 100.0), account('B', 50.0), account('C', 100.0)],
        ..Changes::default()
    };
    store
        .write(&book, "2026-11-20T12:00:00Z".parse().unwrap())
        .unwrap();
    let network = Arc::new(map.network());
    let ground = Ground::new(network, "Europe/Malta", None, "drawn".to_owned());
    Planner::new(ground, Arc::new(store), Settings::default())
}

#[test]
fn a_day_as_geojson() {
    let request = DayRequest::new("r".into(), NaiveDate::from_ymd_opt(2026, 11, 23).unwrap());
    let plan = planner().plan_day(&request).unwrap();
    let mut day =
        serde_json::to_value(geojson::day::day(&plan, &plan_id(&plan.rep, plan.date))).unwrap();
    // The run id changes with every version and setting.
    for at in ["/run_id", "/plan/run_id"] {
        *day.pointer_mut(at).unwrap() = Value::from("(run)");
    }
    insta::assert_json_snapshot!(day);
}
