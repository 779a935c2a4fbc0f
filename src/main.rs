//! The `rondo` program: reads the command line and hands over to the library.

use std::process::ExitCode;

use clap::Parser as _;

/// Roads bring large arrays that live shortly: this allocator gives their memory back, where the system's keeps it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    rondo::cli::start(rondo::cli::Cli::parse())
}
