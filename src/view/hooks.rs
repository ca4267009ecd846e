//! Effects and listeners, once for all parts of the page.
//!
//! Yew's own `use_effect_with` and gloo's `EventListener` come as code of their own for each closure
//! and each type that is watched: about a kilobyte at every place. Here the closures are boxed.
//! Invariant: what an effect hands back runs before the effect runs again, and when its part goes.

use std::any::Any;

use gloo::events::{EventListener, EventListenerOptions};
use web_sys::{Event, EventTarget};
use yew::{hook, use_effect_with};

/// What takes an effect back; none where there is nothing to take back.
pub type Undo = Option<Box<dyn FnOnce()>>;

/// What an effect depends on: it runs again when this is no longer equal.
pub struct Watched {
    value: Box<dyn Any>,
    same: fn(&dyn Any, &dyn Any) -> bool,
}

impl Watched {
    /// Watches a value.
    pub fn of<T: PartialEq + 'static>(value: T) -> Self {
        Self { value: Box::new(value), same: |a, b| a.downcast_ref::<T>() == b.downcast_ref::<T>() }
    }

    /// Never the same: the effect runs after each drawing.
    pub fn always() -> Self {
        Self { value: Box::new(()), same: |_, _| false }
    }
}

impl PartialEq for Watched {
    fn eq(&self, other: &Self) -> bool {
        self.value.type_id() == other.value.type_id() && (self.same)(&*self.value, &*other.value)
    }
}

/// Runs an effect after the first drawing, and after each one for which something else is watched.
#[hook]
pub fn use_watch(watched: Watched, effect: Box<dyn FnOnce() -> Undo>) {
    use_effect_with(watched, move |_| {
        let undo = effect();
        move || {
            if let Some(undo) = undo {
                undo();
            }
        }
    });
}

/// Keeps something until the effect is taken back.
pub fn until_undone<T: 'static>(kept: T) -> Undo {
    Some(Box::new(move || drop(kept)))
}

/// Listens to an event for as long as the listener is kept. A passive one cannot keep the browser
/// from acting itself.
pub fn listen(target: &EventTarget, name: &'static str, passive: bool, react: Box<dyn FnMut(&Event)>) -> EventListener {
    let options = EventListenerOptions { passive, ..EventListenerOptions::default() };
    EventListener::new_with_options(target, name, options, react)
}
