//! [`BrowserSegmenter`]: the browser's own `Intl.Segmenter`, which knows every script and has
//! dictionaries for those without blanks; plain rules where a browser lacks it.
//!
//! Always asked in one locale, so that the same gesture takes the same words in every browser; the
//! scripts, not the locale, choose the dictionaries.
//!
//! Invariant: offsets leave here as bytes; UTF-16 is not seen outside.

use js_sys::{Array, Function, Object, Reflect};
use wasm_bindgen::prelude::*;

use crate::text::{Piece, PlainSegmenter, Segmenter, Unit};

const LOCALE: &str = "en";

#[wasm_bindgen]
extern "C" {
    /// An `Intl.Segmenter`.
    type Intl;

    #[wasm_bindgen(method, catch)]
    fn segment(this: &Intl, string: &str) -> Result<Object, JsValue>;

    /// One entry of what `segment` answers.
    type SegmentData;

    /// Where it begins, in UTF-16 units.
    #[wasm_bindgen(method, getter)]
    fn index(this: &SegmentData) -> u32;
}

/// Cuts strings as the browser does. Make one and keep it: making the browser's objects is slow.
pub struct BrowserSegmenter {
    grapheme: Option<Intl>,
    word: Option<Intl>,
    sentence: Option<Intl>,
}

impl BrowserSegmenter {
    /// Asks the browser for its segmenters.
    #[must_use]
    pub fn new() -> Self {
        Self { grapheme: intl("grapheme"), word: intl("word"), sentence: intl("sentence") }
    }

    /// Whether the browser has segmenters of its own, and plain rules need not stand in.
    #[must_use]
    pub fn is_native(&self) -> bool {
        self.grapheme.is_some() && self.word.is_some() && self.sentence.is_some()
    }
}

impl Default for BrowserSegmenter {
    fn default() -> Self {
        Self::new()
    }
}

impl Segmenter for BrowserSegmenter {
    fn pieces(&self, string: &str, unit: Unit) -> Vec<Piece> {
        let segmenter = match unit {
            Unit::Grapheme => &self.grapheme,
            Unit::Word => &self.word,
            Unit::Sentence => &self.sentence,
        };
        let segments = segmenter.as_ref().and_then(|segmenter| segmenter.segment(string).ok());
        segments.map_or_else(|| PlainSegmenter.pieces(string, unit), |segments| read(string, &segments, unit))
    }
}

fn intl(granularity: &str) -> Option<Intl> {
    let intl = Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
    let class: Function = Reflect::get(&intl, &"Segmenter".into()).ok()?.dyn_into().ok()?;
    let options = Object::new();
    Reflect::set(&options, &"granularity".into(), &granularity.into()).ok()?;
    let made = Reflect::construct(&class, &Array::of2(&LOCALE.into(), &options)).ok()?;
    Some(made.unchecked_into())
}

/// The segments as pieces: both follow one another, so one walk through the string converts all.
fn read(string: &str, segments: &Object, unit: Unit) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut rest = string.char_indices();
    let (mut byte, mut utf16) = (0, 0);
    for segment in Array::from(segments) {
        let segment: SegmentData = segment.unchecked_into();
        let index = segment.index() as usize;
        while utf16 < index
            && let Some((at, character)) = rest.next()
        {
            utf16 += character.len_utf16();
            byte = at + character.len_utf8();
        }
        if let Some(last) = pieces.last_mut() {
            last.end = byte;
        }
        pieces.push(Piece { start: byte, end: string.len(), is_word: true });
    }
    if unit == Unit::Word {
        for piece in &mut pieces {
            // Not by the browser's own word: Firefox denies it to Chinese and Japanese words.
            piece.is_word = string.get(piece.start..piece.end).is_some_and(|s| s.contains(char::is_alphanumeric));
        }
    }
    pieces
}
