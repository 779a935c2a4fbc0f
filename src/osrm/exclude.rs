//! Classes of road: which a request may leave out (`exclude=`), and which answers tell.

use std::borrow::Cow;

use super::Services;
use super::fault::{Code, Fault};
use crate::network::Edge;
use crate::osm::RoadClass;
use crate::routing::{Exclusion, MetricSpec};

impl Services {
    /// The same services on the roads without the excluded classes; `none` excludes nothing.
    pub(super) fn without(&self, names: &[String]) -> Result<Cow<'_, Self>, Fault> {
        let refused = |_| {
            Fault::new(
                Code::InvalidValue,
                "Exclude flag combination is not supported.",
            )
        };
        let exclude = names
            .iter()
            .filter(|name| *name != "none")
            .map(|name| Exclusion::parse(name))
            .collect::<Result<_, _>>()
            .map_err(refused)?;
        let spec = MetricSpec {
            exclude,
            ..MetricSpec::default()
        };
        if spec.is_default() {
            return Ok(Cow::Borrowed(self));
        }
        let router = self.router.metric(&spec).map_err(refused)?;
        Ok(Cow::Owned(Self {
            router,
            ..self.clone()
        }))
    }
}

/// The classes of a road that answers tell, in the order of OSRM's own car.
pub fn classes(edge: Edge<'_>) -> impl Iterator<Item = &'static str> + Clone {
    let motorway = matches!(edge.class(), RoadClass::Motorway | RoadClass::MotorwayLink);
    [
        (edge.toll(), "toll"),
        (motorway, "motorway"),
        (edge.ferry(), "ferry"),
        (edge.restricted(), "restricted"),
        (edge.tunnel(), "tunnel"),
    ]
    .into_iter()
    .filter(|(is, _)| *is)
    .map(|(_, name)| name)
}
