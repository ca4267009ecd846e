//! Gloss's own file: what is written is read back the same, and what cannot be trusted is named.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::rc::Rc;

use gloss::formats::gloss::{Reading, Refusal, read, verify, write};
use gloss::model::{
    Annotation, AnnotationId, Annotations, Document, DocumentId, DocumentInfo, Extra, Flag, Fragments, Intake,
    LabelName, Origin, Relation, RelationId, Relations, Remarks, Schema, Status, sha256_hex,
};
use gloss::text::{Span, Text};
use proptest::prelude::*;
use serde_json::{Value, json};

const WHOLE: &str = include_str!("fixtures/gloss/whole.json");
const NOW: &str = "2026-11-22T10:00:00Z";

fn read_it(json: &str) -> Result<Reading, Refusal> {
    let mut count = 0;
    read(json, &mut || {
        count += 1;
        format!("new-{count}")
    })
}

fn sound(json: &str) -> Vec<Document> {
    let reading = read_it(json).expect("a Gloss file");
    assert_eq!(reading.problems, vec![]);
    assert_eq!(reading.left_out.total(), 0);
    reading.documents
}

/// Keys that say when and by what a file was made.
fn without_maker(json: &str) -> Value {
    let mut value: Value = serde_json::from_str(json).expect("JSON");
    let object = value.as_object_mut().expect("an object");
    object.remove("generator");
    object.remove("exported");
    value
}

#[test]
fn a_file_with_everything_in_it_comes_back_whole() {
    let documents = sound(WHOLE);
    let written = write(&documents, NOW);
    assert_eq!(sound(&written), documents);
    assert_eq!(write(&sound(&written), NOW), written, "the same work, the same bytes");

    let mut expected = without_maker(WHOLE);
    // A label that the schema lacks is added to it.
    let labels = expected.pointer_mut("/schema/labels").and_then(Value::as_array_mut).expect("labels");
    labels.push(json!({"name": "Picture", "added": true}));
    assert_eq!(without_maker(&written), expected);

    let verification = verify(&written, &documents);
    assert_eq!((verification.verified, verification.total, &verification.failures), (5, 5, &vec![]));
    assert!(verification.is_sound());
}

#[test]
fn keys_stand_in_the_order_of_the_format() {
    let written = write(&sound(WHOLE), NOW);
    let check = |pointer: &str, expected: &[&str]| {
        let file: Value = serde_json::from_str(&written).expect("JSON");
        let object = file.pointer(pointer).and_then(Value::as_object).expect("an object");
        assert_eq!(object.keys().map(String::as_str).collect::<Vec<_>>(), expected, "{pointer:?}");
    };
    check("", &["format", "version", "generator", "exported", "offset_unit", "schema", "documents", "project"]);
    check("/schema", &["labels", "relations", "guidelines"]);
    check("/schema/labels/0", &["name", "key", "color", "style", "description", "attributes"]);
    check(
        "/documents/0",
        &[
            "id",
            "title",
            "text",
            "text_sha256",
            "intake",
            "metadata",
            "status",
            "created",
            "annotations",
            "relations",
            "reviewer",
        ],
    );
    check("/documents/0/intake", &["original_sha256", "encoding", "changes", "tool"]);
    check("/documents/0/metadata", &["url", "publisher", "published", "language", "lines"]);
    check(
        "/documents/0/annotations/0",
        &[
            "id",
            "label",
            "start",
            "end",
            "text",
            "fragments",
            "attributes",
            "note",
            "author",
            "created",
            "modified",
            "origin",
            "flag",
        ],
    );
    check("/documents/0/relations/0", &["id", "type", "from", "to", "sure"]);
    assert!(written.ends_with("}\n"));
}

#[test]
fn little_is_required() {
    let documents = sound(
        r#"{"format": "gloss", "version": 1, "documents": [{"text": "Rain fell.\nIt rained.",
            "annotations": [{"label": "Weather", "start": 0, "end": 4}, {"label": "Weather", "start": 0, "end": 4, "note": null}]}]}"#,
    );
    let [document] = documents.as_slice() else { panic!("one document") };
    assert_eq!(document.info.id.as_str(), "new-1");
    assert_eq!(document.info.title, "Rain fell.");
    assert_eq!(document.status, Status::InProgress);
    let labels: Vec<&str> = document.schema.labels.iter().map(|label| label.name.as_str()).collect();
    assert_eq!(labels, ["Claim", "Source", "Location", "Weather"]);
    let ids: Vec<&str> = document.annotations.iter().map(|annotation| annotation.id.as_str()).collect();
    assert_eq!(ids, ["new-2", "new-3"], "twins are kept");
    assert_eq!(sound(r#"{"format": "gloss", "version": 1}"#), vec![]);
    assert_eq!(sound("\u{feff}{\"format\": \"gloss\", \"version\": 1, \"documents\": null}"), vec![]);
}

#[test]
fn carriage_returns_are_checked_and_then_taken_out() {
    let text = "One\r\ntwo\rthree 🦀\r\n";
    let file = json!({"format": "gloss", "version": 1, "documents": [{
    "text": text, "text_sha256": sha256_hex(text.as_bytes()).to_uppercase(), "intake": {"changes": ["CRLF to LF"]},
    "annotations": [
        {"id": "a", "label": "A", "start": 5, "end": 8, "text": "two"},
        {"id": "b", "label": "A", "start": 9, "end": 16, "text": "three 🦀"},
        {"id": "c", "label": "A", "start": 3, "end": 4, "text": "\r"},
        {"id": "d", "label": "A", "start": 0, "end": 18, "text": "One three 🦀\r\n",
         "fragments": [{"start": 0, "end": 3}, {"start": 9, "end": 18}]},
    ]}]});
    let documents = sound(&file.to_string());
    let document = documents.first().expect("one document");
    assert_eq!(document.text().as_str(), "One\ntwo\nthree 🦀\n");
    assert_eq!(document.info.intake.changes, ["CRLF to LF", "CR to LF"]);
    let quotes: Vec<(&str, String)> = document.annotations.iter().map(|a| (a.id.as_str(), document.quote(a))).collect();
    let expected = [("d", "One three 🦀\n"), ("c", "\n"), ("a", "two"), ("b", "three 🦀")];
    assert_eq!(quotes, expected.map(|(id, quote)| (id, quote.to_owned())));
    assert!(verify(&write(&documents, NOW), &documents).is_sound());
}

#[test]
fn what_cannot_be_trusted_is_named_and_the_rest_is_offered() {
    // Each case changes one value of the whole file (null takes it out) and says what is then
    // wrong, what is left out, and how many documents and annotations of the first are kept.
    let check = |pointer: &str, value: Value, problems: &[&str], left_out: &str, kept: (usize, usize)| {
        let mut file: Value = serde_json::from_str(WHOLE).expect("JSON");
        *file.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer} is there")) = value;
        let reading = read_it(&file.to_string()).expect("a Gloss file");
        let found: Vec<String> = reading.problems.iter().map(ToString::to_string).collect();
        assert_eq!(found, problems, "{pointer}");
        assert_eq!(reading.left_out.to_string(), left_out, "{pointer}");
        let annotations = reading.documents.first().map_or(0, |document| document.annotations.len());
        assert_eq!((reading.documents.len(), annotations), kept, "{pointer}");
        assert!(verify(&write(&reading.documents, NOW), &reading.documents).is_sound(), "{pointer}");
    };
    let l1 = "/documents/0/annotations/1";
    let at = |key: &str| format!("{l1}/{key}");
    let one = "1 annotation";
    check(&at("end"), json!(912), &["documents[0].annotations[1].end: 912, the text has 105 code points"], one, (1, 4));
    check(&at("start"), json!(38), &["documents[0].annotations[1].start: 38, not below the end, 38"], one, (1, 4));
    check(&at("start"), json!(99), &["documents[0].annotations[1].start: 99, not below the end, 38"], one, (1, 4));
    check(
        &at("start"),
        json!(-1),
        &["documents[0].annotations[1].start: -1, a whole number from 0 was expected"],
        one,
        (1, 4),
    );
    check(
        &at("start"),
        json!(31.5),
        &["documents[0].annotations[1].start: 31.5, a whole number from 0 was expected"],
        one,
        (1, 4),
    );
    check(
        &at("end"),
        json!(u64::MAX),
        &["documents[0].annotations[1].end: 18446744073709551615, the text has 105 code points"],
        one,
        (1, 4),
    );
    check(
        &at("end"),
        json!(1e300),
        &["documents[0].annotations[1].end: 1e+300, a whole number from 0 was expected"],
        one,
        (1, 4),
    );
    check(
        &at("end"),
        json!("38"),
        &["documents[0].annotations[1].end: \"38\", a whole number from 0 was expected"],
        one,
        (1, 4),
    );
    check(
        &at("end"),
        json!(null),
        &["documents[0].annotations[1].end: missing, a whole number from 0 was expected"],
        one,
        (1, 4),
    );
    check(
        &at("text"),
        json!("Velmor"),
        &["documents[0].annotations[1].text: \"Velmor\", the text there is \"Velmora\""],
        one,
        (1, 4),
    );
    check(&at("label"), json!(""), &["documents[0].annotations[1].label: empty, text was expected"], one, (1, 4));
    check(&at("label"), json!([]), &["documents[0].annotations[1].label: a list, text was expected"], one, (1, 4));
    check(&at("id"), json!("c1"), &["documents[0].annotations[1].id: \"c1\", this id is there twice"], one, (1, 4));
    check(&at("id"), json!(7), &["documents[0].annotations[1].id: 7, text was expected"], one, (1, 4));
    check(l1, json!(false), &["documents[0].annotations[1]: false, an object was expected"], one, (1, 4));

    let c1 = "/documents/0/annotations/0";
    let with_relation = "1 annotation and 1 relation";
    let hangs = "documents[0].relations[0].from: \"c1\", the annotation of that id is left out";
    check(
        &format!("{c1}/fragments/1/start"),
        json!(38),
        &[
            "documents[0].annotations[0].fragments[1].start: 38, the fragment before ends at 38; fragments stand in order and apart",
            hangs,
        ],
        with_relation,
        (1, 4),
    );
    check(
        &format!("{c1}/fragments/1"),
        json!({"start": 20, "end": 78}),
        &[
            "documents[0].annotations[0].fragments[1].start: 20, the fragment before ends at 38; fragments stand in order and apart",
            hangs,
        ],
        with_relation,
        (1, 4),
    );
    check(
        &format!("{c1}/end"),
        json!(79),
        &["documents[0].annotations[0].fragments: from 19 to 78, the annotation goes from 19 to 79", hangs],
        with_relation,
        (1, 4),
    );
    check(
        &format!("{c1}/fragments/0/end"),
        json!(1000),
        &["documents[0].annotations[0].fragments[0].end: 1000, the text has 105 code points", hangs],
        with_relation,
        (1, 4),
    );
    check(
        &format!("{c1}/fragments"),
        json!({"start": 1}),
        &["documents[0].annotations[0].fragments: an object, a list was expected", hangs],
        with_relation,
        (1, 4),
    );

    let relation = |key: &str| format!("/documents/0/relations/0/{key}");
    check(
        &relation("to"),
        json!("gone"),
        &["documents[0].relations[0].to: \"gone\", no annotation has that id"],
        "1 relation",
        (1, 5),
    );
    check(
        &relation("from"),
        json!(null),
        &["documents[0].relations[0].from: missing, an annotation's id was expected"],
        "1 relation",
        (1, 5),
    );

    let whole = "1 article, 5 annotations and 1 relation";
    check(
        "/documents/0/text_sha256",
        json!("abc"),
        &["documents[0].text_sha256: abc…, the text has @HASH@…: it was changed after the file was made"]
            .map(|line| Box::leak(line.replace("@HASH@", &hash_of_whole()).into_boxed_str()) as &str),
        whole,
        (0, 0),
    );
    check("/documents/0/text", json!(null), &["documents[0].text: missing, text was expected"], whole, (0, 0));
    check("/documents/0/id", json!({}), &["documents[0].id: an object, text was expected"], whole, (0, 0));
    check("/documents/0", json!(3), &["documents[0]: 3, an object was expected"], "1 article", (0, 0));

    let detail = "1 detail";
    check(&format!("{c1}/note"), json!(5), &["documents[0].annotations[0].note: 5, text was expected"], detail, (1, 5));
    check(
        &format!("{c1}/origin"),
        json!("dreamt"),
        &[
            "documents[0].annotations[0].origin: \"dreamt\", one of \"manual\", \"imported\", \"suggested\", \"copied\" was expected",
        ],
        detail,
        (1, 5),
    );
    check(
        "/documents/0/status",
        json!("asleep"),
        &[
            "documents[0].status: \"asleep\", one of \"not started\", \"in progress\", \"done\", \"skipped\" was expected",
        ],
        detail,
        (1, 5),
    );
    check(
        "/documents/0/metadata",
        json!([]),
        &["documents[0].metadata: a list, an object was expected"],
        detail,
        (1, 5),
    );
    check(
        "/documents/0/intake/changes/0",
        json!(1),
        &["documents[0].intake.changes[0]: 1, text was expected"],
        detail,
        (1, 5),
    );
    check(
        "/schema/labels/1/name",
        json!("Claim"),
        &["schema.labels[1].name: \"Claim\", this label is there twice"],
        detail,
        (1, 5),
    );
    check("/schema", json!("none"), &["schema: \"none\", an object was expected"], detail, (1, 5));
    let mut deep = json!(1);
    for _ in 0..70 {
        deep = json!([deep]);
    }
    check(
        &format!("{c1}/flag"),
        deep.clone(),
        &["documents[0].annotations[0].flag: nested more than 64 deep"],
        detail,
        (1, 5),
    );
    check("/project", deep, &["project: nested more than 64 deep"], detail, (1, 5));
}

fn hash_of_whole() -> String {
    let documents = sound(WHOLE);
    let text = documents.first().expect("one document").text().as_str();
    sha256_hex(text.as_bytes()).chars().take(8).collect()
}

#[test]
fn documents_with_the_same_id_are_not_both_taken() {
    let file = json!({"format": "gloss", "version": 1, "documents": [
        {"id": "d", "text": "a"}, {"text": "b"}, {"id": "d", "text": "c", "annotations": [{"label": "X", "start": 0, "end": 1}]},
        {"id": "new-1", "text": "d"}]});
    let reading = read_it(&file.to_string()).expect("a Gloss file");
    let ids: Vec<&str> = reading.documents.iter().map(|document| document.info.id.as_str()).collect();
    assert_eq!(ids, ["d", "new-1-2", "new-1"], "an id that the file gives is not made up for something else");
    assert_eq!(
        reading.problems.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["documents[2].id: \"d\", this id is there twice"]
    );
    assert_eq!(reading.left_out.to_string(), "1 article and 1 annotation");
}

#[test]
fn what_is_no_gloss_file_is_refused_in_words() {
    let check = |json: &str, expected: &str| {
        assert_eq!(read_it(json).expect_err("refused").to_string(), expected, "{json}");
    };
    check("", "This is not a JSON file: it is empty (line 1, column 1).");
    check("{\n  \"é\": tru", "This is not a JSON file: it ends too early (line 2, column 11).");
    check("{\"a\": 1}\n{\"a\": 2}", "This is not a JSON file: something follows after its end (line 2, column 1).");
    check(
        "{\"é\": \"\\ud83d\"}",
        "This is not a JSON file: a character is cut in half (a lone surrogate) (line 1, column 14).",
    );
    check(&"[".repeat(5000), "This is not a JSON file: it is nested too deep (line 1, column 128).");
    check("[]", "This is not a Gloss file: the file: a list, an object was expected.");
    check("{}", "This is not a Gloss file: format: missing, \"gloss\" was expected.");
    check("{\"format\": \"W3C\"}", "This is not a Gloss file: format: \"W3C\", \"gloss\" was expected.");
    check("{\"format\": \"gloss\"}", "The file cannot be read: version: missing, the number 1 was expected.");
    check(
        "{\"format\": \"gloss\", \"version\": \"1\"}",
        "The file cannot be read: version: \"1\", the number 1 was expected.",
    );
    check("{\"format\": \"gloss\", \"version\": 0}", "The file cannot be read: version: 0, the number 1 was expected.");
    check(
        "{\"format\": \"gloss\", \"version\": 2}",
        "The file has version 2 of Gloss's format; this Gloss reads version 1. Open it with a newer Gloss.",
    );
    check(
        "{\"format\": \"gloss\", \"version\": 1, \"offset_unit\": \"utf-16\"}",
        "The file cannot be read: offset_unit: \"utf-16\", \"code point\" was expected.",
    );
    check(
        "{\"format\": \"gloss\", \"version\": 1, \"documents\": {}}",
        "The file cannot be read: documents: an object, a list was expected.",
    );
}

#[test]
fn verifying_finds_what_does_not_agree() {
    let documents = sound(WHOLE);
    let check = |from: &str, to: &str, verified: usize, expected: &str| {
        let written = write(&documents, NOW);
        assert!(written.contains(from), "{from}");
        let verification = verify(&written.replacen(from, to, 1), &documents);
        assert_eq!((verification.verified, verification.total), (verified, 5), "{from} -> {to}");
        let first = verification.failures.first().map(ToString::to_string);
        assert_eq!(first.as_deref(), Some(expected), "{from} -> {to}");
    };
    check("\"start\": 40", "\"start\": 41", 4, "documents[0].annotations[3]: the text at its offsets is not its quote");
    check("\"end\": 58", "\"end\": 1058", 4, "documents[0].annotations[3]: its offsets are not in the text");
    check(
        "\"text\": \"the harbour",
        "\"text\": \"the Harbour",
        4,
        "documents[0].annotations[3]: the text at its offsets is not its quote",
    );
    check("The quay at", "The ship at", 0, "documents[0].text: not the text of the article");
    check("\"documents\"", "\"document\"", 0, "documents: not the 1 that were to be written");
    check(
        "\"format\"",
        "format",
        0,
        "the file: This is not a JSON file: a key in quotation marks was expected (line 2, column 3).",
    );
    check(
        "\"label\": \"Source\"",
        "\"label\": \"Claim\"",
        4,
        "documents[0].annotations[3]: not the annotation that stands there in the article",
    );
}

#[test]
fn several_documents_share_the_union_of_their_labels() {
    let one = sound(WHOLE);
    let two = sound(
        r#"{"format": "gloss", "version": 1, "project": 7, "owner": "x", "schema": {"labels": [{"name": "Claim", "key": "9"}, {"name": "Cue"}],
            "relations": [{"name": "cued by"}]}, "documents": [{"id": "two", "text": "Rain fell."}]}"#,
    );
    let both: Vec<Document> = one.into_iter().chain(two).collect();
    let written: Value = serde_json::from_str(&write(&both, NOW)).expect("JSON");
    let names: Vec<&str> =
        written["schema"]["labels"].as_array().expect("labels").iter().filter_map(|l| l["name"].as_str()).collect();
    assert_eq!(names, ["Claim", "Source", "Location", "Picture", "Cue"]);
    assert_eq!(written["schema"]["labels"][0]["key"], "1", "the first one's word counts");
    assert_eq!(written["schema"]["relations"].as_array().map(Vec::len), Some(2));
    assert_eq!((&written["project"]["name"], &written["owner"]), (&json!("Ports"), &json!("x")));
    assert_eq!(sound(&write(&both, NOW)).len(), 2);
    assert_eq!(written["documents"][1].get("gloss:file"), None);
}

#[test]
fn a_large_file_is_read_in_time_that_grows_with_it() {
    let line = "The minister said the bridge at Orvane — “closed since May” — would reopen 🌉.\n";
    let text = line.repeat(13_000);
    let document =
        document_with(&text, |text| (0..10_000).map(|i| (i * (text.len() / 10_000 - 1), 60)).collect::<Vec<_>>());
    let started = std::time::Instant::now();
    let written = write(std::slice::from_ref(&document), NOW);
    let wrote = started.elapsed();
    let documents = sound(&written);
    let read = started.elapsed() - wrote;
    assert!(verify(&written, &documents).is_sound());
    let verified = started.elapsed() - wrote - read;
    assert_eq!(documents, vec![document]);
    println!("{} bytes: written in {wrote:?}, read in {read:?}, verified in {verified:?}", written.len());
    assert!(started.elapsed().as_secs() < 10, "something grows with text times annotations");
}

fn document_with(text: &str, places: impl Fn(&str) -> Vec<(usize, usize)>) -> Document {
    let text = Text::new(text);
    let floor = |at: usize| text.floor(gloss::text::ByteOffset::new(at));
    let spans = places(text.as_str()).into_iter().filter_map(|(at, len)| Span::new(floor(at), floor(at + len)));
    let annotations = spans.enumerate().map(|(i, span)| {
        Rc::new(Annotation::new(AnnotationId::new(i.to_string()), LabelName::new("Claim"), Fragments::one(span)))
    });
    let annotations = Annotations::from_vec(&text, annotations.collect());
    let info = DocumentInfo {
        id: DocumentId::new("d"),
        title: "t".to_owned(),
        text,
        intake: Intake::default(),
        metadata: Extra::new(),
        created: None,
        extra: Extra::new(),
    };
    Document { annotations, ..Document::new(info, Schema::claims_sources_locations()) }
}

// --- Properties -------------------------------------------------------------------------------

/// Any text without carriage returns, rich in what makes offsets go wrong.
fn any_text() -> impl Strategy<Value = String> {
    let odd = "[ab \n\u{0}\u{1}\u{7f}\u{85}\u{2028}\u{feff}\u{a0}\u{301}\u{200d}\u{202e}é世🦀🇩🇪👩🏽שלعر\"\\\\]{0,60}";
    prop_oneof![odd.prop_map(String::from), "(?s).{0,40}".prop_map(String::from)]
        .prop_map(|text| text.replace('\r', "\n"))
}

fn some_text() -> impl Strategy<Value = String> {
    any_text().prop_filter("empty", |text| !text.is_empty())
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_filter("finite", |f| f.is_finite()).prop_map(Value::from),
        any_text().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((any_text(), inner), 0..4)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

/// Keys that no version of the format has.
fn any_extra() -> impl Strategy<Value = Extra> {
    let pair = (any_text().prop_map(|key| format!("x-{key}")), any_value());
    prop::collection::vec(pair, 0..3).prop_map(|pairs| pairs.into_iter().collect())
}

type Raw =
    (Vec<(prop::sample::Index, prop::sample::Index)>, usize, Option<String>, Option<String>, usize, (Extra, Extra));

fn any_document() -> impl Strategy<Value = Document> {
    let place = (any::<prop::sample::Index>(), any::<prop::sample::Index>());
    let annotation = (
        prop::collection::vec(place, 1..4),
        0..3_usize,
        prop::option::of(some_text()),
        prop::option::of(some_text()),
        0..5_usize,
        (any_extra(), any_extra()),
    );
    let relation = (any::<prop::sample::Index>(), any::<prop::sample::Index>(), any_text(), any_extra());
    (
        any_text(),
        prop::collection::vec(annotation, 0..8),
        prop::collection::vec(relation, 0..4),
        (some_text(), some_text(), 0..4_usize, any_extra(), any_extra()),
        (prop::option::of(some_text()), prop::collection::vec(some_text(), 0..3), any_extra(), any_extra()),
    )
        .prop_map(
            |(string, raw, ends, (id, title, status, extra, metadata), (encoding, changes, in_extra, top))| {
                let text = Text::new(string);
                let annotations: Vec<Rc<Annotation>> = raw
                    .into_iter()
                    .enumerate()
                    .filter_map(|(i, raw)| annotation_of(&text, i, raw))
                    .map(Rc::new)
                    .collect();
                let relations = ends.into_iter().enumerate().filter(|_| !annotations.is_empty()).map(
                    |(i, (from, to, kind, extra))| {
                        let end = |at: prop::sample::Index| annotations[at.index(annotations.len())].id.clone();
                        let id = RelationId::new(format!("r{i}"));
                        Rc::new(Relation { extra, ..Relation::new(id, kind, end(from), end(to)) })
                    },
                );
                let relations: Vec<Rc<Relation>> = relations.collect();
                let mut extra = extra;
                if !top.is_empty() {
                    extra.insert("gloss:file".to_owned(), Value::Object(top));
                }
                let info = DocumentInfo {
                    id: DocumentId::new(id),
                    title,
                    intake: Intake { original_sha256: encoding.clone(), encoding, changes, extra: in_extra },
                    metadata,
                    created: Some(Rc::from("yesterday, perhaps")),
                    extra,
                    text: text.clone(),
                };
                let mut document = Document {
                    status: [Status::NotStarted, Status::InProgress, Status::Done, Status::Skipped][status],
                    annotations: Annotations::from_vec(&text, annotations),
                    relations: Relations::from_vec(relations),
                    ..Document::new(info, Schema::claims_sources_locations())
                };
                // Reading adds to the schema what the document holds.
                let held = document.clone();
                Rc::make_mut(&mut document.schema).add_what_is_in(&held);
                document
            },
        )
}

fn annotation_of(
    text: &Text,
    i: usize,
    (places, label, note, author, origin, (attributes, extra)): Raw,
) -> Option<Annotation> {
    let boundary = |at: prop::sample::Index| text.floor(gloss::text::ByteOffset::new(at.index(text.end().get() + 1)));
    let spans = places.into_iter().filter_map(|(a, b)| Span::between(boundary(a), boundary(b)));
    let fragments = Fragments::merged(spans)?;
    let label = LabelName::new(["Claim", "Source", "Location"][label]);
    let origins = [None, Some(Origin::Manual), Some(Origin::Imported), Some(Origin::Suggested), Some(Origin::Copied)];
    let remarks = Remarks {
        attributes,
        note: note.unwrap_or_default(),
        flag: [None, Some(Flag::Discuss), Some(Flag::Discard)][origin % 3],
        created: author.as_deref().map(Rc::from),
        author,
        origin: origins[origin],
        ..Remarks::default()
    };
    Some(Annotation { remarks, extra, ..Annotation::new(AnnotationId::new(format!("a{i}")), label, fragments) })
}

proptest! {
    #[test]
    fn import_of_an_export_is_the_same_document(document in any_document()) {
        let written = write(std::slice::from_ref(&document), NOW);
        let verification = verify(&written, std::slice::from_ref(&document));
        prop_assert_eq!(&verification.failures, &vec![]);
        prop_assert_eq!(verification.verified, document.annotations.len());
        let reading = read_it(&written).expect("a Gloss file");
        prop_assert_eq!(&reading.problems, &vec![]);
        prop_assert_eq!(&reading.documents, &vec![document]);
        prop_assert_eq!(write(&reading.documents, NOW), written);
    }

    #[test]
    fn a_reader_without_gloss_finds_every_quote(document in any_document()) {
        let file: Value = serde_json::from_str(&write(&[document], NOW)).expect("JSON");
        let document = &file["documents"][0];
        let text: Vec<char> = document["text"].as_str().expect("text").chars().collect();
        let slice = |place: &Value| {
            let at = |key: &str| place[key].as_u64().expect("an offset") as usize;
            text[at("start")..at("end")].iter().collect::<String>()
        };
        let mut last = (0, i64::MIN);
        for annotation in document["annotations"].as_array().expect("annotations") {
            let quote = match annotation["fragments"].as_array() {
                None => slice(annotation),
                Some(fragments) => fragments.iter().map(slice).collect::<Vec<_>>().join(" "),
            };
            prop_assert_eq!(annotation["text"].as_str(), Some(quote.as_str()));
            let start = annotation["start"].as_i64().expect("an offset");
            let order = (start, -annotation["end"].as_i64().expect("an offset"));
            prop_assert!(last <= order, "by start, then longest first");
            last = order;
        }
    }

    #[test]
    fn no_file_is_too_odd_to_be_read(bytes in prop::collection::vec(any::<u8>(), 0..300), cut in any::<prop::sample::Index>()) {
        let _ = read_it(&String::from_utf8_lossy(&bytes));
        let head = &WHOLE.as_bytes()[..cut.index(WHOLE.len())];
        let _ = read_it(&String::from_utf8_lossy(head));
    }

    #[test]
    fn what_is_left_of_a_damaged_file_is_sound(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any_value()), 1..4),
        bytes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..3),
    ) {
        let mut file: Value = serde_json::from_str(WHOLE).expect("JSON");
        for (place, value) in changes {
            let mut pointers = Vec::new();
            list_places(&file, String::new(), &mut pointers);
            let pointer = &pointers[place.index(pointers.len())];
            *file.pointer_mut(pointer).expect("listed") = value;
        }
        let mut damaged = file.to_string().into_bytes();
        for (place, byte) in bytes {
            let at = place.index(damaged.len());
            damaged[at] = byte;
        }
        if let Ok(reading) = read_it(&String::from_utf8_lossy(&damaged)) {
            prop_assert_eq!(reading.problems.is_empty(), reading.left_out.total() == 0);
            let written = write(&reading.documents, NOW);
            prop_assert!(verify(&written, &reading.documents).is_sound());
            prop_assert_eq!(sound(&written).len(), reading.documents.len());
        }
    }
}

fn list_places(value: &Value, here: String, all: &mut Vec<String>) {
    match value {
        Value::Array(list) => {
            for (i, value) in list.iter().enumerate() {
                list_places(value, format!("{here}/{i}"), all);
            }
        }
        Value::Object(object) => {
            for (key, value) in object {
                list_places(value, format!("{here}/{}", key.replace('~', "~0").replace('/', "~1")), all);
            }
        }
        _ => {}
    }
    all.push(here);
}
