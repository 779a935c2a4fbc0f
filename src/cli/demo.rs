//! `rondo demo`: everything from one extract and a made-up book, ready to look at. What `make run` calls.
//!
//! Safe to run again: the region is prepared anew only when the extract or the program changed, the book is filled only
//! once, and days that have a plan keep it.

use std::fs;
use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use chrono::{DateTime, Datelike as _, Days, NaiveDate, NaiveTime, Utc, Weekday};
use indicatif::{ProgressBar, ProgressStyle};
use rayon::prelude::*;

use super::prepare::{self, PrepareArgs};
use super::serve::Listening;
use crate::accounts::Rep;
use crate::api::Loaded;
use crate::osm::car::Profile;
use crate::planner::demo::{self, DemoFiles};
use crate::planner::{DayRequest, Planner, Region, Settings};
use crate::store::{SqliteStore, Store};

/// What `demo` is told.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The day that counts as today: the history of visits leads up to it. Each day that is given has a book of its own.
    /// Default: today in the region, the next Monday on a weekend.
    #[arg(long, value_name = "YYYY-MM-DD")]
    date: Option<NaiveDate>,
    /// Folder with the extract, malta.osm.pbf.
    #[arg(long, value_name = "DIR", default_value = "data")]
    data: PathBuf,
    /// Any other extract: its own businesses become the accounts of an invented book.
    #[arg(long, value_name = "FILE", conflicts_with = "data")]
    extract: Option<PathBuf>,
    /// Folder for the prepared region and the book.
    #[arg(long, value_name = "DIR", default_value = ".state")]
    state: PathBuf,
    /// How to listen.
    #[command(flatten)]
    listening: Listening,
}

/// Prepares what is missing, plans the rest of the week and serves.
///
/// # Errors
/// When the extract is not there, the state folder cannot be written, or the address is taken.
pub fn run(args: Args) -> anyhow::Result<()> {
    fs::create_dir_all(&args.state)
        .with_context(|| format!("cannot make the folder {}", args.state.display()))?;
    let region = match &args.extract {
        Some(extract) => region(extract, &args.state)?,
        None => region(&args.data.join("malta.osm.pbf"), &args.state)?,
    };
    let (today, fixed) = match args.date {
        Some(date) => (date, true),
        None => working_day(&region),
    };
    let store = book(&args, &region, today)?;
    let loaded = Loaded::new(region, store, Settings::default());
    plan_week(&loaded.planner, today)?;
    args.listening
        .serve(fixed.then_some(today), move || Ok(loaded))
}

/// The prepared region, made again when the extract or the program changed.
fn region(extract: &Path, state: &Path) -> anyhow::Result<Region> {
    let bytes = fs::read(extract)
        .with_context(|| format!("cannot read the extract {}", extract.display()))?;
    let name = extract.file_name().unwrap_or_default().to_string_lossy();
    let name = name.split('.').next().unwrap_or_default();
    let file = state.join(format!("{name}.rondo"));
    let hash = blake3::hash(&bytes).to_hex().to_string();
    if let Ok(region) = Region::load(&file)
        && region.meta.source.hash == hash
        && region.meta.version == env!("CARGO_PKG_VERSION")
    {
        return Ok(region);
    }
    prepare::run(&PrepareArgs {
        extract: extract.to_owned(),
        output: file.clone(),
        country: None,
        departure: None,
        profile: Profile::car(),
        profile_file: None,
    })?;
    Ok(Region::load(&file)?)
}

/// Today in the region, or Monday on a weekend; and whether that is another day than the clock's.
fn working_day(region: &Region) -> (NaiveDate, bool) {
    let zone = region.meta.time_zone.parse().unwrap_or(chrono_tz::UTC);
    let today = Utc::now().with_timezone(&zone).date_naive();
    match today.weekday() {
        Weekday::Sat => (today + Days::new(2), true),
        Weekday::Sun => (today + Days::new(1), true),
        _ => (today, false),
    }
}

/// The book, filled with the demo's accounts, reps and history when it is new.
fn book(args: &Args, region: &Region, today: NaiveDate) -> anyhow::Result<Arc<dyn Store>> {
    let day = args.date.map(|date| format!("-{date}")).unwrap_or_default();
    // A book belongs to one extract, whatever its file is called.
    let whose = match args.extract {
        Some(_) => format!("-{}", region.meta.source.hash.get(..8).unwrap_or_default()),
        None => String::new(),
    };
    let store = SqliteStore::open(args.state.join(format!("demo{whose}{day}.db")))?;
    if store.counts()?.accounts == 0 {
        let files = match args.extract {
            Some(_) => demo::generate(&region.places, 1),
            None => DemoFiles::committed(),
        };
        let bounds = Some(region.meta.bounds);
        demo::load(&store, &files, today, &region.places, bounds)?;
    }
    Ok(Arc::new(store))
}

/// Plans each rep's days from `today` to Friday that have no plan yet. Reps are independent, so they go side by side;
/// a rep's days follow one another, since each leaves out whom an earlier one visits.
fn plan_week(planner: &Planner, today: NaiveDate) -> anyhow::Result<()> {
    let days: Vec<NaiveDate> = today
        .iter_days()
        .take(7)
        .take_while(|day| *day == today || day.weekday() != Weekday::Mon)
        .filter(|day| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun))
        .collect();
    let reps: Vec<Rep> = planner
        .store
        .reps()?
        .into_iter()
        .filter(|rep| rep.active)
        .collect();
    let bar = bar(reps.len() * days.len());
    let done: anyhow::Result<()> = reps.par_iter().try_for_each(|rep| {
        for &date in &days {
            if planner.store.plan(&rep.id, date)?.is_none() {
                // The day itself, not the clock: the demo of a date is the same whenever it is made.
                planner.plan_and_store(&DayRequest::new(rep.id.clone(), date), midnight(today))?;
            }
            bar.inc(1);
        }
        Ok(())
    });
    bar.finish_and_clear();
    done
}

fn midnight(date: NaiveDate) -> DateTime<Utc> {
    date.and_time(NaiveTime::MIN).and_utc()
}

fn bar(days: usize) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        // A log shows one line instead.
        let _ = writeln!(std::io::stderr(), "planning {days} days");
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("planning days    {wide_bar} {pos}/{len}")
        .expect("the template is well formed");
    ProgressBar::new(days as u64).with_style(style)
}
