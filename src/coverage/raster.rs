//! How far is each grid point from the nearest reached road? [`Field`], a grid of distances in local metres.

/// Grid points along the longer side, at most; beyond that cells grow.
const MOST_POINTS: f64 = 2_400.0;
/// Grid points per width of a road: fine enough that a point on a road is surrounded by points that are near.
const CELLS_PER_WIDTH: f64 = 2.0;

/// Grid points that are worked on at once.
const LANES: usize = 4;

/// Where the grid points lie.
#[derive(Clone, Copy, Debug)]
pub(super) struct Grid {
    /// South-west grid point, in metres.
    pub origin: [f64; 2],
    /// Distance between grid points, in metres.
    pub cell: f64,
    /// Grid points eastwards.
    pub columns: usize,
    /// Grid points northwards.
    pub rows: usize,
    /// Distance up to which a grid point is near a road.
    pub width: f64,
}

impl Grid {
    /// A grid over the box `min`-`max` with enough margin that its border is never near a road.
    pub fn around(min: [f64; 2], max: [f64; 2], width: f64) -> Self {
        let extent = (max[0] - min[0]).max(max[1] - min[1]);
        let cell = (width / CELLS_PER_WIDTH).max(extent / MOST_POINTS);
        let width = width.max(cell * CELLS_PER_WIDTH);
        let margin = width + 2.0 * cell;
        let points = |from: f64, to: f64| ((to - from + 2.0 * margin) / cell).ceil() as usize + 1;
        Self {
            origin: [min[0] - margin, min[1] - margin],
            cell,
            columns: points(min[0], max[0]),
            rows: points(min[1], max[1]),
            width,
        }
    }

    /// Grid points from `low` to `high` (inclusive, in metres along one axis), clipped to `0..count`.
    fn span(low: f64, high: f64, origin: f64, cell: f64, count: usize) -> std::ops::Range<usize> {
        let first = ((low - origin) / cell).ceil().max(0.0) as usize;
        let last = ((high - origin) / cell).floor().max(-1.0) + 1.0;
        first..(last as usize).min(count)
    }
}

/// Squared distance of each grid point from the nearest road drawn so far; infinite where none is near.
pub(super) struct Field {
    pub grid: Grid,
    squared: Vec<f32>,
}

impl Field {
    /// No road yet.
    pub fn new(grid: Grid) -> Self {
        Self {
            squared: vec![f32::INFINITY; grid.columns * grid.rows],
            grid,
        }
    }

    /// Draws the segment `a`-`b`. Distances are kept a little beyond the width, for the outline to interpolate.
    pub fn near_segment(&mut self, a: [f64; 2], b: [f64; 2]) {
        let g = self.grid;
        let far = g.width + 1.5 * g.cell;
        let columns = Grid::span(
            a[0].min(b[0]) - far,
            a[0].max(b[0]) + far,
            g.origin[0],
            g.cell,
            g.columns,
        );
        let rows = Grid::span(
            a[1].min(b[1]) - far,
            a[1].max(b[1]) + far,
            g.origin[1],
            g.cell,
            g.rows,
        );
        // Whole groups of columns, where the grid has them: what lies farther away than is asked for does no harm.
        let missing = columns.len().next_multiple_of(LANES) - columns.len();
        let columns = columns.start..(columns.end + missing).min(g.columns);
        let (dx, dy) = ((b[0] - a[0]) as f32, (b[1] - a[1]) as f32);
        let length_squared = dx * dx + dy * dy;
        // Shorter than a millimetre is a point.
        let per_length = if length_squared > 1e-6 {
            length_squared.recip()
        } else {
            0.0
        };
        // Seen from `a`, so that 32 bits tell centimetres.
        let west = (g.origin[0] + columns.start as f64 * g.cell - a[0]) as f32;
        let cell = g.cell as f32;
        let near = |x: f32, y: f32| {
            let share = ((x * dx + y * dy) * per_length).clamp(0.0, 1.0);
            let (ex, ey) = (x - share * dx, y - share * dy);
            ex * ex + ey * ey
        };
        for row in rows {
            let y = (g.origin[1] + row as f64 * g.cell - a[1]) as f32;
            let first = row * g.columns;
            let slots = &mut self.squared[first + columns.start..first + columns.end];
            let mut groups = slots.chunks_exact_mut(LANES);
            let mut x = west;
            for group in &mut groups {
                for (i, slot) in group.iter_mut().enumerate() {
                    *slot = near(x + i as f32 * cell, y).min(*slot);
                }
                x += LANES as f32 * cell;
            }
            for (i, slot) in groups.into_remainder().iter_mut().enumerate() {
                *slot = near(x + i as f32 * cell, y).min(*slot);
            }
        }
    }

    /// How far the grid point lies inside the widened roads: positive inside, negative outside, at least minus one cell.
    pub fn depth(&self, column: usize, row: usize) -> f64 {
        let squared = self.squared[row * self.grid.columns + column];
        (self.grid.width - f64::from(squared).sqrt()).max(-self.grid.cell)
    }

    /// Whether the grid point lies inside the widened roads.
    pub fn is_inside(&self, column: usize, row: usize) -> bool {
        let squared = self.squared[row * self.grid.columns + column];
        f64::from(squared) < self.grid.width * self.grid.width
    }
}
