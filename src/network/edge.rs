//! What the outside sees of a node and an edge.

use super::ids::{EdgeId, NodeId};
use super::rows::{EdgeRow, StretchRow, flags};
use super::{Network, point_range};
use crate::geometry::{LonLat, LonLatE7, along, distance};
use crate::osm::{OsmNodeId, OsmWayId, RoadClass};
use crate::units::{Metres, Millis};

/// A node of the network.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Node {
    /// Its id.
    pub id: NodeId,
    /// Its OSM id.
    pub osm: OsmNodeId,
    /// Where it is.
    pub at: LonLat,
}

/// A directed edge of the network: a view, cheap to copy.
#[derive(Clone, Copy, Debug)]
pub struct Edge<'a> {
    pub(super) network: &'a Network,
    row: &'a EdgeRow,
    stretch: &'a StretchRow,
    /// Its id.
    pub id: EdgeId,
    /// Where it starts.
    pub from: NodeId,
    /// Where it ends.
    pub to: NodeId,
}

impl<'a> Edge<'a> {
    pub(super) fn new(network: &'a Network, id: EdgeId) -> Self {
        let row = &network.edges[id.index()];
        Self {
            network,
            row,
            stretch: &network.shape.stretches[row.stretch as usize],
            id,
            from: row.from,
            to: row.to,
        }
    }

    /// The same road the other way, if it may be driven.
    #[must_use]
    pub fn reverse(&self) -> Option<EdgeId> {
        self.row.reverse()
    }

    /// The OSM way that it is a part of.
    #[must_use]
    pub fn way(&self) -> OsmWayId {
        self.stretch.way
    }

    /// Whether it runs against the node order of its way.
    #[must_use]
    pub fn runs_backward(&self) -> bool {
        self.row.backward == 1
    }

    /// Name of the road, or empty.
    #[must_use]
    pub fn name(&self) -> &'a str {
        self.network.name(self.stretch.name)
    }

    /// How the name is spoken (`name:pronunciation`, mostly in the alphabet of phonetics), or empty.
    #[must_use]
    pub fn pronunciation(&self) -> &'a str {
        let known = &self.network.shape.pronounced;
        match known.binary_search_by_key(&self.row.stretch, |[stretch, _]| *stretch) {
            Ok(place) => self.network.name(known[place][1]),
            Err(_) => "",
        }
    }

    /// Number of the road (`ref`) in the direction of travel, or empty.
    #[must_use]
    pub fn reference(&self) -> &'a str {
        self.network.name(if self.runs_backward() {
            self.stretch.back_reference
        } else {
            self.stretch.reference
        })
    }

    /// Class of the road.
    #[must_use]
    pub fn class(&self) -> RoadClass {
        CLASSES[usize::from(self.stretch.class)]
    }

    /// Length along the road.
    #[must_use]
    pub fn length(&self) -> Metres {
        Metres(self.stretch.length_mm as f64 / 1_000.0)
    }

    /// Driving time from end to end, with delays on the way but without turns.
    #[must_use]
    pub fn time(&self) -> Millis {
        Millis(i64::from(self.row.time_ms))
    }

    /// Time with preference applied; never less than [`Edge::time`].
    #[must_use]
    pub fn cost(&self) -> Millis {
        Millis(i64::from(self.row.cost_ms))
    }

    /// Whether only the first or last stretch of a trip may use it.
    #[must_use]
    pub fn restricted(&self) -> bool {
        self.row.restricted == 1
    }

    /// Whether it is a ferry or a shuttle train.
    #[must_use]
    pub fn ferry(&self) -> bool {
        self.stretch.flags & flags::FERRY != 0
    }

    /// Whether it is part of a roundabout.
    #[must_use]
    pub fn roundabout(&self) -> bool {
        self.stretch.flags & flags::ROUNDABOUT != 0
    }

    /// Whether a toll is to be paid.
    #[must_use]
    pub fn toll(&self) -> bool {
        self.stretch.flags & flags::TOLL != 0
    }

    /// Whether it runs through a tunnel.
    #[must_use]
    pub fn tunnel(&self) -> bool {
        self.stretch.flags & flags::TUNNEL != 0
    }

    /// Whether it is somebody's private drive or yard (`highway=service`, `access=private`).
    #[must_use]
    pub fn private_service(&self) -> bool {
        self.stretch.flags & flags::PRIVATE_SERVICE != 0
    }

    /// Whether traffic keeps left on it.
    #[must_use]
    pub fn drives_left(&self) -> bool {
        self.stretch.flags & flags::DRIVES_LEFT != 0
    }

    /// Its points in the direction of travel; at least two.
    #[must_use]
    pub fn line(&self) -> Vec<LonLat> {
        let points = self.network.shape.points_of(self.stretch);
        let mut line: Vec<LonLat> = points.iter().map(|p| p.to_lon_lat()).collect();
        if self.runs_backward() {
            line.reverse();
        }
        line
    }

    /// Its points and their OSM nodes in the order of its way.
    pub(crate) fn drawn(&self) -> (&'a [LonLatE7], &'a [OsmNodeId]) {
        let shape = &self.network.shape;
        let range = point_range(self.stretch);
        (&shape.points[range.clone()], &shape.point_nodes[range])
    }

    /// The OSM nodes of [`Edge::line`].
    #[must_use]
    pub fn node_refs(&self) -> Vec<OsmNodeId> {
        let mut nodes = self.network.shape.point_nodes[point_range(self.stretch)].to_vec();
        if self.runs_backward() {
            nodes.reverse();
        }
        nodes
    }

    /// Its points and their OSM nodes without copying them.
    #[must_use]
    pub fn trace(&self) -> Trace<'a> {
        Trace {
            points: self.network.shape.points_of(self.stretch),
            nodes: &self.network.shape.point_nodes[point_range(self.stretch)],
            backward: self.runs_backward(),
        }
    }

    /// The place at a share (0 to 1) of its length.
    #[must_use]
    pub fn place_at(&self, share: f64) -> LonLat {
        let line = self.line();
        place(&line, share).1
    }
}

/// The points of an edge, in the direction of travel.
#[derive(Clone, Copy, Debug)]
pub struct Trace<'a> {
    points: &'a [LonLatE7],
    nodes: &'a [OsmNodeId],
    backward: bool,
}

impl Trace<'_> {
    /// Number of points; at least two.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "it is never empty")]
    pub const fn len(&self) -> usize {
        self.points.len()
    }

    /// A point; panics beyond the last.
    #[must_use]
    pub fn point(&self, i: usize) -> LonLatE7 {
        self.points[self.index(i)]
    }

    /// The OSM node of a point; panics beyond the last.
    #[must_use]
    pub fn node(&self, i: usize) -> OsmNodeId {
        self.nodes[self.index(i)]
    }

    /// The segment in which the place at a share (0 to 1) of the length lies, and the place there. Of two segments that meet at
    /// the place the later one, except at the very end.
    #[must_use]
    pub fn locate(&self, share: f64) -> (usize, LonLat) {
        let at = |i: usize| self.point(i).to_lon_lat();
        let last = self.len() - 2;
        if share <= 0.0 {
            return (0, at(0));
        }
        if share >= 1.0 {
            return (last, at(last + 1));
        }
        let lengths = (0..=last).map(|i| distance(at(i), at(i + 1)).0);
        let mut left = lengths.clone().sum::<f64>() * share;
        for (i, here) in lengths.enumerate() {
            if left < here || i == last {
                let share = if here > 0.0 {
                    (left / here).min(1.0)
                } else {
                    0.0
                };
                return (i, along(at(i), at(i + 1), share));
            }
            left -= here;
        }
        (last, at(last + 1))
    }

    const fn index(&self, i: usize) -> usize {
        if self.backward {
            self.points.len() - 1 - i
        } else {
            i
        }
    }
}

/// Classes by their number in the rows.
pub(super) const CLASSES: [RoadClass; 18] = [
    RoadClass::Motorway,
    RoadClass::MotorwayLink,
    RoadClass::Trunk,
    RoadClass::TrunkLink,
    RoadClass::Primary,
    RoadClass::PrimaryLink,
    RoadClass::Secondary,
    RoadClass::SecondaryLink,
    RoadClass::Tertiary,
    RoadClass::TertiaryLink,
    RoadClass::Unclassified,
    RoadClass::Residential,
    RoadClass::LivingStreet,
    RoadClass::Service,
    RoadClass::Track,
    RoadClass::Other,
    RoadClass::Ferry,
    RoadClass::ShuttleTrain,
];

/// The index of the last point at or before `share` of the length of `line`, and the place there.
fn place(line: &[LonLat], share: f64) -> (usize, LonLat) {
    let last = line.len() - 1;
    let whole: f64 = line.windows(2).map(|w| distance(w[0], w[1]).0).sum();
    let mut left = whole * share.clamp(0.0, 1.0);
    for (i, pair) in line.windows(2).enumerate() {
        let here = distance(pair[0], pair[1]).0;
        if left < here {
            return (i, along(pair[0], pair[1], left / here));
        }
        left -= here;
    }
    (last, line[last])
}

/// The part of `line` between two shares of its length, ends included; at least two points, which may coincide.
pub(super) fn line_between(line: &[LonLat], from: f64, to: f64) -> Vec<LonLat> {
    let (first, start) = place(line, from);
    let (last, end) = place(line, to.max(from));
    let mut part = vec![start];
    for point in &line[(first + 1).min(line.len())..=last.max(first)] {
        if *point != start {
            part.push(*point);
        }
    }
    if part[part.len() - 1] != end || part.len() == 1 {
        part.push(end);
    }
    part
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_keep_their_numbers() {
        for (number, class) in CLASSES.iter().enumerate() {
            assert_eq!(*class as usize, number);
        }
    }

    #[test]
    fn a_part_of_a_line_has_its_ends_and_what_lies_between() {
        let line: Vec<_> = (0..4)
            .map(|i| LonLat::new(f64::from(i) * 0.001, 0.0))
            .collect();
        let lons = |from, to| {
            line_between(&line, from, to)
                .iter()
                .map(|p| (p.lon * 1e6).round() as i64)
                .collect::<Vec<_>>()
        };
        assert_eq!(lons(0.0, 1.0), [0, 1_000, 2_000, 3_000]);
        assert_eq!(lons(0.5, 1.0), [1_500, 2_000, 3_000]);
        assert_eq!(lons(0.1, 0.2), [300, 600]);
        assert_eq!(lons(0.5, 0.5), [1_500, 1_500]);
        assert_eq!(lons(1.0, 1.0), [3_000, 3_000]);
    }

    #[test]
    fn a_line_without_length_has_places_too() {
        let line = [LonLat::new(1.0, 1.0); 2];
        assert_eq!(line_between(&line, 0.0, 1.0), line);
    }
}
