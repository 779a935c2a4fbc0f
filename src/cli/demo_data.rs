//! `rondo demo-data`: writes the demo's files in `data/` anew.

use std::path::PathBuf;

use anyhow::Context as _;

use crate::osm::{ReadOptions, read};
use crate::planner::demo::generate;

/// What `demo-data` is told.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Extract whose businesses become accounts.
    #[arg(long, value_name = "FILE", default_value = "data/malta.osm.pbf")]
    pub extract: PathBuf,
    /// Seed: equal seeds give equal files.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Folder for the files.
    #[arg(long, value_name = "FOLDER", default_value = "data")]
    pub out: PathBuf,
}

/// Reads the extract and writes four files.
///
/// # Errors
/// When the extract cannot be read or a file cannot be written.
pub fn run(args: &Args) -> anyhow::Result<()> {
    let options = ReadOptions {
        progress: None,
        threads: None,
    };
    let extract = read(&args.extract, &options)?;
    let files = generate(&extract.places, args.seed);
    for (name, text) in [
        ("accounts.csv", files.accounts),
        ("reps.csv", files.reps),
        ("visits.csv", files.visits),
        ("appointments.csv", files.appointments),
    ] {
        let path = args.out.join(name);
        std::fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}
