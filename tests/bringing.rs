//! A changed schema on its way to the articles that are there: nothing goes, names change along.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::rc::Rc;

use gloss::app::bringing::{Brought, bring, draft};
use gloss::app::reschema::Draft;
use gloss::formats::schema::first;
use gloss::model::{
    Annotation, AnnotationId, Annotations, Attribute, AttributeKind, Document, DocumentId, DocumentInfo, Extra,
    Fragments, Intake, Label, LabelName, Schema,
};
use gloss::text::{Span, Text};

/// An article with a claim with a value, and a location.
fn article(schema: Schema) -> Document {
    let info = DocumentInfo {
        id: DocumentId::new("d"),
        title: "t".to_owned(),
        text: Text::new("One two three.".to_owned()),
        intake: Intake::default(),
        metadata: Extra::new(),
        created: None,
        extra: Extra::new(),
    };
    let mut document = Document::new(info, schema);
    let made = |id: &str, label: &str, from: usize, to: usize| {
        let place = Fragments::one(Span::from_bytes(from, to).unwrap());
        Annotation::new(AnnotationId::new(id), LabelName::new(label), place)
    };
    let mut claim = made("a", "Claim", 0, 3);
    claim.remarks.attributes.insert("tone".to_owned(), "calm".into());
    let all = vec![Rc::new(claim), Rc::new(made("b", "Location", 4, 7))];
    document.annotations = Annotations::from_vec(document.text(), all);
    document
}

fn schema() -> Schema {
    let mut schema = first();
    let tone = Attribute {
        values: vec!["calm".to_owned(), "loud".to_owned()],
        ..Attribute::named("tone", AttributeKind::One)
    };
    schema.labels[0].attributes.push(tone);
    schema
}

fn brought(document: &Document, draft: &Draft) -> (Document, Vec<String>) {
    let Brought { change, lines } = bring(document, draft).unwrap().expect("something to do");
    let after = change.apply(document).unwrap();
    assert_eq!(change.inverse().apply(&after).as_ref(), Ok(document));
    assert_eq!(bring(&after, draft).map(|brought| brought.map(|brought| brought.lines)), Ok(None), "twice is once");
    (after, lines)
}

#[test]
fn the_same_schema_is_nothing_to_do() {
    assert_eq!(bring(&article(schema()), &Draft::new(&schema())), Ok(None));
}

#[test]
fn what_is_in_use_is_archived_and_what_is_not_goes() {
    let mut next = schema();
    next.labels.retain(|label| label.name.as_str() == "Claim");
    next.labels.push(Label::named(LabelName::new("Person")));
    next.relations.clear();
    next.guidelines = "Mark persons.".to_owned();
    let (after, lines) = brought(&article(schema()), &Draft::new(&next));
    assert_eq!(after.annotations.len(), 2);
    let label = |name: &str| after.schema.label(&LabelName::new(name)).map(|label| label.archived);
    assert_eq!((label("Location"), label("Source"), label("Person")), (Some(true), None, Some(false)));
    assert_eq!(after.schema.guidelines, "Mark persons.");
    assert!(lines.contains(&"Adds labels: “Person”".to_owned()), "{lines:?}");
    assert!(lines.contains(&"Takes labels away that it does not use: “Source”".to_owned()), "{lines:?}");
    assert!(
        lines.contains(&"Archives “Location”: in use by 1 annotation, and offered no more".to_owned()),
        "{lines:?}"
    );
    assert!(lines.contains(&"Brings the new guidelines".to_owned()), "{lines:?}");
}

#[test]
fn names_change_along() {
    let before = schema();
    let mut edited = Draft::of(&before);
    edited.labels[0].name = "Statement".to_owned();
    let next = edited.schema();
    let (after, lines) = brought(&article(before.clone()), &draft(&next, Some(&edited), None));
    assert_eq!(after.annotations.get(&AnnotationId::new("a")).unwrap().label.as_str(), "Statement");
    assert_eq!(lines, ["Renames the label “Claim” to “Statement”, with 1 annotation"]);
    // Twice renamed before it is brought: the oldest name counts.
    let mut again = Draft::of(&next);
    again.labels[0].name = "Assertion".to_owned();
    let (after, _) = brought(&article(before.clone()), &draft(&again.schema(), Some(&again), Some(&edited)));
    assert_eq!(after.annotations.get(&AnnotationId::new("a")).unwrap().label.as_str(), "Assertion");
    // Without the memory of it nothing goes either.
    let (after, _) = brought(&article(before), &draft(&next, None, None));
    assert_eq!(after.annotations.get(&AnnotationId::new("a")).unwrap().label.as_str(), "Claim");
    assert!(after.schema.label(&LabelName::new("Claim")).unwrap().archived);
}

#[test]
fn values_stay() {
    let mut next = schema();
    next.labels[0].attributes[0].values = vec!["loud".to_owned()];
    let held = article(schema());
    if let Ok(Some(Brought { change, .. })) = bring(&held, &Draft::new(&next)) {
        let after = change.apply(&held).unwrap();
        assert_eq!(after.annotations.get(&AnnotationId::new("a")).unwrap().remarks.attributes["tone"], "calm");
    }
    next.labels[0].attributes.clear();
    if let Ok(Some(Brought { change, .. })) = bring(&held, &Draft::new(&next)) {
        let after = change.apply(&held).unwrap();
        assert_eq!(after.annotations.get(&AnnotationId::new("a")).unwrap().remarks.attributes["tone"], "calm");
    }
}

#[test]
fn only_a_person_decides_what_cannot_be_kept() {
    let mut held = article(schema());
    let mut annotation = (**held.annotations.get(&AnnotationId::new("b")).unwrap()).clone();
    annotation.remarks.attributes.insert("size".to_owned(), "huge".into());
    let other = held.annotations.get(&AnnotationId::new("a")).unwrap().clone();
    held.annotations = Annotations::from_vec(held.text(), vec![other, Rc::new(annotation)]);
    let mut next = schema();
    let location = next.position(&LabelName::new("Location")).unwrap();
    next.labels[location].attributes.push(Attribute::named("size", AttributeKind::Number));
    // The document knows that value as an attribute of its own: keeping it is an answer. Either way nothing goes.
    match bring(&held, &Draft::new(&next)) {
        Ok(None) => {}
        Ok(Some(Brought { change, .. })) => {
            let after = change.apply(&held).unwrap();
            assert_eq!(after.annotations.get(&AnnotationId::new("b")).unwrap().remarks.attributes["size"], "huge");
        }
        Err(why) => assert!(why.ends_with("change its schema there."), "{why}"),
    }
}
