//! The invented reps of the demo, at home in towns of the extract.

use chrono::{NaiveTime, Weekday};

use crate::accounts::names::plain;
use crate::accounts::{Rep, USUAL_LUNCH};
use crate::geometry::{LonLat, distance};
use crate::osm::{Place, PlaceKind};

/// Town (any of its names), name, shift in minutes from midnight, most visits a day, four days only.
const REPS: [(&str, &str, [u32; 2], u32, bool); 8] = [
    ("Mosta", "Maria Camilleri", [480, 1020], 12, false),
    ("Birkirkara", "Joseph Borg", [480, 1020], 12, false),
    ("Sliema", "Claire Zammit", [510, 1050], 14, false),
    ("Paola", "Mark Farrugia", [480, 1020], 12, false),
    ("Floriana", "Rita Vella", [480, 990], 12, false),
    ("Saint Paul's Bay", "Luke Attard", [480, 1020], 12, false),
    ("Żurrieq", "Paul Grech", [450, 960], 10, true),
    ("Victoria", "Anna Micallef", [480, 1020], 12, false),
];

/// The committed demo's reps when their towns are in the extract; elsewhere as many reps as its businesses keep busy, at
/// home in its largest settlements, as far apart as can be. As `r1`, `r2`, ...; none when the extract has no place at all.
pub(super) fn reps(places: &[Place], businesses: usize) -> Vec<Rep> {
    let known: Vec<Option<LonLat>> = REPS
        .iter()
        .map(|(town, ..)| home_in(places, town))
        .collect();
    let homes = if known.iter().flatten().count() * 2 > REPS.len() {
        known
    } else {
        let wanted = businesses.div_ceil(USUAL_TERRITORY).clamp(1, REPS.len());
        homes_anywhere(places, wanted)
            .into_iter()
            .map(Some)
            .collect()
    };
    REPS.iter()
        .zip(homes)
        .filter_map(|((_, name, shift, max_visits, part_time), home)| {
            let home = home?;
            let clock = |m: u32| NaiveTime::from_num_seconds_from_midnight_opt(m * 60, 0);
            let mut weekdays = vec![Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu];
            if !part_time {
                weekdays.push(Weekday::Fri);
            }
            Some((
                name,
                home,
                clock(shift[0])?,
                clock(shift[1])?,
                weekdays,
                *max_visits,
            ))
        })
        .zip(1..)
        .map(
            |((name, home, shift_start, shift_end, weekdays, max_visits), n)| Rep {
                id: format!("r{n}").as_str().into(),
                name: (*name).to_owned(),
                home,
                shift_start,
                shift_end,
                weekdays,
                lunch: Some(USUAL_LUNCH),
                max_visits: Some(max_visits),
                max_drive_min: Some(240),
                skills: Vec::new(),
                blocks: Vec::new(),
                open_end: false,
                active: true,
            },
        )
        .collect()
}

/// How many accounts keep one rep busy.
const USUAL_TERRITORY: usize = 110;

/// Largest settlements that are looked at when homes are chosen.
const LARGEST: usize = 32;

/// Up to `count` homes: the first in the largest settlement, each further one farthest from those before. An extract
/// without settlements gives the places it has.
fn homes_anywhere(places: &[Place], count: usize) -> Vec<LonLat> {
    let mut ranked: Vec<&Place> = places
        .iter()
        .filter(|p| p.kind == PlaceKind::Settlement)
        .collect();
    if ranked.is_empty() {
        ranked = places.iter().collect();
    }
    ranked.sort_by(|a, b| (size_rank(a), &a.osm_id).cmp(&(size_rank(b), &b.osm_id)));
    ranked.truncate(LARGEST);
    let mut homes: Vec<LonLat> = ranked.first().map(|p| p.at).into_iter().collect();
    while homes.len() < count.min(ranked.len()) {
        let apart = |at: LonLat| {
            homes
                .iter()
                .map(|home| distance(*home, at).0)
                .fold(f64::INFINITY, f64::min)
        };
        let farthest = ranked
            .iter()
            .map(|p| p.at)
            .max_by(|a, b| apart(*a).total_cmp(&apart(*b)));
        homes.extend(farthest);
    }
    homes
}

/// Smaller is larger.
fn size_rank(place: &Place) -> u8 {
    match place.tag.as_str() {
        "place=city" => 0,
        "place=town" => 1,
        "place=village" | "place=suburb" => 2,
        _ => 3,
    }
}

/// The point of the largest town with this name.
fn home_in(places: &[Place], town: &str) -> Option<LonLat> {
    let wanted = plain(town);
    places
        .iter()
        .filter(|p| p.kind == PlaceKind::Settlement)
        .filter(|p| {
            p.name
                .iter()
                .chain(&p.other_names)
                .any(|n| plain(n) == wanted)
        })
        .min_by_key(|p| size_rank(p))
        .map(|p| p.at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settlement(osm_id: &str, tag: &str, lon: f64) -> Place {
        Place {
            osm_id: osm_id.to_owned(),
            at: LonLat::new(lon, 10.0),
            kind: PlaceKind::Settlement,
            tag: tag.to_owned(),
            name: Some(osm_id.to_owned()),
            ..Place::default()
        }
    }

    #[test]
    fn another_country_gets_reps_at_home_in_its_own_settlements_far_apart() {
        // On one line: the city at 1.0, towns at 1.1 and 1.2, a village at 1.9.
        let places = [
            settlement("n1", "place=village", 1.9),
            settlement("n2", "place=town", 1.1),
            settlement("n3", "place=city", 1.0),
            settlement("n4", "place=town", 1.2),
        ];
        let homes = |businesses| -> Vec<f64> {
            reps(&places, businesses)
                .iter()
                .map(|rep| rep.home.lon)
                .collect()
        };
        assert_eq!(homes(0), [1.0], "one rep however few businesses there are");
        assert_eq!(homes(330), [1.0, 1.9, 1.2]);
        assert_eq!(homes(9_000), [1.0, 1.9, 1.2, 1.1]);
        assert!(reps(&[], 500).is_empty());
    }
}
