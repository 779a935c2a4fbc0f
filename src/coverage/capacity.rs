//! Do the hours suffice for the promised cadence? [`estimate`] compares need and have of one rep over one period.
//!
//! Travel is estimated, not planned (method `estimate`): the drive from home and back is shared by the visits of a day,
//! and the drives between visits follow the square-root law, `k * sqrt(n * A) / speed` for `n` visits in an area `A`
//! (Beardwood, Halton and Hammersley, 1959; k includes the detour that roads make). Good for comparing reps; an
//! estimate of one rep's travel may be off by a quarter.

use super::facts::{Drive, Facts, RepFacts};
use super::model::Capacity;
use crate::geometry::{Bounds, LocalPlane, LonLat};
use crate::units::{Millis, total};

/// What the estimate assumes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CapacityRule {
    /// Length of the period in days.
    pub period_days: u32,
    /// Parking and walking in, per visit.
    pub parking: Millis,
    /// Factor k of the travel estimate.
    pub travel_factor: f64,
    /// Speed of the travel estimate in km/h.
    pub travel_speed_kmh: f64,
}

/// Need and have of `rep` for `accounts` (those it looks after).
#[must_use]
pub fn estimate(rep: &RepFacts, accounts: &[&Facts], rule: &CapacityRule) -> Capacity {
    let frequency = |a: &Facts| match a.interval_days {
        Some(interval) if interval > 0 => f64::from(rule.period_days) / f64::from(interval),
        _ => 0.0,
    };
    let visits = total(accounts.iter().map(|a| frequency(a)));
    let on_site_min = total(
        accounts
            .iter()
            .map(|a| frequency(a) * f64::from(a.visit_min)),
    );
    let parking_min = visits * rule.parking.as_minutes_f64();
    let between_min = between_visits_min(accounts, visits, rule);
    let per_day = visits_per_day(rep, visits, on_site_min + parking_min + between_min);
    let from_home_min = total(accounts.iter().map(|a| match a.drive {
        Drive::Takes(time) => frequency(a) * 2.0 * time.as_minutes_f64() / per_day,
        Drive::Unknown | Drive::Unreachable => 0.0,
    }));

    let visits_h = on_site_min / 60.0;
    let travel_h = (from_home_min + between_min + parking_min) / 60.0;
    let hours_need = visits_h + travel_h;
    let hours_have = f64::from(rep.working_days) * rep.day.as_minutes_f64() / 60.0;
    let utilization = (hours_have > 0.0).then(|| hours_need / hours_have);
    Capacity {
        period_days: rule.period_days,
        visits_h,
        travel_h,
        hours_need,
        hours_have,
        utilization,
        promise_factor: match utilization {
            Some(used) => 1.0 / used.max(1.0),
            None if hours_need > 0.0 => 0.0,
            None => 1.0,
        },
        state: state(utilization, hours_need).to_owned(),
        method: "estimate".to_owned(),
    }
}

fn state(utilization: Option<f64>, hours_need: f64) -> &'static str {
    match utilization {
        Some(used) if used < 0.85 => "free",
        Some(used) if used <= 1.0 => "full",
        None if hours_need <= 0.0 => "free",
        _ => "over",
    }
}

/// Drives between visits over the period: `k * sqrt(n * A) / speed`, with the area of the accounts' hull.
fn between_visits_min(accounts: &[&Facts], visits: f64, rule: &CapacityRule) -> f64 {
    let places: Vec<LonLat> = accounts
        .iter()
        .filter(|a| a.on_network && a.interval_days.is_some())
        .filter_map(|a| a.at)
        .collect();
    let km = rule.travel_factor * (visits * hull_area_km2(&places)).sqrt();
    km / rule.travel_speed_kmh * 60.0
}

/// How many visits fit into a day, at least one.
fn visits_per_day(rep: &RepFacts, visits: f64, minutes: f64) -> f64 {
    if visits <= 0.0 || minutes <= 0.0 {
        return 1.0;
    }
    let fit = (rep.day.as_minutes_f64() / (minutes / visits)).floor();
    let limit = rep.max_visits.map_or(f64::INFINITY, f64::from);
    fit.min(limit).max(1.0)
}

/// Area of the convex hull of `places` in square kilometres.
fn hull_area_km2(places: &[LonLat]) -> f64 {
    let Some(bounds) = Bounds::around(places.iter().copied()) else {
        return 0.0;
    };
    let plane = LocalPlane::at(bounds.centre());
    let mut points: Vec<[f64; 2]> = places.iter().map(|&p| plane.project(p)).collect();
    points.sort_by(|a, b| a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1])));
    points.dedup();
    if points.len() < 3 {
        return 0.0;
    }
    let lower = half_hull(points.iter().copied());
    let upper = half_hull(points.iter().rev().copied());
    let ring: Vec<[f64; 2]> = lower.into_iter().chain(upper).collect();
    let twice: f64 = ring
        .iter()
        .zip(ring.iter().cycle().skip(1))
        .map(|(a, b)| a[0] * b[1] - b[0] * a[1])
        .sum();
    twice.abs() / 2.0 / 1e6
}

/// One half of Andrew's monotone chain, without its last point.
fn half_hull(points: impl Iterator<Item = [f64; 2]>) -> Vec<[f64; 2]> {
    let mut hull: Vec<[f64; 2]> = Vec::new();
    for p in points {
        while let [.., a, b] = hull[..] {
            if (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]) > 0.0 {
                break;
            }
            hull.pop();
        }
        hull.push(p);
    }
    hull.pop();
    hull
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coverage::tests::account;

    fn rep() -> RepFacts {
        RepFacts {
            rep: "r".into(),
            name: "R".into(),
            working_days: 20,
            day: Millis::HOUR + Millis::HOUR,
            max_visits: None,
        }
    }

    const RULE: CapacityRule = CapacityRule {
        period_days: 28,
        parking: Millis::ZERO,
        travel_factor: 0.7124 * 1.3,
        travel_speed_kmh: 40.0,
    };

    #[test]
    fn without_travel_need_is_frequency_times_minutes() {
        // Twice in 28 days at 30 min each, at the doorstep: one hour of 40.
        let a = Facts {
            interval_days: Some(14),
            visit_min: 30,
            drive: Drive::Takes(Millis::ZERO),
            ..account("a")
        };
        let c = estimate(&rep(), &[&a], &RULE);
        assert!((c.hours_need - 1.0).abs() < 1e-12 && (c.hours_have - 40.0).abs() < 1e-12);
        assert_eq!(
            (c.state.as_str(), c.method.as_str(), c.promise_factor),
            ("free", "estimate", 1.0)
        );
    }

    #[test]
    fn the_way_from_home_is_shared_by_the_visits_of_a_day() {
        // 4 visits of 30 min fit into 2 hours: 2 * 20 min / 4 per visit, 2 visits: 20 min in all.
        let a = Facts {
            interval_days: Some(14),
            visit_min: 30,
            drive: Drive::Takes(Millis::from_minutes(20)),
            ..account("a")
        };
        let c = estimate(&rep(), &[&a], &RULE);
        assert!((c.travel_h * 60.0 - 20.0).abs() < 1e-9, "{c:?}");
    }

    #[test]
    fn too_many_promises_are_over_and_priced() {
        let a = Facts {
            interval_days: Some(1),
            visit_min: 180,
            ..account("a")
        };
        let c = estimate(&rep(), &[&a], &RULE);
        assert_eq!(c.state, "over");
        let used = c.utilization.expect("hours are there");
        assert!(used > 1.0 && (c.promise_factor - 1.0 / used).abs() < 1e-12);
    }

    #[test]
    fn the_hull_of_a_square_kilometre_is_one() {
        let plane = LocalPlane::at(LonLat::new(14.4, 35.9));
        let corners = [
            [0.0, 0.0],
            [1e3, 0.0],
            [1e3, 1e3],
            [0.0, 1e3],
            [500.0, 400.0],
        ]
        .map(|p| plane.unproject(p));
        assert!((hull_area_km2(&corners) - 1.0).abs() < 1e-3);
        assert!(hull_area_km2(&corners[..2]) == 0.0);
    }
}
