//! Projects in the storage, and which documents belong to them. For the annex alone.

use std::rc::Rc;

use wasm_bindgen::JsValue;
use web_sys::IdbRequest;

use super::idb::{Transaction, answer, epoch_key, journal_key, text_of};
use super::{Storage, all};
use crate::app::projects::Change;
use crate::app::records::{Deleted, Header, Home, Project, Record};
use crate::app::storage_error::StorageError;
use crate::model::{DocumentId, ProjectId, Timestamp};

/// The next step of a document: its header after it, which says the step's number, and its record.
pub type Step = (Header, Rc<str>);

/// A new document: its header and its record.
pub type New = (Header, Rc<str>);

impl Storage {
    /// All projects, those in the bin too. One whose record cannot be read is left out: its articles are there all
    /// the same.
    ///
    /// # Errors
    /// Where the storage cannot be read.
    pub async fn projects(&self) -> Result<Vec<Project>, StorageError> {
        let transaction = self.read(&["projects"])?;
        let projects = all(&transaction, "projects")?;
        transaction.finish().await?;
        Ok(projects.pairs()?.iter().filter_map(|(_, raw)| Project::decode(&text_of(raw)).ok()).collect())
    }

    /// Writes a change, all of it or nothing.
    ///
    /// # Errors
    /// Where the storage cannot be written.
    pub async fn change(&self, change: &Change, now: &Timestamp) -> Result<(), StorageError> {
        let transaction = self.write(&["projects", "home", "deleted", "archived"], true)?;
        Self::queue_change(&transaction, change, now)?;
        transaction.finish().await
    }

    /// Queues the writing of a change, in a transaction over `projects`, `home`, `deleted` and `archived`.
    pub(super) fn queue_change(
        transaction: &Transaction,
        change: &Change,
        now: &Timestamp,
    ) -> Result<(), StorageError> {
        let remove = |store: &str, key: &JsValue| transaction.queue(store, |store| store.delete(key)).map(drop);
        for (before, after) in &change.projects {
            let key = |project: &Project| JsValue::from_str(project.id.as_str());
            match (before, after) {
                (_, Some(after)) => transaction.put("projects", &key(after), &after.encode()?)?,
                (Some(before), None) => remove("projects", &key(before))?,
                (None, None) => {}
            }
        }
        for (id, _, home) in &change.homes {
            let key = JsValue::from_str(id.as_str());
            match home {
                Some(project) => transaction.put("home", &key, &Home { project: project.clone() }.encode()?)?,
                None => remove("home", &key)?,
            }
        }
        for (store, all) in [("deleted", &change.bin), ("archived", &change.archived)] {
            for (id, there) in all {
                let key = JsValue::from_str(id.as_str());
                match there {
                    // Both records say that and when.
                    true => transaction.put(store, &key, &Deleted { at: now.clone() }.encode()?)?,
                    false => remove(store, &key)?,
                }
            }
        }
        Ok(())
    }

    /// The records of documents as they were made or imported, in the order that was asked for; none for one that is
    /// not there.
    ///
    /// # Errors
    /// Where the storage cannot be read.
    pub async fn bases(&self, ids: &[DocumentId]) -> Result<Vec<Option<String>>, StorageError> {
        let transaction = self.read(&["bases"])?;
        let get = |id: &DocumentId| transaction.queue("bases", |store| store.get(&JsValue::from_str(id.as_str())));
        let requests = ids.iter().map(get).collect::<Result<Vec<_>, _>>()?;
        transaction.finish().await?;
        let text = |request: &IdbRequest| answer(request).map(|raw| (!raw.is_undefined()).then(|| text_of(&raw)));
        requests.iter().map(text).collect()
    }

    /// Writes the next step of many documents, each with the header that goes with it, and new documents, which belong
    /// to `home`, and puts others into the bin: all of it or nothing. Only while this tab holds the locks of the
    /// documents.
    ///
    /// # Errors
    /// [`StorageError::Conflict`] where one of them has such a step already, or one that is new is there.
    pub async fn steps(
        &self,
        steps: &[Step],
        new: &[New],
        home: Option<&str>,
        bin: Option<(&[DocumentId], &Timestamp)>,
    ) -> Result<(), StorageError> {
        let headers = |header: &Header| header.encode();
        let step_headers = steps.iter().map(|(header, _)| headers(header)).collect::<Result<Vec<_>, _>>()?;
        let new_headers = new.iter().map(|(header, _)| headers(header)).collect::<Result<Vec<_>, _>>()?;
        let transaction = self.write(&["documents", "bases", "journal", "home", "deleted", "meta"], true)?;
        for ((header, record), head) in steps.iter().zip(&step_headers) {
            let key = journal_key(header.id.as_str(), header.seq);
            transaction.queue("journal", |store| store.add_with_key(&JsValue::from_str(record), &key))?;
            transaction.put("documents", &header.id.as_str().into(), head)?;
            // Whoever still believes that they write it learns from this that they do not.
            let epoch = js_sys::Math::random().into();
            let key = epoch_key(header.id.as_str());
            transaction.queue("meta", |store| store.put_with_key(&epoch, &key))?;
        }
        for ((header, record), head) in new.iter().zip(&new_headers) {
            let key = JsValue::from_str(header.id.as_str());
            transaction.queue("bases", |store| store.add_with_key(&JsValue::from_str(record), &key))?;
            transaction.put("documents", &key, head)?;
            if let Some(home) = home {
                transaction.put("home", &key, home)?;
            }
        }
        if let Some((ids, now)) = bin {
            let deleted = Deleted { at: now.clone() }.encode()?;
            for id in ids {
                transaction.put("deleted", &id.as_str().into(), &deleted)?;
            }
        }
        transaction.finish().await
    }

    /// Removes projects for ever. What belonged to them belongs to none.
    ///
    /// # Errors
    /// Where the storage cannot be written.
    pub async fn purge_projects(&self, ids: &[ProjectId]) -> Result<(), StorageError> {
        let transaction = self.write(&["projects"], true)?;
        for id in ids {
            transaction.queue("projects", |store| store.delete(&JsValue::from_str(id.as_str())))?;
        }
        transaction.finish().await
    }
}
