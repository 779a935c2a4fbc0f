//! Tours over matrices: which visits, in which order, and why.
//!
//! Start with [`Problem`] (visits, rep-days, a travel table), call [`solve`], read the [`Solution`]. Everything is
//! whole numbers of one time unit, milliseconds in the product. [`check::check`] re-derives every promise of a
//! solution and shares no code with the search; [`why_not`] says what keeps a visit out and [`why_in`] what a
//! planned one costs and earns.
//!
//! Absent on purpose: roads, requests, dates and clock zones. Times are counted from a zero that the caller chose.

pub mod bound;
pub mod changes;
pub mod check;
mod clock;
mod engine;
pub mod fieldvrp;
mod least_prize;
mod objective;
mod one_tree;
pub mod problem;
pub mod reasons;
pub mod replan;
mod resolve;
mod rules;
mod scarcity;
pub mod schedule;
pub mod slots;
pub mod solution;
mod solve;
#[cfg(test)]
pub(crate) mod testkit;
#[cfg(test)]
mod tests;
pub mod travel;

pub use engine::{Control, Progress};
pub use problem::{
    Break, Budget, Keep, Lateness, Objective, Overtime, Problem, ProblemError, RepDay, Slice,
    TravelTable, Visit, Window,
};
pub use reasons::{Blocked, DayVerdict, WhyIn, why_in, why_not};
pub use solution::{Bound, BoundMethod, BreakTaken, Cost, Solution, Tour, TourStop};
pub use solve::{room_for, solve, solve_with};
