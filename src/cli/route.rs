//! `rondo route`: one route as GeoJSON, or many as CSV.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use serde_json::json;

use super::driving::{Driving, place};
use crate::geometry::LonLat;
use crate::network::{Network, Snap};
use crate::routing::{Query, Route, Router};

/// Arguments of `rondo route`.
#[derive(Clone, Debug, clap::Args)]
pub struct RouteArgs {
    /// Start: longitude,latitude in degrees.
    #[arg(long, value_name = "LON,LAT", value_parser = place, allow_hyphen_values = true, required_unless_present = "pairs")]
    pub from: Option<LonLat>,
    /// Destination: longitude,latitude in degrees.
    #[arg(long, value_name = "LON,LAT", value_parser = place, allow_hyphen_values = true, required_unless_present = "pairs")]
    pub to: Option<LonLat>,
    /// CSV with columns lon1, lat1, lon2, lat2; one line per pair is printed: duration_s, distance_m, empty when there
    /// is no route.
    #[arg(long, value_name = "FILE.csv", conflicts_with_all = ["from", "to"])]
    pub pairs: Option<PathBuf>,
    /// How to drive.
    #[command(flatten)]
    pub driving: Driving,
}

/// Routes and prints.
///
/// # Errors
/// When the region cannot be loaded, a place is off the network, there is no route, or the pairs cannot be read.
pub fn run(args: &RouteArgs) -> anyhow::Result<()> {
    let (driving, router) = (&args.driving, args.driving.router(false)?);
    match (&args.pairs, args.from, args.to) {
        (Some(pairs), _, _) => many(&router, pairs, driving),
        (None, Some(from), Some(to)) => one(&router, from, to, driving),
        _ => bail!("give --from and --to, or --pairs"),
    }
}

fn one(router: &Router, from: LonLat, to: LonLat, driving: &Driving) -> anyhow::Result<()> {
    let start = driving.must_snap(router, from)?;
    let end = driving.must_snap(router, to)?;
    let route = router
        .route(&mut router.query(), &start, &end)
        .context("there is no route between these places")?;
    let mut out = std::io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, &feature(router.network(), &route, &start, &end))?;
    writeln!(out)?;
    Ok(())
}

fn feature(network: &Network, route: &Route, start: &Snap, end: &Snap) -> serde_json::Value {
    let degrees = |x: f64| (x * 1e7).round() / 1e7;
    let mut line = route.line(network);
    if line.len() < 2 {
        line = vec![start.at, end.at];
    }
    let coordinates: Vec<_> = line
        .iter()
        .map(|p| [degrees(p.lon), degrees(p.lat)])
        .collect();
    let names: Vec<&str> = route
        .names(network)
        .into_iter()
        .filter(|name| !name.is_empty())
        .collect();
    json!({
        "type": "Feature",
        "geometry": { "type": "LineString", "coordinates": coordinates },
        "properties": {
            "duration_s": route.time.as_secs_f64(),
            "distance_m": (route.length.0 * 10.0).round() / 10.0,
            "ferry": route.ferry,
            "restricted_entries": route.cost.entries(),
            "names": names,
            "start_snap_m": (start.distance.0 * 10.0).round() / 10.0,
            "end_snap_m": (end.distance.0 * 10.0).round() / 10.0,
        },
    })
}

fn many(router: &Router, pairs: &Path, driving: &Driving) -> anyhow::Result<()> {
    let pairs = read_pairs(pairs)?;
    let mut query = router.query();
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    writeln!(out, "duration_s,distance_m")?;
    for (from, to) in pairs {
        match route_between(router, &mut query, from, to, driving) {
            Some(route) => {
                writeln!(out, "{:.3},{:.3}", route.time.as_secs_f64(), route.length.0)?;
            }
            None => writeln!(out, ",")?,
        }
    }
    out.flush()?;
    Ok(())
}

fn route_between(
    router: &Router,
    query: &mut Query,
    from: LonLat,
    to: LonLat,
    driving: &Driving,
) -> Option<Route> {
    let from = driving.snap(router, from)?;
    let to = driving.snap(router, to)?;
    router.route(query, &from, &to)
}

fn read_pairs(path: &Path) -> anyhow::Result<Vec<(LonLat, LonLat)>> {
    let name = path.display();
    let mut reader = csv::Reader::from_path(path).with_context(|| format!("{name}"))?;
    let mut pairs = Vec::new();
    for (row, record) in reader.deserialize().enumerate() {
        let line = row + 2;
        let [lon1, lat1, lon2, lat2]: [f64; 4] =
            record.with_context(|| format!("{name}, line {line}"))?;
        let (Some(from), Some(to)) = (LonLat::checked(lon1, lat1), LonLat::checked(lon2, lat2))
        else {
            bail!("{name}, line {line}: a coordinate is not on the globe");
        };
        pairs.push((from, to));
    }
    Ok(pairs)
}
