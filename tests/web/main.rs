//! Tests that need a browser: run by `cargo xtask test web-chromium web-firefox`.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod gestures;
mod intake;
mod offsets;
mod patch;
mod storage;
mod tabs;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
