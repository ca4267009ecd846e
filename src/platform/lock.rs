//! [`DocumentLock`]: one writer for each document among all tabs, by the browser's Web Locks.
//!
//! Invariant: at most one tab holds the lock. The browser passes it on when a tab closes or dies, and a
//! person may take it from another tab ([`DocumentLock::steal`]): that one hears of it a moment later, and
//! what it writes until then is refused by the storage, by its epoch.

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

/// How to ask for a lock: only if it is free, or by taking it from whoever has it; else by waiting.
const IF_FREE: &str = "ifAvailable";
const STEAL: &str = "steal";
const WAIT: &str = "";

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
    /// other tab closes. Before it writes, such a tab has to read what the other one wrote. Whoever has it
    /// taken away is waiting again.
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
        // First only a look, so that "another tab writes" can be said at once.
        follow(Rc::clone(&claim), IF_FREE);
        Self(claim)
    }

    /// Takes the lock from whoever has it. The storage must refuse that one's writes by then.
    pub fn steal(&self) {
        follow(Rc::clone(&self.0), STEAL);
    }

    /// Whether this tab has it, so that no other one writes.
    #[must_use]
    pub fn is_held(&self) -> bool {
        self.0.release.borrow().is_some()
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

/// Asks, and waits for the lock as long as another tab has it.
fn follow(claim: Rc<Claim>, how: &'static str) {
    spawn(async move {
        let mut how = how;
        while claim.ask(how).await {
            claim.tell(LockState::Waiting);
            how = WAIT;
        }
    });
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

    /// Asks once. Comes back when the lock was given back, was not free, or was taken away; `true` where
    /// there is something to wait for.
    async fn ask(self: &Rc<Self>, how: &str) -> bool {
        let outcome = match self.send(how) {
            Some(outcome) => JsFuture::from(outcome).await.is_ok(),
            None => false,
        };
        let held = self.release.borrow_mut().take().is_some();
        // An error before the grant: the page may not use locks. After our own abort nobody listens.
        if !outcome && !held {
            self.tell(LockState::Unavailable);
        }
        outcome != held && !self.released.get()
    }

    fn send(self: &Rc<Self>, how: &str) -> Option<Promise> {
        let navigator = web_sys::window()?.navigator();
        let locks = Reflect::get(&navigator, &"locks".into()).ok().filter(JsValue::is_object)?;
        let options = Object::new();
        if how != WAIT {
            Reflect::set(&options, &how.into(), &JsValue::TRUE).ok()?;
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
