//! The worker module from both sides: the page's, which sends errands, and the worker's, which does them.
//!
//! What travels is a list: a serial number, then the errand's number, its letter and a file; back comes
//! the serial number with two numbers for progress or one letter for the end. Number 0 is about the
//! worker itself: alone it says that the worker is ready, with words that it is gone. Invariant: each
//! errand that is sent is answered once, also where the worker does not start or breaks.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::Array;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Event, EventTarget, File, MessageEvent, Worker, WorkerOptions, WorkerType};

use super::env::BrowserEnv;
use super::intake::{Progress, read_file};
use super::{backup, gather, seek};
use crate::app::Env;
use crate::app::errand::{self, Errand, Letter};

/// What the page hears of an errand.
pub enum Answer {
    /// How far it is: bytes done, and bytes in all.
    Progress(f64, f64),
    /// The end of it.
    Done(Letter),
}

type Hear = Rc<dyn Fn(Answer)>;

// ---- The page's side ----

#[derive(Default)]
struct Desk {
    worker: Option<Worker>,
    ready: bool,
    /// Errands for a worker that is still starting.
    waiting: Vec<Array>,
    /// Whose answer is still to come.
    open: Vec<(u32, Hear)>,
    last: u32,
}

thread_local! {
    /// One worker for the page; it starts when it is first needed, or expected to be.
    static DESK: RefCell<Desk> = RefCell::default();
}

/// Has the worker do something. Starts it where it does not run.
pub fn send(errand: Errand, letter: &[String], file: Option<&File>, hear: impl Fn(Answer) + 'static) {
    warm();
    let hear: Hear = Rc::new(hear);
    let missing = DESK.with_borrow_mut(|desk| {
        let Some(worker) = &desk.worker else { return Some(hear) };
        desk.last += 1;
        desk.open.push((desk.last, hear));
        let file = file.map_or(JsValue::UNDEFINED, |file| JsValue::from(file.clone()));
        let message = Array::of4(&desk.last.into(), &(errand as u8).into(), &list(letter), &file);
        if desk.ready {
            let _ = worker.post_message(&message);
        } else {
            desk.waiting.push(message);
        }
        None
    });
    if let Some(hear) = missing {
        hear(Answer::Done(errand::refusal(DID_NOT_ARRIVE.to_owned())));
    }
}

pub(super) const DID_NOT_ARRIVE: &str = "A part of Gloss that this needs did not arrive. Check the connection, then try again. \
                              Nothing was changed.";

/// Starts the worker, so that it is there when it is needed, also when the network is gone by then.
pub fn warm() {
    DESK.with_borrow_mut(|desk| {
        if desk.worker.is_none() {
            desk.worker = start();
        }
    });
}

fn start() -> Option<Worker> {
    let hear = Closure::<dyn FnMut(Event)>::new(|event: Event| match event.dyn_into::<MessageEvent>() {
        Ok(message) => heard(&message.data().unchecked_into()),
        Err(_) => gone(""),
    });
    let worker = begin(&hear)?;
    hear.forget();
    Some(worker)
}

/// Starts a worker. The page names its script, whose name changes with its content.
pub(super) fn begin(hear: &Closure<dyn FnMut(Event)>) -> Option<Worker> {
    let page = web_sys::window()?.document()?;
    let url = page.query_selector("meta[name=gloss-worker]").ok()??.get_attribute("content")?;
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    let worker = Worker::new_with_options(&url, &options).ok()?;
    worker.set_onmessage(Some(hear.as_ref().unchecked_ref()));
    worker.set_onerror(Some(hear.as_ref().unchecked_ref()));
    Some(worker)
}

fn heard(message: &Array) {
    let serial = message.get(0).as_f64().unwrap_or_default() as u32;
    if serial == 0 {
        match message.get(1).as_string() {
            Some(why) => gone(&why),
            None => DESK.with_borrow_mut(|desk| {
                desk.ready = true;
                for message in desk.waiting.drain(..) {
                    let _ = desk.worker.as_ref().map(|worker| worker.post_message(&message));
                }
            }),
        }
        return;
    }
    let progress = message.get(1).as_f64().zip(message.get(2).as_f64());
    let hear = DESK.with_borrow_mut(|desk| {
        let at = desk.open.iter().position(|(open, _)| *open == serial)?;
        if progress.is_some() {
            desk.open.get(at).map(|(_, hear)| Rc::clone(hear))
        } else {
            Some(desk.open.swap_remove(at).1)
        }
    });
    if let Some(hear) = hear {
        hear(match progress {
            Some((done, all)) => Answer::Progress(done, all),
            None => Answer::Done(texts(&message.get(1))),
        });
    }
}

/// The worker did not start, or broke. The next errand starts another one.
fn gone(why: &str) {
    let desk = DESK.take();
    if let Some(worker) = desk.worker {
        worker.terminate();
    }
    let words = if desk.ready {
        format!("Something broke inside Gloss, and this was not done. Nothing was changed. {why}")
    } else {
        DID_NOT_ARRIVE.to_owned()
    };
    for (_, hear) in desk.open {
        hear(Answer::Done(errand::refusal(words.clone())));
    }
}

pub(super) fn list(texts: &[String]) -> JsValue {
    texts.iter().map(|text| JsValue::from_str(text)).collect::<Array>().into()
}

pub(super) fn texts(list: &JsValue) -> Letter {
    Array::from(list).iter().map(|text| text.as_string().unwrap_or_default()).collect()
}

// ---- The worker's side ----

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = postMessage)]
    fn post(message: &JsValue);
}

/// Does errands for the page, for as long as the worker lives.
pub fn serve() {
    std::panic::set_hook(Box::new(|info| post(&Array::of2(&0.into(), &info.to_string().into()))));
    let env = Rc::new(BrowserEnv::new());
    let hear = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let message: Array = event.data().unchecked_into();
        let env = Rc::clone(&env);
        super::spawn(async move {
            let serial = message.get(0);
            let errand = message.get(1).as_f64().and_then(|number| Errand::of(number as u8));
            let Some(errand) = errand else { return };
            let letter = texts(&message.get(2));
            let answer = work(errand, letter, &message, &env).await;
            post(&Array::of2(&serial, &list(&answer)));
        });
    });
    let page: EventTarget = js_sys::global().unchecked_into();
    let _ = page.add_event_listener_with_callback("message", hear.as_ref().unchecked_ref());
    hear.forget();
    post(&Array::of1(&0.into()));
}

async fn work(errand: Errand, letter: Letter, message: &Array, env: &BrowserEnv) -> Letter {
    let file: File = message.get(3).unchecked_into();
    match errand {
        Errand::Export => errand::export(letter),
        Errand::Sample => errand::sample(&letter),
        Errand::Place => errand::place(&letter),
        Errand::Find => errand::find(&letter),
        Errand::Carry => errand::carry(letter),
        Errand::Seek => seek::work(&letter).await,
        Errand::Check => errand::check(&letter, &|text| env.lower_case(text)),
        Errand::Guidelines => errand::guidelines(&letter),
        Errand::ReadyMade => errand::ready_made(&letter),
        Errand::Schema => match read_json(&file).await {
            Ok(json) => errand::schema_file(&json),
            Err(why) => errand::refusal(why),
        },
        Errand::Import => match read_json(&file).await {
            Ok(json) => errand::import(&json, letter.first().map_or("", String::as_str), &mut || env.new_id()),
            Err(why) => errand::refusal(why),
        },
        Errand::Gather => {
            let serial = message.get(0);
            let progress = |done: usize, all: usize| {
                post(&Array::of3(&serial, &(done as f64).into(), &(all as f64).into()));
            };
            gather::work(&file, &letter, env, progress).await
        }
        Errand::Pack => backup::work(letter, &message.get(3)).await,
        Errand::Unpack => backup::read(&file).await,
        Errand::Reconcile => errand::reconcile(letter),
        Errand::Bundle => errand::bundle(letter),
        Errand::Merge => errand::merge_returned(letter),
        Errand::Text => {
            let serial = message.get(0);
            let progress = |Progress { done, total }: Progress| {
                post(&Array::of3(&serial, &(done as f64).into(), &(total as f64).into()));
            };
            errand::told(read_file(&file, &letter, progress).await)
        }
    }
}

/// The text of a file that has to be UTF-8.
async fn read_json(file: &File) -> Result<String, String> {
    let buffer = JsFuture::from(file.array_buffer()).await.map_err(|_| {
        "It could not be read. It may have been moved, or you may lack the right to read it.".to_owned()
    })?;
    let text = String::from_utf8(js_sys::Uint8Array::new(&buffer).to_vec()).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        format!("It is not UTF-8 text: the byte at {at} does not fit. Save it as UTF-8, or export it anew.")
    })?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}
