//! How fast one really drives: the limit or the habit of the road's class, slowed by surface, width and kind of service.

use super::access::Sense;
use super::conditional::Conditions;
use super::limits;
use super::profile::{Mode, Profile};
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
    let mut speed = match limits::tagged(tags, sense, country, conditions) {
        Some(limit) => limit * share,
        None => habit.min(country_limit(class, country) * 0.9),
    };
    let advisory = sense.pick("maxspeed:advisory:forward", "maxspeed:advisory:backward");
    if let Some(advised) = [advisory, "maxspeed:advisory"]
        .iter()
        .find_map(|key| limits::parse(tags.get(key)?, country))
    {
        speed = speed.min(advised);
    }
    if class == RoadClass::LivingStreet {
        speed = speed.min(habit);
    }
    if class == RoadClass::Service {
        speed = speed.min(service_cap(tags.get("service")));
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
pub fn reluctance(profile: &Profile, tags: &Tags, class: RoadClass, two_way: bool) -> f64 {
    let highway = tags.get("highway").unwrap_or_default();
    if let Some(said) = profile.reluctance.get(highway) {
        return *said;
    }
    match profile.mode {
        Mode::Car => driver_reluctance(tags, class, two_way),
        Mode::Foot => 1.0,
        Mode::Bicycle => match highway {
            "trunk" | "trunk_link" => 2.0,
            "primary" | "primary_link" => 1.5,
            "secondary" | "secondary_link" | "footway" | "pedestrian" => 1.2,
            _ => 1.0,
        },
    }
}

fn driver_reluctance(tags: &Tags, class: RoadClass, two_way: bool) -> f64 {
    let by_class: f64 = match class {
        RoadClass::Track => 2.0,
        RoadClass::Service => match tags.get("service") {
            Some(
                "alley" | "parking" | "parking_aisle" | "driveway" | "drive-through"
                | "drive_through",
            ) => 2.0,
            _ => 1.2,
        },
        _ => 1.0,
    };
    let narrow = metres(tags.get("width")).is_some_and(|width| width <= 3.0)
        || (two_way && tags.is("lanes", "1"));
    let by_width: f64 = if narrow && two_way { 1.5 } else { 1.0 };
    let by_flow = if tags.is("oneway", "alternating") {
        2.0
    } else {
        1.0
    };
    let by_side = if matches!(tags.get("side_road"), Some("yes" | "rotary")) {
        1.25
    } else {
        1.0
    };
    by_class.max(by_width).max(by_flow).max(by_side)
}

/// A width with or without unit, in metres.
fn metres(text: Option<&str>) -> Option<f64> {
    text?.trim().trim_end_matches('m').trim().parse().ok()
}

fn service_cap(service: Option<&str>) -> f64 {
    match service {
        Some("parking_aisle" | "drive-through" | "drive_through") => 10.0,
        Some("driveway" | "alley" | "parking") => 12.0,
        _ => 40.0,
    }
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
