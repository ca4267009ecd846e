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
use crate::model::{
    Annotation, Document, DrawStyle, Extra, Intake, Label, Origin, Relation, Schema, Timestamp, sha256_hex, sort_by,
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
    file.put("schema", schema(&union(documents)));
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
    let mut all = all.unwrap_or_else(Schema::claims_sources_locations);
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

fn schema(schema: &Schema) -> Value {
    let mut object = Object::default();
    object.put("labels", schema.labels.iter().map(label).collect::<Vec<_>>());
    object.finish(&schema.extra)
}

fn label(label: &Label) -> Value {
    let mut object = Object::default();
    object.put("name", label.name.as_str());
    object.some("key", label.key.as_deref());
    object.some("color", label.color.as_deref());
    object.some("style", label.style.map(DrawStyle::name));
    object.text("description", &label.description);
    object.finish(&label.extra)
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
    let mut relations: Vec<&Relation> = document.relations.iter().collect();
    sort_by(&mut relations, |a, b| a.id.cmp(&b.id));
    object.put("relations", relations.into_iter().map(relation).collect::<Vec<_>>());
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
    for key in ["url", "publisher", "published", "language"] {
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
    let mut attributes = Object::default();
    attributes.rest(&annotation.attributes);
    object.object("attributes", attributes.0);
    object.text("note", &annotation.note);
    object.some("author", annotation.author.as_deref());
    object.some("created", annotation.created.as_ref().map(Timestamp::as_ref));
    object.some("modified", annotation.modified.as_ref().map(Timestamp::as_ref));
    object.some("origin", annotation.origin.map(Origin::name));
    object.finish(&annotation.extra)
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
    object.finish(&relation.extra)
}

/// An object in the making; keys come out in the order in which they were put in.
#[derive(Default)]
struct Object(Map<String, Value>);

impl Object {
    fn put(&mut self, key: &str, value: impl Into<Value>) {
        self.0.insert(key.to_owned(), value.into());
    }

    fn some(&mut self, key: &str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.put(key, value);
        }
    }

    fn text(&mut self, key: &str, value: &str) {
        if !value.is_empty() {
            self.put(key, value);
        }
    }

    fn object(&mut self, key: &str, value: Map<String, Value>) {
        if !value.is_empty() {
            self.put(key, value);
        }
    }

    /// Adds keys that Gloss does not know, by name; never over one that is there.
    fn rest(&mut self, extra: &Extra) {
        let mut keys: Vec<(&String, &Value)> = extra.iter().filter(|(key, _)| !self.0.contains_key(*key)).collect();
        sort_by(&mut keys, |(a, _), (b, _)| a.cmp(b));
        for (key, value) in keys {
            self.0.insert(key.clone(), value.clone());
        }
    }

    fn finish(mut self, extra: &Extra) -> Value {
        self.rest(extra);
        Value::Object(self.0)
    }
}
