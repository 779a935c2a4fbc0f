//! The names that say best which way a leg goes.

use super::steps::Steps;
use crate::network::Network;

/// The names of the two roads on which a leg spends most of its time, in the order in which they are driven.
pub fn summary<'a>(network: &'a Network, steps: &Steps) -> Vec<&'a str> {
    let mut names: Vec<(&str, i64, usize)> = Vec::new();
    for (i, step) in steps.steps.iter().enumerate() {
        let edge = network.edge(step.edge);
        let name = if edge.name().is_empty() {
            edge.reference()
        } else {
            edge.name()
        };
        if name.is_empty() {
            continue;
        }
        match names.iter_mut().find(|(known, _, _)| *known == name) {
            Some((_, time, _)) => *time += step.time_ms,
            None => names.push((name, step.time_ms, i)),
        }
    }
    names.sort_by_key(|(_, time, place)| (-time, *place));
    names.truncate(2);
    names.sort_by_key(|(_, _, place)| *place);
    names.into_iter().map(|(name, _, _)| name).collect()
}
