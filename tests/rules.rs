//! No sequence of edits leaves a relation without its ends, an end of a forbidden label, or a value
//! outside its list.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::rc::Rc;

use gloss::edit::{Entry, Op, Session, Transaction};
use gloss::formats::schema::first;
use gloss::model::{
    Annotation, AnnotationId, AttributeKind, Document, DocumentId, DocumentInfo, Extra, Flag, Fragments, Intake,
    LabelName, Relation, RelationId, Schema, attribute,
};
use gloss::text::{Span, Text};
use proptest::prelude::*;
use serde_json::{Value, json};

fn document() -> Document {
    let info = DocumentInfo {
        id: DocumentId::new("d"),
        title: String::new(),
        text: Text::new("The mayor said the bridge in Karsa was safe. Engineers denied it."),
        intake: Intake::default(),
        metadata: Extra::new(),
        created: None,
        extra: Extra::new(),
    };
    Document::new(info, first())
}

/// What must hold at any time.
fn keeps_its_schema(document: &Document) -> Result<(), String> {
    let schema = &document.schema;
    for relation in document.relations.iter() {
        let end = |id| document.annotations.get(id).ok_or(format!("{relation:?} lacks an end"));
        let (from, to) = (end(&relation.from)?, end(&relation.to)?);
        let known = schema.relation(&relation.kind).ok_or(format!("{relation:?} is of no known type"))?;
        if !known.allows(&from.label, &to.label) {
            return Err(format!("{} from {} to {}", relation.kind, from.label, to.label));
        }
    }
    for annotation in document.annotations.iter() {
        for (name, value) in &annotation.remarks.attributes {
            if let Some(known) = attribute(schema.label_attributes(&annotation.label), name) {
                known.check(value).map_err(|why| format!("{name} of {}: {value}, {why}", annotation.label))?;
            }
        }
    }
    Ok(())
}

#[derive(Clone, Debug)]
enum Move {
    Put {
        id: u8,
        label: u8,
        at: usize,
        value: Option<(u8, u8)>,
    },
    Delete {
        id: u8,
        with_relations: bool,
    },
    Link {
        id: u8,
        kind: u8,
        from: u8,
        to: u8,
    },
    Unlink {
        id: u8,
    },
    /// Several changes in one step, that fit together or do not.
    Both(Box<Move>, Box<Move>),
    Schema(u8),
    Undo,
    Redo,
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let small = || 0..5_u8;
    let put = (small(), small(), 0..50_usize, prop::option::of((small(), small())))
        .prop_map(|(id, label, at, value)| Move::Put { id, label, at, value });
    let link = (small(), 0..6_u8, small(), small()).prop_map(|(id, kind, from, to)| Move::Link { id, kind, from, to });
    let simple = prop_oneof![
        6 => put,
        6 => link,
        1 => (small(), any::<bool>()).prop_map(|(id, with_relations)| Move::Delete { id, with_relations }),
        1 => small().prop_map(|id| Move::Unlink { id }),
        1 => (0..8_u8).prop_map(Move::Schema),
    ]
    .boxed();
    let one = prop_oneof![
        8 => simple.clone(),
        3 => (simple.clone(), simple).prop_map(|(a, b)| Move::Both(Box::new(a), Box::new(b))),
        2 => Just(Move::Undo),
        1 => Just(Move::Redo),
    ];
    prop::collection::vec(one, 0..40)
}

const LABELS: [&str; 5] = ["Claim", "Source", "Location", "Claim", "Source"];
const KINDS: [&str; 6] = ["attributed to", "located in", "supports", "contradicts", "same as", "no such type"];

fn values() -> [(&'static str, Value); 5] {
    [
        ("kind", json!("person")),
        ("kind", json!("factual")),
        ("quotation", json!("sideways")),
        ("named", json!(true)),
        ("coordinates", json!({"latitude": 1})),
    ]
}

/// Schemas that allow more or less than the one before.
fn changed(schema: &Schema, how: u8) -> Schema {
    let mut schema = schema.clone();
    match how {
        0 => schema = first(),
        1 => schema.relations.retain(|relation| relation.name != "attributed to"),
        2 => schema.relations.iter_mut().for_each(|relation| relation.same_label = true),
        3 => schema.labels.iter_mut().for_each(|label| {
            label.attributes.iter_mut().filter(|a| a.kind == AttributeKind::One).for_each(|a| drop(a.values.pop()));
        }),
        4 => schema.relations.iter_mut().for_each(|relation| relation.from = vec![LabelName::new("Claim")]),
        5 => schema.relations.iter_mut().for_each(|relation| relation.to.clear()),
        6 => schema.labels.iter_mut().for_each(|label| label.attributes.clear()),
        _ => {
            schema.labels.iter_mut().flat_map(|label| &mut label.attributes).for_each(|a| a.kind = AttributeKind::Text)
        }
    }
    schema
}

fn ops(document: &Document, step: &Move) -> Vec<Op> {
    let annotation = |id: u8| AnnotationId::new(format!("a{id}"));
    let relation = |id: u8| RelationId::new(format!("r{id}"));
    match step {
        Move::Put { id, label, at, value } => {
            let before = document.annotations.get(&annotation(*id)).cloned();
            let place = Fragments::one(Span::from_bytes(*at, at + 5).expect("a span"));
            let mut after = Annotation::new(annotation(*id), LabelName::new(LABELS[usize::from(*label)]), place);
            if let Some((name, given)) = value {
                let name = values()[usize::from(*name)].0;
                after.remarks.attributes.insert(name.to_owned(), values()[usize::from(*given)].1.clone());
                after.remarks.flag = Some(Flag::Discuss);
            }
            vec![Op::Annotation { before, after: Some(Rc::new(after)) }]
        }
        Move::Delete { id, with_relations } => {
            let id = annotation(*id);
            let Some(before) = document.annotations.get(&id).cloned() else { return Vec::new() };
            let at = document.relations.at(&id).filter(|_| *with_relations);
            let mut ops: Vec<Op> = at.map(|r| Op::Relation { before: Some(Rc::clone(r)), after: None }).collect();
            ops.push(Op::Annotation { before: Some(before), after: None });
            ops
        }
        Move::Link { id, kind, from, to } => {
            let before = document.relations.get(&relation(*id)).cloned();
            let after = Relation::new(relation(*id), KINDS[usize::from(*kind)], annotation(*from), annotation(*to));
            vec![Op::Relation { before, after: Some(Rc::new(after)) }]
        }
        Move::Unlink { id } => {
            let before = document.relations.get(&relation(*id)).cloned();
            before.map(|before| Op::Relation { before: Some(before), after: None }).into_iter().collect()
        }
        Move::Both(a, b) => [ops(document, a), ops(document, b)].concat(),
        Move::Schema(how) => {
            let after = Rc::new(changed(&document.schema, *how));
            vec![Op::Schema { before: Rc::clone(&document.schema), after }]
        }
        Move::Undo | Move::Redo => Vec::new(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn no_sequence_of_edits_breaks_the_schema(moves in moves()) {
        let mut session = Session::new(document());
        let mut done = 0;
        for step in &moves {
            let entry = match step {
                Move::Undo => Entry::Undo,
                Move::Redo => Entry::Redo,
                step => {
                    let ops = ops(&session.document, step);
                    Entry::Edit { transaction: Rc::new(Transaction { name: String::new(), ops }), joins: false }
                }
            };
            if let Ok(next) = session.perform(&entry) {
                session = next;
                done += 1;
            }
            if let Err(why) = keeps_its_schema(&session.document) {
                prop_assert!(false, "after {step:?}: {why}");
            }
        }
        // Everything that was done can be undone, and is.
        let start = document();
        for _ in 0..done {
            if let Ok(next) = session.perform(&Entry::Undo) {
                session = next;
            }
        }
        prop_assert_eq!(session.history.depth(), 0);
        prop_assert_eq!(session.document, start);
    }
}

#[test]
fn most_sequences_get_somewhere() {
    // The property above would hold of a gate that lets nothing through.
    let mut session = Session::new(document());
    let mut done = |step: &Move| {
        let ops = ops(&session.document, step);
        let transaction = Rc::new(Transaction { name: String::new(), ops });
        let next = session.perform(&Entry::Edit { transaction, joins: false });
        let error = next.as_ref().err().map(ToString::to_string);
        session = next.unwrap_or_else(|_| session.clone());
        error
    };
    let put = |id, label, value| Move::Put { id, label, at: usize::from(id), value };
    let link = |kind, from, to| Move::Link { id: kind, kind, from, to };
    assert_eq!(done(&put(0, 0, None)), None);
    assert_eq!(done(&put(1, 1, Some((0, 0)))), None);
    assert_eq!(done(&put(2, 2, None)), None);
    assert_eq!(done(&link(0, 0, 1)), None);
    let told = |error: Option<String>, words: &str| assert_eq!(error.as_deref(), Some(words));
    told(done(&link(1, 0, 1)), "“located in” leads to a Location, not to a Source");
    told(done(&link(3, 1, 0)), "“contradicts” begins at a Claim, not at a Source");
    told(done(&link(4, 1, 2)), "“same as” links two of one label, not a Source and a Location");
    told(done(&link(5, 0, 1)), "there is no relation “no such type” here");
    told(done(&put(1, 2, None)), "“attributed to” leads to a Source, not to a Location");
    told(done(&put(1, 1, Some((0, 1)))), "kind: one of person, organisation, document, media, unnamed was expected");
    told(done(&Move::Schema(1)), "something in the article would not fit the labels any more");
    assert_eq!(done(&Move::Delete { id: 1, with_relations: false }), Some("relation r0 is not as expected".to_owned()));
    assert_eq!(done(&Move::Delete { id: 1, with_relations: true }), None);
    assert_eq!(done(&Move::Schema(1)), None);
}
