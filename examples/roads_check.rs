//! Holds the road engine against plain Dijkstra on whole extracts: `cargo run --release --example roads_check -- EXTRACT ...`
//!
//! For each way of driving (as it is, parts of the day, kinds of road left out, an area avoided, other speeds, by length)
//! it compares routes, a table and reach in both directions. Prints one line for each and ends at the first difference.

#![expect(clippy::print_stdout, reason = "printing is what it is for")]

use std::path::Path;
use std::sync::Arc;

use anyhow::{Result, ensure};

use rondo::geometry::{LonLat, along};
use rondo::network::{Network, Slot, Snap, SnapOptions};
use rondo::osm::{ReadOptions, car::CarModel, read};
use rondo::routing::{Direction, Exclusion, MetricSpec, Router, SegmentSpeeds};
use rondo::units::{Metres, Millis};

const PLACES: usize = 40;

fn main() -> Result<()> {
    for file in std::env::args().skip(1) {
        let extract = read(Path::new(&file), &ReadOptions::default())?;
        let router = Router::new(
            Network::build(&CarModel::default().judge(&extract))
                .0
                .into(),
        );
        for (name, spec) in wishes(router.network()) {
            let pairs = agree(&router.metric(&spec)?)?;
            println!("{file}: {name}: {pairs} pairs and their reach agree");
        }
    }
    Ok(())
}

/// A source of numbers that is the same on every machine.
struct Numbers(u64);

impl Numbers {
    fn share(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }
}

fn wishes(network: &Network) -> Vec<(String, MetricSpec)> {
    let mut wishes = vec![("as it is".to_owned(), MetricSpec::default())];
    let mut add = |name: &str, spec: MetricSpec| wishes.push((name.to_owned(), spec));
    for slot in Slot::ALL {
        let slot = Some(slot);
        let name = slot.map_or("", Slot::name);
        add(
            name,
            MetricSpec {
                slot,
                ..MetricSpec::default()
            },
        );
    }
    for kind in Exclusion::ALL {
        let exclude = [kind].into();
        add(
            kind.name(),
            MetricSpec {
                exclude,
                ..MetricSpec::default()
            },
        );
    }
    if let Some(bounds) = network.bounds() {
        let corner = |share| along(bounds.min, bounds.max, share);
        let area = geo::Rect::<f64>::new(corner(0.45), corner(0.55)).to_polygon();
        let avoid = vec![area];
        add(
            "round an area",
            MetricSpec {
                avoid,
                ..MetricSpec::default()
            },
        );
    }
    let mut numbers = Numbers(7);
    let mut rows = Vec::new();
    for edge in network.edges() {
        for pair in edge.node_refs().windows(2) {
            if numbers.share() < 0.3 {
                rows.push((pair[0], pair[1], (numbers.share() * 120.0).round()));
            }
        }
    }
    let speeds = Some(Arc::new(SegmentSpeeds::new(rows)));
    add(
        "other speeds",
        MetricSpec {
            speeds,
            ..MetricSpec::default()
        },
    );
    let by_length = true;
    add(
        "by length",
        MetricSpec {
            by_length,
            ..MetricSpec::default()
        },
    );
    wishes
}

fn agree(router: &Router) -> Result<usize> {
    let places = places(router.network());
    let (mut query, mut reference) = (router.query(), router.reference());
    let table = router.matrix(&places, &places);
    for (i, from) in places.iter().enumerate() {
        for (j, to) in places.iter().enumerate() {
            let route = router.route(&mut query, from, to);
            let cell = (table.time(i, j), table.length(i, j).is_some());
            let own = route.as_ref().map(|r| (r.cost, r.time));
            ensure!(
                cell == (own.map(|(_, time)| time), own.is_some()),
                "table and route differ from {:?} to {:?}",
                from.at,
                to.at
            );
            if (i + j) % 8 == 0 {
                let expected = reference.route(from, to).map(|r| (r.cost, r.time));
                ensure!(
                    own == expected,
                    "{own:?} is not {expected:?} from {:?} to {:?}",
                    from.at,
                    to.at
                );
            }
        }
    }
    for (i, place) in places.iter().enumerate().take(6) {
        let limit = Millis::from_minutes(5 + 10 * i as i64);
        for direction in [Direction::From, Direction::Towards] {
            let origin = std::slice::from_ref(place);
            let reach = router.reach(&mut query, origin, limit, direction);
            ensure!(
                reach == reference.reach(origin, limit, direction),
                "reach differs at {:?}",
                place.at
            );
        }
    }
    Ok(places.len() * places.len())
}

fn places(network: &Network) -> Vec<Snap> {
    let Some(bounds) = network.bounds() else {
        return Vec::new();
    };
    let mut numbers = Numbers(42);
    let mut place = || {
        let (x, y) = (numbers.share(), numbers.share());
        LonLat::new(
            bounds.min.lon + (bounds.max.lon - bounds.min.lon) * x,
            bounds.min.lat + (bounds.max.lat - bounds.min.lat) * y,
        )
    };
    let options = SnapOptions {
        limit: Metres(2_000.0),
        min_component_nodes: 0,
    };
    (0..PLACES * 50)
        .filter_map(|_| network.snap(place(), &options))
        .take(PLACES)
        .collect()
}
