//! Clock, ids and segmentation, as the browser has them.

use std::cell::Cell;

use js_sys::Date;

use super::runner;
use super::segmenter::BrowserSegmenter;
use crate::app::Env;
use crate::model::Timestamp;
use crate::text::Segmenter;

/// The browser's surroundings.
pub struct BrowserEnv {
    segmenter: BrowserSegmenter,
    /// The last id's time and counter: ids of one moment still differ and stay in order.
    last: Cell<(u64, u16)>,
}

impl BrowserEnv {
    /// Sets up the segmenters.
    #[must_use]
    pub fn new() -> Self {
        Self { segmenter: BrowserSegmenter::new(), last: Cell::new((0, 0)) }
    }
}

impl Default for BrowserEnv {
    fn default() -> Self {
        Self::new()
    }
}

impl Env for BrowserEnv {
    fn now(&self) -> Timestamp {
        let iso = String::from(Date::new_0().to_iso_string());
        let seconds = iso.split('.').next().unwrap_or(&iso);
        format!("{}Z", seconds.trim_end_matches('Z')).into()
    }

    fn milliseconds(&self) -> f64 {
        Date::now()
    }

    /// A UUID of version 7: sorted by the moment it was made.
    fn new_id(&self) -> String {
        let now = Date::now() as u64;
        let (before, count) = self.last.get();
        // The clock may be set back: ids still grow.
        let (time, count) = if now > before { (now, 0) } else { (before, count.wrapping_add(1)) };
        self.last.set((time, count));
        let random = || (js_sys::Math::random() * f64::from(u32::MAX)) as u64;
        let high = (time << 16) | 0x7000 | u64::from(count & 0x0fff);
        let low = (1_u64 << 63) | ((random() << 32 | random()) >> 2);
        let hex = format!("{high:016x}{low:016x}");
        let part = |range: std::ops::Range<usize>| hex.get(range).unwrap_or_default().to_owned();
        format!("{}-{}-{}-{}-{}", part(0..8), part(8..12), part(12..16), part(16..20), part(20..32))
    }

    fn lower_case(&self, text: &str) -> String {
        lower_case(text)
    }

    fn project(&self) -> Option<String> {
        runner::project()
    }

    fn segmenter(&self) -> &dyn Segmenter {
        &self.segmenter
    }
}

/// A text in lower case, by the browser: the tables for all of Unicode weigh 6 kB gzipped.
#[must_use]
pub fn lower_case(text: &str) -> String {
    if text.is_ascii() { text.to_ascii_lowercase() } else { js_sys::JsString::from(text).to_lower_case().into() }
}

/// A text as people look for it: in lower case, and without accents.
#[must_use]
pub fn folded(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let apart = js_sys::JsString::from(text).normalize("NFD");
    let apart = String::from(apart.to_lower_case());
    apart.chars().filter(|letter| !('\u{300}'..='\u{36f}').contains(letter)).collect()
}
