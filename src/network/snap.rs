//! Where a point meets the roads.
//!
//! A packed R-tree over the straight segments of all stretches, a few neighbouring ones to a box; ferries are left out, since
//! nobody lives on one. Distances are
//! metres in the [`LocalPlane`] of the point, so that "nearest" means the same everywhere on the globe: the tree only
//! offers candidates inside a box, which grows until it proves the answer.

use std::ops::Range;

use geo_index::rtree::sort::HilbertSort;
use geo_index::rtree::{RTree, RTreeBuilder, RTreeIndex as _};

use super::ids::EdgeId;
use super::rows::{EdgeRow, flags};
use super::{Network, Shape};
use crate::geometry::{LocalPlane, LonLat, LonLatE7, along, metres_per_degree};
use crate::units::Metres;

/// How far is looked first: most places that are asked for lie nearer to a road.
const FIRST_RADIUS_M: f64 = 30.0;

/// What counts as near enough.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SnapOptions {
    /// Nothing farther than this is found.
    pub limit: Metres,
    /// Roads in components of fewer nodes are taken only when no larger component is within the limit. A
    /// compound that cannot be left, or a road cut by the edge of the extract, would otherwise swallow the points near
    /// it.
    pub min_component_nodes: u32,
}

impl Default for SnapOptions {
    /// 500 m, components of at least 100 nodes first.
    fn default() -> Self {
        Self {
            limit: Metres(500.0),
            min_component_nodes: 100,
        }
    }
}

/// On which side of a road a point lies, looking along [`Snap::edge`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Left.
    Left,
    /// Right.
    Right,
    /// On the road itself, to the centimetre.
    On,
}

/// A place on a road.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Snap {
    /// The edge, the one along its way where there are two.
    pub edge: EdgeId,
    /// The edge the other way, if the road has two directions.
    pub reverse: Option<EdgeId>,
    /// Share of the edge's length before the place, 0 to 1.
    pub along: f64,
    /// The place on the road.
    pub at: LonLat,
    /// From the point asked for to the place.
    pub distance: Metres,
    /// Where the point asked for lies.
    pub side: Side,
}

/// One straight piece of a stretch.
#[derive(Clone, Copy, Debug)]
struct Segment {
    a: LonLatE7,
    b: LonLatE7,
    edge: EdgeId,
    /// Which segment of the edge's stretch it is.
    place: u32,
}

/// So many segments, one after the other on their stretch, share a box. Looking at one in vain takes about as long as asking
/// the tree for a box, and boxes are what takes memory.
const TOGETHER: u32 = 4;

/// The tree of all segments: a packed one over whole numbers, a third of the size of a tree of pointers.
#[derive(Clone)]
pub(super) struct SegmentTree {
    boxes: RTree<i32>,
    /// Edges in the order of the boxes of their segments, each with the first of these.
    edges: Vec<(u32, EdgeId)>,
}

impl std::fmt::Debug for SegmentTree {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SegmentTree")
            .field("edges", &self.edges.len())
            .finish_non_exhaustive()
    }
}

impl Default for SegmentTree {
    fn default() -> Self {
        Self {
            boxes: RTreeBuilder::new(0).finish::<HilbertSort>(),
            edges: Vec::new(),
        }
    }
}

impl SegmentTree {
    pub fn new(shape: &Shape, edges: &[EdgeRow]) -> Self {
        let count: usize = chains(shape, edges)
            .map(|(_, points)| pieces(points).len())
            .sum();
        let mut boxes = RTreeBuilder::new(count as u32);
        let mut firsts = Vec::with_capacity(chains(shape, edges).count());
        let mut next = 0;
        for (edge, points) in chains(shape, edges) {
            firsts.push((next, edge));
            for piece in pieces(points) {
                let lons = || piece.iter().map(|at| cell(at.lon_e7));
                let lats = || piece.iter().map(|at| cell(at.lat_e7));
                let (west, east) = (lons().min().unwrap_or(0), lons().max().unwrap_or(0));
                let (south, north) = (lats().min().unwrap_or(0), lats().max().unwrap_or(0));
                boxes.add(west, south, east, north);
                next += 1;
            }
        }
        Self {
            boxes: boxes.finish::<HilbertSort>(),
            edges: firsts,
        }
    }

    /// The segments that meet the box of `[west, south, east, north]` in degrees, and some beside: edges with stretches of
    /// their segments, which may end beyond the last.
    fn near(
        &self,
        [west, south, east, north]: [f64; 4],
    ) -> impl Iterator<Item = (EdgeId, Range<u32>)> {
        // Beyond the globe the numbers stop at the largest.
        let cell = |degrees: f64| cell((degrees * 1e7).floor() as i32);
        let found = self
            .boxes
            .search(cell(west), cell(south), cell(east) + 1, cell(north) + 1);
        found.into_iter().map(|i| {
            let behind = self.edges.partition_point(|(first, _)| *first <= i);
            let (first, edge) = self.edges[behind - 1];
            let begin = (i - first) * TOGETHER;
            (edge, begin..begin + TOGETHER)
        })
    }
}

/// A coordinate in the tree's steps of 4e-7 degrees: the tree adds two of them up, which has to fit.
const fn cell(e7: i32) -> i32 {
    e7.div_euclid(4)
}

/// The points of all stretches that can be snapped to, each once, under the edge along the way where there are two.
fn chains<'a>(
    shape: &'a Shape,
    edges: &'a [EdgeRow],
) -> impl Iterator<Item = (EdgeId, &'a [LonLatE7])> + 'a {
    edges
        .iter()
        .enumerate()
        .filter(|(_, row)| row.backward == 0 || row.reverse().is_none())
        .filter_map(move |(i, row)| {
            let stretch = &shape.stretches[row.stretch as usize];
            let drivable = stretch.flags & flags::FERRY == 0;
            drivable.then(|| (EdgeId::from_index(i), shape.points_of(stretch)))
        })
}

/// The ends of the segments of a stretch, box by box: each begins with the point that the one before ends with.
fn pieces(points: &[LonLatE7]) -> impl ExactSizeIterator<Item = &[LonLatE7]> {
    let segments = points.len().saturating_sub(1);
    let step = TOGETHER as usize;
    (0..segments.div_ceil(step)).map(move |i| &points[i * step..=segments.min((i + 1) * step)])
}

/// The nearest place of one segment.
#[derive(Clone, Copy)]
struct Near {
    segment: Segment,
    share: f64,
    distance: f64,
}

impl Near {
    fn of(segment: Segment, plane: &LocalPlane, point: LonLat) -> Self {
        let (share, distance) =
            plane.nearest_on_segment(point, segment.a.to_lon_lat(), segment.b.to_lon_lat());
        Self {
            segment,
            share,
            distance: distance.0,
        }
    }

    /// Nearest first; of equally near ones the first edge and the first segment on it.
    fn order(&self, other: &Self) -> std::cmp::Ordering {
        self.distance
            .total_cmp(&other.distance)
            .then(self.segment.edge.cmp(&other.segment.edge))
            .then(self.segment.place.cmp(&other.segment.place))
    }
}

impl Network {
    /// Where `point` meets the roads: the nearest place within the limit on a component that is large enough, else on
    /// any; `None` when no road is within the limit. Of equally near edges the one with the smallest id.
    #[must_use]
    pub fn snap(&self, point: LonLat, options: &SnapOptions) -> Option<Snap> {
        self.snap_nearest(point, 1, options).pop()
    }

    /// The `count` nearest edges within the limit, nearest first, each at its nearest place. Edges of components that
    /// are large enough come first, then, only if there is none, the others.
    #[must_use]
    pub fn snap_nearest(&self, point: LonLat, count: usize, options: &SnapOptions) -> Vec<Snap> {
        let plane = LocalPlane::at(point);
        let limit = options.limit.0;
        let mut radius = limit.min(FIRST_RADIUS_M);
        loop {
            let near = self.near(point, &plane, radius);
            let large: Vec<Near> = near
                .iter()
                .copied()
                .filter(|n| self.component_nodes(n.segment.edge) >= options.min_component_nodes)
                .take(count)
                .collect();
            let last = radius >= limit;
            if large.len() >= count || (last && !large.is_empty()) {
                return self.finish(&large, point);
            }
            if last {
                return self.finish(&near[..near.len().min(count)], point);
            }
            radius = (radius * 4.0).min(limit);
        }
    }

    /// The place of `edge` nearest to `point`.
    ///
    /// # Panics
    /// When `edge` is not of this network.
    #[must_use]
    pub fn snap_onto(&self, edge: EdgeId, point: LonLat) -> Option<Snap> {
        let plane = LocalPlane::at(point);
        self.segments(edge, 0..u32::MAX)
            .map(|segment| Near::of(segment, &plane, point))
            .min_by(Near::order)
            .map(|near| self.to_snap(&near, point))
    }

    /// The `count` nearest edges that `accepts` takes and that lie within `limit`, nearest first, whatever their component.
    /// An infinite limit looks through the whole region if it has to.
    #[must_use]
    pub fn snap_where(
        &self,
        point: LonLat,
        count: usize,
        limit: Metres,
        accepts: impl Fn(&Snap) -> bool,
    ) -> Vec<Snap> {
        /// Nothing on the globe is farther.
        const FARTHEST_M: f64 = 2.1e7;
        let plane = LocalPlane::at(point);
        let limit = limit.0.min(FARTHEST_M);
        let mut radius = limit.min(FIRST_RADIUS_M);
        loop {
            let found = if count == 1 {
                let near = self.within(point, &plane, radius);
                self.nearest(near, point, &accepts).into_iter().collect()
            } else {
                let near = self.near(point, &plane, radius).into_iter();
                let snaps = near.map(|near| self.to_snap(&near, point));
                snaps.filter(&accepts).take(count).collect::<Vec<Snap>>()
            };
            if found.len() >= count || radius >= limit {
                return found;
            }
            radius = (radius * 4.0).min(limit);
        }
    }

    /// The nearest of some places that `accepts` takes, of each edge only its own nearest.
    fn nearest(
        &self,
        mut near: Vec<Near>,
        point: LonLat,
        accepts: impl Fn(&Snap) -> bool,
    ) -> Option<Snap> {
        loop {
            let first = *near.iter().min_by(|a, b| a.order(b))?;
            let snap = self.to_snap(&first, point);
            if accepts(&snap) {
                return Some(snap);
            }
            near.retain(|other| other.segment.edge != first.segment.edge);
        }
    }

    /// All segments within `radius` metres, with their nearest places.
    fn within(&self, point: LonLat, plane: &LocalPlane, radius: f64) -> Vec<Near> {
        let tree = &self.shape.tree;
        tree.near(envelope(point, radius))
            .filter(|(edge, _)| self.is_passable(*edge))
            .flat_map(|(edge, places)| self.segments(edge, places))
            .map(|segment| Near::of(segment, plane, point))
            .filter(|near| near.distance <= radius)
            .collect()
    }

    /// Some of the segments of an edge's stretch, as far as it has them.
    fn segments(&self, edge: EdgeId, places: Range<u32>) -> impl Iterator<Item = Segment> {
        let stretch = self.edges[edge.index()].stretch as usize;
        let points = self.shape.points_of(&self.shape.stretches[stretch]);
        let pairs = points.windows(2).skip(places.start as usize);
        places.zip(pairs).map(move |(place, pair)| Segment {
            a: pair[0],
            b: pair[1],
            edge,
            place,
        })
    }

    /// The nearest place of every edge within `radius` metres, nearest first.
    fn near(&self, point: LonLat, plane: &LocalPlane, radius: f64) -> Vec<Near> {
        let mut found = self.within(point, plane, radius);
        found.sort_unstable_by(Near::order);
        let mut seen = std::collections::BTreeSet::new();
        found.retain(|near| seen.insert(near.segment.edge));
        found
    }

    /// Whether the road of an edge may be driven in some direction.
    fn is_passable(&self, edge: EdgeId) -> bool {
        let reverse = self.edges[edge.index()].reverse();
        self.is_open(edge) || reverse.is_some_and(|reverse| self.is_open(reverse))
    }

    fn finish(&self, near: &[Near], point: LonLat) -> Vec<Snap> {
        near.iter().map(|n| self.to_snap(n, point)).collect()
    }

    fn to_snap(&self, near: &Near, point: LonLat) -> Snap {
        let id = near.segment.edge;
        let row = &self.edges[id.index()];
        let points = self
            .shape
            .points_of(&self.shape.stretches[row.stretch as usize]);
        let (mut before, mut here, mut whole) = (0.0, 0.0, 0.0);
        for (i, length) in lengths(points).enumerate() {
            if i == near.segment.place as usize {
                (before, here) = (whole, length);
            }
            whole += length;
        }
        let (a, b) = (near.segment.a.to_lon_lat(), near.segment.b.to_lon_lat());
        let share = if whole > 0.0 {
            ((before + here * near.share) / whole).clamp(0.0, 1.0)
        } else {
            0.0
        };
        let (share, side) = match (row.backward, side(a, b, point, near.distance)) {
            (0, side) => (share, side),
            (_, Side::Left) => (1.0 - share, Side::Right),
            (_, Side::Right) => (1.0 - share, Side::Left),
            (_, Side::On) => (1.0 - share, Side::On),
        };
        Snap {
            edge: id,
            reverse: row.reverse(),
            along: share,
            at: along(a, b, near.share),
            distance: Metres(near.distance),
            side,
        }
    }
}

/// Lengths of the segments in metres.
fn lengths(points: &[LonLatE7]) -> impl Iterator<Item = f64> {
    points
        .windows(2)
        .map(|pair| crate::geometry::distance(pair[0].to_lon_lat(), pair[1].to_lon_lat()).0)
}

fn side(a: LonLat, b: LonLat, point: LonLat, distance: f64) -> Side {
    let plane = LocalPlane::at(a);
    let (b, p) = (plane.project(b), plane.project(point));
    let cross = b[0] * p[1] - b[1] * p[0];
    if distance < 0.01 || cross == 0.0 {
        Side::On
    } else if cross > 0.0 {
        Side::Left
    } else {
        Side::Right
    }
}

/// West, south, east and north of everything within `radius` metres of `point`, with a little to spare for rounding.
fn envelope(point: LonLat, radius: f64) -> [f64; 4] {
    // Nowhere is a degree of latitude shorter, and one of longitude is longer than it for its parallel.
    let [_, per_degree] = metres_per_degree(0.0);
    let lat = radius / per_degree * 1.001 + 1e-6;
    let lon = (lat / point.lat.to_radians().cos().max(1e-6)).min(360.0);
    [
        point.lon - lon,
        point.lat - lat,
        point.lon + lon,
        point.lat + lat,
    ]
}
