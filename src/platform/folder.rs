//! A folder of the person's own that is kept up to date with a backup of everything, where the browser has File System
//! Access.
//!
//! Invariant: a file is written whole or not at all: what is being written takes the old one's place when it is closed.
//! One tab writes at a time. That the browser does not let it be written any more is said, and asked for by one press.

use std::cell::Cell;
use std::rc::Rc;

use gloo::timers::callback::Timeout;
use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{DomException, File};
use yew::Callback;

use super::backup::set;
use super::library::{BACKUP, Shelves, item, local_storage};
use super::lock::DocumentLock;
use super::{moment, spawn};
use crate::app::Listing;
use crate::app::storage_error::StorageError;
use crate::app::storage_page::Folder;
use crate::model::{DocumentId, sha256_hex};

/// How long after a change the folder is written at the earliest, in milliseconds.
const AFTER: u32 = 5_000;
/// As many times as long as it took the last time, so that large libraries are not written all the time.
const REST: f64 = 20.0;
/// What of the local storage says what the folder has: a hash of what was stored when it was written.
const HAS: &str = "gloss.folder";
const NAME: &str = "Gloss-backup.zip";

type Told = Callback<Folder>;

/// What is known of the folder.
#[derive(Default)]
pub struct Keeper {
    /// The folder, while the browser lets it be written.
    handle: Option<JsValue>,
    told: Option<Told>,
    /// The next time that it is written.
    soon: Option<Timeout>,
    /// How long it took the last time, in milliseconds.
    took: f64,
}

/// Calls a method that answers by a promise.
pub async fn call(on: &JsValue, method: &str, arguments: &[JsValue]) -> Result<JsValue, JsValue> {
    let method: Function = Reflect::get(on, &method.into())?.dyn_into()?;
    let list: js_sys::Array = arguments.iter().collect();
    let answer = method.apply(on, &list)?;
    JsFuture::from(Promise::resolve(&answer)).await
}

/// Why the browser did not do it, in words.
pub fn words(error: &JsValue) -> String {
    let Some(error) = error.dyn_ref::<DomException>() else {
        return "The browser did not let the folder be written.".to_owned();
    };
    match error.name().as_str() {
        "NotAllowedError" => "The browser does not let Gloss write into the folder any more. Press “Allow”.".to_owned(),
        "NotFoundError" => "The folder is not there any more. Choose another one.".to_owned(),
        "QuotaExceededError" => "There is no room left where the folder is.".to_owned(),
        "NoModificationAllowedError" => "Another program holds the file open. Close it there.".to_owned(),
        name => format!("The browser did not let the folder be written ({name})."),
    }
}

/// Writes a file into a folder.
///
/// # Errors
/// Why not, in words. What was there before is there still.
pub async fn write(folder: &JsValue, name: &str, bytes: &[u8]) -> Result<(), String> {
    let written = async {
        let options = Object::new();
        Reflect::set(&options, &"create".into(), &JsValue::TRUE)?;
        let file = call(folder, "getFileHandle", &[name.into(), options.into()]).await?;
        let stream = call(&file, "createWritable", &[]).await?;
        let put = call(&stream, "write", &[js_sys::Uint8Array::from(bytes).into()]).await;
        if let Err(error) = put {
            let _ = call(&stream, "abort", &[]).await;
            return Err(error);
        }
        call(&stream, "close", &[]).await.map(drop)
    };
    written.await.map_err(|error: JsValue| words(&error))
}

fn name_of(handle: &JsValue) -> String {
    Reflect::get(handle, &"name".into()).ok().and_then(|name| name.as_string()).unwrap_or_default()
}

/// Asks whether the folder may be written; with `requestPermission` the browser may ask the person.
async fn allowed(handle: &JsValue, method: &str) -> bool {
    let options = Object::new();
    let _ = Reflect::set(&options, &"mode".into(), &"readwrite".into());
    let answer = call(handle, method, &[options.into()]).await;
    answer.is_ok_and(|answer| answer.as_string().as_deref() == Some("granted"))
}

fn kept(handle: &JsValue) -> Folder {
    let when = item(HAS).and_then(|_| item(BACKUP)).as_deref().map(moment);
    Folder::Kept(name_of(handle), when.filter(|when| !when.is_empty()))
}

/// Whether the browser lets folders be chosen.
fn has_folders() -> bool {
    web_sys::window().is_some_and(|window| {
        Reflect::get(&window, &"showDirectoryPicker".into()).is_ok_and(|picker| picker.is_function())
    })
}

impl Shelves {
    /// Looks how the folder stands, and keeps it up to date from now on. `told` hears of it each time.
    pub fn folder(&self, told: Told) {
        if !has_folders() {
            return;
        }
        self.0.keeper.borrow_mut().told = Some(told.clone());
        let shelves = self.clone();
        spawn(async move {
            let handle = async { shelves.storage().await?.folder().await };
            let Ok(handle) = handle.await else { return };
            let Some(handle) = handle else { return told.emit(Folder::None) };
            if allowed(&handle, "queryPermission").await {
                shelves.keep(handle);
            } else {
                told.emit(Folder::Asks(name_of(&handle)));
            }
        });
    }

    /// The folder may be written from now on.
    fn keep(&self, handle: JsValue) {
        let told = {
            let mut keeper = self.0.keeper.borrow_mut();
            keeper.handle = Some(handle.clone());
            keeper.told.clone()
        };
        if let Some(told) = told {
            told.emit(kept(&handle));
        }
        self.keep_folder_soon();
    }

    /// Lets the person choose a folder.
    pub fn choose_folder(&self) {
        let shelves = self.clone();
        spawn(async move {
            let Some(window) = web_sys::window() else { return };
            let options = Object::new();
            let _ = Reflect::set(&options, &"mode".into(), &"readwrite".into());
            // Given up, too, is an error; then all is as it was.
            let Ok(handle) = call(&window, "showDirectoryPicker", &[options.into()]).await else { return };
            let stored = async { shelves.storage().await?.set_folder(Some(&handle)).await };
            let stored: Result<(), StorageError> = stored.await;
            if let Some(storage) = local_storage() {
                let _ = storage.remove_item(HAS);
            }
            match stored {
                Ok(()) => shelves.keep(handle),
                Err(error) => shelves.tell_folder(Folder::Failed(name_of(&handle), error.to_string())),
            }
        });
    }

    /// Asks the browser anew for the folder that was chosen.
    pub fn allow_folder(&self) {
        let shelves = self.clone();
        spawn(async move {
            let handle = async { shelves.storage().await?.folder().await };
            let Ok(Some(handle)) = handle.await else { return shelves.tell_folder(Folder::None) };
            if allowed(&handle, "requestPermission").await {
                shelves.keep(handle);
            } else {
                let why = "The browser did not allow it. Press “Allow” again, or choose another folder.";
                shelves.tell_folder(Folder::Failed(name_of(&handle), why.to_owned()));
            }
        });
    }

    /// The folder is kept up to date no longer; what is in it stays.
    pub fn forget_folder(&self) {
        let shelves = self.clone();
        {
            let mut keeper = self.0.keeper.borrow_mut();
            (keeper.handle, keeper.soon) = (None, None);
        }
        spawn(async move {
            let forgotten = async { shelves.storage().await?.set_folder(None).await };
            let _ = forgotten.await;
            shelves.tell_folder(Folder::None);
        });
    }

    fn tell_folder(&self, folder: Folder) {
        let told = self.0.keeper.borrow().told.clone();
        if let Some(told) = told {
            told.emit(folder);
        }
    }

    /// Something may have changed: the folder is written in a while, unless that is to come anyway.
    pub(super) fn keep_folder_soon(&self) {
        let mut keeper = self.0.keeper.borrow_mut();
        if keeper.handle.is_none() || keeper.soon.is_some() {
            return;
        }
        let weak = Rc::downgrade(&self.0);
        let after = AFTER.max((keeper.took * REST) as u32);
        keeper.soon = Some(Timeout::new(after, move || {
            let Some(inner) = weak.upgrade() else { return };
            let shelves = Self(inner);
            spawn(async move { shelves.write_folder().await });
        }));
    }

    async fn write_folder(&self) {
        let handle = self.0.keeper.borrow().handle.clone();
        let Some(handle) = handle else { return };
        let written = self.folder_written(&handle).await;
        let handle = {
            let mut keeper = self.0.keeper.borrow_mut();
            keeper.soon = None;
            // Forgotten, or another one chosen meanwhile.
            keeper.handle.clone().filter(|now| Object::is(now, &handle))
        };
        let Some(handle) = handle else { return };
        match written {
            Ok(true) => self.tell_folder(kept(&handle)),
            Ok(false) => {}
            Err(why) => {
                let name = name_of(&handle);
                self.0.keeper.borrow_mut().handle = None;
                self.tell_folder(Folder::Failed(name, why));
            }
        }
    }

    /// Writes the folder, unless it has what is stored; whether it did.
    async fn folder_written(&self, handle: &JsValue) -> Result<bool, String> {
        let Some(_one) = DocumentLock::at_once(&DocumentId::new("the folder")).await else { return Ok(false) };
        let words = |error: StorageError| error.to_string();
        let storage = self.storage().await.map_err(words)?;
        let listed = storage.list().await.map_err(words)?.into_iter().map(Listing::from);
        let mut all: String = listed
            .map(|one| {
                let home = one.home.map(|home| home.to_string()).unwrap_or_default();
                format!("{}\n{}\n{}\n{home}\n", one.header.id, one.header.seq, one.deleted)
            })
            .collect();
        all.extend(storage.project_records().await.map_err(words)?.into_iter().map(|(_, raw)| raw));
        let stands = sha256_hex(all.as_bytes());
        if item(HAS).as_ref() == Some(&stands) {
            return Ok(false);
        }
        let begun = js_sys::Date::now();
        // The worker writes the file: it takes the folder as it takes files.
        let place: &File = handle.unchecked_ref();
        self.packed(None, Some((place, NAME)), &Rc::new(Cell::new(true)), |_, _| ()).await?;
        set(HAS, &stands);
        self.0.keeper.borrow_mut().took = js_sys::Date::now() - begun;
        Ok(true)
    }
}
