//! Both ends of the line between the app and its annex, which are two modules on one page.
//!
//! They speak by events of the window: `gloss-annex` goes to the annex, `gloss-app` to the app; each
//! carries a letter ([`crate::app::annex`]). Invariant: what is asked before the annex has arrived
//! waits for it, in order; an annex that does not arrive is a reply, too.

use std::rc::Rc;

use gloo::events::EventListener;
use js_sys::{Array, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CustomEvent, CustomEventInit, Event, File, HtmlScriptElement};
use yew::Callback;

use super::worker::{self, Answer};
use crate::app::Action;
use crate::app::annex::{Reply, Request};
use crate::app::errand::{self, Errand};
use crate::app::finding::Found;
use crate::app::records::{JournalRecord, Record};
use crate::app::schema_dialog::SchemaAction;
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
    let init = CustomEventInit::new();
    init.set_detail(&list(letter));
    if let (Some(window), Ok(event)) = (web_sys::window(), CustomEvent::new_with_event_init_dict(name, &init)) {
        let _ = window.dispatch_event(&event);
    }
}

fn texts_of(detail: &JsValue) -> Vec<String> {
    let list = detail.dyn_ref::<Array>();
    list.map_or_else(Vec::new, |list| list.iter().map(|text| text.as_string().unwrap_or_default()).collect())
}

fn hear(name: &'static str, react: impl Fn(Vec<String>) + 'static) -> Option<EventListener> {
    let window = web_sys::window()?;
    Some(EventListener::new(&window, name, move |event: &Event| {
        if let Some(event) = event.dyn_ref::<CustomEvent>() {
            react(texts_of(&event.detail()));
        }
    }))
}

// ---- The app's side ----

/// Listens to the annex for as long as it is kept.
pub fn listen(tell: Callback<Action>) -> Option<EventListener> {
    hear(TO_APP, move |letter| {
        if let Some(reply) = Reply::read(letter) {
            tell.emit(Action::Annex(reply));
        }
    })
}

/// Asks the annex for something; fetches it first, where it is not there yet.
pub fn ask(request: &Request) {
    let asked = request.write().ok().and_then(|letter| send(&letter));
    if asked.is_none() {
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

fn send(letter: &[String]) -> Option<()> {
    let window = web_sys::window()?;
    let waiting = Reflect::get(&window, &WAITING.into()).ok()?;
    match waiting.dyn_into::<Array>() {
        Ok(waiting) => {
            waiting.push(&list(letter));
            Some(())
        }
        Err(waiting) if waiting.is_null() => {
            post(TO_ANNEX, letter);
            Some(())
        }
        Err(_) => bring(&Array::of1(&list(letter))),
    }
}

fn bring(waiting: &Array) -> Option<()> {
    let window = web_sys::window()?;
    let page = window.document()?;
    let address = page.query_selector("meta[name=gloss-annex]").ok().flatten()?.get_attribute("content")?;
    let script: HtmlScriptElement = page.create_element("script").ok()?.dyn_into().ok()?;
    script.set_type("module");
    script.set_src(&address);
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
    /// Listens to the app. What has waited is heard at once, in order.
    pub fn open(heard: Rc<dyn Fn(Request)>) -> Self {
        let read = move |letter: Vec<String>| match Request::read(letter) {
            Some(request) => heard(request),
            None => post(TO_APP, &Reply::Closed.write()),
        };
        if let Some(window) = web_sys::window() {
            let waiting = Reflect::get(&window, &WAITING.into()).unwrap_or(JsValue::NULL);
            let _ = Reflect::set(&window, &WAITING.into(), &JsValue::NULL);
            for letter in waiting.dyn_ref::<Array>().map(Array::to_vec).unwrap_or_default() {
                read(texts_of(&letter));
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

/// Has words looked for in a text.
pub fn look_for(text: &Text, wanted: &Wanted, told: impl Fn(Found) + 'static) {
    worker::send(Errand::Find, &errand::ask_find(text.as_str(), wanted), None, move |answer| {
        if let Answer::Done(letter) = answer {
            told(errand::found(letter));
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
