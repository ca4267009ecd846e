//! Looking for words in all articles, from both sides: the page's, which has a worker of its own for it, and that
//! worker's.
//!
//! Invariant: nobody waits for what is not wanted any more. A worker that still works on an old question, or on one for
//! too long, is ended, and the next question starts another one; so no expression can hold anything up. Each question
//! that is not dropped is answered once.

use std::cell::RefCell;
use std::rc::Rc;

use gloo::timers::callback::Timeout;
use js_sys::Array;
use wasm_bindgen::prelude::*;
use web_sys::{Event, MessageEvent, Worker};

use super::storage::Reader;
use super::worker;
use crate::app::errand::seek::{Answer, Order, ask, asked, look, read, write};
use crate::app::errand::{Errand, Letter, refusal};
use crate::app::records::open;
use crate::app::storage_error::StorageError;
use crate::query::search::{Search, Wanted};

// ---- The page's side ----

/// A question may take so long, in milliseconds.
const PATIENCE: u32 = 10_000;
/// An old question may take so long still once there is a new one.
const OLD: u32 = 300;

/// What comes of a question.
pub enum Outcome {
    /// The answer, or why there is none, in words.
    Answered(Result<Answer, String>),
    /// It took too long.
    Slow,
}

type Hear = Rc<dyn Fn(Outcome)>;

/// The line to the worker that looks.
#[derive(Clone, Default)]
pub struct Seeker(Rc<RefCell<Line>>);

#[derive(Default)]
struct Line {
    worker: Option<Worker>,
    _heard: Option<Closure<dyn FnMut(Event)>>,
    ready: bool,
    last: u32,
    /// The question that the worker is at; and who wants to know, where anybody does still.
    open: Option<(u32, Option<Hear>)>,
    /// The question that comes next.
    next: Option<(Letter, Hear)>,
    timer: Option<Timeout>,
}

impl Seeker {
    /// Asks. Whatever was asked before is not wanted any more.
    pub fn ask(&self, order: &Order, hear: impl Fn(Outcome) + 'static) {
        self.drop_old();
        self.0.borrow_mut().next = Some((ask(order), Rc::new(hear)));
        self.go_on();
    }

    /// Whatever was asked is not wanted any more.
    pub fn drop_old(&self) {
        let mut line = self.0.borrow_mut();
        line.next = None;
        let wanted = line.open.as_mut().and_then(|(_, hear)| hear.take());
        if wanted.is_some() {
            let seeker = self.clone();
            line.timer = Some(Timeout::new(OLD, move || {
                seeker.end();
                seeker.go_on();
            }));
        }
    }

    /// Ends the worker, and with it whatever it holds in memory.
    pub fn end(&self) {
        let mut line = self.0.borrow_mut();
        if let Some(worker) = line.worker.take() {
            worker.set_onmessage(None);
            worker.set_onerror(None);
            worker.terminate();
        }
        (line.ready, line.open, line.timer) = (false, None, None);
    }

    /// Sends the next question, if there is one and the worker is free; starts it where it does not run.
    fn go_on(&self) {
        let mut line = self.0.borrow_mut();
        if line.next.is_none() || line.open.is_some() {
            return;
        }
        if line.worker.is_none() {
            let seeker = self.clone();
            let heard = Closure::<dyn FnMut(Event)>::new(move |event: Event| match event.dyn_into::<MessageEvent>() {
                Ok(message) => seeker.heard(&message.data().unchecked_into()),
                Err(_) => seeker.gone(worker::DID_NOT_ARRIVE),
            });
            line.worker = worker::begin(&heard);
            // The one before may be what runs at this moment.
            let before = line._heard.replace(heard);
            if let Some(before) = before {
                super::spawn(async move { drop(before) });
            }
            if line.worker.is_none() {
                drop(line);
                return self.gone(worker::DID_NOT_ARRIVE);
            }
        }
        if !line.ready {
            return;
        }
        let Some((letter, hear)) = line.next.take() else { return };
        line.last += 1;
        let serial = line.last;
        line.open = Some((serial, Some(hear)));
        let message =
            Array::of4(&serial.into(), &(Errand::Seek as u8).into(), &worker::list(&letter), &JsValue::UNDEFINED);
        let _ = line.worker.as_ref().map(|worker| worker.post_message(&message));
        let seeker = self.clone();
        line.timer = Some(Timeout::new(PATIENCE, move || {
            let waiting = seeker.0.borrow_mut().open.take().and_then(|(_, hear)| hear);
            seeker.end();
            if let Some(hear) = waiting {
                hear(Outcome::Slow);
            }
        }));
    }

    fn heard(&self, message: &Array) {
        let serial = message.get(0).as_f64().unwrap_or_default() as u32;
        if serial == 0 {
            match message.get(1).as_string() {
                Some(why) => self.gone(&format!("Something broke while looking. {why}")),
                None => self.0.borrow_mut().ready = true,
            }
            return self.go_on();
        }
        let hear = {
            let mut line = self.0.borrow_mut();
            match line.open.take_if(|(open, _)| *open == serial) {
                Some((_, hear)) => {
                    line.timer = None;
                    hear
                }
                None => return,
            }
        };
        match hear {
            Some(hear) => hear(Outcome::Answered(read(worker::texts(&message.get(1))))),
            None => self.go_on(),
        }
    }

    /// The worker did not start, or broke.
    fn gone(&self, why: &str) {
        let waiting = {
            let mut line = self.0.borrow_mut();
            let next = line.next.take().map(|(_, hear)| hear);
            line.open.take().and_then(|(_, hear)| hear).or(next)
        };
        self.end();
        if let Some(hear) = waiting {
            hear(Outcome::Answered(Err(why.to_owned())));
        }
    }
}

// ---- The worker's side ----

thread_local! {
    /// The connection, for as long as it holds.
    static READER: RefCell<Option<Rc<Reader>>> = RefCell::default();
    /// What was looked for last: to make an expression may take longer than to look.
    static LAST: RefCell<Option<(Wanted, Search)>> = RefCell::default();
}

/// Does [`Errand::Seek`].
pub async fn work(letter: &[String]) -> Letter {
    let order = match asked(letter) {
        Ok(order) => order,
        Err(why) => return refusal(why),
    };
    let known = LAST.with_borrow(|last| last.as_ref().filter(|(wanted, _)| *wanted == order.wanted).cloned());
    let search = match known.map_or_else(|| Search::new(&order.wanted), |(_, search)| Ok(search)) {
        Ok(search) => search,
        Err(why) => return write(&Answer::Cannot(why.to_string())),
    };
    LAST.set(Some((order.wanted.clone(), search.clone())));
    let articles = match records(&order).await {
        Ok(articles) => articles,
        Err(error) => return refusal(error.to_string()),
    };
    let mut all = Vec::with_capacity(articles.len());
    for (id, raw) in order.articles.iter().zip(articles) {
        // One that was removed since is none.
        let Some((base, journal)) = raw else { continue };
        all.push(match open(id, None, Some(&base), journal) {
            Ok(opened) => Ok(look(&opened.session.document, &search, &order)),
            Err(why) => Err((id.clone(), why.to_string())),
        });
    }
    write(&Answer::Looked(all))
}

async fn records(order: &Order) -> Result<Vec<Option<super::storage::Raw>>, StorageError> {
    let held = READER.with_borrow(Clone::clone);
    if let Some(reader) = held
        && let Ok(read) = reader.read(&order.articles).await
    {
        return Ok(read);
    }
    // The connection is opened anew where it was closed meanwhile.
    let reader = Rc::new(Reader::open().await?);
    READER.set(Some(Rc::clone(&reader)));
    reader.read(&order.articles).await
}
