//! How long the browser keeps what it stores, asked as far as it answers.
//!
//! Invariant: an absent or failing answer is [`Keeping::Unknown`], never a guess.

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::DomException;

use crate::app::keeping::Keeping;

/// What the browser says of the storage of this page.
pub async fn keeping() -> Keeping {
    // Firefox refuses its private file system in private windows, with this error; elsewhere the
    // call works there too.
    if let Some(Err(error)) = ask("getDirectory").await
        && error.dyn_ref::<DomException>().is_some_and(|error| error.name() == "SecurityError")
    {
        return Keeping::Lent;
    }
    match ask("persisted").await {
        Some(Ok(answer)) if answer.is_truthy() => Keeping::Kept,
        Some(Ok(_)) => Keeping::Clearable,
        Some(Err(_)) | None => Keeping::Unknown,
    }
}

/// Asks the browser to keep the storage until the user clears it. Browsers decide by themselves or
/// ask the user, so this belongs after the first real work. `None` where it cannot be asked.
pub async fn ask_to_keep() -> Option<bool> {
    ask("persist").await?.ok().map(|answer| answer.is_truthy())
}

/// How many bytes are used, and how many may be, where the browser says so.
pub async fn estimate() -> (Option<u64>, Option<u64>) {
    let Some(Ok(estimate)) = ask("estimate").await else { return (None, None) };
    let number = |key: &str| Reflect::get(&estimate, &key.into()).ok()?.as_f64().map(|bytes| bytes as u64);
    (number("usage"), number("quota"))
}

/// Calls a method of `navigator.storage`; `None` where that is not there.
async fn ask(method: &str) -> Option<Result<JsValue, JsValue>> {
    let navigator = web_sys::window()?.navigator();
    let storage = Reflect::get(&navigator, &"storage".into()).ok().filter(JsValue::is_object)?;
    let method: Function = Reflect::get(&storage, &method.into()).ok()?.dyn_into().ok()?;
    match method.call0(&storage) {
        Ok(promise) => Some(JsFuture::from(Promise::resolve(&promise)).await),
        Err(error) => Some(Err(error)),
    }
}
