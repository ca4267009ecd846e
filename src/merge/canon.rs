//! [`Canon`]: values as bytes, so that any two can be put in an order, and be hashed.
//!
//! Invariant: two values of one kind give the same bytes exactly where they are equal; the order of keys in an object
//! means nothing, here as there. Of two texts the longer one is the greater, and anything is greater than nothing: where
//! no time decides, what says more stays. Knows nothing about who wins what.

use serde_json::Value;

use crate::model::{Annotation, DocumentInfo, Extra, Flag, Fragments, Origin, Relation, Remarks, by_name, sha256_hex};

/// Bytes in the making.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Canon(Vec<u8>);

impl Canon {
    pub fn number(&mut self, number: usize) -> &mut Self {
        self.0.extend((number as u64).to_be_bytes());
        self
    }

    pub fn text(&mut self, text: &str) -> &mut Self {
        self.number(text.len());
        self.0.extend(text.as_bytes());
        self
    }

    /// A text or none.
    pub fn maybe(&mut self, text: Option<&str>) -> &mut Self {
        self.number(usize::from(text.is_some())).text(text.unwrap_or_default())
    }

    pub fn fragments(&mut self, fragments: &Fragments) -> &mut Self {
        self.number(fragments.spans().len());
        for span in fragments.spans() {
            self.number(span.start().get()).number(span.end().get());
        }
        self
    }

    pub fn value(&mut self, value: &Value) -> &mut Self {
        match value {
            Value::Null => self.number(0),
            Value::Bool(is) => self.number(1 + usize::from(*is)),
            Value::Number(number) => self.number(3).text(number.as_str()),
            Value::String(text) => self.number(4).text(text),
            Value::Array(list) => {
                self.number(5).number(list.len());
                for value in list {
                    self.value(value);
                }
                self
            }
            Value::Object(object) => self.number(6).extra(object),
        }
    }

    pub fn extra(&mut self, extra: &Extra) -> &mut Self {
        self.number(extra.len());
        for (key, value) in by_name(extra) {
            self.text(key).value(value);
        }
        self
    }

    fn remarks(&mut self, remarks: &Remarks) -> &mut Self {
        self.extra(&remarks.attributes).text(&remarks.note);
        self.maybe(remarks.flag.map(Flag::name)).maybe(remarks.author.as_deref());
        self.maybe(remarks.created.as_deref()).maybe(remarks.modified.as_deref());
        self.maybe(remarks.origin.map(Origin::name))
    }

    /// All of an annotation but its id.
    pub fn of_annotation(annotation: &Annotation) -> Self {
        let mut canon = Self::default();
        canon.remarks(&annotation.remarks).text(annotation.label.as_str());
        canon.fragments(&annotation.fragments).extra(&annotation.extra);
        canon
    }

    /// All of a relation but its id.
    pub fn of_relation(relation: &Relation) -> Self {
        let mut canon = Self::default();
        canon.remarks(&relation.remarks).text(&relation.kind).maybe(relation.group.as_deref());
        canon.text(relation.from.as_str()).text(relation.to.as_str()).extra(&relation.extra);
        canon
    }

    /// All that is said of a document but its text.
    pub fn of_info(info: &DocumentInfo) -> Self {
        let mut canon = Self::default();
        canon.text(info.id.as_str()).text(&info.title).maybe(info.created.as_deref());
        canon.extra(&info.metadata).extra(&info.extra).extra(&info.intake.extra);
        canon.maybe(info.intake.original_sha256.as_deref()).maybe(info.intake.encoding.as_deref());
        canon.number(info.intake.changes.len());
        for change in &info.intake.changes {
            canon.text(change);
        }
        canon
    }

    /// The first 16 digits of their hash.
    pub fn token(&self) -> String {
        sha256_hex(&self.0).chars().take(TOKEN).collect()
    }
}

/// So many hexadecimal digits tell two things of one name apart.
pub const TOKEN: usize = 16;
