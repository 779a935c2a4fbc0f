//! Tours over matrices: problem, search, check. Never knows roads or requests.
