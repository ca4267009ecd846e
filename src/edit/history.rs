//! [`Session`]: a document with its history, changed by one [`Entry`] after another.
//!
//! Invariant: a session is a function of its first document and the entries since: live work and
//! a journal read back go through the same [`Session::replay`]. Knows nothing about storage.

use std::rc::Rc;

use super::{Conflict, Transaction, rules};
use crate::model::Document;

/// One step in the life of a document, as it is written to the journal.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    /// Something new was done.
    Edit {
        /// What was done.
        transaction: Rc<Transaction>,
        /// Whether it belongs to the step before, so that both are undone as one.
        joins: bool,
    },
    /// The last step was taken back.
    Undo,
    /// The step that was taken back last was done again.
    Redo,
}

impl Entry {
    /// What it is called.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Edit { transaction, .. } => &transaction.name,
            Self::Undo => "undo",
            Self::Redo => "redo",
        }
    }
}

/// The steps that can be taken back and done again. Cheap to clone.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    done: Rc<Vec<Rc<Step>>>,
    undone: Rc<Vec<Rc<Step>>>,
}

/// Transactions that are undone as one.
#[derive(Clone, Debug, PartialEq)]
struct Step(Vec<Rc<Transaction>>);

impl Step {
    fn name(&self) -> &str {
        self.0.last().map_or("", |transaction| &transaction.name)
    }

    fn taken_back(&self, document: &Document) -> Result<Document, Conflict> {
        self.0.iter().rev().try_fold(document.clone(), |document, transaction| transaction.inverse().apply(&document))
    }

    fn done_again(&self, document: &Document) -> Result<Document, Conflict> {
        self.0.iter().try_fold(document.clone(), |document, transaction| transaction.apply(&document))
    }
}

impl History {
    /// The name of the step that undo would take back.
    #[must_use]
    pub fn undo_name(&self) -> Option<&str> {
        self.done.last().map(|step| step.name())
    }

    /// The name of the step that redo would do again.
    #[must_use]
    pub fn redo_name(&self) -> Option<&str> {
        self.undone.last().map(|step| step.name())
    }

    /// How many steps can be taken back.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.done.len()
    }
}

/// A document with its history. Cheap to clone.
#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    /// The document as it is now.
    pub document: Document,
    /// What can be undone and redone.
    pub history: History,
}

impl Session {
    /// A session in which nothing was done yet.
    #[must_use]
    pub fn new(document: Document) -> Self {
        Self { document, history: History::default() }
    }

    /// The session after one more entry. A new edit has to keep the schema, too.
    ///
    /// # Errors
    /// A [`Conflict`] where the entry does not fit; then nothing is changed.
    pub fn perform(&self, entry: &Entry) -> Result<Self, Conflict> {
        let mut next = self.clone();
        next.replay(entry)?;
        if let Entry::Edit { transaction, .. } = entry {
            rules::check(&next.document, &transaction.ops)?;
        }
        Ok(next)
    }

    /// Like [`Session::perform`], in place: what a journal is read back by. Where nobody else
    /// shares this session, nothing is copied. What is on disk has passed the schema of its time.
    ///
    /// # Errors
    /// A [`Conflict`] where the entry does not fit; then nothing is changed.
    pub fn replay(&mut self, entry: &Entry) -> Result<(), Conflict> {
        let Self { document, history } = self;
        match entry {
            Entry::Edit { transaction, joins } => {
                transaction.apply_to(document)?;
                let done = Rc::make_mut(&mut history.done);
                match done.last_mut() {
                    Some(last) if *joins => Rc::make_mut(last).0.push(Rc::clone(transaction)),
                    _ => done.push(Rc::new(Step(vec![Rc::clone(transaction)]))),
                }
                history.undone = Rc::default();
            }
            Entry::Undo => {
                let step = history.done.last().ok_or(Conflict::Nothing("undo"))?;
                *document = step.taken_back(document)?;
                Rc::make_mut(&mut history.undone).extend(Rc::make_mut(&mut history.done).pop());
            }
            Entry::Redo => {
                let step = history.undone.last().ok_or(Conflict::Nothing("redo"))?;
                *document = step.done_again(document)?;
                Rc::make_mut(&mut history.done).extend(Rc::make_mut(&mut history.undone).pop());
            }
        }
        Ok(())
    }
}
