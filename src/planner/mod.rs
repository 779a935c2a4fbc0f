//! The use cases: snap, matrix, solve, check. The library's face.
