//! The HTTP surface: what the world sees.
//!
//! [`router`] turns an [`App`] into a service; [`server`] listens. A request passes, from the outside in: compression,
//! `observe` (id, log line, figures, security headers), `guard` (host, origin, token), the limits, and then its
//! handler, which reads its input through `fields` and `extract`, does blocking work through [`App::run`] and answers
//! GeoJSON or a [`Problem`]. Handlers stand in one file per subject, each with its OpenAPI entry beside it.

mod account_patch;
mod account_query;
mod account_view;
mod accounts;
mod appointments;
mod caching;
mod clock;
mod coordinates;
mod coverage;
mod cross_origin;
mod driving;
mod encodings;
mod explain;
mod extract;
mod fields;
mod geo;
mod guard;
mod handover;
mod health;
mod import_file;
mod imports;
mod job_list;
mod jobs;
mod limits;
mod login;
mod lookup;
mod meta;
mod metrics;
mod observe;
mod ogc;
mod openapi;
mod options;
pub mod osrm;
mod page;
mod plans;
mod problem;
mod problem_page;
mod proposals;
mod quality;
mod reach;
mod read;
mod reps;
mod roads;
mod router;
pub mod server;
mod standing;
mod state;
mod stream;
mod tile_cache;
mod tiles;
mod tokens;
mod visits;
mod vroom;

pub use options::Options;
pub use problem::{FieldError, Kind, Problem, ProblemBody};
pub use router::{document, router};
pub use state::{App, Loaded, Work};
pub use tokens::{TokenError, Tokens, digest_line};
