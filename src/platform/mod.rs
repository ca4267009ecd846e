//! The browser: storage, locks, and the talk between tabs.
//!
//! Invariant: nothing below `view` and `main` names this room; it speaks the types of `app`.

pub mod channel;
pub mod lock;
pub mod storage;
