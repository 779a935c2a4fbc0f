//! Reach polygons from real road times on the whole of Malta.

use std::sync::Arc;
use std::time::Instant;

use geo::{Contains, Validation};
use rondo::coverage::polygons::ReachArea;
use rondo::geometry::LonLat;
use rondo::planner::{Ground, Planner, Settings};
use rondo::routing::Direction;
use rondo::store::SqliteStore;
use rondo::units::Millis;

const MOSTA: LonLat = LonLat::new(14.4255, 35.9097);

fn shape(area: &ReachArea) -> geo::MultiPolygon {
    let ring =
        |r: &[LonLat]| geo::LineString::new(r.iter().map(|&p| geo::Coord::from(p)).collect());
    let polygon = |p: &rondo::coverage::polygons::Polygon| {
        geo::Polygon::new(ring(&p.outer), p.holes.iter().map(|h| ring(h)).collect())
    };
    geo::MultiPolygon::new(area.polygons.iter().map(polygon).collect())
}

fn planner() -> Planner {
    let store = SqliteStore::in_memory().unwrap();
    Planner::new(
        Ground::of(super::malta::region()),
        Arc::new(store),
        Settings::default(),
    )
}

#[test]
fn reach_on_malta_is_valid_nests_and_holds_what_is_reached() {
    let planner = planner();
    let begun = Instant::now();
    let areas = planner
        .isochrones(&[MOSTA], &[45, 10, 20, 30], Direction::From)
        .unwrap();
    let took = begun.elapsed();
    let minutes: Vec<i64> = areas.iter().map(|a| a.limit.0 / 60_000).collect();
    assert_eq!(minutes, [10, 20, 30, 45]);
    assert!(areas.windows(2).all(|p| p[0].area_m2 < p[1].area_m2));

    let network = planner.ground.network();
    let snap = planner.place(MOSTA).unwrap();
    for area in &areas {
        let shape = shape(area);
        assert!(shape.is_valid(), "{} min", area.limit.0 / 60_000);
        // A sample of what is reached lies inside.
        let mut query = planner.ground.router.query();
        let reach = planner
            .ground
            .router
            .reach(&mut query, &[snap], area.limit, Direction::From);
        for part in reach.edges.iter().step_by(97) {
            let edge = network.edge(part.edge);
            if edge.ferry() {
                continue;
            }
            let middle = edge.place_at(f64::midpoint(part.from_share, part.to_share));
            let point = geo::Point::from(geo::Coord::from(middle));
            assert!(
                shape.contains(&point),
                "{middle:?} at {} min",
                area.limit.0 / 60_000
            );
        }
        // Roads that take longer and lie far from all reached ones stay outside: Gozo, within 20 minutes of Mosta.
        let victoria = geo::Point::new(14.2397, 36.0444);
        assert!(area.limit > Millis::from_minutes(20) || !shape.contains(&victoria));
    }
    // Generous for a busy machine and an unoptimised build; the bench tells the real figure.
    assert!(took.as_secs_f64() < 20.0, "{took:?}");
}

#[test]
fn a_place_at_sea_has_no_reach() {
    let far = LonLat::new(14.8, 35.9);
    assert!(
        planner()
            .isochrones(&[far], &[10], Direction::From)
            .is_err()
    );
}
