//! Cutting one tile: find, shift to the tile's own units, clip with a buffer, thin, drop what is too small to see.

use super::clip::{self, Square};
use super::grid::{Cell, GRID_ZOOM, TILE, twice_area};
use super::mvt::{Layer, Value};
use super::{Background, Form, simplify};
use crate::osm::BackgroundLayer;

/// Units beyond the border that are drawn too, so that line ends and outlines do not show at seams.
const BUFFER: i64 = 96;
/// A point may leave the line by this much before it must stay: half a pixel of a small screen.
const TOLERANCE: f64 = 8.0;
/// What is too small to be drawn, in units of the tile.
#[derive(Clone, Copy, Debug)]
pub(super) struct Smallest {
    /// Lines whose box has a shorter longer side are left out.
    line: i32,
    /// Rings of less than this area, doubled, are left out.
    ring: i64,
}

impl Smallest {
    /// What an eye can tell apart: half a pixel of a line, about two pixels of an area.
    const SEEN: Self = Self {
        line: 8,
        ring: 2 * 2 * 256,
    };
    /// Whatever is more than a dot: pieces of a road that are drawn one by one make a line together.
    pub(super) const ANY: Self = Self { line: 1, ring: 1 };
}

/// Names of roads and areas are sent from this zoom on.
const NAMES_FROM: u8 = 12;
/// Deepest zoom answered.
const DEEPEST: u8 = 22;

/// Layers in painting order.
const LAYERS: [(BackgroundLayer, &str); 6] = [
    (BackgroundLayer::Earth, "earth"),
    (BackgroundLayer::Landuse, "landuse"),
    (BackgroundLayer::Water, "water"),
    (BackgroundLayer::Buildings, "buildings"),
    (BackgroundLayer::Roads, "roads"),
    (BackgroundLayer::Places, "places"),
];

/// Where a tile lies on the grid, and how to go from cells to its units.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    z: u8,
    /// Units of the tile's corner.
    origin: [i64; 2],
}

impl Frame {
    pub(super) fn new(z: u8, x: u32, y: u32) -> Option<Self> {
        (z <= DEEPEST && x < 1 << z && y < 1 << z).then(|| Self {
            z,
            origin: [x, y].map(|n| i64::from(n) * TILE),
        })
    }

    /// Units from a cell.
    fn units(self, cell: Cell) -> Cell {
        [0, 1].map(|axis: usize| {
            let cells = i64::from(cell[axis]);
            let units = if self.z <= GRID_ZOOM {
                cells >> (GRID_ZOOM - self.z)
            } else {
                cells << (self.z - GRID_ZOOM)
            };
            (units - self.origin[axis]).clamp(i64::from(i32::MIN / 4), i64::from(i32::MAX / 4))
                as i32
        })
    }

    /// Corners of what is drawn, the buffer included.
    pub(super) fn corners(self) -> [Cell; 2] {
        [self.cell(-BUFFER), self.cell(TILE + BUFFER)]
    }

    /// The cell at `offset` units from both sides of the corner.
    fn cell(self, offset: i64) -> Cell {
        self.origin.map(|origin| {
            let units = origin + offset;
            let cells = if self.z <= GRID_ZOOM {
                units << (GRID_ZOOM - self.z)
            } else {
                units >> (self.z - GRID_ZOOM)
            };
            cells.clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as i32
        })
    }
}

/// See [`Background::tile`].
pub fn cut(background: &Background, z: u8, x: u32, y: u32) -> Vec<u8> {
    let Some(frame) = Frame::new(z, x, y) else {
        return Vec::new();
    };
    let [min, max] = frame.corners();
    let found = background.within(z, min, max);
    let mut tile = Vec::new();
    for (wanted, layer_name) in LAYERS {
        let mut layer = Layer::new(layer_name, &["kind", "name"]);
        for feature in found
            .iter()
            .map(|&i| &background.features[i])
            .filter(|feature| feature.layer == wanted)
        {
            let parts = shown(feature.form, &feature.parts, frame, Smallest::SEEN);
            if parts.is_empty() {
                continue;
            }
            let named = z >= NAMES_FROM || feature.form == Form::Points;
            let name = feature
                .name
                .filter(|_| named)
                .map(|i| background.names[i as usize].as_str());
            let kind = &background.kinds[feature.kind as usize];
            let values = [(0, Some(kind.as_str())), (1, name)];
            let values = values
                .into_iter()
                .filter_map(|(key, text)| Some((key, Value::Text(text?))));
            layer.add(feature.form, &parts, values);
        }
        layer.write(&mut tile);
    }
    tile
}

/// What of a shape is seen in the tile, thinned where that leaves enough of it.
pub(super) fn shown(
    form: Form,
    parts: &[Vec<Cell>],
    frame: Frame,
    smallest: Smallest,
) -> Vec<Vec<Cell>> {
    let square = Square {
        min: -BUFFER as i32,
        max: (TILE + BUFFER) as i32,
    };
    let tolerance = if frame.z < GRID_ZOOM { TOLERANCE } else { 1.0 };
    let mut seen = Vec::new();
    let mut outer_seen = false;
    for part in parts {
        let mut units: Vec<Cell> = part.iter().map(|cell| frame.units(*cell)).collect();
        units.dedup();
        match form {
            Form::Points => seen.extend(Some(units).filter(|u| square.holds(u[0]))),
            Form::Lines => {
                let stands = |line: &Vec<Cell>| extent(line) >= smallest.line;
                seen.extend(clip::line(&units, square).into_iter().filter_map(|piece| {
                    let thin = simplify::line(&piece, tolerance);
                    [thin, piece].into_iter().find(stands)
                }));
            }
            Form::Rings => {
                let outer = twice_area(part) > 0;
                let stands = |ring: &Vec<Cell>| {
                    let area = twice_area(ring);
                    area.abs() >= smallest.ring && (area > 0) == outer
                };
                let whole = clip::ring(&units, square);
                let thin = simplify::ring(&whole, tolerance);
                let ring = [thin, whole].into_iter().find(stands);
                if outer {
                    outer_seen = ring.is_some();
                }
                // A hole without its shell would be taken for a shell.
                seen.extend(ring.filter(|_| outer_seen));
            }
        }
    }
    seen
}

/// The longer side of a line's box.
fn extent(line: &[Cell]) -> i32 {
    (0..2)
        .map(|axis| {
            let values = || line.iter().map(|p| p[axis]);
            values().max().unwrap_or(0) - values().min().unwrap_or(0)
        })
        .max()
        .unwrap_or(0)
}
