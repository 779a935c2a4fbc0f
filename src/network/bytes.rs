//! A network as bytes and back.

use std::sync::Arc;

use super::components::{Component, Island};
use super::out::OutEdges;
use super::rows::{DelayRow, EdgeRow, NONE, SlotRow, StretchRow, TurnRow};
use super::sections::{Reader, SectionError, Writer, senseless};
use super::spread::Spread;
use super::turns::{TurnTable, Turns};
use super::{EdgeId, Network, Shape, Slot};

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
        Self::read(&mut Reader::open(bytes)?)
    }

    /// Adds the network's sections to a file.
    pub(crate) fn write<'a>(&'a self, writer: &mut Writer<'a>) {
        writer.rows("nodes", &self.shape.nodes);
        writer.rows("stretches", &self.shape.stretches);
        writer.rows("edges", &self.edges);
        writer.rows("points", &self.shape.points);
        writer.rows("point nodes", &self.shape.point_nodes);
        writer.bytes("names", self.shape.names.as_bytes());
        writer.rows("name ends", &self.shape.name_ends);
        writer.rows("pronunciations", &self.shape.pronounced);
        writer.rows("copies", &self.shape.copies);
        writer.rows("slots", &self.shape.slots);
        writer.rows("delays", &self.shape.delays);
        writer.rows("first turns", &self.turns.forth.first);
        writer.rows("turns", &self.turns.forth.turns);
        writer.value("components", &self.shape.components);
        writer.value("islands", &self.shape.islands);
    }

    /// Takes the network's sections from a file.
    pub(crate) fn read(reader: &mut Reader) -> Result<Self, SectionError> {
        let names = String::from_utf8(reader.bytes("names")?)
            .map_err(|_| senseless("names", "it is not text"))?;
        let forth = TurnTable {
            first: reader.rows("first turns")?,
            turns: reader.rows("turns")?,
        };
        let mut shape = Shape {
            nodes: reader.rows("nodes")?,
            stretches: reader.rows("stretches")?,
            points: reader.rows("points")?,
            point_nodes: reader.rows("point nodes")?,
            names,
            name_ends: reader.rows("name ends")?,
            pronounced: reader.rows("pronunciations")?,
            copies: reader.rows("copies")?,
            components: reader.value::<Vec<Component>>("components")?,
            islands: reader.value::<Vec<Island>>("islands")?,
            slots: reader.rows("slots")?,
            delays: reader.rows("delays")?,
            ..Shape::default()
        };
        let edges: Vec<EdgeRow> = reader.rows("edges")?;
        // Checksums tell damage; this tells a file made by other means, which must not make us read out of bounds.
        check(&shape, &edges, &forth)?;
        shape.out = OutEdges::new(shape.nodes.len(), &edges);
        shape.derive(&edges);
        Ok(Self {
            spread: Arc::new(Spread::of_delays(&shape, &edges)),
            shape: Arc::new(shape),
            edges,
            turns: Arc::new(Turns::new(forth)),
        })
    }
}

fn check(shape: &Shape, edges: &[EdgeRow], forth: &TurnTable) -> Result<(), SectionError> {
    let claim = |section: &str, holds: bool| {
        if holds {
            Ok(())
        } else {
            Err(senseless(section, "a number points outside"))
        }
    };
    let names = shape.name_ends.len() as u32;
    claim(
        "name ends",
        names > 0
            && shape.name_ends.is_sorted()
            && shape.name_ends.last().map(|end| *end as usize) == Some(shape.names.len())
            && shape
                .name_ends
                .iter()
                .all(|end| shape.names.is_char_boundary(*end as usize)),
    )?;
    claim("point nodes", shape.point_nodes.len() == shape.points.len())?;
    let stretch = |s: &StretchRow| {
        s.points >= 2
            && u64::from(s.first_point) + u64::from(s.points) <= shape.points.len() as u64
            && s.name < names
            && s.reference < names
            && s.back_reference < names
            && usize::from(s.class) < super::edge::CLASSES.len()
    };
    claim("stretches", shape.stretches.iter().all(stretch))?;
    let pronounced =
        |[stretch, name]: &[u32; 2]| (*stretch as usize) < shape.stretches.len() && *name < names;
    claim(
        "pronunciations",
        shape.pronounced.iter().all(pronounced)
            && shape.pronounced.is_sorted_by_key(|[stretch, _]| *stretch),
    )?;
    let edge_count = edges.len() as u32;
    let edge = |e: &EdgeRow| {
        e.from.index() < shape.nodes.len()
            && e.to.index() < shape.nodes.len()
            && (e.stretch as usize) < shape.stretches.len()
            && (e.reverse == NONE || e.reverse < edge_count)
            && (e.component as usize) < shape.components.len()
    };
    claim("edges", edges.iter().all(edge))?;
    let slot = |s: &SlotRow| s.edge.0 < edge_count && usize::from(s.slot) < Slot::COUNT;
    claim("slots", shape.slots.iter().all(slot))?;
    let delay = |d: &DelayRow| {
        let edge = edges.get(d.edge.index());
        edge.is_some_and(|e| d.point < shape.stretches[e.stretch as usize].points)
    };
    claim(
        "delays",
        shape.delays.iter().all(delay) && shape.delays.is_sorted_by_key(|d| (d.edge, d.point)),
    )?;
    let copy = |e: &EdgeId| e.0 < edge_count;
    claim("copies", shape.copies.iter().all(copy))?;
    let arcs = edges.len() + shape.copies.len();
    let first = &forth.first;
    claim(
        "first turns",
        first.len() == arcs + 1
            && first.is_sorted()
            && first[0] == 0
            && first[arcs] as usize == forth.turns.len(),
    )?;
    let turn = |t: &TurnRow| (t.arc as usize) < arcs;
    claim("turns", forth.turns.iter().all(turn))
}
