//! How fast one really drives: the limit or the habit of the road's class, slowed by surface, width and kind of service.

use super::access::Sense;
use super::conditional::Conditions;
use super::profile::{Mode, Profile};
use super::{limits, sizes};
use crate::osm::{RoadClass, Tags};

/// Share of a signed limit that one drives on average, lights and junctions aside.
const SHARE_OF_LIMIT: f64 = 0.8;
/// Pace of somebody who pushes a bicycle, km/h.
const PUSHING: f64 = 4.0;

/// The limit that a country sets for a class where no sign stands, km/h. Whether a road runs through a town is not known
/// here, so this bounds the habit from above and no more.
fn country_limit(class: RoadClass, country: &str) -> f64 {
    let limits = limits::defaults(country);
    match class {
        RoadClass::Motorway | RoadClass::MotorwayLink => limits.motorway,
        RoadClass::Trunk | RoadClass::TrunkLink => limits.trunk,
        _ => limits.rural,
    }
}

/// Real driving speed in one direction, km/h: finite and above zero; `None` on roads that the profile leaves out.
pub fn speed(
    tags: &Tags,
    class: RoadClass,
    sense: Sense,
    country: &str,
    conditions: &mut Conditions,
) -> Option<f64> {
    let profile = conditions.profile();
    let highway = tags.get("highway").unwrap_or_default();
    let habit = profile.habit(highway, class)?;
    let speed = match profile.mode {
        Mode::Car => driven(tags, class, sense, country, habit, conditions),
        Mode::Foot => habit,
        Mode::Bicycle if tags.is("bicycle", "dismount") => habit.min(PUSHING),
        Mode::Bicycle => {
            limits::tagged(tags, sense, country, conditions).map_or(habit, |limit| habit.min(limit))
        }
    };
    let surface = tags.get("surface").and_then(|s| profile.surface_cap(s));
    let caps = [surface, profile.top_speed];
    let speed = caps.into_iter().flatten().fold(speed, f64::min);
    Some(speed.clamp(1.0, 200.0))
}

/// The limit or the habit, slowed by what the road is like.
fn driven(
    tags: &Tags,
    class: RoadClass,
    sense: Sense,
    country: &str,
    habit: f64,
    conditions: &mut Conditions,
) -> f64 {
    let share = conditions.profile().limit_factor.unwrap_or(SHARE_OF_LIMIT);
    let signed = limits::advised(tags, sense, country)
        .or_else(|| limits::tagged(tags, sense, country, conditions));
    let mut speed = match signed {
        Some(limit) => limit * share,
        None => habit.min(country_limit(class, country) * 0.9),
    };
    if class == RoadClass::Service {
        speed = speed.min(conditions.profile().service_cap(tags.get("service")));
    }
    for cap in [
        tags.get("tracktype").and_then(tracktype_cap),
        tags.get("smoothness").and_then(smoothness_cap),
    ]
    .into_iter()
    .flatten()
    {
        speed = speed.min(cap);
    }
    speed
}

/// Cost per time: how much one dislikes a road beyond its slowness. Never below 1.
pub fn reluctance(
    profile: &Profile,
    tags: &Tags,
    class: RoadClass,
    sense: Sense,
    two_way: bool,
) -> f64 {
    let highway = tags.get("highway").unwrap_or_default();
    let said = profile.reluctance.get(highway).copied();
    match profile.mode {
        Mode::Car => driver_reluctance(tags, class, said, sense, two_way),
        _ if said.is_some() => said.unwrap_or(1.0),
        Mode::Foot => 1.0,
        Mode::Bicycle => match highway {
            "trunk" | "trunk_link" => 2.0,
            "primary" | "primary_link" => 1.5,
            "secondary" | "secondary_link" | "footway" | "pedestrian" => 1.2,
            _ => 1.0,
        },
    }
}

/// The worst of what there is to dislike. The figures for narrow and alternating roads are those of OSRM's car profile.
fn driver_reluctance(
    tags: &Tags,
    class: RoadClass,
    said: Option<f64>,
    sense: Sense,
    two_way: bool,
) -> f64 {
    let by_class: f64 = said.unwrap_or(match class {
        RoadClass::Track => 2.0,
        RoadClass::Service => 1.2,
        _ => 1.0,
    });
    let by_service: f64 = match tags.get("service") {
        Some(
            "alley" | "parking" | "parking_aisle" | "driveway" | "drive-through" | "drive-thru"
            | "drive_through",
        ) => 2.0,
        _ => 1.0,
    };
    let by_width = if two_way { meeting(tags) } else { 1.0 };
    let by_flow = if tags.is("oneway", "alternating") {
        2.5
    } else {
        1.0
    };
    let by_side = if matches!(tags.get("side_road"), Some("yes" | "rotary")) {
        1.25
    } else {
        1.0
    };
    // Who has to give way to oncoming traffic waits.
    let by_priority = if tags.is("priority", sense.pick("backward", "forward")) {
        1.0 / 0.7
    } else {
        1.0
    };
    let all = [by_service, by_width, by_flow, by_side, by_priority];
    all.into_iter().fold(by_class, f64::max)
}

/// How much meeting others on a narrow road costs.
fn meeting(tags: &Tags) -> f64 {
    let by_width: f64 = match tags.get("width").and_then(sizes::metres) {
        Some(width) if width <= 3.0 => 2.0,
        Some(width) if width < 4.0 => 1.0 / 0.6,
        Some(width) if width < 5.0 => 1.0 / 0.75,
        Some(width) if width < 6.0 => 1.0 / 0.8,
        _ => 1.0,
    };
    let by_lanes = if tags.get("lanes").is_some_and(one_lane) {
        2.0
    } else {
        1.0
    };
    let by_markings = if tags.is("lane_markings", "no") {
        1.0 / 0.75
    } else {
        1.0
    };
    by_width.max(by_lanes).max(by_markings)
}

fn one_lane(text: &str) -> bool {
    text.trim().parse::<f64>().is_ok_and(|lanes| lanes <= 1.0)
}

fn tracktype_cap(grade: &str) -> Option<f64> {
    Some(match grade {
        "grade1" => 60.0,
        "grade2" => 40.0,
        "grade3" => 30.0,
        "grade4" => 25.0,
        "grade5" => 20.0,
        _ => return None,
    })
}

fn smoothness_cap(smoothness: &str) -> Option<f64> {
    Some(match smoothness {
        "intermediate" => 80.0,
        "bad" => 40.0,
        "very_bad" => 20.0,
        "horrible" => 10.0,
        "very_horrible" => 5.0,
        _ => return None,
    })
}
