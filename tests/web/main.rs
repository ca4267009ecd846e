//! Tests of `platform` in a real browser.
#![cfg(target_arch = "wasm32")]

mod patch;
mod storage;
mod tabs;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
