//! Remembering how an edge was reached, as far as restrictions need it.
//!
//! A restriction over via ways forbids a turn only to traffic that came a certain way. The search has no memory but
//! its state, so the memory becomes states: a second copy ("arc") of a via edge that stands for having come from the
//! `from` way. This is the automaton of Aho and Corasick over edge sequences: a state is the longest beginning of any
//! restriction that the last edges spell, beginnings of one edge being the edges themselves.

use std::collections::BTreeMap;

use super::ids::{ArcId, EdgeId};
use super::restrictions::Movement;
use crate::osm::When;

/// What a state forbids, and when. `only` holds the sole next edges allowed, while there is such a rule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Rule {
    forbidden: BTreeMap<EdgeId, When>,
    only: BTreeMap<EdgeId, When>,
}

impl Rule {
    fn permits(&self, edge: EdgeId) -> When {
        let at = |rules: &BTreeMap<EdgeId, When>| rules.get(&edge).copied().unwrap_or(When::NEVER);
        let commanded = self
            .only
            .values()
            .fold(When::NEVER, |all, when| all.or(*when));
        let barred = commanded.and(at(&self.only).not());
        at(&self.forbidden).or(barred).not()
    }
}

fn note(rules: &mut BTreeMap<EdgeId, When>, edge: EdgeId, when: When) {
    let known = rules.entry(edge).or_insert(When::NEVER);
    *known = known.or(when);
}

/// Arcs and the rules that hold in them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Memory {
    edges: u32,
    /// Edge of each further arc.
    copies: Vec<EdgeId>,
    /// For each copy the arc of the next shorter memory.
    shorter: Vec<ArcId>,
    next: BTreeMap<(ArcId, EdgeId), ArcId>,
    rules: BTreeMap<ArcId, Rule>,
}

impl Memory {
    /// The memory that `movements` need over `edges` edges.
    pub fn new(edges: usize, movements: &[Movement]) -> Self {
        let mut memory = Self {
            edges: edges as u32,
            ..Self::default()
        };
        for movement in movements {
            memory.add(movement);
        }
        memory.link();
        memory
    }

    /// Edge of each arc beyond the edges themselves.
    pub fn copies(&self) -> &[EdgeId] {
        &self.copies
    }

    /// Whether turns out of `arc` are as the map alone says.
    pub fn is_plain(&self, arc: ArcId) -> bool {
        arc.0 < self.edges
            && !self.rules.contains_key(&arc)
            && self
                .next
                .range((arc, EdgeId(0))..=(arc, EdgeId(u32::MAX)))
                .next()
                .is_none()
    }

    /// When the restrictions let traffic in `arc` turn onto `edge`.
    pub fn permits(&self, arc: ArcId, edge: EdgeId) -> When {
        let rules = self.memories(arc).filter_map(|arc| self.rules.get(&arc));
        rules.fold(When::ALWAYS, |when, rule| when.and(rule.permits(edge)))
    }

    /// The arc in which traffic in `arc` travels `edge`.
    pub fn next(&self, arc: ArcId, edge: EdgeId) -> ArcId {
        self.memories(arc)
            .find_map(|arc| self.next.get(&(arc, edge)).copied())
            .unwrap_or(ArcId(edge.0))
    }

    /// `arc` and all shorter memories of it, longest first.
    fn memories(&self, arc: ArcId) -> impl Iterator<Item = ArcId> {
        std::iter::successors(Some(arc), |arc| {
            let copy = arc.0.checked_sub(self.edges)?;
            Some(self.shorter[copy as usize])
        })
    }

    fn add(&mut self, movement: &Movement) {
        let [before @ .., last] = movement.edges.as_slice() else {
            return;
        };
        let Some((first, rest)) = before.split_first() else {
            return;
        };
        let mut arc = ArcId(first.0);
        for edge in rest {
            arc = *self.next.entry((arc, *edge)).or_insert_with(|| {
                self.copies.push(*edge);
                ArcId(self.edges + self.copies.len() as u32 - 1)
            });
        }
        let rule = self.rules.entry(arc).or_default();
        let rules = if movement.only {
            &mut rule.only
        } else {
            &mut rule.forbidden
        };
        note(rules, *last, movement.holds);
    }

    /// Finds the next shorter memory of every copy, shortest first so that those it rests on are known.
    fn link(&mut self) {
        self.shorter = self.copies.iter().map(|edge| ArcId(edge.0)).collect();
        let mut level: Vec<(ArcId, EdgeId, ArcId)> = self
            .next
            .iter()
            .filter(|((from, _), _)| from.0 < self.edges)
            .map(|((from, edge), to)| (*from, *edge, *to))
            .collect();
        while !level.is_empty() {
            let mut deeper = Vec::new();
            for (from, edge, to) in level {
                // What `from` remembers, less its first edge, then `edge`. One edge remembers nothing less.
                if from.0 >= self.edges {
                    let less = self.shorter[(from.0 - self.edges) as usize];
                    self.shorter[(to.0 - self.edges) as usize] = self.next(less, edge);
                }
                deeper.extend(
                    self.next
                        .range((to, EdgeId(0))..=(to, EdgeId(u32::MAX)))
                        .map(|((from, edge), next)| (*from, *edge, *next)),
                );
            }
            level = deeper;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::osm::Slot;

    fn movement(edges: &[u32], only: bool) -> Movement {
        Movement {
            edges: edges.iter().map(|e| EdgeId(*e)).collect(),
            only,
            holds: When::ALWAYS,
        }
    }

    /// Whether a turn is permitted, at all times.
    fn permits(memory: &Memory, arc: ArcId, edge: EdgeId) -> bool {
        let when = memory.permits(arc, edge);
        assert!(when == When::ALWAYS || when == When::NEVER);
        when == When::ALWAYS
    }

    fn travel(memory: &Memory, edges: &[u32]) -> ArcId {
        let mut arc = ArcId(edges[0]);
        for edge in &edges[1..] {
            arc = memory.next(arc, EdgeId(*edge));
        }
        arc
    }

    #[test]
    fn a_turn_is_forbidden_only_after_the_whole_movement() {
        let memory = Memory::new(10, &[movement(&[1, 2, 3, 4], false)]);
        assert_eq!(memory.copies(), [EdgeId(2), EdgeId(3)]);
        assert!(!permits(&memory, travel(&memory, &[1, 2, 3]), EdgeId(4)));
        assert!(permits(&memory, travel(&memory, &[5, 2, 3]), EdgeId(4)));
        assert!(permits(&memory, travel(&memory, &[1, 2, 3]), EdgeId(5)));
        assert!(permits(&memory, travel(&memory, &[1, 2, 6, 3]), EdgeId(4)));
    }

    #[test]
    fn overlapping_restrictions_all_hold() {
        // While the first is being spelt, the second begins within it.
        let memory = Memory::new(
            10,
            &[movement(&[1, 2, 3, 4], false), movement(&[2, 3, 5], false)],
        );
        let arc = travel(&memory, &[1, 2, 3]);
        assert!(!permits(&memory, arc, EdgeId(4)) && !permits(&memory, arc, EdgeId(5)));
        let arc = travel(&memory, &[2, 3]);
        assert!(permits(&memory, arc, EdgeId(4)) && !permits(&memory, arc, EdgeId(5)));
    }

    #[test]
    fn only_leaves_nothing_else() {
        let memory = Memory::new(10, &[movement(&[1, 2], true), movement(&[1, 3], true)]);
        assert!(memory.copies().is_empty());
        assert!(permits(&memory, ArcId(1), EdgeId(2)) && permits(&memory, ArcId(1), EdgeId(3)));
        assert!(!permits(&memory, ArcId(1), EdgeId(4)));
        assert!(memory.is_plain(ArcId(2)) && !memory.is_plain(ArcId(1)));
    }

    #[test]
    fn rules_hold_at_their_times() {
        let morning = When::within(Slot::Morning);
        let at_times = |edges: &[u32], only, holds| Movement {
            holds,
            ..movement(edges, only)
        };
        let memory = Memory::new(
            10,
            &[
                at_times(&[1, 2], false, morning),
                at_times(&[1, 3], true, When::AT_DEPARTURE),
            ],
        );
        let when = |edge| memory.permits(ArcId(1), EdgeId(edge));
        assert_eq!(when(2), morning.or(When::AT_DEPARTURE).not());
        assert_eq!(when(3), When::ALWAYS);
        assert_eq!(when(4), When::AT_DEPARTURE.not());
    }
}
