//! Notices that the article was laid out anew, in another width or in letters of another size.
//!
//! Invariant: all that floats over the text listens to the window's `resize`; what else moves the words is told
//! by the same event. Draws nothing.

use std::cell::RefCell;

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{Element, Event, ResizeObserver};

use super::Shelf;

/// Watches the article for as long as it is kept.
pub struct Relaid {
    observer: ResizeObserver,
    _heard: Closure<dyn FnMut()>,
}

impl Relaid {
    pub fn follow(shelf: &Shelf) -> Option<Self> {
        let article = shelf.0.borrow().as_ref().and_then(|context| context.article.clone())?;
        let (watched, last) = (article.clone(), RefCell::new(looks(&article)));
        // Its height changes all the time, while paragraphs come into view: that moves no words.
        let heard = Closure::<dyn FnMut()>::new(move || {
            let now = looks(&watched);
            if *last.borrow() != now {
                last.replace(now);
                if let (Some(window), Ok(event)) = (web_sys::window(), Event::new("resize")) {
                    let _ = window.dispatch_event(&event);
                }
            }
        });
        let observer = ResizeObserver::new(heard.as_ref().unchecked_ref()).ok()?;
        observer.observe(&article);
        Some(Self { observer, _heard: heard })
    }
}

impl Drop for Relaid {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

/// The width of the article, and the size of its letters as the style sheet has it.
fn looks(article: &Element) -> (i32, String) {
    let style = web_sys::window().and_then(|window| window.get_computed_style(article).ok().flatten());
    let size = style.and_then(|style| style.get_property_value("font-size").ok()).unwrap_or_default();
    (article.client_width(), size)
}
