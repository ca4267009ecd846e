//! The whole application minus pixels.
//!
//! Invariant: nothing here knows a browser.

pub mod keeping;
pub mod records;
pub mod storage_error;
pub mod tabs;
