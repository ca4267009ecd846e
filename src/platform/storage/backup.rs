//! What backups need of the storage: all that is stored of an article, as it is, and writing what was restored.
//!
//! Invariant: what is restored is one transaction. No record that is there is replaced but headers, views and what
//! belongs to projects; an article that was written to meanwhile refuses the whole.

use js_sys::Array;
use serde_json::Value;
use wasm_bindgen::prelude::*;

use super::idb::{STORES, answer, epoch_key, journal_key, journal_range, seq_of, text_of};
use super::{Storage, all};
use crate::app::backup::Stored;
use crate::app::records::{Line, Record};
use crate::app::restoring::Batch;
use crate::app::storage_error::StorageError;
use crate::model::{DocumentId, Timestamp};

/// The key of the folder that is kept up to date, in `meta`.
const FOLDER: &str = "folder";

impl Storage {
    /// All that is stored of an article; none where it is not there.
    ///
    /// # Errors
    /// Where the storage cannot be read.
    pub async fn stored(&self, id: &DocumentId) -> Result<Option<Stored>, StorageError> {
        let single = ["documents", "bases", "views", "deleted", "home", "archived"];
        let key = JsValue::from_str(id.as_str());
        let range = journal_range(id.as_str(), 0)?;
        let transaction = self.read(&STORES)?;
        let singles = single.map(|store| (store, transaction.get(store, &key)));
        let sign = transaction.get("meta", &Self::signpost(id))?;
        let mut many = Vec::new();
        for store in ["journal", "aside"] {
            let keys = transaction.queue(store, |store| store.get_all_keys_with_key(&range))?;
            many.push((store, keys, transaction.queue(store, |store| store.get_all_with_key(&range))?));
        }
        transaction.finish().await?;
        let mut lines = Vec::new();
        for (store, request) in singles {
            let found = answer(&request?)?;
            if !found.is_undefined() {
                lines.push(Line::new(store, id.as_str(), text_of(&found)));
            }
        }
        if lines.is_empty() {
            return Ok(None);
        }
        for (store, keys, values) in many {
            let (keys, values): (Array, Array) = (answer(&keys)?.unchecked_into(), answer(&values)?.unchecked_into());
            for (key, value) in keys.iter().zip(values.iter()) {
                let key = Value::Array(vec![id.as_str().into(), seq_of(&key).unwrap_or_default().into()]);
                lines.push(Line::new(store, key, text_of(&value)));
            }
        }
        let sign = answer(&sign)?;
        if !sign.is_undefined() {
            lines.push(Line::new("meta", format!("version {id}"), text_of(&sign)));
        }
        Ok(Some(Stored::of(id.clone(), lines)))
    }

    /// The records of all projects as they are stored, by id.
    ///
    /// # Errors
    /// Where the storage cannot be read.
    pub async fn project_records(&self) -> Result<Vec<(String, String)>, StorageError> {
        let transaction = self.read(&["projects"])?;
        let projects = all(&transaction, "projects")?;
        transaction.finish().await?;
        Ok(projects.pairs()?.iter().map(|(key, raw)| (text_of(key), text_of(raw))).collect())
    }

    /// The folder that is kept up to date, as the browser hands it over; none where none was chosen.
    ///
    /// # Errors
    /// Where the storage cannot be read.
    pub async fn folder(&self) -> Result<Option<JsValue>, StorageError> {
        let transaction = self.read(&["meta"])?;
        let folder = transaction.get("meta", &FOLDER.into())?;
        transaction.finish().await?;
        Ok(Some(answer(&folder)?).filter(JsValue::is_object))
    }

    /// Remembers the folder that is kept up to date, or forgets it.
    ///
    /// # Errors
    /// Where the storage cannot be written.
    pub async fn set_folder(&self, folder: Option<&JsValue>) -> Result<(), StorageError> {
        let transaction = self.write(&["meta"], true)?;
        match folder {
            Some(folder) => drop(transaction.queue("meta", |store| store.put_with_key(folder, &FOLDER.into()))?),
            None => drop(transaction.queue("meta", |store| store.delete(&FOLDER.into()))?),
        }
        transaction.finish().await
    }

    /// Writes what was restored, or what takes it back: all of it or nothing. Only while this tab holds the locks of the
    /// articles that get steps.
    ///
    /// # Errors
    /// [`StorageError::Conflict`] where one of them has such a step already, or one that is new is there.
    pub async fn restore(&self, batch: &Batch, now: &Timestamp) -> Result<(), StorageError> {
        let headers = batch.steps.iter().map(|(header, _)| header.encode()).collect::<Result<Vec<_>, _>>()?;
        let transaction = self.write(&STORES, true)?;
        for stored in &batch.whole {
            for line in stored.lines() {
                let raw = line.value.as_str().unwrap_or_default();
                let seq = line.key.get(1).and_then(Value::as_u64);
                let key = match (seq, line.key.as_str()) {
                    (Some(seq), _) => journal_key(stored.id.as_str(), seq),
                    (None, Some(key)) => JsValue::from_str(key),
                    (None, None) => continue,
                };
                match line.store.as_str() {
                    // Whether it is here is a question to its base; of the rest nothing is here then.
                    store @ "bases" => {
                        transaction
                            .queue(store, |store| store.add_with_key(&JsValue::from_str(raw), &key))
                            .map(drop)?;
                    }
                    store
                    @ ("documents" | "journal" | "views" | "deleted" | "home" | "archived" | "aside" | "meta") => {
                        transaction.put(store, &key, raw)?;
                    }
                    _ => {}
                }
            }
        }
        for ((header, steps), head) in batch.steps.iter().zip(&headers) {
            let id = header.id.as_str();
            for (seq, record) in steps {
                let key = journal_key(id, *seq);
                transaction.queue("journal", |store| store.add_with_key(&JsValue::from_str(record), &key))?;
            }
            transaction.put("documents", &id.into(), head)?;
            // Whoever still believes that they write it learns from this that they do not.
            let epoch = js_sys::Math::random().into();
            transaction.queue("meta", |store| store.put_with_key(&epoch, &epoch_key(id)))?;
        }
        Self::queue_change(&transaction, &batch.change, now)?;
        transaction.finish().await
    }
}
