//! Dialogs of the annex that close when they are told to, and keys that are theirs alone.

use gloo::events::{EventListener, EventListenerOptions, EventListenerPhase};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlDialogElement, KeyboardEvent};
use yew::Callback;

use crate::view::part::{Undo, listen, until_undone};

/// Keeps a dialog open until the app says otherwise. Browsers close one by themselves where Escape is
/// pressed twice, whatever the page says to that: so the key is taken before it is such a request, and a
/// dialog that was closed all the same is opened again.
pub fn stays_until_told(selector: &str, close: &Callback<()>) -> Undo {
    let window = web_sys::window()?;
    let page = window.document()?;
    let dialog: HtmlDialogElement = page.query_selector(selector).ok().flatten()?.dyn_into().ok()?;
    let options = EventListenerOptions { phase: EventListenerPhase::Capture, passive: false };
    let (ours, told) = (dialog.clone(), close.clone());
    let keys = EventListener::new_with_options(&window, "keydown", options, move |event: &Event| {
        let Some(key) = event.dyn_ref::<KeyboardEvent>().filter(|key| key.key() == "Escape" && !key.is_composing())
        else {
            return;
        };
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let inside = target.and_then(|target| target.closest("dialog").ok().flatten());
        if inside.is_some_and(|inside| inside != **ours) {
            return;
        }
        event.prevent_default();
        event.stop_propagation();
        if !key.repeat() {
            told.emit(());
        }
    });
    let (ours, told) = (dialog.clone(), close.clone());
    let closed = EventListener::new(&dialog, "close", move |_| {
        if ours.is_connected() && !ours.open() {
            let _ = ours.show_modal();
            told.emit(());
        }
    });
    until_undone((keys, closed))
}

/// Keys that are pressed in a dialog of the annex are for it alone: from the library it is opened without the app, whose
/// keys would act behind it.
pub fn keep_keys() -> Option<EventListener> {
    let root = web_sys::window()?.document()?.get_element_by_id("annex")?;
    let stop = |event: &Event| {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        if target.is_some_and(|target| target.closest("dialog").ok().flatten().is_some()) {
            event.stop_propagation();
        }
    };
    Some(listen(&root, "keydown", true, Box::new(stop)))
}
