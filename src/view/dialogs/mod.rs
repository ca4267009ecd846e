//! Dialogs. Each is the browser's own modal dialog: the rest of the page is inert while it is open,
//! `Esc` closes it, and the focus goes back to where it came from.

mod palette;

use wasm_bindgen::JsCast;
use web_sys::{HtmlDialogElement, HtmlElement};
use yew::{Html, html};

use super::message::close_button;
use super::part::{Draw, Memory, Undo, Watched, part};
use super::{Dispatch, Shared};
use crate::app::{Action, Dialog};

/// The dialog that is open, if one is. Each has a key, so that one in the place of another is a new one.
pub fn dialog(state: &Shared, dispatch: &Dispatch) -> Html {
    match &state.dialog {
        None => html! {},
        Some(Dialog::Link(address)) => link_dialog(address, dispatch),
        // It stands in the annex.
        Some(Dialog::Page) => html! {},
        Some(Dialog::Palette) => {
            let palette = palette::Palette { state: state.clone(), dispatch: dispatch.clone() };
            part(Some("palette".into()), palette)
        }
    }
}

/// An address of the guidelines, whole: the guidelines may have come with a file.
fn link_dialog(address: &str, dispatch: &Dispatch) -> Html {
    let close = || super::send(dispatch, Action::CloseDialog);
    let content = html! {
        <>
            <p>{ "The guidelines lead to this address, outside Gloss:" }</p>
            <p class="whole-address"><code>{ address.to_owned() }</code></p>
            <div class="dialog-actions">
                <a class="primary button" href={address.to_owned()} target="_blank" rel="noopener noreferrer" onclick={close()}>{ "Open it in a new tab" }</a>
                <button type="button" class="ghost" onclick={close()}>{ "Cancel" }</button>
            </div>
        </>
    };
    frame("Open a link", "", None, dispatch, content)
}

/// Puts a dialog on the page, with its name as the key. `close` is what the corner's button is called;
/// none where the dialog has a Close button of its own.
pub fn frame(
    name: &'static str,
    class: &'static str,
    close: Option<&'static str>,
    dispatch: &Dispatch,
    children: Html,
) -> Html {
    part(Some(name.into()), Frame { name, dispatch: dispatch.clone(), children, close, class })
}

/// The frame of a dialog: its name, its corner, and where the focus goes.
#[derive(PartialEq)]
struct Frame {
    name: &'static str,
    dispatch: Dispatch,
    children: Html,
    close: Option<&'static str>,
    class: &'static str,
}

impl Draw for Frame {
    fn draw(&self, memory: &Memory) -> Html {
        let node = memory.node();
        {
            let node = node.clone();
            let show = move || -> Undo {
                let page = web_sys::window().and_then(|window| window.document());
                let before = page.as_ref().and_then(|page| page.active_element());
                let dialog = node.cast::<HtmlDialogElement>();
                if let Some(dialog) = &dialog
                    && !dialog.open()
                {
                    let _ = dialog.show_modal();
                }
                Some(Box::new(move || {
                    if let Some(dialog) = dialog {
                        dialog.close();
                    }
                    // Where the focus came from may be gone: then the article has it.
                    let back = before.filter(|element| element.is_connected() && element.tag_name() != "BODY");
                    let back = back.or_else(|| page.and_then(|page| page.query_selector("article").ok().flatten()));
                    if let Some(back) = back.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
                        let options = web_sys::FocusOptions::new();
                        options.set_prevent_scroll(true);
                        let _ = back.focus_with_options(&options);
                    }
                }))
            };
            memory.watch(Watched::of(()), show);
        }
        let on_cancel = {
            let (node, dispatch) = (node.clone(), self.dispatch.clone());
            yew::Callback::from(move |event: yew::Event| {
                // A file field inside says `cancel` too, when its picker is closed.
                let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
                if target.is_none() || target != node.cast() {
                    return;
                }
                event.prevent_default();
                dispatch.emit(Action::CloseDialog);
            })
        };
        // A press on the page behind closes it. The dialog's own box is filled by its content.
        let on_press = {
            let (node, dispatch) = (node.clone(), self.dispatch.clone());
            yew::Callback::from(move |event: yew::MouseEvent| {
                let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
                if target.is_some() && target == node.cast() {
                    dispatch.emit(Action::CloseDialog);
                }
            })
        };
        html! {
            <dialog ref={node} role="dialog" aria-modal="true" aria-label={self.name} class={self.class} oncancel={on_cancel} onmousedown={on_press}>
                <div class="dialog-body">
                    <div class="dialog-head">
                        <h2>{ self.name }</h2>
                        <span class="push"></span>
                        if let Some(close) = self.close { { close_button(&self.dispatch, close) } }
                    </div>
                    { self.children.clone() }
                </div>
            </dialog>
        }
    }
}
