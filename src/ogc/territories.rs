//! Which areas hold which accounts: [`Territories`], and what lies in each: [`Inside`].

use std::collections::BTreeMap;

use chrono::NaiveDate;
use geo::{BoundingRect as _, CoordsIter as _, Intersects as _, Point};
use rayon::prelude::*;
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use crate::accounts::RepId;
use crate::accounts::areas::Area;
use crate::coverage::{Capacity, Facts};
use crate::geometry::LonLat;
use crate::planner::{CoverageFacts, Planner, run_id};
use crate::units::total;

/// All areas, found by place.
#[derive(Debug)]
pub(super) struct Territories {
    areas: Vec<Area>,
    tree: RTree<GeomWithData<Rectangle<[f64; 2]>, u32>>,
}

/// What lies in an area.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Inside {
    /// Active accounts.
    pub accounts: u64,
    /// Their value.
    pub potential: f64,
    /// Need and have of hours of the territory's rep.
    pub capacity: Option<Capacity>,
    /// How far its need is from the mean of all territories with a rep, over that mean.
    pub deviation: Option<f64>,
}

impl Territories {
    /// `areas` in the order of their ids.
    pub fn new(areas: Vec<Area>) -> Self {
        let entries = areas.iter().enumerate().filter_map(|(number, area)| {
            let around = area.shape.bounding_rect()?;
            let (min, max) = (around.min(), around.max());
            let around = Rectangle::from_corners([min.x, min.y], [max.x, max.y]);
            Some(GeomWithData::new(around, number as u32))
        });
        Self {
            tree: RTree::bulk_load(entries.collect()),
            areas,
        }
    }

    /// The areas that hold a place, their borders counted in, by number.
    fn holding(&self, at: LonLat) -> Vec<u32> {
        let place = Point::from(at);
        let there = AABB::from_point([at.lon, at.lat]);
        let near = self.tree.locate_in_envelope_intersecting(there);
        let mut found: Vec<u32> = near
            .map(|entry| entry.data)
            .filter(|number| self.areas[*number as usize].shape.intersects(&place))
            .collect();
        found.sort_unstable();
        found
    }

    /// The territory among areas that hold the same place: that of the account's own rep where several do, else the first by id.
    fn territory(&self, holding: &[u32], rep: Option<&RepId>) -> Option<u32> {
        let area = |number: &u32| &self.areas[*number as usize];
        let among = || holding.iter().filter(|number| is_territory(area(number)));
        let own = among().find(|number| rep.is_some() && area(number).rep.as_ref() == rep);
        own.or_else(|| among().next()).copied()
    }

    /// The territory of each place, for an account of this rep.
    pub fn of<'a>(
        &self,
        places: impl IndexedParallelIterator<Item = (Option<LonLat>, Option<&'a RepId>)>,
    ) -> Vec<Option<u32>> {
        let one = |(at, rep): (Option<LonLat>, _)| self.territory(&self.holding(at?), rep);
        places.map(one).collect()
    }

    /// Ids of all areas, by number.
    pub fn ids(&self) -> Vec<String> {
        self.areas.iter().map(|area| area.id.clone()).collect()
    }

    /// Names what answers about them follow from beside the look at the book `of`.
    pub fn run(&self, of: &str) -> String {
        let areas = self.areas.iter().map(|area| {
            let corners = area.shape.coords_iter().map(|at| [at.x, at.y]);
            let corners: Vec<[f64; 2]> = corners.collect();
            (&area.id, &area.kind, &area.rep, corners)
        });
        run_id("territories", &(of, areas.collect::<Vec<_>>()))
    }

    /// What lies in each area, by id. `found` holds the active accounts.
    pub fn inside(
        &self,
        planner: &Planner,
        found: &CoverageFacts,
        date: NaiveDate,
    ) -> BTreeMap<String, Inside> {
        let mut all: Vec<Vec<&Facts>> = vec![Vec::new(); self.areas.len()];
        let mut own = all.clone();
        let holding: Vec<Vec<u32>> = found
            .facts
            .par_iter()
            .map(|facts| facts.at.map_or_else(Vec::new, |at| self.holding(at)))
            .collect();
        for (facts, holding) in found.facts.iter().zip(&holding) {
            for number in holding {
                all[*number as usize].push(facts);
            }
            if let Some(number) = self.territory(holding, facts.rep.as_ref()) {
                own[number as usize].push(facts);
            }
        }
        let one = |(area, (all, own)): (&Area, (&Vec<&Facts>, &Vec<&Facts>))| {
            let mut reps = found.book().reps.iter();
            let person = reps.find(|rep| rep.active && area.rep.as_ref() == Some(&rep.id));
            let inside = Inside {
                accounts: all.len() as u64,
                potential: total(all.iter().map(|facts| facts.value)),
                capacity: person.map(|person| planner.capacity(person, own, date)),
                deviation: None,
            };
            (area.id.clone(), inside)
        };
        let mut inside: BTreeMap<String, Inside> = self
            .areas
            .iter()
            .zip(all.iter().zip(&own))
            .map(one)
            .collect();
        deviations(&mut inside);
        inside
    }
}

/// Whoever gives an area a rep, or calls it one, means a territory.
fn is_territory(area: &Area) -> bool {
    let called = |kind: &String| kind.eq_ignore_ascii_case("territory");
    area.rep.is_some() || area.kind.as_ref().is_some_and(called)
}

fn deviations(inside: &mut BTreeMap<String, Inside>) {
    let needs = inside.values().filter_map(|one| one.capacity.as_ref());
    let needs: Vec<f64> = needs.map(|capacity| capacity.hours_need).collect();
    let mean = total(needs.iter().copied()) / needs.len() as f64;
    if needs.is_empty() || mean <= 0.0 {
        return;
    }
    for one in inside.values_mut() {
        let need = one.capacity.as_ref().map(|capacity| capacity.hours_need);
        one.deviation = need.map(|need| (need - mean).abs() / mean);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::{MultiPolygon, Rect};
    use proptest::prelude::*;

    fn square(id: &str, corner: (i32, i32), side: i32, rep: Option<&str>) -> Area {
        let (x, y) = (f64::from(corner.0), f64::from(corner.1));
        let side = f64::from(side);
        let shape = Rect::new((x, y), (x + side, y + side)).to_polygon();
        Area {
            id: id.to_owned(),
            name: id.to_owned(),
            kind: None,
            rep: rep.map(RepId::from),
            shape: MultiPolygon::new(vec![shape]),
        }
    }

    #[test]
    fn a_territory_of_the_own_rep_goes_first_then_the_id_and_districts_do_not_count() {
        let district = square("a", (0, 0), 9, None);
        let mut named = square("b", (0, 0), 9, None);
        named.kind = Some("Territory".to_owned());
        let areas = vec![district, named, square("c", (0, 0), 5, Some("r1"))];
        let territories = Territories::new(areas);
        let of = |x, rep: Option<&str>| {
            let holding = territories.holding(LonLat::new(x, 1.0));
            territories.territory(&holding, rep.map(RepId::from).as_ref())
        };
        assert_eq!(of(1.0, Some("r1")), Some(2));
        assert_eq!(of(1.0, Some("r2")), Some(1));
        assert_eq!((of(8.0, Some("r1")), of(8.0, None)), (Some(1), Some(1)));
        // On the border, and beyond it.
        assert_eq!((of(9.0, None), of(9.1, None)), (Some(1), None));
    }

    #[test]
    fn deviations_are_from_the_mean_of_those_with_hours() {
        let capacity = |hours_need| Capacity {
            period_days: 28,
            visits_h: 0.0,
            travel_h: 0.0,
            hours_need,
            hours_have: 1.0,
            utilization: None,
            promise_factor: 1.0,
            state: String::new(),
            method: String::new(),
        };
        // The fixture of the field: 40, 35, 45, 40.
        let needs = [Some(40.0), Some(35.0), Some(45.0), Some(40.0), None];
        let mut inside: BTreeMap<String, Inside> = needs
            .iter()
            .enumerate()
            .map(|(i, need)| {
                let capacity = need.map(capacity);
                let one = Inside {
                    capacity,
                    ..Inside::default()
                };
                (i.to_string(), one)
            })
            .collect();
        deviations(&mut inside);
        let found: Vec<Option<f64>> = inside.values().map(|one| one.deviation).collect();
        assert_eq!(
            found,
            [Some(0.0), Some(0.125), Some(0.125), Some(0.0), None]
        );
    }

    proptest! {
        #[test]
        fn places_are_found_as_by_looking_at_each_area(
            squares in prop::collection::vec(((0_i32..20, 0_i32..20), 1_i32..9), 0..40),
            (x, y) in (0_i32..44, 0_i32..44),
        ) {
            let at = LonLat::new(f64::from(x) / 2.0, f64::from(y) / 2.0);
            let areas = squares.iter().map(|(corner, side)| square("x", *corner, *side, None));
            let wanted: Vec<u32> = squares
                .iter()
                .enumerate()
                .filter(|(_, ((x0, y0), side))| {
                    let within = |from: &i32, at: f64| (f64::from(*from)..=f64::from(from + side)).contains(&at);
                    within(x0, at.lon) && within(y0, at.lat)
                })
                .map(|(number, _)| number as u32)
                .collect();
            prop_assert_eq!(Territories::new(areas.collect()).holding(at), wanted);
        }
    }
}
