//! The shape of the file as types, for its JSON Schema only: nothing is read or written through
//! them, so they weigh nothing in the app. Tests tie them to what is written and what is read.
//!
//! Invariant: a key stands here if and only if Gloss itself writes it. Other keys are allowed
//! everywhere.

#![allow(dead_code, reason = "only the shape of these types is used")]

use std::collections::BTreeMap;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value};

/// The JSON Schema (draft 2020-12) of the file.
#[must_use]
pub fn json_schema() -> Value {
    let generated = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<File>();
    let mut body = generated.to_value();
    plain(&mut body);
    let mut schema = Map::new();
    schema.insert("$schema".to_owned(), "https://json-schema.org/draft/2020-12/schema".into());
    schema.insert("$id".to_owned(), "urn:gloss:schema:gloss-1".into());
    schema.insert("title".to_owned(), "Gloss file, version 1".into());
    if let Value::Object(body) = body {
        for (key, value) in body {
            schema.entry(key).or_insert(value);
        }
    }
    Value::Object(schema)
}

/// Says "may be absent" by absence from `required` alone, without null, and leaves out the widths
/// of Rust's numbers.
fn plain(value: &mut Value) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(plain),
        Value::Object(object) => {
            object.values_mut().for_each(plain);
            if object.get("format").is_some_and(|format| format == "uint64") {
                object.shift_remove("format");
            }
            if let Some(Value::Array(types)) = object.get_mut("type") {
                types.retain(|name| name != "null");
                if let [only] = types.as_slice() {
                    let only = only.clone();
                    object.insert("type".to_owned(), only);
                }
            }
            if let Some(Value::Array(choices)) = object.get("anyOf")
                && let [Value::Object(some), none] = choices.as_slice()
                && none["type"] == "null"
            {
                let some = some.clone();
                object.shift_remove("anyOf");
                object.extend(some);
            }
            if let Some(Value::String(words)) = object.get_mut("description") {
                *words = words.replace('\n', " ");
            }
        }
        _ => {}
    }
}

/// A file of Gloss, version 1: articles and what was marked in them. Keys that are not listed may
/// stand anywhere; Gloss keeps them.
#[derive(JsonSchema)]
struct File {
    /// Always "gloss".
    #[schemars(extend("const" = "gloss"))]
    format: String,
    /// Always 1 in this version.
    #[schemars(extend("const" = 1))]
    version: u64,
    /// The program that wrote the file.
    generator: Option<String>,
    /// When the file was written: RFC 3339, in UTC.
    #[schemars(extend("format" = "date-time"))]
    exported: Option<String>,
    /// The unit of all offsets: Unicode code points.
    #[schemars(extend("const" = "code point"))]
    offset_unit: Option<String>,
    /// The labels.
    schema: Option<LabelSchema>,
    /// The articles.
    documents: Option<Vec<Document>>,
}

/// Which labels there are.
#[derive(JsonSchema)]
#[schemars(rename = "schema")]
struct LabelSchema {
    /// The labels, in the order of their keys.
    labels: Option<Vec<Label>>,
    /// The types of relations. A schema without this key is older than relations.
    relations: Option<Vec<RelationType>>,
    /// What can be said of an article as a whole.
    attributes: Option<Vec<Attribute>>,
    /// The names of the checks that are switched off.
    rules_off: Option<Vec<String>>,
    /// What annotators shall do, as Markdown.
    guidelines: Option<String>,
}

/// One label.
#[derive(JsonSchema)]
#[schemars(rename = "label")]
struct Label {
    /// Its name, unique in the file.
    #[schemars(length(min = 1))]
    name: String,
    /// The key that stands for it.
    key: Option<String>,
    /// The name of its colour.
    color: Option<String>,
    /// How it is drawn. Gloss writes "band", "solid" or "dotted".
    style: Option<Value>,
    /// "keep" where its spans keep quotation marks at their ends.
    quotation_marks: Option<Value>,
    /// What it means, in words for annotators.
    description: Option<String>,
    /// What should carry it.
    examples: Option<Vec<String>>,
    /// What should not, although one might think so.
    counter_examples: Option<Vec<String>>,
    /// What can be said of its annotations.
    attributes: Option<Vec<Attribute>>,
    /// Whether it is kept for annotations that have it, and offered for new ones no more.
    archived: Option<bool>,
    /// Whether it came with a file whose schema did not have it.
    added: Option<bool>,
}

/// Something that can be said of an annotation, a relation or an article.
#[derive(JsonSchema)]
#[schemars(rename = "attribute")]
struct Attribute {
    /// Its name, unique where it is defined.
    #[schemars(length(min = 1))]
    name: String,
    /// What kind of value it takes: "one", "several", "yes or no", "text", "number", "identifier" or
    /// "coordinates". Without this key it is "one" where there are values, else "text".
    #[schemars(rename = "type")]
    kind: Option<Value>,
    /// The words to choose from.
    values: Option<Vec<String>>,
    /// Whether it has to be filled in.
    required: Option<bool>,
    /// The value that something new begins with.
    default: Option<Value>,
    /// The key that sets it.
    key: Option<String>,
    /// What it means, in words for annotators.
    description: Option<String>,
}

/// A type of relation.
#[derive(JsonSchema)]
#[schemars(rename = "relation_type")]
struct RelationType {
    /// Its name, unique in the file.
    #[schemars(length(min = 1))]
    name: String,
    /// The labels that it may lead from; none for any.
    from: Option<Vec<String>>,
    /// The labels that it may lead to; none for any.
    to: Option<Vec<String>>,
    /// Whether both ends carry the same label.
    same_label: Option<bool>,
    /// Whether its direction means nothing.
    symmetric: Option<bool>,
    /// Whether each annotation that it may lead from should have one.
    expected: Option<bool>,
    /// What stands before the other end, seen from `from`, as in "said by".
    forward: Option<String>,
    /// What stands before the other end, seen from `to`, as in "says".
    backward: Option<String>,
    /// Types with the same word here can make up one thing together, as the source and the cue of one
    /// attribution do: see `group` of a relation.
    group: Option<String>,
    /// What it means, in words for annotators.
    description: Option<String>,
    /// What can be said of its relations.
    attributes: Option<Vec<Attribute>>,
    /// Whether it is kept for relations that have it, and offered for new ones no more.
    archived: Option<bool>,
    /// Whether it came with a file whose schema did not have it.
    added: Option<bool>,
}

/// An article and what was marked in it.
#[derive(JsonSchema)]
#[schemars(rename = "document")]
struct Document {
    /// Unique in the file.
    id: Option<String>,
    /// What people call it.
    title: Option<String>,
    /// The article. Offsets count its code points.
    text: String,
    /// SHA-256 of the UTF-8 bytes of `text`.
    #[schemars(regex(pattern = "^[0-9a-f]{64}$"))]
    text_sha256: Option<String>,
    /// How the text came in.
    intake: Option<Intake>,
    /// What is known of the article: its address, publisher, date, language and the like.
    metadata: Option<Metadata>,
    /// How far the work is.
    #[schemars(extend("enum" = ["not started", "in progress", "done", "skipped"]))]
    status: Option<String>,
    /// When it was made: RFC 3339, in UTC.
    created: Option<String>,
    /// By start, then longest first, then id.
    annotations: Option<Vec<Annotation>>,
    /// By id.
    relations: Option<Vec<Relation>>,
    /// Attribute values of the article as a whole, by attribute name.
    attributes: Option<BTreeMap<String, Value>>,
    /// A remark on the article as a whole.
    note: Option<String>,
}

/// What happened to the text on its way in.
#[derive(JsonSchema)]
#[schemars(rename = "intake")]
struct Intake {
    /// SHA-256 of the bytes as they came, in lower-case hex.
    original_sha256: Option<String>,
    /// The encoding that they were read as.
    encoding: Option<String>,
    /// What was changed, in words.
    changes: Option<Vec<String>>,
}

/// What is known of the article. All of it is optional and free.
#[derive(JsonSchema)]
#[schemars(rename = "metadata")]
struct Metadata {
    /// Where it was published.
    url: Option<Value>,
    /// Who published it.
    publisher: Option<Value>,
    /// When it was published.
    published: Option<Value>,
    /// Its language, as a BCP 47 tag.
    language: Option<Value>,
    /// Who wrote it.
    author: Option<Value>,
    /// Words to find it by: a list of texts.
    tags: Option<Value>,
}

/// A label on a place of the text.
#[derive(JsonSchema)]
#[schemars(rename = "annotation")]
struct Annotation {
    /// Unique in the document.
    id: Option<String>,
    /// The label's name.
    #[schemars(length(min = 1))]
    label: String,
    /// The code point at which it begins, from 0.
    start: u64,
    /// The code point before which it ends.
    #[schemars(range(min = 1))]
    end: u64,
    /// The quoted text; of a discontinuous annotation, that of its fragments joined by one space.
    text: Option<String>,
    /// The pieces of a discontinuous annotation, in order and apart.
    fragments: Option<Vec<Fragment>>,
    /// Attribute values by attribute name.
    attributes: Option<BTreeMap<String, Value>>,
    /// A remark.
    note: Option<String>,
    /// What a reviewer thinks of it: "discuss" or "discard". What is to be discarded is left out of exports
    /// that do not ask for it.
    flag: Option<Value>,
    /// Who made it.
    author: Option<String>,
    /// When it was made: RFC 3339, in UTC.
    created: Option<String>,
    /// When it was last changed: RFC 3339, in UTC.
    modified: Option<String>,
    /// How it came to be.
    #[schemars(extend("enum" = ["manual", "imported", "suggested", "copied"]))]
    origin: Option<String>,
}

/// One piece of a discontinuous annotation.
#[derive(JsonSchema)]
#[schemars(rename = "fragment")]
struct Fragment {
    /// The code point at which it begins, from 0.
    start: u64,
    /// The code point before which it ends.
    #[schemars(range(min = 1))]
    end: u64,
}

/// A directed, typed link between two annotations of the document.
#[derive(JsonSchema)]
#[schemars(rename = "relation")]
struct Relation {
    /// Unique in the document.
    id: Option<String>,
    /// The name of its type.
    #[schemars(rename = "type")]
    kind: Option<String>,
    /// The id of the annotation that it leads from.
    from: String,
    /// The id of the annotation that it leads to.
    to: String,
    /// Relations of one annotation with the same word here make up one thing together.
    group: Option<String>,
    /// Attribute values by attribute name.
    attributes: Option<BTreeMap<String, Value>>,
    /// A remark.
    note: Option<String>,
    /// What a reviewer thinks of it: "discuss" or "discard".
    flag: Option<Value>,
    /// Who made it.
    author: Option<String>,
    /// When it was made: RFC 3339, in UTC.
    created: Option<String>,
    /// When it was last changed: RFC 3339, in UTC.
    modified: Option<String>,
    /// How it came to be.
    #[schemars(extend("enum" = ["manual", "imported", "suggested", "copied"]))]
    origin: Option<String>,
}
