//! Immutable text: offset types, the index between them, blocks, segmentation and intake.
//!
//! Invariant: a [`Text`] never changes after it was made, and every [`ByteOffset`] that this
//! module hands out lies on a character boundary of the text it was asked about.
//! Knows nothing about annotations, labels, the application or the browser.

mod body;
pub mod direction;
mod extending;
pub mod intake;
pub mod motion;
#[cfg(test)]
pub(crate) mod native_segmenter;
mod near;
mod offset;
mod plain_segmenter;
mod punctuation;
mod quotes;
mod segment;
pub mod snap;

pub use body::{Block, BlockIndex, Text};
pub use extending::is_extending;
pub use offset::{ByteOffset, CodePointOffset, Span, Utf16Offset};
pub use plain_segmenter::PlainSegmenter;
pub use punctuation::{is_blank, is_clause_end};
pub use quotes::{Mark, marks};
pub use segment::{Piece, Segmenter, Unit};
