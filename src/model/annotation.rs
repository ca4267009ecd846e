//! One annotation: a label on one or several pieces of the text. And one relation between two.
//!
//! Invariant: [`Fragments`] is never empty, in text order, and its spans stand apart (pieces that
//! overlap or touch have been merged). Knows nothing about the text that the spans point into.

use super::{AnnotationId, Extra, LabelName, RelationId, Timestamp, sort_by};
use crate::text::{ByteOffset, Span};

/// Where an annotation stands: at least one span, in order and apart.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Fragments(Vec<Span>);

impl Fragments {
    /// A single span.
    #[must_use]
    pub fn one(span: Span) -> Self {
        Self(vec![span])
    }

    /// Several spans in any order; those that overlap or touch become one. `None` for no span.
    #[must_use]
    pub fn merged(spans: impl IntoIterator<Item = Span>) -> Option<Self> {
        let mut sorted: Vec<Span> = spans.into_iter().collect();
        sort_by(&mut sorted, Span::cmp);
        let mut apart: Vec<Span> = Vec::with_capacity(sorted.len());
        for span in sorted {
            match apart.last_mut() {
                Some(last) if last.touches(span) => {
                    if let Some(joined) = Span::new(last.start(), last.end().max(span.end())) {
                        *last = joined;
                    }
                }
                _ => apart.push(span),
            }
        }
        (!apart.is_empty()).then_some(Self(apart))
    }

    /// These fragments and one more.
    #[must_use]
    pub fn with(&self, span: Span) -> Self {
        Self::merged(self.0.iter().copied().chain([span])).unwrap_or_else(|| Self::one(span))
    }

    /// These fragments without the n-th; `None` where it was the only one.
    #[must_use]
    pub fn without(&self, index: usize) -> Option<Self> {
        Self::merged(self.0.iter().enumerate().filter(|(i, _)| *i != index).map(|(_, span)| *span))
    }

    /// The spans, in order and apart.
    #[must_use]
    pub fn spans(&self) -> &[Span] {
        &self.0
    }

    /// From the start of the first to the end of the last.
    #[must_use]
    #[allow(clippy::unreachable, reason = "no constructor makes it of no span")]
    pub fn envelope(&self) -> Span {
        match (self.0.first(), self.0.last()) {
            (Some(first), Some(last)) => Span::new(first.start(), last.end()).unwrap_or(*first),
            _ => unreachable!("fragments are never empty"),
        }
    }

    /// Whether there is more than one.
    #[must_use]
    pub fn is_discontinuous(&self) -> bool {
        self.0.len() > 1
    }

    /// Whether a fragment holds the character that begins at `at`.
    #[must_use]
    pub fn contains(&self, at: ByteOffset) -> bool {
        self.index_at(at).is_some()
    }

    /// The number of the fragment that holds the character that begins at `at`.
    #[must_use]
    pub fn index_at(&self, at: ByteOffset) -> Option<usize> {
        self.0.iter().position(|span| span.contains(at))
    }

    /// Whether a fragment shares a character with the span.
    #[must_use]
    pub fn overlaps(&self, span: Span) -> bool {
        self.0.iter().any(|fragment| fragment.overlaps(span))
    }
}

/// How an annotation came to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Origin {
    /// Made by a person in Gloss.
    #[default]
    Manual,
    /// Read from a file.
    Imported,
    /// Proposed by a program.
    Suggested,
    /// Copied from another annotation.
    Copied,
}

impl Origin {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Manual, Self::Imported, Self::Suggested, Self::Copied];

    /// Its name in files and records.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Manual => "manual",
            Self::Imported => "imported",
            Self::Suggested => "suggested",
            Self::Copied => "copied",
        }
    }
}

/// What a reviewer thinks of an annotation or a relation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Flag {
    /// It has to be talked about.
    Discuss,
    /// It is wrong: kept, but left out of exports unless they ask for it.
    Discard,
}

impl Flag {
    /// Both of them.
    pub const ALL: [Self; 2] = [Self::Discuss, Self::Discard];

    /// Its name in files and records.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Discuss => "discuss",
            Self::Discard => "discard",
        }
    }
}

/// What people say of an annotation, a relation or a document.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Remarks {
    /// Attribute values by attribute name.
    pub attributes: Extra,
    /// A remark in plain text; empty for none.
    pub note: String,
    /// What a reviewer thinks of it. Documents have none.
    pub flag: Option<Flag>,
    /// Who made it, where known.
    pub author: Option<String>,
    /// When it was made, where known.
    pub created: Option<Timestamp>,
    /// When it was last changed, where known.
    pub modified: Option<Timestamp>,
    /// How it came to be, where known.
    pub origin: Option<Origin>,
}

/// The name that somebody gave, or none.
#[must_use]
pub fn given(name: &str) -> Option<String> {
    Some(name.trim().to_owned()).filter(|name| !name.is_empty())
}

impl Remarks {
    /// Those of something that a person makes now, with the values that it begins with. The name may be empty.
    #[must_use]
    pub fn made(name: &str, now: &Timestamp, attributes: Extra) -> Self {
        let now = Some(std::rc::Rc::clone(now));
        let author = given(name);
        let origin = Some(Origin::Manual);
        Self { attributes, author, created: now.clone(), modified: now, origin, ..Self::default() }
    }
}

/// A label on a place of the text, with everything that people said about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Annotation {
    /// Its name within the document.
    pub id: AnnotationId,
    /// The label's name.
    pub label: LabelName,
    /// Where it stands.
    pub fragments: Fragments,
    /// What is said of it.
    pub remarks: Remarks,
    /// Keys of its file that this version does not know.
    pub extra: Extra,
}

impl Annotation {
    /// An annotation with a label and a place, and nothing said about it yet.
    #[must_use]
    pub fn new(id: AnnotationId, label: LabelName, fragments: Fragments) -> Self {
        Self { id, label, fragments, remarks: Remarks::default(), extra: Extra::new() }
    }

    /// Whether the other has the same label at the very same place.
    #[must_use]
    pub fn is_twin_of(&self, other: &Self) -> bool {
        self.label == other.label && self.fragments == other.fragments
    }
}

/// A directed, typed link between two annotations of one document.
#[derive(Clone, Debug, PartialEq)]
pub struct Relation {
    /// Its name within the document.
    pub id: RelationId,
    /// The name of its type.
    pub kind: String,
    /// The annotation that it leads from.
    pub from: AnnotationId,
    /// The annotation that it leads to.
    pub to: AnnotationId,
    /// Relations of one annotation with the same word here make up one thing together, as the source and
    /// the cue of one attribution; none for one that stands alone.
    pub group: Option<String>,
    /// What is said of it.
    pub remarks: Remarks,
    /// Keys of its file that this version does not know.
    pub extra: Extra,
}

impl Relation {
    /// A relation, and nothing said about it yet.
    #[must_use]
    pub fn new(id: RelationId, kind: impl Into<String>, from: AnnotationId, to: AnnotationId) -> Self {
        Self { id, kind: kind.into(), from, to, group: None, remarks: Remarks::default(), extra: Extra::new() }
    }

    /// The end that is not this one; none where this is no end of it.
    #[must_use]
    pub fn other_end(&self, id: &AnnotationId) -> Option<&AnnotationId> {
        if self.from == *id {
            Some(&self.to)
        } else if self.to == *id {
            Some(&self.from)
        } else {
            None
        }
    }

    /// Whether an annotation is one of its ends.
    #[must_use]
    pub fn touches(&self, id: &AnnotationId) -> bool {
        self.from == *id || self.to == *id
    }
}
