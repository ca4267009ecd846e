//! What is drawn: Yew components, and the mapping between pixels and offsets.
//!
//! Invariant: components draw the state and turn input into actions; they decide nothing. The text
//! nodes of a paragraph, joined, are its block's text; whatever else is drawn stands elsewhere.

pub mod annex;
mod app;
mod article;
mod cards;
mod check;
mod dialogs;
mod field;
pub mod guidelines;
mod header;
mod icons;
mod inspector;
mod labels;
mod list;
mod message;
mod paint;
mod part;
mod remarks;
mod start;
mod world;

pub use app::App;

use crate::app::{Action, State};
use std::rc::Rc;
use yew::Callback;

/// Puts the app onto the page.
pub fn mount() {
    if let Some(root) = root("app") {
        yew::Renderer::<App>::with_root(root).render();
    }
}

/// Puts the annex onto the page, beside the app: Yew numbers the listeners of each of its apps from 1 and
/// writes the numbers onto the elements, so that one in the other would take events for its own.
pub fn mount_annex() {
    if let Some(root) = root("annex") {
        yew::Renderer::<annex::Root>::with_root(root).render();
    }
}

fn root(id: &str) -> Option<web_sys::Element> {
    web_sys::window()?.document()?.get_element_by_id(id)
}

/// Sends an action to the application.
pub type Dispatch = Callback<Action>;

/// What a press on a button sends. One function for all of them: each closure of its own would
/// weigh some hundred bytes.
pub fn send(dispatch: &Dispatch, action: Action) -> Callback<yew::MouseEvent> {
    dispatch.reform(move |_| action.clone())
}

/// A length for the style sheet. Written out, because the code that prints floats is large.
pub fn px(length: f64) -> String {
    let hundredths = (length * 100.0 + 0.5).floor() as i64;
    let sign = if hundredths < 0 { "-" } else { "" };
    let hundredths = hundredths.unsigned_abs();
    format!("{sign}{}.{:02}px", hundredths / 100, hundredths % 100)
}

/// A number, no less than `low` and no more than `high`.
#[allow(clippy::manual_clamp, reason = "its panic for impossible limits prints floats, 6 kB gzipped of the module")]
pub fn clamped(number: f64, low: f64, high: f64) -> f64 {
    number.max(low).min(high)
}

/// The number that a text begins with, as in `18.5px`.
pub fn number(text: &str) -> Option<f64> {
    Some(js_sys::parse_float(text)).filter(|number| number.is_finite())
}

/// The state as components get it: equal only where it is the very same.
#[derive(Clone)]
pub struct Shared(pub Rc<State>);

impl PartialEq for Shared {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl std::ops::Deref for Shared {
    type Target = State;

    fn deref(&self) -> &State {
        &self.0
    }
}
