//! A merge as edits: [`ops`] turns what came of an article that is here into the changes that lead there.
//!
//! Invariant: applied to the document as it was, the ops give the merged document, with a schema that has room for all
//! that is in it; so they pass what the schema asks of edits wherever the document did before. Called in the worker
//! module alone.

use crate::edit::{Op, between};
use crate::merge::{MergedDocument, widened};
use crate::model::Document;

/// The document that the [`ops`] lead to.
#[must_use]
pub fn outcome(merged: &MergedDocument) -> Document {
    match &merged.before {
        Some(before) if *before == merged.document => before.clone(),
        _ => widened(&merged.document),
    }
}

/// The changes that lead from the document as it is here to the merged one, for one step of undo; none where nothing
/// changes, or where the document is new.
#[must_use]
pub fn ops(merged: &MergedDocument) -> Vec<Op> {
    merged.before.as_ref().map_or_else(Vec::new, |before| between(before, &outcome(merged)))
}
