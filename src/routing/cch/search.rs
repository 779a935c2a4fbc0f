//! From some arcs to some arcs: up the elimination tree from both ends.
//!
//! All vertices that an upward search can reach are ancestors in the elimination tree, so no queue is needed: walk from
//! the ends to the root and relax the edges on the way (Dibbelt, Strasser and Wagner, JEA 2016). Where both walks have a
//! label, a path is found; what already weighs more than the best path is not followed.

use super::labels::{BACK, FORTH, Label, Labels, SEED};
use super::metric::{Metric, Star};
use super::packed::Packed;
use super::topology::{NONE, Topology};

/// Where a search begins or ends: an arc, and what lies before its beginning (or, at the end, from its beginning on).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seed {
    /// The arc.
    pub arc: u32,
    /// Weight to add.
    pub key: Packed,
    /// Length in millimetres of the same.
    pub length_mm: u64,
}

/// Scratch of searches on one hierarchy; 4 bytes per arc.
#[derive(Debug)]
pub struct Search {
    labels: Labels,
    /// Next vertices of the walks, with the sides that come by.
    fronts: Vec<(u32, u8)>,
    /// Whether some seed is too long to fit.
    beyond: bool,
    stack: Vec<(u32, u32)>,
}

/// Sides that come by a vertex, as bits.
const BOTH: u8 = 1 << FORTH | 1 << BACK;

/// The answer of a search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// The best path.
    Path(Path),
    /// There is none.
    Nothing,
    /// Paths were too long to fit; ask another search.
    Beyond,
}

/// Says that paths were too long to fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Beyond;

/// A path through arcs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// Weight, seeds included.
    pub key: Packed,
    /// Length in millimetres, seeds included.
    pub length_mm: u64,
    /// The arcs from that of the first seed to that of the last.
    pub arcs: Vec<u32>,
    /// The seed that it begins with.
    pub from: usize,
    /// The seed that it ends with.
    pub to: usize,
}

impl Search {
    /// Scratch for searches on `topology`.
    #[must_use]
    pub fn new(topology: &Topology) -> Self {
        Self {
            labels: Labels::new(topology.len()),
            fronts: Vec::new(),
            beyond: false,
            stack: Vec::new(),
        }
    }

    /// The path of least weight, of those the shortest, from one of `from` to one of `to`; a path may consist of one arc
    /// that is in both. O(edges of the ancestors).
    pub fn path(
        &mut self,
        topology: &Topology,
        metric: &Metric,
        from: &[Seed],
        to: &[Seed],
    ) -> Found {
        self.seed(topology, from, FORTH);
        self.seed(topology, to, BACK);
        let best = self.walk(topology, metric, Packed::NEVER);
        let found = match best {
            Best {
                vertex: NONE,
                beyond: true,
                ..
            } => Found::Beyond,
            Best { vertex: NONE, .. } => Found::Nothing,
            Best { .. } => {
                let path = self.unpack(topology, metric, &best);
                Found::Path(path.expect("what a shortest path leads over is needed"))
            }
        };
        self.forget();
        found
    }

    /// The weight and length of the path that [`Search::path`] finds, without its arcs: `None` when there is none.
    ///
    /// # Errors
    /// When paths were too long to fit; ask another search.
    pub fn weight(
        &mut self,
        topology: &Topology,
        metric: &Metric,
        from: &[Seed],
        to: &[Seed],
    ) -> Result<Option<(Packed, u64)>, Beyond> {
        self.seed(topology, from, FORTH);
        self.seed(topology, to, BACK);
        let best = self.walk(topology, metric, Packed::NEVER);
        self.forget();
        match best {
            Best {
                vertex: NONE,
                beyond: true,
                ..
            } => Err(Beyond),
            Best { vertex: NONE, .. } => Ok(None),
            Best { key, length_mm, .. } => Ok(Some((key, length_mm))),
        }
    }

    /// Walks up from both ends, following what weighs at most `most` or no more than the best path.
    fn walk(&mut self, topology: &Topology, metric: &Metric, most: Packed) -> Best {
        let mut best = Best {
            key: Packed::NEVER,
            length_mm: 0,
            vertex: NONE,
            beyond: metric.beyond | self.beyond,
            most,
        };
        while let Some((vertex, sides)) = self.next(topology) {
            self.visit(metric, vertex, sides, &mut best);
            if let [(one, both)] = self.fronts[..]
                && both == BOTH
            {
                self.fronts.clear();
                self.climb(topology, metric, one, &mut best);
            }
        }
        best
    }

    /// Makes the labels ready for the next search.
    pub(super) fn forget(&mut self) {
        self.labels.forget();
        self.beyond = false;
    }

    /// Where paths of at most `most` meet, lightest first. Labels stay until [`Search::forget`].
    pub(super) fn meetings(
        &mut self,
        topology: &Topology,
        metric: &Metric,
        from: &[Seed],
        to: &[Seed],
        most: Packed,
    ) -> Vec<(Packed, u32)> {
        self.seed(topology, from, FORTH);
        self.seed(topology, to, BACK);
        self.walk(topology, metric, most);
        let mut meetings: Vec<(Packed, u32)> = self
            .labels
            .all()
            .filter_map(|(vertex, [a, b])| {
                let both = a.key.fits() && b.key.fits();
                let key = both.then(|| a.key.plus(b.key)).filter(|key| *key <= most)?;
                Some((key, vertex))
            })
            .collect();
        meetings.sort_unstable();
        meetings
    }

    /// The path over a vertex that both walks have labelled.
    /// `None` when it leads over a way that no shortest path needs: then there is a better one.
    pub(super) fn path_over(
        &mut self,
        topology: &Topology,
        metric: &Metric,
        vertex: u32,
    ) -> Option<Path> {
        let [a, b] = self.labels.of(vertex);
        let best = Best {
            key: a.key.plus(b.key),
            length_mm: u64::from(a.length_mm) + u64::from(b.length_mm),
            vertex,
            beyond: false,
            most: Packed::NEVER,
        };
        self.unpack(topology, metric, &best)
    }

    fn seed(&mut self, topology: &Topology, seeds: &[Seed], side: usize) {
        for (i, seed) in seeds.iter().enumerate() {
            let Ok(length_mm) = u32::try_from(seed.length_mm) else {
                self.beyond = true;
                continue;
            };
            let vertex = topology.vertex_of[seed.arc as usize];
            self.labels.lay_out(topology, vertex);
            let label = Label {
                key: seed.key,
                length_mm,
                tail: SEED | i as u32,
            };
            self.labels.known(side, vertex).take(label);
            self.fronts.push((vertex, 1 << side));
        }
    }

    /// The lowest vertex that some walk has come to, with all sides that have; the walks go on to its parent.
    fn next(&mut self, topology: &Topology) -> Option<(u32, u8)> {
        let vertex = self.fronts.iter().map(|(v, _)| *v).min()?;
        let mut sides = 0;
        self.fronts.retain(|(v, side)| {
            let here = *v == vertex;
            sides |= if here { *side } else { 0 };
            !here
        });
        if let Some(parent) = topology.parent(vertex) {
            self.fronts.push((parent, sides));
        }
        Some((vertex, sides))
    }

    /// Visits all vertices from `vertex` to the root with both walks.
    fn climb(&mut self, topology: &Topology, metric: &Metric, vertex: u32, best: &mut Best) {
        let mut next = Some(vertex);
        while let Some(vertex) = next {
            self.visit(metric, vertex, BOTH, best);
            next = topology.parent(vertex);
        }
    }

    #[inline]
    fn visit(&mut self, metric: &Metric, vertex: u32, sides: u8, best: &mut Best) {
        let [a, b] = self.labels.of(vertex);
        if sides == BOTH {
            best.offer(vertex, &a, &b);
        }
        if best.follows(a.key) {
            best.beyond |= relax(&metric.up, &mut self.labels, FORTH, vertex, a);
        }
        if best.follows(b.key) {
            best.beyond |= relax(&metric.down, &mut self.labels, BACK, vertex, b);
        }
    }

    fn unpack(&mut self, topology: &Topology, metric: &Metric, best: &Best) -> Option<Path> {
        let mut vertices = Vec::new();
        let mut at = best.vertex;
        let from = loop {
            let tail = self.labels.of(at)[FORTH].tail;
            if tail & SEED != 0 {
                break tail & !SEED;
            }
            self.stack.push((tail, at));
            at = tail;
        };
        vertices.push(at);
        unpack_edges(metric, &mut self.stack, &mut vertices)?;
        at = best.vertex;
        let to = loop {
            let tail = self.labels.of(at)[BACK].tail;
            if tail & SEED != 0 {
                break tail & !SEED;
            }
            self.stack.push((at, tail));
            unpack_edges(metric, &mut self.stack, &mut vertices)?;
            at = tail;
        };
        Some(Path {
            key: best.key,
            length_mm: best.length_mm,
            arcs: vertices
                .into_iter()
                .map(|v| topology.arc_of[v as usize])
                .collect(),
            from: from as usize,
            to: to as usize,
        })
    }
}

/// The best path so far.
struct Best {
    key: Packed,
    length_mm: u64,
    vertex: u32,
    beyond: bool,
    /// What weighs this much is followed even when it cannot be best; nothing more than the best is when it is `NEVER`.
    most: Packed,
}

impl Best {
    fn follows(&self, key: Packed) -> bool {
        key <= self.key || key <= self.most && self.most.fits()
    }

    fn offer(&mut self, vertex: u32, a: &Label, b: &Label) {
        if !a.key.fits() || !b.key.fits() {
            return;
        }
        let length_mm = u64::from(a.length_mm) + u64::from(b.length_mm);
        let key = a.key.plus(b.key);
        if !key.fits() {
            self.beyond = true;
        } else if key < self.key || key == self.key && length_mm < self.length_mm {
            (self.key, self.length_mm, self.vertex) = (key, length_mm, vertex);
        }
    }
}

/// Offers the way over `vertex` to its neighbours above; whether some way did not fit.
#[inline]
fn relax(star: &Star, labels: &mut Labels, side: usize, vertex: u32, label: Label) -> bool {
    if !label.key.fits() {
        return false;
    }
    let mut beyond = false;
    let range = star.of(vertex);
    let keys = &star.keys[range.clone()];
    let details = &star.details[range.clone()];
    for ((head, key), detail) in star.heads[range].iter().zip(keys).zip(details) {
        let known = labels.known(side, *head);
        let offered = Packed(label.key.0 + key.0);
        if offered > known.key {
            continue;
        }
        let Some(length_mm) = label.length_mm.checked_add(detail.length_mm) else {
            beyond = true;
            continue;
        };
        if offered.fits() {
            known.take(Label {
                key: offered,
                length_mm,
                tail: vertex,
            });
        } else {
            beyond = true;
        }
    }
    beyond
}

/// Replaces the edges on the stack, the first on top, by the vertices that they lead over; `None`, with nothing on the stack,
/// when one of those is not kept, because no shortest path needs it.
fn unpack_edges(
    metric: &Metric,
    stack: &mut Vec<(u32, u32)>,
    vertices: &mut Vec<u32>,
) -> Option<()> {
    while let Some((from, to)) = stack.pop() {
        let star = if from < to { &metric.up } else { &metric.down };
        let Some(place) = star.find(from.min(to), from.max(to)) else {
            stack.clear();
            return None;
        };
        match star.details[place].middle {
            NONE => vertices.push(to),
            middle => {
                stack.push((middle, to));
                stack.push((from, middle));
            }
        }
    }
    Some(())
}
