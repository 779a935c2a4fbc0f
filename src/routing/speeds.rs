//! Speeds of single road segments, as traffic services and surveys deliver them.

use std::io::Read;

use thiserror::Error;

use crate::geometry::distance;
use crate::network::{Charge, Edge, Knot, OsmNodeId};
use crate::units::Millis;

/// Fastest speed that is believed, km/h.
const FASTEST_KMH: f64 = 400.0;

/// Speeds in km/h between neighbouring nodes of OSM ways, each for one direction. A speed of nothing closes the segment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SegmentSpeeds {
    /// (from, to, speed), sorted by nodes; of several for the same segment the last given.
    rows: Vec<(OsmNodeId, OsmNodeId, f64)>,
}

/// What is wrong with a file of speeds.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("line {line}: {problem}")]
pub struct SpeedError {
    /// Line of the file, from 1.
    pub line: u64,
    /// What is wrong there.
    pub problem: String,
}

impl SegmentSpeeds {
    /// From (from, to, km/h). A speed that is negative, not a number or beyond 400 km/h is left out.
    #[must_use]
    pub fn new(rows: impl IntoIterator<Item = (OsmNodeId, OsmNodeId, f64)>) -> Self {
        let mut rows: Vec<_> = rows
            .into_iter()
            .filter(|(_, _, kmh)| (0.0..=FASTEST_KMH).contains(kmh))
            .collect();
        // The sort is stable, so the last of equal ones is the last given.
        rows.sort_by_key(|(from, to, _)| (*from, *to));
        rows.reverse();
        rows.dedup_by_key(|(from, to, _)| (*from, *to));
        rows.reverse();
        Self { rows }
    }

    /// Reads CSV without a heading: OSM node from, OSM node to, km/h; further columns are ignored, and so are empty lines.
    /// The same columns as those of OSRM's segment speed files.
    ///
    /// # Errors
    /// At the first line that makes no sense.
    pub fn read(csv: impl Read) -> Result<Self, SpeedError> {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .trim(csv::Trim::All)
            .from_reader(csv);
        let mut rows = Vec::new();
        let mut record = csv::StringRecord::new();
        loop {
            let line = reader.position().line();
            let wrong = |problem: String| SpeedError { line, problem };
            match reader.read_record(&mut record) {
                Ok(true) => {}
                Ok(false) => return Ok(Self::new(rows)),
                Err(error) => return Err(wrong(error.to_string())),
            }
            let line = record.position().map_or(line, csv::Position::line);
            rows.push(row(&record).map_err(|problem| SpeedError { line, problem })?);
        }
    }

    /// Number of segments.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    pub(super) fn hash(&self) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new();
        for (from, to, kmh) in &self.rows {
            hasher.update(&from.0.to_le_bytes());
            hasher.update(&to.0.to_le_bytes());
            hasher.update(&kmh.to_bits().to_le_bytes());
        }
        *hasher.finalize().as_bytes()
    }

    /// The speed from one node to its neighbour, if it is known; 0 when the segment is closed.
    #[must_use]
    pub fn of(&self, from: OsmNodeId, to: OsmNodeId) -> Option<f64> {
        let place = self
            .rows
            .binary_search_by_key(&(from, to), |(from, to, _)| (*from, *to));
        place.ok().map(|i| self.rows[i].2)
    }

    /// What an edge takes by these speeds; `None` when one of its segments is closed.
    ///
    /// Segments without a speed take what they took, and so do waits between them. The cost changes as the time does.
    pub(super) fn charge(&self, edge: &Edge<'_>) -> Option<Charge> {
        match self.drive(edge) {
            Driven::AsBefore => Some(Charge::of(edge)),
            Driven::Closed => None,
            Driven::By(knots) => knots.last().map(|knot| knot.passed),
        }
    }

    /// How the time of an edge passes along it by these speeds; nothing when it passes as before.
    pub(super) fn knots(&self, edge: &Edge<'_>) -> Vec<Knot> {
        match self.drive(edge) {
            Driven::By(knots) => knots,
            Driven::AsBefore | Driven::Closed => Vec::new(),
        }
    }

    fn drive(&self, edge: &Edge<'_>) -> Driven {
        let trace = edge.trace();
        let speed = |i: usize| self.of(trace.node(i), trace.node(i + 1));
        let speeds: Vec<Option<f64>> = (0..trace.len() - 1).map(speed).collect();
        if speeds.iter().all(Option::is_none) {
            return Driven::AsBefore;
        }
        if speeds.iter().flatten().any(|kmh| *kmh <= 0.0) {
            return Driven::Closed;
        }
        let at = |i: usize| trace.point(i).to_lon_lat();
        let lengths: Vec<f64> = (0..speeds.len())
            .map(|i| distance(at(i), at(i + 1)).0)
            .collect();
        let whole: f64 = lengths.iter().sum();
        let waited: i64 = edge.delays().map(|(_, wait)| wait.0).sum();
        let driving = (edge.time().0 - waited).max(0) as f64;
        let dislike = if driving > 0.0 {
            ((edge.cost().0 - waited) as f64 / driving).max(1.0)
        } else {
            1.0
        };
        let count = lengths.len() as f64;
        let usual = |metres: f64| {
            let share = if whole > 0.0 {
                metres / whole
            } else {
                1.0 / count
            };
            driving * share
        };
        let mut delays = edge.delays().peekable();
        let (mut metres, mut driven, mut waited) = (0.0, 0.0, 0);
        let mut knots = Vec::with_capacity(speeds.len());
        for (i, (speed, length)) in speeds.iter().zip(lengths).enumerate() {
            metres += length;
            driven += speed.map_or_else(|| usual(length), |kmh| length / kmh * 3_600.0);
            let share = if whole > 0.0 { metres / whole } else { 1.0 };
            let passed = |waited: i64| Knot {
                share,
                passed: Charge {
                    time: Millis(driven.round() as i64 + waited),
                    cost: Millis((driven * dislike).round() as i64 + waited),
                },
                source: u8::from(speed.is_some()),
            };
            knots.push(passed(waited));
            if let Some((_, wait)) = delays.next_if(|(point, _)| *point == i + 1) {
                waited += wait.0;
                knots.push(passed(waited));
            }
        }
        Driven::By(knots)
    }
}

/// What speeds make of an edge.
enum Driven {
    AsBefore,
    Closed,
    By(Vec<Knot>),
}

fn row(record: &csv::StringRecord) -> Result<(OsmNodeId, OsmNodeId, f64), String> {
    let node = |i: usize, what: &str| -> Result<OsmNodeId, String> {
        let text = record.get(i).unwrap_or_default();
        let id = text.parse();
        id.map(OsmNodeId)
            .map_err(|_| format!("{text:?} is no OSM node to drive {what}"))
    };
    let (from, to) = (node(0, "from")?, node(1, "to")?);
    let text = record.get(2).unwrap_or_default();
    let speed = text.parse().ok();
    let speed = speed.filter(|kmh| (0.0..=FASTEST_KMH).contains(kmh));
    speed
        .map(|kmh| (from, to, kmh))
        .ok_or_else(|| format!("{text:?} is no speed from 0 to {FASTEST_KMH} km/h"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::EdgeId;
    use crate::testkit::TextMap;

    #[test]
    fn files_are_read_as_osrm_writes_them() {
        let read = |text: &str| SegmentSpeeds::read(text.as_bytes());
        let speeds = read("1,2,30\n2, 1 ,0,0.5\n\n1,2,40\n").unwrap();
        assert_eq!(speeds.len(), 2);
        assert_eq!(speeds.of(OsmNodeId(1), OsmNodeId(2)), Some(40.0));
        assert_eq!(speeds.of(OsmNodeId(2), OsmNodeId(1)), Some(0.0));
        assert_eq!(speeds.of(OsmNodeId(1), OsmNodeId(3)), None);
        assert!(read("").unwrap().is_empty());
        for (text, line) in [
            ("1,2,30\n1,x,30", 2),
            ("from,to,speed", 1),
            ("1,2", 1),
            ("1,2,-3", 1),
            ("1,2,NaN", 1),
        ] {
            assert_eq!(read(text).unwrap_err().line, line, "{text}");
        }
        assert!(SegmentSpeeds::read(&b"1,2,\xff\n"[..]).is_err());
    }

    #[test]
    fn a_segment_counts_in_its_direction_for_its_share_of_the_edge() {
        // 100 m, then 200 m.
        let network = TextMap::draw(100.0, "A-B---C")
            .road("ABC", |_| {})
            .network();
        let along = network.edge(EdgeId(0));
        let against = network.edge(along.reverse().unwrap());
        let nodes = along.node_refs();
        let lengths: Vec<f64> = along
            .line()
            .windows(2)
            .map(|p| distance(p[0], p[1]).0)
            .collect();
        let speeds = SegmentSpeeds::new([(nodes[0], nodes[1], 10.0)]);
        assert_eq!(speeds.charge(&against), Some(Charge::of(&against)));
        let charge = speeds.charge(&along).unwrap();
        let share = lengths[1] / (lengths[0] + lengths[1]);
        let expected = lengths[0] / 10.0 * 3_600.0 + along.time().0 as f64 * share;
        assert!((charge.time.0 as f64 - expected).abs() <= 1.0);
        let closed = SegmentSpeeds::new([(nodes[1], nodes[0], 0.0)]);
        assert_eq!(closed.charge(&against), None);
    }
}
