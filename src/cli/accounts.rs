//! `rondo accounts`: import, check and export the account list.

use std::ffi::OsStr;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use chrono::Utc;

use super::import_report::show;
use crate::accounts::ImportOptions;
use crate::accounts::export::{to_csv_in, to_geojson};
use crate::accounts::export_files::{to_flatgeobuf, to_geopackage, to_shapefile};
use crate::crs::Crs;
use crate::planner::geocode::Geocoder;
use crate::planner::intake::{self, Surroundings};
use crate::planner::{Region, Settings};
use crate::store::{SqliteStore, Store as _};
use crate::units::Metres;
use crate::vector::shapefile;

/// What `accounts` is told.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Store the good rows of a CSV, GeoJSON, FlatGeobuf, GeoPackage or Shapefile and report the others; by id, so that the
    /// same file again changes nothing.
    Import(ImportArgs),
    /// Report on a file without storing anything.
    Check(FileArgs),
    /// Write all accounts to standard output or a file.
    Export(ExportArgs),
}

#[derive(Debug, clap::Args)]
struct FileArgs {
    /// The file. Beside a .shp its .dbf, .prj and .cpg are read; all of them may also stand in one .zip.
    file: PathBuf,
    /// Table of a GeoPackage, or Shapefile of an archive, that has several; else the only one, or `accounts`.
    #[arg(long, value_name = "NAME")]
    table: Option<String>,
    /// Reference system of the coordinates, such as EPSG:3857; else as the file says, else WGS 84.
    #[arg(long, value_name = "EPSG:n")]
    crs: Option<Crs>,
    /// Prepared region: tells stray coordinates, and finds addresses of rows that have none.
    #[arg(long, value_name = "REGION.rondo")]
    region: Option<PathBuf>,
    /// Report as JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
struct ImportArgs {
    #[command(flatten)]
    file: FileArgs,
    /// Store file; made when it is not there.
    #[arg(long, value_name = "FILE", default_value = "rondo.db")]
    store: PathBuf,
}

#[derive(Debug, clap::Args)]
struct ExportArgs {
    /// Store file.
    #[arg(long, value_name = "FILE", default_value = "rondo.db")]
    store: PathBuf,
    /// Format.
    #[arg(long, default_value = "csv", value_parser = FORMATS)]
    format: String,
    /// Reference system of the coordinates. Shapefile, GeoPackage, FlatGeobuf and GeoJSON say which; for CSV name it at the
    /// import too.
    #[arg(long, value_name = "EPSG:n", default_value_t)]
    crs: Crs,
    /// File to write; else standard output.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Formats of exports; a Shapefile is a ZIP archive.
const FORMATS: [&str; 5] = ["csv", "geojson", "flatgeobuf", "geopackage", "shapefile"];

/// Does what was asked for.
///
/// # Errors
/// When a file or the store cannot be read or written. Defects of rows are no failure.
pub fn run(args: &Args) -> anyhow::Result<()> {
    match &args.command {
        Command::Import(args) => import(args),
        Command::Check(args) => check(args),
        Command::Export(args) => export(args),
    }
}

fn import(args: &ImportArgs) -> anyhow::Result<()> {
    let given = Given::read(&args.file)?;
    let store = SqliteStore::open(&args.store)?;
    let reps = store.reps()?;
    let options = ImportOptions {
        reps: (!reps.is_empty()).then(|| reps.into_iter().map(|r| r.id).collect()),
        ..given.options.clone()
    };
    let now = Utc::now();
    let report = intake::take_in(&store, &given.bytes, &options, given.map().as_ref(), now)
        .with_context(|| format!("cannot import {}", args.file.file.display()))?;
    show(&report, args.file.json)
}

fn check(args: &FileArgs) -> anyhow::Result<()> {
    let given = Given::read(args)?;
    let report = intake::check(&given.bytes, &given.options, given.map().as_ref())
        .with_context(|| format!("cannot read {}", args.file.display()))?;
    show(&report, args.json)
}

/// A file with all that is needed to read it.
struct Given {
    bytes: Vec<u8>,
    options: ImportOptions,
    /// A region with what finds its addresses.
    region: Option<(Region, Geocoder)>,
}

impl Given {
    fn read(args: &FileArgs) -> anyhow::Result<Self> {
        let region = args.region.as_deref().map(Region::load).transpose()?;
        Ok(Self {
            bytes: read_features(&args.file)?,
            options: ImportOptions {
                file: file_name(&args.file),
                crs: args.crs,
                table: args.table.clone(),
                region: region.as_ref().map(|r| r.meta.bounds),
                today: Some(Utc::now().date_naive()),
                ..ImportOptions::default()
            },
            region: region.map(|region| {
                let geocoder = Geocoder::build(&region.places);
                (region, geocoder)
            }),
        })
    }

    fn map(&self) -> Option<Surroundings<'_>> {
        let (region, geocoder) = self.region.as_ref()?;
        let limit = Metres(Settings::default().snap_limit_m);
        Some(Surroundings::of(region, geocoder, limit))
    }
}

/// The bytes of a file, with its name in the error.
pub(super) fn read_file(path: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

/// The bytes of a file; those of a .shp with what stands beside it, as one archive.
pub(super) fn read_features(path: &Path) -> anyhow::Result<Vec<u8>> {
    let is_shp = |ending: &OsStr| ending.eq_ignore_ascii_case("shp");
    if !path.extension().is_some_and(is_shp) {
        return read_file(path);
    }
    let mut parts = vec![("file.shp".to_owned(), read_file(path)?)];
    for ending in ["dbf", "prj", "cpg"] {
        let beside = [ending.to_owned(), ending.to_uppercase()].map(|e| path.with_extension(e));
        if let Some(found) = beside.iter().find(|beside| beside.exists()) {
            parts.push((format!("file.{ending}"), read_file(found)?));
        }
    }
    Ok(shapefile::bundle(&parts)?)
}

/// The name of a file without its folders, for reports.
pub(super) fn file_name(path: &Path) -> String {
    path.file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}

fn export(args: &ExportArgs) -> anyhow::Result<()> {
    let accounts = open(&args.store)?.accounts()?;
    let (list, crs) = (&accounts[..], args.crs);
    let bytes = match args.format.as_str() {
        "geojson" => to_geojson(list, crs),
        "flatgeobuf" => to_flatgeobuf(list, crs),
        "geopackage" => to_geopackage(list, crs),
        "shapefile" => to_shapefile(list, crs),
        _ => to_csv_in(list, crs),
    }?;
    hand_out(args.output.as_deref(), &bytes)
}

/// An existing store.
pub(super) fn open(path: &Path) -> anyhow::Result<SqliteStore> {
    anyhow::ensure!(path.exists(), "there is no store {}", path.display());
    Ok(SqliteStore::open(path)?)
}

/// Writes a file, or to standard output without one.
pub(super) fn hand_out(output: Option<&Path>, bytes: &[u8]) -> anyhow::Result<()> {
    match output {
        Some(path) => {
            std::fs::write(path, bytes).with_context(|| format!("cannot write {}", path.display()))
        }
        None => Ok(io::stdout().write_all(bytes)?),
    }
}
