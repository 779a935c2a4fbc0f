//! Router (shared), Query (scratch), TravelMatrix, reach. Never knows tags, accounts or JSON.
