//! Where a condition can hold at all, so that an index may leave out what lies elsewhere.

use super::Expr;
use super::spatial::SpatialOp;
use crate::geometry::Bounds;

/// A box that holds some place of every feature for which the condition holds; `None` when there is no such box.
pub(super) fn of(condition: &Expr) -> Option<Bounds> {
    match condition {
        // All other relations want a common place, and none holds for what has no place.
        Expr::Spatial(op, region) if *op != SpatialOp::Disjoint => region.bounds(),
        // Each part narrows; the smallest box leaves least to look at.
        Expr::And(parts) => parts.iter().filter_map(of).min_by(|a, b| {
            let area = |b: &Bounds| (b.max.lon - b.min.lon) * (b.max.lat - b.min.lat);
            area(a).total_cmp(&area(b))
        }),
        Expr::Or(parts) => {
            let boxes: Option<Vec<Bounds>> = parts.iter().map(of).collect();
            Bounds::around(boxes?.into_iter().flat_map(|b| [b.min, b.max]))
        }
        _ => None,
    }
}
