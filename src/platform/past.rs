//! What the pages for the history and for newer versions want done: reading an article's records, having its annotations
//! carried over, and storing the new one.
//!
//! Invariant: an article is read up to the step that it was asked for at least: what the app made a moment ago may be on
//! its way to the disk still. Nothing of the old article is written.

use std::rc::Rc;

use js_sys::Promise;
use wasm_bindgen_futures::JsFuture;
use web_sys::File;
use yew::Callback;

use super::annex::Writing;
use super::env::BrowserEnv;
use super::library::Shelves;
use super::lock::DocumentLock;
use super::spawn;
use super::storage::Neighbour;
use super::worker::{self, Answer};
use crate::app::Env;
use crate::app::annex::Article;
use crate::app::details::DetailsAction;
use crate::app::errand::{self, Errand};
use crate::app::history::{HistoryAction, Past};
use crate::app::newer::{NewerAction, Review};
use crate::app::records::{Base, Header, Record, Version, open};
use crate::formats::plain::IncomingText;
use crate::model::{Document, DocumentId};
use crate::text::Text;

/// How often an article is read that is not whole yet, and how long is waited in between, in milliseconds.
const TRIES: usize = 40;
const PAUSE: i32 = 75;

const NOT_WHOLE: &str = "The last changes of this article are not on disk yet. Wait until “Saved” stands above the article, then try again.";

async fn pause() {
    let waited = Promise::new(&mut |resolve, _| {
        if let Some(window) = web_sys::window() {
            let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, PAUSE);
        }
    });
    let _ = JsFuture::from(waited).await;
}

type Raw = (String, Vec<(u64, String)>);

/// The records of an article, up to the step that it was asked for.
async fn whole(shelves: &Shelves, article: &Article) -> Result<Raw, String> {
    for _ in 0..TRIES {
        let storage = shelves.storage().await.map_err(|error| error.to_string())?;
        let raw = storage.raw(&article.id).await;
        match raw {
            // Records that cannot be used are counted, too: they are part of what was written.
            Ok(raw) if raw.1.last().map_or(0, |(seq, _)| *seq) >= article.seq as u64 => return Ok(raw),
            Ok(_) | Err(crate::app::storage_error::StorageError::NotFound) => pause().await,
            Err(error) => return Err(error.to_string()),
        }
    }
    Err(NOT_WHOLE.to_owned())
}

/// An article as it is now.
async fn now_of(shelves: &Shelves, article: &Article) -> Result<Document, String> {
    let (base, journal) = whole(shelves, article).await?;
    open(&article.id, None, Some(&base), journal)
        .map(|opened| opened.session.document)
        .map_err(|error| format!("This article cannot be read: {error}."))
}

impl Shelves {
    /// Reads the past of an article.
    pub fn past(&self, article: Article, tell: Callback<HistoryAction>) {
        let shelves = self.clone();
        spawn(async move {
            let past = match whole(&shelves, &article).await {
                Ok((base, journal)) => Past::read(&base, journal)
                    .map(Rc::new)
                    .map_err(|error| format!("The records of this article cannot be read: {error}.")),
                Err(why) => Err(why),
            };
            tell.emit(HistoryAction::Read(past));
        });
    }

    /// Reads an article as it is now.
    pub fn now(&self, article: Article, tell: Callback<NewerAction>) {
        let shelves = self.clone();
        spawn(async move { tell.emit(NewerAction::Read(now_of(&shelves, &article).await)) });
    }

    /// Reads an article as it is now, and whether it may be changed from the library: that is, whether no tab has it
    /// open.
    pub fn details(&self, article: Article, shelf: bool, tell: Callback<DetailsAction>) {
        let shelves = self.clone();
        spawn(async move {
            let read = now_of(&shelves, &article).await;
            let writes = !shelf || DocumentLock::at_once(&article.id).await.is_some();
            tell.emit(DetailsAction::Read(read.map(|document| (document, writes))));
        });
    }

    /// Makes the new article of a review, and stores it.
    pub fn make(&self, review: Rc<Review>, incoming: IncomingText, tell: Callback<NewerAction>) {
        let shelves = self.clone();
        let writing = Writing::begin();
        spawn(async move {
            let env = BrowserEnv::new();
            let (id, now) = (DocumentId::new(env.new_id()), env.now());
            let document = review.document(&incoming, id.clone(), &now);
            let header = Header::of(&document, 0, Some(now.clone()));
            let version = Version { older: review.old.info.id.clone(), newer: id.clone(), at: now };
            let written = async {
                let storage = shelves.storage().await?;
                storage.create_version(&header, &Base(document).encode()?, &version).await
            };
            let written = written.await.map_err(|error| error.to_string());
            drop(writing);
            tell.emit(NewerAction::Written(id, written));
        });
    }

    /// Puts a new version into the bin, or takes it out.
    pub fn bin(&self, id: DocumentId, bin: bool, tell: Callback<NewerAction>) {
        let shelves = self.clone();
        let writing = Writing::begin();
        spawn(async move {
            let at = bin.then(|| BrowserEnv::new().now());
            let written = async { shelves.storage().await?.set_deleted(&id, at).await };
            let written = written.await;
            drop(writing);
            tell.emit(NewerAction::Binned(written.map(|()| bin).map_err(|error| error.to_string())));
        });
    }

    /// Finds the versions beside an article. None where the storage cannot be read: they are signposts alone.
    pub fn versions(&self, id: DocumentId, tell: Callback<(DocumentId, Vec<Neighbour>)>) {
        let shelves = self.clone();
        spawn(async move {
            if let Ok(storage) = shelves.storage().await
                && let Ok(versions) = storage.versions(&id).await
            {
                tell.emit((id, versions));
            }
        });
    }
}

/// Has annotations carried over to a newer text.
pub fn carry(document: &Document, newer: &Text, tell: Callback<NewerAction>) {
    match errand::ask_carry(document, newer) {
        Ok(letter) => worker::send(Errand::Carry, &letter, None, move |answer| {
            if let Answer::Done(letter) = answer {
                tell.emit(NewerAction::Carried(errand::carried(letter)));
            }
        }),
        Err(why) => tell.emit(NewerAction::Carried(Err(why))),
    }
}

/// Has a file read as a newer text.
pub fn read_text(file: &File, tell: Callback<NewerAction>) {
    let name = file.name();
    worker::send(Errand::Text, &super::files::languages(), Some(file), move |answer| {
        tell.emit(match answer {
            Answer::Progress(done, all) => NewerAction::File(name.clone(), done, all),
            Answer::Done(letter) => NewerAction::Arrived(errand::heard(letter)),
        });
    });
}

/// Has a state of an article written as a file and copies it.
pub fn copy_json(document: &Document, tell: Callback<HistoryAction>) {
    match errand::ask_export(document, &BrowserEnv::new().now()) {
        Ok(letter) => worker::send(Errand::Export, &letter, None, move |answer| {
            if let Answer::Done(letter) = answer {
                match errand::exported(letter) {
                    Ok(file) => copy(file.json.to_string(), "Copied as JSON".to_owned(), tell.clone()),
                    Err(why) => tell.emit(HistoryAction::Copied(Err(why))),
                }
            }
        }),
        Err(why) => tell.emit(HistoryAction::Copied(Err(why))),
    }
}

/// Copies a text.
pub fn copy(content: String, said: String, tell: Callback<HistoryAction>) {
    spawn(async move {
        let outcome = super::files::copy(&content).await;
        tell.emit(HistoryAction::Copied(outcome.map(|()| said)));
    });
}
