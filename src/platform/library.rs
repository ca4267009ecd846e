//! What the library wants done, by a connection of its own to the storage.
//!
//! Invariant: the app writes journals; from here come deletions and their taking back, which are records
//! apart, the removal for good of what no tab has open, and the folding of journals that no tab has open.
//! A mark in the local storage names one stored article: gone without having been removed here, it says that
//! the browser has lost what was stored.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo::timers::callback::Timeout;
use yew::Callback;

use super::channel::Channel;
use super::lock::DocumentLock;
use super::storage::{Listed, Storage};
use super::{files, spawn};
use crate::app::library::{LibraryAction, Lost};
use crate::app::records::BLOCK;
use crate::app::storage_error::StorageError;
use crate::app::tabs::Notice;
use crate::app::{Listing, file_name};

use crate::model::{DocumentId, Table, Timestamp};

/// How long after the list was read journals are folded, in milliseconds: by then nobody waits for anything.
const FOLD_AFTER: u32 = 2_000;
/// The mark in the local storage: the id of an article that is stored. Whoever removes that article for good
/// removes the mark.
const MARK: &str = "gloss.work";
/// When the last backup was made, in the local storage; written by whoever makes one.
const BACKUP: &str = "gloss.backup";

/// The library's way to the storage.
#[derive(Clone, Default)]
pub struct Shelves(Rc<Inner>);

#[derive(Default)]
struct Inner {
    storage: RefCell<Option<Storage>>,
    /// Folding that begins soon.
    soon: RefCell<Option<Timeout>>,
    /// Grows with each list: folding that belongs to an earlier one ends.
    turn: Cell<u32>,
    /// How many blocks each journal has by now, as far as that was looked at.
    folded: RefCell<Table<DocumentId, u64>>,
    channel: RefCell<Option<Channel>>,
}

impl Shelves {
    async fn storage(&self) -> Result<Storage, StorageError> {
        if let Some(storage) = self.0.storage.borrow().as_ref() {
            return Ok(storage.clone());
        }
        let slot = Rc::downgrade(&self.0);
        let lost = move |_| {
            // The next one who asks opens it anew.
            if let Some(inner) = slot.upgrade() {
                inner.storage.borrow_mut().take();
            }
        };
        let storage = Storage::open(lost).await?;
        self.0.storage.replace(Some(storage.clone()));
        Ok(storage)
    }

    /// Notices whether what was stored is there still, and marks the first work that is stored.
    pub fn watch(&self, tell: Callback<LibraryAction>) {
        let heard = |notice| {
            if let Notice::Journal { document, .. } = notice {
                mark(&document);
            }
        };
        self.0.channel.replace(Channel::open(heard));
        let shelves = self.clone();
        spawn(async move {
            let Some(marked) = item(MARK) else { return };
            let Ok(storage) = shelves.storage().await else { return };
            if storage.has(&DocumentId::new(marked)).await == Ok(false) {
                tell.emit(LibraryAction::Lost(Lost { backup: item(BACKUP) }));
            }
        });
    }

    /// That what was stored is gone has been read: from now on another article is what is looked for.
    pub fn forget_loss(&self) {
        forget_mark();
    }

    /// Reads the list.
    pub fn list(&self, tell: Callback<LibraryAction>) {
        let shelves = self.clone();
        spawn(async move {
            let (listed, asides) = match shelves.storage().await {
                Ok(storage) => (storage.list().await, storage.asides().await.unwrap_or_default()),
                Err(error) => (Err(error), Vec::new()),
            };
            if let Ok(all) = &listed {
                if let Some(first) = all.first() {
                    mark(&first.id);
                }
                shelves.fold_soon(all);
            }
            let listed = listed.map(|all| all.into_iter().map(Listing::from).collect());
            tell.emit(LibraryAction::Listed(listed.map_err(|error| error.to_string())));
            let mut counts: Vec<(DocumentId, usize)> = Vec::new();
            for (id, ..) in asides {
                match counts.iter_mut().find(|(of, _)| *of == id) {
                    Some((_, count)) => *count += 1,
                    None => counts.push((id, 1)),
                }
            }
            tell.emit(LibraryAction::Asides(counts));
        });
    }

    /// Nobody looks at the list any more: what it would have begun is left for the next time.
    pub fn rest(&self) {
        self.0.turn.set(self.0.turn.get() + 1);
        self.0.soon.take();
    }

    /// Folds, in a while, the journals that have grown by a block or more.
    fn fold_soon(&self, all: &[Listed]) {
        self.rest();
        let folded = self.0.folded.borrow();
        let grown = all.iter().filter_map(|listed| {
            let seq = listed.header.as_ref().ok()?.seq;
            (seq / BLOCK > folded.get(&listed.id).copied().unwrap_or_default()).then(|| (listed.id.clone(), seq))
        });
        let grown: Vec<(DocumentId, u64)> = grown.collect();
        if grown.is_empty() {
            return;
        }
        let (shelves, turn) = (self.clone(), self.0.turn.get());
        let begin = move || {
            spawn(async move {
                for (id, seq) in grown {
                    if shelves.0.turn.get() != turn {
                        return;
                    }
                    // What cannot be folded now is as good as it was, and is looked at again with the next list.
                    if shelves.fold(&id, seq).await == Ok(true) {
                        shelves.0.folded.borrow_mut().insert(id, seq / BLOCK);
                    }
                }
            });
        };
        self.0.soon.replace(Some(Timeout::new(FOLD_AFTER, begin)));
    }

    /// Folds a journal; `false` where a tab has the document open.
    async fn fold(&self, id: &DocumentId, seq: u64) -> Result<bool, StorageError> {
        let storage = self.storage().await?;
        if storage.journal_records(id).await? <= seq / BLOCK + seq % BLOCK {
            return Ok(true);
        }
        // Without locks nobody knows whether a tab has it open.
        match DocumentLock::at_once(id).await.filter(DocumentLock::is_held) {
            Some(_held) => storage.fold(id).await.map(|_| true),
            None => Ok(false),
        }
    }

    /// Saves what could not be read of an article as a text file.
    pub fn save_aside(&self, id: DocumentId, title: String, tell: Callback<LibraryAction>) {
        let shelves = self.clone();
        spawn(async move {
            let asides = match shelves.storage().await {
                Ok(storage) => storage.asides().await,
                Err(error) => Err(error),
            };
            let saved = asides.map_err(|error| error.to_string()).and_then(|asides| {
                let parts = asides.iter().filter(|(of, ..)| *of == id);
                let text: String = parts.map(|(_, seq, raw)| format!("step {seq}\n{raw}\n\n")).collect();
                files::download(&file_name(&title, "damaged.txt"), &text)
            });
            tell.emit(LibraryAction::Saved(saved));
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
                if item(MARK).is_some_and(|marked| ids.iter().any(|id| id.as_str() == marked)) {
                    // The list that is read next marks another one.
                    forget_mark();
                }
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

fn local_storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}

fn item(key: &str) -> Option<String> {
    local_storage()?.get_item(key).ok().flatten()
}

/// Marks an article as stored, where none is marked.
fn mark(id: &DocumentId) {
    if let Some(storage) = local_storage().filter(|_| item(MARK).is_none()) {
        let _ = storage.set_item(MARK, id.as_str());
    }
}

/// What was stored is meant to be gone. To be called before that is removed.
pub fn forget_mark() {
    if let Some(storage) = local_storage() {
        let _ = storage.remove_item(MARK);
    }
}
