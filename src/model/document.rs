//! A document: an article's text and everything that was marked in it.
//!
//! Invariant: the text and what is said of its intake never change; annotations always lie within
//! the text, on character boundaries. Knows no history and no storage.

use std::rc::Rc;

use sha2::{Digest, Sha256};

use super::{Annotation, Annotations, DocumentId, Extra, Flag, Relations, Remarks, Schema, Timestamp};
use crate::text::Text;

/// How far the work on a document is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Status {
    /// Nobody has marked anything yet.
    #[default]
    NotStarted,
    /// Being worked on.
    InProgress,
    /// Finished.
    Done,
    /// Left out on purpose.
    Skipped,
}

impl Status {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::NotStarted, Self::InProgress, Self::Done, Self::Skipped];

    /// Its name in files and records.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotStarted => "not started",
            Self::InProgress => "in progress",
            Self::Done => "done",
            Self::Skipped => "skipped",
        }
    }
}

/// What happened to the text on its way in.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Intake {
    /// SHA-256 of the bytes as they came, in lower-case hex.
    pub original_sha256: Option<String>,
    /// The encoding that they were read as, such as `utf-8`.
    pub encoding: Option<String>,
    /// What was changed, in words: `byte-order mark removed`, `CRLF to LF`.
    pub changes: Vec<String>,
    /// Keys of its file that this version does not know.
    pub extra: Extra,
}

/// What an article is called, and what is known of it: the part of [`DocumentInfo`] that edits change.
#[derive(Clone, Debug, PartialEq)]
pub struct Details {
    /// What people call it.
    pub title: String,
    /// Address, publisher, language and the like.
    pub metadata: Extra,
}

/// What a document is, beside the work on it. Its text and its id never change.
#[derive(Clone, Debug, PartialEq)]
pub struct DocumentInfo {
    /// Its name among all documents.
    pub id: DocumentId,
    /// What people call it.
    pub title: String,
    /// The article.
    pub text: Text,
    /// How the text came in.
    pub intake: Intake,
    /// Address, publisher, language and the like: what a file says, and what people say since.
    pub metadata: Extra,
    /// When it was made, where known.
    pub created: Option<Timestamp>,
    /// Keys of its file that this version does not know.
    pub extra: Extra,
}

impl DocumentInfo {
    /// What edits change of it.
    #[must_use]
    pub fn details(&self) -> Details {
        Details { title: self.title.clone(), metadata: self.metadata.clone() }
    }
}

/// An article with its annotations. Cheap to clone.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// Its text, its title and what is known of it.
    pub info: Rc<DocumentInfo>,
    /// The labels.
    pub schema: Rc<Schema>,
    /// How far the work is.
    pub status: Status,
    /// All annotations.
    pub annotations: Annotations,
    /// All relations, by id.
    pub relations: Relations,
    /// What is said of the document as a whole.
    pub remarks: Rc<Remarks>,
}

impl Document {
    /// A document on which nobody has worked yet.
    #[must_use]
    pub fn new(info: DocumentInfo, schema: Schema) -> Self {
        let annotations = Annotations::empty(&info.text);
        Self {
            info: Rc::new(info),
            schema: Rc::new(schema),
            status: Status::NotStarted,
            annotations,
            relations: Relations::default(),
            remarks: Rc::default(),
        }
    }

    /// Its text.
    #[must_use]
    pub fn text(&self) -> &Text {
        &self.info.text
    }

    /// Whether two documents hold the very same text, labels, annotations and relations in memory, so that
    /// they look alike. Costs nothing.
    #[must_use]
    pub fn same_look(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.info, &other.info)
            && Rc::ptr_eq(&self.schema, &other.schema)
            && self.annotations.same(&other.annotations)
            && self.relations.same(&other.relations)
            && Rc::ptr_eq(&self.remarks, &other.remarks)
    }

    /// How many annotations and relations carry a flag.
    #[must_use]
    pub fn flagged(&self, flag: Flag) -> (usize, usize) {
        let is = |remarks: &Remarks| remarks.flag == Some(flag);
        let annotations = self.annotations.iter().filter(|annotation| is(&annotation.remarks)).count();
        (annotations, self.relations.iter().filter(|relation| is(&relation.remarks)).count())
    }

    /// The document without what reviewers discard, and without the relations at it.
    #[must_use]
    pub fn without_discarded(&self) -> Self {
        let stays = |remarks: &Remarks| remarks.flag != Some(Flag::Discard);
        let annotations = self.annotations.iter().filter(|annotation| stays(&annotation.remarks)).cloned();
        let annotations = Annotations::from_vec(self.text(), annotations.collect());
        let relations = self.relations.iter().filter(|relation| {
            let has = |id| annotations.get(id).is_some();
            stays(&relation.remarks) && has(&relation.from) && has(&relation.to)
        });
        let relations = Relations::from_vec(relations.cloned().collect());
        Self { annotations, relations, ..self.clone() }
    }

    /// The words that an annotation stands on: its fragments joined by one space.
    #[must_use]
    pub fn quote(&self, annotation: &Annotation) -> String {
        let spans = annotation.fragments.spans();
        let pieces: Vec<&str> = spans.iter().map(|span| self.text().between(span.start(), span.end())).collect();
        pieces.join(" ")
    }

    /// The quote in quotation marks, short enough for a button.
    #[must_use]
    pub fn short_quote(&self, annotation: &Annotation) -> String {
        let quote = self.quote(annotation);
        let mut words: String = quote.chars().take(40).collect();
        if words.len() < quote.len() {
            words = words.trim_end().to_owned();
            words.push('…');
        }
        format!("“{words}”")
    }
}

/// SHA-256 in lower-case hex.
#[must_use]
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Bytes in lower-case hex.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    let mut hex = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        for nibble in [byte >> 4, byte & 15] {
            hex.push(char::from_digit(u32::from(nibble), 16).unwrap_or('0'));
        }
    }
    hex
}
