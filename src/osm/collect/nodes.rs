//! Third round: positions of the nodes that kept ways use, and nodes that count by themselves.

use std::sync::Arc;

use super::places::{place, settlement};
use super::roads::has_rules;
use super::{KeptWay, TagView};
use crate::geometry::LonLatE7;
use crate::osm::{OsmNodeId, Place, Tags};

/// Stands for a node that the file does not hold. No place on the globe has it.
const MISSING: LonLatE7 = LonLatE7 {
    lon_e7: i32::MIN,
    lat_e7: i32::MIN,
};

/// The nodes that kept ways use, and whether a road is among those ways.
#[derive(Debug, Default)]
pub struct Needed {
    ids: Vec<i64>,
    on_road: Vec<bool>,
}

impl Needed {
    /// By all of `ways`.
    pub fn by(ways: &[KeptWay]) -> Self {
        let mut ids: Vec<i64> = ways.iter().flat_map(|w| &w.nodes).copied().collect();
        ids.sort_unstable();
        ids.dedup();
        ids.shrink_to_fit();
        let mut on_road = vec![false; ids.len()];
        for id in ways
            .iter()
            .filter(|w| w.road.is_some())
            .flat_map(|w| &w.nodes)
        {
            on_road[ids.binary_search(id).expect("collected above")] = true;
        }
        Self { ids, on_road }
    }

    /// Searches near `cursor` first: files are mostly sorted, so the next node is rarely far.
    fn find(&self, id: i64, cursor: &mut usize) -> Option<usize> {
        if self.ids.get(*cursor).is_none_or(|&at| at > id) {
            *cursor = 0;
        }
        let mut stride = 1;
        while self.ids.get(*cursor + stride).is_some_and(|&at| at <= id) {
            *cursor += stride;
            stride *= 2;
        }
        let end = self.ids.len().min(*cursor + stride);
        match self.ids[*cursor..end].binary_search(&id) {
            Ok(i) => {
                *cursor += i;
                Some(*cursor)
            }
            Err(i) => {
                *cursor = (*cursor + i).saturating_sub(1);
                None
            }
        }
    }
}

/// What one block of nodes gives.
#[derive(Debug, Default)]
pub struct NodeBatch {
    positions: Vec<(u32, LonLatE7)>,
    tagged: Vec<(OsmNodeId, Tags)>,
    places: Vec<NodePlace>,
    cursor: usize,
}

/// A place that is a node.
#[derive(Debug)]
pub struct NodePlace {
    /// OSM id.
    pub id: i64,
    /// What it is.
    pub place: Place,
    /// The kind of settlement, to be written on the map.
    pub label: Option<&'static str>,
}

impl NodeBatch {
    /// Takes note of one node.
    pub fn add(&mut self, needed: &Needed, id: i64, at: LonLatE7, tags: TagView<'_>) {
        if let Some(index) = needed.find(id, &mut self.cursor) {
            self.positions.push((index as u32, at));
            if needed.on_road[index] && has_rules(tags) {
                self.tagged.push((OsmNodeId(id), tags.to_tags()));
            }
        }
        if tags.is_empty() {
            return;
        }
        if let Some(place) = place(tags) {
            self.places.push(NodePlace {
                id,
                place: Place {
                    osm_id: format!("n{id}"),
                    at: at.to_lon_lat(),
                    ..place
                },
                label: settlement(tags),
            });
        }
    }
}

/// The nodes of an extract that matter.
#[derive(Debug)]
pub struct Nodes {
    needed: Arc<Needed>,
    positions: Vec<LonLatE7>,
    tagged: Vec<(OsmNodeId, Tags)>,
    places: Vec<NodePlace>,
}

impl Nodes {
    /// None known yet.
    pub fn new(needed: Arc<Needed>) -> Self {
        Self {
            positions: vec![MISSING; needed.ids.len()],
            needed,
            tagged: Vec::new(),
            places: Vec::new(),
        }
    }

    /// Adds a block; of two nodes with one id the first stays.
    pub fn append(&mut self, mut batch: NodeBatch) {
        for (index, at) in batch.positions {
            let known = &mut self.positions[index as usize];
            if *known == MISSING {
                *known = at;
            }
        }
        self.tagged.append(&mut batch.tagged);
        self.places.append(&mut batch.places);
    }

    /// Where node `id` is, when the file holds it.
    pub fn position(&self, id: i64) -> Option<LonLatE7> {
        let index = self.needed.ids.binary_search(&id).ok()?;
        Some(self.positions[index]).filter(|&at| at != MISSING)
    }

    /// Places that are nodes, by id.
    pub fn take_places(&mut self) -> Vec<NodePlace> {
        let mut places = std::mem::take(&mut self.places);
        places.sort_by_key(|p| p.id);
        places.dedup_by_key(|p| p.id);
        places
    }

    /// Positions of nodes on roads, by id.
    pub fn on_roads(&self) -> Vec<(OsmNodeId, LonLatE7)> {
        (0..self.positions.len())
            .filter(|&i| self.needed.on_road[i] && self.positions[i] != MISSING)
            .map(|i| (OsmNodeId(self.needed.ids[i]), self.positions[i]))
            .collect()
    }

    /// Tagged nodes on roads, by id.
    pub fn take_tagged(&mut self) -> Vec<(OsmNodeId, Tags)> {
        let mut tagged = std::mem::take(&mut self.tagged);
        tagged.sort_by_key(|(id, _)| *id);
        tagged.dedup_by_key(|(id, _)| *id);
        tagged
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_galloping_search_finds_what_a_set_holds(
            mut ids in prop::collection::vec(-50_i64..50, 0..40),
            asked in prop::collection::vec(-60_i64..60, 0..80),
        ) {
            ids.sort_unstable();
            ids.dedup();
            let needed = Needed { on_road: vec![false; ids.len()], ids: ids.clone() };
            let mut cursor = 0;
            for id in asked {
                prop_assert_eq!(needed.find(id, &mut cursor), ids.iter().position(|&i| i == id));
            }
        }
    }
}
