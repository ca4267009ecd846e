//! [`PlainSegmenter`]: a [`Segmenter`] by a few plain rules, for where the browser brings none.
//!
//! Words are runs of letters and digits, with what stands between two of them in "didn't", "3.5" and
//! "U.S"; in scripts without blanks each character is a word. Sentences end after their mark and the
//! blanks that follow; a full stop before a small letter or digit ends none. Graphemes are characters
//! with their marks, emoji with their joiners, flags; Korean letters that were not composed fall apart.
//!
//! Invariant: as for every segmenter, the pieces cover the string without gaps.

use super::punctuation::{is_blank, is_full_stop, is_quote_or_bracket};
use super::{Piece, Segmenter, Unit, is_extending};

/// Cuts by plain rules, without tables of the Unicode standard.
#[derive(Clone, Copy, Debug, Default)]
pub struct PlainSegmenter;

impl Segmenter for PlainSegmenter {
    fn pieces(&self, string: &str, unit: Unit) -> Vec<Piece> {
        let graphemes = graphemes(string);
        match unit {
            Unit::Grapheme => graphemes,
            Unit::Word => words(string, &graphemes),
            Unit::Sentence => sentences(string, &graphemes),
        }
    }
}

fn graphemes(string: &str) -> Vec<Piece> {
    const JOINER: char = '\u{200D}';
    let is_flag_half = |c: char| ('\u{1F1E6}'..='\u{1F1FF}').contains(&c);
    let mut pieces: Vec<Piece> = Vec::new();
    let (mut before, mut flag_halves) = (None, 0);
    for (start, character) in string.char_indices() {
        let end = start + character.len_utf8();
        let is_mark = is_extending(character) && before.is_some_and(|c: char| !c.is_control());
        let is_joined = before == Some(JOINER) && !character.is_alphanumeric() && !is_blank(character);
        let is_flag = is_flag_half(character) && flag_halves % 2 == 1;
        match pieces.last_mut() {
            Some(last) if is_mark || is_joined || is_flag => last.end = end,
            _ => pieces.push(Piece { start, end, is_word: true }),
        }
        flag_halves = if is_flag_half(character) { flag_halves + 1 } else { 0 };
        before = Some(character);
    }
    pieces
}

/// What a grapheme is to the words around it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Letter,
    /// A word of its own: of a script that sets no blanks.
    Ideograph,
    /// Holds two letters together when it stands between them.
    Link,
    Blank,
    Other,
}

fn first_char(string: &str, piece: Piece) -> char {
    string.get(piece.start..piece.end).and_then(|s| s.chars().next()).unwrap_or(' ')
}

fn kind(character: char) -> Kind {
    match character {
        '\u{0E00}'..='\u{0EFF}'
        | '\u{1000}'..='\u{109F}'
        | '\u{1780}'..='\u{17FF}'
        | '\u{3040}'..='\u{309F}'
        | '\u{3400}'..='\u{9FFF}'
        | '\u{F900}'..='\u{FAFF}'
        | '\u{20000}'..='\u{3FFFF}' => Kind::Ideograph,
        '\'' | '’' | '.' | ',' | '"' | '\u{00B7}' | '\u{05F4}' => Kind::Link,
        '_' | 'ـ' => Kind::Letter,
        c if c.is_alphanumeric() => Kind::Letter,
        c if is_blank(c) => Kind::Blank,
        _ => Kind::Other,
    }
}

fn words(string: &str, graphemes: &[Piece]) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut before = Kind::Other;
    for (i, grapheme) in graphemes.iter().enumerate() {
        let here = first_char(string, *grapheme);
        let next = graphemes.get(i + 1).map(|next| first_char(string, *next));
        let previous = i.checked_sub(1).and_then(|i| graphemes.get(i)).map(|piece| first_char(string, *piece));
        let links = kind(here) == Kind::Link
            && before == Kind::Letter
            && next.is_some_and(|next| kind(next) == Kind::Letter)
            // A comma belongs to a number only, a straight mark to a Hebrew acronym only.
            && match here {
                ',' => previous.is_some_and(char::is_numeric) && next.is_some_and(char::is_numeric),
                '"' => previous.is_some_and(|c| ('\u{05D0}'..='\u{05EA}').contains(&c)),
                _ => true,
            };
        let now = if links { Kind::Letter } else { kind(here) };
        let goes_on = now == before && matches!(now, Kind::Letter | Kind::Blank);
        match pieces.last_mut() {
            Some(last) if goes_on => last.end = grapheme.end,
            _ => pieces.push(Piece { is_word: matches!(now, Kind::Letter | Kind::Ideograph), ..*grapheme }),
        }
        before = now;
    }
    pieces
}

fn sentences(string: &str, graphemes: &[Piece]) -> Vec<Piece> {
    /// How far the end of a sentence has come.
    #[derive(PartialEq)]
    enum State {
        Within,
        /// After a mark that ends it; `narrow` for one after which a blank must follow.
        Ended {
            narrow: bool,
        },
        /// After the blanks behind it.
        Blanks {
            stop: bool,
        },
    }
    let mut pieces: Vec<Piece> = Vec::new();
    let mut state = State::Within;
    let mut fresh = true;
    for grapheme in graphemes {
        let here = first_char(string, *grapheme);
        let ends = is_full_stop(here) || matches!(here, '?' | '!' | '؟' | '？' | '！' | '…');
        let begins = match state {
            State::Within => fresh,
            State::Ended { narrow } => !narrow && !ends && !is_blank(here) && !is_quote_or_bracket(here),
            State::Blanks { stop } => !is_blank(here) && !(stop && (here.is_lowercase() || here.is_numeric())),
        };
        match pieces.last_mut() {
            Some(last) if !begins => last.end = grapheme.end,
            _ => pieces.push(*grapheme),
        }
        state = match state {
            _ if here == '\n' => State::Blanks { stop: false },
            _ if ends => State::Ended { narrow: here.is_ascii() || here == '…' || here == '؟' },
            State::Ended { narrow } if is_blank(here) => State::Blanks { stop: narrow },
            State::Ended { narrow } if is_quote_or_bracket(here) => State::Ended { narrow },
            State::Blanks { stop } if is_blank(here) => State::Blanks { stop },
            _ => State::Within,
        };
        fresh = false;
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn pieces_cover_the_string(string in "(?s)([a-z '.,\"\n]|\\PC|[👨👩🏽\u{200D}🇫🇷]|[नमसि्]|[。「」？]){0,60}") {
            for unit in [Unit::Grapheme, Unit::Word, Unit::Sentence] {
                let mut at = 0;
                for piece in PlainSegmenter.pieces(&string, unit) {
                    prop_assert_eq!(piece.start, at);
                    prop_assert!(piece.end > at && string.is_char_boundary(piece.end));
                    at = piece.end;
                }
                prop_assert_eq!(at, string.len());
            }
        }
    }

    #[test]
    fn plain_cases() {
        let check = |unit, expected: &[&str]| {
            let string = expected.concat();
            let found: Vec<&str> = PlainSegmenter
                .pieces(&string, unit)
                .iter()
                .map(|piece| string.get(piece.start..piece.end).expect("a piece"))
                .collect();
            assert_eq!(found, expected);
        };
        check(Unit::Grapheme, &["a", "e\u{301}", "👨\u{200D}👩🏽\u{200D}👧", "🇫🇷", "🇩🇪", "नि", "\n"]);
        check(Unit::Word, &["They", " ", "didn't", " ", "pay", " ", "3,500.20", ",", " ", "(", "U.S", ".", ")"]);
        check(Unit::Word, &["דובר", " ", "צה\"ל", " ", "北", "京", " ", "كِتَابٌ"]);
        check(Unit::Sentence, &["He left. ", "“Why?” ", "At 3.5 p.m. nobody knew. ", "他走了。", "她没走！"]);
    }
}
