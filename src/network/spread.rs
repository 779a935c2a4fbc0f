//! Where along an edge its time passes.
//!
//! Most edges pass evenly, by length. Those with lights, gates or crossings between their ends do not: whoever stops before
//! the light has not waited there. Those few have knots, between which time runs evenly; two knots at one place are a wait.

use std::sync::Arc;

use rayon::prelude::*;

use super::rows::{DelayRow, EdgeRow};
use super::{Charge, Edge, EdgeId, Network, Shape};
use crate::geometry::distance;
use crate::units::Millis;

/// Shares nearer to each other than this are the same place: less than a tenth of a millimetre on any road.
const SAME_PLACE: f64 = 1e-9;

/// What has passed of an edge at a place on it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Knot {
    /// Share of the edge's length before the place, 0 to 1.
    pub share: f64,
    /// What has passed there.
    pub passed: Charge,
    /// Where the time up to here, from the knot before, is known from: 0 the map, above it measured speeds.
    pub source: u8,
}

/// The knots of the edges that do not pass evenly, by edge and then along it.
#[derive(Clone, Debug, Default)]
pub(super) struct Spread(Vec<Row>);

#[derive(Clone, Copy, Debug)]
struct Row {
    edge: EdgeId,
    time_ms: u32,
    cost_ms: u32,
    share: f64,
    source: u8,
}

impl Spread {
    /// As the delays on the roads have it.
    pub fn of_delays(shape: &Shape, edges: &[EdgeRow]) -> Self {
        let delays = shape.delays.chunk_by(|a, b| a.edge == b.edge);
        Self(delays.flat_map(|d| waits(shape, edges, d)).collect())
    }

    /// The same where nothing changed, else as the delays have it.
    pub fn recharged(&self, shape: &Shape, before: &[EdgeRow], after: &[EdgeRow]) -> Self {
        let same = |edge: EdgeId| before[edge.index()] == after[edge.index()];
        let changed = shape.delays.chunk_by(|a, b| a.edge == b.edge);
        let changed = changed.filter(|delays| !same(delays[0].edge));
        let mut rows: Vec<Row> = self
            .0
            .iter()
            .filter(|row| same(row.edge))
            .copied()
            .collect();
        rows.extend(changed.flat_map(|delays| waits(shape, after, delays)));
        rows.sort_by_key(|row| row.edge);
        Self(rows)
    }

    pub fn bytes(&self) -> usize {
        size_of_val(&self.0[..])
    }

    fn of(&self, edge: EdgeId) -> &[Row] {
        let first = self.0.partition_point(|row| row.edge < edge);
        let count = self.0[first..].iter().take_while(|row| row.edge == edge);
        &self.0[first..first + count.count()]
    }
}

/// The knots of one edge around its delays.
fn waits(shape: &Shape, edges: &[EdgeRow], delays: &[DelayRow]) -> Vec<Row> {
    let edge = delays[0].edge;
    let row = &edges[edge.index()];
    let waited: u64 = delays.iter().map(|d| u64::from(d.delay_ms)).sum();
    // Charged less than the delays alone: nothing is known of where.
    let driven = u64::from(row.time_ms.min(row.cost_ms)).checked_sub(waited);
    if driven.is_none() || !row.is_open() {
        return Vec::new();
    }
    let shares = shares(shape, row);
    let mut passed = 0;
    let mut knots = Vec::with_capacity(2 * delays.len());
    for delay in delays {
        let share = shares[delay.point as usize];
        for _ in 0..2 {
            let at = |whole: u32| {
                let driven = (u64::from(whole) - waited) as f64 * share;
                (driven.round() as u64 + passed) as u32
            };
            knots.push(Row {
                edge,
                time_ms: at(row.time_ms),
                cost_ms: at(row.cost_ms),
                share,
                source: 0,
            });
            if knots.len() % 2 == 1 {
                passed += u64::from(delay.delay_ms);
            }
        }
    }
    knots
}

/// Shares of the length before each point, in the direction of travel.
fn shares(shape: &Shape, row: &EdgeRow) -> Vec<f64> {
    let points = shape.points_of(&shape.stretches[row.stretch as usize]);
    let at = |i: usize| {
        let i = if row.backward == 1 {
            points.len() - 1 - i
        } else {
            i
        };
        points[i].to_lon_lat()
    };
    let mut before = vec![0.0];
    for i in 1..points.len() {
        before.push(before[i - 1] + distance(at(i - 1), at(i)).0);
    }
    let whole = before[points.len() - 1];
    let share = |metres: f64| if whole > 0.0 { metres / whole } else { 0.0 };
    before.into_iter().map(share).collect()
}

impl Network {
    /// The same roads, where time and cost pass along an edge as `knots` says, in its order; where it says nothing, as
    /// before. What makes no sense (shares or charges that go back) is bent straight.
    #[must_use]
    pub fn with_knots(mut self, knots: impl Fn(Edge<'_>) -> Vec<Knot> + Sync) -> Self {
        let ids = (0..self.edge_count()).into_par_iter();
        let rows = ids.flat_map_iter(|i| {
            let edge = EdgeId::from_index(i);
            let given = if self.is_open(edge) {
                knots(self.edge(edge))
            } else {
                Vec::new()
            };
            if given.is_empty() {
                self.spread.of(edge).to_vec()
            } else {
                self.straightened(edge, &given)
            }
        });
        self.spread = Arc::new(Spread(rows.collect()));
        self
    }

    fn straightened(&self, edge: EdgeId, knots: &[Knot]) -> Vec<Row> {
        let whole = &self.edges[edge.index()];
        let (mut share, mut time_ms, mut cost_ms) = (0.0_f64, 0, 0);
        let rows = knots.iter().map(|knot| {
            share = knot.share.min(1.0).max(share);
            time_ms = within(knot.passed.time, time_ms, whole.time_ms);
            cost_ms = within(knot.passed.cost, cost_ms, whole.cost_ms);
            Row {
                edge,
                time_ms,
                cost_ms,
                share,
                source: knot.source,
            }
        });
        rows.collect()
    }

    /// Time and cost in milliseconds of the part of an edge between two shares. What stands at either end of the part is not
    /// paid: one has not waited yet, or has already.
    pub(crate) fn part(&self, edge: EdgeId, from: f64, to: f64) -> (u64, u64) {
        let (whole_time, whole_cost, _) = self.weights(edge);
        if from <= 0.0 && to >= 1.0 {
            return (whole_time, whole_cost);
        }
        if to <= from {
            return (0, 0);
        }
        let knots = self.spread.of(edge);
        let (from, to) = (from.max(0.0), to.min(1.0));
        let after = knots.partition_point(|k| k.share <= from + SAME_PLACE);
        let before = knots.partition_point(|k| k.share < to - SAME_PLACE);
        let passed = |next: usize, share: f64| {
            let last = next.checked_sub(1).map(|i| knots[i]);
            let (s0, t0, c0) = last.map_or((0.0, 0, 0), Row::values);
            let next = knots.get(next);
            let (s1, t1, c1) = next.map_or((1.0, whole_time, whole_cost), |k| k.values());
            let width = s1 - s0;
            let inside = if width > 0.0 {
                ((share - s0) / width).clamp(0.0, 1.0)
            } else {
                0.0
            };
            let between = |a: u64, b: u64| a + (b.saturating_sub(a) as f64 * inside).round() as u64;
            (between(t0, t1), between(c0, c1))
        };
        let ((t0, c0), (t1, c1)) = (passed(after, from), passed(before, to));
        (t1.saturating_sub(t0), c1.saturating_sub(c0))
    }

    /// Where the time around a share of an edge is known from; see [`Knot::source`].
    pub(crate) fn source(&self, edge: EdgeId, share: f64) -> u8 {
        let knots = self.spread.of(edge).iter();
        let mut ahead = knots.skip_while(|knot| knot.share < share);
        ahead.next().map_or(0, |knot| knot.source)
    }

    /// The places inside of an edge where it begins to pass otherwise, in its order; none for most.
    pub(crate) fn bends(&self, edge: EdgeId) -> impl Iterator<Item = f64> + '_ {
        let mut last = 0.0;
        self.spread.of(edge).iter().filter_map(move |row| {
            let inside = row.share > last + SAME_PLACE && row.share < 1.0 - SAME_PLACE;
            last = if inside { row.share } else { last };
            inside.then_some(last)
        })
    }
}

impl Row {
    fn values(self) -> (f64, u64, u64) {
        (self.share, u64::from(self.time_ms), u64::from(self.cost_ms))
    }
}

fn within(ms: Millis, least: u32, most: u32) -> u32 {
    ms.0.clamp(i64::from(least), i64::from(most.max(least))) as u32
}

impl<'a> Edge<'a> {
    /// The waits between its ends, which are part of its time: before which of its points, counted in the direction of
    /// travel from 0, and how long.
    pub fn delays(&self) -> impl Iterator<Item = (usize, Millis)> + use<'a> {
        let rows = &self.network.shape.delays;
        let id = self.id;
        let first = rows.partition_point(|row| row.edge < id);
        let own = rows[first..].iter().take_while(move |row| row.edge == id);
        own.map(|row| (row.point as usize, Millis(i64::from(row.delay_ms))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::EdgeId;
    use crate::osm::NodeRules;
    use crate::testkit::TextMap;

    /// 100 m, a light, 200 m, a gate for those who drive along, 100 m.
    fn street() -> Network {
        let wait = |forth: i64, back: i64| NodeRules {
            delay_forward: Millis(forth),
            delay_backward: Millis(back),
            ..NodeRules::default()
        };
        TextMap::draw(100.0, "A-B---C-D")
            .road("ABCD", |_| {})
            .rules('B', move |rules| *rules = wait(5_000, 5_000))
            .rules('C', move |rules| *rules = wait(60_000, 0))
            .network()
    }

    #[test]
    fn a_wait_is_paid_by_those_who_pass_it() {
        let network = street();
        let bytes = Network::from_bytes(&network.to_bytes()).unwrap();
        for network in [&network, &bytes] {
            let along = network.edge(EdgeId(0));
            let driving = along.time().0 - 65_000;
            assert!(driving > 0);
            let time = |from, to| network.part(along.id, from, to).0 as i64;
            let drive = |share: f64| (driving as f64 * share).round() as i64;
            let near = |a: i64, b: i64| assert!((a - b).abs() <= 1, "{a} {b}");
            near(time(0.0, 0.2), drive(0.2));
            near(time(0.3, 0.7), drive(0.4));
            near(time(0.2, 0.7), drive(0.5) + 5_000);
            near(time(0.2, 0.8), drive(0.6) + 65_000);
            assert_eq!(time(0.0, 1.0), along.time().0);
            let bends: Vec<f64> = network.bends(along.id).collect();
            assert_eq!(bends.len(), 2);
            // At the light itself one has not waited, or has.
            near(time(0.0, bends[0]), drive(0.25));
            near(time(bends[0], 0.5), drive(0.25));
            let against = network.edge(along.reverse().unwrap());
            assert_eq!(against.time().0, driving + 5_000);
            let time = |from, to| network.part(against.id, from, to).0 as i64;
            near(time(0.0, 0.7), drive(0.7));
            near(time(0.0, 0.8), drive(0.8) + 5_000);
        }
    }

    #[test]
    fn waits_stay_when_driving_changes_and_go_with_lengths() {
        let network = street();
        let twice = network.recharged(|edge| {
            let waited: i64 = edge.delays().map(|(_, wait)| wait.0).sum();
            let time = Millis((edge.time().0 - waited) * 2 + waited);
            Some(Charge { time, cost: time })
        });
        let of = |network: &Network, from, to| network.part(EdgeId(0), from, to).0 as i64;
        let once = of(&network, 0.0, 0.2);
        assert!((of(&twice, 0.0, 0.2) - 2 * once).abs() <= 1);
        assert!((of(&twice, 0.2, 0.7) - 5_000 - 2 * (of(&network, 0.2, 0.7) - 5_000)).abs() <= 3);
        let lengths = network.by_length();
        assert!((of(&lengths, 0.0, 0.5) * 2 - of(&lengths, 0.0, 1.0)).abs() <= 1);
    }

    #[test]
    fn knots_may_be_given_and_senseless_ones_do_no_harm() {
        let knot = |share, ms| Knot {
            share,
            passed: Charge {
                time: Millis(ms),
                cost: Millis(ms),
            },
            source: 0,
        };
        let network = street().with_knots(|edge| match edge.id.0 {
            0 => vec![knot(0.5, 1_000)],
            _ => vec![knot(f64::NAN, -5), knot(0.9, i64::MAX), knot(0.1, 7)],
        });
        assert_eq!(network.part(EdgeId(0), 0.0, 0.5).0, 1_000);
        assert_eq!(network.part(EdgeId(0), 0.0, 0.25).0, 500);
        let whole = network.weights(EdgeId(1)).0;
        let mut last = 0;
        for i in 0..=20 {
            let passed = network.part(EdgeId(1), 0.0, f64::from(i) / 20.0).0;
            assert!(passed >= last && passed <= whole);
            last = passed;
        }
    }
}
