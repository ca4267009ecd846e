//! A dump: all stored records as lines of JSON, `{"store":…,"key":…,"value":…}`. It is the
//! recovery file of last resort, and the form of the fixtures that keep old versions readable.
//!
//! Invariant: a dump can be read line by line; a line that cannot be read costs that line only.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{Home, Opened, Project, Record, RecordError, open, unfold};
use crate::formats::json;
use crate::model::{DocumentId, ProjectId};

/// Deeper nesting than a line of ours has: a record in it is a text.
const MOST_NESTED: usize = 127;

/// One stored record with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// The object store: `documents`, `bases`, `journal`, …
    pub store: String,
    /// Its key there: a document's id, for the journal `[id, seq]`.
    pub key: Value,
    /// The record; anything but a text is damage.
    pub value: Value,
}

impl Line {
    /// A line for a record.
    #[must_use]
    pub fn new(store: &str, key: impl Into<Value>, record: String) -> Self {
        Self { store: store.to_owned(), key: key.into(), value: Value::String(record) }
    }

    /// The line as text, without a line break.
    #[must_use]
    pub fn encode(&self) -> String {
        let pairs =
            [("store", Value::from(self.store.as_str())), ("key", self.key.clone()), ("value", self.value.clone())];
        let line: Map<String, Value> = pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
        json::compact(&Value::Object(line))
    }

    /// The line of a text; `None` where it is none.
    #[must_use]
    pub fn decode(line: &str) -> Option<Self> {
        let Ok(Value::Object(mut line)) = json::parse(line, MOST_NESTED) else { return None };
        let Some(Value::String(store)) = line.shift_remove("store") else { return None };
        Some(Self { store, key: line.shift_remove("key")?, value: line.shift_remove("value")? })
    }
}

/// What a dump holds.
#[derive(Debug, Default)]
pub struct OpenedDump {
    /// The documents by id, each opened as far as its records go.
    pub documents: Vec<(DocumentId, Result<Opened, RecordError>)>,
    /// The projects by id.
    pub projects: Vec<(ProjectId, Result<Project, RecordError>)>,
    /// Which project a document belongs to, by document.
    pub homes: Vec<(DocumentId, Result<Home, RecordError>)>,
    /// The numbers (from 1) of the lines that could not be read.
    pub unreadable: Vec<usize>,
}

#[derive(Default)]
struct Parts {
    header: Option<String>,
    base: Option<String>,
    journal: BTreeMap<u64, String>,
}

/// Opens all documents of a dump.
#[must_use]
pub fn open_dump(text: &str) -> OpenedDump {
    let mut found: BTreeMap<DocumentId, Parts> = BTreeMap::new();
    let mut opened = OpenedDump::default();
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let Some(Line { store, key, value }) = Line::decode(line) else {
            opened.unreadable.push(index + 1);
            continue;
        };
        // A record that is no text becomes one that no decoder accepts, so that it is reported.
        let record = value.as_str().map_or_else(|| json::compact(&value), str::to_owned);
        let of = |id: &str| DocumentId::new(id);
        match (store.as_str(), key.as_str(), key.as_array().map(Vec::as_slice)) {
            ("documents", Some(id), _) => found.entry(of(id)).or_default().header = Some(record),
            ("bases", Some(id), _) => found.entry(of(id)).or_default().base = Some(record),
            ("journal", _, Some([Value::String(id), seq])) if seq.as_u64().is_some() => {
                let journal = &mut found.entry(of(id)).or_default().journal;
                journal.extend(unfold(seq.as_u64().unwrap_or_default(), &record));
            }
            ("projects", Some(id), _) => opened.projects.push((ProjectId::new(id), Project::decode(&record))),
            ("home", Some(id), _) => opened.homes.push((of(id), Home::decode(&record))),
            ("views" | "deleted" | "archived" | "aside" | "meta", ..) => {}
            _ => opened.unreadable.push(index + 1),
        }
    }
    for (id, parts) in found {
        let document = open(&id, parts.header.as_deref(), parts.base.as_deref(), parts.journal);
        opened.documents.push((id, document));
    }
    opened
}
