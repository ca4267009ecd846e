//! [`StorageError`]: why something could not be stored or read, in words for the person at the
//! screen.
//!
//! Invariant: each message is one or two sentences that say what happened and what to do, and
//! stays true for as long as it may stand on the screen. Knows nothing about the browser.

use thiserror::Error;

use super::records::RecordError;

/// Why something could not be stored or read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum StorageError {
    /// The browser does not let the page store anything (site data blocked, or no storage at all).
    #[error("This browser does not let Gloss store anything here. Allow site data for this page, or export your work.")]
    Refused,
    /// The browser did not answer when the storage was opened.
    #[error("The browser's storage does not answer. Reload the page, or export your work.")]
    Silent,
    /// Another tab holds the storage open in a way that keeps this one out.
    #[error("Another tab holds the storage. Close the other Gloss tabs and reload this one.")]
    Blocked,
    /// A newer version of Gloss has written the storage.
    #[error("The articles here were stored by a newer version of Gloss. Reload the page to get it.")]
    Newer,
    /// There is no room left.
    #[error("There is no room left to store this change. Make room on this device, or export your work.")]
    Full,
    /// Another tab has written to the same document, or has taken it over.
    #[error(
        "Another tab has changed this article or taken it over. What is not saved yet is only in this tab: export your work, then reload."
    )]
    Conflict,
    /// A record was handed over out of its turn; a mistake of the program.
    #[error("A change was not stored because one before it is missing. Export your work.")]
    Order {
        /// The number that should have come.
        expected: u64,
        /// The number that came.
        got: u64,
    },
    /// The browser closed the storage while it was in use, as when site data is cleared.
    #[error(
        "The browser closed the storage. What is not saved yet is only in this tab: export your work, then reload."
    )]
    Lost,
    /// A document of this id is stored already.
    #[error("An article with the same id is stored on this device already.")]
    Exists,
    /// The document is not in the storage.
    #[error("This article is not stored on this device.")]
    NotFound,
    /// A stored record cannot be used.
    #[error("A stored record cannot be read: {0}.")]
    Record(#[from] RecordError),
    /// Anything else, in the browser's own words.
    #[error("The browser could not store or read this: {0}.")]
    Failed(String),
}

impl StorageError {
    /// Whether the same attempt can succeed later without a reload. Then what could not be written
    /// is kept in its queue and goes out with the next change.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::Full | Self::Failed(_))
    }
}
