//! Tests of whole tiles.
