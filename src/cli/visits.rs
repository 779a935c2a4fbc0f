//! `rondo visits import`.

use std::path::PathBuf;

use anyhow::Context as _;
use chrono::Utc;

use super::accounts::{file_name, read_file};
use super::import_report::show;
use crate::accounts::{ImportOptions, import_visits};
use crate::store::{Changes, SqliteStore, Store as _};

/// What `visits` is told.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Store the good rows of a CSV file and report the others; the same file again changes nothing.
    Import {
        /// The file.
        file: PathBuf,
        /// Store file with the accounts.
        #[arg(long, value_name = "FILE", default_value = "rondo.db")]
        store: PathBuf,
        /// Report as JSON.
        #[arg(long)]
        json: bool,
    },
}

/// Imports visits.
///
/// # Errors
/// When the file cannot be read or the store not written. Defects of rows are no failure.
pub fn run(args: &Args) -> anyhow::Result<()> {
    let Command::Import { file, store, json } = &args.command;
    let store = SqliteStore::open(store)?;
    let now = Utc::now();
    let options = ImportOptions {
        file: file_name(file),
        today: Some(now.date_naive()),
        ..ImportOptions::default()
    };
    let accounts = store.accounts()?.into_iter().map(|a| a.id).collect();
    let import = import_visits(&read_file(file)?, &accounts, &options)
        .with_context(|| format!("cannot import {}", file.display()))?;
    let mut visits = import.rows;
    for visit in &mut visits {
        visit.recorded_at = Some(now);
    }
    let changes = Changes {
        visits,
        ..Changes::default()
    };
    let mut report = import.report;
    report.stored = store.write(&changes, now)?.visits;
    show(&report, *json)
}
