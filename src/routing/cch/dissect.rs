//! Nested dissection: the order in which arcs are contracted.
//!
//! The junction graph is cut in two again and again, each time by the smallest cut that leaves a good part of the
//! junctions on either side. The cuts are found by inertial flow (Schild and Sommer, "On balanced separators in road
//! networks", SEA 2015): sort the junctions along a direction, join the first of them to a source and the last to a
//! sink, and take the smallest cut between; of several directions the best. The arcs of a cut come after everything on
//! its two sides, as Buchhold, Wagner, Zeitz and Zuendorf do for turns ("Customizable contraction hierarchies with
//! turn costs", ATMOS 2020): a cut of links between junctions separates the arcs on either side from each other.

use rayon::join;

use super::flow::{Cut, Flow, Links, Pole};
use super::graph::ArcGraph;

/// Share of the junctions that are joined to the source, and as many to the sink.
const POLE_SHARE: f64 = 0.25;
/// Directions along which junctions are sorted.
const DIRECTIONS: [[i64; 2]; 4] = [[1, 0], [0, 1], [1, 1], [1, -1]];
/// Cells with more junctions are cut in parallel.
const PARALLEL_FROM: usize = 500;

/// The arcs in the order of contraction, the most important last. The same graph gives the same order.
pub(super) fn order(graph: &ArcGraph) -> Vec<u32> {
    let (links, arcs_of_link, loops) = junction_links(graph);
    let root = Cell::whole(graph, links);
    let mut order = loops;
    for link in root.order() {
        order.extend_from_slice(&arcs_of_link[link as usize]);
    }
    order
}

/// A link between two junctions: (smaller junction, larger junction, arcs).
type Link = (u32, u32, u32);

/// Links between different junctions with the number of their arcs; the arcs of each; and the arcs that join a
/// junction to itself.
fn junction_links(graph: &ArcGraph) -> (Vec<Link>, Vec<Vec<u32>>, Vec<u32>) {
    let mut loops = Vec::new();
    let mut keyed: Vec<(u32, u32, u32)> = Vec::with_capacity(graph.arcs());
    for (arc, [from, to]) in graph.ends.iter().enumerate() {
        if from == to {
            loops.push(arc as u32);
        } else {
            keyed.push((*from.min(to), *from.max(to), arc as u32));
        }
    }
    keyed.sort_unstable();
    let mut links = Vec::new();
    let mut arcs = Vec::new();
    for same in keyed.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
        links.push((same[0].0, same[0].1, same.len() as u32));
        arcs.push(same.iter().map(|(_, _, arc)| *arc).collect());
    }
    (links, arcs, loops)
}

/// Some junctions and the links among them.
struct Cell {
    positions: Vec<[i32; 2]>,
    links: Links,
    /// Link of the whole graph that a half link is half of.
    names: Vec<u32>,
}

impl Cell {
    fn whole(graph: &ArcGraph, pairs: Vec<Link>) -> Self {
        let nodes = graph.positions.len();
        let named = pairs
            .into_iter()
            .enumerate()
            .map(|(name, (a, b, width))| (a, b, width, name as u32))
            .collect::<Vec<_>>();
        Self::new(graph.positions.clone(), nodes, &named)
    }

    /// From (node, node, width, name).
    fn new(positions: Vec<[i32; 2]>, nodes: usize, named: &[(u32, u32, u32, u32)]) -> Self {
        let mut first = vec![0_u32; nodes + 1];
        for (a, b, _, _) in named {
            first[*a as usize + 1] += 1;
            first[*b as usize + 1] += 1;
        }
        for i in 0..nodes {
            first[i + 1] += first[i];
        }
        let halves = named.len() * 2;
        let mut place = first.clone();
        let mut links = Links {
            first,
            head: vec![0; halves],
            twin: vec![0; halves],
            width: vec![0; halves],
        };
        let mut names = vec![0; halves];
        for (a, b, width, name) in named {
            let (i, j) = (place[*a as usize], place[*b as usize]);
            place[*a as usize] += 1;
            place[*b as usize] += 1;
            for (half, head, twin) in [(i, *b, j), (j, *a, i)] {
                links.head[half as usize] = head;
                links.twin[half as usize] = twin;
                links.width[half as usize] = *width;
                names[half as usize] = *name;
            }
        }
        Self {
            positions,
            links,
            names,
        }
    }

    fn nodes(&self) -> usize {
        self.positions.len()
    }

    /// The links of the cell in the order of contraction.
    fn order(self) -> Vec<u32> {
        if self.names.is_empty() {
            return Vec::new();
        }
        if self.nodes() == 2 {
            return vec![self.names[0]];
        }
        let parts = self.components();
        if parts.len() > 1 {
            return parts.into_iter().flat_map(Self::order).collect();
        }
        let near = self.best_cut().near;
        let mut across: Vec<u32> = self.across(&near);
        across.sort_unstable();
        let (a, b) = self.split(&near);
        drop(self.positions);
        let parallel = a.nodes().min(b.nodes()) >= PARALLEL_FROM;
        let (mut order, second) = if parallel {
            join(|| a.order(), || b.order())
        } else {
            (a.order(), b.order())
        };
        order.extend(second);
        order.extend(across);
        order
    }

    fn best_cut(&self) -> Cut {
        let cut = |direction: &[i64; 2], limit: u32| {
            Flow::new(&self.links).cut(&self.poles(*direction), limit)
        };
        let cuts: Vec<Option<Cut>> = if self.nodes() >= PARALLEL_FROM {
            use rayon::prelude::*;
            DIRECTIONS.par_iter().map(|d| cut(d, u32::MAX)).collect()
        } else {
            DIRECTIONS.iter().map(|d| cut(d, u32::MAX)).collect()
        };
        // The narrowest for its smaller side: cut a / side a < cut b / side b.
        cuts.into_iter()
            .flatten()
            .min_by_key(|cut| u64::from(cut.width) * (1 << 32) / cut.smaller().max(1) as u64)
            .expect("there are directions")
    }

    fn poles(&self, direction: [i64; 2]) -> Vec<Pole> {
        let nodes = self.nodes();
        let mut sorted: Vec<(i64, u32)> = self
            .positions
            .iter()
            .enumerate()
            .map(|(i, p)| {
                (
                    i64::from(p[0]) * direction[0] + i64::from(p[1]) * direction[1],
                    i as u32,
                )
            })
            .collect();
        let count = ((nodes as f64 * POLE_SHARE) as usize).clamp(1, nodes / 2);
        let mut poles = vec![Pole::Between; nodes];
        sorted.select_nth_unstable(count - 1);
        for (_, node) in &sorted[..count] {
            poles[*node as usize] = Pole::Source;
        }
        let rest = &mut sorted[count..];
        let after = rest.len() - count;
        if after > 0 {
            rest.select_nth_unstable(after - 1);
        }
        for (_, node) in &rest[after..] {
            poles[*node as usize] = Pole::Sink;
        }
        poles
    }

    fn across(&self, near: &[bool]) -> Vec<u32> {
        let mut found = Vec::new();
        for node in (0..self.nodes()).filter(|n| near[*n]) {
            found.extend(
                self.links
                    .of(node as u32)
                    .filter(|half| !near[self.links.head[*half] as usize])
                    .map(|half| self.names[half]),
            );
        }
        found
    }

    fn split(&self, near: &[bool]) -> (Self, Self) {
        let part: Vec<u32> = near.iter().map(|near| u32::from(!*near)).collect();
        let mut parts = self.parts(&part, 2).into_iter();
        let a = parts.next().expect("two parts");
        let b = parts.next().expect("two parts");
        (a, b)
    }

    /// The connected parts that have links; one part when all is connected.
    fn components(&self) -> Vec<Self> {
        let mut part = vec![u32::MAX; self.nodes()];
        let mut parts = 0;
        let mut stack = Vec::new();
        for start in 0..self.nodes() as u32 {
            if part[start as usize] != u32::MAX {
                continue;
            }
            part[start as usize] = parts;
            stack.push(start);
            while let Some(node) = stack.pop() {
                for half in self.links.of(node) {
                    let head = self.links.head[half];
                    if part[head as usize] == u32::MAX {
                        part[head as usize] = parts;
                        stack.push(head);
                    }
                }
            }
            parts += 1;
        }
        self.parts(&part, parts as usize)
    }

    /// The cell by parts, without the links between them.
    fn parts(&self, part: &[u32], count: usize) -> Vec<Self> {
        let mut nodes: Vec<Vec<[i32; 2]>> = vec![Vec::new(); count];
        let mut links: Vec<Vec<(u32, u32, u32, u32)>> = vec![Vec::new(); count];
        let mut local = vec![0_u32; part.len()];
        for (node, part) in part.iter().enumerate() {
            local[node] = nodes[*part as usize].len() as u32;
            nodes[*part as usize].push(self.positions[node]);
        }
        for node in 0..part.len() {
            for half in self.links.of(node as u32) {
                let head = self.links.head[half] as usize;
                if node < head && part[node] == part[head] {
                    links[part[node] as usize].push((
                        local[node],
                        local[head],
                        self.links.width[half],
                        self.names[half],
                    ));
                }
            }
        }
        nodes
            .into_iter()
            .zip(links)
            .map(|(positions, links)| {
                let count = positions.len();
                Self::new(positions, count, &links)
            })
            .collect()
    }
}
