//! Conditional tags (`no @ (Mo-Fr 07:00-09:00)`), read for one time of departure.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use opening_hours::OpeningHours;

use super::profile::{Mode, Profile, Vehicle};
use crate::osm::{Slot, Tags};

/// What a car driving alone brings to a condition: metres and tonnes.
const CAR: [(&str, f64); 10] = [
    ("weight", 1.5),
    ("maxweight", 1.5),
    ("weightrating", 2.0),
    ("maxweightrating", 2.0),
    ("height", 1.6),
    ("width", 1.9),
    ("length", 4.5),
    ("axleload", 1.0),
    ("axles", 2.0),
    ("occupants", 1.0),
];

/// Longest value that OSM allows.
const LONGEST: usize = 255;

/// Reads conditional tags and counts what they came to.
#[derive(Debug)]
pub struct Conditions<'p> {
    profile: &'p Profile,
    departure: NaiveDateTime,
    /// `key -> (in force, not in force, unreadable)`.
    pub counts: BTreeMap<String, [u64; 3]>,
}

/// The conditions at departure and in the slots of the day.
#[derive(Debug)]
pub struct Times<'p> {
    /// At departure.
    pub departure: Conditions<'p>,
    /// In each slot of the same date.
    pub slots: [Conditions<'p>; Slot::COUNT],
}

impl<'p> Times<'p> {
    /// For a vehicle leaving at `departure`, or on the same date in one of the slots.
    pub fn new(profile: &'p Profile, departure: NaiveDateTime) -> Self {
        let at = |slot: Slot| {
            let (hour, minute) = slot.moment();
            let moment = departure.date().and_hms_opt(hour, minute, 0);
            Conditions::new(profile, moment.unwrap_or(departure))
        };
        Self {
            departure: Conditions::new(profile, departure),
            slots: Slot::ALL.map(at),
        }
    }
}

/// Whether some tag holds at times only.
pub fn depends_on_time(tags: &Tags) -> bool {
    tags.iter().any(|(key, _)| key.ends_with(":conditional"))
}

/// How one condition came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Holds {
    Yes,
    No,
    Unreadable,
}

impl<'p> Conditions<'p> {
    /// For a vehicle leaving at `departure`.
    pub const fn new(profile: &'p Profile, departure: NaiveDateTime) -> Self {
        Self {
            profile,
            departure,
            counts: BTreeMap::new(),
        }
    }

    /// The vehicle.
    pub const fn profile(&self) -> &'p Profile {
        self.profile
    }

    /// Whose tags and rules hold.
    pub const fn mode(&self) -> Mode {
        self.profile.mode
    }

    /// The value that `KEY:conditional` gives at the time of departure; `None` when none of its conditions holds.
    /// Of several that hold, the last one wins, as OSM has it.
    pub fn value(&mut self, tags: &Tags, key: &str) -> Option<String> {
        let (full, text) = tags
            .iter()
            .find(|(tagged, _)| tagged.strip_suffix(":conditional") == Some(key))?;
        let (mut value, mut unreadable) = (None, false);
        for clause in clauses(text) {
            match clause.split_once('@') {
                None => unreadable = true,
                Some((said, condition)) => match self.holds(condition) {
                    Holds::Yes => value = Some(said.trim().to_owned()),
                    Holds::No => {}
                    Holds::Unreadable => unreadable = true,
                },
            }
        }
        let column = match (&value, unreadable) {
            (Some(_), _) => 0,
            (None, false) => 1,
            (None, true) => 2,
        };
        self.counts.entry(full.to_owned()).or_default()[column] += 1;
        value
    }

    /// All parts joined by `AND` must hold; one that cannot be read makes the whole unreadable unless another fails.
    fn holds(&self, condition: &str) -> Holds {
        let inner = condition.trim();
        let inner = inner
            .strip_prefix('(')
            .and_then(|rest| rest.strip_suffix(')'))
            .unwrap_or(inner);
        let parts = inner.split(" AND ").flat_map(|part| part.split(" and "));
        let mut all = Holds::Yes;
        for part in parts {
            match self.part_holds(part.trim()) {
                Holds::No => return Holds::No,
                Holds::Unreadable => all = Holds::Unreadable,
                Holds::Yes => {}
            }
        }
        all
    }

    fn part_holds(&self, part: &str) -> Holds {
        if let Some(holds) =
            measure_holds(&self.profile.vehicle, part).or_else(|| word_holds(self.mode(), part))
        {
            return holds;
        }
        if part.is_empty() || part.len() > LONGEST {
            return Holds::Unreadable;
        }
        match part.parse::<OpeningHours>() {
            Ok(hours) if hours.is_open(self.departure) => Holds::Yes,
            Ok(_) => Holds::No,
            Err(_) => Holds::Unreadable,
        }
    }
}

/// Splits at semicolons outside parentheses.
fn clauses(text: &str) -> Vec<&str> {
    let (mut depth, mut start, mut clauses) = (0_u32, 0, Vec::new());
    for (i, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ';' if depth == 0 => {
                clauses.push(&text[start..i]);
                start = i + 1;
            }
            _ => {}
        }
    }
    clauses.push(&text[start..]);
    clauses.retain(|clause| !clause.trim().is_empty());
    clauses
}

/// `weight>3.5`, `length <= 10 m` and the like.
fn measure_holds(vehicle: &Vehicle, part: &str) -> Option<Holds> {
    let at = part.find(['<', '>', '='])?;
    let (name, rest) = part.split_at(at);
    let (sign, number) = ["<=", ">=", "<", ">", "="]
        .iter()
        .find_map(|sign| rest.strip_prefix(sign).map(|number| (*sign, number)))?;
    let (_, usual) = CAR.iter().find(|(known, _)| *known == name.trim())?;
    let own = &match name.trim() {
        "weight" | "maxweight" | "weightrating" | "maxweightrating" => vehicle.weight_t,
        "height" => vehicle.height_m,
        "width" => vehicle.width_m,
        "length" => vehicle.length_m,
        "axleload" => vehicle.axle_load_t,
        _ => None,
    }
    .unwrap_or(*usual);
    let number = number
        .trim()
        .trim_end_matches(|c: char| c.is_ascii_alphabetic())
        .trim();
    let Ok(number) = number.parse::<f64>() else {
        return Some(Holds::Unreadable);
    };
    let holds = match sign {
        "<=" => *own <= number,
        ">=" => *own >= number,
        "<" => *own < number,
        ">" => *own > number,
        _ => (own - number).abs() < f64::EPSILON,
    };
    Some(if holds { Holds::Yes } else { Holds::No })
}

/// Words that do not speak of time: kinds of vehicle, purposes, weather.
fn word_holds(mode: Mode, part: &str) -> Option<Holds> {
    let own: &[&str] = match mode {
        Mode::Car => &["motorcar", "motor_vehicle", "vehicle"],
        Mode::Foot => &["foot"],
        Mode::Bicycle => &["bicycle", "vehicle"],
    };
    if own.contains(&part) {
        return Some(Holds::Yes);
    }
    match part {
        "dry" => Some(Holds::Yes),
        "motorcar" | "motor_vehicle" | "vehicle" => Some(Holds::No),
        "hgv" | "bus" | "psv" | "taxi" | "hov" | "goods" | "trailer" | "caravan" | "bicycle"
        | "foot" | "moped" | "motorcycle" | "agricultural" | "forestry" | "emergency"
        | "disabled" | "tourist_bus" | "coach" | "hazmat" | "destination" | "delivery"
        | "customers" | "residents" | "resident" | "private" | "permit" | "permit_holder"
        | "staff" | "doctor" | "wet" | "snow" | "ice" | "fog" | "flooded" | "winter" => {
            Some(Holds::No)
        }
        _ => None,
    }
}
