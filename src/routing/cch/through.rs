//! Paths that are not the best ones: those over the vertices where the walks from both ends meet.
//!
//! The candidates of Abraham, Delling, Goldberg and Werneck ("Alternative routes in road networks", JEA 2013): every
//! vertex that both walks have labelled names a path, down from it to either end. Which of them are worth showing is for
//! the caller to say.

use super::metric::Metric;
use super::packed::Packed;
use super::search::{Path, Search, Seed};
use super::topology::Topology;

/// A path and the arc that it was found over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Through {
    /// The path.
    pub path: Path,
    /// The arc, as a place in [`Path::arcs`].
    pub over: usize,
}

impl Search {
    /// Paths from one of `from` to one of `to` that weigh at most `most`, lightest first and at most `count`, the best path
    /// itself among them. O(edges of the ancestors), and the unpacking of `count` paths.
    pub fn paths(
        &mut self,
        topology: &Topology,
        metric: &Metric,
        from: &[Seed],
        to: &[Seed],
        most: Packed,
        count: usize,
    ) -> Vec<Through> {
        let meetings = self.meetings(topology, metric, from, to, most);
        let mut found: Vec<Through> = Vec::new();
        for (_, vertex) in meetings {
            if found.len() == count {
                break;
            }
            let Some(path) = self.path_over(topology, metric, vertex) else {
                continue;
            };
            // Many vertices name the same path.
            if found.iter().any(|known| known.path.arcs == path.arcs) {
                continue;
            }
            let arc = topology.arc_of[vertex as usize];
            let over = path.arcs.iter().position(|a| *a == arc).unwrap_or(0);
            found.push(Through { path, over });
        }
        self.forget();
        found
    }
}
