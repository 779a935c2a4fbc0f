//! The hierarchy without weights: which vertices remain joined when the vertices below them are contracted.
//!
//! Contracting a vertex joins all its remaining neighbours with each other, whatever the weights (Dibbelt, Strasser
//! and Wagner, "Customizable contraction hierarchies", JEA 2016). The result is a chordal graph; the lowest neighbour
//! above a vertex is its parent in the elimination tree, and all its neighbours above are ancestors in that tree.
//!
//! Its [`Edges`] say what lies beside what. What can be driven along them are the [`Ways`] up and down, and those are far
//! fewer: vertices are arcs, and one seldom drives from either of two arcs to the other.

use rayon::prelude::*;

use super::contract::{contract, contracted};
use super::dissect;
use super::edges::Edges;
use super::gates::Gates;
use super::graph::ArcGraph;
use super::leaves;
use super::ways::{DOWN, UP, Ways, fill, ways};

/// Stands for "no vertex" and "no edge".
pub const NONE: u32 = u32::MAX;
/// Vertices with more vertices below them than this share of all belong to the top.
const TOP_SHARE: usize = 64;
/// The least number of vertices that make it worth having a top.
const LEAST_TREE: usize = 512;

/// Order and edges of a hierarchy. Vertices are arcs under new numbers, lower numbers contracted earlier.
///
/// The vertices fall into *trees*, the largest subtrees of the elimination tree that are small, one after the other,
/// each in post-order; and the *top*, the vertices above them. Trees know nothing of each other, so that they can be
/// worked on in parallel, and everything below a vertex in a tree lies in one stretch of numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topology {
    /// Vertex of each arc.
    pub(super) vertex_of: Vec<u32>,
    /// Arc of each vertex.
    pub(super) arc_of: Vec<u32>,
    /// What can be driven: up, and down.
    pub(super) ways: [Ways; 2],
    /// Where each tree begins; the last entry is where the top begins.
    pub(super) trees: Vec<u32>,
    /// Number of vertices in the subtree of each vertex, itself included.
    pub(super) below: Vec<u32>,
    /// The lowest neighbour above each vertex, or [`NONE`].
    pub(super) parents: Vec<u32>,
    /// Over what subtrees are entered.
    pub(super) gates: Gates,
    /// For each turn of the graph twice the number of its way, plus one when it leads down; [`NONE`] for a turn of an
    /// arc onto itself.
    pub(super) slots: Vec<u32>,
}

/// A way that can be driven between two vertices. Ways of lower vertices come first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Way {
    /// The lower end.
    pub(super) low: u32,
    /// [`UP`] or [`DOWN`].
    pub(super) side: usize,
    /// Its number among the ways of its side.
    pub(super) at: usize,
}

impl Topology {
    /// Orders the arcs of `graph` and contracts them. The same graph gives the same topology at any number of threads.
    ///
    /// O(n log n) in the number of arcs, times the width of the cuts.
    #[must_use]
    pub fn build(graph: &ArcGraph) -> Self {
        let order = leaves::by_least_fill(graph, &dissect::order(graph));
        let (arc_of, edges) = contracted(graph, &order);
        Self::from_edges(graph, arc_of, &edges).expect("contraction makes sense")
    }

    /// The arcs by vertex: the order of contraction.
    #[must_use]
    pub fn arcs(&self) -> &[u32] {
        &self.arc_of
    }

    /// The edges of this topology of `graph`, which nothing but its file needs: they are worked out anew.
    #[must_use]
    pub fn edges(&self, graph: &ArcGraph) -> Edges {
        contract(graph, &self.vertex_of)
    }

    /// A topology of `graph` from its arcs by vertex and its edges; `None` when they are not those of a topology of this
    /// graph, so that searches could fail.
    #[must_use]
    pub fn from_edges(graph: &ArcGraph, arc_of: Vec<u32>, edges: &Edges) -> Option<Self> {
        let vertex_of = inverse(&arc_of)?;
        if vertex_of.len() != graph.arcs() || !edges.is_upward(arc_of.len()) {
            return None;
        }
        let parents = edges.parents();
        let below = subtree_sizes(&parents);
        let mut topology = Self {
            trees: tree_starts(&parents, &below),
            vertex_of,
            arc_of,
            ways: [Ways::default(), Ways::default()],
            gates: Gates::new(edges, &parents, &below),
            below,
            parents,
            slots: Vec::new(),
        };
        if !edges.is_chordal() || !topology.is_numbered() {
            return None;
        }
        topology.find_ways(graph, edges)?;
        Some(topology)
    }

    /// Whether trees lie apart and each subtree in them just before its root.
    fn is_numbered(&self) -> bool {
        self.trees.windows(2).all(|tree| {
            (tree[0]..tree[1]).all(|v| match self.parents[v as usize] {
                parent if parent < tree[1] => {
                    let start = |v: u32| v + 1 - self.below[v as usize];
                    start(v) >= start(parent) && start(parent) >= tree[0]
                }
                parent => parent >= self.top(),
            })
        })
    }

    /// Finds the ways that the turns and what lies below them make; `None` when some turn has no edge.
    fn find_ways(&mut self, graph: &ArcGraph, edges: &Edges) -> Option<()> {
        let turns = self.edges_of_turns(graph, edges)?;
        let mut sides = vec![0_u8; edges.heads.len()];
        for [edge, side] in turns.iter().filter(|[edge, _]| *edge != NONE) {
            sides[*edge as usize] |= 1 << side;
        }
        fill(edges, &mut sides);
        let (up, down) = rayon::join(|| ways(edges, &sides, UP), || ways(edges, &sides, DOWN));
        let ([up, down], numbers) = ([up.0, down.0], [up.1, down.1]);
        self.ways = [up, down];
        let slot = |[edge, side]: [u32; 2]| match edge {
            NONE => NONE,
            edge => numbers[side as usize][edge as usize] * 2 + side,
        };
        self.slots = turns.into_par_iter().map(slot).collect();
        self.slots.shrink_to_fit();
        Some(())
    }

    /// Edge and side of every turn, [`NONE`] for a turn of an arc onto itself.
    fn edges_of_turns(&self, graph: &ArcGraph, edges: &Edges) -> Option<Vec<[u32; 2]>> {
        let edge = |arc: usize, head: u32| {
            let (a, b) = (self.vertex_of[arc], *self.vertex_of.get(head as usize)?);
            if a == b {
                return Some([NONE; 2]);
            }
            let edge = edges.find(a.min(b), a.max(b))?;
            Some([edge as u32, u32::from(a > b)])
        };
        (0..graph.arcs())
            .into_par_iter()
            .flat_map_iter(|arc| {
                graph
                    .turns(arc)
                    .map(move |place| edge(arc, graph.heads[place]))
            })
            .collect()
    }

    /// Number of vertices.
    #[must_use]
    pub fn len(&self) -> usize {
        self.arc_of.len()
    }

    /// Number of ways, which each carry a weight.
    #[must_use]
    pub fn ways(&self) -> usize {
        self.ways.iter().map(|ways| ways.heads.len()).sum()
    }

    /// The way of a turn from one arc to another; `None` when there is none, as from an arc to itself.
    #[must_use]
    pub fn way_between(&self, from: u32, to: u32) -> Option<Way> {
        self.way(self.vertex_of[from as usize], self.vertex_of[to as usize])
    }

    /// The way from one vertex to another.
    pub(super) fn way(&self, from: u32, to: u32) -> Option<Way> {
        let (low, side) = (from.min(to), if from < to { UP } else { DOWN });
        let at = self.ways[side].find(low, from.max(to))?;
        Some(Way { low, side, at })
    }

    /// The lowest neighbour above.
    pub(super) fn parent(&self, vertex: u32) -> Option<u32> {
        let parent = self.parents[vertex as usize];
        (parent != NONE).then_some(parent)
    }

    /// Where the top begins.
    pub(super) fn top(&self) -> u32 {
        self.trees[self.trees.len() - 1]
    }

    /// Number of ways into a vertex from above with a way on to another one above: what customization goes through.
    #[must_use]
    pub fn triangles(&self) -> u64 {
        let [up, down] = &self.ways;
        (0..self.len() as u32)
            .map(|v| up.of(v).len() as u64 * down.of(v).len() as u64)
            .sum()
    }

    /// The longest way from a vertex to its root, in vertices.
    #[must_use]
    pub fn height(&self) -> usize {
        let mut depth = vec![1_u32; self.len()];
        for v in (0..self.len()).rev() {
            if let Some(parent) = self.parent(v as u32) {
                depth[v] = depth[parent as usize] + 1;
            }
        }
        depth.into_iter().max().unwrap_or(0) as usize
    }
}

/// The most vertices below one that belongs to a tree.
pub(super) fn tree_limit(count: usize) -> usize {
    (count / TOP_SHARE).max(LEAST_TREE)
}

/// Where the trees begin, and where the top does.
fn tree_starts(parents: &[u32], below: &[u32]) -> Vec<u32> {
    let limit = tree_limit(parents.len());
    let is_top = |v: u32| below[v as usize] as usize > limit;
    let mut starts = vec![0];
    for v in (0..parents.len() as u32).take_while(|v| !is_top(*v)) {
        let parent = parents[v as usize];
        if parent == NONE || is_top(parent) {
            starts.push(v + 1);
        }
    }
    starts
}

/// Where each number stands; `None` when they are not `0..` in some order.
fn inverse(numbers: &[u32]) -> Option<Vec<u32>> {
    let mut inverse = vec![NONE; numbers.len()];
    for (i, number) in numbers.iter().enumerate() {
        let slot = inverse.get_mut(*number as usize)?;
        if std::mem::replace(slot, i as u32) != NONE {
            return None;
        }
    }
    Some(inverse)
}

pub(super) fn subtree_sizes(parents: &[u32]) -> Vec<u32> {
    let mut below = vec![1_u32; parents.len()];
    for (v, parent) in parents.iter().enumerate() {
        if *parent != NONE {
            below[*parent as usize] += below[v];
        }
    }
    below
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A circle of arcs, each turning onto the next.
    fn circle(count: u32) -> ArcGraph {
        ArcGraph {
            positions: (0..count)
                .map(|i| {
                    let angle = f64::from(i) / f64::from(count) * std::f64::consts::TAU;
                    [(angle.cos() * 1e6) as i32, (angle.sin() * 1e6) as i32]
                })
                .collect(),
            ends: (0..count).map(|i| [i, (i + 1) % count]).collect(),
            first: (0..=count).collect(),
            heads: (0..count).map(|i| (i + 1) % count).collect(),
        }
    }

    #[test]
    fn contracting_a_circle_keeps_it_thin() {
        let topology = Topology::build(&circle(5_000));
        let edges = topology.edges(&circle(5_000)).heads.len();
        assert!(edges < 10_000, "{edges}");
        assert!(topology.ways() < 10_000, "{}", topology.ways());
        assert!(topology.height() < 64, "{}", topology.height());
        assert!(topology.trees.len() > 4 && topology.top() < 5_000);
    }

    #[test]
    fn neighbours_above_a_vertex_are_joined_and_are_its_ancestors() {
        let topology = Topology::build(&circle(2_000));
        let edges = topology.edges(&circle(2_000));
        for v in 0..topology.len() as u32 {
            let heads = edges.above(v);
            assert!(heads.is_sorted() && heads.iter().all(|head| *head > v));
            for (i, a) in heads.iter().enumerate() {
                for b in &heads[i + 1..] {
                    assert!(edges.find(*a, *b).is_some());
                }
            }
        }
    }

    #[test]
    fn what_is_below_a_vertex_of_a_tree_lies_just_before_it() {
        let topology = Topology::build(&circle(5_000));
        for v in 0..topology.top() {
            let first = v + 1 - topology.below[v as usize];
            for below in first..v {
                let parent = topology.parent(below).unwrap();
                assert!((first..=v).contains(&parent));
            }
        }
        for pair in topology.trees.windows(2) {
            for v in pair[0]..pair[1] {
                let parent = topology.parent(v).unwrap();
                assert!(parent < pair[1] || parent >= topology.top());
            }
        }
    }
}
