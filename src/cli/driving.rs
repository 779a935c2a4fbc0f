//! How to drive, as the road subcommands are told.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;

use crate::geojson::areas;
use crate::geometry::LonLat;
use crate::network::{Slot, Snap, SnapOptions};
use crate::planner::Region;
use crate::routing::{Exclusion, MetricError, MetricSpec, Router, SegmentSpeeds};
use crate::units::Metres;

/// What differs from the region's ordinary way of driving.
#[derive(Clone, Debug, clap::Args)]
pub struct Driving {
    /// Region file, made by `rondo prepare`.
    #[arg(long)]
    pub region: PathBuf,
    /// Kinds of road to leave out: toll, ferry, motorway; separated by commas.
    #[arg(long, value_name = "KINDS", value_delimiter = ',', value_parser = exclusion)]
    pub exclude: Vec<Exclusion>,
    /// Areas to avoid: polygons in GeoJSON.
    #[arg(long, value_name = "FILE.geojson")]
    pub avoid: Option<PathBuf>,
    /// Speeds of road segments: CSV without heading of OSM node from, OSM node to, km/h.
    #[arg(long, value_name = "FILE.csv")]
    pub speeds: Option<PathBuf>,
    /// Part of the day whose conditional access, speeds and turns hold: 07-09, 09-16, 16-19 or night.
    #[arg(long, value_parser = slot)]
    pub slot: Option<Slot>,
    /// Farthest that a place may lie from a road, in metres.
    #[arg(long, value_name = "METRES", default_value_t = 500.0)]
    pub snap_limit: f64,
}

fn exclusion(text: &str) -> Result<Exclusion, MetricError> {
    Exclusion::parse(text.trim())
}

fn slot(text: &str) -> Result<Slot, String> {
    let known = Slot::ALL.into_iter().find(|slot| slot.name() == text);
    known.ok_or_else(|| format!("one of: {}", Slot::ALL.map(Slot::name).join(", ")))
}

impl Driving {
    /// The router of the region that drives so; by length instead of time when `by_length`.
    ///
    /// # Errors
    /// When a file cannot be read or makes no sense.
    pub fn router(&self, by_length: bool) -> anyhow::Result<Router> {
        let region = Region::load(&self.region)?;
        let spec = MetricSpec {
            exclude: self.exclude.iter().copied().collect(),
            avoid: match &self.avoid {
                Some(file) => read_areas(file)?,
                None => Vec::new(),
            },
            speeds: match &self.speeds {
                Some(file) => Some(Arc::new(read_speeds(file)?)),
                None => None,
            },
            slot: self.slot,
            by_length,
        };
        Ok(region.router().metric(&spec)?)
    }

    /// Where a place meets the roads of `router`.
    #[must_use]
    pub fn snap(&self, router: &Router, at: LonLat) -> Option<Snap> {
        let options = SnapOptions {
            limit: Metres(self.snap_limit),
            ..SnapOptions::default()
        };
        router.network().snap(at, &options)
    }

    /// The same where there is no going on without it.
    ///
    /// # Errors
    /// When no road is near enough.
    pub fn must_snap(&self, router: &Router, at: LonLat) -> anyhow::Result<Snap> {
        self.snap(router, at).with_context(|| {
            let limit = self.snap_limit;
            format!(
                "{},{} is off the network: no road within {limit} m",
                at.lon, at.lat
            )
        })
    }
}

/// A place on the command line.
///
/// # Errors
/// In words, when it is none.
pub fn place(text: &str) -> Result<LonLat, String> {
    let wrong = || "expected longitude,latitude in degrees, such as 14.51,35.9".to_owned();
    let (lon, lat) = text.split_once(',').ok_or_else(wrong)?;
    let number = |text: &str| text.trim().parse().map_err(|_| wrong());
    LonLat::checked(number(lon)?, number(lat)?).ok_or_else(wrong)
}

fn open(file: &Path) -> anyhow::Result<BufReader<File>> {
    let opened = File::open(file).with_context(|| format!("{}", file.display()))?;
    Ok(BufReader::new(opened))
}

fn read_areas(file: &Path) -> anyhow::Result<Vec<geo::Polygon>> {
    let name = file.display();
    let json = serde_json::from_reader(open(file)?).with_context(|| format!("{name}"))?;
    areas::read(&json).map_err(|problem| anyhow::anyhow!("{name}: {problem}"))
}

fn read_speeds(file: &Path) -> anyhow::Result<SegmentSpeeds> {
    SegmentSpeeds::read(open(file)?).with_context(|| format!("{}", file.display()))
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
