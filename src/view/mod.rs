//! What is drawn: Yew components, and the mapping between pixels and offsets.
//!
//! Invariant: components draw the state and turn input into actions; they decide nothing. The text
//! nodes of a paragraph, joined, are its block's text; whatever else is drawn stands elsewhere.

mod app;
mod article;
mod dialogs;
mod header;
mod icons;
mod inspector;
mod labels;
mod list;
mod message;
mod paint;
mod start;

pub use app::App;

use crate::app::{Action, State};
use std::rc::Rc;
use yew::Callback;

/// Puts the app into the page's body.
pub fn mount() {
    yew::Renderer::<App>::new().render();
}

/// Sends an action to the application.
pub type Dispatch = Callback<Action>;

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
