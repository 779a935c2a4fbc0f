//! `/route`: the best way over places in their order, with alternatives.

use super::Services;
use super::ask::{Common, RouteAsk};
use super::fault::{Code, Fault};
use super::journey::journey;
use super::json::Json;
use super::waypoint::{Waypoint, waypoints};
use super::write::{self, Leg};
use crate::routing::Totals;

impl Services {
    /// The answer of `/route`.
    ///
    /// # Errors
    /// When too much is asked for, a place has no road, or no route leads over all places.
    pub fn route(&self, ask: &RouteAsk) -> Result<Vec<u8>, Fault> {
        let most = self.settings.limits.route_places;
        check_count(&ask.common, most)?;
        self.check_alternatives(ask)?;
        let last = ask.common.spots.len() - 1;
        if let (Some(first), Some(end)) = (ask.waypoints.first(), ask.waypoints.last())
            && (*first != 0 || *end != last)
        {
            return Err(Fault::new(
                Code::InvalidValue,
                "First and last coordinates must be specified as waypoints.",
            ));
        }
        self.without(&ask.common.exclude)?.best_route(ask)
    }

    fn best_route(&self, ask: &RouteAsk) -> Result<Vec<u8>, Fault> {
        let places = waypoints(self, &ask.common)?;
        let straight = ask.continue_straight.unwrap_or(self.settings.straight_on);
        let no_route = || Fault::new(Code::NoRoute, "Impossible route between points");
        let mut query = self.router.query();
        let kept = |i: usize| ask.waypoints.is_empty() || ask.waypoints.contains(&i);
        let chained = straight && places.len() > 2;
        let mut routes = Vec::new();
        if chained || ask.alternatives > 0 || write::needs_course(ask) {
            let best = journey(&self.router, &mut query, &places, straight);
            routes.push(legs(best.ok_or_else(no_route)?, kept, Leg::add));
        } else {
            let pairs = places.windows(2);
            let taken: Option<Vec<Totals>> = pairs
                .map(|two| {
                    let (from, to) = (&two[0].stand, &two[1].stand);
                    self.router.totals_between(&mut query, from, to)
                })
                .collect();
            let add = |leg: &mut Leg, _, taken| leg.add_totals(&taken);
            routes.push(legs(taken.ok_or_else(no_route)?, kept, add));
        }
        if ask.alternatives > 0
            && let [from, to] = &places[..]
            && let [best] = &routes[0][..]
            && let Some(best) = best.route()
        {
            let (from, to) = (&from.stand, &to.stand);
            let count = ask.alternatives as usize;
            let others = self.router.alternatives(&mut query, from, to, best, count);
            routes.extend(
                others
                    .into_iter()
                    .map(|route| legs(vec![route], kept, Leg::add)),
            );
        }
        let mut json = Json::with_capacity(4_096);
        json.object(|json| {
            json.key("code").text("Ok");
            json.key("routes").list(routes, |json, legs| {
                write::route(json, self, ask, &places, &legs);
            });
            let shown: Vec<Waypoint> = if ask.waypoints.is_empty() {
                places.clone()
            } else {
                ask.waypoints.iter().map(|i| places[*i].clone()).collect()
            };
            self.write_waypoints(json, &ask.common, &shown);
            self.write_version(json);
        });
        Ok(json.into_bytes())
    }

    fn check_alternatives(&self, ask: &RouteAsk) -> Result<(), Fault> {
        let most = self.settings.limits.alternatives;
        if ask.alternatives as usize > most {
            return Err(Fault::new(
                Code::TooBig,
                format!("Requested number of alternatives is higher than current maximum ({most})"),
            ));
        }
        Ok(())
    }

    /// Writes the version of the data, if there is one.
    pub(super) fn write_version(&self, json: &mut Json) {
        if let Some(version) = &self.settings.data_version {
            json.key("data_version").text(version);
        }
    }
}

/// Refuses fewer than two places and more than `most`.
pub fn check_count(common: &Common, most: usize) -> Result<(), Fault> {
    let count = common.spots.len();
    if count < 2 {
        return Err(Fault::new(
            Code::InvalidOptions,
            "Number of coordinates needs to be at least two.",
        ));
    }
    if count > most {
        return Err(Fault::new(
            Code::TooBig,
            format!("Number of entries {count} is higher than current maximum ({most})"),
        ));
    }
    Ok(())
}

/// Puts what leads from place to place together to legs between the places that are kept.
fn legs<T>(
    parts: Vec<T>,
    kept: impl Fn(usize) -> bool,
    add: impl Fn(&mut Leg, usize, T),
) -> Vec<Leg> {
    let mut legs: Vec<Leg> = Vec::with_capacity(parts.len());
    for (i, part) in parts.into_iter().enumerate() {
        if i == 0 || kept(i) {
            legs.push(Leg::default());
        }
        if let Some(leg) = legs.last_mut() {
            add(leg, i, part);
        }
    }
    legs
}
