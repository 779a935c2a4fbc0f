//! What the road engine takes on this machine: `cargo run --release --example roads_marks -- EXTRACT.osm.pbf ...`
//!
//! Prints one line per extract. Times are those of one thread (start it with `RAYON_NUM_THREADS=1`), as the processor
//! counts them where the system tells, so that a busy machine does not spoil them.

#![expect(clippy::print_stdout, reason = "printing is what it is for")]

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rondo::geometry::{Bounds, LonLat};
use rondo::network::{Network, Snap, SnapOptions};
use rondo::osm::{ReadOptions, car::CarModel, read};
use rondo::routing::{Direction, Hierarchy, Router};
use rondo::units::Millis;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!(
        "extract arcs shortcuts triangles height | order_s weigh_ms route_us table_100_ms table_1000_ms \
         reach_15_min_ms reach_whole_ms"
    );
    for file in std::env::args().skip(1) {
        marks(Path::new(&file))?;
    }
    Ok(())
}

fn marks(file: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let extract = read(file, &ReadOptions::default())?;
    let (network, _) = Network::build(&CarModel::default().judge(&extract));
    drop(extract);
    let (order, hierarchy) = timed(|| Hierarchy::build(&network));
    let (weigh, _) = timed(|| (0..5).map(|_| hierarchy.weigh(&network)).sum::<usize>());
    let head = format!(
        "{} {} {} {} {}",
        file.file_name().unwrap_or_default().to_string_lossy(),
        network.arc_count(),
        hierarchy.shortcuts(),
        hierarchy.triangles(),
        hierarchy.height()
    );
    let places = places(&network, 3_000);
    let router = Router::with_hierarchy(Arc::new(network), Arc::new(hierarchy));
    let mut query = router.query();
    std::hint::black_box(router.route(&mut query, &places[0], &places[1]));
    let (routes, _) = timed(|| {
        let pairs = places.iter().zip(places.iter().rev());
        pairs
            .filter_map(|(a, b)| router.route(&mut query, a, b))
            .count()
    });
    let table = |count: usize, times: u32| {
        let (time, _) = timed(|| {
            (0..times)
                .map(|_| {
                    router
                        .matrix(&places[..count], &places[count..2 * count])
                        .rows()
                })
                .sum::<usize>()
        });
        time / times
    };
    let (small, large) = (table(100, 20), table(1_000, 3));
    let mut reach = |limit: Millis| {
        let origin = &places[..1];
        std::hint::black_box(router.reach(&mut query, origin, limit, Direction::From));
        let (time, _) = timed(|| {
            (0..30)
                .map(|i| {
                    let origin = &places[i..=i];
                    router
                        .reach(&mut query, origin, limit, Direction::From)
                        .edges
                        .len()
                })
                .sum::<usize>()
        });
        time / 30
    };
    let (near, whole) = (reach(Millis::from_minutes(15)), reach(Millis(i64::MAX)));
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    println!(
        "{head} | {:.2} {:.1} {:.1} {:.2} {:.1} {:.2} {:.2}",
        order.as_secs_f64(),
        ms(weigh) / 5.0,
        ms(routes) * 1e3 / places.len() as f64,
        ms(small),
        ms(large),
        ms(near),
        ms(whole)
    );
    Ok(())
}

/// Processor time where the system tells it, else time on the wall.
fn timed<R>(work: impl FnOnce() -> R) -> (Duration, R) {
    let (wall, before) = (Instant::now(), processor());
    let result = std::hint::black_box(work());
    let time = processor().zip(before).map_or_else(
        || wall.elapsed(),
        |(after, before)| after.saturating_sub(before),
    );
    (time, result)
}

/// Processor time of all threads so far (Linux).
fn processor() -> Option<Duration> {
    let tasks = std::fs::read_dir("/proc/self/task").ok()?;
    let nanos = tasks.filter_map(|task| {
        let stat = std::fs::read_to_string(task.ok()?.path().join("schedstat")).ok()?;
        stat.split_whitespace().next()?.parse::<u64>().ok()
    });
    Some(Duration::from_nanos(nanos.sum()))
}

/// Places strewn over the roads by a fixed rule.
fn places(network: &Network, count: usize) -> Vec<Snap> {
    let bounds: Bounds = network.bounds().expect("there are roads");
    let mut state = 42_u64;
    let mut draw = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    let (west, east) = (bounds.min.lon, bounds.max.lon);
    let (south, north) = (bounds.min.lat, bounds.max.lat);
    std::iter::repeat_with(|| {
        LonLat::new(
            west + (east - west) * draw(),
            south + (north - south) * draw(),
        )
    })
    .filter_map(|at| network.snap(at, &SnapOptions::default()))
    .take(count)
    .collect()
}
