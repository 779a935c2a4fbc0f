//! `rondo prepare`: an extract becomes a region file, and everything read, kept and dropped is told.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Instant;

use anyhow::Context as _;
use chrono::NaiveDateTime;
use indicatif::{ProgressBar, ProgressStyle};

use crate::osm::Round;
use crate::osm::car::Profile;
use crate::planner::{PrepareOptions, Region, Step};

/// Reasons told of each list before the rest is summed up.
const MOST_LINES: usize = 12;

/// Arguments of `rondo prepare`.
#[derive(Clone, Debug, clap::Args)]
pub struct PrepareArgs {
    /// OpenStreetMap extract, .osm.pbf or .osm.
    pub extract: PathBuf,
    /// Region file to write.
    #[arg(short, long, value_name = "REGION.rondo")]
    pub output: PathBuf,
    /// Country whose rules hold everywhere (ISO 3166-1 alpha-2, such as MT); else looked up in the extract.
    #[arg(long, value_name = "CODE", value_parser = country)]
    pub country: Option<String>,
    /// Local time at which conditional tags are read, such as 2024-03-12T10:00; else a working Tuesday, 10:00.
    #[arg(long, value_name = "TIME", value_parser = departure)]
    pub departure: Option<NaiveDateTime>,
    /// Vehicle: car, foot or bicycle.
    #[arg(long, value_name = "NAME", default_value = "car", value_parser = Profile::built_in)]
    pub profile: Profile,
    /// Vehicle from a TOML file: speeds, factors, penalties and sizes, as the README shows.
    #[arg(long, value_name = "P.toml", conflicts_with = "profile")]
    pub profile_file: Option<PathBuf>,
}

fn country(text: &str) -> Result<String, String> {
    if text.len() == 2 && text.chars().all(|c| c.is_ascii_alphabetic()) {
        Ok(text.to_ascii_uppercase())
    } else {
        Err("expected two letters, such as MT".into())
    }
}

fn departure(text: &str) -> Result<NaiveDateTime, String> {
    ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
        .ok_or_else(|| "expected a local time such as 2024-03-12T10:00".into())
}

/// Prepares the region, writes its file and tells what it did on standard error.
///
/// # Errors
/// When the extract cannot be read, has no roads, or the file cannot be written.
pub fn run(args: &PrepareArgs) -> anyhow::Result<()> {
    let begun = Instant::now();
    let options = PrepareOptions {
        country: args.country.clone(),
        departure: args.departure,
        profile: Some(profile(args)?),
    };
    let bar = Bar::new();
    let region = Region::prepare(&args.extract, &options, &|step| bar.show(step))?;
    bar.done();
    region.save(&args.output)?;
    let size = std::fs::metadata(&args.output)
        .with_context(|| format!("{}", args.output.display()))?
        .len();
    let mut out = std::io::stderr().lock();
    tell(&region, &mut out)?;
    writeln!(
        out,
        "wrote {} ({:.1} MB) in {:.1} s",
        args.output.display(),
        size as f64 / 1e6,
        begun.elapsed().as_secs_f64()
    )?;
    Ok(())
}

fn profile(args: &PrepareArgs) -> anyhow::Result<Profile> {
    let Some(file) = &args.profile_file else {
        return Ok(args.profile.clone());
    };
    let name = || file.display().to_string();
    let text = std::fs::read_to_string(file).with_context(name)?;
    Profile::parse(&text).with_context(name)
}

/// The progress bar; hidden when standard error is no terminal.
struct Bar {
    bar: ProgressBar,
    round: Mutex<Option<Round>>,
}

impl Bar {
    fn new() -> Self {
        let bar = ProgressBar::new(0);
        let style = ProgressStyle::with_template(
            "{msg:18} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec}",
        )
        .expect("the template is well formed");
        bar.set_style(style);
        Self {
            bar,
            round: Mutex::new(None),
        }
    }

    fn show(&self, step: Step) {
        let message = match step {
            Step::Reading(progress) => {
                let mut round = self
                    .round
                    .lock()
                    .unwrap_or_else(std::sync::PoisonError::into_inner);
                if *round != Some(progress.round) {
                    *round = Some(progress.round);
                    self.bar.reset();
                    self.bar.set_length(progress.bytes_total);
                    self.bar.set_message(match progress.round {
                        Round::Relations => "reading relations",
                        Round::Ways => "reading ways",
                        Round::Nodes => "reading nodes",
                    });
                }
                self.bar.set_position(progress.bytes_done);
                return;
            }
            Step::Judging => "judging tags",
            Step::Building => "building network",
            Step::Ordering => "ordering roads",
            Step::Drawing => "drawing the background",
            Step::Naming => "naming islands",
        };
        let spinner = ProgressStyle::with_template("{msg} {spinner} {elapsed}")
            .expect("the template is well formed");
        self.bar.set_style(spinner);
        self.bar.set_message(message);
        self.bar.tick();
    }

    fn done(&self) {
        self.bar.finish_and_clear();
    }
}

/// Writes what was read, kept and dropped.
fn tell(region: &Region, out: &mut impl Write) -> std::io::Result<()> {
    let (meta, report) = (&region.meta, &region.report);
    let (judged, built) = (&report.judged, &report.built);
    writeln!(
        out,
        "{}: {:.1} MB, data of {}",
        meta.source.file,
        meta.source.bytes as f64 / 1e6,
        meta.source
            .osm_timestamp
            .as_deref()
            .unwrap_or("unknown age"),
    )?;
    writeln!(
        out,
        "read     {} ways, {} nodes on them, {} turn restrictions, {} places",
        report.ways_read, report.nodes_read, report.restrictions_read, report.places_read
    )?;
    writeln!(
        out,
        "region   {}, {}, traffic keeps {}",
        meta.country.as_deref().unwrap_or("no country"),
        meta.time_zone,
        if meta.drives_left { "left" } else { "right" }
    )?;
    writeln!(
        out,
        "kept     {} ways for the profile {}",
        judged.ways_kept, meta.profile
    )?;
    counts(out, "dropped", "ways", &judged.ways_dropped)?;
    writeln!(
        out,
        "network  {} nodes, {} edges, {} turns, {:.0} km, {} ferries or shuttle trains",
        built.nodes, built.edges, built.turns, built.km, built.ferries
    )?;
    writeln!(
        out,
        "turns    {} restrictions hold, {} of them over ways",
        built.restrictions_applied, built.restrictions_over_ways
    )?;
    counts(out, "dropped", "restrictions", &judged.restrictions_dropped)?;
    counts(
        out,
        "dropped",
        "restrictions",
        &built
            .unresolved_by_reason()
            .into_iter()
            .map(|(reason, count)| (reason.to_owned(), count))
            .collect(),
    )?;
    if !judged.conditionals.is_empty() {
        writeln!(
            out,
            "at {}  conditional tags: in force, not in force, unreadable",
            meta.departure.format("%a %H:%M")
        )?;
        for (key, [holds, not, unreadable]) in &judged.conditionals {
            writeln!(out, "         {holds:>6} {not:>6} {unreadable:>6}  {key}")?;
        }
    }
    islands(region, out)
}

fn counts(
    out: &mut impl Write,
    verb: &str,
    what: &str,
    counts: &BTreeMap<String, u64>,
) -> std::io::Result<()> {
    if counts.is_empty() {
        return Ok(());
    }
    let total: u64 = counts.values().sum();
    writeln!(out, "{verb:8} {total} {what}")?;
    let mut by_count: Vec<_> = counts.iter().collect();
    by_count.sort_by_key(|(reason, count)| (std::cmp::Reverse(**count), *reason));
    for (reason, count) in by_count.iter().take(MOST_LINES) {
        writeln!(out, "         {count:>6}  {reason}")?;
    }
    let rest: u64 = by_count.iter().skip(MOST_LINES).map(|(_, c)| **c).sum();
    if rest > 0 {
        let kinds = by_count.len() - MOST_LINES;
        writeln!(out, "         {rest:>6}  for {kinds} other reasons")?;
    }
    Ok(())
}

fn islands(region: &Region, out: &mut impl Write) -> std::io::Result<()> {
    let network = &region.network;
    let all = network.components().len();
    let main = network.components().first().map_or(0, |c| c.nodes);
    let share = 100.0 * f64::from(main) / network.node_count().max(1) as f64;
    writeln!(
        out,
        "islands  {:.1} % of the nodes can reach each other; {} other parts",
        share,
        all.saturating_sub(1)
    )?;
    for (i, island) in network.islands().iter().enumerate() {
        let (west, south, east, north) = {
            let [w, s, e, n] = island.bounds.to_bbox();
            (w, s, e, n)
        };
        let name = if island.name.is_empty() {
            format!("{west:.4},{south:.4} to {east:.4},{north:.4}")
        } else {
            island.name.clone()
        };
        let joined = match (i, island.joined) {
            (0, _) => "",
            (_, true) => ", joined by ferry only",
            (_, false) => ", cut off",
        };
        writeln!(
            out,
            "         {:>6} nodes, {:>5.1} km  {name}{joined}",
            island.nodes,
            island.length.as_km()
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_and_times_are_checked() {
        assert_eq!(country("mt"), Ok("MT".into()));
        assert!(country("Malta").is_err());
        assert!(departure("2024-03-12T10:00").is_ok());
        assert!(departure("tomorrow").is_err());
    }

    #[test]
    fn long_lists_end_in_a_sum() {
        let reasons: BTreeMap<String, u64> = (0..20).map(|i| (format!("r{i:02}"), 1)).collect();
        let mut out = Vec::new();
        counts(&mut out, "dropped", "ways", &reasons).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.starts_with("dropped  20 ways\n"), "{text}");
        assert!(text.ends_with("8  for 8 other reasons\n"), "{text}");
    }
}
