//! Legal speed limits: numbers with units, words, zones (`MT:urban`, `GB:nsl_single`) and the defaults of countries.

use super::access::Sense;
use super::conditional::Conditions;
use crate::osm::Tags;

/// Kilometres in a mile.
const MILE_KM: f64 = 1.609_344;
/// Kilometres in a nautical mile.
const KNOT_KM: f64 = 1.852;
/// Driven where nothing is forbidden, km/h.
const UNLIMITED: f64 = 140.0;
/// Walking pace, km/h.
const WALK: f64 = 7.0;

/// Default limits of a country in km/h: in towns, outside, on trunk roads (dual or expressway), on motorways.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Defaults {
    /// In built-up areas.
    pub urban: f64,
    /// Outside.
    pub rural: f64,
    /// On trunk roads and expressways.
    pub trunk: f64,
    /// On motorways.
    pub motorway: f64,
}

/// Where a country is not in the table.
const ELSEWHERE: Defaults = row(50, 90, 110, 130);

const fn row(urban: u16, rural: u16, trunk: u16, motorway: u16) -> Defaults {
    Defaults {
        urban: urban as f64,
        rural: rural as f64,
        trunk: trunk as f64,
        motorway: motorway as f64,
    }
}

const fn miles(urban: u16, rural: u16, trunk: u16, motorway: u16) -> Defaults {
    Defaults {
        urban: urban as f64 * MILE_KM,
        rural: rural as f64 * MILE_KM,
        trunk: trunk as f64 * MILE_KM,
        motorway: motorway as f64 * MILE_KM,
    }
}

/// By ISO 3166-1 code, sorted. Germany's motorways have no limit; 140 stands for that.
const TABLE: [(&str, Defaults); 62] = [
    ("AD", row(50, 60, 90, 90)),
    ("AE", row(60, 100, 120, 120)),
    ("AL", row(40, 80, 90, 110)),
    ("AR", row(60, 110, 120, 130)),
    ("AT", row(50, 100, 100, 130)),
    ("AU", row(50, 100, 110, 110)),
    ("BA", row(50, 80, 100, 130)),
    ("BE", row(50, 70, 120, 120)),
    ("BG", row(50, 90, 120, 140)),
    ("BR", row(60, 60, 110, 110)),
    ("BY", row(60, 90, 90, 110)),
    ("CA", row(50, 80, 100, 100)),
    ("CH", row(50, 80, 100, 120)),
    ("CN", row(50, 70, 100, 120)),
    ("CY", row(50, 80, 80, 100)),
    ("CZ", row(50, 90, 110, 130)),
    ("DE", row(50, 100, 100, 140)),
    ("DK", row(50, 80, 80, 130)),
    ("EE", row(50, 90, 90, 110)),
    ("ES", row(50, 90, 90, 120)),
    ("FI", row(50, 80, 100, 120)),
    ("FR", row(50, 80, 110, 130)),
    ("GB", miles(30, 60, 70, 70)),
    ("GR", row(50, 90, 110, 130)),
    ("HR", row(50, 90, 110, 130)),
    ("HU", row(50, 90, 110, 130)),
    ("IE", row(50, 80, 100, 120)),
    ("IL", row(50, 80, 90, 110)),
    ("IN", row(50, 70, 100, 120)),
    ("IS", row(50, 80, 90, 90)),
    ("IT", row(50, 90, 110, 130)),
    ("JP", row(60, 60, 60, 100)),
    ("KR", row(50, 60, 90, 100)),
    ("KZ", row(60, 100, 110, 140)),
    ("LI", row(50, 80, 100, 120)),
    ("LT", row(50, 90, 110, 130)),
    ("LU", row(50, 90, 90, 130)),
    ("LV", row(50, 90, 100, 110)),
    ("MC", row(50, 50, 50, 50)),
    ("MD", row(50, 90, 110, 110)),
    ("ME", row(50, 80, 100, 130)),
    ("MK", row(50, 80, 100, 120)),
    ("MT", row(50, 80, 80, 80)),
    ("MX", row(50, 80, 110, 110)),
    ("NL", row(50, 80, 100, 100)),
    ("NO", row(50, 80, 80, 110)),
    ("NU", row(40, 60, 60, 60)),
    ("NZ", row(50, 100, 100, 110)),
    ("PH", row(40, 80, 80, 100)),
    ("PL", row(50, 90, 120, 140)),
    ("PT", row(50, 90, 100, 120)),
    ("RO", row(50, 90, 100, 130)),
    ("RS", row(50, 80, 100, 130)),
    ("RU", row(60, 90, 110, 110)),
    ("SE", row(50, 70, 90, 110)),
    ("SI", row(50, 90, 110, 130)),
    ("SK", row(50, 90, 130, 130)),
    ("TR", row(50, 90, 110, 130)),
    ("UA", row(50, 90, 110, 130)),
    ("US", miles(30, 55, 60, 65)),
    ("UZ", row(60, 100, 100, 110)),
    ("ZA", row(60, 100, 120, 120)),
];

/// The default limits of `country`.
pub fn defaults(country: &str) -> Defaults {
    TABLE
        .binary_search_by_key(&country, |(code, _)| code)
        .map_or(ELSEWHERE, |i| TABLE[i].1)
}

/// The limit that a way's own tags give in one direction, km/h; `None` when they say nothing usable.
pub fn tagged(
    tags: &Tags,
    sense: Sense,
    country: &str,
    conditions: &mut Conditions,
) -> Option<f64> {
    let directional = sense.pick("maxspeed:forward", "maxspeed:backward");
    let by_sign = [directional, "maxspeed:motorcar", "maxspeed"]
        .iter()
        .find_map(|key| {
            let conditional = conditions.value(tags, key);
            conditional
                .as_deref()
                .and_then(|text| parse(text, country))
                .or_else(|| parse(tags.get(key)?, country))
        });
    by_sign.or_else(|| {
        [
            "maxspeed:type",
            "source:maxspeed",
            "zone:maxspeed",
            "zone:traffic",
        ]
        .iter()
        .find_map(|key| zone(tags.get(key)?))
    })
}

/// The speed that signs advise in one direction, km/h; `None` where none do. It tells more of how one drives there than the
/// limit.
pub fn advised(tags: &Tags, sense: Sense, country: &str) -> Option<f64> {
    let directional = sense.pick("maxspeed:advisory:forward", "maxspeed:advisory:backward");
    [directional, "maxspeed:advisory"]
        .iter()
        .find_map(|key| parse(tags.get(key)?, country))
}

/// A speed as tagged, in km/h. Of a list the lowest counts. `None` for words that name no number (`signals`).
pub fn parse(text: &str, country: &str) -> Option<f64> {
    text.split(';')
        .filter_map(|entry| parse_one(entry.trim(), country))
        .min_by(f64::total_cmp)
}

fn parse_one(text: &str, country: &str) -> Option<f64> {
    match text {
        "none" => return Some(UNLIMITED),
        "walk" | "walking" => return Some(WALK),
        "urban" | "rural" | "trunk" | "motorway" | "living_street" => {
            return zone(&format!("{country}:{text}"));
        }
        _ => {}
    }
    let digits = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    if digits == 0 {
        return zone(text);
    }
    let number: f64 = text[..digits].parse().ok()?;
    let kmh = match text[digits..].trim() {
        "" | "km/h" | "kmh" | "kph" | "kmph" => number,
        "mph" => number * MILE_KM,
        "knots" | "knot" => number * KNOT_KM,
        _ => return None,
    };
    (kmh > 0.0 && kmh <= 400.0).then_some(kmh)
}

/// `MT:urban`, `GB:nsl_single`, `DE:zone30`, `BE-VLG:rural`, ... in km/h.
fn zone(text: &str) -> Option<f64> {
    let (place, kind) = text.split_once(':')?;
    let place = place.to_ascii_uppercase();
    let country = match place.as_str() {
        "UK" => "GB",
        other => other.split('-').next().filter(|code| code.len() == 2)?,
    };
    let limits = defaults(country);
    match (place.as_str(), kind) {
        ("BE-BRU" | "ES", "urban") => return Some(30.0),
        ("BE-WAL", "rural") => return Some(90.0),
        _ => {}
    }
    match kind {
        "urban" | "nsl_restricted" | "built_up" => Some(limits.urban),
        "rural" | "nsl_single" | "nsl" => Some(limits.rural),
        "trunk" | "nsl_dual" | "expressway" => Some(limits.trunk),
        "motorway" => Some(limits.motorway),
        "living_street" if matches!(country, "LV" | "RU") => Some(20.0),
        "living_street" => Some(10.0),
        "bicycle_road" | "cyclestreet" | "bicycle_street" => Some(30.0),
        "walk" | "pedestrian_zone" => Some(WALK),
        _ => {
            let number = kind
                .strip_prefix("zone")
                .unwrap_or(kind)
                .trim_start_matches(':');
            let unit = if matches!(country, "GB" | "US") {
                MILE_KM
            } else {
                1.0
            };
            number
                .parse::<u8>()
                .ok()
                .filter(|&n| n > 0)
                .map(|n| f64::from(n) * unit)
        }
    }
}
