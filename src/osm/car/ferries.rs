//! Ferries and shuttle trains: who may board and how long the crossing takes.

use super::access::{self, Sense, Verdict};
use super::conditional::Conditions;
use super::profile::{Mode, Profile};
use crate::osm::{Access, Ferry, RoadClass, Tags};
use crate::units::{Metres, Millis};

/// Wait and manoeuvre before a crossing, when the extract says nothing.
const BOARDING: Millis = Millis::from_minutes(5);
/// Cruise of a car ferry without `duration`, km/h.
const FERRY_KMH: f64 = 15.0;
/// Travel of a shuttle train without `duration`, km/h.
const TRAIN_KMH: f64 = 50.0;
/// Over a bridge that opens, without `duration`, km/h.
const BRIDGE_KMH: f64 = 5.0;

/// The class, when the way is a crossing rather than a road.
pub fn class(tags: &Tags) -> Option<RoadClass> {
    match tags.get("route")? {
        "ferry" => Some(RoadClass::Ferry),
        "shuttle_train" => Some(RoadClass::ShuttleTrain),
        _ => None,
    }
}

/// Whether the vehicle is taken: as tagged for vehicles, else when nothing hints that the boat is for people on foot.
pub fn board(tags: &Tags, sense: Sense, conditions: &mut Conditions) -> Verdict {
    if let Some(verdict) = access::tagged_for_vehicles(tags, sense, conditions) {
        return verdict;
    }
    if let Some(verdict) = access::tagged(tags, sense, conditions)
        && verdict.access == Access::Closed
    {
        return verdict;
    }
    if conditions.mode() != Mode::Car {
        // Boats that take cars take everyone.
        return Verdict {
            access: Access::Open,
            because: None,
        };
    }
    // Bicycles go on either kind of boat.
    let for_walkers = ["foot", "passenger", "passengers"]
        .iter()
        .find(|key| tags.get(key).is_some_and(|value| value != "no"));
    match for_walkers {
        Some(key) => Verdict {
            access: Access::Closed,
            because: Some(format!("a ferry tagged for {key} but not for cars")),
        },
        None => Verdict {
            access: Access::Open,
            because: None,
        },
    }
}

/// Time from end to end, from `duration` or from the length.
pub fn crossing(profile: &Profile, tags: &Tags, class: RoadClass, length: Metres) -> Ferry {
    let said = &profile.crossings;
    let kmh = if class == RoadClass::ShuttleTrain {
        said.train_kmh.unwrap_or(TRAIN_KMH)
    } else {
        said.ferry_kmh.unwrap_or(FERRY_KMH)
    };
    let by_length = Millis((length.0 / kmh * 3_600.0).round() as i64);
    // A duration under which the boat would outrun every ship there is counts as a slip of the pen.
    let shortest = Millis((length.0 / 150.0 * 3_600.0).round() as i64);
    Ferry {
        sailing: tags
            .get("duration")
            .and_then(duration)
            .filter(|&tagged| tagged > shortest)
            .unwrap_or(by_length)
            .max(Millis(1)),
        boarding: said.boarding_s.map_or(BOARDING, |seconds| {
            Millis((seconds * 1_000.0).round() as i64)
        }),
    }
}

/// Pace over a bridge that opens for ships, km/h: now and then one waits, which its `duration` may tell.
pub fn movable_bridge(tags: &Tags, length: Metres) -> f64 {
    let tagged = tags.get("duration").and_then(duration);
    let kmh = tagged.map(|time| length.0 / time.0 as f64 * 3_600.0);
    kmh.unwrap_or(BRIDGE_KMH).clamp(0.1, 200.0)
}

/// `HH:MM`, `HH:MM:SS`, plain minutes, or ISO 8601 (`PT1H30M`). `None` when unreadable or beyond a week.
pub fn duration(text: &str) -> Option<Millis> {
    let text = text.trim();
    let seconds = if let Some(iso) = text.strip_prefix('P') {
        iso_seconds(iso)?
    } else if text.contains(':') {
        let parts: Vec<f64> = text
            .split(':')
            .map(|part| part.trim().parse::<u32>().map(f64::from).ok())
            .collect::<Option<_>>()?;
        match parts[..] {
            [hours, minutes] => hours * 3_600.0 + minutes * 60.0,
            [hours, minutes, seconds] => hours * 3_600.0 + minutes * 60.0 + seconds,
            _ => return None,
        }
    } else {
        text.parse::<f64>().ok()? * 60.0
    };
    (seconds > 0.0 && seconds <= 7.0 * 86_400.0).then(|| Millis((seconds * 1_000.0).round() as i64))
}

fn iso_seconds(iso: &str) -> Option<f64> {
    let (days, time) = iso.split_once('T').unwrap_or((iso, ""));
    let mut seconds = 0.0;
    for (part, units) in [
        (days, [('W', 604_800.0), ('D', 86_400.0), (' ', 0.0)]),
        (time, [('H', 3_600.0), ('M', 60.0), ('S', 1.0)]),
    ] {
        let mut rest = part;
        while !rest.is_empty() {
            let end = rest.find(|c: char| c.is_ascii_alphabetic())?;
            let unit = rest[end..].chars().next()?;
            let (_, per) = units.iter().find(|(name, _)| *name == unit)?;
            seconds += rest[..end].parse::<f64>().ok()? * per;
            rest = &rest[end + 1..];
        }
    }
    Some(seconds)
}
