//! Segmentation by the browser (`Intl.Segmenter`).
use js_sys::{Array, Function, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use crate::text::{Piece, Segmenter, Unit};

/// The browser's segmenters.
pub struct IntlSegmenter([Option<JsValue>; 3]);

impl IntlSegmenter {
    /// Sets them up.
    #[must_use]
    pub fn new() -> Self {
        Self(["grapheme", "word", "sentence"].map(make))
    }
}

fn make(granularity: &str) -> Option<JsValue> {
    let intl = Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
    let class: Function = Reflect::get(&intl, &"Segmenter".into()).ok()?.dyn_into().ok()?;
    let options = Object::new();
    Reflect::set(&options, &"granularity".into(), &granularity.into()).ok()?;
    Reflect::construct(&class, &Array::of2(&JsValue::UNDEFINED, &options)).ok()
}

impl Segmenter for IntlSegmenter {
    fn pieces(&self, string: &str, unit: Unit) -> Vec<Piece> {
        let [grapheme, word, sentence] = &self.0;
        let segmenter = match unit {
            Unit::Grapheme => grapheme,
            Unit::Word => word,
            Unit::Sentence => sentence,
        };
        let cut = || {
            let segmenter = segmenter.as_ref()?;
            let segment: Function = Reflect::get(segmenter, &"segment".into()).ok()?.dyn_into().ok()?;
            let segments = Array::from(&segment.call1(segmenter, &string.into()).ok()?);
            let mut start = 0;
            let mut pieces = Vec::new();
            for segment in segments.iter() {
                let words = Reflect::get(&segment, &"segment".into()).ok()?.as_string()?;
                let is_word = unit != Unit::Word || Reflect::get(&segment, &"isWordLike".into()).ok()?.is_truthy();
                pieces.push(Piece { start, end: start + words.len(), is_word });
                start += words.len();
            }
            Some(pieces)
        };
        cut().unwrap_or_default()
    }
}
