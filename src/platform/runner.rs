//! Runs effects: storage, locks, files, the address, settings.
//!
//! Invariant: everything that an effect finds out comes back as an action; nothing is decided here.

use std::cell::RefCell;
use std::rc::Rc;

use gloo::timers::callback::Timeout;
use wasm_bindgen::JsValue;

use super::annex;
use super::channel::Channel;
use super::files::{self, Tell};
use super::lock::DocumentLock;
use super::spawn;
use super::storage::{Storage, ask_to_keep, keeping};
use super::worker::{self, Answer};
use crate::app::annex::Handed;
use crate::app::errand::{self, Errand};
use crate::app::records::{Base, JournalRecord, Opened, Place, Record, View};
use crate::app::settings::Settings;
use crate::app::storage_error::StorageError;
use crate::app::tabs::{LockState, Notice};
use crate::app::{Action, Effect, Listing, Loaded, New, file_name};
use crate::model::DocumentId;
use crate::text::ByteOffset;

/// The key of the settings in the browser's local storage; `boot.js` reads the theme there.
const SETTINGS: &str = "gloss.settings";
/// The key of what is remembered of the chosen project; the annex writes it.
pub const PROJECT: &str = "gloss.project";
/// The key of where somebody was who left before it was remembered: the document's id and the offset.
const LEFT: &str = "gloss.left";
/// How long the view rests before it is remembered, in milliseconds.
const VIEW_RESTS: u32 = 150;

/// When the worker and the annex are fetched, after the page is there and rests, in milliseconds: they shall be
/// there when the network is gone, and not stand in the way of the first article.
const WORKER_AFTER: u32 = 4000;

/// Everything that effects need of the browser.
pub struct Runner {
    tell: Tell,
    storage: Rc<RefCell<Option<Result<Storage, StorageError>>>>,
    channel: Rc<RefCell<Option<Channel>>>,
    lock: RefCell<Option<(DocumentId, DocumentLock)>>,
    view: RefCell<Option<Timeout>>,
    /// What stands on top and was not written yet.
    place: RefCell<Option<(DocumentId, ByteOffset)>>,
    /// A document that was read with damage. The tab that writes moves the damaged records aside.
    damaged: Rc<RefCell<Option<Opened>>>,
    /// What was asked for before the storage was open, in order.
    early: RefCell<Vec<Effect>>,
}

impl Runner {
    /// Opens the storage and the way to other tabs. Answers come as actions.
    #[must_use]
    pub fn start(tell: Tell) -> Rc<Self> {
        let heard = {
            let tell = tell.clone();
            move |notice| match notice {
                Notice::Journal { document, .. } => tell.emit(Action::JournalGrew(document)),
                Notice::Library => tell.emit(Action::LibraryChanged),
            }
        };
        let runner = Rc::new(Self {
            tell: tell.clone(),
            storage: Rc::default(),
            channel: Rc::new(RefCell::new(Channel::open(heard))),
            lock: RefCell::default(),
            view: RefCell::default(),
            place: RefCell::default(),
            damaged: Rc::default(),
            early: RefCell::default(),
        });
        let opening = Rc::clone(&runner);
        spawn(async move {
            let lost = {
                let tell = opening.tell.clone();
                move |error| tell.emit(Action::StorageLost(error))
            };
            let opened = Storage::open(lost).await;
            *opening.storage.borrow_mut() = Some(opened);
            opening.come_back();
            // Whoever was quicker than the storage comes first, in order; then the list, for which the
            // start screen waits.
            for effect in opening.early.take() {
                opening.run(effect);
            }
            opening.list().await;
            if let Some(id) = address() {
                opening.tell.emit(Action::Routed(Some(id)));
            }
            opening.tell.emit(Action::Keeping(keeping().await));
            let warm = || {
                worker::warm();
                annex::warm();
            };
            Timeout::new(WORKER_AFTER, warm).forget();
        });
        runner
    }

    fn storage(&self) -> Result<Storage, StorageError> {
        self.storage.borrow().clone().unwrap_or(Err(StorageError::Silent))
    }

    fn post(&self, notice: &Notice) {
        if let Some(channel) = self.channel.borrow().as_ref() {
            channel.post(notice);
        }
    }

    async fn list(&self) {
        let listed = match self.storage() {
            Ok(storage) => storage.list().await,
            Err(error) => Err(error),
        };
        self.tell.emit(Action::Listed(listed.map(|all| all.into_iter().map(Listing::from).collect())));
    }

    /// Runs one effect. Those that need the drawn page are run by the view.
    pub fn run(self: &Rc<Self>, effect: Effect) {
        let (tell, runner) = (self.tell.clone(), Rc::clone(self));
        if self.storage.borrow().is_none() && needs_storage(&effect) {
            self.early.borrow_mut().push(effect);
            return;
        }
        match effect {
            Effect::List => {
                // Before the storage is open, the list comes by itself when it is.
                if self.storage.borrow().is_some() {
                    spawn(async move { runner.list().await });
                }
            }
            Effect::Create(new, home) => {
                let storage = self.storage();
                spawn(async move {
                    let ids = new.iter().map(|new| new.header.id.clone()).collect();
                    let created = match storage {
                        Ok(storage) => create(&storage, new, home).await,
                        Err(error) => Err(error),
                    };
                    if created.is_ok() {
                        runner.post(&Notice::Library);
                    }
                    tell.emit(Action::Created(ids, created));
                });
            }
            Effect::Append(record, header) => {
                let (id, seq) = (record.document.clone(), record.seq);
                // Queued in this very call, so that the order of effects is the order on disk.
                let written = self.storage().map(|storage| storage.append(&record, &header));
                spawn(async move {
                    let written = match written {
                        Ok(written) => written.await,
                        Err(error) => Err(error),
                    };
                    if let Ok(seq) = &written {
                        runner.post(&Notice::Journal { document: id.clone(), seq: *seq });
                    }
                    let upto = *written.as_ref().unwrap_or(&seq);
                    tell.emit(Action::Appended(id, upto, written.map(|_| ())));
                });
            }
            Effect::Rewrite(id, records) => spawn(async move { runner.rewrite(id, records).await }),
            Effect::Load(id) => {
                let storage = self.storage();
                spawn(async move {
                    let loaded = match storage {
                        Ok(storage) => load(&storage, &id, &runner.damaged).await,
                        Err(error) => Err(error),
                    };
                    tell.emit(Action::Loaded(loaded.map(Box::new)));
                });
            }
            Effect::ReadOn(id, after, claim) => {
                let storage = self.storage();
                spawn(async move {
                    let read = match storage {
                        Ok(storage) => storage.journal_after(&id, after, claim).await,
                        Err(error) => Err(error),
                    };
                    let records = read.map(|raw| {
                        let decoded = raw.into_iter().map_while(|(_, raw)| JournalRecord::decode(&raw).ok());
                        decoded.collect()
                    });
                    tell.emit(Action::ReadOn(id, records));
                });
            }
            Effect::LibraryChanged => runner.post(&Notice::Library),
            Effect::SaveView(id, top) => {
                self.place.replace(Some((id, top)));
                if self.view.borrow().is_none() {
                    let timeout = Timeout::new(VIEW_RESTS, move || {
                        runner.view.borrow_mut().take();
                        runner.save_view();
                    });
                    *self.view.borrow_mut() = Some(timeout);
                }
            }
            Effect::SaveSettings(settings) => save_settings(&settings),
            Effect::Lock(wanted) => {
                let held = self.lock.borrow_mut().take();
                match (held, wanted) {
                    (Some((id, lock)), Some(wanted)) if id == wanted => {
                        *self.lock.borrow_mut() = Some((id, lock));
                    }
                    (held, wanted) => {
                        drop(held);
                        if let Some(id) = wanted {
                            let document = id.clone();
                            let lock = DocumentLock::request(&id, move |state| {
                                let (runner, document) = (Rc::clone(&runner), document.clone());
                                spawn(async move {
                                    if state != LockState::Waiting {
                                        runner.set_aside(&document).await;
                                    }
                                    runner.tell.emit(Action::Lock(document, state));
                                });
                            });
                            *self.lock.borrow_mut() = Some((id, lock));
                        }
                    }
                }
            }
            Effect::TakeOver => {
                if let Some((_, lock)) = self.lock.borrow().as_ref() {
                    lock.steal();
                }
            }
            Effect::AskToPersist => spawn(async move {
                ask_to_keep().await;
                tell.emit(Action::Keeping(keeping().await));
            }),
            Effect::Route(id) => {
                route(id.as_ref());
                if id.is_some() {
                    // What is annotated will be exported.
                    worker::warm();
                }
            }
            Effect::Rescue(handed, now) => {
                let letter = errand::ask_export_of(&handed.record, &now, true);
                worker::send(Errand::Export, &letter, None, move |answer| {
                    if let Answer::Done(letter) = answer {
                        tell.emit(Action::Rescued(rescue(&handed, letter)));
                    }
                });
            }
            Effect::Place(target, name, text) => worker::send(Errand::Place, &[text], None, move |answer| {
                if let Answer::Done(letter) = answer {
                    tell.emit(Action::Placed(target.clone(), name.clone(), errand::placed(letter)));
                }
            }),
            Effect::Check(document) => match errand::ask_check(&document) {
                Ok(letter) => worker::send(Errand::Check, &letter, None, move |answer| {
                    if let Answer::Done(letter) = answer {
                        tell.emit(Action::Checked(errand::checked(letter)));
                    }
                }),
                Err(why) => tell.emit(Action::Checked(Err(why))),
            },
            Effect::Guidelines(words) => {
                let asked = words.clone();
                worker::send(Errand::Guidelines, std::slice::from_ref(&words), None, move |answer| {
                    if let Answer::Done(letter) = answer {
                        tell.emit(Action::GuidelinesRead(asked.clone(), errand::read_guidelines(letter)));
                    }
                });
            }
            Effect::Annex(request) => annex::ask(&request),
            Effect::AnnexGone => annex::give_up(),
            Effect::Sample(number) => worker::send(Errand::Sample, &[number.to_string()], None, move |answer| {
                if let Answer::Done(letter) = answer {
                    tell.emit(files::arrived(letter));
                }
            }),
            Effect::ChooseText => files::press_picker("text-file"),
            Effect::MoveByLine(..)
            | Effect::Reveal(_)
            | Effect::FocusArticle
            | Effect::FocusField(_)
            | Effect::FocusList => {}
        }
    }

    /// Work goes on from the last sound step: what could not be read is kept apart, by the tab that writes.
    async fn set_aside(&self, id: &DocumentId) {
        let damaged = self.damaged.take().filter(|opened| opened.session.document.info.id == *id);
        if let (Some(opened), Ok(storage)) = (damaged, self.storage())
            && let Err(error) = storage.set_aside(&opened).await
        {
            self.tell.emit(Action::Written(Err(error)));
        }
    }

    /// Remembers what stands on top of the pane, where it has changed.
    fn save_view(self: &Rc<Self>) {
        let Some((id, top)) = self.place.borrow().clone() else { return };
        if let Ok(storage) = self.storage() {
            // What was noted when the page went and came back is older than this.
            if let Some(notes) = local_storage() {
                let _ = notes.remove_item(LEFT);
            }
            let runner = Rc::clone(self);
            spawn(async move {
                // Losing the place loses nothing that was made.
                if storage.set_view(&id, &View { top }).await.is_ok() {
                    // Until then a page that goes has to note it.
                    runner.place.borrow_mut().take_if(|place| *place == (id, top));
                }
            });
        }
    }

    /// Notes where somebody is, as the page goes. Firefox gives up what is being written to the storage then,
    /// so it is also put where it is kept at once.
    pub fn leave(self: &Rc<Self>) {
        let place = self.place.borrow().clone();
        self.save_view();
        let there = self.storage().is_ok_and(|storage| storage.check().is_ok());
        if let Some(((id, top), notes)) = place.zip(local_storage()).filter(|_| there) {
            let _ = notes.set_item(LEFT, &format!("{} {id}", top.get()));
        }
    }

    /// Writes what was noted by [`Runner::leave`], before anything is read.
    fn come_back(self: &Rc<Self>) {
        let left = local_storage().and_then(|notes| notes.get_item(LEFT).ok().flatten());
        if let Some((top, id)) = left.as_deref().and_then(|left| left.split_once(' '))
            && let Ok(top) = top.parse()
        {
            self.place.replace(Some((DocumentId::new(id), ByteOffset::new(top))));
            self.save_view();
        }
    }

    /// Writes again what could not be written. What the storage still holds in its queue goes out
    /// from there; the rest is handed over anew.
    async fn rewrite(&self, id: DocumentId, records: Vec<(JournalRecord, crate::app::records::Header)>) {
        let storage = match self.storage() {
            Ok(storage) => storage,
            Err(error) => return self.tell.emit(Action::Appended(id, 0, Err(error))),
        };
        let outcome = match storage.retry(&id).await {
            Ok(Some(seq)) => Ok(seq),
            Ok(None) => {
                let mut last = Ok(0);
                for (record, header) in &records {
                    last = storage.append(record, header).await;
                    if last.is_err() {
                        break;
                    }
                }
                last
            }
            Err(error) => Err(error),
        };
        let upto = *outcome.as_ref().unwrap_or(&0);
        self.tell.emit(Action::Appended(id, upto, outcome.map(|_| ())));
    }
}

/// Hands the file of an article over, or its record where the worker has not arrived either.
fn rescue(Handed { id, title, record, .. }: &Handed, answer: errand::Letter) -> Result<String, String> {
    let (name, content, recovery, words) = match errand::exported(answer) {
        Ok(file) => (file_name(title, "gloss.json"), file.json, None, ""),
        Err(_) => {
            let words = ". It is a recovery file, for the part of Gloss that writes others did not arrive. Keep it";
            (file_name(title, "recovery.json"), Rc::clone(record), Some(id.as_str()), words)
        }
    };
    match files::rescue(&name, &content, recovery) {
        true => Ok(format!("Downloaded {name}{words}")),
        false => Err("The browser did not take the file.".to_owned()),
    }
}

async fn create(storage: &Storage, new: Vec<New>, home: Option<Rc<str>>) -> Result<(), StorageError> {
    let encoded = new.into_iter().map(|New { document, record, header }| {
        let record = record.map_or_else(|| Base(document).encode().map(Rc::from), Ok);
        record.map(|record: Rc<str>| (header, record))
    });
    let encoded = encoded.collect::<Result<Vec<_>, _>>()?;
    match storage.create_all(&encoded, home.as_deref()).await {
        // Some were created in an attempt whose answer got lost: they are there.
        Err(StorageError::Exists) => {
            for one in &encoded {
                match storage.create_all(std::slice::from_ref(one), home.as_deref()).await {
                    Ok(()) | Err(StorageError::Exists) => {}
                    Err(error) => return Err(error),
                }
            }
            Ok(())
        }
        created => created,
    }
}

async fn load(storage: &Storage, id: &DocumentId, damaged: &RefCell<Option<Opened>>) -> Result<Loaded, StorageError> {
    let loaded = storage.load(id).await?;
    let opened = loaded.opened;
    let damage = opened.warnings.iter().filter(|warning| matches!(warning.place, Place::Step(_) | Place::Base));
    let damage = damage.map(|warning| match warning.place {
        Place::Step(seq) => format!("Step {seq} and what followed: {}.", warning.error),
        _ => format!("{}.", warning.error),
    });
    let damage: Vec<String> = damage.collect();
    let top = loaded.view.map(|view| opened.session.document.text().floor(view.top)).unwrap_or_default();
    *damaged.borrow_mut() = (!damage.is_empty()).then(|| opened.clone());
    Ok(Loaded { session: opened.session, seq: opened.seq, top, damage })
}

/// Whether an effect has to wait for the storage to be open. The list comes by itself then.
fn needs_storage(effect: &Effect) -> bool {
    matches!(
        effect,
        Effect::Create(..) | Effect::Append(..) | Effect::Rewrite(..) | Effect::Load(_) | Effect::ReadOn(..)
    )
}

/// The settings of this device.
#[must_use]
pub fn load_settings() -> Settings {
    let stored = local_storage().and_then(|storage| storage.get_item(SETTINGS).ok().flatten());
    stored.map(|json| Settings::from_json(&json)).unwrap_or_default()
}

fn save_settings(settings: &Settings) {
    if let Some(storage) = local_storage() {
        // Refused storage is said elsewhere; the settings hold for this visit.
        let _ = storage.set_item(SETTINGS, &settings.to_json());
    }
}

/// What is remembered of the chosen project.
pub fn project() -> Option<String> {
    local_storage()?.get_item(PROJECT).ok().flatten()
}

/// The browser's local storage, where it is given.
pub fn local_storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}

/// The document that the address names.
#[must_use]
pub fn address() -> Option<DocumentId> {
    let hash = web_sys::window()?.location().hash().ok()?;
    let id = hash.strip_prefix("#article=")?;
    let id = String::from(js_sys::decode_uri_component(id).ok()?);
    (!id.is_empty()).then(|| DocumentId::new(id))
}

fn route(id: Option<&DocumentId>) {
    if address().as_ref() == id {
        return;
    }
    let Some(history) = web_sys::window().and_then(|window| window.history().ok()) else { return };
    let url = match id {
        Some(id) => format!("#article={}", String::from(js_sys::encode_uri_component(id.as_str()))),
        None => "#".to_owned(),
    };
    let _ = history.push_state_with_url(&JsValue::NULL, "", Some(&url));
}

/// What this browser withholds here, in words.
#[must_use]
pub fn missing() -> Rc<[String]> {
    let Some(window) = web_sys::window() else { return Rc::default() };
    let navigator = window.navigator();
    let has =
        |object: &JsValue, name: &str| js_sys::Reflect::get(object, &name.into()).is_ok_and(|value| value.is_truthy());
    let mut missing = Vec::new();
    if !has(&navigator, "locks") {
        missing.push(
            "It does not tell whether another tab has the same article open. Keep each article in one tab only."
                .to_owned(),
        );
    }
    if !has(&navigator, "clipboard") {
        missing.push("It keeps the clipboard from this page: Copy may not work. Download does.".to_owned());
    }
    let storage = js_sys::Reflect::get(&navigator, &"storage".into()).unwrap_or(JsValue::UNDEFINED);
    if !storage.is_object() || !has(&storage, "persist") {
        missing.push("It cannot be asked to keep your articles for good. Export what matters.".to_owned());
    }
    if !has(&window, "isSecureContext") {
        missing.push(
            "The reason is the address: it begins with http, not https. Over https nothing is missing.".to_owned(),
        );
    }
    missing.into()
}

/// A moment in the words of the person's language and time zone.
#[must_use]
pub fn moment(timestamp: &str) -> String {
    let date = js_sys::Date::new(&JsValue::from_str(timestamp));
    if date.get_time().is_nan() {
        return String::new();
    }
    let options = js_sys::Object::new();
    for (name, value) in [("dateStyle", "medium"), ("timeStyle", "short")] {
        let _ = js_sys::Reflect::set(&options, &name.into(), &value.into());
    }
    let formatter = js_sys::Intl::DateTimeFormat::new(&js_sys::Array::new(), &options);
    let formatted = formatter.format().call1(&JsValue::UNDEFINED, &date);
    formatted.ok().and_then(|words| words.as_string()).unwrap_or_default()
}
