//! [`piece`]: the grapheme, word or sentence at a place, without segmenting more than a window.
//!
//! Two things are better here than what a [`Segmenter`] gives: an abbreviation with inner stops
//! is one word with its last one ("U.S."), while other stops part words ("Homs.The"), and a sentence does not end after "Mr.", "No." before a
//! number, an initial, or "U.S." before a name.
//!
//! Limits: a word above 4 KiB, a sentence above 64 KiB or a grapheme above 4 KiB is cut where the
//! window ends. The abbreviations are those of English news, with what they share with others.
//!
//! Invariant: a piece holds the character it was asked for and never crosses a line break.

use super::punctuation::{is_blank, is_quote_or_bracket};
use super::{Block, ByteOffset, Piece, Segmenter, Text, Unit, is_extending};

/// Of the two characters beside an offset, which is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// The one that ends there.
    Before,
    /// The one that begins there.
    After,
}

/// A piece of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Near {
    pub(super) start: ByteOffset,
    pub(super) end: ByteOffset,
    /// For words: whether it is a word, not blanks or punctuation.
    pub(super) is_word: bool,
}

/// How many bytes to either side are segmented: first few, then more where the piece reaches the
/// window's edge.
const fn reaches(unit: Unit) -> [usize; 2] {
    match unit {
        Unit::Grapheme => [64, 4096],
        Unit::Word => [256, 4096],
        Unit::Sentence => [4096, 65536],
    }
}

/// The piece that holds the character at one side of an offset; `None` where its block has no
/// character there.
pub(super) fn piece(text: &Text, segmenter: &dyn Segmenter, unit: Unit, at: ByteOffset, side: Side) -> Option<Near> {
    let at = text.floor(at);
    let block = text.block(text.block_at(at));
    if (side == Side::Before && at == block.start) || (side == Side::After && at >= block.end) || block.end < at {
        return None;
    }
    // A window that begins inside a grapheme spoils the piece after it as well.
    let margin = if unit == Unit::Sentence { 1 } else { 2 };
    let mut found = None;
    for reach in reaches(unit) {
        let (start, end) = window(text, block, at, reach);
        let pieces = pieces(text.between(start, end), segmenter, unit);
        let relative = at.get() - start.get();
        let holds = |piece: &&Piece| match side {
            Side::Before => piece.start < relative && relative <= piece.end,
            Side::After => piece.start <= relative && relative < piece.end,
        };
        let i = pieces.iter().position(|piece| holds(&piece))?;
        let piece = pieces.get(i)?;
        found = Some(Near {
            start: ByteOffset::new(start.get() + piece.start),
            end: ByteOffset::new(start.get() + piece.end),
            is_word: piece.is_word,
        });
        let cut_off = (i < margin && start > block.start) || (pieces.len() - i <= margin && end < block.end);
        if !cut_off {
            break;
        }
    }
    found
}

/// A stretch of a block around an offset. What it cuts at its ends does not reach far into it, but
/// for a row of flags: these pair up from the first, so it must begin with a whole one.
fn window(text: &Text, block: Block, at: ByteOffset, reach: usize) -> (ByteOffset, ByteOffset) {
    let near = |byte: usize| text.floor(ByteOffset::new(byte.clamp(block.start.get(), block.end.get())));
    let (start, end) = (near(at.get().saturating_sub(reach)), near(at.get() + reach));
    let is_flag_half = |c: &char| ('\u{1F1E6}'..='\u{1F1FF}').contains(c);
    let halves = text.between(block.start, start).chars().rev().take_while(is_flag_half).count();
    let start = if halves % 2 == 1 { near(start.get() - 4) } else { start };
    (start, end)
}

/// The pieces of a string, with abbreviations put together again.
fn pieces(string: &str, segmenter: &dyn Segmenter, unit: Unit) -> Vec<Piece> {
    let pieces = segmenter.pieces(string, unit);
    match unit {
        Unit::Grapheme => pieces,
        Unit::Word => words(string, &pieces),
        Unit::Sentence => {
            let mut joined: Vec<Piece> = Vec::with_capacity(pieces.len());
            for piece in pieces {
                match joined.last_mut() {
                    Some(last) if goes_on(str_of(string, *last), str_of(string, piece)) => last.end = piece.end,
                    _ => joined.push(piece),
                }
            }
            joined
        }
    }
}

fn str_of(string: &str, piece: Piece) -> &str {
    string.get(piece.start..piece.end).unwrap_or("")
}

/// Words, with the same stops inside them whoever cut them: browsers disagree on "U.S" and on the
/// "Homs.The" of a text that lost its blanks. The stops of abbreviations and numbers are within,
/// all others are pieces of their own.
fn words(string: &str, pieces: &[Piece]) -> Vec<Piece> {
    let mut apart: Vec<Piece> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        let mut start = piece.start;
        for (at, _) in str_of(string, *piece).match_indices('.') {
            let stop = piece.start + at;
            let after_letter = string.get(start..stop).is_some_and(|s| s.ends_with(|c: char| !c.is_numeric()));
            if after_letter && piece.is_word {
                apart.push(Piece { start, end: stop, is_word: true });
                apart.push(Piece { start: stop, end: stop + 1, is_word: false });
                start = stop + 1;
            }
        }
        if start < piece.end {
            apart.push(Piece { start, ..*piece });
        }
    }
    let mut joined: Vec<Piece> = Vec::with_capacity(apart.len());
    let mut rest = apart.into_iter().peekable();
    while let Some(piece) = rest.next() {
        let Some(last) = joined.last_mut().filter(|last| last.is_word && str_of(string, piece) == ".") else {
            joined.push(piece);
            continue;
        };
        let is_abbreviation = |end: usize| string.get(last.start..end).is_some_and(is_dotted);
        if let Some(next) = rest.next_if(|next| next.is_word && is_abbreviation(next.end)) {
            last.end = next.end;
        } else if is_abbreviation(last.end) {
            last.end = piece.end;
        } else {
            joined.push(piece);
        }
    }
    joined
}

/// Whether a word is an abbreviation with inner stops, given without its last: "U.S", "p.m", "Ph.D".
pub(super) fn is_dotted(word: &str) -> bool {
    let mut parts = 0;
    let mut single = false;
    for part in word.split('.') {
        let letters = part.chars().filter(|c| !is_extending(*c)).count();
        if !(1..=2).contains(&letters) || !part.chars().all(|c| c.is_alphabetic() || is_extending(c)) {
            return false;
        }
        parts += 1;
        single |= letters == 1;
    }
    parts > 1 && single
}

/// After these, with a stop, a name follows.
const TITLES: [&str; 32] = [
    "Mr", "Mrs", "Ms", "Mx", "Dr", "Prof", "Gen", "Col", "Lt", "Maj", "Capt", "Cpl", "Sgt", "Cmdr", "Adm", "Sen",
    "Rep", "Gov", "Pres", "Rev", "Hon", "Msgr", "Messrs", "Mme", "Mlle", "Fr", "Sra", "Mt", "St", "Ft", "vs", "Pvt",
];

/// After these, with a stop, a number may follow.
const COUNTED: [&str; 19] = [
    "No", "Nos", "Nr", "Art", "Sec", "Vol", "Fig", "p", "pp", "Jan", "Feb", "Mar", "Apr", "Aug", "Sept", "Sep", "Oct",
    "Nov", "Dec",
];

/// These may end a sentence or stand before more of a name.
const NAMES_GO_ON: [&str; 8] = ["Inc", "Ltd", "Corp", "Co", "Bros", "Jr", "Sr", "Gov't"];

/// With these a new sentence begins, even after an abbreviation.
const STARTERS: [&str; 44] = [
    "A", "After", "All", "Although", "An", "And", "As", "At", "Because", "Before", "But", "By", "During", "For", "He",
    "Her", "His", "However", "I", "If", "In", "It", "Its", "Many", "No", "On", "Our", "She", "Since", "So", "Some",
    "That", "The", "Their", "There", "These", "They", "This", "Those", "We", "What", "When", "While", "You",
];

/// Whether a sentence goes on although a [`Segmenter`] cut it after an abbreviation.
fn goes_on(last: &str, next: &str) -> bool {
    let Some(body) = last.trim_end_matches(is_blank).strip_suffix('.') else { return false };
    let word =
        body.rsplit(|c| is_blank(c) || is_quote_or_bracket(c) || matches!(c, '-' | '–' | '—')).next().unwrap_or(body);
    let next_word = next.split(|c: char| !c.is_alphanumeric()).next().unwrap_or("");
    if TITLES.contains(&word) {
        return !next_word.is_empty();
    }
    if COUNTED.contains(&word) {
        return next_word.starts_with(char::is_numeric);
    }
    let mut letters = word.chars();
    let initial = matches!((letters.next(), letters.next()), (Some(c), None) if c.is_uppercase());
    (initial || is_dotted(word) || NAMES_GO_ON.contains(&word))
        && !next_word.is_empty()
        && !STARTERS.contains(&next_word)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::native_segmenter::NativeSegmenter;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        /// A window must see what the whole line would show.
        #[test]
        fn a_window_cuts_as_the_whole_line_does(
            parts in prop::collection::vec(prop_oneof![
                40 => "[a-z]{1,12}",
                40 => Just(" ".to_owned()),
                4 => "(U\\.S\\.|Mr\\. [A-Z]|, |3\\.5)",
                1 => "\\? |\\. [A-Z]",
                8 => "[👨👩]\u{200D}👧|🇫🇷 |👍🏽|नि|e\u{301}{1,3}|كِتَابٌ|[我们在]",
                1 => "[a-z]{200,600}|🇫(🇷🇩){8,60}|a\u{301}{100,300}",
            ], 200..1800),
            places in prop::collection::vec(any::<prop::sample::Index>(), 12),
        ) {
            let text = Text::new(parts.concat());
            for unit in [Unit::Grapheme, Unit::Word, Unit::Sentence] {
                let whole = pieces(text.as_str(), &NativeSegmenter, unit);
                for at in &places {
                    let at = text.floor(ByteOffset::new(at.index(text.end().get())));
                    let expected = whole.iter().find(|piece| piece.start <= at.get() && at.get() < piece.end);
                    let expected = expected.map(|piece| (piece.start, piece.end));
                    let found = piece(&text, &NativeSegmenter, unit, at, Side::After);
                    prop_assert_eq!(found.map(|near| (near.start.get(), near.end.get())), expected, "{:?}", unit);
                }
            }
        }
    }

    #[test]
    fn sentences_of_news() {
        let check = |expected: &[&str]| {
            let text = Text::new(expected.concat());
            let mut at = ByteOffset::ZERO;
            for sentence in expected {
                let found = piece(&text, &NativeSegmenter, Unit::Sentence, at, Side::After).expect("a sentence");
                assert_eq!(text.between(found.start, found.end), *sentence);
                at = found.end;
            }
        };
        check(&["Mr. Smith met Gen. J. K. Brown. ", "He left."]);
        check(&["The U.S. Senate voted. ", "It failed in the U.S. ", "The House did not."]);
        check(&["Sold by Acme Inc. of Boston on Jan. 5 as No. 7. ", "Why? ", "“Nobody knows.” ", "Fine."]);
        check(&["هذا كلام. ", "وهذا آخر؟ ", "نعم."]);
        check(&["यह वाक्य है। ", "और यह।"]);
        check(&["他走了。", "她没走！"]);
        check(&["At 5 p.m. ", "He came at 6 p.m. yesterday."]);
    }

    #[test]
    fn stops_in_words_are_the_same_whoever_cuts() {
        /// Cuts at every stop, as Chromium does between letters.
        struct AtStops;
        impl Segmenter for AtStops {
            fn pieces(&self, string: &str, unit: Unit) -> Vec<Piece> {
                let whole = NativeSegmenter.pieces(string, unit);
                whole
                    .into_iter()
                    .flat_map(|piece| {
                        let words = str_of(string, piece).split_inclusive('.');
                        let mut start = piece.start;
                        words
                            .flat_map(move |word| {
                                let stop = usize::from(word.len() > 1 && word.ends_with('.'));
                                let (from, to) = (start, start + word.len());
                                start = to;
                                [(from, to - stop), (to - stop, to)].map(|(start, end)| Piece {
                                    start,
                                    end,
                                    is_word: word != "." && start == from,
                                })
                            })
                            .filter(|piece| piece.start < piece.end)
                            .collect::<Vec<_>>()
                    })
                    .collect()
            }
        }
        let check = |expected: &[&str]| {
            let string = expected.concat();
            for segmenter in [&NativeSegmenter as &dyn Segmenter, &AtStops] {
                let found: Vec<&str> =
                    pieces(&string, segmenter, Unit::Word).iter().map(|p| str_of(&string, *p)).collect();
                assert_eq!(found, expected);
            }
        };
        check(&["the", " ", "U.S.", " ", "army"]);
        check(&["U.S.A.", " ", "Ph.D.", ",", " ", "p.m.", ")"]);
        check(&["Homs", ".", "The", " ", "end", "."]);
        check(&["reuters", ".", "com", ".", ".", "."]);
        check(&["the", " ", "U.S."]);
    }

    #[test]
    fn dotted() {
        for word in ["U.S", "p.m", "e.g", "a.k.a", "Ph.D", "D.C", "т.е"] {
            assert!(is_dotted(word), "{word}");
        }
        for word in ["", "U", "example.com", "3.5", "co.uk", "U..S", "end.The"] {
            assert!(!is_dotted(word), "{word}");
        }
    }

    /// A megabyte without a blank or a stop must cost no more than the window.
    #[test]
    fn a_long_line_costs_its_window() {
        let text = Text::new("x".repeat(1_000_000));
        for unit in [Unit::Grapheme, Unit::Word, Unit::Sentence] {
            let started = std::time::Instant::now();
            let found = piece(&text, &NativeSegmenter, unit, ByteOffset::new(500_000), Side::After).expect("a piece");
            assert!(found.end.get() - found.start.get() < 200_000);
            assert!(started.elapsed().as_millis() < 500, "{unit:?}: {:?}", started.elapsed());
        }
    }
}
