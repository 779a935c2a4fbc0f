//! The hierarchy against a search that anyone can check, on random graphs.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::through::Through;
use super::*;

/// A graph with weights, and the plainest of searches on it.
#[derive(Clone, Debug)]
struct Drawn {
    graph: ArcGraph,
    /// By turn: entries, cost, time, length.
    weights: Vec<[u64; 4]>,
}

impl Drawn {
    /// From arcs (from junction, to junction) and turns (arc, arc, weights), of which those that do not meet at a junction
    /// are as welcome as the others.
    fn new(junctions: u32, ends: Vec<[u32; 2]>, mut turns: Vec<(u32, u32, [u64; 4])>) -> Self {
        turns.sort_unstable();
        turns.dedup_by_key(|(a, b, _)| (*a, *b));
        let mut graph = ArcGraph {
            positions: (0..junctions as i32)
                .map(|i| [i % 7 * 100, i / 7 * 100])
                .collect(),
            first: vec![0],
            heads: turns.iter().map(|(_, b, _)| *b).collect(),
            ends,
        };
        for arc in 0..graph.arcs() {
            let end = turns.partition_point(|(a, _, _)| *a as usize <= arc);
            graph.first.push(end as u32);
        }
        let weights = turns.into_iter().map(|(_, _, weights)| weights).collect();
        Self { graph, weights }
    }

    fn metric(&self, topology: &Topology) -> Metric {
        let turn = |[entries, cost, time, length]: &[u64; 4]| {
            (Some(Packed::new(*entries, *cost, *time)), *length)
        };
        Metric::new(topology, self.weights.iter().map(turn))
    }

    /// What a path adds up to, turn by turn, between the seeds that it says.
    fn sum(&self, path: &Path, from: &[Seed], to: &[Seed]) -> [u64; 4] {
        let (first, last) = (&from[path.from], &to[path.to]);
        let seeds = spread(first.key.plus(last.key), first.length_mm + last.length_mm);
        path.arcs.windows(2).fold(seeds, |sum, pair| {
            let mut turns = self.graph.turns(pair[0] as usize);
            let place = turns
                .find(|place| self.graph.heads[*place] == pair[1])
                .unwrap();
            std::array::from_fn(|i| sum[i] + self.weights[place][i])
        })
    }

    /// Least weights from seeds to the beginning of every arc.
    fn dijkstra(&self, seeds: &[Seed]) -> Vec<Option<[u64; 4]>> {
        let mut known = vec![None; self.graph.arcs()];
        let mut open: BTreeSet<([u64; 4], u32)> = seeds
            .iter()
            .map(|seed| (spread(seed.key, seed.length_mm), seed.arc))
            .collect();
        while let Some((weight, arc)) = open.pop_first() {
            if known[arc as usize].is_some() {
                continue;
            }
            known[arc as usize] = Some(weight);
            for place in self.graph.turns(arc as usize) {
                let more = self.weights[place];
                let next = std::array::from_fn(|i| weight[i] + more[i]);
                open.insert((next, self.graph.heads[place]));
            }
        }
        known
    }
}

/// The table from each of `from` to each of `to`.
fn rows<R>(
    topology: &Topology,
    metric: &Metric,
    from: &[Vec<Seed>],
    to: &[Vec<Seed>],
    finish: impl Fn(usize, Row) -> R,
) -> Vec<R> {
    let cone = Cone::new(topology, metric, to);
    let mut climber = Climber::new(topology);
    let batches = from.chunks(LANES);
    batches
        .flat_map(|from| {
            let bare = cone.rows(topology, metric, &mut climber, (from, false), |_, row| {
                row.keys
            });
            let check = |lane: usize, row: Row| {
                assert_eq!(bare[lane], row.keys, "without lengths");
                finish(lane, row)
            };
            cone.rows(topology, metric, &mut climber, (from, true), check)
        })
        .collect()
}

fn spread(key: Packed, length_mm: u64) -> [u64; 4] {
    [key.entries(), key.cost_ms(), key.time_ms(), length_mm]
}

fn seed(arc: u32, key: Packed, length_mm: u64) -> Seed {
    Seed {
        arc,
        key,
        length_mm,
    }
}

/// Few different weights make many ties; zero is among them.
fn weight() -> impl Strategy<Value = [u64; 4]> {
    (0_u64..20, 0_u64..4, 0_u64..3, 0_u64..4)
        .prop_map(|(entry, time, dislike, length)| [entry / 19, time + dislike, time, length])
}

fn drawn() -> impl Strategy<Value = Drawn> {
    (2_u32..40, 1_u32..60).prop_flat_map(|(junctions, arcs)| {
        let ends = prop::collection::vec([0..junctions, 0..junctions], arcs as usize);
        let turns = prop::collection::vec((0..arcs, 0..arcs, weight()), 0..150);
        (ends, turns).prop_map(move |(ends, turns)| Drawn::new(junctions, ends, turns))
    })
}

/// Lists of seeds, one list for each place.
fn places(arcs: u32) -> impl Strategy<Value = Vec<Vec<Seed>>> {
    let seed = (0..arcs, weight()).prop_map(|(arc, [entries, cost, time, length])| {
        seed(arc, Packed::new(entries, cost, time), length)
    });
    prop::collection::vec(prop::collection::vec(seed, 0..4), 1..20)
}

fn case() -> impl Strategy<Value = (Drawn, Vec<Vec<Seed>>, Vec<Vec<Seed>>)> {
    drawn().prop_flat_map(|drawn| {
        let arcs = drawn.graph.arcs() as u32;
        (Just(drawn), places(arcs), places(arcs))
    })
}

/// The best of the ways to the seeds of a target.
fn best(known: &[Option<[u64; 4]>], to: &[Seed]) -> Option<[u64; 4]> {
    to.iter()
        .filter_map(|seed| {
            let end = spread(seed.key, seed.length_mm);
            known[seed.arc as usize].map(|weight| std::array::from_fn(|i| weight[i] + end[i]))
        })
        .min()
}

proptest! {
    #[test]
    fn paths_and_tables_weigh_what_dijkstra_says((drawn, from, to) in case()) {
        let topology = Topology::build(&drawn.graph);
        let metric = drawn.metric(&topology);
        let mut search = Search::new(&topology);
        let table = rows(&topology, &metric, &from, &to, |_, row| row);
        for (i, from) in from.iter().enumerate() {
            let known = drawn.dijkstra(from);
            for (j, to) in to.iter().enumerate() {
                let expected = best(&known, to);
                let cell = (table[i].keys[j], table[i].lengths_mm[j]);
                prop_assert_eq!(cell.0.fits().then(|| spread(cell.0, cell.1)), expected);
                let path = match search.path(&topology, &metric, from, to) {
                    Found::Path(path) => Some(path),
                    Found::Nothing => None,
                    Found::Beyond => panic!("nothing here is far"),
                };
                prop_assert_eq!(path.as_ref().map(|p| spread(p.key, p.length_mm)), expected);
                let weight = search.weight(&topology, &metric, from, to).unwrap();
                prop_assert_eq!(weight.map(|(key, length_mm)| spread(key, length_mm)), expected);
                if let Some(path) = path {
                    let (first, last) = (&from[path.from], &to[path.to]);
                    prop_assert_eq!(drawn.sum(&path, from, to), expected.unwrap());
                    prop_assert_eq!((path.arcs[0], path.arcs[path.arcs.len() - 1]), (first.arc, last.arc));
                }
            }
        }
    }

    /// Whatever vertex they lead over, what is told of paths holds.
    #[test]
    fn further_paths_weigh_what_their_turns_do((drawn, from, to) in case()) {
        let topology = Topology::build(&drawn.graph);
        let metric = drawn.metric(&topology);
        let mut search = Search::new(&topology);
        let most = Packed::new(60, 1 << 20, 0);
        for (from, to) in from.iter().zip(&to) {
            let best = match search.path(&topology, &metric, from, to) {
                Found::Path(path) => Some(path),
                _ => None,
            };
            let found = search.paths(&topology, &metric, from, to, most, 50);
            prop_assert_eq!(found.first().map(|one| one.path.key), best.map(|path| path.key));
            for Through { path, over } in &found {
                prop_assert_eq!(drawn.sum(path, from, to), spread(path.key, path.length_mm));
                prop_assert!(*over < path.arcs.len());
            }
        }
    }

    #[test]
    fn reach_is_one_search_to_all((drawn, from, _) in case(), limit in 0_u64..12) {
        let topology = Topology::build(&drawn.graph);
        let metric = drawn.metric(&topology);
        let mut search = ReachSearch::new(&topology);
        for seeds in &from {
            let reached = search.run(&topology, &metric, Sense::From, seeds, limit);
            let mut arcs: Vec<_> = reached.arcs.into_iter().filter(|(_, key)| key.time_ms() <= limit).collect();
            arcs.sort_unstable();
            let expected: Vec<_> = drawn.dijkstra(seeds).into_iter().enumerate()
                .filter_map(|(arc, weight)| weight.map(|w| (arc as u32, Packed::new(w[0], w[1], w[2]))))
                .filter(|(_, key)| key.time_ms() <= limit)
                .collect();
            prop_assert_eq!(arcs, expected);
            // Towards the seeds: what a search from each arc finds.
            let reached = search.run(&topology, &metric, Sense::Towards, seeds, limit);
            for (arc, key) in reached.arcs {
                let known = drawn.dijkstra(&[seed(arc, Packed::ZERO, 0)]);
                let [entries, cost, time, _] = best(&known, seeds).unwrap();
                prop_assert_eq!(key, Packed::new(entries, cost, time));
            }
        }
    }

    #[test]
    fn few_changes_give_what_many_would(
        (drawn, changes) in drawn().prop_flat_map(|drawn| {
            let turns = drawn.weights.len().max(1);
            let change = (0..turns, prop::option::weighted(0.7, weight()));
            (Just(drawn), prop::collection::vec(change, 0..12))
        })
    ) {
        let topology = Topology::build(&drawn.graph);
        prop_assert_eq!(changed(&drawn, &topology, &changes), anew(&drawn, &topology, &changes));
    }

    /// The naive twin: taking away one vertex after the other, each leaves what could be driven over it.
    #[test]
    fn ways_are_those_of_the_turns_and_what_lies_below_them(drawn in drawn()) {
        let topology = Topology::build(&drawn.graph);
        let vertex = |arc: u32| topology.vertex_of[arc as usize];
        let turns = (0..drawn.graph.arcs()).flat_map(|arc| {
            let heads = drawn.graph.turns(arc).map(|place| drawn.graph.heads[place]);
            heads.map(move |head| (vertex(arc as u32), vertex(head)))
        });
        let mut left: BTreeSet<(u32, u32)> = turns.filter(|(a, b)| a != b).collect();
        let mut expected = BTreeSet::new();
        for v in 0..topology.len() as u32 {
            let (mine, mut rest): (BTreeSet<_>, BTreeSet<_>) =
                left.into_iter().partition(|(a, b)| *a == v || *b == v);
            for (a, _) in mine.iter().filter(|(_, b)| *b == v) {
                let out = mine.iter().filter(|(from, to)| *from == v && to != a);
                rest.extend(out.map(|(_, b)| (*a, *b)));
            }
            expected.extend(mine);
            left = rest;
        }
        let mut found = BTreeSet::new();
        for v in 0..topology.len() as u32 {
            for (side, ways) in topology.ways.iter().enumerate() {
                for head in &ways.heads[ways.of(v)] {
                    found.insert(if side == 0 { (v, *head) } else { (*head, v) });
                }
            }
        }
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn contraction_leaves_a_chordal_graph(drawn in drawn()) {
        let topology = Topology::build(&drawn.graph);
        let edges = topology.edges(&drawn.graph);
        for v in 0..topology.len() as u32 {
            let heads = edges.above(v);
            for (i, a) in heads.iter().enumerate() {
                for b in &heads[i + 1..] {
                    prop_assert!(edges.find(*a, *b).is_some());
                }
            }
        }
        let again = Topology::from_edges(&drawn.graph, topology.arcs().to_vec(), &edges);
        prop_assert_eq!(again.as_ref(), Some(&topology));
    }
}

/// New weights of some turns, by their places; none closes one.
type Changes = [(usize, Option<[u64; 4]>)];

/// The weights of all turns after some changes.
fn after(drawn: &Drawn, changes: &Changes) -> Vec<(Option<Packed>, u64)> {
    let packed = |w: &[u64; 4]| Packed::new(w[0], w[1], w[2]);
    let mut weights: Vec<_> = drawn
        .weights
        .iter()
        .map(|w| (Some(packed(w)), w[3]))
        .collect();
    for (place, weight) in changes {
        if let Some(known) = weights.get_mut(*place) {
            *known = weight
                .as_ref()
                .map_or((None, 0), |w| (Some(packed(w)), w[3]));
        }
    }
    weights
}

fn anew(drawn: &Drawn, topology: &Topology, changes: &Changes) -> Metric {
    Metric::new(topology, after(drawn, changes).into_iter())
}

/// The same by working out only what changes.
fn changed(drawn: &Drawn, topology: &Topology, changes: &Changes) -> Metric {
    let weights = after(drawn, changes);
    let head = |place: usize| drawn.graph.heads[place];
    let tail =
        |place: usize| drawn.graph.first.partition_point(|f| *f as usize <= place) as u32 - 1;
    let places = changes.iter().map(|(place, _)| *place);
    let ways = places
        .filter(|place| *place < weights.len())
        .filter_map(|place| topology.way_between(tail(place), head(place)))
        .collect();
    let foundation = Foundation::new(topology, after(drawn, &[]).into_iter());
    let turns = |from: u32, to: u32| {
        let places = drawn.graph.turns(from as usize);
        let there = places.filter(|place| head(*place) == to);
        there
            .filter_map(|place| Some((weights[place].0?, weights[place].1)))
            .collect()
    };
    let metric = anew(drawn, topology, &[]);
    foundation
        .changed_within(u64::MAX, topology, &metric, &ways, turns)
        .unwrap()
}

#[test]
fn few_changes_in_a_large_graph() {
    let drawn = ladder(600);
    let topology = Topology::build(&drawn.graph);
    for seed in 0..20 {
        let changes: Vec<_> = (0..seed)
            .map(|i| {
                let place = (seed * 7_919 + i * 104_729) % drawn.weights.len();
                let time = (seed * 31 + i * 17) as u64 % 60;
                (
                    place,
                    (!time.is_multiple_of(4)).then_some([0, time, time, 1]),
                )
            })
            .collect();
        let whole = anew(&drawn, &topology, &changes);
        assert!(changed(&drawn, &topology, &changes) == whole, "{changes:?}");
    }
}

/// A ladder of streets, each driven both ways, as long as is needed to have trees and a top.
fn ladder(length: u32) -> Drawn {
    let mut ends = Vec::new();
    for i in 0..length {
        let (a, b) = (2 * i, 2 * i + 1);
        ends.extend([[a, b], [b, a]]);
        if i + 1 < length {
            ends.extend([[a, a + 2], [a + 2, a], [b, b + 2], [b + 2, b]]);
        }
    }
    let mut turns = Vec::new();
    for (i, [_, at]) in ends.iter().enumerate() {
        for (j, [from, _]) in ends.iter().enumerate() {
            if at == from {
                let time = u64::from((i * 7 + j * 13) as u32 % 50);
                turns.push((i as u32, j as u32, [0, time, time, 1]));
            }
        }
    }
    let mut drawn = Drawn::new(2 * length, ends, turns);
    drawn.graph.positions = (0..2 * length as i32)
        .map(|i| [i / 2 * 10, i % 2 * 10])
        .collect();
    drawn
}

#[test]
fn trees_and_top_give_what_dijkstra_gives() {
    let drawn = ladder(600);
    let topology = Topology::build(&drawn.graph);
    assert!(topology.trees.len() > 2 && (topology.top() as usize) < topology.len());
    let metric = drawn.metric(&topology);
    let mut reach = ReachSearch::new(&topology);
    for arc in [0, 1_234, 3_000] {
        let seeds = [seed(arc, Packed::ZERO, 0)];
        let known = drawn.dijkstra(&seeds);
        let to: Vec<Vec<Seed>> = (0..drawn.graph.arcs() as u32)
            .map(|arc| vec![seed(arc, Packed::ZERO, 0)])
            .collect();
        let row = rows(&topology, &metric, &[seeds.to_vec()], &to, |_, row| row)
            .pop()
            .unwrap();
        let found: Vec<_> = row
            .keys
            .iter()
            .zip(&row.lengths_mm)
            .map(|(key, length)| key.fits().then(|| spread(*key, *length)))
            .collect();
        assert_eq!(found, known);
        let limit = 500;
        let mut reached: Vec<_> = reach
            .run(&topology, &metric, Sense::From, &seeds, limit)
            .arcs
            .into_iter()
            .filter(|(_, key)| key.time_ms() <= limit)
            .map(|(arc, _)| arc)
            .collect();
        reached.sort_unstable();
        let expected: Vec<_> = (0..known.len() as u32)
            .filter(|arc| known[*arc as usize].is_some_and(|w| w[2] <= limit))
            .collect();
        assert_eq!(reached, expected);
        for arc in (0..known.len() as u32).rev().step_by(7) {
            let key = reach.key(&topology, &metric, Sense::From, arc);
            assert_eq!(
                key.fits().then(|| key.time_ms()),
                known[arc as usize].map(|w| w[2])
            );
        }
    }
}

#[test]
fn threads_change_nothing() {
    let drawn = ladder(600);
    let made = |threads| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| {
            let topology = Topology::build(&drawn.graph);
            let metric = drawn.metric(&topology);
            (topology, metric)
        })
    };
    assert_eq!(made(1), made(4));
}

#[test]
fn rows_of_another_graph_are_refused() {
    let drawn = ladder(20);
    let topology = Topology::build(&drawn.graph);
    let (arcs, Edges { first, heads }) = (topology.arcs(), topology.edges(&drawn.graph));
    let refused = |graph: &ArcGraph, arcs: &[u32], heads: &[u32]| {
        let (first, heads) = (first.clone(), heads.to_vec());
        Topology::from_edges(graph, arcs.to_vec(), &Edges { first, heads }).is_none()
    };
    assert!(!refused(&drawn.graph, arcs, &heads));
    assert!(refused(&ladder(21).graph, arcs, &heads));
    let mut twice = arcs.to_vec();
    twice[0] = twice[1];
    assert!(refused(&drawn.graph, &twice, &heads));
    for i in 0..heads.len() {
        let mut other = heads.clone();
        other[i] = u32::MAX;
        assert!(refused(&drawn.graph, arcs, &other));
        other[i] = 0;
        assert!(refused(&drawn.graph, arcs, &other));
    }
}

#[test]
fn ways_too_long_to_fit_are_told() {
    // Three arcs in a row, each most of 37 hours long.
    let long = (1 << 27) - 10;
    let drawn = Drawn::new(
        4,
        vec![[0, 1], [1, 2], [2, 3]],
        vec![(0, 1, [0, long, long, 1]), (1, 2, [0, long, long, 1])],
    );
    let topology = Topology::build(&drawn.graph);
    let metric = drawn.metric(&topology);
    let mut search = Search::new(&topology);
    let at = |arc| vec![seed(arc, Packed::ZERO, 0)];
    assert!(matches!(
        search.path(&topology, &metric, &at(0), &at(1)),
        Found::Path(_)
    ));
    assert_eq!(
        search.path(&topology, &metric, &at(0), &at(2)),
        Found::Beyond
    );
    let row = rows(&topology, &metric, &[at(0)], &[at(1), at(2)], |_, row| row)
        .pop()
        .unwrap();
    assert!(row.keys[0].fits() && !row.keys[1].fits() && row.beyond);
    assert!(
        ReachSearch::new(&topology)
            .run(&topology, &metric, Sense::From, &at(0), 10)
            .beyond
    );
}

#[test]
fn an_empty_graph_is_no_trouble() {
    let drawn = Drawn::new(0, Vec::new(), Vec::new());
    let topology = Topology::build(&drawn.graph);
    let metric = drawn.metric(&topology);
    assert_eq!(
        Search::new(&topology).path(&topology, &metric, &[], &[]),
        Found::Nothing
    );
    assert_eq!(
        rows(
            &topology,
            &metric,
            &[Vec::new()],
            &[Vec::new()],
            |_, row| row.keys
        ),
        [[Packed::NEVER]]
    );
}
