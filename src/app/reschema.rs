//! Changing a schema that has work in it: a [`Draft`] in which everything remembers what it was, and a
//! [`plan`] that turns it into one transaction.
//!
//! Invariant: nothing of the work is chosen over or lost in silence. What a draft would take something
//! away from is asked first, and what was answered is what is done; names that merely change carry over.
//! Knows no dialog.

mod draft;
mod plan;
#[cfg(test)]
mod tests;

pub use draft::{AttributeDraft, Draft, Gone, LabelDraft, Place, RelationDraft, Word, Wrong};
pub use plan::{Ask, Choice, Choices, Question, Trouble, plan};
