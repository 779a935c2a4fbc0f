//! The `rondo` program: reads the command line and hands over to the library.

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    rondo::cli::start(rondo::cli::Cli::parse())
}
