//! `rondo table`: times and lengths between places, as JSON.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use serde::{Deserialize, Serialize};

use super::driving::Driving;
use crate::geometry::LonLat;
use crate::network::Snap;
use crate::routing::{Router, TravelMatrix};

/// Arguments of `rondo table`.
#[derive(Clone, Debug, clap::Args)]
pub struct TableArgs {
    /// CSV with columns lon, lat and, if wanted, id: the places to start from.
    #[arg(long, value_name = "FILE.csv")]
    pub from: PathBuf,
    /// The same for the places to go to; else those to start from.
    #[arg(long, value_name = "FILE.csv")]
    pub to: Option<PathBuf>,
    /// How to drive.
    #[command(flatten)]
    pub driving: Driving,
}

#[derive(Deserialize)]
struct PlaceRow {
    id: Option<String>,
    lon: f64,
    lat: f64,
}

/// A place of the table.
#[derive(Serialize)]
struct Place {
    id: String,
    lon: f64,
    lat: f64,
    /// Metres to its road; `null` when none is near enough. Its cells are then `null` too.
    snap_m: Option<f64>,
    #[serde(skip)]
    snap: Option<Snap>,
}

/// What is printed.
#[derive(Serialize)]
struct Table<'a> {
    from: &'a [Place],
    to: &'a [Place],
    /// Row by row; `null` where there is no way.
    durations_s: Vec<Vec<Option<f64>>>,
    distances_m: Vec<Vec<Option<f64>>>,
}

/// Works out the table and prints it.
///
/// # Errors
/// When a file cannot be read or makes no sense.
pub fn run(args: &TableArgs) -> anyhow::Result<()> {
    let router = args.driving.router(false)?;
    let from = places(&args.from, &args.driving, &router)?;
    let other = match &args.to {
        Some(file) => Some(places(file, &args.driving, &router)?),
        None => None,
    };
    let to = other.as_deref().unwrap_or(&from);
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    serde_json::to_writer(&mut out, &table(&router, &from, to))?;
    writeln!(out)?;
    out.flush()?;
    Ok(())
}

fn table<'a>(router: &Router, from: &'a [Place], to: &'a [Place]) -> Table<'a> {
    let snaps = |places: &[Place]| places.iter().filter_map(|p| p.snap).collect::<Vec<_>>();
    let matrix = router.matrix(&snaps(from), &snaps(to));
    let seconds = |m: &TravelMatrix, i, j| m.time(i, j).map(|t| round(t.as_secs_f64(), 1e3));
    let metres = |m: &TravelMatrix, i, j| m.length(i, j).map(|l| round(l.0, 10.0));
    Table {
        durations_s: spread(from, to, |i, j| seconds(&matrix, i, j)),
        distances_m: spread(from, to, |i, j| metres(&matrix, i, j)),
        from,
        to,
    }
}

/// Cells of all places from a function of those that are on the roads.
fn spread(
    from: &[Place],
    to: &[Place],
    cell: impl Fn(usize, usize) -> Option<f64>,
) -> Vec<Vec<Option<f64>>> {
    let numbers = |places: &[Place]| {
        let mut next = 0..;
        let number = |place: &Place| place.snap.and_then(|_| next.next());
        places.iter().map(number).collect::<Vec<Option<usize>>>()
    };
    let columns = numbers(to);
    let row = |i: Option<usize>| {
        let cells = columns
            .iter()
            .map(|j| i.zip(*j).and_then(|(i, j)| cell(i, j)));
        cells.collect()
    };
    numbers(from).into_iter().map(row).collect()
}

fn round(x: f64, per: f64) -> f64 {
    (x * per).round() / per
}

fn places(file: &Path, driving: &Driving, router: &Router) -> anyhow::Result<Vec<Place>> {
    let name = file.display();
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_path(file)
        .with_context(|| format!("{name}"))?;
    let mut places = Vec::new();
    for (i, row) in reader.deserialize().enumerate() {
        let row: PlaceRow = row.with_context(|| format!("{name}, line {}", i + 2))?;
        let Some(at) = LonLat::checked(row.lon, row.lat) else {
            bail!("{name}, line {}: the place is not on the globe", i + 2);
        };
        let snap = driving.snap(router, at);
        places.push(Place {
            id: row.id.unwrap_or_else(|| (i + 1).to_string()),
            lon: row.lon,
            lat: row.lat,
            snap_m: snap.map(|snap| round(snap.distance.0, 10.0)),
            snap,
        });
    }
    Ok(places)
}
