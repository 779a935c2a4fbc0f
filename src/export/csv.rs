//! CSV (RFC 4180) of a day's stops for spreadsheets, safe to open there: text that a spreadsheet would run as a formula
//! is prefixed with an apostrophe.

use crate::planner::{DayPlan, Stop, StopKind};

/// The day's stops, one row each, with a heading.
///
/// # Panics
/// Never: rows of equal length go into memory.
#[must_use]
pub fn csv(plan: &DayPlan) -> Vec<u8> {
    let mut out = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    let wrote = out.write_record(HEADING).and_then(|()| {
        plan.stops
            .iter()
            .try_for_each(|stop| out.write_record(row(plan, stop)))
    });
    wrote.expect("rows of equal length go into memory");
    out.into_inner().expect("memory can be flushed")
}

const HEADING: [&str; 20] = [
    "date",
    "rep",
    "seq",
    "visit",
    "account",
    "name",
    "class",
    "address",
    "phone",
    "lon",
    "lat",
    "drive_s",
    "dist_m",
    "arrival",
    "start",
    "end",
    "kind",
    "status",
    "opening_hours",
    "reason",
];

fn row(plan: &DayPlan, stop: &Stop) -> [String; 20] {
    let leg = plan
        .legs
        .iter()
        .find(|leg| leg.to.as_ref() == Some(&stop.account) && leg.arrive == stop.arrival);
    [
        plan.date.to_string(),
        text(&plan.rep.0),
        stop.seq.to_string(),
        text(&stop.visit.0),
        text(&stop.account.0),
        text(&stop.name),
        optional(stop.class.as_ref()),
        optional(stop.address.as_ref()),
        optional(stop.phone.as_ref()),
        format!("{:.7}", stop.at.lon),
        format!("{:.7}", stop.at.lat),
        leg.map(|leg| ((leg.drive_ms + 500) / 1_000).to_string())
            .unwrap_or_default(),
        leg.map(|leg| format!("{:.0}", leg.dist_m))
            .unwrap_or_default(),
        stop.arrival.to_rfc3339(),
        stop.start.to_rfc3339(),
        stop.end.to_rfc3339(),
        kind(stop.kind).to_owned(),
        status(stop).to_owned(),
        optional(stop.opening_hours.as_ref()),
        text(&stop.reason.text),
    ]
}

fn optional(value: Option<&String>) -> String {
    value.map(|value| text(value)).unwrap_or_default()
}

/// Text that no spreadsheet takes for a formula.
fn text(value: &str) -> String {
    match value.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠') => {
            format!("'{value}")
        }
        _ => value.to_owned(),
    }
}

const fn kind(kind: StopKind) -> &'static str {
    match kind {
        StopKind::Suggested => "suggested",
        StopKind::Appointment => "appointment",
        StopKind::Must => "must",
        StopKind::Done => "done",
    }
}

const fn status(stop: &Stop) -> &'static str {
    use crate::accounts::VisitStatus as S;
    match stop.status {
        S::Planned => "planned",
        S::Agreed => "agreed",
        S::Done => "done",
        S::Missed => "missed",
        S::Phone => "phone",
        S::Refused => "refused",
        S::Cancelled => "cancelled",
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    fn rows(plan: &DayPlan) -> Vec<csv::StringRecord> {
        csv::Reader::from_reader(&csv(plan)[..])
            .records()
            .map(Result::unwrap)
            .collect()
    }

    #[test]
    fn stops_come_in_order_with_their_drive() {
        let rows = rows(&sample::day(2));
        assert_eq!(rows.len(), 2);
        assert_eq!((&rows[1][2], &rows[1][4]), ("2", "a2"));
        assert_eq!((&rows[0][11], &rows[0][12]), ("1800", "5000"));
    }

    #[test]
    fn formulas_are_disarmed_and_quotes_survive() {
        let mut day = sample::day(1);
        day.stops[0].name = "=HYPERLINK(\"http://x\")".into();
        day.stops[0].address = Some("1, \"Main\" Street\nValletta".into());
        let rows = rows(&day);
        assert_eq!(&rows[0][5], "'=HYPERLINK(\"http://x\")");
        assert_eq!(&rows[0][7], "1, \"Main\" Street\nValletta");
    }
}
