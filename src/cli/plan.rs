//! `rondo plan day`: whom a rep should visit on a day, and in which order.

use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;

use chrono::{NaiveDate, NaiveTime, Utc};

use crate::geojson;
use crate::planner::{DayPlan, DayRequest, Ground, Planner, Region, Settings, plan_id};
use crate::store::SqliteStore;

/// Arguments of `rondo plan`.
#[derive(Clone, Debug, clap::Args)]
pub struct PlanArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Clone, Debug, clap::Subcommand)]
enum What {
    /// Plan one rep's day.
    Day(DayArgs),
}

/// Region and book.
#[derive(Clone, Debug, clap::Args)]
pub struct GroundArgs {
    /// Region file, made by `rondo prepare`.
    #[arg(long)]
    pub region: PathBuf,
    /// The book.
    #[arg(long, value_name = "DB")]
    pub store: PathBuf,
}

/// How results are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// GeoJSON (for coverage: JSON).
    #[default]
    Geojson,
    /// Columns for people.
    Table,
}

/// Arguments of `rondo plan day`.
#[derive(Clone, Debug, clap::Args)]
pub struct DayArgs {
    /// Whose day.
    #[arg(long)]
    rep: String,
    /// Which day, such as 2026-11-23.
    #[arg(long)]
    date: NaiveDate,
    #[command(flatten)]
    ground: GroundArgs,
    /// Leave home at this local time instead of the start of the shift.
    #[arg(long, value_name = "HH:MM", value_parser = clock_time)]
    start: Option<NaiveTime>,
    /// Visit this account, whatever is due; may be given several times.
    #[arg(long = "must", value_name = "ACCOUNT")]
    must_visit: Vec<String>,
    /// Seed of all random choices.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Also list accounts that are not due.
    #[arg(long)]
    list_not_due: bool,
    /// Forget what people changed by hand in the day's plan.
    #[arg(long)]
    afresh: bool,
    /// Keep the plan in the book, in the place of the day's former one.
    #[arg(long)]
    save: bool,
    /// How to write it.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

fn clock_time(text: &str) -> Result<NaiveTime, String> {
    NaiveTime::parse_from_str(text, "%H:%M").map_err(|_| "expected a time such as 08:30".to_owned())
}

/// A planner on a region file and a book.
///
/// # Errors
/// When either cannot be opened.
pub fn open(args: &GroundArgs) -> anyhow::Result<Planner> {
    let region = Region::load(&args.region)?;
    let store = SqliteStore::open(&args.store)?;
    Ok(Planner::new(
        Ground::of(&region),
        Arc::new(store),
        Settings::default(),
    ))
}

/// Plans and prints.
///
/// # Errors
/// When region or book cannot be opened, or the day cannot be planned.
pub fn run(args: &PlanArgs) -> anyhow::Result<()> {
    let What::Day(args) = &args.what;
    let planner = open(&args.ground)?;
    let request = DayRequest {
        seed: args.seed,
        start: args.start,
        must_visit: args
            .must_visit
            .iter()
            .map(|id| id.as_str().into())
            .collect(),
        list_not_due: args.list_not_due,
        afresh: args.afresh,
        ..DayRequest::new(args.rep.as_str().into(), args.date)
    };
    let plan = planner.plan_day(&request)?;
    if args.save {
        planner.store_plan(&plan, Utc::now())?;
    }
    let mut out = io::stdout().lock();
    match args.format {
        Format::Geojson => {
            let day = geojson::day::day(&plan, &plan_id(&plan.rep, plan.date));
            serde_json::to_writer(&mut out, &day)?;
            writeln!(out)?;
        }
        Format::Table => table(&mut out, &plan)?,
    }
    Ok(())
}

fn table(out: &mut impl Write, plan: &DayPlan) -> io::Result<()> {
    let t = &plan.totals;
    writeln!(
        out,
        "{} on {}: {} visits, {:.0} min driving, {:.1} km, {:.0} min on site, {} to {}",
        plan.rep_name,
        plan.date,
        t.visits,
        t.drive_s as f64 / 60.0,
        t.dist_m / 1_000.0,
        t.face_s as f64 / 60.0,
        plan.depart.format("%H:%M"),
        plan.home_at.format("%H:%M"),
    )?;
    for (stop, leg) in plan.stops.iter().zip(&plan.legs) {
        writeln!(
            out,
            "{:>3}  {} - {}  {:>5.1} min  {}  ({})",
            stop.seq,
            stop.start.format("%H:%M"),
            stop.end.format("%H:%M"),
            leg.drive_ms as f64 / 60_000.0,
            stop.name,
            stop.reason.text,
        )?;
    }
    if let Some(lunch) = plan.lunch {
        writeln!(
            out,
            "lunch {} - {}",
            lunch.start.format("%H:%M"),
            lunch.end.format("%H:%M")
        )?;
    }
    for left in &plan.left_out {
        writeln!(out, "  -  {}: {}", left.name, left.why.text())?;
    }
    for warning in &plan.warnings {
        writeln!(out, "  !  {warning}")?;
    }
    writeln!(out, "run {}", plan.run_id)
}
