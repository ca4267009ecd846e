//! Mouse and touch in the article: from pointer events to one kind of action.
//!
//! Mouse: a drag selects, a double click takes a word, a triple click a sentence; the browser's own
//! selecting is held back. Touch: a long press takes a word, dragging on extends it, a plain swipe
//! scrolls; the browser's own long press is held back while ours runs.
//!
//! Invariant: a gesture that started ends, with `End` or `Cancel`, whatever the browser does.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo::events::EventListener;
use gloo::render::{AnimationFrame, request_animation_frame};
use gloo::timers::callback::Timeout;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, MouseEvent, PointerEvent};

use super::{Shelf, geometry};
use crate::app::{Action, Phase, Pointer};
use crate::view::part;

/// How far a pressed mouse travels before a click becomes a drag, in CSS pixels.
const DRAG_STARTS: f64 = 3.0;
/// The same where characters are taken exactly: a comma is hardly wider.
const EXACT_DRAG_STARTS: f64 = 2.0;
/// How far a finger may tremble during a long press.
const FINGER_TREMBLES: f64 = 10.0;
/// How long a finger rests before it takes a word, in milliseconds.
const LONG_PRESS: u32 = 450;
/// How near to the pane's edge a drag scrolls it, in CSS pixels.
const EDGE: f64 = 28.0;

/// A gesture under way.
#[derive(Clone, Copy)]
struct Course {
    clicks: u8,
    x: f64,
    y: f64,
    alt: bool,
    shift: bool,
    add: bool,
    moved: bool,
    touch: bool,
}

#[derive(Default)]
struct Gestures {
    course: Cell<Option<Course>>,
    press: RefCell<Option<(Timeout, f64, f64)>>,
    scrolling: RefCell<Option<AnimationFrame>>,
    /// Whether a finger's gesture has just ended.
    finger_done: Cell<bool>,
}

/// Listens to the pane.
pub fn listen(pane: &HtmlElement, shelf: &Shelf) -> Vec<EventListener> {
    let gestures = Rc::new(Gestures::default());
    let mut listeners = Vec::new();
    let mut on = |target: &web_sys::EventTarget, name: &'static str, react: fn(&Rc<Gestures>, &Shelf, &Event)| {
        let (gestures, shelf) = (Rc::clone(&gestures), shelf.clone());
        let react = Box::new(move |event: &Event| react(&gestures, &shelf, event));
        listeners.push(part::listen(target, name, false, react));
    };
    on(pane, "mousedown", mouse_down);
    on(pane, "mouseover", mouse_over);
    on(pane, "mouseleave", mouse_over);
    on(pane, "pointerdown", finger_down);
    on(pane, "contextmenu", context_menu);
    on(pane, "selectstart", select_start);
    on(pane, "touchmove", touch_move);
    on(pane, "touchend", touch_end);
    if let Some(window) = web_sys::window() {
        on(&window, "mousemove", mouse_move);
        on(&window, "mouseup", mouse_up);
        on(&window, "pointermove", finger_move);
        on(&window, "pointerup", finger_up);
        on(&window, "pointercancel", finger_cancelled);
        on(&window, "blur", |gestures, shelf, _| gestures.finish(shelf, Phase::Cancel));
    }
    listeners
}

/// Whether an event began in the article's text, not on something that floats over it.
fn in_text(event: &Event) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|element| element.closest(".layer, .margin").ok().flatten().is_none())
}

fn mouse_down(gestures: &Rc<Gestures>, shelf: &Shelf, event: &Event) {
    let Some(mouse) = event.dyn_ref::<MouseEvent>() else { return };
    if mouse.button() != 0 || !in_text(event) {
        return;
    }
    // The scroll bar belongs to the pane's box but is none of our business.
    let on_bar = shelf.0.borrow().as_ref().and_then(|context| {
        context.pane.as_ref().map(|pane| {
            let rect = pane.get_bounding_client_rect();
            f64::from(mouse.client_x()) > rect.left() + f64::from(pane.client_width())
        })
    });
    if on_bar != Some(false) {
        return;
    }
    event.prevent_default();
    super::focus(shelf);
    // Control and a click is a secondary click on Apple's systems; there, Command adds.
    let course = Course {
        clicks: mouse.detail().clamp(1, 3) as u8,
        x: mouse.client_x().into(),
        y: mouse.client_y().into(),
        alt: mouse.alt_key(),
        shift: mouse.shift_key(),
        add: mouse.ctrl_key() || mouse.meta_key(),
        moved: false,
        touch: false,
    };
    gestures.start(shelf, course);
}

fn mouse_move(gestures: &Rc<Gestures>, shelf: &Shelf, event: &Event) {
    let Some(mouse) = event.dyn_ref::<MouseEvent>() else { return };
    let Some(course) = gestures.course.get().filter(|course| !course.touch) else { return };
    if mouse.buttons() & 1 == 0 {
        // The button went up outside the window.
        return gestures.finish(shelf, Phase::End);
    }
    let (x, y) = (f64::from(mouse.client_x()), f64::from(mouse.client_y()));
    if !course.moved && (x - course.x).hypot(y - course.y) < if course.alt { EXACT_DRAG_STARTS } else { DRAG_STARTS } {
        return;
    }
    gestures.course.set(Some(Course { x, y, alt: mouse.alt_key(), moved: true, ..course }));
    gestures.step(shelf, Phase::Move);
    gestures.scroll_at_edge(shelf);
}

/// The mouse came upon a mark, or left it.
fn mouse_over(gestures: &Rc<Gestures>, shelf: &Shelf, event: &Event) {
    let Some(mouse) = event.dyn_ref::<MouseEvent>() else { return };
    if gestures.course.get().is_some() {
        return;
    }
    let told = {
        let slot = shelf.0.borrow();
        let Some(context) = slot.as_ref() else { return };
        let Some(article) = &context.article else { return };
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let mark = target.and_then(|element| element.closest("mark").ok().flatten());
        let at = mark.and_then(|mark| geometry::offset_of(&context.text, article, &mark, 0));
        // Text that scrolls below a mouse at rest is not pointed at.
        let place = (mouse.client_x(), mouse.client_y());
        let rests = context.mouse.replace(place) == place;
        let at = at.filter(|_| !rests);
        (context.hovered.replace(at) != at).then(|| (at, context.dispatch.clone()))
    };
    if let Some((at, dispatch)) = told {
        dispatch.emit(Action::HoverAt(at));
    }
}

fn mouse_up(gestures: &Rc<Gestures>, shelf: &Shelf, event: &Event) {
    let Some(mouse) = event.dyn_ref::<MouseEvent>() else { return };
    if mouse.button() == 0 && gestures.course.get().is_some_and(|course| !course.touch) {
        gestures.finish(shelf, Phase::End);
    }
}

fn finger(event: &Event) -> Option<&PointerEvent> {
    event
        .dyn_ref::<PointerEvent>()
        .filter(|pointer| pointer.pointer_type() == "touch" || pointer.pointer_type() == "pen")
}

fn finger_down(gestures: &Rc<Gestures>, shelf: &Shelf, event: &Event) {
    let Some(pointer) = finger(event) else { return };
    gestures.finger_done.set(false);
    gestures.press.borrow_mut().take();
    if !pointer.is_primary() || !in_text(event) {
        return gestures.finish(shelf, Phase::Cancel);
    }
    let (x, y) = (f64::from(pointer.client_x()), f64::from(pointer.client_y()));
    let (later, shelf) = (Rc::clone(gestures), shelf.clone());
    let timeout = Timeout::new(LONG_PRESS, move || {
        later.press.borrow_mut().take().map(|(timeout, ..)| timeout.forget());
        super::focus(&shelf);
        if let Some(context) = shelf.0.borrow().as_ref() {
            context.by_touch.set(true);
        }
        let course = Course { clicks: 2, x, y, alt: false, shift: false, add: false, moved: true, touch: true };
        later.start(&shelf, course);
    });
    *gestures.press.borrow_mut() = Some((timeout, x, y));
}

fn finger_move(gestures: &Rc<Gestures>, shelf: &Shelf, event: &Event) {
    let Some(pointer) = finger(event) else { return };
    let (x, y) = (f64::from(pointer.client_x()), f64::from(pointer.client_y()));
    let swiped = gestures
        .press
        .borrow()
        .as_ref()
        .is_some_and(|(_, from_x, from_y)| (x - from_x).hypot(y - from_y) > FINGER_TREMBLES);
    if swiped {
        gestures.press.borrow_mut().take();
    }
    if let Some(course) = gestures.course.get().filter(|course| course.touch) {
        event.prevent_default();
        gestures.course.set(Some(Course { x, y, ..course }));
        gestures.step(shelf, Phase::Move);
        gestures.scroll_at_edge(shelf);
    }
}

fn finger_up(gestures: &Rc<Gestures>, shelf: &Shelf, event: &Event) {
    if finger(event).is_none() {
        return;
    }
    gestures.press.borrow_mut().take();
    if gestures.course.get().is_some_and(|course| course.touch) {
        event.prevent_default();
        gestures.finger_done.set(true);
        gestures.finish(shelf, Phase::End);
    }
}

fn finger_cancelled(gestures: &Rc<Gestures>, shelf: &Shelf, event: &Event) {
    if finger(event).is_some() {
        gestures.press.borrow_mut().take();
        if gestures.course.get().is_some_and(|course| course.touch) {
            // The browser took the finger for a scroll: what was selected so far stands.
            gestures.finish(shelf, Phase::End);
        }
    }
}

fn touch_move(gestures: &Rc<Gestures>, _: &Shelf, event: &Event) {
    if gestures.course.get().is_some_and(|course| course.touch) && event.cancelable() {
        event.prevent_default();
    }
}

/// After a gesture of a finger, browsers send a mouse click for those who know no fingers: it would
/// drop the selection that was just made.
fn touch_end(gestures: &Rc<Gestures>, _: &Shelf, event: &Event) {
    if gestures.finger_done.take() && event.cancelable() {
        event.prevent_default();
    }
}

fn context_menu(gestures: &Rc<Gestures>, _: &Shelf, event: &Event) {
    let by_finger = gestures.press.borrow().is_some() || gestures.course.get().is_some_and(|course| course.touch);
    if by_finger && in_text(event) {
        event.prevent_default();
    }
}

fn select_start(gestures: &Rc<Gestures>, _: &Shelf, event: &Event) {
    if gestures.press.borrow().is_some() || gestures.course.get().is_some() {
        event.prevent_default();
    }
}

impl Gestures {
    fn start(&self, shelf: &Shelf, course: Course) {
        if !course.touch
            && let Some(context) = shelf.0.borrow().as_ref()
        {
            context.by_touch.set(false);
        }
        self.course.set(Some(course));
        self.step(shelf, Phase::Start);
    }

    fn finish(&self, shelf: &Shelf, phase: Phase) {
        self.scrolling.borrow_mut().take();
        if self.course.get().is_some() {
            self.step(shelf, phase);
            self.course.set(None);
        }
    }

    /// Tells the application where the gesture is.
    fn step(&self, shelf: &Shelf, phase: Phase) {
        let Some(course) = self.course.get() else { return };
        let told = {
            let slot = shelf.0.borrow();
            let Some(context) = slot.as_ref() else { return };
            let Some(article) = &context.article else { return };
            // Without a place, a gesture that is over still ends.
            let hit = geometry::hit(&context.text, article, course.x, course.y);
            hit.map(|hit| (hit, context.dispatch.clone()))
        };
        if let Some((hit, dispatch)) = told {
            dispatch.emit(Action::Pointer(Pointer {
                phase,
                caret: hit.caret,
                character: hit.character,
                clicks: course.clicks,
                alt: course.alt,
                shift: course.shift,
                add: course.add,
            }));
        }
    }

    /// While a drag rests near the pane's upper or lower edge, the pane scrolls.
    fn scroll_at_edge(self: &Rc<Self>, shelf: &Shelf) {
        let Some(course) = self.course.get() else { return };
        let speed = shelf.0.borrow().as_ref().and_then(|context| {
            let rect = context.pane.as_ref()?.get_bounding_client_rect();
            let over = (course.y - (rect.bottom() - EDGE)).max(0.0) - ((rect.top() + EDGE) - course.y).max(0.0);
            (over != 0.0).then(|| crate::view::clamped(over / 3.0, -24.0, 24.0))
        });
        let Some(speed) = speed else {
            self.scrolling.borrow_mut().take();
            return;
        };
        if self.scrolling.borrow().is_some() {
            return;
        }
        let (again, shelf_later) = (Rc::clone(self), shelf.clone());
        let frame = request_animation_frame(move |_| {
            again.scrolling.borrow_mut().take();
            if let Some(pane) = shelf_later.0.borrow().as_ref().and_then(|context| context.pane.clone()) {
                pane.set_scroll_top(pane.scroll_top() + speed as i32);
            }
            again.step(&shelf_later, Phase::Move);
            again.scroll_at_edge(&shelf_later);
        });
        *self.scrolling.borrow_mut() = Some(frame);
    }
}
