//! IndexedDB with futures: opening, one transaction at a time, and the browser's errors as ours.
//!
//! Invariant: requests are queued without waiting in between, and the only wait is for the end of
//! the transaction; waiting for anything else would end it early. Knows no record.

use std::cell::Cell;
use std::pin::Pin;
use std::rc::Rc;

use js_sys::{Array, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    DomException, Event, IdbDatabase, IdbKeyRange, IdbObjectStore, IdbOpenDbRequest, IdbRequest, IdbTransaction,
};

use crate::app::storage_error::StorageError;

/// The version of the database: raised when object stores are added, and when what they hold changes so that
/// a page from before would take it for damage. 2: `projects` and `home`; blocks in the journal, epochs. 3: `archived`;
/// journals in which details change.
pub const VERSION: u32 = 3;

/// The object stores. Their keys are kept outside the values: a document's id, for `journal` and
/// `aside` `[id, seq]`, for `meta` `["epoch", id]` or words, for `projects` a project's id.
pub const STORES: [&str; 10] =
    ["documents", "bases", "journal", "views", "deleted", "aside", "meta", "projects", "home", "archived"];

/// How long opening may take. A browser that is blocked from its own storage may never answer.
const PATIENCE_MS: i32 = 10_000;

#[wasm_bindgen]
extern "C" {
    /// A database, with the third argument of `transaction` that web-sys does not offer.
    #[wasm_bindgen(extends = IdbDatabase, extends = Object)]
    #[derive(Clone)]
    pub type Database;

    #[wasm_bindgen(method, catch, js_name = transaction)]
    fn transaction_with(
        this: &Database,
        stores: &JsValue,
        mode: &str,
        options: &JsValue,
    ) -> Result<IdbTransaction, JsValue>;
}

/// Opens the database, making its object stores where it is new.
pub async fn open(name: &str) -> Result<Database, StorageError> {
    let window = web_sys::window().ok_or(StorageError::Refused)?;
    // The getter throws in some sandboxes, and gives nothing where site data is blocked.
    let factory = window.indexed_db().ok().flatten().ok_or(StorageError::Refused)?;
    let request = factory.open_with_u32(name, VERSION).map_err(|error| while_opening(&error))?;

    let upgrade = Closure::<dyn FnMut(Event)>::new({
        let request = request.clone();
        move |_| drop(make_stores(&request))
    });
    request.set_onupgradeneeded(Some(upgrade.as_ref().unchecked_ref()));
    let mut timer = Ok(0);
    let opened = Promise::new(&mut |resolve, reject| {
        request.set_onsuccess(Some(&resolve));
        request.set_onerror(Some(&reject));
        request.set_onblocked(Some(&reject));
        timer = window.set_timeout_with_callback_and_timeout_and_arguments_0(&reject, PATIENCE_MS);
    });
    let outcome = JsFuture::from(opened).await;
    if let Ok(timer) = timer {
        window.clear_timeout_with_handle(timer);
    }
    match outcome {
        Ok(_) => {
            request.set_onupgradeneeded(None);
            let database = request.result().map_err(|error| while_opening(&error))?.unchecked_into::<Database>();
            let names = database.object_store_names();
            match STORES.iter().find(|store| !names.contains(store)) {
                None => Ok(database),
                Some(store) => Err(StorageError::Failed(format!("the store {store} is missing"))),
            }
        }
        Err(event) => {
            // An answer that comes too late still makes the stores, or they would be missing for
            // ever; and it must not leave a connection open that nobody watches.
            upgrade.forget();
            let late = request.clone();
            let close = Closure::once_into_js(move |_: JsValue| {
                if let Ok(database) = late.result() {
                    database.unchecked_into::<IdbDatabase>().close();
                }
            });
            request.set_onsuccess(Some(close.unchecked_ref()));
            match event.dyn_ref::<Event>() {
                None => Err(StorageError::Silent),
                Some(event) if event.type_() == "blocked" => Err(StorageError::Blocked),
                Some(_) => Err(request.error().ok().flatten().map_or(StorageError::Refused, |e| while_opening(&e))),
            }
        }
    }
}

fn make_stores(request: &IdbOpenDbRequest) -> Result<(), JsValue> {
    let database: IdbDatabase = request.result()?.unchecked_into();
    for store in STORES {
        if !database.object_store_names().contains(store) {
            database.create_object_store(store)?;
        }
    }
    Ok(())
}

/// The end of a transaction. Boxed, so that its code comes once and not wherever it is waited for.
pub type Finished = Pin<Box<dyn Future<Output = Result<(), StorageError>>>>;

/// One transaction: requests are queued through it, then [`Transaction::finish`] waits.
pub struct Transaction {
    inner: IdbTransaction,
    guard: Option<Guard>,
}

/// Looks whether the epoch is the expected one.
struct Guard {
    /// Whether the transaction was given up, because it is not.
    outdated: Rc<Cell<bool>>,
    /// Kept until the transaction has ended.
    _look: Closure<dyn FnMut(Event)>,
}

impl Transaction {
    /// A transaction that only reads.
    pub fn read(database: &Database, stores: &[&str]) -> Result<Self, StorageError> {
        Self::begin(database, stores, "readonly", "default")
    }

    /// A transaction that writes. With `strict` it counts as complete only when the device says
    /// that it is on disk.
    pub fn write(database: &Database, stores: &[&str], strict: bool) -> Result<Self, StorageError> {
        Self::begin(database, stores, "readwrite", if strict { "strict" } else { "relaxed" })
    }

    fn begin(database: &Database, stores: &[&str], mode: &str, durability: &str) -> Result<Self, StorageError> {
        let names: Array = stores.iter().map(|store| JsValue::from_str(store)).collect();
        let options = Object::new();
        Reflect::set(&options, &"durability".into(), &durability.into()).map_err(|error| error_of(&error))?;
        let inner = database.transaction_with(&names, mode, &options).map_err(|error| error_of(&error))?;
        Ok(Self { inner, guard: None })
    }

    /// Queues a request to one of its stores.
    pub fn queue<R>(
        &self,
        store: &str,
        request: impl FnOnce(&IdbObjectStore) -> Result<R, JsValue>,
    ) -> Result<R, StorageError> {
        let queued = self.inner.object_store(store).and_then(|store| request(&store));
        queued.map_err(|error| {
            // Nothing is half-written: what was queued before goes too.
            let _ = self.inner.abort();
            error_of(&error)
        })
    }

    /// Gives the transaction up unless the epoch of a document is this one. To be called first: requests are
    /// answered in order, and the answer comes before anything can be on disk.
    pub fn only_under(&mut self, id: &str, epoch: Option<f64>) -> Result<(), StorageError> {
        let request = self.get("meta", &epoch_key(id))?;
        let outdated: Rc<Cell<bool>> = Rc::default();
        let look = {
            let (request, inner, outdated) = (request.clone(), self.inner.clone(), Rc::clone(&outdated));
            Closure::<dyn FnMut(Event)>::new(move |_| {
                if number(&request) != epoch {
                    outdated.set(true);
                    let _ = inner.abort();
                }
            })
        };
        request.set_onsuccess(Some(look.as_ref().unchecked_ref()));
        self.guard = Some(Guard { outdated, _look: look });
        Ok(())
    }

    /// Queues the reading of one value.
    pub fn get(&self, store: &str, key: &JsValue) -> Result<IdbRequest, StorageError> {
        self.queue(store, |store| store.get(key))
    }

    /// Queues the writing of one record.
    pub fn put(&self, store: &str, key: &JsValue, record: &str) -> Result<(), StorageError> {
        self.queue(store, |store| store.put_with_key(&record.into(), key)).map(drop)
    }

    /// Waits until all is done. The events are listened to from this call on, not from the first
    /// poll.
    ///
    /// There is no explicit `commit()`, although it would save a moment: in Firefox (153) a request
    /// that fails after it no longer aborts the transaction, and the other half is written.
    pub fn finish(self) -> Finished {
        let Self { inner: transaction, guard } = self;
        let done = Promise::new(&mut |resolve, reject| {
            transaction.set_oncomplete(Some(&resolve));
            transaction.set_onabort(Some(&reject));
        });
        Box::pin(async move {
            match JsFuture::from(done).await {
                Ok(_) => Ok(()),
                Err(_) if guard.is_some_and(|guard| guard.outdated.get()) => Err(StorageError::Conflict),
                // Without an error, it was the browser that cut the connection.
                Err(_) => Err(transaction.error().map_or(StorageError::Lost, |error| error_of(&error))),
            }
        })
    }
}

/// The answer of a request whose transaction has finished.
pub fn answer(request: &IdbRequest) -> Result<JsValue, StorageError> {
    request.result().map_err(|error| error_of(&error))
}

/// The number that was read, where one is stored.
pub fn number(request: &IdbRequest) -> Option<f64> {
    request.result().ok()?.as_f64()
}

/// The keys `[id, from]` to the end of that document.
pub fn journal_range(id: &str, from: u64) -> Result<IdbKeyRange, StorageError> {
    // An array is greater than every number, so this is above every step.
    let end = Array::of2(&id.into(), &Array::new());
    IdbKeyRange::bound(&journal_key(id, from), &end).map_err(|error| error_of(&error))
}

/// The key of a document's epoch.
pub fn epoch_key(id: &str) -> JsValue {
    Array::of2(&"epoch".into(), &id.into()).into()
}

/// The key of a journal record.
pub fn journal_key(id: &str, seq: u64) -> JsValue {
    // Exact up to 2^53 steps.
    Array::of2(&id.into(), &(seq as f64).into()).into()
}

/// The number in the key of a journal record.
pub fn seq_of(key: &JsValue) -> Option<u64> {
    let seq = key.dyn_ref::<Array>()?.get(1).as_f64()?;
    (seq >= 0.0 && seq.fract() == 0.0).then_some(seq as u64)
}

/// A stored value as text. A value that is no text gives what no decoder accepts.
pub fn text_of(value: &JsValue) -> String {
    let text = value.as_string();
    text.or_else(|| js_sys::JSON::stringify(value).ok()?.as_string()).unwrap_or_default()
}

/// The browser's error as ours, once the database is open.
pub fn error_of(error: &JsValue) -> StorageError {
    let (name, message) = name_of(error);
    match name.as_str() {
        "QuotaExceededError" => StorageError::Full,
        "ConstraintError" => StorageError::Conflict,
        "InvalidStateError" | "AbortError" => StorageError::Lost,
        "SecurityError" => StorageError::Refused,
        _ => StorageError::Failed(if message.is_empty() { name } else { message }),
    }
}

/// The browser's error as ours, while the database is being opened.
fn while_opening(error: &JsValue) -> StorageError {
    match name_of(error).0.as_str() {
        "VersionError" => StorageError::Newer,
        // Firefox says so where site data is blocked.
        "InvalidStateError" => StorageError::Refused,
        _ => error_of(error),
    }
}

fn name_of(error: &JsValue) -> (String, String) {
    match error.dyn_ref::<DomException>() {
        Some(error) => (error.name(), error.message()),
        None => (text_of(error), String::new()),
    }
}
