//! What a merge did and why, as data and in words, so that it can be looked at before it is done.
//!
//! Invariant: whatever one side says and the merged document does not is in a [`Report`]. Knows nothing about how it
//! came to be.

use std::fmt;
use std::rc::Rc;

use crate::model::{Annotation, AnnotationId, Document, DocumentId, Flag, Origin, Relation, RelationId};

/// Whose word it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// What is here.
    Ours,
    /// What a file brought: its number in the list that was given.
    File(usize),
}

/// What came of all files.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Merged {
    /// All documents: those that are here in their order, then the new ones by id.
    pub documents: Vec<MergedDocument>,
    /// What files describe otherwise than the project does: file by file, by name.
    pub described: Vec<Notice>,
}

/// What came of one document.
#[derive(Clone, Debug, PartialEq)]
pub struct MergedDocument {
    /// The document as it shall be.
    pub document: Document,
    /// As it is here; none where it is new.
    pub before: Option<Document>,
    /// The documents of files that are this one, in the order of the files.
    pub sources: Vec<Source>,
    /// What happens to it.
    pub report: Report,
}

/// A document of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The number of the file.
    pub file: usize,
    /// Its id there.
    pub id: DocumentId,
    /// How it was known.
    pub matched: Matched,
}

/// How a document of a file was known to be the one that it was merged with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Matched {
    /// By its id.
    Id,
    /// By its text, under another id.
    Text,
    /// By nothing: it is new.
    New,
    /// By nothing: a document of its id is here, but with another text. It stands beside that one, and its
    /// annotations can be carried over.
    OtherText,
}

/// What happens to one document.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// Annotations that are new or come out changed, in text order.
    pub annotations: Vec<Change<Annotation>>,
    /// Relations that are new or come out changed, by id.
    pub relations: Vec<Change<Relation>>,
    /// What changes about the document as a whole.
    pub document: Vec<Difference>,
    /// How many annotations stay as they are here.
    pub unchanged_annotations: usize,
    /// How many relations stay as they are here.
    pub unchanged_relations: usize,
    /// Where two have said different things, and one of them was given up.
    pub conflicts: Vec<Conflict>,
    /// Annotations that are here and not in a file: deleted there, or made after it was handed out. They stay.
    pub absent: Vec<Absent>,
    /// What else is worth knowing.
    pub notices: Vec<Notice>,
}

impl Report {
    /// Whether the document stays as it is.
    #[must_use]
    pub fn changes_nothing(&self) -> bool {
        self.annotations.is_empty() && self.relations.is_empty() && self.document.is_empty()
    }
}

/// Something that is new or comes out changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Change<T> {
    /// As it is here; none where it is new.
    pub before: Option<Rc<T>>,
    /// As it shall be.
    pub after: Rc<T>,
    /// What is different; nothing for what is new.
    pub differences: Vec<Difference>,
    /// The files that say what it shall be, in order.
    pub files: Vec<usize>,
}

/// One field of something, before and after, in words; nothing said is an empty word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Which field.
    pub field: Field,
    /// What it says here.
    pub before: String,
    /// What it shall say.
    pub after: String,
}

/// What a conflict is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// An annotation, by its id in the merged document.
    Annotation(AnnotationId),
    /// A relation, by its id in the merged document.
    Relation(RelationId),
    /// The document as a whole.
    Document,
}

/// Two said different things of one field. One stays; the other is only here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// What it is about.
    pub about: About,
    /// Which field.
    pub field: Field,
    /// What stays, in words.
    pub kept: String,
    /// Who says so.
    pub kept_by: Vec<Side>,
    /// What was given up, in words.
    pub given_up: String,
    /// Who said so.
    pub given_up_by: Vec<Side>,
    /// Why this one stays.
    pub why: Why,
}

/// Why one value stays and the other does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It was changed later, by what the clocks of the two said.
    Later,
    /// No time tells. What says more stays; of two that say as much, one by a fixed rule.
    NoTime,
    /// The work is further.
    Further,
    /// It is the lead's to say.
    Ours,
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Later => "changed later",
            Self::NoTime => "no time tells; it says more",
            Self::Further => "the work is further",
            Self::Ours => "it is what this project says",
        })
    }
}

/// A field of an annotation, a relation or a document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// Its id, where another thing has the one that it had.
    Id,
    /// The label.
    Label,
    /// The words that it stands on.
    Place,
    /// The type of a relation.
    Kind,
    /// Where a relation leads from.
    From,
    /// Where a relation leads to.
    To,
    /// What a relation belongs together with.
    Group,
    /// An attribute.
    Attribute(String),
    /// The note.
    Note,
    /// The reviewer's flag.
    Flag,
    /// Who made it.
    Author,
    /// When it was made.
    Created,
    /// When it was last changed.
    Modified,
    /// How it came to be.
    Origin,
    /// The document's status.
    Status,
    /// The document's title.
    Title,
    /// A piece of the document's metadata.
    Metadata(String),
    /// A key that Gloss does not know.
    Other(String),
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Id => "id",
            Self::Label => "label",
            Self::Place => "words",
            Self::Kind => "kind of link",
            Self::From => "from",
            Self::To => "to",
            Self::Group => "group",
            Self::Note => "note",
            Self::Flag => "flag",
            Self::Author => "author",
            Self::Created => "made",
            Self::Modified => "changed",
            Self::Origin => "origin",
            Self::Status => "status",
            Self::Title => "title",
            Self::Attribute(name) | Self::Metadata(name) | Self::Other(name) => name,
        })
    }
}

/// An annotation that is here and not in some of the files that have its document.
#[derive(Clone, Debug, PartialEq)]
pub struct Absent {
    /// The annotation.
    pub annotation: Rc<Annotation>,
    /// The files that do not have it.
    pub files: Vec<usize>,
}

/// Something worth knowing before a merge is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// Several annotations have one id: not those of one annotation, so that all but one got other ids.
    SameId {
        /// The id in the files.
        id: String,
        /// The ids in the merged document.
        now: Vec<String>,
    },
    /// Two annotations with one label at one place that are not the same one. Both stay.
    Twins(AnnotationId, AnnotationId),
    /// A relation whose end is not in its file. It is left out.
    LacksEnd {
        /// The number of the file.
        file: usize,
        /// The relation.
        relation: RelationId,
        /// The end that is not there.
        end: AnnotationId,
    },
    /// A relation without a type. It is left out.
    LacksKind {
        /// The number of the file.
        file: usize,
        /// The relation.
        relation: RelationId,
    },
    /// A value that its attribute cannot have here. It is kept in the file only.
    Unfit {
        /// Who says it.
        side: Side,
        /// What it was said of.
        about: About,
        /// The attribute.
        attribute: String,
        /// The value and what was expected, in words.
        words: String,
    },
    /// A label that is used in files and was not in the schema here. It was added by its name alone.
    AddedLabel(String),
    /// A type of relations that is used in files and was not in the schema here. It was added by its name alone.
    AddedKind(String),
    /// A label or a type of relations that a file describes otherwise. What is said here stays.
    Described {
        /// The number of the file.
        file: usize,
        /// The label or the type.
        name: String,
    },
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SameId { id, now } => {
                write!(f, "Different annotations have the id “{id}”. All stay, as {}.", now.join(", "))
            }
            Self::Twins(..) => f.write_str("The same words are marked with the same label twice. Both stay."),
            Self::LacksEnd { relation, end, .. } => {
                write!(f, "The link “{relation}” leads to “{end}”, which is not in its file. The link is left out.")
            }
            Self::LacksKind { relation, .. } => {
                write!(f, "The link “{relation}” does not say what kind it is. It is left out.")
            }
            Self::Unfit { attribute, words, about: About::Document, .. } => {
                write!(f, "{attribute}: {words}. The value is left out.")
            }
            Self::Unfit { attribute, words, .. } => {
                write!(f, "{attribute}: {words}. The value is set aside, and kept in exported files.")
            }
            Self::AddedLabel(name) => write!(f, "The label “{name}” is new here. It comes by its name alone."),
            Self::AddedKind(name) => write!(f, "The kind of link “{name}” is new here. It comes by its name alone."),
            Self::Described { name, .. } => {
                write!(f, "“{name}” is described otherwise in the file. What this project says stays.")
            }
        }
    }
}

/// A flag in words.
pub fn flag_words(flag: Option<Flag>) -> String {
    flag.map_or("", Flag::name).to_owned()
}

/// An origin in words.
pub fn origin_words(origin: Option<Origin>) -> String {
    origin.map_or("", Origin::name).to_owned()
}
