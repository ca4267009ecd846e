//! [`snap`]: from what a person pointed at to the span that shall be marked.
//!
//! Whole words or sentences first, then trimming: blanks and `, ; :` at the ends go; a full stop
//! goes where the sentence ends with it, unless it belongs to an abbreviation; a quotation mark or
//! bracket goes where its partner stands outside. Exact selections are only widened to whole
//! graphemes. If trimming would leave nothing, only blanks are trimmed; nothing but blanks is no
//! span.
//!
//! Costs a few windows of text (see [`super::near`]), never the whole selection.
//!
//! Invariant: a span never cuts a grapheme, and what a point takes never crosses a line break.
//! Knows no labels and no pointers.

use super::near::{Near, Side, is_dotted, piece};
use super::punctuation::{carries_marks, is_blank, is_comma, is_full_stop, is_quote_or_bracket};
use super::quotes::partner;
use super::{ByteOffset, Segmenter, Span, Text, Unit, is_extending};

/// What a person did, in character offsets of the text. Offsets inside a character count as before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gesture {
    /// Pointed at the character that begins here: a double-click, a triple-click, a long press.
    /// At the end of a word the word is meant, as no more of it can be hit there.
    Point(ByteOffset),
    /// Selected from one caret position to another, in either order: a drag, or keys.
    Drag {
        /// Where the selection began.
        anchor: ByteOffset,
        /// Where it is now.
        head: ByteOffset,
    },
    /// Pointed at one character and went on to another, in either order: a double-click or a long
    /// press with a drag. Takes all from the one's piece to the other's.
    Extend {
        /// The character pointed at first.
        anchor: ByteOffset,
        /// The character pointed at now.
        head: ByteOffset,
    },
}

/// What is taken off the ends of a selection, besides blanks, commas and the sentence's full stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trim {
    /// Whether a quotation mark or bracket goes whose partner stands outside.
    pub quotes: bool,
}

impl Default for Trim {
    fn default() -> Self {
        Self { quotes: true }
    }
}

/// The span that a gesture marks; `None` for an empty selection and for blanks alone.
///
/// With [`Unit::Grapheme`] the characters are taken as they are, without trimming.
#[must_use]
pub fn snap(text: &Text, segmenter: &dyn Segmenter, gesture: Gesture, unit: Unit, trim: Trim) -> Option<Span> {
    let snap = Snap { text, segmenter, unit, trim };
    let raw = match gesture {
        Gesture::Point(at) => snap.under(text.floor(at))?,
        Gesture::Drag { anchor, head } => snap.around(Span::between(text.floor(anchor), text.floor(head))?)?,
        Gesture::Extend { anchor, head } => {
            let (anchor, head) = (text.floor(anchor), text.floor(head));
            let (first, second) = (snap.under(anchor), snap.under(head));
            let start = [first.map_or(anchor, Span::start), second.map_or(head, Span::start)];
            let end = [first.map_or(anchor, Span::end), second.map_or(head, Span::end)];
            Span::new(start[0].min(start[1]), end[0].max(end[1]))?
        }
    };
    if unit == Unit::Grapheme {
        let blank = text.between(raw.start(), raw.end()).chars().all(is_blank);
        return (!blank).then_some(raw);
    }
    snap.whole_graphemes(snap.trimmed(raw)?)
}

/// A span without the blanks at its ends, invisible characters among them; `None` where nothing else is in it.
#[must_use]
pub fn without_blanks(text: &Text, span: Span) -> Option<Span> {
    shrink(text, span, |_, character, _| is_blank(character))
}

/// Takes characters off both ends as long as `goes` says so of the character at an offset, given
/// what is left; `None` where nothing is.
fn shrink(text: &Text, raw: Span, goes: impl Fn(ByteOffset, char, Span) -> bool) -> Option<Span> {
    let mut left = raw;
    loop {
        let inside = text.slice(left)?;
        let last = inside.chars().next_back()?;
        let last_at = ByteOffset::new(left.end().get() - last.len_utf8());
        if goes(last_at, last, left) {
            left = Span::new(left.start(), last_at)?;
            continue;
        }
        let mut characters = inside.chars();
        let first = characters.next()?;
        // What stands on a blank or comma would lose its ground.
        let carries = carries_marks(first) && characters.next().is_some_and(is_extending);
        if carries || !goes(left.start(), first, left) {
            return Some(left);
        }
        left = Span::new(ByteOffset::new(left.start().get() + first.len_utf8()), left.end())?;
    }
}

struct Snap<'a> {
    text: &'a Text,
    segmenter: &'a dyn Segmenter,
    unit: Unit,
    trim: Trim,
}

impl Snap<'_> {
    fn piece(&self, at: ByteOffset, side: Side) -> Option<Near> {
        piece(self.text, self.segmenter, self.unit, at, side)
    }

    /// The piece under a pointer: a word that holds the character; else one that ends there; else
    /// whatever stands there that is not blank (an emoji, a percent sign), or ends there.
    fn under(&self, at: ByteOffset) -> Option<Span> {
        let (after, before) = (self.piece(at, Side::After), self.piece(at, Side::Before));
        let near = if self.unit == Unit::Word {
            let word = |near: &Near| near.is_word;
            let visible = |near: &Near| !self.text.between(near.start, near.end).chars().all(is_blank);
            after.filter(word).or(before.filter(word)).or(after.filter(visible)).or(before.filter(visible))
        } else {
            after.or(before)
        };
        near.and_then(|near| Span::new(near.start, near.end))
    }

    /// The selection, widened to whole pieces at both ends.
    fn around(&self, raw: Span) -> Option<Span> {
        let start = self.piece(raw.start(), Side::After).map_or(raw.start(), |near| near.start);
        let end = self.piece(raw.end(), Side::Before).map_or(raw.end(), |near| near.end);
        Span::new(start, end)
    }

    fn trimmed(&self, raw: Span) -> Option<Span> {
        let trimmed = shrink(self.text, raw, |at, character, left| self.goes(at, character, left));
        trimmed.or_else(|| without_blanks(self.text, raw))
    }

    /// Whether a character at an end of what is left is to be trimmed.
    fn goes(&self, at: ByteOffset, character: char, left: Span) -> bool {
        is_blank(character)
            || is_comma(character)
            || (is_full_stop(character) && self.ends_sentence(at, character))
            || (self.trim.quotes
                && is_quote_or_bracket(character)
                && partner(self.text, at).is_some_and(|partner| !left.contains(partner)))
    }

    /// Whether a sentence ends with the full stop at an offset, and nothing else owns it: it is
    /// no part of "..." and of no abbreviation with inner stops.
    fn ends_sentence(&self, at: ByteOffset, stop: char) -> bool {
        let next = ByteOffset::new(at.get() + stop.len_utf8());
        let block = self.text.block(self.text.block_at(at));
        let after = self.text.between(next, block.end);
        let before = self.text.between(block.start, at);
        let is_tail = |c: char| is_blank(c) || is_quote_or_bracket(c);
        // Cheap refusals first: segmenting a sentence costs a window of text. After a stop of its own
        // width (。) no blank is needed.
        let in_a_word = stop == '.' && !after.chars().next().is_none_or(is_tail);
        if before.ends_with(stop) || after.starts_with(stop) || in_a_word {
            return false;
        }
        let word_start = before
            .char_indices()
            .rev()
            .take_while(|(_, c)| c.is_alphanumeric() || *c == '.' || is_extending(*c))
            .take(32)
            .last()
            .map_or(before.len(), |(i, _)| i);
        if stop == '.' && before.get(word_start..).is_some_and(is_dotted) {
            return false;
        }
        let sentence = piece(self.text, self.segmenter, Unit::Sentence, at, Side::After);
        sentence.is_some_and(|sentence| self.text.between(next, sentence.end).chars().all(is_tail))
    }

    fn whole_graphemes(&self, span: Span) -> Option<Span> {
        let start = piece(self.text, self.segmenter, Unit::Grapheme, span.start(), Side::After);
        let end = piece(self.text, self.segmenter, Unit::Grapheme, span.end(), Side::Before);
        Span::new(start.map_or(span.start(), |near| near.start), end.map_or(span.end(), |near| near.end))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use proptest::prelude::*;
    use unicode_segmentation::UnicodeSegmentation;

    use super::*;
    use crate::text::native_segmenter::NativeSegmenter;
    use crate::text::{CodePointOffset, PlainSegmenter};

    /// The cases of the table that also drives the browsers which come out wrong, of those that
    /// need no dictionary.
    fn wrong_in_table(segmenter: &dyn Segmenter) -> Vec<String> {
        let table: serde_json::Value =
            serde_json::from_str(include_str!("../../tests/fixtures/gestures.json")).expect("JSON");
        let cases = table["cases"].as_array().expect("cases");
        assert!(cases.len() > 100);
        let mut wrong = Vec::new();
        for case in cases.iter().filter(|case| case["dictionary"] != true) {
            let name = case["name"].as_str().expect("a name");
            let text = Text::new(case["text"].as_str().expect("a text"));
            let at = |key: &str| {
                let units = case[key].as_u64().expect("an offset") as usize;
                text.from_code_points(CodePointOffset::new(units)).expect("an offset in the text")
            };
            let gesture = match case["gesture"].as_str().expect("a gesture") {
                "drag" => Gesture::Drag { anchor: at("from"), head: at("to") },
                "double-click-drag" => Gesture::Extend { anchor: at("from"), head: at("to") },
                _ => Gesture::Point(at("from")),
            };
            let unit = match (case["unit"].as_str(), case["gesture"].as_str()) {
                (Some("exact"), _) => Unit::Grapheme,
                (_, Some("triple-click")) => Unit::Sentence,
                _ => Unit::Word,
            };
            let trim = Trim { quotes: case["quotes"] != "keep" };
            let found = snap(&text, segmenter, gesture, unit, trim).map(|span| text.slice(span));
            if found != case["quote"].as_str().map(Some) {
                wrong.push(format!("{name}: expected {}, got {found:?}", case["quote"]));
            }
        }
        wrong
    }

    #[test]
    fn the_table_of_gestures() {
        let wrong = wrong_in_table(&NativeSegmenter);
        assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    }

    /// Where the browser has no segmenter, people still get what they expect.
    #[test]
    fn the_table_of_gestures_by_plain_rules() {
        let wrong = wrong_in_table(&PlainSegmenter);
        assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    }

    fn any_text() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            "(?s).{0,6}",
            "[a-zA-Z.,;:'’“”\"() \n-]{0,12}",
            "[\u{600}\u{301}\u{200D}\u{FE0F} .,]{0,4}",
            "[👨👩👧🏽\u{200D}🇫🇷]{0,6}",
            "[नमसकति्ािु ।]{0,8}",
            "[ابتثكسل، ؛؟.ـَ«»]{0,8}",
            "[我们在北京。，「」]{0,8}",
        ];
        prop::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1024))]

        #[test]
        fn a_snapped_span_is_sound(
            string in any_text(),
            anchor in any::<prop::sample::Index>(),
            head in any::<prop::sample::Index>(),
            kind in 0..3,
            unit in prop_oneof![Just(Unit::Grapheme), Just(Unit::Word), Just(Unit::Sentence)],
            quotes: bool,
        ) {
            let text = Text::new(string.clone());
            // Any byte at all, inside characters too, and beyond the end.
            let (anchor, head) = (ByteOffset::new(anchor.index(string.len() + 2)), ByteOffset::new(head.index(string.len() + 2)));
            let gesture = match kind {
                0 => Gesture::Point(anchor),
                1 => Gesture::Drag { anchor, head },
                _ => Gesture::Extend { anchor, head },
            };
            let trim = Trim { quotes };
            let found = snap(&text, &NativeSegmenter, gesture, unit, trim);
            let turned = match gesture {
                Gesture::Drag { anchor, head } => Gesture::Drag { anchor: head, head: anchor },
                Gesture::Extend { anchor, head } => Gesture::Extend { anchor: head, head: anchor },
                Gesture::Point(at) => Gesture::Point(at),
            };
            prop_assert_eq!(found, snap(&text, &NativeSegmenter, turned, unit, trim), "either order");
            let Some(span) = found else {
                if let (Gesture::Drag { anchor, head }, Some(_)) = (gesture, Span::between(text.floor(anchor), text.floor(head))) {
                    let (from, to) = (text.floor(anchor.min(head)), text.floor(anchor.max(head)));
                    prop_assert!(text.between(from, to).chars().all(is_blank), "only blanks are nothing");
                }
                return Ok(());
            };
            let quote = text.slice(span).expect("on character boundaries");
            prop_assert!(!quote.chars().all(is_blank));
            // The whole line decides what a grapheme is; a window must not.
            let boundaries: Vec<usize> = string.grapheme_indices(true).map(|(i, _)| i).chain([string.len()]).collect();
            prop_assert!(boundaries.contains(&span.start().get()), "start in {quote:?}");
            prop_assert!(boundaries.contains(&span.end().get()), "end in {quote:?}");
            if unit != Unit::Grapheme {
                let first = quote.graphemes(true).next().unwrap_or("");
                let last = quote.graphemes(true).next_back().unwrap_or("");
                prop_assert!(![first, last].iter().any(|g| g.chars().all(is_blank)), "trimmed: {quote:?}");
                // What was made can be made again, unless words and graphemes cross each other.
                let again = Gesture::Drag { anchor: span.start(), head: span.end() };
                let agree = string.split_word_bound_indices().all(|(at, _)| boundaries.contains(&at));
                if unit == Unit::Word && kind == 1 && agree {
                    prop_assert_eq!(snap(&text, &NativeSegmenter, again, unit, trim), Some(span), "settled");
                }
            }
            if let Gesture::Point(_) = gesture {
                prop_assert!(!quote.contains('\n'), "a point stays in its line");
            }
        }
    }

    #[test]
    fn a_selection_inside_a_grapheme_takes_it_whole() {
        let text = Text::new("a👨\u{200D}👩\u{200D}👧b");
        let check = |from, to, expected| {
            let gesture = Gesture::Drag { anchor: ByteOffset::new(from), head: ByteOffset::new(to) };
            let found = snap(&text, &NativeSegmenter, gesture, Unit::Grapheme, Trim::default());
            assert_eq!(found.and_then(|span| text.slice(span)), expected, "{from}..{to}");
        };
        check(1, 5, Some("👨\u{200D}👩\u{200D}👧"));
        check(5, 12, Some("👨\u{200D}👩\u{200D}👧"));
        check(3, 2, None);
        check(0, 5, Some("a👨\u{200D}👩\u{200D}👧"));
    }

    #[test]
    fn a_megabyte_costs_no_more_than_its_ends() {
        for piece in ["word ", "x", "“", ".", " ", "👍🏽", "a\u{301}"] {
            let text = Text::new(piece.repeat(1_000_000 / piece.len()));
            for unit in [Unit::Grapheme, Unit::Word, Unit::Sentence] {
                let started = Instant::now();
                let gesture = Gesture::Drag { anchor: ByteOffset::new(3), head: ByteOffset::new(text.end().get() - 3) };
                let _ = snap(&text, &NativeSegmenter, gesture, unit, Trim::default());
                let took = started.elapsed();
                assert!(took.as_millis() < 400, "{piece:?} {unit:?}: {took:?}");
            }
        }
    }
}
