//! Malta, prepared once for all tests of this binary.

use std::path::Path;
use std::sync::OnceLock;

use rondo::planner::{PrepareOptions, Region};

/// The whole country.
pub fn region() -> &'static Region {
    static REGION: OnceLock<Region> = OnceLock::new();
    REGION.get_or_init(|| {
        let extract = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/malta.osm.pbf");
        Region::prepare(&extract, &PrepareOptions::default(), &|_| {})
            .expect("the extract in data/ is sound")
    })
}
