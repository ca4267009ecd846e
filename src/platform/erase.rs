//! Erasing everything on this device: the database, what is in the local storage, what is kept for being offline.
//!
//! Invariant: other tabs let go of the database when they are told to, which is how deleting one begins; where one does
//! not, that is said and waited for. What cannot be removed is named, and does not keep the rest from going.

use js_sys::{Array, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::Event;
use yew::Callback;

use super::folder::call;
use super::library::{Shelves, forget_mark};
use super::spawn;
use super::storage::DATABASE;
use crate::app::storage_page::StorageAction;

/// What the names of all that is ours begin with.
const OURS: &str = "gloss";

/// Erases everything.
pub fn erase(shelves: &Shelves, tell: Callback<StorageAction>) {
    shelves.let_go();
    spawn(async move {
        // First, so that its end is not taken for a loss.
        forget_mark();
        let mut left = Vec::new();
        if let Err(why) = database(&tell).await {
            left.push(why);
        }
        if offline().await.is_err() {
            left.push("What is kept for being offline could not be removed.".to_owned());
        }
        // Last: what ran meanwhile may have written there.
        if forget().is_none() {
            left.push("The browser does not let its local storage be cleared.".to_owned());
        }
        tell.emit(StorageAction::Erased((!left.is_empty()).then(|| left.join(" "))));
    });
}

async fn database(tell: &Callback<StorageAction>) -> Result<(), String> {
    let failed = "The database could not be removed. Clear the data of this page in the browser's settings.";
    let window = web_sys::window().ok_or(failed)?;
    let factory = window.indexed_db().ok().flatten().ok_or(failed)?;
    let request = factory.delete_database(DATABASE).map_err(|_| failed)?;
    let waits = {
        let tell = tell.clone();
        Closure::<dyn FnMut(Event)>::new(move |_| {
            let words = "Another tab of Gloss holds on to it. Close the other tabs; it goes on by itself.";
            tell.emit(StorageAction::Erasing(words.to_owned()));
        })
    };
    request.set_onblocked(Some(waits.as_ref().unchecked_ref()));
    let done = Promise::new(&mut |resolve, reject| {
        request.set_onsuccess(Some(&resolve));
        request.set_onerror(Some(&reject));
    });
    JsFuture::from(done).await.map(drop).map_err(|_| failed.to_owned())
}

/// The files that are kept for being offline, and what answers from them.
async fn offline() -> Result<(), JsValue> {
    let Some(window) = web_sys::window() else { return Ok(()) };
    let workers = Reflect::get(&window.navigator(), &"serviceWorker".into())?;
    let mut scope = String::new();
    if workers.is_object() {
        let registration = call(&workers, "getRegistration", &[]).await?;
        if registration.is_object() {
            scope = Reflect::get(&registration, &"scope".into())?.as_string().unwrap_or_default();
            call(&registration, "unregister", &[]).await?;
        }
    }
    let caches = Reflect::get(&window, &"caches".into())?;
    if caches.is_object() {
        let ours = format!("{OURS} {scope}");
        for name in Array::from(&call(&caches, "keys", &[]).await?).iter() {
            if name.as_string().is_some_and(|name| name.starts_with(&ours)) {
                call(&caches, "delete", &[name]).await?;
            }
        }
    }
    Ok(())
}

fn forget() -> Option<()> {
    let window = web_sys::window()?;
    for storage in [window.local_storage().ok()??, window.session_storage().ok()??] {
        let keys = (0..storage.length().ok()?).filter_map(|at| storage.key(at).ok().flatten());
        let ours: Vec<String> = keys.filter(|key| key.starts_with(OURS)).collect();
        for key in ours {
            storage.remove_item(&key).ok()?;
        }
    }
    Some(())
}

/// Loads the page anew, without an article in its address.
pub fn begin_anew() {
    if let Some(window) = web_sys::window() {
        let location = window.location();
        if let Ok(path) = location.pathname() {
            // Without a fragment it is another address, and so it is loaded.
            let _ = location.replace(&path);
        }
    }
}
