//! Dialogs. Each is the browser's own modal dialog: the rest of the page is inert while it is open,
//! `Esc` closes it, and the focus goes back to where it came from.

mod export;
mod import;
mod keyboard;
mod palette;
mod settings;

use wasm_bindgen::JsCast;
use web_sys::{HtmlDialogElement, HtmlElement};
use yew::{Html, Properties, component, html, use_node_ref};

use super::hooks::{Undo, Watched, use_watch};
use super::message::close_button;
use super::{Dispatch, Shared};
use crate::app::{Action, Dialog};

#[derive(Clone, PartialEq, Properties)]
pub struct DialogsProps {
    pub state: Shared,
    pub dispatch: Dispatch,
}

/// The dialog that is open, if one is. Each has a key, so that one in the place of another is a new one.
pub fn dialog(state: &Shared, dispatch: &Dispatch) -> Html {
    match &state.dialog {
        None => html! {},
        Some(Dialog::Export(export)) => export::export_dialog(export, dispatch),
        Some(Dialog::Import(import)) => import::import_dialog(import, dispatch),
        Some(Dialog::Settings) => settings::settings_dialog(state, dispatch),
        Some(Dialog::Keyboard) => keyboard::keyboard_dialog(state, dispatch),
        Some(Dialog::Palette) => {
            html! { <palette::Palette key="palette" state={state.clone()} dispatch={dispatch.clone()} /> }
        }
    }
}

#[derive(Clone, PartialEq, Properties)]
pub struct FrameProps {
    pub name: &'static str,
    pub dispatch: Dispatch,
    pub children: Html,
    /// What the corner's button is called; none where the dialog has a Close button of its own.
    #[prop_or(Some("Close"))]
    pub close: Option<&'static str>,
    #[prop_or_default]
    pub class: &'static str,
}

/// The frame of a dialog: its name, its corner, and where the focus goes.
#[component]
pub fn Frame(props: &FrameProps) -> Html {
    let node = use_node_ref();
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
        use_watch(Watched::of(()), Box::new(show));
    }
    let on_cancel = {
        let (node, dispatch) = (node.clone(), props.dispatch.clone());
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
        let (node, dispatch) = (node.clone(), props.dispatch.clone());
        yew::Callback::from(move |event: yew::MouseEvent| {
            let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
            if target.is_some() && target == node.cast() {
                dispatch.emit(Action::CloseDialog);
            }
        })
    };
    html! {
        <dialog ref={node} role="dialog" aria-modal="true" aria-label={props.name} class={props.class} oncancel={on_cancel} onmousedown={on_press}>
            <div class="dialog-body">
                <div class="dialog-head">
                    <h2>{ props.name }</h2>
                    <span class="push"></span>
                    if let Some(close) = props.close { { close_button(&props.dispatch, close) } }
                </div>
                { props.children.clone() }
            </div>
        </dialog>
    }
}
