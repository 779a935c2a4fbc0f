//! What the world sees: GeoJSON features of every layer.
