//! What the service says about itself: landing page, conformance, collections, schemas, and its own OpenAPI document.
//! Documents are JSON values; [`html`] shows any of them to people.

mod collections;
mod feature_schema;
pub mod html;
mod landing;
mod links;
mod openapi;
mod openapi_edit;
mod openapi_processes;
mod openapi_tiles;
mod schema;
mod styles;
pub mod tiles;

pub use collections::{collection, collections};
pub use feature_schema::{FeatureSchema, feature_schema};
pub use landing::{CLASSES, conformance, landing};
pub use links::{Base, File, Format, link};
pub use openapi::{
    FILTER_LANGUAGES, LARGEST_PAGE, MEDIA_TYPE as OPENAPI, MOST_SORTED, MOST_WORKED_OUT, PAGE,
    openapi,
};
pub use openapi_edit::MERGE_PATCH;
pub use schema::{SCHEMA, queryables, schema, sortables};
pub use styles::styles;
