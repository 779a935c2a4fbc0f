//! House numbers between two known ones, along an `addr:interpolation` line.

use super::TagView;
use crate::geometry::{LonLat, along, distance};
use crate::osm::{Place, PlaceKind};

/// More numbers than this between two neighbours is a slip of the pen.
const MOST: u32 = 500;

/// An interpolation line, as tagged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interpolation {
    step: u32,
    street: Option<String>,
    city: Option<String>,
}

/// The interpolation that a way describes; alphabetic ones are left out.
pub fn interpolation(tags: TagView<'_>) -> Option<Interpolation> {
    let step = match tags.get("addr:interpolation")? {
        "odd" | "even" => 2,
        "all" => 1,
        other => other.parse().ok().filter(|step| (1..=100).contains(step))?,
    };
    let text = |key: &str| tags.get(key).map(str::to_owned);
    Some(Interpolation {
        step,
        street: text("addr:street").or_else(|| text("addr:place")),
        city: text("addr:city"),
    })
}

/// The houses strictly between the numbered points of `line`, evenly spread over its length. Each point comes with the
/// address at it, if there is one.
pub fn expand(osm_id: &str, rule: &Interpolation, line: &[(LonLat, Option<&Place>)]) -> Vec<Place> {
    let numbered: Vec<(usize, u32, &Place)> = line
        .iter()
        .enumerate()
        .filter_map(|(i, (_, place))| {
            let place = (*place)?;
            Some((i, place.housenumber.as_ref()?.trim().parse().ok()?, place))
        })
        .collect();
    let mut houses = Vec::new();
    for pair in numbered.windows(2) {
        let ((a, first, place), (b, last, other)) = (pair[0], pair[1]);
        let points: Vec<LonLat> = line[a..=b].iter().map(|(at, _)| *at).collect();
        let span = first.abs_diff(last);
        if span == 0 || span % rule.step != 0 || span / rule.step > MOST {
            continue;
        }
        for k in 1..span / rule.step {
            let offset = k * rule.step;
            let number = if first < last {
                first + offset
            } else {
                first - offset
            };
            houses.push(Place {
                osm_id: osm_id.to_owned(),
                at: point_at(&points, f64::from(offset) / f64::from(span)),
                kind: PlaceKind::InterpolatedAddress,
                housenumber: Some(number.to_string()),
                street: rule
                    .street
                    .clone()
                    .or_else(|| place.street.clone())
                    .or_else(|| other.street.clone()),
                city: rule.city.clone().or_else(|| place.city.clone()),
                postcode: place
                    .postcode
                    .clone()
                    .filter(|p| other.postcode.as_ref() == Some(p)),
                ..Place::default()
            });
        }
    }
    houses
}

/// The point at `share` (0 to 1) of the length of `line`, which holds a point at least.
pub fn point_at(line: &[LonLat], share: f64) -> LonLat {
    let total: f64 = line.windows(2).map(|p| distance(p[0], p[1]).0).sum();
    let mut left = total * share;
    for pair in line.windows(2) {
        let length = distance(pair[0], pair[1]).0;
        if left <= length && length > 0.0 {
            return along(pair[0], pair[1], left / length);
        }
        left -= length;
    }
    line.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_numbers_between_two_houses_are_spread_evenly() {
        let house = |number: &str| Place {
            housenumber: Some(number.into()),
            street: Some("Main".into()),
            ..Place::default()
        };
        let (a, b) = (house("1"), house("9"));
        let line = [
            (LonLat::new(0.0, 0.0), Some(&a)),
            (LonLat::new(0.5, 0.0), None),
            (LonLat::new(1.0, 0.0), Some(&b)),
        ];
        let rule = interpolation(TagView(&[("addr:interpolation", "odd")])).unwrap();
        let found: Vec<_> = expand("w1", &rule, &line)
            .into_iter()
            .map(|p| {
                (
                    p.housenumber.unwrap(),
                    (p.at.lon * 1e6).round() / 1e6,
                    p.street.unwrap(),
                )
            })
            .collect();
        let main = || "Main".to_owned();
        assert_eq!(
            found,
            [
                ("3".into(), 0.25, main()),
                ("5".into(), 0.5, main()),
                ("7".into(), 0.75, main())
            ]
        );
        let even = [
            (LonLat::new(0.0, 0.0), Some(&a)),
            (LonLat::new(1.0, 0.0), None),
        ];
        assert!(expand("w1", &rule, &even).is_empty());
    }
}
