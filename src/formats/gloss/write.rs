//! Documents to a file.
//!
//! Invariant: keys of an object stand in the order of the format, those that Gloss does not know
//! after them by name; annotations in text order, relations by id. So the same work gives the same
//! bytes, the time of the export aside. Absent and empty are the same: what is empty is not written,
//! except for the lists that a reader of the file walks through.

use std::rc::Rc;

use serde_json::{Map, Value};

use super::{FILE_KEYS, FORMAT, OFFSET_UNIT, VERSION};
use crate::formats::json::pretty;
use crate::formats::object::Object;
use crate::formats::schema::{first, to_value};
use crate::model::{
    Annotation, Document, Extra, Flag, Intake, Origin, Relation, Remarks, Schema, Timestamp, sha256_hex,
};
use crate::text::{ByteOffset, Text};

/// The file that holds the documents, in their order, as pretty-printed JSON with a line feed at
/// the end. `exported` is the time of the export in RFC 3339. The schema is the union of theirs.
#[must_use]
pub fn write(documents: &[Document], exported: &str) -> String {
    let mut file = Object::default();
    file.put("format", FORMAT);
    file.put("version", VERSION);
    file.put("generator", concat!("gloss ", env!("CARGO_PKG_VERSION")));
    file.text("exported", exported);
    file.put("offset_unit", OFFSET_UNIT);
    file.put("schema", to_value(&union(documents)));
    file.put("documents", documents.iter().map(document).collect::<Vec<_>>());
    for document in documents {
        if let Some(Value::Object(keys)) = document.info.extra.get(FILE_KEYS) {
            file.rest(keys);
        }
    }
    let mut json = pretty(&Value::Object(file.0));
    json.push('\n');
    json
}

/// The labels of all documents: those of the first, then what each further one adds.
fn union(documents: &[Document]) -> Schema {
    let mut all: Option<Schema> = None;
    let mut last: Option<&Rc<Schema>> = None;
    for document in documents {
        if last.is_none_or(|last| !Rc::ptr_eq(last, &document.schema)) {
            match &mut all {
                None => all = Some((*document.schema).clone()),
                Some(all) => add(all, &document.schema),
            }
        }
        last = Some(&document.schema);
    }
    let mut all = all.unwrap_or_else(first);
    for document in documents {
        all.add_missing(document.annotations.counts().keys());
    }
    all
}

fn add(all: &mut Schema, more: &Schema) {
    for label in &more.labels {
        if all.position(&label.name).is_none() {
            all.labels.push(label.clone());
        }
    }
    for relation in &more.relations {
        if all.relation(&relation.name).is_none() {
            all.relations.push(relation.clone());
        }
    }
    for attribute in &more.attributes {
        if crate::model::attribute(&all.attributes, &attribute.name).is_none() {
            all.attributes.push(attribute.clone());
        }
    }
    if all.guidelines.is_empty() {
        all.guidelines.clone_from(&more.guidelines);
    }
    for (key, value) in &more.extra {
        match (all.extra.get_mut(key), value) {
            (None, _) => {
                all.extra.insert(key.clone(), value.clone());
            }
            (Some(Value::Array(held)), Value::Array(more)) => {
                for item in more {
                    if !held.contains(item) {
                        held.push(item.clone());
                    }
                }
            }
            _ => {}
        }
    }
}

fn document(document: &Document) -> Value {
    let info = &document.info;
    let mut object = Object::default();
    object.put("id", info.id.as_str());
    object.text("title", &info.title);
    object.put("text", info.text.as_str());
    object.put("text_sha256", sha256_hex(info.text.as_str().as_bytes()));
    object.object("intake", intake(&info.intake));
    object.object("metadata", metadata(&info.metadata));
    object.put("status", document.status.name());
    object.some("created", info.created.as_deref());
    object.put("annotations", document.annotations.iter().map(|a| annotation(document, a)).collect::<Vec<_>>());
    object.put("relations", document.relations.iter().map(|r| relation(r)).collect::<Vec<_>>());
    remarks(&mut object, &document.remarks);
    match info.extra.get(FILE_KEYS) {
        Some(Value::Object(_)) => {
            let mut extra = info.extra.clone();
            extra.shift_remove(FILE_KEYS);
            object.finish(&extra)
        }
        _ => object.finish(&info.extra),
    }
}

fn intake(intake: &Intake) -> Map<String, Value> {
    let mut object = Object::default();
    object.some("original_sha256", intake.original_sha256.as_deref());
    object.some("encoding", intake.encoding.as_deref());
    if !intake.changes.is_empty() {
        object.put("changes", intake.changes.clone());
    }
    object.rest(&intake.extra);
    object.0
}

fn metadata(metadata: &Extra) -> Map<String, Value> {
    let mut object = Object::default();
    for key in ["url", "publisher", "published", "language", "author", "tags"] {
        object.some(key, metadata.get(key).cloned());
    }
    object.rest(metadata);
    object.0
}

fn annotation(document: &Document, annotation: &Annotation) -> Value {
    let text = document.text();
    let envelope = annotation.fragments.envelope();
    let mut object = Object::default();
    object.put("id", annotation.id.as_str());
    object.put("label", annotation.label.as_str());
    object.put("start", code_points(text, envelope.start()));
    object.put("end", code_points(text, envelope.end()));
    object.put("text", document.quote(annotation));
    if annotation.fragments.is_discontinuous() {
        let fragment = |span: &crate::text::Span| {
            let mut object = Object::default();
            object.put("start", code_points(text, span.start()));
            object.put("end", code_points(text, span.end()));
            Value::Object(object.0)
        };
        object.put("fragments", annotation.fragments.spans().iter().map(fragment).collect::<Vec<_>>());
    }
    remarks(&mut object, &annotation.remarks);
    object.finish(&annotation.extra)
}

fn remarks(object: &mut Object, remarks: &Remarks) {
    let mut attributes = Object::default();
    attributes.rest(&remarks.attributes);
    object.object("attributes", attributes.0);
    object.text("note", &remarks.note);
    object.some("flag", remarks.flag.map(Flag::name));
    object.some("author", remarks.author.as_deref());
    object.some("created", remarks.created.as_ref().map(Timestamp::as_ref));
    object.some("modified", remarks.modified.as_ref().map(Timestamp::as_ref));
    object.some("origin", remarks.origin.map(Origin::name));
}

/// Annotations lie on character boundaries of their text. Were it ever not so, the nearest
/// boundary is written, and verifying the file finds it.
fn code_points(text: &Text, at: ByteOffset) -> usize {
    text.to_code_points(text.floor(at)).unwrap_or_default().get()
}

fn relation(relation: &Relation) -> Value {
    let mut object = Object::default();
    object.put("id", relation.id.as_str());
    object.text("type", &relation.kind);
    object.put("from", relation.from.as_str());
    object.put("to", relation.to.as_str());
    object.some("group", relation.group.as_deref());
    remarks(&mut object, &relation.remarks);
    object.finish(&relation.extra)
}
