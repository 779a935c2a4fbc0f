//! Loads on the way, of kinds that are both brought and taken along.
//!
//! On a leg there is on board what was taken along before and what is still to be brought. A new visit adds what it is
//! brought to all legs before it, and what is taken from it to all legs behind, so that the fullest leg on either side
//! tells whether it fits. Kinds that only go one way need none of this: their sum decides.

use super::model::Node;
use super::state::Tours;

/// The most of one kind that is on board at a time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fullest {
    /// On any leg up to the one that leaves the node.
    before: i64,
    /// On that leg or any behind it.
    after: i64,
}

impl Tours<'_> {
    /// Counts what is on board anew, all along a day.
    #[inline]
    pub(super) fn weigh(&mut self, day: u32) {
        if !self.model.mixed.is_empty() {
            self.weigh_mixed(day);
        }
    }

    #[cold]
    fn weigh_mixed(&mut self, day: u32) {
        let model = self.model;
        let (kinds, loads) = (model.mixed.len(), model.loads);
        let (start, end) = (model.start(day), model.end(day));
        for (kind, &(brought, taken)) in model.mixed.iter().enumerate() {
            let mut on_board = self.load[day as usize * loads + brought];
            let (mut at, mut most) = (start, 0);
            while at != end {
                if at != start {
                    let loads = &model.demand[at as usize * loads..];
                    on_board += loads[taken] - loads[brought];
                }
                most = most.max(on_board);
                // `after` holds the leg itself until the way back.
                self.fullest[at as usize * kinds + kind] = Fullest {
                    before: most,
                    after: on_board,
                };
                at = self.next[at as usize];
            }
            let mut most = 0;
            while at != start {
                at = self.prev[at as usize];
                let fullest = &mut self.fullest[at as usize * kinds + kind];
                most = most.max(fullest.after);
                fullest.after = most;
            }
        }
    }

    /// Would every leg of the day carry its load with `visit` behind `after`? Kinds that go one way: see `has_room`.
    #[inline]
    pub(super) fn carries(&self, day: u32, after: Node, visit: Node) -> bool {
        self.model.mixed.is_empty() || self.carries_mixed(day, after, visit)
    }

    #[cold]
    fn carries_mixed(&self, day: u32, after: Node, visit: Node) -> bool {
        let model = self.model;
        let kinds = model.mixed.len();
        model
            .mixed
            .iter()
            .enumerate()
            .all(|(kind, &(brought, taken))| {
                let fullest = self.fullest[after as usize * kinds + kind];
                let loads = &model.demand[visit as usize * model.loads..];
                let most = model.capacity[day as usize * model.loads + brought];
                fullest.before + loads[brought] <= most && fullest.after + loads[taken] <= most
            })
    }

    /// Would every leg carry its load on a day that runs like that of `head` up to there and goes on like that of `tail` behind it? Each comes
    /// with the sums of what follows it now.
    pub(super) fn joined_loads_fit(&self, head: (Node, &[i64]), tail: (Node, &[i64])) -> bool {
        let model = self.model;
        let (kinds, loads) = (model.mixed.len(), model.loads);
        let day = |node: Node| self.day[node as usize] as usize * loads;
        model
            .mixed
            .iter()
            .enumerate()
            .all(|(kind, &(brought, taken))| {
                let fullest = |node: Node| self.fullest[node as usize * kinds + kind];
                let taken_before =
                    |(node, behind): (Node, &[i64])| self.load[day(node) + taken] - behind[taken];
                let before = fullest(head.0).before - head.1[brought] + tail.1[brought];
                let after = fullest(tail.0).after - taken_before(tail) + taken_before(head);
                before.max(after) <= model.capacity[day(head.0) + brought]
            })
    }
}
