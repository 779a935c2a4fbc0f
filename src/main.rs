//! The `rondo` program: reads the command line and hands over to the library.

use std::process::ExitCode;

use clap::Parser as _;

/// Roads bring large arrays that live shortly: this allocator gives their memory back, where the system's keeps it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The allocator's option `purge_delay`, by its number in `mi_option_e` of mimalloc 3: for how many milliseconds it keeps what
/// was given back.
const PURGE_DELAY: libmimalloc_sys::mi_option_t = 15;
/// Long enough for buffers of the next answer, which would otherwise be mapped anew for each; short enough that what new
/// weights and tables took for a moment does not stay the server's.
const PURGE_DELAY_MS: std::ffi::c_long = 100;

fn main() -> ExitCode {
    #[expect(unsafe_code, reason = "sets a number, before there are other threads")]
    unsafe {
        libmimalloc_sys::mi_option_set(PURGE_DELAY, PURGE_DELAY_MS);
    }
    rondo::cli::start(rondo::cli::Cli::parse(), give_back)
}

/// Gives the memory back that this thread has no use for; otherwise that waits until the thread allocates again.
fn give_back() {
    #[expect(unsafe_code, reason = "goes over this thread's own free pages")]
    unsafe {
        libmimalloc_sys::mi_collect(true);
    }
}
