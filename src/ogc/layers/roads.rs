//! The road network, one feature per stretch of road between junctions, both directions together.

use super::super::feature::Feature;
use super::super::schema::{Field, Kind};
use super::super::service::{Context, Each, Walk};
use super::{line, metres};
use crate::geometry::Bounds;
use crate::network::{Edge, EdgeId, Network};
use crate::osm::RoadClass;

/// The properties.
pub const FIELDS: &[Field] = &[
    Field::new(
        "class",
        Kind::Code(CLASSES),
        "Class of the road, as OSM names it",
    ),
    Field::new("name", Kind::Text, "Name"),
    Field::new("ref", Kind::Text, "Road number"),
    Field::new("way", Kind::Int, "OSM way"),
    Field::new("length_m", Kind::Real, "Length, in metres"),
    Field::new(
        "speed_kmh",
        Kind::Real,
        "Mean speed along the line, turns left out, in km/h",
    ),
    Field::new(
        "speed_back_kmh",
        Kind::Real,
        "Mean speed against the line; none = one-way",
    ),
    Field::new("oneway", Kind::Bool, "May only be driven along the line"),
    Field::new(
        "restricted",
        Kind::Bool,
        "Private or for destinations: only for the first and last stretch",
    ),
    Field::new("ferry", Kind::Bool, "A ferry"),
    Field::new("toll", Kind::Bool, "Costs a toll"),
    Field::new("roundabout", Kind::Bool, "Part of a roundabout"),
    Field::new(
        "component",
        Kind::Int,
        "Part of the network that it belongs to: roads of one component reach each other",
    ),
    Field::new("component_nodes", Kind::Int, "Junctions of that component"),
];

const CLASSES: &[&str] = &[
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
    "other",
    "ferry",
    "shuttle_train",
];

/// The stretches that are drawn, with the box around each.
#[derive(Debug)]
pub struct Roads(Vec<(EdgeId, [f32; 4])>);

impl Roads {
    /// Of two directions the one with the smaller number is drawn. O(points).
    #[must_use]
    pub fn new(network: &Network) -> Self {
        let drawn = network
            .edges()
            .filter(|edge| edge.reverse().is_none_or(|reverse| edge.id < reverse));
        let boxed = drawn.filter_map(|edge| {
            let bounds = Bounds::around(edge.line())?;
            Some((edge.id, outward(bounds)))
        });
        Self(boxed.collect())
    }

    /// How many.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.len()
    }
}

/// The box in single precision, no smaller than it was.
fn outward(bounds: Bounds) -> [f32; 4] {
    let (min, max) = (bounds.min, bounds.max);
    [
        (min.lon as f32).next_down(),
        (min.lat as f32).next_down(),
        (max.lon as f32).next_up(),
        (max.lat as f32).next_up(),
    ]
}

pub(super) fn walk(context: &Context, walk: &Walk, each: Each<'_>) {
    let roads = &context.service.roads().0;
    let first = walk.after.as_deref().map_or(0, |after| {
        roads.partition_point(|(id, _)| key(*id).as_str() <= after)
    });
    let network = context.planner().ground.network();
    for (id, [west, south, east, north]) in &roads[first..] {
        let near = |bounds: &Bounds| {
            f64::from(*west) <= bounds.max.lon
                && f64::from(*east) >= bounds.min.lon
                && f64::from(*south) <= bounds.max.lat
                && f64::from(*north) >= bounds.min.lat
        };
        if !walk.within.is_empty() && !walk.within.iter().any(near) {
            continue;
        }
        if each(feature(network, network.edge(*id))).is_break() {
            return;
        }
    }
}

pub(super) fn one(context: &Context, id: &str) -> Option<Feature> {
    let number: u32 = id.parse().ok()?;
    let roads = &context.service.roads().0;
    let at = roads.binary_search_by_key(&number, |(id, _)| id.0).ok()?;
    let network = context.planner().ground.network();
    // "007" is no id.
    Some(feature(network, network.edge(roads[at].0))).filter(|feature| feature.id == id)
}

fn key(id: EdgeId) -> String {
    format!("{:010}", id.0)
}

fn feature(network: &Network, edge: Edge<'_>) -> Feature {
    let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let speed = |edge: Edge<'_>| {
        let (length, time) = (edge.length().0, edge.time().0 as f64);
        (time > 0.0).then(|| (length / time * 3_600.0 * 10.0).round() / 10.0)
    };
    let back = edge.reverse().map(|id| network.edge(id));
    let component = network.component(edge.id);
    Feature {
        key: key(edge.id),
        id: edge.id.0.to_string(),
        shape: Some(line(&edge.line()).into()),
        values: vec![
            class(edge.class()).into(),
            text(edge.name()).into(),
            text(edge.reference()).into(),
            edge.way().0.into(),
            metres(edge.length().0).into(),
            speed(edge).into(),
            back.and_then(speed).into(),
            back.is_none().into(),
            edge.restricted().into(),
            edge.ferry().into(),
            edge.toll().into(),
            edge.roundabout().into(),
            (component as u64).into(),
            network.components()[component].nodes.into(),
        ],
    }
}

const fn class(class: RoadClass) -> &'static str {
    match class {
        RoadClass::Motorway => "motorway",
        RoadClass::MotorwayLink => "motorway_link",
        RoadClass::Trunk => "trunk",
        RoadClass::TrunkLink => "trunk_link",
        RoadClass::Primary => "primary",
        RoadClass::PrimaryLink => "primary_link",
        RoadClass::Secondary => "secondary",
        RoadClass::SecondaryLink => "secondary_link",
        RoadClass::Tertiary => "tertiary",
        RoadClass::TertiaryLink => "tertiary_link",
        RoadClass::Unclassified => "unclassified",
        RoadClass::Residential => "residential",
        RoadClass::LivingStreet => "living_street",
        RoadClass::Service => "service",
        RoadClass::Track => "track",
        RoadClass::Other => "other",
        RoadClass::Ferry => "ferry",
        RoadClass::ShuttleTrain => "shuttle_train",
    }
}
