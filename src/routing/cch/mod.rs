//! A customizable contraction hierarchy on arcs: routes, tables and reach in microseconds, and new weights in a blink.
//!
//! Three stages, each from the one before. [`Topology`] depends on the roads alone and is made once, when a region is
//! prepared: the arcs in an order of nested dissection (`dissect`, `flow`; `leaves` within small parts), the edges that contraction in that order leaves
//! (`contract`, `edges`), and what of them can be driven (`ways`). [`Metric`] adds weights (`customize`; few new ones,
//! `change`). A search then needs no queue: [`Search`] finds one path, [`Cone::rows`] rows of a table, [`ReachSearch`]
//! everything within a limit.
//!
//! The design follows Dibbelt, Strasser and Wagner, "Customizable contraction hierarchies" (JEA 2016), on the graph of
//! arcs and turns rather than junctions and roads, as Buchhold, Wagner, Zeitz and Zuendorf do ("Customizable contraction
//! hierarchies with turn costs", ATMOS 2020): turn costs and restrictions are then plain edges. A survey: Blaesius et
//! al., "Customizable contraction hierarchies - a survey" (arXiv 2502.10519).
//!
//! Weights are exact, see [`Packed`]: of all paths the one with the fewest entries, then the least cost, then the least
//! time, then the least length. Paths of more than 37 hours do not fit; every search then says so rather than being
//! wrong, and the caller asks the reference search.
//!
//! Nothing here knows roads: arcs are numbers, turns are pairs of them, and a place on an arc is a [`Seed`].

mod change;
mod contract;
mod customize;
mod dissect;
mod edges;
mod flow;
mod gates;
mod graph;
mod labels;
mod lanes;
mod leaves;
mod lower;
mod metric;
mod packed;
mod reach;
mod search;
mod simd;
mod table;
#[cfg(test)]
mod tests;
mod through;
mod topology;
mod ways;
mod weights;

pub use change::Foundation;
pub use edges::Edges;
pub use graph::ArcGraph;
pub use metric::Metric;
pub use packed::Packed;
pub use reach::{ReachSearch, Reached, Sense};
pub use search::{Found, Path, Search, Seed};
pub use table::{Climber, Cone, LANES, Row};
pub use topology::{Topology, Way};
