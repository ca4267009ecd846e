//! Gloss's own file, version 1: one JSON object that holds the work whole.
//!
//! Invariant: what [`write`](fn@write) gives, [`read`](fn@read) takes, and both documents are equal; the same work
//! gives the same bytes. What a file says and Gloss does not know is kept and written back.

mod place;
mod read;
mod verify;
#[cfg(feature = "schema")]
pub mod wire;
mod write;

use std::fmt;

use thiserror::Error;

use crate::model::Document;

pub use read::read;
pub use verify::{Verification, verify};
pub use write::write;

/// What the key `format` says.
pub const FORMAT: &str = "gloss";

/// The newest version that is read, and the one that is written.
pub const VERSION: u64 = 1;

/// The only unit of offsets.
pub const OFFSET_UNIT: &str = "code point";

/// Where a document keeps the unknown keys of its file's outermost object: under this key of its
/// `extra`. Writing puts them back where they came from.
pub const FILE_KEYS: &str = "gloss:file";

/// What a file held.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// The documents that can be trusted, in the file's order.
    pub documents: Vec<Document>,
    /// What cannot be trusted, in the file's order. Empty for a sound file.
    pub problems: Vec<Problem>,
    /// How much of the file is not in `documents` because of that.
    pub left_out: LeftOut,
}

/// One place of a file that cannot be trusted, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The place, such as `documents[2].annotations[14].end`.
    pub path: String,
    /// What is there and what is wrong with it, such as `912, the text has 870 code points`.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.message)
    }
}

/// How many items of a file are left out because they, or what they hang on, cannot be trusted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// Whole documents.
    pub documents: usize,
    /// Annotations, those of documents left out included.
    pub annotations: usize,
    /// Relations, those of documents and annotations left out included.
    pub relations: usize,
    /// Single details of something that is otherwise kept: a note that is no text, a label without a name.
    pub details: usize,
}

impl LeftOut {
    /// All items.
    #[must_use]
    pub fn total(self) -> usize {
        self.documents + self.annotations + self.relations + self.details
    }
}

/// In words, such as `1 article, 3 annotations and 2 relations`; `nothing` for none.
impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kinds = [
            (self.documents, "article"),
            (self.annotations, "annotation"),
            (self.relations, "relation"),
            (self.details, "detail"),
        ];
        let some = kinds.iter().filter(|(count, _)| *count > 0);
        let words: Vec<String> =
            some.map(|(count, kind)| format!("{count} {kind}{}", if *count == 1 { "" } else { "s" })).collect();
        match words.split_last() {
            None => f.write_str("nothing"),
            Some((last, [])) => f.write_str(last),
            Some((last, rest)) => write!(f, "{} and {last}", rest.join(", ")),
        }
    }
}

/// Why nothing of a file can be taken.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    /// No JSON.
    #[error("This is not a JSON file: {reason} (line {line}, column {column}).")]
    NotJson {
        /// What is wrong there.
        reason: String,
        /// The line, from 1.
        line: usize,
        /// The column in code points, from 1.
        column: usize,
    },
    /// JSON, but not Gloss's.
    #[error("This is not a Gloss file: {0}.")]
    NotGloss(Problem),
    /// Made by a later version of Gloss.
    #[error(
        "The file has version {found} of Gloss's format; this Gloss reads version {VERSION}. Open it with a newer Gloss."
    )]
    Newer {
        /// The file's version.
        found: u64,
    },
    /// A Gloss file whose frame cannot be trusted.
    #[error("The file cannot be read: {0}.")]
    Broken(Problem),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_is_said_in_words() {
        let check = |documents, annotations, relations, details, expected: &str| {
            assert_eq!(LeftOut { documents, annotations, relations, details }.to_string(), expected);
        };
        check(0, 0, 0, 0, "nothing");
        check(0, 1, 0, 0, "1 annotation");
        check(0, 3, 2, 0, "3 annotations and 2 relations");
        check(1, 3, 2, 1, "1 article, 3 annotations, 2 relations and 1 detail");
    }
}
