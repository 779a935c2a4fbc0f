//! The invented reps of the demo, at home in towns of the extract.

use chrono::{NaiveTime, Weekday};

use crate::accounts::names::plain;
use crate::accounts::{Rep, USUAL_LUNCH};
use crate::geometry::LonLat;
use crate::osm::{Place, PlaceKind};

/// Town (any of its names), name, shift in minutes from midnight, most visits a day, four days only.
const REPS: [(&str, &str, [u32; 2], u32, bool); 8] = [
    ("Mosta", "Maria Camilleri", [480, 1020], 12, false),
    ("Birkirkara", "Joseph Borg", [480, 1020], 12, false),
    ("Sliema", "Claire Zammit", [510, 1050], 14, false),
    ("Paola", "Mark Farrugia", [480, 1020], 12, false),
    ("Floriana", "Rita Vella", [480, 990], 12, false),
    ("Saint Paul's Bay", "Luke Attard", [480, 1020], 12, false),
    ("Żurrieq", "Paul Grech", [450, 960], 10, true),
    ("Victoria", "Anna Micallef", [480, 1020], 12, false),
];

/// The reps whose towns are in the extract, as `r1`, `r2`, ...
pub(super) fn reps(places: &[Place]) -> Vec<Rep> {
    REPS.iter()
        .filter_map(|(town, name, shift, max_visits, part_time)| {
            let home = home_in(places, town)?;
            let clock = |m: u32| NaiveTime::from_num_seconds_from_midnight_opt(m * 60, 0);
            let mut weekdays = vec![Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu];
            if !part_time {
                weekdays.push(Weekday::Fri);
            }
            Some((
                name,
                home,
                clock(shift[0])?,
                clock(shift[1])?,
                weekdays,
                *max_visits,
            ))
        })
        .zip(1..)
        .map(
            |((name, home, shift_start, shift_end, weekdays, max_visits), n)| Rep {
                id: format!("r{n}").as_str().into(),
                name: (*name).to_owned(),
                home,
                shift_start,
                shift_end,
                weekdays,
                lunch: Some(USUAL_LUNCH),
                max_visits: Some(max_visits),
                max_drive_min: Some(240),
                skills: Vec::new(),
                blocks: Vec::new(),
                open_end: false,
                active: true,
            },
        )
        .collect()
}

/// The point of the largest town with this name.
fn home_in(places: &[Place], town: &str) -> Option<LonLat> {
    let wanted = plain(town);
    places
        .iter()
        .filter(|p| p.kind == PlaceKind::Settlement)
        .filter(|p| {
            p.name
                .iter()
                .chain(&p.other_names)
                .any(|n| plain(n) == wanted)
        })
        .min_by_key(|p| match p.tag.as_str() {
            "place=city" => 0,
            "place=town" => 1,
            _ => 2,
        })
        .map(|p| p.at)
}
