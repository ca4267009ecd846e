//! [`between`]: from two states of one document to the changes that lead from the one to the other.
//!
//! Invariant: applied to the first, the ops give the second, in whatever order annotations and relations stand in
//! them: relations hold on to annotations only at the end of a step. Both are states of one document: of its text
//! nothing is said.

use std::rc::Rc;

use super::Op;
use crate::model::Document;

/// The changes that lead from one state of a document to another one, for one step of undo; none where nothing
/// differs.
#[must_use]
pub fn between(before: &Document, after: &Document) -> Vec<Op> {
    let mut ops = Vec::new();
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
        ops.push(Op::Remarks { before: Rc::clone(&before.remarks), after: Rc::clone(&after.remarks) });
    }
    if before.schema != after.schema {
        ops.push(Op::Schema { before: Rc::clone(&before.schema), after: Rc::clone(&after.schema) });
    }
    let (details, then) = (before.info.details(), after.info.details());
    if details != then {
        ops.push(Op::Details { before: Rc::new(details), after: Rc::new(then) });
    }
    if before.status != after.status {
        ops.push(Op::Status { before: before.status, after: after.status });
    }
    ops
}
