//! How long does a rep's day take, from the question to the checked answer? The demo's reps on Malta, about 110 accounts
//! each.

use criterion::{Criterion, criterion_group, criterion_main};
use rondo::planner::DayRequest;

mod demo;

fn day_plan(c: &mut Criterion) {
    let planner = demo::planner();
    let mut group = c.benchmark_group("day_plan");
    group.sample_size(10);
    for rep in planner.store.reps().expect("the store reads") {
        let request = DayRequest::new(rep.id.clone(), demo::monday());
        group.bench_function(rep.id.0, |b| {
            b.iter(|| planner.plan_day(&request).expect("the day can be planned"));
        });
    }
    group.finish();
}

criterion_group!(benches, day_plan);
criterion_main!(benches);
