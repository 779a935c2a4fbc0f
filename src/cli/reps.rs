//! `rondo reps`: import and export reps.

use std::path::PathBuf;

use anyhow::Context as _;
use chrono::Utc;

use super::accounts::{file_name, hand_out, open, read_file};
use super::import_report::show;
use crate::accounts::export_book::reps_to_csv;
use crate::accounts::{ImportOptions, import_reps};
use crate::crs::Crs;
use crate::store::{Changes, SqliteStore, Store as _};

/// What `reps` is told.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Store the good rows of a CSV file and report the others; by id.
    Import(ImportArgs),
    /// Write all reps as CSV to standard output or a file.
    Export(ExportArgs),
}

#[derive(Debug, clap::Args)]
struct ImportArgs {
    /// The file.
    file: PathBuf,
    /// Reference system of the coordinates; else WGS 84.
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
    /// Reference system of the coordinates; name it at the import too.
    #[arg(long, value_name = "EPSG:n", default_value_t)]
    crs: Crs,
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
        Command::Export(args) => export(args),
    }
}

fn import(args: &ImportArgs) -> anyhow::Result<()> {
    let options = ImportOptions {
        file: file_name(&args.file),
        crs: args.crs,
        ..ImportOptions::default()
    };
    let import = import_reps(&read_file(&args.file)?, &options)
        .with_context(|| format!("cannot import {}", args.file.display()))?;
    let changes = Changes {
        reps: import.rows,
        ..Changes::default()
    };
    let mut report = import.report;
    let store = SqliteStore::open(&args.store)?;
    report.stored = store.write(&changes, Utc::now())?.reps;
    show(&report, args.json)
}

fn export(args: &ExportArgs) -> anyhow::Result<()> {
    let reps = open(&args.store)?.reps()?;
    hand_out(args.output.as_deref(), &reps_to_csv(&reps, args.crs)?)
}
