//! [`Object`]: a JSON object in the making, as files of Gloss have them.
//!
//! Invariant: keys come out in the order in which they were put in, unknown ones after them by name.
//! What is empty is not written.

use serde_json::{Map, Value};

use crate::model::{Extra, by_name};

/// An object in the making; keys come out in the order in which they were put in.
#[derive(Default)]
pub(super) struct Object(pub(super) Map<String, Value>);

impl Object {
    pub(super) fn put(&mut self, key: &str, value: impl Into<Value>) {
        self.0.insert(key.to_owned(), value.into());
    }

    pub(super) fn some(&mut self, key: &str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.put(key, value);
        }
    }

    pub(super) fn text(&mut self, key: &str, value: &str) {
        if !value.is_empty() {
            self.put(key, value);
        }
    }

    /// Writes a flag where it is set.
    pub(super) fn flag(&mut self, key: &str, set: bool) {
        if set {
            self.put(key, true);
        }
    }

    pub(super) fn list(&mut self, key: &str, values: Vec<Value>) {
        if !values.is_empty() {
            self.put(key, values);
        }
    }

    pub(super) fn object(&mut self, key: &str, value: Map<String, Value>) {
        if !value.is_empty() {
            self.put(key, value);
        }
    }

    /// Adds keys that Gloss does not know, by name; never over one that is there.
    pub(super) fn rest(&mut self, extra: &Extra) {
        for (key, value) in by_name(extra) {
            if !self.0.contains_key(key) {
                self.0.insert(key.clone(), value.clone());
            }
        }
    }

    pub(super) fn finish(mut self, extra: &Extra) -> Value {
        self.rest(extra);
        Value::Object(self.0)
    }
}
