//! The HTTP surface: what the world sees.
//!
//! [`router`] turns an [`App`] into a service; [`server`] listens. A request passes, from the outside in: compression,
//! [`observe`] (id, log line, figures, security headers), [`guard`] (host, origin, token), the limits, and then its
//! handler, which reads its input through [`fields`] and [`extract`], does blocking work through [`App::run`] and answers
//! GeoJSON or a [`Problem`]. Handlers stand in one file per subject, each with its OpenAPI entry beside it.

mod caching;
mod extract;
mod fields;
mod guard;
mod health;
mod limits;
mod login;
mod metrics;
mod observe;
mod openapi;
mod options;
mod page;
mod problem;
mod read;
mod router;
pub mod server;
mod state;
mod tokens;

pub use options::Options;
pub use problem::{FieldError, Kind, Problem, ProblemBody};
pub use router::{document, router};
pub use state::{App, Loaded, Work};
pub use tokens::{TokenError, Tokens, digest_line};
