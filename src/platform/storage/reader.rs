//! [`Reader`]: articles read many at once, in the worker, which has no window and writes nothing.
//!
//! Invariant: it never makes or upgrades a database, and lets go of it as soon as a tab wants to.

use js_sys::{Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Event, IdbFactory, IdbRequest};

use super::idb::{Database, Transaction, VERSION, answer, text_of};
use super::{Both, DATABASE, steps};
use crate::app::storage_error::StorageError;
use crate::model::DocumentId;

/// A connection that reads.
pub struct Reader {
    database: Database,
    _changed: Closure<dyn FnMut(Event)>,
}

/// The records of an article: its base, and its journal, each record with its number.
pub type Raw = (String, Vec<(u64, String)>);

impl Reader {
    /// Opens the storage of the app.
    ///
    /// # Errors
    /// Where there is none of this version, or the browser does not give it.
    pub async fn open() -> Result<Self, StorageError> {
        let factory = Reflect::get(&js_sys::global(), &"indexedDB".into()).ok().filter(JsValue::is_object);
        let factory: IdbFactory = factory.ok_or(StorageError::Refused)?.unchecked_into();
        let request = factory.open_with_u32(DATABASE, VERSION).map_err(|_| StorageError::Refused)?;
        let opened = Promise::new(&mut |resolve, reject| {
            request.set_onsuccess(Some(&resolve));
            request.set_onerror(Some(&reject));
            request.set_onblocked(Some(&reject));
            // There is none yet, or an older one: making it is for the page alone.
            let upgrade = request.clone();
            let give_up = Closure::once_into_js(move |_: JsValue| {
                if let Some(transaction) = upgrade.transaction() {
                    let _ = transaction.abort();
                }
            });
            request.set_onupgradeneeded(Some(give_up.unchecked_ref()));
        });
        JsFuture::from(opened).await.map_err(|_| StorageError::Refused)?;
        let database = request.result().map_err(|_| StorageError::Refused)?.unchecked_into::<Database>();
        let changed = {
            let database = database.clone();
            Closure::<dyn FnMut(Event)>::new(move |_| database.close())
        };
        database.set_onversionchange(Some(changed.as_ref().unchecked_ref()));
        Ok(Self { database, _changed: changed })
    }

    /// Reads articles, in their order; none for one that is not there.
    ///
    /// # Errors
    /// Where the storage cannot be read.
    pub async fn read(&self, ids: &[DocumentId]) -> Result<Vec<Option<Raw>>, StorageError> {
        let transaction = Transaction::read(&self.database, &["bases", "journal"])?;
        let mut requests: Vec<(IdbRequest, Both)> = Vec::with_capacity(ids.len());
        for id in ids {
            let base = transaction.get("bases", &JsValue::from_str(id.as_str()))?;
            requests.push((base, steps(&transaction, id, 0)?));
        }
        transaction.finish().await?;
        let read = |(base, journal): (IdbRequest, Both)| {
            let base = answer(&base)?;
            if base.is_undefined() {
                return Ok(None);
            }
            Ok(Some((text_of(&base), journal.steps(0)?)))
        };
        requests.into_iter().map(read).collect()
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.database.set_onversionchange(None);
        self.database.close();
    }
}
