//! Real extracts, read and judged.

use std::path::Path;

use super::*;

fn malta() -> Extract {
    read(
        Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/data/malta.osm.pbf")),
        &ReadOptions::default(),
    )
    .unwrap()
}

#[test]
fn malta_has_the_roads_that_its_description_counts() {
    let extract = malta();
    assert_eq!(
        extract
            .ways
            .iter()
            .filter(|w| w.tags.get("highway").is_some())
            .count(),
        32_862
    );
    let roads = car::CarModel::default().judge(&extract);
    assert!(
        roads
            .ways
            .iter()
            .all(|w| w.drives_left || w.ferry.is_some())
    );
}

#[test]
fn malta_totals() {
    use std::collections::BTreeMap;
    let extract = malta();
    let mut places: BTreeMap<PlaceKind, usize> = BTreeMap::new();
    for place in &extract.places {
        *places.entry(place.kind).or_default() += 1;
    }
    let mut drawn: BTreeMap<BackgroundLayer, usize> = BTreeMap::new();
    for feature in &extract.background {
        *drawn.entry(feature.layer).or_default() += 1;
    }
    let business: Vec<_> = extract
        .places
        .iter()
        .filter(|p| p.kind == PlaceKind::Business)
        .collect();
    println!(
        "{places:?} {drawn:?} {} {} {}",
        business.iter().filter(|p| p.name.is_some()).count(),
        business
            .iter()
            .filter(|p| p.opening_hours.is_some())
            .count(),
        business.iter().filter(|p| p.street.is_some()).count()
    );
    println!("{:?} {:?}", extract.countries.len(), extract.source);
}
