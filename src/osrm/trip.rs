//! `/trip`: the best order of places, and the route over them in that order.

use super::Services;
use super::ask::TripAsk;
use super::fault::{Code, Fault};
use super::journey::journey;
use super::json::Json;
use super::order::{Wish, order};
use super::route::check_count;
use super::waypoint::{Waypoint, waypoints};
use super::write::{self, Leg};
use crate::routing::{Stand, TravelMatrix};

impl Services {
    /// The answer of `/trip`.
    ///
    /// # Errors
    /// When too much is asked for, a place has no road, or there is no trip over all places.
    pub fn trip(&self, ask: &TripAsk) -> Result<Vec<u8>, Fault> {
        let common = &ask.route.common;
        check_count(common, self.settings.limits.trip_places)?;
        if !ask.roundtrip && !ask.source_first && !ask.destination_last {
            return Err(Fault::new(
                Code::NotImplemented,
                "This request is not supported: without a round trip, say source=first or destination=last.",
            ));
        }
        self.without(&common.exclude)?.best_trip(ask)
    }

    fn best_trip(&self, ask: &TripAsk) -> Result<Vec<u8>, Fault> {
        let common = &ask.route.common;
        let places = waypoints(self, common)?;
        let stands: Vec<Stand> = places.iter().map(|w| w.stand.clone()).collect();
        let matrix = self.router.matrix_between(&stands, &stands);
        if !is_joined(&matrix) {
            return Err(no_trips());
        }
        let order = best_order(&matrix, ask);
        let mut stops: Vec<Waypoint> = order.iter().map(|i| places[*i].clone()).collect();
        if ask.roundtrip {
            stops.push(stops[0].clone());
        }
        let mut query = self.router.query();
        let legs: Vec<Leg> = journey(&self.router, &mut query, &stops, false)
            .ok_or_else(no_trips)?
            .into_iter()
            .enumerate()
            .map(|(i, route)| {
                let mut leg = Leg::default();
                leg.add(i, route);
                leg
            })
            .collect();
        let mut json = Json::with_capacity(4_096);
        json.object(|json| {
            json.key("code").text("Ok");
            json.key("trips").array(|json| {
                write::route(json, self, &ask.route, &stops, &legs);
            });
            if !common.no_waypoints {
                let mut rank = vec![0; order.len()];
                for (place, i) in order.iter().enumerate() {
                    rank[*i] = place;
                }
                json.key("waypoints")
                    .list(places.iter().zip(rank), |json, (w, rank)| {
                        self.write_waypoint(json, w.asked, &w.snap, !common.no_hints, |json| {
                            json.key("trips_index").whole(0);
                            json.key("waypoint_index").whole(rank as i64);
                        });
                    });
            }
            self.write_version(json);
        });
        Ok(json.into_bytes())
    }
}

fn no_trips() -> Fault {
    Fault::new(Code::NoTrips, "No trip visiting all destinations possible.")
}

fn is_joined(matrix: &TravelMatrix) -> bool {
    (0..matrix.rows()).all(|i| (0..matrix.columns()).all(|j| matrix.time(i, j).is_some()))
}

fn best_order(matrix: &TravelMatrix, ask: &TripAsk) -> Vec<usize> {
    let count = matrix.rows();
    let last = count - 1;
    let both = ask.source_first && ask.destination_last;
    let wish = Wish {
        start: ask.source_first.then_some(0),
        end: (ask.destination_last && (both || !ask.roundtrip)).then_some(last),
        // With both ends given, the way back is the same whatever the order.
        back: ask.roundtrip && !both,
    };
    let time = |from: usize, to: usize| matrix.time(from, to).map_or(0, |t| t.0.unsigned_abs());
    let mut order = order(count, &time, wish);
    if ask.roundtrip && ask.destination_last && !both {
        // A round trip that ends where it should: begun at the last place.
        let at = order.iter().position(|i| *i == last).unwrap_or(0);
        order.rotate_left(at);
    }
    order
}
