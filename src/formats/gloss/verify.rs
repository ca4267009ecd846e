//! Reading a file back before it is handed over.
//!
//! Invariant: a span counts as verified only where the file's own offsets, applied to the file's
//! own text the way a reader without Gloss would, give the file's quote, and where the annotation
//! in memory says the same. Slices here by its own counting, not through the index that wrote the
//! offsets.

use std::ops::Range;

use serde_json::{Map, Value};

use super::Problem;
use super::place::Place;
use super::read::{parse, read_file};
use crate::model::{Annotation, Document};

/// How a file stood the test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verification {
    /// Annotations whose spans give their quote.
    pub verified: usize,
    /// Annotations in memory.
    pub total: usize,
    /// What does not agree. Empty if and only if the file is sound.
    pub failures: Vec<Problem>,
}

impl Verification {
    /// Whether everything agrees.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.failures.is_empty() && self.verified == self.total
    }
}

/// Reads the file back and compares it with the documents that it was made from.
#[must_use]
pub fn verify(json: &str, documents: &[Document]) -> Verification {
    let total = documents.iter().map(|document| document.annotations.len()).sum();
    let mut result = Verification { verified: 0, total, failures: Vec::new() };
    let file = match parse(json) {
        Ok(file) => file,
        Err(refusal) => return result.failed("the file", refusal.to_string()),
    };
    match file.get("documents").and_then(Value::as_array) {
        Some(written) if written.len() == documents.len() => {
            let place = Place::top("documents");
            for (index, (written, document)) in written.iter().zip(documents).enumerate() {
                result.document(written, document, &place.index(index));
            }
        }
        _ => return result.failed("documents", format!("not the {} that were to be written", documents.len())),
    }
    let mut ids = 0_usize;
    let mut next_id = || {
        ids += 1;
        ids.to_string()
    };
    match read_file(file, &mut next_id) {
        Ok(reading) => result.failures.extend(reading.problems),
        Err(refusal) => return result.failed("the file", refusal.to_string()),
    }
    result
}

impl Verification {
    fn failed(mut self, path: &str, message: String) -> Self {
        self.verified = 0;
        self.failures.push(Problem { path: path.to_owned(), message });
        self
    }

    fn document(&mut self, written: &Value, document: &Document, place: &Place<'_>) {
        let text = written.get("text").and_then(Value::as_str).unwrap_or_default();
        if text != document.text().as_str() {
            self.failures.push(place.key("text").problem("not the text of the article"));
            return;
        }
        let starts = Starts::of(text);
        let annotations = written.get("annotations").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let place = place.key("annotations");
        if annotations.len() != document.annotations.len() {
            let message = format!("{} of {}", annotations.len(), document.annotations.len());
            self.failures.push(place.problem(message));
        }
        for (index, (written, annotation)) in annotations.iter().zip(document.annotations.iter()).enumerate() {
            match check(written, document, annotation, &starts) {
                Ok(()) => self.verified += 1,
                Err(message) => self.failures.push(place.index(index).problem(message)),
            }
        }
    }
}

fn check(written: &Value, document: &Document, annotation: &Annotation, text: &Starts<'_>) -> Result<(), String> {
    let written = written.as_object().ok_or("not an object")?;
    let get = |key: &str| written.get(key).and_then(Value::as_str).unwrap_or_default();
    if (get("id"), get("label")) != (annotation.id.as_str(), annotation.label.as_str()) {
        return Err("not the annotation that stands there in the article".to_owned());
    }
    let places = match written.get("fragments").and_then(Value::as_array) {
        None => vec![text.place(written)?],
        Some(fragments) => {
            let places = fragments.iter().map(|fragment| text.place(fragment.as_object().ok_or("not an object")?));
            places.collect::<Result<Vec<_>, String>>()?
        }
    };
    let pieces: Vec<&str> = places.iter().filter_map(|place| text.text.get(place.clone())).collect();
    let quote = pieces.join(" ");
    if quote != get("text") {
        return Err("the text at its offsets is not its quote".to_owned());
    }
    let marked = annotation.fragments.spans().iter().map(|span| span.start().get()..span.end().get());
    if quote != document.quote(annotation) || !places.into_iter().eq(marked) {
        return Err("its place is not what is marked in the article".to_owned());
    }
    Ok(())
}

/// A text with the byte in which each code point begins.
struct Starts<'t> {
    text: &'t str,
    bytes: Vec<u32>,
}

impl<'t> Starts<'t> {
    fn of(text: &'t str) -> Self {
        let ends = text.char_indices().map(|(byte, _)| byte).chain([text.len()]);
        Self { text, bytes: ends.map(|byte| u32::try_from(byte).unwrap_or(u32::MAX)).collect() }
    }

    /// The bytes from `start` to `end` of an object of the file.
    fn place(&self, object: &Map<String, Value>) -> Result<Range<usize>, String> {
        let byte = |key: &str| {
            let at = usize::try_from(object.get(key)?.as_u64()?).ok()?;
            self.bytes.get(at).map(|byte| *byte as usize)
        };
        let range = byte("start").zip(byte("end")).filter(|(start, end)| start < end);
        range.map(|(start, end)| start..end).ok_or_else(|| "its offsets are not in the text".to_owned())
    }
}
