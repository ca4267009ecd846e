//! Names of things, each kind a type of its own so that they cannot be mixed up.
//!
//! Invariant: an id is any text that is not empty; Gloss makes UUIDs, files bring their own.

use std::fmt;
use std::rc::Rc;

macro_rules! name {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Rc<str>);

        impl $name {
            /// Wraps a text.
            #[must_use]
            pub fn new(name: impl Into<Rc<str>>) -> Self {
                Self(name.into())
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:?}", self.as_str())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}
name!(
    /// Names a document among all documents.
    DocumentId
);
name!(
    /// Names a project.
    ProjectId
);
name!(
    /// Names an annotation within its document.
    AnnotationId
);
name!(
    /// Names a relation within its document.
    RelationId
);
name!(
    /// The name of a label, as people see it and as files carry it.
    LabelName
);
