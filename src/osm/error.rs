//! What can be wrong with an extract. Every variant names the file; damage also names the byte where it was met.

use std::io;

/// Why an extract could not be read.
#[derive(Debug, thiserror::Error)]
pub enum OsmError {
    /// The operating system refused.
    #[error("{file} cannot be read")]
    Io {
        /// File name.
        file: String,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// No byte in it.
    #[error("{file} is empty")]
    Empty {
        /// File name.
        file: String,
    },
    /// Something else, told apart by its first bytes.
    #[error("{file} is {found}, not an OpenStreetMap extract (.osm.pbf or .osm)")]
    NotOsm {
        /// File name.
        file: String,
        /// What it looks like.
        found: String,
    },
    /// The file stops inside a block: an interrupted download, most often.
    #[error("{file} is cut off: the block at byte {offset} wants {wanted} bytes, {found} are left")]
    Truncated {
        /// File name.
        file: String,
        /// Where the unfinished part starts.
        offset: u64,
        /// Bytes that it should have.
        wanted: u64,
        /// Bytes that there are.
        found: u64,
    },
    /// Bytes that make no sense.
    #[error("{file} is damaged at byte {offset}: {what}")]
    Damaged {
        /// File name.
        file: String,
        /// Start of the block (PBF) or place of the error (XML).
        offset: u64,
        /// What makes no sense.
        what: String,
    },
    /// Sound, but in a form that is not read here.
    #[error("{file} uses {what} (byte {offset}), which is not supported: {cure}")]
    Unsupported {
        /// File name.
        file: String,
        /// Where that was met.
        offset: u64,
        /// The form.
        what: String,
        /// What to do about it.
        cure: &'static str,
    },
}
