//! From which zoom a thing is drawn: a table by layer and kind, and for areas their size.

use super::Form;
use super::grid::GRID_ZOOM;
use crate::osm::BackgroundLayer;

/// An area is drawn once it covers this many units of a tile (16 units are a pixel of a small screen).
const SMALLEST_AREA: i64 = 32 * 32;

/// The first zoom at which a shape is drawn. `size` is in cells, see [`super::grid::size`].
pub fn first(layer: BackgroundLayer, kind: &str, form: Form, size: i64) -> u8 {
    let by_kind = match layer {
        BackgroundLayer::Earth => return 0,
        BackgroundLayer::Water => water(kind, form),
        BackgroundLayer::Landuse => landuse(kind),
        BackgroundLayer::Buildings => 14,
        BackgroundLayer::Roads => road(kind),
        BackgroundLayer::Places => place(kind),
    };
    if form == Form::Rings {
        by_kind.max(by_area(size)).min(GRID_ZOOM)
    } else {
        by_kind
    }
}

/// At each zoom further in, an area covers four times as many units.
fn by_area(cells: i64) -> u8 {
    (0..GRID_ZOOM)
        .find(|&z| cells >> (2 * (GRID_ZOOM - z)) >= SMALLEST_AREA)
        .unwrap_or(GRID_ZOOM)
}

fn water(kind: &str, form: Form) -> u8 {
    match kind {
        "swimming_pool" => 15,
        _ if form == Form::Rings => 4,
        "river" => 9,
        "canal" => 11,
        "stream" => 13,
        _ => 14,
    }
}

fn landuse(kind: &str) -> u8 {
    match kind {
        "parking" | "pitch" | "garden" | "playground" | "pedestrian" | "square"
        | "kindergarten" | "bridge" => 14,
        "school" | "university" | "college" | "hospital" | "pier" | "breakwater" => 13,
        "aerodrome" => 9,
        _ => 7,
    }
}

fn road(kind: &str) -> u8 {
    match kind {
        "motorway" => 5,
        "trunk" => 6,
        "primary" | "motorway_link" => 8,
        "secondary" | "trunk_link" | "ferry" | "rail" => 9,
        "tertiary" | "primary_link" | "secondary_link" | "runway" => 11,
        "unclassified" | "residential" | "living_street" | "road" | "tertiary_link"
        | "narrow_gauge" | "light_rail" => 12,
        "pedestrian" | "track" | "taxiway" | "tram" | "subway" | "funicular" | "cable_car"
        | "gondola" | "chair_lift" => 13,
        "service" | "pier" | "raceway" | "busway" => 14,
        _ => 15,
    }
}

fn place(kind: &str) -> u8 {
    match kind {
        "city" => 4,
        "archipelago" => 6,
        "town" => 7,
        "island" => 8,
        "village" => 10,
        "suburb" | "borough" => 11,
        "quarter" | "hamlet" | "islet" => 12,
        "neighbourhood" | "locality" => 13,
        _ => 14,
    }
}
