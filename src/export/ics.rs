//! iCalendar (RFC 5545): one event per visit, with an alarm five minutes before the rep has to leave.
//!
//! Times are UTC, which needs no VTIMEZONE and means the same instant everywhere. UIDs are those of the visits: reading
//! a newer file of the same day updates the events instead of doubling them.

use std::fmt::Write as _;

use chrono::{DateTime, TimeZone, Utc};

use crate::accounts::VisitStatus;
use crate::planner::{DayPlan, Stop, StopKind};

/// Longest line in octets, without the line break (RFC 5545, 3.1).
const LINE: usize = 75;

/// The day as an iCalendar file.
#[must_use]
pub fn ics(plan: &DayPlan) -> String {
    let mut out = String::new();
    line(&mut out, "BEGIN:VCALENDAR");
    line(&mut out, "VERSION:2.0");
    line(&mut out, "PRODID:-//Rondo//Rondo//EN");
    line(&mut out, "CALSCALE:GREGORIAN");
    line(&mut out, "METHOD:PUBLISH");
    for stop in &plan.stops {
        event(&mut out, plan, stop);
    }
    if let Some(lunch) = plan.lunch {
        line(&mut out, "BEGIN:VEVENT");
        line(
            &mut out,
            &format!("UID:lunch-{}-{}@rondo", uid(&plan.rep.0), plan.date),
        );
        stamp(&mut out, plan);
        span(&mut out, lunch.start, lunch.end);
        line(&mut out, "SUMMARY:Lunch");
        line(&mut out, "TRANSP:TRANSPARENT");
        line(&mut out, "END:VEVENT");
    }
    line(&mut out, "END:VCALENDAR");
    out
}

fn event(out: &mut String, plan: &DayPlan, stop: &Stop) {
    line(out, "BEGIN:VEVENT");
    line(out, &format!("UID:visit-{}@rondo", uid(&stop.visit.0)));
    stamp(out, plan);
    span(out, stop.start, stop.end);
    line(out, &format!("SUMMARY:{}", escape(&stop.name)));
    if let Some(address) = &stop.address {
        line(out, &format!("LOCATION:{}", escape(address)));
    }
    line(out, &format!("GEO:{:.6};{:.6}", stop.at.lat, stop.at.lon));
    line(out, &format!("DESCRIPTION:{}", escape(&about(stop))));
    let status = match (stop.status, stop.kind) {
        (VisitStatus::Cancelled | VisitStatus::Refused, _) => "CANCELLED",
        (VisitStatus::Planned, StopKind::Suggested | StopKind::Must) => "TENTATIVE",
        _ => "CONFIRMED",
    };
    line(out, &format!("STATUS:{status}"));
    if matches!(stop.status, VisitStatus::Planned | VisitStatus::Agreed) {
        alarm(out, plan, stop);
    }
    line(out, "END:VEVENT");
}

fn about(stop: &Stop) -> String {
    let mut lines = vec![format!("Visit {}: {}", stop.seq, stop.reason.text)];
    if let Some(phone) = &stop.phone {
        lines.push(format!("Phone {phone}"));
    }
    if let Some(hours) = &stop.opening_hours {
        lines.push(format!("Open {hours}"));
    }
    lines.join("\n")
}

/// Rings five minutes before the drive to the stop begins.
fn alarm(out: &mut String, plan: &DayPlan, stop: &Stop) {
    let leaves = plan
        .legs
        .iter()
        .find(|leg| leg.to.as_ref() == Some(&stop.account) && leg.arrive == stop.arrival)
        .map_or(stop.start, |leg| leg.depart);
    let ahead = (stop.start - leaves).num_minutes().max(0) + 5;
    line(out, "BEGIN:VALARM");
    line(out, "ACTION:DISPLAY");
    line(out, &format!("TRIGGER:-PT{ahead}M"));
    line(
        out,
        &format!(
            "DESCRIPTION:{}",
            escape(&format!("Leave for {}", stop.name))
        ),
    );
    line(out, "END:VALARM");
}

/// When this form of the events was made: the book's last change, so that equal plans give equal bytes.
fn stamp(out: &mut String, plan: &DayPlan) {
    let at = plan
        .as_of
        .unwrap_or_else(|| plan.depart.with_timezone(&Utc));
    line(out, &format!("DTSTAMP:{}", utc(at)));
}

fn span<Z: TimeZone>(out: &mut String, start: DateTime<Z>, end: DateTime<Z>) {
    line(out, &format!("DTSTART:{}", utc(start)));
    line(out, &format!("DTEND:{}", utc(end)));
}

fn utc<Z: TimeZone>(at: DateTime<Z>) -> String {
    at.with_timezone(&Utc).format("%Y%m%dT%H%M%SZ").to_string()
}

/// An id as part of a UID: what is not plain is written as its code.
fn uid(id: &str) -> String {
    id.chars().fold(String::new(), |mut out, c| {
        if c.is_ascii_alphanumeric() || "-._".contains(c) {
            out.push(c);
        } else {
            let _ = write!(out, "%{:x}", u32::from(c));
        }
        out
    })
}

/// TEXT of RFC 5545, 3.3.11.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => {
                out.push('\\');
                out.push(c);
            }
            '\n' => out.push_str("\\n"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// One content line, folded between characters so that no piece exceeds 75 octets.
fn line(out: &mut String, text: &str) {
    let mut length = 0;
    for c in text.chars() {
        if length + c.len_utf8() > LINE {
            out.push_str("\r\n ");
            length = 1;
        }
        out.push(c);
        length += c.len_utf8();
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    fn unfold(text: &str) -> String {
        text.replace("\r\n ", "")
    }

    #[test]
    fn lines_are_folded_between_characters() {
        let mut day = sample::day(1);
        day.stops[0].name = "日本語の名前".repeat(20);
        let text = ics(&day);
        assert!(text.split("\r\n").all(|l| l.len() <= 75), "{text}");
        assert!(unfold(&text).contains(&"日本語の名前".repeat(20)));
        assert!(!text.replace("\r\n", "").contains('\n'));
    }

    #[test]
    fn text_is_escaped_and_cannot_add_lines() {
        let mut day = sample::day(1);
        day.stops[0].name = "A; B, C\\D\r\nEND:VCALENDAR".into();
        let text = unfold(&ics(&day));
        assert!(text.contains("SUMMARY:A\\; B\\, C\\\\D\\nEND:VCALENDAR\r\n"));
        assert_eq!(text.matches("\r\nEND:VCALENDAR").count(), 1);
    }

    #[test]
    fn uids_stay_and_times_are_utc() {
        let text = ics(&sample::day(2));
        assert_eq!(text, ics(&sample::day(2)));
        assert!(text.contains("UID:visit-v1@rondo\r\n"));
        // 09:00 in Malta in winter is 08:00 UTC.
        assert!(text.contains("DTSTART:20261124T080000Z\r\n"), "{text}");
        // Leaves at 08:30 for a visit at 09:00: rings at 08:25.
        assert!(text.contains("TRIGGER:-PT35M"), "{text}");
    }

    #[test]
    fn a_done_visit_rings_no_more() {
        let mut day = sample::day(1);
        day.stops[0].status = VisitStatus::Done;
        let text = ics(&day);
        assert!(!text.contains("VALARM") && text.contains("STATUS:CONFIRMED"));
    }
}
