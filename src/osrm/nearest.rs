//! `/nearest`: the roads around a place.

use super::Services;
use super::ask::NearestAsk;
use super::fault::{Code, Fault};
use super::json::Json;
use super::waypoint::candidates;
use crate::network::Snap;
use crate::osm::OsmNodeId;

impl Services {
    /// The answer of `/nearest`.
    ///
    /// # Errors
    /// When more than one place or too many results are asked for, or no road fits.
    pub fn nearest(&self, ask: &NearestAsk) -> Result<Vec<u8>, Fault> {
        let most = self.settings.limits.nearest_results;
        if ask.number as usize > most {
            return Err(Fault::new(
                Code::TooBig,
                format!(
                    "Number of results {} is higher than current maximum ({most})",
                    ask.number
                ),
            ));
        }
        let [spot] = &ask.common.spots[..] else {
            return Err(Fault::new(
                Code::InvalidOptions,
                "Only one input coordinate is supported",
            ));
        };
        if ask.number == 0 {
            return Err(Fault::new(
                Code::InvalidOptions,
                "The number of results needs to be at least one.",
            ));
        }
        let found = candidates(
            &*self.without(&ask.common.exclude)?,
            spot,
            ask.number as usize,
        );
        if found.is_empty() {
            return Err(Fault::new(
                Code::NoSegment,
                "Could not find a matching segments for coordinate",
            ));
        }
        let mut json = Json::with_capacity(256 * found.len());
        json.object(|json| {
            json.key("code").text("Ok");
            if !ask.common.no_waypoints {
                json.key("waypoints").list(&found, |json, snap| {
                    self.write_waypoint(json, spot.at, snap, !ask.common.no_hints, |json| {
                        let nodes = self.nodes_of(snap);
                        json.key("nodes")
                            .list(nodes, |json, node| json.whole(node.0));
                    });
                });
            }
            self.write_version(json);
        });
        Ok(json.into_bytes())
    }

    /// The OSM nodes of the segment that was found, in its direction of travel.
    fn nodes_of(&self, snap: &Snap) -> [OsmNodeId; 2] {
        let trace = self.network().edge(snap.edge).trace();
        let (segment, _) = trace.locate(snap.along);
        [trace.node(segment), trace.node(segment + 1)]
    }
}
