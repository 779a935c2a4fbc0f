//! How long do order, weights, a route, a table and reach take on Malta?

use std::path::Path;
use std::sync::Arc;

use criterion::{Criterion, criterion_group, criterion_main};
use rondo::geometry::LonLat;
use rondo::network::{Network, Snap, SnapOptions};
use rondo::osm::{ReadOptions, car::CarModel, read};
use rondo::routing::{Direction, Hierarchy, Router};
use rondo::units::Millis;

fn places(network: &Network, count: usize) -> Vec<Snap> {
    (0..)
        .map(|i| {
            let (a, b) = (f64::from(i) * 0.618_034, f64::from(i) * 0.754_878);
            LonLat::new(14.33 + 0.23 * a.fract(), 35.82 + 0.15 * b.fract())
        })
        .filter_map(|at| network.snap(at, &SnapOptions::default()))
        .take(count)
        .collect()
}

fn malta(c: &mut Criterion) {
    let file = Path::new("data/malta.osm.pbf");
    let extract = read(file, &ReadOptions::default()).expect("the extract is in the repository");
    let network = Network::build(&CarModel::default().judge(&extract)).0;
    let mut group = c.benchmark_group("roads of Malta");
    group.sample_size(10);
    group.bench_function("order", |b| b.iter(|| Hierarchy::build(&network)));
    let hierarchy = Hierarchy::build(&network);
    group.bench_function("weigh", |b| b.iter(|| hierarchy.weigh(&network)));
    let places = places(&network, 1_000);
    let router = Router::with_hierarchy(Arc::new(network), Arc::new(hierarchy));
    let mut query = router.query();
    let mut pairs = places.iter().zip(places.iter().rev()).cycle();
    group.bench_function("route", |b| {
        b.iter(|| {
            let (from, to) = pairs.next()?;
            router.route(&mut query, from, to)
        });
    });
    for count in [100, 1_000] {
        let some = &places[..count];
        group.bench_function(format!("table {count} x {count}"), |b| {
            b.iter(|| router.matrix(some, some));
        });
    }
    let mut origins = places.iter().cycle();
    group.bench_function("reach 15 min", |b| {
        b.iter(|| {
            let origin = origins.next()?;
            let limit = Millis::from_minutes(15);
            Some(router.reach(
                &mut query,
                std::slice::from_ref(origin),
                limit,
                Direction::From,
            ))
        });
    });
    group.finish();
}

criterion_group!(benches, malta);
criterion_main!(benches);
