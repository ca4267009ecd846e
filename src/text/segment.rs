//! [`Segmenter`]: where graphemes, words and sentences begin and end. The browser implements it
//! (`Intl.Segmenter`, with dictionaries for scripts without blanks); tests bring a native one.
//!
//! Invariant: the pieces of a string follow one another without gaps and cover it. Knows no
//! annotations.

/// What a text is cut into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    /// What people see as one character.
    Grapheme,
    /// A word, or what stands between words.
    Word,
    /// A sentence with the blanks after it.
    Sentence,
}

/// One piece of a string, as byte offsets within that string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Where it begins, in bytes from the start of the string.
    pub start: usize,
    /// Where it ends, exclusive.
    pub end: usize,
    /// For words: whether it is a word, not blanks or punctuation. True for other units.
    pub is_word: bool,
}

/// Cuts strings into graphemes, words or sentences.
pub trait Segmenter {
    /// The pieces of `string`, in order, without gaps. Costs time in proportion to the string:
    /// pass a window, not a megabyte.
    fn pieces(&self, string: &str, unit: Unit) -> Vec<Piece>;
}
