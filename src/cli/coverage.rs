//! `rondo coverage`: where coverage falls short, and why.

use std::io::{self, Write};

use chrono::NaiveDate;

use super::plan::{Format, GroundArgs, open};
use crate::coverage::Coverage;
use crate::geojson::coverage::CoverageAnswer;
use crate::planner::CoverageRequest;

/// Arguments of `rondo coverage`.
#[derive(Clone, Debug, clap::Args)]
pub struct CoverageArgs {
    /// At the end of this day, such as 2026-11-23.
    #[arg(long)]
    date: NaiveDate,
    #[command(flatten)]
    ground: GroundArgs,
    /// Days that are looked back on; 84 unless set otherwise.
    #[arg(long, value_name = "DAYS")]
    window: Option<u32>,
    /// Reach limit in minutes of driving; 45 unless set otherwise.
    #[arg(long, value_name = "MIN")]
    minutes: Option<u32>,
    /// Accounts of this rep only.
    #[arg(long)]
    rep: Option<String>,
    /// Accounts of this class only.
    #[arg(long)]
    class: Option<String>,
    /// How to write it.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Counts and prints.
///
/// # Errors
/// When region or book cannot be opened or read.
pub fn run(args: &CoverageArgs) -> anyhow::Result<()> {
    let planner = open(&args.ground)?;
    let coverage = planner.coverage(&CoverageRequest {
        date: args.date,
        window_days: args.window,
        reach_min: args.minutes,
        rep: args.rep.as_deref().map(Into::into),
        class: args.class.clone(),
    })?;
    let mut out = io::stdout().lock();
    match args.format {
        Format::Geojson => {
            serde_json::to_writer(&mut out, &CoverageAnswer::from(&coverage))?;
            writeln!(out)?;
        }
        Format::Table => table(&mut out, &coverage)?,
    }
    Ok(())
}

fn table(out: &mut impl Write, coverage: &Coverage) -> io::Result<()> {
    writeln!(
        out,
        "{} accounts on {}, looking back to {}",
        coverage.total, coverage.date, coverage.window_from
    )?;
    for count in &coverage.causes {
        writeln!(
            out,
            "{:>7}  {:>5.1} %  {}",
            count.accounts,
            count.share * 100.0,
            count.cause.label()
        )?;
    }
    for metric in &coverage.metrics {
        let value = metric
            .value
            .map_or_else(|| "    -  ".to_owned(), |v| format!("{:>5.1} %", v * 100.0));
        writeln!(
            out,
            "{value}  {}: {:.1} of {:.1} ({})",
            metric.name, metric.numerator, metric.denominator, metric.formula
        )?;
    }
    for rep in &coverage.by_rep {
        let name = if rep.rep.is_some() {
            &rep.name
        } else {
            "no rep"
        };
        let hours = rep.capacity.as_ref().map_or_else(String::new, |c| {
            format!(
                ", {:.0} of {:.0} hours needed ({})",
                c.hours_need, c.hours_have, c.method
            )
        });
        writeln!(out, "{name}: {} accounts{hours}", rep.accounts)?;
    }
    writeln!(out, "run {}", coverage.run_id)
}
