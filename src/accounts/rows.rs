//! Reading one row with its problems: what the importers of accounts, reps and visits share.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, NaiveTime};

use super::import::Limits;
use super::report::{ProblemCode, RowProblem, Severity};
use super::values::{DateReading, Decimal, date, flag, list, number, time};

/// Longest value quoted in a problem, in characters.
const QUOTED: usize = 80;

/// Problems found so far. Keeps at most a limit of them and counts the rest.
#[derive(Clone, Debug, Default)]
pub(super) struct Problems {
    /// Those kept.
    pub(super) kept: Vec<RowProblem>,
    /// How many were not kept.
    pub(super) left_out: usize,
    most: usize,
}

impl Problems {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            most: limits.problems,
            ..Self::default()
        }
    }

    pub(super) fn add(&mut self, problem: RowProblem) {
        if self.kept.len() < self.most {
            self.kept.push(problem);
        } else {
            self.left_out += 1;
        }
    }
}

/// What is wrong and what would help.
#[derive(Clone, Debug)]
pub(super) struct Complaint {
    pub(super) code: ProblemCode,
    pub(super) problem: String,
    pub(super) cure: &'static str,
}

/// A row under its fields' names. Collects problems; [`RowReader::refused`] tells whether one of them is an error.
pub(super) struct RowReader<'a> {
    number: usize,
    id: Option<String>,
    cells: BTreeMap<&'static str, &'a str>,
    problems: &'a mut Problems,
    refused: bool,
}

impl<'a> RowReader<'a> {
    pub(super) fn new(
        number: usize,
        cells: BTreeMap<&'static str, &'a str>,
        problems: &'a mut Problems,
    ) -> Self {
        let id = cells
            .get("id")
            .filter(|id| !id.is_empty())
            .map(|id| shortened(id));
        Self {
            number,
            id,
            cells,
            problems,
            refused: false,
        }
    }

    /// Whether an error was found.
    pub(super) fn refused(&self) -> bool {
        self.refused
    }

    /// The cell as written; empty when there is no such column.
    pub(super) fn raw(&self, field: &str) -> &'a str {
        self.cells.get(field).copied().unwrap_or_default()
    }

    /// The cell, if not empty, without control characters.
    pub(super) fn text(&self, field: &str) -> Option<String> {
        let text: String = self
            .raw(field)
            .chars()
            .filter(|c| !c.is_control() || matches!(c, '\n' | '\t'))
            .collect();
        let text = text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    pub(super) fn error(&mut self, field: &str, complaint: Complaint) {
        self.refused = true;
        self.report(field, Severity::Error, complaint);
    }

    pub(super) fn warn(&mut self, field: &str, complaint: Complaint) {
        self.report(field, Severity::Warning, complaint);
    }

    fn report(&mut self, field: &str, severity: Severity, complaint: Complaint) {
        let value = match field {
            "lon, lat" => format!("{}, {}", self.raw("lon"), self.raw("lat")),
            _ => self.raw(field).to_owned(),
        };
        self.problems.add(RowProblem {
            row: self.number,
            id: self.id.clone(),
            field: field.to_owned(),
            value: shortened(&value),
            severity,
            code: complaint.code,
            problem: complaint.problem,
            cure: complaint.cure.to_owned(),
        });
    }

    /// A number of at least 0. What is none is a warning and counts as absent.
    pub(super) fn amount(&mut self, field: &str, decimal: Decimal) -> Option<f64> {
        let text = self.text(field)?;
        let complaint = match number(&text, decimal) {
            Some(n) if n >= 0.0 => return Some(n),
            Some(_) => Complaint {
                code: ProblemCode::Negative,
                problem: "negative number".to_owned(),
                cure: "write 0 or more",
            },
            None => Complaint {
                code: ProblemCode::NotANumber,
                problem: "not a number".to_owned(),
                cure: "write digits with at most one decimal point",
            },
        };
        self.warn(field, complaint);
        None
    }

    /// A whole number from 0 to `most`.
    pub(super) fn whole(&mut self, field: &str, most: u32, decimal: Decimal) -> Option<u32> {
        let n = self.amount(field, decimal)?;
        if n > f64::from(most) {
            self.warn(
                field,
                Complaint {
                    code: ProblemCode::TooLarge,
                    problem: format!("more than {most}"),
                    cure: "check the unit: days for cadences, minutes for visits",
                },
            );
            return None;
        }
        Some(n.round() as u32)
    }

    /// A date; a warning when it had to be guessed or cannot be read.
    pub(super) fn date(&mut self, field: &str) -> Option<NaiveDate> {
        let text = self.text(field)?;
        match date(&text) {
            Some(DateReading::Sure(day)) => Some(day),
            Some(DateReading::Guessed(day)) => {
                self.warn(
                    field,
                    Complaint {
                        code: ProblemCode::DoubtfulDate,
                        problem: format!("read as {day}"),
                        cure: "write dates as year-month-day, for example 2026-05-04",
                    },
                );
                Some(day)
            }
            None => {
                self.warn(
                    field,
                    Complaint {
                        code: ProblemCode::UnreadableDate,
                        problem: "no date, or one with two meanings".to_owned(),
                        cure: "write dates as year-month-day, for example 2026-05-04",
                    },
                );
                None
            }
        }
    }

    /// A time of day; of an instant with an offset the local clock that it shows.
    pub(super) fn time(&mut self, field: &str) -> Option<NaiveTime> {
        let text = self.text(field)?;
        // An instant in UTC does not say what the clock at the place shows.
        let local = |text: &str| {
            let at = DateTime::parse_from_rfc3339(text).ok()?;
            (!text.ends_with(['Z', 'z'])).then(|| at.time())
        };
        let read = time(&text).or_else(|| local(&text));
        if read.is_none() {
            self.warn(
                field,
                Complaint {
                    code: ProblemCode::UnreadableTime,
                    problem: "no time of day".to_owned(),
                    cure: "write the local hours and minutes, for example 08:30, or an instant with its local offset",
                },
            );
        }
        read
    }

    /// Yes or no.
    pub(super) fn flag(&mut self, field: &str) -> Option<bool> {
        let text = self.text(field)?;
        let read = flag(&text);
        if read.is_none() {
            self.warn(
                field,
                Complaint {
                    code: ProblemCode::UnreadableFlag,
                    problem: "neither yes nor no".to_owned(),
                    cure: "write true or false",
                },
            );
        }
        read
    }

    /// Texts between semicolons.
    pub(super) fn list(&mut self, field: &str) -> Vec<String> {
        let Some(text) = self.text(field) else {
            return Vec::new();
        };
        list(&text).unwrap_or_else(|| {
            self.warn(
                field,
                Complaint {
                    code: ProblemCode::UnreadableList,
                    problem: "a list that cannot be read".to_owned(),
                    cure: "separate items by semicolons, or write a JSON array of texts",
                },
            );
            Vec::new()
        })
    }

    /// Days off: items `from/to reason`, or a single day.
    pub(super) fn blocks(&mut self, field: &str) -> Vec<super::model::Block> {
        self.list(field)
            .iter()
            .filter_map(|item| {
                let read = block(item);
                if read.is_none() {
                    self.warn(
                        field,
                        Complaint {
                            code: ProblemCode::UnreadableDate,
                            problem: format!("{:?} is no span of days", shortened(item)),
                            cure: "write first and last day, for example 2026-08-10/2026-08-21 summer break",
                        },
                    );
                }
                read
            })
            .collect()
    }
}

/// Reads what [`block_text`] writes, or a single day; `None` when it is neither.
#[must_use]
pub fn block(item: &str) -> Option<super::model::Block> {
    let (span, reason) = match item.split_once(' ') {
        Some((span, reason)) => (span, Some(reason.trim().to_owned())),
        None => (item, None),
    };
    let (from, to) = span.split_once('/').unwrap_or((span, span));
    let (from, to) = (from.parse().ok()?, to.parse().ok()?);
    (from <= to).then_some(super::model::Block { from, to, reason })
}

/// A span of days as account lists have it: `2026-08-10/2026-08-21 summer break`.
#[must_use]
pub fn block_text(block: &super::model::Block) -> String {
    match &block.reason {
        Some(reason) => format!("{}/{} {reason}", block.from, block.to),
        None => format!("{}/{}", block.from, block.to),
    }
}

/// Text cut to what a report can quote.
pub(super) fn shortened(text: &str) -> String {
    let mut short: String = text.chars().take(QUOTED).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}
