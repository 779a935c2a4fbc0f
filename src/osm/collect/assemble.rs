//! From the three rounds to an [`Extract`].

use super::{KeptWay, Nodes, Relations};
use crate::osm::{Extract, OsmNodeId, RawWay, Source};

/// Everything put together, each list in order of ids. `ways` must be sorted and free of doubles.
pub fn assemble(
    source: Source,
    relations: Relations,
    ways: Vec<KeptWay>,
    mut nodes: Nodes,
) -> Extract {
    Extract {
        source,
        node_positions: nodes.on_roads(),
        node_tags: nodes.take_tagged(),
        restrictions: relations.restrictions,
        ways: ways
            .into_iter()
            .filter_map(|way| {
                way.road.map(|tags| RawWay {
                    id: way.id,
                    nodes: way.nodes.into_iter().map(OsmNodeId).collect(),
                    tags,
                })
            })
            .collect(),
        ..Extract::default()
    }
}
