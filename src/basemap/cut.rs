//! Any shape in a tile: [`Sheet`].

use geo::Geometry;

use super::Form;
use super::grid::{self, Cell};
use super::mvt::{Layer, Value};
use super::tile::{Frame, Smallest, shown};
use crate::geometry::{Bounds, LonLat};

/// One tile to be filled with shapes.
#[derive(Clone, Copy, Debug)]
pub struct Sheet(Frame);

/// What of a shape is on a [`Sheet`], thinned to the points that an eye can tell apart.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    form: Form,
    parts: Vec<Vec<Cell>>,
}

impl Sheet {
    /// Tile `z`/`x`/`y`; `None` when there is no such tile.
    #[must_use]
    pub fn new(z: u8, x: u32, y: u32) -> Option<Self> {
        Frame::new(z, x, y).map(Self)
    }

    /// What the tile covers, with a buffer that hides seams.
    #[must_use]
    pub fn bounds(&self) -> Bounds {
        let [min, max] = self.0.corners();
        let ([west, north], [east, south]) = (grid::degrees(min), grid::degrees(max));
        Bounds {
            min: LonLat::new(west.max(-180.0), south),
            max: LonLat::new(east.min(180.0), north),
        }
    }

    /// What of a shape in WGS 84 is there; `None` when nothing is, or no more than a dot of a line or an area.
    #[must_use]
    pub fn cut(&self, shape: &Geometry<f64>) -> Option<Piece> {
        let (form, parts) = grid::parts(shape)?;
        let parts = shown(form, &parts, self.0, Smallest::ANY);
        (!parts.is_empty()).then_some(Piece { form, parts })
    }
}

impl Piece {
    /// Adds it to a layer, with values by the place of their key.
    pub fn add<'v>(&self, layer: &mut Layer, values: impl IntoIterator<Item = (usize, Value<'v>)>) {
        layer.add(self.form, &self.parts, values);
    }

    /// Positions in it.
    #[must_use]
    pub fn positions(&self) -> usize {
        self.parts.iter().map(Vec::len).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::{LineString, Point};

    #[test]
    fn what_lies_outside_of_a_tile_is_not_seen() {
        // The tile of zoom 10 that holds Valletta.
        let sheet = Sheet::new(10, 553, 401).unwrap();
        let bounds = sheet.bounds();
        let centre = bounds.centre();
        assert!(
            sheet
                .cut(&Point::new(centre.lon, centre.lat).into())
                .is_some()
        );
        assert!(
            sheet
                .cut(&Point::new(centre.lon + 1.0, centre.lat).into())
                .is_none()
        );
        let line = LineString::from(vec![
            (centre.lon - 5.0, centre.lat),
            (centre.lon + 5.0, centre.lat),
        ]);
        let piece = sheet.cut(&line.into()).unwrap();
        assert_eq!(piece.positions(), 2);
        assert!(Sheet::new(10, 1024, 0).is_none());
        assert!(Sheet::new(0, 0, 0).unwrap().bounds().min.lon <= -180.0);
    }

    #[test]
    fn degrees_turn_back_into_their_cell() {
        for cell in [
            [0, 0],
            [1 << 28, 1 << 28],
            [148_000_000, 105_000_000],
            [1, 268_435_455],
        ] {
            let [x, y] = grid::degrees(cell);
            assert_eq!(grid::cell(geo::Coord { x, y }), cell);
        }
    }
}
