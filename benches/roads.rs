//! How long do the roads of a whole country take: to prepare, to load, to snap to, to route on?
//!
//! `cargo bench --bench roads`. Malta, 83,000 directed edges; one thread unless the name says otherwise.

use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use rondo::geometry::LonLat;
use rondo::network::{Network, Snap, SnapOptions};
use rondo::planner::{PrepareOptions, Region};
use rondo::routing::Direction;
use rondo::units::Millis;

const EXTRACT: &str = "data/malta.osm.pbf";

/// Points strewn over the box of Malta by a fixed rule.
fn points(count: usize) -> Vec<LonLat> {
    let mut state = 7_u64;
    let mut draw = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    (0..count)
        .map(|_| LonLat::new(14.34 + 0.22 * draw(), 35.82 + 0.14 * draw()))
        .collect()
}

fn snaps(network: &Network, count: usize) -> Vec<Snap> {
    points(count * 4)
        .into_iter()
        .filter_map(|at| network.snap(at, &SnapOptions::default()))
        .take(count)
        .collect()
}

fn prepare(c: &mut Criterion) {
    let mut group = c.benchmark_group("roads");
    group.sample_size(10);
    let prepare = || Region::prepare(Path::new(EXTRACT), &PrepareOptions::default(), &|_| {});
    group.bench_function("prepare_malta", |b| b.iter(prepare));
    let region = prepare().expect("the extract of the repository is sound");
    let bytes = region.network.to_bytes();
    group.bench_function("network_from_bytes_malta", |b| {
        b.iter(|| Network::from_bytes(black_box(&bytes)));
    });
    group.finish();
}

fn queries(c: &mut Criterion) {
    let region = Region::prepare(Path::new(EXTRACT), &PrepareOptions::default(), &|_| {})
        .expect("the extract of the repository is sound");
    let network = Arc::clone(&region.network);
    let router = region.router();
    let mut reference = router.reference();
    let places = snaps(&network, 400);
    let mut query = router.query();

    let mut points = points(1_000).into_iter().cycle();
    c.bench_function("snap_malta", |b| {
        b.iter_batched(
            || points.next(),
            |at| at.map(|at| network.snap(at, &SnapOptions::default())),
            BatchSize::SmallInput,
        );
    });
    let mut pairs = (0..places.len()).cycle();
    let mut pair = || {
        let i = pairs.next().unwrap_or(0);
        (places[i], places[(i * 7 + 13) % places.len()])
    };
    c.bench_function("route_malta", |b| {
        b.iter_batched(
            &mut pair,
            |(from, to)| router.route(&mut query, &from, &to),
            BatchSize::SmallInput,
        );
    });
    c.bench_function("route_malta_reference_bidirectional", |b| {
        b.iter_batched(
            &mut pair,
            |(from, to)| reference.route_bidirectional(&from, &to),
            BatchSize::SmallInput,
        );
    });
    let mut group = c.benchmark_group("many");
    group.sample_size(10);
    group.bench_function("matrix_malta_100x100_all_threads", |b| {
        b.iter(|| router.matrix(&places[..100], &places[..100]));
    });
    group.bench_function("reach_malta_20_min", |b| {
        let limit = Millis::from_minutes(20);
        b.iter(|| router.reach(&mut query, &places[..1], limit, Direction::From));
    });
    group.finish();
}

criterion_group!(benches, prepare, queries);
criterion_main!(benches);
