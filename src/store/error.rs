//! What can go wrong with a store, each case in words a person can act on.

use std::path::PathBuf;

/// Why a store could not be opened, read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file is not SQLite at all, or its pages are damaged.
    #[error("{path} is not a readable store ({detail}); restore a backup or choose another file")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What the check said.
        detail: String,
    },
    /// A database of another program.
    #[error("{path} is a database of another program; choose another file for the store")]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// Written by a later version of Rondo.
    #[error(
        "{path} was written by a newer Rondo (schema {found}, this one knows {known}); update Rondo"
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Schema version of the file.
        found: usize,
        /// Newest schema version known here.
        known: usize,
    },
    /// The file cannot be opened or created.
    #[error("cannot open the store {path}")]
    Open {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: rusqlite::Error,
    },
    /// A change names something that is not in the store.
    #[error("{what} refers to {missing}, which is not in the store")]
    Missing {
        /// The record that refers.
        what: String,
        /// What it refers to.
        missing: String,
    },
    /// A record that others refer to cannot be removed.
    #[error("{what} cannot be removed: visits, appointments or plans refer to it")]
    InUse {
        /// The record.
        what: String,
    },
    /// A record that cannot be read back: written by hand or by a broken program.
    #[error("the store holds an unreadable {what}: {detail}")]
    Unreadable {
        /// Which record.
        what: String,
        /// What is wrong with it.
        detail: String,
    },
    /// Any other failure of SQLite (disk full, locked too long, ...).
    #[error("the store failed")]
    Sqlite(#[from] rusqlite::Error),
}
