//! The browser: storage, locks, files, the clipboard and what else only a browser can do.
//!
//! Invariant: nothing here decides anything about articles; it fetches and stores, and pure code
//! judges. Nothing below `view` and `main` names this room. Compiled for wasm only.

pub mod channel;
pub mod intake;
pub mod lock;
pub mod paste;
pub mod segmenter;
pub mod storage;
