//! Where traffic keeps left, from areas with a `driving_side`.

use std::collections::HashSet;
use std::path::Path;

use anyhow::Context as _;
use geo::Intersects as _;
use geojson::FeatureCollection;
use rondo::osm::{Extract, OsmWayId, RawWay, Roads};

/// The ways that say themselves on which side one drives.
pub fn tagged(extract: &Extract) -> HashSet<OsmWayId> {
    let said = |way: &&RawWay| matches!(way.tags.get("driving_side"), Some("left" | "right"));
    extract.ways.iter().filter(said).map(|way| way.id).collect()
}

/// Makes the other ways keep to the side of the area in which they end.
pub fn apply(roads: &mut Roads, tagged: &HashSet<OsmWayId>, file: &Path) -> anyhow::Result<()> {
    let areas = areas(file, "driving_side")?;
    for way in &mut roads.ways {
        if tagged.contains(&way.id) {
            continue;
        }
        let end = way.nodes.last().and_then(|node| {
            let i = roads
                .node_positions
                .binary_search_by_key(node, |(id, _)| *id)
                .ok()?;
            Some(geo::Point::from(roads.node_positions[i].1.to_lon_lat()))
        });
        let side = end.and_then(|end| areas.iter().find(|(_, area)| area.intersects(&end)));
        if let Some((side, _)) = side {
            way.drives_left = side == "left";
        }
    }
    Ok(())
}

/// The areas of a file with one of their properties.
pub fn areas(file: &Path, property: &str) -> anyhow::Result<Vec<(String, geo::Geometry)>> {
    let text =
        std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let collection: FeatureCollection = text.parse()?;
    let mut areas = Vec::new();
    for feature in collection {
        let said = feature.property(property).and_then(|value| value.as_str());
        if let (Some(said), Some(shape)) = (said, &feature.geometry) {
            areas.push((said.to_owned(), geo::Geometry::try_from(shape)?));
        }
    }
    Ok(areas)
}
