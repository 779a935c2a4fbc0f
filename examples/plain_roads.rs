//! Prepares a comparison of bare distances with another routing engine (`scripts/compare-osrm` runs it all).
//!
//! Reads an extract, judges it for a car and then makes everything plain: one speed, no preference, no delays, turns for
//! nothing, private roads open, ferries as roads. Writes these roads as OSM XML for the other engine, draws pairs of
//! road nodes, and writes our shortest distance of each.
//!
//! `cargo run --release --example plain_roads -- EXTRACT.osm.pbf ROADS.osm PAIRS.csv [COUNT]`

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::Context as _;
use rondo::geometry::LonLat;
use rondo::network::{Network, NodeId, SnapOptions, TurnModel};
use rondo::osm::car::CarModel;
use rondo::osm::{
    Access, Direction, NodeRules, OsmWayId, ReadOptions, RestrictionKind, Roads, Via, read,
};
use rondo::routing::Router;
use rondo::units::Metres;

/// At one metre per second an edge costs as many milliseconds as it has millimetres.
const PLAIN: Direction = Direction {
    speed_kmh: 3.6,
    reluctance: 1.0,
    access: Access::Open,
};

fn main() -> anyhow::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [extract, xml, pairs, rest @ ..] = args.as_slice() else {
        anyhow::bail!("usage: plain_roads EXTRACT ROADS.osm PAIRS.csv [COUNT]");
    };
    let count = rest.first().map_or(Ok(1_000), |n| n.parse())?;
    let extract = read(Path::new(extract), &ReadOptions::default())?;
    let mut roads = CarModel::default().judge(&extract);
    drop(extract);
    make_plain(&mut roads);
    let (network, report) = Network::build_with(&roads, &TurnModel::FREE);
    // What we cannot resolve the other engine shall not know either.
    let unresolved: Vec<_> = report
        .restrictions_unresolved
        .iter()
        .map(|(id, _)| *id)
        .collect();
    roads.restrictions.retain(|r| !unresolved.contains(&r.id));
    write_xml(&roads, Path::new(xml))?;
    write_pairs(network, count, Path::new(pairs))
}

fn make_plain(roads: &mut Roads) {
    let mut renumbered: BTreeMap<OsmWayId, Vec<OsmWayId>> = BTreeMap::new();
    for (i, way) in roads.ways.iter_mut().enumerate() {
        let id = OsmWayId(i as i64 + 1);
        renumbered.entry(way.id).or_default().push(id);
        way.id = id;
        way.ferry = None;
        for direction in [&mut way.forward, &mut way.backward] {
            *direction = direction.map(|_| PLAIN);
        }
    }
    roads.node_rules.retain(|(_, r)| r.access == Access::Closed);
    for (_, rules) in &mut roads.node_rules {
        *rules = NodeRules {
            access: Access::Closed,
            ..NodeRules::default()
        };
    }
    // Ways cut by the edge of the extract share an id; a restriction on one of them is dropped on both sides.
    let one = |id: &OsmWayId| match renumbered.get(id).map(Vec::as_slice) {
        Some([new]) => Some(*new),
        _ => None,
    };
    roads.restrictions.retain_mut(|r| {
        let all = |ids: &[OsmWayId]| ids.iter().map(one).collect::<Option<Vec<_>>>();
        let via = match &r.via {
            Via::Node(node) => Some(Via::Node(*node)),
            Via::Ways(ways) => all(ways).map(Via::Ways),
        };
        match (all(&r.from), via, all(&r.to)) {
            (Some(from), Some(via), Some(to)) => {
                (r.from, r.via, r.to) = (from, via, to);
                true
            }
            _ => false,
        }
    });
}

fn write_xml(roads: &Roads, path: &Path) -> anyhow::Result<()> {
    let mut out =
        BufWriter::new(File::create(path).with_context(|| format!("{}", path.display()))?);
    writeln!(
        out,
        "<?xml version='1.0' encoding='UTF-8'?>\n<osm version='0.6' generator='rondo'>"
    )?;
    for (id, at) in &roads.node_positions {
        let p = at.to_lon_lat();
        let closed = roads
            .node_rules
            .binary_search_by_key(id, |(n, _)| *n)
            .is_ok();
        let tag = if closed {
            "<tag k='barrier' v='bollard'/>"
        } else {
            ""
        };
        writeln!(
            out,
            "<node id='{}' version='1' lon='{:.7}' lat='{:.7}'>{tag}</node>",
            id.0, p.lon, p.lat
        )?;
    }
    for way in &roads.ways {
        write!(out, "<way id='{}' version='1'>", way.id.0)?;
        for node in &way.nodes {
            write!(out, "<nd ref='{}'/>", node.0)?;
        }
        let oneway = match (way.forward, way.backward) {
            (Some(_), Some(_)) => "no",
            (Some(_), None) => "yes",
            _ => "-1",
        };
        writeln!(
            out,
            "<tag k='highway' v='residential'/><tag k='oneway' v='{oneway}'/></way>"
        )?;
    }
    for r in &roads.restrictions {
        write!(out, "<relation id='{}' version='1'>", r.id.0)?;
        let mut member = |kind: &str, id: i64, role: &str| {
            write!(out, "<member type='{kind}' ref='{id}' role='{role}'/>")
        };
        for way in &r.from {
            member("way", way.0, "from")?;
        }
        match &r.via {
            Via::Node(node) => member("node", node.0, "via")?,
            Via::Ways(ways) => {
                for way in ways {
                    member("way", way.0, "via")?;
                }
            }
        }
        for way in &r.to {
            member("way", way.0, "to")?;
        }
        let value = match r.kind {
            RestrictionKind::Only => "only_straight_on",
            RestrictionKind::NoUTurn => "no_u_turn",
            RestrictionKind::No => "no_left_turn",
        };
        writeln!(
            out,
            "<tag k='type' v='restriction'/><tag k='restriction' v='{value}'/></relation>"
        )?;
    }
    writeln!(out, "</osm>")?;
    out.flush()?;
    Ok(())
}

fn write_pairs(network: Network, count: usize, path: &Path) -> anyhow::Result<()> {
    let router = Router::new(network.into());
    let network = router.network();
    let main: Vec<NodeId> = (0..network.node_count() as u32)
        .map(NodeId)
        .filter(|n| {
            let mut edges = network.edges_from(*n).iter().chain(network.edges_to(*n));
            edges.all(|e| network.component(*e) == 0)
        })
        .collect();
    anyhow::ensure!(!main.is_empty(), "no main component");
    let mut state = 2_024_u64;
    let mut draw = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        main[(state >> 33) as usize % main.len()]
    };
    let options = SnapOptions {
        limit: Metres(50.0),
        ..SnapOptions::default()
    };
    let mut query = router.query();
    let mut out =
        BufWriter::new(File::create(path).with_context(|| format!("{}", path.display()))?);
    writeln!(out, "lon1,lat1,lon2,lat2,distance_m,edges")?;
    for _ in 0..count {
        let (a, b): (LonLat, LonLat) = (network.node(draw()).at, network.node(draw()).at);
        let route = network
            .snap(a, &options)
            .zip(network.snap(b, &options))
            .and_then(|(from, to)| router.route(&mut query, &from, &to));
        let (length, edges) = route.map_or((String::new(), 0), |r| {
            let points: usize = r
                .edges
                .iter()
                .map(|e| network.edge(e.edge).line().len() - 1)
                .sum();
            (format!("{:.3}", r.length.0), points)
        });
        writeln!(
            out,
            "{:.7},{:.7},{:.7},{:.7},{length},{edges}",
            a.lon, a.lat, b.lon, b.lat
        )?;
    }
    out.flush()?;
    Ok(())
}
