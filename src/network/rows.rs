//! The rows of the flat arrays, exactly as they lie in memory and in the region file.

use super::ids::{EdgeId, NodeId};
use crate::geometry::LonLatE7;
use crate::osm::{OsmNodeId, OsmWayId, When};
use bytemuck::{Pod, Zeroable};

/// Marks "no edge" where an [`EdgeId`] is stored.
pub(crate) const NONE: u32 = u32::MAX;

/// A node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub(crate) struct NodeRow {
    pub osm: OsmNodeId,
    pub at: LonLatE7,
}

/// A piece of a way between two nodes, shared by the edges along and against it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub(crate) struct StretchRow {
    pub way: OsmWayId,
    /// Length in millimetres: integers, so that sums do not depend on their order.
    pub length_mm: u64,
    /// First point in the arrays of points, and how many.
    pub first_point: u32,
    pub points: u32,
    /// Index into the names.
    pub name: u32,
    pub reference: u32,
    /// [`crate::osm::RoadClass`] as a number.
    pub class: u8,
    /// [`flags`].
    pub flags: u8,
    pub reserved: [u8; 2],
    /// As `reference`, for the edge against the way.
    pub back_reference: u32,
}

/// Bits of [`StretchRow::flags`].
pub(crate) mod flags {
    pub const FERRY: u8 = 1;
    pub const ROUNDABOUT: u8 = 2;
    pub const TOLL: u8 = 4;
    pub const DRIVES_LEFT: u8 = 8;
    pub const SHUTTLE_TRAIN: u8 = 16;
    pub const TUNNEL: u8 = 32;
    pub const PRIVATE_SERVICE: u8 = 64;
}

/// A directed edge: a stretch travelled one way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub(crate) struct EdgeRow {
    pub from: NodeId,
    pub to: NodeId,
    pub stretch: u32,
    /// The edge the other way, or [`NONE`].
    pub reverse: u32,
    pub time_ms: u32,
    pub cost_ms: u32,
    /// 1 when it runs against the points of its stretch.
    pub backward: u16,
    /// 1 when only the first or last stretch of a trip may use it.
    pub restricted: u16,
    /// Component, an index into the components.
    pub component: u32,
}

/// Stands for the time of an edge that is closed. No open one takes as long.
pub(crate) const CLOSED: u32 = u32::MAX;

impl EdgeRow {
    pub fn is_open(&self) -> bool {
        self.time_ms != CLOSED
    }

    pub fn reverse(&self) -> Option<EdgeId> {
        (self.reverse != NONE).then_some(EdgeId(self.reverse))
    }
}

/// A permitted turn from one arc to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub(crate) struct TurnRow {
    /// The other arc: the next one in the table of turns, the previous one in the reversed table.
    pub arc: u32,
    pub time_ms: u32,
    /// Cost in its lowest bits; [`ENTRY_BIT`] when the turn enters a restricted stretch; when it may not be taken, from
    /// [`CLOSED_AT`] up.
    pub cost: u32,
}

/// Set in [`TurnRow::cost`] when the turn enters a restricted stretch from an open one.
pub(crate) const ENTRY_BIT: u32 = 1 << 31;
/// Where in [`TurnRow::cost`] the bits begin that say when the turn may not be taken: at departure, then slot by slot.
pub(crate) const CLOSED_AT: u32 = 26;
/// Longest time of a turn, ms: 18 hours.
pub(crate) const LONGEST_TURN: u32 = (1 << CLOSED_AT) - 1;

impl TurnRow {
    /// Whether it may be taken at departure, as far as the turn itself goes.
    pub fn is_open(&self) -> bool {
        self.cost >> CLOSED_AT & 1 == 0
    }

    /// When it may be taken.
    pub fn holds(&self) -> When {
        When::from_bits((self.cost >> CLOSED_AT) as u8).not()
    }
}

/// A wait between the ends of an edge: lights, a gate, a crossing. Part of the edge's time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub(crate) struct DelayRow {
    pub edge: EdgeId,
    /// Which of the edge's points, in the direction of travel.
    pub point: u32,
    pub delay_ms: u32,
}

/// What an edge takes in a slot of the day, where it is not as at departure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub(crate) struct SlotRow {
    pub edge: EdgeId,
    pub time_ms: u32,
    pub cost_ms: u32,
    /// [`crate::osm::Slot`] as a number.
    pub slot: u16,
    pub restricted: u16,
}
