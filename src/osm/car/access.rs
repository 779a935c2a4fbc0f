//! Who may use a way: `access` < `vehicle` < `motor_vehicle` < `motorcar` for cars, `access` < `foot` on foot, `access` <
//! `vehicle` < `bicycle` by bicycle, each with `:forward` and `:backward`.

use super::conditional::Conditions;
use super::profile::Mode;
use crate::osm::{Access, Tags};

/// A key with its forms: forward, backward, both.
type Key = [&'static str; 3];

/// Keys for a car from the most to the least specific, and those of people on foot and on bicycles.
const CAR: [Key; 4] = [
    ["motorcar:forward", "motorcar:backward", "motorcar"],
    [
        "motor_vehicle:forward",
        "motor_vehicle:backward",
        "motor_vehicle",
    ],
    ["vehicle:forward", "vehicle:backward", "vehicle"],
    ["access:forward", "access:backward", "access"],
];
const FOOT: [Key; 2] = [
    ["foot:forward", "foot:backward", "foot"],
    ["access:forward", "access:backward", "access"],
];
const BICYCLE: [Key; 3] = [
    ["bicycle:forward", "bicycle:backward", "bicycle"],
    ["vehicle:forward", "vehicle:backward", "vehicle"],
    ["access:forward", "access:backward", "access"],
];

/// The keys of a mode, most specific first; `access` is the last.
const fn hierarchy(mode: Mode) -> &'static [Key] {
    match mode {
        Mode::Car => &CAR,
        Mode::Foot => &FOOT,
        Mode::Bicycle => &BICYCLE,
    }
}

/// Along or against the node order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sense {
    /// Along.
    Forward,
    /// Against.
    Backward,
}

impl Sense {
    /// Of two things the one for this direction.
    pub const fn pick<T: Copy>(self, forward: T, backward: T) -> T {
        match self {
            Self::Forward => forward,
            Self::Backward => backward,
        }
    }
}

/// A verdict with the tag that gave it; no tag when the class of the road gave it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Who may pass.
    pub access: Access,
    /// `key=value`.
    pub because: Option<String>,
}

/// What an access value means for an ordinary vehicle of this mode; `None` when it says nothing about it.
///
/// Of a list (`delivery;destination`) the most generous entry counts.
pub fn value(mode: Mode, text: &str) -> Option<Access> {
    text.split(';')
        .filter_map(|entry| match entry.trim() {
            "foot" if mode == Mode::Foot => Some(Access::Open),
            // Who dismounts gets through, on foot.
            "bicycle" | "dismount" if mode == Mode::Bicycle => Some(Access::Open),
            "official" if mode != Mode::Car => Some(Access::Open),
            "yes" | "permissive" | "designated" | "public" | "allowed" | "discouraged" | "hov"
            | "true" | "1" => Some(Access::Open),
            "motorcar" | "motor_vehicle" | "vehicle" if mode == Mode::Car => Some(Access::Open),
            "destination" | "private" | "customers" | "delivery" | "permit" | "residents"
            | "resident" | "customer" | "visitors" | "visitor" | "guests" | "employees"
            | "employee" | "staff" | "members" | "students" | "loading" | "key" | "unknown" => {
                Some(Access::Restricted)
            }
            "no" | "none" | "never" | "agricultural" | "forestry" | "emergency"
            | "emergency_vehicle" | "psv" | "bus" | "minibus" | "taxi" | "share_taxi" | "hgv"
            | "military" | "school" | "use_sidepath" | "foot" | "bicycle" | "official"
            | "restricted" | "false" | "0" => Some(Access::Closed),
            _ => None,
        })
        .min()
}

/// What the access tags of a way say in one direction, and whether the tag that says it names motor traffic.
pub fn tagged(tags: &Tags, sense: Sense, conditions: &mut Conditions) -> Option<Verdict> {
    hierarchy(conditions.mode())
        .iter()
        .find_map(|keys| said_by(tags, keys, sense, conditions))
}

/// As [`tagged`], but without `access`: on paths `access=yes` does not invite cars.
pub fn tagged_for_vehicles(
    tags: &Tags,
    sense: Sense,
    conditions: &mut Conditions,
) -> Option<Verdict> {
    let keys = hierarchy(conditions.mode());
    keys[..keys.len() - 1]
        .iter()
        .find_map(|keys| said_by(tags, keys, sense, conditions))
}

/// Whether a road is for cars with several people in them: whoever drives alone takes it only when there is no other.
pub fn is_for_car_pools(tags: &Tags, sense: Sense) -> bool {
    let lanes = [
        sense.pick("hov:lanes:forward", "hov:lanes:backward"),
        "hov:lanes",
    ];
    tags.is("hov", "designated")
        || lanes
            .iter()
            .find_map(|key| tags.get(key))
            .is_some_and(|lanes| lanes.split('|').all(|lane| lane == "designated"))
}

/// What one key says, the directional form first, the conditional form before the plain one.
fn said_by(
    tags: &Tags,
    [forward, backward, both]: &[&str; 3],
    sense: Sense,
    conditions: &mut Conditions,
) -> Option<Verdict> {
    let mode = conditions.mode();
    [sense.pick(*forward, *backward), both]
        .into_iter()
        .find_map(|key| {
            let conditional = conditions.value(tags, key);
            let said = conditional.as_deref().or_else(|| tags.get(key))?;
            value(mode, said).map(|access| Verdict {
                access,
                because: Some(format!("{key}={said}")),
            })
        })
}
