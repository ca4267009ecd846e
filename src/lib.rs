//! Gloss: mark who claims what, about where.
//!
//! The map: `text` <- `model` <- {`anchor`, `edit`, `layout`, `query`, `formats`, `merge`} <- `app` <- `view`. `platform`
//! implements what `app` declares. `view` and `platform` are the only rooms that know a browser.

pub mod anchor;
pub mod app;
pub mod edit;
pub mod formats;
pub mod layout;
pub mod merge;
pub mod model;
#[cfg(target_arch = "wasm32")]
pub mod platform;
pub mod query;
pub mod text;
#[cfg(target_arch = "wasm32")]
pub mod view;

/// Serves the page from a worker.
#[cfg(target_arch = "wasm32")]
pub fn serve() {
    platform::worker::serve();
}

/// Starts the annex on this page, beside the app.
#[cfg(target_arch = "wasm32")]
pub fn annex() {
    platform::catch_panics();
    view::mount_annex();
}

/// Starts the app on this page.
#[cfg(target_arch = "wasm32")]
pub fn start() {
    platform::catch_panics();
    view::mount();
}
