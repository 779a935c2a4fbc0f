//! `rondo isochrone`: what can be reached, as GeoJSON.

use std::io::Write as _;

use anyhow::ensure;

use super::driving::{Driving, place};
use crate::geojson::Collection;
use crate::geojson::coverage::{reach, reach_by_length};
use crate::geometry::LonLat;
use crate::planner::isochrone::isochrones;
use crate::routing::Direction;
use crate::units::Millis;

/// Longest limits that are drawn.
const MOST_MINUTES: f64 = 24.0 * 60.0;
const MOST_METRES: f64 = 1e6;

/// Arguments of `rondo isochrone`.
#[derive(Clone, Debug, clap::Args)]
pub struct IsochroneArgs {
    /// Place to set out from, longitude,latitude in degrees; of several the nearest counts.
    #[arg(long = "at", value_name = "LON,LAT", value_parser = place, allow_hyphen_values = true, required = true)]
    pub origins: Vec<LonLat>,
    /// Limits in minutes of driving, separated by commas; 10,20,30 without any limit.
    #[arg(long, value_delimiter = ',', conflicts_with = "metres")]
    pub minutes: Vec<f64>,
    /// Limits in metres on the road instead.
    #[arg(long, value_delimiter = ',')]
    pub metres: Vec<f64>,
    /// From where the place is reached, rather than what is reached from there.
    #[arg(long)]
    pub towards: bool,
    /// How to drive.
    #[command(flatten)]
    pub driving: Driving,
}

/// Works out the areas and prints them, the largest first so that smaller ones are drawn over it.
///
/// # Errors
/// When a file cannot be read or makes no sense, or a place is off the roads.
pub fn run(args: &IsochroneArgs) -> anyhow::Result<()> {
    let by_length = !args.metres.is_empty();
    let limits = limits(args, by_length)?;
    let router = args.driving.router(by_length)?;
    let origins = args
        .origins
        .iter()
        .map(|at| args.driving.must_snap(&router, *at))
        .collect::<anyhow::Result<Vec<_>>>()?;
    let direction = if args.towards {
        Direction::Towards
    } else {
        Direction::From
    };
    let found = isochrones(&router, &origins, &limits, direction);
    let feature = if by_length { reach_by_length } else { reach };
    let areas = found.areas.iter().rev().map(|area| feature(area, None));
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    serde_json::to_writer(&mut out, &Collection::new(areas.collect(), None))?;
    writeln!(out)?;
    out.flush()?;
    Ok(())
}

/// Minutes as milliseconds, metres as centimetres.
fn limits(args: &IsochroneArgs, by_length: bool) -> anyhow::Result<Vec<Millis>> {
    let usual = [10.0, 20.0, 30.0];
    let (given, unit, most) = if by_length {
        (&args.metres[..], 100.0, MOST_METRES)
    } else if args.minutes.is_empty() {
        (&usual[..], 60_000.0, MOST_MINUTES)
    } else {
        (&args.minutes[..], 60_000.0, MOST_MINUTES)
    };
    ensure!(
        given.iter().all(|limit| (0.0..=most).contains(limit)),
        "a limit is a number from 0 to {most}"
    );
    Ok(given
        .iter()
        .map(|l| Millis((l * unit).round() as i64))
        .collect())
}
