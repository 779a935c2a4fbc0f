//! `rondo accounts`: import, check and export the account list.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use chrono::Utc;

use super::import_report::show;
use crate::accounts::ImportOptions;
use crate::accounts::export::{to_csv, to_geojson};
use crate::crs::Crs;
use crate::planner::geocode::Geocoder;
use crate::planner::intake::{self, Surroundings};
use crate::planner::{Region, Settings};
use crate::store::{SqliteStore, Store as _};
use crate::units::Metres;

/// What `accounts` is told.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Store the good rows of a CSV or GeoJSON file and report the others; by id, so that the same file again changes
    /// nothing.
    Import(ImportArgs),
    /// Report on a file without storing anything.
    Check(FileArgs),
    /// Write all accounts to standard output or a file.
    Export(ExportArgs),
}

#[derive(Debug, clap::Args)]
struct FileArgs {
    /// The file.
    file: PathBuf,
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
    #[arg(long, default_value = "csv", value_parser = ["csv", "geojson"])]
    format: String,
    /// File to write; else standard output.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

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
            bytes: read_file(&args.file)?,
            options: ImportOptions {
                file: file_name(&args.file),
                crs: args.crs,
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

/// The name of a file without its folders, for reports.
pub(super) fn file_name(path: &Path) -> String {
    path.file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}

fn export(args: &ExportArgs) -> anyhow::Result<()> {
    anyhow::ensure!(
        args.store.exists(),
        "there is no store {}",
        args.store.display()
    );
    let accounts = SqliteStore::open(&args.store)?.accounts()?;
    let bytes = match args.format.as_str() {
        "geojson" => to_geojson(&accounts),
        _ => to_csv(&accounts),
    };
    match &args.output {
        Some(path) => {
            std::fs::write(path, bytes).with_context(|| format!("cannot write {}", path.display()))
        }
        None => Ok(io::stdout().write_all(&bytes)?),
    }
}
