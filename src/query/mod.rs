//! Questions about a document as a whole: what is linked, what is missing, what looks wrong.
//!
//! Invariant: answers are a function of the document, in document order, and take about n log n. A repair is
//! data; who carries it out is not known here, nor is history, a file format or the screen.

pub mod check;
pub mod search;
mod wording;

pub use wording::{noun, plural, with_article};
