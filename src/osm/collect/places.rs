//! Which objects are businesses, addresses or settlements, and what is kept of them.

use super::TagView;
use crate::osm::{Place, PlaceKind};

/// Amenities that somebody might call on.
const AMENITIES: [&str; 66] = [
    "animal_boarding",
    "animal_shelter",
    "arts_centre",
    "bank",
    "bar",
    "biergarten",
    "boat_rental",
    "bureau_de_change",
    "cafe",
    "car_rental",
    "car_sharing",
    "car_wash",
    "casino",
    "childcare",
    "cinema",
    "clinic",
    "college",
    "community_centre",
    "conference_centre",
    "courthouse",
    "coworking_space",
    "crematorium",
    "dancing_school",
    "dentist",
    "doctors",
    "driving_school",
    "embassy",
    "events_venue",
    "fast_food",
    "fire_station",
    "food_court",
    "fuel",
    "gambling",
    "hospital",
    "ice_cream",
    "internet_cafe",
    "kindergarten",
    "language_school",
    "library",
    "marketplace",
    "money_transfer",
    "motorcycle_rental",
    "music_school",
    "nightclub",
    "nursing_home",
    "payment_centre",
    "pharmacy",
    "police",
    "post_depot",
    "post_office",
    "prep_school",
    "pub",
    "public_bath",
    "research_institute",
    "restaurant",
    "school",
    "social_centre",
    "social_facility",
    "stripclub",
    "studio",
    "theatre",
    "townhall",
    "training",
    "university",
    "vehicle_inspection",
    "veterinary",
];

/// Places to sleep.
const LODGINGS: [&str; 7] = [
    "apartment",
    "camp_site",
    "chalet",
    "guest_house",
    "hostel",
    "hotel",
    "motel",
];

/// Names of settlements and of land, biggest first.
pub const SETTLEMENTS: [&str; 14] = [
    "city",
    "town",
    "village",
    "borough",
    "suburb",
    "quarter",
    "hamlet",
    "neighbourhood",
    "isolated_dwelling",
    "farm",
    "locality",
    "island",
    "islet",
    "archipelago",
];

/// Keys whose values are other names of the same thing.
const OTHER_NAMES: [&str; 9] = [
    "alt_name",
    "brand",
    "int_name",
    "loc_name",
    "nat_name",
    "official_name",
    "old_name",
    "reg_name",
    "short_name",
];

/// The place that `tags` describe, still without id and position.
pub fn place(tags: TagView<'_>) -> Option<Place> {
    let housenumber = tags.get("addr:housenumber");
    let (kind, tag) = if let Some(tag) = business(tags) {
        (PlaceKind::Business, tag)
    } else if let Some(settlement) = settlement(tags) {
        (PlaceKind::Settlement, format!("place={settlement}"))
    } else if housenumber.is_some() && tags.get("addr:interpolation").is_none() {
        (PlaceKind::Address, String::new())
    } else {
        return None;
    };
    let text = |key: &str| {
        tags.get(key)
            .filter(|v| !v.trim().is_empty())
            .map(str::to_owned)
    };
    let either = |a: &str, b: &str| text(a).or_else(|| text(b));
    Some(Place {
        kind,
        tag,
        name: either("name", "brand"),
        other_names: other_names(tags),
        housenumber: text("addr:housenumber"),
        street: either("addr:street", "addr:place"),
        postcode: text("addr:postcode"),
        city: text("addr:city"),
        opening_hours: text("opening_hours"),
        phone: either("phone", "contact:phone"),
        website: either("website", "contact:website"),
        ..Place::default()
    })
}

/// `key=value` of the tag that makes a business.
fn business(tags: TagView<'_>) -> Option<String> {
    [
        "shop",
        "amenity",
        "healthcare",
        "craft",
        "office",
        "tourism",
    ]
    .iter()
    .find_map(|key| {
        let value = tags.get(key)?;
        let is_business = match *key {
            "amenity" => AMENITIES.binary_search(&value).is_ok(),
            "tourism" => LODGINGS.binary_search(&value).is_ok(),
            _ => !matches!(value, "no" | "vacant" | "disused" | "closed" | ""),
        };
        is_business.then(|| format!("{key}={value}"))
    })
}

/// The kind of settlement or land, when it has a name.
pub fn settlement(tags: TagView<'_>) -> Option<&'static str> {
    tags.get("name")?;
    let kind = tags.get("place")?;
    SETTLEMENTS.iter().find(|known| **known == kind).copied()
}

/// Other names, each once, in order.
pub fn other_names(tags: TagView<'_>) -> Vec<String> {
    let name = tags.get("name");
    let mut names: Vec<String> = tags
        .iter()
        .filter(|(key, _)| key.starts_with("name:") || OTHER_NAMES.binary_search(key).is_ok())
        .flat_map(|(_, value)| value.split(';'))
        .map(str::trim)
        .filter(|value| !value.is_empty() && Some(*value) != name)
        .map(str::to_owned)
        .collect();
    names.sort();
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_lists_are_in_order() {
        assert!(AMENITIES.is_sorted() && LODGINGS.is_sorted() && OTHER_NAMES.is_sorted());
    }

    #[test]
    fn a_pharmacy_is_a_business_and_a_bench_is_not() {
        let tag = |tags: &[(&str, &str)]| place(TagView(tags)).map(|p| p.tag);
        assert_eq!(
            tag(&[("amenity", "pharmacy"), ("healthcare", "pharmacy")]).as_deref(),
            Some("amenity=pharmacy")
        );
        assert_eq!(tag(&[("amenity", "bench")]), None);
        assert_eq!(tag(&[("shop", "vacant")]), None);
        assert_eq!(tag(&[("addr:housenumber", "7")]).as_deref(), Some(""));
        assert_eq!(
            tag(&[("place", "village")]),
            None,
            "a village without a name"
        );
    }
}
