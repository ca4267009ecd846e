//! A [`Segmenter`] by the Unicode rules, for native tests. Knows no dictionary: words of Thai and
//! the like come out letter by letter or run together.

use unicode_segmentation::UnicodeSegmentation;

use super::{Piece, Segmenter, Unit};

/// Cuts by UAX #29.
pub(crate) struct NativeSegmenter;

impl Segmenter for NativeSegmenter {
    fn pieces(&self, string: &str, unit: Unit) -> Vec<Piece> {
        let piece = |(start, piece): (usize, &str), is_word| Piece { start, end: start + piece.len(), is_word };
        match unit {
            Unit::Grapheme => string.grapheme_indices(true).map(|p| piece(p, true)).collect(),
            Unit::Word => {
                string.split_word_bound_indices().map(|p| piece(p, p.1.chars().any(char::is_alphanumeric))).collect()
            }
            Unit::Sentence => string.split_sentence_bound_indices().map(|p| piece(p, true)).collect(),
        }
    }
}
