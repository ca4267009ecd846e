//! Starts the annex, which is a module of its own on the app's page.

fn main() {
    #[cfg(target_arch = "wasm32")]
    gloss::annex();
}
