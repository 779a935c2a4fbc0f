//! Where cadence and reach fall short, and why.
