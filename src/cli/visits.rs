//! `rondo visits`: import and export the log of visits.

use std::path::PathBuf;

use anyhow::Context as _;
use chrono::Utc;

use super::accounts::{file_name, hand_out, open, read_file};
use super::import_report::show;
use crate::accounts::export_book::visits_to_csv;
use crate::accounts::{ColumnGuess, ImportOptions, import_visits};
use crate::store::{Changes, Slice, SqliteStore, Store as _};

/// What `visits` is told.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Store the good rows of a CSV file and report the others; the same file again changes nothing.
    Import(ImportArgs),
    /// Write the log of visits as CSV to standard output or a file; what is only planned is not in it.
    Export(ExportArgs),
}

#[derive(Debug, clap::Args)]
struct ImportArgs {
    /// The file.
    file: PathBuf,
    /// Store file with the accounts.
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
    let store = SqliteStore::open(&args.store)?;
    let now = Utc::now();
    let options = ImportOptions {
        file: file_name(&args.file),
        today: Some(now.date_naive()),
        ..ImportOptions::default()
    };
    let accounts = store.accounts()?.into_iter().map(|a| a.id).collect();
    let import = import_visits(&read_file(&args.file)?, &accounts, &options)
        .with_context(|| format!("cannot import {}", args.file.display()))?;
    let mut visits = import.rows;
    // A file that tells when its visits were recorded tells it of all of them.
    let told = |column: &ColumnGuess| column.field.as_deref() == Some("recorded_at");
    if !import.report.columns.iter().any(told) {
        for visit in &mut visits {
            visit.recorded_at = Some(now);
        }
    }
    let changes = Changes {
        visits,
        ..Changes::default()
    };
    let mut report = import.report;
    report.stored = store.write(&changes, now)?.visits;
    show(&report, args.json)
}

fn export(args: &ExportArgs) -> anyhow::Result<()> {
    let visits = open(&args.store)?.visits(&Slice::default())?;
    hand_out(args.output.as_deref(), &visits_to_csv(&visits))
}
