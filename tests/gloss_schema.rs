//! The JSON Schema of Gloss's own file: committed as generated, and true of what is written.
//! `GLOSS_BLESS=1 cargo test --features schema --test gloss_schema` writes it anew.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![cfg(feature = "schema")]

use std::collections::BTreeMap;
use std::path::Path;

use gloss::formats::gloss::{read, wire, write};
use serde_json::{Map, Value, json};

const WHOLE: &str = include_str!("fixtures/gloss/whole.json");
/// With each key that Gloss writes, and no other one.
const EVERYTHING: &str = include_str!("fixtures/gloss/everything.json");

fn export(json: &str) -> Value {
    let mut count = 0;
    let reading = read(json, &mut || {
        count += 1;
        count.to_string()
    });
    let documents = reading.expect("a Gloss file").documents;
    serde_json::from_str(&write(&documents, "2026-11-22T10:00:00Z")).expect("JSON")
}

#[test]
fn the_committed_schema_is_the_generated_one() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/gloss-1.schema.json");
    let generated = format!("{:#}\n", wire::json_schema());
    if std::env::var_os("GLOSS_BLESS").is_some() {
        std::fs::write(&path, &generated).expect("schema/ can be written");
    }
    let committed = std::fs::read_to_string(&path).expect("schema/gloss-1.schema.json is there");
    assert_eq!(committed.replace("\r\n", "\n"), generated, "out of date: run this test with GLOSS_BLESS=1");
}

#[test]
fn exports_are_valid() {
    let schema = wire::json_schema();
    assert!(jsonschema::meta::is_valid(&schema));
    let validator = jsonschema::draft202012::new(&schema).expect("a schema");
    let check = |file: Value, valid: bool| {
        let errors: Vec<String> = validator.iter_errors(&file).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert_eq!(errors.is_empty(), valid, "{errors:#?}");
    };
    check(serde_json::from_str(WHOLE).expect("JSON"), true);
    check(export(WHOLE), true);
    check(export(EVERYTHING), true);
    check(export(r#"{"format": "gloss", "version": 1}"#), true);
    check(
        export(
            r#"{"format": "gloss", "version": 1, "documents": [{"text": "a", "annotations": [{"label": "x", "start": 0, "end": 1}]}]}"#,
        ),
        true,
    );
    // Each of these is wrong in one place.
    let broken = |pointer: &str, value: Value| {
        let mut file = export(WHOLE);
        *file.pointer_mut(pointer).expect("there") = value;
        check(file, false);
    };
    broken("/version", json!(2));
    broken("/format", json!("W3C"));
    broken("/offset_unit", json!("utf-16"));
    broken("/documents/0/status", json!("asleep"));
    broken("/documents/0/text", Value::Null);
    broken("/documents/0/text_sha256", json!("ABC"));
    broken("/documents/0/annotations/0/start", json!(-1));
    broken("/documents/0/annotations/0/end", json!(0));
    broken("/documents/0/annotations/0/label", json!(""));
    broken("/documents/0/annotations/0/fragments/0/start", json!(1.5));
    broken("/documents/0/annotations/0/origin", json!("dreamt"));
    broken("/documents/0/relations/0/from", json!(3));
}

/// The types of the schema are not what is written through: this ties the two together.
#[test]
fn the_schema_lists_exactly_the_keys_that_are_written() {
    let schema = wire::json_schema();
    let file = export(EVERYTHING);
    let mut found: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    let at = |pointer: &str| file.pointer(pointer).and_then(Value::as_object).expect("an object").clone();
    found.insert("", at(""));
    found.insert("schema", at("/schema"));
    found.insert("label", at("/schema/labels/0"));
    found.insert("attribute", at("/schema/labels/0/attributes/0"));
    found.insert("relation_type", at("/schema/relations/0"));
    found.insert("document", at("/documents/0"));
    found.insert("intake", at("/documents/0/intake"));
    found.insert("metadata", at("/documents/0/metadata"));
    found.insert("annotation", at("/documents/0/annotations/0"));
    found.insert("fragment", at("/documents/0/annotations/0/fragments/0"));
    found.insert("relation", at("/documents/0/relations/0"));
    for (name, object) in &found {
        let definition = if name.is_empty() { &schema } else { &schema["$defs"][name] };
        let listed: Vec<&String> = definition["properties"].as_object().expect("properties").keys().collect();
        assert_eq!(listed, object.keys().collect::<Vec<_>>(), "{name:?}, in order");
    }
    let named: Vec<&String> = schema["$defs"].as_object().expect("definitions").keys().collect();
    assert_eq!(named.len() + 1, found.len(), "{named:?}");

    let required = |name: &str| schema["$defs"][name]["required"].clone();
    assert_eq!(schema["required"], json!(["format", "version"]));
    assert_eq!(required("document"), json!(["text"]));
    assert_eq!(required("annotation"), json!(["label", "start", "end"]));
}
