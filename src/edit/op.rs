//! [`Op`] and [`Transaction`]: one change, and a named list of changes that stand or fall together.
//!
//! Invariant: an op whose `before` is not what the document holds is a [`Conflict`], and nothing
//! of its transaction is applied. Knows nothing about who makes changes or why.

use std::rc::Rc;

use thiserror::Error;

use crate::model::{Annotation, AnnotationId, Details, Document, Relation, RelationId, Remarks, Schema, Status};
use crate::text::Text;

/// One change, as the value before and the value after. Swapping the two inverts it.
#[derive(Clone, Debug, PartialEq)]
#[allow(clippy::large_enum_variant, reason = "a transaction holds few ops and is shared as a whole")]
pub enum Op {
    /// An annotation made (`before` is none), changed, or deleted (`after` is none).
    Annotation {
        /// What the document holds.
        before: Option<Rc<Annotation>>,
        /// What it shall hold.
        after: Option<Rc<Annotation>>,
    },
    /// A relation made, changed, or deleted.
    Relation {
        /// What the document holds.
        before: Option<Rc<Relation>>,
        /// What it shall hold.
        after: Option<Rc<Relation>>,
    },
    /// What is said of the document changed.
    Remarks {
        /// What was said.
        before: Rc<Remarks>,
        /// What shall be said.
        after: Rc<Remarks>,
    },
    /// The schema changed.
    Schema {
        /// What it was.
        before: Rc<Schema>,
        /// What it shall be.
        after: Rc<Schema>,
    },
    /// What the document is called, or what is known of it, changed.
    Details {
        /// What it was.
        before: Rc<Details>,
        /// What it shall be.
        after: Rc<Details>,
    },
    /// The document's status changed.
    Status {
        /// What it was.
        before: Status,
        /// What it shall be.
        after: Status,
    },
}

impl Op {
    /// The op that takes this one back.
    #[must_use]
    pub fn inverse(&self) -> Self {
        match self.clone() {
            Self::Annotation { before, after } => Self::Annotation { before: after, after: before },
            Self::Relation { before, after } => Self::Relation { before: after, after: before },
            Self::Remarks { before, after } => Self::Remarks { before: after, after: before },
            Self::Schema { before, after } => Self::Schema { before: after, after: before },
            Self::Details { before, after } => Self::Details { before: after, after: before },
            Self::Status { before, after } => Self::Status { before: after, after: before },
        }
    }
}

/// Why a transaction cannot be applied: the document is not what it was made for.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Conflict {
    /// The annotation is not what the op expects, or is not there.
    #[error("annotation {0} is not as expected")]
    Annotation(AnnotationId),
    /// The relation is not what the op expects, is not there, or lacks one of its ends.
    #[error("relation {0} is not as expected")]
    Relation(RelationId),
    /// The annotation's place is not in the text.
    #[error("annotation {0} lies outside the text")]
    Place(AnnotationId),
    /// What is said of the document is not what the op expects.
    #[error("what is said of the article is not as expected")]
    Remarks,
    /// The schema is not what the op expects.
    #[error("the labels are not as expected")]
    Schema,
    /// The title or what is known of the article is not what the op expects.
    #[error("the details of the article are not as expected")]
    Details,
    /// The status is not what the op expects.
    #[error("the status is not as expected")]
    Status,
    /// The schema does not allow what would be there afterwards; why, in words.
    #[error("{0}")]
    Forbidden(String),
    /// There is nothing to undo or redo.
    #[error("there is nothing to {0}")]
    Nothing(&'static str),
}

/// A named list of changes that stand or fall together: one step of undo.
#[derive(Clone, Debug, PartialEq)]
pub struct Transaction {
    /// What was done, to stand after "Undo: ".
    pub name: String,
    /// The changes, in order.
    pub ops: Vec<Op>,
}

impl Transaction {
    /// The transaction that takes this one back.
    #[must_use]
    pub fn inverse(&self) -> Self {
        Self { name: self.name.clone(), ops: self.ops.iter().rev().map(Op::inverse).collect() }
    }

    /// The document after this transaction.
    ///
    /// # Errors
    /// A [`Conflict`] where an op does not fit the document; then nothing is applied.
    pub fn apply(&self, document: &Document) -> Result<Document, Conflict> {
        let mut next = document.clone();
        self.apply_to(&mut next)?;
        Ok(next)
    }

    /// Like [`Transaction::apply`], in place: reading ten thousand steps back would otherwise copy
    /// the list of blocks as often.
    pub(super) fn apply_to(&self, document: &mut Document) -> Result<(), Conflict> {
        let mut applied = 0;
        let mut outcome = Ok(());
        for op in &self.ops {
            outcome = apply(document, op);
            if outcome.is_err() {
                break;
            }
            applied += 1;
        }
        let outcome = outcome.and_then(|()| check_ends(document, &self.ops));
        if outcome.is_err() {
            for op in self.ops.iter().take(applied).rev() {
                // It was applied a moment ago, so it can be taken back.
                let _ = apply(document, &op.inverse());
            }
        }
        outcome
    }
}

/// Applies one op, or nothing of it: all is checked before anything is changed.
fn apply(document: &mut Document, op: &Op) -> Result<(), Conflict> {
    match op {
        Op::Annotation { before, after } => {
            let info = Rc::clone(&document.info);
            if let Some(after) = after {
                if !lies_within(&info.text, after) {
                    return Err(Conflict::Place(after.id.clone()));
                }
                let renamed = before.as_ref().is_none_or(|before| before.id != after.id);
                if renamed && document.annotations.get(&after.id).is_some() {
                    return Err(Conflict::Annotation(after.id.clone()));
                }
            }
            if let Some(before) = before
                && !document.annotations.remove(&info.text, before)
            {
                return Err(Conflict::Annotation(before.id.clone()));
            }
            if let Some(after) = after {
                document.annotations.insert(&info.text, Rc::clone(after));
            }
        }
        Op::Relation { before, after } => {
            if let Some(after) = after {
                let renamed = before.as_ref().is_none_or(|before| before.id != after.id);
                if renamed && document.relations.get(&after.id).is_some() {
                    return Err(Conflict::Relation(after.id.clone()));
                }
            }
            if let Some(before) = before
                && !document.relations.remove(before)
            {
                return Err(Conflict::Relation(before.id.clone()));
            }
            if let Some(after) = after {
                document.relations.insert(Rc::clone(after));
            }
        }
        Op::Remarks { before, after } => {
            if document.remarks != *before {
                return Err(Conflict::Remarks);
            }
            document.remarks = Rc::clone(after);
        }
        Op::Schema { before, after } => {
            if document.schema != *before {
                return Err(Conflict::Schema);
            }
            document.schema = Rc::clone(after);
        }
        Op::Details { before, after } => {
            if (&document.info.title, &document.info.metadata) != (&before.title, &before.metadata) {
                return Err(Conflict::Details);
            }
            let info = Rc::make_mut(&mut document.info);
            info.title.clone_from(&after.title);
            info.metadata.clone_from(&after.metadata);
        }
        Op::Status { before, after } => {
            if document.status != *before {
                return Err(Conflict::Status);
            }
            document.status = *after;
        }
    }
    Ok(())
}

fn lies_within(text: &Text, annotation: &Annotation) -> bool {
    annotation.fragments.spans().iter().all(|span| text.slice(*span).is_some())
}

/// No relation is left without its ends: those that the ops made, and those at annotations that the ops deleted.
fn check_ends(document: &Document, ops: &[Op]) -> Result<(), Conflict> {
    for op in ops {
        match op {
            Op::Annotation { before: Some(gone), after } if after.as_ref().is_none_or(|a| a.id != gone.id) => {
                if document.annotations.get(&gone.id).is_none()
                    && let Some(relation) = document.relations.at(&gone.id).next()
                {
                    return Err(Conflict::Relation(relation.id.clone()));
                }
            }
            Op::Relation { after: Some(made), .. } => {
                let has = |id| document.annotations.get(id).is_some();
                let still_there = document.relations.get(&made.id).is_some_and(|held| held == made);
                if still_there && !(has(&made.from) && has(&made.to)) {
                    return Err(Conflict::Relation(made.id.clone()));
                }
            }
            _ => {}
        }
    }
    Ok(())
}
