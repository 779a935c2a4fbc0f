//! Directions of numbered routes, which are signed along with the number in some countries: `I 80 $west`.
//!
//! A route relation says its direction by a tag, by the roles of its ways, or by its place in a relation of routes. The sign
//! with the dollar is that of OSRM, whose clients put the word into their language.

use std::collections::HashMap;

use crate::osm::{Member, OsmRelationId, OsmWayId, RawRelation, RoadWay};

/// The routes of an extract by what is part of them.
pub(super) struct Routes<'a> {
    of_way: HashMap<OsmWayId, Vec<(&'a RawRelation, &'a str)>>,
    of_route: HashMap<OsmRelationId, Vec<(&'a RawRelation, &'a str)>>,
}

/// What one route says of a way.
struct Said<'a> {
    route: &'a RawRelation,
    direction: &'static str,
    /// Along the way and against it.
    holds: [bool; 2],
}

impl<'a> Routes<'a> {
    pub fn new(routes: &'a [RawRelation]) -> Self {
        let mut found = Self {
            of_way: HashMap::new(),
            of_route: HashMap::new(),
        };
        for route in routes {
            for (member, role) in &route.members {
                match member {
                    Member::Way(way) => found.of_way.entry(*way).or_default(),
                    Member::Relation(part) => found.of_route.entry(*part).or_default(),
                    Member::Node(_) => continue,
                }
                .push((route, role.as_str()));
            }
        }
        found
    }

    /// Adds directions to the numbers of a way.
    pub fn name(&self, way: &mut RoadWay) {
        let Some(routes) = self.of_way.get(&way.id) else {
            return;
        };
        let said: Vec<Said> = routes.iter().filter_map(|r| self.said(r.0, r.1)).collect();
        let numbers: Vec<&str> = way.reference.split(';').map(str::trim).collect();
        let mut directions = vec![[None; 2]; numbers.len()];
        for said in &said {
            let Some(best) = best(&numbers, said.route) else {
                continue;
            };
            for (direction, holds) in directions[best].iter_mut().zip(said.holds) {
                *direction = if holds {
                    Some(said.direction)
                } else {
                    *direction
                };
            }
        }
        let text = |sense: usize| {
            let signed = numbers.iter().zip(&directions);
            let signed = signed.map(|(number, direction)| match direction[sense] {
                Some(direction) => format!("{number} ${direction}"),
                None => (*number).to_owned(),
            });
            signed.collect::<Vec<_>>().join("; ")
        };
        let (along, against) = (text(0), text(1));
        way.back_reference = (against != along).then_some(against);
        way.reference = along;
    }

    /// Nothing where what is said contradicts itself.
    fn said(&self, route: &'a RawRelation, role: &str) -> Option<Said<'a>> {
        let by_role = direction(role);
        let by_tag = route.tags.get("direction").and_then(direction);
        let parents = self.of_route.get(&route.id).into_iter().flatten();
        let mut by_parents = parents.filter_map(|(parent, role)| {
            direction(role).or_else(|| parent.tags.get("direction").and_then(direction))
        });
        let by_parent = by_parents.next().filter(|_| by_parents.next().is_none());
        let mut all = [by_role, by_tag, by_parent].into_iter().flatten();
        let first = all.next()?;
        all.all(|other| other == first).then_some(Said {
            route,
            direction: first,
            holds: [role != "backward", role != "forward"],
        })
    }
}

fn direction(text: &str) -> Option<&'static str> {
    let known = ["north", "south", "west", "east"];
    known
        .into_iter()
        .find(|known| text.eq_ignore_ascii_case(known))
}

/// Which of the numbers of a way a route means: the one with most words of the route's number or name, figures twice.
fn best(numbers: &[&str], route: &RawRelation) -> Option<usize> {
    let score = |number: &str, text: &str| -> u32 {
        let words = number.split_whitespace();
        let shared = words.filter(|word| text.split_whitespace().any(|other| other == *word));
        shared
            .map(|word| if word.parse::<f64>().is_ok() { 2 } else { 1 })
            .sum()
    };
    let texts = ["name", "ref"].map(|key| route.tags.get(key).unwrap_or_default());
    let scores = numbers.iter().enumerate().map(|(i, number)| {
        let best = texts.iter().map(|text| score(number, text)).max();
        (best.unwrap_or(0), std::cmp::Reverse(i))
    });
    let (score, place) = scores.max()?;
    (score > 0).then_some(place.0)
}

#[cfg(test)]
mod tests {
    use crate::osm::car::{CarModel, Profile};
    use crate::osm::{Member, OsmRelationId, RawRelation};
    use crate::testkit::TextMap;

    /// The numbers along and against a motorway `I 80;CO 93` that is part of some routes.
    fn signed(routes: &[(&str, &[(&str, &str)])]) -> [String; 2] {
        let tags = [
            ("highway", "motorway"),
            ("oneway", "no"),
            ("ref", "I 80;CO 93"),
        ];
        let mut extract = TextMap::draw(100.0, "A-B").way("AB", &tags).extract();
        let way = extract.ways[0].id;
        extract.routes = (1..)
            .zip(routes)
            .map(|(id, (role, tags))| RawRelation {
                id: OsmRelationId(id),
                members: vec![(Member::Way(way), (*role).to_owned())],
                tags: tags.iter().copied().collect(),
            })
            .collect();
        let car = CarModel {
            profile: Profile {
                cardinal_directions: true,
                ..CarModel::default().profile
            },
            ..CarModel::default()
        };
        let way = car.judge(&extract).ways.remove(0);
        let along = way.reference.clone();
        let against = way.back_reference.unwrap_or(way.reference);
        [along, against]
    }

    #[test]
    fn routes_say_their_direction_by_tag_or_role() {
        let both = |text: &str| [text.to_owned(), text.to_owned()];
        assert_eq!(signed(&[]), both("I 80; CO 93"));
        let i80 = ("ref", "80");
        assert_eq!(signed(&[("west", &[i80])]), both("I 80 $west; CO 93"));
        let west = ("direction", "West");
        assert_eq!(signed(&[("", &[i80, west])]), both("I 80 $west; CO 93"));
        assert_eq!(signed(&[("east", &[i80, west])]), both("I 80; CO 93"));
        assert_eq!(signed(&[("", &[("ref", "7"), west])]), both("I 80; CO 93"));
        let named = ("name", "Colorado 93");
        assert_eq!(
            signed(&[("forward", &[i80, west]), ("backward", &[named, west])]),
            ["I 80 $west; CO 93", "I 80; CO 93 $west"]
        );
    }
}
