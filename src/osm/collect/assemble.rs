//! From the three rounds to an [`Extract`]: rings closed, centroids taken, streets and house numbers placed.

use geo::{Centroid, Coord, Geometry, LineString, MultiPolygon, Polygon};
use rayon::prelude::*;

use super::interpolation::{expand, point_at};
use super::nodes::NodePlace;
use super::places::{SETTLEMENTS, other_names};
use super::relations::Area;
use super::rings::{join, nest};
use super::shapes::Shape;
use super::{KeptWay, Nodes, Relations, TagView, earth};
use crate::geometry::LonLat;
use crate::osm::{
    BackgroundFeature, BackgroundLayer, Country, Extract, OsmNodeId, OsmWayId, Place, PlaceKind,
    RawWay, Source,
};

/// Ways turned into shapes and places before these are joined to the rest, to keep the peak of memory low.
const CHUNK: usize = 16_384;

/// Everything put together, each list in order of ids. `ways` must be sorted and free of doubles.
pub fn assemble(
    source: Source,
    relations: Relations,
    ways: Vec<KeptWay>,
    mut nodes: Nodes,
) -> Extract {
    let node_places = nodes.take_places();
    let mut background = Vec::new();
    background.extend(land(&ways, &nodes));
    let mut places = Vec::new();
    let mut countries = Vec::new();
    for way in areas(&relations.areas, &ways, &nodes) {
        background.extend(way.drawn);
        places.extend(way.places);
        countries.extend(way.country);
    }
    for chunk in ways.chunks(CHUNK) {
        let of_ways: Vec<Found> = chunk
            .par_iter()
            .map(|way| from_way(way, &nodes, &node_places))
            .collect();
        for found in of_ways {
            background.extend(found.drawn);
            places.extend(found.places);
        }
    }
    background.extend(node_places.iter().filter_map(label));
    places.splice(0..0, node_places.into_iter().map(|p| p.place));
    Extract {
        source,
        node_positions: nodes.on_roads(),
        node_tags: nodes.take_tagged(),
        restrictions: relations.restrictions,
        routes: relations.routes,
        ways: ways.into_iter().filter_map(raw).collect(),
        countries,
        places,
        background,
    }
}

/// What one object gives.
#[derive(Default)]
struct Found {
    drawn: Vec<BackgroundFeature>,
    places: Vec<Place>,
    country: Option<Country>,
}

fn raw(way: KeptWay) -> Option<RawWay> {
    let tags = way.road?;
    Some(RawWay {
        id: way.id,
        nodes: way.nodes.into_iter().map(OsmNodeId).collect(),
        tags,
    })
}

/// The positions that the file holds of `ids`.
fn line(ids: &[i64], nodes: &Nodes) -> Vec<Coord> {
    ids.iter()
        .filter_map(|id| nodes.position(*id))
        .map(|at| at.to_lon_lat().into())
        .collect()
}

fn land(ways: &[KeptWay], nodes: &Nodes) -> Option<BackgroundFeature> {
    let coast: Vec<Vec<(i64, Coord)>> = ways
        .iter()
        .filter(|way| way.coast)
        .map(|way| {
            way.nodes
                .iter()
                .filter_map(|id| Some((*id, nodes.position(*id)?.to_lon_lat().into())))
                .collect()
        })
        .collect();
    let roads: Vec<LonLat> = ways
        .iter()
        .filter(|way| {
            way.road
                .as_ref()
                .is_some_and(|tags| tags.get("highway").is_some())
        })
        .filter_map(|way| nodes.position(*way.nodes.first()?))
        .map(crate::geometry::LonLatE7::to_lon_lat)
        .collect();
    let land = earth::earth(&coast, &roads);
    (!land.0.is_empty()).then_some(BackgroundFeature {
        layer: BackgroundLayer::Earth,
        kind: "earth",
        name: None,
        shape: Geometry::MultiPolygon(land),
    })
}

fn areas(areas: &[Area], ways: &[KeptWay], nodes: &Nodes) -> Vec<Found> {
    areas
        .par_iter()
        .map(|area| from_area(area, ways, nodes))
        .collect()
}

fn from_area(area: &Area, ways: &[KeptWay], nodes: &Nodes) -> Found {
    let lines: Vec<&[i64]> = area
        .ways
        .iter()
        .filter_map(|id| way_nodes(*id, ways))
        .collect();
    // A ring with holes in its knowledge would be drawn as a lie: only rings whose every node is known count.
    let rings = join(&lines)
        .into_iter()
        .map(|ring| (ring.len(), line(&ring, nodes)))
        .filter(|(count, ring)| *count == ring.len())
        .map(|(_, ring)| ring)
        .collect();
    let outline = nest(rings);
    let Some(middle) = outline.centroid() else {
        return Found::default();
    };
    let id = format!("r{}", area.id.0);
    let place = area.place.as_ref().map(|p| placed(p, id, middle.0.into()));
    Found {
        drawn: area
            .shape
            .iter()
            .map(|s| feature(s, Geometry::MultiPolygon(outline.clone())))
            .chain(place.as_ref().and_then(island_label))
            .collect(),
        places: place.into_iter().collect(),
        country: area.country.clone().map(|code| Country { code, outline }),
    }
}

fn way_nodes(id: OsmWayId, ways: &[KeptWay]) -> Option<&[i64]> {
    let i = ways.binary_search_by_key(&id, |way| way.id).ok()?;
    Some(&ways[i].nodes)
}

fn from_way(way: &KeptWay, nodes: &Nodes, node_places: &[NodePlace]) -> Found {
    let mut found = Found::default();
    let known = line(&way.nodes, nodes);
    let whole = known.len() == way.nodes.len();
    let closed = known.len() > 3 && way.nodes.first() == way.nodes.last();
    let id = format!("w{}", way.id.0);
    if let Some(shape) = &way.shape {
        if shape.area && closed && whole {
            let polygon = Polygon::new(LineString::new(known.clone()), Vec::new());
            found
                .drawn
                .push(feature(shape, MultiPolygon::new(vec![polygon]).into()));
        } else if !shape.area && known.len() > 1 {
            found
                .drawn
                .push(feature(shape, LineString::new(known.clone()).into()));
        }
    }
    if let Some(place) = &way.place
        && let Some(at) = middle(&known, closed && whole)
    {
        let place = placed(place, id.clone(), at);
        found.drawn.extend(island_label(&place));
        found.places.push(place);
    }
    found.places.extend(street(way, &known, &id));
    if let Some(rule) = &way.interpolation {
        let line: Vec<(LonLat, Option<&Place>)> = way
            .nodes
            .iter()
            .filter_map(|id| {
                Some((
                    nodes.position(*id)?.to_lon_lat(),
                    place_at(*id, node_places),
                ))
            })
            .collect();
        found.places.extend(expand(&id, rule, &line));
    }
    found
}

fn place_at(id: i64, places: &[NodePlace]) -> Option<&Place> {
    let i = places.binary_search_by_key(&id, |p| p.id).ok()?;
    Some(&places[i].place)
}

/// The centroid of a closed outline, the half way of a line.
fn middle(known: &[Coord], closed: bool) -> Option<LonLat> {
    if closed {
        let centre = Polygon::new(LineString::new(known.to_vec()), Vec::new()).centroid();
        return centre.map(|c| c.0.into());
    }
    let line: Vec<LonLat> = known.iter().map(|c| LonLat::from(*c)).collect();
    (!line.is_empty()).then(|| point_at(&line, 0.5))
}

fn street(way: &KeptWay, known: &[Coord], id: &str) -> Option<Place> {
    let tags = way.road.as_ref()?;
    let (name, highway) = (tags.get("name")?, tags.get("highway")?);
    let view: Vec<(&str, &str)> = tags.iter().collect();
    Some(Place {
        osm_id: id.to_owned(),
        at: middle(known, false)?,
        kind: PlaceKind::Street,
        tag: format!("highway={highway}"),
        name: Some(name.to_owned()),
        other_names: other_names(TagView(&view)),
        ..Place::default()
    })
}

fn placed(place: &Place, osm_id: String, at: LonLat) -> Place {
    Place {
        osm_id,
        at,
        ..place.clone()
    }
}

fn feature(shape: &Shape, geometry: Geometry) -> BackgroundFeature {
    BackgroundFeature {
        layer: shape.layer,
        kind: shape.kind,
        name: shape.name.clone(),
        shape: geometry,
    }
}

fn label(node: &NodePlace) -> Option<BackgroundFeature> {
    written(node.label?, &node.place)
}

/// Islands are mapped as areas; settlements that are areas have a node of their own nearly always.
fn island_label(place: &Place) -> Option<BackgroundFeature> {
    let kind = place.tag.strip_prefix("place=")?;
    let kind = SETTLEMENTS
        .iter()
        .find(|known| **known == kind && kind.starts_with("isl"))?;
    written(kind, place)
}

fn written(kind: &'static str, place: &Place) -> Option<BackgroundFeature> {
    Some(BackgroundFeature {
        layer: BackgroundLayer::Places,
        kind,
        name: Some(place.name.clone()?),
        shape: Geometry::Point(geo::Point(place.at.into())),
    })
}
