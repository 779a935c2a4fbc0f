//! Labels and queue of a search, kept between queries and reset in constant time.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::metric::{Metric, Weight};
use crate::network::{ArcId, Network};

/// Set in [`Label::parent`] when the parent is the edge that the trip starts on rather than a labelled arc.
const ROOT: u32 = 1 << 31;

/// What a search knows of an arc.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Label {
    /// Weight of having entered the arc (searching forth), or of all that follows it (searching back).
    pub weight: Weight,
    /// Length in millimetres of the same.
    pub length_mm: u64,
    parent: u32,
    stamp: u32,
}

impl Label {
    /// The arc before (or, searching back, after) this one, and whether the trip begins (ends) on it.
    pub fn parent(&self) -> (ArcId, bool) {
        (ArcId(self.parent & !ROOT), self.parent & ROOT != 0)
    }
}

/// Which way a search runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sense {
    Forth,
    Back,
}

/// One search: labels by arc and the queue of those not settled.
#[derive(Debug)]
pub(super) struct Frontier {
    labels: Vec<Label>,
    stamp: u32,
    queue: BinaryHeap<Reverse<(Weight, u32)>>,
}

impl Frontier {
    fn new(arcs: usize) -> Self {
        Self {
            labels: vec![Label::default(); arcs],
            stamp: 0,
            queue: BinaryHeap::new(),
        }
    }

    /// Forgets everything.
    pub fn reset(&mut self) {
        self.queue.clear();
        self.stamp = self.stamp.checked_add(1).unwrap_or_else(|| {
            self.labels.fill(Label::default());
            1
        });
    }

    pub fn label(&self, arc: ArcId) -> Option<&Label> {
        let label = &self.labels[arc.index()];
        (label.stamp == self.stamp).then_some(label)
    }

    /// Weight of the next entry of the queue; a lower bound of all that follows.
    pub fn next_weight(&self) -> Option<Weight> {
        self.queue.peek().map(|Reverse((weight, _))| *weight)
    }

    /// The next entry: an arc, just settled, or a number given to [`Frontier::announce`].
    pub fn pop(&mut self) -> Option<(Weight, u32)> {
        while let Some(Reverse((weight, id))) = self.queue.pop() {
            // An arc that was improved after it was queued has been settled already.
            let stale = self
                .labels
                .get(id as usize)
                .is_some_and(|label| label.weight != weight);
            if !stale {
                return Some((weight, id));
            }
        }
        None
    }

    /// Queues something that is not an arc, under a number from the arc count up.
    pub fn announce(&mut self, weight: Weight, id: u32) {
        debug_assert!(id as usize >= self.labels.len());
        self.queue.push(Reverse((weight, id)));
    }

    /// Starts from an edge, of which `weight` and `length_mm` are still to travel.
    pub fn start<M: Metric>(
        &mut self,
        network: &Network,
        sense: Sense,
        arc: ArcId,
        weight: Weight,
        length_mm: u64,
        on_label: impl FnMut(ArcId, &Label),
    ) {
        self.spread::<M>(
            network,
            sense,
            arc,
            arc.0 | ROOT,
            weight,
            length_mm,
            on_label,
        );
    }

    /// Travels a settled arc and labels those beyond.
    pub fn travel<M: Metric>(
        &mut self,
        network: &Network,
        sense: Sense,
        arc: ArcId,
        on_label: impl FnMut(ArcId, &Label),
    ) {
        let label = self.labels[arc.index()];
        let edge = network.arc_edge(arc);
        let weight = label.weight + M::edge(network, edge);
        let length_mm = label.length_mm + network.weights(edge).2;
        self.spread::<M>(network, sense, arc, arc.0, weight, length_mm, on_label);
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "the inner loop of all searches, private"
    )]
    fn spread<M: Metric>(
        &mut self,
        network: &Network,
        sense: Sense,
        arc: ArcId,
        parent: u32,
        weight: Weight,
        length_mm: u64,
        mut on_label: impl FnMut(ArcId, &Label),
    ) {
        let turns = match sense {
            Sense::Forth => network.turn_rows(arc),
            Sense::Back => network.turn_rows_to(arc),
        };
        for turn in turns.iter().filter(|turn| network.may_turn(turn)) {
            let offered = weight + M::turn(turn);
            let label = &mut self.labels[turn.arc as usize];
            if label.stamp == self.stamp && label.weight <= offered {
                continue;
            }
            *label = Label {
                weight: offered,
                length_mm,
                parent,
                stamp: self.stamp,
            };
            on_label(ArcId(turn.arc), label);
            self.queue.push(Reverse((offered, turn.arc)));
        }
    }
}

/// Scratch memory for searches on one network; about 80 bytes per arc.
#[derive(Debug)]
pub(super) struct Frontiers {
    pub forth: Frontier,
    pub back: Frontier,
}

impl Frontiers {
    pub fn new(network: &Network) -> Self {
        Self {
            forth: Frontier::new(network.arc_count()),
            back: Frontier::new(network.arc_count()),
        }
    }
}
