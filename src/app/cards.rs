//! Cards: an annotation with everything that is linked to it, and the views that they stand in.
//!
//! Invariant: a card says each relation of its annotations once, and what should be there and is not. A
//! function of the document alone. Knows no places on the screen.

use std::rc::Rc;

use super::state::Side;
use crate::model::{Annotation, AnnotationId, Document, LabelName, Relation, RelationId, Schema, sort_by};

/// One relation, as a card has it.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The relation.
    pub relation: Rc<Relation>,
    /// The annotation of the card that it is at.
    pub here: AnnotationId,
    /// What stands before the other end: `said by`.
    pub words: String,
    /// The other end.
    pub other: Rc<Annotation>,
}

/// An annotation with its relations; several annotations that are the same thing have one card.
#[derive(Clone, Debug, PartialEq)]
pub struct Card {
    /// The annotations, in text order: one, or several mentions of one thing.
    pub mentions: Vec<Rc<Annotation>>,
    /// Their relations, in the order of the schema; what belongs to one group stands together.
    pub rows: Vec<Row>,
    /// What should be linked and is not: the name of the type and what to say, as in `No source linked`.
    pub missing: Vec<(String, String)>,
}

/// The views of the panel, in order.
#[must_use]
pub fn views(schema: &Schema) -> Vec<Side> {
    let has_view = |name: &LabelName| {
        let ends = schema.relations.iter().filter(|kind| !kind.archived && !kind.symmetric);
        schema.has_cards(name) || ends.clone().any(|kind| !kind.to.is_empty() && kind.leads_to(name))
    };
    let by = schema.labels.iter().filter(|label| has_view(&label.name)).map(|label| Side::By(label.name.clone()));
    std::iter::once(Side::Annotations).chain(by).chain([Side::Checks]).collect()
}

/// What a view is called.
#[must_use]
pub fn view_words(side: &Side) -> String {
    match side {
        Side::Annotations => "All".to_owned(),
        Side::By(label) => format!("By {}", in_words(label.as_str())),
        Side::Checks => "Check".to_owned(),
        Side::Guidelines => "Guidelines".to_owned(),
    }
}

/// A label's name within a sentence: in lower case, unless it has capitals beyond its first letter.
#[must_use]
pub fn in_words(label: &str) -> String {
    if label.chars().skip(1).any(char::is_uppercase) {
        return label.to_owned();
    }
    let mut rest = label.chars();
    let first = rest.next().map(|first| first.to_ascii_lowercase());
    first.into_iter().chain(rest).collect()
}

/// The card of an annotation, or of several that are one thing.
#[must_use]
pub fn card(document: &Document, mentions: &[Rc<Annotation>]) -> Card {
    let mentions = mentions.to_vec();
    let schema = &document.schema;
    let is_here = |id: &AnnotationId| mentions.iter().any(|mention| mention.id == *id);
    let mut rows: Vec<Row> = Vec::new();
    for mention in &mentions {
        for relation in document.relations.at(&mention.id) {
            let Some(other) = relation.other_end(&mention.id).and_then(|id| document.annotations.get(id)) else {
                continue;
            };
            let within = is_here(&other.id);
            if within && mentions.len() > 1 {
                // What makes them one thing need not be said on its card.
                continue;
            }
            let kind = schema.relation(&relation.kind);
            let words = kind.map_or(relation.kind.as_str(), |kind| kind.words(relation.from == mention.id)).to_owned();
            rows.push(Row { relation: Rc::clone(relation), here: mention.id.clone(), words, other: Rc::clone(other) });
        }
    }
    let place = |row: &Row| schema.relations.iter().position(|kind| kind.name == row.relation.kind);
    sort_by(&mut rows, |a, b| {
        let key = |row: &Row| (row.relation.group.clone(), place(row), row.other.fragments.envelope().start());
        key(a).cmp(&key(b))
    });
    let missing = mentions.first().map_or_else(Vec::new, |first| {
        let expected =
            schema.relations.iter().filter(|kind| kind.expected && !kind.archived && kind.leads_from(&first.label));
        let open = expected
            .filter(|kind| !rows.iter().any(|row| row.relation.kind == kind.name && is_here(&row.relation.from)));
        let say = |kind: &crate::model::RelationType| {
            let ends: Vec<String> = kind.to.iter().map(|label| in_words(label.as_str())).collect();
            let what = if ends.is_empty() { kind.name.clone() } else { ends.join(" or ") };
            (kind.name.clone(), format!("No {what} linked"))
        };
        open.map(say).collect()
    });
    Card { mentions, rows, missing }
}

/// What has cards of a label, in text order: the annotations of each card. Those that a symmetric relation of
/// their label links are one thing, and have one card.
#[must_use]
pub fn cards_of(document: &Document, label: &LabelName) -> Vec<Rc<Vec<Rc<Annotation>>>> {
    let all: Vec<&Rc<Annotation>> =
        document.annotations.iter().filter(|annotation| annotation.label == *label).collect();
    let things = things(document, &all);
    let mut groups: Vec<Vec<Rc<Annotation>>> = vec![Vec::new(); all.len()];
    for (annotation, thing) in all.iter().zip(things) {
        if let Some(group) = groups.get_mut(thing) {
            group.push(Rc::clone(annotation));
        }
    }
    groups.into_iter().filter(|group| !group.is_empty()).map(Rc::new).collect()
}

/// For each annotation, the place in the list of the first one that is the same thing.
fn things(document: &Document, all: &[&Rc<Annotation>]) -> Vec<usize> {
    let mut by_id: Vec<(&AnnotationId, usize)> = all.iter().enumerate().map(|(at, a)| (&a.id, at)).collect();
    sort_by(&mut by_id, |(a, _), (b, _)| a.cmp(b));
    let place = |id: &AnnotationId| {
        by_id.binary_search_by(|(held, _)| (*held).cmp(id)).ok().and_then(|at| by_id.get(at)).map(|(_, at)| *at)
    };
    let mut first: Vec<usize> = (0..all.len()).collect();
    fn root(first: &[usize], mut at: usize) -> usize {
        while let Some(up) = first.get(at).filter(|up| **up != at) {
            at = *up;
        }
        at
    }
    for relation in document.relations.iter() {
        if !document.schema.relation(&relation.kind).is_some_and(|kind| kind.symmetric) {
            continue;
        }
        if let (Some(a), Some(b)) = (place(&relation.from), place(&relation.to)) {
            let (a, b) = (root(&first, a), root(&first, b));
            if let Some(up) = first.get_mut(a.max(b)) {
                *up = a.min(b);
            }
        }
    }
    (0..all.len()).map(|at| root(&first, at)).collect()
}

/// The groups of a card's relations, each by its word, where there is more than one.
#[must_use]
pub fn groups(card: &Card) -> Vec<String> {
    let mut groups: Vec<String> = Vec::new();
    for row in &card.rows {
        if let Some(group) = row.relation.group.as_ref().filter(|group| !groups.contains(group)) {
            groups.push(group.clone());
        }
    }
    groups
}

/// Whether a relation is among those of a card.
#[must_use]
pub fn has_relation(card: &Card, relation: &RelationId) -> bool {
    card.rows.iter().any(|row| row.relation.id == *relation)
}
