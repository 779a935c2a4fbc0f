//! What stands on the road: barriers, lights, stop signs, and how long they hold a car up.

use super::access::{self, Sense};
use super::conditional::Conditions;
use super::profile::Mode;
use super::sizes;
use crate::osm::{Access, NodeRules, Tags};
use crate::units::Millis;

/// Mean wait at lights, over green and red.
const SIGNALS: Millis = Millis::from_secs(4);

/// What a tagged node means; `None` when it means nothing to the vehicle.
pub fn rules(tags: &Tags, conditions: &mut Conditions) -> Option<NodeRules> {
    let mut rules = NodeRules::default();
    let barrier = tags
        .get("barrier")
        .and_then(|kind| match conditions.mode() {
            Mode::Car => match conditions.profile().barrier(kind) {
                Some(delay) if !tags.is("locked", "yes") => Some((Access::Open, delay)),
                _ => barrier(kind, tags),
            },
            Mode::Foot => Some(walked_through(kind)),
            Mode::Bicycle => Some(cycled_through(kind)),
        });
    if let Some((access, delay)) = barrier {
        rules.access = access;
        rules.delay_forward = delay;
        rules.delay_backward = delay;
    }
    // A tag that names who may pass outweighs the kind of barrier, and where all may pass it does not hold them up.
    if let Some(said) = access::tagged(tags, Sense::Forward, conditions) {
        rules.access = said.access;
        if said.access == Access::Open {
            rules.delay_forward = Millis::ZERO;
            rules.delay_backward = Millis::ZERO;
        }
    }
    if sizes::too_large(&conditions.profile().vehicle, tags).is_some() {
        rules.access = Access::Closed;
    }
    let profile = conditions.profile();
    match tags.get("highway") {
        Some("traffic_signals") => {
            let wait = profile.sign("traffic_signals", SIGNALS);
            delay(&mut rules, tags, "traffic_signals:direction", wait);
        }
        Some("stop") => {
            let wait = profile.sign("stop", Millis::from_secs(3));
            delay(&mut rules, tags, "direction", wait);
            rules.faces_junction = tags.get("direction").is_none();
            rules.minor_only = tags.is("stop", "minor");
        }
        Some("give_way") => {
            let wait = profile.sign("give_way", Millis(1_500));
            delay(&mut rules, tags, "direction", wait);
            rules.faces_junction = tags.get("direction").is_none();
        }
        Some("crossing") if tags.is("crossing", "traffic_signals") => {
            let wait = profile.sign("crossing", Millis::from_secs(2));
            delay(&mut rules, tags, "direction", wait);
        }
        Some("mini_roundabout" | "turning_circle" | "turning_loop") => rules.turning_place = true,
        _ => {}
    }
    (rules != NodeRules::default()).then_some(rules)
}

/// Whether a kind of barrier lets cars through by itself, and what passing costs; `None` for no barrier at all.
fn barrier(kind: &str, tags: &Tags) -> Option<(Access, Millis)> {
    let open = |seconds| Some((Access::Open, Millis::from_secs(seconds)));
    match kind {
        "no" | "entrance" | "height_restrictor" | "arch" | "toll" => open(0),
        "cattle_grid" | "coupure" => open(1),
        "bump_gate" => open(3),
        "sally_port" => open(2),
        "gate" | "lift_gate" | "swing_gate" | "sliding_gate" | "boom"
            if tags.is("locked", "yes") =>
        {
            Some((Access::Closed, Millis::ZERO))
        }
        "gate" | "lift_gate" | "swing_gate" | "sliding_gate" | "boom" => open(5),
        "toll_booth" => open(15),
        "border_control" => open(60),
        "bollard" if tags.is("bollard", "rising") => open(5),
        "kerb"
            if matches!(
                tags.get("kerb"),
                Some("flush" | "lowered" | "rolled" | "no")
            ) =>
        {
            open(0)
        }
        // Where people on foot cross, mappers put the kerb beside the road onto it.
        "kerb" if tags.is("highway", "crossing") => open(0),
        // Fences that animals hear and cars do not feel.
        "fence" if matches!(tags.get("sensory"), Some("audible" | "audio")) => open(0),
        // Everything else that a mapper calls a barrier stops a car: bollard, block, chain, jersey_barrier, ...
        _ => Some((Access::Closed, Millis::ZERO)),
    }
}

/// The same on foot: most barriers are there for others.
fn walked_through(kind: &str) -> (Access, Millis) {
    let closed = matches!(
        kind,
        "wall" | "fence" | "hedge" | "retaining_wall" | "city_wall" | "ditch"
    );
    let pause = matches!(
        kind,
        "gate" | "lift_gate" | "stile" | "turnstile" | "kissing_gate"
    );
    if closed {
        (Access::Closed, Millis::ZERO)
    } else {
        (Access::Open, Millis::from_secs(if pause { 3 } else { 0 }))
    }
}

/// The same by bicycle.
fn cycled_through(kind: &str) -> (Access, Millis) {
    let closed = matches!(
        kind,
        "wall"
            | "fence"
            | "hedge"
            | "retaining_wall"
            | "city_wall"
            | "ditch"
            | "stile"
            | "turnstile"
            | "full-height_turnstile"
            | "kissing_gate"
            | "sump_buster"
            | "guard_rail"
    );
    let pause = match kind {
        "gate" | "lift_gate" | "swing_gate" | "sliding_gate" => 8,
        "cycle_barrier" | "block" | "chain" => 5,
        _ => 0,
    };
    if closed {
        (Access::Closed, Millis::ZERO)
    } else {
        (Access::Open, Millis::from_secs(pause))
    }
}

/// Charges a delay in the direction that the sign faces; both when it does not say.
fn delay(rules: &mut NodeRules, tags: &Tags, key: &str, by: Millis) {
    let faces = tags.get(key).or_else(|| tags.get("direction"));
    if faces != Some("backward") {
        rules.delay_forward += by;
    }
    if faces != Some("forward") {
        rules.delay_backward += by;
    }
}
