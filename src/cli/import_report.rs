//! Showing an import report: a table for people, or JSON.

use std::collections::BTreeMap;
use std::io::{self, Write};

use crate::accounts::{ImportReport, Severity};

/// Writes the report to standard output.
///
/// # Errors
/// When standard output is closed.
pub fn show(report: &ImportReport, as_json: bool) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    if as_json {
        serde_json::to_writer_pretty(&mut out, report)?;
        writeln!(out)?;
        return Ok(());
    }
    write!(out, "{}", text(report))?;
    Ok(())
}

/// The report as text.
#[must_use]
pub fn text(report: &ImportReport) -> String {
    let mut lines = vec![read_as(report), columns(report), rows(report)];
    lines.extend(positions(report));
    lines.extend(problems(report));
    lines.extend(duplicates(report));
    lines.join("\n") + "\n"
}

fn read_as(report: &ImportReport) -> String {
    let read = &report.read_as;
    let delimiter = read.delimiter.map_or(String::new(), |d| match d {
        '\t' => ", separated by tabs".to_owned(),
        d => format!(", separated by {d}"),
    });
    let crs = if read.crs.is_empty() {
        String::new()
    } else {
        format!(", {}", read.crs)
    };
    format!(
        "{}: {}{delimiter}, {}{crs}",
        report.file, read.format, read.encoding
    )
}

fn columns(report: &ImportReport) -> String {
    let told: Vec<String> = report
        .columns
        .iter()
        .map(|c| match &c.field {
            Some(field) if *field == c.column => field.clone(),
            Some(field) => format!("{} = {field}", c.column),
            None => format!("{} (not used)", c.column),
        })
        .collect();
    format!("columns: {}", told.join(", "))
}

fn rows(report: &ImportReport) -> String {
    let stored = report.stored;
    format!(
        "{} rows: {} new, {} updated, {} unchanged, {} refused",
        report.rows, stored.new, stored.updated, stored.unchanged, report.rejected
    )
}

fn positions(report: &ImportReport) -> Option<String> {
    let g = report.geocoded;
    let known = g.given + g.rooftop + g.street + g.place + g.failed > 0;
    known.then(|| {
        format!(
            "positions: {} given, {} by house number, {} by street, {} by town only, {} not found",
            g.given, g.rooftop, g.street, g.place, g.failed
        )
    })
}

fn problems(report: &ImportReport) -> Vec<String> {
    if report.problems.is_empty() {
        return vec!["no problems".to_owned()];
    }
    let mut by_severity: BTreeMap<Severity, usize> = BTreeMap::new();
    for problem in &report.problems {
        *by_severity.entry(problem.severity).or_default() += 1;
    }
    let count = |severity| by_severity.get(&severity).copied().unwrap_or(0);
    let mut lines = vec![format!(
        "{} errors, {} warnings:",
        count(Severity::Error),
        count(Severity::Warning)
    )];
    for p in &report.problems {
        let severity = match p.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let id = p.id.as_ref().map_or(String::new(), |id| format!(" ({id})"));
        let value = if p.value.is_empty() {
            String::new()
        } else {
            format!(" {:?}", p.value)
        };
        let field = if p.field.is_empty() { "row" } else { &p.field };
        lines.push(format!(
            "  row {}{id}, {severity}, {field}{value}: {}; {}",
            p.row, p.problem, p.cure
        ));
    }
    if report.problems_left_out > 0 {
        lines.push(format!("  and {} more", report.problems_left_out));
    }
    lines
}

fn duplicates(report: &ImportReport) -> Vec<String> {
    if report.duplicates.is_empty() {
        return Vec::new();
    }
    let mut lines = vec!["may be one account each (nothing was merged):".to_owned()];
    lines.extend(report.duplicates.iter().map(|d| {
        format!(
            "  {} and {}: {} m apart, names {:.0} % alike",
            d.a,
            d.b,
            d.distance_m,
            d.name_similarity * 100.0
        )
    }));
    lines
}
