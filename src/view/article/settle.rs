//! Lays out what was never in view, while nobody does anything.
//!
//! A large text is quickly there because paragraphs out of view are not laid out; but then each frame of
//! a scroll has that to do. So when the page rests, they are laid out a few milliseconds at a time, and
//! marked so that they stay it. Invariant: the words in view do not move; where the browser cannot hold
//! them still, nothing is done.

use std::cell::Cell;
use std::rc::Rc;

use gloo::timers::callback::Timeout;
use js_sys::{Date, Reflect};
use web_sys::{Element, HtmlElement};

/// How long nothing must have happened, in milliseconds.
const REST: f64 = 1500.0;
/// How much of a frame may be used, in milliseconds, and the pause after it.
const SLICE: f64 = 20.0;
const PAUSE: u32 = 24;
/// Texts of more paragraphs stay as they are: each step costs a look at all of them.
const MOST: u32 = 8000;
/// The attribute of a paragraph that stays laid out; the style sheet knows it.
const LAID: &str = "data-laid";

/// When something last happened, as the clock shows it.
pub type Rest = Rc<Cell<f64>>;

/// Notes that something happens.
pub fn happens(rest: &Rest) {
    rest.set(Date::now());
}

/// Begins, and ends with the last paragraph or when what it returns is dropped.
pub fn settle(article: Element, pane: &HtmlElement, rest: Rest) -> Option<Rc<Cell<Option<Timeout>>>> {
    if !Reflect::has(&pane.style(), &"overflowAnchor".into()).unwrap_or(false) || article.child_element_count() > MOST {
        return None;
    }
    happens(&rest);
    let next = Rc::new(Cell::new(None));
    wait(&next, Step { article, rest, at: 0, count: 24 }, REST as u32);
    Some(next)
}

struct Step {
    article: Element,
    rest: Rest,
    /// The next paragraph, and how many of them are a slice's work.
    at: u32,
    count: u32,
}

fn wait(next: &Rc<Cell<Option<Timeout>>>, step: Step, pause: u32) {
    let again = Rc::downgrade(next);
    let timeout = Timeout::new(pause, move || {
        let Some(next) = again.upgrade() else { return };
        let rested = Date::now() - step.rest.get();
        if rested < REST {
            return wait(&next, step, (REST - rested) as u32 + PAUSE);
        }
        if let Some(step) = lay_out(step) {
            wait(&next, step, PAUSE);
        }
    });
    next.set(Some(timeout));
}

/// One slice; answers what is left to do.
fn lay_out(step: Step) -> Option<Step> {
    let Step { article, rest, at, count } = step;
    let paragraphs = article.children();
    let end = (at + count).min(paragraphs.length());
    let began = Date::now();
    for paragraph in (at..end).filter_map(|at| paragraphs.item(at)) {
        let _ = paragraph.set_attribute(LAID, "");
    }
    // Asking for its height has the browser lay it out.
    article.get_bounding_client_rect();
    let took = (Date::now() - began).max(1.0);
    let count = (f64::from(count) * SLICE / took).clamp(4.0, 120.0) as u32;
    (end < paragraphs.length()).then_some(Step { article, rest, at: end, count })
}
