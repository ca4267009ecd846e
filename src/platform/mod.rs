//! The browser: files, the clipboard and what else only a browser can do.
//!
//! Invariant: nothing here decides anything about articles; it fetches, and pure code judges.
//! Compiled for wasm only.

pub mod intake;
pub mod paste;
