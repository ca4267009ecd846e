//! What the library wants done, by a connection of its own to the storage.
//!
//! Invariant: the app writes journals; from here come deletions and their taking back, which are records
//! apart, and the removal for good of what no tab has open.

use std::cell::RefCell;
use std::rc::Rc;

use yew::Callback;

use super::lock::DocumentLock;
use super::spawn;
use super::storage::Storage;
use crate::app::Listing;
use crate::app::library::LibraryAction;
use crate::app::storage_error::StorageError;
use crate::model::{DocumentId, Timestamp};

/// The library's way to the storage.
#[derive(Clone, Default)]
pub struct Shelves(Rc<RefCell<Option<Storage>>>);

impl Shelves {
    pub(super) async fn storage(&self) -> Result<Storage, StorageError> {
        if let Some(storage) = self.0.borrow().as_ref() {
            return Ok(storage.clone());
        }
        let slot = Rc::downgrade(&self.0);
        let lost = move |_| {
            // The next one who asks opens it anew.
            if let Some(slot) = slot.upgrade() {
                slot.borrow_mut().take();
            }
        };
        let storage = Storage::open(lost).await?;
        self.0.replace(Some(storage.clone()));
        Ok(storage)
    }

    /// Reads the list.
    pub fn list(&self, tell: Callback<LibraryAction>) {
        let shelves = self.clone();
        spawn(async move {
            let listed = match shelves.storage().await {
                Ok(storage) => storage.list().await,
                Err(error) => Err(error),
            };
            let listed = listed.map(|all| all.into_iter().map(Listing::from).collect());
            tell.emit(LibraryAction::Listed(listed.map_err(|error| error.to_string())));
        });
    }

    /// Puts documents into the bin, or takes them out.
    pub fn set_deleted(&self, ids: Vec<DocumentId>, deleted: bool, tell: Callback<LibraryAction>) {
        let at: Option<Timestamp> = deleted.then(|| String::from(js_sys::Date::new_0().to_iso_string()).into());
        let shelves = self.clone();
        spawn(async move {
            let written = async {
                let storage = shelves.storage().await?;
                for id in &ids {
                    storage.set_deleted(id, at.clone()).await?;
                }
                Ok::<(), StorageError>(())
            };
            tell.emit(LibraryAction::Written(written.await.map_err(|error| error.to_string())));
        });
    }

    /// Removes documents for good, but for those that another tab has open.
    pub fn purge(&self, ids: Vec<DocumentId>, tell: Callback<LibraryAction>) {
        let shelves = self.clone();
        spawn(async move {
            let purged = async {
                let storage = shelves.storage().await?;
                let (mut gone, mut open) = (0, 0);
                for id in &ids {
                    match DocumentLock::at_once(id).await {
                        Some(_held) => {
                            storage.purge(id).await?;
                            gone += 1;
                        }
                        None => open += 1,
                    }
                }
                Ok::<_, StorageError>((gone, open))
            };
            tell.emit(match purged.await {
                Ok((gone, open)) => LibraryAction::Purged(gone, open),
                Err(error) => LibraryAction::Written(Err(error.to_string())),
            });
        });
    }
}
