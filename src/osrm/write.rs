//! Routes as JSON.

use super::Services;
use super::annotation;
use super::ask::{Geometries, Overview, RouteAsk};
use super::course::Course;
use super::exclude::classes;
use super::json::Json;
use super::manoeuvre::{Kind, carrier};
use super::overview::simplified;
use super::steps::{Crossing, Step, Steps};
use super::summary::summary;
use super::waypoint::Waypoint;
use crate::geometry::{LonLat, LonLatE7};
use crate::network::Network;
use crate::polyline::{self, Precision};
use crate::routing::{Route, Totals as Taken};

/// `[lon,lat]` with six digits.
pub fn position(json: &mut Json, at: LonLatE7) {
    json.array(|json| {
        json.scaled(Precision::Six.round_e7(at.lon_e7), 6);
        json.scaled(Precision::Six.round_e7(at.lat_e7), 6);
    });
}

fn geometry(json: &mut Json, how: Geometries, line: impl Iterator<Item = LonLatE7>) {
    let json = json.key("geometry");
    match how {
        Geometries::Polyline => {
            json.raw_text(|out| escaped_polyline(line, Precision::Five, out));
        }
        Geometries::Polyline6 => json.raw_text(|out| escaped_polyline(line, Precision::Six, out)),
        Geometries::GeoJson => json.object(|json| {
            json.key("coordinates").list(line, position);
            json.key("type").text("LineString");
        }),
    }
}

/// Of the characters of a polyline only the backslash needs an escape.
fn escaped_polyline(line: impl Iterator<Item = LonLatE7>, precision: Precision, out: &mut Vec<u8>) {
    let from = out.len();
    polyline::encode_e7(line, precision, out);
    if out[from..].contains(&b'\\') {
        let encoded = out.split_off(from);
        for byte in encoded {
            if byte == b'\\' {
                out.push(b'\\');
            }
            out.push(byte);
        }
    }
}

/// Writes a route of these legs from waypoint to waypoint.
pub fn route(
    json: &mut Json,
    services: &Services,
    ask: &RouteAsk,
    waypoints: &[Waypoint],
    legs: &[Leg],
) {
    let network = services.network();
    let courses: Vec<Course> = if needs_course(ask) {
        legs.iter()
            .map(|leg| leg.course(network, waypoints))
            .collect()
    } else {
        Vec::new()
    };
    json.object(|json| {
        match ask.overview {
            Overview::No | Overview::ByLegs => {}
            Overview::Full => geometry(json, ask.geometries, whole(&courses)),
            Overview::Simplified => {
                let line: Vec<LonLat> = whole(&courses).map(LonLatE7::to_lon_lat).collect();
                let line = simplified(&line).into_iter().map(LonLat::to_e7);
                geometry(json, ask.geometries, line);
            }
        }
        json.key("legs").array(|json| {
            for (i, leg) in legs.iter().enumerate() {
                write_leg(json, services, ask, leg, courses.get(i));
            }
        });
        let total = legs
            .iter()
            .fold(Totals::default(), |sum, leg| sum.and(leg.totals()));
        total.write(json);
        json.key("weight_name").text(&services.settings.weight_name);
    });
}

/// Whether more is written of a route than what it takes.
pub fn needs_course(ask: &RouteAsk) -> bool {
    ask.steps || ask.annotations.any() || ask.overview != Overview::No
}

/// All legs as one line; the waypoints in between once.
fn whole(courses: &[Course]) -> impl Iterator<Item = LonLatE7> {
    courses.iter().enumerate().flat_map(|(i, course)| {
        let first = usize::from(i > 0);
        course.points[first..].iter().copied()
    })
}

/// The routes between two waypoints, and over those in between that are only passed.
#[derive(Clone, Debug, Default)]
pub struct Leg {
    /// With the waypoint that each starts from; none when only what they take is known.
    routes: Vec<(usize, Route)>,
    totals: Totals,
}

impl Leg {
    /// Adds the route from the waypoint of a number.
    pub fn add(&mut self, from: usize, route: Route) {
        self.add_totals(&Taken::of(&route));
        self.routes.push((from, route));
    }

    /// Adds what a route takes, for legs of which nothing else is written.
    pub fn add_totals(&mut self, taken: &Taken) {
        self.totals = self.totals.and(Totals {
            time_ms: taken.time.0,
            cost_ms: taken.cost.millis(),
            length_m: taken.length.0,
        });
    }

    /// Its only route; `None` when there are more or none is known.
    pub fn route(&self) -> Option<&Route> {
        match &self.routes[..] {
            [(_, route)] => Some(route),
            _ => None,
        }
    }

    const fn totals(&self) -> Totals {
        self.totals
    }

    fn course(&self, network: &Network, waypoints: &[Waypoint]) -> Course {
        let mut courses = self
            .routes
            .iter()
            .map(|(from, route)| Course::new(network, route, &waypoints[*from]));
        let mut whole = courses.next().expect("a leg has at least one route");
        for more in courses {
            whole.append(more);
        }
        whole
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct Totals {
    time_ms: i64,
    cost_ms: u64,
    length_m: f64,
}

impl Totals {
    fn and(self, other: Self) -> Self {
        Self {
            time_ms: self.time_ms + other.time_ms,
            cost_ms: self.cost_ms + other.cost_ms,
            length_m: self.length_m + other.length_m,
        }
    }

    fn write(self, json: &mut Json) {
        json.key("distance").fixed(self.length_m, 1);
        json.key("duration").fixed(self.time_ms as f64 / 1e3, 1);
        json.key("weight").fixed(self.cost_ms as f64 / 1e3, 1);
    }
}

fn write_leg(
    json: &mut Json,
    services: &Services,
    ask: &RouteAsk,
    leg: &Leg,
    course: Option<&Course>,
) {
    let network = services.network();
    json.object(|json| {
        let steps = course
            .filter(|_| ask.steps)
            .map(|course| Steps::new(network, services.sights(), course));
        json.key("steps").array(|json| {
            if let (Some(course), Some(steps)) = (course, &steps) {
                for step in &steps.steps {
                    let spelt = Spelt { course, steps };
                    write_step(json, services, ask, spelt, step);
                }
            }
        });
        leg.totals().write(json);
        let names = steps.map_or_else(Vec::new, |steps| summary(network, &steps));
        json.key("summary").text(&names.join(", "));
        if let Some(course) = course {
            if ask.overview == Overview::ByLegs {
                geometry(json, ask.geometries, course.points.iter().copied());
            }
            if ask.annotations.any() {
                annotation::write(json.key("annotation"), network, course, ask.annotations);
            }
        }
    });
}

/// A leg and its steps.
#[derive(Clone, Copy)]
struct Spelt<'a> {
    course: &'a Course,
    steps: &'a Steps,
}

fn write_step(
    json: &mut Json,
    services: &Services,
    ask: &RouteAsk,
    Spelt { course, steps }: Spelt<'_>,
    step: &Step,
) {
    let network = services.network();
    let edge = network.edge(step.edge);
    json.object(|json| {
        // The last step is a line too, of one place twice.
        if step.kind == Kind::Arrive {
            let here = course.points[step.first];
            geometry(json, ask.geometries, [here, here].into_iter());
        } else {
            let line = &course.points[step.first..=step.last];
            geometry(json, ask.geometries, line.iter().copied());
        }
        json.key("maneuver").object(|json| {
            json.key("bearing_after").whole(i64::from(step.after));
            json.key("bearing_before").whole(i64::from(step.before));
            position(json.key("location"), course.points[step.first]);
            if let Some(modifier) = step.modifier {
                json.key("modifier").text(modifier.as_str());
            }
            json.key("type").text(step.kind.as_str());
            if let Some(exit) = step.exit {
                json.key("exit").whole(i64::from(exit));
            }
        });
        json.key("mode")
            .text(carrier(edge).unwrap_or(services.settings.travel));
        let side = if edge.drives_left() { "left" } else { "right" };
        json.key("driving_side").text(side);
        json.key("name").text(edge.name());
        if !edge.reference().is_empty() {
            json.key("ref").text(edge.reference());
        }
        if !edge.pronunciation().is_empty() {
            json.key("pronunciation").text(edge.pronunciation());
        }
        json.key("intersections").list(
            &steps.crossings[step.crossings.clone()],
            |json, crossing| {
                write_crossing(json, network, course, steps, crossing);
            },
        );
        Totals {
            time_ms: step.time_ms,
            cost_ms: step.cost_ms,
            length_m: step.length_m,
        }
        .write(json);
    });
}

fn write_crossing(
    json: &mut Json,
    network: &Network,
    course: &Course,
    steps: &Steps,
    crossing: &Crossing,
) {
    let roads = &steps.roads[crossing.roads.clone()];
    json.object(|json| {
        if let Some(goes) = crossing.goes {
            json.key("out").whole(goes as i64);
        }
        if let Some(came) = crossing.came {
            json.key("in").whole(came as i64);
        }
        json.key("entry")
            .list(roads, |json, road| json.boolean(road.1));
        json.key("bearings")
            .list(roads, |json, road| json.whole(i64::from(road.0)));
        position(json.key("location"), course.points[crossing.point]);
        let classes = classes(network.edge(crossing.edge));
        if crossing.goes.is_some() && classes.clone().next().is_some() {
            json.key("classes").list(classes, Json::text);
        }
    });
}
