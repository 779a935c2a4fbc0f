//! Names for stretches of road that outlive a region file: [`RoadId`].

use std::fmt;

use crate::network::Edge;

/// A stretch as OpenStreetMap names it: its way, and the nodes where it begins and ends along that way. It stays when the same
/// data is prepared again, and in newer data until somebody cuts the way or sets a junction on the stretch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::ogc) struct RoadId {
    way: i64,
    first: i64,
    last: i64,
    /// How many stretches before it have the same way and nodes: a way may run twice from one junction to another.
    again: u32,
}

impl RoadId {
    /// The stretch of an edge, the same for both directions; `again` is left 0.
    pub fn of(edge: Edge<'_>) -> Self {
        let (_, nodes) = edge.drawn();
        let node = |at: Option<&crate::osm::OsmNodeId>| at.map_or(0, |node| node.0);
        Self {
            way: edge.way().0,
            first: node(nodes.first()),
            last: node(nodes.last()),
            again: 0,
        }
    }

    /// The same with so many like it before.
    pub const fn again(self, again: u32) -> Self {
        Self { again, ..self }
    }

    /// Reads what `Display` writes, and nothing else.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(':');
        let mut number = || parts.next()?.parse().ok();
        let (way, first, last) = (number()?, number()?, number()?);
        let again = match parts.next() {
            None => 0,
            Some(part) => part.parse::<u32>().ok()?.checked_sub(1)?,
        };
        let id = Self {
            way,
            first,
            last,
            again,
        };
        // "007" and "+7" are numbers, but no part of an id.
        (id.to_string() == text).then_some(id)
    }

    /// Text in the order of the ids.
    pub fn key(&self) -> String {
        // Made of numbers with a sign, ids of an editor below zero first.
        let ordered = |n: i64| (n as u64) ^ (1 << 63);
        let (way, first, last) = (ordered(self.way), ordered(self.first), ordered(self.last));
        format!("{way:016x}{first:016x}{last:016x}{:08x}", self.again)
    }
}

impl fmt::Display for RoadId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.way, self.first, self.last)?;
        if self.again > 0 {
            write!(f, ":{}", self.again + 1)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn id(way: i64, first: i64, last: i64, again: u32) -> RoadId {
        RoadId {
            way,
            first,
            last,
            again,
        }
    }

    #[test]
    fn only_what_is_written_is_read() {
        assert_eq!(id(7, 1, 2, 0).to_string(), "7:1:2");
        assert_eq!(id(7, 1, 2, 1).to_string(), "7:1:2:2");
        for bad in [
            "",
            "7",
            "7:1",
            "07:1:2",
            "+7:1:2",
            "7:1:2:1",
            "7:1:2:0",
            "7:1:2:2:2",
            "7:1:2:",
            "99999999999999999999:1:2",
        ] {
            assert_eq!(RoadId::parse(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn ids_survive_being_written_and_keys_are_in_their_order(
            a in (any::<i64>(), any::<i64>(), any::<i64>(), 0..u32::MAX),
            b in (-2..2_i64, -2..2_i64, -2..2_i64, 0..2_u32),
            c in (-2..2_i64, -2..2_i64, -2..2_i64, 0..2_u32),
        ) {
            let [a, b, c] = [a, b, c].map(|(way, first, last, again)| id(way, first, last, again));
            prop_assert_eq!(RoadId::parse(&a.to_string()), Some(a));
            for (one, other) in [(a, b), (b, c)] {
                prop_assert_eq!(one.key().cmp(&other.key()), one.cmp(&other));
            }
        }
    }
}
