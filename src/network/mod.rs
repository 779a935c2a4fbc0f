//! The road graph, its geometry, snapping and its saved bytes. Never knows accounts.
