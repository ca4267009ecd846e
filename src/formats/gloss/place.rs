//! [`Place`]: where in a file something stands, as a chain that is put into words only when there
//! is something to say about it.
//!
//! Invariant: making a place costs nothing; only showing it allocates. Knows no JSON.

use std::fmt;

use super::Problem;

#[derive(Clone, Copy)]
enum Part<'p> {
    Key(&'p str),
    Index(usize),
}

/// A place in a file, such as `documents[2].annotations[14].end`.
#[derive(Clone, Copy)]
pub(super) struct Place<'p> {
    up: Option<&'p Place<'p>>,
    part: Part<'p>,
}

impl<'p> Place<'p> {
    /// A key of the outermost object.
    pub(super) const fn top(key: &'p str) -> Self {
        Self { up: None, part: Part::Key(key) }
    }

    /// A key of the object that stands here.
    pub(super) const fn key(&'p self, key: &'p str) -> Self {
        Self { up: Some(self), part: Part::Key(key) }
    }

    /// An element, from 0, of the list that stands here.
    pub(super) const fn index(&'p self, index: usize) -> Self {
        Self { up: Some(self), part: Part::Index(index) }
    }

    /// Something to say about this place.
    pub(super) fn problem(&self, message: impl Into<String>) -> Problem {
        Problem { path: self.to_string(), message: message.into() }
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(up) = self.up {
            up.fmt(f)?;
        }
        match self.part {
            Part::Index(index) => write!(f, "[{index}]"),
            Part::Key(key) if self.up.is_some() => write!(f, ".{key}"),
            Part::Key(key) => f.write_str(key),
        }
    }
}
