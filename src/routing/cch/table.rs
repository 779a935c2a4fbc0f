//! From many places to many.
//!
//! RPHAST (Delling, Goldberg and Werneck, "Faster batched shortest paths in road networks", ATMOS 2011): the vertices
//! above the targets are collected once, with the edges down to them; then each source climbs to the root and one sweep
//! over the collected edges gives the weights of all targets. Sources are swept several at once, one per lane, so that
//! each edge is read once for all of them.

use super::lanes::{self, Lanes};
use super::metric::{Metric, Star};
use super::packed::Packed;
use super::search::Seed;
use super::topology::Topology;

/// A row of a table: the paths from one source to all targets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// Weights; [`Packed::NEVER`] where there is no path.
    pub keys: Vec<Packed>,
    /// Lengths in millimetres of the same paths; zeros when they were not wished for.
    pub lengths_mm: Vec<u64>,
    /// Whether paths may have been left out that are too long to fit.
    pub beyond: bool,
}

/// Sources that are swept at once.
pub use super::lanes::LANES;

/// The vertices above some targets, the highest first, and the edges down to them: what all rows of a table have in common.
#[derive(Debug)]
pub struct Cone {
    /// One more than the place of a vertex in the cone, or 0.
    places: Vec<u32>,
    pub(super) first: Vec<u32>,
    /// Places of the upper ends.
    pub(super) heads: Vec<u32>,
    pub(super) keys: Vec<u64>,
    pub(super) lengths_mm: Vec<u32>,
    /// Seeds of target `t` are `first_end[t]..first_end[t + 1]` of `ends`.
    first_end: Vec<u32>,
    /// (place, seed).
    ends: Vec<(u32, Seed)>,
}

impl Cone {
    /// The cone above the targets, each a list of seeds.
    #[must_use]
    pub fn new(topology: &Topology, metric: &Metric, to: &[Vec<Seed>]) -> Self {
        let down = &metric.down;
        let mut places = vec![0; topology.len()];
        let mut vertices: Vec<u32> = Vec::new();
        let mut add = |vertex: u32, vertices: &mut Vec<u32>| {
            if std::mem::replace(&mut places[vertex as usize], 1) == 0 {
                vertices.push(vertex);
            }
        };
        for seed in to.iter().flatten() {
            add(topology.vertex_of[seed.arc as usize], &mut vertices);
        }
        let mut i = 0;
        while i < vertices.len() {
            for head in &down.heads[down.of(vertices[i])] {
                add(*head, &mut vertices);
            }
            i += 1;
        }
        vertices.sort_unstable_by(|a, b| b.cmp(a));
        for (i, vertex) in vertices.iter().enumerate() {
            places[*vertex as usize] = i as u32 + 1;
        }
        let mut cone = Self {
            first: vec![0],
            heads: Vec::new(),
            keys: Vec::new(),
            lengths_mm: Vec::new(),
            first_end: vec![0],
            ends: Vec::new(),
            places,
        };
        let place = |cone: &Self, vertex: u32| cone.places[vertex as usize] - 1;
        for vertex in vertices {
            let edges = down.of(vertex);
            for (i, head) in edges.clone().zip(&down.heads[edges]) {
                cone.heads.push(place(&cone, *head));
                cone.keys.push(down.keys[i].0);
                cone.lengths_mm.push(down.details[i].length_mm);
            }
            cone.first.push(cone.heads.len() as u32);
        }
        for seeds in to {
            for seed in seeds {
                let vertex = topology.vertex_of[seed.arc as usize];
                cone.ends.push((place(&cone, vertex), *seed));
            }
            cone.first_end.push(cone.ends.len() as u32);
        }
        cone
    }

    /// Rows from at most [`LANES`] sources, each a list of seeds, as `finish` makes them from the number of the source
    /// and its paths; with `lengths` or without. `topology` and `metric` are those that the cone was made with.
    ///
    /// O(sources x edges above the targets).
    ///
    /// # Panics
    /// When there are more sources than lanes.
    pub fn rows<R>(
        &self,
        topology: &Topology,
        metric: &Metric,
        climber: &mut Climber,
        (from, lengths): (&[Vec<Seed>], bool),
        finish: impl Fn(usize, Row) -> R,
    ) -> Vec<R> {
        assert!(from.len() <= LANES, "{} sources at once", from.len());
        let mut beyond = metric.beyond;
        climber.lanes.begin(self.len(), lengths);
        for (lane, seeds) in from.iter().enumerate() {
            beyond |= climber.climb(topology, &metric.up, self, seeds, lane);
        }
        lanes::sweep(self, &mut climber.lanes);
        beyond |= climber.lanes.beyond;
        (0..from.len())
            .map(|lane| finish(lane, climber.row(self, lane, beyond)))
            .collect()
    }

    fn len(&self) -> usize {
        self.first.len() - 1
    }

    fn targets(&self) -> usize {
        self.first_end.len() - 1
    }

    fn ends(&self, target: usize) -> &[(u32, Seed)] {
        &self.ends[self.first_end[target] as usize..self.first_end[target + 1] as usize]
    }
}

/// What a climb knows of a vertex.
#[derive(Clone, Copy)]
struct Height {
    key: Packed,
    length_mm: u64,
}

impl Height {
    const NEVER: Self = Self {
        key: Packed::NEVER,
        length_mm: 0,
    };

    fn is_better_than(&self, other: &Self) -> bool {
        (self.key, self.length_mm) < (other.key, other.length_mm)
    }
}

/// Heights by vertex, all `NEVER` at first. That is kept as zeros, which the system hands out without touching memory: a
/// small table then costs nothing for the arcs that it never sees.
#[derive(Debug)]
struct Heights(Vec<[u64; 2]>);

impl Heights {
    fn get(&self, vertex: u32) -> Height {
        let [missing, length_mm] = self.0[vertex as usize];
        Height {
            key: Packed(Packed::NEVER.0 - missing),
            length_mm,
        }
    }

    fn set(&mut self, vertex: u32, height: Height) {
        self.0[vertex as usize] = [Packed::NEVER.0 - height.key.0, height.length_mm];
    }

    fn offer(&mut self, vertex: u32, height: Height) {
        if height.is_better_than(&self.get(vertex)) {
            self.set(vertex, height);
        }
    }
}

/// Scratch of one thread for tables on one hierarchy: 16 bytes for each arc, and up to 256 for each vertex of a cone.
#[derive(Debug)]
pub struct Climber {
    heights: Heights,
    fronts: Vec<u32>,
    lanes: Lanes,
}

/// Scratch beyond this is given back rather than kept for the next table.
const MOST_KEPT: usize = 2 << 20;

impl Climber {
    /// Scratch for tables on `topology`.
    #[must_use]
    pub fn new(topology: &Topology) -> Self {
        Self {
            heights: Heights(vec![[0; 2]; topology.len()]),
            fronts: Vec::new(),
            lanes: Lanes::default(),
        }
    }

    /// Gives back what only large tables need.
    pub fn shrink(&mut self) {
        if self.lanes.bytes() > MOST_KEPT {
            self.lanes = Lanes::default();
        }
    }

    fn row(&self, cone: &Cone, lane: usize, beyond: bool) -> Row {
        let targets = cone.targets();
        let mut row = Row {
            keys: Vec::with_capacity(targets),
            lengths_mm: Vec::with_capacity(targets),
            beyond,
        };
        for target in 0..targets {
            let best = self.best(cone.ends(target), lane, &mut row.beyond);
            row.keys.push(best.key);
            row.lengths_mm.push(best.length_mm);
        }
        row
    }

    /// Walks from the seeds to the root and leaves what it finds in a lane, where the cone has the vertex.
    fn climb(
        &mut self,
        topology: &Topology,
        up: &Star,
        cone: &Cone,
        seeds: &[Seed],
        lane: usize,
    ) -> bool {
        let mut beyond = false;
        for seed in seeds {
            let vertex = topology.vertex_of[seed.arc as usize];
            let height = Height {
                key: seed.key,
                length_mm: seed.length_mm,
            };
            self.heights.offer(vertex, height);
            self.fronts.push(vertex);
        }
        while let Some(vertex) = self.fronts.iter().copied().min() {
            self.fronts.retain(|v| *v != vertex);
            self.fronts.extend(topology.parent(vertex));
            let height = self.heights.get(vertex);
            self.heights.set(vertex, Height::NEVER);
            if !height.key.fits() {
                continue;
            }
            if let Some(place) = cone.places[vertex as usize].checked_sub(1) {
                self.lanes.set(place, lane, height.key.0, height.length_mm);
            }
            beyond |= self.relax(up, vertex, height);
        }
        beyond
    }

    fn relax(&mut self, up: &Star, vertex: u32, height: Height) -> bool {
        let mut beyond = false;
        let edges = up.of(vertex);
        let heads = &up.heads[edges.clone()];
        let details = &up.details[edges.clone()];
        for ((head, key), detail) in heads.iter().zip(&up.keys[edges]).zip(details) {
            let offered = Height {
                key: Packed(height.key.0 + key.0),
                length_mm: height.length_mm + u64::from(detail.length_mm),
            };
            if offered.key.fits() {
                self.heights.offer(*head, offered);
            } else {
                beyond |= offered.key < Packed::NEVER;
            }
        }
        beyond
    }

    fn best(&self, ends: &[(u32, Seed)], lane: usize, beyond: &mut bool) -> Height {
        let mut best = Height::NEVER;
        for (place, seed) in ends {
            let (key, length_mm) = self.lanes.get(*place, lane);
            let whole = Height {
                key: Packed(key + seed.key.0),
                length_mm: length_mm + seed.length_mm,
            };
            if !whole.key.fits() {
                *beyond |= key & super::packed::BEYOND == 0 && seed.key.fits();
            } else if whole.is_better_than(&best) {
                best = whole;
            }
        }
        best
    }
}
