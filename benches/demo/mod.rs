//! The demo on the whole of Malta, as the benches that plan need it.

use std::path::Path;
use std::sync::Arc;

use chrono::NaiveDate;
use rondo::planner::{Ground, Planner, PrepareOptions, Region, Settings, demo};
use rondo::store::SqliteStore;

/// The demo's Monday.
pub fn monday() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 23).expect("a date")
}

/// Malta with the demo's accounts, reps, visits and appointments.
pub fn planner() -> Planner {
    let extract = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/malta.osm.pbf");
    let region = Region::prepare(&extract, &PrepareOptions::default(), &|_| {})
        .expect("the extract in data/ is sound");
    let store = SqliteStore::in_memory().expect("memory suffices");
    demo::load(
        &store,
        &demo::DemoFiles::committed(),
        monday(),
        &region.places,
        Some(region.meta.bounds),
    )
    .expect("the demo files are sound");
    Planner::new(Ground::of(&region), Arc::new(store), Settings::default())
}
