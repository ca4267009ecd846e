//! Starts the worker module, which does the app's errands on a thread of its own.

fn main() {
    #[cfg(target_arch = "wasm32")]
    gloss::serve();
}
