//! The road network, one feature per stretch of road between junctions, both directions together.

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset};
use rayon::prelude::*;

use super::super::feature::Feature;
use super::super::schema::{Field, Kind, RUN_ID};
use super::super::service::{Context, Each, Walk};
use super::road_id::RoadId;
use super::{line, metres};
use crate::geometry::{Bounds, LonLat};
use crate::network::{Edge, EdgeId, Network, Snap};
use crate::osm::RoadClass;
use crate::planner::{Ground, run_id};

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
    RUN_ID,
    Field::new(
        "as_of",
        Kind::Instant,
        "Last change of the OpenStreetMap data; none = the extract does not say",
    ),
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

/// The stretches that are drawn, in the order of their ids, with the box around each.
#[derive(Debug)]
pub struct Roads {
    list: Vec<(EdgeId, [f32; 4])>,
    around: Option<Bounds>,
    /// Stretches that share way and nodes with others before them, and how many those are.
    again: BTreeMap<EdgeId, u32>,
    run_id: String,
    as_of: Option<DateTime<FixedOffset>>,
}

impl Roads {
    /// Of two directions the one with the smaller number is drawn; `as_of` tells of the map. O(points), and O(n log n) in roads.
    #[must_use]
    pub fn new(ground: &Ground, as_of: Option<DateTime<FixedOffset>>) -> Self {
        let network = ground.network();
        let drawn = network
            .edges()
            .filter(|edge| edge.reverse().is_none_or(|reverse| edge.id < reverse));
        let mut around: Option<Bounds> = None;
        let boxed = drawn.filter_map(|edge| {
            let bounds = Bounds::around(edge.line().into_iter().map(LonLat::rounded))?;
            let whole = around.unwrap_or(bounds);
            around = Some(whole.with(bounds.min).with(bounds.max));
            Some((edge.id, outward(bounds)))
        });
        let mut list: Vec<(EdgeId, [f32; 4])> = boxed.collect();
        let id = |edge: EdgeId| RoadId::of(network.edge(edge));
        // Edges are numbered along their way, so that of several alike the first comes first.
        list.par_sort_unstable_by_key(|(edge, _)| (id(*edge), *edge));
        let mut again = BTreeMap::new();
        for alike in list.chunk_by(|(a, _), (b, _)| id(*a) == id(*b)) {
            again.extend((0..).zip(alike).skip(1).map(|(n, (edge, _))| (*edge, n)));
        }
        Self {
            list,
            around,
            again,
            run_id: run_id("roads", &ground.hash),
            as_of,
        }
    }

    /// How many.
    #[must_use]
    pub fn count(&self) -> usize {
        self.list.len()
    }

    /// Around all of them.
    pub(in super::super) const fn around(&self) -> Option<Bounds> {
        self.around
    }

    /// The id of a drawn edge.
    fn id(&self, edge: Edge<'_>) -> RoadId {
        let again = self.again.get(&edge.id).copied();
        RoadId::of(edge).again(again.unwrap_or_default())
    }

    /// The id of the road on which a snap lies.
    pub(super) fn under(&self, network: &Network, snap: &Snap) -> RoadId {
        let reverse = snap.reverse;
        let drawn = reverse.map_or(snap.edge, |reverse| reverse.min(snap.edge));
        self.id(network.edge(drawn))
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
    let roads = context.service.roads();
    let network = context.planner().ground.network();
    let first = walk.after.as_deref().map_or(0, |after| {
        let key = |edge: EdgeId| roads.id(network.edge(edge)).key();
        roads
            .list
            .partition_point(|(edge, _)| key(*edge).as_str() <= after)
    });
    for (id, [west, south, east, north]) in &roads.list[first..] {
        let near = |bounds: &Bounds| {
            f64::from(*west) <= bounds.max.lon
                && f64::from(*east) >= bounds.min.lon
                && f64::from(*south) <= bounds.max.lat
                && f64::from(*north) >= bounds.min.lat
        };
        if !walk.within.is_empty() && !walk.within.iter().any(near) {
            continue;
        }
        if each(feature(roads, network, network.edge(*id))).is_break() {
            return;
        }
    }
}

pub(super) fn one(context: &Context, id: &str) -> Option<Feature> {
    let wanted = RoadId::parse(id)?;
    let roads = context.service.roads();
    let network = context.planner().ground.network();
    let id = |edge: EdgeId| roads.id(network.edge(edge));
    let found = roads
        .list
        .binary_search_by(|(edge, _)| id(*edge).cmp(&wanted));
    let (edge, _) = roads.list[found.ok()?];
    Some(feature(roads, network, network.edge(edge)))
}

fn feature(roads: &Roads, network: &Network, edge: Edge<'_>) -> Feature {
    let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let speed = |edge: Edge<'_>| {
        let (length, time) = (edge.length().0, edge.time().0 as f64);
        (time > 0.0).then(|| (length / time * 3_600.0 * 10.0).round() / 10.0)
    };
    let back = edge.reverse().map(|id| network.edge(id));
    let component = network.component(edge.id);
    let id = roads.id(edge);
    Feature {
        key: id.key(),
        id: id.to_string(),
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
            roads.run_id.clone().into(),
            roads.as_of.into(),
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
