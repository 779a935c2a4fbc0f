//! What is drawn: which layer and kind of the background map a way or multipolygon belongs to.

use super::TagView;
use crate::osm::BackgroundLayer;

/// How an object is drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Layer.
    pub layer: BackgroundLayer,
    /// Kind in the layer.
    pub kind: &'static str,
    /// Name to show.
    pub name: Option<String>,
    /// Filled rather than a line.
    pub area: bool,
}

/// Tag, values and the layer they are drawn in; earlier rows win.
const AREAS: [(&str, BackgroundLayer, &[&str]); 11] = [
    ("natural", BackgroundLayer::Water, &["water"]),
    ("waterway", BackgroundLayer::Water, &["riverbank", "dock"]),
    (
        "landuse",
        BackgroundLayer::Water,
        &["reservoir", "basin", "salt_pond"],
    ),
    ("leisure", BackgroundLayer::Water, &["swimming_pool"]),
    (
        "leisure",
        BackgroundLayer::Landuse,
        &[
            "park",
            "garden",
            "pitch",
            "golf_course",
            "playground",
            "nature_reserve",
            "stadium",
            "sports_centre",
            "track",
            "marina",
            "common",
            "dog_park",
        ],
    ),
    (
        "natural",
        BackgroundLayer::Landuse,
        &[
            "wood",
            "scrub",
            "heath",
            "grassland",
            "beach",
            "sand",
            "bare_rock",
            "scree",
            "glacier",
            "wetland",
            "shingle",
        ],
    ),
    (
        "landuse",
        BackgroundLayer::Landuse,
        &[
            "residential",
            "commercial",
            "retail",
            "industrial",
            "farmland",
            "farmyard",
            "forest",
            "meadow",
            "grass",
            "orchard",
            "vineyard",
            "cemetery",
            "quarry",
            "military",
            "railway",
            "recreation_ground",
            "village_green",
            "allotments",
            "greenhouse_horticulture",
            "brownfield",
            "construction",
            "landfill",
            "port",
            "plant_nursery",
        ],
    ),
    (
        "amenity",
        BackgroundLayer::Landuse,
        &[
            "parking",
            "school",
            "university",
            "college",
            "hospital",
            "grave_yard",
            "kindergarten",
            "marketplace",
        ],
    ),
    (
        "aeroway",
        BackgroundLayer::Landuse,
        &["aerodrome", "apron", "runway", "taxiway"],
    ),
    (
        "man_made",
        BackgroundLayer::Landuse,
        &["pier", "breakwater", "bridge"],
    ),
    ("place", BackgroundLayer::Landuse, &["square"]),
];

/// Lines, likewise.
const LINES: [(&str, BackgroundLayer, &[&str]); 7] = [
    (
        "highway",
        BackgroundLayer::Roads,
        &[
            "motorway",
            "motorway_link",
            "trunk",
            "trunk_link",
            "primary",
            "primary_link",
            "secondary",
            "secondary_link",
            "tertiary",
            "tertiary_link",
            "unclassified",
            "residential",
            "living_street",
            "service",
            "track",
            "road",
            "pedestrian",
            "footway",
            "path",
            "cycleway",
            "bridleway",
            "steps",
            "raceway",
            "busway",
        ],
    ),
    (
        "railway",
        BackgroundLayer::Roads,
        &[
            "rail",
            "light_rail",
            "tram",
            "subway",
            "narrow_gauge",
            "funicular",
        ],
    ),
    ("route", BackgroundLayer::Roads, &["ferry"]),
    ("aeroway", BackgroundLayer::Roads, &["runway", "taxiway"]),
    (
        "aerialway",
        BackgroundLayer::Roads,
        &["cable_car", "gondola", "chair_lift"],
    ),
    (
        "waterway",
        BackgroundLayer::Water,
        &["river", "stream", "canal", "drain", "ditch"],
    ),
    ("man_made", BackgroundLayer::Roads, &["pier"]),
];

/// How tags are drawn on a shape that is `closed` (a ring or a multipolygon) or a line.
pub fn shape(tags: TagView<'_>, closed: bool) -> Option<Shape> {
    if tags.get("tunnel").is_some_and(|t| t == "culvert") {
        return None;
    }
    let area_tag = tags.get("area");
    let found = if closed && area_tag != Some("no") {
        area(tags, area_tag == Some("yes"))
    } else {
        None
    };
    let (layer, kind, area) = found
        .map(|(layer, kind)| (layer, kind, true))
        .or_else(|| listed(tags, &LINES).map(|(layer, kind)| (layer, kind, false)))?;
    let named = layer != BackgroundLayer::Buildings;
    let name = tags.get("name").or_else(|| tags.get("ref"));
    Some(Shape {
        layer,
        kind,
        name: name.filter(|_| named).map(str::to_owned),
        area,
    })
}

fn area(tags: TagView<'_>, marked: bool) -> Option<(BackgroundLayer, &'static str)> {
    if tags.get("building").is_some_and(|b| b != "no") {
        return Some((BackgroundLayer::Buildings, "building"));
    }
    if let Some(highway) = tags.get("highway") {
        // Only what says that it is an area: a closed residential street is a loop.
        return (marked
            && matches!(
                highway,
                "pedestrian" | "footway" | "service" | "living_street"
            ))
        .then_some((BackgroundLayer::Landuse, "pedestrian"));
    }
    listed(tags, &AREAS)
}

fn listed(
    tags: TagView<'_>,
    table: &[(&str, BackgroundLayer, &[&'static str])],
) -> Option<(BackgroundLayer, &'static str)> {
    table.iter().find_map(|(key, layer, kinds)| {
        let value = tags.get(key)?;
        let kind = kinds.iter().find(|kind| **kind == value)?;
        Some((*layer, *kind))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_street_is_a_loop_and_a_square_is_an_area() {
        let kind =
            |tags: &[(&str, &str)], closed| shape(TagView(tags), closed).map(|s| (s.kind, s.area));
        assert_eq!(
            kind(&[("highway", "residential")], true),
            Some(("residential", false))
        );
        assert_eq!(
            kind(&[("highway", "pedestrian"), ("area", "yes")], true),
            Some(("pedestrian", true))
        );
        assert_eq!(kind(&[("natural", "water")], true), Some(("water", true)));
        assert_eq!(kind(&[("natural", "water")], false), None);
        assert_eq!(kind(&[("building", "no")], true), None);
    }
}
