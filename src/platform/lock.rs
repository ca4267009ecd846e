//! [`DocumentLock`]: one writer for each document among all tabs, by the browser's Web Locks.
//!
//! Invariant: the state is [`LockState::Writer`] in at most one tab at a time; no tab takes the
//! lock away from another. The browser itself passes it on when a tab closes or dies.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::AbortController;

use super::spawn;
use crate::app::tabs::LockState;
use crate::model::DocumentId;

#[wasm_bindgen]
extern "C" {
    /// `navigator.locks`, which is there in secure contexts only.
    type Locks;

    #[wasm_bindgen(method, catch)]
    fn request(this: &Locks, name: &str, options: &Object, granted: &Function) -> Result<Promise, JsValue>;
}

type Granted = Closure<dyn FnMut(JsValue) -> JsValue>;

/// The claim of this tab to write to one document. Dropping it releases it.
pub struct DocumentLock(Rc<Claim>);

struct Claim {
    name: String,
    changed: Box<dyn Fn(LockState)>,
    /// Ends the wait.
    abort: Option<AbortController>,
    /// Resolves the promise that holds the lock.
    release: RefCell<Option<Function>>,
    released: Cell<bool>,
    /// What the browser calls when it grants the lock; kept here so that it lives long enough.
    granted: RefCell<Vec<Granted>>,
}

impl DocumentLock {
    /// Asks for the lock of a document. `changed` is called soon with the first state, and again
    /// when the state changes: [`LockState::Waiting`] becomes [`LockState::Writer`] when the
    /// other tab closes. Before it writes, such a tab has to read what the other one wrote.
    #[must_use]
    pub fn request(document: &DocumentId, changed: impl Fn(LockState) + 'static) -> Self {
        let claim = Rc::new(Claim {
            name: format!("gloss document {document}"),
            changed: Box::new(changed),
            abort: AbortController::new().ok(),
            release: RefCell::default(),
            released: Cell::new(false),
            granted: RefCell::default(),
        });
        let asked = Rc::clone(&claim);
        spawn(async move {
            // First only a look, so that "another tab writes" can be said at once.
            if asked.ask(true).await && !asked.released.get() && asked.release.borrow().is_none() {
                asked.tell(LockState::Waiting);
                asked.ask(false).await;
            }
        });
        Self(claim)
    }

    /// The lock of a document, unless another tab has it. Where there are no locks, nobody has.
    pub async fn at_once(document: &DocumentId) -> Option<Self> {
        let state = Rc::new(Cell::new(LockState::Waiting));
        let mut lock = None;
        let answered = Promise::new(&mut |answer: Function, _| {
            let state = Rc::clone(&state);
            lock = Some(Self::request(document, move |now| {
                state.set(now);
                let _ = answer.call0(&JsValue::UNDEFINED);
            }));
        });
        JsFuture::from(answered).await.ok()?;
        lock.filter(|_| state.get() != LockState::Waiting)
    }

    /// Gives the lock back, or stops waiting for it. No state is told any more.
    pub fn release(&self) {
        self.0.release();
    }
}

impl Drop for DocumentLock {
    fn drop(&mut self) {
        self.0.release();
    }
}

impl Claim {
    fn tell(&self, state: LockState) {
        if !self.released.get() {
            (self.changed)(state);
        }
    }

    fn release(&self) {
        if self.released.replace(true) {
            return;
        }
        match (self.release.borrow_mut().take(), &self.abort) {
            (Some(release), _) => drop(release.call0(&JsValue::UNDEFINED)),
            (None, Some(abort)) => abort.abort(),
            (None, None) => {}
        }
    }

    /// Asks once; with `if_free` without waiting. Comes back when the lock was given back or was
    /// not free; `false` where there are no locks.
    async fn ask(self: &Rc<Self>, if_free: bool) -> bool {
        let Some(outcome) = self.send(if_free) else {
            self.tell(LockState::Unavailable);
            return false;
        };
        let failed = JsFuture::from(outcome).await.is_err();
        // An error before the grant: the page may not use locks. After our own abort nobody listens.
        if failed {
            self.tell(LockState::Unavailable);
        }
        !failed
    }

    fn send(self: &Rc<Self>, if_free: bool) -> Option<Promise> {
        let navigator = web_sys::window()?.navigator();
        let locks = Reflect::get(&navigator, &"locks".into()).ok().filter(JsValue::is_object)?;
        let options = Object::new();
        if if_free {
            Reflect::set(&options, &"ifAvailable".into(), &JsValue::TRUE).ok()?;
        } else if let Some(abort) = &self.abort {
            Reflect::set(&options, &"signal".into(), &abort.signal()).ok()?;
        }
        let weak = Rc::downgrade(self);
        let granted: Granted = Closure::new(move |lock: JsValue| Self::granted(&weak, &lock));
        let outcome = locks.unchecked_into::<Locks>().request(&self.name, &options, granted.as_ref().unchecked_ref());
        self.granted.borrow_mut().push(granted);
        outcome.ok()
    }

    /// The browser's answer. The lock is held until the promise that is returned settles.
    fn granted(claim: &Weak<Self>, lock: &JsValue) -> JsValue {
        let Some(claim) = claim.upgrade().filter(|claim| !lock.is_null() && !claim.released.get()) else {
            return JsValue::UNDEFINED;
        };
        let held = Promise::new(&mut |resolve, _| *claim.release.borrow_mut() = Some(resolve));
        claim.tell(LockState::Writer);
        held.into()
    }
}
