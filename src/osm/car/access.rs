//! Who may drive on a way: `access` < `vehicle` < `motor_vehicle` < `motorcar`, each with `:forward` and `:backward`.

use super::conditional::Conditions;
use crate::osm::{Access, Tags};

/// Keys from the most to the least specific: forward, backward, both.
const HIERARCHY: [[&str; 3]; 4] = [
    ["motorcar:forward", "motorcar:backward", "motorcar"],
    [
        "motor_vehicle:forward",
        "motor_vehicle:backward",
        "motor_vehicle",
    ],
    ["vehicle:forward", "vehicle:backward", "vehicle"],
    ["access:forward", "access:backward", "access"],
];

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

/// What an access value means for an ordinary car; `None` when it says nothing about it.
///
/// Of a list (`delivery;destination`) the most generous entry counts.
pub fn value(text: &str) -> Option<Access> {
    text.split(';')
        .filter_map(|entry| match entry.trim() {
            "yes" | "permissive" | "designated" | "official" | "public" | "allowed"
            | "discouraged" | "hov" | "true" | "1" => Some(Access::Open),
            "destination" | "private" | "customers" | "delivery" | "permit" | "residents"
            | "resident" | "customer" | "visitors" | "visitor" | "guests" | "employees"
            | "employee" | "staff" | "members" | "students" | "restricted" | "loading" | "key" => {
                Some(Access::Restricted)
            }
            "no" | "none" | "never" | "agricultural" | "forestry" | "emergency" | "psv" | "bus"
            | "taxi" | "hgv" | "military" | "school" | "use_sidepath" | "foot" | "bicycle"
            | "false" | "0" => Some(Access::Closed),
            _ => None,
        })
        .min()
}

/// What the access tags of a way say in one direction, and whether the tag that says it names motor traffic.
pub fn tagged(tags: &Tags, sense: Sense, conditions: &mut Conditions) -> Option<Verdict> {
    HIERARCHY
        .iter()
        .find_map(|keys| said_by(tags, keys, sense, conditions))
}

/// As [`tagged`], but without `access`: on paths `access=yes` does not invite cars.
pub fn tagged_for_vehicles(
    tags: &Tags,
    sense: Sense,
    conditions: &mut Conditions,
) -> Option<Verdict> {
    HIERARCHY[..3]
        .iter()
        .find_map(|keys| said_by(tags, keys, sense, conditions))
}

/// What one key says, the directional form first, the conditional form before the plain one.
fn said_by(
    tags: &Tags,
    [forward, backward, both]: &[&str; 3],
    sense: Sense,
    conditions: &mut Conditions,
) -> Option<Verdict> {
    [sense.pick(*forward, *backward), both]
        .into_iter()
        .find_map(|key| {
            let conditional = conditions.value(tags, key);
            let said = conditional.as_deref().or_else(|| tags.get(key))?;
            value(said).map(|access| Verdict {
                access,
                because: Some(format!("{key}={said}")),
            })
        })
}
