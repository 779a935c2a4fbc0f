//! `rondo areas`: import and export territories and other areas.

use std::path::PathBuf;

use anyhow::Context as _;
use chrono::Utc;

use super::accounts::{file_name, hand_out, open, read_features};
use super::import_report::show;
use crate::accounts::ImportOptions;
use crate::accounts::areas::export::{
    to_csv, to_flatgeobuf, to_geojson, to_geopackage, to_shapefile,
};
use crate::accounts::areas::import_areas;
use crate::crs::Crs;
use crate::store::{Changes, SqliteStore, Store as _};

/// What `areas` is told.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Store the good areas of a GeoJSON, CSV, FlatGeobuf, GeoPackage or Shapefile and report the others; an area takes the
    /// place of the one with its id.
    Import(ImportArgs),
    /// Write all areas to standard output or a file.
    Export(ExportArgs),
    /// Remove areas.
    Remove(RemoveArgs),
}

#[derive(Debug, clap::Args)]
struct ImportArgs {
    /// The file, with polygons and columns id, name, kind, rep. In CSV the polygons stand as WKT in a column wkt. Beside a .shp
    /// its .dbf, .prj and .cpg are read; all of them may also stand in one .zip.
    file: PathBuf,
    /// Table of a GeoPackage, or Shapefile of an archive, that has several; else the only one, or `areas`.
    #[arg(long, value_name = "NAME")]
    table: Option<String>,
    /// Reference system of the coordinates, such as EPSG:3857; else as the file says, else WGS 84.
    #[arg(long, value_name = "EPSG:n")]
    crs: Option<Crs>,
    /// Store file; made when it is not there.
    #[arg(long, value_name = "FILE", default_value = "rondo.db")]
    store: PathBuf,
    /// Report as JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
struct ExportArgs {
    /// Store file.
    #[arg(long, value_name = "FILE", default_value = "rondo.db")]
    store: PathBuf,
    /// Format; a Shapefile comes as a ZIP archive.
    #[arg(long, default_value = "geojson", value_parser = ["geojson", "csv", "flatgeobuf", "geopackage", "shapefile"])]
    format: String,
    /// Reference system of the coordinates; the file says which.
    #[arg(long, value_name = "EPSG:n", default_value_t)]
    crs: Crs,
    /// File to write; else standard output.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
struct RemoveArgs {
    /// Ids.
    #[arg(required = true)]
    ids: Vec<String>,
    /// Store file.
    #[arg(long, value_name = "FILE", default_value = "rondo.db")]
    store: PathBuf,
}

/// Does what was asked for.
///
/// # Errors
/// When a file or the store cannot be read or written. Defects of rows are no failure.
pub fn run(args: &Args) -> anyhow::Result<()> {
    match &args.command {
        Command::Import(args) => import(args),
        Command::Export(args) => export(args),
        Command::Remove(args) => remove(args),
    }
}

fn import(args: &ImportArgs) -> anyhow::Result<()> {
    let bytes = read_features(&args.file)?;
    let store = SqliteStore::open(&args.store)?;
    let reps = store.reps()?;
    let options = ImportOptions {
        file: file_name(&args.file),
        crs: args.crs,
        table: args.table.clone(),
        reps: (!reps.is_empty()).then(|| reps.into_iter().map(|r| r.id).collect()),
        ..ImportOptions::default()
    };
    let import = import_areas(&bytes, &options)
        .with_context(|| format!("cannot import {}", args.file.display()))?;
    let changes = Changes {
        areas: import.rows,
        ..Changes::default()
    };
    let mut report = import.report;
    report.stored = store.write(&changes, Utc::now())?.areas;
    show(&report, args.json)
}

fn export(args: &ExportArgs) -> anyhow::Result<()> {
    let areas = open(&args.store)?.areas()?;
    let bytes = match args.format.as_str() {
        "flatgeobuf" => to_flatgeobuf(&areas, args.crs),
        "geopackage" => to_geopackage(&areas, args.crs),
        "shapefile" => to_shapefile(&areas, args.crs),
        "csv" => to_csv(&areas, args.crs),
        _ => to_geojson(&areas, args.crs),
    }?;
    hand_out(args.output.as_deref(), &bytes)
}

fn remove(args: &RemoveArgs) -> anyhow::Result<()> {
    let store = open(&args.store)?;
    for id in &args.ids {
        anyhow::ensure!(store.area(id)?.is_some(), "there is no area {id}");
    }
    let changes = Changes {
        removed_areas: args.ids.clone(),
        ..Changes::default()
    };
    store.write(&changes, Utc::now())?;
    Ok(())
}
