//! Whole tiles, decoded and looked at.

use std::collections::BTreeMap;
use std::path::Path;

use super::*;
use crate::geometry::LonLat;
use crate::osm::{ReadOptions, read};
use crate::testkit::protobuf::fields;

/// Layer -> (features, values of its features' properties).
type Content = BTreeMap<String, (usize, Vec<String>)>;

fn decode(tile: &[u8]) -> Content {
    let mut content = Content::new();
    for (_, layer) in fields(tile) {
        let (mut name, mut count, mut values) = (String::new(), 0, Vec::new());
        for (field, bytes) in fields(&layer) {
            match field {
                1 => name = String::from_utf8(bytes).unwrap(),
                2 => count += 1,
                4 => values.push(String::from_utf8(fields(&bytes).remove(0).1).unwrap()),
                _ => {}
            }
        }
        content.insert(name, (count, values));
    }
    content
}

fn malta() -> Background {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/malta.osm.pbf");
    let extract = read(&path, &ReadOptions::default()).unwrap();
    let bounds = Bounds {
        min: LonLat::new(14.18, 35.80),
        max: LonLat::new(14.58, 36.09),
    };
    Background::build(extract.background, bounds)
}

/// The tile that holds a place.
fn tile_at(z: u8, lon: f64, lat: f64) -> (u32, u32) {
    let [x, y] = grid::cell(geo::Coord { x: lon, y: lat });
    let shift = 28 - z;
    (x as u32 >> shift, y as u32 >> shift)
}

#[test]
fn malta_reads_well_at_every_zoom() {
    let map = malta();
    let again = Background::from_bytes(&map.to_bytes()).unwrap();
    let mut counts = Vec::new();
    for z in 0..=16 {
        let (x, y) = tile_at(z, 14.5120, 35.8980);
        let tile = map.tile(z, x, y);
        assert_eq!(tile, again.tile(z, x, y), "saved and loaded, zoom {z}");
        assert!(tile.len() < 600_000, "{} bytes at zoom {z}", tile.len());
        let content = decode(&tile);
        counts.push(format!(
            "{z}: {}",
            content
                .iter()
                .map(|(layer, (count, _))| format!("{layer} {count}"))
                .collect::<Vec<_>>()
                .join(", ")
        ));
        if z >= 7 {
            assert_eq!(content["earth"].0, 1, "{counts:?}");
        }
        if z >= 15 {
            assert!(content["buildings"].0 > 20, "{counts:?}");
        }
    }
    let (x, y) = tile_at(10, 14.5120, 35.8980);
    let far = decode(&map.tile(10, x, y));
    assert!(
        far["places"].1.iter().any(|v| v == "Valletta"),
        "{:?}",
        far["places"]
    );
    assert!(far["roads"].1.iter().any(|v| v == "trunk"));
    assert!(!far["roads"].1.iter().any(|v| v == "residential"));
    insta::assert_snapshot!(counts.join("\n"));
}

#[test]
fn tiles_off_the_grid_and_at_sea_are_empty() {
    let map = malta();
    assert!(map.tile(3, 8, 0).is_empty());
    assert!(map.tile(30, 0, 0).is_empty());
    let (x, y) = tile_at(12, 0.0, 0.0);
    assert!(map.tile(12, x, y).is_empty());
    let (x, y) = tile_at(22, 14.5120, 35.8980);
    assert!(!map.tile(22, x, y).is_empty(), "deeper than the grid");
}

#[test]
fn damaged_bytes_are_refused() {
    let bytes = malta().to_bytes();
    assert!(Background::from_bytes(&bytes[..bytes.len() / 2]).is_err());
    assert!(Background::from_bytes(b"nonsense").is_err());
}

#[test]
fn rings_are_cut_and_keep_their_sense() {
    let square = clip::Square { min: 0, max: 10 };
    let ring = [[-5, -5], [15, -5], [15, 15], [-5, 15]];
    let cut = clip::ring(&ring, square);
    assert_eq!(grid::twice_area(&cut), 200);
    assert_eq!(clip::line(&[[-5, 5], [15, 5]], square), [[[0, 5], [10, 5]]]);
    // Out and in again: two pieces.
    let there_and_back = [[5, 5], [20, 5], [20, 8], [5, 8]];
    assert_eq!(clip::line(&there_and_back, square).len(), 2);
    assert!(clip::line(&[[20, 20], [30, 30]], square).is_empty());
}

#[test]
fn thinning_keeps_corners_and_ends() {
    let line = [[0, 0], [50, 1], [100, 0], [100, 100]];
    assert_eq!(simplify::line(&line, 8.0), [[0, 0], [100, 0], [100, 100]]);
    let ring = [[0, 0], [50, 1], [100, 0], [100, 100], [0, 100]];
    assert_eq!(
        simplify::ring(&ring, 8.0),
        [[0, 0], [100, 0], [100, 100], [0, 100]]
    );
}
