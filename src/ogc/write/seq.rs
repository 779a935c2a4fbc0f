//! GeoJSON text sequences (RFC 8142): one feature a line, so that a reader never waits for the end.

use crate::ogc::{Feature, Layer, Reference};

/// Media type.
pub const MEDIA_TYPE: &str = "application/geo+json-seq";

/// One feature as a record.
pub fn record(
    out: &mut Vec<u8>,
    layer: Layer,
    feature: &Feature,
    reference: &Reference,
    properties: &[usize],
) {
    out.push(0x1e);
    super::feature(out, layer, feature, reference, properties);
    out.extend(b"}\n");
}
