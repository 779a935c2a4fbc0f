//! From some arcs to all arcs within a limit: up from the seeds, then down over everything.
//!
//! PHAST (Delling, Goldberg, Nowatzyk and Werneck, "PHAST: hardware-accelerated shortest path trees", JPDC 2013): once
//! the ancestors of the seeds have their weights, one sweep from the top down gives every other vertex its weight. A
//! subtree of the elimination tree is entered only over the neighbours above its root; when all of those are beyond the
//! limit the whole subtree is, and the sweep leaps over it.

use super::metric::{Metric, Star};
use super::packed::Packed;
use super::search::Seed;
use super::topology::Topology;

/// Scratch of reach searches on one hierarchy; about 13 bytes per arc.
#[derive(Debug)]
pub struct ReachSearch {
    keys: Vec<Packed>,
    /// Number of the search that gave a vertex its key last.
    searches: Vec<u32>,
    search: u32,
    /// Whether a vertex is an ancestor of a seed.
    climbed: Vec<bool>,
    path: Vec<u32>,
}

/// Which way is driven.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sense {
    /// From the seeds.
    From,
    /// Towards the seeds.
    Towards,
}

/// The arcs reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reached {
    /// Arcs with the weight of the best way to (or from) their beginning, in no particular order. All within the limit are
    /// there, and some beyond it.
    pub arcs: Vec<(u32, Packed)>,
    /// Whether ways were left out that are too long to fit.
    pub beyond: bool,
}

impl ReachSearch {
    /// Scratch for searches on `topology`.
    #[must_use]
    pub fn new(topology: &Topology) -> Self {
        Self {
            keys: vec![Packed::NEVER; topology.len()],
            searches: vec![0; topology.len()],
            search: 0,
            climbed: vec![false; topology.len()],
            path: Vec::new(),
        }
    }

    /// The weight at the beginning of an arc, of the last search and in its sense, whether it was listed or leapt over.
    pub fn key(&mut self, topology: &Topology, metric: &Metric, sense: Sense, arc: u32) -> Packed {
        let (_, down) = sense.stars(metric);
        let vertex = topology.vertex_of[arc as usize];
        // What was leapt over lies below something that was not, and what is above that has its key.
        let above = |v: &u32| topology.parent(*v);
        let missing: Vec<u32> = std::iter::successors(Some(vertex), above)
            .take_while(|v| self.searches[*v as usize] != self.search)
            .collect();
        for vertex in missing.into_iter().rev() {
            self.settle(down, vertex);
        }
        self.keys[vertex as usize]
    }

    /// All arcs that the best way from (or to) one of `seeds` reaches within `limit_ms` of time, where the best way is the
    /// one of least weight. A way is measured to (or from) the beginning of the arc.
    pub fn run(
        &mut self,
        topology: &Topology,
        metric: &Metric,
        sense: Sense,
        seeds: &[Seed],
        limit_ms: u64,
    ) -> Reached {
        let (up, down) = sense.stars(metric);
        let mut reached = Reached {
            arcs: Vec::new(),
            beyond: metric.beyond,
        };
        self.begin();
        self.climb(topology, seeds);
        for vertex in &self.path {
            reached.beyond |= relax(up, &mut self.keys, *vertex);
        }
        self.sweep(topology, down, limit_ms, &mut reached);
        for vertex in self.path.drain(..) {
            self.climbed[vertex as usize] = false;
        }
        reached
    }

    fn begin(&mut self) {
        self.search = self.search.checked_add(1).unwrap_or_else(|| {
            self.searches.fill(0);
            1
        });
    }

    /// Gives the seeds their weights and lists their ancestors, ascending.
    fn climb(&mut self, topology: &Topology, seeds: &[Seed]) {
        for seed in seeds {
            let mut next = Some(topology.vertex_of[seed.arc as usize]);
            while let Some(vertex) = next
                && !std::mem::replace(&mut self.climbed[vertex as usize], true)
            {
                self.keys[vertex as usize] = Packed::NEVER;
                self.path.push(vertex);
                next = topology.parent(vertex);
            }
            let key = &mut self.keys[topology.vertex_of[seed.arc as usize] as usize];
            *key = seed.key.min(*key);
        }
        self.path.sort_unstable();
    }

    fn sweep(&mut self, topology: &Topology, down: &Star, limit_ms: u64, reached: &mut Reached) {
        let within = |key: Packed| key.fits() && key.time_ms() <= limit_ms;
        let top = topology.top();
        let mut gates = topology.gates.downwards().peekable();
        let mut next = topology.len() as u32;
        while next > 0 {
            let vertex = next - 1;
            next = vertex;
            let v = vertex as usize;
            reached.beyond |= self.settle(down, vertex);
            let key = self.keys[v];
            if key.fits() {
                reached.arcs.push((topology.arc_of[v], key));
            }
            while gates.next_if(|(root, _)| *root > vertex).is_some() {}
            let Some((_, above)) = gates.next_if(|(root, _)| *root == vertex) else {
                continue;
            };
            if !within(key)
                && vertex < top
                && !self.climbed[v]
                && !above.iter().any(|head| within(self.keys[*head as usize]))
            {
                next = vertex + 1 - topology.below[v];
            }
        }
    }

    /// Takes the ways over the neighbours above, which have their keys; whether some way did not fit.
    #[inline]
    fn settle(&mut self, down: &Star, vertex: u32) -> bool {
        let v = vertex as usize;
        let known = if self.climbed[v] {
            self.keys[v]
        } else {
            Packed::NEVER
        };
        let edges = down.of(vertex);
        let best = down.heads[edges.clone()]
            .iter()
            .zip(&down.keys[edges])
            .map(|(head, key)| self.keys[*head as usize].0 + key.0)
            .fold(known.0, u64::min);
        let key = Packed(best).settled();
        self.keys[v] = key;
        self.searches[v] = self.search;
        best < Packed::NEVER.0 && !key.fits()
    }
}

impl Sense {
    /// The edges that are climbed and those that are swept.
    const fn stars(self, metric: &Metric) -> (&Star, &Star) {
        match self {
            Self::From => (&metric.up, &metric.down),
            Self::Towards => (&metric.down, &metric.up),
        }
    }
}

/// Offers the way over `vertex` to its neighbours above; whether some way did not fit.
fn relax(star: &Star, keys: &mut [Packed], vertex: u32) -> bool {
    let key = keys[vertex as usize];
    if !key.fits() {
        return false;
    }
    let mut beyond = false;
    let edges = star.of(vertex);
    for (head, weight) in star.heads[edges.clone()].iter().zip(&star.keys[edges]) {
        let offered = Packed(key.0 + weight.0);
        let known = &mut keys[*head as usize];
        if offered < *known {
            beyond |= !offered.fits();
            *known = offered.settled().min(*known);
        }
    }
    beyond
}
