//! How to drive: [`MetricSpec`], and the roads as it sees them.
//!
//! A wish changes what edges take, never which edges there are, so that the order and the shortcuts of the hierarchy hold
//! for all of them.

use std::collections::BTreeSet;
use std::sync::Arc;

use thiserror::Error;

use super::avoid::{AreaError, Areas};
use super::speeds::SegmentSpeeds;
use crate::network::{Charge, Edge, Network, RoadClass, Slot};

/// A way of driving that differs from the profile's own. The default differs in nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MetricSpec {
    /// Kinds of road that are left out.
    pub exclude: BTreeSet<Exclusion>,
    /// Areas, in degrees, whose roads are left out: those that run within one or through it, be it for a metre.
    pub avoid: Vec<geo::Polygon>,
    /// Speeds of single segments, instead of the profile's.
    pub speeds: Option<Arc<SegmentSpeeds>>,
    /// Part of the day, whose conditional tags hold; `None` for the departure that the region was prepared for.
    pub slot: Option<Slot>,
    /// Lengths for times: one millisecond of the router's answers stands for one centimetre, so that the shortest way is
    /// sought.
    pub by_length: bool,
}

/// A kind of road that can be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Exclusion {
    /// Roads with a toll to pay.
    Toll,
    /// Ferries and shuttle trains.
    Ferry,
    /// Motorways and their links.
    Motorway,
}

/// Why a way of driving cannot be had.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum MetricError {
    /// A name that no kind of road has.
    #[error("{0:?} is no kind of road that can be left out: toll, ferry, motorway")]
    UnknownExclusion(String),
    /// An area to avoid is not usable.
    #[error("avoid area {number}: {problem}")]
    Area {
        /// Which, counted from 1.
        number: usize,
        /// What is wrong with it.
        problem: AreaError,
    },
}

impl Exclusion {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Toll, Self::Ferry, Self::Motorway];

    /// Its name in requests.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Toll => "toll",
            Self::Ferry => "ferry",
            Self::Motorway => "motorway",
        }
    }

    /// The kind of this name.
    ///
    /// # Errors
    /// When there is none.
    pub fn parse(name: &str) -> Result<Self, MetricError> {
        let known = Self::ALL.into_iter().find(|kind| kind.name() == name);
        known.ok_or_else(|| MetricError::UnknownExclusion(name.to_owned()))
    }

    fn holds(self, edge: &Edge<'_>) -> bool {
        match self {
            Self::Toll => edge.toll(),
            Self::Ferry => edge.ferry(),
            Self::Motorway => {
                matches!(edge.class(), RoadClass::Motorway | RoadClass::MotorwayLink)
            }
        }
    }
}

/// Two wishes of the same key are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct MetricKey([u8; 32]);

impl MetricSpec {
    /// Whether it wishes for nothing.
    #[must_use]
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    pub(super) fn key(&self) -> MetricKey {
        let mut hasher = blake3::Hasher::new();
        let mut number = |n: usize| {
            hasher.update(&(n as u64).to_le_bytes());
        };
        number(usize::from(self.by_length));
        number(self.slot.map_or(0, |slot| slot as usize + 1));
        number(self.exclude.len());
        for kind in &self.exclude {
            number(*kind as usize);
        }
        number(self.avoid.len());
        let mut numbers = Vec::new();
        for area in &self.avoid {
            let rings: Vec<_> = std::iter::once(area.exterior())
                .chain(area.interiors())
                .collect();
            numbers.push(rings.len() as u64);
            for ring in rings {
                numbers.push(ring.0.len() as u64);
                numbers.extend(ring.0.iter().flat_map(|c| [c.x.to_bits(), c.y.to_bits()]));
            }
        }
        for n in numbers {
            hasher.update(&n.to_le_bytes());
        }
        if let Some(speeds) = &self.speeds {
            hasher.update(&speeds.hash());
        }
        MetricKey(*hasher.finalize().as_bytes())
    }

    /// The roads as this wish sees them.
    ///
    /// # Errors
    /// When an area makes no sense.
    pub(super) fn apply(&self, network: &Network) -> Result<Network, MetricError> {
        let areas = Areas::new(&self.avoid)?;
        let in_slot = self.slot.map(|slot| network.at_slot(slot));
        let usual = in_slot.as_ref().unwrap_or(network);
        let mut charged = usual.recharged(|edge| {
            let left_out = self.exclude.iter().any(|kind| kind.holds(&edge)) || areas.meet(&edge);
            if left_out {
                return None;
            }
            match &self.speeds {
                Some(speeds) => speeds.charge(&edge),
                None => Some(Charge::of(&edge)),
            }
        });
        if let Some(speeds) = &self.speeds {
            charged = charged.with_knots(|edge| speeds.knots(&usual.edge(edge.id)));
        }
        Ok(if self.by_length {
            charged.by_length()
        } else {
            charged
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_known_by_name() {
        for kind in Exclusion::ALL {
            assert_eq!(Exclusion::parse(kind.name()), Ok(kind));
        }
        assert!(Exclusion::parse("tunnel").is_err());
    }

    #[test]
    fn the_key_tells_wishes_apart() {
        let area = |x: f64| geo::Rect::new((x, 0.0), (x + 1.0, 1.0)).to_polygon();
        let wishes = [
            MetricSpec::default(),
            MetricSpec {
                exclude: [Exclusion::Toll].into(),
                ..MetricSpec::default()
            },
            MetricSpec {
                exclude: [Exclusion::Toll, Exclusion::Ferry].into(),
                ..MetricSpec::default()
            },
            MetricSpec {
                avoid: vec![area(0.0)],
                ..MetricSpec::default()
            },
            MetricSpec {
                avoid: vec![area(1.0)],
                ..MetricSpec::default()
            },
            MetricSpec {
                avoid: vec![area(0.0), area(1.0)],
                ..MetricSpec::default()
            },
            MetricSpec {
                slot: Some(Slot::Morning),
                ..MetricSpec::default()
            },
            MetricSpec {
                slot: Some(Slot::Night),
                ..MetricSpec::default()
            },
            MetricSpec {
                by_length: true,
                ..MetricSpec::default()
            },
            MetricSpec {
                speeds: Some(Arc::default()),
                ..MetricSpec::default()
            },
        ];
        for (i, a) in wishes.iter().enumerate() {
            for (j, b) in wishes.iter().enumerate() {
                assert_eq!(a.key() == b.key(), i == j, "{i} and {j}");
            }
        }
    }
}
