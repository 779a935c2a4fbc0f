//! Which manoeuvre a driver makes at a junction, if any worth a word.
//!
//! A few plain rules rather than a model of perception: a road that goes on under its name without a rival is silent, a
//! change of name is told, a real choice is a turn, a fork, a ramp, a merge or the end of the road.

use super::junction::{Junction, Road};
use crate::network::{Edge, Network};
use crate::osm::RoadClass;

/// Kinds of manoeuvre.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Depart,
    Arrive,
    Turn,
    NewName,
    Continue,
    Merge,
    OnRamp,
    OffRamp,
    Fork,
    EndOfRoad,
    Roundabout,
    ExitRoundabout,
    Notification,
}

impl Kind {
    /// As answers write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Depart => "depart",
            Self::Arrive => "arrive",
            Self::Turn => "turn",
            Self::NewName => "new name",
            Self::Continue => "continue",
            Self::Merge => "merge",
            Self::OnRamp => "on ramp",
            Self::OffRamp => "off ramp",
            Self::Fork => "fork",
            Self::EndOfRoad => "end of road",
            Self::Roundabout => "roundabout",
            Self::ExitRoundabout => "exit roundabout",
            Self::Notification => "notification",
        }
    }
}

/// Directions of a manoeuvre.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Modifier {
    UTurn,
    SharpRight,
    Right,
    SlightRight,
    Straight,
    SlightLeft,
    Left,
    SharpLeft,
}

impl Modifier {
    /// The word for a turn by so many degrees, positive to the right.
    pub fn of(turn: f64) -> Self {
        match (turn.abs(), turn > 0.0) {
            (0.0..=20.0, _) => Self::Straight,
            (20.0..=40.0, true) => Self::SlightRight,
            (20.0..=40.0, false) => Self::SlightLeft,
            (40.0..=120.0, true) => Self::Right,
            (40.0..=120.0, false) => Self::Left,
            (_, true) => Self::SharpRight,
            (_, false) => Self::SharpLeft,
        }
    }

    /// A slight turn to the side of `turn`, for forks and merges.
    fn slight(turn: f64) -> Self {
        if turn > 0.0 {
            Self::SlightRight
        } else {
            Self::SlightLeft
        }
    }

    /// As answers write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UTurn => "uturn",
            Self::SharpRight => "sharp right",
            Self::Right => "right",
            Self::SlightRight => "slight right",
            Self::Straight => "straight",
            Self::SlightLeft => "slight left",
            Self::Left => "left",
            Self::SharpLeft => "sharp left",
        }
    }
}

/// Roads that lie within this many degrees of straight on rival each other.
const AHEAD: f64 = 45.0;
/// A road that goes on may bend by half a right angle, however it was drawn.
const BEND: f64 = 46.0;
/// Under its own name it may bend by so much more where all other roads lead back.
const BEND_ALONE: f64 = 60.0;
/// By how many degrees the way on must be straighter than any other to need no word.
const CLEARLY: f64 = 30.0;

/// What to say where the route goes from `from` onto `to`; `None` when it goes without saying.
pub fn manoeuvre(
    network: &Network,
    junction: &Junction,
    from: Edge<'_>,
    to: Edge<'_>,
) -> Option<(Kind, Modifier)> {
    if from.reverse() == Some(to.id) {
        return Some((Kind::Continue, Modifier::UTurn));
    }
    let turn = junction.turn_onto(&junction.roads[junction.goes]);
    let modifier = Modifier::of(turn);
    match (from.roundabout(), to.roundabout()) {
        (true, true) => return None,
        (false, true) => return Some((Kind::Roundabout, modifier)),
        (true, false) => return Some((Kind::ExitRoundabout, modifier)),
        (false, false) => {}
    }
    if carrier(from) != carrier(to) {
        return Some((Kind::Notification, modifier));
    }
    let renamed = !same_road(from, to);
    let scene = Scene {
        network,
        junction,
        from,
        to,
        turn,
    };
    if let Some(ramp) = scene.ramp() {
        return Some((ramp, modifier));
    }
    // A name that ends is no news to who drives on.
    let named = renamed && !(to.name().is_empty() && to.reference().is_empty());
    let bend = junction.roads.len() <= 2;
    if junction.others().next().is_none() && (bend || !renamed || turn.abs() <= AHEAD) {
        return if renamed && scene.merges() {
            Some((Kind::Merge, modifier))
        } else {
            named.then_some((Kind::NewName, modifier))
        };
    }
    if scene.goes_without_saying(renamed) {
        return named.then_some((Kind::NewName, modifier));
    }
    if scene.forks() {
        return Some((Kind::Fork, scene.side_of_fork()));
    }
    if scene.road_ends() {
        return Some((Kind::EndOfRoad, modifier));
    }
    let kind = if renamed { Kind::Turn } else { Kind::Continue };
    Some((kind, modifier))
}

/// What carries one over an edge, unless one travels on one's own.
pub fn carrier(edge: Edge<'_>) -> Option<&'static str> {
    match edge.class() {
        RoadClass::Ferry => Some("ferry"),
        RoadClass::ShuttleTrain => Some("train"),
        _ => None,
    }
}

/// Whether two edges count as one road: the same name, or, where one has none, nothing that says otherwise.
fn same_road(a: Edge<'_>, b: Edge<'_>) -> bool {
    if a.name().is_empty() && b.name().is_empty() {
        return a.reference() == b.reference() || b.reference().is_empty();
    }
    a.name() == b.name()
}

struct Scene<'a> {
    network: &'a Network,
    junction: &'a Junction,
    from: Edge<'a>,
    to: Edge<'a>,
    turn: f64,
}

impl Scene<'_> {
    fn class_of(&self, road: &Road) -> RoadClass {
        road.out
            .or(road.inward)
            .map_or(RoadClass::Other, |edge| self.network.edge(edge).class())
    }

    /// Onto a link of a motorway or trunk road from a road that is none.
    fn ramp(&self) -> Option<Kind> {
        let link = |class| matches!(class, RoadClass::MotorwayLink | RoadClass::TrunkLink);
        let fast = |class| matches!(class, RoadClass::Motorway | RoadClass::Trunk);
        if !link(self.to.class()) || link(self.from.class()) {
            return None;
        }
        Some(if fast(self.from.class()) {
            Kind::OffRamp
        } else {
            Kind::OnRamp
        })
    }

    /// From a link onto its motorway or trunk road, beside others who are on it.
    fn merges(&self) -> bool {
        matches!(
            (self.from.class(), self.to.class()),
            (RoadClass::MotorwayLink, RoadClass::Motorway)
                | (RoadClass::TrunkLink, RoadClass::Trunk)
        ) && self.turn.abs() < AHEAD
    }

    /// No other road is nearly as straight, except smaller ones that do not lie ahead as well.
    fn goes_without_saying(&self, renamed: bool) -> bool {
        let here = self.turn.abs();
        let mut others = self.junction.others();
        let alone = !renamed && others.all(|other| self.junction.turn_onto(other).abs() > 90.0);
        if here > if alone { BEND_ALONE } else { BEND } {
            return false;
        }
        self.junction.others().all(|other| {
            let there = self.junction.turn_onto(other).abs();
            let smaller = rank(self.class_of(other)) >= rank(self.to.class()) + 2;
            let needed = match (renamed, smaller) {
                (false, true) => 0.0,
                (false, false) | (true, true) => CLEARLY / 2.0,
                (true, false) => CLEARLY,
            };
            there >= here + needed
        })
    }

    /// Two or more roads ahead, none of them much smaller than the one taken.
    fn forks(&self) -> bool {
        self.turn.abs() <= AHEAD
            && self.junction.others().any(|other| {
                self.junction.turn_onto(other).abs() <= AHEAD
                    && rank(self.class_of(other)) <= rank(self.to.class()) + 2
            })
    }

    fn side_of_fork(&self) -> Modifier {
        let rivals = || {
            self.junction
                .others()
                .map(|other| self.junction.turn_onto(other))
                .filter(|turn| turn.abs() <= AHEAD)
        };
        if rivals().all(|rival| rival < self.turn) {
            Modifier::slight(1.0)
        } else if rivals().all(|rival| rival > self.turn) {
            Modifier::slight(-1.0)
        } else {
            Modifier::of(self.turn)
        }
    }

    /// Three roads meet, either of the other two may be taken wherever one comes from, and neither goes on ahead.
    fn road_ends(&self) -> bool {
        let roads = &self.junction.roads;
        roads.len() == 3
            && roads
                .iter()
                .enumerate()
                .filter(|(i, _)| *i != self.junction.came)
                .all(|(_, road)| road.entry && self.junction.turn_onto(road).abs() > AHEAD)
            && self.network.is_free_of_memory(self.from.id)
    }
}

/// Importance, 0 the highest; links count as their roads.
fn rank(class: RoadClass) -> u8 {
    match class {
        RoadClass::Motorway | RoadClass::MotorwayLink => 0,
        RoadClass::Trunk | RoadClass::TrunkLink => 1,
        RoadClass::Primary | RoadClass::PrimaryLink => 2,
        RoadClass::Secondary | RoadClass::SecondaryLink => 3,
        RoadClass::Tertiary | RoadClass::TertiaryLink => 4,
        RoadClass::Unclassified | RoadClass::Residential => 5,
        RoadClass::LivingStreet => 6,
        RoadClass::Service | RoadClass::Track | RoadClass::Other => 7,
        RoadClass::Ferry | RoadClass::ShuttleTrain => 5,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_follow_the_angle() {
        for (turn, word) in [
            (0.0, "straight"),
            (-19.0, "straight"),
            (30.0, "slight right"),
            (-90.0, "left"),
            (150.0, "sharp right"),
            (-179.0, "sharp left"),
        ] {
            assert_eq!(Modifier::of(turn).as_str(), word, "{turn}");
        }
    }
}
