#![doc = include_str!("ARCHITECTURE.md")]

pub mod accounts;
pub mod api;
pub mod basemap;
pub mod cli;
pub mod coverage;
pub mod crs;
pub mod export;
pub mod geojson;
pub mod geometry;
pub mod network;
pub mod ogc;
pub mod osm;
pub mod osrm;
pub mod planner;
pub mod polyline;
pub mod routing;
pub mod store;
#[doc(hidden)]
pub mod testkit;
pub mod tours;
pub mod units;
pub mod vector;
pub mod vroom;
