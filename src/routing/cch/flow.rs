//! Smallest cut between two sets of nodes of an undirected graph (Dinic's algorithm).

/// An undirected graph as flat arrays of half links; the two halves of a link know each other.
#[derive(Clone, Debug, Default)]
pub(super) struct Links {
    /// `first[n]..first[n + 1]` are the half links of node `n`.
    pub first: Vec<u32>,
    pub head: Vec<u32>,
    pub twin: Vec<u32>,
    /// How much may flow, the same both ways: the number of arcs that the link stands for.
    pub width: Vec<u32>,
}

impl Links {
    pub fn of(&self, node: u32) -> std::ops::Range<usize> {
        self.first[node as usize] as usize..self.first[node as usize + 1] as usize
    }
}

/// To which of the two sets a node belongs, if any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pole {
    Source,
    Sink,
    Between,
}

/// A cut: which nodes are on the side of the sources, and the width of the links across.
#[derive(Clone, Debug)]
pub(super) struct Cut {
    pub near: Vec<bool>,
    pub near_count: usize,
    pub width: u32,
}

impl Cut {
    /// Nodes on the smaller side.
    pub fn smaller(&self) -> usize {
        self.near_count.min(self.near.len() - self.near_count)
    }
}

const UNSEEN: u32 = u32::MAX;

/// Scratch of the flow computations on one graph.
pub(super) struct Flow<'a> {
    links: &'a Links,
    rest: Vec<u32>,
    level: Vec<u32>,
    next: Vec<u32>,
    queue: Vec<u32>,
    path: Vec<u32>,
}

impl<'a> Flow<'a> {
    pub fn new(links: &'a Links) -> Self {
        Self {
            links,
            rest: Vec::new(),
            level: Vec::new(),
            next: Vec::new(),
            queue: Vec::new(),
            path: Vec::new(),
        }
    }

    /// The smallest cut between sources and sinks; of the cut nearest to the sources and the one nearest to the sinks
    /// the more balanced. `None` when it would be wider than `limit`.
    ///
    /// O(width of the cut x links).
    pub fn cut(&mut self, poles: &[Pole], limit: u32) -> Option<Cut> {
        self.rest.clone_from(&self.links.width);
        let mut width = 0;
        while self.layer(poles) {
            width += self.block(poles);
            if width > limit {
                return None;
            }
        }
        let near: Vec<bool> = self.level.iter().map(|level| *level != UNSEEN).collect();
        let far = self.sink_side(poles);
        let cut = |near: Vec<bool>| Cut {
            near_count: near.iter().filter(|n| **n).count(),
            near,
            width,
        };
        let (a, b) = (cut(near), cut(far.iter().map(|far| !far).collect()));
        Some(if a.smaller() >= b.smaller() { a } else { b })
    }

    /// Breadth-first layers from the sources over what can still flow; whether a sink is reached.
    fn layer(&mut self, poles: &[Pole]) -> bool {
        self.level.clear();
        self.level.resize(poles.len(), UNSEEN);
        self.queue.clear();
        for (node, pole) in poles.iter().enumerate() {
            if *pole == Pole::Source {
                self.level[node] = 0;
                self.queue.push(node as u32);
            }
        }
        let mut reached = false;
        let mut i = 0;
        while i < self.queue.len() {
            let node = self.queue[i];
            i += 1;
            // Nothing flows on from a sink.
            if poles[node as usize] == Pole::Sink {
                reached = true;
                continue;
            }
            for half in self.links.of(node) {
                let head = self.links.head[half] as usize;
                if self.rest[half] > 0 && self.level[head] == UNSEEN {
                    self.level[head] = self.level[node as usize] + 1;
                    self.queue.push(head as u32);
                }
            }
        }
        reached
    }

    /// Sends flow along the layers until every way is blocked; how much was sent.
    fn block(&mut self, poles: &[Pole]) -> u32 {
        self.next.clear();
        self.next
            .extend_from_slice(&self.links.first[..poles.len()]);
        let mut sent = 0;
        for (source, pole) in poles.iter().enumerate() {
            if *pole == Pole::Source {
                while let Some(more) = self.augment(source as u32, poles) {
                    sent += more;
                }
            }
        }
        sent
    }

    /// One way from `source` to a sink along the layers, and the flow sent along it.
    fn augment(&mut self, source: u32, poles: &[Pole]) -> Option<u32> {
        self.path.clear();
        let mut node = source;
        loop {
            if poles[node as usize] == Pole::Sink {
                return Some(self.send());
            }
            if let Some(half) = self.step(node) {
                self.path.push(half);
                node = self.links.head[half as usize];
                continue;
            }
            // A dead end: go back and never come here again.
            let half = self.path.pop()?;
            node = self.links.head[self.links.twin[half as usize] as usize];
            self.next[node as usize] += 1;
        }
    }

    fn step(&mut self, node: u32) -> Option<u32> {
        let end = self.links.first[node as usize + 1];
        let next = &mut self.next[node as usize];
        while *next < end {
            let half = *next as usize;
            let head = self.links.head[half] as usize;
            if self.rest[half] > 0 && self.level[head] == self.level[node as usize] + 1 {
                return Some(half as u32);
            }
            *next += 1;
        }
        None
    }

    fn send(&mut self) -> u32 {
        let rest = &mut self.rest;
        let flow = self
            .path
            .iter()
            .map(|half| rest[*half as usize])
            .min()
            .unwrap_or(0);
        for half in &self.path {
            rest[*half as usize] -= flow;
            rest[self.links.twin[*half as usize] as usize] += flow;
        }
        flow
    }

    /// Nodes from which a sink can still be reached.
    fn sink_side(&mut self, poles: &[Pole]) -> Vec<bool> {
        let mut seen: Vec<bool> = poles.iter().map(|p| *p == Pole::Sink).collect();
        self.queue.clear();
        self.queue
            .extend((0..poles.len() as u32).filter(|n| seen[*n as usize]));
        while let Some(node) = self.queue.pop() {
            for half in self.links.of(node) {
                let head = self.links.head[half] as usize;
                if self.rest[self.links.twin[half] as usize] > 0 && !seen[head] {
                    seen[head] = true;
                    self.queue.push(head as u32);
                }
            }
        }
        seen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links(nodes: usize, pairs: &[(u32, u32, u32)]) -> Links {
        let mut halves: Vec<(u32, u32, usize, u32)> = Vec::new();
        for (i, (a, b, width)) in pairs.iter().enumerate() {
            halves.push((*a, *b, i, *width));
            halves.push((*b, *a, i, *width));
        }
        halves.sort_unstable();
        let mut links = Links {
            first: vec![0; nodes + 1],
            ..Links::default()
        };
        for (i, (a, b, pair, width)) in halves.iter().enumerate() {
            links.first[*a as usize + 1] = i as u32 + 1;
            links.head.push(*b);
            links.width.push(*width);
            let twin = halves
                .iter()
                .position(|h| h.2 == *pair && h.0 == *b && h.1 == *a);
            links.twin.push(twin.unwrap() as u32);
        }
        for n in 0..nodes {
            links.first[n + 1] = links.first[n + 1].max(links.first[n]);
        }
        links
    }

    #[test]
    fn the_narrow_place_is_cut() {
        // 0-1-2 all joined, 3-4-5 all joined, and one thin link between.
        let links = links(
            6,
            &[
                (0, 1, 2),
                (1, 2, 2),
                (0, 2, 2),
                (2, 3, 1),
                (3, 4, 2),
                (4, 5, 2),
                (3, 5, 2),
            ],
        );
        let mut poles = [Pole::Between; 6];
        poles[0] = Pole::Source;
        poles[5] = Pole::Sink;
        let cut = Flow::new(&links).cut(&poles, 100).unwrap();
        assert_eq!((cut.width, cut.near_count), (1, 3));
        assert_eq!(cut.near, [true, true, true, false, false, false]);
        assert!(Flow::new(&links).cut(&poles, 0).is_none());
    }

    #[test]
    fn every_way_round_counts() {
        // A ladder: two ways from 0 to 3.
        let links = links(4, &[(0, 1, 1), (1, 3, 1), (0, 2, 3), (2, 3, 2), (1, 2, 1)]);
        let mut poles = [Pole::Between; 4];
        poles[0] = Pole::Source;
        poles[3] = Pole::Sink;
        assert_eq!(Flow::new(&links).cut(&poles, 100).unwrap().width, 3);
    }
}
