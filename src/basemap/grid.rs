//! Web Mercator on an integer grid: the world is 2^28 cells wide, which is a tile of 4096 cells at zoom 16. Whole numbers
//! keep tiles equal on every machine.

use geo::{Coord, Geometry, LineString, Polygon};

use super::Form;

/// A place: cells east of 180 degrees west, cells south of the northern edge.
pub type Cell = [i32; 2];

/// Cells along a tile's side.
pub const TILE: i64 = 4096;
/// The zoom at which a cell is a unit of a tile.
pub const GRID_ZOOM: u8 = 16;
/// Where Web Mercator ends.
const MAX_LAT: f64 = 85.051_128_779_806_6;

/// The cell of a position in degrees.
pub fn cell(at: Coord) -> Cell {
    let world = f64::from(1 << 28);
    let lat = at.y.clamp(-MAX_LAT, MAX_LAT).to_radians();
    let x = (at.x + 180.0) / 360.0;
    let y = (1.0 - lat.tan().asinh() / std::f64::consts::PI) / 2.0;
    [x, y].map(|share| (share * world).round().clamp(0.0, world) as i32)
}

/// The position of a cell in degrees: longitude, latitude.
pub fn degrees(cell: Cell) -> [f64; 2] {
    let world = f64::from(1 << 28);
    let [x, y] = cell.map(|n| f64::from(n) / world);
    let lat = ((1.0 - 2.0 * y) * std::f64::consts::PI).sinh().atan();
    [x * 360.0 - 180.0, lat.to_degrees()]
}

/// A shape on the grid; `None` when nothing of it is left or it is of a form that is not drawn.
pub fn parts(shape: &Geometry) -> Option<(Form, Vec<Vec<Cell>>)> {
    let (form, parts): (Form, Vec<Vec<Cell>>) = match shape {
        Geometry::Point(p) => (Form::Points, vec![vec![cell(p.0)]]),
        Geometry::LineString(l) => (Form::Lines, line(l).into_iter().collect()),
        Geometry::MultiLineString(m) => (Form::Lines, m.0.iter().filter_map(line).collect()),
        Geometry::Polygon(p) => (Form::Rings, rings(p)),
        Geometry::MultiPolygon(m) => (Form::Rings, m.0.iter().flat_map(rings).collect()),
        _ => return None,
    };
    (!parts.is_empty()).then_some((form, parts))
}

fn line(line: &LineString) -> Option<Vec<Cell>> {
    let mut cells: Vec<Cell> = line.0.iter().map(|c| cell(*c)).collect();
    cells.dedup();
    (cells.len() > 1).then_some(cells)
}

/// Outer ring and holes, turned as tiles want them and not repeating their first point.
fn rings(polygon: &Polygon) -> Vec<Vec<Cell>> {
    let ring = |line: &LineString, outer: bool| {
        let mut cells: Vec<Cell> = line.0.iter().map(|c| cell(*c)).collect();
        cells.dedup();
        if cells.len() > 1 && cells.first() == cells.last() {
            cells.pop();
        }
        let twice = twice_area(&cells);
        if (twice > 0) != outer {
            cells.reverse();
        }
        (cells.len() > 2 && twice != 0).then_some(cells)
    };
    let Some(outer) = ring(polygon.exterior(), true) else {
        return Vec::new();
    };
    std::iter::once(outer)
        .chain(
            polygon
                .interiors()
                .iter()
                .filter_map(|hole| ring(hole, false)),
        )
        .collect()
}

/// Twice the signed area of a ring; positive when clockwise on a map (y runs south).
pub fn twice_area(ring: &[Cell]) -> i64 {
    let wide = |c: Cell| c.map(i64::from);
    let Some(&origin) = ring.first() else {
        return 0;
    };
    let [ox, oy] = wide(origin);
    (0..ring.len())
        .map(|i| {
            let ([ax, ay], [bx, by]) = (wide(ring[i]), wide(ring[(i + 1) % ring.len()]));
            (ax - ox) * (by - oy) - (bx - ox) * (ay - oy)
        })
        .sum()
}

/// Cells covered by an area; the longer side of its box for a line; zero for a point.
pub fn size(form: Form, parts: &[Vec<Cell>]) -> i64 {
    match form {
        Form::Points => 0,
        Form::Lines => {
            let side = |axis: usize| {
                let values = || parts.iter().flatten().map(|c| i64::from(c[axis]));
                values().max().unwrap_or(0) - values().min().unwrap_or(0)
            };
            side(0).max(side(1))
        }
        Form::Rings => parts.iter().map(|ring| twice_area(ring)).sum::<i64>() / 2,
    }
}
