//! What happens when the program breaks: the message goes to `boot.js`, which is not wasm and still
//! works when wasm does not.

use wasm_bindgen::{JsCast, JsValue};

/// Hands each panic to `boot.js`. Borrows nothing: after a panic, borrows stay held for ever.
pub fn catch_panics() {
    yew::set_custom_panic_hook(Box::new(|info| {
        let message = JsValue::from_str(&info.to_string());
        web_sys::console::error_1(&message);
        let show = js_sys::Reflect::get(&js_sys::global(), &"glossPanic".into());
        if let Some(show) = show.ok().and_then(|show| show.dyn_into::<js_sys::Function>().ok()) {
            let _ = show.call1(&JsValue::UNDEFINED, &message);
        }
    }));
}
