//! A text field whose words belong to the state.
//!
//! Invariant: while somebody types in it, it holds what was typed, however late the drawing comes; the
//! state's words are put in only where it does not have the focus, was told as it stands, or is about
//! something else now.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement, HtmlTextAreaElement};
use yew::{AttrValue, Callback, Html, NodeRef, html};

use super::part::{Draw, Memory, Watched, part};

/// A text field. Two with the same `about` are the same field of the same thing.
#[derive(Clone, PartialEq)]
pub struct Field {
    /// What it is about, unlike for any other field: decides when its words are put in anew.
    pub about: String,
    /// Its name in `data-field`, by which it is found to be focused.
    pub name: String,
    /// What it is called.
    pub label: String,
    /// Its words.
    pub value: String,
    /// How many lines it shows; none for a field of a single line.
    pub lines: Option<u8>,
    /// What stands in it while it is empty.
    pub placeholder: AttrValue,
    /// Whether nothing can be typed.
    pub disabled: bool,
    /// What is wrong with what was typed.
    pub fault: Option<String>,
    /// Hears of each change at once.
    pub on_input: Option<Callback<String>>,
    /// Hears of what was typed when the field is left, or by Enter.
    pub on_change: Option<Callback<String>>,
}

impl Field {
    /// A field that tells each change at once.
    pub fn new(about: String, label: impl Into<String>, value: impl Into<String>, on_input: Callback<String>) -> Self {
        Self {
            about,
            name: String::new(),
            label: label.into(),
            value: value.into(),
            lines: None,
            placeholder: AttrValue::Static(""),
            disabled: false,
            fault: None,
            on_input: Some(on_input),
            on_change: None,
        }
    }

    /// Puts it on the page.
    pub fn draw_at(self) -> Html {
        part(Some(self.about.clone().into()), self)
    }
}

fn words_of(node: &NodeRef) -> Option<String> {
    let element = node.cast::<Element>()?;
    match element.dyn_ref::<HtmlInputElement>() {
        Some(input) => Some(input.value()),
        None => element.dyn_ref::<HtmlTextAreaElement>().map(HtmlTextAreaElement::value),
    }
}

impl Draw for Field {
    fn draw(&self, memory: &Memory) -> Html {
        let node = memory.node();
        let about = memory.keep(|| std::cell::RefCell::new(String::new()));
        // What was told last of what was typed: as long as it stands there, the state's words may take its place.
        let told = memory.keep(|| std::cell::RefCell::new(None::<String>));
        {
            let (node, told, now, value) = (node.clone(), Rc::clone(&told), self.about.clone(), self.value.clone());
            let watched = Watched::of((now.clone(), value.clone()));
            let put = move || {
                let element = node.cast::<Element>()?;
                let focused =
                    element.owner_document().and_then(|page| page.active_element()).as_ref() == Some(&element);
                let typing = told.borrow().is_none() || *told.borrow() != words_of(&node);
                if focused && typing && *about.borrow() == now {
                    return None;
                }
                about.replace(now);
                if let Some(input) = element.dyn_ref::<HtmlInputElement>() {
                    input.set_value(&value);
                } else if let Some(area) = element.dyn_ref::<HtmlTextAreaElement>() {
                    area.set_value(&value);
                }
                None
            };
            memory.watch(watched, put);
        }
        let tell = |callback: &Option<Callback<String>>| {
            let (callback, node) = (callback.clone(), node.clone());
            move || {
                if let (Some(callback), Some(words)) = (&callback, words_of(&node)) {
                    callback.emit(words);
                }
            }
        };
        let on_input = tell(&self.on_input);
        let on_input = Callback::from(move |_: yew::InputEvent| on_input());
        let tell_change = {
            let (tell, told, node) = (tell(&self.on_change), Rc::clone(&told), node.clone());
            let is_heard = self.on_change.is_some();
            move || {
                if is_heard {
                    told.replace(words_of(&node));
                }
                tell();
            }
        };
        let changed = tell_change.clone();
        let on_change = Callback::from(move |_: yew::Event| tell_change());
        let on_key = {
            let (single, node) = (self.lines.is_none(), node.clone());
            Callback::from(move |event: yew::KeyboardEvent| match event.key().as_str() {
                "Enter" if single => changed(),
                "Escape" => {
                    // Back to what it is about.
                    if let Some(field) = node.cast::<HtmlElement>() {
                        let _ = field.blur();
                    }
                    let page = web_sys::window().and_then(|window| window.document());
                    let back = page.and_then(|page| page.query_selector("article").ok().flatten());
                    if let Some(back) = back.and_then(|back| back.dyn_into::<HtmlElement>().ok())
                        && node.cast::<Element>().is_some_and(|field| field.closest("dialog").ok().flatten().is_none())
                    {
                        event.stop_propagation();
                        let options = web_sys::FocusOptions::new();
                        options.set_prevent_scroll(true);
                        let _ = back.focus_with_options(&options);
                    }
                }
                _ => {}
            })
        };
        let fault_id = AttrValue::from(format!("fault-{}", self.name));
        let described = self.fault.as_ref().map(|_| fault_id.clone());
        let invalid = self.fault.as_ref().map(|_| "true");
        let (label, name) = (self.label.clone(), self.name.clone());
        html! {
            <>
                if let Some(lines) = self.lines {
                    <@{"textarea"} ref={node} aria-label={label} data-field={name} rows={lines.to_string()} placeholder={self.placeholder.clone()} dir="auto"
                        readonly={self.disabled} aria-invalid={invalid} aria-describedby={described}
                        oninput={on_input} onchange={on_change} onkeydown={on_key} />
                } else {
                    <input type="text" ref={node} aria-label={label} data-field={name} placeholder={self.placeholder.clone()} dir="auto"
                        autocomplete="off" spellcheck="false" readonly={self.disabled} aria-invalid={invalid} aria-describedby={described}
                        oninput={on_input} onchange={on_change} onkeydown={on_key} />
                }
                if let Some(fault) = &self.fault { <p class="field-fault" id={fault_id} role="alert">{ fault }</p> }
            </>
        }
    }
}
