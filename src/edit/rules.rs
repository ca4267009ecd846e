//! What the schema asks of each new edit: relations between labels that may be linked, values that
//! their attributes can have.
//!
//! Invariant: a document that keeps its schema still does after an edit that passes [`check`]. What was
//! there before is never the fault of an edit that does not touch it: files and old records may hold
//! more than their schema says. Undoing needs no check, since it leads back to what was there.

use super::{Conflict, Op, Transaction};
use crate::model::{Annotation, Attribute, Document, Extra, LabelName, Relation, Remarks, Schema, attribute};

/// Whether a document that some ops have just been applied to keeps its schema, as far as they touched it.
///
/// # Errors
/// [`Conflict::Forbidden`], in words for a person.
pub fn check(document: &Document, ops: &[Op]) -> Result<(), Conflict> {
    if ops.iter().any(|op| matches!(op, Op::Schema { .. })) {
        return whole(document, ops);
    }
    for op in ops {
        match op {
            Op::Annotation { before, after: Some(after) } => {
                let Some(held) = document.annotations.get(&after.id) else { continue };
                // Another label has attributes of its own, which may be called the same.
                let alike = before.as_deref().filter(|before| before.label == held.label);
                let known = alike.map(|before| &before.remarks.attributes);
                values(document.schema.label_attributes(&held.label), known, &held.remarks)?;
                if before.as_ref().is_some_and(|before| before.label != held.label) {
                    document.relations.at(&held.id).try_for_each(|relation| ends(document, relation))?;
                }
            }
            Op::Relation { before, after: Some(after) } => {
                let Some(held) = document.relations.get(&after.id) else { continue };
                let alike = before.as_deref().filter(|before| before.kind == held.kind);
                let known = alike.map(|before| &before.remarks.attributes);
                values(document.schema.relation_attributes(&held.kind), known, &held.remarks)?;
                let same =
                    |before: &Relation| (&before.kind, &before.from, &before.to) == (&held.kind, &held.from, &held.to);
                if !before.as_deref().is_some_and(same) {
                    ends(document, held)?;
                }
            }
            Op::Remarks { before, .. } => {
                values(&document.schema.attributes, Some(&before.attributes), &document.remarks)?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// Values that are new must be such as their attribute can have.
fn values(attributes: &[Attribute], before: Option<&Extra>, now: &Remarks) -> Result<(), Conflict> {
    for (name, value) in &now.attributes {
        if before.and_then(|before| before.get(name)) != Some(value)
            && let Some(known) = attribute(attributes, name)
        {
            known.check(value).map_err(|why| Conflict::Forbidden(format!("{name}: {why}")))?;
        }
    }
    Ok(())
}

fn ends(document: &Document, relation: &Relation) -> Result<(), Conflict> {
    let label = |id| document.annotations.get(id).map(|annotation: &std::rc::Rc<Annotation>| annotation.label.clone());
    match label(&relation.from).zip(label(&relation.to)) {
        Some((from, to)) => may_link(&document.schema, &relation.kind, &from, &to).map_err(Conflict::Forbidden),
        None => Ok(()),
    }
}

/// Whether a relation of a type may lead from the one label to the other.
///
/// # Errors
/// Why not, as a sentence without its full stop.
pub fn may_link(schema: &Schema, kind: &str, from: &LabelName, to: &LabelName) -> Result<(), String> {
    let Some(known) = schema.relation(kind) else { return Err(format!("there is no relation “{kind}” here")) };
    if known.allows(from, to) {
        return Ok(());
    }
    let names = |list: &[LabelName]| list.iter().map(LabelName::as_str).collect::<Vec<_>>().join(" or ");
    Err(if !known.leads_from(from) {
        format!("“{kind}” begins at a {}, not at a {from}", names(&known.from))
    } else if !known.leads_to(to) {
        format!("“{kind}” leads to a {}, not to a {to}", names(&known.to))
    } else {
        format!("“{kind}” links two of one label, not a {from} and a {to}")
    })
}

/// With a new schema, everything is looked at, except what did not fit the schema before either. Labels may
/// have been renamed by the same ops: things are known by their ids.
fn whole(document: &Document, ops: &[Op]) -> Result<(), Conflict> {
    let before = Transaction { name: String::new(), ops: ops.to_vec() }.inverse().apply(document)?;
    let said = |attributes: &[Attribute], remarks: &Remarks| values(attributes, None, remarks).is_ok();
    let fits =
        |document: &Document, held: &Annotation| said(document.schema.label_attributes(&held.label), &held.remarks);
    let links = |document: &Document, held: &Relation| {
        ends(document, held).is_ok() && said(document.schema.relation_attributes(&held.kind), &held.remarks)
    };
    let annotations = document
        .annotations
        .iter()
        .all(|held| fits(document, held) || before.annotations.get(&held.id).is_some_and(|then| !fits(&before, then)));
    let relations = document
        .relations
        .iter()
        .all(|held| links(document, held) || before.relations.get(&held.id).is_some_and(|then| !links(&before, then)));
    let remarks =
        said(&document.schema.attributes, &document.remarks) || !said(&before.schema.attributes, &before.remarks);
    if annotations && relations && remarks {
        return Ok(());
    }
    Err(Conflict::Forbidden("something in the article would not fit the labels any more".to_owned()))
}
