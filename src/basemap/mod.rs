//! Background vector tiles (MVT) made from the extract, so that no map request leaves the machine.
//!
//! [`Background::build`] projects shapes once onto an integer grid, [`Background::tile`] cuts a tile from them. Layers:
//! `earth`, `landuse`, `water`, `buildings`, `roads`, `places`; properties `kind` and, where a map would show it,
//! `name`. `zooms` decides from which zoom a thing is drawn, `clip` and `simplify` cut and thin lines, `mvt`
//! writes the bytes, `saved` keeps all of it in a region file. [`Sheet`] cuts any other shape to a tile in the same way.

mod clip;
mod cut;
mod grid;
mod mvt;
mod saved;
mod simplify;
#[cfg(test)]
mod tests;
mod tile;
mod zooms;

use std::collections::BTreeMap;

use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use crate::geometry::Bounds;
use crate::osm::{BackgroundFeature, BackgroundLayer};
use grid::Cell;

pub use cut::{Piece, Sheet};
pub use mvt::{Layer as TileLayer, Value as TileValue};
pub use saved::SavedError;

/// Upper zooms of the groups that have a tree each: far out only the few things that show there are looked at.
const GROUPS: [u8; 6] = [7, 9, 11, 12, 13, u8::MAX];

/// All shapes of the background, ready to be cut into tiles. Build once, share by `Arc`.
#[derive(Debug)]
pub struct Background {
    bounds: Bounds,
    kinds: Vec<String>,
    names: Vec<String>,
    features: Vec<Feature>,
    trees: Vec<RTree<GeomWithData<Rectangle<[i32; 2]>, u32>>>,
}

/// How a feature's parts are to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
enum Form {
    Points,
    Lines,
    /// Rings, outer ones clockwise as seen on the map and each followed by its holes, which run the other way.
    Rings,
}

/// One shape on the grid.
#[derive(Debug, PartialEq)]
struct Feature {
    layer: BackgroundLayer,
    kind: u32,
    name: Option<u32>,
    from_zoom: u8,
    form: Form,
    parts: Vec<Vec<Cell>>,
}

impl Background {
    /// Takes shapes in; `bounds` is what the region covers. n log n in the number of shapes. Shapes without any point
    /// are left out; the same shapes in the same order give the same background.
    #[must_use]
    pub fn build(shapes: Vec<BackgroundFeature>, bounds: Bounds) -> Self {
        let (mut kinds, mut names) = (Words::default(), Words::default());
        let mut features: Vec<(i64, Feature)> = shapes
            .into_iter()
            .filter_map(|shape| {
                let (form, parts) = grid::parts(&shape.shape)?;
                let size = grid::size(form, &parts);
                Some((
                    size,
                    Feature {
                        layer: shape.layer,
                        from_zoom: zooms::first(shape.layer, shape.kind, form, size),
                        kind: kinds.index(shape.kind),
                        name: shape.name.map(|name| names.index(&name)),
                        form,
                        parts,
                    },
                ))
            })
            .collect();
        // Painted in this order: big areas under small ones.
        features.sort_by(|(a_size, a), (b_size, b)| {
            (a.layer, b_size)
                .cmp(&(b.layer, a_size))
                .then(a.from_zoom.cmp(&b.from_zoom))
        });
        let features = features.into_iter().map(|(_, feature)| feature).collect();
        Self::assemble(bounds, kinds.words, names.words, features)
    }

    fn assemble(
        bounds: Bounds,
        kinds: Vec<String>,
        names: Vec<String>,
        features: Vec<Feature>,
    ) -> Self {
        let mut grouped = vec![Vec::new(); GROUPS.len()];
        for (i, feature) in features.iter().enumerate() {
            let group = GROUPS.partition_point(|&upper| upper < feature.from_zoom);
            let mut points = feature.parts.iter().flatten();
            let Some(&first) = points.next() else {
                continue;
            };
            let (min, max) = points.fold((first, first), |(min, max), p| {
                (
                    [min[0].min(p[0]), min[1].min(p[1])],
                    [max[0].max(p[0]), max[1].max(p[1])],
                )
            });
            grouped[group].push(GeomWithData::new(
                Rectangle::from_corners(min, max),
                i as u32,
            ));
        }
        Self {
            bounds,
            kinds,
            names,
            features,
            trees: grouped.into_iter().map(RTree::bulk_load).collect(),
        }
    }

    /// What the region covers.
    #[must_use]
    pub const fn bounds(&self) -> Bounds {
        self.bounds
    }

    /// The features of tile `z`/`x`/`y` as MVT. Empty for a tile that holds nothing or does not exist (`z` above 22,
    /// `x` or `y` off the grid). Same background, same bytes.
    #[must_use]
    pub fn tile(&self, z: u8, x: u32, y: u32) -> Vec<u8> {
        tile::cut(self, z, x, y)
    }

    /// Indices of features that are drawn at zoom `z` and touch the box, in painting order.
    fn within(&self, z: u8, min: Cell, max: Cell) -> Vec<usize> {
        let last = GROUPS.partition_point(|&upper| upper < z);
        let mut found: Vec<usize> = self.trees[..=last]
            .iter()
            .flat_map(|tree| tree.locate_in_envelope_intersecting(AABB::from_corners(min, max)))
            .map(|entry| entry.data as usize)
            .filter(|&i| self.features[i].from_zoom <= z)
            .collect();
        found.sort_unstable();
        found
    }
}

/// Words by number, each once, numbered in order of appearance.
#[derive(Default)]
struct Words {
    numbers: BTreeMap<String, u32>,
    words: Vec<String>,
}

impl Words {
    fn index(&mut self, word: &str) -> u32 {
        if let Some(&number) = self.numbers.get(word) {
            return number;
        }
        let number = self.words.len() as u32;
        self.words.push(word.to_owned());
        self.numbers.insert(word.to_owned(), number);
        number
    }
}
