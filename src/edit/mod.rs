//! Edits as values: an [`Op`] holds what was and what shall be, a [`Transaction`] is a named list
//! of them, a [`History`] knows how to go back and forth.
//!
//! Invariant: applying a transaction is all or nothing, and applying its inverse afterwards gives
//! the document back. Knows nothing about storage, selection or the screen.

mod between;
mod history;
mod op;
pub mod rules;

pub use between::between;
pub use history::{Entry, History, Session};
pub use op::{Conflict, Op, Transaction};
