//! What the road engine takes on this machine: `cargo run --release --example roads_marks -- EXTRACT.osm.pbf ...`
//!
//! Prints one JSON object a line and extract; `scripts/bench-roads` makes a table of them. Times are those of one thread
//! (start it with `RAYON_NUM_THREADS=1`), as the processor counts them where the system tells, so that a busy machine does
//! not spoil them.

#![expect(clippy::print_stdout, reason = "printing is what it is for")]

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rondo::geometry::{Bounds, LonLat, along};
use rondo::network::{Network, Snap, SnapOptions};
use rondo::osm::{ReadOptions, car::CarModel, read};
use rondo::planner::isochrone::isochrones;
use rondo::routing::{Direction, Hierarchy, MetricSpec, Router, Stand};
use rondo::units::{Metres, Millis};
use serde_json::{Map, Value, json};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for file in std::env::args().skip(1) {
        println!("{}", Value::Object(marks(Path::new(&file))?));
    }
    Ok(())
}

fn marks(file: &Path) -> Result<Map<String, Value>, Box<dyn std::error::Error>> {
    let mut marks = Map::new();
    let mut note = |name: &str, value: Value| {
        marks.insert(name.to_owned(), value);
    };
    let (reading, network) = timed(|| -> Result<_, rondo::osm::OsmError> {
        let extract = read(file, &ReadOptions::default())?;
        Ok(Network::build(&CarModel::default().judge(&extract)).0)
    });
    let network = network?;
    let (order, hierarchy) = timed(|| Hierarchy::build(&network));
    note(
        "extract",
        json!(file.file_name().unwrap_or_default().to_string_lossy()),
    );
    note("arcs", json!(network.arc_count()));
    note("shortcuts", json!(hierarchy.shortcuts()));
    note("triangles", json!(hierarchy.triangles()));
    note("height", json!(hierarchy.height()));
    note("import_s", json!((reading + order).as_secs_f64()));
    let weigh = mean(5, |_| hierarchy.weigh(&network));
    note("weigh_ms", ms(weigh));

    let places = places(&network, 3_000);
    let router = Router::with_hierarchy(Arc::new(network), Arc::new(hierarchy));
    router.warm();
    let network = router.network();
    let off_road: Vec<LonLat> = places
        .iter()
        .map(|p| LonLat::new(p.at.lon + 3e-4, p.at.lat))
        .collect();
    let nearest = mean(off_road.len(), |i| {
        let found = network.snap_where(off_road[i], 1, Metres(f64::INFINITY), |_| true);
        found.len()
    });
    note("nearest_us", us(nearest));
    let mut query = router.query();
    let stands: Vec<Stand> = places.iter().map(|snap| Stand::of(network, snap)).collect();
    let pair = |i: usize| (&stands[i], &stands[stands.len() - 1 - i]);
    std::hint::black_box(router.route_between(&mut query, pair(0).0, pair(0).1));
    let totals = mean(stands.len(), |i| {
        router.totals_between(&mut query, pair(i).0, pair(i).1)
    });
    note("totals_us", us(totals));
    let route = mean(stands.len(), |i| {
        router.route_between(&mut query, pair(i).0, pair(i).1)
    });
    note("route_us", us(route));
    for (count, times) in [(100, 20), (1_000, 3)] {
        let (from, to) = (&stands[..count], &stands[count..2 * count]);
        let table = mean(times, |_| {
            let table = router.table_between(from.to_vec(), to, false);
            table.rows(0..count, |_, row| row).len()
        });
        note(&format!("table_{count}_ms"), ms(table));
        let table = mean(times, |_| router.matrix_between(from, to));
        note(&format!("table_{count}_with_lengths_ms"), ms(table));
    }
    for (name, limit) in [("reach_15_min_ms", 15), ("reach_60_min_ms", 60)] {
        let limit = Millis::from_minutes(limit);
        std::hint::black_box(router.reach(&mut query, &places[..1], limit, Direction::From));
        let reach = mean(30, |i| {
            router.reach(&mut query, &places[i..=i], limit, Direction::From)
        });
        note(name, ms(reach));
    }
    let isochrone = mean(30, |i| {
        let limits = [Millis::from_minutes(15)];
        isochrones(&router, &places[i..=i], &limits, Direction::From).areas
    });
    note("isochrone_15_min_ms", ms(isochrone));
    let bounds: Bounds = network.bounds().ok_or("there are no roads")?;
    let avoid = |i: usize| {
        // Boxes of some streets each, all different.
        let share = 0.4 + 0.02 * i as f64;
        let corner = |share: f64| -> geo::Coord { along(bounds.min, bounds.max, share).into() };
        let area = geo::Rect::new(corner(share), corner(share + 0.01)).to_polygon();
        MetricSpec {
            avoid: vec![area],
            ..MetricSpec::default()
        }
    };
    std::hint::black_box(router.metric(&avoid(0))?);
    let change = mean(5, |i| router.metric(&avoid(i + 1)).is_ok());
    note("avoid_an_area_ms", ms(change));
    Ok(marks)
}

fn ms(time: Duration) -> Value {
    json!((time.as_secs_f64() * 1e6).round() / 1e3)
}

fn us(time: Duration) -> Value {
    json!((time.as_secs_f64() * 1e8).round() / 1e2)
}

/// What one of `count` runs takes on average.
fn mean<R>(count: usize, mut work: impl FnMut(usize) -> R) -> Duration {
    let (time, ()) = timed(|| {
        for i in 0..count {
            std::hint::black_box(work(i));
        }
    });
    time / u32::try_from(count).unwrap_or(u32::MAX)
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
