//! A network as bytes and back.

use super::components::{Component, Island};
use super::out::OutEdges;
use super::rows::{EdgeRow, NONE, StretchRow, TurnRow};
use super::sections::{Reader, SectionError, Writer, senseless};
use super::snap::SegmentTree;
use super::turns::TurnTable;
use super::{EdgeId, Network};

impl Network {
    /// The network as bytes: flat arrays with checksums. The same network gives the same bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::default();
        self.write(&mut writer);
        writer.finish()
    }

    /// A network from bytes that [`Network::to_bytes`] made.
    ///
    /// # Errors
    /// When they are cut off, damaged, of another version or something else.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SectionError> {
        Self::read(&Reader::open(bytes)?)
    }

    /// Adds the network's sections to a file.
    pub(crate) fn write<'a>(&'a self, writer: &mut Writer<'a>) {
        writer.rows("nodes", &self.nodes);
        writer.rows("stretches", &self.stretches);
        writer.rows("edges", &self.edges);
        writer.rows("points", &self.points);
        writer.rows("point nodes", &self.point_nodes);
        writer.bytes("names", self.names.as_bytes());
        writer.rows("name ends", &self.name_ends);
        writer.rows("copies", &self.copies);
        writer.rows("first turns", &self.forth.first);
        writer.rows("turns", &self.forth.turns);
        writer.value("components", &self.components);
        writer.value("islands", &self.islands);
    }

    /// Takes the network's sections from a file.
    pub(crate) fn read(reader: &Reader) -> Result<Self, SectionError> {
        let names = String::from_utf8(reader.bytes("names")?.to_vec())
            .map_err(|_| senseless("names", "it is not text"))?;
        let forth = TurnTable {
            first: reader.rows("first turns")?,
            turns: reader.rows("turns")?,
        };
        let mut network = Self {
            nodes: reader.rows("nodes")?,
            stretches: reader.rows("stretches")?,
            edges: reader.rows("edges")?,
            points: reader.rows("points")?,
            point_nodes: reader.rows("point nodes")?,
            names,
            name_ends: reader.rows("name ends")?,
            out: OutEdges::default(),
            incoming: OutEdges::default(),
            copies: reader.rows("copies")?,
            copies_of: Vec::new(),
            back: TurnTable::default(),
            forth,
            components: reader.value::<Vec<Component>>("components")?,
            islands: reader.value::<Vec<Island>>("islands")?,
            tree: SegmentTree::default(),
        };
        // Checksums tell damage; this tells a file made by other means, which must not make us read out of bounds.
        network.check()?;
        network.out = OutEdges::new(network.nodes.len(), &network.edges);
        network.back = network.forth.reversed();
        network.derive();
        Ok(network)
    }

    fn check(&self) -> Result<(), SectionError> {
        let claim = |section: &str, holds: bool| {
            if holds {
                Ok(())
            } else {
                Err(senseless(section, "a number points outside"))
            }
        };
        let names = self.name_ends.len() as u32;
        claim(
            "name ends",
            names > 0
                && self.name_ends.is_sorted()
                && self.name_ends.last().map(|end| *end as usize) == Some(self.names.len())
                && self
                    .name_ends
                    .iter()
                    .all(|end| self.names.is_char_boundary(*end as usize)),
        )?;
        claim("point nodes", self.point_nodes.len() == self.points.len())?;
        let stretch = |s: &StretchRow| {
            s.points >= 2
                && u64::from(s.first_point) + u64::from(s.points) <= self.points.len() as u64
                && s.name < names
                && s.reference < names
                && usize::from(s.class) < super::edge::CLASSES.len()
        };
        claim("stretches", self.stretches.iter().all(stretch))?;
        let edges = self.edges.len() as u32;
        let edge = |e: &EdgeRow| {
            e.from.index() < self.nodes.len()
                && e.to.index() < self.nodes.len()
                && (e.stretch as usize) < self.stretches.len()
                && (e.reverse == NONE || e.reverse < edges)
                && (e.component as usize) < self.components.len()
        };
        claim("edges", self.edges.iter().all(edge))?;
        let copy = |e: &EdgeId| e.0 < edges;
        claim("copies", self.copies.iter().all(copy))?;
        let arcs = self.arc_count();
        let first = &self.forth.first;
        claim(
            "first turns",
            first.len() == arcs + 1
                && first.is_sorted()
                && first[0] == 0
                && first[arcs] as usize == self.forth.turns.len(),
        )?;
        let turn = |t: &TurnRow| (t.arc as usize) < arcs;
        claim("turns", self.forth.turns.iter().all(turn))
    }
}
