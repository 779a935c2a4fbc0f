//! How long does a coverage answer take over 900 accounts and 8 reps, first and again, and how long do reach polygons?

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use rondo::geometry::LonLat;
use rondo::planner::{CoverageRequest, Direction, Planner};
use std::sync::Arc;

mod demo;

fn coverage(c: &mut Criterion) {
    let planner = demo::planner();
    let request = CoverageRequest::on(demo::monday());
    let mut group = c.benchmark_group("coverage");
    group.sample_size(10);
    let fresh = || {
        Planner::new(
            planner.ground.clone(),
            Arc::clone(&planner.store),
            planner.settings.clone(),
        )
    };
    group.bench_function("first", |b| {
        b.iter_batched(
            fresh,
            |planner| planner.coverage(&request).expect("the store reads"),
            BatchSize::PerIteration,
        );
    });
    group.bench_function("again", |b| {
        b.iter(|| planner.coverage(&request).expect("the store reads"));
    });
    let mosta = LonLat::new(14.4255, 35.9097);
    for minutes in [vec![45], vec![10, 20, 30, 45]] {
        let name = format!("reach_{}", minutes.len());
        group.bench_function(name, |b| {
            b.iter(|| planner.isochrones(&[mosta], &minutes, Direction::From));
        });
    }
    group.finish();
}

criterion_group!(benches, coverage);
criterion_main!(benches);
