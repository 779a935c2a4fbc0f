//! The last steps of the dissection: small parts are contracted by least fill.
//!
//! Where few arcs are left between cuts, more cuts say little about the order. Whatever order the arcs of a subtree of the
//! elimination tree get among themselves, nothing changes above it; so within each small one the arc goes first that adds
//! the fewest ways more than it takes away (the edge difference of Geisberger, Sanders, Schultes and Delling, "Contraction
//! hierarchies", WEA 2008).

use rayon::prelude::*;

use super::contract::contract;
use super::graph::ArcGraph;
use super::topology::{NONE, subtree_sizes};

/// The most arcs of a subtree that is ordered anew. On Porto larger ones save hardly any more shortcuts, and have more
/// triangles.
const LARGEST: u32 = 48;

/// Arcs in an order of contraction, those of small subtrees in a better one. The same graph and order give the same.
///
/// O(arcs of a subtree squared x neighbours) for each, in parallel.
pub(super) fn by_least_fill(graph: &ArcGraph, order: &[u32]) -> Vec<u32> {
    let mut rank = vec![0_u32; order.len()];
    for (i, arc) in order.iter().enumerate() {
        rank[*arc as usize] = i as u32;
    }
    let parents = contract(graph, &rank).parents();
    let (subtrees, rest) = subtrees(&parents);
    let backwards = backwards(graph);
    let ordered: Vec<Vec<u32>> = subtrees
        .into_par_iter()
        .map(|ranks| {
            let arcs: Vec<u32> = ranks.iter().map(|rank| order[*rank as usize]).collect();
            Part::new(graph, &backwards, arcs).contracted()
        })
        .collect();
    let above = rest.into_iter().map(|rank| order[rank as usize]);
    ordered.into_iter().flatten().chain(above).collect()
}

/// The ranks of each of the largest small subtrees, ascending; and those of all vertices above them.
fn subtrees(parents: &[u32]) -> (Vec<Vec<u32>>, Vec<u32>) {
    let below = subtree_sizes(parents);
    let is_small = |v: u32| v != NONE && below[v as usize] <= LARGEST;
    let mut found: Vec<Vec<u32>> = Vec::new();
    let mut subtree = vec![NONE; parents.len()];
    let mut rest = Vec::new();
    for v in (0..parents.len() as u32).rev() {
        let parent = parents[v as usize];
        if !is_small(v) {
            rest.push(v);
            continue;
        }
        subtree[v as usize] = if is_small(parent) {
            subtree[parent as usize]
        } else {
            found.push(Vec::new());
            found.len() as u32 - 1
        };
        found[subtree[v as usize] as usize].push(v);
    }
    for part in &mut found {
        part.reverse();
    }
    found.reverse();
    rest.reverse();
    (found, rest)
}

/// The same arcs with all turns the other way round.
fn backwards(graph: &ArcGraph) -> ArcGraph {
    let mut first = vec![0_u32; graph.arcs() + 1];
    for head in &graph.heads {
        first[*head as usize + 1] += 1;
    }
    for arc in 0..graph.arcs() {
        first[arc + 1] += first[arc];
    }
    let mut place = first.clone();
    let mut heads = vec![0; graph.heads.len()];
    for arc in 0..graph.arcs() {
        for head in &graph.heads[graph.turns(arc)] {
            heads[place[*head as usize] as usize] = arc as u32;
            place[*head as usize] += 1;
        }
    }
    ArcGraph {
        positions: Vec::new(),
        ends: graph.ends.clone(),
        first,
        heads,
    }
}

/// Some arcs, those beside them, and the ways between all of these, as rows of bits.
struct Part {
    arcs: Vec<u32>,
    /// Words of a row.
    words: usize,
    /// Where each can be left to, and come to from.
    rows: [Vec<u64>; 2],
}

impl Part {
    fn new(graph: &ArcGraph, backwards: &ArcGraph, arcs: Vec<u32>) -> Self {
        let sides = [graph, backwards];
        let beside =
            |arc: u32| sides.map(|side| side.heads[side.turns(arc as usize)].iter().copied());
        let mut all: Vec<u32> = arcs
            .iter()
            .flat_map(|arc| beside(*arc).into_iter().flatten())
            .collect();
        all.sort_unstable();
        all.dedup();
        let inside: std::collections::BTreeMap<u32, usize> =
            arcs.iter().enumerate().map(|(i, arc)| (*arc, i)).collect();
        let outside: Vec<u32> = all
            .into_iter()
            .filter(|arc| !inside.contains_key(arc))
            .collect();
        let number = |arc: u32| {
            inside.get(&arc).copied().unwrap_or_else(|| {
                let at = outside.binary_search(&arc);
                arcs.len() + at.expect("it lies beside one of them")
            })
        };
        let count = arcs.len() + outside.len();
        let words = count.div_ceil(64);
        let mut part = Self {
            words,
            rows: [vec![0; count * words], vec![0; count * words]],
            arcs: Vec::new(),
        };
        for (i, arc) in arcs.iter().enumerate() {
            for (side, heads) in beside(*arc).into_iter().enumerate() {
                for head in heads.map(number).filter(|head| *head != i) {
                    part.set(side, i, head);
                    part.set(1 - side, head, i);
                }
            }
        }
        part.arcs = arcs;
        part
    }

    fn set(&mut self, side: usize, from: usize, to: usize) {
        self.rows[side][from * self.words + to / 64] |= 1 << (to % 64);
    }

    fn row(&self, side: usize, of: usize) -> &[u64] {
        &self.rows[side][of * self.words..(of + 1) * self.words]
    }

    /// Its arcs in the order of contraction.
    fn contracted(mut self) -> Vec<u32> {
        let mut left: Vec<usize> = (0..self.arcs.len()).collect();
        let mut order = Vec::with_capacity(left.len());
        while let Some(at) = (0..left.len()).min_by_key(|at| self.difference(left[*at])) {
            let next = left.remove(at);
            self.contract(next);
            order.push(self.arcs[next]);
        }
        order
    }

    /// How many ways more there are when one is contracted, and how many it is compared with.
    fn difference(&self, one: usize) -> (i64, u32) {
        let [to, from] = [0, 1].map(|side| self.row(side, one));
        let new: u32 = ones(from)
            .map(|other| {
                let known = self.row(0, other);
                let pairs = to.iter().zip(known).map(|(to, known)| to & !known);
                // From an arc back to itself there is no way.
                count(pairs) - (to[other / 64] >> (other % 64) & 1) as u32
            })
            .sum();
        let [to, from] = [to, from].map(|row| count(row.iter().copied()));
        (i64::from(new) - i64::from(to + from), to * from)
    }

    fn contract(&mut self, one: usize) {
        let beside = [0, 1].map(|side| self.row(side, one).to_vec());
        for side in [0, 1] {
            for other in ones(&beside[1 - side]) {
                let row = &mut self.rows[side][other * self.words..(other + 1) * self.words];
                for (mine, more) in row.iter_mut().zip(&beside[side]) {
                    *mine |= more;
                }
                for gone in [one, other] {
                    row[gone / 64] &= !(1 << (gone % 64));
                }
            }
        }
    }
}

fn count(words: impl Iterator<Item = u64>) -> u32 {
    words.map(u64::count_ones).sum()
}

/// The places of the bits that are set.
fn ones(words: &[u64]) -> impl Iterator<Item = usize> + '_ {
    words.iter().enumerate().flat_map(|(i, word)| {
        let mut rest = *word;
        std::iter::from_fn(move || {
            let bit = (rest != 0).then(|| rest.trailing_zeros() as usize)?;
            rest &= rest - 1;
            Some(i * 64 + bit)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(arcs: u32, turns: &[(u32, u32)]) -> ArcGraph {
        let mut graph = ArcGraph {
            ends: (0..arcs).map(|i| [i, i + 1]).collect(),
            first: vec![0],
            ..ArcGraph::default()
        };
        for arc in 0..arcs {
            let mine = turns.iter().filter(|(from, _)| *from == arc);
            graph.heads.extend(mine.map(|(_, to)| *to));
            graph.first.push(graph.heads.len() as u32);
        }
        graph
    }

    #[test]
    fn the_middle_of_a_star_goes_last() {
        let turns: Vec<(u32, u32)> = (1..8).flat_map(|i| [(0, i), (i, 0)]).collect();
        let graph = graph(8, &turns);
        let order: Vec<u32> = (0..8).collect();
        let better = by_least_fill(&graph, &order);
        assert!(better.iter().position(|arc| *arc == 0).unwrap() >= 6);
        let fill = |order: &[u32]| {
            let mut rank = vec![0; order.len()];
            for (i, arc) in order.iter().enumerate() {
                rank[*arc as usize] = i as u32;
            }
            contract(&graph, &rank).heads.len()
        };
        assert_eq!((fill(&order), fill(&better)), (28, 7));
    }

    #[test]
    fn the_difference_is_what_contracting_adds_and_takes_away() {
        // 0 and 1 lead to 2, 2 to 3, 4 and back to 1; 0 leads to 3 already.
        let turns = [(0, 2), (1, 2), (2, 3), (2, 4), (2, 1), (0, 3)];
        let graph = graph(5, &turns);
        let mut part = Part::new(&graph, &backwards(&graph), vec![2, 0, 1, 3, 4]);
        let ways = |part: &Part| i64::from(count(part.rows[0].iter().copied()));
        let before = ways(&part);
        // New: 0-4, 0-1, 1-3, 1-4; gone: the five of arc 2.
        assert_eq!(part.difference(0), (-1, 6));
        part.contract(0);
        let own = i64::from(count(part.row(0, 0).iter().copied()));
        assert_eq!(ways(&part) - own - before, -1);
    }

    #[test]
    fn all_arcs_are_there_once_and_nothing_changes_above_small_parts() {
        // A long ring is cut into many parts.
        let arcs = 1_000;
        let turns: Vec<(u32, u32)> = (0..arcs).map(|i| (i, (i + 1) % arcs)).collect();
        let graph = graph(arcs, &turns);
        let order: Vec<u32> = (0..10)
            .flat_map(|step| (0..arcs).filter(move |i| i.trailing_zeros().min(9) == step))
            .collect();
        let better = by_least_fill(&graph, &order);
        let mut sorted = better.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, (0..arcs).collect::<Vec<_>>());
        assert_eq!(better[arcs as usize - 8..], order[arcs as usize - 8..]);
    }
}
