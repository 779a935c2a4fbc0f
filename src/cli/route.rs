//! `rondo route`: one route as GeoJSON, or many as CSV.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use serde_json::json;

use crate::geometry::LonLat;
use crate::network::{Network, Snap, SnapOptions};
use crate::planner::Region;
use crate::routing::{Query, Route, Router};
use crate::units::Metres;

/// Arguments of `rondo route`.
#[derive(Clone, Debug, clap::Args)]
pub struct RouteArgs {
    /// Region file, made by `rondo prepare`.
    #[arg(long)]
    pub region: PathBuf,
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
    /// Farthest that a place may lie from a road, in metres.
    #[arg(long, default_value_t = 500.0)]
    pub snap_limit: f64,
}

fn place(text: &str) -> Result<LonLat, String> {
    let wrong = || "expected longitude,latitude in degrees, such as 14.51,35.9".to_owned();
    let (lon, lat) = text.split_once(',').ok_or_else(wrong)?;
    let number = |text: &str| text.trim().parse().map_err(|_| wrong());
    LonLat::checked(number(lon)?, number(lat)?).ok_or_else(wrong)
}

/// Routes and prints.
///
/// # Errors
/// When the region cannot be loaded, a place is off the network, there is no route, or the pairs cannot be read.
pub fn run(args: &RouteArgs) -> anyhow::Result<()> {
    let region = Region::load(&args.region)?;
    let router = region.router();
    let options = SnapOptions {
        limit: Metres(args.snap_limit),
        ..SnapOptions::default()
    };
    match (&args.pairs, args.from, args.to) {
        (Some(pairs), _, _) => many(&router, pairs, &options),
        (None, Some(from), Some(to)) => one(&router, from, to, &options),
        _ => bail!("give --from and --to, or --pairs"),
    }
}

fn one(router: &Router, from: LonLat, to: LonLat, options: &SnapOptions) -> anyhow::Result<()> {
    let network = router.network();
    let snap = |at: LonLat| -> anyhow::Result<Snap> {
        network.snap(at, options).with_context(|| {
            let limit = options.limit.0;
            format!(
                "{},{} is off the network: no road within {limit} m",
                at.lon, at.lat
            )
        })
    };
    let (start, end) = (snap(from)?, snap(to)?);
    let route = router
        .route(&mut router.query(), &start, &end)
        .context("there is no route between these places")?;
    let mut out = std::io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, &feature(network, &route, &start, &end))?;
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

fn many(router: &Router, pairs: &Path, options: &SnapOptions) -> anyhow::Result<()> {
    let pairs = read_pairs(pairs)?;
    let mut query = router.query();
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    writeln!(out, "duration_s,distance_m")?;
    for (from, to) in pairs {
        match route_between(router, &mut query, from, to, options) {
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
    options: &SnapOptions,
) -> Option<Route> {
    let from = router.network().snap(from, options)?;
    let to = router.network().snap(to, options)?;
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

#[cfg(test)]
mod tests {
    use super::place;

    #[test]
    fn places_are_longitude_first() {
        let p = place("14.5, 35.9").unwrap();
        assert!((p.lon - 14.5).abs() < 1e-12 && (p.lat - 35.9).abs() < 1e-12);
        assert!(place("35.9").is_err() && place("14.5,95").is_err() && place("a,b").is_err());
    }
}
