//! Where is an address? Answered from the extract alone: house numbers, streets, names of towns.
//!
//! Start at [`Geocoder::locate`]. An answer says how good it is; what only names a town is never planned silently, and
//! what may be two places is no answer at all.

use std::collections::BTreeMap;

use crate::accounts::names::plain;
use crate::accounts::{Address, Location, LocationQuality};
use crate::geometry::{LonLat, along, distance};
use crate::osm::{Place, PlaceKind};
use crate::units::Metres;

/// A street or house belongs to a town when it is at most so far from the town's point.
const TOWN_REACH: Metres = Metres(4_000.0);

/// Pieces of one street are at most so far from their middle; farther ones are another street of the same name.
const STREET_REACH: Metres = Metres(1_500.0);

/// Largest difference of house numbers that is bridged between two known ones.
const BRIDGED: u32 = 20;

/// Largest difference to the only known neighbour.
const NEAR: u32 = 4;

/// Finds addresses; built once per region and shared.
#[derive(Clone, Debug, Default)]
pub struct Geocoder {
    houses: BTreeMap<String, Vec<House>>,
    streets: BTreeMap<String, Vec<LonLat>>,
    towns: BTreeMap<String, Vec<(u8, LonLat)>>,
}

#[derive(Clone, Debug)]
struct House {
    number: u32,
    text: String,
    at: LonLat,
    town: String,
    postcode: String,
    surveyed: bool,
}

impl Geocoder {
    /// Index of `places`; n log n.
    #[must_use]
    pub fn build(places: &[Place]) -> Self {
        let mut built = Self::default();
        for place in places {
            built.add(place);
        }
        for towns in built.towns.values_mut() {
            towns.sort_by_key(|(rank, _)| *rank);
        }
        built
    }

    fn add(&mut self, place: &Place) {
        let names = || place.name.iter().chain(&place.other_names);
        match place.kind {
            PlaceKind::Settlement => {
                for name in names() {
                    let towns = self.towns.entry(town_key(name)).or_default();
                    towns.push((rank(&place.tag), place.at));
                }
            }
            PlaceKind::Street => {
                for name in names() {
                    let pieces = self.streets.entry(street_key(name)).or_default();
                    pieces.push(place.at);
                }
            }
            PlaceKind::Business | PlaceKind::Address | PlaceKind::InterpolatedAddress => {
                let Some(street) = place.street.as_deref().map(street_key) else {
                    return;
                };
                let number = place.housenumber.as_deref().and_then(leading_number);
                if let Some(number) = number {
                    self.houses.entry(street.clone()).or_default().push(House {
                        number,
                        text: plain(place.housenumber.as_deref().unwrap_or_default()),
                        at: place.at,
                        town: town_key(place.city.as_deref().unwrap_or_default()),
                        postcode: postcode_key(place.postcode.as_deref().unwrap_or_default()),
                        surveyed: place.kind != PlaceKind::InterpolatedAddress,
                    });
                }
                self.streets.entry(street).or_default().push(place.at);
            }
        }
    }

    /// The place of an address: its house (rooftop), a house reckoned from known numbers or the street (street), the
    /// town (place), or `None`.
    #[must_use]
    pub fn locate(&self, address: &Address) -> Option<Location> {
        let towns = self.towns_of(address.city.as_deref());
        let found = |at, quality| Some(Location { at, quality });
        if let Some((street, number)) = street_and_number(address) {
            let here = Whereabouts {
                towns: &towns,
                town: town_key(address.city.as_deref().unwrap_or_default()),
                postcode: postcode_key(address.postcode.as_deref().unwrap_or_default()),
            };
            let key = street_key(&street);
            if let Some(number) = number
                && let Some((at, quality)) = self.house(&key, &number, &here)
            {
                return found(at, quality);
            }
            if let Some(at) = self.street(&key, &here) {
                return found(at, LocationQuality::Street);
            }
        }
        let (_, at) = towns.first()?;
        found(*at, LocationQuality::Place)
    }

    fn towns_of(&self, city: Option<&str>) -> Vec<(u8, LonLat)> {
        city.and_then(|city| self.towns.get(&town_key(city)).cloned())
            .unwrap_or_default()
    }

    fn house(
        &self,
        key: &str,
        text: &str,
        here: &Whereabouts,
    ) -> Option<(LonLat, LocationQuality)> {
        let number = leading_number(text)?;
        let houses = here.choose(self.houses.get(key)?)?;
        let same = |h: &&&House| h.text == plain(text);
        let exact = houses
            .iter()
            .filter(same)
            .chain(houses.iter().filter(|h| h.number == number))
            .min_by_key(|h| (!h.surveyed, h.text != plain(text)));
        if let Some(house) = exact {
            let quality = if house.surveyed {
                LocationQuality::Rooftop
            } else {
                LocationQuality::Street
            };
            return Some((house.at, quality));
        }
        let side = || houses.iter().filter(|h| h.number % 2 == number % 2);
        let below = side()
            .filter(|h| h.number < number)
            .max_by_key(|h| h.number);
        let above = side()
            .filter(|h| h.number > number)
            .min_by_key(|h| h.number);
        let at = match (below, above) {
            (Some(a), Some(b)) if b.number - a.number <= BRIDGED => {
                let share = f64::from(number - a.number) / f64::from(b.number - a.number);
                along(a.at, b.at, share)
            }
            (Some(a), _) if number - a.number <= NEAR => a.at,
            (_, Some(b)) if b.number - number <= NEAR => b.at,
            _ => return None,
        };
        Some((at, LocationQuality::Street))
    }

    fn street(&self, key: &str, here: &Whereabouts) -> Option<LonLat> {
        let pieces = here.near_town(self.streets.get(key)?, |p| *p)?;
        let middle = middle(pieces.iter().map(|p| **p))?;
        if pieces.iter().any(|p| distance(**p, middle) > STREET_REACH) {
            return None; // two streets of this name, and nothing tells which
        }
        // A piece of the street itself, not a point in the middle of a bend.
        pieces
            .into_iter()
            .min_by(|a, b| {
                let far = |p: &LonLat| distance(*p, middle).0;
                far(a).total_cmp(&far(b))
            })
            .copied()
    }
}

/// What an address says besides its street.
struct Whereabouts<'a> {
    towns: &'a [(u8, LonLat)],
    town: String,
    postcode: String,
}

impl Whereabouts<'_> {
    /// The houses of one street that the address can mean: of its postcode, else town, else near the town, else all
    /// when they are all of one street.
    fn choose<'h>(&self, houses: &'h [House]) -> Option<Vec<&'h House>> {
        let of = |keep: &dyn Fn(&House) -> bool| -> Vec<&House> {
            houses.iter().filter(|h| keep(h)).collect()
        };
        let by_postcode = of(&|h| !self.postcode.is_empty() && h.postcode == self.postcode);
        if !by_postcode.is_empty() {
            return Some(by_postcode);
        }
        let by_town = of(&|h| !self.town.is_empty() && h.town == self.town);
        if !by_town.is_empty() {
            return Some(by_town);
        }
        let near = self.near_town(houses, |h| h.at)?;
        let middle = middle(near.iter().map(|h| h.at))?;
        near.iter()
            .all(|h| distance(h.at, middle) <= STREET_REACH)
            .then_some(near)
    }

    /// Items near the town nearest to any of them; all items when the town is unknown; `None` when the town is known
    /// and nothing is near it.
    fn near_town<'i, T>(&self, items: &'i [T], at: impl Fn(&T) -> LonLat) -> Option<Vec<&'i T>> {
        if self.towns.is_empty() {
            return Some(items.iter().collect());
        }
        let nearest = |town: LonLat| {
            items
                .iter()
                .map(|i| distance(at(i), town).0)
                .fold(f64::INFINITY, f64::min)
        };
        let (_, town) = self
            .towns
            .iter()
            .min_by(|a, b| nearest(a.1).total_cmp(&nearest(b.1)))?;
        let near: Vec<_> = items
            .iter()
            .filter(|i| distance(at(i), *town) <= TOWN_REACH)
            .collect();
        (!near.is_empty()).then_some(near)
    }
}

fn middle(points: impl Iterator<Item = LonLat>) -> Option<LonLat> {
    let (mut lon, mut lat, mut n) = (0.0, 0.0, 0.0);
    for p in points {
        lon += p.lon;
        lat += p.lat;
        n += 1.0;
    }
    (n > 0.0).then(|| LonLat::new(lon / n, lat / n))
}

/// Larger settlements first, where a name is given twice.
fn rank(tag: &str) -> u8 {
    match tag {
        "place=city" => 0,
        "place=town" => 1,
        "place=village" => 2,
        "place=suburb" | "place=hamlet" => 3,
        _ => 4,
    }
}

fn leading_number(text: &str) -> Option<u32> {
    let digits: String = text
        .trim()
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    digits.parse().ok().filter(|n| *n < 100_000)
}

fn postcode_key(text: &str) -> String {
    plain(text).replace(' ', "")
}

/// Towns without the article or the word for village that Maltese, Romance and Arabic names carry.
fn town_key(name: &str) -> String {
    let name = plain(name);
    let words: Vec<&str> = name
        .split(' ')
        .map(|w| if w == "st" { "saint" } else { w })
        .collect();
    let kept: Vec<&str> = words
        .iter()
        .copied()
        .skip_while(|w| {
            matches!(
                *w,
                "il" | "l"
                    | "ic"
                    | "id"
                    | "in"
                    | "ir"
                    | "is"
                    | "it"
                    | "ix"
                    | "iz"
                    | "hal"
                    | "haz"
                    | "had"
                    | "ta"
                    | "tas"
                    | "the"
                    | "el"
                    | "la"
                    | "le"
                    | "les"
                    | "los"
                    | "las"
            )
        })
        .collect();
    if kept.is_empty() {
        words.join(" ")
    } else {
        kept.join(" ")
    }
}

/// Streets without the word for street, in whatever language and abbreviation; the words for square and avenue are one
/// word each, so that `Misraħ San Ġorġ` is not `Triq San Ġorġ`.
fn street_key(name: &str) -> String {
    let name = plain(name);
    let words: Vec<&str> = name.split(' ').collect();
    let last = words.len() - 1;
    let mut kind = "";
    let mut kept: Vec<&str> = Vec::new();
    for (i, word) in words.iter().enumerate() {
        match *word {
            "triq" | "street" | "str" | "strasse" | "road" | "rd" | "rue" | "calle" | "via"
            | "strada" | "tr" => {}
            "st" if i == last && i > 0 => {}
            "st" => kept.push("saint"),
            "avenue" | "ave" | "av" | "avenida" | "vjal" | "allee" => kind = "avenue ",
            "square" | "sq" | "pjazza" | "misrah" | "piazza" | "plaza" | "platz" => {
                kind = "square ";
            }
            "lane" | "sqaq" | "alley" | "vicolo" | "gasse" => kind = "lane ",
            word => kept.push(
                word.strip_suffix("strasse")
                    .or_else(|| word.strip_suffix("str"))
                    .filter(|stem| stem.len() > 2)
                    .unwrap_or(word),
            ),
        }
    }
    if kept.is_empty() {
        return name;
    }
    format!("{kind}{}", kept.join(" "))
}

/// Street and house number, also from a street cell that holds both (`12, Triq X`, `Triq X 12A`).
fn street_and_number(address: &Address) -> Option<(String, Option<String>)> {
    let street = address.street.as_deref()?.trim();
    if let Some(number) = &address.housenumber {
        return Some((street.to_owned(), Some(number.clone())));
    }
    let is_number = |w: &str| w.len() <= 6 && w.starts_with(|c: char| c.is_ascii_digit());
    let words: Vec<&str> = street.split([' ', ',']).filter(|w| !w.is_empty()).collect();
    let (first, last) = (words.first()?, words.last()?);
    Some(if words.len() > 1 && is_number(first) {
        (words[1..].join(" "), Some((*first).to_owned()))
    } else if words.len() > 1 && is_number(last) {
        (words[..words.len() - 1].join(" "), Some((*last).to_owned()))
    } else {
        (street.to_owned(), None)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(kind: PlaceKind, lon: f64, street: &str, number: &str, city: &str) -> Place {
        let some = |t: &str| (!t.is_empty()).then(|| t.to_owned());
        Place {
            at: LonLat::new(lon, 35.9),
            kind,
            street: some(street),
            housenumber: some(number),
            city: some(city),
            ..Place::default()
        }
    }

    fn named(kind: PlaceKind, lon: f64, name: &str, other: &[&str], tag: &str) -> Place {
        Place {
            at: LonLat::new(lon, 35.9),
            kind,
            name: Some(name.to_owned()),
            other_names: other.iter().map(|o| (*o).to_owned()).collect(),
            tag: tag.to_owned(),
            ..Place::default()
        }
    }

    /// Sliema at 14.50 and Mosta at 14.42 (7 km apart), each with a Triq il-Kbira.
    fn geocoder() -> Geocoder {
        use PlaceKind::{Address, InterpolatedAddress, Settlement, Street};
        Geocoder::build(&[
            named(Settlement, 14.50, "Tas-Sliema", &["Sliema"], "place=town"),
            named(Settlement, 14.42, "Il-Mosta", &["Mosta"], "place=town"),
            named(
                Street,
                14.501,
                "Triq il-Kbira",
                &["High Street"],
                "highway=residential",
            ),
            named(Street, 14.421, "Triq il-Kbira", &[], "highway=residential"),
            named(
                Street,
                14.503,
                "Triq San Ġorġ",
                &["Saint George's Road"],
                "highway=residential",
            ),
            named(Street, 14.507, "Misraħ San Ġorġ", &[], "highway=pedestrian"),
            place(Address, 14.5000, "Triq il-Kbira", "10", "Sliema"),
            place(Address, 14.5010, "Triq il-Kbira", "20", "Sliema"),
            place(Address, 14.5020, "Triq il-Kbira", "21A", "Sliema"),
            place(
                InterpolatedAddress,
                14.5030,
                "Triq il-Kbira",
                "30",
                "Sliema",
            ),
        ])
    }

    fn locate(street: &str, number: &str, city: &str) -> Option<(f64, LocationQuality)> {
        let some = |t: &str| (!t.is_empty()).then(|| t.to_owned());
        let address = Address {
            street: some(street),
            housenumber: some(number),
            postcode: None,
            city: some(city),
        };
        let found = geocoder().locate(&address)?;
        Some(((found.at.lon * 1e5).round() / 1e5, found.quality))
    }

    #[test]
    fn quality_goes_from_house_to_street_to_town() {
        use LocationQuality::{Place, Rooftop, Street};
        for (street, number, city, want) in [
            ("Triq il-Kbira", "10", "Sliema", Some((14.5, Rooftop))),
            (
                "TRIQ IL KBIRA",
                "21a",
                "tas-sliema",
                Some((14.502, Rooftop)),
            ),
            ("Triq il-Kbira", "21", "Sliema", Some((14.502, Rooftop))),
            ("12, Triq il-Kbira", "", "Sliema", Some((14.5002, Street))),
            ("Triq il-Kbira 22", "", "Sliema", Some((14.5014, Street))),
            ("Triq il-Kbira", "30", "Sliema", Some((14.503, Street))),
            ("Triq il-Kbira", "900", "Mosta", Some((14.421, Street))),
            ("High St.", "", "Sliema", Some((14.501, Street))),
            ("St George's Rd", "", "Sliema", Some((14.503, Street))),
            ("Pjazza San Ġorġ", "", "Sliema", Some((14.507, Street))),
            ("Nowhere Street", "1", "Mosta", Some((14.42, Place))),
            ("", "", "MOSTA", Some((14.42, Place))),
            ("Nowhere Street", "1", "Atlantis", None),
            ("", "", "", None),
        ] {
            assert_eq!(
                locate(street, number, city),
                want,
                "{street} {number} {city}"
            );
        }
    }

    #[test]
    fn a_street_of_two_towns_is_not_guessed() {
        assert_eq!(locate("Triq il-Kbira", "", ""), None);
        assert_eq!(
            locate("Triq San Ġorġ", "", ""),
            Some((14.503, LocationQuality::Street))
        );
        assert_eq!(
            locate("Triq San Ġorġ", "", "Mosta"),
            Some((14.42, LocationQuality::Place)),
            "the street is in another town"
        );
    }

    #[test]
    fn abbreviations_and_languages_meet() {
        for (a, b) in [
            ("Hauptstraße", "Hauptstr."),
            ("Rue de la Paix", "de la Paix"),
            ("Tower Rd", "Tower Road"),
        ] {
            assert_eq!(street_key(a), street_key(b));
        }
        assert_eq!(town_key("Ħaż-Żabbar"), town_key("Zabbar"));
        assert_eq!(town_key("Il-Belt"), "belt");
    }
}
