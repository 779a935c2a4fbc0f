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
