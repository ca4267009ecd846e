//! Interchange formats: what Gloss writes to files and reads from them.
//!
//! Invariant: code-point offsets exist here only, and are converted through the text's index. A
//! reader never panics, whatever the bytes, and never drops anything without saying so. Knows no
//! application and no browser: text comes in as a string and goes out as one.

pub mod gloss;
pub mod json;
mod object;
pub mod plain;
pub mod rich;
pub mod schema;
pub mod zip;
