//! The browser: storage, locks, files, the clipboard and what else only a browser can do.
//!
//! Invariant: nothing here decides anything about articles; it fetches and stores, and pure code
//! judges. Nothing below `view` and `main` names this room. Compiled for wasm only.

pub mod channel;
mod env;
pub mod files;
pub mod intake;
pub mod lock;
mod panic;
pub mod paste;
mod runner;
pub mod segmenter;
pub mod storage;

pub use env::{BrowserEnv, lower_case};
pub use panic::catch_panics;
pub use runner::{Runner, address, load_settings, missing, moment};
