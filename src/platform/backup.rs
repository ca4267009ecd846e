//! What the page about the storage wants done: what is known of it, writing and reading backups, restoring, reminding.
//!
//! Invariant: a backup is read article by article and written by the worker, so that no article has to wait for it and
//! memory holds one at a time. Nothing of a restored backup is written but by one transaction, under the locks of the
//! articles that get steps.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use js_sys::{Function, Promise};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, HtmlAnchorElement};
use yew::Callback;

use super::annex::Writing;
use super::library::{BACKUP, Shelves, item, local_storage};
use super::lock::DocumentLock;
use super::storage::{ask_to_keep, estimate, keeping};
use super::worker::{self, Answer};
use super::{BrowserEnv, moment, spawn};
use crate::app::backup::{Contents, Stored, Summary, is_due, name_of};
use crate::app::errand::{self, Errand, Letter};
use crate::app::restoring::{Batch, Preview, Restored, Row, Stand, Way, stand};
use crate::app::storage_error::StorageError;
use crate::app::storage_page::{Browser, DAYS, Facts, StorageAction, Written};
use crate::app::taking::{Outcome, What};
use crate::app::{Env, Listing};
use crate::model::{DocumentId, ProjectId, Timestamp};

/// After how many days without a backup somebody is reminded; nothing for the usual number.
const REMIND: &str = "gloss.remind";
/// Until when nobody wants to be reminded.
const LATER: &str = "gloss.later";
/// How long "Later" is, in milliseconds.
const A_DAY: f64 = 86_400_000.0;
/// The largest backup that is read, in bytes.
const MOST_BYTES: f64 = 512.0 * 1024.0 * 1024.0;

const OPEN: &str = "it is open in a tab. Close it there, and restore again.";

/// Whether anybody still waits for what is being done.
pub type StillWanted = Rc<Cell<bool>>;
type Tell = Callback<StorageAction>;

/// Has the worker do something, and waits for it.
async fn ask(errand: Errand, letter: &[String], file: Option<&File>) -> Letter {
    let answer: Rc<RefCell<Letter>> = Rc::default();
    let done = Promise::new(&mut |resolve: Function, _| {
        let answer = Rc::clone(&answer);
        worker::send(errand, letter, file, move |told| {
            if let Answer::Done(letter) = told {
                answer.replace(letter);
                let _ = resolve.call0(&JsValue::UNDEFINED);
            }
        });
    });
    let _ = JsFuture::from(done).await;
    answer.take()
}

fn milliseconds(timestamp: &str) -> Option<f64> {
    Some(js_sys::Date::parse(timestamp)).filter(|at| !at.is_nan())
}

pub(super) fn set(key: &str, value: &str) {
    if let Some(storage) = local_storage() {
        let _ = storage.set_item(key, value);
    }
}

/// After how many days without a backup somebody is reminded.
#[must_use]
pub fn days() -> u32 {
    item(REMIND).and_then(|days| days.parse().ok()).unwrap_or(DAYS)
}

/// Remembers that.
pub fn set_days(days: u32) {
    set(REMIND, &days.to_string());
}

/// Nobody wants to be reminded until tomorrow.
pub fn remind_later() {
    set(LATER, &(js_sys::Date::now() + A_DAY).to_string());
}

/// The words that remind of a backup, where it is time for one.
#[must_use]
pub fn reminder(listings: &[Listing]) -> Option<String> {
    let last = item(BACKUP);
    let changed =
        listings.iter().filter(|listing| !listing.deleted).filter_map(|listing| listing.header.modified.as_deref());
    let later = item(LATER).and_then(|later| later.parse().ok());
    let now = js_sys::Date::now();
    let due = is_due(now, changed.filter_map(milliseconds), last.as_deref().and_then(milliseconds), days(), later);
    due.then(|| match last.as_deref().map(moment).filter(|when| !when.is_empty()) {
        Some(when) => format!("There is work here that no backup has. The last one was made on {when}."),
        None => "There is work here that no backup has.".to_owned(),
    })
}

fn browser() -> Browser {
    let agent = web_sys::window().and_then(|window| window.navigator().user_agent().ok()).unwrap_or_default();
    let is = |name: &str| agent.contains(name);
    if is("Firefox/") {
        Browser::Firefox
    } else if is("Chrome/") || is("Chromium/") {
        Browser::Chromium
    } else if is("AppleWebKit/") {
        Browser::Safari
    } else {
        Browser::Other
    }
}

impl Shelves {
    /// What is known of what is stored.
    pub fn facts(&self, tell: Tell) {
        let shelves = self.clone();
        spawn(async move {
            let facts = async {
                let storage = shelves.storage().await?;
                let (listed, projects) = (storage.list().await?, storage.projects().await?);
                let listed: Vec<Listing> = listed.into_iter().map(Listing::from).collect();
                let live = projects.into_iter().filter(|project| project.deleted.is_none());
                let mut projects: Vec<(ProjectId, String, usize)> = live
                    .map(|project| {
                        let count = listed.iter().filter(|one| one.home.as_ref() == Some(&project.id)).count();
                        (project.id, project.name, count)
                    })
                    .collect();
                crate::model::sort_by(&mut projects, |a, b| a.1.cmp(&b.1));
                let (used, quota) = estimate().await;
                let counts = listed.iter().flat_map(|one| &one.header.counts);
                Ok::<_, StorageError>(Facts {
                    used,
                    quota,
                    keeping: keeping().await,
                    browser: browser(),
                    articles: listed.len(),
                    annotations: counts.map(|(_, count)| count).sum(),
                    projects,
                    last: item(BACKUP).as_deref().map(moment).filter(|when| !when.is_empty()),
                    days: days(),
                })
            };
            tell.emit(StorageAction::Facts(facts.await.map_err(|error| error.to_string())));
        });
    }

    /// Writes a backup of a project, or of everything.
    pub fn pack(&self, of: Option<ProjectId>, wanted: StillWanted, tell: Tell) {
        let shelves = self.clone();
        spawn(async move {
            let told = tell.clone();
            let progress = move |done: usize, all: usize| {
                told.emit(if done < all { StorageAction::Packing(done, all) } else { StorageAction::Checking });
            };
            match shelves.packed(of, None, &wanted, progress).await {
                Ok(Some(written)) => tell.emit(StorageAction::Packed(Ok(written))),
                // Nobody wants it any more.
                Ok(None) => {}
                Err(why) => tell.emit(StorageAction::Packed(Err(format!("There is no backup. {why}")))),
            }
        });
    }

    /// Writes a backup, into a folder where one is given; none where nobody wants it any more.
    pub(super) async fn packed(
        &self,
        of: Option<ProjectId>,
        folder: Option<(&File, &str)>,
        wanted: &StillWanted,
        progress: impl Fn(usize, usize),
    ) -> Result<Option<Written>, String> {
        let words = |error: StorageError| error.to_string();
        let (env, storage) = (BrowserEnv::new(), self.storage().await.map_err(words)?);
        let (job, now) = (env.new_id(), env.now());
        let listed = storage.list().await.map_err(words)?;
        let ids: Vec<DocumentId> =
            listed.into_iter().filter(|one| of.is_none() || one.home == of).map(|one| one.id).collect();
        let projects = storage.project_records().await.map_err(words)?;
        let projects: Vec<(String, String)> =
            projects.into_iter().filter(|(id, _)| of.as_ref().is_none_or(|of| of.as_str() == id)).collect();
        let name = match &of {
            Some(of) => {
                let known = storage.projects().await.map_err(words)?;
                known.into_iter().find(|project| project.id == *of).map(|project| project.name).unwrap_or_default()
            }
            None => String::new(),
        };
        let send = async |letter: Letter| errand::read_added(ask(Errand::Pack, &letter, None).await);
        send(errand::ask_begin(&job, &now, &name)).await?;
        let all = ids.len();
        progress(0, all);
        for (done, id) in ids.iter().enumerate() {
            let added = match storage.stored(id).await {
                Ok(Some(stored)) if wanted.get() => send(errand::ask_add(&job, &stored)).await,
                // Removed for good meanwhile.
                Ok(_) => Ok(()),
                Err(error) => Err(words(error)),
            };
            if added.is_err() || !wanted.get() {
                let _ = send(errand::ask_drop(&job)).await;
                return added.map(|()| None);
            }
            progress(done + 1, all);
        }
        let file = folder.map_or_else(|| name_of(&name, &now), |(_, name)| name.to_owned());
        let letter = errand::ask_end(&job, &file, &projects);
        let answer = ask(Errand::Pack, &letter, folder.map(|(folder, _)| folder)).await;
        let (place, size, summary) = errand::read_packed(answer)?;
        if of.is_none() && wanted.get() {
            set(BACKUP, &now);
        }
        Ok(wanted.get().then_some(Written { name: file, size, summary, place }))
    }

    /// Reads a backup, and how it stands to what is here.
    pub fn unpack(&self, file: File, wanted: StillWanted, tell: Tell) {
        let shelves = self.clone();
        tell.emit(StorageAction::Reading(file.name()));
        spawn(async move {
            let preview = if file.size() > MOST_BYTES {
                Err("The file is larger than 512 MB, which no backup of Gloss is.".to_owned())
            } else {
                match errand::read_unpacked(ask(Errand::Unpack, &[], Some(&file)).await) {
                    Ok(contents) => shelves.compared(file.name(), contents).await,
                    Err(why) => Err(why),
                }
            };
            if wanted.get() {
                tell.emit(StorageAction::Read(preview));
            }
        });
    }

    async fn compared(&self, file: String, contents: Contents) -> Result<Preview, String> {
        let words = |error: StorageError| error.to_string();
        let storage = self.storage().await.map_err(words)?;
        let listed: Vec<Listing> = storage.list().await.map_err(words)?.into_iter().map(Listing::from).collect();
        let projects = storage.projects().await.map_err(words)?;
        let now = BrowserEnv::new().now();
        let mut rows = Vec::new();
        for (at, there) in contents.articles.iter().enumerate() {
            let known = listed.iter().any(|one| one.header.id == there.id);
            let here = if known { storage.stored(&there.id).await.map_err(words)? } else { None };
            let stand = stand(there, here.as_ref());
            let mut row = Row { at, id: there.id.clone(), title: there.title(), stand, here, merged: None, left: None };
            if let Some(here) = row.here.as_ref().filter(|_| stand != Stand::Same) {
                if DocumentLock::at_once(&there.id).await.is_none() {
                    row.left = Some(OPEN.to_owned());
                } else if stand == Stand::Apart {
                    match reconcile(Way::Merge, &now, "", here, there).await {
                        Ok(merged) => row.merged = Some(merged),
                        Err(why) => row.left = Some(why),
                    }
                }
            }
            rows.push(row);
        }
        // What belongs to the project that the backup is of; everything, for one of everything.
        let scope: Vec<&str> = contents.projects.iter().map(|(id, _)| id.as_str()).collect();
        let within = |one: &&Listing| {
            let home = one.home.as_ref().is_some_and(|home| scope.contains(&home.as_str()));
            !one.deleted && (contents.of.is_none() || home)
        };
        let is_there = |id: &DocumentId| contents.articles.iter().any(|there| there.id == *id);
        let only_here = listed.iter().filter(within).filter(|one| !is_there(&one.header.id));
        let only_here = only_here.map(|one| (one.header.id.clone(), one.header.title.clone())).collect();
        Ok(Preview { file, contents, rows, only_here, projects })
    }

    /// Restores a backup: all of it, or nothing.
    pub fn restore(&self, preview: Rc<Preview>, way: Way, tell: Tell) {
        let shelves = self.clone();
        let writing = Writing::begin();
        spawn(async move {
            let now = BrowserEnv::new().now();
            let written = async {
                let storage = shelves.storage().await?;
                let mut preview = (*preview).clone();
                let (mut locks, mut steps) = (Vec::new(), BTreeMap::new());
                for row in preview.rows.iter_mut().filter(|row| row.left.is_none()) {
                    let (Some(here), Some(there)) = (&row.here, preview.contents.articles.get(row.at)) else {
                        continue;
                    };
                    if row.stand == Stand::Same {
                        continue;
                    }
                    match DocumentLock::at_once(&row.id).await {
                        Some(lock) => locks.push(lock),
                        None => {
                            row.left = Some(OPEN.to_owned());
                            continue;
                        }
                    }
                    // What was looked at must still be what is here.
                    if storage.stored(&row.id).await?.map(|now| now.journal).as_ref() != Some(&here.journal) {
                        return Err(StorageError::Conflict);
                    }
                    let outcome = match (row.stand, way) {
                        (Stand::Apart, Way::Merge) => row.merged.clone().ok_or_else(String::new),
                        (Stand::Apart | Stand::NewerHere(_), Way::Replace) => {
                            reconcile(way, &now, "replace it by a backup", here, there).await
                        }
                        _ => continue,
                    };
                    match outcome {
                        Ok(outcome) => drop(steps.insert(row.id.clone(), outcome)),
                        Err(why) => row.left = Some(why),
                    }
                }
                let (batch, mut restored) = preview.batch(way, &steps, &now)?;
                storage.restore(&batch, &now).await?;
                drop(locks);
                let left = preview.rows.into_iter().filter_map(|row| Some((row.title, row.left?)));
                restored.left = left.collect();
                Ok::<_, StorageError>(restored)
            };
            let written = written.await;
            drop(writing);
            tell.emit(StorageAction::Restored(written.map_err(why_not)));
        });
    }

    /// Takes back what was restored: what was new goes to the bin, and what got steps gets one more.
    pub fn take_restored_back(&self, restored: Restored, tell: Tell) {
        let shelves = self.clone();
        let writing = Writing::begin();
        spawn(async move {
            let now = BrowserEnv::new().now();
            let written = async {
                let storage = shelves.storage().await?;
                let mut back = Restored { change: restored.change.inverse(), ..Restored::default() };
                back.change.bin.extend(restored.new.iter().map(|id| (id.clone(), true)));
                let (mut batch, mut locks) = (Batch::default(), Vec::new());
                for (id, title, before, last) in restored.steps {
                    let Some(lock) = DocumentLock::at_once(&id).await else {
                        back.left.push((title, OPEN.to_owned()));
                        continue;
                    };
                    locks.push(lock);
                    let stored = storage.stored(&id).await?.filter(|stored| stored.seq() == last);
                    let Some(stored) = stored else {
                        back.left.push((title, "it was changed since.".to_owned()));
                        continue;
                    };
                    let then = stored.back_to(before);
                    match reconcile(Way::Replace, &now, "take restoring back", &stored, &then).await {
                        Ok(Outcome { what: What::Changed { record, header, .. }, .. }) => {
                            back.steps.push((id, title, last, header.seq));
                            batch.steps.push((header.clone(), vec![(header.seq, record.to_string())]));
                        }
                        Ok(_) => {}
                        Err(why) => back.left.push((title, why)),
                    }
                }
                batch.change = back.change.clone();
                storage.restore(&batch, &now).await?;
                drop(locks);
                Ok::<_, StorageError>(back)
            };
            let written = written.await;
            drop(writing);
            tell.emit(StorageAction::Undone(written.map_err(why_not)));
        });
    }
}

async fn reconcile(way: Way, now: &Timestamp, name: &str, here: &Stored, there: &Stored) -> Result<Outcome, String> {
    let letter = errand::ask_reconcile(way, now, name, here, there);
    errand::read_reconciled(ask(Errand::Reconcile, &letter, None).await)
}

fn why_not(error: StorageError) -> String {
    match error {
        StorageError::Conflict => {
            "Nothing was changed: an article was changed meanwhile. Choose the backup again.".to_owned()
        }
        error => format!("Nothing was changed. {error}"),
    }
}

/// Asks the browser to keep what is stored.
pub fn ask_for_keeping(tell: Tell) {
    spawn(async move { tell.emit(StorageAction::Asked(ask_to_keep().await)) });
}

/// Hands a written backup to the person.
pub fn save(written: &Written) -> Option<()> {
    let page = web_sys::window()?.document()?;
    let link: HtmlAnchorElement = page.create_element("a").ok()?.dyn_into().ok()?;
    link.set_href(&written.place);
    link.set_download(&written.name);
    link.click();
    Some(())
}

// ---- The worker's side ----

thread_local! {
    static BENCH: RefCell<errand::Bench> = RefCell::default();
    /// Where the last file is.
    static PLACE: RefCell<Option<String>> = RefCell::default();
}

/// Does [`Errand::Pack`]. With the letter that ends a backup may come the folder that it is written into.
pub async fn work(letter: Letter, folder: &JsValue) -> Letter {
    let packed = BENCH.with_borrow_mut(|bench| bench.work(letter));
    match packed {
        errand::Packed::Letter(answer) => answer,
        errand::Packed::File(name, bytes, summary) => match put(folder, &name, &bytes).await {
            Ok(place) => answer(place, bytes.len(), &summary),
            Err(why) => errand::refusal(why),
        },
    }
}

fn answer(place: String, size: usize, summary: &Summary) -> Letter {
    errand::packed(place, size, summary)
}

async fn put(folder: &JsValue, name: &str, bytes: &[u8]) -> Result<String, String> {
    if folder.is_object() {
        super::folder::write(folder, name, bytes).await?;
        return Ok(String::new());
    }
    let failed = |_: JsValue| "The browser did not take the file.".to_owned();
    let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(bytes));
    let kind = web_sys::BlobPropertyBag::new();
    kind.set_type("application/zip");
    let blob = web_sys::Blob::new_with_u8_array_sequence_and_options(&parts, &kind).map_err(failed)?;
    let place = web_sys::Url::create_object_url_with_blob(&blob).map_err(failed)?;
    // The one before is not asked for any more.
    let before = PLACE.replace(Some(place.clone()));
    let _ = before.map(|before| web_sys::Url::revoke_object_url(&before));
    Ok(place)
}

/// Does [`Errand::Unpack`].
pub async fn read(file: &File) -> Letter {
    match JsFuture::from(file.array_buffer()).await {
        Ok(buffer) => errand::unpack(&js_sys::Uint8Array::new(&buffer).to_vec()),
        Err(_) => errand::refusal(
            "The file could not be read. It may have been moved, or you may lack the right to read it.".to_owned(),
        ),
    }
}
