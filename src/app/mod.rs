//! The whole application minus pixels.
//!
//! Invariant: nothing here knows a browser.

pub mod notice;
pub mod records;
pub mod storage_error;
