//! `rondo solve`: a fieldvrp-1 instance in, a solution out.

use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context, bail};
use clap::Args;

use crate::tours::fieldvrp::Instance;
use crate::tours::{Budget, check, solve};

/// Solve a fieldvrp-1 instance (format: bench/vrp).
#[derive(Args, Debug)]
pub struct SolveArgs {
    /// The instance.
    pub instance: PathBuf,
    /// Seconds until the answer, reading included; the result then depends on the machine.
    #[arg(long, value_name = "S", conflicts_with = "iterations")]
    pub time: Option<f64>,
    /// Search steps; the result then depends on input and seed alone.
    #[arg(long, value_name = "N")]
    pub iterations: Option<u64>,
    /// Seed of all random choices.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// Threads to use.
    #[arg(long, value_name = "T", default_value_t = 1)]
    pub threads: usize,
    /// Where to write the solution.
    #[arg(short = 'o', long = "out", value_name = "OUT.json")]
    pub out: PathBuf,
}

/// Reads, solves, checks and writes.
///
/// # Errors
/// When the instance cannot be read or is not sound, or the solution cannot be written.
pub fn run(args: &SolveArgs) -> anyhow::Result<()> {
    if args.time.is_some_and(|s| !s.is_finite() || s < 0.0) {
        bail!("--time must be zero or more seconds");
    }
    let started = Instant::now();
    let path = args.instance.display();
    let json = std::fs::read(&args.instance).with_context(|| format!("cannot read {path}"))?;
    let instance = Instance::read(&json).with_context(|| format!("cannot use {path}"))?;
    drop(json);
    let default = Budget::default();
    let budget = Budget {
        iterations: match args.time {
            Some(_) => None,
            None => args.iterations.or(default.iterations),
        },
        // Reading counts: the answer is due so long after the start.
        seconds: args
            .time
            .map(|s| (s - started.elapsed().as_secs_f64()).max(0.0)),
        seed: args.seed,
        threads: args.threads.max(1),
    };
    let solution = solve(&instance.problem, &budget)?;
    if let Err(violations) = check::check(&instance.problem, &solution) {
        let all: Vec<String> = violations.iter().map(ToString::to_string).collect();
        bail!("the solution failed its own check: {}", all.join("; "));
    }
    if solution.cost.missing_required > 0 {
        let missing = solution.cost.missing_required;
        eprintln!("{missing} required visits are not made: no way was found to make them all");
    }
    let out = args.out.display();
    std::fs::write(&args.out, instance.write(&solution)?)
        .with_context(|| format!("cannot write {out}"))
}
