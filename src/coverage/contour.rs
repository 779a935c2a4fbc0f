//! Where does the inside end? [`outline`] draws the border of a [`Field`] by marching squares.
//!
//! Each cell of four grid points contributes at most two straight pieces, which meet the neighbours' pieces on the cell
//! sides. Where two opposite corners are inside, they are kept apart, always; so rings never touch, and a field that is
//! deeper everywhere has an outline that lies around. Walking with the inside on the left makes outer rings
//! counter-clockwise and holes clockwise.

use super::raster::Field;

/// A part of the inside, in metres: its border, its holes, its size.
pub(super) struct Area {
    pub outer: Vec<[f64; 2]>,
    pub holes: Vec<Vec<[f64; 2]>>,
    pub size_m2: f64,
}

/// Crossings stay this share of a side away from its ends, so that no two of them coincide.
const CLEAR: f64 = 0.02;
/// No crossing.
const NONE: u32 = u32::MAX;

/// All parts of the inside, in the order in which their lowest points are met, rows first.
pub(super) fn outline(field: &Field) -> Vec<Area> {
    let mut next = links(field);
    let mut outers = Vec::new();
    let mut holes = Vec::new();
    for start in 0..next.len() {
        if next[start] == NONE {
            continue;
        }
        let ring = walk(field, &mut next, start);
        let size = signed_area(&ring);
        if size > 0.0 {
            outers.push(Area {
                outer: ring,
                holes: Vec::new(),
                size_m2: size,
            });
        } else {
            holes.push((ring, size));
        }
    }
    for (ring, size) in holes {
        // A hole lies in the smallest outer ring around it.
        let home = outers
            .iter_mut()
            .filter(|area| holds(&area.outer, ring[0]))
            .min_by(|a, b| signed_area(&a.outer).total_cmp(&signed_area(&b.outer)));
        if let Some(area) = home {
            area.holes.push(ring);
            area.size_m2 += size;
        }
    }
    outers
}

/// Sides of cells by number: twice the grid point's index, plus one for the side that goes up.
#[derive(Clone, Copy)]
enum Side {
    Bottom,
    Right,
    Top,
    Left,
}

fn side_id(field: &Field, column: usize, row: usize, side: Side) -> usize {
    let point = |column: usize, row: usize| row * field.grid.columns + column;
    match side {
        Side::Bottom => 2 * point(column, row),
        Side::Top => 2 * point(column, row + 1),
        Side::Left => 2 * point(column, row) + 1,
        Side::Right => 2 * point(column + 1, row) + 1,
    }
}

/// For each crossed side, the side that the border crosses next, the inside on the left.
fn links(field: &Field) -> Vec<u32> {
    use Side::{Bottom, Left, Right, Top};
    let grid = &field.grid;
    let mut next = vec![NONE; 2 * grid.columns * grid.rows];
    for row in 0..grid.rows - 1 {
        for column in 0..grid.columns - 1 {
            let corner = |dx, dy| u8::from(field.is_inside(column + dx, row + dy));
            // South-west 1, south-east 2, north-east 4, north-west 8.
            let inside = corner(0, 0) | corner(1, 0) << 1 | corner(1, 1) << 2 | corner(0, 1) << 3;
            let pieces: &[(Side, Side)] = match inside {
                1 => &[(Bottom, Left)],
                2 => &[(Right, Bottom)],
                3 => &[(Right, Left)],
                4 => &[(Top, Right)],
                5 => &[(Bottom, Left), (Top, Right)],
                6 => &[(Top, Bottom)],
                7 => &[(Top, Left)],
                8 => &[(Left, Top)],
                9 => &[(Bottom, Top)],
                10 => &[(Right, Bottom), (Left, Top)],
                11 => &[(Right, Top)],
                12 => &[(Left, Right)],
                13 => &[(Bottom, Right)],
                14 => &[(Left, Bottom)],
                _ => &[],
            };
            for &(from, to) in pieces {
                next[side_id(field, column, row, from)] = side_id(field, column, row, to) as u32;
            }
        }
    }
    next
}

/// Follows the links from `start` round to it again, unlinking them; a closed ring.
fn walk(field: &Field, next: &mut [u32], start: usize) -> Vec<[f64; 2]> {
    let mut ring = Vec::new();
    let mut side = start;
    loop {
        ring.push(crossing(field, side));
        let following = next[side] as usize;
        next[side] = NONE;
        side = following;
        if side == start {
            break;
        }
    }
    ring.push(ring[0]);
    ring
}

/// Where the border crosses a side: where the depth, taken as even along it, is zero.
fn crossing(field: &Field, side: usize) -> [f64; 2] {
    let grid = &field.grid;
    let (column, row) = ((side / 2) % grid.columns, side / 2 / grid.columns);
    let (right, up) = if side.is_multiple_of(2) {
        (1, 0)
    } else {
        (0, 1)
    };
    let a = field.depth(column, row);
    let b = field.depth(column + right, row + up);
    let share = (a / (a - b)).clamp(CLEAR, 1.0 - CLEAR);
    let at = |origin: f64, index: usize, goes: usize| {
        origin + grid.cell * (index as f64 + share * goes as f64)
    };
    [
        at(grid.origin[0], column, right),
        at(grid.origin[1], row, up),
    ]
}

/// Area of a closed ring, positive when counter-clockwise.
fn signed_area(ring: &[[f64; 2]]) -> f64 {
    let twice: f64 = ring
        .windows(2)
        .map(|p| p[0][0] * p[1][1] - p[1][0] * p[0][1])
        .sum();
    twice / 2.0
}

/// Whether a closed ring goes around `p`, by counting crossings of the ray eastwards.
fn holds(ring: &[[f64; 2]], p: [f64; 2]) -> bool {
    let mut inside = false;
    for pair in ring.windows(2) {
        let ([ax, ay], [bx, by]) = (pair[0], pair[1]);
        if (ay > p[1]) != (by > p[1]) && p[0] < ax + (p[1] - ay) / (by - ay) * (bx - ax) {
            inside = !inside;
        }
    }
    inside
}
