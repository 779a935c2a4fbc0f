//! How fast one really drives: the limit or the habit of the road's class, slowed by surface, width and kind of service.

use super::access::Sense;
use super::conditional::Conditions;
use super::limits;
use crate::osm::{RoadClass, Tags};

/// Share of a signed limit that one drives on average, lights and junctions aside.
const SHARE_OF_LIMIT: f64 = 0.8;

/// Real speed on a road of this class without a sign, km/h.
const fn habit(class: RoadClass) -> f64 {
    match class {
        RoadClass::Motorway => 95.0,
        RoadClass::Trunk => 80.0,
        RoadClass::Primary => 63.0,
        RoadClass::Secondary => 54.0,
        RoadClass::MotorwayLink => 45.0,
        RoadClass::TrunkLink | RoadClass::Tertiary => 40.0,
        RoadClass::PrimaryLink => 30.0,
        RoadClass::SecondaryLink | RoadClass::Residential | RoadClass::Unclassified => 25.0,
        RoadClass::TertiaryLink | RoadClass::Other => 20.0,
        RoadClass::Track => 12.0,
        RoadClass::LivingStreet => 10.0,
        // Crossings have times of their own; this is never asked for them.
        RoadClass::Service | RoadClass::Ferry | RoadClass::ShuttleTrain => 15.0,
    }
}

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

/// Real driving speed in one direction, km/h: finite and above zero.
pub fn speed(
    tags: &Tags,
    class: RoadClass,
    sense: Sense,
    country: &str,
    conditions: &mut Conditions,
) -> f64 {
    let mut speed = match limits::tagged(tags, sense, country, conditions) {
        Some(limit) => limit * SHARE_OF_LIMIT,
        None => habit(class).min(country_limit(class, country) * 0.9),
    };
    let advisory = sense.pick("maxspeed:advisory:forward", "maxspeed:advisory:backward");
    if let Some(advised) = [advisory, "maxspeed:advisory"]
        .iter()
        .find_map(|key| limits::parse(tags.get(key)?, country))
    {
        speed = speed.min(advised);
    }
    if class == RoadClass::LivingStreet {
        speed = speed.min(habit(class));
    }
    if class == RoadClass::Service {
        speed = speed.min(service_cap(tags.get("service")));
    }
    for cap in [
        tags.get("surface").and_then(surface_cap),
        tags.get("tracktype").and_then(tracktype_cap),
        tags.get("smoothness").and_then(smoothness_cap),
    ]
    .into_iter()
    .flatten()
    {
        speed = speed.min(cap);
    }
    speed.clamp(1.0, 200.0)
}

/// Cost per time: how much a driver dislikes a road beyond its slowness. Never below 1.
pub fn reluctance(tags: &Tags, class: RoadClass, two_way: bool) -> f64 {
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

fn surface_cap(surface: &str) -> Option<f64> {
    Some(match surface {
        "cement" | "compacted" | "fine_gravel" | "concrete:plates" => 80.0,
        "paving_stones" | "metal" | "bricks" | "concrete:lanes" => 60.0,
        "gravel" | "unpaved" | "ground" | "dirt" | "grass" | "wood" | "sett" | "grass_paver"
        | "pebblestone" | "tartan" => 40.0,
        "cobblestone" | "unhewn_cobblestone" | "clay" => 30.0,
        "earth" | "stone" | "rocky" | "rock" | "sand" => 20.0,
        "mud" => 10.0,
        _ => return None,
    })
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
