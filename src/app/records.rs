//! The stored records: their types, and their form as text.
//!
//! A record is one line of text: its kind, its version, a checksum and a JSON body, as in
//! `journal 1 9f86d081884c7d65 {"document":"…","seq":1,…}`. The checksum is the first half of
//! SHA-256 over the other three.
//!
//! Invariant: what [`Record::encode`] gives, [`Record::decode`] reads as an equal value, for ever:
//! a changed form gets a new version, and the old ones stay readable (`tests/fixtures/records`).
//! Decoding never panics, whatever it is given. Knows nothing about where records are kept.

mod body;
mod dump;
mod fold;
mod opening;

use std::rc::Rc;

use thiserror::Error;

pub use dump::{Line, OpenedDump, open_dump};
pub use fold::{BLOCK, block_of, fold, unfold};
pub use opening::{Opened, Place, Warning, open};

use self::body::{Body, Fields};
use crate::edit::Entry;
use crate::formats::json::{self, Writer};
use crate::model::{
    AnnotationId, Document, DocumentId, Extra, LabelName, ProjectId, Schema, Status, Timestamp, sha256_hex, sort_by,
};
use crate::text::ByteOffset;

/// The version of the records that this program writes, and the newest that it reads.
pub const VERSION: u32 = 3;

/// Deeper nesting than any record of ours has: an imported file may nest 128 deep, and a record
/// adds less than ten.
const MAX_DEPTH: usize = 192;

/// Why a stored record cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RecordError {
    /// It does not have the form of a record.
    #[error("it is not a record of Gloss")]
    Form,
    /// It is a record of another kind.
    #[error("it is a record of another kind ({0})")]
    Kind(String),
    /// It was written by a newer version of the program.
    #[error("it was written by a newer version of Gloss (record version {0})")]
    Newer(u32),
    /// It was changed or damaged after it was written.
    #[error("it is damaged: its checksum does not match")]
    Checksum,
    /// Its body cannot be understood, although it is what was written.
    #[error("its content cannot be read: {0}")]
    Body(String),
    /// It names another document or another place in the journal than it is kept at.
    #[error("it is kept at the wrong place")]
    Misplaced,
    /// It comes after a record that is missing or cannot be used.
    #[error("it follows step {0}, which is missing or cannot be used")]
    Gap(u64),
    /// It does not fit the document as the records before it leave it.
    #[error("it does not fit the article: {0}")]
    Conflict(String),
    /// It should be there and is not.
    #[error("it is missing")]
    Missing,
}

/// A value that is stored as one record.
pub trait Record: Sized {
    /// The word that its records begin with.
    const KIND: &'static str;

    /// The record as text.
    ///
    /// # Errors
    /// [`RecordError::Body`] where the value has no JSON form.
    fn encode(&self) -> Result<String, RecordError>;

    /// The value of a record.
    ///
    /// # Errors
    /// Any [`RecordError`] that a record alone can show.
    fn decode(raw: &str) -> Result<Self, RecordError>;
}

/// What the list of documents shows of one, and how far its journal reaches.
#[derive(Clone, Debug, PartialEq)]
pub struct Header {
    /// The document.
    pub id: DocumentId,
    /// What people call it.
    pub title: String,
    /// Length of its text in code points.
    pub characters: usize,
    /// How many annotations each label has, in the order of the schema; labels without any are
    /// there with 0.
    pub counts: Vec<(LabelName, usize)>,
    /// How far the work on it is.
    pub status: Status,
    /// What lists show of what is known of it ([`ABOUT`]). A header from before it was kept there has none, until the
    /// document is written to next.
    pub about: Extra,
    /// When it was made, where known.
    pub created: Option<Timestamp>,
    /// When its last journal record was written; when it was stored, where there is none.
    pub modified: Option<Timestamp>,
    /// The number of its last journal record; 0 for none.
    pub seq: u64,
}

/// The keys of metadata that lists show.
pub const ABOUT: [&str; 3] = ["tags", "publisher", "published"];

impl Header {
    /// The header of a document whose journal reaches to `seq`, last changed at `modified`.
    #[must_use]
    pub fn of(document: &Document, seq: u64, modified: Option<Timestamp>) -> Self {
        let others = document.annotations.counts().keys().filter(|name| document.schema.position(name).is_none());
        let about = document.info.metadata.iter().filter(|(key, _)| ABOUT.contains(&key.as_str()));
        let names = document.schema.labels.iter().map(|label| &label.name).chain(others);
        Self {
            id: document.info.id.clone(),
            title: document.info.title.clone(),
            characters: document.text().code_points(),
            counts: names.map(|name| (name.clone(), document.annotations.count(name))).collect(),
            status: document.status,
            about: about.map(|(key, value)| (key.clone(), value.clone())).collect(),
            created: document.info.created.clone(),
            modified,
            seq,
        }
    }
}

/// A document as it was made or imported, before the first journal record.
#[derive(Clone, Debug, PartialEq)]
pub struct Base(pub Document);

/// One step in the life of a document.
#[derive(Clone, Debug, PartialEq)]
pub struct JournalRecord {
    /// The document.
    pub document: DocumentId,
    /// Its place in the document's journal, from 1, without gaps.
    pub seq: u64,
    /// When it was done.
    pub at: Timestamp,
    /// Who did it, where they gave a name. Records from before it was written have none.
    pub by: Option<String>,
    /// What was done.
    pub entry: Entry,
}

/// Where somebody was in a document. Not part of the work: losing it loses nothing that was made.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct View {
    /// The first character in view.
    pub top: ByteOffset,
}

/// That a document was deleted, kept apart from its header so that a tab which still writes to the
/// document cannot bring it back by accident.
#[derive(Clone, Debug, PartialEq)]
pub struct Deleted {
    /// When.
    pub at: Timestamp,
}

/// A project: a name, and the schema with its guidelines that its new articles get.
#[derive(Clone, Debug, PartialEq)]
pub struct Project {
    /// The project.
    pub id: ProjectId,
    /// What people call it.
    pub name: String,
    /// What may be marked in its articles, and the guidelines.
    pub schema: Rc<Schema>,
    /// When it was made.
    pub created: Timestamp,
    /// When its name or schema was changed last.
    pub modified: Timestamp,
    /// When it was put into the bin; none for one that is there. Its articles' homes stay as they are, so that it
    /// comes back with them.
    pub deleted: Option<Timestamp>,
}

/// Which project a document belongs to: a record apart, so that moving a document rewrites nothing of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Home {
    /// The project.
    pub project: ProjectId,
}

/// That a document was made from another one, for a newer version of its text.
#[derive(Clone, Debug, PartialEq)]
pub struct Version {
    /// The one it was made from.
    pub older: DocumentId,
    /// The new one.
    pub newer: DocumentId,
    /// When.
    pub at: Timestamp,
}

macro_rules! plain_record {
    ($name:ident, $kind:literal) => {
        impl Record for $name {
            const KIND: &'static str = $kind;

            fn encode(&self) -> Result<String, RecordError> {
                Ok(seal($kind, self))
            }

            fn decode(raw: &str) -> Result<Self, RecordError> {
                unseal($kind, raw)
            }
        }
    };
}
plain_record!(Header, "document");
plain_record!(JournalRecord, "journal");
plain_record!(View, "view");
plain_record!(Deleted, "deleted");
plain_record!(Project, "project");
plain_record!(Home, "home");
plain_record!(Version, "version");

impl Record for Base {
    const KIND: &'static str = "base";

    fn encode(&self) -> Result<String, RecordError> {
        check(&self.0)?;
        Ok(seal(Self::KIND, self))
    }

    fn decode(raw: &str) -> Result<Self, RecordError> {
        let base: Self = unseal(Self::KIND, raw)?;
        check(&base.0)?;
        Ok(base)
    }
}

/// Whether a document may be stored. It is asked before writing too: a document that would be
/// refused when it is opened again must never count as saved.
fn check(document: &Document) -> Result<(), RecordError> {
    let mut ids = Vec::with_capacity(document.annotations.len());
    for annotation in document.annotations.iter() {
        if annotation.fragments.spans().iter().any(|span| document.text().slice(*span).is_none()) {
            return Err(RecordError::Body(format!("annotation {} lies outside the text", annotation.id)));
        }
        ids.push(&annotation.id);
    }
    sort_by(&mut ids, Ord::cmp);
    if let Some((id, _)) = ids.iter().zip(ids.iter().skip(1)).find(|(a, b)| a == b) {
        return Err(RecordError::Body(format!("two annotations are called {id}")));
    }
    let is_there = |id: &AnnotationId| ids.binary_search(&id).is_ok();
    for relation in document.relations.iter() {
        if !is_there(&relation.from) || !is_there(&relation.to) {
            return Err(RecordError::Body(format!("relation {} lacks one of its ends", relation.id)));
        }
    }
    Ok(())
}

/// A value as the text of a record.
fn seal(kind: &str, value: &impl Body) -> String {
    let mut body = Writer::default();
    value.write(&mut body);
    let body = body.finish();
    format!("{kind} {VERSION} {} {body}", checksum(kind, VERSION, &body))
}

/// The value in the text of a record.
fn unseal<T: Body>(kind: &str, raw: &str) -> Result<T, RecordError> {
    T::read(&mut open_seal(kind, raw)?)
}

/// The fields in the text of a record.
fn open_seal(kind: &str, raw: &str) -> Result<Fields, RecordError> {
    let mut parts = raw.splitn(4, ' ');
    let mut next = || parts.next().ok_or(RecordError::Form);
    let (found, version, sum, body) = (next()?, next()?, next()?, next()?);
    let version: u32 = version.parse().map_err(|_| RecordError::Form)?;
    // A newer version may count its checksum in another way, so its number is looked at first.
    if version > VERSION {
        return Err(RecordError::Newer(version));
    }
    if sum != checksum(found, version, body) {
        return Err(RecordError::Checksum);
    }
    if found != kind {
        return Err(RecordError::Kind(found.to_owned()));
    }
    let body = json::parse(body, MAX_DEPTH).map_err(|error| RecordError::Body(error.reason.to_owned()))?;
    Fields::of(body, kind)
}

fn checksum(kind: &str, version: u32, body: &str) -> String {
    let mut sum = sha256_hex(format!("{kind} {version} {body}").as_bytes());
    sum.truncate(16);
    sum
}
