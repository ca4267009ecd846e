//! The browser: storage, locks, files, the clipboard and what else only a browser can do.
//!
//! Invariant: nothing here decides anything about articles; it fetches and stores, and pure code
//! judges. Nothing below `view` and `main` names this room. Compiled for wasm only.

pub mod annex;
pub mod backup;
pub mod channel;
mod env;
pub mod erase;
pub mod files;
mod folder;
pub mod gather;
pub mod intake;
pub mod library;
pub mod lock;
mod panic;
pub mod past;
pub mod paste;
pub mod runner;
pub mod seek;
pub mod segmenter;
pub mod storage;
pub mod worker;

use std::future::Future;

/// Runs a task beside everything else. Boxed, so that the code around a task comes once.
pub fn spawn(task: impl Future<Output = ()> + 'static) {
    let task: std::pin::Pin<Box<dyn Future<Output = ()>>> = Box::pin(task);
    wasm_bindgen_futures::spawn_local(task);
}

pub use env::{BrowserEnv, folded, lower_case};
pub use panic::catch_panics;
pub use runner::{Runner, address, load_settings, missing, moment};
