//! The one integration binary: one link, all tests that look at the library from outside.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot unwrap has failed, in helpers too"
)]

mod api;
mod api_book;
mod api_document;
mod api_hostile;
mod api_jobs;
mod api_plans;
mod api_replan;
mod api_socket;
mod arrows;
mod book;
mod crs_cs2cs;
mod demo_days;
mod fuzz_roads;
mod golden_geojson;
mod import_files;
mod malta;
mod ogc;
mod ogc_files;
mod ogc_suites;
mod reach;
mod roads_hierarchy;
mod roads_malta;
mod roads_twins;
mod week;
mod whole_book;
