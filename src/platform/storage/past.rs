//! What the history and newer versions of an article need of the storage: its records as they are, and which article
//! was made from which.
//!
//! Invariant: a new version and the record that says so come in by one transaction. That record is a signpost alone: the
//! new article's metadata say the same, and without it nothing is lost.

use js_sys::Array;
use wasm_bindgen::prelude::*;

use super::idb::{answer, text_of};
use super::{Storage, steps};
use crate::app::records::{Header, Record, Version};
use crate::app::storage_error::StorageError;
use crate::model::DocumentId;

/// An article that another one was made from, or that was made from it.
#[derive(Clone, Debug, PartialEq)]
pub struct Neighbour {
    /// Its id.
    pub id: DocumentId,
    /// Whether it is the newer one.
    pub newer: bool,
    /// When the newer one of the two was made.
    pub at: String,
}

/// The key of the record for a newer article.
fn key(newer: &DocumentId) -> JsValue {
    JsValue::from_str(&format!("version {newer}"))
}

impl Storage {
    /// The records of a document as they are stored: its base, and its journal, each with its number.
    ///
    /// # Errors
    /// Where the storage cannot be read, or no such document is there.
    pub async fn raw(&self, id: &DocumentId) -> Result<(String, Vec<(u64, String)>), StorageError> {
        let transaction = self.read(&["bases", "journal"])?;
        let base = transaction.queue("bases", |store| store.get(&JsValue::from_str(id.as_str())))?;
        let journal = steps(&transaction, id, 0)?;
        transaction.finish().await?;
        let base = answer(&base)?;
        if base.is_undefined() {
            return Err(StorageError::NotFound);
        }
        Ok((text_of(&base), journal.steps(0)?))
    }

    /// Stores a document that was made from another one, and that it was.
    ///
    /// # Errors
    /// [`StorageError::Exists`] where one of the same id is stored already.
    pub async fn create_version(&self, header: &Header, base: &str, version: &Version) -> Result<(), StorageError> {
        let (head, link) = (header.encode()?, version.encode()?);
        let transaction = self.write(&["documents", "bases", "meta"], true)?;
        let id = JsValue::from_str(header.id.as_str());
        transaction.queue("bases", |store| store.add_with_key(&JsValue::from_str(base), &id))?;
        transaction.put("documents", &id, &head)?;
        transaction.put("meta", &key(&version.newer), &link)?;
        match transaction.finish().await {
            Err(StorageError::Conflict) => Err(StorageError::Exists),
            done => done,
        }
    }

    /// The articles that a document was made from or that were made from it, the newest last; those that are not there
    /// any more, or lie in the bin, are left out.
    ///
    /// # Errors
    /// Where the storage cannot be read.
    pub async fn versions(&self, id: &DocumentId) -> Result<Vec<Neighbour>, StorageError> {
        let range = web_sys::IdbKeyRange::bound(&"version ".into(), &"version \u{ffff}".into());
        let range = range.map_err(|_| StorageError::Lost)?;
        let transaction = self.read(&["meta"])?;
        let all = transaction.queue("meta", |store| store.get_all_with_key(&range))?;
        transaction.finish().await?;
        let mut found = Vec::new();
        for raw in answer(&all)?.unchecked_into::<Array>().iter() {
            // A signpost that cannot be read leads nowhere.
            let Ok(Version { older, newer, at }) = Version::decode(&text_of(&raw)) else { continue };
            if older == *id {
                found.push(Neighbour { id: newer, newer: true, at: at.to_string() });
            } else if newer == *id {
                found.push(Neighbour { id: older, newer: false, at: at.to_string() });
            }
        }
        if found.is_empty() {
            return Ok(found);
        }
        let transaction = self.read(&["bases", "deleted"])?;
        let mut asked = Vec::new();
        for Neighbour { id, .. } in &found {
            let key = JsValue::from_str(id.as_str());
            let there = transaction.queue("bases", |store| store.count_with_key(&key))?;
            asked.push((there, transaction.queue("deleted", |store| store.count_with_key(&key))?));
        }
        transaction.finish().await?;
        let mut kept = Vec::new();
        for (neighbour, (there, deleted)) in found.into_iter().zip(asked) {
            let is = |count: JsValue| count.as_f64().unwrap_or_default() > 0.0;
            if is(answer(&there)?) && !is(answer(&deleted)?) {
                kept.push(neighbour);
            }
        }
        kept.sort_by(|a, b| a.at.cmp(&b.at));
        Ok(kept)
    }

    /// The key under which a new document's signpost is kept, so that it goes when the document does.
    pub(super) fn signpost(id: &DocumentId) -> JsValue {
        key(id)
    }
}
