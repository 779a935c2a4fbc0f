//! `rondo reps import`.

use std::path::PathBuf;

use anyhow::Context as _;
use chrono::Utc;

use super::accounts::{file_name, read_file};
use super::import_report::show;
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
    Import {
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
    },
}

/// Imports reps.
///
/// # Errors
/// When the file cannot be read or the store not written. Defects of rows are no failure.
pub fn run(args: &Args) -> anyhow::Result<()> {
    let Command::Import {
        file,
        crs,
        store,
        json,
    } = &args.command;
    let options = ImportOptions {
        file: file_name(file),
        crs: *crs,
        ..ImportOptions::default()
    };
    let import = import_reps(&read_file(file)?, &options)
        .with_context(|| format!("cannot import {}", file.display()))?;
    let changes = Changes {
        reps: import.rows,
        ..Changes::default()
    };
    let mut report = import.report;
    report.stored = SqliteStore::open(store)?.write(&changes, Utc::now())?.reps;
    show(&report, *json)
}
