//! What a person makes: documents, their annotations, and the schema of labels.
//!
//! Invariant: every value here can be made only in a state that the rest may rely on (fragments
//! in order and apart, spans not empty), and every change gives a new value that shares what it
//! did not touch. Knows no history, no file format and no browser.

mod annotation;
mod annotations;
mod document;
mod id;
mod place;
mod relations;
mod schema;
mod table;

pub use annotation::{Annotation, Flag, Fragments, Origin, Relation, Remarks, given};
pub use annotations::{Annotations, BlockAnnotations, text_order};
pub use document::{Details, Document, DocumentInfo, Intake, Status, hex, sha256_hex};
pub use id::{AnnotationId, DocumentId, LabelName, ProjectId, RelationId};
pub use place::{Coordinates, identifier, identifier_url};
pub use relations::Relations;
pub use schema::{
    Attribute, AttributeKind, DrawStyle, Label, PALETTE, RelationType, Schema, attribute, by_name, defaults,
};
pub use table::{Table, sort_by};

/// Keys of a file that this version of Gloss does not know, kept in their order to be written back.
pub type Extra = serde_json::Map<String, serde_json::Value>;

/// A moment as RFC 3339 text in UTC, such as `2026-08-22T10:00:00Z`. Kept as it was read.
pub type Timestamp = std::rc::Rc<str>;
