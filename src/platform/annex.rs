//! Both ends of the line between the app and its annex, which are two modules on one page.
//!
//! They speak by events of the window: `gloss-annex` goes to the annex, `gloss-app` to the app; each
//! carries a letter ([`crate::app::annex`]). Invariant: what is asked before the annex has arrived
//! waits for it, in order; an annex that does not arrive is a reply, too.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo::events::EventListener;
use js_sys::{Array, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CustomEvent, CustomEventInit, Event, File, HtmlScriptElement};
use yew::Callback;

use super::env::BrowserEnv;
use super::worker::{self, Answer};
use crate::app::annex::{Reply, Request};
use crate::app::carrying::ExportAction;
use crate::app::errand::{self, Errand, Reading};
use crate::app::finding::Found;
use crate::app::records::{JournalRecord, Record};
use crate::app::schema_dialog::SchemaAction;
use crate::app::{Action, Env};
use crate::edit::{Entry, Transaction};
use crate::model::DocumentId;
use crate::query::search::Wanted;
use crate::text::Text;

const TO_ANNEX: &str = "gloss-annex";
const TO_APP: &str = "gloss-app";
/// Where letters wait for the annex to arrive: a list of them; nothing, once it has.
const WAITING: &str = "glossAnnex";

fn list(letter: &[String]) -> Array {
    letter.iter().map(|text| JsValue::from_str(text)).collect()
}

fn post(name: &str, letter: &[String]) {
    post_list(name, &list(letter));
}

fn post_list(name: &str, letter: &JsValue) {
    let init = CustomEventInit::new();
    init.set_detail(letter);
    if let (Some(window), Ok(event)) = (web_sys::window(), CustomEvent::new_with_event_init_dict(name, &init)) {
        let _ = window.dispatch_event(&event);
    }
}

fn texts_of(detail: &JsValue) -> Vec<String> {
    let list = detail.dyn_ref::<Array>();
    list.map_or_else(Vec::new, |list| list.iter().map(|text| text.as_string().unwrap_or_default()).collect())
}

fn hear(name: &'static str, react: impl Fn(&JsValue) + 'static) -> Option<EventListener> {
    let window = web_sys::window()?;
    Some(EventListener::new(&window, name, move |event: &Event| {
        if let Some(event) = event.dyn_ref::<CustomEvent>() {
            react(&event.detail());
        }
    }))
}

// ---- The app's side ----

/// Listens to the annex for as long as it is kept.
pub fn listen(tell: Callback<Action>) -> Option<EventListener> {
    hear(TO_APP, move |letter| {
        if let Some(reply) = Reply::read(texts_of(letter)) {
            tell.emit(Action::Annex(reply));
        }
    })
}

/// Asks the annex for something; fetches it first, where it is not there yet.
pub fn ask(request: &Request) {
    send(request.write().ok().map(|letter| list(&letter)));
}

/// Hands the annex a Gloss file that was dropped on the page: the letter carries it.
pub fn hand(file: &File) {
    let letter = Request::Import(false).write().ok().map(|letter| list(&letter));
    if let Some(letter) = &letter {
        letter.push(file);
    }
    send(letter);
}

fn send(letter: Option<Array>) {
    if letter.and_then(try_to_send).is_none() {
        post(TO_APP, &Reply::Failed.write());
    }
}

/// Fetches the annex before anybody asks: it shall be there when the network is gone.
pub fn warm() {
    let waiting = web_sys::window().and_then(|window| Reflect::get(&window, &WAITING.into()).ok());
    if waiting.is_some_and(|waiting| waiting.is_undefined()) {
        let _ = bring(&Array::new());
    }
}

fn try_to_send(letter: Array) -> Option<()> {
    let window = web_sys::window()?;
    let waiting = Reflect::get(&window, &WAITING.into()).ok()?;
    match waiting.dyn_into::<Array>() {
        Ok(waiting) => {
            waiting.push(&letter);
            Some(())
        }
        Err(waiting) if waiting.is_null() => {
            post_list(TO_ANNEX, &letter);
            Some(())
        }
        Err(_) => bring(&Array::of1(&letter)),
    }
}

thread_local! {
    /// How often the annex was fetched.
    static TRIES: Cell<u32> = const { Cell::new(0) };
}

fn bring(waiting: &Array) -> Option<()> {
    let window = web_sys::window()?;
    let page = window.document()?;
    let address = page.query_selector("meta[name=gloss-annex]").ok().flatten()?.get_attribute("content")?;
    let script: HtmlScriptElement = page.create_element("script").ok()?.dyn_into().ok()?;
    script.set_type("module");
    // Firefox does not fetch a module again that has failed, as long as it has the same address.
    let tries = TRIES.replace(TRIES.get() + 1);
    script.set_src(&if tries == 0 { address } else { format!("{address}?{tries}") });
    Reflect::set(&window, &WAITING.into(), waiting).ok()?;
    let gone = script.clone();
    EventListener::once(&script, "error", move |_| {
        gone.remove();
        post(TO_APP, &Reply::Failed.write());
    })
    .forget();
    page.body()?.append_child(&script).ok().map(drop)
}

/// The annex did not arrive: whatever waits for it waits no more, and the next request fetches it again.
pub fn give_up() {
    if let Some(window) = web_sys::window() {
        let _ = Reflect::set(&window, &WAITING.into(), &JsValue::UNDEFINED);
    }
}

// ---- The annex's side ----

/// The annex's end of the line.
pub struct AnnexDesk {
    _listener: Option<EventListener>,
}

impl AnnexDesk {
    /// Listens to the app. What has waited is heard at once, in order; a file may come with it.
    pub fn open(heard: Rc<dyn Fn(Request, Option<File>)>) -> Self {
        let read = move |letter: &JsValue| match Request::read(texts_of(letter)) {
            Some(request) => {
                let last = letter.dyn_ref::<Array>().map(|letter| letter.get(letter.length().saturating_sub(1)));
                heard(request, last.and_then(|last| last.dyn_into().ok()));
            }
            None => post(TO_APP, &Reply::Closed.write()),
        };
        if let Some(window) = web_sys::window() {
            let waiting = Reflect::get(&window, &WAITING.into()).unwrap_or(JsValue::NULL);
            let _ = Reflect::set(&window, &WAITING.into(), &JsValue::NULL);
            for letter in waiting.dyn_ref::<Array>().map(Array::to_vec).unwrap_or_default() {
                read(&letter);
            }
        }
        Self { _listener: hear(TO_ANNEX, read) }
    }

    /// Tells the app something.
    pub fn tell(&self, reply: &Reply) {
        post(TO_APP, &reply.write());
    }

    /// Hands a change of a document over.
    pub fn apply(&self, document: &DocumentId, transaction: Transaction) {
        let entry = Entry::Edit { transaction: Rc::new(transaction), joins: false };
        let record = JournalRecord { document: document.clone(), seq: 0, at: "".into(), by: None, entry };
        match record.encode() {
            Ok(record) => self.tell(&Reply::Apply(record)),
            Err(why) => post(TO_ANNEX, &["refused".to_owned(), why.to_string()]),
        }
    }
}

thread_local! {
    /// How many writes of the annex are on their way, and how many were begun so far.
    static WRITES: Cell<(usize, usize)> = const { Cell::new((0, 0)) };
    /// What waits until none is on its way.
    static AFTER: RefCell<Option<Box<dyn FnOnce()>>> = const { RefCell::new(None) };
}

/// A write of the annex that is on its way to the disk, from the moment in which it is shown. The app says "Saved"
/// when there is none.
pub struct Writing(());

impl Writing {
    /// A write begins.
    #[must_use]
    pub fn begin() -> Self {
        let (running, begun) = WRITES.get();
        WRITES.set((running + 1, begun + 1));
        post(TO_APP, &Reply::Writing(true).write());
        Self(())
    }

    /// How many were begun so far; none while one is on its way. What is read between two equal answers is what is
    /// stored; anything else may be older than what is shown.
    #[must_use]
    pub fn rest() -> Option<usize> {
        let (running, begun) = WRITES.get();
        (running == 0).then_some(begun)
    }

    /// Does this once no write is on its way, in place of what waited for that until now.
    pub fn after(act: impl FnOnce() + 'static) {
        if Self::rest().is_some() {
            act();
        } else {
            AFTER.replace(Some(Box::new(act)));
        }
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        let (running, begun) = WRITES.get();
        WRITES.set((running.saturating_sub(1), begun));
        post(TO_APP, &Reply::Writing(false).write());
        if let Some(act) = Self::rest().and_then(|_| AFTER.take()) {
            act();
        }
    }
}

/// Has words looked for in a text.
pub fn look_for(text: &Text, wanted: &Wanted, told: impl Fn(Found) + 'static) {
    worker::send(Errand::Find, &errand::ask_find(text.as_str(), wanted), None, move |answer| {
        if let Answer::Done(letter) = answer {
            told(errand::found(letter));
        }
    });
}

/// Has an article written as a file and read back.
pub fn write_file(record: &str, discarded: bool, tell: Callback<ExportAction>) {
    let letter = errand::ask_export_of(record, &BrowserEnv::new().now(), discarded);
    worker::send(Errand::Export, &letter, None, move |answer| {
        if let Answer::Done(letter) = answer {
            tell.emit(ExportAction::Written(discarded, errand::exported(letter)));
        }
    });
}

/// The largest Gloss file that is read, in bytes: such a file holds the text and much about it.
const MAX_IMPORT: f64 = 512.0 * 1024.0 * 1024.0;

/// Has a Gloss file read.
pub fn read_gloss(file: &File, told: impl Fn(Result<Reading, String>) + 'static) {
    if file.size() > MAX_IMPORT {
        return told(Err("It is larger than 512 MB. Split it, or remove articles from it.".to_owned()));
    }
    let project = [super::runner::project().unwrap_or_default()];
    worker::send(Errand::Import, &project, Some(file), move |answer| {
        if let Answer::Done(letter) = answer {
            let reading = errand::imported(letter);
            // For the benchmark, where the browser keeps such notes.
            if let Some(performance) = web_sys::window().and_then(|window| window.performance()) {
                let _ = performance.mark("gloss:import-parsed");
            }
            told(reading);
        }
    });
}

/// Has a ready-made schema fetched.
pub fn ready_made(number: u8, tell: Callback<SchemaAction>) {
    worker::send(Errand::ReadyMade, &[number.to_string()], None, move |answer| schema_read(answer, &tell));
}

/// Has a schema read from a file.
pub fn read_schema(file: &File, tell: Callback<SchemaAction>) {
    worker::send(Errand::Schema, &[], Some(file), move |answer| schema_read(answer, &tell));
}

fn schema_read(answer: Answer, tell: &Callback<SchemaAction>) {
    if let Answer::Done(letter) = answer {
        tell.emit(SchemaAction::Read(errand::read_schema(letter)));
    }
}
