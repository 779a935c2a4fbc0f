//! The OSRM HTTP API at the root of the server: addresses and bodies in, statuses and JSON out.
//!
//! [`answer`] is all of it: `url` takes the address apart, `text` reads the places and options written in it, `body` turns a
//! JSON body into the same, `draft` collects them into a question for [`crate::osrm::Services`]. `door` puts it on the
//! server. Failures are OSRM's own, `{"code","message"}` with status 400 as a rule.

mod answer;
mod body;
mod door;
mod draft;
mod scan;

#[cfg(test)]
mod tests;
mod text;
mod url;
mod values;

pub use answer::{Answer, Request, answer};
pub(super) use door::routes;
