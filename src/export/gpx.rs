//! GPX 1.1: each stop as waypoint and route point, the drives as a track.

use std::fmt::Write as _;

use chrono::{DateTime, FixedOffset, Utc};

use crate::geometry::LonLat;
use crate::planner::{DayPlan, Stop};

/// The day as a GPX 1.1 document.
#[must_use]
pub fn gpx(plan: &DayPlan) -> String {
    let title = format!("{} {}", plan.rep_name, plan.date);
    let mut out = String::from(concat!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n",
        "<gpx version=\"1.1\" creator=\"Rondo\" xmlns=\"http://www.topografix.com/GPX/1/1\" ",
        "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" ",
        "xsi:schemaLocation=\"http://www.topografix.com/GPX/1/1 http://www.topografix.com/GPX/1/1/gpx.xsd\">\n",
        "<metadata>"
    ));
    element(&mut out, "name", &title);
    element(
        &mut out,
        "desc",
        &format!("{} visits, run {}", plan.stops.len(), plan.run_id),
    );
    out.push_str(concat!(
        "<copyright author=\"OpenStreetMap contributors\">",
        "<license>https://www.openstreetmap.org/copyright</license></copyright>"
    ));
    element(&mut out, "time", &utc(plan.depart));
    out.push_str("</metadata>\n");
    point(&mut out, "wpt", plan.home, &home_details(plan));
    for stop in &plan.stops {
        point(&mut out, "wpt", stop.at, &details(stop));
    }
    route(&mut out, plan, &title);
    track(&mut out, plan, &title);
    out.push_str("</gpx>\n");
    out
}

fn route(out: &mut String, plan: &DayPlan, title: &str) {
    out.push_str("<rte>");
    element(out, "name", title);
    out.push('\n');
    point(out, "rtept", plan.home, &home_details(plan));
    for stop in &plan.stops {
        point(out, "rtept", stop.at, &details(stop));
    }
    if plan.legs.last().is_some_and(|leg| leg.to.is_none()) {
        point(out, "rtept", plan.home, &home_details(plan));
    }
    out.push_str("</rte>\n");
}

/// One segment per drive, because the car stands between them.
fn track(out: &mut String, plan: &DayPlan, title: &str) {
    if plan.legs.is_empty() {
        return;
    }
    out.push_str("<trk>");
    element(out, "name", title);
    out.push('\n');
    for leg in &plan.legs {
        out.push_str("<trkseg>\n");
        for &at in &leg.line {
            point(out, "trkpt", at, "");
        }
        out.push_str("</trkseg>\n");
    }
    out.push_str("</trk>\n");
}

/// Child elements of a stop's point, in the order that the schema asks for.
fn details(stop: &Stop) -> String {
    let mut out = String::new();
    element(&mut out, "time", &utc(stop.start));
    element(&mut out, "name", &format!("{} {}", stop.seq, stop.name));
    let mut about = format!(
        "{}-{}",
        stop.start.format("%H:%M"),
        stop.end.format("%H:%M")
    );
    for part in [&stop.address, &stop.phone].into_iter().flatten() {
        about.push_str(", ");
        about.push_str(part);
    }
    element(&mut out, "desc", &about);
    element(&mut out, "type", "visit");
    out
}

fn home_details(plan: &DayPlan) -> String {
    let mut out = String::new();
    element(&mut out, "name", &format!("Home of {}", plan.rep_name));
    element(&mut out, "type", "home");
    out
}

fn point(out: &mut String, tag: &str, at: LonLat, inside: &str) {
    let _ = writeln!(
        out,
        "<{tag} lat=\"{:.7}\" lon=\"{:.7}\">{inside}</{tag}>",
        at.lat, at.lon
    );
}

fn element(out: &mut String, tag: &str, text: &str) {
    // XML 1.0 has no way to write control characters.
    let plain: String = text
        .chars()
        .filter(|c| !c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}'))
        .collect();
    let _ = write!(out, "<{tag}>{}</{tag}>", quick_xml::escape::escape(&plain));
}

fn utc(at: DateTime<FixedOffset>) -> String {
    at.with_timezone(&Utc)
        .format("%Y-%m-%dT%H:%M:%SZ")
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    /// Reads the document with an XML reader and counts elements by name.
    fn count(text: &str, tag: &str) -> usize {
        let mut reader = quick_xml::Reader::from_str(text);
        let mut found = 0;
        loop {
            match reader.read_event().unwrap() {
                quick_xml::events::Event::Start(start) if start.name().as_ref() == tag => {
                    found += 1;
                }
                quick_xml::events::Event::Eof => return found,
                _ => {}
            }
        }
    }

    #[test]
    fn waypoints_route_and_track_are_there() {
        let text = gpx(&sample::day(3));
        assert_eq!(count(&text, "wpt"), 4);
        assert_eq!(count(&text, "rtept"), 5);
        assert_eq!(count(&text, "trkseg"), 4);
        assert!(text.contains("lat=\"35.9000000\" lon=\"14.5100000\""));
    }

    #[test]
    fn names_cannot_break_out_of_their_element() {
        let mut day = sample::day(1);
        day.stops[0].name = "</name><wpt lat=\"0\" lon=\"0\"/>& \u{1} \"Ta' Ċensu\"".into();
        let text = gpx(&day);
        assert_eq!(count(&text, "wpt"), 2);
        assert!(text.contains("&lt;/name&gt;"));
        assert!(!text.contains('\u{1}'));
    }

    #[test]
    fn a_day_without_visits_has_no_track() {
        let text = gpx(&sample::day(0));
        assert_eq!(count(&text, "trk"), 0);
        assert_eq!(count(&text, "wpt"), 1);
    }
}
