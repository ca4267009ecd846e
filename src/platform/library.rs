//! What the library wants done, by a connection of its own to the storage.
//!
//! Invariant: the app writes journals; from here come projects, what belongs to them, deletions and their taking
//! back, which are records apart, and the removal for good of what no tab has open.

use std::cell::RefCell;
use std::rc::Rc;

use gloo::events::EventListener;
use yew::Callback;

use super::lock::DocumentLock;
use super::storage::Storage;
use super::{runner, spawn};
use crate::app::Listing;
use crate::app::library::LibraryAction;
use crate::app::projects::{self, Change, remembered};
use crate::app::records::{Home, Project, Record};
use crate::app::storage_error::StorageError;
use crate::model::{DocumentId, ProjectId, Timestamp};

/// The library's way to the storage.
#[derive(Clone, Default)]
pub struct Shelves(Rc<RefCell<Option<Storage>>>);

impl Shelves {
    async fn storage(&self) -> Result<Storage, StorageError> {
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
                Ok(storage) => both(&storage).await,
                Err(error) => Err(error),
            };
            tell.emit(LibraryAction::Listed(listed.map_err(|error| error.to_string())));
        });
    }

    /// Writes a change.
    pub fn write(&self, change: Change, now: Timestamp, tell: Callback<LibraryAction>) {
        let shelves = self.clone();
        spawn(async move {
            let written = async { shelves.storage().await?.change(&change, &now).await };
            tell.emit(LibraryAction::Written(written.await.map_err(|error| error.to_string())));
        });
    }

    /// Removes documents for good, but for those that another tab has open; and projects.
    pub fn purge(&self, ids: Vec<DocumentId>, projects: Vec<ProjectId>, tell: Callback<LibraryAction>) {
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
                storage.purge_projects(&projects).await?;
                Ok::<_, StorageError>((gone, open))
            };
            tell.emit(match purged.await {
                Ok((gone, open)) => LibraryAction::Purged(gone, open),
                Err(error) => LibraryAction::Written(Err(error.to_string())),
            });
        });
    }
}

async fn both(storage: &Storage) -> Result<(Vec<Listing>, Vec<Project>), StorageError> {
    let projects = storage.projects().await?;
    let listed = storage.list().await?;
    Ok((listed.into_iter().map(Listing::from).collect(), projects))
}

/// Remembers the chosen project on this device: the app reads it when an article comes in.
///
/// # Errors
/// In words, where the browser does not take it: then new articles would go elsewhere than one sees.
pub fn remember(project: Option<&Project>) -> Result<(), String> {
    let known = runner::project();
    let wanted =
        project.map(remembered).transpose().map_err(|error| format!("The project cannot be chosen: {error}."))?;
    if known == wanted {
        return Ok(());
    }
    let failed = "This browser does not let Gloss remember the project: new articles belong to none.";
    let storage = runner::local_storage().ok_or(failed)?;
    let done = match &wanted {
        Some(wanted) => storage.set_item(runner::PROJECT, wanted),
        None => storage.remove_item(runner::PROJECT),
    };
    done.map_err(|_| {
        // Rather none than the one before.
        let _ = storage.remove_item(runner::PROJECT);
        failed.to_owned()
    })
}

/// The project that is chosen on this device.
#[must_use]
pub fn chosen() -> Option<ProjectId> {
    let home = projects::home(&runner::project()?)?;
    Home::decode(&home).ok().map(|home| home.project)
}

/// Hears of another tab's choice for as long as it is kept.
pub fn follow_choice(tell: Callback<LibraryAction>) -> Option<EventListener> {
    let window = web_sys::window()?;
    Some(EventListener::new(&window, "storage", move |_| tell.emit(LibraryAction::Chosen(chosen()))))
}
