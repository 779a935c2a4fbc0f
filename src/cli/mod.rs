//! The command line, one file per subcommand: each has its `Args` and a `run` that writes results to standard output and
//! everything else to standard error.
//!
//! Exit status: 0 done, 1 failed with one clear line, 2 bad usage (clap's own). A reader that closes the pipe early, as
//! `head` does, is no failure.

use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

pub mod accounts;
pub mod areas;
pub mod coverage;
pub mod demo;
pub mod demo_data;
pub mod driving;
mod import_report;
pub mod isochrone;
pub mod plan;
pub mod prepare;
pub mod reps;
pub mod route;
pub mod serve;
pub mod solve;
pub mod table;
pub mod visits;

/// Plans field visits on OpenStreetMap roads, and shows where coverage is missing and why.
#[derive(Debug, Parser)]
#[command(name = "rondo", version, propagate_version = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
    /// Log as JSON lines. What is logged: environment variable RONDO_LOG, such as `info` or `rondo=debug`.
    #[arg(long, global = true)]
    log_json: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show where coverage falls short, and why.
    Coverage(coverage::CoverageArgs),
    /// Plan days.
    Plan(plan::PlanArgs),
    /// Prepare data/malta.osm.pbf, load the demo's book, plan the week and serve.
    Demo(demo::Args),
    /// Turn an OpenStreetMap extract into a region file.
    Prepare(Box<prepare::PrepareArgs>),
    /// Import, check and export accounts.
    Accounts(accounts::Args),
    /// Import and export territories and other areas.
    Areas(areas::Args),
    /// Import and export reps.
    Reps(reps::Args),
    /// Import and export visits.
    Visits(visits::Args),
    /// Find routes in a region.
    Route(route::RouteArgs),
    /// Work out times and lengths between many places.
    Table(table::TableArgs),
    /// Work out what can be reached.
    Isochrone(isochrone::IsochroneArgs),
    /// Serve page, API and tiles.
    Serve(serve::Args),
    /// Write the files of the demo anew.
    #[command(hide = true)]
    DemoData(demo_data::Args),
    /// Solve a routing instance in the benchmark format fieldvrp-1.
    Solve(solve::SolveArgs),
}

/// Runs what was asked for and says how it went. `give_back` returns memory that the calling thread keeps for later to the
/// system.
#[must_use]
pub fn start(cli: Cli, give_back: fn()) -> ExitCode {
    log_to_stderr(cli.log_json);
    let done = match cli.command {
        Command::Coverage(args) => coverage::run(&args),
        Command::Plan(args) => plan::run(&args),
        Command::Demo(args) => demo::run(args),
        Command::Prepare(args) => prepare::run(&args),
        Command::Accounts(args) => accounts::run(&args),
        Command::Areas(args) => areas::run(&args),
        Command::Reps(args) => reps::run(&args),
        Command::Visits(args) => visits::run(&args),
        Command::Route(args) => route::run(&args),
        Command::Table(args) => table::run(&args),
        Command::Isochrone(args) => isochrone::run(&args),
        Command::Serve(args) => serve::run(args, give_back),
        Command::DemoData(args) => demo_data::run(&args),
        Command::Solve(args) => solve::run(&args),
    };
    let done = done.and_then(|()| Ok(io::stdout().flush()?));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if reader_left(&error) => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing is left to do when standard error is closed too.
            let _ = writeln!(io::stderr(), "rondo: {}", chain(&error));
            ExitCode::FAILURE
        }
    }
}

/// The error and its causes in one line; a cause that repeats the text before it is left out.
fn chain(error: &anyhow::Error) -> String {
    let mut line = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if line.is_empty() {
            line = cause;
        } else if !line.contains(&cause) {
            line.push_str(": ");
            line.push_str(&cause);
        }
    }
    line.replace('\n', " ")
}

/// Whether the failure is a reader of our output that had seen enough.
fn reader_left(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause
            .downcast_ref::<io::Error>()
            .is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe)
    })
}

fn log_to_stderr(json: bool) {
    let filter = tracing_subscriber::EnvFilter::try_from_env("RONDO_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal());
    // A second start in one process (tests) keeps the first log.
    let _ = if json {
        log.json().try_init()
    } else {
        log.try_init()
    };
}

#[cfg(test)]
mod tests {
    use anyhow::Context as _;
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn causes_stand_in_one_line_without_repetition() {
        let error = Err::<(), _>(io::Error::other("disk full"))
            .context("cannot write: disk full; make room")
            .context("cannot save")
            .unwrap_err();
        assert_eq!(
            chain(&error),
            "cannot save: cannot write: disk full; make room"
        );
    }

    #[test]
    fn a_closed_pipe_is_no_failure() {
        let left = Err::<(), _>(io::Error::from(io::ErrorKind::BrokenPipe))
            .context("cannot write")
            .unwrap_err();
        assert!(reader_left(&left));
        assert!(!reader_left(&anyhow::anyhow!("other")));
    }
}
