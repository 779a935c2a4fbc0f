//! Where the rows of a table are: an R-tree over the boxes around them.

use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use crate::geometry::{Bounds, LonLat};

type Entry = GeomWithData<Rectangle<[f64; 2]>, u32>;

/// The boxes around rows, found by place.
#[derive(Debug, Default)]
pub(super) struct Places {
    tree: RTree<Entry>,
    /// Rows without a place, in order.
    nowhere: Vec<u32>,
    rows: usize,
}

/// An index helps while it leaves out this share of the rows: 7 of 8. Beyond, looking at all of them is no dearer.
const WORTH: usize = 8;

impl Places {
    /// The boxes around all rows in order. n log n.
    pub fn new(boxes: impl IntoIterator<Item = Option<Bounds>>) -> Self {
        let (mut entries, mut nowhere, mut rows) = (Vec::new(), Vec::new(), 0);
        for (at, bounds) in boxes.into_iter().enumerate() {
            rows += 1;
            match bounds {
                Some(b) => {
                    let corners = ([b.min.lon, b.min.lat], [b.max.lon, b.max.lat]);
                    let around = Rectangle::from_corners(corners.0, corners.1);
                    entries.push(Entry::new(around, at as u32));
                }
                None => nowhere.push(at as u32),
            }
        }
        Self {
            tree: RTree::bulk_load(entries),
            nowhere,
            rows,
        }
    }

    /// Around all rows; `None` when none has a place.
    pub fn around(&self) -> Option<Bounds> {
        let around = self.tree.root().envelope();
        let corner = |[lon, lat]: [f64; 2]| LonLat::new(lon, lat);
        (self.tree.size() > 0).then(|| Bounds {
            min: corner(around.lower()),
            max: corner(around.upper()),
        })
    }

    /// The rows in any of the boxes, or nowhere, in order; `None` when an index is no help.
    pub fn within(&self, boxes: &[Bounds]) -> Option<Vec<u32>> {
        let most = self.rows / WORTH;
        let mut found = self.nowhere.clone();
        for bounds in boxes {
            for entry in self.tree.locate_in_envelope_intersecting(envelope(bounds)) {
                if found.len() >= most {
                    return None;
                }
                found.push(entry.data);
            }
        }
        found.sort_unstable();
        found.dedup();
        Some(found)
    }

    /// How many rows are in any of the boxes, or nowhere.
    pub fn count(&self, boxes: &[Bounds]) -> usize {
        let found = |bounds| self.tree.locate_in_envelope_intersecting(envelope(bounds));
        let count = match boxes {
            [one] => found(one).count(),
            many => {
                let mut rows: Vec<u32> = many.iter().flat_map(found).map(|e| e.data).collect();
                rows.sort_unstable();
                rows.dedup();
                rows.len()
            }
        };
        count + self.nowhere.len()
    }
}

fn envelope(bounds: &Bounds) -> AABB<[f64; 2]> {
    let (min, max) = (bounds.min, bounds.max);
    AABB::from_corners([min.lon, min.lat], [max.lon, max.lat])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::LonLat;
    use proptest::prelude::*;

    fn bounds() -> impl Strategy<Value = Bounds> {
        // Few values, so that borders meet.
        let corner = || (-20_i32..20).prop_map(f64::from);
        (corner(), corner(), 0_i32..9, 0_i32..9).prop_map(|(x, y, w, h)| Bounds {
            min: LonLat::new(x, y),
            max: LonLat::new(x + f64::from(w), y + f64::from(h)),
        })
    }

    fn meet(a: &Bounds, b: &Bounds) -> bool {
        a.min.lon <= b.max.lon
            && b.min.lon <= a.max.lon
            && a.min.lat <= b.max.lat
            && b.min.lat <= a.max.lat
    }

    proptest! {
        #[test]
        fn rows_are_found_as_by_looking_at_each(
            rows in prop::collection::vec(prop::option::weighted(0.97, bounds()), 0..400),
            asked in prop::collection::vec(bounds(), 1..3),
        ) {
            let places = Places::new(rows.clone());
            let wanted: Vec<u32> = (0..rows.len() as u32)
                .filter(|at| rows[*at as usize].is_none_or(|row| asked.iter().any(|one| meet(&row, one))))
                .collect();
            prop_assert_eq!(places.count(&asked), wanted.len());
            let corners = rows.iter().flatten().flat_map(|row| [row.min, row.max]);
            prop_assert_eq!(places.around(), Bounds::around(corners));
            if let Some(found) = places.within(&asked) {
                prop_assert_eq!(found, wanted);
            } else {
                // With two boxes a row may have been met twice.
                prop_assert!(wanted.len() * 2 >= rows.len() / WORTH);
            }
        }
    }
}
