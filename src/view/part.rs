//! Parts of the page that remember something, or that are drawn anew only when they have to be.
//!
//! All of them are one Yew component, [`Part`], which holds what is drawn behind a trait: each
//! component of its own weighs some four kilobytes in the module, and each hook with its closures
//! another one. Invariant: a part is drawn anew only where what it is given differs or where it asked
//! for it; an effect is taken back before it runs again, and when its part goes.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo::events::{EventListener, EventListenerOptions};
use web_sys::{Event, EventTarget};
use yew::virtual_dom::{Key, VChild};
use yew::{Callback, Component, Context, Html, NodeRef, Properties};

/// What a part of the page is given, and how it is drawn.
pub trait Draw: PartialEq + 'static {
    /// Draws it. Everything is asked of the memory in the same order each time.
    fn draw(&self, memory: &Memory) -> Html;
}

/// Puts a part on the page. Parts of one list need keys.
pub fn part(key: Option<Key>, given: impl Draw) -> Html {
    VChild::<Part>::new(PartProps { given: Given(Rc::new(given)) }, key).into()
}

/// Any [`Draw`].
trait AnyDraw {
    fn draw(&self, memory: &Memory) -> Html;
    fn same(&self, other: &dyn Any) -> bool;
    fn any(&self) -> &dyn Any;
}

impl<D: Draw> AnyDraw for D {
    fn draw(&self, memory: &Memory) -> Html {
        Draw::draw(self, memory)
    }

    fn same(&self, other: &dyn Any) -> bool {
        other.downcast_ref::<D>().is_some_and(|other| self == other)
    }

    fn any(&self) -> &dyn Any {
        self
    }
}

#[derive(Clone)]
struct Given(Rc<dyn AnyDraw>);

impl PartialEq for Given {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0) || self.0.same(other.0.any())
    }
}

#[derive(Clone, PartialEq, Properties)]
struct PartProps {
    given: Given,
}

/// The one component.
struct Part(Memory);

impl Component for Part {
    type Message = ();
    type Properties = PartProps;

    fn create(context: &Context<Self>) -> Self {
        Self(Memory {
            kept: RefCell::default(),
            effects: RefCell::default(),
            next: Cell::default(),
            redraw: context.link().callback(|()| ()),
        })
    }

    fn changed(&mut self, context: &Context<Self>, before: &PartProps) -> bool {
        // Another kind of part in the place of this one remembers nothing of it.
        if context.props().given.0.any().type_id() != before.given.0.any().type_id() {
            self.0.forget();
        }
        true
    }

    fn view(&self, context: &Context<Self>) -> Html {
        self.0.next.set((0, 0));
        context.props().given.0.draw(&self.0)
    }

    fn rendered(&mut self, _: &Context<Self>, _: bool) {
        let count = self.0.effects.borrow().len();
        for at in 0..count {
            self.0.run_effect(at);
        }
    }

    fn destroy(&mut self, _: &Context<Self>) {
        self.0.forget();
    }
}

/// What takes an effect back; none where there is nothing to take back.
pub type Undo = Option<Box<dyn FnOnce()>>;

/// What an effect or a result depends on.
pub struct Watched {
    value: Box<dyn Any>,
    same: fn(&dyn Any, &dyn Any) -> bool,
}

impl Watched {
    /// Watches a value: a change is what makes it unequal.
    pub fn of<T: PartialEq + 'static>(value: T) -> Self {
        Self { value: Box::new(value), same: |a, b| a.downcast_ref::<T>() == b.downcast_ref::<T>() }
    }

    /// Never the same: the effect runs after each drawing.
    pub fn always() -> Self {
        Self { value: Box::new(()), same: |_, _| false }
    }

    fn is(&self, other: &Self) -> bool {
        (*self.value).type_id() == (*other.value).type_id() && (self.same)(&*self.value, &*other.value)
    }
}

struct Effect {
    watched: Watched,
    waiting: Option<Box<dyn FnOnce() -> Undo>>,
    undo: Undo,
}

/// What a part remembers from one drawing to the next.
pub struct Memory {
    kept: RefCell<Vec<Rc<dyn Any>>>,
    effects: RefCell<Vec<Effect>>,
    /// The next of `kept` and of `effects` to be asked for.
    next: Cell<(usize, usize)>,
    redraw: Callback<()>,
}

impl Memory {
    /// The same value at each drawing; `first` makes it.
    pub fn keep<T: 'static>(&self, first: impl FnOnce() -> T) -> Rc<T> {
        let (at, effect) = self.next.get();
        self.next.set((at + 1, effect));
        let known = self.kept.borrow().get(at).cloned();
        if let Some(known) = known.and_then(|known| known.downcast().ok()) {
            return known;
        }
        let new = Rc::new(first());
        let mut kept = self.kept.borrow_mut();
        kept.truncate(at);
        kept.push(Rc::clone(&new) as Rc<dyn Any>);
        new
    }

    /// The same reference to an element at each drawing.
    pub fn node(&self) -> NodeRef {
        (*self.keep(NodeRef::default)).clone()
    }

    /// A value that the part itself changes, and is then drawn anew.
    pub fn state<T: Clone + 'static>(&self, first: T) -> State<T> {
        State { value: self.keep(|| RefCell::new(first)), redraw: self.redraw.clone() }
    }

    /// Something that is worked out anew only when something else is watched.
    pub fn worked_out<T: 'static>(&self, watched: Watched, work: impl FnOnce() -> T) -> Rc<T> {
        let slot = self.keep(|| RefCell::new(None::<(Watched, Rc<T>)>));
        let mut slot = slot.borrow_mut();
        match &*slot {
            Some((before, known)) if before.is(&watched) => Rc::clone(known),
            _ => Rc::clone(&slot.insert((watched, Rc::new(work()))).1),
        }
    }

    /// Runs an effect after the first drawing, and after each one for which something else is watched.
    pub fn watch(&self, watched: Watched, effect: impl FnOnce() -> Undo + 'static) {
        self.watch_boxed(watched, Box::new(effect));
    }

    fn watch_boxed(&self, watched: Watched, effect: Box<dyn FnOnce() -> Undo>) {
        let (kept, at) = self.next.get();
        self.next.set((kept, at + 1));
        let mut effects = self.effects.borrow_mut();
        match effects.get_mut(at) {
            Some(held) if held.watched.is(&watched) => {}
            Some(held) => {
                held.watched = watched;
                held.waiting = Some(effect);
            }
            None => effects.push(Effect { watched, waiting: Some(effect), undo: None }),
        }
    }

    /// Runs an effect if it waits. Nothing is borrowed meanwhile.
    fn run_effect(&self, at: usize) {
        let taken =
            self.effects.borrow_mut().get_mut(at).and_then(|held| Some((held.waiting.take()?, held.undo.take())));
        let Some((effect, undo)) = taken else { return };
        if let Some(undo) = undo {
            undo();
        }
        let undo = effect();
        if let Some(held) = self.effects.borrow_mut().get_mut(at) {
            held.undo = undo;
        }
    }

    fn forget(&self) {
        let effects = self.effects.take();
        for undo in effects.into_iter().filter_map(|effect| effect.undo) {
            undo();
        }
        self.kept.take();
    }
}

/// A value of a part; setting it draws the part anew.
pub struct State<T> {
    value: Rc<RefCell<T>>,
    redraw: Callback<()>,
}

impl<T> Clone for State<T> {
    fn clone(&self) -> Self {
        Self { value: Rc::clone(&self.value), redraw: self.redraw.clone() }
    }
}

impl<T: Clone> State<T> {
    /// The value.
    pub fn get(&self) -> T {
        self.value.borrow().clone()
    }

    /// Changes the value.
    pub fn set(&self, value: T) {
        self.value.replace(value);
        self.redraw.emit(());
    }
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
