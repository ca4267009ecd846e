//! A merge as edits: [`ops`] turns what came of an article that is here into the changes that lead there.
//!
//! Invariant: applied to the document as it was, the ops give the merged document, with a schema that has room for all
//! that is in it; so they pass what the schema asks of edits wherever the document did before. Called in the worker
//! module alone.

use std::rc::Rc;

use crate::edit::Op;
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
    let Some(before) = &merged.before else { return Vec::new() };
    let after = outcome(merged);
    let mut ops = Vec::new();
    // Relations hold on to annotations, but only at the end of a step: the order does not matter.
    for held in before.relations.iter() {
        let then = after.relations.get(&held.id);
        if then != Some(held) {
            ops.push(Op::Relation { before: Some(Rc::clone(held)), after: then.cloned() });
        }
    }
    for held in before.annotations.iter() {
        let then = after.annotations.get(&held.id);
        if then != Some(held) {
            ops.push(Op::Annotation { before: Some(Rc::clone(held)), after: then.cloned() });
        }
    }
    for new in after.annotations.iter().filter(|new| before.annotations.get(&new.id).is_none()) {
        ops.push(Op::Annotation { before: None, after: Some(Rc::clone(new)) });
    }
    for new in after.relations.iter().filter(|new| before.relations.get(&new.id).is_none()) {
        ops.push(Op::Relation { before: None, after: Some(Rc::clone(new)) });
    }
    if before.remarks != after.remarks {
        ops.push(Op::Remarks { before: Rc::clone(&before.remarks), after: after.remarks });
    }
    if before.schema != after.schema {
        ops.push(Op::Schema { before: Rc::clone(&before.schema), after: after.schema });
    }
    if before.status != after.status {
        ops.push(Op::Status { before: before.status, after: after.status });
    }
    ops
}
